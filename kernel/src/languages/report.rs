//! The error of a cell whose kernel always replies that the cell succeeded.
//!
//! `octave_kernel` gives Octave a cell line by line. After an error it continues with the next
//! line, and only the printed text shows the error. From a file, Octave runs the cell as a whole,
//! and can report the error itself.

use std::path::{Path, PathBuf};
use std::{fs, io};

use bootcamp_evaluator::Failure;
use serde::Deserialize;

/// The way to run a cell from a file.
#[derive(Debug)]
pub(super) struct Report {
    /// The code that runs the file `{cell}`, and writes `{report}` if the cell failed.
    pub(super) run: &'static str,
    /// The messages of its kernel when the language has ended, but the kernel has not.
    pub(super) ends: &'static [&'static str],
}

#[derive(Deserialize)]
struct Reported {
    message: String,
    frames: Vec<Frame>,
}

/// A line that was running. The frames begin with the innermost one.
#[derive(Deserialize)]
struct Frame {
    name: String,
    line: i64,
    column: i64,
}

impl Report {
    /// Writes a cell to its file. Returns the code that runs the file.
    pub(super) fn prepare(&self, code: &str, folder: &Path) -> io::Result<String> {
        let (own, rest) = split(code);
        let _ = fs::remove_file(report(folder));
        if rest.trim().is_empty() {
            return Ok(own.to_owned());
        }
        // Empty lines in their place keep the numbers of the lines.
        let empty = "\n".repeat(own.lines().count());
        fs::write(cell(folder), empty + rest)?;
        let quoted = |path: PathBuf| path.to_string_lossy().replace('\'', "''");
        let run = self
            .run
            .replace("{folder}", &quoted(folder.to_owned()))
            .replace("{cell}", &quoted(cell(folder)))
            .replace("{report}", &quoted(report(folder)));
        Ok(own.to_owned() + &run)
    }

    /// Says whether a failure means that the language has ended.
    pub(super) fn is_end(&self, failure: &Failure) -> bool {
        self.ends.iter().any(|end| failure.evalue.contains(end))
    }

    /// Returns the failure of the cell that ran last, if it failed.
    pub(super) fn failure(folder: &Path) -> Option<Failure> {
        let reported: Reported = serde_json::from_slice(&fs::read(report(folder)).ok()?).ok()?;
        let cell = cell(folder).to_string_lossy().into_owned();
        let message = reported.message.replace(&format!("file {cell}"), "the cell");
        let message = message.replace(&cell, "the cell");
        let mut failure = Failure::plain("error", message.trim());
        failure.traceback.extend(reported.frames.iter().map(|frame| {
            let name = if frame.name == cell { "the cell" } else { &frame.name };
            let column = match frame.column {
                ..1 => String::new(),
                column => format!(", column {column}"),
            };
            format!("    {name} at line {}{column}", frame.line)
        }));
        Some(failure)
    }
}

fn cell(folder: &Path) -> PathBuf {
    folder.join("cell")
}

fn report(folder: &Path) -> PathBuf {
    folder.join("failure.json")
}

/// Splits a cell into the first lines, which are for the kernel and not for its language, such as
/// `%plot -f png` and `help?`, and the others.
fn split(code: &str) -> (&str, &str) {
    let is_own = |line: &str| {
        let after = line.trim_start().strip_prefix(['%', '?', '!']);
        let after = after.map(|after| after.trim_start_matches('%'));
        after.is_some_and(|after| after.starts_with(|c: char| c.is_alphabetic()))
    };
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    if code.trim().strip_suffix('?').is_some_and(|name| name.chars().all(is_of_name)) {
        return (code, "");
    }
    let own = code.split_inclusive('\n').take_while(|line| line.trim().is_empty() || is_own(line));
    code.split_at(own.map(str::len).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_for_the_kernel_stay_outside_of_the_file() {
        assert_eq!(split("%plot -f png\nplot (1)\n"), ("%plot -f png\n", "plot (1)\n"));
        assert_eq!(split("\n%%bash\nls"), ("\n%%bash\n", "ls"));
        assert_eq!(split("?plot"), ("?plot", ""));
        assert_eq!(split("plot?"), ("plot?", ""));
        assert_eq!(split("% is it so?"), ("", "% is it so?"));
        assert_eq!(split("x = 4 % really?"), ("", "x = 4 % really?"));
        assert_eq!(split("%% a part\nx = 1\n%plot"), ("", "%% a part\nx = 1\n%plot"));
        assert_eq!(split("x = 1"), ("", "x = 1"));
    }

    #[test]
    fn a_report_is_told_in_the_words_of_the_notebook() {
        let folder = tempfile::tempdir().unwrap();
        let run = "try, source ('{cell}'); catch, f ('{report}'); end";
        let of = Report { run, ends: &["End of File"] };
        let path = folder.path();
        let run = of.prepare("%plot -f png\nx = 1", path).unwrap();
        assert!(run.starts_with("%plot -f png\ntry, source ('"), "{run}");
        assert_eq!(fs::read_to_string(cell(path)).unwrap(), "\nx = 1");
        assert!(Report::failure(path).is_none());
        let name = cell(path);
        let reported = serde_json::json!({
            "message": format!("bad in file {}", name.display()),
            "frames": [
                { "name": "f", "line": 1, "column": -1 },
                { "name": name.to_str().unwrap(), "line": 2, "column": 5 },
            ],
        });
        assert!(of.is_end(&Failure::plain("", " End of File")));
        fs::write(report(path), reported.to_string()).unwrap();
        let failure = Report::failure(path).unwrap();
        assert_eq!(failure.evalue, "bad in the cell");
        assert_eq!(failure.traceback[1..], ["    f at line 1", "    the cell at line 2, column 5"]);
        of.prepare("x = 1", path).unwrap();
        assert!(Report::failure(path).is_none(), "that of the cell before has gone");
    }
}
