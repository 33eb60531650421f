//! Patterns of a history search, as in `IPython` (`SQLite`'s GLOB).

/// Says whether the whole text fits the pattern: `*` is any text, `?` any character, `[a-z]` one of
/// these characters, `[^a-z]` any other character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // If the text does not fit, the search continues after the last `*`, one character later.
    let mut retry = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p + 1, t));
            p += 1;
        } else if let Some(length) = one(&pattern[p..], text[t]) {
            p += length;
            t += 1;
        } else if let Some((after_star, from)) = retry {
            retry = Some((after_star, from + 1));
            (p, t) = (after_star, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Returns the length of the part of a pattern that stands for one character, if it fits
/// `character`.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', set @ ..] => class(set, character).map(|length| length + 1),
        [c, ..] => (*c == character).then_some(1),
        [] => None,
    }
}

/// Does what [`one`] does, for the pattern after a `[`. A class that is not closed fits nothing.
fn class(set: &[char], character: char) -> Option<usize> {
    let negated = set.first() == Some(&'^');
    let first = usize::from(negated);
    // A bracket that comes first is one of the characters.
    let end = first + 1 + set.get(first + 1..)?.iter().position(|c| *c == ']')?;
    let mut members = &set[first..end];
    let mut found = false;
    while let [low, rest @ ..] = members {
        (found, members) = match rest {
            ['-', high, rest @ ..] => (found || (*low..=*high).contains(&character), rest),
            _ => (found || *low == character, rest),
        };
    }
    (found != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_fit_as_in_ipython() {
        for (pattern, text) in [
            ("*", ""),
            ("let*", "let x = 1;"),
            ("*x*", "let x = 1;\nx"),
            ("6?7", "6*7"),
            ("[a-c]?[^0-9]", "b1x"),
            ("[]x]", "]"),
            ("*[*]*", "6 * 7"),
            ("a*b*c", "a b b c c"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "x"), ("x", ""), ("let", "let x"), ("[^a]", "a"), ("[a", "a"), ("LET*", "let x")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_contains_its_parts(before in ".{0,9}", part in "[a-z é😀]{0,9}", after in ".{0,9}") {
            let text = [&before, &part, &after].map(String::as_str).concat();
            let pattern = format!("*{part}*");
            prop_assert!(matches(&pattern, &text));
        }

        #[test]
        fn any_pattern_is_understood(pattern in r"[a-c*?\[\]^-]{0,12}", text in "[a-c]{0,12}") {
            matches(&pattern, &text);
        }
    }
}
