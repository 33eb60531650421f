//! Running the tests of a cell: what a cell with `%%test` calls.
//!
//! Each result goes to the kernel as soon as it is there, which shows them all at the end.
//! Panics go into the results, and not to the kernel: they are what tests are about.

use std::any::Any;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use bootcamp_cell::channel::call;
use bootcamp_cell::payload::text_of;
use bootcamp_cell::{Interrupt, check_interrupt};
use bootcamp_protocol::{Panic, Request, Tested, Verdict};

/// A test function and what its attributes say.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// As `cargo test` names it.
    pub name: &'static str,
    /// Calls it; an error is the text of what it returned.
    pub run: fn() -> Result<(), String>,
    /// A part of the panic that it has to end in; any panic contains an empty part.
    pub should_panic: Option<&'static str>,
    /// Why it is not to be run; the reason may be empty.
    pub ignored: Option<&'static str>,
}

/// What a test function may return.
pub trait Outcome {
    /// An error is what is shown of it.
    ///
    /// # Errors
    /// When the value is one.
    fn outcome(self) -> Result<(), String>;
}

impl Outcome for () {
    fn outcome(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T: Outcome, E: Debug> Outcome for Result<T, E> {
    fn outcome(self) -> Result<(), String> {
        self.map_err(|error| format!("Error: {error:?}"))?.outcome()
    }
}

/// The panics of the test that runs, with their threads.
static PANICS: Mutex<Vec<(ThreadId, Panic)>> = Mutex::new(Vec::new());

/// Runs tests one after the other and tells the kernel how each one ended.
///
/// ```
/// use bootcamp_protocol::Verdict;
/// use bootcamp_runtime::testing::{Test, run};
///
/// let test = |name, run| Test { name, run, should_panic: None, ignored: None };
/// let all = [
///     test("fine", || Ok(())),
///     test("wrong", || panic!("not so")),
///     Test { should_panic: Some("so"), ..test("panics", || panic!("not so")) },
///     Test { ignored: Some("slow"), ..test("left out", || Ok(())) },
/// ];
/// let tested = run(&all);
/// assert_eq!(tested[0].verdict, Verdict::Passed);
/// let Verdict::Failed { message, panic: Some(panic) } = &tested[1].verdict else { panic!() };
/// assert_eq!((&message[..], panic.line > 0), ("not so", true));
/// assert_eq!(tested[2].verdict, Verdict::Passed);
/// assert_eq!(tested[3].verdict, Verdict::Ignored("slow".to_owned()));
/// ```
pub fn run(tests: &[Test]) -> Vec<Tested> {
    let former = panic::take_hook();
    panic::set_hook(Box::new(record));
    let mut results = Vec::new();
    let ended = tests.iter().try_for_each(|test| {
        let tested = run_one(test)?;
        // An error means that the kernel is gone, and this process with it.
        let _ = call(&Request::Tested(tested.clone()));
        results.push(tested);
        Ok::<(), Box<dyn Any + Send>>(())
    });
    panic::set_hook(former);
    if let Err(interrupt) = ended {
        resume_unwind(interrupt);
    }
    results
}

/// The error is what an interrupt unwinds with.
fn run_one(test: &Test) -> Result<Tested, Box<dyn Any + Send>> {
    let tested = |seconds, verdict| Tested { name: test.name.to_owned(), seconds, verdict };
    if let Some(why) = test.ignored {
        return Ok(tested(0.0, Verdict::Ignored(why.to_owned())));
    }
    panics().clear();
    let started = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        check_interrupt();
        (test.run)()
    }));
    let seconds = started.elapsed().as_secs_f64();
    let ended = match ended {
        Err(payload) if payload.is::<Interrupt>() => return Err(payload),
        ended => ended.map_err(|payload| text_of(&*payload)),
    };
    Ok(tested(seconds, classify(test, ended)))
}

/// What it means that a test returned, or ended in a panic of a kind with a message.
fn classify(test: &Test, ended: Result<Result<(), String>, (String, String)>) -> Verdict {
    let failed = |message: String, panic| Verdict::Failed { message, panic };
    match (ended, test.should_panic) {
        (Ok(Ok(())), None) => Verdict::Passed,
        (Ok(Err(message)), None) => failed(message, None),
        (Ok(_), Some("")) => failed("the test did not panic as it should".to_owned(), None),
        (Ok(_), Some(part)) => failed(format!("the test did not panic with {part:?}"), None),
        (Err((_, message)), Some(part)) if message.contains(part) => Verdict::Passed,
        (Err((_, message)), Some(part)) => {
            let why = format!("the panic does not contain {part:?}: {message}");
            failed(why, last_panic())
        }
        (Err((kind, message)), None) => {
            let message = if kind == "panic" { message } else { format!("{kind}: {message}") };
            failed(message, last_panic())
        }
    }
}

/// The panic that ended the test: its thread's last one, or that of a thread that worked for
/// it, as rayon's do.
fn last_panic() -> Option<Panic> {
    let panics = panics();
    let own = panics.iter().rfind(|(thread, _)| *thread == thread::current().id());
    own.or(panics.last()).map(|(_, panic)| panic.clone())
}

fn panics() -> std::sync::MutexGuard<'static, Vec<(ThreadId, Panic)>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn record(info: &PanicHookInfo<'_>) {
    let (kind, message) = text_of(info.payload());
    let place = info.location();
    let panic = Panic {
        kind,
        message,
        file: place.map_or_else(String::new, |place| place.file().to_owned()),
        line: place.map_or(0, panic::Location::line),
        column: place.map_or(0, panic::Location::column),
    };
    panics().push((thread::current().id(), panic));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(should_panic: Option<&'static str>, end: Result<Result<(), &str>, &str>) -> String {
        let test = Test { name: "t", run: || Ok(()), should_panic, ignored: None };
        let text = str::to_owned;
        let end = end.map(|end| end.map_err(text)).map_err(|panic| (text("panic"), text(panic)));
        match classify(&test, end) {
            Verdict::Failed { message, .. } => message,
            verdict => format!("{verdict:?}"),
        }
    }

    #[test]
    fn tests_are_judged_as_cargo_does() {
        assert_eq!(verdict(None, Ok(Ok(()))), "Passed");
        assert_eq!(verdict(None, Ok(Err("Error: 5"))), "Error: 5");
        assert_eq!(verdict(None, Err("boom")), "boom");
        assert_eq!(verdict(Some(""), Err("boom")), "Passed");
        assert_eq!(verdict(Some("oo"), Err("boom")), "Passed");
        assert_eq!(verdict(Some("x"), Err("boom")), "the panic does not contain \"x\": boom");
        assert_eq!(verdict(Some(""), Ok(Ok(()))), "the test did not panic as it should");
        assert_eq!(verdict(Some("x"), Ok(Ok(()))), "the test did not panic with \"x\"");
    }

    #[test]
    fn what_a_test_returns_is_its_outcome() {
        assert_eq!(().outcome(), Ok(()));
        assert_eq!(Ok::<(), i32>(()).outcome(), Ok(()));
        assert_eq!(Err::<(), _>("no").outcome(), Err("Error: \"no\"".to_owned()));
    }
}
