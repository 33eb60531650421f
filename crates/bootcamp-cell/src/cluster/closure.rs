//! What a closure has captured, as bytes.

use std::arch::asm;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::{fs, io, slice};

/// A program that is loaded at a fixed place is below this address; others are above it.
const FIXED: usize = 1 << 31;

/// The bytes of a closure.
///
/// Those between its fields may be anything. They are mostly zeros, because the compiler copies
/// field by field if it sees in one function where the closure is made and where it is copied. So
/// all that lies between is inlined. Otherwise an old address may be left between the fields, and
/// [`has_pointer`] refuses the closure.
#[expect(clippy::inline_always, reason = "the bytes between the fields stay zeros so")]
#[inline(always)]
pub(super) fn captured<F: Copy>(function: F) -> Vec<u8> {
    let mut slot = MaybeUninit::<F>::uninit();
    let place = slot.as_mut_ptr();
    // SAFETY: both writes are within the slot, which is aligned for an `F`.
    unsafe {
        place.write_bytes(0, 1);
        // The bytes between the fields count as uninitialised after this.
        place.write(function);
    }
    // SAFETY: the block does nothing. For the compiler it is a foreign function that has the
    // slot's address, because no option says that the block leaves memory alone. A foreign
    // function that writes to each byte of the slot what memory holds there does the same as the
    // empty block, so the block may count as that one.
    unsafe { asm!("/* {} */", in(reg) place, options(nostack, preserves_flags)) };
    // SAFETY: the slot has so many bytes, and the block has written each of them. Nobody else
    // uses the slot, which outlives the slice.
    unsafe { slice::from_raw_parts(place.cast::<u8>(), size_of::<F>()) }.to_vec()
}

/// Whether some of these are an address of this process to which a closure can point. A number
/// that looks like one by chance is refused, too.
///
/// Pointers in packed structures may begin anywhere. Those to the heap are looked for only where
/// pointers usually begin, because numbers of everyday size can be addresses of the heap.
///
/// # Errors
/// If the system does not say which addresses there are.
pub(super) fn has_pointer(bytes: &[u8]) -> io::Result<bool> {
    const SIZE: usize = size_of::<usize>();
    if bytes.len() < SIZE {
        return Ok(false);
    }
    let (heap, other) = ranges(&fs::read_to_string("/proc/self/maps")?, &program());
    let holds = |ranges: &[Range<usize>], word: &[u8]| {
        let word = word.try_into().map(usize::from_ne_bytes);
        word.is_ok_and(|word| ranges.iter().any(|range| range.contains(&word)))
    };
    Ok(bytes.windows(SIZE).any(|word| holds(&other, word))
        || bytes.chunks(SIZE).any(|word| holds(&heap, word)))
}

fn program() -> String {
    fs::read_link("/proc/self/exe").unwrap_or_default().to_string_lossy().into_owned()
}

/// The addresses of the heap and all others, of a list of the system's.
fn ranges(maps: &str, program: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let number = |text| usize::from_str_radix(text, 16).ok();
    let (mut heap, mut other) = (Vec::new(), Vec::new());
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        let bounds = words.next().and_then(|bounds| bounds.split_once('-'));
        let bounds = bounds.and_then(|(start, end)| Some(number(start)?..number(end)?));
        let name = line.find('/').map_or(words.next_back(), |start| line.get(start..));
        match (bounds, name) {
            // Small negative numbers, to which nothing points.
            (None, _) | (_, Some("[vsyscall]")) => {}
            // The kernel's program is at a fixed place, where everyday numbers are addresses.
            // What cells point to is in libraries.
            (Some(range), Some(name)) if name == program && range.end <= FIXED => {}
            // The rest of its data has no name: the last word is the number of its file, 0.
            (Some(range), Some("0")) if range.end <= FIXED => {}
            (Some(range), Some("[heap]")) => heap.push(range),
            (Some(range), _) => other.push(range),
        }
    }
    (heap, other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;
    use std::ptr;

    /// A function that is not inlined, whose closure is made from values that the compiler does
    /// not know, on a stack that holds addresses. Gives whether the closure seems to hold one.
    macro_rules! refuses {
        ($names:pat = $values:expr => $closure:expr) => {{
            #[inline(never)]
            fn make() -> bool {
                let $names = black_box($values);
                has_pointer(&captured($closure)).unwrap()
            }
            leave_addresses();
            make()
        }};
    }

    /// Writes an address over and over to the stack that the next function uses.
    #[inline(never)]
    fn leave_addresses() {
        let mut words = [0_usize; 1024];
        // Its last byte goes under a field of one byte: the address stays one.
        let address = words.as_ptr() as usize & !0xff;
        words.fill(address);
        black_box(&words);
    }

    #[test]
    #[cfg_attr(debug_assertions, ignore = "without optimization old addresses stay")]
    fn closures_of_numbers_travel_whatever_lies_between_the_numbers() {
        let (a, b) = (2.0, [1_u8, 2]);
        let refused = [
            refuses!((a, b) = (2.0, 1_u8) => move |x: f64| a * x + f64::from(b)),
            refuses!((a, b) = (1_u8, 2.0) => move |x: f64| b * x + f64::from(a)),
            refuses!((a, b) = (2.0, [1_u8, 2]) => move |x: f64| a * x + f64::from(b[1])),
            refuses!((a, b) = (2.0, [true; 3]) => move |x: f64| if b[1] { a } else { x }),
            refuses!((a, b) = (2.0, true) => move |x: f64| if b { a } else { x }),
            refuses!((a, b) = (2.0, 1.5_f32) => move |x: f64| a * x + f64::from(b)),
            refuses!((a, b, c) = (2.0, 1_u8, 3.0) => move |x: f64| a * x + f64::from(b) + c),
            refuses!((a, b) = ([2.0; 9], 7_u16) => move |x: f64| a[3] * x + f64::from(b)),
            refuses!((a, b) = (1_u128, 1_u8) => move |x: u128| a * x + u128::from(b)),
        ];
        assert_eq!(refused, [false; 9]);
        assert_eq!(captured(move |x: f64| a * x + f64::from(b[1])).len(), 16);
        assert!(captured(|x: f64| x).is_empty());
    }

    #[test]
    fn closures_with_addresses_are_told() {
        #[derive(Clone, Copy)]
        #[repr(C, packed)]
        struct Packed(u8, &'static str);

        let has = |bytes: Vec<u8>| has_pointer(&bytes).unwrap();
        let text: &'static str = "text";
        assert!(has(captured(move |x: usize| text.len() + x)));
        let some = Some(&5_u8);
        assert!(has(captured(move |x: u8| some.map_or(x, |y| x + y))));
        let function: fn(f64) -> f64 = f64::sqrt;
        assert!(has(captured(move |x: f64| function(x))));
        let list = [1_u8, 2];
        let pair = (1.5, &raw const list);
        assert!(has(captured(move |x: f64| pair.0 * x + f64::from(u8::from(pair.1.is_null())))));
        // The pointer begins at an odd place.
        let packed = Packed(1, text);
        let whole = move |x: usize| {
            let Packed(number, text) = { packed };
            usize::from(number) + text.len() + x
        };
        assert_eq!(whole(0), 5);
        assert!(has(captured(whole)));
    }

    #[test]
    fn addresses_are_told_from_numbers() {
        let has = |bytes: &[u8]| has_pointer(bytes).unwrap();
        let local = 1;
        assert!(has(&(ptr::from_ref(&local) as usize).to_ne_bytes()));
        assert!(has(&(has_pointer as *const () as usize).to_ne_bytes()));
        for number in [0, 1, 1_000_000, -1, -10_485_000, i64::MIN, i64::MAX] {
            assert!(!has(&number.to_ne_bytes()), "{number}");
        }
        assert!(!has(&[]));
        // Where one number ends and the next one begins, there is none either.
        let bytes = [2.5_f64.to_ne_bytes(), [1, 2, 0, 0, 0, 0, 0, 0]];
        assert!(!has(bytes.as_flattened()));
        let numbers = [0.0, -0.0, 1.5, 0.1, -1e-300, 1e300, f64::NAN, 4.0];
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
        assert!(!has(&bytes));
        let bytes: Vec<u8> = (-500..500_i32).flat_map(i32::to_ne_bytes).collect();
        assert!(!has(&bytes));
        assert!(!has(&(0..=255).collect::<Vec<u8>>()));
    }

    #[test]
    fn numbers_are_no_addresses_of_a_program_at_a_fixed_place() {
        let maps = "00200000-020be000 r-xp 01d73000 fe:00 5606399    /a b/kernel\n\
            020be000-020ff000 rw-p 00000000 00:00 0 \n\
            02100000-02200000 rw-p 00000000 00:00 0    [heap]\n\
            7f0000000000-7f0000100000 r--p 00000000 fe:00 13    /lib/libstd.so\n\
            7f0000200000-7f0000300000 rw-p 00000000 00:00 0 \n\
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0    [vsyscall]\n";
        let (heap, other) = ranges(maps, "/a b/kernel");
        let heap_only = 0x210_0000..0x220_0000;
        assert_eq!(heap, [heap_only]);
        let libraries = [0x7f00_0000_0000..0x7f00_0010_0000, 0x7f00_0020_0000..0x7f00_0030_0000];
        assert_eq!(other, libraries);
        // One that is loaded anywhere holds its own functions.
        assert_eq!(ranges("550000000000-550000001000 r-xp 0 fe:00 5    /x\n", "/x").1.len(), 1);
    }
}
