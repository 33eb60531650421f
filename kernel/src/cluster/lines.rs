//! What engines print, line by line, each with its engine.

use std::collections::BTreeMap;
use std::mem;

use bootcamp_cluster::client::Output;

/// In which order outputs are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// As they come; values at the end, by engine.
    #[default]
    Order,
    /// All of one engine, then all of the next.
    Engine,
    /// What was printed, then what was shown, then results; each by engine.
    Type,
}

impl Grouping {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "order" => Self::Order,
            "engine" => Self::Engine,
            "type" => Self::Type,
            _ => return None,
        })
    }
}

/// Something to show.
#[derive(Debug)]
pub(crate) enum Shown {
    Stdout(String),
    Stderr(String),
    /// A display or a result that is not only text.
    Bundle {
        output: Output,
        engine: u32,
    },
}

/// Gathers what engines say and gives it back with its engine's number: `[2] hello`.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    grouping: Grouping,
    /// The begin of a line of an engine: on standard output, and on standard error.
    begun: BTreeMap<(u32, bool), String>,
    kept: Vec<(u32, Output)>,
}

impl Lines {
    pub(crate) fn new(grouping: Grouping) -> Self {
        Self { grouping, ..Self::default() }
    }

    /// What can be shown now.
    pub(crate) fn take(&mut self, engine: u32, output: Output) -> Vec<Shown> {
        if self.grouping == Grouping::Order && !matches!(output, Output::Result { .. }) {
            self.shown(engine, output)
        } else {
            self.kept.push((engine, output));
            Vec::new()
        }
    }

    /// What is left when all engines are done.
    pub(crate) fn end(&mut self) -> Vec<Shown> {
        let mut kept = mem::take(&mut self.kept);
        match self.grouping {
            Grouping::Order | Grouping::Engine => kept.sort_by_key(|(engine, _)| *engine),
            Grouping::Type => kept.sort_by_key(|(engine, output)| (kind(output), *engine)),
        }
        let mut shown = Vec::new();
        let mut last = None;
        if self.grouping == Grouping::Order {
            self.flush(|_| true, &mut shown);
        }
        for (engine, output) in kept {
            if last.is_some_and(|last| last != engine) {
                self.flush(|_| true, &mut shown);
            }
            last = Some(engine);
            shown.extend(self.shown(engine, output));
        }
        self.flush(|_| true, &mut shown);
        joined(shown)
    }

    fn shown(&mut self, engine: u32, output: Output) -> Vec<Shown> {
        let mut shown = Vec::new();
        match output {
            Output::Stdout(text) => self.add(engine, false, &text, &mut shown),
            Output::Stderr(text) => self.add(engine, true, &text, &mut shown),
            Output::Display { update: true, .. } => shown.push(Shown::Bundle { output, engine }),
            Output::Result { ref data, .. } if plain(data).is_some() => {
                self.flush(|at| at == engine, &mut shown);
                let text = plain(data).unwrap_or_default();
                let gap = if text.contains('\n') { "\n" } else { " " };
                shown.push(Shown::Stdout(format!("Out[{engine}]:{gap}{text}\n")));
            }
            Output::Display { .. } | Output::Result { .. } => {
                self.flush(|at| at == engine, &mut shown);
                shown.push(Shown::Stdout(format!("[{engine}]\n")));
                shown.push(Shown::Bundle { output, engine });
            }
            _ => {}
        }
        shown
    }

    fn add(&mut self, engine: u32, is_error: bool, text: &str, shown: &mut Vec<Shown>) {
        let begun = self.begun.entry((engine, is_error)).or_default();
        begun.push_str(text);
        let Some(end) = begun.rfind('\n') else { return };
        let rest = begun.split_off(end + 1);
        let whole = mem::replace(begun, rest);
        shown.push(stream(engine, is_error, &whole));
    }

    /// Ends the lines that engines have begun.
    fn flush(&mut self, of: impl Fn(u32) -> bool, shown: &mut Vec<Shown>) {
        for ((engine, is_error), text) in &mut self.begun {
            if of(*engine) && !text.is_empty() {
                shown.push(stream(*engine, *is_error, &(mem::take(text) + "\n")));
            }
        }
    }
}

/// The same with fewer pieces of text.
fn joined(shown: Vec<Shown>) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for next in shown {
        match (all.last_mut(), next) {
            (Some(Shown::Stdout(text)), Shown::Stdout(more))
            | (Some(Shown::Stderr(text)), Shown::Stderr(more)) => text.push_str(&more),
            (_, next) => all.push(next),
        }
    }
    all
}

fn stream(engine: u32, is_error: bool, text: &str) -> Shown {
    let number = engine.to_string();
    let labelled: String =
        text.split_inclusive('\n').flat_map(|line| ["[", &number, "] ", line]).collect();
    if is_error { Shown::Stderr(labelled) } else { Shown::Stdout(labelled) }
}

/// The text of a value that is nothing but text.
fn plain(data: &serde_json::Value) -> Option<&str> {
    let formats = data.as_object()?;
    formats.get("text/plain").filter(|_| formats.len() == 1)?.as_str()
}

fn kind(output: &Output) -> u8 {
    match output {
        Output::Stdout(_) => 0,
        Output::Stderr(_) => 1,
        Output::Result { .. } => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(shown: Vec<Shown>) -> String {
        let text = |shown| match shown {
            Shown::Stdout(text) => text,
            Shown::Stderr(text) => format!("!{text}"),
            Shown::Bundle { engine, .. } => format!("<{engine}>"),
        };
        shown.into_iter().map(text).collect()
    }

    fn printed(text: &str) -> Output {
        Output::Stdout(text.to_owned())
    }

    fn result(text: &str) -> Output {
        let data = json!({ "text/plain": text });
        Output::Result { data, metadata: json!({}), execution_count: 1 }
    }

    #[test]
    fn lines_are_whole_and_name_their_engines() {
        let mut lines = Lines::new(Grouping::Order);
        assert_eq!(text(lines.take(0, printed("a\nb"))), "[0] a\n");
        assert_eq!(text(lines.take(1, printed("x\n"))), "[1] x\n");
        assert_eq!(text(lines.take(0, Output::Stderr("e\n".into()))), "![0] e\n");
        assert_eq!(text(lines.take(1, result("1\n2"))), "");
        assert_eq!(text(lines.take(0, result("42"))), "");
        assert_eq!(text(lines.take(1, printed("rest"))), "");
        let end = lines.end();
        assert_eq!(end.len(), 1);
        assert_eq!(text(end), "[0] b\n[1] rest\nOut[0]: 42\nOut[1]:\n1\n2\n");
    }

    #[test]
    fn outputs_are_grouped() {
        let said = |grouping| {
            let mut lines = Lines::new(grouping);
            let mut all = Vec::new();
            for engine in [1, 0] {
                all.extend(lines.take(engine, result("v")));
                all.extend(lines.take(engine, printed("p")));
            }
            all.extend(lines.end());
            text(all)
        };
        assert_eq!(said(Grouping::Engine), "Out[0]: v\n[0] p\nOut[1]: v\n[1] p\n");
        assert_eq!(said(Grouping::Type), "[0] p\n[1] p\nOut[0]: v\nOut[1]: v\n");
    }
}
