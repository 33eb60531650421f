//! Lists of tasks under way. Nothing here depends on the types of a map, so that a cell need not
//! compile it.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bootcamp_protocol::{EngineReply, EngineRequest, Function, List};

use super::function::Arguments;
use super::results::Came;
use super::value::{self, Bytes};
use super::{Balanced, ClusterError, ask};
use crate::Progress;

/// So many lists of tasks an engine is given, if nobody says otherwise: one that is quicker
/// than the others gets more of them.
const LISTS: usize = 8;

/// A map that takes longer shows how far it is.
const SHORT: Duration = Duration::from_millis(500);

/// The lists of a map.
#[derive(Debug)]
pub(super) struct Lists {
    map: u64,
    /// The number of the first task of each list, and at the end the number of all.
    starts: Vec<usize>,
    /// Lists that have not come.
    missing: usize,
}

/// Starts a map.
pub(super) fn start(
    engines: &Balanced,
    function: Function,
    arguments: &Arguments,
) -> Result<Lists, ClusterError> {
    let (request, lists) = request(engines, function, arguments, false)?;
    let EngineReply::Mapping(map) = send(request)? else {
        return Err(ClusterError::no_answer());
    };
    let missing = lists.len();
    let mut starts = vec![0];
    let mut end = 0;
    for list in lists {
        end += list.tasks;
        starts.push(end);
    }
    Ok(Lists { map, starts, missing })
}

/// Starts a job, and gives its name.
pub(super) fn start_job(
    engines: &Balanced,
    function: Function,
    arguments: &Arguments,
) -> Result<String, ClusterError> {
    let (request, _) = request(engines, function, arguments, true)?;
    match send(request)? {
        EngineReply::Job(name) => Ok(name),
        _ => Err(ClusterError::no_answer()),
    }
}

/// Writes the lists of tasks to a file, each with the number of its arguments in front.
fn request(
    engines: &Balanced,
    function: Function,
    arguments: &Arguments,
    keep: bool,
) -> Result<(EngineRequest, Vec<List>), ClusterError> {
    let Arguments { bytes, ends } = arguments;
    let several = ends.len().div_ceil(engines.engines.len().max(1) * LISTS);
    let chunk_size = engines.chunk_size.unwrap_or(several).max(1);
    let mut written = Bytes(Vec::with_capacity(bytes.len() + bytes.len() / 8));
    let mut lists = Vec::new();
    let mut start = 0;
    for ends in ends.chunks(chunk_size) {
        let before = written.0.len();
        let end = ends.last().copied().unwrap_or(start);
        written = postcard::to_extend(&(ends.len() as u64), written)
            .map_err(|why| ClusterError::Value { name: "argument".to_owned(), why })?;
        written.0.extend_from_slice(&bytes[start..end]);
        lists.push(List { tasks: ends.len(), bytes: written.0.len() - before });
        start = end;
    }
    let request = EngineRequest::Map {
        function,
        arguments: value::write_bytes(&written.0)?,
        lists: lists.clone(),
        engines: engines.engines.clone(),
        retries: engines.retries,
        keep,
    };
    Ok((request, lists))
}

/// Sends the request for a map. The kernel has read the arguments when it answers.
fn send(request: EngineRequest) -> Result<EngineReply, ClusterError> {
    let file = match &request {
        EngineRequest::Map { arguments, .. } => Some(arguments.clone()),
        _ => None,
    };
    let reply = ask(request);
    if let Some(file) = file {
        let _ = fs::remove_file(file);
    }
    reply
}

/// What is in a file that the kernel has left, which goes.
pub(super) fn take(file: Result<PathBuf, String>) -> Result<Result<Vec<u8>, String>, ClusterError> {
    Ok(match file {
        Ok(file) => {
            let bytes = fs::read(&file)?;
            let _ = fs::remove_file(&file);
            Ok(bytes)
        }
        Err(why) => Err(why),
    })
}

impl Lists {
    /// The next list that is done; none after the last one, or after an error.
    pub(super) fn next(&mut self) -> Option<Result<Came, ClusterError>> {
        if self.missing == 0 {
            return None;
        }
        self.missing -= 1;
        let came = self.wait();
        if came.is_err() {
            // There is nothing to wait for any more.
            self.missing = 0;
        }
        Some(came)
    }

    /// All lists in the order of their tasks. If it takes long, a bar shows how far it is.
    pub(super) fn all(mut self) -> Result<Vec<Came>, ClusterError> {
        let started = Instant::now();
        let (mut all, mut done) = (Vec::new(), 0);
        let mut bar = None;
        while let Some(came) = self.next() {
            let came = came?;
            let tasks = came.tasks.unwrap_or(0) as u64;
            done += tasks;
            match &bar {
                None if self.missing > 0 && started.elapsed() > SHORT => {
                    let total = self.starts.last().copied().unwrap_or(0) as u64;
                    bar.insert(Progress::new(total).label("tasks")).add(done);
                }
                None => {}
                Some(bar) => bar.add(tasks),
            }
            all.push(came);
        }
        all.sort_by_key(|came| came.start);
        Ok(all)
    }

    fn wait(&self) -> Result<Came, ClusterError> {
        let EngineReply::Mapped { list, results, printed, lost } =
            ask(EngineRequest::NextOf { map: self.map })?
        else {
            return Err(ClusterError::no_answer());
        };
        let Some([start, end, ..]) = self.starts.get(list..) else {
            return Err(ClusterError::no_answer());
        };
        io::stdout().write_all(printed.as_bytes())?;
        for engine in lost {
            writeln!(io::stderr(), "engine {engine} is gone: the others do what it had not done")?;
        }
        Ok(Came { start: *start, tasks: Some(end - start), outcomes: take(results)? })
    }
}

impl Drop for Lists {
    fn drop(&mut self) {
        if self.missing > 0 {
            let _ = ask(EngineRequest::EndOf { map: self.map });
        }
    }
}
