//! `%%writefile`: writes the cell to a file.

use bootcamp_evaluator::Failure;

use super::file::{Named, Written, missing};
use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct WriteFile;

impl Magic for WriteFile {
    fn name(&self) -> &'static str {
        "writefile"
    }

    fn form(&self) -> Form {
        Form::Cell
    }

    fn help(&self) -> &'static str {
        "%%writefile [-a] FILE\n\n\
         Writes the lines below it to a file, as they are; `-a` adds them to it. The last line is \
         given its end. A file that cannot be written as a whole stays as it was."
    }

    fn takes_data(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read("%%writefile", &call.arguments, &["-a"])?;
        if options.rest.is_empty() {
            return Err(missing("%%writefile", "%%writefile walk.rs"));
        }
        let file = Named::of(options.rest, session);
        let body = call.body.as_deref().unwrap_or_default();
        if body.is_empty() {
            let why = format!("there is nothing to write to `{}`: put it below", file.name);
            return Err(usage_error(&why));
        }
        let end = if body.ends_with('\n') { "" } else { "\n" };
        let written = file.write(&format!("{body}{end}"), options.has("-a"))?;
        let what = match written {
            Written::New => "Writing",
            Written::Over => "Overwriting",
            Written::Appended => "Appending to",
        };
        session.print(&format!("{what} {}\n", file.name));
        Ok(())
    }
}
