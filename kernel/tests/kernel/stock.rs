//! The stock kernel as a peer: the same cells on both kernels give the same, or better.

mod collections;
mod compare;
mod dependencies;
mod display;
mod failures;
mod language;
mod memory;
mod names;

use compare::Pair;

#[test]
fn the_language_is_that_of_stock() {
    report(&Pair::start(&[]).compare(&[language::CASES, collections::CASES, names::CASES]));
}

#[test]
fn results_and_commands_are_those_of_stock() {
    report(&Pair::start(&[]).compare(&[display::CASES]));
}

#[test]
fn failures_and_dependencies_are_those_of_stock() {
    // A wrapper that changes nothing: cells see it, whatever the kernel puts in its place.
    const WRAPPER: &str = "env";
    let mut pair = Pair::start(&[("RUSTC_WORKSPACE_WRAPPER", WRAPPER)]);
    let mut surprises = pair.compare(&[failures::CASES, dependencies::CASES]);

    // The cells' process has the environment of whoever started the kernel.
    for name in ["CARGO_HOME", "PATH", "RUSTC_WORKSPACE_WRAPPER", "RUSTC_WRAPPER", "RUSTFLAGS"] {
        let expected = match name {
            "RUSTC_WORKSPACE_WRAPPER" => Some(WRAPPER.to_owned()),
            name => std::env::var(name).ok(),
        };
        let expected = format!("{expected:?}");
        let outcomes = pair.run(&format!("std::env::var(\"{name}\").ok()"));
        for (kernel, outcome) in ["ours", "stock"].iter().zip(outcomes) {
            if outcome.result != expected {
                surprises.push(format!("{name} in {kernel}: {outcome}, not {expected}"));
            }
        }
    }
    report(&surprises);
}

fn report(surprises: &[String]) {
    assert!(surprises.is_empty(), "{} differences:\n{}", surprises.len(), surprises.join("\n"));
}
