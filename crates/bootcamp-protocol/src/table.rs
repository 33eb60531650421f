//! A table, for the output of a cell.

use std::fmt::Write as _;

use crate::Bundle;
use crate::html::escaped;

/// A table with a line of headings, as aligned text and as HTML.
///
/// ```
/// use bootcamp_protocol::table::Table;
///
/// let table = Table::new().left("Name").right("Size").left("Value");
/// let bundle = table.row(["x", "4", "1"]).row(["steps", "24", "[<0>]"]).bundle();
/// assert_eq!(
///     bundle.get("text/plain"),
///     Some("Name    Size   Value\n--------------------\nx          4   1\nsteps     24   [<0>]")
/// );
/// assert!(bundle.get("text/html").unwrap().contains("[&lt;0&gt;]"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug)]
struct Column {
    heading: String,
    /// For numbers.
    is_right: bool,
}

/// Between two columns.
const GAP: &str = "   ";

impl Table {
    /// A table without columns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column of text.
    #[must_use]
    pub fn left(self, heading: &str) -> Self {
        self.column(heading, false)
    }

    /// Adds a column of numbers.
    #[must_use]
    pub fn right(self, heading: &str) -> Self {
        self.column(heading, true)
    }

    fn column(mut self, heading: &str, is_right: bool) -> Self {
        self.columns.push(Column { heading: heading.to_owned(), is_right });
        self
    }

    /// Adds a row, with a cell for each column.
    #[must_use]
    pub fn row<T: Into<String>>(mut self, cells: impl IntoIterator<Item = T>) -> Self {
        let mut row: Vec<String> = cells.into_iter().map(Into::into).collect();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
        self
    }

    /// What is shown.
    #[must_use]
    pub fn bundle(&self) -> Bundle {
        Bundle::new().text("text/plain", self.plain()).text("text/html", self.html())
    }

    fn plain(&self) -> String {
        let headings: Vec<String> =
            self.columns.iter().map(|column| column.heading.clone()).collect();
        let lines: Vec<Vec<String>> = std::iter::once(&headings)
            .chain(&self.rows)
            .map(|row| row.iter().map(|cell| in_a_line(cell)).collect())
            .collect();
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|at| lines.iter().map(|row| row[at].chars().count()).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for (number, row) in lines.iter().enumerate() {
            let cells = row.iter().zip(&self.columns).zip(&widths);
            let aligned = cells.map(|((cell, column), width)| {
                if column.is_right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            let line = aligned.collect::<Vec<_>>().join(GAP);
            text += line.trim_end();
            if number == 0 {
                let headings = line.trim_end().chars().count();
                let _ = write!(text, "\n{}", "-".repeat(headings));
            }
            text.push('\n');
        }
        text.pop();
        text
    }

    /// The table takes the colours of the page.
    fn html(&self) -> String {
        let mut html =
            String::from("<table style=\"font-variant-numeric:tabular-nums\"><thead><tr>");
        let align = |column: &Column| if column.is_right { "right" } else { "left" };
        for column in &self.columns {
            let (align, heading) = (align(column), escaped(&column.heading));
            let _ = write!(html, "<th scope=\"col\" style=\"text-align:{align}\">{heading}</th>");
        }
        html.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            html.push_str("<tr>");
            for (cell, column) in row.iter().zip(&self.columns) {
                let (align, cell) = (align(column), escaped(cell));
                let _ = write!(html, "<td style=\"text-align:{align}\">{cell}</td>");
            }
            html.push_str("</tr>");
        }
        html + "</tbody></table>"
    }
}

fn in_a_line(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters_and_lines_stay_lines() {
        let table = Table::new().left("Name").right("n").left("Value");
        let bundle = table.row(["größe", "1", "a\nb"]).row(["x", "20", ""]).bundle();
        let plain = "Name     n   Value\n------------------\ngröße    1   a b\nx       20";
        assert_eq!(bundle.get("text/plain"), Some(plain));
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let table = Table::new().left("a").left("b").row(["1"]).row(["1", "2", "3"]);
        assert_eq!(table.plain(), "a   b\n-----\n1\n1   2");
    }
}
