//! `%env`: environment variables.

use bootcamp_evaluator::Failure;

use super::{Call, Form, Magic, Session, usage_error};

#[derive(Debug)]
pub(super) struct Env;

/// What `%env` is asked for.
#[derive(Debug, PartialEq)]
enum Request<'a> {
    All,
    One(&'a str),
    Set(&'a str, &'a str),
}

impl Magic for Env {
    fn name(&self) -> &'static str {
        "env"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%env [NAME]\n%env NAME=VALUE\n%env NAME VALUE\n\n\
         Shows environment variables, or sets one for the cells and the programs that they start. \
         Without NAME it shows all of them; values whose names have KEY, TOKEN, SECRET, PASSWORD \
         or the like in them are hidden. What is set here stays set when the cells' process is \
         started anew.\n\n\
         What `!` and `%%bash` start sees the value at once, and so does `std::env::var` in a \
         cell. While other threads run in the cells' process (rayon's stay once they were used), \
         its own environment cannot be changed safely: then `std::env::var`, and programs that a \
         cell starts by itself, see the value in the next process, and `%env` says so. `%reset` \
         starts one."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let lines = "\n".repeat(call.line);
        let environment = format!("{lines}bootcamp::runtime::environment");
        match Request::read(&call.arguments)? {
            Request::All => session.run_code(&format!("{environment}::show_variables();")),
            Request::One(name) => {
                session.run_code(&format!("{environment}::print_variable({name:?});"))
            }
            Request::Set(name, value) => {
                session.run_code(&format!("{environment}::set_variable({name:?}, {value:?});"))?;
                session.set_variable(name, value).map_err(|error| {
                    let why = format!("`{name}` is set for this process only: {error}");
                    Failure::plain("FileError", &why)
                })
            }
        }
    }
}

impl<'a> Request<'a> {
    fn read(arguments: &'a str) -> Result<Self, Failure> {
        let end = arguments.find(|c: char| c.is_whitespace() || c == '=');
        let Some((name, rest)) = end.map(|end| arguments.split_at(end)) else {
            return match arguments {
                "" => Ok(Self::All),
                name => checked(name).map(Self::One),
            };
        };
        // `NAME VALUE`, `NAME=VALUE`, `NAME = VALUE`.
        let rest = rest.trim_start();
        let value = rest.strip_prefix('=').unwrap_or(rest).trim_start();
        if value.contains('\0') {
            return Err(usage_error("a value of a variable has no NUL character: leave it out"));
        }
        checked(name).map(|name| Self::Set(name, value))
    }
}

fn checked(name: &str) -> Result<&str, Failure> {
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then_some(name).ok_or_else(|| {
        let why = format!("`{name}` is no name of a variable: write `%env NAME=VALUE`");
        usage_error(&why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_are_read_as_in_ipython() {
        for (arguments, request) in [
            ("", Request::All),
            ("HOME", Request::One("HOME")),
            ("N=1", Request::Set("N", "1")),
            ("N 1", Request::Set("N", "1")),
            ("N = 1", Request::Set("N", "1")),
            ("N=a=b c", Request::Set("N", "a=b c")),
            ("N a=b", Request::Set("N", "a=b")),
            ("N=", Request::Set("N", "")),
        ] {
            assert_eq!(Request::read(arguments).unwrap(), request);
        }
        assert!(Request::read("N=a\0b").unwrap_err().evalue.contains("NUL"));
        for arguments in ["=1", "a-b", "-x", "1N=2", "A.B=3"] {
            let why = Request::read(arguments).unwrap_err().evalue;
            assert!(why.ends_with("is no name of a variable: write `%env NAME=VALUE`"), "{why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_set_is_what_was_written(name in "[A-Z_][A-Z0-9_]{0,8}", value in "[!-<>-~][ -~]{0,9}") {
            let value = value.trim_end();
            for text in [format!("{name}={value}"), format!("{name} {value}")] {
                prop_assert_eq!(Request::read(&text).unwrap(), Request::Set(&name, value));
            }
        }
    }
}
