//! Running requests, one after the other.

use serde_json::{Value, json};

use super::core::Core;
use super::outputs::Outputs;
use super::queue::{Channel, Request};
use super::replies::Status;
use super::runner::{Answer, Call, Execute, Runner};
use crate::Failure;
use crate::wire::now;

/// The state that lives from one request to the next.
#[derive(Debug)]
pub(super) struct Run<'a, R> {
    pub core: &'a Core,
    pub runner: R,
    pub execution_count: u32,
}

impl<R: Runner> Run<'_, R> {
    /// Runs a request from `busy` to `idle`. Clients wait for `idle`, so it comes whatever
    /// happens.
    pub(super) async fn answer(&mut self, mut request: Request) {
        let core = self.core;
        let kind = request.message.kind().to_owned();
        if !kind.ends_with("_request") {
            return; // As comm_msg: nobody waits for an answer.
        }
        let outputs = Outputs::new(core.publisher.clone(), request.message.header.clone());
        let outputs = if kind == "execute_request" {
            self.numbered(&request, outputs)
        } else {
            outputs.of_run(self.execution_count, false)
        };
        let started = now();
        outputs.status("busy");
        let outcome = match request.message.refusal.take() {
            // Whatever an apply_request holds, nobody looks at it.
            Some(refusal) if kind != "apply_request" => {
                Err(Failure::new("RefusedBuffers", refusal.to_string()))
            }
            _ => self.run(&kind, &mut request, &outputs).await,
        };
        let reply = match outcome {
            Ok(answer) => {
                let content = if answer.content.is_object() { answer.content } else { json!({}) };
                core.replier.reply(&request, &started, Status::Ok, content, answer.buffers)
            }
            Err(failure) => {
                if kind == "execute_request" {
                    outputs.error(&failure);
                }
                let mut reply = core.replier.failed(&request, &started, &failure);
                reply.content["execution_count"] = self.execution_count.into();
                reply
            }
        };
        core.reply(request.channel, reply);
        outputs.status("idle");
    }

    async fn run(
        &mut self,
        kind: &str,
        request: &mut Request,
        outputs: &Outputs,
    ) -> Result<Answer, Failure> {
        let message = &mut request.message;
        let metadata = message.metadata.clone();
        match kind {
            "execute_request" => {
                let code = message.content["code"].as_str();
                let code =
                    code.ok_or_else(|| Failure::new("ValueError", "there is no code"))?.to_owned();
                outputs.input(&code);
                let (execution_count, silent) = (self.execution_count, silent(&message.content));
                let execute = Execute { code, silent, execution_count, metadata };
                self.runner.execute(execute, outputs).await?;
                Ok(Answer::new(json!({
                    "execution_count": execution_count,
                    "user_expressions": {},
                    "payload": [],
                })))
            }
            "kernel_info_request" => Ok(Answer::new(json!({
                "protocol_version": crate::wire::PROTOCOL_VERSION,
                "implementation": "bootcamp-cluster",
                "implementation_version": env!("CARGO_PKG_VERSION"),
                "language_info": self.runner.language_info(),
                "banner": "",
                "help_links": [],
            }))),
            "comm_info_request" => Ok(Answer::new(json!({ "comms": {} }))),
            "clear_request" if request.channel == Channel::Control => {
                self.runner.clear().await;
                Ok(Answer::new(json!({})))
            }
            "apply_request" => Err(Failure::new(
                "NotPython",
                "this engine runs Rust: it cannot unpickle a Python function; use execute",
            )),
            _ => {
                let content = std::mem::take(&mut message.content);
                let buffers = std::mem::take(&mut message.buffers);
                let call = Call { kind: kind.to_owned(), content, buffers, metadata };
                self.runner.call(call, outputs).await
            }
        }
    }

    fn numbered(&mut self, request: &Request, outputs: Outputs) -> Outputs {
        let silent = silent(&request.message.content);
        if !silent {
            self.execution_count += 1;
        }
        outputs.of_run(self.execution_count, silent)
    }
}

fn silent(content: &Value) -> bool {
    content["silent"].as_bool().unwrap_or(false)
}
