//! Running code many times to learn how long it takes: what a cell with `%timeit` calls.
//!
//! The kernel puts the code into a closure that runs it as often as a [`Turn`] says. Only that
//! closure is compiled with the cell; all that is here is compiled once.

mod timings;
mod turn;

use std::fmt::Display;
use std::panic::panic_any;
use std::time::Duration;

pub use timings::Timings;
pub use turn::Turn;

use bootcamp_cell::check_interrupt;

/// How long a run takes at best: long beside the clock's resolution, short for who waits.
const RUN: f64 = 0.2;
/// From which time on the cost of a loop is known well enough to choose their number.
const ENOUGH: f64 = 0.02;
/// The most loops of a run.
const MOST: u64 = 5_000_000_000;
/// Code that takes this long, in seconds, is more than an empty loop for certain.
const NOTICEABLE: f64 = 20e-9;
/// A run shorter than this, in seconds, tells nothing of an empty loop.
const TELLING: f64 = 20e-6;

/// Where a `?` of the code goes: it ends the cell as a failed `?` of its own does.
#[derive(Clone, Copy, Debug)]
pub enum Failed {}

impl<T: Display> From<T> for Failed {
    #[track_caller]
    fn from(error: T) -> Self {
        panic_any((std::any::type_name::<T>(), error.to_string()))
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Loops of a run; chosen where there is none.
    pub loops: Option<u64>,
    /// How many runs there are.
    pub runs: u64,
    /// Nothing is printed.
    pub quiet: bool,
}

/// Times code and prints what came out. The closure runs the code as often as the turn says
/// and gives the time that it took.
///
/// ```
/// use std::time::Instant;
/// use bootcamp_runtime::timeit::{Settings, Turn, run};
///
/// let mut count = 0;
/// let settings = Settings { loops: Some(10), runs: 2, quiet: true };
/// run(settings, &mut |turn: &mut Turn| {
///     let started = Instant::now();
///     loop {
///         match turn.next_loops() {
///             0 => return Ok(started.elapsed()),
///             loops => (0..loops).for_each(|_| count += 1),
///         }
///     }
/// });
/// assert!(count >= 20);
/// ```
#[expect(clippy::print_stdout, reason = "this is what `%timeit` shows")]
pub fn run(settings: Settings, code: &mut dyn FnMut(&mut Turn) -> Result<Duration, Failed>) {
    let timings = measure(settings, code);
    if !settings.quiet {
        println!("{timings}");
    }
}

fn measure(
    settings: Settings,
    code: &mut dyn FnMut(&mut Turn) -> Result<Duration, Failed>,
) -> Timings {
    let mut time = |mut turn: Turn| {
        check_interrupt();
        match code(&mut turn) {
            Ok(taken) => taken.as_secs_f64(),
            Err(failed) => match failed {},
        }
    };
    let (loops, mut cost) = match settings.loops {
        Some(loops) => (loops, None),
        None => choose_loops(&mut |loops, cost| time(Turn::new(loops, cost))),
    };
    let mut runs = Vec::new();
    // What an empty loop takes, and how much of the run before it that is: another program
    // disturbs both, or one of them.
    let (mut shares, mut quickest) = (Vec::new(), f64::INFINITY);
    for _ in 0..settings.runs {
        let taken = time(Turn::new(loops, cost));
        let each = taken / loops as f64;
        if each < NOTICEABLE && taken > TELLING {
            let empty = time(Turn::empty(loops));
            shares.push(empty / taken);
            quickest = quickest.min(empty / loops as f64);
        }
        runs.push(each);
        cost = Some(each);
    }
    let timings = Timings::new(runs, loops);
    shares.sort_by(f64::total_cmp);
    let Some(share) = shares.get(shares.len() / 2) else { return timings };
    let empty = (timings.best() * share).max(quickest);
    timings.beside_empty_loop(empty)
}

/// How many loops make a run of the right length, and what one costs in seconds.
fn choose_loops(time: &mut dyn FnMut(u64, Option<f64>) -> f64) -> (u64, Option<f64>) {
    let mut loops = 1;
    let mut cost = None;
    loop {
        let taken = time(loops, cost);
        let each = taken / loops as f64;
        cost = Some(each);
        if taken >= ENOUGH || loops >= MOST {
            return (near_round(RUN / each.max(1e-12)), cost);
        }
        let wanted = 1.5 * ENOUGH / each.max(1e-12);
        // The first loops are slow: what they read is in no cache yet.
        loops = (wanted as u64).clamp(loops * 2, loops * 10).min(MOST);
    }
}

/// The nearest of 1, 2, 5, 10, 20, 50 and so on.
fn near_round(wanted: f64) -> u64 {
    let mut round = 1_u64;
    loop {
        for (factor, next) in [(1, 2), (2, 5), (5, 10)] {
            let (low, high) = (round * factor, round * next);
            // The middle of two that differ by a factor is the root of their product.
            if low >= MOST || wanted < (low as f64 * high as f64).sqrt() {
                return low;
            }
        }
        round *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_loops_is_round_and_fills_a_run() {
        for (wanted, loops) in [
            (0.0, 1),
            (1.2, 1),
            (1.5, 2),
            (3.0, 2),
            (3.3, 5),
            (8.0, 10),
            (60_000.0, 50_000),
            (f64::INFINITY, MOST),
        ] {
            assert_eq!(near_round(wanted), loops, "{wanted}");
        }
        for (cost, loops) in
            [(1.0, 1), (0.15, 1), (0.05, 5), (1e-3, 200), (1e-6, 200_000), (1e-9, 200_000_000)]
        {
            let mut turns = 0;
            let (chosen, known) = choose_loops(&mut |loops, _| {
                turns += 1;
                loops as f64 * cost
            });
            assert_eq!(chosen, loops, "{cost}");
            assert!((known.unwrap() / cost - 1.0).abs() < 1e-6);
            assert!(turns < 12, "{turns}");
        }
    }

    /// A closure as the kernel writes it, whose time is made up.
    fn timed(loops: Option<u64>, cost: &dyn Fn(u64) -> f64, empty: f64) -> (Timings, Vec<u64>) {
        let mut seen = Vec::new();
        let settings = Settings { loops, runs: 3, quiet: true };
        let timings = measure(settings, &mut |turn| {
            let mut count = 0;
            loop {
                match turn.next_loops() {
                    0 => break,
                    loops => count += loops,
                }
            }
            seen.push(count);
            let each = if turn.is_empty() { empty } else { cost(seen.len() as u64) };
            Ok(Duration::from_secs_f64(count as f64 * each))
        });
        (timings, seen)
    }

    #[test]
    fn loops_that_are_given_are_all_that_run() {
        let (timings, seen) = timed(Some(1000), &|_| 1e-3, 0.0);
        assert_eq!(seen, [1000, 1000, 1000]);
        assert!((timings.mean() - 1e-3).abs() < 1e-9);
    }

    #[test]
    fn code_like_an_empty_loop_is_told() {
        let (timings, _) = timed(None, &|_| 1e-9, 0.95e-9);
        assert!(timings.to_string().contains("no longer than an empty loop"), "{timings}");
        // Other programs took a third of the processor from all runs but the last.
        let disturbed = |turn: u64| if turn < 5 { 1.5e-9 } else { 1e-9 };
        let (timings, _) = timed(Some(1_000_000), &disturbed, 0.95e-9);
        assert!(timings.to_string().contains("no longer than an empty loop"), "{timings}");
        let (timings, _) = timed(None, &|_| 2e-9, 1e-9);
        assert!(!timings.to_string().contains("empty"), "{timings}");
        // A run of a few loops says nothing of that.
        let (timings, seen) = timed(Some(3), &|_| 1e-9, 1e-9);
        assert!(!timings.to_string().contains("empty"), "{timings}");
        assert_eq!(seen.len(), 3);
    }
}
