//! What cells need of the kernel's prebuilt image, sent to engines that lack it.
//!
//! Engines are asked first. Those of one computer share what one of them is sent.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::sync::mpsc::channel;

use bootcamp_cluster::client::{Client, Pending, Reply, Request, RequestError, Targets};
use bootcamp_evaluator::Failure;
use serde_json::json;

use super::outcome::EngineAudience;
use super::{Cluster, failure, names, receive};
use crate::engine_protocol::{
    PART, PREBUILT, PartRequest, PrebuiltAnswer, PrebuiltRequest, build, target,
};
use crate::parts::{self, Part};

type Replies = BTreeMap<u32, Result<Reply, RequestError>>;

impl Cluster {
    /// The name by which engines know this kernel's prebuilt image, once they were asked.
    pub(super) fn prebuilt_key(&self) -> Result<String, Failure> {
        Ok(parts::key(self.parts()?))
    }

    /// Sees to it that these engines have what cells need. What fails on an engine is left for
    /// its cell to tell.
    pub(super) fn equip(
        &self,
        client: &Client,
        engines: &[u32],
        equipped: &mut HashSet<u32>,
        audience: &mut dyn EngineAudience,
    ) -> Result<(), Failure> {
        let mut open: Vec<u32> =
            engines.iter().filter(|engine| !equipped.contains(engine)).copied().collect();
        if open.is_empty() {
            return Ok(());
        }
        let parts = self.parts()?;
        let question = Request::new(
            PREBUILT,
            json!(PrebuiltRequest {
                build: build().to_owned(),
                target: target(),
                prebuilt: self.0.prebuilt.path().to_owned(),
                parts: parts.clone(),
            }),
        );
        let (mut lacking, mut bytes) = (Vec::new(), 0);
        let mut tried: HashSet<u32> = HashSet::new();
        while !open.is_empty() {
            let asked = client.broadcast(Targets::from(&open[..])).submit(&question);
            let Ok(asked) = asked else { break };
            let mut missing: BTreeMap<u32, PrebuiltAnswer> = BTreeMap::new();
            for (engine, reply) in self.replies(asked, audience)? {
                let answer = reply.ok().map(|reply| serde_json::from_value(reply.content));
                match answer {
                    Some(Ok(PrebuiltAnswer { missing, .. })) if missing.is_empty() => {
                        equipped.insert(engine);
                    }
                    // Who still lacks what it was sent says why when it is to run the cell.
                    Some(Ok(answer)) if !tried.contains(&engine) => {
                        missing.insert(engine, answer);
                    }
                    _ => {}
                }
            }
            if lacking.is_empty() {
                lacking = missing.keys().copied().collect();
            }
            let mut places = HashSet::new();
            let first: Vec<u32> = missing
                .iter()
                .filter(|(_, answer)| places.insert((&answer.host, &answer.store)))
                .map(|(engine, _)| *engine)
                .collect();
            tried.extend(&first);
            for part in parts {
                let lacks = |engine: &&u32| missing[engine].missing.contains(&part.sha256);
                let to: Vec<u32> = first.iter().filter(lacks).copied().collect();
                if !to.is_empty() {
                    bytes += self.send_part(client, part, &to, audience)?;
                }
            }
            open = missing.into_keys().collect();
        }
        if bytes > 0 {
            let they = if lacking.len() == 1 { "it" } else { "they" };
            let size = bytes.div_ceil(1_000_000);
            audience.note(&format!("{}: sent {size} MB that {they} lacked\n", names(&lacking)));
        }
        Ok(())
    }

    /// Gives how many bytes went out.
    fn send_part(
        &self,
        client: &Client,
        part: &Part,
        engines: &[u32],
        audience: &mut dyn EngineAudience,
    ) -> Result<u64, Failure> {
        let bytes = fs::read(&part.path).map_err(|error| {
            failure(&format!("cannot read {} for the engines: {error}", part.path.display()))
        })?;
        let size = bytes.len() as u64 * engines.len() as u64;
        let about = PartRequest { prebuilt: self.prebuilt_key()?, sha256: part.sha256.clone() };
        let request = Request::new(PART, json!(about)).buffer(bytes);
        if let Ok(sent) = client.broadcast(Targets::from(engines)).submit(&request) {
            self.replies(sent, audience)?;
        }
        Ok(size)
    }

    /// Waits for all replies.
    fn replies(
        &self,
        pending: Vec<Pending>,
        audience: &mut dyn EngineAudience,
    ) -> Result<Replies, Failure> {
        let (sender, receiver) = channel();
        for pending in pending {
            let Some(engine) = pending.engine() else { continue };
            let sender = sender.clone();
            self.0.handle.spawn(async move {
                let _ = sender.send((engine, pending.reply().await));
            });
        }
        drop(sender);
        let mut replies = Replies::new();
        while let Some((engine, reply)) = receive(&receiver, || audience.check_interrupt())? {
            replies.insert(engine, reply);
        }
        Ok(replies)
    }

    /// Looked at once: it takes some milliseconds.
    fn parts(&self) -> Result<&Vec<Part>, Failure> {
        if let Some(parts) = self.0.parts.get() {
            return Ok(parts);
        }
        let parts = parts::parts(&self.0.prebuilt).map_err(|error| {
            failure(&format!("cannot read what engines need: {error}; run `bootcamp-kernel warm`"))
        })?;
        Ok(self.0.parts.get_or_init(|| parts))
    }
}
