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
    /// let mut known = bootcamp_syntax::redefinition::Definitions::default();
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
    /// let mut known = bootcamp_syntax::redefinition::Definitions::default();
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
mod tests;
