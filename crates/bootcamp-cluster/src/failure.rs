//! How a request fails.

use std::fmt;

use serde_json::{Value, json};

/// What went wrong in user code: the name of the error, what it says, and lines for a person.
///
/// ```
/// use bootcamp_cluster::Failure;
///
/// let failure = Failure::new("Panic", "index out of bounds");
/// assert_eq!(failure.to_string(), "Panic: index out of bounds");
/// assert!(!failure.is_unmet());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The kind of error, as `Panic` or `CompileError`.
    pub ename: String,
    /// What it says.
    pub evalue: String,
    /// What a notebook shows, line by line; it may be coloured.
    pub traceback: Vec<String>,
    unmet: bool,
}

impl Failure {
    /// An error whose traceback is itself.
    #[must_use]
    pub fn new(ename: impl Into<String>, evalue: impl Into<String>) -> Self {
        let mut failure = Self { ename: ename.into(), evalue: evalue.into(), ..Self::default() };
        failure.traceback = vec![failure.to_string()];
        failure
    }

    /// The error of an engine that lacks what the request needs, as a library that was sent
    /// before it came. The task queue then tries another engine, silently; if no engine has
    /// it, the task waits for one.
    #[must_use]
    pub fn unmet(evalue: impl Into<String>) -> Self {
        Self { unmet: true, ..Self::new("UnmetDependency", evalue) }
    }

    /// The same error with other lines for a person.
    #[must_use]
    pub fn with_traceback(self, traceback: Vec<String>) -> Self {
        Self { traceback, ..self }
    }

    /// Whether another engine may succeed.
    #[must_use]
    pub fn is_unmet(&self) -> bool {
        self.unmet
    }

    /// What a reply or an output with `status: error` says.
    pub(crate) fn of(content: &Value) -> Self {
        let text = |field: &str| content[field].as_str().unwrap_or_default().to_owned();
        let lines = content["traceback"].as_array().map(Vec::as_slice).unwrap_or_default();
        let lines = lines.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Self { ename: text("ename"), evalue: text("evalue"), traceback: lines, unmet: false }
    }

    pub(crate) fn content(&self) -> Value {
        json!({ "ename": self.ename, "evalue": self.evalue, "traceback": self.traceback })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.ename, self.evalue)
    }
}

impl std::error::Error for Failure {}
