//! The whole text of a cell: the part that a notebook shows, and the file with all of it.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, mem};

use tempfile::NamedTempFile;

/// The amount of text that a cell may show. More makes a notebook slow to open, save and show.
const SHOWN: usize = 10 << 20;
/// Text up to this length is kept in memory.
const REMEMBERED: usize = 1 << 20;
/// The greatest size of a file.
const LARGEST_FILE: u64 = 1 << 30;

const PREFIX: &str = "bootcamp-output-";
/// The time that a file is kept.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// All text that a cell printed.
#[derive(Debug)]
pub(super) struct Transcript {
    folder: PathBuf,
    length: usize,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(String),
    /// A file that is removed if it is not needed.
    Unnamed(NamedTempFile),
    /// The file that the notebook names, and the number of bytes that it may still take.
    Named(File, u64),
    /// No place for the text, and the reason.
    Lost(io::Error),
}

impl Transcript {
    pub(super) fn new() -> Self {
        Self::in_folder(env::temp_dir())
    }

    fn in_folder(folder: PathBuf) -> Self {
        Self { folder, length: 0, place: Place::Memory(String::new()) }
    }

    /// Takes text. Returns the part of it to show, and a remark if the shown text or the file ends
    /// here.
    pub(super) fn take<'text>(&mut self, text: &'text str) -> (&'text str, Option<String>) {
        let (was_full, was_named) = (self.is_full(), matches!(self.place, Place::Named(..)));
        let room = SHOWN.saturating_sub(self.length);
        self.length = self.length.saturating_add(text.len());
        if let Err(error) = self.write(text) {
            self.place = Place::Lost(error);
        }
        if !self.is_full() {
            return (text, None);
        }
        let remark = match &self.place {
            _ if !was_full => Some(self.remark()),
            Place::Lost(error) if was_named => {
                Some(format!("\n[The file takes no more text: {error}.]\n"))
            }
            _ => None,
        };
        (&text[..text.floor_char_boundary(room)], remark)
    }

    /// Starts again, after the notebook was cleared. If the notebook was already full, the text
    /// continues in its file.
    pub(super) fn clear(&mut self) {
        if !self.is_full() {
            *self = Self::in_folder(mem::take(&mut self.folder));
        }
    }

    fn is_full(&self) -> bool {
        self.length > SHOWN
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        match &mut self.place {
            Place::Memory(before) if before.len() + text.len() <= REMEMBERED => {
                before.push_str(text);
            }
            Place::Memory(before) => {
                let mut file = create(&self.folder)?;
                file.write_all(before.as_bytes())?;
                file.write_all(text.as_bytes())?;
                self.place = Place::Unnamed(file);
            }
            Place::Unnamed(file) => file.write_all(text.as_bytes())?,
            Place::Named(file, room) => {
                let rest = room.checked_sub(text.len() as u64);
                *room = rest.ok_or_else(|| io::Error::other("there is no room for more"))?;
                file.write_all(text.as_bytes())?;
            }
            Place::Lost(_) => {}
        }
        Ok(())
    }

    /// Returns the remark at the end of the shown text.
    fn remark(&mut self) -> String {
        let shown = SHOWN >> 20;
        match self.name() {
            Ok(path) => format!(
                "\n[A cell shows {shown} MB of text. All of it is in {}, which is deleted after a \
                 week.]\n",
                path.display()
            ),
            Err(error) => format!(
                "\n[A cell shows {shown} MB of text. What follows is lost: cannot write to {}: \
                 {error}.]\n",
                self.folder.display()
            ),
        }
    }

    /// Makes the file permanent.
    fn name(&mut self) -> io::Result<PathBuf> {
        let place = mem::replace(&mut self.place, Place::Lost(io::ErrorKind::Other.into()));
        let file = match place {
            Place::Unnamed(file) => file,
            Place::Lost(error) => return Err(error),
            // More text is shown than is kept in memory, so there is a file by now.
            Place::Memory(_) | Place::Named(..) => return Err(io::ErrorKind::Other.into()),
        };
        let (file, path) = file.keep().map_err(|error| error.error)?;
        self.place = Place::Named(file, LARGEST_FILE.min(free_space(&path) / 2));
        Ok(path)
    }
}

fn create(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).suffix(".txt").tempfile_in(folder)
}

fn free_space(path: &Path) -> u64 {
    rustix::fs::statvfs(path).map_or(0, |space| space.f_bavail.saturating_mul(space.f_frsize))
}

/// Removes files that are older than a week.
pub(super) fn remove_old() {
    let entries = fs::read_dir(env::temp_dir()).into_iter().flatten().filter_map(Result::ok);
    for entry in entries {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let is_old = || {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > KEPT))
        };
        if is_ours && is_old() {
            // A file of another user cannot be removed, and stays.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn text_beyond_the_limit_is_in_a_file_that_has_all_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut transcript = Transcript::in_folder(folder.path().to_owned());
        let line = "é".repeat(1 << 19) + "\n";
        let (mut shown, mut remarks) = (0, Vec::new());
        for _ in 0..25 {
            let (text, remark) = transcript.take(&line);
            shown += text.len();
            remarks.extend(remark);
        }
        assert!(shown <= SHOWN && shown > SHOWN - 2, "{shown}");
        let [file] = &files(folder.path())[..] else { panic!("one file was expected") };
        let [remark] = &remarks[..] else { panic!("{remarks:?}") };
        assert!(remark.contains(file.to_str().unwrap()), "{remark}");
        drop(transcript);
        assert_eq!(fs::read_to_string(file).unwrap(), line.repeat(25));
    }

    #[test]
    fn a_file_that_is_full_says_so_once() {
        let mut transcript = Transcript::in_folder(env::temp_dir());
        transcript.length = SHOWN + 1;
        transcript.place = Place::Named(tempfile::tempfile().unwrap(), 6);
        assert_eq!(transcript.take("four"), ("", None));
        let remark = "\n[The file takes no more text: there is no room for more.]\n";
        assert_eq!(transcript.take("more"), ("", Some(remark.to_owned())));
        assert_eq!(transcript.take("x"), ("", None));
    }

    #[test]
    fn text_within_the_limit_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut transcript = Transcript::in_folder(folder.path().to_owned());
        let text = "x".repeat(SHOWN / 2);
        assert_eq!(transcript.take(&text), (&text[..], None));
        assert_eq!(files(folder.path()).len(), 1);
        assert_eq!(transcript.take(&text), (&text[..], None));
        transcript.clear();
        assert_eq!(transcript.take(&text), (&text[..], None));
        assert_eq!(transcript.take(&text), (&text[..], None));
        drop(transcript);
        assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named_where_text_is_lost() {
        let mut transcript = Transcript::in_folder(PathBuf::from("/proc/nowhere"));
        let text = "x".repeat(SHOWN);
        assert_eq!(transcript.take(&text), (&text[..], None));
        let (shown, remark) = transcript.take("more");
        assert_eq!(shown, "");
        assert!(remark.unwrap().contains("cannot write to /proc/nowhere: "));
        assert_eq!(transcript.take("and more"), ("", None));
    }
}
