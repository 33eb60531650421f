//! Cells in other languages, by their real kernels. Those of R and Octave are not everywhere:
//! scripts/test installs them where it may, and runs the tests that need them.

mod faults;
mod octave;
mod python;
mod r;
mod variables;

use std::path::Path;

use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::ipyparallel::path;
use bootcamp_testkit::shown::{Run, Shown};

/// A front end whose kernel finds the kernels of the environment that `scripts/lab` makes.
fn front_end() -> FrontEnd {
    FrontEnd::start_with(|command| {
        command.env("PATH", path());
    })
}

/// A front end whose kernel finds the kernelspecs in a folder, too.
fn front_end_with(kernels: &Path) -> FrontEnd {
    FrontEnd::start_with(|command| {
        command.env("PATH", path()).env("JUPYTER_PATH", kernels);
    })
}

/// A kernelspec that starts a shell script.
fn write_spec(folder: &Path, name: &str, language: &str, script: &str) {
    let folder = folder.join("kernels").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let spec = serde_json::json!({
        "argv": ["sh", "-c", script, "{connection_file}"],
        "display_name": name,
        "language": language,
    });
    std::fs::write(folder.join("kernel.json"), spec.to_string()).unwrap();
}

/// The formats of the only display.
fn display(run: &Run) -> Vec<String> {
    let displays: Vec<_> = run
        .shown
        .iter()
        .filter_map(|shown| match shown {
            Shown::Display(data) => Some(data),
            _ => None,
        })
        .collect();
    let [data] = displays[..] else { panic!("one display was expected: {run:#?}") };
    data.as_object().unwrap().keys().cloned().collect()
}

fn ok(front_end: &mut FrontEnd, cell: &str) -> Run {
    let run = front_end.run(cell);
    assert!(run.is_ok(), "{cell}: {run:#?}");
    run
}

/// The message of a cell's error.
fn why(front_end: &mut FrontEnd, cell: &str) -> String {
    let run = front_end.run(cell);
    assert!(!run.is_ok(), "{cell}: {run:#?}");
    run.error().1
}
