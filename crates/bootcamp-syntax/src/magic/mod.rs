//! What a cell says to the kernel and not to Rust: `%name`, `%%name` and `!command`.

mod call;
mod shell_line;
mod split;
#[cfg(test)]
mod tests;

pub use call::{Call, cell_magic};
pub use split::{Known, Step, split};

/// Every name is a magic's.
struct All;

impl Known for All {
    fn is_magic(&self, _: &str) -> bool {
        true
    }

    fn is_variable(&self, _: &str) -> bool {
        false
    }
}

/// The Rust of a cell, part by part, whatever its magics are.
pub(crate) fn rust(cell: &str) -> Vec<String> {
    let steps = split(cell, &All).into_iter();
    steps
        .filter_map(|step| match step {
            Step::Rust(code) => Some(code),
            Step::Magic(_) => None,
        })
        .collect()
}
