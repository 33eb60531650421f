//! A program's `main`, called in a cell: what `%run` does.

use std::any::type_name;
use std::fmt::Debug;
use std::panic::panic_any;
use std::process::ExitCode;

/// What a `main` may return.
pub trait Ending {
    /// Ends the cell with an error if the program failed.
    ///
    /// # Panics
    /// That is how a cell ends with an error.
    fn report(self);
}

impl Ending for () {
    fn report(self) {}
}

impl Ending for ExitCode {
    #[track_caller]
    fn report(self) {
        if self != Self::SUCCESS {
            panic_any(("ExitCode", format!("`main` returned {self:?}")));
        }
    }
}

impl<T: Ending, E: Debug> Ending for Result<T, E> {
    #[track_caller]
    fn report(self) {
        match self {
            Ok(value) => value.report(),
            // As the standard library shows it when a program's `main` fails.
            Err(error) => panic_any((type_name::<E>(), format!("{error:?}"))),
        }
    }
}

/// Calls a program's `main`; an `Err` of it ends the cell with an error.
///
/// # Panics
/// When `main` panics or fails.
///
/// ```
/// use bootcamp_runtime::program::run;
///
/// run(|| assert_eq!(6 * 7, 42));
/// let failing = || run(|| "no number".parse::<f64>().map(drop));
/// let why = std::panic::catch_unwind(failing).unwrap_err();
/// let (kind, _) = why.downcast_ref::<(&'static str, String)>().unwrap();
/// assert!(kind.ends_with("ParseFloatError"));
/// ```
#[track_caller]
pub fn run<T: Ending>(main: impl FnOnce() -> T) {
    main().report();
}
