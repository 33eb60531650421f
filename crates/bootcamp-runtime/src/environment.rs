//! The folder and the environment variables of the cells' process: what `%cd` and `%env` in a
//! cell become.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::panic::panic_any;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs};

use bootcamp_cell::channel::PATH_VARIABLE;
use bootcamp_cell::display;
use bootcamp_protocol::table::Table;

/// What the names of variables with secrets have in them.
const SECRETS: [&str; 6] = ["credential", "key", "passphrase", "password", "secret", "token"];
/// Shown in the place of a secret.
const HIDDEN: &str = "<hidden>";
/// How often, and how long after each other, it is asked whether there are other threads: one that
/// has just ended is there a moment longer.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(1);

/// What was set while this process had other threads. Only programs that are started see it.
static SET_ASIDE: Mutex<BTreeMap<OsString, OsString>> = Mutex::new(BTreeMap::new());

/// Whether a variable of this name is likely to hold a secret.
///
/// ```
/// use bootcamp_runtime::environment::is_secret;
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
/// bootcamp_runtime::environment::change_folder("/");
/// assert_eq!(std::env::current_dir().unwrap().to_str(), Some("/"));
/// ```
#[track_caller]
pub fn change_folder(path: &str) {
    if let Err(error) = env::set_current_dir(path) {
        panic_any(("FileError", format!("`{path}` cannot be entered: {error}")));
    }
}

/// Sets a variable for the programs that `shell` starts and, if this process has
/// one thread, for this process, too. Prints it, and says so where this process does not see it.
///
/// A process with several threads cannot change its environment soundly: C code in another thread
/// may read it at the same time, and nothing makes one of the two wait.
///
/// ```
/// // This program has one thread.
/// bootcamp_runtime::environment::set_variable("WALKERS", "512"); // prints env: WALKERS=512
/// # #[cfg(target_os = "linux")]
/// assert_eq!(std::env::var("WALKERS").as_deref(), Ok("512"));
/// ```
pub fn set_variable(name: &str, value: &str) {
    let mut aside = set_aside();
    aside.insert(name.into(), value.into());
    let is_alone = is_alone();
    if is_alone {
        for (name, value) in std::mem::take(&mut *aside) {
            // SAFETY: this is the only thread, so nobody reads the environment, and nobody else
            // can start a thread.
            unsafe { env::set_var(name, value) };
        }
    }
    // Nobody listens any more where this fails.
    let _ = writeln!(io::stdout(), "env: {name}={value}");
    if !is_alone {
        let _ = writeln!(
            io::stdout(),
            "Other threads run in the notebook's process: what `!` and `%%bash` start sees this, \
             and `std::env::var` sees it in the next process (`%reset` starts one)."
        );
    }
}

/// Whether this process has one thread. False if the system does not say, as macOS.
fn is_alone() -> bool {
    let threads = || fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    (0..LOOKS).any(|look| {
        if look > 0 {
            sleep(PAUSE);
        }
        threads() == 1
    })
}

fn set_aside() -> MutexGuard<'static, BTreeMap<OsString, OsString>> {
    SET_ASIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program that will see all that was set.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.envs(&*set_aside());
    command
}

/// What programs that are started see.
pub(crate) fn value(name: &str) -> Option<OsString> {
    set_aside().get(OsStr::new(name)).cloned().or_else(|| env::var_os(name))
}

/// Prints the value of a variable.
///
/// # Panics
/// If there is no variable of this name.
///
/// ```
/// # unsafe { std::env::set_var("WALKERS", "512") };
/// bootcamp_runtime::environment::print_variable("WALKERS"); // prints 512
///
/// let missing = || bootcamp_runtime::environment::print_variable("WALKER");
/// let why = std::panic::catch_unwind(missing).unwrap_err();
/// let (kind, message) = why.downcast_ref::<(&'static str, String)>().unwrap();
/// assert_eq!(*kind, "UsageError");
/// assert_eq!(message, "there is no variable `WALKER`: `%env` shows all, `%env WALKER=VALUE` sets it");
/// ```
#[track_caller]
pub fn print_variable(name: &str) {
    let Some(value) = value(name) else {
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
/// bootcamp_runtime::environment::show_variables();
/// # assert!(!bootcamp_cell::channel::is_open());
/// ```
pub fn show_variables() {
    let mut all: BTreeMap<OsString, OsString> = env::vars_os().collect();
    all.extend(set_aside().clone());
    all.remove(OsStr::new(PATH_VARIABLE));
    let mut table = Table::new().left("Variable").left("Value");
    for (name, value) in all {
        let [name, value] = [name, value].map(|text| text.display().to_string());
        let value = if is_secret(&name) { HIDDEN.to_owned() } else { value };
        table = table.row([name, value]);
    }
    display(&table.bundle());
}
