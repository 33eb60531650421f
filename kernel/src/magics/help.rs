//! Help, similar names and completion of magics, without running them.

use std::ops::Range;

use bootcamp_evaluator::{Completion, Completions};

use super::{ALL, Form, Known, Magic, Step, cell_magic, find, split};

pub(super) fn synopsis(magic: &dyn Magic) -> &'static str {
    magic.help().split("\n\n").next().unwrap_or_default()
}

/// Returns the first sentence of a magic's description.
pub(super) fn sentence(magic: &dyn Magic) -> String {
    let text = magic.help().split_once("\n\n").map_or("", |(_, text)| text).replace('\n', " ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    text[..end].to_owned()
}

/// Returns the name as people write it, with its `%` or `%%`.
pub(super) fn spelling(magic: &dyn Magic) -> String {
    let marks = if magic.form() == Form::Cell { "%%" } else { "%" };
    format!("{marks}{}", magic.name())
}

/// Returns the help that a cell such as `%time?` or `?%time` asks for, if it asks for one.
pub(crate) fn answer(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let name = cell.strip_suffix('?').or_else(|| cell.strip_prefix('?'))?.trim();
    let name = name.strip_prefix("%%").or_else(|| name.strip_prefix('%'))?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then(|| match find(name) {
        Some(magic) => magic.help().to_owned(),
        None => match nearest(name) {
            Some(near) => format!("There is no magic `{name}`; did you mean `{}`?", spelling(near)),
            None => format!("There is no magic `{name}`; `%lsmagic` shows all that there are."),
        },
    })
}

/// Returns the magic whose name is similar to this one.
pub(super) fn nearest(name: &str) -> Option<&'static dyn Magic> {
    let name = name.to_lowercase();
    let begins = |magic: &&'static dyn Magic| name.len() > 1 && magic.name().starts_with(&name);
    ALL.into_iter().find(begins).or_else(|| {
        let distance = |magic: &&'static dyn Magic| strsim::levenshtein(&name, magic.name());
        let near = ALL.into_iter().min_by_key(distance)?;
        (distance(&near) <= (name.len() / 3).max(1)).then_some(near)
    })
}

/// Returns the names of magics that fit before a byte offset, if a magic is being typed there.
pub(crate) fn completions(code: &str, offset: usize) -> Option<Completions> {
    let line = code[..offset].rfind('\n').map_or(0, |at| at + 1);
    let typed = code[line..offset].trim_start();
    let start = offset - typed.len();
    let marks = typed.len() - typed.trim_start_matches('%').len();
    let name = &typed[marks..];
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !(1..=2).contains(&marks) || !is_name {
        return None;
    }
    let is_head = code[..start].trim().is_empty();
    let spellings =
        ALL.into_iter().filter(|magic| magic.name().starts_with(name)).flat_map(|magic| {
            let line =
                (magic.form() != Form::Cell && marks == 1).then(|| format!("%{}", magic.name()));
            let cell =
                (magic.form() != Form::Line && is_head).then(|| format!("%%{}", magic.name()));
            line.into_iter().chain(cell)
        });
    let names = spellings.map(|text| Completion { text, kind: "magic" }).collect();
    Some(Completions { names, range: start..offset })
}

/// The names that are known without a session.
struct Listed;

impl Known for Listed {
    fn is_magic(&self, name: &str) -> bool {
        find(name).is_some()
    }

    fn is_variable(&self, _: &str) -> bool {
        false
    }
}

/// Returns the Rust of a cell at its place. Spaces replace magics and lines for the shell.
pub(crate) fn without_magics(cell: &str) -> String {
    let mut text = cell.to_owned();
    if let Some(call) = cell_magic(cell) {
        let head = cell.len() - call.body.as_ref().map_or(0, String::len);
        let is_code = find(&call.name).is_some_and(Magic::takes_code);
        blank(&mut text, 0..if is_code { head } else { cell.len() });
        let body = is_code.then(|| without_magics(&cell[head..]));
        text.truncate(text.len() - body.as_ref().map_or(0, String::len));
        text += body.as_deref().unwrap_or("");
        return text;
    }
    let steps = split(cell, &Listed);
    let mut lines: Vec<&str> = Vec::new();
    for step in &steps {
        if let Step::Rust(code) = step {
            let count = lines.len();
            lines.extend(code.split('\n').skip(count));
        }
    }
    let mut start = 0;
    for (number, line) in cell.split('\n').enumerate() {
        let range = start..start + line.len();
        start = range.end + 1;
        if lines.get(number).is_some_and(|rust| *rust == line) {
            continue;
        }
        let call = steps.iter().find_map(|step| match step {
            Step::Magic(call) if call.line == number => Some(call),
            _ => None,
        });
        let is_code = call.is_some_and(|call| find(&call.name).is_some_and(Magic::takes_code));
        let kept = call.filter(|_| is_code).map_or(0, |call| call.arguments.len());
        let end = range.start + line.trim_end().len() - kept;
        blank(&mut text, range.start..end);
    }
    text
}

/// Replaces everything but line ends by spaces.
fn blank(text: &mut String, range: Range<usize>) {
    let blank: String =
        text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(range, &blank);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let near = |name| nearest(name).map(Magic::name);
        assert_eq!(near("tine"), Some("time"));
        assert_eq!(near("lsm"), Some("lsmagic"));
        assert_eq!(near("TIME"), Some("time"));
        assert_eq!(near("quicksort"), None);
    }

    #[test]
    fn help_is_asked_for_before_or_behind() {
        for cell in ["%time?", "?%time", " %%time? "] {
            assert!(answer(cell).unwrap().starts_with("%time"), "{cell}");
        }
        assert_eq!(answer("%tine?").unwrap(), "There is no magic `tine`; did you mean `%time`?");
        for cell in ["f()?", "?Vec", "%time f()?", "x", "?", "%?"] {
            assert_eq!(answer(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_magic_is_completed_where_one_may_stand() {
        let fits = |code: &str| {
            completions(code, code.len())
                .map(|found| found.names.into_iter().map(|name| name.text).collect::<Vec<_>>())
        };
        assert_eq!(fits("%tim").unwrap(), ["%time", "%%time", "%timeit", "%%timeit"]);
        assert_eq!(fits("let x = 1;\n  %tim").unwrap(), ["%time", "%timeit"]);
        assert_eq!(fits("%%tim").unwrap(), ["%%time", "%%timeit"]);
        assert_eq!(fits("%time x"), None);
        assert_eq!(fits("a % t"), None);
    }

    #[test]
    fn what_is_not_rust_is_blank() {
        let text = |cell| without_magics(cell);
        assert_eq!(text("let é = 1;\n%lsmagic a\né"), "let é = 1;\n          \né");
        assert_eq!(text("  %time f(x)  \n1"), "        f(x)  \n1");
        assert_eq!(text("%%time -v\nf(\"é\")"), "         \nf(\"é\")");
        assert_eq!(text("!ls 'x\nlet a = !ls\na"), "      \n           \na");
        assert_eq!(text("let x = 1;"), "let x = 1;");
    }
}
