//! Ten kernels at once, as a class opens them.

use std::thread;
use std::time::{Duration, Instant};

use crate::kernel::{BOTH, Kernel, run_all, shows_picture};
use crate::line::{Line, target};
use crate::memory;
use crate::options::Options;
use crate::pictures::{FIRST_PLOT_OURS, FIRST_PLOT_STOCK};
use bootcamp_testkit::FrontEnd;

const SIZE: usize = 10;
/// Ten stock kernels compile the same crates ten times.
const PATIENCE: Duration = Duration::from_mins(20);

/// The time until all have drawn a plot, and what they hold then. One kind after the other.
pub(crate) fn measure(options: &Options) -> Vec<Line> {
    let mut time = Line::new("ten kernels: until all drew a plot", Some(target(0.25, 0.12)));
    let mut held = Line::in_megabytes("ten kernels: memory (PSS)", Some(target(0.60, 0.40)));
    if !options.wants(time.name) && !options.wants(held.name) {
        return Vec::new();
    }
    for kernel in BOTH {
        let started = Instant::now();
        let threads: Vec<_> = (0..SIZE).map(|_| thread::spawn(move || draw(kernel))).collect();
        let front_ends: Vec<FrontEnd> =
            threads.into_iter().map(|thread| thread.join().expect("a plot")).collect();
        time.add(kernel, started.elapsed().as_secs_f64());
        held.add(kernel, front_ends.iter().map(|one| memory::of_tree(one.kernel.id())).sum());
    }
    vec![time, held]
}

fn draw(kernel: Kernel) -> FrontEnd {
    let mut front_end = kernel.start();
    front_end.patience = PATIENCE;
    let (cells, plot) = kernel.choose(FIRST_PLOT_OURS, FIRST_PLOT_STOCK);
    run_all(&mut front_end, cells);
    let run = front_end.run(&plot.replace("{i}", "0"));
    assert!(run.is_ok() && shows_picture(&run), "{run:#?}");
    front_end
}
