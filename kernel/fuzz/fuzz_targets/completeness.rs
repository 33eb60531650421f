//! Any text, and any cursor in it, is judged.
#![no_main]
#![expect(dead_code, reason = "the kernel needs all of it")]

#[path = "../../src/completeness/mod.rs"]
mod completeness;
#[path = "../../src/cursor.rs"]
mod cursor;

use completeness::{Completeness, completeness};

libfuzzer_sys::fuzz_target!(|input: (&str, u8)| {
    let (code, position) = input;
    if let Completeness::Incomplete { indent } = completeness(code) {
        assert!(indent.len() <= 4 * code.len());
    }
    let offset = cursor::byte_offset(code, position.into());
    let name = cursor::name_at(code, offset);
    assert!(name.start <= offset && offset <= name.end);
    let (asked, rest) = cursor::without_rest_of_name(code, offset);
    assert_eq!(asked.len() + rest.len(), code.len());
    if let Some(end) = cursor::name_to_inspect(code, offset) {
        assert!(cursor::path_start(code, end) <= end);
    }
});
