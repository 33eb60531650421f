//! Lists of numbers at the speed of memory. The bytes are postcard's: a length in LEB128, then
//! each number as it is in memory.

use std::any::Any;
use std::io::{self, BufRead, Write};
use std::slice;

/// What is written as it is.
pub(super) struct Numbers<'a> {
    length: usize,
    bytes: &'a [u8],
}

/// The numbers of a value, if it is a list of them.
pub(super) fn of<T: 'static>(value: &T) -> Option<Numbers<'_>> {
    if cfg!(target_endian = "big") {
        return None;
    }
    let value: &dyn Any = value;
    let flat = value.downcast_ref::<Vec<f64>>().map(|list| (list.len(), &list[..]));
    let pairs = || value.downcast_ref::<Vec<[f64; 2]>>().map(|l| (l.len(), l.as_flattened()));
    let triples = || value.downcast_ref::<Vec<[f64; 3]>>().map(|l| (l.len(), l.as_flattened()));
    let (length, numbers) = flat.or_else(pairs).or_else(triples)?;
    // SAFETY: the same memory; every byte of a number is initialised.
    let bytes = unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) };
    Some(Numbers { length, bytes })
}

impl Numbers<'_> {
    pub(super) fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        let mut head = Vec::new();
        let mut rest = self.length;
        while rest >= 0x80 {
            head.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        head.push(rest as u8);
        writer.write_all(&head)?;
        writer.write_all(self.bytes)
    }
}

/// The value that follows, if its type is a list of numbers.
pub(super) fn read<T: 'static>(reader: &mut impl BufRead) -> Option<io::Result<T>> {
    if cfg!(target_endian = "big") {
        return None;
    }
    let mut value: Option<T> = None;
    let slot: &mut dyn Any = &mut value;
    let filled = if let Some(list) = slot.downcast_mut::<Option<Vec<f64>>>() {
        fill(reader, list, 0.0, |list| list)
    } else if let Some(list) = slot.downcast_mut::<Option<Vec<[f64; 2]>>>() {
        fill(reader, list, [0.0; 2], <[_]>::as_flattened_mut)
    } else if let Some(list) = slot.downcast_mut::<Option<Vec<[f64; 3]>>>() {
        fill(reader, list, [0.0; 3], <[_]>::as_flattened_mut)
    } else {
        return None;
    };
    Some(filled.and_then(|()| value.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())))
}

fn fill<E: Clone>(
    reader: &mut impl BufRead,
    list: &mut Option<Vec<E>>,
    zero: E,
    flattened: fn(&mut [E]) -> &mut [f64],
) -> io::Result<()> {
    let mut length: u64 = 0;
    for shift in (0..).step_by(7).take(10) {
        let mut byte = [0];
        reader.read_exact(&mut byte)?;
        length |= u64::from(byte[0] & 0x7f) << shift;
        if byte[0] < 0x80 {
            break;
        }
    }
    let length = usize::try_from(length).map_err(io::Error::other)?;
    // A length that is wrong must not abort; one that fits fails where the file ends.
    Vec::<E>::new().try_reserve_exact(length).map_err(io::Error::other)?;
    // Zeros come from the system without being written.
    let mut filled = vec![zero; length];
    let numbers = flattened(&mut filled);
    // SAFETY: the same memory; any bytes are a number.
    let bytes = unsafe {
        slice::from_raw_parts_mut(numbers.as_mut_ptr().cast::<u8>(), size_of_val(numbers))
    };
    reader.read_exact(bytes)?;
    *list = Some(filled);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    fn as_postcard_writes_them<T>(value: &T)
    where
        T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + 'static,
    {
        let mut ours = Vec::new();
        of(value).unwrap().write(&mut ours).unwrap();
        let theirs = postcard::to_stdvec(value).unwrap();
        assert_eq!(ours, theirs);
        assert_eq!(&read::<T>(&mut &theirs[..]).unwrap().unwrap(), value);
        assert!(read::<T>(&mut &theirs[..theirs.len() - 1]).unwrap().is_err());
    }

    #[test]
    fn lists_are_as_postcard_writes_them() {
        as_postcard_writes_them(&Vec::<f64>::new());
        as_postcard_writes_them(&(0..300).map(f64::from).collect::<Vec<_>>());
        as_postcard_writes_them(&vec![[1.5, -0.0]; 127]);
        as_postcard_writes_them(&vec![[f64::MAX, 1e-300, 3.0]; 128]);
        assert!(of(&vec![1_u8]).is_none() && of(&[1.0_f64]).is_none());
        assert!(read::<Vec<u8>>(&mut &[0_u8][..]).is_none());
        // A length that nothing stands behind.
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert!(read::<Vec<f64>>(&mut &huge[..]).unwrap().is_err());
    }
}
