//! Crates that were compiled once, for a session of any kernel.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bootcamp_testkit::shown::{Run, Shown};
use bootcamp_testkit::{FrontEnd, kernel};

use crate::waiting::wait_for;

/// A name of a dependency that no session has used before, and the sets that have it. They go
/// with this value.
struct Fresh {
    name: String,
    cache: PathBuf,
}

impl Fresh {
    fn new(beginning: &str) -> Self {
        let said = kernel().arg("warm").output().unwrap();
        let text = String::from_utf8_lossy(&said.stderr).into_owned();
        let image = text.trim().rsplit(' ').next().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let cache = Path::new(image).parent().unwrap().to_owned();
        Self { name: format!("{beginning}{now}"), cache }
    }

    /// A dependency on a package by this name.
    fn of(&self, package: &str) -> String {
        format!(":dep {} = {{ package = \"{package}\", version = \"1\" }}", self.name)
    }

    /// The sets that name it.
    fn sets(&self) -> Vec<PathBuf> {
        let entries = |folder: &Path| {
            fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path())
        };
        let stores = entries(&self.cache).filter(|path| {
            path.file_name().unwrap().to_string_lossy().starts_with("dependencies-")
        });
        let sets = stores.flat_map(|store| entries(&store));
        let names_it = |set: &PathBuf| {
            fs::read_to_string(set.join("Cargo.toml")).is_ok_and(|text| text.contains(&self.name))
        };
        sets.filter(names_it).collect()
    }

    /// The only set that names it, when it is complete.
    fn set(&self) -> PathBuf {
        let sets = self.sets();
        let [set] = &sets[..] else { panic!("{sets:?}") };
        assert!(set.join("ready.json").exists());
        set.clone()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for set in self.sets() {
            let _ = fs::remove_dir_all(set);
        }
    }
}

fn tells_of_crates(run: &Run) -> bool {
    format!("{:?}", run.shown).contains("Compil")
}

/// When each file below a folder was written.
fn times(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let mut times = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            times.extend(self::times(&entry.path()));
        } else if entry.file_name() != "use" && entry.file_name() != "lock" {
            times.push((entry.path(), metadata.modified().unwrap()));
        }
    }
    times.sort();
    times
}

#[test]
fn a_second_session_compiles_nothing() {
    let fresh = Fresh::new("once");
    let cell =
        format!("{}\n{}::Buffer::new().format(128u64).to_string()", fresh.of("itoa"), fresh.name);
    let run = FrontEnd::start().run(&format!("%%time -v\n{cell}"));
    assert_eq!(run.result().as_deref(), Some("\"128\""), "{run:#?}");
    assert!(run.stdout().contains("\n  dependencies (cargo): "), "{run:#?}");
    let before = times(&fresh.set());
    let mut second = FrontEnd::start();
    let run = second.run(&cell);
    assert_eq!(run.result().as_deref(), Some("\"128\""), "{run:#?}");
    assert!(!tells_of_crates(&run), "{run:#?}");
    assert_eq!(times(&fresh.set()), before);
    // What a person empties comes back.
    fs::remove_dir_all(fresh.set()).unwrap();
    let run = second.run(&format!("{}::Buffer::new().format(7u8).to_string()", fresh.name));
    assert_eq!(run.result().as_deref(), Some("\"7\""), "{run:#?}");
    fresh.set();
}

#[test]
fn another_set_takes_the_crates_that_are_compiled() {
    let (one, more) = (Fresh::new("one"), Fresh::new("more"));
    assert!(FrontEnd::start().run(&one.of("fixedbitset").replace("\"1\"", "\"0.5\"")).is_ok());
    let cell = format!(
        "{}\n{}\n({}::FixedBitSet::with_capacity(3).len(), {}::Buffer::new().format(1u8).len())",
        one.of("fixedbitset").replace("\"1\"", "\"0.5\""),
        more.of("itoa"),
        one.name,
        more.name,
    );
    let run = FrontEnd::start().run(&cell);
    assert_eq!(run.result().as_deref(), Some("(3, 1)"), "{run:#?}");
    assert!(!tells_of_crates(&run), "{run:#?}");
}

#[test]
fn ten_kernels_that_want_the_same_crates_compile_them_once() {
    let fresh = Fresh::new("ten");
    let cell = format!("{}\n{}::Buffer::new().format(128u64).len()", fresh.of("itoa"), fresh.name);
    let mut kernels: Vec<FrontEnd> = (0..10).map(|_| FrontEnd::start()).collect();
    let ids: Vec<String> = kernels
        .iter_mut()
        .map(|kernel| kernel.send(jupyter_protocol::ExecuteRequest::new(cell.clone())))
        .collect();
    for (kernel, id) in kernels.iter_mut().zip(ids) {
        let run = kernel.collect(&id);
        assert_eq!(run.result().as_deref(), Some("3"), "{run:#?}");
    }
    fresh.set();
}

#[test]
fn what_a_killed_kernel_left_is_built_to_its_end() {
    let fresh = Fresh::new("killed");
    let cell = format!(
        "{}\n{}::Regex::new(\"a+\").unwrap().is_match(\"baa\")",
        fresh.of("regex-lite").replace("\"1\"", "\"0.1\""),
        fresh.name
    );
    let mut killed = FrontEnd::start();
    let id = killed.send(jupyter_protocol::ExecuteRequest::new(cell.clone()));
    wait_for("cargo compiles", || fresh.sets().iter().any(|set| set.join("target").exists()));
    killed.kill();
    killed.leave(&id);
    std::thread::sleep(Duration::from_millis(100));
    let run = FrontEnd::start().run(&cell);
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    fresh.set();
}

#[test]
fn an_interrupted_build_leaves_no_set_that_counts() {
    let fresh = Fresh::new("stopped");
    let cell = format!(
        "{}\n{}::Regex::new(\"a+\").unwrap().is_match(\"baa\")",
        fresh.of("regex-lite").replace("\"1\"", "\"0.1\""),
        fresh.name
    );
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("let kept = vec![1, 2];").is_ok());
    let id = front_end.send(jupyter_protocol::ExecuteRequest::new(cell.clone()));
    wait_for("cargo compiles", || fresh.sets().iter().any(|set| set.join("target").exists()));
    front_end.control(jupyter_protocol::InterruptRequest {});
    let run = front_end.collect(&id);
    assert!(matches!(run.shown.last(), Some(Shown::Error { .. })), "{run:#?}");
    assert!(!fresh.sets().iter().any(|set| set.join("ready.json").exists()));
    assert_eq!(front_end.run("kept.len()").result().as_deref(), Some("2"));
    let run = front_end.run(&cell);
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    assert_eq!(front_end.run("kept.len()").result().as_deref(), Some("2"));
}
