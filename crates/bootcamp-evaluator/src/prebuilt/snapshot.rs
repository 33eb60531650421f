//! The snapshot of the packages for rust-analyzer: those whose types a cell can meet.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::standard::LeftOut;
use super::{Prebuilt, standard};
use crate::error::Error;
use crate::packages::{keep_reachable, list, list_mut, name_of};

/// The parts that the copies of the packages leave out.
const LEFT_OUT: LeftOut = LeftOut { comments: false, bodies: true };

impl Prebuilt {
    /// Asks cargo for the packages, and copies their sources. The registry's own copies may be
    /// removed, or belong to another user.
    pub(super) fn build_snapshot(&self) -> Result<(), Error> {
        let mut answer = self.ask_for_packages()?;
        let root = list(&answer["packages"])
            .iter()
            .find(|package| package["name"] == self.prelude.name)
            .and_then(|package| package["id"].as_str())
            .unwrap_or_default()
            .to_owned();
        let seen =
            |id: &Value| id.as_str().is_some_and(|id| self.prelude.packages.contains(&name_of(id)));
        for node in list_mut(&mut answer["resolve"]["nodes"]) {
            let is_needed = |edge: &Value| {
                seen(&edge["pkg"])
                    && list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
            };
            list_mut(&mut node["deps"]).retain(is_needed);
            let left: Vec<Value> =
                list(&node["deps"]).iter().map(|edge| edge["pkg"].clone()).collect();
            node["dependencies"] = json!(left);
        }
        keep_reachable(&mut answer, &root);
        for package in list_mut(&mut answer["packages"]) {
            if !package["source"].is_null() {
                self.copy_package(package)?;
            }
        }
        let snapshot = json!({
            "root": root,
            "packages": answer["packages"],
            "nodes": answer["resolve"]["nodes"],
        });
        let file = self.path.join("snapshot.json");
        fs::write(&file, snapshot.to_string()).map_err(Error::file("write", &file))
    }

    fn ask_for_packages(&self) -> Result<Value, Error> {
        let cargo = self.toolchain.cargo();
        let output = Command::new(&cargo)
            .current_dir(self.path.join("src"))
            .args(["metadata", "--format-version", "1", "--features", self.prelude.features])
            .args(["--filter-platform", self.toolchain.host(), "--manifest-path"])
            .arg(self.crate_folder().join("Cargo.toml"))
            // All packages were downloaded when the crate was compiled.
            .env("CARGO_NET_OFFLINE", "true")
            .env("RUSTC", self.toolchain.rustc())
            .output()
            .map_err(Error::file("run", &cargo))?;
        if !output.status.success() {
            return Err(self.failed(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| self.failed(format!("cargo metadata: {error}")))
    }

    /// Copies a package's sources and makes its description point to the copy.
    fn copy_package(&self, package: &mut Value) -> Result<(), Error> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = format!("{}-{}", text(&package["name"]), text(&package["version"]));
        let from = text(&package["manifest_path"]).replace("/Cargo.toml", "");
        let to = self.path.join("snapshot").join(name);
        let (from, to) = (Path::new(&from), to.as_path());
        standard::copy_sources(&from.join("src"), &to.join("src"), &|_| LEFT_OUT)?;
        let manifest = to.join("Cargo.toml");
        fs::copy(from.join("Cargo.toml"), &manifest).map_err(Error::file("write", &manifest))?;
        package["manifest_path"] = json!(manifest);
        let is_library = |target: &Value| {
            list(&target["kind"]).iter().any(|kind| kind == "lib" || kind == "rlib")
        };
        list_mut(&mut package["targets"]).retain(is_library);
        for target in list_mut(&mut package["targets"]) {
            let path = text(&target["src_path"]);
            if let Ok(inside) = Path::new(&path).strip_prefix(from) {
                target["src_path"] = json!(to.join(inside));
            }
        }
        Ok(())
    }
}
