//! Runs cells one after the other, and passes requests to evcxr between them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bootcamp_evaluator::Failure;
use bootcamp_evaluator::phases::Phases;
use bootcamp_syntax::cell::ends_in_expression;
use jupyter_protocol::{
    ErrorOutput, ExecuteInput, ExecuteReply, ExecuteRequest, ExecutionCount, ExpressionResult,
    JupyterMessage, JupyterMessageContent, Payload, ReplyError, ReplyStatus, StreamContent,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::building;
use super::comms::{self, Comms};
use crate::code::{question, too_long};
use crate::completion::Assistant;
use crate::frontend::{Asker, Parent, Publisher, content, media, reply};
use crate::history::History;
use crate::magics::{self, without_magics};
use crate::output::CellOutput;
use crate::worker::{Executed, Worker};

/// A handle to the task that runs cells.
#[derive(Clone, Debug)]
pub(super) struct Executions {
    queue: mpsc::UnboundedSender<Parent>,
    /// The number of cells that run or wait.
    cells: Arc<AtomicUsize>,
    worker: Worker,
    comms: Comms,
}

impl Executions {
    /// Queues a cell, a request of a comm, or a request to evcxr if no cell is before it. Returns
    /// any other request.
    pub(super) fn take(&self, parent: Parent) -> Option<Parent> {
        match &parent.message.content {
            JupyterMessageContent::ExecuteRequest(_) => {
                self.cells.fetch_add(1, Ordering::Relaxed);
            }
            JupyterMessageContent::CompleteRequest(_)
            | JupyterMessageContent::InspectRequest(_)
                if self.cells.load(Ordering::Relaxed) == 0 && !self.worker.is_building() => {}
            request if self.comms.wants_variables(request) => {}
            _ => return Some(parent),
        }
        let _ = self.queue.send(parent);
        None
    }
}

/// The values that the task is started with.
pub(super) struct Start {
    pub(super) worker: Worker,
    pub(super) publisher: Publisher,
    pub(super) asker: Asker,
    pub(super) assistant: Assistant,
    pub(super) history: History,
    pub(super) comms: Comms,
    pub(super) replies: mpsc::Sender<JupyterMessage>,
}

struct Task {
    start: Start,
    queue: mpsc::UnboundedReceiver<Parent>,
    cells: Arc<AtomicUsize>,
    count: usize,
}

/// The outcome of a request.
#[derive(Default)]
struct Answer {
    failure: Option<Failure>,
    phases: Phases,
    payload: Vec<Payload>,
    expressions: HashMap<String, ExpressionResult>,
}

/// Starts the task.
pub(super) fn start(start: Start) -> Executions {
    let (sender, queue) = mpsc::unbounded_channel();
    let cells = Arc::<AtomicUsize>::default();
    let executions = Executions {
        queue: sender,
        cells: Arc::clone(&cells),
        worker: start.worker.clone(),
        comms: start.comms.clone(),
    };
    let mut task = Task { start, queue, cells, count: 0 };
    tokio::spawn(async move {
        while let Some(parent) = task.queue.recv().await {
            let waiting = task.answer(&parent).await;
            task.abort(waiting).await;
        }
    });
    executions
}

impl Task {
    /// Answers a request. After a cell that failed, returns the requests that were waiting behind
    /// it: a front end that has seen the error may send others.
    async fn answer(&mut self, parent: &Parent) -> Vec<Parent> {
        if matches!(parent.message.content, JupyterMessageContent::ExecuteRequest(_)) {
            // The cell begins before a front end can see that the kernel is busy, and interrupt it.
            self.start.worker.begin_cell();
        }
        self.start.publisher.busy(parent).await;
        let mut waiting = Vec::new();
        match &parent.message.content {
            JupyterMessageContent::ExecuteRequest(request) => {
                waiting = self.execute(request, parent).await;
                self.start.worker.end_cell();
                self.cells.fetch_sub(1, Ordering::Relaxed);
            }
            JupyterMessageContent::CommOpen(_) | JupyterMessageContent::CommMsg(_) => {
                self.tell_variables(parent).await;
            }
            JupyterMessageContent::CompleteRequest(request) => {
                let content = self.start.assistant.complete(request).await;
                self.reply(content, json!({}), parent).await;
            }
            JupyterMessageContent::InspectRequest(request) => {
                let content = self.start.assistant.inspect(request).await;
                self.reply(content, json!({}), parent).await;
            }
            _ => {}
        }
        self.start.publisher.idle(parent).await;
        waiting
    }

    async fn execute(&mut self, request: &ExecuteRequest, parent: &Parent) -> Vec<Parent> {
        // As in `IPython`, a cell without code is not counted.
        let counts = !request.silent && request.store_history && !request.code.trim().is_empty();
        if counts {
            self.count += 1;
            self.start.history.input(self.count, &request.code);
        }
        let execution_count = ExecutionCount::new(self.count);
        if !request.silent {
            // As in ipykernel, a cell that is not counted shows the number of the next one that is.
            let shown = if counts { self.count } else { self.count + 1 };
            let execution_count = ExecutionCount::new(shown);
            let input = ExecuteInput { code: request.code.clone(), execution_count };
            self.start.publisher.publish(input.into(), parent).await;
        }
        let Answer { failure, phases, payload, expressions } = self.run(request, parent).await;
        self.start.asker.give_up();
        if counts && let Some(result) = parent.result() {
            self.start.history.output(self.count, result);
        }
        let mut content = ExecuteReply {
            execution_count,
            payload,
            user_expressions: Some(expressions),
            ..ExecuteReply::default()
        };
        let mut waiting = Vec::new();
        if let Some(failure) = failure {
            while request.stop_on_error
                && !request.silent
                && let Ok(parent) = self.queue.try_recv()
            {
                waiting.push(parent);
            }
            let Failure { ename, evalue, traceback } = failure.clone();
            content.status = ReplyStatus::Error;
            content.error = Some(Box::new(ReplyError { ename, evalue, traceback }));
            if !request.silent {
                let Failure { ename, evalue, traceback } = failure;
                let error = ErrorOutput { ename, evalue, traceback };
                self.start.publisher.publish(error.into(), parent).await;
            }
        }
        self.reply(content, json!({ "phases": phases }), parent).await;
        self.tell_variables(parent).await;
        waiting
    }

    /// Sends the variables to the comms that show them.
    async fn tell_variables(&self, parent: &Parent) {
        let open = self.start.comms.of(&parent.message.content);
        if open.is_empty() {
            return;
        }
        let output = self.output(false, parent.clone());
        let Some(variables) = self.start.worker.variables(output).await else { return };
        for comm in open {
            self.start.publisher.publish(comms::table(comm, &variables), parent).await;
        }
    }

    async fn run(&mut self, request: &ExecuteRequest, parent: &Parent) -> Answer {
        if let Some(failure) = too_long(&request.code).filter(|_| !magics::is_data(&request.code)) {
            return Answer { failure: Some(failure), ..Answer::default() };
        }
        if let Some(help) = magics::answer(&request.code) {
            let data = media(json!({ "text/plain": help }));
            let payload = vec![Payload::Page { data, start: 0 }];
            return Answer { payload, ..Answer::default() };
        }
        if let Some(name) = question(&request.code) {
            return self.page(name, parent).await;
        }
        let run = self.run_cell(&request.code, request.silent, parent.clone());
        let tell = async {
            if !request.silent {
                building::show(&self.start.worker, &self.start.publisher, parent).await;
            }
        };
        let (Executed { result, phases, payload }, ()) = tokio::join!(run, tell);
        let mut outcome = Answer { failure: result.err(), phases, payload, ..Answer::default() };
        if outcome.failure.is_none() {
            self.start.assistant.note(&without_magics(&request.code), self.count);
            for (name, code) in request.user_expressions.iter().flatten() {
                let value = self.evaluate(code, parent).await;
                outcome.expressions.insert(name.clone(), value);
            }
        }
        outcome
    }

    async fn run_cell(&self, code: &str, silent: bool, parent: Parent) -> Executed {
        self.start.worker.execute(code.to_owned(), self.output(silent, parent)).await
    }

    fn output(&self, silent: bool, parent: Parent) -> CellOutput {
        CellOutput { parent, execution_count: self.count, ends_in_expression: false, silent }
    }

    /// Evaluates a front end's own expression, as a cell whose outputs are not published.
    async fn evaluate(&self, code: &str, parent: &Parent) -> ExpressionResult {
        let request = ExecuteRequest { allow_stdin: false, ..ExecuteRequest::new(code.to_owned()) };
        let parent = parent.kept(request);
        let failure = match self.run_cell(code, false, parent.clone()).await.result {
            Err(failure) => failure,
            Ok(()) if !ends_in_expression(code) => {
                Failure::plain("NoValue", &format!("`{code}` is no expression: it has no value"))
            }
            Ok(()) => {
                let unit = || media(json!({ "text/plain": "()" }));
                let data = parent.last_kept().unwrap_or_else(unit);
                return ExpressionResult::Ok { data, metadata: serde_json::Map::new() };
            }
        };
        let Failure { ename, evalue, traceback } = failure;
        ExpressionResult::Error { ename, evalue, traceback }
    }

    /// Answers `?name` in the front end's pager, as `IPython` does.
    async fn page(&self, name: &str, parent: &Parent) -> Answer {
        let mut outcome = Answer::default();
        if let Some(bundle) = self.start.assistant.documentation(name, name.len()).await {
            outcome.payload.push(Payload::Page { data: media(bundle), start: 0 });
        } else {
            let text = format!("Nothing is known of `{name}`.\n");
            self.start.publisher.publish(StreamContent::stdout(&text).into(), parent).await;
        }
        outcome
    }

    /// Answers executions without running them. Other requests are answered as usual.
    async fn abort(&mut self, waiting: Vec<Parent>) {
        for parent in waiting {
            if !matches!(parent.message.content, JupyterMessageContent::ExecuteRequest(_)) {
                self.answer(&parent).await;
                continue;
            }
            self.cells.fetch_sub(1, Ordering::Relaxed);
            self.start.publisher.busy(&parent).await;
            // The reply has no count: a front end would show it beside the cell as if it had run.
            let aborted = content("execute_reply", json!({ "status": "aborted" }));
            self.reply(aborted, json!({}), &parent).await;
            self.start.publisher.idle(&parent).await;
        }
    }

    async fn reply(
        &self,
        content: impl Into<JupyterMessageContent>,
        metadata: Value,
        parent: &Parent,
    ) {
        let message = reply(content, parent).with_metadata(metadata);
        let _ = self.start.replies.send(message).await;
    }
}
