//! The changes to the code that evcxr generates for a cell. The number of lines stays the same,
//! because evcxr finds the cell's own lines by counting.
//!
//! If evcxr generates other text than [`crate::evcxr_words::generated`] has, a change is not made:
//! the cell works, but compiles more slowly.

use std::cmp::Reverse;
use std::ops::Range;

use super::source::Source;
use super::{runtime, store, variables};
use crate::evcxr_words::generated::{CATCHES, CONVERSION, PRINT};
use crate::passes::Hook;
use crate::stand_in::Redefined;

/// Returns the line by which a cell uses the store of the runtime.
fn use_of_store(runtime: &str) -> String {
    format!("use {runtime}::store as evcxr_internal_runtime;")
}

fn use_of_show(runtime: &str) -> String {
    format!("use {runtime}::last_expression::ShowDebug as _; ")
}

/// The code that replaces evcxr's [`CATCHES`], after the path of the runtime.
const OWN_CATCHES: [[&str; 2]; 2] =
    [["::body::run(\n  ||{\n", "});\n\n\n\n\n"], ["::body::run(||{\n", "});\n\n\n"]];

/// The changes to make, beside the store and the report of a failed `?`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hooks<'a> {
    /// The path of the module that the code around the cell calls.
    pub(super) runtime: &'a str,
    /// A last expression is shown with one compilation.
    pub(super) shows_debug: bool,
    /// Variables that the cell does not name stay in the store.
    pub(super) leaves_variables: bool,
    /// A cell without an `.await` is not run by tokio.
    pub(super) leaves_runtime: bool,
}

/// The code that is compiled.
pub(super) struct Hooked {
    pub(super) text: String,
    pub(super) fired: Vec<Hook>,
    /// The variables that stay in the store.
    pub(super) left_out: Vec<String>,
}

impl Source<'_> {
    /// Returns the code that is compiled in place of evcxr's.
    ///
    /// * The variable store and the code that catches panics are the runtime's, which is compiled
    ///   once.
    /// * A `?` that fails at the top level reports its place, type and text to the panic hook.
    ///   evcxr's own code would print only the text, without the place.
    /// * Variables whose types the cell changes are not touched.
    pub(super) fn hooked(&self, hooks: Hooks<'_>, redefined: &[Redefined]) -> Hooked {
        let mut fired = Vec::new();
        let mut changes = Vec::new();
        if let Some(store) =
            self.store.clone().filter(|store| store::has_all_of(&self.text[store.clone()]))
        {
            let lines = self.text[store.clone()].matches('\n').count();
            changes.push((store, format!("{}{}", use_of_store(hooks.runtime), "\n".repeat(lines))));
            fired.push(Hook::Store);
        }
        if let Some(change) = self.reported_question_marks() {
            changes.push(change);
            fired.push(Hook::QuestionMark);
        }
        let mut left_out = Vec::new();
        if let Some(start) = self.function {
            // Only our store can give the runtime without a copy of tokio's code.
            let has_store = fired.contains(&Hook::Store);
            let hooks = Hooks { leaves_runtime: hooks.leaves_runtime && has_store, ..hooks };
            // Only our store can drop a variable whose type it does not know.
            let redefined = if has_store { redefined } else { &[] };
            let function = with_own_catch(&self.text[start..], hooks, &mut fired);
            let function = if redefined.is_empty() {
                function
            } else {
                fired.push(Hook::Redefined);
                variables::without_redefined(&function, redefined)
            };
            let function = self.hooked_function(function, hooks, &mut fired, &mut left_out);
            changes.push((start..self.text.len(), function));
        }
        changes.sort_by_key(|(range, _)| Reverse(range.start));
        let mut text = self.text.to_owned();
        for (range, change) in changes {
            text.replace_range(range, &change);
        }
        Hooked { text, fired, left_out }
    }

    fn hooked_function(
        &self,
        mut function: String,
        hooks: Hooks<'_>,
        fired: &mut Vec<Hook>,
        left_out: &mut Vec<String>,
    ) -> String {
        if hooks.leaves_variables {
            (function, *left_out) = variables::without_unnamed(&function);
            if !left_out.is_empty() {
                fired.push(Hook::Variables);
            }
        }
        // The user's own method, which takes `&mut self`, would be found after ours, so ours is
        // left out.
        if hooks.shows_debug && !self.shows_by_change && self.shows_last() {
            function.insert_str(0, &use_of_show(hooks.runtime));
            fired.push(Hook::LastExpression);
        }
        function
    }

    /// Returns the range of the code that converts the error of a failed `?`, and the code that
    /// replaces it.
    fn reported_question_marks(&self) -> Option<(Range<usize>, String)> {
        let Range { start, end } = self.error_code()?;
        let find = |from: usize, text: &str| Some(from + self.text[from..end].find(text)?);
        let function = find(start, CONVERSION)?;
        let print = find(function, PRINT)?;
        let print_end = find(print, ");")?;
        let before = &self.text[function..print];
        let printed = &self.text[print + PRINT.len()..print_end];
        let change = format!(
            "#[track_caller] {before}::std::panic::panic_any((::std::any::type_name::<T>(), \
             ::std::format!({printed})));"
        );
        Some((function..print_end + ");".len(), change))
    }
}

/// Returns the function of a cell with our way to catch panics, and without tokio if the hooks
/// leave it out. The cell's own code may catch panics, too: evcxr's beginning is the first one
/// found, and its end is the last.
fn with_own_catch(function: &str, hooks: Hooks<'_>, fired: &mut Vec<Hook>) -> String {
    for ([begin, end], [own_begin, own_end]) in CATCHES.into_iter().zip(OWN_CATCHES) {
        if let (Some(from), Some(to)) = (function.find(begin), function.rfind(end))
            && from < to
        {
            let body = &function[from + begin.len()..to];
            let rest = &function[to + end.len()..];
            fired.push(Hook::Catch);
            let entered = runtime::entered(body).filter(|_| hooks.leaves_runtime);
            if entered.is_some() {
                fired.push(Hook::Runtime);
            }
            let body = entered.as_deref().unwrap_or(body);
            let (before, runtime) = (&function[..from], hooks.runtime);
            return format!("{before}{runtime}{own_begin}{body}{own_end}{rest}");
        }
    }
    function.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compiler::source::tests::CELL;

    const RUNTIME: &str = "::helper::runtime";
    const HOOKS: Hooks<'_> =
        Hooks { runtime: RUNTIME, shows_debug: true, leaves_variables: true, leaves_runtime: true };
    fn hooked(code: &str) -> String {
        let text = Source::of(code).hooked(HOOKS, &[]).text;
        assert_eq!(text.matches('\n').count(), code.matches('\n').count(), "{text}");
        text
    }

    #[test]
    fn everything_is_ours_and_lines_are_kept() {
        let text = hooked(CELL);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], use_of_store(RUNTIME));
        assert_eq!(lines[6], "");
        assert!(lines[7].starts_with(&use_of_show(RUNTIME)));
        assert_eq!(
            lines[10..15],
            ["", "::helper::runtime::body::run(", "  ||{", "(x).evcxr_display();", "});"]
        );
        assert_eq!(lines[19..], ["evcxr_variable_store", "}"]);
        let all =
            Hooks { shows_debug: false, leaves_variables: false, leaves_runtime: false, ..HOOKS };
        let plain = Source::of(CELL).hooked(all, &[]);
        assert!(
            !plain.text.contains(&use_of_show(RUNTIME)) && plain.text.contains("stringify!(y)")
        );
        assert_eq!(plain.fired, [Hook::Store, Hook::Catch]);
        let hooked = Source::of(CELL).hooked(HOOKS, &[]);
        assert_eq!(hooked.left_out, ["y"]);
        let fired = [Hook::Store, Hook::Catch, Hook::Variables, Hook::LastExpression];
        assert_eq!(hooked.fired, fired);
    }

    #[test]
    fn a_store_with_a_method_that_ours_lacks_stays() {
        let cell = CELL.replace("pub fn new()", "pub fn share_variable()");
        let hooked = Source::of(&cell).hooked(HOOKS, &[]);
        assert!(
            hooked.text.contains("pub fn share_variable()")
                && !hooked.text.contains(&use_of_store(RUNTIME))
        );
        assert_eq!(hooked.fired, [Hook::Catch, Hook::Variables, Hook::LastExpression]);
    }

    #[test]
    fn a_cell_without_variables() {
        let code = "#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_3(\n\
            if std::panic::catch_unwind(||{\nf();\n\
            }).is_err() {\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}\nstore\n}\n";
        let text = hooked(code);
        assert!(text.contains("::helper::runtime::body::run(||{\nf();\n});\n\n\nstore"), "{text}");
    }

    #[test]
    fn text_of_a_cell_that_looks_generated_is_left_alone() {
        let show = use_of_show(RUNTIME);
        let cell = format!("static S: &str = \"\nmod evcxr_internal_runtime {{\n{show}\";\n{CELL}");
        let text = hooked(&cell);
        assert!(text.starts_with("static S: &str = \"\nmod evcxr_internal_runtime {\n"));
        assert_eq!(text.matches(&use_of_store(RUNTIME)).count(), 1);
        let own = "let r = std::panic::catch_unwind(||{ 1 });\nif std::panic::catch_unwind(||{\n";
        let cell = CELL.replace("(x)", own);
        assert_eq!(hooked(&cell).matches("catch_unwind").count(), 2);
        let quoted = "static S: &str = r#\"\nstruct EvcxrUserCodeError {}\nimpl<T: Display> From<T> \
            for EvcxrUserCodeError {\n    fn from(error: T) -> Self {\n eprintln!(\"{}\", error);\"#;";
        assert_eq!(hooked(quoted), quoted);
    }

    #[test]
    fn code_without_what_we_look_for_is_the_same() {
        for code in ["", "fn main() {}", "mod evcxr_internal_runtime {\n// Copyright"] {
            assert_eq!(hooked(code), code);
        }
    }

    #[test]
    fn a_failed_question_mark_is_reported_and_lines_are_kept() {
        let source = "\n            struct EvcxrUserCodeError {}\n            \
            impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {\n\
                fn from(error: T) -> Self {\n\
                    eprintln!(\"{}\", error);\n\
                    EvcxrUserCodeError {}\n}\n}\n";
        let changed = hooked(source);
        assert!(changed.contains("#[track_caller] fn from(error: T)"));
        assert!(
            changed.contains(
                "panic_any((::std::any::type_name::<T>(), ::std::format!(\"{}\", error)));"
            )
        );
        assert!(!changed.contains("eprintln"));
    }

    #[test]
    fn a_method_that_shows_by_changing_the_value_comes_first() {
        let own = "impl A { fn evcxr_display( &mut self) {} }\n";
        let fired = |text: &str| Source::of(text).hooked(HOOKS, &[]).fired;
        assert!(!fired(&format!("{own}{CELL}")).contains(&Hook::LastExpression));
        assert!(fired(&format!("// {own}{CELL}")).contains(&Hook::LastExpression));
    }
}
