//! The environment variables by which evcxr and rust-analyzer run our stand-ins instead of cargo.
//!
//! evcxr runs `rustup which cargo`; rust-analyzer looks into `$CARGO_HOME/bin`. So a kernel's
//! working folder has a `bin` with both names, which link to this program (see the module `cargo`).
//! Every other program gets the old variables back.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io, iter};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::evcxr_words::FOLDER_VARIABLE;
use crate::passes::Pass;
use crate::prelude::{InCells, Prelude};
use crate::toolchain::Toolchain;

/// The variable for evcxr and rust-analyzer. Its value is the kernel's working folder.
pub(crate) const VARIABLE: &str = "BOOTCAMP_STAND_IN";
/// The file with the time that the cell's dependencies took.
const DEPENDENCIES_FILE: &str = "dependencies-ms";
/// The programs that this one stands in for.
pub(crate) const NAMES: [&str; 2] = ["cargo", "rustup"];
const FILE: &str = "stand-in.json";
const CELL_FILE: &str = "cell.json";
const PASSES_FILE: &str = "passes";
/// The variable that a person sets for the kernel to see what evcxr generates. Its value is a file,
/// to which each run of the compiler adds a line of JSON.
const RECORD: &str = "BOOTCAMP_RECORD_PASSES";

/// The settings of a stand-in. The kernel writes them into its working folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StandIn {
    work: PathBuf,
    pub(crate) prebuilt: PathBuf,
    pub(crate) sysroot: PathBuf,
    pub(crate) prelude: InCells,
    /// The variables that are changed, with their earlier values.
    original: Vec<(String, Option<OsString>)>,
}

/// The settings of the compiler for one cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CellSettings {
    /// The number of the cell in the session. Panics name it.
    pub(crate) number: usize,
    /// True if our trait may show a last expression, that is, in evcxr's usual format.
    pub(crate) shows_debug: bool,
    /// True if variables that the cell does not name may stay in the store. A cell that names types
    /// may change the types of variables, so all of them have to be checked.
    pub(crate) leaves_variables: bool,
    /// True if a cell without an `.await` may be run without tokio.
    pub(crate) leaves_runtime: bool,
    /// An optimization level other than the session's.
    pub(crate) level: Option<String>,
    /// The variables whose types the cell changes.
    pub(crate) redefined: Vec<Redefined>,
}

/// A variable whose type a cell changes. Its value is dropped when the compiled cell runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Redefined {
    pub(crate) variable: String,
    /// The message about the loss, or `None` if the cell makes the variable anew.
    pub(crate) notice: Option<String>,
}

/// A line of the file that [`RECORD`] names.
#[derive(Serialize)]
struct Record<'a> {
    cell: usize,
    #[serde(flatten)]
    pass: &'a Pass,
    generated: &'a str,
}

/// Sets the variables of a [`StandIn`] for this process, which is to run evcxr.
///
/// # Safety
/// The process has one thread.
pub unsafe fn enter(stand_in: &StandIn, context: &Path) {
    for (name, value) in stand_in.environment(context) {
        // SAFETY: the process has one thread, so nobody else reads or writes the environment
        // meanwhile.
        unsafe { env::set_var(name, value) }
    }
}

impl StandIn {
    /// Fills the working folder and returns the settings.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn prepare(
        work: &Path,
        prebuilt: &Path,
        prelude: &Prelude,
        toolchain: &Toolchain,
    ) -> Result<Self, Error> {
        let names = ["PATH", "CARGO_HOME", "RUSTC", "RUST_SRC_PATH", FOLDER_VARIABLE, VARIABLE];
        let stand_in = Self {
            work: work.to_owned(),
            prebuilt: prebuilt.to_owned(),
            sysroot: toolchain.sysroot().to_owned(),
            prelude: prelude.in_cells(),
            original: names.map(|name| (name.to_owned(), env::var_os(name))).to_vec(),
        };
        let bin = stand_in.bin();
        let write = || {
            fs::create_dir_all(&bin)?;
            let program = crate::program::path()?;
            for name in NAMES {
                symlink(&program, bin.join(name))?;
            }
            fs::write(work.join(FILE), serde_json::to_vec(&stand_in)?)
        };
        write().map_err(Error::file("write to the folder", work))?;
        Ok(stand_in)
    }

    /// Reads the settings that the kernel left in its working folder.
    pub(crate) fn read(work: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(work.join(FILE))?)?)
    }

    /// Returns the variables for the process that runs evcxr.
    fn environment(&self, context: &Path) -> Vec<(&'static str, OsString)> {
        let path = self.original("PATH").unwrap_or_default();
        let folders = iter::once(self.bin()).chain(env::split_paths(&path));
        vec![
            ("PATH", env::join_paths(folders).unwrap_or(path)),
            ("CARGO_HOME", self.work.clone().into()),
            ("RUSTC", self.sysroot.join("bin/rustc").into()),
            ("RUST_SRC_PATH", self.prebuilt.join("library").into()),
            (FOLDER_VARIABLE, context.into()),
            (VARIABLE, self.work.clone().into()),
        ]
    }

    /// Gives a command the variables with their earlier values.
    pub fn restore(&self, command: &mut Command) {
        for (name, value) in &self.original {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }

    /// Returns the earlier value of a variable.
    #[must_use]
    pub(crate) fn original(&self, name: &str) -> Option<OsString> {
        self.original.iter().find(|(known, _)| known == name)?.1.clone()
    }

    /// Returns the folder in which the real cargo keeps its downloads.
    pub(crate) fn cargo_home(&self) -> PathBuf {
        let home = || env::home_dir().unwrap_or_default().join(".cargo");
        let named = self.original("CARGO_HOME").filter(|folder| !folder.is_empty());
        named.map_or_else(home, PathBuf::from)
    }

    /// Returns the path of the stand-in of this name.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin().join(name)
    }

    /// Returns the session's folder.
    #[must_use]
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    fn bin(&self) -> PathBuf {
        self.work.join("bin")
    }

    /// Writes down for the stand-ins which cell comes next.
    pub(crate) fn announce(&self, cell: &CellSettings) -> io::Result<()> {
        for name in [PASSES_FILE, DEPENDENCIES_FILE] {
            let _ = fs::remove_file(self.work.join(name));
        }
        fs::write(self.work.join(CELL_FILE), serde_json::to_vec(cell)?)
    }

    pub(crate) fn cell(&self) -> CellSettings {
        let read = || serde_json::from_slice(&fs::read(self.work.join(CELL_FILE)).ok()?).ok();
        // evcxr's own first cell comes before any cell is announced.
        read().unwrap_or(CellSettings {
            number: 0,
            shows_debug: true,
            leaves_variables: true,
            leaves_runtime: false,
            level: None,
            redefined: Vec::new(),
        })
    }

    /// Records a run of the compiler on the code that evcxr generated, for the report on the cell.
    pub(crate) fn record(&self, pass: Pass, generated: &str) {
        let add = || -> io::Result<()> {
            if let Some(file) = env::var_os(RECORD) {
                let record = Record { cell: self.cell().number, pass: &pass, generated };
                let line = format!("{}\n", serde_json::to_string(&record)?);
                let mut file = fs::File::options().create(true).append(true).open(file)?;
                file.write_all(line.as_bytes())?;
            }
            let mut passes = self.passes();
            passes.push(pass);
            fs::write(self.work.join(PASSES_FILE), serde_json::to_vec(&passes)?)
        };
        // If this fails, the cell runs without the report.
        let _ = add();
    }

    /// Notes how long the cell's dependencies took, in milliseconds.
    pub(crate) fn record_dependencies(&self, ms: f64) {
        // If this fails, the time counts as that of the analysis.
        let _ = fs::write(self.work.join(DEPENDENCIES_FILE), ms.to_string());
    }

    /// Returns how long the dependencies of the announced cell took, in milliseconds.
    pub(crate) fn dependencies_ms(&self) -> f64 {
        let text = fs::read_to_string(self.work.join(DEPENDENCIES_FILE)).unwrap_or_default();
        text.parse().unwrap_or(0.0)
    }

    /// Returns the runs of the compiler since the cell was announced.
    pub(crate) fn passes(&self) -> Vec<Pass> {
        let read = fs::read(self.work.join(PASSES_FILE)).ok();
        read.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }
}
