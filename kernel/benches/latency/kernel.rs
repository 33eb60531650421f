//! The two kernels that are compared.

use bootcamp_testkit::shown::{Run, Shown};
use bootcamp_testkit::stock;
use bootcamp_testkit::{FrontEnd, kernel};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kernel {
    Ours,
    Stock,
}

pub(crate) const BOTH: [Kernel; 2] = [Kernel::Ours, Kernel::Stock];

impl Kernel {
    /// Starts a kernel; its ports are open then, and it may not answer yet.
    pub(crate) fn start(self) -> FrontEnd {
        match self {
            Self::Ours => FrontEnd::start_command(kernel()),
            Self::Stock => stock::start_stock(|_| {}),
        }
    }

    /// What is for this kernel.
    pub(crate) fn choose<T>(self, ours: T, stock: T) -> T {
        if self == Self::Ours { ours } else { stock }
    }
}

/// Runs the cells of a notebook; all have to succeed.
pub(crate) fn run_all(front_end: &mut FrontEnd, cells: &[&str]) {
    for cell in cells {
        let run = front_end.run(cell);
        assert!(run.is_ok(), "{cell}: {run:#?}");
    }
}

/// Whether a cell has shown an image.
pub(crate) fn shows_picture(run: &Run) -> bool {
    run.shown.iter().any(|shown| match shown {
        Shown::Display(data) | Shown::Result(data) => data
            .as_object()
            .is_some_and(|bundle| bundle.keys().any(|mime| mime.starts_with("image/"))),
        _ => false,
    })
}
