//! Functions that travel: the library that holds one, and where it is in there.

use std::any::type_name;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use bootcamp_protocol::Function;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClusterError;
use super::closure::{captured, has_pointer};
#[cfg(feature = "kernel")]
use super::loader::find;
use super::loader::place;
use super::results::Outcome;
use super::value::Bytes;
use crate::Interrupt;
use crate::payload::text_of;

/// Runs a list of arguments, and gives their [`Outcome`]s, one behind the other: [`run_list`].
type Runner = unsafe fn(captured: &[u8], arguments: &[u8]) -> Result<Vec<u8>, String>;

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

/// Makes a function ready to run lists of arguments.
///
/// # Errors
/// If it has captured a pointer, or its library cannot be found.
#[expect(clippy::inline_always, reason = "`closure::captured` says why")]
#[inline(always)]
pub(super) fn sent<F, A, R>(function: F) -> Result<Function, ClusterError>
where
    F: Fn(A) -> R + Copy + 'static,
    A: DeserializeOwned,
    R: Serialize,
{
    let runner: Runner = run_list::<F, A, R>;
    placed(runner as *const c_void, captured(function), type_name::<F>())
}

fn placed(runner: *const c_void, captured: Vec<u8>, name: &str) -> Result<Function, ClusterError> {
    let unknown = || ClusterError::Refused(format!("the library that holds {name} is not known"));
    let (library, offset) = place(runner).ok_or_else(unknown)?;
    let has_pointer = has_pointer(&captured).map_err(|error| {
        let why = format!("what the closure has captured cannot be checked: {error}");
        ClusterError::Refused(why)
    })?;
    if has_pointer {
        return Err(ClusterError::Refused(
            "the closure has captured a reference, a function or text (or a number that looks \
             like an address), which mean nothing on another machine: capture numbers, or give \
             it with the arguments"
                .to_owned(),
        ));
    }
    Ok(Function { library, offset, captured })
}

/// Runs a list of arguments: their number, then each, as postcard writes them. Gives the type of
/// the results and the outcomes. A panic is the outcome of its own argument only.
///
/// # Safety
/// If there are as many captured bytes as an `F` has, they have to be an `F` in this process.
/// Those of an `F` without pointers are one in every process.
unsafe fn run_list<F, A, R>(captured: &[u8], arguments: &[u8]) -> Result<Vec<u8>, String>
where
    F: Fn(A) -> R + Copy,
    A: DeserializeOwned,
    R: Serialize,
{
    if captured.len() != size_of::<F>() {
        return Err("what the closure has captured is cut off".to_owned());
    }
    // SAFETY: there are enough bytes, and the caller promises that they are an `F`. It is `Copy`,
    // so nothing is dropped twice.
    let function: F = unsafe { ptr::read_unaligned(captured.as_ptr().cast()) };
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
/// The function has to come from [`sent`] of a process that used the same build of this
/// crate, and its library has to be, byte by byte, the one from which it came.
#[cfg(feature = "kernel")]
pub(super) unsafe fn run(function: &Function, arguments: &[u8]) -> Result<Vec<u8>, String> {
    let address = find(&function.library, function.offset)?;
    // SAFETY: `sent` measured the offset of a `Runner` in this very library. That was
    // compiled against this build of this crate, so its `Runner` is the type of this name here,
    // and is called alike: both are the caller's promise.
    let runner = unsafe { std::mem::transmute::<*const c_void, Runner>(address) };
    // SAFETY: `sent` took these bytes from the `F` for which it chose the runner, and
    // they hold no pointer.
    unsafe { runner(&function.captured, arguments) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::results::{self, Came};

    fn list<A: Serialize>(arguments: &[A]) -> Vec<u8> {
        let count = arguments.len() as u64;
        let mut bytes = postcard::to_extend(&count, Bytes::default()).unwrap();
        for argument in arguments {
            bytes = postcard::to_extend(argument, bytes).unwrap();
        }
        bytes.0
    }

    #[inline(always)]
    fn run<F, A, R>(function: F, arguments: &[A]) -> Vec<Outcome<R>>
    where
        F: Fn(A) -> R + Copy,
        A: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        let captured = captured(function);
        // SAFETY: the bytes of an `F` of this process.
        let outcomes = unsafe { run_list::<F, A, R>(&captured, &list(arguments)) };
        let tasks = Some(arguments.len());
        results::outcomes(&Came { start: 0, tasks, outcomes }).unwrap()
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
    fn what_a_closure_has_captured_arrives() {
        #[derive(Clone, Copy)]
        struct Line {
            is_steep: bool,
            slope: f64,
            offset: u16,
        }

        let (small, large, few) = (3_u8, 0.5, [1_u8, 2, 3]);
        assert_eq!(run(move |x: f64| x * large + f64::from(small), &[4.0]), [Ok(5.0)]);
        assert_eq!(run(move |x: f64| x * large + f64::from(few[2]), &[4.0]), [Ok(5.0)]);
        let lines = [1, 2].map(|offset| Line { is_steep: offset == 2, slope: 2.0, offset });
        let on_all = move |x: f64| {
            let steep = lines.iter().filter(|line| line.is_steep);
            steep.map(|line| line.slope * x + f64::from(line.offset)).sum::<f64>()
        };
        assert_eq!(run(on_all, &[1.0, 2.0]), [Ok(4.0), Ok(6.0)]);
        let (flags, none, wide) = ([true, false], None::<f64>, u128::MAX);
        let mixed = move |x: bool| (flags[usize::from(x)], none, wide, small);
        assert_eq!(run(mixed, &[true]), [Ok((false, None, u128::MAX, 3))]);
    }

    #[test]
    fn a_closure_that_is_cut_off_does_not_run() {
        let factor = 2.0;
        let twice = move |x: f64| factor * x;
        let run = |captured: &[u8]| {
            fn call<F: Fn(f64) -> f64 + Copy>(_: F, captured: &[u8]) -> Result<Vec<u8>, String> {
                // SAFETY: the bytes are cut off or those of an `F`.
                unsafe { run_list::<F, f64, f64>(captured, &list(&[1.0])) }
            }
            call(twice, captured)
        };
        let captured = captured(twice);
        assert!(run(&captured).is_ok());
        let why = run(&captured[1..]).unwrap_err();
        assert_eq!(why, "what the closure has captured is cut off");
    }
}
