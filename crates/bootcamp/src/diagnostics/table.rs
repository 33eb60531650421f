//! A summary as text and as HTML.

use std::fmt::Write as _;

use super::Coordinate;
use super::advice::warnings;
use super::parts::Parts;

/// The names of the columns, and what they mean for who points at them.
const COLUMNS: [(&str, &str); 7] = [
    ("mean", "mean of all draws"),
    ("sd", "standard deviation of all draws"),
    ("mcse", "Monte-Carlo standard error: how far off the mean may be"),
    ("R-hat", "1 where the chains agree; below 1.01 is good"),
    ("bulk ESS", "independent samples for the middle of the density; above 400 is good"),
    ("tail ESS", "independent samples for the tails of the density; above 400 is good"),
    ("time", "integrated autocorrelation time: steps until a walker has forgotten where it was"),
];

pub(super) fn plain(parts: &Parts) -> String {
    let rows = [cells(&parts.x), cells(&parts.y)];
    let width = |column: usize| {
        let longest = rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
        longest.max(COLUMNS[column].0.len()) + 2
    };
    let line = |name: &str, row: [&str; 7]| {
        let aligned = |(column, cell)| format!("{cell:>width$}", width = width(column));
        format!("{name}{}", row.into_iter().enumerate().map(aligned).collect::<String>())
    };
    let mut lines = vec![caption(parts), line(" ", COLUMNS.map(|column| column.0))];
    for (name, row) in ["x", "y"].into_iter().zip(&rows) {
        lines.push(line(name, row.each_ref().map(String::as_str)));
    }
    lines.extend(warnings(parts).into_iter().map(|warning| format!("Warning: {warning}.")));
    lines.join("\n")
}

/// The table takes the colours of the page. The warnings are dark on light, whatever the theme.
pub(super) fn html(parts: &Parts) -> String {
    let mut html = format!(
        "<table style=\"text-align:right;font-variant-numeric:tabular-nums;border-spacing:1em 0.1em\">\
         <caption style=\"text-align:left;white-space:nowrap\">{}</caption><thead><tr><td></td>",
        caption(parts)
    );
    for (name, meaning) in COLUMNS {
        let _ = write!(html, "<th scope=\"col\" title=\"{meaning}\">{name}</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for (name, coordinate) in [("x", &parts.x), ("y", &parts.y)] {
        let _ = write!(html, "<tr><th scope=\"row\">{name}</th>");
        for cell in cells(coordinate) {
            let _ = write!(html, "<td>{cell}</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    for warning in warnings(parts) {
        let _ = write!(
            html,
            "<div style=\"color:#1f1f1f;background:#fdf3e7;border-left:5px solid #b35806;\
             padding:0.5em 0.9em;margin-top:0.3em\">Warning: {warning}.</div>"
        );
    }
    html
}

fn caption(parts: &Parts) -> String {
    let Parts { chains, draws, thinning, acceptance, .. } = parts;
    let plural = if *chains == 1 { "" } else { "s" };
    let share = 100.0 * acceptance;
    let apart = if *thinning > 1 { format!(" ({thinning} steps apart)") } else { String::new() };
    format!("{chains} chain{plural} of {draws} draws{apart}, {share:.0} % of the steps accepted")
}

fn cells(coordinate: &Coordinate) -> [String; 7] {
    let Coordinate { mean, sd, mcse, rhat, ess_bulk, ess_tail, integrated_time } = *coordinate;
    // Where all draws are the same, rounding leaves a little of the deviation.
    let least = 1e-14 * mean.abs();
    let seen = |deviation: f64| if deviation > least { deviation } else { 0.0 };
    // The mean has no more decimals than its error.
    let digits = match mcse.map(seen) {
        Some(error) if error > 0.0 && mean != 0.0 => exponent(mean) - exponent(error) + 2,
        _ => 4,
    };
    let or_dash =
        |number: Option<f64>, text: fn(f64) -> String| number.map_or_else(|| "-".to_owned(), text);
    [
        rounded(mean, digits.clamp(2, 15)),
        rounded(seen(sd), 3),
        or_dash(mcse.map(seen), |error| rounded(error, 2)),
        or_dash(rhat, |rhat| if rhat < 100.0 { format!("{rhat:.3}") } else { rounded(rhat, 4) }),
        or_dash(ess_bulk, |size| format!("{size:.0}")),
        or_dash(ess_tail, |size| format!("{size:.0}")),
        or_dash(integrated_time, |time| format!("{time:.1}")),
    ]
}

/// The power of ten of the first digit.
fn exponent(value: f64) -> i32 {
    value.abs().log10().floor() as i32
}

/// With so many digits that count; as a power of ten where zeros would make it long.
fn rounded(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let exponent = exponent(value);
    if (-5..7).contains(&exponent) {
        format!("{value:.*}", (digits - 1 - exponent).max(0) as usize)
    } else {
        format!("{value:.*e}", (digits - 1).max(0) as usize)
    }
}
