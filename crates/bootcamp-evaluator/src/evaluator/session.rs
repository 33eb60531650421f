//! The session in which a prebuilt image records what cargo does for a cell.

use std::env;
use std::process::Command;

use anyhow::Context as _;
use evcxr::EvalContext;

use super::plain_error;
use crate::cargo;
use crate::child::{PRELUDE_VARIABLE, SUPPORT_VARIABLE};
use crate::dependencies::Dependencies;
use crate::files::copy_folder;
use crate::log::say;
use crate::passes::Pass;
use crate::prebuilt::Prebuilt;
use crate::stand_in::{self, StandIn};
use crate::toolchain::Toolchain;
use crate::work::Work;

/// Starts a session for an image that is being built, and keeps in the image what cargo had to do
/// for it. Cargo's progress goes to standard error.
///
/// # Safety
/// The process has one thread.
pub(crate) unsafe fn build_session(
    prebuilt: &Prebuilt,
    toolchain: &Toolchain,
) -> anyhow::Result<()> {
    let work = Work::create()?;
    let stand_in = StandIn::prepare(work.root(), prebuilt.path(), prebuilt.prelude, toolchain)?;
    copy_folder(&prebuilt.build_folder(), &work.context().join("target"))?;
    // SAFETY: the process has one thread.
    unsafe {
        stand_in::enter(&stand_in, &work.context());
        env::set_var(cargo::BUILDING, "1");
    }
    let mut child =
        Command::new(crate::program::path().context("cannot find this program's file")?);
    stand_in.restore(&mut child);
    child.env(SUPPORT_VARIABLE, prebuilt.support()).env(PRELUDE_VARIABLE, prebuilt.library());
    let session = EvalContext::with_subprocess_command(child).map_err(plain_error)?;
    drop(session);
    // Without any hook, evcxr's own first cell is compiled without the crate, so its success proves
    // nothing.
    let passes = stand_in.passes();
    let is_hooked = |pass: &Pass| !pass.hooks.is_empty();
    anyhow::ensure!(
        passes.iter().any(|pass| pass.went_well && is_hooked(pass))
            || !passes.iter().any(is_hooked),
        "a cell does not compile with the prebuilt crate {}",
        prebuilt.prelude.name
    );
    if !passes.iter().all(|pass| pass.went_well && is_hooked(pass)) {
        say("evcxr generates other code than this kernel knows: cells run, and are slower");
    }
    let set = Dependencies::own(&work.context());
    prebuilt.keep_session(work.root(), set.target(), &set.package.lock_file())?;
    Ok(())
}
