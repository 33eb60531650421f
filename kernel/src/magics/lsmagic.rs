//! `%lsmagic`: all magics.

use bootcamp_evaluator::Failure;
use bootcamp_protocol::Bundle;

use super::help::{sentence, synopsis};
use super::{ALL, Call, Form, Magic, Session};

#[derive(Debug)]
pub(super) struct LsMagic;

impl Magic for LsMagic {
    fn name(&self) -> &'static str {
        "lsmagic"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%lsmagic\n\nShows all magics. `%time?` shows how one of them is used."
    }

    fn run(&self, _: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        session.show(Bundle::new().text("text/plain", plain()).text("text/markdown", markdown()));
        Ok(())
    }
}

fn plain() -> String {
    let line = |magic: &&dyn Magic| {
        let first = synopsis(*magic).lines().next().unwrap_or_default();
        format!("{first:<44} {}\n", sentence(*magic))
    };
    let lines = ALL.iter().map(line).collect::<String>();
    format!(
        "{lines}{:<44} Runs a shell command; `let lines = !command` keeps what it prints.\n{}",
        "!command", "Type %name? for more about one of them."
    )
}

fn markdown() -> String {
    let line = |magic: &&dyn Magic| {
        let forms: Vec<_> = synopsis(*magic).lines().map(|line| format!("`{line}`")).collect();
        format!("| {} | {} |\n", forms.join("<br>").replace('|', "\\|"), sentence(*magic))
    };
    let lines = ALL.iter().map(line).collect::<String>();
    format!(
        "| magic | what it does |\n|:---|:---|\n{lines}| `!command` | Runs a shell command; \
         `let lines = !command` keeps what it prints. |\n\n`%time?` shows more about one of them."
    )
}
