//! Closures that a cell gives a name. Their types have none, so they cannot be kept.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};

use crate::cell::{lets, offset_of_rust};
use crate::token;

/// A `let` outside of all blocks whose value is a closure.
#[derive(Clone, Debug, PartialEq)]
pub struct Closure {
    /// The variable.
    pub name: String,
    /// Whether it is declared with `mut`.
    pub is_mutable: bool,
    /// The bytes of the closure in the cell.
    pub range: Range<usize>,
    /// Its parameters without their types.
    pub parameters: Vec<String>,
    /// The text of its body.
    pub body: String,
}

impl Closure {
    /// The function that does the same, for these types of its parameters and its result.
    ///
    /// ```
    /// let closure = &bootcamp_syntax::closure::closures("let f = |x: i32| x + 1;")[0];
    /// assert_eq!(closure.function(&["i32"], "i32"), "fn f(x: i32) -> i32 { x + 1 }");
    /// ```
    #[must_use]
    pub fn function(&self, types: &[&str], result: &str) -> String {
        let pairs = self.parameters.iter().zip(types);
        let parameters: Vec<String> = pairs.map(|(name, of)| format!("{name}: {of}")).collect();
        let result = if result == "()" { String::new() } else { format!(" -> {result}") };
        let is_block = self.body.starts_with('{');
        let body = if is_block { self.body.clone() } else { format!("{{ {} }}", self.body) };
        format!("fn {}({}){result} {body}", self.name, parameters.join(", "))
    }

    /// Whether it uses one of these variables, by name.
    #[must_use]
    pub fn uses<'a>(&self, mut variables: impl Iterator<Item = &'a str>) -> bool {
        let names: Vec<&str> = token::names(&self.body).collect();
        variables.any(|name| {
            let bare = name.strip_prefix("r#").unwrap_or(name);
            names.contains(&bare) && !self.parameters.iter().any(|own| own == name)
        })
    }
}

/// The closures that a cell gives a name outside of all blocks.
///
/// ```
/// let closures = bootcamp_syntax::closure::closures("let mut f = move |x: i32, _| { x };");
/// assert_eq!(closures[0].name, "f");
/// assert!(closures[0].is_mutable);
/// assert_eq!((closures[0].parameters.join(" "), &closures[0].body[..]), ("x _".to_owned(), "{ x }"));
/// ```
#[must_use]
pub fn closures(cell: &str) -> Vec<Closure> {
    lets(cell).filter_map(|statement| closure(&statement, cell)).collect()
}

fn closure(statement: &ast::LetStmt, cell: &str) -> Option<Closure> {
    // One with a type that it is converted to can be kept.
    if statement.ty().is_some() {
        return None;
    }
    let Some(ast::Pat::IdentPat(pattern)) = statement.pat() else { return None };
    let Some(ast::Expr::ClosureExpr(closure)) = statement.initializer() else { return None };
    let parameters = closure.param_list().into_iter().flat_map(|list| list.params());
    let names = parameters.filter_map(|parameter| Some(text_of(&parameter.pat()?)));
    let range = closure.syntax().text_range();
    let start = offset_of_rust(usize::from(range.start()), cell)?;
    Some(Closure {
        name: text_of(&pattern.name()?),
        is_mutable: pattern.mut_token().is_some(),
        range: start..start + usize::from(range.len()),
        parameters: names.collect(),
        body: text_of(&closure.body()?),
    })
}

fn text_of(node: &impl ast::AstNode) -> String {
    node.syntax().text().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_closures_are_found() {
        for (cell, names) in [
            ("let f = |x: i32| x + 1;", &["f"][..]),
            ("let f = || 1;\nlet g = move |x| { x };", &["f", "g"]),
            ("let f = |x| x", &["f"]),
            (":dep rand\n\nlet f = |x| x;", &["f"]),
            ("let f: fn(i32) -> i32 = |x| x;\nlet g = |x| x;", &["g"]),
            ("let f = Box::new(|x| x);", &[]),
            ("let v = list.iter().map(|x| x).sum();", &[]),
            ("{ let f = |x| x; }", &[]),
            ("fn g() { let f = |x| x; }", &[]),
            ("// let f = |x| x;", &[]),
            ("\"let f = |x| x;\"", &[]),
            ("let a = b | c;", &[]),
            ("let (f, g) = (|x| x, 1);", &[]),
        ] {
            let found = closures(cell);
            let found: Vec<&str> = found.iter().map(|closure| &closure.name[..]).collect();
            assert_eq!(found, names, "{cell}");
        }
    }

    #[test]
    fn the_place_of_a_closure_is_that_in_the_cell() {
        let cell = ":dep rand\n// é\nlet é = 1;\nlet f = |x: i32| x + é;";
        let closure = &closures(cell)[0];
        assert_eq!(&cell[closure.range.clone()], "|x: i32| x + é");
        assert!(closure.uses(["a", "é"].into_iter()) && !closure.uses(["x", "a"].into_iter()));
    }

    #[test]
    fn a_closure_becomes_a_function() {
        let of = |cell: &str, types: &[&str], result| closures(cell)[0].function(types, result);
        assert_eq!(of("let f = || 1;", &[], "i32"), "fn f() -> i32 { 1 }");
        assert_eq!(
            of("let f = |x, (a, b)| { x + a };", &["f64", "(f64, f64)"], "f64"),
            "fn f(x: f64, (a, b): (f64, f64)) -> f64 { x + a }"
        );
        assert_eq!(
            of("let f = |x: &str| println!(\"{x}\");", &["&str"], "()"),
            "fn f(x: &str) { println!(\"{x}\") }"
        );
    }
}
