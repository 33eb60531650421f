//! Instructions for one step, as callgrind counts them: they do not depend on what else
//! the machine does.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::peers::{IN_C, SCALAR, compile_c};

/// Of the peers that are one loop and do not look at the processor.
///
/// # Errors
/// What is missing, and the command that installs it.
pub(crate) fn count(name: &str) -> Option<Result<f64, String>> {
    match name {
        SCALAR => {
            let program = env::current_exe().expect("the own path");
            Some(per_step(&program, &["--role", SCALAR]))
        }
        // valgrind does not know every instruction that -march=native may use.
        IN_C => Some(compile_c("walker-to-count", &[]).and_then(|c| per_step(&c, &[]))),
        _ => None,
    }
}

/// The difference of a longer and a shorter run: all else is the same.
fn per_step(program: &Path, before: &[&str]) -> Result<f64, String> {
    const STEPS: u32 = 100_000;
    let count = |steps: u32| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args(before)
            .args([&steps.to_string(), "1", "1"])
            .output();
        let output = output
            .map_err(|_| "valgrind is missing: run 'sudo apt-get install valgrind'".to_owned())?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text.lines().find_map(|line| line.split_once("Collected : "));
        let number = line.and_then(|(_, number)| number.trim().parse::<f64>().ok());
        number.ok_or(format!("valgrind said: {text}"))
    };
    Ok((count(2 * STEPS)? - count(STEPS)?) / f64::from(STEPS))
}
