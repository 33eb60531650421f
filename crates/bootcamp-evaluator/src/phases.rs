//! The time of each phase of a cell.

use std::ops::AddAssign;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::passes::Pass;

/// Returns the time that has passed, in milliseconds.
#[must_use]
pub fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The child's times for a cell, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Times {
    /// Loading the library.
    pub load_ms: f64,
    /// Running its function.
    pub run_ms: f64,
    /// CPU time of all threads in user code.
    pub user_ms: f64,
    /// CPU time of all threads in the system.
    pub system_ms: f64,
}

/// The time of each phase of a cell, in milliseconds. It is sent along with the reply to
/// every execution, as `phases` in the message's metadata.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Phases {
    /// The time of evcxr and rust-analyzer, and of starting the programs that they run.
    pub analysis: f64,
    /// Compiling dependencies, or waiting for another kernel that compiles them.
    pub dependencies: f64,
    /// rustc without linking.
    pub compile: f64,
    /// Linking. It is part of `compile` unless the kernel measures it (`BOOTCAMP_TIME_LINKING`).
    pub link: f64,
    /// Loading the library.
    pub load: f64,
    /// The cell's own code.
    pub run: f64,
    /// The CPU time of the cell's process, all threads together, in user code.
    pub user: f64,
    /// The same in the system.
    pub system: f64,
    /// The number of runs of rustc.
    pub passes: usize,
}

impl Phases {
    /// Returns the phases of a cell that took `total` milliseconds, `dependencies` of them for its
    /// dependencies.
    #[must_use]
    pub fn new(total: f64, dependencies: f64, passes: &[Pass], times: Times) -> Self {
        let Times { load_ms: load, run_ms: run, user_ms: user, system_ms: system } = times;
        let compiled: f64 = passes.iter().map(|pass| pass.compile_ms).sum();
        // The sum of an empty list is -0.
        let link = passes.iter().map(|pass| pass.link_ms).sum::<f64>() + 0.0;
        Self {
            analysis: total - dependencies - compiled - load - run,
            dependencies,
            compile: compiled - link,
            link,
            load,
            run,
            user,
            system,
            passes: passes.len(),
        }
    }

    /// Returns the time that was added since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            analysis: self.analysis - earlier.analysis,
            dependencies: self.dependencies - earlier.dependencies,
            compile: self.compile - earlier.compile,
            link: self.link - earlier.link,
            load: self.load - earlier.load,
            run: self.run - earlier.run,
            user: self.user - earlier.user,
            system: self.system - earlier.system,
            passes: self.passes - earlier.passes,
        }
    }
}

impl AddAssign for Phases {
    fn add_assign(&mut self, more: Self) {
        self.analysis += more.analysis;
        self.dependencies += more.dependencies;
        self.compile += more.compile;
        self.link += more.link;
        self.load += more.load;
        self.run += more.run;
        self.user += more.user;
        self.system += more.system;
        self.passes += more.passes;
    }
}
