//! The languages with a magic of their own, and what this kernel knows about each.

use std::path::Path;

use super::report::Report;
use super::spec::Spec;

/// A language that has a magic of its own.
#[derive(Debug)]
pub(crate) struct Language {
    /// The name of the magic, which is also the language's name in kernelspecs, in any case.
    pub(crate) name: &'static str,
    title: &'static str,
    /// The names of the kernelspecs that are preferred.
    usual: &'static [&'static str],
    /// The commands that install its kernel.
    pub(crate) installation: Installation,
    /// Code that its kernel runs first.
    pub(super) setup: &'static [&'static str],
    /// Our own programs in the language: names and contents of files.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// The way to run a cell from a file, if its kernel does not report that a cell failed.
    pub(super) report: Option<&'static Report>,
    pub(super) exchange: Option<&'static Exchange>,
}

/// The commands that install a kernel.
#[derive(Debug)]
pub(crate) struct Installation {
    debian: &'static str,
    elsewhere: &'static str,
}

/// The code by which a language reads and writes variables.
#[derive(Debug)]
pub(super) struct Exchange {
    /// The code that reads a variable, from files at a path without their extensions.
    read: &'static str,
    write: &'static str,
    is_name: fn(&str) -> bool,
    keywords: &'static str,
}

pub(crate) static PYTHON: Language = Language {
    name: "python",
    title: "Python",
    usual: &["python3", "python"],
    installation: Installation {
        debian: "pip install ipykernel",
        elsewhere: "pip install ipykernel",
    },
    setup: &[],
    files: &[("bootcamp_exchange.py", include_str!("exchange/python.py"))],
    report: None,
    exchange: Some(&Exchange {
        read: "{name} = __import__('runpy').run_path('{folder}/bootcamp_exchange.py')['read']('{path}')",
        write: "__import__('runpy').run_path('{folder}/bootcamp_exchange.py')['write']('{path}', {name})",
        is_name: |_| true,
        keywords: "False None True and as assert async await break class continue def del elif \
            else except finally for from global if import in is lambda nonlocal not or pass raise \
            return try while with yield",
    }),
};

pub(crate) static R: Language = Language {
    name: "R",
    title: "R",
    usual: &["ir"],
    installation: Installation {
        debian: "sudo apt-get install --no-install-recommends r-base-core r-cran-irkernel",
        elsewhere: "Rscript -e 'install.packages(\"IRkernel\"); IRkernel::installspec()'",
    },
    setup: &[],
    files: &[("exchange.R", include_str!("exchange/r.R"))],
    report: None,
    exchange: Some(&Exchange {
        // The functions are in an environment of their own, because a variable may be called
        // `read`, too.
        read: "{name} <- local({ .e <- new.env(); source('{folder}/exchange.R', local = .e); .e$read('{path}') })",
        write: "invisible(local({ .e <- new.env(); source('{folder}/exchange.R', local = .e); .e$write('{path}', {name}) }))",
        is_name: |name| !name.starts_with('_'),
        keywords: "FALSE Inf NA NULL NaN TRUE break else for function if in next repeat while",
    }),
};

pub(crate) static OCTAVE: Language = Language {
    name: "octave",
    title: "Octave",
    usual: &["octave"],
    installation: Installation {
        debian: "sudo apt-get install --no-install-recommends octave gnuplot-nox fonts-freefont-otf && pip install octave_kernel",
        elsewhere: "pip install octave_kernel, beside Octave 7 or newer and gnuplot",
    },
    // The first line starts Octave, and settings before that are lost. Without it, an Octave that
    // is ended writes its variables into the folder of the notebook, and each warning shows the
    // path of the cell's file. Pictures of other formats need Ghostscript.
    setup: &[
        "crash_dumps_octave_core (false); sighup_dumps_octave_core (false); \
         sigterm_dumps_octave_core (false); warning ('off', 'Octave:gnuplot-graphics'); \
         warning ('off', 'backtrace');",
        "%plot -f svg -b inline:gnuplot",
    ],
    files: &[
        ("bootcamp_failed.m", include_str!("exchange/bootcamp_failed.m")),
        ("bootcamp_read.m", include_str!("exchange/bootcamp_read.m")),
        ("bootcamp_write.m", include_str!("exchange/bootcamp_write.m")),
    ],
    report: Some(&Report {
        // A variable may be called `source`, too, so `builtin` is used.
        run: "try, builtin ('source', '{cell}'); catch bootcamp_error, \
            builtin ('addpath', '{folder}'); \
            bootcamp_failed ('{report}', '{cell}', bootcamp_error); clear bootcamp_error; end",
        ends: &["End of File", "Bad file descriptor"],
    }),
    exchange: Some(&Exchange {
        read: "builtin ('addpath', '{folder}'); {name} = bootcamp_read ('{path}');",
        write: "builtin ('addpath', '{folder}'); bootcamp_write ('{path}', {name});",
        is_name: str::is_ascii,
        keywords: "break case catch continue do else elseif end endfor endfunction endif \
            endswitch endwhile for function global if otherwise persistent return switch try \
            until while",
    }),
};

pub(crate) static JULIA: Language = Language {
    name: "julia",
    title: "Julia",
    usual: &[],
    installation: Installation {
        debian: "julia -e 'using Pkg; Pkg.add(\"IJulia\")'",
        elsewhere: "julia -e 'using Pkg; Pkg.add(\"IJulia\")'",
    },
    setup: &[],
    files: &[],
    report: None,
    exchange: None,
};

/// The language of all other kernels.
static OTHER: Language = Language {
    name: "",
    title: "",
    usual: &[],
    installation: Installation { debian: "", elsewhere: "" },
    setup: &[],
    files: &[],
    report: None,
    exchange: None,
};

/// The languages with a magic of their own.
pub(crate) static ALL: [&Language; 4] = [&PYTHON, &R, &OCTAVE, &JULIA];

impl Language {
    /// Returns the language of a kernel.
    pub(super) fn of(spec: &Spec) -> &'static Self {
        ALL.into_iter().find(|language| language.speaks(spec)).unwrap_or(&OTHER)
    }

    fn speaks(&self, spec: &Spec) -> bool {
        spec.language().eq_ignore_ascii_case(self.name)
    }

    /// Returns the kernel to use for the language.
    pub(crate) fn choose(&self, installed: &[Spec]) -> Option<Spec> {
        let usual =
            self.usual.iter().find_map(|name| installed.iter().find(|spec| spec.name == *name));
        usual.or_else(|| installed.iter().find(|spec| self.speaks(spec))).cloned()
    }

    /// Returns the name of the language as people write it.
    pub(super) fn title(&self, spec: &Spec) -> String {
        if self.title.is_empty() { spec.display_name().to_owned() } else { self.title.to_owned() }
    }
}

impl Installation {
    /// Returns the command for this computer, with the pip of Jupyter's own environment.
    pub(crate) fn command(&self) -> String {
        let is_debian = Path::new("/etc/debian_version").exists();
        let command = if is_debian { self.debian } else { self.elsewhere };
        let beside =
            bootcamp_evaluator::program::path().ok().map(|program| program.with_file_name("pip"));
        match beside.filter(|pip| pip.is_file()) {
            Some(pip) => command.replace("pip install", &format!("{} install", pip.display())),
            None => command.to_owned(),
        }
    }
}

impl Exchange {
    /// Returns why a variable cannot have this name in the language.
    pub(super) fn refusal(&self, name: &str) -> Option<&'static str> {
        if self.keywords.split(' ').any(|keyword| keyword == name) {
            return Some("is a word of the language");
        }
        (!(self.is_name)(name)).then_some("is no name of a variable")
    }

    /// Returns the code that gives a variable the value in the files at `path`.
    pub(super) fn read(&self, name: &str, path: &Path, folder: &Path) -> String {
        filled(self.read, name, path, folder)
    }

    /// Returns the code that writes a variable's value to the files at `path`.
    pub(super) fn write(&self, name: &str, path: &Path, folder: &Path) -> String {
        filled(self.write, name, path, folder)
    }
}

fn filled(code: &str, name: &str, path: &Path, folder: &Path) -> String {
    code.replace("{name}", name)
        .replace("{folder}", &folder.to_string_lossy())
        .replace("{path}", &path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_another_language_cannot_have_are_told() {
        let refusal = |language: &Language, name| language.exchange.unwrap().refusal(name);
        assert_eq!(refusal(&PYTHON, "lambda"), Some("is a word of the language"));
        assert_eq!(refusal(&PYTHON, "größe"), None);
        assert_eq!(refusal(&R, "_points"), Some("is no name of a variable"));
        assert_eq!(refusal(&R, "function"), Some("is a word of the language"));
        assert_eq!(refusal(&OCTAVE, "größe"), Some("is no name of a variable"));
        assert_eq!(refusal(&OCTAVE, "points"), None);
    }

    #[test]
    fn code_that_reads_and_writes_is_filled_in() {
        let (path, folder) = (Path::new("/tmp/w/points"), Path::new("/tmp/w"));
        let octave = OCTAVE.exchange.unwrap();
        assert_eq!(
            octave.read("points", path, folder),
            "builtin ('addpath', '/tmp/w'); points = bootcamp_read ('/tmp/w/points');"
        );
        assert!(octave.write("p", path, folder).ends_with("bootcamp_write ('/tmp/w/points', p);"));
    }
}
