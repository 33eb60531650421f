//! What the ends of a cell on engines mean for whoever sent it.

use std::collections::BTreeMap;

use bootcamp_cluster::client::Output;
use bootcamp_evaluator::{Ending, Failure};
use bytes::Bytes;

use super::names;
use crate::engine_protocol::Ran;
use crate::outcome::{Compiled, classify};

/// How a cell ended on each engine, and the value that it has left.
pub(super) type Endings = BTreeMap<u32, Result<(Ran, Option<Bytes>), Failure>>;

/// Where it is said what engines print and show, and asked whether to go on.
pub(crate) trait EngineAudience {
    fn show(&mut self, engine: u32, output: Output);
    fn is_interrupted(&self) -> bool;
    fn check_interrupt(&self) -> Result<(), Failure> {
        if self.is_interrupted() { Err(Failure::interrupted()) } else { Ok(()) }
    }
    /// A line about the run, not of an engine.
    fn note(&mut self, _line: &str) {}
}

/// One failure of all those that engines had, if there was any.
pub(super) fn outcome(
    endings: &Endings,
    compiled: &mut dyn Compiled,
    audience: &mut dyn EngineAudience,
) -> Result<(), Failure> {
    let mut groups: Vec<(Failure, Vec<u32>)> = Vec::new();
    for (engine, ran) in endings {
        let engine = *engine;
        let classified = ran.clone().and_then(|(ran, _)| {
            let Ran { process_ended, interrupt, missing, summary, .. } = ran;
            if !missing.is_empty() {
                let why = format!(
                    "`{}` is not there: the cell that defines it did not run, or failed",
                    missing.join("`, `")
                );
                return Err(Failure::plain("MissingVariable", &why));
            }
            let ending = match process_ended {
                Some(how) => Ending::ProcessEnded(how),
                None => Ending::Ran(None),
            };
            let note = |text| audience.show(engine, Output::Stderr(text));
            classify(compiled, ending, interrupt, &summary, note)
        });
        let Err(failure) = classified else { continue };
        match groups.iter_mut().find(|(other, _)| *other == failure) {
            Some((_, engines)) => engines.push(engine),
            None => groups.push((failure, vec![engine])),
        }
    }
    let Some((first, engines)) = groups.first() else { return Ok(()) };
    let mut all = Failure::plain(&first.ename, &format!("{}: {}", on(engines), first.evalue));
    if groups.len() > 1 {
        let others = groups.len() - 1;
        all.evalue = format!("{} (and {others} more)", all.evalue);
    }
    all.traceback = groups
        .iter()
        .flat_map(|(failure, engines)| {
            std::iter::once(format!("\u{1b}[1m{}\u{1b}[0m", on(engines)))
                .chain(failure.traceback.iter().cloned())
        })
        .collect();
    Err(all)
}

fn on(engines: &[u32]) -> String {
    format!("on {}", names(engines))
}
