//! Cells after an `.await`.
//!
//! From a session's first `.await` on, evcxr lets tokio's runtime run the code of every
//! cell. For each, tokio's generic code is compiled anew: four fifths of the time. A cell
//! that waits for nothing only enters the runtime, for what `tokio::spawn` wants of it.

use bootcamp_syntax::token::waits;

use crate::evcxr_words::generated::{BEGIN, END};

/// In the runtime, which an earlier cell has made, but not run by it. It is not left: that
/// would be generic code, too, and nobody else uses this cell's own copy of tokio.
const ENTERS: &str = "::std::mem::forget(evcxr_variable_store\n\
    .shared::<std::sync::Mutex<tokio::runtime::Runtime>>(\"evcxr_tokio_runtime\")\n\
    .lock().unwrap_or_else(std::sync::PoisonError::into_inner)\n\
    .enter());\n\
    let _ = (|| {\n";
const ENTERS_END: &str = "})();\n";

/// Whether tokio ran this code, so that its runtime is in the store.
pub(crate) fn makes_runtime(compiled: &str) -> bool {
    compiled.contains(BEGIN)
}

/// The body of a cell that does not wait, entering the runtime only; `None` when it waits,
/// or is not asynchronous.
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
