//! Who is compared, and how each is made ready.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// How a peer is written.
#[derive(Clone, Copy)]
enum Program {
    /// A role of this program.
    Ours,
    /// A file, and the module that it needs.
    Python(&'static str, &'static str),
    C,
    /// A package of the peers' folder.
    Crate(&'static str),
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Walk,
    Histogram,
    Threads,
}

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) part: Part,
    program: Program,
    /// How many chains, if it has to be told.
    chains: Option<u32>,
    /// What comes after all numbers.
    more: &'static str,
    /// How often a million steps or points are done in one run, so that it takes some
    /// tenths of a second; memory is that of one million.
    repeats: u32,
}

const fn peer(name: &'static str, program: Program, repeats: u32) -> Peer {
    Peer { name, part: Part::Walk, program, chains: None, more: "", repeats }
}

impl Peer {
    const fn chains(self, chains: u32) -> Self {
        Self { chains: Some(chains), ..self }
    }

    const fn more(self, more: &'static str) -> Self {
        Self { more, ..self }
    }

    const fn of(self, part: Part) -> Self {
        Self { part, ..self }
    }
}

pub(crate) const STEPS: u64 = 1_000_000;
/// The two that others are compared with.
pub(crate) const AS_TAUGHT: &str = "Python in the style of 2012";
pub(crate) const IN_C: &str = "C, -O3 -march=native";
pub(crate) const SCALAR: &str = "random_walker";
pub(crate) const HISTOGRAMS: [&str; 3] =
    ["Histogram2d", "numpy cast + bincount", "numpy.histogram2d"];
pub(crate) const THREADS: [&str; 2] = ["1 thread", "2 threads"];

const HAMMER: Program = Program::Crate("hammer-and-sample");

/// In the order of the table.
pub(crate) const PEERS: [Peer; 28] = [
    peer(AS_TAUGHT, Program::Python("as_taught.py", "numpy"), 1),
    peer("Python, tuned", Program::Python("plain.py", "numpy"), 1),
    peer("numpy, 10 chains", Program::Python("vectorised.py", "numpy"), 1).chains(10),
    peer("numpy, 1000 chains", Program::Python("vectorised.py", "numpy"), 5).chains(1000),
    peer("numba", Program::Python("with_numba.py", "numba"), 10),
    peer("Cython, the whole walker", Program::Python("with_cython.py", "Cython"), 10),
    peer(IN_C, Program::C, 10),
    peer("mini-mcmc", Program::Crate("mini-mcmc"), 5),
    peer("hammer-and-sample, 10 chains", HAMMER, 5).chains(10).more("square"),
    peer("  its stretch move, 10 walkers", HAMMER, 5).chains(10).more("stretch"),
    peer("  differential evolution, 100", HAMMER, 5).chains(100).more("evolution"),
    peer(SCALAR, Program::Ours, 10),
    peer("random_walker, Mixture", Program::Ours, 10),
    peer("Walk, density!, AVX2", Program::Ours, 50),
    peer("Walk, density!, widest", Program::Ours, 50),
    peer("Walk, Mixture, AVX2", Program::Ours, 50),
    peer("Walk, Mixture, widest", Program::Ours, 50),
    peer("Walk, Mixture, fast, AVX2", Program::Ours, 50),
    peer("Walk, Mixture, fast, widest", Program::Ours, 50),
    peer("limit AVX2", Program::Ours, 100),
    peer("limit AVX-512", Program::Ours, 100),
    peer("limit AVX2, histogram", Program::Ours, 50),
    peer("limit AVX-512, histogram", Program::Ours, 50),
    peer(HISTOGRAMS[0], Program::Ours, 50).of(Part::Histogram),
    peer(HISTOGRAMS[1], Program::Python("histogram.py", "numpy"), 10)
        .chains(0)
        .more("bincount")
        .of(Part::Histogram),
    peer(HISTOGRAMS[2], Program::Python("histogram.py", "numpy"), 5)
        .chains(0)
        .more("histogram2d")
        .of(Part::Histogram),
    peer(THREADS[0], Program::Ours, 3).of(Part::Threads),
    peer(THREADS[1], Program::Ours, 3).of(Part::Threads),
];

impl Peer {
    /// The command that runs it once, but for the seed and what comes after that.
    ///
    /// # Errors
    /// What is missing, and the command that installs it.
    pub(crate) fn prepare(&self) -> Result<Ready, String> {
        let numbers = [STEPS.to_string(), self.repeats.to_string()];
        let mut ready = Ready { program: PathBuf::new(), before: Vec::new(), after: Vec::new() };
        match self.program {
            Program::Ours => {
                let set = crate::limit::Set::of_role(self.name);
                if set.is_some_and(|(set, _)| !set.is_there()) {
                    return Err("this processor does not have the instructions".to_owned());
                }
                ready.program = env::current_exe().expect("the own path");
                ready.before = vec!["--role".to_owned(), self.name.to_owned()];
            }
            Program::Python(file, module) => {
                ready.program = python(module)?;
                // No compiled Python between the sources.
                ready.before = vec!["-B".to_owned(), text(&folder().join(file))];
                if module == "Cython" {
                    ready.after.push(text(&compile_cython(&ready.program)?));
                }
            }
            Program::C => ready.program = compile_c("walker", &["-march=native"])?,
            Program::Crate(package) => ready.program = build_crate(package)?,
        }
        ready.before.extend(numbers);
        ready.after.splice(0..0, self.chains.map(|chains| chains.to_string()));
        ready.after.extend((!self.more.is_empty()).then(|| self.more.to_owned()));
        Ok(ready)
    }
}

/// A peer that can run.
pub(crate) struct Ready {
    program: PathBuf,
    before: Vec<String>,
    after: Vec<String>,
}

impl Ready {
    pub(crate) fn command(&self, seed: usize) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.before).arg(seed.to_string()).args(&self.after);
        command
    }
}

/// The peers' sources.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/sampler/peers")
}

/// Where peers are built, and where `scripts/bench` installs their Python.
fn work() -> PathBuf {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sampler");
    fs::create_dir_all(&work).expect("a folder below the target folder");
    work
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn python(module: &str) -> Result<PathBuf, String> {
    let python = work().join("venv/bin/python");
    if succeeds(Command::new(&python).args(["-c", &format!("import {module}")])) {
        Ok(python)
    } else {
        Err(format!("{module} is missing: run 'scripts/bench --part sampler', which installs it"))
    }
}

pub(crate) fn compile_c(name: &str, options: &[&str]) -> Result<PathBuf, String> {
    let program = work().join(name);
    let source = folder().join("walker.c");
    let mut command = Command::new("cc");
    command.arg("-O3").args(options).arg("-o").args([&program, &source]).arg("-lm");
    let hint = "no C compiler: run 'sudo apt-get install gcc libc6-dev'";
    if succeeds(&mut command) { Ok(program) } else { Err(hint.to_owned()) }
}

/// The folder of the compiled module.
fn compile_cython(python: &Path) -> Result<PathBuf, String> {
    let folder_of_module = work().join("cython");
    fs::create_dir_all(&folder_of_module).expect("a folder");
    let [c, module] = ["c", "so"].map(|end| folder_of_module.join(format!("cython_walker.{end}")));
    let source = folder().join("cython_walker.pyx");
    let code = "import sysconfig; print(sysconfig.get_path('include'))";
    let output = Command::new(python).args(["-c", code]).output().expect("Python runs");
    let include = String::from_utf8(output.stdout).expect("a path");
    let translated =
        succeeds(Command::new(python).args(["-m", "cython", "-o"]).args([&c, &source]));
    let compiled = succeeds(
        Command::new("cc")
            .args(["-O3", "-march=native", "-shared", "-fPIC", "-I", include.trim(), "-o"])
            .args([&module, &c]),
    );
    if translated && compiled {
        Ok(folder_of_module)
    } else {
        Err("no C compiler or Python.h: run 'sudo apt-get install gcc python3-dev'".to_owned())
    }
}

fn build_crate(package: &str) -> Result<PathBuf, String> {
    let target = work().join("crates");
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
        .arg(folder().join(package).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status();
    if status.is_ok_and(|status| status.success()) {
        Ok(target.join("release").join(format!("peer-{package}")))
    } else {
        Err("its crates could not be built: they need the network once".to_owned())
    }
}
