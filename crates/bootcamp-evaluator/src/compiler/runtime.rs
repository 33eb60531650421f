//! Cells after an `.await`.
//!
//! From a session's first `.await` on, evcxr lets tokio's runtime run the code of every cell. For
//! each cell, tokio's generic code is compiled anew, which takes four fifths of the time. A cell
//! without an `.await` only enters the runtime, because `tokio::spawn` needs that.

use bootcamp_syntax::token::waits;

use crate::evcxr_words::generated::{BEGIN, END};

/// The code that enters the runtime, which an earlier cell has made, without being run by it. The
/// runtime is not left: that would compile generic code, too, and no other code uses this cell's
/// copy of tokio.
const ENTERS: &str = "::std::mem::forget(evcxr_variable_store\n\
    .shared::<std::sync::Mutex<tokio::runtime::Runtime>>(\"evcxr_tokio_runtime\")\n\
    .lock().unwrap_or_else(std::sync::PoisonError::into_inner)\n\
    .enter());\n\
    let _ = (|| {\n";
const ENTERS_END: &str = "})();\n";

/// Says whether tokio ran this code, so that its runtime is in the store.
pub(crate) fn makes_runtime(compiled: &str) -> bool {
    compiled.contains(BEGIN)
}

/// Returns the body of a cell without an `.await`, which only enters the runtime. Returns `None` if
/// the cell has one, or is not asynchronous.
pub(super) fn entered(body: &str) -> Option<String> {
    let code = body.strip_prefix(BEGIN)?.strip_suffix(END)?;
    (!waits(code)).then(|| format!("{ENTERS}{code}{ENTERS_END}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_that_waits_is_run_by_tokio() {
        let body = |code: &str| format!("{BEGIN}{code}{END}");
        let found = entered(&body("f();\n")).unwrap();
        assert!(found.contains(".enter()") && !found.contains("block_on"));
        let lines = |text: &str| text.matches('\n').count();
        assert_eq!(lines(&found), lines(&body("f();\n")));
        assert_eq!(entered(&body("f().await;\n")), None);
        assert_eq!(entered("f();\n"), None);
        assert!(makes_runtime(&body("f();\n")) && !makes_runtime(&found));
    }
}
