//! What to do about an error: what rustc cannot know of a notebook.

use std::collections::HashMap;

use evcxr::CompilationError;

/// Crates that are there already, inside of `bootcamp`.
const INSIDE: [&str; 3] = ["ndarray", "rand", "rayon"];
/// Crates that are rarely of use without these features.
const WITH_FEATURES: [(&str, &str); 4] = [
    ("reqwest", "reqwest = { version = \"0.13\", features = [\"blocking\"] }"),
    ("serde", "serde = { version = \"1\", features = [\"derive\"] }"),
    ("tokio", "tokio = { version = \"1\", features = [\"full\"] }"),
    ("uuid", "uuid = { version = \"1\", features = [\"v4\"] }"),
];
/// The compiler's words for a name that is no module and no crate.
const NO_CRATE: &str = "use of unresolved module or unlinked crate `";
/// Its advice for projects, which have a manifest.
const CARGO_ADD: &str = "if you wanted to use a crate named";

/// The variables that a cell took away, with the cell's label.
#[derive(Debug, Default)]
pub(super) struct Moved(HashMap<String, String>);

impl Moved {
    /// Takes note of a cell that ran: the variables before it and after it.
    pub(super) fn note(&mut self, before: &[String], after: &[String], label: &str) {
        self.0.retain(|name, _| !after.contains(name));
        for name in before.iter().filter(|name| !after.contains(name)) {
            self.0.insert(name.clone(), label.to_owned());
        }
    }

    /// The variables of a process that ended are lost, not moved.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Notes about an error, in place of those that rustc has.
pub(super) fn advised(
    error: &CompilationError,
    notes: &[String],
    code: &str,
    moved: &Moved,
) -> Vec<String> {
    let labels = error.spanned_messages().iter().map(|message| message.label.as_str());
    let texts: Vec<&str> = labels.chain(notes.iter().map(String::as_str)).collect();
    let mut advised: Vec<String> = match missing_crate(&texts) {
        Some(name) => {
            let of_rustc = |note: &&String| note.starts_with(NO_CRATE) || note.contains(CARGO_ADD);
            let others = notes.iter().filter(|note| !of_rustc(note)).cloned();
            others.chain([how_to_add(name)]).collect()
        }
        None => notes.to_vec(),
    };
    advised.extend(match error.code() {
        Some("E0425") => moved_variable(&error.message(), moved),
        Some("E0282" | "E0283" | "E0284") => Some(missing_type(code)),
        _ => None,
    });
    advised
}

fn missing_crate<'a>(texts: &[&'a str]) -> Option<&'a str> {
    texts.iter().find_map(|text| text.split_once(NO_CRATE)?.1.split('`').next())
}

fn how_to_add(name: &str) -> String {
    if INSIDE.contains(&name) {
        return format!("`{name}` comes with bootcamp: write `use bootcamp::{name};`");
    }
    let line =
        WITH_FEATURES.iter().find(|(known, _)| *known == name).map_or(name, |(_, line)| line);
    format!("if `{name}` is a crate from crates.io, add the line `:dep {line}` above")
}

fn moved_variable(message: &str, moved: &Moved) -> Option<String> {
    let name = message.strip_prefix("cannot find value `")?.split('`').next()?;
    let label = moved.0.get(name)?;
    Some(format!(
        "{label} moved `{name}`: use `&{name}` or `{name}.clone()` there, and make `{name}` again"
    ))
}

fn missing_type(code: &str) -> String {
    if code.contains(".collect()") {
        return "say what to collect into, as in `.collect::<Vec<f64>>()`".to_owned();
    }
    "a variable needs its whole type in its own cell: write it, as in `let v: Vec<f64> = ..`"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_is_missing_has_its_line() {
        let label = format!("{NO_CRATE}tokio`");
        assert_eq!(missing_crate(&["here", &label]), Some("tokio"));
        assert!(how_to_add("tokio").contains("`:dep tokio = { version = \"1\", features"));
        assert!(how_to_add("regex").contains("`:dep regex`"));
        assert!(how_to_add("rand").contains("`use bootcamp::rand;`"));
    }

    #[test]
    fn a_moved_variable_names_the_cell_until_it_is_there_again() {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut moved = Moved::default();
        moved.note(&names("a b"), &names("b"), "cell [3]");
        let message = "cannot find value `a` in this scope";
        assert!(moved_variable(message, &moved).unwrap().starts_with("cell [3] moved `a`"));
        assert_eq!(moved_variable("cannot find value `b` in this scope", &moved), None);
        moved.note(&names("b"), &names("a b"), "cell [4]");
        assert_eq!(moved_variable(message, &moved), None);
    }
}
