//! The Rust code in a magic.

use bootcamp_evaluator::Failure;
use bootcamp_syntax::command::commands;
use bootcamp_syntax::token;

use super::{Session, Step, split, usage_error};

/// Returns the code of a magic if it is Rust only. Its lines for the shell become Rust, too. The
/// error message names the magic by `spelling`.
pub(super) fn only_rust(
    code: &str,
    session: &Session<'_>,
    spelling: &str,
) -> Result<String, Failure> {
    let mut steps = split(code, session);
    if let Some(Step::Magic(inner)) = steps.iter().find(|step| matches!(step, Step::Magic(_))) {
        let why = format!(
            "`{spelling}` takes Rust, and `{}` is a magic: put it into a cell of its own",
            inner.spelling()
        );
        return Err(usage_error(&why));
    }
    let Some(Step::Rust(rust)) = steps.pop() else { return Ok(String::new()) };
    if let Some(command) = commands(&rust).next() {
        let why = format!("`{spelling}` takes Rust: put `{}` into a cell above", command.name);
        return Err(usage_error(&why));
    }
    let is_only_comments = token::code(&rust).is_empty();
    Ok(if is_only_comments { String::new() } else { rust })
}
