//! Engines that lack what the kernel has built: they are sent it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use super::{await_engines, front_end, processes, start};
use bootcamp_testkit::{FrontEnd, kernel};

/// Another computer, as far as one computer can be one: another home, another cache and no Rust.
struct Host {
    home: tempfile::TempDir,
    profile: PathBuf,
    engines: Vec<Child>,
}

impl Host {
    /// One whose engines join this kernel's cluster.
    fn of(front_end: &mut FrontEnd) -> Self {
        let status = front_end.run("%cluster status").stdout();
        let file = PathBuf::from(status.trim().strip_prefix("Others connect with ").unwrap());
        let profile = file.parent().unwrap().parent().unwrap().to_owned();
        Self { home: tempfile::tempdir().unwrap(), profile, engines: Vec::new() }
    }

    /// Starts engines, until the cluster has `all`.
    fn join(&mut self, front_end: &mut FrontEnd, all: usize, change: &[(&str, &str)]) {
        for _ in processes(front_end).len()..all {
            let mut engine = kernel();
            engine.arg("engine").env("IPP_PROFILE_DIR", &self.profile);
            for variable in ["BOOTCAMP_CACHE", "XDG_CACHE_HOME", "RUSTC", "CARGO"] {
                engine.env_remove(variable);
            }
            engine.env("HOME", self.home.path()).env("PATH", "/nowhere");
            engine.envs(change.iter().copied());
            self.engines.push(engine.spawn().unwrap());
        }
        await_engines(front_end, all);
    }

    /// The files that it was sent.
    fn parts(&self) -> Vec<PathBuf> {
        let folder = self.home.path().join(".cache/bootcamp/shipped/parts");
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        for engine in &mut self.engines {
            let _ = engine.kill();
            let _ = engine.wait();
        }
    }
}

fn megabytes(files: &[PathBuf]) -> u64 {
    let length = |file: &PathBuf| fs::metadata(file).unwrap().len();
    files.iter().map(length).sum::<u64>().div_ceil(1_000_000)
}

fn is_library(file: &Path) -> bool {
    fs::read(file).unwrap().starts_with(b"\x7fELF")
}

#[test]
fn engines_are_sent_what_they_lack_and_no_more() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let mut host = Host::of(&mut front_end);
    host.join(&mut front_end, 3, &[]);
    let walk = "use bootcamp::prelude::*;\nlet target = Mixture::bootcamp();\n\
         let points = random_walker(&target, 1000, [0.0, 0.0], 100, &mut rng(7));\npoints[899]";
    let own = front_end.run(walk);
    let run = front_end.run(&format!("%%px\n{walk}"));
    assert!(run.is_ok(), "{run:#?}");
    let parts = host.parts();
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().all(|part| is_library(part)));
    let point = own.result().unwrap();
    // One copy served both.
    let sent = format!("engines 1, 2: sent {} MB that they lacked\n", megabytes(&parts));
    let values = format!("Out[0]: {point}\nOut[1]: {point}\nOut[2]: {point}\n");
    assert_eq!(run.stdout(), sent + &values);

    // Their variables are theirs, and cells of the notebook read them.
    assert_eq!(front_end.run("%px let kept = points.len();").stdout(), "");
    let pull =
        "use bootcamp::prelude::*;\nlet c = Client::connect()?;\nc.all().pull::<usize>(\"kept\")?";
    assert_eq!(front_end.run(pull).result().as_deref(), Some("[900, 900, 900]"));

    // One more finds it there; one that finds a part damaged is sent that part.
    host.join(&mut front_end, 4, &[]);
    assert_eq!(front_end.run("%px -t 3 1 + 1").stdout(), "Out[3]: 2\n");
    let largest = parts.iter().max_by_key(|part| fs::metadata(part).unwrap().len()).unwrap();
    let size = megabytes(std::slice::from_ref(largest));
    // Not in place: the others have it open.
    fs::remove_file(largest).unwrap();
    fs::write(largest, "damaged").unwrap();
    host.join(&mut front_end, 5, &[]);
    let sent = format!("engine 4: sent {size} MB that it lacked\nOut[4]: 2\n");
    assert_eq!(front_end.run("%px -t 4 1 + 1").stdout(), sent);
    assert!(is_library(largest));
    assert_eq!(front_end.run("%px kept").stdout().matches("900").count(), 3);
}

#[test]
fn a_value_may_be_the_first_that_an_engine_is_sent() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let mut host = Host::of(&mut front_end);
    host.join(&mut front_end, 2, &[]);
    let push = "use bootcamp::prelude::*;\nlet c = Client::connect()?;\nc.all().push(\"n\", &5)?;";
    assert!(front_end.run(push).is_ok());
    assert_eq!(front_end.run("%px n").stdout(), "Out[0]: 5\nOut[1]: 5\n");
}

#[test]
fn where_nothing_can_be_kept_the_engines_own_folder_serves() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let mut host = Host::of(&mut front_end);
    host.join(&mut front_end, 2, &[("XDG_CACHE_HOME", "/dev/null/cache")]);
    let said = front_end.run("%px 1 + 1").stdout();
    assert!(
        said.starts_with("engine 1: sent ") && said.ends_with("Out[0]: 2\nOut[1]: 2\n"),
        "{said}"
    );
}

#[test]
fn a_computer_of_another_kind_is_refused_in_one_line() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let mut host = Host::of(&mut front_end);
    host.join(&mut front_end, 2, &[("BOOTCAMP_TARGET", "linux riscv64")]);
    let run = front_end.run("%px 1 + 1");
    assert_eq!(run.stdout(), "Out[0]: 2\n");
    let (ename, evalue, _) = run.error();
    assert_eq!(ename, "OtherComputer");
    assert!(
        evalue.contains(" is linux riscv64, and the notebook's kernel compiles for "),
        "{evalue}"
    );
    assert_eq!(evalue.lines().count(), 1, "{evalue}");
}

#[test]
fn a_computer_that_cannot_load_what_it_is_sent_says_so_in_one_line() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    // In the place of an old C library: one of which the standard library needs a part.
    let old = tempfile::tempdir().unwrap();
    fs::write(old.path().join("librt.so.1"), "old").unwrap();
    let mut host = Host::of(&mut front_end);
    host.join(&mut front_end, 2, &[("LD_LIBRARY_PATH", old.path().to_str().unwrap())]);
    for _ in 0..2 {
        let run = front_end.run("%px 1 + 1");
        assert!(run.stdout().ends_with("Out[0]: 2\n"), "{run:#?}");
        let (ename, evalue, _) = run.error();
        assert_eq!(ename, "OtherComputer");
        assert!(evalue.contains(" cannot load what the kernel has compiled"), "{evalue}");
        assert!(evalue.contains("librt.so.1: file too short"), "{evalue}");
        assert_eq!(evalue.lines().count(), 1, "{evalue}");
    }
}

#[test]
fn a_map_sends_what_engines_lack_too() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let mut host = Host::of(&mut front_end);
    host.join(&mut front_end, 2, &[]);
    assert!(front_end.run("use bootcamp::prelude::*;\nlet c = Client::connect()?;").is_ok());
    let run = front_end.run("c.targets(&[1]).balanced().map(|x: u64| x * x, 1..4)?");
    assert_eq!(run.result().as_deref(), Some("[1, 4, 9]"), "{run:#?}");
    assert_eq!(host.parts().len(), 3);
    host.join(&mut front_end, 3, &[("BOOTCAMP_TARGET", "linux riscv64")]);
    let (_, evalue, _) =
        front_end.run("Client::connect()?.balanced().map(|x: u64| x * x, 1..4)?").error();
    assert!(evalue.contains("engine 2 cannot run what the notebook compiles"), "{evalue}");
    assert!(evalue.contains("`%px -t 2 1` says why"), "{evalue}");
}
