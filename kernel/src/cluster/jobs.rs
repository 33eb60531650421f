//! Jobs: maps for which nobody waits. The controller keeps their results, under names that tell
//! how many lists there are, so any kernel can ask for them.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

use bootcamp_cluster::client::Client;
use bootcamp_evaluator::Failure;
use bootcamp_protocol::EngineReply;
use bytes::Bytes;
use serde_json::{Value, json};

use super::maps::Tasks;
use super::{Cluster, client, failure};
use crate::engine_protocol::Listed;

/// How often the hub is asked whether a job is done.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// How long the hub may take to hear of a job: it is told of all arguments.
const PATIENCE: Duration = Duration::from_secs(20);

impl Cluster {
    /// Starts a job.
    pub(super) fn job(&self, tasks: &Tasks) -> Result<EngineReply, Failure> {
        let client = client(&self.state())?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // Unlike any other of this user's: two kernels do not start one in the same microsecond.
        let mixed = (now.as_micros() as u64 ^ u64::from(std::process::id()) << 40)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let job = format!("job-{:08x}-{}", mixed >> 32, tasks.lists.len());
        let (queue, requests) = self.prepare(&client, tasks)?;
        for (list, request) in requests.into_iter().enumerate() {
            let submitted = queue.submit(&request.named(&name(&job, list)));
            submitted.map_err(|error| failure(&error.to_string()))?;
        }
        // The name is good once the hub has heard of all, which the queue tells it.
        let started = Instant::now();
        while let Err(failure) = self.progress(&client, &job) {
            if started.elapsed() > PATIENCE {
                return Err(failure);
            }
            thread::sleep(POLL_INTERVAL / 10);
        }
        Ok(EngineReply::Job(job))
    }

    pub(super) fn job_status(&self, job: &str) -> Result<EngineReply, Failure> {
        let client = client(&self.state())?;
        let (done, lists) = self.progress(&client, job)?;
        Ok(EngineReply::JobStatus(done, lists))
    }

    /// Waits for a job, and gives its results.
    pub(super) fn job_results(&self, job: &str) -> Result<EngineReply, Failure> {
        let client = client(&self.state())?;
        loop {
            let (done, lists) = self.progress(&client, job)?;
            if done == lists {
                break;
            }
            if self.0.signals.is_asked() {
                let why =
                    format!("interrupted: {done} of {lists} lists of {job} are done; it goes on");
                return Err(failure(&why));
            }
            thread::sleep(POLL_INTERVAL);
        }
        let mut results = Vec::new();
        for name in names(job)? {
            // One by one: together they may be more than a message holds.
            let kept = self.0.handle.block_on(client.hub().results(&[&name]));
            let (content, buffers) = kept.map_err(|error| failure(&error.to_string()))?;
            results.push(match outcomes(&content[&name]["result_content"], buffers) {
                Ok(outcomes) => Ok(self.file(&outcomes)?),
                Err(why) => Err(why),
            });
        }
        Ok(EngineReply::JobResults(results))
    }

    /// How many lists of a job are done, and how many there are.
    fn progress(&self, client: &Client, job: &str) -> Result<(usize, usize), Failure> {
        let names = names(job)?;
        if names.is_empty() {
            // The hub takes no list for all that it knows.
            return Ok((0, 0));
        }
        let question = json!({ "msg_ids": names, "status_only": true });
        let reply = self.0.handle.block_on(client.hub().ask("result_request", question));
        let reply = reply.map_err(|error| {
            failure(&format!(
                "this cluster's controller knows no {job}, or knows it no more: {error}"
            ))
        })?;
        let done = reply.content["completed"].as_array().map_or(0, Vec::len);
        Ok((done, names.len()))
    }
}

fn name(job: &str, list: usize) -> String {
    format!("{job}_{list}")
}

/// The requests of a job.
fn names(job: &str) -> Result<Vec<String>, Failure> {
    let lists = job.strip_prefix("job-").and_then(|rest| rest.split_once('-'));
    let count = lists.and_then(|(_, count)| count.parse::<usize>().ok());
    match count.filter(|count| *count <= 1 << 20) {
        Some(count) => Ok((0..count).map(|list| name(job, list)).collect()),
        None => Err(failure(&format!("`{job}` is no name of a job, such as job-1f6c09a2-16"))),
    }
}

/// What the hub has kept of a list.
fn outcomes(content: &Value, buffers: Vec<Bytes>) -> Result<Bytes, String> {
    if content["status"] == "error" {
        let why = content["evalue"].as_str().unwrap_or("an engine failed");
        return Err(why.to_owned());
    }
    let listed: Listed = serde_json::from_value(content.clone())
        .map_err(|error| format!("what the controller has kept is no list of tasks: {error}"))?;
    match listed.failed {
        Some(why) => Err(why),
        None => buffers.into_iter().next().ok_or_else(|| "no results were kept".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_found_by_its_name_alone() {
        assert_eq!(names("job-1f6c09a2-2").unwrap(), ["job-1f6c09a2-2_0", "job-1f6c09a2-2_1"]);
        for wrong in ["", "1f6c09a2-2", "job-2", "job-a-x", "job-a-99999999"] {
            assert!(names(wrong).is_err(), "{wrong}");
        }
    }
}
