//! Files and folders in the arguments of a magic.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use bootcamp_evaluator::Failure;

use super::{Session, usage_error};

/// A file that a person named.
#[derive(Debug)]
pub(super) struct Named<'a> {
    /// The name without quotes.
    pub(super) name: &'a str,
    pub(super) path: PathBuf,
}

/// The error about a device or a pipe.
const NO_FILE: &str = "is no regular file: give the path of a text file";

/// The effect of writing a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Written {
    New,
    Over,
    Appended,
}

impl<'a> Named<'a> {
    /// Returns a file below the cells' folder, unless its path is absolute; `~` is the home folder.
    pub(super) fn of(text: &'a str, session: &Session<'_>) -> Self {
        let name = unquoted(text);
        Self { name, path: session.folder().join(in_home(name)) }
    }

    /// Does what [`of`](Self::of) does, and adds the extension `.rs` if only the file with it
    /// exists.
    pub(super) fn of_source(text: &'a str, session: &Session<'_>) -> Self {
        let mut named = Self::of(text, session);
        let with_ending = named.path.with_added_extension("rs");
        if !named.path.exists() && with_ending.is_file() {
            named.path = with_ending;
        }
        named
    }

    /// Reads the text of the file, which may have `most` megabytes.
    pub(super) fn read(&self, most: u64) -> Result<String, Failure> {
        let failed = |error| self.failure("read", &error);
        let kind = fs::metadata(&self.path).map_err(failed)?;
        if !kind.is_dir() && !kind.is_file() {
            return Err(self.error(NO_FILE));
        }
        let file = File::open(&self.path).map_err(failed)?;
        let mut text = Vec::new();
        // The file may grow while it is read.
        file.take((most << 20) + 1).read_to_end(&mut text).map_err(failed)?;
        if text.len() as u64 > most << 20 {
            let size = kind.len() >> 20;
            let why = format!("has {size} MB: a cell takes {most} MB; read it with std::fs::read");
            return Err(self.error(&why));
        }
        let text = String::from_utf8(text).ok().filter(|text| !text.contains('\0'));
        text.ok_or_else(|| self.error("is no text: a cell takes UTF-8; read it with std::fs::read"))
    }

    /// Writes a file, or appends to it. If the text cannot be written completely, the file stays as
    /// it was.
    pub(super) fn write(&self, text: &str, appends: bool) -> Result<Written, Failure> {
        let old = fs::metadata(&self.path).ok();
        let result = match &old {
            Some(old) if old.is_dir() => Err(ErrorKind::IsADirectory.into()),
            // Opening a pipe without a reader would wait for one.
            Some(old) if !old.is_file() => return Err(self.error(NO_FILE)),
            Some(old) if appends => append(&self.path, old.len(), text),
            _ => replace(&self.path, old.as_ref(), text),
        };
        result.map_err(|error| self.failure("written", &error))?;
        Ok(match old {
            None => Written::New,
            Some(_) if appends => Written::Appended,
            Some(_) => Written::Over,
        })
    }

    /// Returns the failure for an error of the system, with advice.
    pub(super) fn failure(&self, what: &str, error: &io::Error) -> Failure {
        let why = match error.kind() {
            ErrorKind::NotADirectory => "leads through a file: give another path".to_owned(),
            ErrorKind::NotFound if what == "written" && self.is_in_no_folder() => {
                let folder = Path::new(self.name).parent().unwrap_or(Path::new("")).display();
                format!(
                    "cannot be written: there is no folder `{folder}`, `!mkdir -p {folder}` makes it"
                )
            }
            ErrorKind::NotFound if what != "written" => {
                "is not there: `%pwd` shows the folder, `!ls` what is in it".to_owned()
            }
            ErrorKind::IsADirectory => "is a folder: give the path of a file".to_owned(),
            ErrorKind::PermissionDenied => {
                format!("cannot be {what}: permission denied, `!ls -l` shows what you may do")
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                format!("cannot be {what}: the disk is full, `!df -h` shows where there is room")
            }
            ErrorKind::NotFound => {
                "cannot be written: its folder takes no files, give another one".to_owned()
            }
            _ => {
                let text = error.to_string();
                // The name of the temporary file would only confuse people.
                let why = text.split(" at path ").next().unwrap_or_default();
                format!("cannot be {what}: {why}")
            }
        };
        self.error(&why)
    }

    fn is_in_no_folder(&self) -> bool {
        self.path.parent().is_some_and(|folder| !folder.exists())
    }

    fn error(&self, why: &str) -> Failure {
        Failure::plain("FileError", &format!("`{}` {why}", self.name))
    }
}

/// Replaces a file in one step.
fn replace(path: &Path, old: Option<&fs::Metadata>, text: &str) -> io::Result<()> {
    // The target of a link is replaced; the link stays.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut builder = tempfile::Builder::new();
    // The user's umask is applied to these permissions.
    let made = builder.permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder);
    let mut file = match made {
        // The file may be writable even if its folder is not.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && old.is_some() => {
            return fs::write(&path, text);
        }
        made => made?,
    };
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        // A file without permission to write is not replaced either.
        OpenOptions::new().write(true).open(&path)?;
        // Only root can change the owner of a file. For other users, the new file belongs to them,
        // which is accepted.
        let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(&path)?;
    Ok(())
}

fn append(path: &Path, length: u64, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    let written = file.write_all(text.as_bytes());
    if written.is_err() {
        let _ = file.set_len(length);
    }
    written
}

/// Returns a path in which `~` is replaced by the user's home folder.
pub(super) fn in_home(name: &str) -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_default();
    match name.strip_prefix('~') {
        Some("") => home(),
        Some(rest) if rest.starts_with('/') => home().join(rest.trim_start_matches('/')),
        _ => PathBuf::from(name),
    }
}

/// Returns the first word, which may be in quotes, and the rest.
pub(super) fn first_word(text: &str) -> (&str, &str) {
    let quoted = text.chars().next().filter(|c| ['"', '\''].contains(c));
    let end = match quoted {
        Some(quote) => text[1..].find(quote).map_or(text.len(), |at| at + 2),
        None => text.find(char::is_whitespace).unwrap_or(text.len()),
    };
    (&text[..end], text[end..].trim_start())
}

fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

/// Returns the failure of a magic that was given no file.
pub(super) fn missing(spelling: &str, example: &str) -> Failure {
    usage_error(&format!("`{spelling}` needs a file: `{example}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &Path) -> Named<'_> {
        Named { name: path.to_str().unwrap(), path: path.to_owned() }
    }

    #[test]
    fn words_in_quotes_are_one() {
        assert_eq!(first_word("a.rs 1-3"), ("a.rs", "1-3"));
        assert_eq!(first_word("\"a b.rs\"  1"), ("\"a b.rs\"", "1"));
        assert_eq!(first_word("'open"), ("'open", ""));
        assert_eq!(first_word(""), ("", ""));
        assert_eq!(unquoted("\"a b.rs\""), "a b.rs");
        assert_eq!(unquoted("\"a'"), "\"a'");
        assert_eq!(in_home("~x/y"), Path::new("~x/y"));
        assert!(in_home("~/y").ends_with("y") && in_home("~/y") != Path::new("~/y"));
    }

    #[test]
    fn a_link_and_the_permissions_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        assert_eq!(named(&file).write("one", false).unwrap(), Written::New);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(named(&link).write("two", false).unwrap(), Written::Over);
        assert_eq!(named(&link).write(" three", true).unwrap(), Written::Appended);
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "two three");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_cannot_be_used_is_told_in_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("binary"), b"a\0b").unwrap();
        fs::write(path("latin"), b"\xe9").unwrap();
        fs::write(path("long"), "x".repeat((1 << 20) + 1)).unwrap();
        let read = |name: &str| named(&path(name)).read(1).unwrap_err().evalue;
        for (name, why) in [
            ("none", "is not there: `%pwd` shows the folder"),
            (".", "is a folder: give the path of a file"),
            ("binary", "is no text: a cell takes UTF-8"),
            ("latin", "is no text: a cell takes UTF-8"),
            ("long", "has 1 MB: a cell takes 1 MB"),
            ("binary/x", "leads through a file"),
        ] {
            let said = read(name);
            assert!(said.contains(why) && !said.contains('\n'), "{said}");
        }
        let why = named(&path("a/b")).write("x", false).unwrap_err().evalue;
        assert!(why.contains("!mkdir -p"), "{why}");
        let why = named(folder.path()).write("x", true).unwrap_err().evalue;
        assert!(why.contains("is a folder"), "{why}");
    }
}
