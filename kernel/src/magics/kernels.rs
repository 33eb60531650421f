//! `%kernels`: shows the installed kernels, and ends those that the notebook has started.

use bootcamp_evaluator::Failure;

use super::{Call, Form, Magic, Options, Session, usage_error};
use crate::languages::{ALL, Languages, Spec, installed};

/// The magic `%kernels`.
#[derive(Debug)]
pub(super) struct Kernels;

impl Magic for Kernels {
    fn name(&self) -> &'static str {
        "kernels"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%kernels [--stop NAME]\n\n\
         Shows the Jupyter kernels that are installed, which of them this notebook has started, \
         and how the usual ones are installed.\n\n\
         --stop NAME: ends one that this notebook has started; its variables go with it."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read(&call.spelling(), &call.arguments, &["--stop NAME"])?;
        if !options.rest.is_empty() {
            let why = format!("`%kernels` takes no `{}`, only `--stop NAME`", options.rest);
            return Err(usage_error(&why));
        }
        if let Some(name) = options.value("--stop") {
            let named = ALL.into_iter().find(|language| language.name == name);
            let name = match named {
                Some(language) => Languages::find(language)?.name,
                None => name.to_lowercase(),
            };
            if !session.languages().stop(&name) {
                let why = format!("no kernel `{name}` was started by this notebook");
                return Err(usage_error(&why));
            }
            session.print(&format!("The kernel `{name}` was ended.\n"));
            return Ok(());
        }
        session.print(&table(&installed(), &session.languages().running()));
        Ok(())
    }
}

fn table(installed: &[Spec], running: &[String]) -> String {
    let magic = |spec: &Spec| {
        let language = ALL.into_iter().find(|language| {
            language.choose(installed).is_some_and(|chosen| chosen.name == spec.name)
        });
        language.map_or_else(
            || format!("%%kernel {}", spec.name),
            |language| format!("%%{}", language.name),
        )
    };
    let here = installed.iter().map(|spec| {
        let state = if running.contains(&spec.name) { "running" } else { "" };
        format!("{:<20} {:<30} {state}", magic(spec), spec.display_name())
    });
    let missing = ALL.into_iter().filter(|language| language.choose(installed).is_none());
    let missing = missing.map(|language| {
        let magic = format!("%%{}", language.name);
        format!("{magic:<20} not here: {}", language.installation.command())
    });
    let lines: Vec<String> = here.chain(missing).collect();
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}
