//! The kernel's description of itself.

use bootcamp_evaluator::Toolchain;
use jupyter_protocol::{ConnectionInfo, JupyterMessageContent};
use serde_json::json;

use crate::frontend::{PROTOCOL_VERSION, content};

pub(super) fn kernel_info(toolchain: &Toolchain) -> JupyterMessageContent {
    let version = env!("CARGO_PKG_VERSION");
    let link = |text: &str, url: &str| json!({ "text": text, "url": url });
    let info = json!({
        "status": "ok",
        "protocol_version": PROTOCOL_VERSION,
        "implementation": "bootcamp-kernel",
        "implementation_version": version,
        "language_info": {
            "name": "rust",
            "version": toolchain.release(),
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygments_lexer": "rust",
            "codemirror_mode": "rust",
        },
        "banner": format!("bootcamp {version}: Rust {}, on evcxr", toolchain.release()),
        "help_links": [
            link("The Rust book", "https://doc.rust-lang.org/book/"),
            link("The standard library", "https://doc.rust-lang.org/std/"),
            link("evcxr's commands", "https://github.com/evcxr/evcxr/blob/main/COMMON.md"),
        ],
        // The kernel has no debugger and no subshells.
        "debugger": false,
        "supported_features": [],
    });
    content("kernel_info_reply", info)
}

/// Returns the ports, for front ends that know only one of them.
pub(super) fn connection(connection: &ConnectionInfo) -> JupyterMessageContent {
    let ports = json!({
        "status": "ok",
        "shell_port": connection.shell_port,
        "iopub_port": connection.iopub_port,
        "stdin_port": connection.stdin_port,
        "hb_port": connection.hb_port,
        "control_port": connection.control_port,
    });
    content("connect_reply", ports)
}
