//! Advice about an error in a notebook, which rustc cannot give.

use bootcamp_syntax::token::has_sequence;
use evcxr::CompilationError;

use super::gone::{Gone, is_similar};
use super::known::Known;
use crate::prelude::Prelude;

/// Crates that are rarely useful without these features.
const WITH_FEATURES: [(&str, &str); 4] = [
    ("reqwest", "reqwest = { version = \"0.13\", features = [\"blocking\"] }"),
    ("serde", "serde = { version = \"1\", features = [\"derive\"] }"),
    ("tokio", "tokio = { version = \"1\", features = [\"full\"] }"),
    ("uuid", "uuid = { version = \"1\", features = [\"v4\"] }"),
];
/// The compiler's message about a name that is neither a module nor a crate.
const NO_CRATE: &str = "use of unresolved module or unlinked crate `";
/// The compiler's advice for projects, which have a manifest.
const CARGO_ADD: &str = "if you wanted to use a crate named";

/// Returns the notes about an error, with our advice in place of rustc's.
pub(super) fn advised(
    error: &CompilationError,
    notes: &[String],
    code: &str,
    known: &Known<'_>,
) -> Vec<String> {
    let labels = error.spanned_messages().iter().map(|message| message.label.as_str());
    let texts: Vec<&str> = labels.chain(notes.iter().map(String::as_str)).collect();
    let mut advised: Vec<String> = match missing_crate(&texts) {
        Some(name) => {
            let of_rustc = |note: &&String| note.starts_with(NO_CRATE) || note.contains(CARGO_ADD);
            let others = notes.iter().filter(|note| !of_rustc(note)).cloned();
            others.chain([how_to_add(name, known.prelude)]).collect()
        }
        None => notes.to_vec(),
    };
    advised.extend(match error.code() {
        Some("E0425") => missing_variable(&error.message(), known.gone),
        Some("E0282" | "E0283" | "E0284") => Some(missing_type(code)),
        _ => None,
    });
    advised
}

/// Says whether a hint is useless, because it offers a name that does not resemble the missing one.
pub(super) fn is_far_fetched(message: &str, hint: &str) -> bool {
    const SIMILAR: &str = "similar name exists";
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    let Some((_, found)) = hint.split_once(SIMILAR) else { return false };
    let (Some(wanted), Some(found)) = (quoted(message), quoted(found)) else { return false };
    !is_similar(&wanted, &found)
}

fn missing_crate<'a>(texts: &[&'a str]) -> Option<&'a str> {
    texts.iter().find_map(|text| text.split_once(NO_CRATE)?.1.split('`').next())
}

fn how_to_add(name: &str, prelude: &Prelude) -> String {
    if prelude.reexports.contains(&name) {
        let of = prelude.name;
        return format!("`{name}` comes with {of}: write `use {of}::{name};`");
    }
    let line =
        WITH_FEATURES.iter().find(|(known, _)| *known == name).map_or(name, |(_, line)| line);
    format!("if `{name}` is a crate from crates.io, add the line `:dep {line}` above")
}

fn missing_variable(message: &str, gone: &Gone) -> Option<String> {
    gone.why(message.strip_prefix("cannot find value `")?.split('`').next()?)
}

fn missing_type(code: &str) -> String {
    if has_sequence(code, &[".", "collect", "(", ")"]) {
        return "say what to collect into, as in `.collect::<Vec<f64>>()`".to_owned();
    }
    "a variable needs its whole type in its own cell: write it, as in `let v: Vec<f64> = ..`"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::tests::PRELUDE;

    #[test]
    fn a_crate_that_is_missing_has_its_line() {
        let label = format!("{NO_CRATE}tokio`");
        assert_eq!(missing_crate(&["here", &label]), Some("tokio"));
        assert!(
            how_to_add("tokio", &PRELUDE).contains("`:dep tokio = { version = \"1\", features")
        );
        assert!(how_to_add("regex", &PRELUDE).contains("`:dep regex`"));
        assert!(how_to_add("rand", &PRELUDE).contains("`use bootcamp::rand;`"));
    }

    #[test]
    fn only_a_similar_name_is_similar() {
        let hint = |name: &str| format!("a local variable with a similar name exists: `{name}`");
        let missing = |name: &str| format!("cannot find value `{name}` in this scope");
        for (wanted, found, is_far) in [
            ("f", "b", true),
            ("x", "y", true),
            ("dx", "dy", true),
            ("point", "points", false),
            ("lenght", "length", false),
            ("sum", "Sum", false),
            ("cat", "dog", true),
        ] {
            assert_eq!(is_far_fetched(&missing(wanted), &hint(found)), is_far, "{wanted} {found}");
        }
        assert!(!is_far_fetched(&missing("f"), "consider importing this function"));
    }
}
