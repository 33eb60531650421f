//! `%%python`, `%%R`, `%%octave`, `%%julia`, `%%kernel NAME`: cells in other languages.

use bootcamp_evaluator::Failure;

use super::travel::Travel;
use super::{Call, Form, Magic, Session, usage_error};
use crate::languages::{Language, Languages, Spec};

/// A cell in one of the languages that have a magic.
#[derive(Debug)]
pub(super) struct InLanguage {
    pub(super) language: &'static Language,
    pub(super) help: &'static str,
}

macro_rules! variables {
    () => {
        "\n\n-i NAMES: variables of the notebook that the cell gets, such as `-i points,n`.\n\
         -o NAMES: variables of the cell that the notebook gets. Their types follow from their \
         values; `-o fit:Vec<Point>` states one.\n\
         --optional: where there is no such kernel, the cell says so and is left out.\n\n\
         Numbers, texts, vectors, arrays of ndarray, records and lists of records travel. `%kernels` \
         shows which kernels there are."
    };
}

pub(super) static PYTHON: InLanguage = InLanguage {
    language: &crate::languages::PYTHON,
    help: concat!(
        "%%python [-i NAMES] [-o NAMES] [--optional]\n\n\
         Runs the cell in Python. Its kernel is started by the first such cell and keeps its \
         variables.",
        variables!()
    ),
};

pub(super) static R: InLanguage = InLanguage {
    language: &crate::languages::R,
    help: concat!(
        "%%R [-i NAMES] [-o NAMES] [--optional]\n\n\
         Runs the cell in R. Its kernel is started by the first such cell and keeps its variables. \
         A list of records is a data frame there.",
        variables!()
    ),
};

pub(super) static OCTAVE: InLanguage = InLanguage {
    language: &crate::languages::OCTAVE,
    help: concat!(
        "%%octave [-i NAMES] [-o NAMES] [--optional]\n\n\
         Runs the cell in Octave. Its kernel is started by the first such cell and keeps its \
         variables. A list of records is a struct of columns there.",
        variables!()
    ),
};

pub(super) static JULIA: InLanguage = InLanguage {
    language: &crate::languages::JULIA,
    help: "%%julia [--optional]\n\n\
           Runs the cell in Julia. Its kernel is started by the first such cell and keeps its \
           variables, which do not travel.",
};

impl Magic for InLanguage {
    fn name(&self) -> &'static str {
        self.language.name
    }

    fn form(&self) -> Form {
        Form::Cell
    }

    fn help(&self) -> &'static str {
        self.help
    }

    fn takes_data(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let travel = Travel::read(&call.spelling(), &call.arguments)?;
        if let Some(word) = travel.rest.first() {
            let why = format!("`%%{0}` takes no `{word}`: the code goes below it", call.name);
            return Err(usage_error(&why));
        }
        run(call, &travel, session, || Languages::find(self.language))
    }
}

/// A cell in any kernel.
#[derive(Debug)]
pub(super) struct InKernel;

impl Magic for InKernel {
    fn name(&self) -> &'static str {
        "kernel"
    }

    fn form(&self) -> Form {
        Form::Cell
    }

    fn help(&self) -> &'static str {
        concat!(
            "%%kernel NAME [-i NAMES] [-o NAMES] [--optional]\n\n\
             Runs the cell in the Jupyter kernel NAME. It is started by the first such cell and \
             keeps its variables. Variables travel to and from Python, R and Octave.",
            variables!()
        )
    }

    fn takes_data(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let travel = Travel::read(&call.spelling(), &call.arguments)?;
        let [name] = travel.rest[..] else {
            let why =
                "give the name of one kernel, as in `%%kernel python3`: `%kernels` shows them";
            return Err(usage_error(why));
        };
        run(call, &travel, session, || Languages::find_named(name))
    }
}

fn run(
    call: &Call,
    travel: &Travel<'_>,
    session: &mut Session<'_>,
    find: impl FnOnce() -> Result<Spec, Failure>,
) -> Result<(), Failure> {
    let code = call.body.as_deref().unwrap_or_default();
    if code.trim().is_empty() && travel.outputs.is_empty() && travel.inputs.is_empty() {
        let spelling = call.spelling();
        let why = format!("there is nothing to run: write the code below `{spelling}`");
        return Err(usage_error(&why));
    }
    let spec = match find() {
        Err(failure) if travel.is_optional => {
            session.print(&format!("Skipped: {}\n", failure.evalue));
            return Ok(());
        }
        found => found?,
    };
    session.run_in_language(&spec, code, &travel.inputs, &travel.outputs)
}
