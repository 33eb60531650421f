//! The log of a kernel, as whoever started it reads it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use bootcamp_testkit::FrontEnd;

/// What a kernel has said to whoever started it.
pub(crate) struct Log {
    text: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Log {
    /// What it has said until now.
    pub(crate) fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// All that it has said, when it has ended.
    pub(crate) fn end(self) -> String {
        self.reader.join().unwrap();
        std::mem::take(&mut self.text.lock().unwrap())
    }
}

/// A kernel whose log is read.
pub(crate) fn start_with_log() -> (FrontEnd, Log) {
    let mut front_end = FrontEnd::start_with(|command| {
        command.stderr(Stdio::piped());
    });
    let log = BufReader::new(front_end.kernel.stderr.take().unwrap());
    let text = Arc::<Mutex<String>>::default();
    let reader = thread::spawn({
        let text = Arc::clone(&text);
        move || {
            for line in log.lines() {
                *text.lock().unwrap() += &(line.unwrap() + "\n");
            }
        }
    });
    (front_end, Log { text, reader })
}
