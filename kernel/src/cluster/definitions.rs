//! What the cells of a notebook define, for the cells that run on engines.

use bootcamp_syntax::cell::item_texts;
use bootcamp_syntax::command::commands;

/// Functions, types, imports and dependencies, cell by cell: a cell that is run again takes
/// the place of all that it has defined before.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// All cells; what one defines is looked for when somebody wants to know.
    cells: Vec<String>,
    /// How many of them the compile server was told.
    told: usize,
}

impl Definitions {
    pub(super) fn note(&mut self, code: &str) {
        self.cells.push(code.to_owned());
    }

    /// What the compile server is to be told next.
    pub(super) fn next(&mut self) -> Option<String> {
        loop {
            let found = definitions(self.cells.get(self.told)?);
            if !found.is_empty() {
                return Some(found);
            }
            self.advance();
        }
    }

    /// The compile server was told, or will not be.
    pub(super) fn advance(&mut self) {
        self.told += 1;
    }

    /// There is another compile server.
    pub(super) fn forget_told(&mut self) {
        self.told = 0;
    }
}

/// The items of a cell, and its `:dep` lines.
fn definitions(code: &str) -> String {
    let dependencies = commands(code).filter(|command| command.name == ":dep");
    let lines = dependencies.map(|command| code[command.line].trim().to_owned());
    lines.chain(item_texts(code)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_taken_and_statements_are_not() {
        let code = ":dep rand_distr = \"0.6\"\nuse std::f64::consts::PI;\nlet x = 1;\n\
            /// Doc.\n#[derive(Clone)]\nstruct P { x: f64 }\nprintln!(\"{x}\");\n\
            fn area(r: f64) -> f64 { let a = PI; fn inner() {} a * r * r }\nimpl P {}\n\
            macro_rules! m { () => { 1 } }\narea(2.0)";
        let found = definitions(code);
        assert_eq!(
            found,
            ":dep rand_distr = \"0.6\"\nuse std::f64::consts::PI;\n\
             /// Doc.\n#[derive(Clone)]\nstruct P { x: f64 }\n\
             fn area(r: f64) -> f64 { let a = PI; fn inner() {} a * r * r }\nimpl P {}\n\
             macro_rules! m { () => { 1 } }"
        );
        assert_eq!(definitions("let x = 1;\nx + 1"), "");
    }

    #[test]
    fn each_is_told_once_to_each_compile_server() {
        let mut definitions = Definitions::default();
        assert_eq!(definitions.next(), None);
        definitions.note("fn f() {}");
        definitions.note("f();");
        definitions.note("struct A;");
        for cell in ["fn f() {}", "struct A;"] {
            assert_eq!(definitions.next().as_deref(), Some(cell));
            definitions.advance();
        }
        assert_eq!(definitions.next(), None);
        definitions.forget_told();
        assert_eq!(definitions.next().as_deref(), Some("fn f() {}"));
    }
}
