//! The variables that a cell makes.

use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};

use crate::cell::lets;

/// The variables that the `let`s of a cell make outside of all blocks, each once, in order.
///
/// ```
/// use bootcamp_syntax::binding::bindings;
///
/// assert_eq!(bindings("let (a, mut b) = f(c); { let d = 1; }"), ["a", "b"]);
/// assert_eq!(bindings("// let a = 1;\n\"let b = 1;\""), [""; 0]);
/// ```
#[must_use]
pub fn bindings(cell: &str) -> Vec<String> {
    let mut names = Vec::new();
    for pattern in patterns(cell) {
        let idents = pattern.syntax().descendants().filter_map(ast::IdentPat::cast);
        let found = idents.filter_map(|ident| ident.name()).map(|name| text_of(&name));
        // A capital name is a constant that the pattern compares with.
        add(&mut names, found.filter(|name| !name.starts_with(char::is_uppercase)));
    }
    names
}

/// The ones among them that evcxr keeps for later cells. It looks into tuples and structs,
/// and into no other pattern.
///
/// ```
/// use bootcamp_syntax::binding::kept_bindings;
///
/// assert_eq!(kept_bindings("let P { x, y: (z, _) } = p;\nlet [q, ..] = r;"), ["x", "z"]);
/// ```
#[must_use]
pub fn kept_bindings(cell: &str) -> Vec<String> {
    let mut names = Vec::new();
    for pattern in patterns(cell) {
        add_kept(&mut names, pattern);
    }
    names
}

fn patterns(cell: &str) -> impl Iterator<Item = ast::Pat> {
    lets(cell).filter_map(|statement| statement.pat())
}

fn add_kept(names: &mut Vec<String>, pattern: ast::Pat) {
    match pattern {
        ast::Pat::IdentPat(ident) => {
            add(names, ident.name().iter().map(text_of));
        }
        ast::Pat::RecordPat(record) => {
            let fields = record.record_pat_field_list().into_iter().flat_map(|list| list.fields());
            fields.filter_map(|field| field.pat()).for_each(|pattern| add_kept(names, pattern));
        }
        ast::Pat::TuplePat(tuple) => {
            tuple.fields().for_each(|pattern| add_kept(names, pattern));
        }
        ast::Pat::TupleStructPat(tuple) => {
            tuple.fields().for_each(|pattern| add_kept(names, pattern));
        }
        _ => {}
    }
}

fn add(names: &mut Vec<String>, found: impl Iterator<Item = String>) {
    for name in found {
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

fn text_of(name: &ast::Name) -> String {
    name.syntax().text().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_define_is_found() {
        for (code, names) in [
            ("let x = 2.0;", &["x"][..]),
            ("let mut v: Vec<f64> = numbers.clone()", &["v"]),
            ("let (mut a, b) = f(c); { let d = 1; }", &["a", "b"]),
            ("let Some(x) = y else { panic!() };", &["x"]),
            ("let P { x, y: z, .. } = p; let [q, ..] = r;", &["x", "z", "q"]),
            ("let _ = 1; let a::B(r#type) = t;", &["r#type"]),
            ("fn f() { let x = 1; }", &[]),
            ("let x = 1; let x = x + 1;", &["x"]),
            ("let (a, (b, [c, d])) = e;", &["a", "b", "c", "d"]),
            ("let &x = y;", &["x"]),
            ("let ref x = y;", &["x"]),
            ("let all @ [a, ..] = b;", &["all", "a"]),
            ("let None = x else { return };", &[]),
            ("let é = 1; let größe: f64;", &["é", "größe"]),
            ("for i in 0..3 {}", &[]),
            ("if let Some(x) = y {}", &[]),
            ("while let Some(x) = y {}", &[]),
            ("f(|x| { let y = x; })", &[]),
            ("match x { y => {} }", &[]),
            ("// let x = 1;", &[]),
            ("/* let x = 1; */", &[]),
            ("\"let x = 1;\"", &[]),
            ("r#\"\nlet x = 1;\n\"#", &[]),
            ("/// let x = 1;\nfn f() {}", &[]),
            ("let x = \"let y = 1;\";", &["x"]),
            ("let x = 1; // let y = 1;", &["x"]),
            ("let c = 'l'; let d = b\"let e\";", &["c", "d"]),
            ("let x = { let y = 1; y };", &["x"]),
            ("static S: u8 = 1; const C: u8 = 2;", &[]),
            (":dep rand\nlet x = 1;", &["x"]),
            ("let a: [u8; { let n = 3; n }] = f();", &["a"]),
            ("println!(\"{}\", { let z = 1; z }); let y = 1;", &["y"]),
            ("let f = |a: i32| a;", &["f"]),
            ("let x;\nx = 1;", &["x"]),
            ("let a = 1; let b = 2; let c = 3;", &["a", "b", "c"]),
            ("let (_, _) = f();", &[]),
            ("let _x = 1;", &["_x"]),
            ("let a::b::C { d, .. } = e;", &["d"]),
            ("macro_rules! m { () => { let x = 1; } }", &[]),
            ("let", &[]),
            ("let (", &[]),
            ("", &[]),
        ] {
            assert_eq!(bindings(code), names, "{code}");
        }
    }

    #[test]
    fn evcxr_keeps_some_of_them() {
        for (code, names) in [
            ("let x = 1; let mut y: u8 = 2;", &["x", "y"][..]),
            ("let (a, (b, S(c))) = d;", &["a", "b", "c"]),
            ("let P { x, y: z, .. } = p;", &["x", "z"]),
            ("let [a, b] = c;", &[]),
            ("let &x = y;", &[]),
            ("let N = 1;", &["N"]),
        ] {
            assert_eq!(kept_bindings(code), names, "{code}");
        }
    }
}
