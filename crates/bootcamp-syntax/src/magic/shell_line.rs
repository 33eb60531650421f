//! A line for the shell, as the Rust that runs it.

/// A statement that runs a command and shows what it prints.
pub(crate) fn run(command: &str, is_variable: &dyn Fn(&str) -> bool) -> String {
    format!("bootcamp::runtime::shell::run({});", argument(command, is_variable))
}

/// The end of `let name = ...`: the lines that a command prints.
pub(crate) fn lines(command: &str, is_variable: &dyn Fn(&str) -> bool) -> String {
    format!("bootcamp::runtime::shell::lines({});", argument(command, is_variable))
}

/// The command as a string. A variable's name in braces stands for its value, as in `IPython`;
/// the shell's own braces, as in `${HOME}` or `{print $1}`, stay.
fn argument(command: &str, is_variable: &dyn Fn(&str) -> bool) -> String {
    let mut format = String::new();
    let mut rest = command;
    let mut names = false;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        format += &before.replace('}', "}}");
        let name = from[1..].split_once('}').map(|(name, _)| name);
        if let Some(name) = name.filter(|name| !before.ends_with('$') && is_variable(name)) {
            format += &from[..name.len() + 2];
            rest = &from[name.len() + 2..];
            names = true;
        } else {
            format += "{{";
            rest = &from[1..];
        }
    }
    if !names {
        return format!("{command:?}");
    }
    format += &rest.replace('}', "}}");
    format!("&std::format!({format:?})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_braces_are_values_and_the_shells_braces_stay() {
        let is_variable = |name: &str| ["n", "file"].contains(&name);
        let argument = |command| argument(command, &is_variable);
        assert_eq!(argument("ls -l"), r#""ls -l""#);
        assert_eq!(argument("echo \"a\" \\ {m}"), r#""echo \"a\" \\ {m}""#);
        assert_eq!(argument("head -{n} {file}"), r#"&std::format!("head -{n} {file}")"#);
        assert_eq!(
            argument("awk '{print $1}' ${n} {file} }"),
            r#"&std::format!("awk '{{print $1}}' ${{n}} {file} }}")"#
        );
    }
}
