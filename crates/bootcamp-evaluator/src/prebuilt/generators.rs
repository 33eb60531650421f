//! Compiles `rand`'s secure generators once.
//!
//! `StdRng` and `rng()` are marked for inlining, so `ChaCha` would be compiled for three
//! instruction sets into every cell that draws a random number, which takes some 110 ms. While the
//! prebuilt image is built, cargo starts this program instead of rustc, and it lets rustc compile a
//! copy of `rand` without these marks. Names, types and numbers are the same; a draw becomes a
//! function call.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use crate::error::Error;
use crate::files::copy_folder;
use crate::log::say;
use crate::program::become_wrapped;

/// The variable that is set for cargo's runs while the image is built. Its value is a folder for
/// the copy.
const VARIABLE: &str = "BOOTCAMP_GENERATORS";
const FILES: [&str; 2] = ["src/rngs/std.rs", "src/rngs/thread.rs"];

/// Makes cargo start this program instead of rustc.
pub(crate) fn compile_once(cargo: &mut Command, prebuilt: &Path) {
    if let Ok(program) = crate::program::path() {
        cargo.env("RUSTC_WRAPPER", program).env(VARIABLE, prebuilt.join("generators"));
    }
}

/// Runs rustc if cargo started this process as its wrapper.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let folder = PathBuf::from(env::var_os(VARIABLE)?);
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    let is_rand = arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == "rand");
    if is_rand && let Err(error) = redirect(&mut arguments, &folder) {
        say(&format!("cannot copy the sources of rand: {error}"));
        return Some(ExitCode::FAILURE);
    }
    // The next program may be this one again, as the wrapper of a cell.
    become_wrapped(&arguments, &[VARIABLE])
}

/// Changes the arguments so that rustc reads the copy, and names the original in its messages. The
/// copy stays in the image and has the original's times, because cargo checks whether the files
/// that rustc read are unchanged.
fn redirect(arguments: &mut Vec<OsString>, folder: &Path) -> Result<(), Error> {
    let root = arguments.iter_mut().find(|argument| Path::new(argument).ends_with("src/lib.rs"));
    let Some(root) = root else { return Ok(()) };
    let Some(package) = Path::new(root).ancestors().nth(2).map(Path::to_owned) else {
        return Ok(());
    };
    let Some(name) = package.file_name() else { return Ok(()) };
    let copy = folder.join(name);
    if !copy.exists() {
        fs::create_dir_all(folder).map_err(Error::file("create the folder", folder))?;
        copy_folder(&package, &copy)?;
        for file in FILES.map(|file| copy.join(file)).iter().filter(|file| file.exists()) {
            write_without_inline(file).map_err(Error::file("write", file))?;
        }
    }
    *root = copy.join("src/lib.rs").into();
    let mut names = OsString::from("--remap-path-prefix=");
    names.push(&copy);
    names.push("=");
    names.push(&package);
    arguments.push(names);
    Ok(())
}

fn write_without_inline(file: &Path) -> io::Result<()> {
    let modified = fs::metadata(file)?.modified()?;
    let text = fs::read_to_string(file)?;
    let mut file = fs::File::create(file)?;
    file.write_all(without_inline(&with_seeding(&text)).as_bytes())?;
    file.set_modified(modified)
}

/// Gives `StdRng` the seeding of the generator inside of it. Otherwise the trait's seeding would be
/// compiled into the cell. It replaces an attribute for inlining, so the lines keep their numbers.
fn with_seeding(text: &str) -> String {
    const FROM_SEED: &str = "#[inline(always)]
    fn from_seed(seed: Self::Seed) -> Self {
        StdRng(Rng::from_seed(seed))";
    let seeding = FROM_SEED.replacen(
        "#[inline(always)]",
        "fn seed_from_u64(state: u64) -> Self { StdRng(Rng::seed_from_u64(state)) }",
        1,
    );
    text.replacen(FROM_SEED, &seeding, 1)
}

/// Returns the text with an empty line for each attribute for inlining, so the lines keep their
/// numbers.
fn without_inline(text: &str) -> String {
    let asks = |line: &str| ["#[inline]", "#[inline(always)]"].contains(&line.trim());
    let lines = text.lines().map(|line| if asks(line) { "" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_generator_seeds_itself_on_the_same_lines() {
        let text = "impl SeedableRng for StdRng {\n    #[inline(always)]\n    fn from_seed(seed: Self::Seed) -> Self {\n        StdRng(Rng::from_seed(seed))\n    }\n}\n";
        let seeds = with_seeding(text);
        let added =
            "    fn seed_from_u64(state: u64) -> Self { StdRng(Rng::seed_from_u64(state)) }";
        assert_eq!(seeds, text.replace("    #[inline(always)]", added));
        assert_eq!(with_seeding("fn other() {}\n"), "fn other() {}\n");
    }

    #[test]
    fn rustc_reads_a_copy_that_does_not_ask_for_inlining() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("rand-1.2.3");
        fs::create_dir_all(package.join("src/rngs")).unwrap();
        fs::write(package.join("src/lib.rs"), "mod rngs;\n").unwrap();
        let text = "impl A {\n    #[inline(always)]\n    fn a() {}\n    #[inline(never)]\n    fn b() {}\n}\n";
        fs::write(package.join(FILES[0]), text).unwrap();
        let mut arguments = vec![package.join("src/lib.rs").into_os_string(), "-O".into()];
        let copies = folder.path().join("copies");
        redirect(&mut arguments, &copies).unwrap();
        let copy = copies.join("rand-1.2.3");
        assert_eq!(arguments[0], copy.join("src/lib.rs"));
        let names = format!("--remap-path-prefix={}={}", copy.display(), package.display());
        assert_eq!(arguments[2], names.as_str());
        let read = |file: &Path| fs::read_to_string(file).unwrap();
        assert_eq!(read(&copy.join(FILES[0])), text.replace("    #[inline(always)]", ""));
        assert_eq!(read(&package.join(FILES[0])), text);
        let modified = |file: &Path| fs::metadata(file).unwrap().modified().unwrap();
        assert_eq!(modified(&copy.join(FILES[0])), modified(&package.join(FILES[0])));
        assert_eq!(read(&copy.join("src/lib.rs")), "mod rngs;\n");
    }
}
