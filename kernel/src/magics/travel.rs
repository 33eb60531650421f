//! The variables that are exchanged with a cell in another language: `-i points,n -o
//! slope,fit:Vec<Point>`.

use bootcamp_evaluator::Failure;

use super::capture::is_name;
use super::usage_error;
use crate::session::Wanted;

/// The variables that are exchanged, and the other words of the line.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Travel<'a> {
    pub(super) inputs: Vec<&'a str>,
    pub(super) outputs: Vec<Wanted>,
    /// True if the cell is skipped where there is no such kernel.
    pub(super) is_optional: bool,
    pub(super) rest: Vec<&'a str>,
}

impl<'a> Travel<'a> {
    /// Reads the arguments of a magic.
    pub(super) fn read(magic: &str, arguments: &'a str) -> Result<Self, Failure> {
        let mut travel = Self::default();
        let mut rest = arguments.trim();
        while !rest.is_empty() {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let Some(option) = word.strip_prefix('-') else {
                travel.rest.push(word);
                rest = after.trim_start();
                continue;
            };
            if option == "-optional" {
                travel.is_optional = true;
                rest = after.trim_start();
                continue;
            }
            if !option.starts_with(['i', 'o']) {
                let why = format!(
                    "`{magic}` has no option `{word}`: it takes -i NAMES, -o NAMES, --optional"
                );
                return Err(usage_error(&why));
            }
            let from = &rest[2..];
            if option.starts_with('i') {
                let mut names = from;
                loop {
                    names = names.trim_start();
                    let ends = |c: char| c == ',' || c.is_whitespace();
                    let (name, after) = names.split_at(names.find(ends).unwrap_or(names.len()));
                    check_name(name, word, "points")?;
                    travel.inputs.push(name);
                    // The text after the names is read as the next word.
                    rest = after.trim_start();
                    let Some(next) = rest.strip_prefix(',') else { break };
                    names = next;
                }
            } else {
                // A type may have spaces, so the names end where the next option begins.
                let (names, others) = from.split_at(from.find(" -").unwrap_or(from.len()));
                rest = others.trim_start();
                for part in split_outside_brackets(names.trim()) {
                    let (name, kind) = match part.split_once(':') {
                        Some((name, kind)) => (name.trim(), Some(kind.trim().to_owned())),
                        None => (part.trim(), None),
                    };
                    check_name(name, word, "slope")?;
                    travel.outputs.push(Wanted { name: name.to_owned(), kind });
                }
            }
        }
        Ok(travel)
    }
}

fn check_name(name: &str, option: &str, example: &str) -> Result<(), Failure> {
    if is_name(name) {
        return Ok(());
    }
    let option = &option[..2];
    Err(usage_error(&format!(
        "`{option} {name}`: give names of variables, as in `{option} {example}`"
    )))
}

/// Splits a text at the commas that are outside of brackets.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str, kind: Option<&str>) -> Wanted {
        Wanted { name: name.to_owned(), kind: kind.map(str::to_owned) }
    }

    #[test]
    fn names_and_types_of_what_travels_are_read() {
        let read = |text| Travel::read("%%R", text).unwrap();
        let travel = read("ir -i points,n -i k -o slope -o fit: Vec<(f64, f64)>,count:usize");
        assert_eq!(travel.inputs, ["points", "n", "k"]);
        assert_eq!(travel.rest, ["ir"]);
        let outputs = [
            wanted("slope", None),
            wanted("fit", Some("Vec<(f64, f64)>")),
            wanted("count", Some("usize")),
        ];
        assert_eq!(travel.outputs, outputs);
        assert_eq!(read("-i points ir").rest, ["ir"]);
        assert_eq!(read("-ipoints").inputs, ["points"]);
        assert_eq!(read("-i points , n,k ir").inputs, ["points", "n", "k"]);
        assert_eq!(read("-i a, b -o c, d:f64").inputs, ["a", "b"]);
        assert_eq!(read(""), Travel::default());
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let why = |text| Travel::read("%%R", text).unwrap_err().evalue;
        assert_eq!(
            why("-w 5"),
            "`%%R` has no option `-w`: it takes -i NAMES, -o NAMES, --optional"
        );
        assert_eq!(why("-i 7"), "`-i 7`: give names of variables, as in `-i points`");
        assert_eq!(why("-o a.b"), "`-o a.b`: give names of variables, as in `-o slope`");
        assert_eq!(why("-i a,"), "`-i `: give names of variables, as in `-i points`");
        assert_eq!(why("-i"), "`-i `: give names of variables, as in `-i points`");
    }
}
