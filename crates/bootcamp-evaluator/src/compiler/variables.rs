//! The variables that a cell takes out of the store and puts back.
//!
//! evcxr does so with every variable of the session. A variable that a cell does not name can stay
//! in the store, so that there is less to compile.

use std::collections::HashSet;
use std::fmt::Write as _;

use bootcamp_syntax::token::words;

use crate::evcxr_words::generated::{CHECK, CHECKS, PUT, STORE, TAKE};
use crate::stand_in::Redefined;

/// The effect of a line that evcxr generated: it checks, takes or puts a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Check,
    Take,
    Put,
}

/// Returns the code with empty lines in place of those for variables that it does not name, and the
/// names of these variables.
pub(super) fn without_unnamed(code: &str) -> (String, Vec<String>) {
    let lines = lines_of(code);
    let named: HashSet<&str> = lines
        .iter()
        .filter(|(_, variable)| variable.is_none())
        .flat_map(|(line, _)| words(line))
        .collect();
    let mut left_out: Vec<String> = Vec::new();
    let mut text = String::with_capacity(code.len());
    for (line, variable) in lines {
        match variable {
            Some((_, name)) if !named.contains(name.trim_start_matches("r#")) => {
                if !left_out.iter().any(|known| known == name) {
                    left_out.push(name.to_owned());
                }
                push_empty(&mut text, line);
            }
            _ => text.push_str(line),
        }
    }
    (text, left_out)
}

/// Returns code that does not touch the values of variables whose types the cell changes. It drops
/// them by name before anything else runs. It needs `bootcamp`'s store.
///
/// If some variables are lost, evcxr is told so before the cell's own code runs, and compiles the
/// cell once more without them.
pub(super) fn without_redefined(code: &str, redefined: &[Redefined]) -> String {
    if redefined.is_empty() {
        return code.to_owned();
    }
    let mut text = String::with_capacity(code.len());
    for (line, variable) in lines_of(code) {
        let found = variable.and_then(|(act, name)| {
            Some((act, redefined.iter().find(|redefined| redefined.variable == name)?))
        });
        if line == CHECKS {
            let _ = write!(text, "{}", CHECKS.trim_end());
            for Redefined { variable, notice } in redefined {
                let notice = notice.as_deref().unwrap_or_default();
                let _ = write!(text, " {STORE}.drop_variable(stringify!({variable}), {notice:?});");
            }
            text.push('\n');
            continue;
        }
        match found {
            Some((Act::Check, Redefined { variable, notice: Some(_) })) => {
                let _ = write!(text, "vars_ok &= {STORE}.report_lost(stringify!({variable}));");
                push_empty(&mut text, line);
            }
            // A variable that the cell makes anew is put, like any new variable.
            Some((Act::Put, Redefined { notice: None, .. })) | None => text.push_str(line),
            Some(_) => push_empty(&mut text, line),
        }
    }
    text
}

/// Appends as many line ends as `line` has.
fn push_empty(text: &mut String, line: &str) {
    text.extend(line.matches('\n'));
}

/// Returns the lines with their ends, and for evcxr's own lines what they do with which variable. A
/// type that the user wrote on several lines makes one entry of several lines.
fn lines_of(code: &str) -> Vec<(&str, Option<(Act, &str)>)> {
    let mut lines = Vec::new();
    let mut rest = code;
    while !rest.is_empty() {
        let length = |text: &str| text.find('\n').map_or(text.len(), |at| at + 1);
        let mut end = length(rest);
        if begins(rest).is_some() {
            while !rest[..end].trim_end().ends_with(");") && end < rest.len() {
                end += length(&rest[end..]);
            }
        }
        let (line, after) = rest.split_at(end);
        lines.push((line, variable_of(line)));
        rest = after;
    }
    lines
}

/// Returns what the line of evcxr's at the start of the text does.
fn begins(text: &str) -> Option<Act> {
    let line = text.split('\n').next().unwrap_or_default();
    if line.starts_with(CHECK) {
        Some(Act::Check)
    } else if line.starts_with(PUT) {
        Some(Act::Put)
    } else {
        (line.starts_with("let ") && line.contains(TAKE)).then_some(Act::Take)
    }
}

/// Returns the variable that a line of evcxr's is about, and what the line does with it.
fn variable_of(line: &str) -> Option<(Act, &str)> {
    let act = begins(line)?;
    let rest = line.trim_end().strip_suffix(';')?;
    let name = match act {
        Act::Check | Act::Take => rest.strip_suffix("))")?.rsplit_once("stringify!(")?.1,
        Act::Put => rest.strip_suffix(')')?.rsplit_once("), ")?.1,
    };
    Some((act, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: &str = "vars_ok &= evcxr_variable_store.check_variable::<i32>(stringify!(x));\n\
        vars_ok &= evcxr_variable_store.check_variable::<Vec<(i32, f64)>>(stringify!(pairs));\n\
        let mut x = evcxr_variable_store.take_variable::<i32>(stringify!(x));\n\
        let pairs = evcxr_variable_store.take_variable::<Vec<(i32, f64)>>(stringify!(pairs));\n\
        CODE\n\
        evcxr_variable_store.put_variable::<i32>(stringify!(x), x);\n\
        evcxr_variable_store.put_variable::<Vec<(i32, f64)>>(stringify!(pairs), pairs);\n";

    fn left_out(code: &str) -> Vec<String> {
        let cell = CELL.replace("CODE", code);
        let (text, left_out) = without_unnamed(&cell);
        assert_eq!(text.lines().count(), cell.lines().count());
        for name in &left_out {
            assert!(!text.contains(&format!("({name})")), "{text}");
        }
        left_out
    }

    #[test]
    fn what_a_cell_does_not_name_stays_in_the_store() {
        assert_eq!(left_out("1"), ["x", "pairs"]);
        assert_eq!(left_out("x + 1"), ["pairs"]);
        assert_eq!(left_out("println!(\"{pairs:?} {}\", xx);"), ["x"]);
        assert_eq!(left_out("f(|| x.len(), pairs)"), [""; 0]);
    }

    #[test]
    fn raw_and_other_names() {
        let code = "let r#type = evcxr_variable_store.take_variable::<u8>(stringify!(r#type));\n";
        assert_eq!(without_unnamed(code).1, ["r#type"]);
        assert_eq!(without_unnamed(&format!("{code}r#type + 1\n")).1, [""; 0]);
        let code = "let größe = evcxr_variable_store.take_variable::<u8>(stringify!(größe));\n";
        assert_eq!(without_unnamed(&format!("{code}größe + 1")).1, [""; 0]);
    }

    #[test]
    fn a_variable_with_a_line_that_is_not_known_stays_as_it_is() {
        for line in CELL.lines().filter(|line| line.contains("(x)")) {
            let other = line.replace("stringify!", "concat!").replace("put_variable", "put_shared");
            assert_eq!(without_unnamed(&CELL.replace(line, &other)).1, ["pairs"], "{line}");
        }
    }

    #[test]
    fn code_without_such_lines_is_the_same() {
        for code in ["", "fn f() {}\n", "let x = 1;\nx", "\n\n"] {
            assert_eq!(without_unnamed(code), (code.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn what_is_redefined_is_dropped_by_its_name_and_lines_are_kept() {
        let lost = Redefined { variable: "x".to_owned(), notice: Some("\"x\" is lost".to_owned()) };
        let anew = Redefined { variable: "pairs".to_owned(), notice: None };
        let redefined = [lost, anew];
        let drops = "{let mut vars_ok = true; \
            evcxr_variable_store.drop_variable(stringify!(x), \"\\\"x\\\" is lost\"); \
            evcxr_variable_store.drop_variable(stringify!(pairs), \"\");";
        let text = without_redefined(&format!("{CHECKS}{CELL}"), &redefined);
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                drops,
                "vars_ok &= evcxr_variable_store.report_lost(stringify!(x));",
                "",
                "",
                "",
                "CODE",
                "",
                CELL.lines().last().unwrap(),
            ]
        );
        assert_eq!(without_redefined(CELL, &[]), CELL);
        // When the cell is compiled once more, evcxr does not know these variables.
        assert_eq!(without_redefined(CHECKS, &redefined), format!("{drops}\n"));
    }

    #[test]
    fn a_type_of_several_lines_is_one() {
        let code = "vars_ok &= evcxr_variable_store.check_variable::<(\n    i32,\n)>(stringify!(x));\n\
            let mut x = evcxr_variable_store.take_variable::<(\n    i32,\n)>(stringify!(x));\nf();\n\
            evcxr_variable_store.put_variable::<(\n    i32,\n)>(stringify!(x), x);\n";
        assert_eq!(
            without_unnamed(code),
            (format!("{0}{0}f();\n{0}", "\n\n\n"), vec!["x".to_owned()])
        );
    }
}
