//! `%history`: the inputs of this session.

use bootcamp_evaluator::Failure;

use super::ranges::Ranges;
use super::{Call, Form, Magic, Options, Session, usage_error};
use crate::history::Entry;

#[derive(Debug)]
pub(super) struct History;

impl Magic for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%history [-n] [-l N] [CELLS]\n\n\
         Prints the inputs of this session. CELLS are numbers such as `3` or `1-3 5`; `-l 5` takes \
         the last five cells before this one; `-n` puts their numbers in front. `%load 3` puts an \
         input into a cell, `%save` writes some to a file."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read("%history", &call.arguments, &["-n", "-l N"])?;
        let count = options.number("-l")?;
        let inputs = session.inputs();
        let shown = match (options.rest, count) {
            ("", None) => inputs.iter().collect(),
            ("", Some(count)) => {
                let before = &inputs[..inputs.len().saturating_sub(1)];
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                before[before.len().saturating_sub(count)..].iter().collect()
            }
            (_, Some(_)) => {
                let why = "`%history` takes `-l N` or numbers of cells: leave one of them out";
                return Err(usage_error(why));
            }
            (cells, None) => chosen(&inputs, &Ranges::read(cells)?)?,
        };
        let line = |entry: &&Entry| {
            if options.has("-n") { numbered(entry.line, &entry.input) } else { entry.input.clone() }
        };
        let text = shown.iter().map(line).map(|line| line + "\n").collect::<String>();
        session.print(&text);
        Ok(())
    }
}

/// Returns the inputs with these numbers.
pub(super) fn chosen<'a>(inputs: &'a [Entry], ranges: &Ranges) -> Result<Vec<&'a Entry>, Failure> {
    ranges.of(inputs, |entry| entry.line).map_err(|range| {
        let why = format!("there is no input {range} in this session: `%history -n` shows all");
        usage_error(&why)
    })
}

/// Returns an input with its number. As in `IPython`, an input of more than one line begins below
/// its number.
fn numbered(number: usize, input: &str) -> String {
    let gap = if input.contains('\n') { '\n' } else { ' ' };
    format!("{number:>4}:{gap}{input}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_front() {
        assert_eq!(numbered(3, "x + 1"), "   3: x + 1");
        assert_eq!(numbered(12, "let x = 1;\nx"), "  12:\nlet x = 1;\nx");
    }
}
