//! Types that a cell defines anew while variables of them are there.
//!
//! The compiler gives the new type the identity of the old one, so that nothing at run time
//! tells the bytes of an old value from those of a new one. The kernel has to know.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::{Definition, Found, Key, Kind, find};
use crate::token;

/// What the cells of a session have defined so far.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    known: BTreeMap<Key, Definition>,
    /// The modules whose names came in with a `*`.
    globs: BTreeSet<Vec<String>>,
}

/// The names that mean something else after a cell than before.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    changed: BTreeMap<Key, Changed>,
    /// As the session and the cell have them.
    globs: BTreeSet<Vec<String>>,
}

#[derive(Clone, Debug)]
struct Changed {
    path: Vec<String>,
    /// Whether a value's type may be named so. What a name of another place stands for is
    /// seen at run time, by the type's own identity.
    is_type: bool,
    /// Whether there may be values of what it was before.
    had_values: bool,
}

impl Changes {
    /// Whether nothing changes its meaning.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// The name that a type, written out, is made of, if it is one that changes.
    ///
    /// ```
    /// let mut known = bootcamp_syntax::definition::Definitions::default();
    /// known.note("struct P { x: f64 }");
    /// let changes = known.changed_by("struct P { x: f32 }");
    /// assert_eq!(changes.name_in("Vec<(P, f64)>"), Some("P"));
    /// assert_eq!(changes.name_in("Vec<other::P>"), None);
    /// ```
    #[must_use]
    pub fn name_in(&self, type_text: &str) -> Option<&str> {
        let paths = paths_of(type_text);
        let types = || self.changed.values().filter(|changed| changed.is_type);
        let has =
            |name: &str| paths.iter().any(|path| path.last().is_some_and(|last| last == name));
        // It may hold a value of any type, and gives it back by the type's identity.
        let is_any = has("dyn") && has("Any");
        let is_named = |of: &&Changed| paths.iter().any(|path| self.means(path, &[], of));
        let mut named = types().filter(|of| is_any && of.had_values || is_named(of));
        named.find_map(|changed| changed.path.last().map(String::as_str))
    }

    /// Whether a path, as it is written in a module, may mean what has changed.
    fn means(&self, written: &[String], module: &[String], changed: &Changed) -> bool {
        let from_root = without_root(written);
        let is_at = |path: &[String]| path.starts_with(&changed.path);
        let is_in_glob = || {
            let (name, of) = changed.path.split_last().unwrap_or((&EMPTY, &[]));
            let is_of = |glob: &Vec<String>| without_root(glob) == of;
            !of.is_empty() && written.first() == Some(name) && self.globs.iter().any(is_of)
        };
        // `super` may lead into any of the modules around.
        let mut around = (0..=module.len()).map(|length| &module[..length]);
        around.any(|outer| is_at(&[outer, from_root].concat())) || is_in_glob()
    }

    /// Whether something is made of what has changed.
    fn reach(&self, of: &Definition) -> bool {
        let others = || self.changed.values().filter(|changed| changed.path != of.path);
        of.uses.iter().any(|path| others().any(|other| self.means(path, of.module(), other)))
    }

    fn add(&mut self, of: &Definition, is_type: bool, had_values: bool) {
        self.changed.insert(of.key(), Changed { path: of.path.clone(), is_type, had_values });
    }
}

impl Definitions {
    /// Takes note of a cell that was compiled.
    pub fn note(&mut self, cell: &str) {
        let found = find(cell);
        self.known.retain(|(path, _), _| !found.defines_module_of(path));
        self.known.extend(found.definitions.into_iter().map(|of| (of.key(), of)));
        self.globs.extend(found.globs);
    }

    /// What a cell changes if it compiles: the definitions whose tokens differ from the
    /// earlier ones, and all that is made of them.
    ///
    /// The same definition again changes nothing, however it is laid out. What a `*` brings
    /// in is not known here.
    ///
    /// ```
    /// let mut known = bootcamp_syntax::definition::Definitions::default();
    /// known.note("struct P { x: f64 }");
    /// assert!(known.changed_by("/// A point.\n#[derive(Debug)]\npub struct P{x:f64}").is_empty());
    /// assert!(!known.changed_by("struct P { x: f32 }").is_empty());
    /// ```
    #[must_use]
    pub fn changed_by(&self, cell: &str) -> Changes {
        let found = find(cell);
        let globs = self.globs.iter().chain(&found.globs).cloned().collect();
        let mut changes = Changes { changed: BTreeMap::new(), globs };
        let is_type = |of: &Definition| matches!(of.kind, Kind::Type | Kind::Constant);
        for new in &found.definitions {
            match self.known.get(&new.key()) {
                Some(old) if old.text == new.text || is_same_import(old, new) => {}
                Some(old) => changes.add(new, is_type(old) || is_type(new), old.kind == Kind::Type),
                // A name outside of all modules hides what had it before, such as std's. A value of
                // that is another type's, which the compiler sees.
                None if new.is_top_level() && !self.has_by_glob(new) => {
                    changes.add(new, false, false);
                }
                None => {}
            }
        }
        let is_defined = |key: &Key| found.definitions.iter().any(|of| of.key() == *key);
        for (key, old) in &self.known {
            if found.defines_module_of(&old.path) && !is_defined(key) {
                changes.add(old, is_type(old), old.kind == Kind::Type);
            }
        }
        // What is made of something that changes is changed, too.
        loop {
            let unchanged =
                self.known.iter().filter(|(key, _)| !changes.changed.contains_key(*key));
            let more: Vec<&Definition> =
                unchanged.map(|(_, of)| of).filter(|of| changes.reach(of)).collect();
            if more.is_empty() {
                return changes;
            }
            for of in more {
                changes.add(of, of.kind != Kind::Other, of.kind == Kind::Type);
            }
        }
    }

    /// Whether an import means what its name meant before: a `*` has brought it in from there.
    fn has_by_glob(&self, import: &Definition) -> bool {
        let Some(path) = import.uses.first().filter(|_| import.kind == Kind::Import) else {
            return false;
        };
        let Some((_, module)) = path.split_last() else { return false };
        let module = at_home(module);
        self.globs
            .iter()
            .map(|glob| at_home(glob))
            .any(|glob| glob == module || module.first() == glob.first() && is_ours(&module))
    }
}

/// Whether two imports mean the same: one path, or one name of our own crate, which shows it
/// at more than one place. Another crate may have two types of one name.
fn is_same_import(old: &Definition, new: &Definition) -> bool {
    let (old_path, new_path) = (imported(old), imported(new));
    let is_known = is_ours(&old_path) && is_ours(&new_path) && old_path.last() == new_path.last();
    old.kind == Kind::Import && new.kind == Kind::Import && (old_path == new_path || is_known)
}

/// The path that an import stands for.
fn imported(of: &Definition) -> Vec<&str> {
    of.uses.first().map(|path| at_home(path)).unwrap_or_default()
}

fn is_ours(path: &[&str]) -> bool {
    path.first() == Some(&"bootcamp")
}

/// A path as std has it, which shows what core and alloc have.
fn at_home(path: &[String]) -> Vec<&str> {
    let mut path: Vec<&str> = without_root(path).iter().map(String::as_str).collect();
    if let Some(first @ &mut ("alloc" | "core")) = path.first_mut() {
        *first = "std";
    }
    path
}

impl Found {
    /// Whether a path leads into a module that the cell defines.
    fn defines_module_of(&self, path: &[String]) -> bool {
        self.modules.iter().any(|module| path.len() > module.len() && path.starts_with(module))
    }
}

static EMPTY: String = String::new();

/// The path without words that lead to the crate's root. Cells have no crates of their own.
fn without_root(path: &[String]) -> &[String] {
    let roots = path.iter().take_while(|name| ["crate", "self", "super"].contains(&&***name));
    &path[roots.count()..]
}

/// The paths in the text of a type.
fn paths_of(type_text: &str) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = Vec::new();
    let mut end_of_path = None;
    let tokens = token::code(type_text);
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.is_word()) {
        let follows = index >= 2 && [index - 2, index - 1].iter().all(|at| tokens[*at].text == ":");
        let last = index.checked_sub(3).filter(|_| follows);
        match paths.last_mut() {
            Some(path) if last.is_some() && last == end_of_path => path.push(token.text.to_owned()),
            _ => paths.push(vec![token.text.to_owned()]),
        }
        end_of_path = Some(index);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLES: [(&str, &str); 13] = [
        ("any", "Box<dyn std::any::Any>"),
        ("a", "A"),
        ("list", "Vec<A>"),
        ("b", "(B, i32)"),
        ("boxed", "Box<dyn Tr>"),
        ("w", "W<i32>"),
        ("f", "Box<dyn Fn(A) -> B>"),
        ("inner", "m::A"),
        ("theirs", "other::A"),
        ("map", "std::collections::HashMap<String, A>"),
        ("array", "[A; 3]"),
        ("n", "i32"),
        ("s", "S"),
    ];

    /// The variables that a cell costs, after others.
    fn lost(before: &[&str], cell: &str) -> String {
        let mut known = Definitions::default();
        for cell in before {
            known.note(cell);
        }
        let changes = known.changed_by(cell);
        let lost = VARIABLES.iter().filter(|(_, of)| changes.name_in(of).is_some());
        let lost: Vec<&str> = lost.map(|(name, _)| *name).collect();
        // It goes with all the others.
        let others: Vec<&str> = lost.iter().copied().filter(|name| *name != "any").collect();
        if others.is_empty() { lost.join(" ") } else { others.join(" ") }
    }

    #[test]
    fn a_changed_type_costs_the_variables_made_of_it() {
        let of_a = "a list f map array";
        for (before, cell, expected) in [
            ("struct A { x: i32 }", "struct A { x: f64 }", of_a),
            ("struct A { x: i32 }", "struct A { y: i32 }", of_a),
            ("struct A { x: i32, y: i32 }", "struct A { y: i32, x: i32 }", of_a),
            ("struct A(i32);\nstruct B(A);", "struct A(u32);", "a list b f map array"),
            (
                "struct A(i32);\nstruct B(Vec<A>);\nstruct S(B);",
                "struct A(u32);",
                "a list b f map array s",
            ),
            ("enum B { P, Q }", "#[derive(Debug)] pub enum B { Q, P }", "b f"),
            ("union B { p: u8 }", "union B { q: u8 }", "b f"),
            ("type B = i32;", "type B = u32;", "b f"),
            ("type T = i32;\nstruct A { t: T }", "type T = u32;", of_a),
            ("struct A { x: i32 }", "enum A { X }", of_a),
            ("struct A { x: i32 }", "fn A() {}", of_a),
            (
                "trait Tr { fn p(&self); fn q(&self); }",
                "trait Tr { fn q(&self); fn p(&self); }",
                "boxed",
            ),
            (
                "trait Tr { fn p(&self); }\nstruct A(Box<dyn Tr>);",
                "trait Tr { fn q(&self); }",
                "a list boxed f map array",
            ),
            ("trait Up { fn p(&self); }\ntrait Tr: Up {}", "trait Up { fn q(&self); }", "boxed"),
            ("const N: usize = 3;\nstruct A([u8; N]);", "const N: usize = 4;", of_a),
            (
                "const fn n() -> usize { 3 }\nstruct A([u8; n()]);",
                "const fn n() -> usize { 4 }",
                of_a,
            ),
            (
                "macro_rules! t { () => { u8 } }\nstruct A(t!());",
                "macro_rules! t { () => { i8 } }",
                of_a,
            ),
            ("struct A(u8);", "#[repr(C)] struct A(u8);", of_a),
            ("struct A { #[cfg(all())] x: u8 }", "struct A { #[cfg(any())] x: u8 }", of_a),
            ("mod m { pub struct A(u8); }", "mod m { pub struct A(i8); }", "inner"),
            ("mod m { pub struct A(u8); }", "mod m { pub struct C(u8); }", "inner"),
            (
                "mod m { pub struct A(u8); }\nuse m::A;\nstruct S(A);",
                "mod m { pub struct A(i8); }",
                "a list f inner map array s",
            ),
            ("mod m { make!(A, u8); }", "mod m { make!(A, i8); }", "inner"),
            (
                "mod p { pub struct Q(u8); }\nmod q { pub struct Q(i8); }\nuse p::Q;\nstruct S(Q);",
                "use q::Q;",
                "s",
            ),
            ("struct S(Result<u8, u8>);", "struct Result<T, E>(T, E);", "s"),
            (
                "impl Out for u8 { type Of = u8; }\nstruct S(<u8 as Out>::Of);",
                "impl Out for u8 { type Of = i8; }",
                "s",
            ),
            ("struct A<T>(T);", "struct A<T>(T, T);", of_a),
            (
                "struct N;\nimpl N { const L: usize = 4; }\nstruct A([u8; N::L]);",
                "struct N;\nimpl N { const L: usize = 5; }",
                of_a,
            ),
            (
                "impl Len for N { const L: usize = 4; }\nstruct A([u8; N::L]);",
                "impl Len for N { const L: usize = 5; }",
                of_a,
            ),
            (
                "mod m { pub struct X(u8); pub mod n { pub struct A(super::X); } }\nuse m::n::A;",
                "mod m { pub struct X(i8); pub mod n { pub struct A(super::X); } }\nuse m::n::A;",
                of_a,
            ),
            ("use std::rc::Weak;\nstruct A(Weak<u8>);", "use std::sync::Weak;", of_a),
            ("use m::x::B;\nstruct A(B);", "use m::y::B;", of_a),
            ("use std::io::*;\nstruct A(Error);", "use std::fmt::Error;", of_a),
            ("struct Q(u8);", "struct Q(i8);", "any"),
        ] {
            assert_eq!(lost(&[before], cell), expected, "{before} -> {cell}");
        }
    }

    #[test]
    fn what_changes_nothing_costs_nothing() {
        let a = "#[derive(Debug)]\nstruct A {\n    x: [i32; 2],\n}";
        for (before, cell) in [
            (a, a),
            (a, "struct A { x: [i32; 2], }"),
            (
                a,
                "/// Documented.\n#[derive(Debug, Clone)]\npub struct A { /* two */ x: [i32; 2], }",
            ),
            (a, "pub(crate) struct A { pub x: [i32; 2], }"),
            (a, "// struct A { x: f64 }\nlet n = 1;"),
            (a, "/* struct A { x: f64 } */"),
            (a, "println!(\"the struct A is fine\");"),
            (a, "println!(\"struct A { x: f64 }\");"),
            (a, "let s = r#\"\nstruct A { x: f64 }\n\"#;"),
            (a, "let s = b\"struct A;\"; let c = c\"struct A;\";"),
            (a, "/// struct A { x: f64 }\nfn f() {}"),
            (a, "//! struct A;\nlet n = 1;"),
            (a, "/** struct A; */\nfn f() {}"),
            (a, "let c = 's'; let l = 't';"),
            (a, "fn f() { struct A(u8); }"),
            (a, "{ struct A(u8); }"),
            (a, "let structure = 1; struct C;"),
            (a, "struct"),
            (a, "impl A { fn f(&self) {} }"),
            (a, "impl std::fmt::Display for A {}"),
            (a, "fn a(x: A) {}"),
            (a, "macro_rules! m { () => { struct A; } }"),
            (a, "mod m { pub struct A(u8); }"),
            ("struct A { f: f64 }\nfn f() {}", "fn f() -> i32 { 1 }"),
            ("struct A { N: u8 }\nconst N: u8 = 1;", "const N: u8 = 2;"),
            ("struct A(u8);\nimpl A { fn f() -> u8 { 1 } }", "impl A { fn f() -> u8 { 2 } }"),
            ("struct A(std::collections::HashMap<u8, u8>);", "use std::collections::HashMap;"),
            ("use std::fmt;\nstruct A(fmt::Error);", "use core::fmt;"),
            ("use std::{fmt, io};\nstruct A(fmt::Error);", "use std::fmt;"),
            ("use bootcamp::prelude::*;\nstruct A(Point);", "use bootcamp::Point;"),
            ("use bootcamp::prelude::Point;\nstruct A(Point);", "use bootcamp::Point;"),
            ("struct A<T>(T);", "struct T;"),
            ("struct A<const N: usize>([u8; N]);", "const N: usize = 1;"),
            ("mod m { pub struct A(u8); }", "mod m { pub struct A(u8); pub fn f() {} }"),
            (
                "impl Out for u8 { type Of = u8; }\nstruct A(<u8 as Out>::Of);",
                "impl Out for i8 { type Of = i8; }",
            ),
            ("trait Tr { fn p(&self); }", "trait Tr { fn p(&self); }"),
            ("", a),
            ("struct B;", ":dep rand = \"0.10\"\nlet x = 1;"),
            ("fn f() {}\ntrait Tr { fn p(&self) { f() } }", "fn f() -> u8 { 1 }"),
            ("use std::io::*;\nstruct A(Error);", "use std::io::Error;"),
            ("use core::fmt;\nstruct A(fmt::Error);", "use std::fmt;"),
        ] {
            let but_new = lost(&[], cell);
            let lost = lost(&[before], cell);
            assert!(
                lost.is_empty() || lost == but_new && before.is_empty(),
                "{before} -> {cell}: {lost}"
            );
        }
    }

    #[test]
    fn the_paths_of_a_type_are_read() {
        let paths = |text| paths_of(text).iter().map(|path| path.join("::")).collect::<Vec<_>>();
        assert_eq!(paths("Vec<(m::A, f64)>"), ["Vec", "m::A", "f64"]);
        assert_eq!(paths("Box<dyn Fn(&a::b::C) -> D>"), ["Box", "dyn", "Fn", "a::b::C", "D"]);
        assert_eq!(paths("<A as B>::C"), ["A", "as", "B", "C"]);
        assert_eq!(paths(""), [""; 0]);
    }
}
