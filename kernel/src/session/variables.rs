//! What is known of a session's variables.

use bootcamp_cell::variables::{MIME_TYPE, Variable};
use bootcamp_evaluator::{Failure, type_name};

use super::Session;

/// A variable, as people see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Described {
    pub(crate) name: String,
    /// Its type, without paths.
    pub(crate) kind: String,
    /// What a look at it has shown, if it could be looked at.
    pub(crate) seen: Option<Variable>,
}

impl Described {
    /// Its own bytes and those that it has allocated, as far as they are known.
    pub(crate) fn bytes(&self) -> usize {
        self.seen.as_ref().map_or(0, |seen| seen.size + seen.heap.unwrap_or(0))
    }

    /// The begin of its debug format.
    pub(crate) fn preview(&self) -> &str {
        self.seen.as_ref().map_or("-", |seen| &seen.preview)
    }
}

impl Session<'_> {
    /// The variables in the order of their names, without a look at them.
    pub(crate) fn named_variables(&self) -> Vec<Described> {
        let mut all: Vec<Described> = self
            .variables()
            .into_iter()
            // evcxr's own, such as tokio's runtime.
            .filter(|(name, _)| !name.starts_with("evcxr_"))
            .map(|(name, kind)| Described { name, kind: type_name::short(&kind), seen: None })
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// The variables, each of which a cell that nobody sees has looked at.
    pub(crate) fn describe_variables(&mut self) -> Result<Vec<Described>, Failure> {
        let mut all = self.named_variables();
        if all.is_empty() {
            return Ok(all);
        }
        let names: Vec<&str> = all.iter().map(|variable| &variable.name[..]).collect();
        let code = format!(
            "bootcamp::cell::variables::publish(&bootcamp::cell::variables!({}));",
            names.join(", ")
        );
        let (result, kept) = self.capture(|session| session.run_code(&code));
        let captured = kept.into_captured();
        // Of threads that were printing meanwhile.
        if !captured.stdout.is_empty() {
            self.print(&captured.stdout);
        }
        if let Err(failure) = result {
            self.check_interrupt()?;
            // A type of which the look knows nothing still has a name. Unless the variables are
            // gone: then their process is.
            return if self.named_variables() == all { Ok(all) } else { Err(failure) };
        }
        let mut tables =
            captured.outputs.iter().rev().filter_map(|bundle| bundle.data().get(MIME_TYPE));
        let seen = tables.next().and_then(|table| serde_json::from_value(table.clone()).ok());
        let seen: Vec<Variable> = seen.unwrap_or_default();
        for variable in &mut all {
            let name = variable.name.trim_start_matches("r#");
            variable.seen = seen.iter().find(|seen| seen.name == name).cloned();
        }
        Ok(all)
    }
}
