//! The Rust type of a value that comes from another language.

use bootcamp_exchange::{Kind, Node};

/// Returns the type of a variable whose cell states none, or why the cell has to state one.
pub(crate) fn infer(node: &Node) -> Result<String, String> {
    Ok(match node {
        Node::Numbers { kind, shape, .. } => match shape.len() {
            0 => scalar(*kind).to_owned(),
            1 => format!("Vec<{}>", scalar(*kind)),
            2 => format!("bootcamp::ndarray::Array2<{}>", scalar(*kind)),
            _ => format!("bootcamp::ndarray::ArrayD<{}>", scalar(*kind)),
        },
        Node::Text { .. } => "String".to_owned(),
        Node::Texts { .. } => "Vec<String>".to_owned(),
        Node::Record { names, items } => {
            named(items).ok_or_else(|| format!("a record of {}", list(names)))?
        }
        Node::Table { names, items } => {
            named(items).ok_or_else(|| format!("a table of {}", list(names)))?
        }
        Node::List { items } => {
            optional(items).ok_or_else(|| format!("a list of {} items", items.len()))?
        }
        Node::None => return Err("nothing".to_owned()),
    })
}

fn scalar(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "bool",
        Kind::I64 => "i64",
        Kind::F64 => "f64",
    }
}

/// Returns the type of a list of options, if some items are missing and the others have one type.
fn optional(items: &[Node]) -> Option<String> {
    let there = items.iter().filter(|item| **item != Node::None);
    let kind = common(there)?;
    items.contains(&Node::None).then(|| format!("Vec<Option<{kind}>>"))
}

/// Returns the type of a map, if all values have one type.
fn named(items: &[Node]) -> Option<String> {
    let kind = common(items.iter())?;
    Some(format!("std::collections::BTreeMap<String, {kind}>"))
}

/// Returns the type that all of these have.
fn common<'a>(items: impl Iterator<Item = &'a Node>) -> Option<String> {
    let mut types = items.map(infer);
    let first = types.next()?.ok()?;
    types.all(|other| other.as_ref() == Ok(&first)).then_some(first)
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_follow_from_what_a_value_is_made_of() {
        let numbers = |kind, shape: &[usize]| Node::Numbers { kind, shape: shape.to_vec(), at: 0 };
        let names = || vec!["x".to_owned(), "y".to_owned()];
        let inferred = |node: &Node| infer(node).unwrap();
        assert_eq!(inferred(&numbers(Kind::F64, &[])), "f64");
        assert_eq!(inferred(&numbers(Kind::I64, &[3])), "Vec<i64>");
        assert_eq!(inferred(&numbers(Kind::F64, &[3, 2])), "bootcamp::ndarray::Array2<f64>");
        let items = vec![numbers(Kind::F64, &[3]); 2];
        let map = "std::collections::BTreeMap<String, Vec<f64>>";
        assert_eq!(inferred(&Node::Table { names: names(), items }), map);
        let items = vec![numbers(Kind::F64, &[3]), Node::Texts { length: 3, at: 0, bytes: 9 }];
        assert_eq!(
            infer(&Node::Table { names: names(), items }).unwrap_err(),
            "a table of `x`, `y`"
        );
        let text = || Node::Text { value: "a".to_owned() };
        let list = |items: &[Node]| infer(&Node::List { items: items.to_vec() });
        assert_eq!(list(&[Node::None, text()]).unwrap(), "Vec<Option<String>>");
        assert_eq!(list(&[Node::None, Node::None]).unwrap_err(), "a list of 2 items");
        assert_eq!(list(&[text(), numbers(Kind::F64, &[])]).unwrap_err(), "a list of 2 items");
        assert_eq!(infer(&Node::None).unwrap_err(), "nothing");
    }
}
