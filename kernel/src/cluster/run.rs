//! A cell on engines: compiled once, sent to each, its outputs as they come.

use std::fs;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use bootcamp_cluster::client::{Client, Output, Reply, Request, RequestError, Targets};
use bootcamp_evaluator::compile_server::{CompileServer, Library, Return};
use bootcamp_evaluator::signals::POLL_INTERVAL;
use bootcamp_evaluator::{Cell, Ending, Failure};
use bootcamp_syntax::cell::ends_in_expression;
use bytes::Bytes;
use serde_json::json;
use tokio::runtime::Handle;

use super::outcome::{Endings, EngineAudience, outcome};
use super::{Cluster, Ready, targets};
use crate::engine_protocol::{CELL, CellRequest, Ran, build};

/// After how long an engine that has not ended is interrupted again: later than it takes to
/// end what does not listen.
const AGAIN: Duration = Duration::from_secs(5);

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

/// The beginning of the names of files in which engines leave values.
pub(super) const LEFT: &str = "left";

/// A compiled cell, as it is sent to engines.
#[derive(Clone, Debug)]
pub(super) struct PackedCell {
    request: CellRequest,
    code: Bytes,
}

/// What a cell is given on its engines.
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
pub(super) enum Execution {
    /// It ran, well or not.
    Ended { endings: Endings, cell: PackedCell },
    /// It runs.
    Begun(Running),
    /// There was nothing to run.
    Nothing,
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
        audience: &mut dyn EngineAudience,
    ) -> Result<(), Failure> {
        let mut state = self.state();
        let mut ready = self.ready(&mut state)?;
        let ids = ready.client.ids();
        let engines = targets::parse(which, &ids).map_err(|why| super::failure(&why))?;
        if engines.is_empty() {
            return Err(super::failure(&format!("`{which}` names none of the engines {ids:?}")));
        }
        // A variable may have another type after it.
        ready.pulls.clear();
        let job = Job { cell, execution_count, engines: &engines, input: &Input::None, wait };
        match self.execute(&mut ready, &job, audience)? {
            Execution::Begun(running) => {
                *ready.running = Some(running);
                Ok(())
            }
            Execution::Ended { endings, .. } => outcome(&endings, ready.compile_server, audience),
            Execution::Nothing => Ok(()),
        }
    }

    /// Waits for a cell that was begun; says whether there was one.
    pub(crate) fn finish(&self, audience: &mut dyn EngineAudience) -> Result<bool, Failure> {
        let mut state = self.state();
        let Ready { client, compile_server, running, .. } = self.ready(&mut state)?;
        let Some(running) = running.take() else { return Ok(false) };
        let endings = gather(&self.0.handle, &client, &running, audience);
        outcome(&endings, compile_server, audience)?;
        Ok(true)
    }

    /// Compiles a cell, has it run by engines, and settles it.
    pub(super) fn execute(
        &self,
        ready: &mut Ready<'_>,
        job: &Job<'_>,
        audience: &mut dyn EngineAudience,
    ) -> Result<Execution, Failure> {
        if ready.running.is_some() {
            return Err(super::at_work());
        }
        self.equip(&ready.client, job.engines, ready.equipped, audience)?;
        self.tell_definitions(ready.compile_server, audience)?;
        let compiled = ready.compile_server.compile(job.cell, || audience.is_interrupted());
        let mut compiled = match compiled {
            Ok(compiled) => compiled,
            Err(Ending::Ran(_)) => return Ok(Execution::Nothing),
            // A compiler that was stopped has nothing to say.
            Err(Ending::Failed(failure)) => return audience.check_interrupt().and(Err(failure)),
            Err(Ending::ProcessEnded(why)) => return Err(super::failure(&why)),
        };
        loop {
            let packed = self.pack(job, compiled.library())?;
            let running = send(&self.0.handle, &ready.client, job.engines, &packed, job.input)?;
            let (execution, went_well) = if job.wait {
                let endings = gather(&self.0.handle, &ready.client, &running, audience);
                let went_well = went_well_somewhere(&endings);
                (Execution::Ended { endings, cell: packed }, went_well)
            } else {
                // The next cell may be compiled before this one ends.
                (Execution::Begun(running), true)
            };
            match compiled.settle(&Return::new(went_well), || audience.is_interrupted()) {
                Some(Ending::Failed(failure)) => return Err(failure),
                Some(_) => return Ok(execution),
                // So far it was what `:load_config` in the cell has loaded.
                None => {}
            }
        }
    }

    fn pack(&self, job: &Job<'_>, library: &Library) -> Result<PackedCell, Failure> {
        let request = CellRequest {
            build: build().to_owned(),
            prebuilt: self.prebuilt_key()?,
            function: library.function.clone(),
            execution_count: job.execution_count,
            ends_in_expression: ends_in_expression(&job.cell.code),
            leave_at: self.0.work.join(LEFT),
        };
        let code = fs::read(&library.path).map_err(|error| super::failure(&error.to_string()))?;
        Ok(PackedCell { request, code: code.into() })
    }

    /// Tells the compile server what the notebook has defined since the last time.
    fn tell_definitions(
        &self,
        compile_server: &mut CompileServer,
        audience: &mut dyn EngineAudience,
    ) -> Result<(), Failure> {
        loop {
            let Some(code) = self.definitions().next() else { return Ok(()) };
            let cell = Cell::whole(code, "the notebook's definitions");
            let ending = match compile_server.compile(&cell, || audience.is_interrupted()) {
                // Definitions do nothing: no engine has to run them.
                Ok(mut compiled) => loop {
                    let ran = Return::new(true);
                    if let Some(ending) = compiled.settle(&ran, || audience.is_interrupted()) {
                        break ending;
                    }
                },
                Err(ending) => ending,
            };
            audience.check_interrupt()?;
            if compile_server.is_gone() {
                let why = "the compile server of the engines ended; run the cell again";
                return Err(Failure::plain("CompileServerEnded", why));
            }
            self.definitions().advance();
            if let Ending::Failed(failure) = ending {
                let note = "This is of an earlier cell: the engines go without what it defines.";
                return Err(failure.with_note(note));
            }
        }
    }
}

/// Sends a compiled cell to engines.
pub(super) fn send(
    handle: &Handle,
    client: &Client,
    engines: &[u32],
    cell: &PackedCell,
    input: &Input,
) -> Result<Running, Failure> {
    let request = Request::new(CELL, json!(cell.request)).buffer(cell.code.clone());
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
    audience: &mut dyn EngineAudience,
) -> Endings {
    let mut endings = Endings::new();
    let mut interrupted: Option<Instant> = None;
    while endings.len() < running.engines.len() {
        match running.events.recv_timeout(POLL_INTERVAL) {
            Ok(Event::Output(engine, output)) => audience.show(engine, output),
            Ok(Event::Replied(engine, reply)) => {
                endings.insert(engine, ending(reply));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        // One that comes before the cell does is nobody's: it is sent again.
        let is_due = interrupted.is_none_or(|last| last.elapsed() > AGAIN);
        if is_due && audience.is_interrupted() {
            interrupted = Some(Instant::now());
            for engine in running.engines.iter().filter(|engine| !endings.contains_key(engine)) {
                let control = client.control(*engine);
                handle.spawn(async move { control.interrupt().await });
            }
        }
    }
    endings
}

/// Whether the variables that a cell makes count as defined. evcxr has one list of variables for
/// all engines. So it is enough that the cell went well on one of them: otherwise no later cell
/// could use the variables there. An engine that lacks one says so when a cell needs it.
fn went_well_somewhere(endings: &Endings) -> bool {
    endings.values().flatten().any(|(ran, _)| ran.went_well())
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
