//! The worker thread: it owns the evaluator and runs cells one after the other.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::{Arc, mpsc};
use std::{process, thread};

use bootcamp_evaluator::phases::Phases;
use bootcamp_evaluator::signals::Signals;
use bootcamp_evaluator::stand_in::StandIn;
use bootcamp_evaluator::{Completions, Evaluator, Failure, Prebuilt, Work};
use jupyter_protocol::Payload;
use tokio::sync::oneshot;

use crate::cluster::Cluster;
use crate::history::History;
use crate::interrupts::{Phase, State};
use crate::languages::Languages;
use crate::magics;
use crate::output::{CellOutput, Outputs};
use crate::session::{Described, Session, Shared};

enum Job {
    Execute { code: String, output: CellOutput, done: oneshot::Sender<Executed> },
    Variables { output: CellOutput, done: oneshot::Sender<Option<Vec<Described>>> },
    Complete { code: String, offset: usize, done: oneshot::Sender<Option<Completions>> },
    Document { code: String, offset: usize, done: oneshot::Sender<Option<(String, String)>> },
}

/// The outcome of a cell, and the time of its phases.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) result: Result<(), Failure>,
    pub(crate) phases: Phases,
    /// The requests to the front end.
    pub(crate) payload: Vec<Payload>,
}

impl Executed {
    fn without_running(failure: Failure) -> Self {
        Self { result: Err(failure), phases: Phases::default(), payload: Vec::new() }
    }
}

/// The values that an evaluator is started with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) prebuilt: Prebuilt,
    pub(crate) stand_in: StandIn,
    pub(crate) work: Arc<Work>,
    pub(crate) signals: &'static Signals,
}

/// A handle to the worker thread.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    jobs: mpsc::Sender<Job>,
    state: Arc<State>,
    cluster: Cluster,
    languages: Languages,
}

impl Worker {
    /// Starts the thread; it has to be called in the kernel's runtime. The thread first starts
    /// evcxr, which takes seconds; jobs wait until then.
    pub(crate) fn start(
        start: Start,
        outputs: Outputs,
        history: History,
        cluster: Cluster,
    ) -> Self {
        let (jobs, queue) = mpsc::channel();
        let languages = Languages::new(&start.work, &start.stand_in);
        let state = Arc::new(State::new(start.prebuilt.was_built(), start.signals));
        let shared = Shared {
            outputs,
            history,
            state: Arc::clone(&state),
            cluster: cluster.clone(),
            languages: languages.clone(),
        };
        thread::spawn(move || match start_evaluator(start, &shared.state) {
            Ok(evaluator) => serve(evaluator, &queue, &shared),
            Err(error) => refuse(&queue, &format!("{error:#}")),
        });
        Self { jobs, state, cluster, languages }
    }

    /// Says whether jobs wait for the prebuilt image, which takes about a minute to build.
    pub(crate) fn is_building(&self) -> bool {
        self.building_step().is_some()
    }

    /// Returns the progress of building the image.
    pub(crate) fn building_step(&self) -> Option<String> {
        self.state.building().clone()
    }

    /// Begins a cell. From now on, an interrupt is for this cell.
    pub(crate) fn begin_cell(&self) {
        self.state.enter(Phase::Waiting);
    }

    /// Ends the cell, whether it ran or not.
    pub(crate) fn end_cell(&self) {
        self.state.enter(Phase::Idle);
    }

    /// Runs code of a cell.
    pub(crate) async fn execute(&self, code: String, output: CellOutput) -> Executed {
        self.state.wait();
        let done = self.give(|done| Job::Execute { code, output, done }).await;
        done.unwrap_or_else(|| {
            let why =
                "evcxr failed inside, its message is in the server's output: restart the kernel";
            Executed::without_running(Failure::plain("KernelError", why))
        })
    }

    /// Returns the variables, or `None` if they cannot be read.
    pub(crate) async fn variables(&self, output: CellOutput) -> Option<Vec<Described>> {
        self.state.wait();
        self.give(|done| Job::Variables { output, done }).await.flatten()
    }

    /// Returns the names that fit at a byte offset.
    pub(crate) async fn completions(&self, code: String, offset: usize) -> Option<Completions> {
        self.give(|done| Job::Complete { code, offset, done }).await.flatten()
    }

    /// Returns the documentation of the name that ends at a byte offset: (text, HTML).
    pub(crate) async fn documentation(
        &self,
        code: String,
        offset: usize,
    ) -> Option<(String, String)> {
        self.give(|done| Job::Document { code, offset, done }).await.flatten()
    }

    /// Stops the cell that runs or waits, if there is one. The cell is first asked to stop; a
    /// second interrupt, or some seconds, end its process.
    pub(crate) fn interrupt(&self) {
        self.state.interrupt();
    }

    /// Ends the cells' process in any phase, the cluster, and the kernels of other languages.
    pub(crate) fn end(&self) {
        self.state.end();
        self.cluster.end();
        self.languages.end();
    }

    async fn give<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        self.jobs.send(job(sender)).ok()?;
        receiver.await.ok()
    }
}

fn start_evaluator(start: Start, state: &State) -> anyhow::Result<Evaluator> {
    let is_building = state.building().is_some();
    if is_building {
        let built = build_prebuilt(&start.stand_in, state);
        *state.building() = None;
        built?;
    }
    let evaluator = Evaluator::start(&start.work, &start.prebuilt, start.stand_in)?;
    state.runs_in(evaluator.child());
    Ok(evaluator)
}

/// Builds the image in a process of its own, because building changes the environment.
fn build_prebuilt(stand_in: &StandIn, state: &State) -> anyhow::Result<()> {
    let mut warm = process::Command::new(bootcamp_evaluator::program::path()?);
    stand_in.restore(&mut warm);
    let mut warm = warm.arg("warm").stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut reasons = Vec::new();
    let mut crates = 0;
    if let Some(stderr) = warm.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            if let Some(name) = line.trim_start().strip_prefix("Compiling ") {
                crates += 1;
                *state.building() = Some(format!("compiling {name} ({crates} crates so far)"));
            }
            // cargo's progress would hide the reason of a failure.
            if !line.starts_with("   ") && !line.ends_with("minute)") {
                reasons.push(line);
            }
        }
    }
    anyhow::ensure!(warm.wait()?.success(), "{}", reasons.join("\n"));
    Ok(())
}

fn serve(mut evaluator: Evaluator, queue: &mpsc::Receiver<Job>, shared: &Shared) {
    // If no job waits, the time is used to warm up.
    let mut first = queue.try_recv().ok();
    if first.is_none() {
        evaluator.warm_up();
    }
    while let Some(job) = first.take().or_else(|| queue.recv().ok()) {
        // The task that asked may have ended before the answer.
        match job {
            Job::Execute { code, output, done } => {
                let _ = done.send(execute(&mut evaluator, &code, output, shared));
            }
            Job::Variables { output, done } => {
                let _ = done.send(describe(&mut evaluator, output, shared));
            }
            Job::Complete { code, offset, done } => {
                let _ = done.send(evaluator.completions(&code, offset));
            }
            Job::Document { code, offset, done } => {
                let _ = done.send(evaluator.documentation(&code, offset));
            }
        }
    }
}

fn execute(evaluator: &mut Evaluator, code: &str, output: CellOutput, shared: &Shared) -> Executed {
    let state = &shared.state;
    if matches!(state.enter(Phase::Running), Phase::Interrupted(_)) {
        state.enter(Phase::Idle);
        let why = "the cell was interrupted before it ran";
        return Executed::without_running(Failure::plain("Interrupted", why));
    }
    let mut session = Session::begin(evaluator, shared, code, output);
    let result = magics::run(code, &mut session);
    let (phases, payload) = session.end();
    state.enter(Phase::Idle);
    Executed { result, phases, payload }
}

/// Reads the variables with their sizes and values.
fn describe(
    evaluator: &mut Evaluator,
    output: CellOutput,
    shared: &Shared,
) -> Option<Vec<Described>> {
    let before = shared.state.enter(Phase::Running);
    let described = match before {
        Phase::Interrupted(_) => None,
        _ => Session::begin(evaluator, shared, "", output).describe_variables().ok(),
    };
    shared.state.enter(Phase::Idle);
    described
}

/// Answers every cell with the reason why there is no evaluator.
fn refuse(queue: &mpsc::Receiver<Job>, why: &str) {
    bootcamp_evaluator::log::say(&format!("error: {why}"));
    while let Ok(job) = queue.recv() {
        if let Job::Execute { done, .. } = job {
            let failure = Failure::plain("KernelStart", why);
            let _ = done.send(Executed::without_running(failure));
        }
    }
}
