//! The options at the beginning of a magic's arguments, such as `-n 10 -r 3`.

use bootcamp_evaluator::Failure;

use super::{Call, usage_error};

/// The options that were given, and the arguments after them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Options<'a> {
    given: Vec<(&'static str, &'a str)>,
    /// The rest of the arguments.
    pub(super) rest: &'a str,
}

impl<'a> Options<'a> {
    /// Reads the options that `known` lists: `"-q"` has no value, `"-n N"` has one, which may
    /// follow without a space, as in `-n10`.
    pub(super) fn read(
        magic: &str,
        arguments: &'a str,
        known: &[&'static str],
    ) -> Result<Self, Failure> {
        let mut options = Self { given: Vec::new(), rest: arguments.trim() };
        while let Some(word) = options.rest.split_whitespace().next() {
            // `-1.0.abs()` is a number, and `-x` may be a variable, so only words that look like an
            // option are read.
            let begins_well = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
            let is_option = word.strip_prefix('-').is_some_and(|name| {
                begins_well(name.trim_start_matches('-')) && !name.contains(['(', '.', '['])
            });
            if !is_option {
                break;
            }
            let after = options.rest[word.len()..].trim_start();
            let found = known.iter().find_map(|option| {
                let (flag, value) = option.split_once(' ').unwrap_or((option, ""));
                let joined = word.strip_prefix(flag)?;
                match (value.is_empty(), joined.is_empty()) {
                    (true, true) => Some((flag, "", after)),
                    (false, false) => Some((flag, joined, after)),
                    (false, true) => {
                        let value = after.split_whitespace().next()?;
                        Some((flag, value, after[value.len()..].trim_start()))
                    }
                    (true, false) => None,
                }
            });
            let Some((flag, value, rest)) = found else {
                let all = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    format!("it takes {}", known.join(", "))
                };
                return Err(usage_error(&format!("`{magic}` has no option `{word}`: {all}")));
            };
            options.given.push((flag, value));
            options.rest = rest;
        }
        Ok(options)
    }

    pub(super) fn has(&self, flag: &str) -> bool {
        self.value(flag).is_some()
    }

    /// Returns the value of an option.
    pub(super) fn value(&self, flag: &str) -> Option<&'a str> {
        self.given.iter().rev().find(|(name, _)| *name == flag).map(|(_, value)| *value)
    }

    /// Returns the Rust of a magic: the rest of its line, or, below a `%%magic`, only its body.
    /// `to_do` is the verb for the message if there is none.
    pub(super) fn code(&self, call: &Call, to_do: &str) -> Result<String, Failure> {
        let (name, rest) = (&call.name, self.rest);
        let code = match &call.body {
            Some(_) if !rest.is_empty() => {
                let why = format!("`%%{name}` takes no `{rest}`: the code goes below it");
                return Err(usage_error(&why));
            }
            Some(_) => call.body_code(),
            None => call.code_of(rest),
        };
        if code.trim().is_empty() {
            let why = format!(
                "there is nothing to {to_do}: `%{name} f(x)`, or `%%{name}` above the code"
            );
            return Err(usage_error(&why));
        }
        Ok(code)
    }

    /// Returns the value of an option, which has to be a whole number above 0.
    pub(super) fn number(&self, flag: &str) -> Result<Option<u64>, Failure> {
        let Some(value) = self.value(flag) else { return Ok(None) };
        match value.replace('_', "").parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(usage_error(&format!(
                "`{flag} {value}`: give a whole number above 0, such as `{flag} 10`"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_where_code_begins() {
        let known = ["-n N", "-q"];
        let read = |text| Options::read("%m", text, &known);
        let options = read("-n 1_000 -q  f(x) -n 3 ").unwrap();
        assert_eq!(options.number("-n").unwrap(), Some(1000));
        assert!(options.has("-q") && options.rest == "f(x) -n 3");
        assert_eq!(read("-n10 x").unwrap().number("-n").unwrap(), Some(10));
        for code in ["-1 + x", "-x.abs()", "-f(1)", "x - 1", ""] {
            assert_eq!(read(code).unwrap().rest, code);
        }
    }

    #[test]
    fn wrong_options_are_told() {
        let why = |text| match Options::read("%m", text, &["-n N"]) {
            Ok(options) => options.number("-n").unwrap_err().evalue,
            Err(failure) => failure.evalue,
        };
        assert_eq!(why("--quick x"), "`%m` has no option `--quick`: it takes -n N");
        assert_eq!(why("-n"), "`%m` has no option `-n`: it takes -n N");
        assert_eq!(why("-n 0"), "`-n 0`: give a whole number above 0, such as `-n 10`");
    }
}
