//! `%pwd` and `%cd`: the folder of the cells.

use bootcamp_evaluator::Failure;

use super::file::{Named, in_home};
use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct Pwd;

impl Magic for Pwd {
    fn name(&self) -> &'static str {
        "pwd"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%pwd\n\nShows the folder that the cells work in. `%cd` goes to another one."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        if !call.arguments.is_empty() {
            let why = format!("`%pwd` takes no `{0}`: `%cd {0}` goes there", call.arguments);
            return Err(usage_error(&why));
        }
        session.print(&format!("{}\n", session.folder().display()));
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Cd;

impl Magic for Cd {
    fn name(&self) -> &'static str {
        "cd"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%cd [FOLDER]\n\n\
         Goes to another folder and shows its path. Files of cells, of `!command` and of other \
         magics are looked for there. `%cd` alone goes to your home, `~/data` is a folder of your \
         home, and `%cd -` goes back to the folder before."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let name = Options::read("%cd", &call.arguments, &[])?.rest;
        let from = session.folder();
        let path = match name {
            "" => in_home("~"),
            "-" => session.folder_before().ok_or_else(|| {
                usage_error("`%cd -` goes back to the folder before: there is none yet")
            })?,
            _ => Named::of(name, session).path,
        };
        let shown = path.to_string_lossy().into_owned();
        let named =
            Named { name: if name.is_empty() || name == "-" { &shown } else { name }, path };
        let failed = |error| named.failure("entered", &error);
        // A file gives the same errors as for other magics, but a folder is needed here.
        if !named.path.metadata().map_err(failed)?.is_dir() {
            let why = format!("`{}` is a file: `%cd` goes to folders", named.name);
            return Err(Failure::plain("FileError", &why));
        }
        let lines = "\n".repeat(call.line);
        let code = format!("{lines}bootcamp::runtime::environment::change_folder({shown:?});");
        session.run_code(&code)?;
        session.note_folder(from).map_err(failed)?;
        session.print(&format!("{}\n", session.folder().display()));
        Ok(())
    }
}
