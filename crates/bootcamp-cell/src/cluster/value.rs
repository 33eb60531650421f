//! Values in files: a line with the name of the type, then postcard's bytes.

use std::any::type_name;
use std::fs;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, process};

use bootcamp_protocol::files::{INPUT, OUTPUT};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ClusterError, numbers};
use crate::channel::PATH_VARIABLE;

/// Collects bytes; postcard gives whole slices.
#[derive(Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Extend<u8> for Bytes {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        self.0.extend(bytes);
    }
}

/// Writes a value.
fn encode<T: Serialize + 'static>(
    name: &str,
    value: &T,
    mut writer: impl Write,
) -> Result<(), ClusterError> {
    writeln!(writer, "{}", type_name::<T>())?;
    if let Some(numbers) = numbers::of(value) {
        return Ok(numbers.write(&mut writer)?);
    }
    let mut writer = BufWriter::with_capacity(1 << 20, writer);
    let unwritable = |why| ClusterError::Value { name: name.to_owned(), why };
    postcard::to_io(value, &mut writer).map_err(unwritable)?;
    Ok(writer.flush()?)
}

/// Reads the value that an engine has written.
fn decode<T: DeserializeOwned + 'static>(
    name: &str,
    engine: u32,
    reader: impl Read,
) -> Result<T, ClusterError> {
    let mut reader = BufReader::new(reader);
    let mut kind = Vec::new();
    reader.read_until(b'\n', &mut kind)?;
    kind.pop();
    let wanted = type_name::<T>();
    if kind != wanted.as_bytes() {
        let (name, found) = (name.to_owned(), String::from_utf8_lossy(&kind).into_owned());
        return Err(ClusterError::OtherType { name, engine, found, wanted });
    }
    let unreadable = |why| ClusterError::Value { name: name.to_owned(), why };
    if let Some(value) = numbers::read(&mut reader) {
        return value.map_err(|_| unreadable(postcard::Error::DeserializeUnexpectedEnd));
    }
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(unreadable)
}

/// The value in a file of an engine.
pub(super) fn read<T: DeserializeOwned + 'static>(
    name: &str,
    engine: u32,
    file: &Path,
) -> Result<T, ClusterError> {
    decode(name, engine, fs::File::open(file)?)
}

/// The folder that the kernel shares with its cells.
pub(super) fn folder() -> Result<PathBuf, ClusterError> {
    let channel = env::var_os(PATH_VARIABLE).ok_or(ClusterError::NoKernel)?;
    Ok(Path::new(&channel).parent().map(Path::to_owned).unwrap_or_default())
}

/// A file where the kernel finds it.
fn fresh() -> Result<PathBuf, ClusterError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Ok(folder()?.join(format!("value-{}-{number}", process::id())))
}

/// Writes bytes where the kernel finds them.
pub(super) fn write_bytes(bytes: &[u8]) -> Result<PathBuf, ClusterError> {
    let file = fresh()?;
    fs::write(&file, bytes)?;
    Ok(file)
}

/// Writes a value where the kernel finds it.
pub(super) fn write<T: Serialize + 'static>(
    name: &str,
    value: &T,
) -> Result<PathBuf, ClusterError> {
    let file = fresh()?;
    match encode(name, value, fs::File::create(&file)?) {
        Ok(()) => Ok(file),
        Err(error) => {
            let _ = fs::remove_file(file);
            Err(error)
        }
    }
}

/// On an engine: leaves the value of a variable for whoever pulls it. The kernel compiles this
/// call.
///
/// # Errors
/// If the value cannot be written.
pub fn export<T: Serialize + 'static>(name: &str, value: &T) -> Result<(), ClusterError> {
    let file = folder()?.join(OUTPUT);
    encode(name, value, fs::File::create(&file)?).inspect_err(|_| {
        // Half a value is none.
        let _ = fs::remove_file(&file);
    })
}

/// On an engine: the value that was pushed. The kernel compiles this call.
///
/// # Errors
/// If there is none, or it is of another type.
pub fn import<T: DeserializeOwned + 'static>(name: &str) -> Result<T, ClusterError> {
    let file = folder()?.join(INPUT);
    match fs::File::open(&file) {
        Ok(file) => decode(name, 0, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(ClusterError::Refused(format!("no `{name}` was pushed")))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded<T: Serialize + 'static>(value: &T) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode("list", value, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn values_keep_their_bits_and_their_types() {
        let list = vec![0.1, f64::NAN, -0.0, f64::INFINITY];
        let bytes = encoded(&list);
        let back: Vec<f64> = decode("list", 1, &bytes[..]).unwrap();
        let bits = |list: &[f64]| list.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(&list));
        let other = decode::<Vec<f32>>("list", 1, &bytes[..]).unwrap_err();
        assert_eq!(
            other.to_string(),
            "`list` is a alloc::vec::Vec<f64> on engine 1, not a alloc::vec::Vec<f32>"
        );
        let cut = decode::<Vec<f64>>("list", 1, &bytes[..bytes.len() - 1]).unwrap_err();
        assert!(matches!(cut, ClusterError::Value { .. }), "{cut}");
        let text = vec![("a".to_owned(), 7_u8); 3];
        assert_eq!(decode::<Vec<(String, u8)>>("text", 0, &encoded(&text)[..]).unwrap(), text);
        let bytes = encoded(&text);
        let cut = &bytes[..bytes.len() - 1];
        let cut = decode::<Vec<(String, u8)>>("text", 0, cut).unwrap_err();
        assert!(matches!(cut, ClusterError::Value { .. }), "{cut}");
    }
}
