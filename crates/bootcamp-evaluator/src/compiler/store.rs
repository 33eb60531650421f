//! Whether `bootcamp`'s store of variables can do all that evcxr's can.
//!
//! A process has one store for all of its cells: a cell with evcxr's store in it would take the
//! memory of ours for its own. So the calls of a single cell must not decide. evcxr's source of
//! its store does, which is the same in every cell.

use std::collections::HashSet;

use bootcamp_syntax::token::{TokenKind, code};

const OURS: &str = include_str!("../../../bootcamp-runtime/src/store.rs");
/// What may stand between `pub` and a name.
const KEYWORDS: [&str; 16] = [
    "async", "const", "crate", "enum", "extern", "fn", "mod", "mut", "static", "struct", "super",
    "trait", "type", "union", "unsafe", "use",
];

/// Whether our store has each name of evcxr's.
pub(super) fn has_all_of(module: &str) -> bool {
    public_names(module).is_subset(&public_names(OURS))
}

/// The names that code outside of the module can use.
fn public_names(module: &str) -> HashSet<&str> {
    let tokens = code(module);
    let is_name = |kind, text| kind == TokenKind::Ident && !KEYWORDS.contains(&text);
    let name_after = |at: usize| {
        let mut rest = tokens[at + 1..].iter();
        rest.find(|token| is_name(token.kind, token.text)).map(|token| token.text)
    };
    let begins = (0..tokens.len()).filter(|at| tokens[*at].text == "pub");
    begins.filter_map(name_after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_code_alone() {
        let module = "pub const A: &str = \"pub fn no()\"; // pub fn no()\npub struct B { c: u8, pub d: u8 }\n\
            impl B { pub(crate) unsafe fn e() {} pub const fn f() {} fn no() {} }";
        assert_eq!(public_names(module), HashSet::from(["A", "B", "d", "e", "f"]));
    }

    #[test]
    fn a_store_with_more_than_ours_is_another_one() {
        let module = |method: &str| {
            format!(
                "mod store {{ pub struct VariableStore; impl VariableStore {{ pub fn {method}(&self) {{}} }} }}"
            )
        };
        for method in
            ["new", "put_variable", "check_variable", "take_variable", "lazy_arc", "merge"]
        {
            assert!(has_all_of(&module(method)), "{method}");
        }
        assert!(!has_all_of(&module("borrow_variable")));
    }
}
