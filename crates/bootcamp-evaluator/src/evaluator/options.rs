//! Settings of a session that change how its cells are compiled.

use std::path::Path;
use std::process::Command;

use bootcamp_syntax::cell::calls;
use bootcamp_syntax::command::commands;
use bootcamp_syntax::token::{has_sequence, has_word};

/// The settings that evcxr's commands have made so far.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// `:fmt` or `:types` was used, so results have another format.
    own_format: bool,
    /// `:toolchain` chose another toolchain than that of the prebuilt image.
    other_toolchain: bool,
}

impl Options {
    /// Says whether our trait may show the last expression of this cell.
    pub(super) fn shows_debug(&self, code: &str) -> bool {
        !self.own_format && !sets_format(code)
    }

    pub(super) fn has_other_toolchain(&self) -> bool {
        self.other_toolchain
    }

    /// Notes a cell that ran. Returns true if its commands end all variables.
    pub(super) fn note(&mut self, code: &str, sysroot: &Path) -> bool {
        self.own_format |= sets_format(code);
        let mut restarts = commands(code).any(|command| command.name == ":restart");
        for command in commands(code) {
            if command.name == ":toolchain" && !command.arguments.is_empty() {
                let other = is_other_toolchain(command.arguments, sysroot);
                restarts |= other != self.other_toolchain;
                self.other_toolchain = other;
            }
        }
        restarts
    }
}

/// Returns the optimization level of a cell, if it differs from the session's. A cell that draws
/// with plotters makes the compiler compile much generic code that runs once; without optimization,
/// this takes a quarter of the time. A cell that computes, with a loop or a function of its own, is
/// optimized.
pub(super) fn level<'a>(code: &str, items: impl Iterator<Item = &'a str>) -> Option<String> {
    const DRAWS: [&str; 3] = ["into_drawing_area", "ChartBuilder", "draw_series"];
    const COUNTS: [&str; 4] = ["for", "while", "loop", "fn"];
    let draws = has_word(code, &DRAWS) || has_sequence(code, &["plotters", ":", ":"]);
    (draws && !has_word(code, &COUNTS) && !calls(code, items)).then(|| "0".to_owned())
}

fn sets_format(code: &str) -> bool {
    commands(code).any(|command| [":fmt", ":types"].contains(&command.name))
}

fn is_other_toolchain(name: &str, sysroot: &Path) -> bool {
    let asked = Command::new("rustup").arg(format!("+{name}")).args(["which", "rustc"]).output();
    let path = asked.ok().filter(|output| output.status.success());
    path.is_some_and(|output| {
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Path::new(&path).canonicalize().ok() != sysroot.join("bin/rustc").canonicalize().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_of_the_users_own_is_kept() {
        let mut options = Options::default();
        assert!(options.shows_debug("x"));
        assert!(!options.shows_debug(":fmt {:#?}\nx"));
        assert!(!options.note(":fmt {:#?}", Path::new("/")));
        assert!(!options.shows_debug("x"));
        assert!(options.note("// all of it\n  :restart\nlet x = 1;", Path::new("/")));
        for text in ["let x = 1;\n:restart", "\"\n:restart\n\"", "// :restart", ":restarted"] {
            assert!(!Options::default().note(text, Path::new("/")), "{text}");
        }
        for text in ["x\n:fmt a", "\"\n:types\n\"", "// :fmt a", "let x\n:fmt = 1;"] {
            assert!(Options::default().shows_debug(text), "{text}");
        }
    }

    #[test]
    fn only_drawing_is_not_optimized() {
        let items = ["simulate", "f"];
        let level = |code| level(code, items.into_iter());
        assert_eq!(level("plotters::style::RED").as_deref(), Some("0"));
        assert_eq!(level("plotters::draw(\"for\") // while f()").as_deref(), Some("0"));
        assert_eq!(level("ChartBuilder::on(&root).build(0..1).unwrap();").as_deref(), Some("0"));
        for code in [
            "x + 1",
            "for i in 0..9 { chart.draw_series(i); }",
            "chart.draw_series(simulate(10)); ChartBuilder",
            "fn draw() { plotters::f() }",
            "// plotters::f()",
            "\"ChartBuilder\"",
            "let plotters = 1;",
        ] {
            assert_eq!(level(code), None, "{code}");
        }
    }
}
