//! The cells that were run in this session and in earlier ones.
//!
//! A separate thread reads and writes the file, so that a slow or read-only home folder does not
//! disturb cells. If the file cannot be written, the history lasts for this session.

mod file;
mod glob;
mod query;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

use file::Record;
pub(crate) use query::Query;

/// A longer input is data, which no person searches in the history.
const LONGEST_INPUT: usize = 100_000;
const LONGEST_OUTPUT: usize = 4_000;

/// A cell that was run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) session: usize,
    pub(crate) line: usize,
    pub(crate) input: String,
    /// The text of its result.
    pub(crate) output: Option<String>,
}

enum Order {
    Input { line: usize, input: String },
    Output { line: usize, output: String },
    Ask { query: Query, answer: oneshot::Sender<Vec<Entry>> },
    Own(oneshot::Sender<Vec<Entry>>),
}

/// A handle to the thread.
#[derive(Clone, Debug)]
pub(crate) struct History {
    orders: mpsc::Sender<Order>,
}

impl History {
    /// Starts the thread, with the history file of the user who started the kernel.
    pub(crate) fn start() -> Self {
        Self::start_with(file::default_path())
    }

    fn start_with(path: Option<PathBuf>) -> Self {
        let (orders, queue) = mpsc::channel();
        thread::spawn(move || {
            // The number of the session is taken at the first order, so that a kernel without cells
            // takes none.
            let Ok(first) = queue.recv() else { return };
            let mut session = OwnSession::begin(path);
            session.follow(first);
            while let Ok(order) = queue.recv() {
                session.follow(order);
            }
        });
        Self { orders }
    }

    /// Records the input of a cell that begins.
    pub(crate) fn input(&self, line: usize, input: &str) {
        if input.len() <= LONGEST_INPUT {
            let _ = self.orders.send(Order::Input { line, input: input.to_owned() });
        }
    }

    /// Records a cell's result.
    pub(crate) fn output(&self, line: usize, output: &str) {
        if output.len() <= LONGEST_OUTPUT {
            let _ = self.orders.send(Order::Output { line, output: output.to_owned() });
        }
    }

    /// Returns the entries of this session. It blocks, so it must not be called on a thread of the
    /// runtime.
    pub(crate) fn own(&self) -> Vec<Entry> {
        let (answer, entries) = oneshot::channel();
        let _ = self.orders.send(Order::Own(answer));
        entries.blocking_recv().unwrap_or_default()
    }

    /// Returns the entries that a front end asks for.
    pub(crate) async fn ask(&self, query: Query) -> Vec<Entry> {
        let (answer, entries) = oneshot::channel();
        let _ = self.orders.send(Order::Ask { query, answer });
        entries.await.unwrap_or_default()
    }
}

/// The kernel's own session.
struct OwnSession {
    /// The file, unless it cannot be written.
    path: Option<PathBuf>,
    number: usize,
    own: VecDeque<Entry>,
    own_bytes: u64,
}

impl OwnSession {
    fn begin(path: Option<PathBuf>) -> Self {
        let begun = path.as_deref().map(file::begin_session);
        let (number, path) = match begun {
            Some(Ok(number)) => (number, path),
            Some(Err(error)) => {
                let name = path.unwrap_or_default();
                bootcamp_evaluator::log::say(&format!(
                    "the history lasts as long as this kernel: cannot write {}: {error}",
                    name.display()
                ));
                (1, None)
            }
            None => (1, None),
        };
        Self { path, number, own: VecDeque::new(), own_bytes: 0 }
    }

    fn follow(&mut self, order: Order) {
        match order {
            Order::Input { line, input } => {
                self.write(&Record::input(self.number, line, &input));
                self.own_bytes += input.len() as u64;
                self.own.push_back(Entry { session: self.number, line, input, output: None });
                while self.own.len() > file::MOST_ENTRIES || self.own_bytes > file::MOST_BYTES {
                    let Some(oldest) = self.own.pop_front() else { break };
                    self.own_bytes -= oldest.input.len() as u64;
                }
            }
            Order::Output { line, output } => {
                self.write(&Record::output(self.number, line, &output));
                if let Some(entry) = self.own.iter_mut().rfind(|entry| entry.line == line) {
                    entry.output = Some(output);
                }
            }
            Order::Own(answer) => {
                let _ = answer.send(self.own.iter().cloned().collect());
            }
            Order::Ask { query, answer } => {
                let mut entries = self.path.as_deref().map(file::read).unwrap_or_default();
                entries.retain(|entry| entry.session != self.number);
                let later = entries.partition_point(|entry| entry.session < self.number);
                entries.splice(later..later, self.own.iter().cloned());
                // The task that asked may have ended.
                let _ = answer.send(query.select(entries, self.number));
            }
        }
    }

    fn write(&self, record: &Record) {
        if let Some(path) = &self.path {
            // If the disk is full, this session still remembers the input.
            let _ = file::append(path, record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::fs;
    use std::path::Path;

    fn ask(history: &History, content: &Value) -> Vec<(usize, usize, String)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found = runtime.block_on(history.ask(Query::from_request(content)));
        found.into_iter().map(|entry| (entry.session, entry.line, entry.input)).collect()
    }

    fn start(folder: &Path) -> History {
        History::start_with(Some(folder.join("state/history.jsonl")))
    }

    fn entry(session: usize, line: usize, input: &str) -> (usize, usize, String) {
        (session, line, input.to_owned())
    }

    #[test]
    fn sessions_are_kept_and_found() {
        let folder = tempfile::tempdir().unwrap();
        let first = start(folder.path());
        first.input(1, "let x = 1;");
        first.input(2, "x + 1");
        first.output(2, "2");
        let second = start(folder.path());
        // When the answer comes, the first thread has done its earlier orders.
        assert_eq!(ask(&first, &json!({ "n": 1 })), [entry(1, 2, "x + 1")]);
        second.input(1, "x + 1");
        second.input(2, "let y\n= 2;");
        let tail = ask(&second, &json!({ "hist_access_type": "tail", "n": 3 }));
        assert_eq!(tail, [entry(1, 2, "x + 1"), entry(2, 1, "x + 1"), entry(2, 2, "let y\n= 2;")]);

        let range = |session: i64, start: i64, stop: Option<i64>| {
            let request = json!({ "hist_access_type": "range", "session": session, "start": start, "stop": stop });
            ask(&second, &request)
        };
        assert_eq!(range(0, 1, None), [entry(2, 1, "x + 1"), entry(2, 2, "let y\n= 2;")]);
        assert_eq!(range(0, 2, Some(3)), [entry(2, 2, "let y\n= 2;")]);
        assert_eq!(range(0, -1, None), [entry(2, 2, "let y\n= 2;")]);
        assert_eq!(range(-1, 1, Some(2)), [entry(1, 1, "let x = 1;")]);
        assert_eq!(range(1, 2, None), [entry(1, 2, "x + 1")]);
        assert_eq!(range(9, 1, None), []);

        let search = |more: Value| {
            let mut request = json!({ "hist_access_type": "search" });
            request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            ask(&second, &request)
        };
        assert_eq!(search(json!({ "pattern": "let*" })).len(), 2);
        assert_eq!(
            search(json!({ "pattern": "x*" })),
            [entry(1, 2, "x + 1"), entry(2, 1, "x + 1")]
        );
        assert_eq!(search(json!({ "pattern": "x*", "unique": true })), [entry(2, 1, "x + 1")]);
        // The same cell with an empty line below it counts as the same input.
        second.input(3, "x + 1\n\n");
        assert_eq!(search(json!({ "pattern": "x*", "unique": true })), [entry(2, 3, "x + 1\n\n")]);
        assert_eq!(search(json!({ "n": 1 })), [entry(2, 3, "x + 1\n\n")]);
    }

    #[test]
    fn results_are_kept_with_their_cells() {
        let folder = tempfile::tempdir().unwrap();
        let history = start(folder.path());
        history.input(1, "6 * 7");
        history.output(1, "42");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let query = Query::Tail { count: 5 };
        let own = runtime.block_on(history.ask(query.clone()));
        assert_eq!(own[0].output.as_deref(), Some("42"));
        let later = runtime.block_on(start(folder.path()).ask(query));
        assert_eq!(later, own);
    }

    #[test]
    fn broken_lines_are_left_out_and_the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/history.jsonl");
        fs::create_dir(folder.path().join("state")).unwrap();
        let mut text = String::from("{\"session\":7,\"line\":1,\"in\n\u{0}\n{}\n");
        let long = "x".repeat(300);
        let line = |n: usize| format!("{{\"session\":3,\"line\":{n},\"input\":\"{long}\"}}\n");
        text.extend((1..=9_000).map(line));
        // This line was cut off.
        text += "{\"session\":4";
        fs::write(&path, &text).unwrap();
        let history = start(folder.path());
        history.input(1, "new");
        let found = ask(&history, &json!({ "n": 20_000 }));
        assert_eq!(found.last(), Some(&entry(4, 1, "new")));
        assert_eq!(found[found.len() - 2].1, 9_000);
        assert!((4_000..6_000).contains(&found.len()), "{}", found.len());
        assert!(fs::metadata(&path).unwrap().len() < file::MOST_BYTES);
    }

    #[test]
    fn many_kernels_write_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let kernels: Vec<History> = (0..8).map(|_| start(folder.path())).collect();
        for line in 1..=50 {
            for kernel in &kernels {
                kernel.input(line, &format!("cell {line}"));
            }
        }
        for kernel in &kernels {
            assert_eq!(ask(kernel, &json!({ "hist_access_type": "range" })).len(), 50);
        }
        assert_eq!(ask(&kernels[0], &json!({ "n": 1_000 })).len(), 8 * 50);
    }

    #[test]
    fn without_a_file_the_session_is_remembered() {
        for path in [None, Some("/proc/nowhere/history.jsonl".into())] {
            let history = History::start_with(path);
            history.input(1, "let x = 1;");
            assert_eq!(ask(&history, &json!({})), [entry(1, 1, "let x = 1;")]);
        }
    }
}
