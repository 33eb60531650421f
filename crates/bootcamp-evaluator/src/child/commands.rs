//! What evcxr says to the process with the variables, and how it is answered.

use std::io::{BufRead, Write};

use anyhow::Context as _;

use crate::evcxr_words::{CELL_DONE, LOAD_AND_RUN};

/// Answers evcxr's commands until it closes its pipe, or `run` has nothing more to say. `run`
/// is given a library and its function; it gives the lines that the code printed for evcxr.
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
            .with_context(|| format!("evcxr said `{line}`, which is not known here"))?;
        let Some(forward) = run(library, function)? else { return Ok(()) };
        for line in forward {
            writeln!(answers, "{line}")?;
        }
        writeln!(answers, "{CELL_DONE}")?;
        answers.flush()?;
    }
    Ok(())
}
