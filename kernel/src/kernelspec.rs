//! Installs the kernel for Jupyter.

use std::fs;
use std::path::{Path, PathBuf};

use bootcamp_evaluator::{Error, Toolchain, program};
use serde_json::json;

use crate::cluster;

/// Copies this program to `PREFIX/bin` and writes the kernelspec `rust` to
/// `PREFIX/share/jupyter/kernels`. Returns the kernelspec's folder.
///
/// Paths in the kernelspec are absolute, because a server may be started from a desktop or by a hub
/// whose PATH does not have Rust.
pub(crate) fn install(prefix: &Path, toolchain: &Toolchain) -> Result<PathBuf, Error> {
    let bin = prefix.join("bin");
    fs::create_dir_all(&bin).map_err(Error::file("create the folder", &bin))?;
    let bin = bin.canonicalize().map_err(Error::file("find", &bin))?;
    let program = bin.join("bootcamp-kernel");
    let this = program::path().map_err(Error::file("find this program", &program))?;
    if this != program {
        // The new file takes the name of the old one, and kernels that are running keep the old
        // file.
        let fresh = bin.join(".bootcamp-kernel.new");
        fs::copy(&this, &fresh).map_err(Error::file("write", &fresh))?;
        fs::rename(&fresh, &program).map_err(Error::file("write", &program))?;
    }
    let folder = prefix.join("share/jupyter/kernels/rust");
    fs::create_dir_all(&folder).map_err(Error::file("create the folder", &folder))?;
    // There is no `kernel_protocol_version`: 5.5 would say that the kernel can choose its ports
    // itself and register them with its launcher (Jupyter's enhancement proposal 66).
    let spec = json!({
        "argv": [program, "--control_file", "{connection_file}"],
        "display_name": "Rust (bootcamp)",
        "language": "rust",
        "interrupt_mode": "message",
        "env": { "CARGO": toolchain.cargo(), "RUSTC": toolchain.rustc() },
    });
    let file = folder.join("kernel.json");
    let text = format!("{spec:#}\n");
    fs::write(&file, text).map_err(Error::file("write", &file))?;
    // With `IPYTHONDIR=PREFIX/share/ipython`, ipyparallel starts our engines by this profile.
    let profile = prefix.join("share/ipython/profile_rust");
    cluster::write_profile(&profile, &program).map_err(Error::file("write", &profile))?;
    Ok(folder)
}
