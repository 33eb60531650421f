//! `%timeit`: measures many times how long code takes.

use bootcamp_evaluator::Failure;
use bootcamp_syntax::binding::bindings;
use bootcamp_syntax::completeness::closes;
use bootcamp_syntax::token::{names, waits, without_comments};

use super::rust::only_rust;
use super::{Call, Form, Magic, Options, Session, usage_error};

#[derive(Debug)]
pub(super) struct TimeIt;

/// The number of runs, as in `IPython`.
const RUNS: u64 = 7;
/// Errors about a value that was moved.
const MOVES: [&str; 3] = ["E0382", "E0505", "E0507"];

impl Magic for TimeIt {
    fn name(&self) -> &'static str {
        "timeit"
    }

    fn form(&self) -> Form {
        Form::Both
    }

    fn help(&self) -> &'static str {
        "%timeit [-n N] [-r R] [-q] CODE\n%%timeit [-n N] [-r R] [-q] [SETUP]\n\n\
         Runs code many times and says how long one time takes. It is compiled once and repeated \
         inside compiled code. A run is `-n` times, by default as many as take about 0.2 s; there \
         are `-r` runs, 7 by default. SETUP, the rest of the line of `%%timeit`, runs once before \
         each run, and is not timed. `-q` shows nothing. The value of the code and the variables \
         that it names go through `std::hint::black_box`, so that the compiler can neither leave \
         it out nor compute it once for all; numbers that you write into the code are known to \
         it. Code that changes a variable changes it every time."
    }

    fn takes_code(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let spelling = call.spelling();
        let options = Options::read(&spelling, &call.arguments, &["-n N", "-r R", "-q"])?;
        let (setup, body) = match call.body {
            Some(_) => (options.rest, call.body_code()),
            None => ("", call.code_of(options.rest)),
        };
        let (setup, code) = (without_comments(setup), only_rust(&body, session, &spelling)?);
        if code.is_empty() {
            let why = "there is nothing to time: `%timeit f(x)`, or `%%timeit` above the code";
            return Err(usage_error(why));
        }
        if waits(&setup) || waits(&code) {
            let why = format!("`{spelling}` cannot time code that waits (`.await`): `%time` can");
            return Err(usage_error(&why));
        }
        if !closes(&setup) {
            let why = "the setup in the line of `%%timeit` has a bracket or a quote that does not \
                       close in this line";
            return Err(usage_error(why));
        }
        if !closes(&code) {
            // The compiler gives the best message about a bracket that does not close, if it gets
            // only the code.
            return session.run_code(&code);
        }
        let variables = session.variables().into_iter().map(|(name, _)| name);
        let loops = Loops {
            settings: format!(
                "bootcamp::runtime::timeit::Settings {{ loops: {:?}, runs: {}, quiet: {} }}",
                options.number("-n")?,
                options.number("-r")?.unwrap_or(RUNS),
                options.has("-q"),
            ),
            line: call.line,
            setup: &setup,
            code: &code,
            opaque: &opaque(variables, &setup, &code),
        };
        session.run_code(&loops.code()).map_err(|failure| {
            if !MOVES.contains(&&failure.ename[..]) {
                return failure;
            }
            failure.with_note(&format!(
                "`{spelling}` runs the code many times: what it moves is gone for the next time. \
                 Move a copy, as in `f(x.clone())`."
            ))
        })
    }
}

/// Returns the variables whose values the compiler must not know: those of the session that the
/// code names, and those that the setup defines.
fn opaque(variables: impl Iterator<Item = String>, setup: &str, code: &str) -> Vec<String> {
    let is_named = |name: &String| {
        let bare = name.trim_start_matches("r#");
        names(setup).chain(names(code)).any(|name| name == bare)
    };
    let mut opaque: Vec<String> = variables.filter(is_named).chain(bindings(setup)).collect();
    opaque.sort();
    opaque.dedup();
    opaque
}

/// The parts of the loops.
struct Loops<'a> {
    settings: String,
    /// The number of lines of the cell above the magic.
    line: usize,
    setup: &'a str,
    code: &'a str,
    opaque: &'a [String],
}

impl Loops<'_> {
    /// Returns the loops as one statement of Rust, with the code on its own lines.
    ///
    /// The code is in a closure of its own: a `break` in it would end our loop, and a `?` needs a
    /// function to return from. The closure does not return the value, so that the value may borrow
    /// from anything.
    fn code(&self) -> String {
        let opaque = self
            .opaque
            .iter()
            .fold(String::new(), |code, name| code + "::std::hint::black_box(&" + name + "); ");
        let setup = match self.setup.trim_end() {
            setup if setup.is_empty() || setup.ends_with(';') => setup.to_owned(),
            setup => format!("{setup};"),
        };
        let head = format!(
            "bootcamp::runtime::timeit::run({}, &mut |__turn: &mut bootcamp::runtime::timeit::Turn| {{ \
             {} let __started = ::std::time::Instant::now(); \
             loop {{ let __loops = __turn.next_loops(); if __loops == 0 {{ break; }} \
             if __turn.is_empty() {{ \
             for _ in 0..__loops {{ {opaque}::std::hint::black_box(__loops); }} continue; }} \
             for _ in 0..__loops {{ {opaque}\
             (|| -> ::std::result::Result<(), bootcamp::runtime::timeit::Failed> {{ \
             ::std::hint::black_box({{",
            self.settings, setup
        );
        let tail = "}); ::std::result::Result::Ok(()) })()?; } } \
             ::std::result::Result::Ok(__started.elapsed()) });";
        // The code begins with one line end for each line above it. For a cell there is one more.
        let code = &self.code[self.line.min(self.code.len())..];
        format!("{}{head} {code}\n{tail}", "\n".repeat(self.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_keeps_its_lines() {
        let loops = |line, setup, code| {
            Loops { settings: "S".to_owned(), line, setup, code, opaque: &["x".to_owned()] }.code()
        };
        let text = loops(0, "let v = x", "\nf(x)\n// end");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("bootcamp::runtime::timeit::run(S, "), "{text}");
        assert!(lines[0].contains("{ let v = x; let __started"), "{text}");
        assert_eq!(lines[1..3], ["f(x)", "// end"]);
        assert!(lines[3].starts_with("})") && text.ends_with(';'), "{text}");
        assert_eq!(text.matches("black_box(&x)").count(), 2);
        let text = loops(2, "", "\n\n   f(x)");
        assert!(text.lines().nth(2).unwrap().ends_with("    f(x)"), "{text}");
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn variables_that_are_named_are_opaque() {
        let variables = || ["x", "r#type", "rest"].into_iter().map(str::to_owned);
        let names = |setup, code| opaque(variables(), setup, code);
        assert_eq!(names("", "f(x, rests)"), ["x"]);
        assert_eq!(names("let y = r#type;", "y"), ["r#type", "y"]);
        assert_eq!(names("let x = x;", "x"), ["x"]);
    }
}
