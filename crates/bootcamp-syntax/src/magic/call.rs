//! A call of a magic: its name, its arguments and where they stand.

/// A magic and what it is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its name, without the marks.
    pub name: String,
    /// The rest of its line, without spaces at the ends.
    pub arguments: String,
    /// The lines below a `%%magic`; `None` for a `%magic`.
    pub body: Option<String>,
    /// How many lines of the cell are above it.
    pub line: usize,
    /// How many characters of its line are before the arguments.
    column: usize,
    /// A `%%magic` that is not the first line of its cell.
    pub misplaced: bool,
}

impl Call {
    /// As people write it.
    #[must_use]
    pub fn spelling(&self) -> String {
        let marks = if self.body.is_some() || self.misplaced { "%%" } else { "%" };
        format!("{marks}{}", self.name)
    }

    /// The end of its arguments, as Rust at its place in the cell.
    #[must_use]
    pub fn code_of(&self, end_of_arguments: &str) -> String {
        let before = &self.arguments[..self.arguments.len() - end_of_arguments.len()];
        let column = self.column + before.chars().count();
        format!("{}{}{end_of_arguments}", "\n".repeat(self.line), " ".repeat(column))
    }

    /// Its body, as Rust at its place in the cell.
    #[must_use]
    pub fn body_code(&self) -> String {
        let body = self.body.as_deref().unwrap_or("");
        format!("{}{body}", "\n".repeat(self.line + 1))
    }
}

/// The call that a cell is, when its first line begins with `%%`.
#[must_use]
pub fn cell_magic(cell: &str) -> Option<Call> {
    let start = cell.len() - cell.trim_start().len();
    let (name, rest) = magic_at(&cell[start..], "%%")?;
    let (line, body) = rest.split_once('\n').unwrap_or((rest, ""));
    Some(Call { body: Some(body.to_owned()), ..call(cell, start, name, line) })
}

/// The name after the marks, and what follows it.
pub(crate) fn magic_at<'a>(text: &'a str, marks: &str) -> Option<(&'a str, &'a str)> {
    let rest = text.strip_prefix(marks)?;
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let begins_well = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins_well.then(|| rest.split_at(length))
}

/// The call of a magic that begins at `start`.
pub(crate) fn call(cell: &str, start: usize, name: &str, rest_of_line: &str) -> Call {
    let arguments = rest_of_line.trim();
    let line = cell[..start].matches('\n').count();
    let line_start = cell[..start].rfind('\n').map_or(0, |at| at + 1);
    let arguments_start = if arguments.is_empty() {
        start
    } else {
        arguments.as_ptr() as usize - cell.as_ptr() as usize
    };
    Call {
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        body: None,
        line,
        column: cell[line_start..arguments_start].chars().count(),
        misplaced: false,
    }
}
