//! Names of types, as people write them.

use crate::prelude::Prelude;

/// Returns a type's name without the paths: `alloc::vec::Vec<bootcamp::point::Point>` becomes
/// `Vec<Point>`, `alloc::boxed::Box<dyn a::B>` becomes `Box<dyn B>`.
#[must_use]
pub fn short(name: &str) -> String {
    with_paths(name, |path| path.rsplit("::").next().unwrap_or(path))
}

/// Returns a type's name as the code of a cell can write it. The compiler names the module that
/// defines a type, which is often private.
#[must_use]
pub fn nameable(name: &str, prelude: &Prelude) -> String {
    const PUBLIC: [(&str, &str); 5] = [
        ("std::collections::hash::map::HashMap", "std::collections::HashMap"),
        ("std::collections::hash::set::HashSet", "std::collections::HashSet"),
        ("alloc::collections::btree::map::BTreeMap", "std::collections::BTreeMap"),
        ("alloc::collections::btree::set::BTreeSet", "std::collections::BTreeSet"),
        ("alloc::collections::vec_deque::VecDeque", "std::collections::VecDeque"),
    ];
    with_paths(name, |path| {
        let known = PUBLIC.iter().chain(prelude.public_types).find(|(defined, _)| *defined == path);
        known.map_or_else(|| path.rsplit("::").next().unwrap_or(path), |(_, public)| public)
    })
}

fn with_paths(name: &str, spelled: impl Fn(&str) -> &str) -> String {
    let mut short = String::new();
    for part in name.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
        // The end of `<T as Trait>::Item` is not a path.
        let (marks, path) = part.split_at(if part.starts_with("::") { 2 } else { 0 });
        short.push_str(if short.ends_with('>') { marks } else { "" });
        let is_end = |c: char| !c.is_alphanumeric() && c != '_' && c != ':';
        let (path, end) = path.split_at(path.find(is_end).unwrap_or(path.len()));
        short.push_str(spelled(path));
        short.push_str(end);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::tests::PRELUDE;
    use proptest::prelude::*;

    #[test]
    fn type_names_lose_their_paths() {
        for (name, expected) in [
            ("panic", "panic"),
            ("core::num::error::ParseIntError", "ParseIntError"),
            ("alloc::boxed::Box<dyn core::error::Error>", "Box<dyn Error>"),
            ("alloc::vec::Vec<bootcamp::point::Point>", "Vec<Point>"),
            ("&'static str", "&'static str"),
            ("(f64, std::vec::Vec<[a::b::C; 3]>)", "(f64, Vec<[C; 3]>)"),
            ("fn(&a::B) -> a::C", "fn(&B) -> C"),
            ("<a::B as c::D>::Item", "<B as D>::Item"),
            ("std::collections::HashMap<std::string::String, a::B>", "HashMap<String, B>"),
            ("", ""),
        ] {
            assert_eq!(short(name), expected);
        }
    }

    #[test]
    fn a_name_can_be_written_in_a_cell() {
        for (name, expected) in [
            ("alloc::vec::Vec<bootcamp::point::Point>", "Vec<Point>"),
            (
                "ndarray::ArrayBase<ndarray::data_repr::OwnedRepr<f64>, \
                 ndarray::dimension::dim::Dim<[usize; 2]>, f64>",
                "bootcamp::ndarray::ArrayBase<bootcamp::ndarray::OwnedRepr<f64>, \
                 bootcamp::ndarray::Dim<[usize; 2]>, f64>",
            ),
            (
                "std::collections::hash::map::HashMap<alloc::string::String, ctx::Own>",
                "std::collections::HashMap<String, Own>",
            ),
        ] {
            assert_eq!(nameable(name, &PRELUDE), expected);
        }
    }

    proptest! {
        #[test]
        fn a_short_name_is_short_already(name in r"[a-zA-Z_<>&'(),:\[\]; é]{0,40}") {
            let once = short(&name);
            prop_assert!(once.len() <= name.len());
        }
    }
}
