//! Runs a cell in another language, and exchanges variables with it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bootcamp_evaluator::Failure;
use bootcamp_exchange::Node;
use jupyter_protocol::{JupyterMessageContent, Payload};

use super::Session;
use crate::languages::{LanguageAudience, Languages, Spec, infer};

/// A variable to import, and its type if the cell states one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
}

impl LanguageAudience for Session<'_> {
    fn publish(&mut self, content: JupyterMessageContent) {
        Session::publish(self, content);
    }

    fn add_payload(&mut self, payload: Payload) {
        Session::add_payload(self, payload);
    }

    fn execution_count(&self) -> usize {
        self.output.execution_count
    }

    fn ask(&mut self, prompt: &str, password: bool) -> Result<Result<String, String>, Failure> {
        Session::ask(self, prompt, password)
    }

    fn is_interrupted(&self) -> bool {
        Session::is_interrupted(self)
    }
}

impl Session<'_> {
    pub(crate) fn languages(&self) -> &Languages {
        &self.shared.languages
    }

    /// Runs a cell in another kernel. `inputs` are exported to it before, and `outputs` are
    /// imported after it.
    pub(crate) fn run_in_language(
        &mut self,
        spec: &Spec,
        code: &str,
        inputs: &[&str],
        outputs: &[Wanted],
    ) -> Result<(), Failure> {
        self.check_variables(inputs)?;
        let languages = self.languages().clone();
        languages.start(spec, &self.folder(), self)?;
        let mut names = inputs.to_vec();
        names.extend(outputs.iter().map(|wanted| wanted.name.as_str()));
        let folder = if names.is_empty() {
            PathBuf::new()
        } else {
            languages.exchange_folder(spec, &names)?
        };
        self.give(&folder, inputs)?;
        for name in inputs {
            languages.read(spec, name, self)?;
        }
        languages.run(spec, code, self)?;
        self.take(spec, &folder, outputs)
    }

    fn check_variables(&self, names: &[&str]) -> Result<(), Failure> {
        let known = self.named_variables();
        let Some(missing) =
            names.iter().find(|name| !known.iter().any(|known| known.name == **name))
        else {
            return Ok(());
        };
        let known: Vec<String> =
            known.into_iter().map(|known| format!("`{}`", known.name)).collect();
        let known = if known.is_empty() { "none yet".to_owned() } else { known.join(", ") };
        Err(variable_error(&format!("there is no variable `{missing}`; there are {known}")))
    }

    /// Writes variables to files for the other language.
    fn give(&mut self, folder: &Path, names: &[&str]) -> Result<(), Failure> {
        if names.is_empty() {
            return Ok(());
        }
        let folder = folder.to_string_lossy();
        let give = |name: &&str| {
            format!("bootcamp::runtime::exchange::give({folder:?}, \"{name}\", &{name});\n")
        };
        let code: String = names.iter().map(give).collect();
        self.run_travel(&code).map_err(|failure| told(failure, "exported", "Serialize"))
    }

    /// Defines variables from the files of the other language.
    fn take(&mut self, spec: &Spec, folder: &Path, wanted: &[Wanted]) -> Result<(), Failure> {
        let title = Languages::title(spec);
        let languages = self.languages().clone();
        let mut code = String::new();
        for Wanted { name, kind } in wanted {
            let node = languages.write(spec, name, self)?;
            let kind = match kind {
                Some(kind) => kind.clone(),
                None => infer(&node).map_err(|what| {
                    let example = example(&node);
                    variable_error(&format!(
                        "`{name}` is {what} in {title}: state its type, as in `-o {name}:{example}"
                    ))
                })?,
            };
            let folder = folder.to_string_lossy();
            let _ = writeln!(
                code,
                "let {name}: {kind} = bootcamp::runtime::exchange::take({folder:?}, \"{name}\", {title:?});"
            );
        }
        if code.is_empty() {
            return Ok(());
        }
        self.run_travel(&code).map_err(|failure| told(failure, "imported", "Deserialize"))
    }

    /// Runs the code that exports or imports variables, without optimization: up to some million
    /// points, this costs less time than the compiler needs to optimize serde's code.
    fn run_travel(&mut self, code: &str) -> Result<(), Failure> {
        self.at_level(Some("0".to_owned()), |session| session.run_code(code))
    }
}

/// Returns a type that such a value may have, with the rest of the sentence.
fn example(node: &Node) -> &'static str {
    match node {
        Node::Table { .. } => "Vec<Row>`, where `struct Row` derives serde::Deserialize",
        Node::Record { .. } => "Row`, where `struct Row` derives serde::Deserialize",
        _ => "Vec<f64>`",
    }
}

/// Returns an error about a variable, instead of one about code that no person has written.
fn told(failure: Failure, what_is_done: &str, derive: &str) -> Failure {
    match failure.ename.as_str() {
        "E0277" => variable_error(&format!(
            "a variable cannot be {what_is_done}, its type has no serde: {}; write \
             `#[derive(serde::{derive})]` above it",
            failure.evalue
        )),
        "panic" => variable_error(&failure.evalue),
        _ => failure,
    }
}

fn variable_error(why: &str) -> Failure {
    Failure::plain("VariableError", why)
}
