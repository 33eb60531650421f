//! What a cell and its kernel say to each other: the messages of the channel, a Unix socket.
//!
//! A cell sends a [`Request`], the kernel answers with a [`Reply`]; both are one line of JSON.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Bundle;

/// The environment variable that holds the path of the kernel's socket.
pub const PATH_VARIABLE: &str = "BOOTCAMP_CHANNEL";

/// What a cell asks of its kernel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Show this under the cell.
    Display {
        /// What to show.
        bundle: Bundle,
        /// By what name it can be replaced later.
        id: Option<String>,
    },
    /// Show this in the place of what was displayed by this name.
    Update {
        /// What to show.
        bundle: Bundle,
        /// The name of the display.
        id: String,
    },
    /// Take away what the cell has shown so far.
    ClearOutput {
        /// Whether to wait until there is something new to show.
        wait: bool,
    },
    /// Ask the person at the notebook for a line of text.
    Input {
        /// What to show beside the input field.
        prompt: String,
        /// Whether the typed text is hidden.
        password: bool,
    },
    /// A test of the cell has ended so.
    Tested(Tested),
    /// Something for the engines of the kernel's cluster.
    Engines(EngineRequest),
}

impl Request {
    /// Sends the request and waits for its reply.
    ///
    /// ```
    /// use std::io::{BufRead as _, BufReader, Write as _};
    /// use std::os::unix::net::UnixStream;
    ///
    /// use bootcamp_protocol::{Reply, Request};
    ///
    /// let (cell, mut kernel) = UnixStream::pair()?;
    /// let cell = std::thread::spawn(|| Request::ClearOutput { wait: false }.ask(cell));
    /// let mut line = String::new();
    /// BufReader::new(&kernel).read_line(&mut line)?;
    /// assert_eq!(line, "{\"clear_output\":{\"wait\":false}}\n");
    /// kernel.write_all(b"\"published\"\n")?;
    /// assert_eq!(cell.join().unwrap()?, Reply::Published);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// The error of the connection, or of a reply that is none.
    pub fn ask(&self, connection: impl Read + Write) -> io::Result<Reply> {
        let mut connection = BufReader::new(connection);
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        connection.get_mut().write_all(&line)?;
        line.clear();
        if connection.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_slice(&line)?)
    }
}

/// The kernel's answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What was to be shown (or cleared) is on its way to the front end; a test is noted.
    Published,
    /// The line that was typed, without its line end.
    Input(String),
    /// What came of a request to engines.
    Engines(EngineReply),
    /// The request was refused; the text says why.
    Refused(String),
}

/// What a cell asks of the kernel's cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineRequest {
    /// Which engines there are.
    Ids,
    /// The values of a variable, each in a file of its own.
    Pull {
        /// The variable.
        name: String,
        /// Whose; everybody's if none are named.
        engines: Option<Vec<u32>>,
    },
    /// A new variable.
    Push {
        /// The variable.
        name: String,
        /// Its type, as the compiler calls it.
        kind: String,
        /// For whom, and the file with the value of each.
        files: Vec<(u32, PathBuf)>,
    },
    /// Tasks for whichever engine is free.
    Map {
        /// What runs them.
        function: Function,
        /// The file of their arguments.
        arguments: PathBuf,
        /// The lists that it holds, one behind the other.
        lists: Vec<List>,
        /// Who may run them.
        engines: Vec<u32>,
        /// How often a list is given to another engine when its own dies.
        retries: u32,
        /// Whether the results stay with the controller, for whoever asks for them.
        keep: bool,
    },
    /// The next list of a map that is done.
    NextOf {
        /// The map.
        map: u64,
    },
    /// Nobody waits for a map any more.
    EndOf {
        /// The map.
        map: u64,
    },
    /// How far a job is whose results the controller keeps.
    JobStatus {
        /// Its name.
        job: String,
    },
    /// Those results, once all are there.
    JobResults {
        /// Its name.
        job: String,
    },
}

/// What the kernel answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineReply {
    /// The engines.
    Ids(Vec<u32>),
    /// The engines and their files, which are the caller's to remove.
    Pulled(Vec<(u32, PathBuf)>),
    /// The variable is there.
    Pushed,
    /// The tasks are on their way.
    Mapping(u64),
    /// A list is done.
    Mapped {
        /// Its number.
        list: usize,
        /// The file of its outcomes, which is the caller's to remove; or why there are none.
        results: Result<PathBuf, String>,
        /// What its tasks printed.
        printed: String,
        /// Engines that died since the last list.
        lost: Vec<u32>,
    },
    /// A map was ended.
    Ended,
    /// The name of a job.
    Job(String),
    /// How many of a job's lists are done, and how many there are.
    JobStatus(usize, usize),
    /// The files of a job's results in order, which are the caller's to remove.
    JobResults(Vec<Result<PathBuf, String>>),
}

/// A list of tasks in a file of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// How many tasks there are.
    pub tasks: usize,
    /// How many bytes they take.
    pub bytes: usize,
}

/// A function of a cell, as another process finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// The shared object that holds it.
    pub library: PathBuf,
    /// How far it is from the beginning of the library.
    pub offset: usize,
    /// What it has captured, if it is a closure.
    pub captured: Vec<u8>,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// The name of the test.
    pub name: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What came out.
    pub verdict: Verdict,
}

/// What came out of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It did what it has to do.
    Passed,
    /// It did not run; the text says why.
    Ignored(String),
    /// It did not do what it has to do.
    Failed {
        /// Why.
        message: String,
        /// The panic that ended it, if one did.
        panic: Option<Panic>,
    },
}

/// A panic of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panic {
    /// `panic`, or the kind of error.
    pub kind: String,
    /// What it says.
    pub message: String,
    /// The file as the compiler names it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}
