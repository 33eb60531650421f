//! `%px`, `%pxresult`, `%autopx`: cells on the engines of a cluster.

use bootcamp_evaluator::Failure;

use super::{Call, Form, Magic, Options, Session, run, usage_error};
use crate::cluster::Grouping;

const OPTIONS: [&str; 7] =
    ["--targets T", "-t T", "--noblock", "--block", "--local", "--group-outputs G", "-g G"];

#[derive(Debug)]
pub(super) struct Px;

impl Magic for Px {
    fn name(&self) -> &'static str {
        "px"
    }

    fn form(&self) -> Form {
        Form::Both
    }

    fn help(&self) -> &'static str {
        "%px [OPTIONS] STATEMENT\n%%px [OPTIONS]\n\n\
         Runs a statement, or the cell, on the engines of the cluster. It is compiled once and \
         sent to all of them; each keeps its own variables from one such cell to the next. \
         Functions, types, imports and dependencies of the notebook are known there, its \
         variables are not; `%opt` is for cells of the notebook. What an engine prints begins with its number.\n\n\
         --targets T: some of the engines, as `0,2`, `::2` (every second) or `-1` (the last).\n\
         --noblock: goes on at once; `%pxresult` waits, and shows what came.\n\
         --local: runs the cell in the notebook, too, after it went well on the engines.\n\
         --group-outputs G: `order` (as it comes), `engine` or `type` (when all are done).\n\n\
         `%cluster start -n 4` starts engines."
    }

    fn takes_code(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read(&call.spelling(), &call.arguments, &OPTIONS)?;
        let code = options.code(call, "run")?;
        let value = |long, short| options.value(long).or_else(|| options.value(short));
        let targets = value("--targets", "-t").unwrap_or("all").trim_start_matches('=');
        let wait = !options.has("--noblock");
        session.run_on_engines(&code, targets, wait, grouping(value("--group-outputs", "-g"))?)?;
        if options.has("--local") {
            return run(&code, session);
        }
        if !wait {
            session.print("The engines are at work: `%pxresult` waits for them.\n");
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct PxResult;

impl Magic for PxResult {
    fn name(&self) -> &'static str {
        "pxresult"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%pxresult [--group-outputs G]\n\n\
         Waits for the cell that `%%px --noblock` has begun, and shows what came of it."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let known = ["--group-outputs G", "-g G"];
        let options = Options::read(&call.spelling(), &call.arguments, &known)?;
        let value = options.value("--group-outputs").or_else(|| options.value("-g"));
        if !session.finish_on_engines(grouping(value)?)? {
            session
                .print("Nothing is at work on the engines: `%%px --noblock` begins something.\n");
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct AutoPx;

impl Magic for AutoPx {
    fn name(&self) -> &'static str {
        "autopx"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%autopx\n\n\
         From now on, cells run on the engines, as if each began with `%%px`; once more, and \
         they run in the notebook again."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        if !call.arguments.is_empty() {
            return Err(usage_error("`%autopx` takes nothing: it turns itself on and off"));
        }
        let on = session.cluster().toggle_takes_all()?;
        let text = if on {
            "Cells run on the engines now; `%autopx` again ends that.\n"
        } else {
            "Cells run in the notebook again.\n"
        };
        session.print(text);
        Ok(())
    }
}

fn grouping(text: Option<&str>) -> Result<Grouping, Failure> {
    let Some(text) = text.map(|text| text.trim_start_matches('=')) else {
        return Ok(Grouping::default());
    };
    Grouping::parse(text).ok_or_else(|| {
        let why = format!("`--group-outputs {text}`: give order, engine or type");
        usage_error(&why)
    })
}
