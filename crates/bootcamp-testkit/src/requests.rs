//! What a front end sends, and how it claims what comes for it.

use std::time::{Duration, Instant};

use jupyter_protocol::{
    ExecuteRequest, InputReply, JupyterMessage, JupyterMessageContent, ShutdownRequest,
};
use serde_json::Value;
use tokio::time::timeout;

use crate::FrontEnd;
use crate::ledger::{Ledger, Reply};
use crate::shown::{Run, Shown, part};

/// How long the control socket, which waits for nobody, may take.
const SOON: Duration = Duration::from_secs(20);

impl FrontEnd {
    /// Runs a cell; fails when it does not end in time.
    pub fn run(&mut self, code: &str) -> Run {
        self.run_answering(code, &[])
    }

    /// Runs a cell that asks; each answer is given to one question.
    pub fn run_answering(&mut self, code: &str, answers: &[(&str, &str)]) -> Run {
        let request = ExecuteRequest {
            code: code.to_owned(),
            allow_stdin: !answers.is_empty(),
            ..ExecuteRequest::default()
        };
        let id = self.send(request);
        for (prompt, answer) in answers {
            let question = self.read_question();
            let JupyterMessageContent::InputRequest(input) = &question.content else {
                panic!("not a question: {question:?}");
            };
            assert_eq!(&input.prompt, prompt);
            let reply = InputReply { value: (*answer).to_owned(), ..InputReply::default() };
            let reply = JupyterMessage::new(reply, Some(&question));
            self.runtime.block_on(self.sockets.stdin.send(reply)).unwrap();
        }
        self.collect(&id)
    }

    /// The next question of a cell.
    pub fn read_question(&mut self) -> JupyterMessage {
        self.wait("a question", Ledger::take_question)
    }

    /// Sends a request on the shell socket; gives its id.
    pub fn send(&mut self, content: impl Into<JupyterMessageContent>) -> String {
        let message = JupyterMessage::new(content, None);
        let id = message.header.msg_id.clone();
        self.ledger.add(&id, message.message_type());
        self.runtime.block_on(self.sockets.shell.send(message)).unwrap();
        id
    }

    /// Reads what belongs to an execution until it is idle and answered.
    pub fn collect(&mut self, id: &str) -> Run {
        self.wait("a cell's end", |ledger| ledger.is_idle(id).then_some(()));
        let idle = Instant::now();
        let (message, _) = self.wait("an execute_reply", |ledger| ledger.take_reply(id));
        let start = self.ledger.sent(id);
        let shown = self.ledger.take_published(id).into_iter().filter_map(part).collect();
        let metadata = message.metadata;
        let JupyterMessageContent::ExecuteReply(reply) = message.content else {
            panic!("not an execute reply: {:?}", message.content);
        };
        Run { reply, metadata, shown, idle: idle - start }
    }

    /// Waits until a cell, which still runs, has shown what is wanted; claims nothing.
    pub fn await_shown(&mut self, id: &str, wanted: impl Fn(&[Shown]) -> bool) {
        self.wait("what a cell shows before it ends", |ledger| {
            let shown: Vec<Shown> = ledger.published(id).cloned().filter_map(part).collect();
            if wanted(&shown) {
                return Some(());
            }
            assert!(!ledger.is_idle(id), "the cell has ended, and showed only {shown:#?}");
            None
        });
    }

    /// Waits until a request is busy.
    pub fn await_busy(&mut self, id: &str) {
        self.wait("the begin of a request", |ledger| (!ledger.is_waiting(id)).then_some(()));
    }

    /// Whether a request has ended, as far as messages were read.
    pub fn is_done(&mut self, id: &str) -> bool {
        self.ledger.is_idle(id)
    }

    /// From now on, an execution may publish when it is idle: it leaves a thread.
    pub fn allow_late(&mut self, id: &str) {
        self.ledger.allow_late(id);
    }

    /// Adds what is published for an execution after it was idle, until there is enough.
    pub fn collect_late(&mut self, id: &str, run: &mut Run, enough: impl Fn(&Run) -> bool) {
        while !enough(run) {
            let late = self.wait("what a cell's thread shows", |ledger| {
                let late = ledger.take_published(id);
                (!late.is_empty()).then_some(late)
            });
            run.shown.extend(late.into_iter().filter_map(part));
        }
    }

    /// Adds what is published for an execution after it was idle, until there is nothing
    /// for as long as given: the stock kernel prints from a thread that it does not wait
    /// for.
    pub fn collect_until_quiet(&mut self, id: &str, patience: Duration, run: &mut Run) {
        while self.listens(patience) {}
        let late = self.ledger.take_published(id);
        run.shown.extend(late.into_iter().filter_map(part));
    }

    /// The reply to a request on the shell socket, which publishes nothing but its states.
    pub fn read_shell(&mut self, id: &str) -> JupyterMessage {
        self.read_reply(id).0
    }

    /// The content of the reply to a request on the shell socket, as it is on the wire.
    pub fn read_shell_content(&mut self, id: &str) -> Value {
        self.read_reply(id).1
    }

    fn read_reply(&mut self, id: &str) -> Reply {
        let reply = self.wait("a reply", |ledger| ledger.take_reply(id));
        if self.ledger.is_strict {
            self.wait("the end of a request", |ledger| ledger.is_idle(id).then_some(()));
        }
        reply
    }

    /// The reply to a request after which the kernel ends, maybe before its last words have left.
    pub fn read_last_reply(&mut self, id: &str) -> JupyterMessage {
        let (reply, _) = self.wait("a reply", |ledger| ledger.take_reply(id));
        self.ledger.leave(id);
        reply
    }

    /// What is published for a request but its states, until it is idle.
    pub fn published(&mut self, id: &str) -> Vec<JupyterMessage> {
        self.wait("the end of a request", |ledger| ledger.is_idle(id).then_some(()));
        self.ledger.take_published(id).into()
    }

    /// A request that somebody else sends, whose reply goes there.
    pub fn adopt(&mut self, request: &JupyterMessage) {
        self.ledger.add(&request.header.msg_id, request.message_type());
    }

    /// Nobody waits for the end of a request, nor claims what comes for it.
    pub fn leave(&mut self, id: &str) {
        self.ledger.leave(id);
    }

    /// Strangers may subscribe from now on, of which all are told.
    pub fn allow_strangers(&mut self) {
        self.ledger.has_strangers = true;
    }

    /// Waits until all are told that somebody has subscribed.
    pub fn read_welcome(&mut self) {
        self.ledger.welcomes += 1;
        self.wait("an iopub_welcome", |ledger| (ledger.welcomes == 0).then_some(()));
    }

    /// Whether something comes within the time given.
    pub fn listens(&mut self, patience: Duration) -> bool {
        match self.receive(Instant::now() + patience) {
            Ok(came) => came,
            Err(complaint) => panic!("{complaint}"),
        }
    }

    /// Sends a request on the control socket and waits for its reply.
    pub fn control(&mut self, content: impl Into<JupyterMessageContent>) -> JupyterMessage {
        let (id, reply) = self.ask_control(content);
        if self.ledger.is_strict {
            self.wait("the end of a request", |ledger| ledger.is_idle(&id).then_some(()));
        }
        reply
    }

    /// As [`control`](Self::control), where a flood of output may leave no room for the states
    /// of a request.
    pub fn control_in_a_flood(&mut self, content: impl Into<JupyterMessageContent>) {
        let (id, _) = self.ask_control(content);
        self.ledger.leave(&id);
    }

    fn ask_control(
        &mut self,
        content: impl Into<JupyterMessageContent>,
    ) -> (String, JupyterMessage) {
        let id = self.send_to_control(content);
        let patience = std::mem::replace(&mut self.patience, SOON);
        let reply = self.wait("a reply on the control socket", |ledger| ledger.take_reply(&id));
        self.patience = patience;
        (id, reply.0)
    }

    /// Sends a request on the control socket; gives its id.
    pub(crate) fn send_to_control(&mut self, content: impl Into<JupyterMessageContent>) -> String {
        let message = JupyterMessage::new(content, None);
        let id = message.header.msg_id.clone();
        self.ledger.add(&id, message.message_type());
        self.runtime.block_on(self.sockets.control.send(message)).unwrap();
        id
    }

    /// Shuts the kernel down as Jupyter does; gives its exit code.
    pub fn shut_down(mut self) -> Option<i32> {
        if let Err(complaint) = self.settle() {
            panic!("{complaint}");
        }
        let (id, _) = self.ask_control(ShutdownRequest { restart: false });
        // It may end before its last words have left.
        self.ledger.leave(&id);
        self.await_end()
    }

    /// Kills the kernel. What it has started may notice before it is gone: that is waited for.
    pub fn kill(&mut self) {
        self.kernel.kill().unwrap();
        self.kernel.wait().unwrap();
    }

    /// Waits until the kernel has ended; gives its exit code.
    pub fn await_end(&mut self) -> Option<i32> {
        let ended = async {
            loop {
                if let Some(status) = self.kernel.try_wait().unwrap() {
                    return status.code();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let ended = self.runtime.block_on(async { timeout(SOON, ended).await });
        ended.expect("the kernel ends after its shutdown")
    }
}
