//! The steps before evcxr gets a cell: analysis and preparation.

use anyhow::Context as _;
use bootcamp_syntax::binding::kept_bindings;
use bootcamp_syntax::cell::only_defines;
use bootcamp_syntax::definition::names_types;

use super::{Evaluator, helper, options};
use crate::cell::Cell;
use crate::stand_in::{CellSettings, Redefined};

impl Evaluator {
    /// Returns the variables whose types a cell changes. Their old values can be dropped correctly;
    /// read as the new type, their bytes would be nonsense.
    pub(super) fn redefined(&self, cell: &Cell) -> Vec<Redefined> {
        let changes = self.definitions.changed_by(&cell.code);
        if changes.is_empty() {
            return Vec::new();
        }
        let made_anew = kept_bindings(&cell.code);
        let redefined = self.context.variables_and_types().filter_map(|(variable, of)| {
            let name = changes.name_in(of)?;
            let notice = || {
                format!(
                    "The variable `{variable}` is lost: {} changes its type `{name}`.",
                    cell.label
                )
            };
            let notice = (!made_anew.iter().any(|made| made == variable)).then(notice);
            Some(Redefined { variable: variable.to_owned(), notice })
        });
        let mut redefined: Vec<Redefined> = redefined.collect();
        redefined.sort_by(|one, other| one.variable.cmp(&other.variable));
        redefined
    }

    /// Prepares a cell before evcxr gets the code: `:dep bootcamp` then means the installed copy,
    /// and the compiler role knows the settings of the cell.
    pub(super) fn prepare(&self, code: &str, redefined: Vec<Redefined>) -> anyhow::Result<String> {
        let own_level = || options::level(code, self.context.defined_item_names());
        let cell = CellSettings {
            number: self.serial,
            shows_debug: self.options.shows_debug(code),
            leaves_variables: !names_types(code),
            leaves_runtime: self.with_runtime == Some(self.process()),
            level: self.level.clone().or_else(own_level),
            redefined,
        };
        self.stand_in.announce(&cell).context("cannot write to the kernel's folder")?;
        let prelude = self.prebuilt.prelude.name;
        let mut prepared = if self.options.has_other_toolchain() {
            helper::with_source_dependency(code, prelude, &self.prebuilt.crate_folder())
        } else {
            helper::without_dependency(code, prelude)
        };
        if !cell.redefined.is_empty() && only_defines(code) {
            // evcxr generates no code with variables for a cell of definitions; the statement makes
            // it do so, because variables have to be dropped.
            prepared.push_str("\n();");
        }
        Ok(prepared)
    }
}
