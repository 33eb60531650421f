//! What the kernel says of itself.

use jupyter_protocol::{CodeMirrorMode, HelpLink, KernelInfoReply, LanguageInfo, ReplyStatus};

use super::message::PROTOCOL_VERSION;
use crate::toolchain::Toolchain;

pub(super) fn kernel_info(toolchain: &Toolchain) -> KernelInfoReply {
    let version = env!("CARGO_PKG_VERSION");
    let link = |text: &str, url: &str| HelpLink { text: text.to_owned(), url: url.to_owned() };
    KernelInfoReply {
        status: ReplyStatus::Ok,
        protocol_version: PROTOCOL_VERSION.to_owned(),
        implementation: "bootcamp-kernel".to_owned(),
        implementation_version: version.to_owned(),
        language_info: LanguageInfo {
            name: "rust".to_owned(),
            version: toolchain.release().to_owned(),
            mimetype: Some("text/rust".to_owned()),
            file_extension: Some(".rs".to_owned()),
            pygments_lexer: Some("rust".to_owned()),
            codemirror_mode: Some(CodeMirrorMode::Simple("rust".to_owned())),
            nbconvert_exporter: None,
        },
        banner: format!("bootcamp {version}: Rust {}, on evcxr", toolchain.release()),
        help_links: vec![
            link("The Rust book", "https://doc.rust-lang.org/book/"),
            link("The standard library", "https://doc.rust-lang.org/std/"),
            link("evcxr's commands", "https://github.com/evcxr/evcxr/blob/main/COMMON.md"),
        ],
        debugger: false,
        error: None,
    }
}
