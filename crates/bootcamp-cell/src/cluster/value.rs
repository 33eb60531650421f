//! Values in files: a line with the name of the type, then postcard's bytes.

use std::any::type_name;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, process};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClusterError;
use crate::channel::PATH_VARIABLE;

/// The file, beside the channel, from which an engine's cell takes a value.
pub const INPUT: &str = "input";
/// The file, beside the channel, in which an engine's cell leaves a value.
pub const OUTPUT: &str = "output";

/// Collects bytes; postcard hands over whole slices.
#[derive(Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Extend<u8> for Bytes {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        self.0.extend(bytes);
    }
}

pub(super) fn encode<T: Serialize + ?Sized>(
    name: &str,
    kind: &str,
    value: &T,
) -> Result<Vec<u8>, ClusterError> {
    let head = Bytes(format!("{kind}\n").into_bytes());
    let encoded = postcard::to_extend(value, head);
    encoded.map(|bytes| bytes.0).map_err(|why| ClusterError::Value { name: name.to_owned(), why })
}

/// The value in a file of an engine.
pub(super) fn decode<T: DeserializeOwned>(
    name: &str,
    engine: u32,
    bytes: &[u8],
) -> Result<T, ClusterError> {
    let value = body(name, engine, bytes, type_name::<T>())?;
    postcard::from_bytes(value).map_err(|why| ClusterError::Value { name: name.to_owned(), why })
}

/// The value's own bytes, if it is of the type that is wanted.
fn body<'a>(
    name: &str,
    engine: u32,
    bytes: &'a [u8],
    wanted: &'static str,
) -> Result<&'a [u8], ClusterError> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (kind, value) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    if kind == wanted.as_bytes() {
        return Ok(value);
    }
    let (name, found) = (name.to_owned(), String::from_utf8_lossy(kind).into_owned());
    Err(ClusterError::OtherType { name, engine, found, wanted })
}

/// The folder that the kernel shares with its cells.
pub(super) fn folder() -> Result<PathBuf, ClusterError> {
    let channel = env::var_os(PATH_VARIABLE).ok_or(ClusterError::NoKernel)?;
    Ok(Path::new(&channel).parent().map(Path::to_owned).unwrap_or_default())
}

/// Writes a value where the kernel finds it.
pub(super) fn write(bytes: &[u8]) -> Result<PathBuf, ClusterError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let file = folder()?.join(format!("value-{}-{number}", process::id()));
    fs::write(&file, bytes)?;
    Ok(file)
}

/// On an engine: leaves the value of a variable for whoever pulls it. The kernel compiles this
/// call.
///
/// # Errors
/// If the value cannot be written.
pub fn hand_over<T: Serialize>(name: &str, value: &T) -> Result<(), ClusterError> {
    let bytes = encode(name, type_name::<T>(), value)?;
    fs::File::create(folder()?.join(OUTPUT))?.write_all(&bytes)?;
    Ok(())
}

/// On an engine: the value that was pushed. The kernel compiles this call.
///
/// # Errors
/// If there is none, or it is of another type.
pub fn take_over<T: DeserializeOwned>(name: &str) -> Result<T, ClusterError> {
    let file = folder()?.join(INPUT);
    let bytes = fs::read(&file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ClusterError::Refused(format!("no `{name}` was pushed")),
        _ => error.into(),
    })?;
    decode(name, 0, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_bits_and_their_types() {
        let list = vec![0.1, f64::NAN, -0.0, f64::INFINITY];
        let bytes = encode("list", type_name::<Vec<f64>>(), &list).unwrap();
        let back: Vec<f64> = decode("list", 1, &bytes).unwrap();
        let bits = |list: &[f64]| list.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(&list));
        let other = decode::<Vec<f32>>("list", 1, &bytes).unwrap_err();
        assert_eq!(
            other.to_string(),
            "`list` is a alloc::vec::Vec<f64> on engine 1, not a alloc::vec::Vec<f32>"
        );
        let cut = decode::<Vec<f64>>("list", 1, &bytes[..bytes.len() - 1]).unwrap_err();
        assert!(matches!(cut, ClusterError::Value { .. }), "{cut}");
    }
}
