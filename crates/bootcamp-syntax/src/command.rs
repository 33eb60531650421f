//! evcxr's commands: lines such as `:dep rand` at the head of a cell.
//!
//! evcxr takes lines from the beginning of a cell for commands until the first one that is
//! neither a command, nor empty, nor a line comment. What follows is Rust, and a `:` there
//! is none of its commands.

use std::ops::Range;

/// A command of evcxr's.
#[derive(Clone, Debug, PartialEq)]
pub struct Command<'a> {
    /// Its name with the colon, as in `:dep`.
    pub name: &'a str,
    /// The rest of its line, without spaces at the ends.
    pub arguments: &'a str,
    /// The bytes of its line, without the line's end.
    pub line: Range<usize>,
}

/// The commands of a cell.
///
/// ```
/// let commands: Vec<_> = bootcamp_syntax::command::commands(
///     "// what is needed\n:dep rand = \"0.10\"\nlet s = \"\n:dep serde\";",
/// ).collect();
/// assert_eq!(commands.len(), 1);
/// assert_eq!((commands[0].name, commands[0].arguments), (":dep", "rand = \"0.10\""));
/// ```
pub fn commands(cell: &str) -> impl Iterator<Item = Command<'_>> {
    head(cell).filter_map(|line| parse(&cell[line.clone()], line))
}

/// The offset of the first line that is Rust; the end of the cell where there is none.
///
/// ```
/// let cell = ":dep rand\n\nlet x = 1;";
/// assert_eq!(&cell[bootcamp_syntax::command::start_of_rust(cell)..], "let x = 1;");
/// ```
#[must_use]
pub fn start_of_rust(cell: &str) -> usize {
    head(cell).last().map_or(0, |line| (line.end + 1).min(cell.len()))
}

/// The cell with empty lines in the place of its commands, and other lines for the shell.
///
/// ```
/// assert_eq!(bootcamp_syntax::command::without_commands(":dep rand\nrand::random()"),
///     "\nrand::random()");
/// ```
#[must_use]
pub fn without_commands(cell: &str) -> String {
    let start = start_of_rust(cell);
    format!("{}{}", "\n".repeat(cell[..start].matches('\n').count()), &cell[start..])
}

/// Whether a line would be a command at the head of a cell.
#[must_use]
pub fn is_command(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    text.starts_with(':') && !text.starts_with("::")
}

/// The lines that come before the Rust of a cell.
fn head(cell: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let lines = cell.split('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    });
    lines.take_while(|range| {
        let line = &cell[range.clone()];
        let is_empty = line.trim().is_empty();
        is_empty || line.starts_with("//") || line.starts_with('!') || is_command(line)
    })
}

fn parse(line: &str, range: Range<usize>) -> Option<Command<'_>> {
    if !is_command(line) {
        return None;
    }
    let text = line.trim();
    let (name, arguments) = text.split_once(' ').unwrap_or((text, ""));
    Some(Command { name, arguments: arguments.trim(), line: range })
}

/// Returns whether a cell adds a dependency.
///
/// ```
/// use bootcamp_syntax::command::adds_dependency;
///
/// assert!(adds_dependency(":dep rand\nlet x = 1;"));
/// assert!(!adds_dependency("let text = \"\n:dep rand\n\";"));
/// ```
#[must_use]
pub fn adds_dependency(code: &str) -> bool {
    commands(code).any(|command| command.name == ":dep")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the commands, and the Rust.
    fn read(cell: &str) -> (Vec<&str>, &str) {
        (commands(cell).map(|command| command.name).collect(), &cell[start_of_rust(cell)..])
    }

    #[test]
    fn commands_stand_at_the_head() {
        for (cell, names, rust) in [
            ("", &[][..], ""),
            (":vars", &[":vars"], ""),
            (":vars\n", &[":vars"], ""),
            ("  :dep a\n :dep b\nx", &[":dep", ":dep"], "x"),
            ("\n\n:dep a\n\nx", &[":dep"], "x"),
            ("// :dep a\n:dep b\nx", &[":dep"], "x"),
            ("x\n:dep a", &[], "x\n:dep a"),
            ("x;\n:restart", &[], "x;\n:restart"),
            ("/* c */\n:dep a", &[], "/* c */\n:dep a"),
            ("\t:dep a", &[], "\t:dep a"),
            (" // c\n:dep a", &[], " // c\n:dep a"),
            ("::std::process::exit(1)", &[], "::std::process::exit(1)"),
            ("let s = \"\n:dep a\n\";", &[], "let s = \"\n:dep a\n\";"),
            ("r#\"\n:dep a\n\"#", &[], "r#\"\n:dep a\n\"#"),
            ("/*\n:dep a\n*/", &[], "/*\n:dep a\n*/"),
            ("f(a\n:b)", &[], "f(a\n:b)"),
            ("let a\n: i32 = 1;", &[], "let a\n: i32 = 1;"),
            ("!ls\n:dep a\nx", &[":dep"], "x"),
            (":é ü\ny", &[":é"], "y"),
            (":", &[":"], ""),
        ] {
            assert_eq!(read(cell), (names.to_vec(), rust), "{cell}");
        }
    }

    #[test]
    fn arguments_are_the_rest_of_the_line() {
        let cell = "  :dep   rand = { version = \"0.10\" }  \n:fmt {:#?}\n:clear";
        let arguments: Vec<_> = commands(cell).map(|command| command.arguments).collect();
        assert_eq!(arguments, ["rand = { version = \"0.10\" }", "{:#?}", ""]);
        let lines: Vec<_> = commands(cell).map(|command| &cell[command.line]).collect();
        assert_eq!(lines, cell.split('\n').collect::<Vec<_>>());
    }

    #[test]
    fn lines_stay_lines() {
        for cell in ["", ":a", ":a\n", ":a\nx\n", "x\n:a", "\n\n:a\nx"] {
            assert_eq!(without_commands(cell).matches('\n').count(), cell.matches('\n').count());
        }
    }
}
