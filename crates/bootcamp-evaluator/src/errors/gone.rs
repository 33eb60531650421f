//! Variables that no longer exist, and the reasons.

use std::collections::HashMap;

use bootcamp_syntax::binding::kept_bindings;
use bootcamp_syntax::command::adds_dependency;
use bootcamp_syntax::token;

use crate::cell::Cell;
use crate::stand_in::Redefined;

/// The variables that are lost, each with the reason and the label of the cell.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    variables: HashMap<String, (Reason, String)>,
    /// The variables that are lost if the cell that is being compiled runs.
    at_stake: Vec<String>,
    /// The variables that existed before the cell.
    there: Vec<String>,
    /// The variables that the last cell was to make.
    made: Vec<String>,
    /// The last cell that added a dependency.
    dependency: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Reason {
    Moved,
    /// The cell was to make it anew, and failed before that.
    NotMade,
    Redefined,
    Dependency,
}

impl Gone {
    /// Takes note of what there is before a cell, and of what it will cost.
    pub(crate) fn begin(&mut self, there: &[String], redefined: &[Redefined]) {
        self.at_stake = redefined.iter().map(|of| of.variable.clone()).collect();
        self.there = there.to_vec();
    }

    /// Takes note of a cell that ran, or was to run: the variables before it and after it.
    pub(crate) fn note(&mut self, before: &[String], after: &[String], cell: &Cell, has_run: bool) {
        self.variables.retain(|name, _| !after.contains(name));
        self.made = kept_bindings(&cell.code);
        if adds_dependency(&cell.code) {
            self.dependency = Some(cell.label.clone());
        }
        for name in before.iter().filter(|name| !after.contains(name)) {
            let is_named = || token::names(&cell.code).any(|word| word == bare(name));
            let why = if self.at_stake.contains(name) {
                (Reason::Redefined, cell.label.clone())
            } else if has_run && is_named() {
                (Reason::Moved, cell.label.clone())
            } else if let Some(label) = &self.dependency {
                // Its type had changed when this cell, or one before it, asked for it.
                (Reason::Dependency, label.clone())
            } else {
                (Reason::Redefined, cell.label.clone())
            };
            self.variables.insert(name.clone(), why);
        }
    }

    /// The cell that was noted last did not run to its end.
    pub(crate) fn note_failure(&mut self) {
        for name in &self.made {
            if let Some((reason @ Reason::Moved, _)) = self.variables.get_mut(name) {
                *reason = Reason::NotMade;
            }
        }
    }

    /// The variables of a process that ended are lost, and not by a cell's code.
    pub(crate) fn forget(&mut self) {
        self.variables.clear();
        self.dependency = None;
    }

    /// Returns why there is no variable of this name, and what to do about it.
    pub(super) fn why(&self, name: &str) -> Option<String> {
        let Some((reason, label)) = self.variables.get(name) else {
            if self.at_stake.iter().any(|variable| bare(variable) == bare(name)) {
                return Some(format!(
                    "this cell changes the type of `{name}`, which is still of the old one: \
                     leave `{name}` out, or make it anew here; it is kept, as the cell did not run"
                ));
            }
            // The compiler cannot suggest a similar name: it sees only the variables that the cell
            // names.
            let mut similar = self.there.iter().filter(|other| is_similar(name, bare(other)));
            let similar = similar.next()?;
            return Some(format!("a variable with a similar name is there: `{similar}`"));
        };
        Some(match reason {
            Reason::Moved => format!(
                "{label} moved `{name}`: use `&{name}` or `{name}.clone()` there, and make \
                 `{name}` again"
            ),
            Reason::NotMade => {
                format!("{label} failed before it made `{name}` anew: make `{name}` again")
            }
            Reason::Redefined => format!(
                "{label} defined the type of `{name}` anew, and `{name}` was of the old one: \
                 make `{name}` again"
            ),
            Reason::Dependency => format!(
                "{label} added a dependency, and the type of `{name}` is another one since: make \
                 `{name}` again"
            ),
        })
    }
}

/// Says whether `name` may be a mistyped `other`: no more than a third of it differs.
pub(super) fn is_similar(name: &str, other: &str) -> bool {
    let longest = name.chars().count().max(other.chars().count());
    3 * strsim::damerau_levenshtein(name, other) <= longest
}

fn bare(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// Returns the reason for `a` after a cell that loses it.
    fn why(code: &str, at_stake: &[&str]) -> String {
        let mut gone = Gone::default();
        let redefined = |name: &&str| Redefined { variable: (*name).to_owned(), notice: None };
        gone.begin(&[], &at_stake.iter().map(redefined).collect::<Vec<_>>());
        gone.note(&names("a b"), &names("b"), &Cell::whole(code.to_owned(), "cell [3]"), true);
        gone.begin(&[], &[]);
        gone.why("a").unwrap()
    }

    #[test]
    fn what_took_a_variable_is_told() {
        assert!(why("drop(a);", &[]).starts_with("cell [3] moved `a`: use `&a`"));
        assert!(why("struct A(u8);", &["a"]).starts_with("cell [3] defined the type of `a` anew"));
        assert!(why("use m::A; // a", &[]).starts_with("cell [3] defined the type of `a`"));
        assert!(why(":dep rand\nlet b = 1;", &[]).starts_with("cell [3] added a dependency"));
        assert!(why("let s = \"\n:dep a\n\"; f(a)", &[]).starts_with("cell [3] moved `a`"));
    }

    #[test]
    fn what_a_dependency_took_is_not_said_to_be_moved() {
        let mut gone = Gone::default();
        let cell = |code: &str, label| Cell::whole(code.to_owned(), label);
        gone.note(&names("a"), &names("a"), &cell(":dep rand", "cell [3]"), true);
        // The cell asked for a variable whose type had changed, and was not run.
        gone.note(&names("a"), &[], &cell("f(a)", "cell [4]"), false);
        assert!(gone.why("a").unwrap().starts_with("cell [3] added a dependency"));
    }

    #[test]
    fn a_variable_is_gone_until_it_is_there_again() {
        let mut gone = Gone::default();
        let cell = |label| Cell::whole("drop(a);".to_owned(), label);
        gone.note(&names("a b"), &names("b"), &cell("cell [3]"), true);
        assert_eq!(gone.why("b"), None);
        gone.note(&names("b"), &names("a b"), &cell("cell [4]"), true);
        assert_eq!(gone.why("a"), None);
    }

    #[test]
    fn a_cell_that_failed_made_nothing() {
        let mut gone = Gone::default();
        let code = "let a: i32 = \"x\".parse()?;\ndrop(b);";
        gone.note(&names("a b"), &[], &Cell::whole(code.to_owned(), "cell [3]"), true);
        assert!(gone.why("a").unwrap().starts_with("cell [3] moved `a`"));
        gone.note_failure();
        assert_eq!(
            gone.why("a").unwrap(),
            "cell [3] failed before it made `a` anew: make `a` again"
        );
        assert!(gone.why("b").unwrap().starts_with("cell [3] moved `b`"));
    }

    #[test]
    fn only_a_similar_name_is_similar() {
        let mut gone = Gone::default();
        gone.begin(&names("b points r#type"), &[]);
        for name in ["point", "pionts", "points_"] {
            assert!(gone.why(name).unwrap().ends_with("is there: `points`"), "{name}");
        }
        assert!(gone.why("typ").unwrap().ends_with("`r#type`"));
        for name in ["f", "a", "bb", "pints_of"] {
            assert_eq!(gone.why(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_at_stake_is_still_there() {
        let mut gone = Gone::default();
        gone.begin(&names("a"), &[Redefined { variable: "a".to_owned(), notice: None }]);
        assert!(gone.why("a").unwrap().contains("it is kept"));
        // The cell ran and lost the variable, and the second compilation, without it, failed.
        gone.note(&names("a"), &[], &Cell::whole("struct A(u8);".to_owned(), "cell [3]"), false);
        assert!(gone.why("a").unwrap().starts_with("cell [3] defined the type of `a` anew"));
    }
}
