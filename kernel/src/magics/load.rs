//! `%load`: replaces the text of the cell by a file or an earlier cell.

use bootcamp_evaluator::Failure;
use jupyter_protocol::Payload;

use super::file::{Named, missing};
use super::history::chosen;
use super::ranges::Ranges;
use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct Load;

/// The largest file to load; people do not read a larger cell.
const MOST_MEGABYTES: u64 = 1;

impl Magic for Load {
    fn name(&self) -> &'static str {
        "load"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%load [-r LINES] FILE\n%load CELLS\n\n\
         Puts the text of a file, or the inputs of cells of this session, in the place of this \
         cell. CELLS are numbers such as `3` or `1-3 5`; `-r 10-20` takes some lines of a file. \
         The first line of the new cell says where it is from."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read("%load", &call.arguments, &["-r LINES"])?;
        if options.rest.is_empty() {
            return Err(missing("%load", "%load walk.rs"));
        }
        let lines = options.value("-r").map(Ranges::read).transpose()?;
        let text = match (Ranges::read(options.rest), &lines) {
            (Ok(ranges), None) => {
                let inputs = session.inputs();
                let chosen = chosen(&inputs, &ranges)?;
                chosen.iter().map(|entry| &entry.input[..]).collect::<Vec<_>>().join("\n")
            }
            _ => Named::of_source(options.rest, session).read(MOST_MEGABYTES)?,
        };
        let text = match lines {
            Some(lines) => some_lines(&text, &lines, options.rest)?,
            None => text,
        };
        let text = format!("// %load {}\n{}", call.arguments, text.trim_end_matches('\n'));
        session.add_payload(Payload::SetNextInput { text, replace: true });
        Ok(())
    }
}

fn some_lines(text: &str, lines: &Ranges, name: &str) -> Result<String, Failure> {
    let all: Vec<(usize, &str)> = (1..).zip(text.lines()).collect();
    let chosen = lines.of(&all, |(number, _)| *number).map_err(|range| {
        let count = all.len();
        usage_error(&format!("`-r {range}`: `{name}` has {count} lines, give some of them"))
    })?;
    Ok(chosen.into_iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n"))
}
