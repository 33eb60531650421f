//! A cell on engines: compiled once, sent to each, its outputs as they come.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use bootcamp_cluster::client::{Client, Output, Reply, Request, RequestError, Targets};
use bytes::Bytes;
use serde_json::json;
use tokio::runtime::Handle;

use super::{Cluster, Ready, targets};
use crate::code::ends_in_expression;
use crate::engine::request::{CELL, CellRequest, Ran, build};
use crate::evaluator::{Cell, Ending, Failure, PANIC_LINE};
use crate::verdict::{Compiled, judge};
use crate::workshop::{Library, Return};

/// How often a kernel that waits for engines looks whether it still has to.
const NAP: Duration = Duration::from_millis(20);

/// What an engine says.
#[derive(Debug)]
enum Event {
    Output(u32, Output),
    Replied(u32, Result<Reply, RequestError>),
}

/// A cell that runs on engines.
#[derive(Debug)]
pub(super) struct Running {
    engines: Vec<u32>,
    events: Receiver<Event>,
}

/// How a cell ended on each engine, and the value that it has left.
pub(super) type Endings = BTreeMap<u32, Result<(Ran, Option<Bytes>), Failure>>;

/// A compiled cell, as it travels.
#[derive(Clone, Debug)]
pub(super) struct Compilate {
    request: CellRequest,
    code: Bytes,
}

/// What a cell takes over on its engines.
#[derive(Debug)]
pub(super) enum Input {
    None,
    Same(Bytes),
    Each(Vec<(u32, Bytes)>),
}

/// A cell, and how it is to be run.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) cell: &'a Cell,
    /// As in `In [3]`.
    pub(super) execution_count: usize,
    pub(super) engines: &'a [u32],
    pub(super) input: &'a Input,
    /// Whether to wait for the engines.
    pub(super) wait: bool,
}

/// What became of a cell.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It ran, well or not.
    Ended { endings: Endings, compiled: Compilate },
    /// It runs.
    Begun(Running),
    /// There was nothing to run.
    Nothing,
}

/// Where it is said what engines print and show, and asked whether to go on.
pub(crate) trait Audience {
    fn show(&mut self, engine: u32, output: Output);
    fn is_interrupted(&self) -> bool;
}

impl Cluster {
    /// Runs a cell on the engines that `which` names. Without `wait`, it only begins there:
    /// [`finish`](Self::finish) waits for it.
    pub(crate) fn run(
        &self,
        cell: &Cell,
        execution_count: usize,
        which: &str,
        wait: bool,
        audience: &mut dyn Audience,
    ) -> Result<(), Failure> {
        let mut state = self.state();
        let mut ready = state.ready()?;
        let ids = ready.client.ids();
        let engines = targets::parse(which, &ids).map_err(|why| super::failure(&why))?;
        if engines.is_empty() {
            return Err(super::failure(&format!("`{which}` names none of the engines {ids:?}")));
        }
        // A variable may have another type after it.
        ready.pulls.clear();
        let job = Job { cell, execution_count, engines: &engines, input: &Input::None, wait };
        match self.execute(&mut ready, &job, audience)? {
            Outcome::Begun(running) => {
                *ready.running = Some(running);
                Ok(())
            }
            Outcome::Ended { endings, .. } => verdict(&endings, ready.workshop, audience),
            Outcome::Nothing => Ok(()),
        }
    }

    /// Waits for a cell that was begun; says whether there was one.
    pub(crate) fn finish(&self, audience: &mut dyn Audience) -> Result<bool, Failure> {
        let mut state = self.state();
        let Ready { client, workshop, running, .. } = state.ready()?;
        let Some(running) = running.take() else { return Ok(false) };
        let endings = gather(&self.0.handle, &client, &running, audience);
        verdict(&endings, workshop, audience)?;
        Ok(true)
    }

    /// Compiles a cell and has it run by engines.
    pub(super) fn execute(
        &self,
        ready: &mut Ready<'_>,
        job: &Job<'_>,
        audience: &mut dyn Audience,
    ) -> Result<Outcome, Failure> {
        let Job { cell, execution_count, engines, input, wait } = *job;
        if ready.running.is_some() {
            let why = "a cell is at work on the engines: `%pxresult` waits for it";
            return Err(super::failure(why));
        }
        tell_definitions(ready, audience)?;
        let ends_in_expression = ends_in_expression(&cell.code);
        let mut outcome = Ok(Outcome::Nothing);
        let audience = RefCell::new(audience);
        let call = |library: &Library| {
            let request = CellRequest {
                build: build().to_owned(),
                house: self.0.house.clone(),
                function: library.function.clone(),
                execution_count,
                ends_in_expression,
            };
            let code = fs::read(&library.path).map_err(|error| super::failure(&error.to_string()));
            let compiled = code.map(|code| Compilate { request, code: code.into() });
            let sent = compiled.and_then(|compiled| {
                Ok((send(&self.0.handle, &ready.client, engines, &compiled, input)?, compiled))
            });
            let went_well = match sent {
                Ok((running, compiled)) if wait => {
                    let mut audience = audience.borrow_mut();
                    let endings = gather(&self.0.handle, &ready.client, &running, *audience);
                    // A variable is defined where the cell went well; evcxr knows one truth.
                    let went_well = endings.values().flatten().any(|(ran, _)| ran.went_well());
                    outcome = Ok(Outcome::Ended { endings, compiled });
                    went_well
                }
                Ok((running, _)) => {
                    outcome = Ok(Outcome::Begun(running));
                    true
                }
                Err(failure) => {
                    outcome = Err(failure);
                    false
                }
            };
            Return::Ended(if went_well { Vec::new() } else { vec![PANIC_LINE.to_owned()] })
        };
        let ending = ready.workshop.run(cell, || audience.borrow().is_interrupted(), call);
        match (outcome, ending) {
            (Ok(Outcome::Nothing), Ending::Failed(failure)) => Err(failure),
            (Ok(Outcome::Nothing), Ending::ProcessEnded(why)) => Err(super::failure(&why)),
            (outcome, _) => outcome,
        }
    }
}

/// Tells the workshop what the notebook has defined since the last time.
fn tell_definitions(ready: &mut Ready<'_>, audience: &mut dyn Audience) -> Result<(), Failure> {
    let Some(code) = ready.definitions.take_new() else { return Ok(()) };
    let label = "the notebook's definitions".to_owned();
    let cell = Cell { code: code.clone(), written: code, label };
    let nowhere = |_: &Library| Return::Ended(Vec::new());
    match ready.workshop.run(&cell, || audience.is_interrupted(), nowhere) {
        Ending::Failed(failure) => {
            let note = "This is of an earlier cell: what it defines is unknown on the engines.";
            Err(failure.with_note(note))
        }
        _ => Ok(()),
    }
}

/// Sends a compiled cell to engines.
pub(super) fn send(
    handle: &Handle,
    client: &Client,
    engines: &[u32],
    compiled: &Compilate,
    input: &Input,
) -> Result<Running, Failure> {
    let request = Request::new(CELL, json!(compiled.request)).buffer(compiled.code.clone());
    let all = Targets::from(engines);
    let sent = match input {
        Input::None => client.broadcast(all).submit(&request),
        Input::Same(value) => client.broadcast(all).submit(&request.buffer(value.clone())),
        Input::Each(values) => {
            let one = |(engine, value): &(u32, Bytes)| {
                client.direct(*engine).submit(&request.clone().buffer(value.clone()))
            };
            let all: Result<Vec<_>, RequestError> = values.iter().map(one).collect();
            all.map(|all| all.into_iter().flatten().collect())
        }
    };
    let (events, receiver) = channel();
    for pending in sent.map_err(|error| super::failure(&error.to_string()))? {
        let Some(engine) = pending.engine() else { continue };
        let events: Sender<Event> = events.clone();
        let (reply, mut outputs) = pending.split();
        handle.spawn(async move {
            while let Some(output) = outputs.next().await {
                let _ = events.send(Event::Output(engine, output));
            }
            let _ = events.send(Event::Replied(engine, reply.await));
        });
    }
    Ok(Running { engines: engines.to_vec(), events: receiver })
}

/// Waits for all engines. An interrupt is passed on to them.
pub(super) fn gather(
    handle: &Handle,
    client: &Client,
    running: &Running,
    audience: &mut dyn Audience,
) -> Endings {
    let mut endings = Endings::new();
    let mut interrupted = false;
    while endings.len() < running.engines.len() {
        match running.events.recv_timeout(NAP) {
            Ok(Event::Output(engine, output)) => audience.show(engine, output),
            Ok(Event::Replied(engine, reply)) => {
                endings.insert(engine, ending(reply));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if !interrupted && audience.is_interrupted() {
            interrupted = true;
            for engine in running.engines.iter().filter(|engine| !endings.contains_key(engine)) {
                let control = client.control(*engine);
                handle.spawn(async move { control.interrupt().await });
            }
        }
    }
    endings
}

fn ending(reply: Result<Reply, RequestError>) -> Result<(Ran, Option<Bytes>), Failure> {
    match reply {
        Ok(reply) => serde_json::from_value(reply.content)
            .map(|ran| (ran, reply.buffers.into_iter().next()))
            .map_err(|error| super::failure(&format!("the engine's answer is wrong: {error}"))),
        Err(RequestError::Failed(failure)) => Err(Failure {
            traceback: failure.traceback,
            ..Failure::plain(&failure.ename, &failure.evalue)
        }),
        Err(error) => Err(Failure::plain("EngineError", &error.to_string())),
    }
}

/// One failure of all those that engines had, if there was any.
pub(super) fn verdict(
    endings: &Endings,
    compiled: &mut dyn Compiled,
    audience: &mut dyn Audience,
) -> Result<(), Failure> {
    let mut groups: Vec<(Failure, Vec<u32>)> = Vec::new();
    for (engine, ran) in endings {
        let engine = *engine;
        let judged = ran.clone().and_then(|(ran, _)| {
            let Ran { process_ended, interrupt, missing, summary } = ran;
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
            judge(compiled, ending, interrupt, &summary, note)
        });
        let Err(failure) = judged else { continue };
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
    let names: Vec<String> = engines.iter().map(u32::to_string).collect();
    let plural = if engines.len() == 1 { "" } else { "s" };
    format!("on engine{plural} {}", names.join(", "))
}
