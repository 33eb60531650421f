//! Diagnoses the chains of a file: `cargo run -p bootcamp --example diagnose -- FILE.csv [--json]`.
//!
//! The file holds `chain,draw,x,y` in its first line and then a line for each draw, in any order.
//! With `--json` every number comes out with all digits, null where it is undefined, and 1e999,
//! which readers of JSON take for infinity, where it is infinite.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a terminal")]

use std::env;
use std::process::ExitCode;

use bootcamp::diagnostics::{
    ess_bulk, ess_mean, ess_tail, integrated_time, mcse_mean, mean, rhat, sd, x_chains, y_chains,
};
use bootcamp::exchange::read_csv;

const USAGE: &str = "Usage: diagnose FILE.csv [--json]";

fn main() -> ExitCode {
    let (flags, files): (Vec<_>, Vec<_>) =
        env::args().skip(1).partition(|word| word.starts_with("--"));
    let ([file], true) = (files.as_slice(), flags.iter().all(|flag| flag == "--json")) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let walks = match read_csv(file) {
        Ok(walks) => walks,
        Err(error) => {
            eprintln!("diagnose: {error}");
            return ExitCode::FAILURE;
        }
    };
    let (x, y) = (numbers(&x_chains(&walks)), numbers(&y_chains(&walks)));
    if flags.is_empty() {
        println!("{:<16}{:>14}{:>14}", "", "x", "y");
        for ((name, x), (_, y)) in x.iter().zip(&y) {
            println!("{name:<16}{:>14}{:>14}", short(*x), short(*y));
        }
    } else {
        println!("{{\"x\": {}, \"y\": {}}}", json(&x), json(&y));
    }
    ExitCode::SUCCESS
}

fn numbers(chains: &[Vec<f64>]) -> [(&'static str, Option<f64>); 8] {
    [
        ("mean", mean(chains)),
        ("sd", sd(chains)),
        ("rhat", rhat(chains)),
        ("ess_bulk", ess_bulk(chains)),
        ("ess_tail", ess_tail(chains)),
        ("ess_mean", ess_mean(chains)),
        ("mcse_mean", mcse_mean(chains)),
        ("integrated_time", integrated_time(chains)),
    ]
}

fn short(number: Option<f64>) -> String {
    number.map_or_else(|| "undefined".to_owned(), |number| format!("{number:.5}"))
}

fn json(numbers: &[(&str, Option<f64>)]) -> String {
    let pairs: Vec<String> =
        numbers.iter().map(|(name, number)| format!("\"{name}\": {}", digits(*number))).collect();
    format!("{{{}}}", pairs.join(", "))
}

fn digits(number: Option<f64>) -> String {
    match number {
        None => "null".to_owned(),
        Some(f64::INFINITY) => "1e999".to_owned(),
        Some(f64::NEG_INFINITY) => "-1e999".to_owned(),
        Some(number) => format!("{number:e}"),
    }
}
