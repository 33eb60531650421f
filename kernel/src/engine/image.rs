//! The prebuilt image of an engine's child: the kernel's own, if this is the kernel's computer, else a
//! copy that was sent.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use bootcamp_cluster::Failure;
use bootcamp_evaluator::evcxr_words::CHILD_VARIABLE;
use bootcamp_evaluator::{cache_folder, child};

use super::cells::{Cells, check_build};
use super::runner::host;
use super::store::Store;
use crate::engine_protocol::{PartRequest, PrebuiltAnswer, PrebuiltRequest, target};
use crate::parts::{self, Part};
use crate::prelude::PRELUDE;

impl Cells {
    /// Says which parts of a prebuilt image are missing here, and chooses it if none is.
    pub(super) fn choose_image(
        &mut self,
        request: &PrebuiltRequest,
    ) -> Result<PrebuiltAnswer, Failure> {
        check_build(&request.build)?;
        let parts = &request.parts;
        if !parts.iter().all(Part::is_plain) {
            return Err(Failure::new(
                "ValueError",
                "a part of the prebuilt image has a strange name",
            ));
        }
        let key = parts::key(parts);
        let found = self.find(request);
        let (image, answer) = match found {
            Ok((image, answer)) => (image.map(Ok), Ok(answer)),
            Err(failure) => (Some(Err(failure.clone())), Err(failure)),
        };
        if let Some(image) = image {
            self.images.insert(key, image);
        }
        answer
    }

    fn find(
        &self,
        request: &PrebuiltRequest,
    ) -> Result<(Option<PathBuf>, PrebuiltAnswer), Failure> {
        let PrebuiltRequest { prebuilt, parts, .. } = request;
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
        let is_home = prebuilt.starts_with(cache_folder());
        if is_home && parts.iter().all(|part| part.is_at(&part.path)) {
            let answer = PrebuiltAnswer { host: host(), ..PrebuiltAnswer::default() };
            return Ok((Some(prebuilt.clone()), answer));
        }
        let store = self.store()?;
        let lacking = parts.iter().filter(|part| !store.has(part));
        let missing: Vec<String> = lacking.map(|part| part.sha256.clone()).collect();
        let image = if missing.is_empty() {
            let image = store.assemble(parts).map_err(|error| unwritable(&store, &error))?;
            try_out(&image)?;
            Some(image)
        } else {
            None
        };
        Ok((image, PrebuiltAnswer { missing, host: host(), store: store.folder().to_owned() }))
    }

    /// Keeps a part of a prebuilt image.
    pub(super) fn receive(&mut self, request: &PartRequest, bytes: &[u8]) -> Result<(), Failure> {
        let store = self.store()?;
        store.keep(&request.sha256, bytes).map_err(|error| {
            let failure = unwritable(&store, &error);
            self.images.insert(request.prebuilt.clone(), Err(failure.clone()));
            failure
        })
    }

    /// Where the cells of a prebuilt image run.
    pub(super) fn image(&self, key: &str) -> Result<PathBuf, Failure> {
        self.images.get(key).cloned().unwrap_or_else(|| {
            let why = format!(
                "{} lacks what the kernel has built, and could not be sent it: run the cell again",
                host()
            );
            Err(Failure::new("NotBuilt", why))
        })
    }

    fn store(&self) -> Result<Store, Failure> {
        Store::open(self.work.root()).map_err(|error| {
            let why = format!("{} can keep no files that it is sent: {error}", host());
            Failure::new("NotBuilt", why)
        })
    }
}

fn unwritable(store: &Store, error: &io::Error) -> Failure {
    let folder = store.folder().display();
    Failure::new("NotBuilt", format!("{} cannot write to {folder}: {error}", host()))
}

/// Loads what was sent in a process of its own, to say once and clearly that it does not fit.
fn try_out(image: &Path) -> Result<(), Failure> {
    let cannot = |why: &str| {
        let why = format!(
            "{} cannot load what the kernel has compiled, so start engines on computers with the \
             kernel's C library or a newer one: {why}",
            host()
        );
        Failure::new("OtherComputer", why)
    };
    let mut command =
        child::command_in(&PRELUDE, image).map_err(|error| cannot(&error.to_string()))?;
    let tried = command.env(CHILD_VARIABLE, "1").stdin(Stdio::null()).output();
    let tried = tried.map_err(|error| cannot(&error.to_string()))?;
    if tried.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&tried.stderr);
    let last = said.trim().lines().last().unwrap_or("it says nothing");
    Err(cannot(last.rsplit_once("process: ").map_or(last, |(_, why)| why)))
}
