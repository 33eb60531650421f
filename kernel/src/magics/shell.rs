//! `%%sh` and `%%bash`: a cell for a shell.

use bootcamp_evaluator::Failure;

use super::{Call, Form, Magic, Session, usage_error};

/// A cell for one of the shells.
#[derive(Debug)]
pub(super) struct Shell(pub(super) &'static str);

impl Magic for Shell {
    fn name(&self) -> &'static str {
        self.0
    }

    fn form(&self) -> Form {
        Form::Cell
    }

    fn help(&self) -> &'static str {
        if self.0 == "sh" {
            "%%sh\n\nRuns the cell with `sh`, in the folder of the cells and with their \
             environment. What it prints is shown as it comes. An exit code other than 0 is an \
             error."
        } else {
            "%%bash\n\nRuns the cell with `bash`, as `%%sh` does with `sh`. `set -e` in its first \
             line lets it end at the first command that fails."
        }
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let body = call.body.as_deref().unwrap_or_default();
        if !call.arguments.is_empty() {
            let why =
                format!("`%%{0}` takes no `{1}`: the script goes below it", self.0, call.arguments);
            return Err(usage_error(&why));
        }
        if body.trim().is_empty() {
            let why =
                format!("there is nothing for {0} to do: write the script below `%%{0}`", self.0);
            return Err(usage_error(&why));
        }
        // The code is on the line of the magic, because an error points there.
        let lines = "\n".repeat(call.line);
        session
            .run_code(&format!("{lines}bootcamp::runtime::shell::script({:?}, {body:?});", self.0))
    }
}
