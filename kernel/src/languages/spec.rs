//! Kernelspecs: the installed Jupyter kernels, and the commands that start them.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;

/// An installed kernel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spec {
    /// The name of its folder.
    pub(crate) name: String,
    folder: PathBuf,
    file: SpecFile,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct SpecFile {
    argv: Vec<String>,
    display_name: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    interrupt_mode: Option<String>,
}

impl Spec {
    pub(crate) fn display_name(&self) -> &str {
        &self.file.display_name
    }

    pub(crate) fn language(&self) -> &str {
        &self.file.language
    }

    /// Returns the variables of its environment. Their values may refer to variables of this
    /// process.
    pub(super) fn environment(&self) -> impl Iterator<Item = (&str, String)> {
        let named = |name: &str| env::var(name).ok();
        self.file.env.iter().map(move |(name, value)| (name.as_str(), substituted(value, named)))
    }

    /// Says whether it is interrupted by a message, and not by SIGINT.
    pub(super) fn takes_interrupt_messages(&self) -> bool {
        self.file.interrupt_mode.as_deref() == Some("message")
    }

    /// Returns the folder in which its environment is installed.
    fn prefix(&self) -> Option<&Path> {
        self.folder.ancestors().nth(4)
    }

    /// Returns the program and its arguments.
    pub(super) fn command(&self, connection_file: &Path) -> Option<(PathBuf, Vec<String>)> {
        let filled = |word: &String| {
            let word = word.replace("{connection_file}", &connection_file.to_string_lossy());
            let word = word.replace("{resource_dir}", &self.folder.to_string_lossy());
            let prefix = self.prefix().unwrap_or(Path::new("/usr"));
            word.replace("{prefix}", &prefix.to_string_lossy())
        };
        let mut words = self.file.argv.iter().map(filled);
        let program = words.next()?;
        // If a kernelspec names any Python, Jupyter uses its own.
        let python = program
            .strip_prefix("python")
            .filter(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
        let own = python.and(self.prefix()).map(|prefix| prefix.join("bin/python"));
        let own = own.filter(|python| python.is_file());
        Some((own.unwrap_or_else(|| program.into()), words.collect()))
    }
}

/// Returns a text with `$NAME` and `${NAME}` replaced if the name is known, as Python's
/// `string.Template` does.
fn substituted(text: &str, known: impl Fn(&str) -> Option<String>) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut parts = text.split('$');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        if part.is_empty() {
            // `$$` is a dollar, and the text after it is not a name.
            filled.push('$');
            filled.push_str(parts.next().unwrap_or_default());
            continue;
        }
        let braced = part.strip_prefix('{').and_then(|part| part.split_once('}'));
        let (name, rest) = braced
            .unwrap_or_else(|| part.split_at(part.find(|c| !is_of_name(c)).unwrap_or(part.len())));
        let is_name = !name.is_empty() && name.chars().all(is_of_name);
        match is_name.then(|| known(name)).flatten() {
            Some(value) => filled.extend([&value, rest]),
            None => filled.extend(["$", part]),
        }
    }
    filled
}

/// Returns the folders of Jupyter's data, the most important first.
fn folders() -> Vec<PathBuf> {
    let list = |name| env::var_os(name).map(|value| env::split_paths(&value).collect::<Vec<_>>());
    let mut folders = list("JUPYTER_PATH").unwrap_or_default();
    // The folders belong to the environment in which this program is installed, to an active one,
    // and to that of `jupyter`.
    let program = bootcamp_evaluator::program::path().ok();
    let beside = program.as_deref().and_then(Path::parent).and_then(Path::parent);
    folders.extend(beside.map(|prefix| prefix.join("share/jupyter")));
    for active in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        folders.extend(env::var_os(active).map(|prefix| Path::new(&prefix).join("share/jupyter")));
    }
    let programs = list("PATH").unwrap_or_default();
    let jupyter = programs.iter().find(|folder| folder.join("jupyter").is_file());
    folders.extend(jupyter.and_then(|bin| bin.parent()).map(|prefix| prefix.join("share/jupyter")));
    folders.extend(env::var_os("JUPYTER_DATA_DIR").map(PathBuf::from));
    folders.extend(jupyter_zmq_client::dirs::user_data_dir());
    folders.extend(jupyter_zmq_client::dirs::system_data_dirs());
    folders
}

/// Returns all installed kernels, in the order of their names.
pub(crate) fn installed() -> Vec<Spec> {
    let mut specs = BTreeMap::new();
    for folder in folders() {
        let Ok(entries) = fs::read_dir(folder.join("kernels")) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let read = || {
                let text = fs::read(entry.path().join("kernel.json")).ok()?;
                let file = serde_json::from_slice(&text).ok()?;
                Some(Spec { name: name.clone(), folder: entry.path(), file })
            };
            if !specs.contains_key(&name)
                && let Some(spec) = read()
            {
                specs.insert(name, spec);
            }
        }
    }
    specs.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernels_python_is_that_of_its_environment() {
        let prefix = tempfile::tempdir().unwrap();
        let folder = prefix.path().join("share/jupyter/kernels/x");
        let spec = |program: &str| Spec {
            name: "x".to_owned(),
            folder: folder.clone(),
            file: serde_json::from_value(serde_json::json!({
                "argv": [program, "-f", "{connection_file}", "{resource_dir}/a", "{prefix}/b"],
                "display_name": "X",
            }))
            .unwrap(),
        };
        let file = Path::new("/tmp/c.json");
        let program = |name: &str| spec(name).command(file).unwrap().0;
        assert_eq!(program("python3.11"), Path::new("python3.11"), "there is no other");
        fs::create_dir_all(prefix.path().join("bin")).unwrap();
        fs::write(prefix.path().join("bin/python"), "").unwrap();
        assert_eq!(program("python3.11"), prefix.path().join("bin/python"));
        assert_eq!(program("pythonic"), Path::new("pythonic"));
        assert_eq!(program("R"), Path::new("R"));
        let words = spec("R").command(file).unwrap().1;
        let (folder, prefix) = (folder.display(), prefix.path().display());
        let expected = ["-f", "/tmp/c.json", &format!("{folder}/a"), &format!("{prefix}/b")];
        assert_eq!(words, expected);
    }

    #[test]
    fn the_environment_of_a_kernel_may_name_ours() {
        let known = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
        let filled = |text| substituted(text, known);
        assert_eq!(filled("${HOME}/lib:$HOME/bin"), "/home/ada/lib:/home/ada/bin");
        assert_eq!(filled("$OTHER ${OTHER}x ${ HOME} $ $"), "$OTHER ${OTHER}x ${ HOME} $ $");
        assert_eq!(filled("5$$HOME, $$"), "5$HOME, $");
        assert_eq!(filled("$HOMELY$HOME"), "$HOMELY/home/ada");
        assert_eq!(filled("größe"), "größe");
    }
}
