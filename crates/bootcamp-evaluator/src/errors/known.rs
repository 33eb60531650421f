//! What explains an error, beside the cell.

use super::gone::Gone;
use crate::prelude::Prelude;

/// What is known of the session of a cell that failed.
pub(crate) struct Known<'a> {
    pub(crate) variables: &'a [String],
    pub(crate) gone: &'a Gone,
    pub(crate) prelude: &'a Prelude,
}
