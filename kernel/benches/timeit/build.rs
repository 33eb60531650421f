//! Hands the scripted front end what cargo gives the kernel's own tests.

use std::env;

fn main() {
    for (name, variable) in [
        ("CARGO_BIN_EXE_bootcamp-kernel", "BOOTCAMP_KERNEL"),
        ("CARGO_TARGET_TMPDIR", "BOOTCAMP_TMP"),
    ] {
        println!("cargo::rerun-if-env-changed={variable}");
        let value = env::var(variable).expect("scripts/bench sets it");
        println!("cargo::rustc-env={name}={value}");
    }
}
