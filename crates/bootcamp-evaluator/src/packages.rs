//! Packages in the answers of `cargo metadata`.

use std::collections::HashSet;

use serde_json::{Value, json};

/// The crate that names every crate inside the prebuilt `bootcamp`, with its exact version and
/// features. With it in the manifest, `:dep rand` in a cell means the same crate.
pub(crate) const STUB: &str = "bootcamp-deps";

/// Keeps the packages that `root` depends on, directly or not.
pub(crate) fn keep_reachable(answer: &mut Value, root: &str) {
    let mut reached = HashSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(id) = open.pop() {
        let node = list(&answer["resolve"]["nodes"]).iter().find(|node| node["id"] == id.as_str());
        let next = node.map(|node| list(&node["dependencies"])).unwrap_or_default();
        if reached.insert(id) {
            open.extend(next.iter().filter_map(|id| id.as_str().map(str::to_owned)));
        }
    }
    let is_reached = |entry: &Value| entry["id"].as_str().is_some_and(|id| reached.contains(id));
    list_mut(&mut answer["packages"]).retain(is_reached);
    list_mut(&mut answer["resolve"]["nodes"]).retain(is_reached);
}

/// Returns the name in a package id: `registry+...#name@1.0.0`, or `path+.../name#1.0.0`.
pub(crate) fn name_of(id: &str) -> &str {
    let (path, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Returns a list that can be changed. If there is none, an empty one is put in its place.
pub(crate) fn list_mut(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        *value = json!([]);
    }
    match value {
        Value::Array(list) => list,
        _ => unreachable!("it was made one"),
    }
}
