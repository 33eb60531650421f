//! The other end of the cells' process: takes what cells print, and lets the process go on.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bootcamp_evaluator::Work;
use bootcamp_evaluator::child::{FromChild, Release};

/// What cells have printed. Nothing is typed in here.
#[derive(Debug)]
pub(crate) struct Console {
    printed: Arc<Mutex<Vec<u8>>>,
    _stdin: File,
}

impl Console {
    /// Opens both ends of each pipe, so that the process finds somebody there, and listens.
    pub(crate) fn start(work: &Work) -> io::Result<Self> {
        let open = |name| File::options().read(true).write(true).open(work.path(name));
        let printed = Arc::<Mutex<Vec<u8>>>::default();
        for name in ["stdout", "stderr"] {
            let (pipe, printed) = (open(name)?, Arc::clone(&printed));
            thread::spawn(move || copy(pipe, &printed));
        }
        let listener = UnixListener::bind(work.path("runtime"))?;
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || answer(stream));
            }
        });
        Ok(Self { printed, _stdin: open("stdin")? })
    }

    /// All that was printed, as soon as it ends in `text`, or a second later.
    pub(crate) fn printed_until(&self, text: &str) -> String {
        let printed = || {
            let bytes = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        for _ in 0..100 {
            if !printed().ends_with(text) {
                thread::sleep(Duration::from_millis(10));
            }
        }
        printed()
    }
}

fn copy(mut pipe: File, printed: &Mutex<Vec<u8>>) {
    let mut bytes = [0; 4096];
    while let Ok(length) = pipe.read(&mut bytes) {
        let mut all = printed.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(&bytes[..length]);
        let _ = io::stdout().write_all(&bytes[..length]);
    }
}

/// Answers each message of the process: a panic, or the end of a cell.
fn answer(stream: UnixStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line)? > 0 {
        if let Ok(FromChild::Panicked(report)) = serde_json::from_str(&line) {
            writeln!(io::stdout(), "panic: {}", report.message)?;
        }
        let mut answer = serde_json::to_vec(&Release::default())?;
        answer.push(b'\n');
        stream.get_mut().write_all(&answer)?;
        line.clear();
    }
    Ok(())
}
