//! The worker thread: it owns the evaluator and runs cells one after the other.

use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use tokio::sync::oneshot;

use crate::child::Times;
use crate::evaluator::{self, Cell, Completions, Ending, Evaluator, Failure};
use crate::house::House;
use crate::output::{CellOutput, Outputs, Summary};
use crate::phases::{Phases, milliseconds};
use crate::signals::Signals;
use crate::stand_in::StandIn;
use crate::work::Work;

/// What the end of the cells' process means.
const LOST: &str = "All variables are lost; functions, types and imports are kept.";
/// What follows for a cell that did not ask for interrupts.
const HOW_TO_KEEP: &str =
    "A loop that calls `check_interrupt()` now and then stops at once and keeps them.";
/// How long a cell has time to end by itself after an interrupt.
const GRACE: Duration = Duration::from_secs(3);
/// How often it is looked at meanwhile.
const NAP: Duration = Duration::from_millis(20);

enum Job {
    Execute { code: String, output: CellOutput, done: oneshot::Sender<Executed> },
    Complete { code: String, offset: usize, done: oneshot::Sender<Option<Completions>> },
    Document { code: String, offset: usize, done: oneshot::Sender<Option<(String, String)>> },
}

/// How a cell ended, and where its time went.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) result: Result<(), Failure>,
    pub(crate) phases: Phases,
}

impl Executed {
    fn without_running(failure: Failure) -> Self {
        Self { result: Err(failure), phases: Phases::default() }
    }
}

/// What the worker shares with those who give it work.
#[derive(Debug)]
struct State {
    building_house: AtomicBool,
    phase: Mutex<Phase>,
    child: OnceLock<Arc<Mutex<Child>>>,
    signals: &'static Signals,
}

/// What becomes of a cell. An interrupt changes it, and asks or kills the child, under one
/// lock, so it never hits the cell after the one it was meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Phase {
    #[default]
    Idle,
    /// For evcxr to start, or for a completion.
    Waiting,
    /// Compiling or running.
    Running,
    /// Asked to stop, since then.
    Interrupted(Instant),
    /// Its process was killed.
    Killed,
}

impl State {
    /// Enters a phase; gives the one before.
    fn enter(&self, phase: Phase) -> Phase {
        let mut current = self.lock();
        if phase == Phase::Running {
            self.signals.clear();
        }
        std::mem::replace(&mut current, phase)
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the child, if it is in the code of a cell: a compiler that works for one has
    /// been told, and leaves the child as it was.
    fn kill(&self, phase: &mut Phase) {
        if self.signals.is_running()
            && let Some(child) = self.child.get()
        {
            evaluator::kill(child);
            *phase = Phase::Killed;
        }
    }

    /// Waits until an interrupted cell ends, and kills it when it does not.
    fn wait_for_end(&self, asked: Instant) {
        loop {
            thread::sleep(NAP);
            let mut phase = self.lock();
            if *phase != Phase::Interrupted(asked) {
                return;
            }
            if asked.elapsed() >= GRACE {
                self.kill(&mut phase);
            }
        }
    }
}

/// What an evaluator is started with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) house: House,
    pub(crate) stand_in: StandIn,
    pub(crate) work: Arc<Work>,
    pub(crate) signals: &'static Signals,
}

/// A handle to the worker thread.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    jobs: mpsc::Sender<Job>,
    state: Arc<State>,
}

impl Worker {
    /// Starts the thread. It first starts evcxr, which takes seconds; work waits for that.
    pub(crate) fn start(start: Start, outputs: Outputs) -> Self {
        let (jobs, queue) = mpsc::channel();
        let state = Arc::new(State {
            building_house: AtomicBool::new(!start.house.was_built()),
            phase: Mutex::default(),
            child: OnceLock::new(),
            signals: start.signals,
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || match start_evaluator(start, &shared) {
            Ok(evaluator) => serve(evaluator, &queue, &outputs, &shared),
            Err(error) => refuse(&queue, &format!("{error:#}")),
        });
        Self { jobs, state }
    }

    /// Whether work waits for the house, which takes about a minute.
    pub(crate) fn is_building_house(&self) -> bool {
        self.state.building_house.load(Ordering::Relaxed)
    }

    /// Runs a cell.
    pub(crate) async fn execute(&self, code: String, output: CellOutput) -> Executed {
        self.state.enter(Phase::Waiting);
        let done = self.give(|done| Job::Execute { code, output, done }).await;
        done.unwrap_or_else(|| {
            let why =
                "evcxr failed inside, its message is in the server's output: restart the kernel";
            Executed::without_running(Failure::plain("KernelError", why))
        })
    }

    /// Names that fit at a byte offset.
    pub(crate) async fn completions(&self, code: String, offset: usize) -> Option<Completions> {
        self.give(|done| Job::Complete { code, offset, done }).await.flatten()
    }

    /// The documentation of the name that ends at a byte offset: (text, HTML).
    pub(crate) async fn documentation(
        &self,
        code: String,
        offset: usize,
    ) -> Option<(String, String)> {
        self.give(|done| Job::Document { code, offset, done }).await.flatten()
    }

    /// Stops the cell that runs or waits, if there is one. It is asked first; a second
    /// interrupt, or some seconds, end its process.
    pub(crate) fn interrupt(&self) {
        let mut phase = self.state.lock();
        let now = Instant::now();
        match *phase {
            Phase::Idle | Phase::Killed => {}
            Phase::Waiting => *phase = Phase::Interrupted(now),
            Phase::Running => {
                self.state.signals.ask();
                *phase = Phase::Interrupted(now);
                let state = Arc::clone(&self.state);
                thread::spawn(move || state.wait_for_end(now));
            }
            Phase::Interrupted(_) => self.state.kill(&mut phase),
        }
    }

    /// Ends the cells' process, whatever it does.
    pub(crate) fn end(&self) {
        if let Some(child) = self.state.child.get() {
            evaluator::kill(child);
        }
    }

    async fn give<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        self.jobs.send(job(sender)).ok()?;
        receiver.await.ok()
    }
}

fn start_evaluator(start: Start, state: &State) -> anyhow::Result<Evaluator> {
    if state.building_house.load(Ordering::Relaxed) {
        // In a process of its own: building changes the environment.
        let mut warm = process::Command::new(env::current_exe()?);
        start.stand_in.restore(&mut warm);
        let output = warm.arg("warm").output()?;
        state.building_house.store(false, Ordering::Relaxed);
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            // cargo's progress would hide the reason.
            let is_progress = |line: &&str| line.starts_with("   ") || line.ends_with("minute)");
            let reason: Vec<&str> = text.lines().filter(|line| !is_progress(line)).collect();
            anyhow::bail!("{}", reason.join("\n"));
        }
    }
    let evaluator = Evaluator::start(&start.work, &start.house, start.stand_in)?;
    let _ = state.child.set(evaluator.child());
    Ok(evaluator)
}

fn serve(mut evaluator: Evaluator, queue: &mpsc::Receiver<Job>, outputs: &Outputs, state: &State) {
    // With nobody waiting, the time is used.
    let mut first = queue.try_recv().ok();
    if first.is_none() {
        evaluator.warm_up();
    }
    while let Some(job) = first.take().or_else(|| queue.recv().ok()) {
        // Whoever asked may be gone by the time there is an answer.
        match job {
            Job::Execute { code, output, done } => {
                let _ = done.send(execute(&mut evaluator, code, output, outputs, state));
            }
            Job::Complete { code, offset, done } => {
                let _ = done.send(evaluator.completions(&code, offset).ok());
            }
            Job::Document { code, offset, done } => {
                let _ = done.send(evaluator.documentation(&code, offset));
            }
        }
    }
}

fn execute(
    evaluator: &mut Evaluator,
    code: String,
    output: CellOutput,
    outputs: &Outputs,
    state: &State,
) -> Executed {
    let cell = Cell { code, label: output.execution_count.to_string() };
    if matches!(state.enter(Phase::Running), Phase::Interrupted(_)) {
        state.enter(Phase::Idle);
        let why = "the cell was interrupted before it ran";
        return Executed::without_running(Failure::plain("Interrupted", why));
    }
    outputs.begin(output);
    let started = Instant::now();
    let ending = evaluator.run(&cell);
    let total = milliseconds(started);
    let end = state.enter(Phase::Idle);
    let summary = outputs.end();
    let Times { load_ms, run_ms } = summary.times;
    let phases = Phases::new(total, &evaluator.passes(), load_ms, run_ms);
    Executed { result: judge(evaluator, ending, end, &summary, outputs), phases }
}

/// What the end of a cell means for whoever sent it.
fn judge(
    evaluator: &mut Evaluator,
    ending: Ending,
    end: Phase,
    summary: &Summary,
    outputs: &Outputs,
) -> Result<(), Failure> {
    let interrupted = Failure::plain("Interrupted", "the cell was interrupted");
    let stopped = !matches!(ending, Ending::Ran(_)) || summary.stopped;
    match end {
        Phase::Killed => {
            if !matches!(ending, Ending::ProcessEnded(_)) {
                // The process was killed beside the cell, which did not notice.
                evaluator.forget_variables();
            }
            return Err(interrupted.with_note(LOST).with_note(HOW_TO_KEEP));
        }
        // It may also have ended by itself, just before.
        Phase::Interrupted(_) if stopped && !matches!(ending, Ending::ProcessEnded(_)) => {
            return Err(interrupted.with_note("All variables that were there before are kept."));
        }
        _ => {}
    }
    let reason = match &ending {
        Ending::Ran(_) if summary.stopped => summary.last_panic(),
        // A panic that could not unwind, such as one in a destructor: it aborts.
        Ending::ProcessEnded(how) if how.contains("SIGABRT") => summary.last_panic(),
        _ => None,
    };
    for (index, report) in summary.panics.iter().enumerate() {
        if Some(index) != reason {
            outputs.note(evaluator.note_of_report(report));
        }
    }
    let failure = reason.map(|index| evaluator.failure_of_report(&summary.panics[index]));
    match ending {
        Ending::Ran(_) if summary.stopped => {
            Err(failure.unwrap_or_else(|| Failure::plain("panic", "the cell panicked")))
        }
        Ending::Ran(result) => {
            if let Some(bundle) = result {
                outputs.result(bundle);
            }
            Ok(())
        }
        Ending::Failed(failure) => Err(failure),
        Ending::ProcessEnded(how) => {
            let status = how.rsplit("terminated with status: ").next().unwrap_or(&how).trim();
            let (ename, ended) = end_of_process(status, &summary.last_words);
            Err(match failure {
                Some(failure) => failure.with_note(&format!("{ended}. {LOST}")),
                None => Failure::plain(ename, &ended).with_note(LOST),
            })
        }
    }
}

/// What it means that the cells' process ended so: a name, and a sentence.
fn end_of_process(status: &str, last_words: &str) -> (&'static str, String) {
    if last_words.contains("has overflowed its stack") {
        let why = "a function calls itself without end, or a large array is a local variable";
        return ("StackOverflow", format!("the stack overflowed: {why}"));
    }
    const SIGNALS: [(&str, &str, &str); 5] = [
        ("SIGABRT", "Aborted", "something ended it on purpose, such as a panic in a destructor"),
        ("SIGBUS", "BusError", "it used memory of a file that became shorter"),
        ("SIGFPE", "ArithmeticError", "a C library divided by 0"),
        ("SIGKILL", "Killed", "the system does that when the memory runs out"),
        ("SIGSEGV", "SegmentationFault", "`unsafe` code or a C library used memory not its own"),
    ];
    let known = SIGNALS.iter().find(|(signal, _, _)| status.contains(signal));
    let Some((_, ename, why)) = known else {
        let text = format!("the cell's process ended with {status}");
        return ("ProcessEnded", text);
    };
    (ename, format!("the cell's process ended with {status}: {why}"))
}

/// Answers every cell with the reason why there is no evaluator.
fn refuse(queue: &mpsc::Receiver<Job>, why: &str) {
    crate::cli::say(&format!("error: {why}"));
    while let Ok(job) = queue.recv() {
        if let Job::Execute { done, .. } = job {
            let failure = Failure::plain("KernelStart", why);
            let _ = done.send(Executed::without_running(failure));
        }
    }
}
