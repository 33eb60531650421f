//! What becomes of the cell that runs, and who may end it.

use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bootcamp_evaluator::child;
use bootcamp_evaluator::signals::{POLL_INTERVAL, Signals};

use crate::outcome::Interrupt;

/// How long a cell has time to end by itself after an interrupt.
const GRACE: Duration = Duration::from_secs(3);
/// What the worker shares with those who give it work.
#[derive(Debug)]
pub(crate) struct State {
    /// What the building of the prebuilt image is at; `None` when the prebuilt image is there.
    building: Mutex<Option<String>>,
    phase: Mutex<Phase>,
    child: OnceLock<Arc<Mutex<Child>>>,
    signals: &'static Signals,
}

/// What becomes of a cell. An interrupt changes it, and asks or kills the child, under one
/// lock, so it never hits the cell after the one it was meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Phase {
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
    pub(crate) fn new(is_built: bool, signals: &'static Signals) -> Self {
        Self {
            building: Mutex::new((!is_built).then(String::new)),
            phase: Mutex::default(),
            child: OnceLock::new(),
            signals,
        }
    }

    /// From now on the cells run in this process, or in those that follow it.
    pub(crate) fn runs_in(&self, child: Arc<Mutex<Child>>) {
        let _ = self.child.set(child);
    }

    /// Enters a phase; gives the one before.
    pub(crate) fn enter(&self, phase: Phase) -> Phase {
        let mut current = self.lock();
        if phase == Phase::Running {
            self.signals.clear();
        }
        std::mem::replace(&mut current, phase)
    }

    /// Waits for evcxr, as a cell that was interrupted before goes on to do.
    pub(crate) fn wait(&self) {
        let mut phase = self.lock();
        if *phase == Phase::Idle {
            *phase = Phase::Waiting;
        }
    }

    /// What an interrupt did to the cell so far.
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

    /// Kills the child, if it is in the code of a cell: a compiler that works for one has
    /// been told, and leaves the child as it was.
    fn kill(&self, phase: &mut Phase) {
        if self.signals.is_running()
            && let Some(child) = self.child.get()
        {
            child::kill(child);
            *phase = Phase::Killed;
        }
    }

    /// Waits until an interrupted cell ends, and kills it when it does not.
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

    /// Stops the cell that runs or waits, if there is one. It is asked first; a second
    /// interrupt, or some seconds, end its process.
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

    /// Ends the cells' process, whatever it does.
    pub(crate) fn end(&self) {
        if let Some(child) = self.child.get() {
            child::kill(child);
        }
    }
}
