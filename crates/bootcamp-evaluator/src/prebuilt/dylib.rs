//! `bootcamp` compiled as one dynamic library, and the stub that names the crates inside of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, iter};

use serde_json::Value;

use super::sources::PARSER;
use super::{Prebuilt, generators};
use crate::error::Error;
use crate::files::copy_folder;
use crate::packages::STUB;
use crate::toolchain::Toolchain;

/// The profile of the prebuilt crates and of those that a session builds. Their types are the same
/// only if the profiles are.
const PROFILE: &str = r#"[profile.dev]
rpath = true
panic = "unwind"

[profile.dev.package."*"]
opt-level = 3
debug = false
debug-assertions = false
overflow-checks = false
strip = "debuginfo"
codegen-units = 16
incremental = false
"#;
/// The same settings for `bootcamp` itself, which is not part of "*" in its own workspace.
const OWN_PROFILE: [&str; 6] = [
    "profile.dev.opt-level=3",
    "profile.dev.debug=false",
    "profile.dev.debug-assertions=false",
    "profile.dev.overflow-checks=false",
    "profile.dev.strip=\"debuginfo\"",
    "profile.dev.incremental=false",
];

/// A crate inside the library, or the parser of its macros.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    is_for_macros: bool,
    name: String,
    version: String,
    features: Vec<String>,
}

impl Prebuilt {
    /// Builds the library, and copies the files of its crates that the compiler of a cell reads.
    pub(super) fn build_dylib(&self) -> Result<(), Error> {
        let profile = self.path.join("profile.toml");
        fs::write(&profile, PROFILE).map_err(Error::file("write", &profile))?;
        let target = self.build_folder();
        let crates = self.compile(&profile, &target)?;
        self.write_stub(&crates)?;
        let output = target.join(self.toolchain.host()).join("debug");
        copy_folder(&self.prelude.library(&output), &self.library())?;
        let deps = self.path.join("deps");
        fs::create_dir_all(&deps).map_err(Error::file("create the folder", &deps))?;
        copy_kind("rmeta", &output.join("deps"), &deps)?;
        // The compiler loads macros as libraries; `serde` cannot be read without its own.
        copy_kind("so", &target.join("debug/deps"), &deps)
    }

    /// Compiles the library and returns the crates inside of it.
    fn compile(&self, profile: &Path, target: &Path) -> Result<BTreeSet<Crate>, Error> {
        let cargo = self.toolchain.cargo();
        let mut command = Command::new(&cargo);
        command
            .current_dir(self.path.join("src"))
            .args(["rustc", "--package", self.prelude.name, "--lib"])
            .args(["--features", self.prelude.features])
            .args(["--crate-type", "dylib", "--message-format", "json-render-diagnostics"])
            .args(["--target", self.toolchain.host(), "--config"])
            .arg(profile)
            .args(OWN_PROFILE.iter().flat_map(|setting| ["--config", setting]))
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_BUILD_BUILD_DIR", target)
            .env("RUSTC", self.toolchain.rustc())
            .env("RUSTFLAGS", Toolchain::rust_flags())
            .stdout(Stdio::piped());
        generators::compile_once(&mut command, &self.path);
        // Without a network, the crates that were downloaded before may be enough.
        let first = run(&mut command, &cargo)?;
        let crates = match first {
            Some(crates) => Some(crates),
            None => run(command.env("CARGO_NET_OFFLINE", "true"), &cargo)?,
        };
        crates.ok_or_else(|| {
            self.failed("cargo could not compile it; its message is above".to_owned())
        })
    }

    /// Writes the stub, which asks for exactly these crates.
    fn write_stub(&self, crates: &BTreeSet<Crate>) -> Result<(), Error> {
        let folder = self.path.join(STUB);
        let source = folder.join("src/lib.rs");
        let write = || {
            fs::create_dir_all(folder.join("src"))?;
            fs::write(&source, "")?;
            fs::write(folder.join("Cargo.toml"), stub_manifest(crates))
        };
        write().map_err(Error::file("write to the folder", &folder))
    }
}

/// Copies the files with this extension.
fn copy_kind(extension: &str, from: &Path, to: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let path = entry.map_err(Error::file("read", from))?.path();
        if let Some(name) = path.file_name()
            && path.extension().is_some_and(|found| found == extension)
        {
            copy_folder(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Runs cargo. Returns the crates that it compiled, or `None` if it failed.
fn run(command: &mut Command, cargo: &Path) -> Result<Option<BTreeSet<Crate>>, Error> {
    let failed = || Error::file("run", cargo);
    let mut child = command.spawn().map_err(failed())?;
    let mut crates = BTreeSet::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            crates.extend(artifact(&line.map_err(failed())?));
        }
    }
    let status = child.wait().map_err(failed())?;
    Ok(status.success().then_some(crates))
}

/// Returns the crate of a message of cargo, if the crate is from a registry, and was compiled for
/// the target or is the macros' parser. Others belong to macros and build scripts, or are
/// `bootcamp`'s own.
fn artifact(line: &str) -> Option<Crate> {
    let message: Value = serde_json::from_str(line).ok()?;
    let id = message["package_id"].as_str()?;
    let is_library = message["target"]["kind"][0] == "lib";
    let file = message["filenames"][0].as_str()?;
    // The path has no name of a target if the crate is for a build script or a macro.
    let is_for_macros = file.contains("/build/debug/");
    if message["reason"] != "compiler-artifact" || !is_library {
        return None;
    }
    let (name, version) = id.strip_prefix("registry+")?.rsplit_once('#')?.1.split_once('@')?;
    if is_for_macros && name != PARSER {
        return None;
    }
    let features = message["features"].as_array()?.iter();
    Some(Crate {
        is_for_macros,
        name: name.to_owned(),
        version: version.to_owned(),
        features: features.filter_map(|feature| feature.as_str().map(str::to_owned)).collect(),
    })
}

fn stub_manifest(crates: &BTreeSet<Crate>) -> String {
    let mut text = format!(
        "[package]\nname = \"{STUB}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n[dependencies]\n"
    );
    list(&mut text, crates, false);
    text += "\n[build-dependencies]\n";
    list(&mut text, crates, true);
    text
}

fn list(text: &mut String, crates: &BTreeSet<Crate>, are_for_macros: bool) {
    let wanted = crates.iter().filter(|krate| krate.is_for_macros == are_for_macros);
    for (index, Crate { name, version, features, .. }) in iter::zip(0.., wanted) {
        // There may be two versions of a crate, so each gets its own name.
        let _ = writeln!(
            text,
            "d{index} = {{ package = \"{name}\", version = \"={version}\", \
             default-features = false, features = {features:?} }}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_messages_name_the_crates() {
        let line = r#"{"reason":"compiler-artifact","package_id":"registry+https://x#rand@0.10.3",
            "target":{"kind":["lib"]},"features":["std","serde"],
            "filenames":["/h/build/x86_64-unknown-linux-gnu/debug/deps/librand-1.rlib"]}"#;
        let krate = artifact(line).unwrap();
        let for_macros = line.replace("x86_64-unknown-linux-gnu/", "");
        let parser = artifact(&for_macros.replace("rand@0.10.3", "syn@3.0.9")).unwrap();
        let manifest = stub_manifest(&BTreeSet::from([krate, parser]));
        assert!(manifest.ends_with(
            "d0 = { package = \"rand\", version = \"=0.10.3\", default-features = false, \
             features = [\"std\", \"serde\"] }\n\n[build-dependencies]\n\
             d0 = { package = \"syn\", version = \"=3.0.9\", default-features = false, \
             features = [\"std\", \"serde\"] }\n"
        ));
        assert_eq!(artifact(&for_macros), None);
        assert_eq!(artifact(&line.replace("\"lib\"", "\"proc-macro\"")), None);
        assert_eq!(artifact(&line.replace("registry+https://x#rand@", "path+file:///h#")), None);
        assert_eq!(artifact("no json"), None);
    }
}
