//! This program's own file, and how it becomes another program.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, io};

/// What Linux adds to the name of a file that another one has replaced, as an installation does
/// under running kernels.
const REPLACED: &str = " (deleted)";

/// Where this program is; where it was, if there is a newer one now.
///
/// # Errors
/// When the system does not say.
pub fn path() -> io::Result<PathBuf> {
    Ok(in_place(env::current_exe()?))
}

fn in_place(path: PathBuf) -> PathBuf {
    let newer = path.to_str().and_then(|name| name.strip_suffix(REPLACED)).map(PathBuf::from);
    newer.filter(|newer| Path::is_file(newer) && !path.exists()).unwrap_or(path)
}

/// Becomes the program that a wrapper's arguments begin with, without some variables of the
/// environment. `None` when there is no such program.
pub(crate) fn become_wrapped(arguments: &[OsString], without: &[&str]) -> Option<ExitCode> {
    let (program, arguments) = arguments.split_first()?;
    let mut command = Command::new(program);
    for name in without {
        command.env_remove(name);
    }
    let error = command.args(arguments).exec();
    crate::log::say(&format!("cannot run rustc: {error}"));
    Some(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_replaced_is_found_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("kernel");
        let replaced = folder.path().join("kernel (deleted)");
        assert_eq!(in_place(replaced.clone()), replaced);
        std::fs::write(&program, "").unwrap();
        assert_eq!(in_place(replaced.clone()), program);
        assert_eq!(in_place(program.clone()), program);
        std::fs::write(&replaced, "").unwrap();
        assert_eq!(in_place(replaced.clone()), replaced);
    }
}
