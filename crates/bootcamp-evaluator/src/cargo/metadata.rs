//! `cargo metadata` of a cell, with `bootcamp` added.
//!
//! cargo does not know the prebuilt `bootcamp` as a dependency. rust-analyzer still reads its
//! sources, because every answer gets the snapshot of the packages that is in the prebuilt image:
//! `bootcamp` and its dependencies, without those whose types no cell can meet.

use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{Manifest, Question};
use crate::dependencies;
use crate::evcxr_words::CELL_CRATE;
use crate::packages::{STUB, keep_reachable, list, list_mut, name_of};

/// Packages that are left out of every answer unless a cell depends on them itself. They are large,
/// and none of their types appears in what other packages offer to a cell.
const UNSEEN: [&str; 14] = [
    "autocfg",
    "crossbeam-deque",
    "crossbeam-epoch",
    "crossbeam-utils",
    "getrandom",
    "libc",
    "libm",
    "matrixmultiply",
    "ppv-lite86",
    "proc-macro2",
    "rawpointer",
    "syn",
    "zerocopy",
    "zerocopy-derive",
];

impl Question {
    pub(super) fn metadata(&self, manifest: &Manifest) -> anyhow::Result<ExitCode> {
        let mut answer = if manifest.dependencies().is_empty() {
            package_alone(&self.folder)
        } else {
            match self.asked_of_cargo(manifest)? {
                Ok(answer) => answer,
                Err(code) => return Ok(code),
            }
        };
        let snapshot = self.stand_in.prebuilt.join("snapshot.json");
        let snapshot =
            fs::read(&snapshot).with_context(|| format!("cannot read {}", snapshot.display()))?;
        graft(&mut answer, &serde_json::from_slice(&snapshot)?, &self.stand_in.prelude.name);
        if self.arguments.iter().any(|word| word == "--no-deps") {
            answer["resolve"] = Value::Null;
        }
        writeln!(io::stdout(), "{answer}")?;
        Ok(ExitCode::SUCCESS)
    }

    /// Prints the real cargo's answer about another package. evcxr asks in this way whether a
    /// dependency exists; what has existed once is there.
    pub(super) fn real_metadata(&self) -> anyhow::Result<ExitCode> {
        let question = Manifest::read_question(&self.folder);
        let question = question.filter(|question| !question.has_path_dependency());
        let key = question.map(|question| self.question_key(&question)).transpose()?;
        let prebuilt = &self.stand_in.prebuilt;
        if key.as_ref().is_some_and(|key| dependencies::is_known(prebuilt, key)) {
            return Ok(ExitCode::SUCCESS);
        }
        let output = self.run_online(|| {
            let mut command = self.real_cargo();
            command.args(&self.arguments);
            command
        })?;
        io::stdout().write_all(&output.stdout)?;
        if !output.status.success() {
            return Ok(ExitCode::from(101));
        }
        if let Some(key) = key.filter(|_| output.has_no_warning()) {
            dependencies::note_known(prebuilt, &key);
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Returns cargo's answer about the cell's dependencies, or the one that was kept. The first answer
    /// decides which versions they have.
    fn asked_of_cargo(&self, manifest: &Manifest) -> anyhow::Result<Result<Value, ExitCode>> {
        let versions = self.versions(manifest)?;
        let own = self.manifest_path();
        // The command names another package instead. With `--no-deps`, the answer would have
        // no graph to add `bootcamp` to.
        let words = self.arguments.iter().filter(|word| {
            *word != "--manifest-path"
                && *word != "--no-deps"
                && own.as_ref().is_none_or(|path| Path::new(word) != path)
        });
        let words: Vec<&String> = words.collect();
        // rust-analyzer asks the same in several ways.
        let mut asked: Vec<_> = words.iter().filter(|word| !word.starts_with("-Z")).collect();
        asked.sort();
        let mut key = DefaultHasher::new();
        asked.hash(&mut key);
        let name = format!("packages-{:016x}.json", key.finish());
        let text = if let Some(text) = versions.answer(&name) {
            text
        } else {
            let package = &versions.package;
            let Some(_lock) = self.lock(package)? else { return Ok(Err(ExitCode::from(101))) };
            self.write(package, manifest, None)?;
            let output = self.run_online(|| {
                let mut command = self.real_cargo();
                command.args(&words).arg("--manifest-path").arg(package.manifest());
                command
            })?;
            if !output.status.success() {
                versions.give_up();
                return Ok(Err(ExitCode::from(101)));
            }
            let text = String::from_utf8(output.stdout)?;
            versions.keep_answer(&name, &text)?;
            text
        };
        let package = versions.package.folder().to_string_lossy();
        let text = text.replace(&*package, &self.folder.to_string_lossy());
        let mut answer = serde_json::from_str(&text)?;
        prune(&mut answer);
        Ok(Ok(answer))
    }
}

/// Returns the answer that cargo gives for a cell without dependencies.
fn package_alone(folder: &Path) -> Value {
    let folder = folder.display().to_string();
    let id = format!("path+file://{folder}#{CELL_CRATE}@1.0.0");
    json!({
        "packages": [{
            "name": CELL_CRATE, "version": "1.0.0", "id": id, "license": null, "license_file": null,
            "description": null, "source": null, "dependencies": [], "features": {},
            "targets": [{
                "kind": ["cdylib"], "crate_types": ["cdylib"], "name": CELL_CRATE,
                "src_path": format!("{folder}/src/lib.rs"), "edition": "2024", "doc": true,
                "doctest": false, "test": true,
            }],
            "manifest_path": format!("{folder}/Cargo.toml"), "metadata": null, "publish": null,
            "authors": [], "categories": [], "keywords": [], "readme": null, "repository": null,
            "homepage": null, "documentation": null, "edition": "2024", "links": null,
            "default_run": null, "rust_version": null,
        }],
        "workspace_members": [id], "workspace_default_members": [id],
        "resolve": {
            "nodes": [{ "id": id, "dependencies": [], "deps": [], "features": [] }], "root": id,
        },
        "target_directory": format!("{folder}/target"), "build_directory": format!("{folder}/target"),
        "version": 1, "workspace_root": folder, "metadata": null,
    })
}

/// Removes the stub, the packages that only the stub needs, and those in [`UNSEEN`].
fn prune(answer: &mut Value) {
    let root = root(answer);
    let is_stub = |id: &Value| id.as_str().is_some_and(|id| name_of(id) == STUB);
    let direct: HashSet<String> = package(answer, &root)
        .into_iter()
        .flat_map(|package| list(&package["dependencies"]))
        .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
        .collect();
    let unseen = |id: &Value| {
        let name = id.as_str().map(name_of).unwrap_or_default();
        UNSEEN.contains(&name) && !direct.contains(name)
    };
    for node in list_mut(&mut answer["resolve"]["nodes"]) {
        list_mut(&mut node["dependencies"]).retain(|id| !is_stub(id) && !unseen(id));
        list_mut(&mut node["deps"]).retain(|edge| !is_stub(&edge["pkg"]) && !unseen(&edge["pkg"]));
    }
    for package in list_mut(&mut answer["packages"]) {
        list_mut(&mut package["dependencies"]).retain(|dependency| dependency["name"] != STUB);
    }
    keep_reachable(answer, &root);
}

/// Adds the packages of the snapshot, and the helper crate as a dependency of the cell.
fn graft(answer: &mut Value, snapshot: &Value, prelude: &str) {
    let root = root(answer);
    let package = &snapshot["root"];
    for part in ["packages", "nodes"] {
        let target = if part == "packages" {
            &mut answer["packages"]
        } else {
            &mut answer["resolve"]["nodes"]
        };
        let known: HashSet<String> = list(target)
            .iter()
            .filter_map(|entry| entry["id"].as_str().map(str::to_owned))
            .collect();
        let fresh = list(&snapshot[part])
            .iter()
            .filter(|entry| entry["id"].as_str().is_some_and(|id| !known.contains(id)));
        let fresh: Vec<Value> = fresh.cloned().collect();
        list_mut(target).extend(fresh);
    }
    for package in list_mut(&mut answer["packages"]).iter_mut().filter(|entry| entry["id"] == root)
    {
        list_mut(&mut package["dependencies"]).push(json!({
            "name": prelude, "source": null, "req": "*", "kind": null, "rename": null,
            "optional": false, "uses_default_features": true, "features": [], "target": null,
            "registry": null,
        }));
    }
    for node in
        list_mut(&mut answer["resolve"]["nodes"]).iter_mut().filter(|entry| entry["id"] == root)
    {
        list_mut(&mut node["dependencies"]).push(package.clone());
        list_mut(&mut node["deps"]).push(json!({
            "name": prelude, "pkg": package, "dep_kinds": [{ "kind": null, "target": null }],
        }));
    }
}

fn root(answer: &Value) -> String {
    answer["workspace_members"][0].as_str().unwrap_or_default().to_owned()
}

fn package<'a>(answer: &'a Value, id: &str) -> Option<&'a Value> {
    list(&answer["packages"]).iter().find(|package| package["id"] == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Value {
        json!({
            "root": "path+file:///h/bootcamp#0.1.0",
            "packages": [{ "id": "path+file:///h/bootcamp#0.1.0" }, { "id": "r#rand@1.0.0", "from": "snapshot" }],
            "nodes": [{ "id": "path+file:///h/bootcamp#0.1.0", "dependencies": ["r#rand@1.0.0"] }, { "id": "r#rand@1.0.0" }],
        })
    }

    #[test]
    fn the_helper_crate_is_grafted_in() {
        let mut answer = package_alone(Path::new("/w"));
        graft(&mut answer, &snapshot(), "bootcamp");
        let ids: Vec<_> =
            list(&answer["packages"]).iter().map(|p| p["id"].as_str().unwrap()).collect();
        assert_eq!(
            ids,
            ["path+file:///w#ctx@1.0.0", "path+file:///h/bootcamp#0.1.0", "r#rand@1.0.0"]
        );
        let root = &answer["resolve"]["nodes"][0];
        assert_eq!(root["deps"][0]["name"], "bootcamp");
        assert_eq!(answer["packages"][0]["dependencies"][0]["name"], "bootcamp");
    }

    #[test]
    fn the_stub_and_unseen_packages_go_and_a_users_own_stay() {
        let node = |id: &str, to: &[&str]| {
            let deps: Vec<_> = to.iter().map(|id| json!({ "name": "x", "pkg": id })).collect();
            json!({ "id": id, "dependencies": to, "deps": deps })
        };
        let ids = [
            "p#ctx@1",
            "p/bootcamp-deps#0.1.0",
            "r#libc@1",
            "r#zerocopy@1",
            "r#rand@1",
            "r#base64@1",
        ];
        let packages: Vec<_> =
            ids.iter().map(|id| json!({ "id": id, "dependencies": [] })).collect();
        let mut answer = json!({
            "workspace_members": ["p#ctx@1"],
            "packages": packages,
            "resolve": { "nodes": [
                node("p#ctx@1", &["p/bootcamp-deps#0.1.0", "r#libc@1", "r#rand@1"]),
                node("p/bootcamp-deps#0.1.0", &["r#base64@1", "r#rand@1"]),
                node("r#rand@1", &["r#zerocopy@1", "r#libc@1"]),
                node("r#libc@1", &[]), node("r#zerocopy@1", &[]), node("r#base64@1", &[]),
            ] },
        });
        answer["packages"][0]["dependencies"] =
            json!([{ "name": STUB }, { "name": "libc" }, { "name": "rand" }]);
        prune(&mut answer);
        let mut left: Vec<_> =
            list(&answer["packages"]).iter().map(|p| p["id"].as_str().unwrap()).collect();
        left.sort_unstable();
        assert_eq!(left, ["p#ctx@1", "r#libc@1", "r#rand@1"]);
        assert_eq!(answer["packages"][0]["dependencies"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_package_id_names_its_package() {
        assert_eq!(name_of("registry+https://x/index#rand@0.9.1"), "rand");
        assert_eq!(name_of("path+file:///a/bootcamp-deps#0.1.0"), "bootcamp-deps");
        assert_eq!(name_of("path+file:///a/b#ctx@1.0.0"), "ctx");
    }
}
