//! Numbers of cells or lines, such as `1-3 5 8-`.

use bootcamp_evaluator::Failure;

use super::usage_error;

/// Some numbers, from 1, in the order in which they were given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranges(Vec<Range>);

/// The numbers from `first` to `last`, which is included, or to the end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    first: usize,
    last: Option<usize>,
}

impl Ranges {
    /// Reads numbers that are separated by spaces or commas.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let words = text.split([' ', ',', '\t']).filter(|word| !word.is_empty());
        let ranges: Option<Vec<Range>> = words.map(Range::read).collect();
        match ranges {
            Some(ranges) if !ranges.is_empty() => Ok(Self(ranges)),
            _ => {
                let why = format!("`{text}` are no numbers: write them as in `1-3 5 8-`");
                Err(usage_error(&why))
            }
        }
    }

    /// Returns the items with these numbers. The error is the first range without an item.
    pub(super) fn of<'a, T>(
        &self,
        all: &'a [T],
        number: impl Fn(&T) -> usize,
    ) -> Result<Vec<&'a T>, String> {
        let mut found = Vec::new();
        for range in &self.0 {
            let before = found.len();
            found.extend(all.iter().filter(|one| range.contains(number(one))));
            if found.len() == before {
                return Err(range.to_string());
            }
        }
        Ok(found)
    }
}

impl Range {
    fn read(word: &str) -> Option<Self> {
        let number = |text: &str| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| is_number && *number > 0)
        };
        let (first, last) = match word.split_once('-') {
            Some((first, "")) => (number(first)?, None),
            Some((first, last)) => (number(first)?, Some(number(last)?)),
            None => (number(word)?, Some(number(word)?)),
        };
        last.is_none_or(|last| first <= last).then_some(Self { first, last })
    }

    fn contains(&self, number: usize) -> bool {
        self.first <= number && self.last.is_none_or(|last| number <= last)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.last {
            Some(last) if last == self.first => write!(formatter, "{last}"),
            Some(last) => write!(formatter, "{}-{last}", self.first),
            None => write!(formatter, "{}-", self.first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(text: &str) -> Result<Vec<usize>, String> {
        let all: Vec<usize> = (1..=9).collect();
        let ranges = Ranges::read(text).map_err(|failure| failure.evalue)?;
        ranges.of(&all, |number| *number).map(|found| found.into_iter().copied().collect())
    }

    #[test]
    fn ranges_are_read_as_people_write_them() {
        for (text, expected) in [
            ("3", &[3][..]),
            ("1-3 5", &[1, 2, 3, 5]),
            ("5,1-2", &[5, 1, 2]),
            ("  8-  ", &[8, 9]),
            ("7-20", &[7, 8, 9]),
            ("2 2", &[2, 2]),
        ] {
            assert_eq!(numbers(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn wrong_ranges_are_told() {
        for text in ["", "x", "0", "3-1", "-3", "1-x", "+1", "1--2", "99999999999999999999", "~1/2"]
        {
            let why = format!("`{text}` are no numbers: write them as in `1-3 5 8-`");
            assert_eq!(numbers(text), Err(why));
        }
        assert_eq!(numbers("1 20-30"), Err("20-30".to_owned()));
        assert_eq!(numbers("12"), Err("12".to_owned()));
        assert_eq!(numbers("12-"), Err("12-".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r"[0-9 ,x~-]{0,20}") {
            if let Ok(ranges) = Ranges::read(&text) {
                // A range can be read from its own text.
                let words: Vec<String> = ranges.0.iter().map(Range::to_string).collect();
                prop_assert_eq!(Ranges::read(&words.join(" ")).unwrap(), ranges);
            }
        }

        #[test]
        fn a_range_has_its_numbers(first in 1_usize..9, more in 0_usize..5) {
            let last = (first + more).min(9);
            let found = numbers(&format!("{first}-{last}")).unwrap();
            prop_assert_eq!(found, (first..=last).collect::<Vec<_>>());
        }
    }
}
