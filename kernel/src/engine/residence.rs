//! Where an engine's child lives: the house of the kernel, if this is the kernel's computer, else
//! a copy that was sent.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use bootcamp_cluster::Failure;

use super::cells::{Cells, check_build};
use super::runner::host;
use super::store::Store;
use crate::child;
use crate::engine_protocol::{HouseAnswer, HouseRequest, PartRequest, target};
use crate::evcxr_protocol::CHILD_VARIABLE;
use crate::house::{self, Part};

impl Cells {
    /// Says which parts of a house are missing here, and moves in if none is.
    pub(super) fn move_in(&mut self, request: &HouseRequest) -> Result<HouseAnswer, Failure> {
        check_build(&request.build)?;
        let parts = &request.parts;
        if !parts.iter().all(Part::is_plain) {
            return Err(Failure::new("ValueError", "a part of the house has a strange name"));
        }
        let key = house::key(parts);
        let found = self.find(request);
        let (residence, answer) = match found {
            Ok((residence, answer)) => (residence.map(Ok), Ok(answer)),
            Err(failure) => (Some(Err(failure.clone())), Err(failure)),
        };
        if let Some(residence) = residence {
            self.residences.insert(key, residence);
        }
        answer
    }

    fn find(&self, request: &HouseRequest) -> Result<(Option<PathBuf>, HouseAnswer), Failure> {
        let HouseRequest { house, parts, .. } = request;
        if request.target != target() {
            let why = format!(
                "{} is {}, and the notebook's kernel compiles for {}: start engines on computers \
                 of the kernel's kind",
                host(),
                target(),
                request.target
            );
            return Err(Failure::new("OtherComputer", why));
        }
        let is_home = house.starts_with(house::cache_folder());
        if is_home && parts.iter().all(|part| part.is_at(&part.path)) {
            let answer = HouseAnswer { host: host(), ..HouseAnswer::default() };
            return Ok((Some(house.clone()), answer));
        }
        let store = self.store()?;
        let lacking = parts.iter().filter(|part| !store.has(part));
        let missing: Vec<String> = lacking.map(|part| part.sha256.clone()).collect();
        let residence = if missing.is_empty() {
            let residence = store.assemble(parts).map_err(|error| unwritable(&store, &error))?;
            try_out(&residence)?;
            Some(residence)
        } else {
            None
        };
        Ok((residence, HouseAnswer { missing, host: host(), store: store.folder().to_owned() }))
    }

    /// Keeps a part of a house.
    pub(super) fn receive(&mut self, request: &PartRequest, bytes: &[u8]) -> Result<(), Failure> {
        let store = self.store()?;
        store.keep(&request.sha256, bytes).map_err(|error| {
            let failure = unwritable(&store, &error);
            self.residences.insert(request.house.clone(), Err(failure.clone()));
            failure
        })
    }

    /// Where the cells of a house run.
    pub(super) fn residence(&self, key: &str) -> Result<PathBuf, Failure> {
        self.residences.get(key).cloned().unwrap_or_else(|| {
            let why = format!(
                "{} lacks what the kernel has built, and could not be sent it: run the cell again",
                host()
            );
            Err(Failure::new("NoHouse", why))
        })
    }

    fn store(&self) -> Result<Store, Failure> {
        Store::open(self.work.root()).map_err(|error| {
            let why = format!("{} can keep no files that it is sent: {error}", host());
            Failure::new("NoHouse", why)
        })
    }
}

fn unwritable(store: &Store, error: &io::Error) -> Failure {
    let folder = store.folder().display();
    Failure::new("NoHouse", format!("{} cannot write to {folder}: {error}", host()))
}

/// Loads what was sent in a process of its own, to say once and clearly that it does not fit.
fn try_out(residence: &Path) -> Result<(), Failure> {
    let cannot = |why: &str| {
        let why = format!(
            "{} cannot load what the kernel has compiled, so start engines on computers with the \
             kernel's C library or a newer one: {why}",
            host()
        );
        Failure::new("OtherComputer", why)
    };
    let mut command = child::command_in(residence).map_err(|error| cannot(&error.to_string()))?;
    let tried = command.env(CHILD_VARIABLE, "1").stdin(Stdio::null()).output();
    let tried = tried.map_err(|error| cannot(&error.to_string()))?;
    if tried.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&tried.stderr);
    let last = said.trim().lines().last().unwrap_or("it says nothing");
    Err(cannot(last.rsplit_once("process: ").map_or(last, |(_, why)| why)))
}
