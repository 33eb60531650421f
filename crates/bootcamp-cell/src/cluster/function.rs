//! Functions that travel: the library that holds one, and where it is in there.

use std::any::type_name;
use std::ffi::c_void;
use std::mem::{MaybeUninit, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fs, ptr};

use bootcamp_protocol::Function;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClusterError;
#[cfg(feature = "kernel")]
use super::loader::load;
use super::loader::place;
use super::value::Bytes;
use crate::Interrupt;
use crate::payload::text_of;

/// What one task came to: its result, or the message of its panic.
pub(super) type Outcome<R> = Result<R, String>;

/// What came of a list.
#[derive(Debug)]
pub(super) struct Came {
    /// The number of its first task.
    pub(super) start: usize,
    /// How many tasks it has, if that is known.
    pub(super) tasks: Option<usize>,
    /// The outcomes of its tasks, or why there are none.
    pub(super) outcomes: Result<Vec<u8>, String>,
}

/// Runs a list of arguments, and gives their [`Outcome`]s, one behind the other.
type Runner = fn(captured: *const u8, arguments: &[u8]) -> Result<Vec<u8>, String>;

/// The arguments of a map, one behind the other, and where each ends.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<usize>,
}

impl Arguments {
    pub(super) fn new<A: Serialize>(
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self, ClusterError> {
        let (mut bytes, mut ends) = (Bytes::default(), Vec::new());
        for argument in arguments {
            bytes = postcard::to_extend(&argument, bytes)
                .map_err(|why| ClusterError::Value { name: "argument".to_owned(), why })?;
            ends.push(bytes.0.len());
        }
        Ok(Self { bytes: bytes.0, ends })
    }
}

/// The function, made to run lists of arguments.
///
/// # Errors
/// If it has captured a pointer, or its library cannot be found.
pub(super) fn find<F, A, R>(function: F) -> Result<Function, ClusterError>
where
    F: Fn(A) -> R + Copy + 'static,
    A: DeserializeOwned,
    R: Serialize,
{
    let runner: Runner = run_list::<F, A, R>;
    found(runner as *const c_void, captured(function), type_name::<F>())
}

fn found(runner: *const c_void, captured: Vec<u8>, name: &str) -> Result<Function, ClusterError> {
    let unknown =
        || ClusterError::Refused(format!("the library that holds {name} is not known"));
    let (library, offset) = place(runner).ok_or_else(unknown)?;
    if has_pointer(&captured) {
        return Err(ClusterError::Refused(
            "the closure has captured a reference, a function or text, which mean nothing on \
             another machine: capture numbers, or give it with the arguments"
                .to_owned(),
        ));
    }
    Ok(Function { library, offset, captured })
}

/// The bytes of a closure. Those between its fields may be anything; zeros, where it came in
/// registers.
fn captured<F: Copy>(function: F) -> Vec<u8> {
    let mut slot = MaybeUninit::<F>::zeroed();
    slot.write(function);
    let from = slot.as_ptr().cast::<u8>();
    // SAFETY: within the closure; a volatile read takes what is there, initialised or not.
    (0..size_of::<F>()).map(|index| unsafe { ptr::read_volatile(from.add(index)) }).collect()
}

/// Whether a word of these is an address of this process. What looks like one by chance is
/// refused, too: no number in use does.
fn has_pointer(bytes: &[u8]) -> bool {
    let (words, _) = bytes.as_chunks::<{ size_of::<usize>() }>();
    if words.is_empty() {
        return false;
    }
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let number = |text| usize::from_str_radix(text, 16).ok();
    let ranges: Vec<_> = maps
        .lines()
        .filter_map(|line| {
            let (start, end) = line.split(' ').next()?.split_once('-')?;
            Some(number(start)?..number(end)?)
        })
        .collect();
    words
        .iter()
        .map(|word| usize::from_ne_bytes(*word))
        .any(|word| ranges.iter().any(|range| range.contains(&word)))
}

/// What [`run_list`] gave for a list.
///
/// # Errors
/// If the results are of another type, or cannot be read.
pub(super) fn outcomes<R: DeserializeOwned>(list: &Came) -> Result<Vec<Outcome<R>>, ClusterError> {
    let bytes = match &list.outcomes {
        Ok(bytes) => bytes,
        // Of a job's list it is not known how many tasks there were.
        Err(why) => return Ok((0..list.tasks.unwrap_or(1)).map(|_| Err(why.clone())).collect()),
    };
    let mut rest = results_of(bytes, type_name::<R>())?;
    let mut outcomes = Vec::with_capacity(list.tasks.unwrap_or(0));
    while !rest.is_empty() {
        let (outcome, after) = postcard::take_from_bytes(rest).map_err(unreadable)?;
        rest = after;
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The results of all lists, in this order.
///
/// # Errors
/// If tasks failed, or [`outcomes`] does.
pub(super) fn results<R: DeserializeOwned>(lists: &[Came]) -> Result<Vec<R>, ClusterError> {
    let mut results = Vec::new();
    let mut failed = Failed::default();
    for list in lists {
        for outcome in outcomes(list)? {
            match outcome {
                Ok(result) => results.push(result),
                Err(why) => failed.note(results.len(), why),
            }
        }
    }
    failed.verdict(results.len()).map(|()| results)
}

/// Tasks that failed.
#[derive(Default)]
struct Failed {
    count: usize,
    first: Option<(usize, String)>,
}

impl Failed {
    fn note(&mut self, results: usize, why: String) {
        self.first.get_or_insert((results, why));
        self.count += 1;
    }

    fn verdict(self, results: usize) -> Result<(), ClusterError> {
        let (failed, count) = (self.count, self.count + results);
        match self.first {
            Some((task, why)) => Err(ClusterError::Tasks { failed, count, task, why }),
            None => Ok(()),
        }
    }
}

fn unreadable(why: postcard::Error) -> ClusterError {
    ClusterError::Value { name: "result".to_owned(), why }
}

/// The bytes behind the type of the results, if that is the one that is wanted.
fn results_of<'a>(bytes: &'a [u8], wanted: &str) -> Result<&'a [u8], ClusterError> {
    let (found, rest) = postcard::take_from_bytes::<&str>(bytes).map_err(unreadable)?;
    if found == wanted {
        return Ok(rest);
    }
    Err(ClusterError::Refused(format!("each result is a {found}, not a {wanted}")))
}

/// Runs a list of arguments: their number, then each, as postcard writes them. Gives the type of
/// the results and the outcomes. A panic is the outcome of its own argument only.
fn run_list<F, A, R>(captured: *const u8, arguments: &[u8]) -> Result<Vec<u8>, String>
where
    F: Fn(A) -> R + Copy,
    A: DeserializeOwned,
    R: Serialize,
{
    // SAFETY: the bytes of an `F`, which holds no pointers and is compiled into this very
    // library; it is `Copy`, so nothing is dropped twice.
    let function: F = unsafe { ptr::read_unaligned(captured.cast()) };
    let unreadable = |why: postcard::Error| format!("the arguments cannot be read: {why}");
    let (count, mut rest) = postcard::take_from_bytes::<u64>(arguments).map_err(unreadable)?;
    let unwritable = |why: postcard::Error| format!("a result cannot travel: {why}");
    let mut results =
        postcard::to_extend(type_name::<R>(), Bytes::default()).map_err(unwritable)?;
    for _ in 0..count {
        let (argument, after) = postcard::take_from_bytes::<A>(rest).map_err(unreadable)?;
        rest = after;
        let outcome = match catch_unwind(AssertUnwindSafe(|| function(argument))) {
            Ok(result) => Ok(result),
            Err(payload) if payload.is::<Interrupt>() => {
                return Err("the map was interrupted".to_owned());
            }
            Err(payload) => Err(text_of(&*payload).1),
        };
        let outcome: Outcome<R> = outcome;
        results = postcard::to_extend(&outcome, results).map_err(unwritable)?;
    }
    Ok(results.0)
}

/// Runs a list of arguments in this process, into which the function's library is loaded.
///
/// # Errors
/// If the library cannot be loaded, or its function says why it did not run.
///
/// # Safety
/// The function has to come from [`find`], and the library to be the one that it names,
/// byte by byte.
#[cfg(feature = "kernel")]
pub(super) unsafe fn run(function: &Function, arguments: &[u8]) -> Result<Vec<u8>, String> {
    let address = load(&function.library)? + function.offset;
    // SAFETY: the caller promises that a `Runner` is there. It is one of this crate's build, whose
    // functions are called alike: an engine refuses kernels of other builds, and compares the
    // library's SHA-256 with what the kernel names.
    let runner = unsafe { std::mem::transmute::<usize, Runner>(address) };
    runner(function.captured.as_ptr(), arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<A: Serialize>(arguments: &[A]) -> Vec<u8> {
        let count = arguments.len() as u64;
        let mut bytes = postcard::to_extend(&count, Bytes::default()).unwrap();
        for argument in arguments {
            bytes = postcard::to_extend(argument, bytes).unwrap();
        }
        bytes.0
    }

    fn run<F, A, R>(function: F, arguments: &[A]) -> Vec<Outcome<R>>
    where
        F: Fn(A) -> R + Copy,
        A: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        let captured = captured(function);
        let outcomes = run_list::<F, A, R>(captured.as_ptr(), &list(arguments));
        let tasks = Some(arguments.len());
        super::outcomes(&Came { start: 0, tasks, outcomes }).unwrap()
    }

    #[test]
    fn a_closure_runs_each_argument_and_a_panic_is_of_one() {
        let (a, b) = (2.0, 0.5_f32);
        let scaled = move |x: i32| {
            assert!(x != 3, "not three");
            f64::from(x) * a + f64::from(b)
        };
        assert_eq!(run(scaled, &[1, 3, 4]), [Ok(2.5), Err("not three".to_owned()), Ok(8.5)]);
        assert_eq!(run(|()| (), &[(); 3]), [Ok(()), Ok(()), Ok(())]);
        assert_eq!(run(|text: String| text.len(), &["a".to_owned()]), [Ok(1)]);
    }

    #[test]
    fn addresses_are_told_from_numbers() {
        let word = |value: usize| has_pointer(&value.to_ne_bytes());
        let local = 1;
        assert!(word(ptr::from_ref(&local) as usize));
        assert!(word(list::<u8> as *const () as usize));
        for number in [0, 1, 1_000_000, usize::MAX, 1.5_f64.to_bits() as usize] {
            assert!(!word(number), "{number}");
        }
        assert!(!has_pointer(&[]));
    }
}
