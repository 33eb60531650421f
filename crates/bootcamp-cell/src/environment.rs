//! The folder and the environment variables of the cells' process: what `%cd` and `%env` in a
//! cell become.

use std::env;
use std::io::{self, Write as _};
use std::panic::panic_any;

use crate::channel::PATH_VARIABLE;
use crate::display;
use crate::table::Table;

/// What the names of variables with secrets have in them.
const SECRETS: [&str; 6] = ["credential", "key", "passphrase", "password", "secret", "token"];
/// Shown in the place of a secret.
const HIDDEN: &str = "<hidden>";

/// Whether a variable of this name is likely to hold a secret.
///
/// ```
/// use bootcamp_cell::environment::is_secret;
///
/// assert!(is_secret("GITHUB_TOKEN") && is_secret("AwsSecretAccessKey") && is_secret("PASSWORD"));
/// assert!(!is_secret("PATH") && !is_secret("PWD"));
/// ```
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRETS.iter().any(|part| name.contains(part))
}

/// Goes to another folder.
///
/// # Panics
/// If there is no such folder, or it is not open to this process.
///
/// ```
/// bootcamp_cell::environment::change_folder("/");
/// assert_eq!(std::env::current_dir().unwrap().to_str(), Some("/"));
/// ```
#[track_caller]
pub fn change_folder(path: &str) {
    if let Err(error) = env::set_current_dir(path) {
        panic_any(("FileError", format!("`{path}` cannot be entered: {error}")));
    }
}

/// Sets a variable of this process, and of the programs that it starts.
///
/// # Safety
/// As [`std::env::set_var`]: no other thread may read the environment at this moment, except
/// through Rust's standard library.
///
/// ```
/// // SAFETY: this program has one thread.
/// unsafe { bootcamp_cell::environment::set_variable("WALKERS", "512") };
/// assert_eq!(std::env::var("WALKERS").as_deref(), Ok("512"));
/// ```
pub unsafe fn set_variable(name: &str, value: &str) {
    // SAFETY: what is asked of the caller.
    unsafe { env::set_var(name, value) }
}

/// Prints the value of a variable.
///
/// # Panics
/// If there is no variable of this name.
///
/// ```
/// # unsafe { std::env::set_var("WALKERS", "512") };
/// bootcamp_cell::environment::print_variable("WALKERS"); // prints 512
///
/// let missing = || bootcamp_cell::environment::print_variable("WALKER");
/// let why = std::panic::catch_unwind(missing).unwrap_err();
/// let (kind, message) = why.downcast_ref::<(&'static str, String)>().unwrap();
/// assert_eq!(*kind, "UsageError");
/// assert_eq!(message, "there is no variable `WALKER`: `%env` shows all, `%env WALKER=VALUE` sets it");
/// ```
#[track_caller]
pub fn print_variable(name: &str) {
    let Some(value) = env::var_os(name) else {
        let why =
            format!("there is no variable `{name}`: `%env` shows all, `%env {name}=VALUE` sets it");
        panic_any(("UsageError", why))
    };
    // Nobody listens any more where this fails.
    let _ = writeln!(io::stdout(), "{}", value.to_string_lossy());
}

/// Shows all variables as a table, but for the kernel's own. The values of those that [look like secrets](is_secret) are
/// hidden: a notebook is often given to others.
///
/// ```
/// bootcamp_cell::environment::show_variables();
/// # assert!(!bootcamp_cell::channel::is_open());
/// ```
pub fn show_variables() {
    let mut all: Vec<[String; 2]> = env::vars_os()
        .filter(|(name, _)| name != PATH_VARIABLE)
        .map(|pair| [pair.0, pair.1].map(|text| text.display().to_string()))
        .collect();
    all.sort();
    let mut table = Table::new().left("Variable").left("Value");
    for [name, value] in all {
        let value = if is_secret(&name) { HIDDEN.to_owned() } else { value };
        table = table.row([name, value]);
    }
    display(&table.bundle());
}
