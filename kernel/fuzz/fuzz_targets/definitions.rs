//! Any cells are read for what they define; the same cell again changes nothing.
#![no_main]

use bootcamp_syntax::binding::{bindings, kept_bindings};
use bootcamp_syntax::cell::{ends_in_expression, first_error, item_texts};
use bootcamp_syntax::closure::closures;
use bootcamp_syntax::redefinition::Definitions;
use bootcamp_syntax::outline::outline;

libfuzzer_sys::fuzz_target!(|cells: (&str, &str)| {
    let mut known = Definitions::default();
    for cell in [cells.0, cells.1] {
        let changes = known.changed_by(cell);
        let _ = changes.name_in(cells.0);
        known.note(cell);
        assert!(known.changed_by(cell).is_empty());
        assert!(kept_bindings(cell).len() <= cell.len() && bindings(cell).len() <= cell.len());
        assert!(item_texts(cell).len() <= cell.len());
        let _ = ends_in_expression(cell);
        if let Some((range, _)) = first_error(cell) {
            assert!(range.end <= cell.len());
        }
        for closure in closures(cell) {
            assert!(cell.get(closure.range).is_some());
        }
        for entry in outline(cell, true) {
            assert!(cell[entry.start..].starts_with(entry.name));
        }
    }
});
