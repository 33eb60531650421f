//! The state of the running cell, and the ways to end it.

use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bootcamp_evaluator::child;
use bootcamp_evaluator::signals::{POLL_INTERVAL, Signals};

use crate::outcome::Interrupt;

/// The time that a cell has to end by itself after an interrupt.
const GRACE: Duration = Duration::from_secs(3);
/// The state that the worker shares with its callers.
#[derive(Debug)]
pub(crate) struct State {
    /// The progress of building the prebuilt image, or `None` when the image is ready.
    building: Mutex<Option<String>>,
    phase: Mutex<Phase>,
    child: OnceLock<Arc<Mutex<Child>>>,
    signals: &'static Signals,
}

/// The phase of a cell. An interrupt changes the phase, and asks or kills the child, under one
/// lock. So it never hits the cell after the one that it was meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Phase {
    #[default]
    Idle,
    /// The cell waits for evcxr to start, or for a completion.
    Waiting,
    /// The cell is compiled or runs.
    Running,
    /// The cell was asked to stop at this time.
    Interrupted(Instant),
    /// The process of the cell was killed.
    Killed,
}

impl State {
    pub(crate) fn new(is_built: bool, signals: &'static Signals) -> Self {
        Self {
            building: Mutex::new((!is_built).then(String::new)),
            phase: Mutex::default(),
            child: OnceLock::new(),
            signals,
        }
    }

    /// Sets the process in which cells run from now on; the handle also covers the processes that
    /// replace it.
    pub(crate) fn runs_in(&self, child: Arc<Mutex<Child>>) {
        let _ = self.child.set(child);
    }

    /// Enters a phase and returns the one before.
    pub(crate) fn enter(&self, phase: Phase) -> Phase {
        let mut current = self.lock();
        if phase == Phase::Running {
            self.signals.clear();
        }
        std::mem::replace(&mut current, phase)
    }

    /// Begins to wait for evcxr. A cell that was already interrupted stays interrupted.
    pub(crate) fn wait(&self) {
        let mut phase = self.lock();
        if *phase == Phase::Idle {
            *phase = Phase::Waiting;
        }
    }

    /// Returns what an interrupt has done to the cell so far.
    pub(crate) fn interrupted(&self) -> Interrupt {
        match *self.lock() {
            Phase::Interrupted(_) => Interrupt::Asked,
            Phase::Killed => Interrupt::Killed,
            Phase::Idle | Phase::Waiting | Phase::Running => Interrupt::None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn building(&self) -> MutexGuard<'_, Option<String>> {
        self.building.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the child, if it runs the code of a cell. If a compiler works for the cell instead, it
    /// has already been told to stop, and the child keeps its variables.
    fn kill(&self, phase: &mut Phase) {
        if self.signals.is_running()
            && let Some(child) = self.child.get()
        {
            child::kill(child);
            *phase = Phase::Killed;
        }
    }

    /// Waits until an interrupted cell ends, and kills it if it does not end in time.
    fn wait_for_end(&self, asked: Instant) {
        loop {
            thread::sleep(POLL_INTERVAL);
            let mut phase = self.lock();
            if *phase != Phase::Interrupted(asked) {
                return;
            }
            if asked.elapsed() >= GRACE {
                self.kill(&mut phase);
            }
        }
    }

    /// Stops the cell that runs or waits, if there is one. The cell is first asked to stop; a
    /// second interrupt, or some seconds, end its process.
    pub(crate) fn interrupt(self: &Arc<Self>) {
        let mut phase = self.lock();
        let now = Instant::now();
        match *phase {
            Phase::Idle | Phase::Killed => {}
            Phase::Waiting => *phase = Phase::Interrupted(now),
            Phase::Running => {
                self.signals.ask();
                *phase = Phase::Interrupted(now);
                let state = Arc::clone(self);
                thread::spawn(move || state.wait_for_end(now));
            }
            Phase::Interrupted(_) => self.kill(&mut phase),
        }
    }

    /// Ends the cells' process in any phase.
    pub(crate) fn end(&self) {
        if let Some(child) = self.child.get() {
            child::kill(child);
        }
    }
}
