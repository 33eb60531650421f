//! The variables of a session, with their types, sizes and values.

use bootcamp_evaluator::evcxr_words::OWN_VARIABLE;
use bootcamp_evaluator::{Failure, type_name};
use bootcamp_protocol::variables::{MIME_TYPE, Variable};

use super::Session;

/// A variable in the form that people see.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Described {
    pub(crate) name: String,
    /// Its type, without paths.
    pub(crate) kind: String,
    /// Its size and value, if they could be read.
    pub(crate) seen: Option<Variable>,
}

impl Described {
    /// Returns its own bytes and those that it has allocated, as far as they are known.
    pub(crate) fn bytes(&self) -> usize {
        self.seen.as_ref().map_or(0, |seen| seen.size + seen.heap.unwrap_or(0))
    }

    /// Returns the beginning of its debug format.
    pub(crate) fn preview(&self) -> &str {
        self.seen.as_ref().map_or("-", |seen| &seen.preview)
    }
}

impl Session<'_> {
    /// Returns the variables in the order of their names, without their sizes and values.
    pub(crate) fn named_variables(&self) -> Vec<Described> {
        let mut all: Vec<Described> = self
            .variables()
            .into_iter()
            // Variables of evcxr itself, such as tokio's runtime, are left out.
            .filter(|(name, _)| !name.starts_with(OWN_VARIABLE))
            .map(|(name, kind)| Described { name, kind: type_name::short(&kind), seen: None })
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// Returns the variables with their sizes and values, which a hidden cell reads.
    pub(crate) fn describe_variables(&mut self) -> Result<Vec<Described>, Failure> {
        let mut all = self.named_variables();
        if all.is_empty() {
            return Ok(all);
        }
        let names: Vec<&str> = all.iter().map(|variable| &variable.name[..]).collect();
        let code = format!(
            "bootcamp::runtime::variables::publish(&bootcamp::runtime::variables!({}));",
            names.join(", ")
        );
        let (result, kept) = self.capture(|session| session.run_code(&code));
        let captured = kept.into_captured();
        // Threads may have printed this text meanwhile.
        if !captured.stdout.is_empty() {
            self.print(&captured.stdout);
        }
        if let Err(failure) = result {
            self.check_interrupt()?;
            // A variable whose size and value cannot be read still has a name. If the variables are
            // gone, their process has ended, and the failure is returned.
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
