//! The variables that a cell takes out of the store and puts back.
//!
//! evcxr does so with every variable of the session. A cell that does not name a variable
//! can leave it where it is, and its compiler has that much less to do.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::text::{CHECK, PUT, TAKE};
use crate::words::words;

/// The code with empty lines for the variables that it does not name, and their names.
pub(super) fn without_unnamed(code: &str) -> (String, Vec<String>) {
    let lines: Vec<(&str, Option<&str>)> =
        code.split('\n').map(|line| (line, variable_of(line))).collect();
    let named: HashSet<&str> = lines
        .iter()
        .filter(|(_, variable)| variable.is_none())
        .flat_map(|(line, _)| words(line))
        .collect();
    let mut left_out: Vec<String> = Vec::new();
    let mut text = String::with_capacity(code.len());
    for (line, variable) in lines {
        match variable {
            Some(name) if !named.contains(name.trim_start_matches("r#")) => {
                if !left_out.iter().any(|known| known == name) {
                    left_out.push(name.to_owned());
                }
                text.push('\n');
            }
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    // The text after the last line break is a line, too.
    text.pop();
    (text, left_out)
}

/// The variable that a line of evcxr's is about.
fn variable_of(line: &str) -> Option<&str> {
    let is_take = line.starts_with("let ") && line.contains(TAKE);
    let rest = line.strip_suffix(';')?;
    if line.starts_with(CHECK) || is_take {
        Some(rest.strip_suffix("))")?.rsplit_once("stringify!(")?.1)
    } else if line.starts_with(PUT) {
        Some(rest.strip_suffix(')')?.rsplit_once("), ")?.1)
    } else {
        None
    }
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
}
