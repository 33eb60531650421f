//! `%save`: writes inputs of this session to a file.

use bootcamp_evaluator::Failure;

use super::file::{Named, first_word, missing};
use super::history::chosen;
use super::ranges::Ranges;
use super::reset::is_yes;
use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct Save;

impl Magic for Save {
    fn name(&self) -> &'static str {
        "save"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%save [-a] [-f] FILE CELLS\n\n\
         Writes inputs of this session to a file, which `%run` and `%load` read. CELLS are numbers \
         such as `1-3 5`; FILE is given the ending `.rs` if it has none. `-a` adds to the file; \
         `-f` does not ask before it replaces one."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        const EXAMPLE: &str = "%save walk.rs 1-3 5";
        let options = Options::read("%save", &call.arguments, &["-a", "-f"])?;
        let (word, cells) = first_word(options.rest);
        if word.is_empty() {
            return Err(missing("%save", EXAMPLE));
        }
        if cells.is_empty() {
            let why = format!("`%save {word}` needs the numbers of cells: `{EXAMPLE}`");
            return Err(usage_error(&why));
        }
        let inputs = session.inputs();
        let chosen = chosen(&inputs, &Ranges::read(cells)?)?;
        let text: String = chosen.iter().flat_map(|entry| [&entry.input[..], "\n"]).collect();
        let mut file = Named::of(word, session);
        let with_ending = format!("{}.rs", file.name);
        if file.path.extension().is_none() && !file.path.exists() {
            file = Named::of(&with_ending, session);
        }
        let appends = options.has("-a");
        let may_replace = appends || options.has("-f") || !file.path.is_file();
        if !may_replace && !replaces(&file, session)? {
            session.print("Nothing was written.\n");
            return Ok(());
        }
        file.write(&text, appends)?;
        let name = file.name;
        session.print(&format!("The following inputs were written to `{name}`:\n{text}"));
        Ok(())
    }
}

fn replaces(file: &Named<'_>, session: &Session<'_>) -> Result<bool, Failure> {
    let name = file.name;
    let answer = session.ask(&format!("`{name}` is there already. Replace it (y/[n])? "), false)?;
    answer.map(|answer| is_yes(&answer)).map_err(|_| {
        let why = format!("`{name}` is there already: `%save -f` replaces it, `-a` adds to it");
        usage_error(&why)
    })
}
