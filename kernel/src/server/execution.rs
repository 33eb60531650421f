//! Requests that need evcxr, one after the other.

use bootcamp_cell::Bundle;
use jupyter_protocol::{
    CompleteReply, CompleteRequest, ErrorOutput, ExecuteInput, ExecuteReply, ExecuteRequest,
    ExecutionCount, InspectReply, InspectRequest, JupyterMessage, JupyterMessageContent,
    ReplyError, ReplyStatus, StreamContent, UnknownMessage,
};
use tokio::sync::mpsc;

use super::asker::Asker;
use super::message::{Parent, reply};
use super::publisher::Publisher;
use crate::evaluator::Failure;
use crate::output::CellOutput;
use crate::worker::{Executed, Worker};

struct Executions {
    worker: Worker,
    publisher: Publisher,
    asker: Asker,
    replies: mpsc::Sender<JupyterMessage>,
    queue: mpsc::UnboundedReceiver<Parent>,
    count: usize,
}

/// Starts the task; gives its queue.
pub(super) fn start(
    worker: Worker,
    publisher: Publisher,
    asker: Asker,
    replies: mpsc::Sender<JupyterMessage>,
) -> mpsc::UnboundedSender<Parent> {
    let (sender, queue) = mpsc::unbounded_channel();
    let mut executions = Executions { worker, publisher, asker, replies, queue, count: 0 };
    tokio::spawn(async move {
        while let Some(parent) = executions.queue.recv().await {
            let waiting = executions.answer(&parent).await;
            executions.abort(waiting).await;
        }
    });
    sender
}

impl Executions {
    /// Answers a request. After an execution that failed, gives the requests that were
    /// waiting behind it: a front end that has seen the error may send others.
    async fn answer(&mut self, parent: &Parent) -> Vec<Parent> {
        self.publisher.busy(parent).await;
        let mut waiting = Vec::new();
        match &parent.0.content {
            JupyterMessageContent::ExecuteRequest(request) => {
                waiting = self.execute(request, parent).await;
            }
            JupyterMessageContent::CompleteRequest(request) => self.complete(request, parent).await,
            JupyterMessageContent::InspectRequest(request) => self.inspect(request, parent).await,
            _ => {}
        }
        self.publisher.idle(parent).await;
        waiting
    }

    async fn execute(&mut self, request: &ExecuteRequest, parent: &Parent) -> Vec<Parent> {
        if !request.silent && request.store_history {
            self.count += 1;
        }
        let execution_count = ExecutionCount::new(self.count);
        if !request.silent {
            let input = ExecuteInput { code: request.code.clone(), execution_count };
            self.publisher.publish(input.into(), parent).await;
            if self.worker.is_building_house() {
                let text = "Building the bootcamp crate for this computer, once: \
                    about a minute ...\n";
                self.publisher.publish(StreamContent::stdout(text).into(), parent).await;
            }
        }
        let output = CellOutput {
            parent: parent.clone(),
            execution_count: self.count,
            ends_in_expression: ends_in_expression(&request.code),
            silent: request.silent,
        };
        let Executed { result, phases } = self.worker.execute(request.code.clone(), output).await;
        self.asker.give_up();
        let mut content = ExecuteReply { execution_count, ..ExecuteReply::default() };
        let metadata = serde_json::json!({ "phases": phases });
        if let Err(failure) = result {
            let mut waiting = Vec::new();
            while request.stop_on_error
                && let Ok(parent) = self.queue.try_recv()
            {
                waiting.push(parent);
            }
            content.status = ReplyStatus::Error;
            content.error = Some(Box::new(reply_error(&failure)));
            let Failure { ename, evalue, traceback } = failure;
            if !request.silent {
                let error = ErrorOutput { ename, evalue, traceback };
                self.publisher.publish(error.into(), parent).await;
            }
            self.reply_with(content, metadata, parent).await;
            return waiting;
        }
        content.user_expressions = Some(std::collections::HashMap::new());
        self.reply_with(content, metadata, parent).await;
        Vec::new()
    }

    /// Answers executions without running them; other requests as ever.
    async fn abort(&mut self, waiting: Vec<Parent>) {
        for parent in waiting {
            if !matches!(parent.0.content, JupyterMessageContent::ExecuteRequest(_)) {
                self.answer(&parent).await;
                continue;
            }
            self.publisher.busy(&parent).await;
            // No count: a front end would show it beside the cell as if it had run.
            let content = UnknownMessage {
                msg_type: "execute_reply".to_owned(),
                content: serde_json::json!({ "status": "aborted" }),
            };
            self.reply(content, &parent).await;
            self.publisher.idle(&parent).await;
        }
    }

    async fn complete(&mut self, request: &CompleteRequest, parent: &Parent) {
        let code = request.code.clone();
        let offset = byte_offset(&code, request.cursor_pos);
        let found = self.worker.completions(code.clone(), offset).await;
        let (matches, start, end) = found.unwrap_or((Vec::new(), offset, offset));
        let content = CompleteReply {
            matches,
            cursor_start: character_offset(&code, start),
            cursor_end: character_offset(&code, end),
            ..CompleteReply::default()
        };
        self.reply(content, parent).await;
    }

    async fn inspect(&mut self, request: &InspectRequest, parent: &Parent) {
        let offset = byte_offset(&request.code, request.cursor_pos);
        let found = self.worker.documentation(request.code.clone(), offset).await;
        let mut content = InspectReply::default();
        if let Some((text, html)) = found {
            let bundle = Bundle::new().text("text/plain", text).text("text/html", html);
            content.found = true;
            content.data = serde_json::from_value(bundle.data().clone().into()).unwrap_or_default();
        }
        self.reply(content, parent).await;
    }

    async fn reply(&self, content: impl Into<JupyterMessageContent>, parent: &Parent) {
        self.reply_with(content, serde_json::json!({}), parent).await;
    }

    async fn reply_with(
        &self,
        content: impl Into<JupyterMessageContent>,
        metadata: serde_json::Value,
        parent: &Parent,
    ) {
        let message = reply(content, parent).with_metadata(metadata);
        let _ = self.replies.send(message).await;
    }
}

fn reply_error(failure: &Failure) -> ReplyError {
    let Failure { ename, evalue, traceback } = failure.clone();
    ReplyError { ename, evalue, traceback }
}

/// Whether the cell ends in an expression whose value is shown. A trailing comment is
/// looked through; a `;` or the `}` of an item ends in nothing.
fn ends_in_expression(code: &str) -> bool {
    let last = code
        .lines()
        .rev()
        .map(|line| line.split("//").next().unwrap_or("").trim())
        .find(|line| !line.is_empty());
    last.is_some_and(|line| !line.ends_with(';'))
}

/// Jupyter counts Unicode code points, evcxr bytes.
fn byte_offset(code: &str, characters: usize) -> usize {
    code.char_indices().nth(characters).map_or(code.len(), |(offset, _)| offset)
}

fn character_offset(code: &str, bytes: usize) -> usize {
    code.get(..bytes).map_or_else(|| code.chars().count(), |before| before.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_ends_in_an_expression_or_not() {
        for code in
            ["1 + 1", "let x = 1;\nx // the value\n\n", "plot.show()", "if a { 1 } else { 2 }"]
        {
            assert!(ends_in_expression(code), "{code}");
        }
        for code in ["let x = 1;", "x; // nothing", "", "// only a comment"] {
            assert!(!ends_in_expression(code), "{code}");
        }
    }

    proptest! {
        #[test]
        fn offsets_go_there_and_back(code in "[aé日😀\n]{0,20}", position in 0usize..25) {
            let offset = byte_offset(&code, position);
            prop_assert!(code.is_char_boundary(offset));
            prop_assert_eq!(character_offset(&code, offset), position.min(code.chars().count()));
        }
    }
}
