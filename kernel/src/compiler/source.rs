//! The changes to the code that evcxr generates for a cell. Lines stay lines: evcxr finds
//! the cell's own lines by counting them.
//!
//! This is the one place that knows how that code looks.

use std::ops::Range;

use super::{runtime, variables};

/// Where a cell finds its store and how it shows its last expression.
const STORE: &str = "use ::bootcamp::cell::store as evcxr_internal_runtime;";
const SHOW: &str = "use ::bootcamp::cell::last_expression::ShowDebug as _; ";

/// How the code of a cell begins and ends where evcxr catches its panics, with variables
/// and without, and what takes their places.
const CATCHES: [[(&str, &str); 2]; 2] = [
    [
        (
            "match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{\n",
            "::bootcamp::cell::body::run(\n  ||{\n",
        ),
        (
            "})) { \n  Ok(_) => {}\n  Err(_) => {\n    \
             println!(\"EVCXR_PANIC_NOTIFICATION\");\n}}\n",
            "});\n\n\n\n\n",
        ),
    ],
    [
        ("if std::panic::catch_unwind(||{\n", "::bootcamp::cell::body::run(||{\n"),
        ("}).is_err() {\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}\n", "});\n\n\n"),
    ],
];

/// The code of a cell as evcxr wrote it.
pub(super) struct Source<'a>(pub(super) &'a str);

/// What is changed in it, beside the store and the report of a failed `?`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hooks {
    /// A last expression is shown by one compilation.
    pub(super) shows_debug: bool,
    /// Variables that the cell does not name stay in the store.
    pub(super) leaves_variables: bool,
    /// A cell that waits for nothing is not run by tokio.
    pub(super) leaves_runtime: bool,
}

/// The code that is compiled.
pub(super) struct Hooked {
    pub(super) text: String,
    /// The variables that it does not see.
    pub(super) left_out: Vec<String>,
    /// Whether tokio would have run it.
    pub(super) left_runtime: bool,
}

impl Source<'_> {
    /// The code that is compiled in its place.
    ///
    /// * The variable store is `bootcamp`'s, and so is what catches panics: compiled once.
    /// * A `?` that fails at the top level tells the panic hook its place, type and text;
    ///   evcxr's own code would print the text only, and nobody would know where it was.
    pub(super) fn hooked(&self, hooks: Hooks) -> Hooked {
        let mut text = with_reported_question_marks(self.0).unwrap_or_else(|| self.0.to_owned());
        if let Some(store) = own_store(&text) {
            let lines = text[store.clone()].matches('\n').count();
            text.replace_range(store, &format!("{STORE}{}", "\n".repeat(lines)));
        }
        let Some(start) = function_start(&text) else {
            return Hooked { text, left_out: Vec::new(), left_runtime: false };
        };
        let (mut function, left_runtime) = with_own_catch(&text[start..], hooks.leaves_runtime);
        let mut left_out = Vec::new();
        if hooks.leaves_variables {
            (function, left_out) = variables::without_unnamed(&function);
        }
        // A method of the user's that changes its value would come second to ours.
        let has_own = text[..start].contains("fn evcxr_display(&mut self");
        if hooks.shows_debug && !has_own && function.contains(").evcxr_display();") {
            function.insert_str(0, SHOW);
        }
        text.replace_range(start.., &function);
        Hooked { text, left_out, left_runtime }
    }

    /// Whether evcxr shows the last expression, and hides it from its author.
    pub(super) fn shows_last(&self) -> bool {
        function_start(self.0).is_some_and(|start| self.0[start..].contains(").evcxr_display();"))
    }

    /// Whether the code was wrapped to catch panics. evcxr compiles code with an error
    /// once more without, for messages that do not speak of the wrapper.
    pub(super) fn catches_panics(&self) -> bool {
        function_start(self.0).is_some_and(|start| self.0[start..].contains("catch_unwind("))
    }
}

/// The function of a cell with our way to catch panics, and whether it leaves tokio out. Its
/// own code may catch some, too: evcxr's begin comes first, its end last.
fn with_own_catch(function: &str, leaves_runtime: bool) -> (String, bool) {
    for [(begin, own_begin), (end, own_end)] in CATCHES {
        if let (Some(from), Some(to)) = (function.find(begin), function.rfind(end))
            && from < to
        {
            let body = &function[from + begin.len()..to];
            let rest = &function[to + end.len()..];
            let entered = runtime::entered(body).filter(|_| leaves_runtime);
            let left_runtime = entered.is_some();
            let body = entered.as_deref().unwrap_or(body);
            let text = format!("{}{own_begin}{body}{own_end}{rest}", &function[..from]);
            return (text, left_runtime);
        }
    }
    (function.to_owned(), false)
}

/// The store that evcxr puts into the code, from `mod` to its closing brace.
fn own_store(text: &str) -> Option<Range<usize>> {
    const START: &str = "mod evcxr_internal_runtime {\n// Copyright 2020 The Evcxr Authors.";
    let start = text.rfind(START)?;
    let mut depth = 0_usize;
    for (at, brace) in text[start..].match_indices(['{', '}']) {
        depth = if brace == "{" { depth + 1 } else { depth.saturating_sub(1) };
        if depth == 0 {
            return Some(start..start + at + 1);
        }
    }
    None
}

/// The function of the cell. A cell's text may hold the same words; evcxr's come last.
fn function_start(text: &str) -> Option<usize> {
    text.rfind("#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_")
}

/// The code with the conversion of errors changed; `None` when it has none.
fn with_reported_question_marks(source: &str) -> Option<String> {
    // As evcxr indents it: a cell's text may hold the same words otherwise.
    const START: &str = "\n            struct EvcxrUserCodeError {}\n            impl<T: ";
    const FUNCTION: &str = "fn from(error: T) -> Self {";
    let start = source.rfind(START)?;
    let function = start + source[start..].find(FUNCTION)?;
    let print = function + source[function..].find("eprintln!(")?;
    let print_end = print + source[print..].find(");")? + ");".len();
    let printed = &source[print + "eprintln!".len()..print_end - 1];
    Some(format!(
        "{}#[track_caller] {}::std::panic::panic_any((::std::any::type_name::<T>(), \
         ::std::format!{printed}));{}",
        &source[..function],
        &source[function..print],
        &source[print_end..],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOKS: Hooks = Hooks { shows_debug: true, leaves_variables: true, leaves_runtime: true };
    const CELL: &str = "#![allow(unused)]\n\
        fn f() {}\n\
        mod evcxr_internal_runtime {\n\
        // Copyright 2020 The Evcxr Authors.\n\
        pub fn create() { if true { } }\n\
        \n\
        }\n\
        #[unsafe(no_mangle)]\n\
        pub extern \"C\" fn run_user_code_3(\n\
        mut evcxr_variable_store: *mut evcxr_internal_runtime::VariableStore) {\n\
        let y = evcxr_variable_store.take_variable::<u8>(stringify!(y));\n\
        match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{\n\
        (x).evcxr_display();\n\
        })) { \n  Ok(_) => {}\n  Err(_) => {\n    \
        println!(\"EVCXR_PANIC_NOTIFICATION\");\n}}\n\
        evcxr_variable_store\n}\n";

    fn hooked(code: &str) -> String {
        let text = Source(code).hooked(HOOKS).text;
        assert_eq!(text.matches('\n').count(), code.matches('\n').count(), "{text}");
        text
    }

    #[test]
    fn everything_is_ours_and_lines_are_kept() {
        let text = hooked(CELL);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], STORE);
        assert_eq!(lines[6], "");
        assert!(lines[7].starts_with(SHOW));
        assert_eq!(
            lines[10..15],
            ["", "::bootcamp::cell::body::run(", "  ||{", "(x).evcxr_display();", "});"]
        );
        assert_eq!(lines[19..], ["evcxr_variable_store", "}"]);
        let all = Hooks { shows_debug: false, leaves_variables: false, leaves_runtime: false };
        let plain = Source(CELL).hooked(all);
        assert!(!plain.text.contains(SHOW) && plain.text.contains("stringify!(y)"));
        assert_eq!(Source(CELL).hooked(HOOKS).left_out, ["y"]);
    }

    #[test]
    fn a_cell_without_variables() {
        let code = "#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_3(\n\
            if std::panic::catch_unwind(||{\nf();\n\
            }).is_err() {\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}\nstore\n}\n";
        let text = hooked(code);
        assert!(text.contains("::bootcamp::cell::body::run(||{\nf();\n});\n\n\nstore"), "{text}");
    }

    #[test]
    fn text_of_a_cell_that_looks_generated_is_left_alone() {
        let cell = format!("static S: &str = \"\nmod evcxr_internal_runtime {{\n{SHOW}\";\n{CELL}");
        let text = hooked(&cell);
        assert!(text.starts_with("static S: &str = \"\nmod evcxr_internal_runtime {\n"));
        assert_eq!(text.matches(STORE).count(), 1);
        let own = "let r = std::panic::catch_unwind(||{ 1 });\nif std::panic::catch_unwind(||{\n";
        let cell = CELL.replace("(x)", own);
        assert_eq!(hooked(&cell).matches("catch_unwind").count(), 2);
        let quoted = "struct EvcxrUserCodeError {}\nimpl<T: std::fmt::Display> From<T> for \
            EvcxrUserCodeError {\n    fn from(error: T) -> Self {\n eprintln!(\"{}\", error);";
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
    fn the_wrapper_that_catches_panics_is_seen() {
        assert!(Source(CELL).catches_panics());
        assert!(!Source(&CELL.replace("catch_unwind", "something_else")).catches_panics());
        assert!(!Source("catch_unwind(").catches_panics());
        assert!(Source(CELL).shows_last() && !Source("(x).evcxr_display();").shows_last());
    }
}
