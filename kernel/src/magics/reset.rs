//! `%reset`: puts the session back to its beginning.

use bootcamp_evaluator::Failure;

use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct Reset;

const QUESTION: &str = "Once deleted, variables cannot be recovered. Proceed (y/[n])? ";

impl Magic for Reset {
    fn name(&self) -> &'static str {
        "reset"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%reset [-f]\n\n\
         Deletes all variables, functions, types, imports and dependencies. It asks before; with \
         `-f` it does not. The numbers of the cells go on; the folder and what `%env` and `%opt` \
         have set stay."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read("%reset", &call.arguments, &["-f"])?;
        if !options.rest.is_empty() {
            let why = format!(
                "`%reset` takes no `{0}`: it deletes everything; `drop({0});` drops a variable",
                options.rest
            );
            return Err(usage_error(&why));
        }
        if !options.has("-f") {
            match session.ask(QUESTION, false)? {
                Ok(answer) if is_yes(&answer) => {}
                Ok(_) => {
                    session.print("Nothing was deleted.\n");
                    return Ok(());
                }
                Err(_) => {
                    let why = "`%reset` cannot ask in this front end: `%reset -f` deletes \
                        everything without a question";
                    return Err(usage_error(why));
                }
            }
        }
        session.reset()
    }
}

/// Says whether an answer means yes.
pub(super) fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_allows_it() {
        assert!(is_yes("y") && is_yes(" Yes\n"));
        for answer in ["", "n", "no", "yep", "yy", "ja"] {
            assert!(!is_yes(answer), "{answer}");
        }
    }
}
