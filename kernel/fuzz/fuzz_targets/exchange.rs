//! What another language leaves for a variable is read as a value, or refused.
#![no_main]

use std::collections::BTreeMap;

use bootcamp_exchange::{Kind, Node, parse};

/// A description that is well-formed, whatever it says.
#[derive(Debug, arbitrary::Arbitrary)]
enum Part {
    None,
    Numbers { kind: u8, shape: Vec<u8>, far: Option<u64>, at: u8 },
    Text(String),
    Texts { length: u8, at: u8, bytes: u8 },
    List(Vec<Part>),
    Record(Vec<(String, Part)>),
    Table(Vec<(String, Part)>),
}

#[derive(Debug, arbitrary::Arbitrary)]
enum Description {
    Parts(Part),
    Text(Vec<u8>),
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Line {
    x: f64,
    name: Option<String>,
    counts: Vec<u8>,
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "it is only read")]
enum Shape {
    Nothing,
    Circle(f64),
    Box { width: f64, height: f64 },
}

fn node(part: Part) -> Node {
    let fields = |fields: Vec<(String, Part)>| {
        fields.into_iter().map(|(name, part)| (name, node(part))).unzip()
    };
    match part {
        Part::None => Node::None,
        Part::Numbers { kind, shape, far, at } => {
            let kind = [Kind::Bool, Kind::I64, Kind::F64][usize::from(kind % 3)];
            let mut shape: Vec<usize> = shape.into_iter().map(usize::from).collect();
            shape.extend(far.map(|far| far as usize));
            Node::Numbers { kind, shape, at: at.into() }
        }
        Part::Text(value) => Node::Text { value },
        Part::Texts { length, at, bytes } => {
            Node::Texts { length: length.into(), at: at.into(), bytes: bytes.into() }
        }
        Part::List(items) => Node::List { items: items.into_iter().map(node).collect() },
        Part::Record(parts) => {
            let (names, items) = fields(parts);
            Node::Record { names, items }
        }
        Part::Table(parts) => {
            let (names, items) = fields(parts);
            Node::Table { names, items }
        }
    }
}

libfuzzer_sys::fuzz_target!(|input: (Description, Vec<u8>)| {
    let (description, bytes) = input;
    let description = match description {
        Description::Parts(part) => serde_json::to_vec(&node(part)).unwrap(),
        Description::Text(text) => text,
    };
    let _ = parse::<Vec<f64>>(&description, &bytes);
    let _ = parse::<Vec<(i8, u64)>>(&description, &bytes);
    let _ = parse::<Vec<Line>>(&description, &bytes);
    let _ = parse::<Vec<Shape>>(&description, &bytes);
    let _ = parse::<BTreeMap<String, Vec<Option<bool>>>>(&description, &bytes);
    let _ = parse::<(String, char, [f32; 2])>(&description, &bytes);
    if let Ok(value) = parse::<serde_json::Value>(&description, &bytes) {
        // What is whole is read as anything.
        assert!(!value.is_null() || parse::<()>(&description, &bytes).is_ok());
    }
});
