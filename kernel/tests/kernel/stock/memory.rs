//! What the stock kernel gave to a case when it was asked last.
//!
//! Its program is another one only with another evcxr or Rust: what it gives stays the same
//! until then, and is kept in cargo's folder.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use super::compare::{Case, Outcome};
use bootcamp_testkit::stock::stock_program;

pub(super) struct Memory {
    folder: PathBuf,
    /// What the outcomes depend on, beside the cells.
    asked: DefaultHasher,
}

impl Memory {
    /// For a stock kernel with these variables in its environment.
    pub(super) fn new(variables: &[(&str, &str)]) -> Self {
        let mut asked = DefaultHasher::new();
        fs::read(stock_program()).unwrap().hash(&mut asked);
        Command::new("rustc").arg("-vV").output().unwrap().stdout.hash(&mut asked);
        variables.hash(&mut asked);
        env::var_os("RUSTFLAGS").hash(&mut asked);
        let folder = bootcamp_testkit::folder().join("stock");
        fs::create_dir_all(&folder).unwrap();
        Self { folder, asked }
    }

    /// The outcomes of a case, if it was asked before.
    pub(super) fn recall(&self, case: &Case) -> Option<Vec<Outcome>> {
        let text = fs::read(self.file(case)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    pub(super) fn keep(&self, case: &Case, outcomes: &[Outcome]) {
        fs::write(self.file(case), serde_json::to_vec(outcomes).unwrap()).unwrap();
    }

    fn file(&self, case: &Case) -> PathBuf {
        let mut key = self.asked.clone();
        case.codes().for_each(|code| code.hash(&mut key));
        self.folder.join(format!("{:016x}.json", key.finish()))
    }
}
