//! `%%capture`: a cell whose output is kept and not shown.

use std::io::{BufWriter, Write as _};

use bootcamp_evaluator::Failure;
use bootcamp_protocol::Captured;
use tempfile::NamedTempFile;

use super::{Call, Form, Magic, Options, Session, run, usage_error};

#[derive(Debug)]
pub(super) struct Capture;

/// Words that cannot be names.
const KEYWORDS: &str = "Self abstract as async await become box break const continue crate do dyn \
    else enum extern false final fn for gen if impl in let loop macro match mod move mut override \
    priv pub ref return self static struct super trait true try type typeof unsafe unsized use \
    virtual where while yield _";

impl Magic for Capture {
    fn name(&self) -> &'static str {
        "capture"
    }

    fn form(&self) -> Form {
        Form::Cell
    }

    fn help(&self) -> &'static str {
        "%%capture [NAME]\n\n\
         Runs the cell and shows nothing of what it prints and displays. With NAME, that is kept in \
         a variable: `NAME.stdout` and `NAME.stderr` are texts, `NAME.outputs` are the displays and \
         the result, and `NAME.show()` shows all of it. An error is shown as ever."
    }

    fn takes_code(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let name = Options::read("%%capture", &call.arguments, &[])?.rest;
        if !name.is_empty() && !is_name(name) {
            let why = format!("`{name}` is no name of a variable: write `%%capture walk`");
            return Err(usage_error(&why));
        }
        let code = call.body_code();
        if code.trim().is_empty() {
            let why = "there is nothing to capture: write the code below `%%capture`";
            return Err(usage_error(why));
        }
        let (result, kept) = session.capture(|session| run(&code, session));
        // An interrupt also stops the steps that would follow.
        if !name.is_empty() && session.check_interrupt().is_ok() {
            let defined = define(name, &kept.into_captured(), call, session);
            return result.and(defined);
        }
        result
    }
}

/// Says whether a variable can have this name.
pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let begins_well = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let is_word = begins_well && characters.all(|c| c.is_alphanumeric() || c == '_');
    is_word && !KEYWORDS.split(' ').any(|keyword| keyword == text)
}

/// Defines the variable in a cell, which reads the kept output from a file, because there may be
/// megabytes of it.
fn define(
    name: &str,
    captured: &Captured,
    call: &Call,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let write = || {
        let file = NamedTempFile::new()?;
        let mut writer = BufWriter::new(file.as_file());
        serde_json::to_writer(&mut writer, captured)?;
        writer.flush()?;
        drop(writer);
        Ok(file)
    };
    let file: NamedTempFile = write().map_err(|error: std::io::Error| {
        let why = format!("`{name}` is not defined: what was captured cannot be kept: {error}");
        Failure::plain("FileError", &why)
    })?;
    let lines = "\n".repeat(call.line);
    let path = file.path().to_string_lossy();
    session.run_code(&format!(
        "{lines}let {name}: bootcamp::cell::Captured = bootcamp::cell::Captured::read({path:?});"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_variables() {
        for name in ["walk", "_x", "größe", "a1"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "_", "1a", "a b", "a-b", "let", "while", "a.b", "r#type"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
