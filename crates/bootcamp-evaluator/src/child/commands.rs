//! evcxr's commands to the process with the variables, and the answers to them.

use std::io::{BufRead, Write};

use anyhow::Context as _;

use crate::evcxr_words::{CELL_DONE, LOAD_AND_RUN};

/// Answers evcxr's commands until evcxr closes its pipe, or until `run` returns `None`. `run` gets
/// a library and its function, and returns the lines that the code printed for evcxr.
pub(crate) fn serve(
    commands: impl BufRead,
    mut answers: impl Write,
    mut run: impl FnMut(&str, &str) -> anyhow::Result<Option<Vec<String>>>,
) -> anyhow::Result<()> {
    for line in commands.lines() {
        let line = line?;
        let (library, function) = line
            .strip_prefix(LOAD_AND_RUN)
            .and_then(|rest| rest.rsplit_once(' '))
            .with_context(|| format!("evcxr sent `{line}`, which is not known here"))?;
        let Some(forward) = run(library, function)? else { return Ok(()) };
        for line in forward {
            writeln!(answers, "{line}")?;
        }
        writeln!(answers, "{CELL_DONE}")?;
        answers.flush()?;
    }
    Ok(())
}
