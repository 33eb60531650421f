//! The colours of a drawing, with one escape sequence for each run of the same colour.

/// ariadne's colour for code that no message is about. We show such code like other text.
const PLAIN: &str = "38;5;249";
const RESET: &str = "0";

/// Returns a line in which neighbouring characters of the same colour share their escape sequences.
/// Spaces have no colour of their own.
pub(super) fn joined(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let (mut current, mut spaces) = ("", String::new());
    for (style, part) in parts(line) {
        if part.trim().is_empty() {
            spaces.push_str(part);
            continue;
        }
        if style != current {
            set(&mut text, current, "");
            text.push_str(&std::mem::take(&mut spaces));
            set(&mut text, "", style);
            current = style;
        }
        text.push_str(&std::mem::take(&mut spaces));
        text.push_str(part);
    }
    set(&mut text, current, "");
    text.push_str(&spaces);
    text
}

fn set(text: &mut String, from: &str, to: &str) {
    let code = match (from, to) {
        ("", "") => return,
        (_, "") => RESET,
        (_, to) => to,
    };
    text.push_str("\u{1b}[");
    text.push_str(code);
    text.push('m');
}

/// Returns the text without escape sequences for colours.
pub(super) fn plain(text: &str) -> String {
    parts(text).map(|(_, part)| part).collect()
}

/// Returns the parts of a text with their colours. An empty text means no colour.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut style = "";
    text.split("\u{1b}[").enumerate().map(move |(index, part)| {
        if index == 0 {
            return ("", part);
        }
        let Some((code, rest)) = part.split_once('m') else { return (style, "") };
        style = if [RESET, PLAIN, ""].contains(&code) { "" } else { code };
        (style, rest)
    })
}

/// Returns the first paragraph of a text, on one line and without colours.
pub(super) fn sentence(text: &str) -> String {
    let text = plain(text.trim());
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let line = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_neighbours_are_joined() {
        let letter = |c: char| format!("\u{1b}[31m{c}\u{1b}[0m");
        let line: String = "red one".chars().map(letter).collect();
        assert_eq!(joined(&line), "\u{1b}[31mred one\u{1b}[0m");
        let line = "\u{1b}[38;5;249ml\u{1b}[0m\u{1b}[38;5;249me\u{1b}[0m \u{1b}[34mx\u{1b}[0m  ";
        assert_eq!(joined(line), "le \u{1b}[34mx\u{1b}[0m  ");
        for line in ["", "plain", "  ", "é│"] {
            assert_eq!(joined(line), line);
        }
    }

    proptest! {
        #[test]
        fn nothing_but_colours_changes(line in "(\u{1b}\\[(0|31|38;5;249)m|[a é│]){0,30}") {
            let joined = joined(&line);
            prop_assert_eq!(plain(&joined), plain(&line));
            let reset = "\u{1b}[0m".len();
            prop_assert!(joined.len() <= line.len() + reset);
        }
    }
}
