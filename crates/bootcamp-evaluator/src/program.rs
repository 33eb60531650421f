//! This program's own file, and how it becomes another program.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, io};

/// The ending that Linux adds to the name of a file that was replaced, as an installation does
/// while kernels run.
const REPLACED: &str = " (deleted)";

/// Returns the path of this program. If the file was replaced, this is the path of the newer file.
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

/// Replaces this process by the program at the beginning of a wrapper's arguments, without some
/// variables of the environment. Returns `None` if there is no program in the arguments.
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
