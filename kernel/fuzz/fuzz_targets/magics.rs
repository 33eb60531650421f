//! Any text is taken apart into Rust and magics, and nothing of it is lost.
#![no_main]

use bootcamp_syntax::magic::{Known, Step, split};

/// Every second name is one.
struct Names;

impl Known for Names {
    fn is_magic(&self, name: &str) -> bool {
        name.len().is_multiple_of(2)
    }

    fn is_variable(&self, name: &str) -> bool {
        name.len() == 1
    }
}

libfuzzer_sys::fuzz_target!(|cell: &str| {
    let lines = cell.matches('\n').count();
    let mut seen = 0;
    for step in split(cell, &Names) {
        match step {
            Step::Rust(code) => {
                assert!(code.matches('\n').count() <= lines);
                seen = code.matches('\n').count();
            }
            Step::Magic(call) => {
                assert!(seen <= call.line && call.line <= lines);
                assert!(call.code_of("").len() <= cell.len() + 1);
                seen = call.line;
            }
        }
    }
});
