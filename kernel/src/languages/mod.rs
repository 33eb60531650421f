//! Cells in other languages: `%%python`, `%%R`, `%%octave`, `%%kernel NAME`.
//!
//! This kernel starts the Jupyter kernel of the other language at its first cell ([`process`]), is
//! its client ([`connection`], [`subkernel`], [`execution`]) and passes on what it prints and shows
//! ([`relay`]). Variables are exchanged in files ([`bootcamp_exchange`]). The details of each
//! language, mainly how it reads and writes these files, are in [`language`].

mod connection;
mod execution;
mod guard;
mod language;
mod process;
mod relay;
mod report;
mod spec;
mod starting;
mod subkernel;
mod types;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bootcamp_evaluator::stand_in::StandIn;
use bootcamp_evaluator::{Failure, Work};
use bootcamp_exchange::Node;
use tokio::runtime::Handle;

use process::Process;
use subkernel::SubKernel;

pub(crate) use language::{ALL, JULIA, Language, OCTAVE, PYTHON, R};
pub(crate) use relay::LanguageAudience;
pub(crate) use spec::{Spec, installed};
pub(crate) use types::infer;

/// The file with a kernel's ports and its key.
const CONNECTION: &str = "connection.json";

/// The kernels of other languages that a session has started.
#[derive(Clone, Debug)]
pub(crate) struct Languages(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    place: Place,
    /// The processes are separate from the kernels, so that they can be ended while a cell runs.
    processes: Mutex<Vec<Weak<Process>>>,
    has_ended: AtomicBool,
    kernels: Mutex<BTreeMap<String, SubKernel>>,
}

/// The settings that a kernel needs to start.
#[derive(Debug)]
struct Place {
    work: PathBuf,
    handle: Handle,
    stand_in: StandIn,
}

impl Languages {
    /// Creates the set without starting a kernel. It has to be called in the kernel's runtime.
    pub(crate) fn new(work: &Work, stand_in: &StandIn) -> Self {
        let place = Place {
            work: work.path("languages"),
            handle: Handle::current(),
            stand_in: stand_in.clone(),
        };
        Self(Arc::new(Shared {
            place,
            processes: Mutex::default(),
            has_ended: AtomicBool::new(false),
            kernels: Mutex::default(),
        }))
    }

    /// Returns the kernel for a language.
    pub(crate) fn find(language: &Language) -> Result<Spec, Failure> {
        language.choose(&installed()).ok_or_else(|| {
            let command = language.installation.command();
            failure(&format!("there is no kernel for `%%{}` here: {command}", language.name))
        })
    }

    /// Returns the kernel with this name.
    pub(crate) fn find_named(name: &str) -> Result<Spec, Failure> {
        let named = installed().into_iter().find(|spec| spec.name == name.to_lowercase());
        named.ok_or_else(|| {
            failure(&format!("there is no kernel `{name}`: `%kernels` shows those that there are"))
        })
    }

    /// Returns the name of a kernel's language as people write it.
    pub(crate) fn title(spec: &Spec) -> String {
        Language::of(spec).title(spec)
    }

    /// Starts a kernel, unless it runs. It has to be called on a thread that lives as long as this
    /// process.
    pub(crate) fn start(
        &self,
        spec: &Spec,
        working_folder: &Path,
        audience: &mut dyn LanguageAudience,
    ) -> Result<(), Failure> {
        let mut kernels = self.kernels();
        if kernels.get(&spec.name).is_some_and(|kernel| kernel.process.ended().is_none()) {
            return Ok(());
        }
        kernels.remove(&spec.name);
        let place = &self.0.place;
        let folder = place.work.join(&spec.name);
        let _ = fs::remove_dir_all(&folder);
        let mut kernel =
            SubKernel::start(spec.clone(), place, folder, working_folder, audience, |process| {
                self.processes().push(Arc::downgrade(process));
                if self.0.has_ended.load(Ordering::SeqCst) {
                    process.kill();
                }
            })?;
        kernel.set_up(audience)?;
        kernels.insert(spec.name.clone(), kernel);
        Ok(())
    }

    /// Runs a cell in a kernel that was started.
    pub(crate) fn run(
        &self,
        spec: &Spec,
        code: &str,
        audience: &mut dyn LanguageAudience,
    ) -> Result<(), Failure> {
        self.with(spec, |kernel| kernel.run(code, audience))
    }

    /// Checks the names of variables and returns the folder in which variables are exchanged.
    pub(crate) fn exchange_folder(&self, spec: &Spec, names: &[&str]) -> Result<PathBuf, Failure> {
        self.with(spec, |kernel| {
            let title = kernel.title();
            let Some(exchange) = kernel.language.exchange else {
                return Err(failure(&format!(
                    "variables travel to and from Python, R and Octave, not {title}"
                )));
            };
            // The code of the other language has the path in quotes.
            if kernel.folder.to_string_lossy().contains(['\'', '\\']) {
                let folder = kernel.folder.display();
                return Err(failure(&format!(
                    "variables cannot travel through {folder}: start JupyterLab with a TMPDIR \
                     without quotes"
                )));
            }
            for name in names {
                if let Some(why) = exchange.refusal(name) {
                    return Err(failure(&format!("`{name}` {why} in {title}: rename it")));
                }
            }
            Ok(kernel.folder.clone())
        })
    }

    /// Sets a variable of the other language to the value in its files.
    pub(crate) fn read(
        &self,
        spec: &Spec,
        name: &str,
        audience: &dyn LanguageAudience,
    ) -> Result<(), Failure> {
        self.with(spec, |kernel| {
            let Some(exchange) = kernel.language.exchange else { return Ok(()) };
            let code = exchange.read(name, &kernel.folder.join(name), &kernel.folder);
            let title = kernel.title();
            kernel.run_hidden(&code, audience).map_err(|error| {
                failure(&format!("`{name}` cannot be handed to {title}: {}", error.evalue))
            })
        })
    }

    /// Lets the other language write the value of a variable to files. Returns the structure of the
    /// value.
    pub(crate) fn write(
        &self,
        spec: &Spec,
        name: &str,
        audience: &dyn LanguageAudience,
    ) -> Result<Node, Failure> {
        self.with(spec, |kernel| {
            let title = kernel.title();
            let why = |why: &str| failure(&format!("`{name}` cannot be taken from {title}: {why}"));
            let Some(exchange) = kernel.language.exchange else { return Ok(Node::None) };
            let path = kernel.folder.join(name);
            let code = exchange.write(name, &path, &kernel.folder);
            kernel.run_hidden(&code, audience).map_err(|error| why(&error.evalue))?;
            let text =
                fs::read(path.with_extension("json")).map_err(|error| why(&error.to_string()))?;
            serde_json::from_slice(&text).map_err(|error| why(&error.to_string()))
        })
    }

    /// Returns the names of the kernels that run.
    pub(crate) fn running(&self) -> Vec<String> {
        let kernels = self.kernels();
        let running = kernels.iter().filter(|(_, kernel)| kernel.process.ended().is_none());
        running.map(|(name, _)| name.clone()).collect()
    }

    /// Ends a kernel. Returns true if there was one.
    pub(crate) fn stop(&self, name: &str) -> bool {
        let kernel = self.kernels().remove(name);
        kernel.as_ref().map(SubKernel::stop).is_some()
    }

    /// Ends all kernels, even while a cell runs in one of them.
    pub(crate) fn end(&self) {
        self.0.has_ended.store(true, Ordering::SeqCst);
        if let Ok(kernels) = self.0.kernels.try_lock() {
            kernels.values().for_each(SubKernel::stop);
        }
        for process in self.processes().drain(..).filter_map(|process| process.upgrade()) {
            process.kill();
        }
    }

    fn with<T>(
        &self,
        spec: &Spec,
        act: impl FnOnce(&mut SubKernel) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut kernels = self.kernels();
        match kernels.get_mut(&spec.name) {
            Some(kernel) => act(kernel),
            None => Err(failure(&format!("the kernel `{}` was not started", spec.name))),
        }
    }

    fn kernels(&self) -> MutexGuard<'_, BTreeMap<String, SubKernel>> {
        self.0.kernels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn processes(&self) -> MutexGuard<'_, Vec<Weak<Process>>> {
        self.0.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failure(why: &str) -> Failure {
    Failure::plain("KernelError", why)
}
