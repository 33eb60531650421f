//! Names of types, as people write them.

/// A type's name without the paths: `alloc::vec::Vec<bootcamp::point::Point>` is `Vec<Point>`,
/// `alloc::boxed::Box<dyn a::B>` is `Box<dyn B>`.
pub(crate) fn short(name: &str) -> String {
    let mut short = String::new();
    for part in name.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
        // The end of `<T as Trait>::Item` is no path.
        let (marks, path) = part.split_at(if part.starts_with("::") { 2 } else { 0 });
        short.push_str(if short.ends_with('>') { marks } else { "" });
        short.push_str(path.rsplit("::").next().unwrap_or(path));
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
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

    proptest! {
        #[test]
        fn a_short_name_is_short_already(name in r"[a-zA-Z_<>&'(),:\[\]; é]{0,40}") {
            let once = short(&name);
            prop_assert!(once.len() <= name.len());
        }
    }
}
