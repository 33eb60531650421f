//! The `bootcamp-kernel` program; see the library for what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    bootcamp_kernel::run()
}
