//! `%run`: a Rust file as a cell.

use bootcamp_evaluator::Failure;
use bootcamp_syntax::token;

use super::file::{Named, missing};
use super::help::without_magics;
use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct Run;

/// The size of the largest file, which is that of the largest cell.
const MOST_MEGABYTES: u64 = 4;

impl Magic for Run {
    fn name(&self) -> &'static str {
        "run"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%run FILE\n\n\
         Runs a Rust file as if it were a cell: what it defines is there afterwards, magics in it \
         work, and errors name the file and its line. If the file has a `fn main()`, that is \
         called at the end."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read("%run", &call.arguments, &[])?;
        if options.rest.is_empty() {
            return Err(missing("%run", "%run walk.rs"));
        }
        let file = Named::of_source(options.rest, session);
        let text = file.read(MOST_MEGABYTES)?;
        let path = file.path.canonicalize().unwrap_or_else(|_| file.path.clone());
        if session.is_in_file(&path) {
            let why = format!("`{}` runs itself: take its `%run` out", file.name);
            return Err(usage_error(&why));
        }
        session.in_file(path, file.name, &text, |session| {
            super::run(&as_cell(&text), session)?;
            match line_of_main(&text) {
                Some(line) => {
                    let lines = "\n".repeat(line);
                    session.run_code(&format!("{lines}bootcamp::runtime::program::run(main);"))
                }
                None => Ok(()),
            }
        })
    }
}

/// Returns a file as a cell, with the same lines. A cell cannot have the first lines of a file: a
/// `#!` for the shell, and the file's documentation (`//!`).
fn as_cell(text: &str) -> String {
    let mut is_head = true;
    let mut lines = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let begin = line.trim_start();
        let is_shells = number == 0 && begin.starts_with("#!") && !begin.starts_with("#![");
        is_head &= begin.is_empty() || begin.starts_with("//") || is_shells;
        let is_left_out = is_head && (begin.starts_with("//!") || is_shells);
        lines.push(if is_left_out { "" } else { line });
    }
    lines.join("\n")
}

/// Returns the number of lines above the `fn main` of a program.
fn line_of_main(text: &str) -> Option<usize> {
    let text = without_magics(text);
    let tokens = token::code(&text);
    let mut pairs = tokens.windows(2);
    let main =
        pairs.find(|pair| pair[1].depth == 0 && (pair[0].text, pair[1].text) == ("fn", "main"))?;
    Some(text[..main[1].start].matches('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_of_a_program_is_found() {
        for (text, line) in [
            ("fn main() {}", Some(0)),
            ("use a::b;\n\npub fn  main() -> Result<(), E> {\n}", Some(2)),
            ("%opt 3\nfn f() {}\nfn main() {}\n", Some(2)),
            ("mod m {\n    fn main() {}\n}", None),
            ("// fn main() {}\nlet s = \"fn main() {}\";", None),
            ("fn main_part() {}\nfn f(main: u8) {}", None),
            ("", None),
        ] {
            assert_eq!(line_of_main(text), line, "{text}");
        }
    }

    #[test]
    fn the_head_of_a_file_is_left_out_and_lines_stay() {
        let text = "#!/bin/env rust\n//! A walk.\n// really\n//! It walks.\nfn f() {}\n//! no\n";
        assert_eq!(as_cell(text), "\n\n// really\n\nfn f() {}\n//! no\n");
        for text in ["", "#![allow(unused)]\n", "let x = 1;\n// a\nx"] {
            assert_eq!(as_cell(text), text);
        }
    }
}
