//! `%opt`: sets how much the compiler optimizes.

use bootcamp_evaluator::Failure;

use super::{Call, Form, Magic, Session, run, usage_error};

#[derive(Debug)]
pub(super) struct Opt;

const LEVELS: [&str; 6] = ["0", "1", "2", "3", "s", "z"];

impl Magic for Opt {
    fn name(&self) -> &'static str {
        "opt"
    }

    fn form(&self) -> Form {
        Form::Both
    }

    fn help(&self) -> &'static str {
        "%opt [LEVEL]\n%%opt LEVEL\n\n\
         Sets the optimization level of the cells from now on, or of one cell. LEVEL is 0 to 3, \
         `s`, `z`, or `default`: 2, and 0 for a cell that only draws with plotters. 0 compiles \
         quickest, 3 runs quickest. Dependencies stay as they were built. Without LEVEL, it says \
         which one is set."
    }

    fn takes_code(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let level = match call.arguments.as_str() {
            "" if call.body.is_none() => {
                let level = session.level().unwrap_or_else(|| "default".to_owned());
                session.print(&format!("optimization level: {level}\n"));
                return Ok(());
            }
            "default" => None,
            level if LEVELS.contains(&level) => Some(level.to_owned()),
            other => {
                let why =
                    format!("`{other}` is no optimization level: give 0, 1, 2, 3, s, z or default");
                return Err(usage_error(&why));
            }
        };
        if call.body.is_none() {
            session.set_level(level);
            return Ok(());
        }
        session.at_level(level, |session| run(&call.body_code(), session))
    }
}
