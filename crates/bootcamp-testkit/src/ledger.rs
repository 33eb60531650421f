//! Requests, and what came for each: whatever comes is somebody's, and comes in its turn.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use jupyter_protocol::{ErrorOutput, ExecutionState, JupyterMessage, JupyterMessageContent};
use serde_json::Value;

/// What a kernel did that no kernel may do.
pub(crate) type Complaint = String;

/// A reply, and its content as it is on the wire.
pub(crate) type Reply = (JupyterMessage, Value);

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Sent,
    Busy,
    Idle,
}

/// What came for a request and was not claimed.
struct Request {
    kind: String,
    sent: Instant,
    phase: Phase,
    is_answered: bool,
    /// Whether its cell may publish when it is idle: it has left a thread.
    may_be_late: bool,
    /// Whether nobody claims what comes for it.
    is_left: bool,
    published: VecDeque<JupyterMessage>,
    reply: Option<Reply>,
    questions: VecDeque<JupyterMessage>,
}

/// All requests of a front end.
pub(crate) struct Ledger {
    requests: HashMap<String, Request>,
    /// Whether the rules are enforced: the stock kernel breaks them, and who listens late
    /// misses the begin of a story.
    pub(crate) is_strict: bool,
    /// How many welcomes were claimed before they came.
    pub(crate) welcomes: usize,
    /// Whether strangers subscribe, so that any number of welcomes is right.
    pub(crate) has_strangers: bool,
}

fn parent(message: &JupyterMessage) -> Option<&str> {
    message.parent_header.as_ref().map(|header| header.msg_id.as_str())
}

/// A message in a complaint: a long one is cut.
fn told(message: &JupyterMessage) -> String {
    let content = format!("{:?}", message.content);
    content.chars().take(400).collect()
}

/// Whether an error has a name and a line that is plain text.
fn says_why(error: &ErrorOutput) -> bool {
    let ErrorOutput { ename, evalue, .. } = error;
    !ename.is_empty() && !evalue.trim().is_empty() && !evalue.contains('\u{1b}')
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self { requests: HashMap::new(), is_strict: false, welcomes: 0, has_strangers: false }
    }

    /// A request was sent, by this front end or by another one.
    pub(crate) fn add(&mut self, id: &str, kind: &str) {
        let request = Request {
            kind: kind.to_owned(),
            sent: Instant::now(),
            phase: Phase::Sent,
            is_answered: false,
            may_be_late: false,
            is_left: false,
            published: VecDeque::new(),
            reply: None,
            questions: VecDeque::new(),
        };
        self.requests.insert(id.to_owned(), request);
    }

    fn request(&mut self, id: &str) -> &mut Request {
        self.requests.get_mut(id).expect("a request that was sent")
    }

    /// The request that a message came for; `None` where strangers' are passed over.
    fn of(&mut self, message: &JupyterMessage) -> Result<Option<&mut Request>, Complaint> {
        let request = parent(message).and_then(|id| self.requests.get_mut(id));
        if request.is_none() && self.is_strict {
            return Err(format!("nobody asked for this: {}", told(message)));
        }
        Ok(request)
    }

    /// Something was published.
    pub(crate) fn publish(&mut self, message: JupyterMessage) -> Result<(), Complaint> {
        if message.message_type() == "iopub_welcome" {
            let is_known = !self.is_strict || self.has_strangers || self.welcomes > 0;
            self.welcomes = self.welcomes.saturating_sub(1);
            return if is_known { Ok(()) } else { Err("nobody has subscribed".to_owned()) };
        }
        let is_strict = self.is_strict;
        let Some(request) = self.of(&message)? else { return Ok(()) };
        let next = match &message.content {
            JupyterMessageContent::Status(status) => match status.execution_state {
                ExecutionState::Busy => Some((Phase::Sent, Phase::Busy)),
                ExecutionState::Idle => Some((Phase::Busy, Phase::Idle)),
                _ => return Err(format!("no request has this state: {}", told(&message))),
            },
            _ => None,
        };
        let is_in_turn = match next {
            Some((before, _)) => request.phase == before,
            None => {
                request.phase == Phase::Busy || request.phase == Phase::Idle && request.may_be_late
            }
        };
        if is_strict && !is_in_turn {
            let Request { kind, phase, .. } = request;
            return Err(format!("the {kind} is {phase:?}, and this came: {}", told(&message)));
        }
        if is_strict
            && let JupyterMessageContent::ErrorOutput(error) = &message.content
            && !says_why(error)
        {
            return Err(format!("an error has no plain line: {}", told(&message)));
        }
        match next {
            Some((_, phase)) => request.phase = phase,
            None if request.is_left => {}
            None => request.published.push_back(message),
        }
        Ok(())
    }

    /// A reply came.
    pub(crate) fn answer(&mut self, (message, content): Reply) -> Result<(), Complaint> {
        let is_strict = self.is_strict;
        let Some(request) = self.of(&message)? else { return Ok(()) };
        let kind = request.kind.replace("_request", "_reply");
        if is_strict && (request.is_answered || message.message_type() != kind) {
            return Err(format!("one {kind} was expected, and this came: {}", told(&message)));
        }
        request.is_answered = true;
        if !request.is_left {
            request.reply = Some((message, content));
        }
        Ok(())
    }

    /// A question to the person at the notebook came.
    pub(crate) fn ask(&mut self, message: JupyterMessage) -> Result<(), Complaint> {
        let Some(request) = self.of(&message)? else { return Ok(()) };
        if !request.is_left {
            request.questions.push_back(message);
        }
        Ok(())
    }

    pub(crate) fn allow_late(&mut self, id: &str) {
        self.request(id).may_be_late = true;
    }

    /// Nobody claims what comes for a request, nor what came.
    pub(crate) fn leave(&mut self, id: &str) {
        let request = self.request(id);
        request.is_left = true;
        request.published.clear();
        request.questions.clear();
        request.reply = None;
    }

    pub(crate) fn sent(&mut self, id: &str) -> Instant {
        self.request(id).sent
    }

    /// Whether the kernel has not begun with a request.
    pub(crate) fn is_waiting(&mut self, id: &str) -> bool {
        self.request(id).phase == Phase::Sent
    }

    pub(crate) fn is_idle(&mut self, id: &str) -> bool {
        self.request(id).phase == Phase::Idle
    }

    pub(crate) fn is_answered(&mut self, id: &str) -> bool {
        self.request(id).is_answered
    }

    /// What was published for a request and is not claimed.
    pub(crate) fn published(&mut self, id: &str) -> impl Iterator<Item = &JupyterMessage> {
        self.request(id).published.iter()
    }

    /// Claims what was published for a request.
    pub(crate) fn take_published(&mut self, id: &str) -> VecDeque<JupyterMessage> {
        std::mem::take(&mut self.request(id).published)
    }

    /// Claims the reply, if it came.
    pub(crate) fn take_reply(&mut self, id: &str) -> Option<Reply> {
        self.request(id).reply.take()
    }

    /// Claims a question, if one came.
    pub(crate) fn take_question(&mut self) -> Option<JupyterMessage> {
        self.requests.values_mut().find_map(|request| request.questions.pop_front())
    }

    /// What came and was not claimed, and what has not come: a line each.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for request in self.requests.values().filter(|request| !request.is_left) {
            let Request { kind, phase, .. } = request;
            if *phase != Phase::Idle {
                lines.push(format!("a {kind} is not done: {phase:?}"));
            }
            let replies = request.reply.iter().map(|(message, _)| message);
            let all = request.published.iter().chain(replies).chain(&request.questions);
            lines.extend(all.map(|message| format!("for a {kind}: {}", told(message))));
        }
        lines
    }
}
