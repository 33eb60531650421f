//! Arrays to and from numpy's files.

use std::fs;
use std::path::Path;

use ndarray::{Array2, ShapeBuilder as _};

use super::ExchangeError;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Magic, version and the length of the header.
const PREFIX: usize = 10;

/// Writes an array as `numpy.save` does: 64-bit floats, row by row.
///
/// Format: [NEP 1](https://numpy.org/neps/nep-0001-npy-format.html), version 1.0.
///
/// # Errors
/// When the file cannot be written.
///
/// ```
/// use bootcamp::exchange::{read_npy, write_npy};
/// use bootcamp::{Point, points_array};
///
/// let file = std::env::temp_dir().join(format!("points-{}.npy", std::process::id()));
/// let array = points_array(&[Point { x: 0.5, y: 0.25 }; 3]);
/// write_npy(&file, &array)?;
/// assert_eq!(read_npy(&file)?, array);
/// # std::fs::remove_file(file).unwrap();
/// # Ok::<(), bootcamp::exchange::ExchangeError>(())
/// ```
pub fn write_npy(file: impl AsRef<Path>, array: &Array2<f64>) -> Result<(), ExchangeError> {
    let file = file.as_ref();
    let (rows, columns) = array.dim();
    let header =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // The numbers begin at a multiple of 64; the header ends in a line feed.
    let length = (PREFIX + header.len() + 1).next_multiple_of(64) - PREFIX;
    let mut bytes = Vec::with_capacity(PREFIX + length + 8 * array.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[1, 0]);
    bytes.extend_from_slice(&(length as u16).to_le_bytes());
    bytes.extend_from_slice(format!("{header:<0$}\n", length - 1).as_bytes());
    array.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    fs::write(file, bytes).map_err(|source| ExchangeError::File { file: file.to_owned(), source })
}

/// Reads an array of two dimensions of 64-bit floats, as `numpy.save` writes it.
///
/// # Errors
/// When the file cannot be read, is no `.npy` file or is cut off, or holds something else:
/// other numbers, or another number of dimensions.
///
/// ```
/// use bootcamp::exchange::read_npy;
///
/// let error = read_npy("no/such.npy").unwrap_err();
/// assert!(error.to_string().starts_with("no/such.npy: "));
/// ```
pub fn read_npy(file: impl AsRef<Path>) -> Result<Array2<f64>, ExchangeError> {
    let file = file.as_ref();
    let bytes =
        fs::read(file).map_err(|source| ExchangeError::File { file: file.to_owned(), source })?;
    parse(&bytes).map_err(|wrong| ExchangeError::Content { file: file.to_owned(), wrong })
}

fn parse(bytes: &[u8]) -> Result<Array2<f64>, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("this is no .npy file")?;
    // Version 1 has two bytes for the length of the header, versions 2 and 3 have four.
    let (length, rest) = match rest {
        [1, _, low, high, rest @ ..] => (usize::from(u16::from_le_bytes([*low, *high])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        [version, ..] if *version > 3 => {
            return Err(format!("version {version} of .npy files is not known"));
        }
        _ => return Err("the file is cut off".to_owned()),
    };
    let (header, data) = rest.split_at_checked(length).ok_or("the file is cut off")?;
    let header = std::str::from_utf8(header).map_err(|_| "its header is no text")?;
    let field = |name: &str| {
        let (_, after) = header.split_once(&format!("'{name}':"))?;
        Some(after.trim_start())
    };
    let kind = field("descr").unwrap_or_default();
    if !kind.starts_with("'<f8'") {
        let kind = kind.split([',', '}']).next().unwrap_or_default().trim();
        return Err(format!(
            "it holds numbers of the type {kind} instead of '<f8': save array.astype(float)"
        ));
    }
    let columns_first = field("fortran_order").is_some_and(|value| value.starts_with("True"));
    let shape = field("shape").and_then(|text| text.strip_prefix('(')?.split_once(')'));
    let sizes = shape.map_or("", |(sizes, _)| sizes).split(',').map(str::trim);
    let sizes: Vec<&str> = sizes.filter(|size| !size.is_empty()).collect();
    let [rows, columns] = sizes[..] else {
        return Err(format!("it has {} dimensions instead of 2", sizes.len()));
    };
    let size = |text: &str| text.parse::<usize>().map_err(|_| format!("'{text}' is no size"));
    let (rows, columns) = (size(rows)?, size(columns)?);
    let expected = rows.checked_mul(columns).and_then(|count| count.checked_mul(8));
    if expected != Some(data.len()) {
        return Err(format!("{rows} x {columns} numbers of 8 bytes are not {} bytes", data.len()));
    }
    let values =
        data.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap_or_default()));
    Array2::from_shape_vec((rows, columns).set_f(columns_first), values.collect())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numpy(order: &str, sizes: &str, values: &[f64]) -> Vec<u8> {
        let header = format!("{{'descr': '<f8', 'fortran_order': {order}, 'shape': {sizes}, }}");
        let mut bytes = b"\x93NUMPY\x01\x00v\x00".to_vec();
        bytes.extend(format!("{header:<117}\n").bytes());
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }

    #[test]
    fn files_are_those_of_numpy() {
        // What numpy 2.4 writes for [[1.5, -2.0], [0.0, 3.25]], in both orders.
        let rows_first = numpy("False", "(2, 2)", &[1.5, -2.0, 0.0, 3.25]);
        let array = ndarray::arr2(&[[1.5, -2.0], [0.0, 3.25]]);
        let file = tempfile();
        write_npy(&file, &array).unwrap();
        assert_eq!(fs::read(&file).unwrap(), rows_first);
        fs::remove_file(&file).unwrap();
        assert_eq!(parse(&rows_first).unwrap(), array);
        assert_eq!(parse(&numpy("True", "(2, 2)", &[1.5, 0.0, -2.0, 3.25])).unwrap(), array);
        assert_eq!(parse(&numpy("False", "(0, 2)", &[])).unwrap().dim(), (0, 2));
    }

    #[test]
    fn what_is_no_such_array_is_told() {
        let wrong = |bytes: &[u8]| parse(bytes).unwrap_err();
        assert_eq!(wrong(b"chain,draw"), "this is no .npy file");
        assert_eq!(wrong(&numpy("False", "(2, 2)", &[])[..50]), "the file is cut off");
        assert_eq!(wrong(&numpy("False", "(4,)", &[0.0; 4])), "it has 1 dimensions instead of 2");
        let short = wrong(&numpy("False", "(2, 2)", &[0.0; 3]));
        assert_eq!(short, "2 x 2 numbers of 8 bytes are not 24 bytes");
        let integers =
            String::from_utf8_lossy(&numpy("False", "(1, 1)", &[0.0])).replace("<f8", "<i8");
        let integers = integers.replace('\u{fffd}', "\u{93}");
        let bytes: Vec<u8> = integers.chars().map(|letter| letter as u8).collect();
        assert!(wrong(&bytes).starts_with("it holds numbers of the type '<i8' instead"));
    }

    fn tempfile() -> std::path::PathBuf {
        std::env::temp_dir().join(format!("numpy-{}.npy", std::process::id()))
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, length: u16) {
            let _ = parse(&bytes);
            let mut file = b"\x93NUMPY\x01\x00".to_vec();
            file.extend(length.to_le_bytes());
            file.extend(&bytes);
            let _ = parse(&file);
            let huge = numpy("False", "(18446744073709551615, 3)", &[0.0]);
            prop_assert!(parse(&huge).is_err());
        }
    }
}
