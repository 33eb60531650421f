//! The file with the histories of all kernels: a line of JSON for each input, for each result, and
//! for the beginning of each session.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::{Deserialize, Serialize};

use super::Entry;

/// The limits of the file. The oldest entries are removed first.
pub(super) const MOST_ENTRIES: usize = 10_000;
pub(super) const MOST_BYTES: u64 = 2_000_000;

/// A line of the file.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Record {
    session: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<String>,
}

impl Record {
    pub(super) fn input(session: usize, line: usize, input: &str) -> Self {
        Self { session, line: Some(line), input: Some(input.to_owned()), output: None }
    }

    pub(super) fn output(session: usize, line: usize, output: &str) -> Self {
        Self { session, line: Some(line), input: None, output: Some(output.to_owned()) }
    }
}

/// Returns `$XDG_STATE_HOME/bootcamp/history.jsonl`, by default below `~/.local/state`.
pub(super) fn default_path() -> Option<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| env::home_dir().map(|home| home.join(".local/state")))?;
    Some(state.join("bootcamp/history.jsonl"))
}

/// Reads all entries, in order of sessions and lines. Lines that are broken, or of a later version
/// of this program, are left out.
pub(super) fn read(path: &Path) -> Vec<Entry> {
    let mut text = Vec::new();
    // The limit is doubled. A file that another program made long is not read to its end.
    let opened = File::open(path).and_then(|file| file.take(2 * MOST_BYTES).read_to_end(&mut text));
    if opened.is_err() {
        return Vec::new();
    }
    entries(&text)
}

fn entries(text: &[u8]) -> Vec<Entry> {
    let mut entries: BTreeMap<(usize, usize), Entry> = BTreeMap::new();
    for record in records(text) {
        let Some(line) = record.line else { continue };
        let key = (record.session, line);
        if let Some(input) = record.input {
            entries.insert(key, Entry { session: key.0, line, input, output: None });
        } else if let Some(entry) = entries.get_mut(&key) {
            entry.output = record.output;
        }
    }
    entries.into_values().collect()
}

fn records(text: &[u8]) -> impl DoubleEndedIterator<Item = Record> {
    text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

/// Takes the next number of a session, which no other kernel can take.
pub(super) fn begin_session(path: &Path) -> io::Result<usize> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = open_locked(path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let session = records(&text).map(|record| record.session).max().unwrap_or(0).saturating_add(1);
    let begun = Record { session, ..Record::default() };
    if let Some(kept) = newest(&text) {
        return replace(path, &kept, &begun).map(|()| session);
    }
    // If another kernel could not finish its last line, this line must not continue it.
    if text.last().is_some_and(|last| *last != b'\n') {
        file.write_all(b"\n")?;
    }
    write_line(&mut file, &begun)?;
    Ok(session)
}

/// Adds a line.
pub(super) fn append(path: &Path, record: &Record) -> io::Result<()> {
    let mut file = open_locked(path)?;
    if file.metadata()?.len() > MOST_BYTES {
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        if let Some(kept) = newest(&text) {
            return replace(path, &kept, record);
        }
    }
    write_line(&mut file, record)
}

/// Opens the file and locks it. If another kernel has replaced the file by a shorter one meanwhile,
/// the new file is opened.
fn open_locked(path: &Path) -> io::Result<File> {
    loop {
        let file =
            OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        file.lock()?;
        let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
        if fs::metadata(path).is_ok_and(|now| {
            file.metadata().is_ok_and(|locked| identity(&now) == identity(&locked))
        }) {
            return Ok(file);
        }
    }
}

fn write_line(file: &mut File, record: &Record) -> io::Result<()> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    // The line is written in one call, because other programs may add lines without a lock.
    file.write_all(&line)
}

/// Returns the newest lines, well within the limits, or `None` if the file is within them.
fn newest(text: &[u8]) -> Option<Vec<u8>> {
    let is_long =
        |entries: usize, bytes: usize| entries > MOST_ENTRIES || bytes as u64 > MOST_BYTES;
    let lines = || text.split_inclusive(|byte| *byte == b'\n');
    if !is_long(lines().count(), text.len()) {
        return None;
    }
    let (mut entries, mut bytes) = (0, 0);
    let skipped = text.len()
        - lines()
            .rev()
            .take_while(|line| {
                entries += 1;
                bytes += line.len();
                // A quarter stays free; otherwise every cell would copy the file.
                !is_long(entries + entries / 3, bytes + bytes / 3)
            })
            .map(<[u8]>::len)
            .sum::<usize>();
    Some(text[skipped..].to_vec())
}

/// Replaces the file that is locked.
fn replace(path: &Path, kept: &[u8], last: &Record) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file can be read by its owner only, like the file before.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(kept)?;
    write_line(file.as_file_mut(), last)?;
    file.persist(path)?;
    Ok(())
}
