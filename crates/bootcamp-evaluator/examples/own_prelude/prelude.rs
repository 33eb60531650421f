//! The crate `greeting`, with the crates of this workspace that it uses.

use std::fs;
use std::path::{Path, PathBuf};

use bootcamp_evaluator::Prelude;

/// A workspace of its own, which has the versions of this one.
const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";

type File = (&'static str, &'static [u8]);

/// Reads the sources, which live as long as the program. A real kernel would carry them inside.
pub(crate) fn read() -> anyhow::Result<&'static Prelude> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let root = crates.parent().unwrap_or(crates);
    let mut sources: Vec<File> = vec![("Cargo.lock", leak(fs::read(root.join("Cargo.lock"))?))];
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    // The rest of the manifest says which versions the crates of the workspace share.
    let shared = manifest.split_once("[workspace.package]").map_or("", |(_, shared)| shared);
    let manifest = format!("{WORKSPACE}\n[workspace.package]{shared}");
    sources.push(("Cargo.toml", leak(manifest.into_bytes())));
    let greeting = crates.join("bootcamp-evaluator/examples/own_prelude/greeting");
    let own = ["cell", "exchange", "protocol", "runtime"].map(|name| format!("bootcamp-{name}"));
    let own = own.iter().map(|name| (crates.join(name), name.as_str()));
    for (folder, name) in own.chain([(greeting, "greeting")]) {
        for file in ["Cargo.toml", "src"] {
            collect(&folder.join(file), &format!("crates/{name}/{file}"), &mut sources)?;
        }
    }
    sources.sort_unstable();
    Ok(Box::leak(Box::new(Prelude {
        name: "greeting",
        sources: sources.leak(),
        folder: "crates/greeting",
        features: "default",
        packages: &["greeting", "bootcamp-cell", "bootcamp-runtime"],
        runtime: "::greeting::runtime",
        reexports: &[],
        public_types: &[],
        macro_arguments: &[],
        warm_up: "greeting::",
    })))
}

fn collect(path: &PathBuf, name: &str, sources: &mut Vec<File>) -> anyhow::Result<()> {
    if !path.is_dir() {
        sources.push((leak_text(name), leak(fs::read(path)?)));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        collect(&path, &format!("{name}/{file}"), sources)?;
    }
    Ok(())
}

fn leak(bytes: Vec<u8>) -> &'static [u8] {
    bytes.leak()
}

fn leak_text(text: &str) -> &'static str {
    text.to_owned().leak()
}
