//! Requests that are served while user code runs.

use serde_json::{Value, json};

use super::core::Core;
use super::error::Departure;
use super::outputs::Outputs;
use super::queue::Request;
use super::replies::Status;
use crate::Failure;
use crate::wire::now;

/// Answers a request on the control socket, or hands it to the thread of the user code.
pub(super) fn answer(core: &Core, request: Request) {
    let content = &request.message.content;
    let outcome = match request.message.kind() {
        "abort_request" => {
            core.aborted(core.queue.abort(&msg_ids(&content["msg_ids"])));
            Ok(())
        }
        "signal_request" => send_signal(core, &content["sig"]),
        "shutdown_request" => {
            let restart = content["restart"].as_bool().unwrap_or(false);
            let outputs = Outputs::new(core.publisher.clone(), request.message.header.clone());
            let content = json!({ "status": "ok", "restart": restart });
            outputs.other("shutdown_reply", content, Vec::new());
            core.leave(Departure::Shutdown { restart });
            Ok(())
        }
        // The rest needs the runner, and goes before what waits for it.
        _ => return core.queue.push_front(request),
    };
    let reply = match outcome {
        Ok(()) => core.replier.plain(&request, Status::Ok),
        Err(failure) => core.replier.failed(&request, &now(), &failure),
    };
    core.reply_at_once(request.channel, reply);
}

fn msg_ids(listed: &Value) -> Vec<String> {
    match listed {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn send_signal(core: &Core, signal: &Value) -> Result<(), Failure> {
    let is = |number: i64, name: &str| signal == number || signal == name;
    if is(15, "SIGTERM") {
        core.leave(Departure::Terminated);
        return Ok(());
    }
    if !is(2, "SIGINT") {
        let message = format!("an engine is sent SIGINT or SIGTERM, not {signal}");
        return Err(Failure::new("ValueError", message));
    }
    match core.interrupter.get() {
        Some(Some(interrupter)) => interrupter.interrupt(),
        Some(None) => {
            return Err(Failure::new("NotInterruptible", "this engine cannot stop its code"));
        }
        // Nothing runs before the runner is there.
        None => {}
    }
    Ok(())
}
