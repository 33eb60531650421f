//! Any text, and any cursor in it, is judged.
#![no_main]

use bootcamp_syntax::completeness::{Completeness, completeness, gap};
use bootcamp_syntax::cursor;

libfuzzer_sys::fuzz_target!(|input: (&str, u8)| {
    let (code, position) = input;
    if let Completeness::Incomplete { indent } = completeness(code) {
        assert!(indent.len() <= 4 * code.len());
    }
    if let Some(gap) = gap(code) {
        assert!(code.get(gap.range).is_some());
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
