//! The stdin socket: questions to the person at the notebook.

use std::collections::VecDeque;

use jupyter_protocol::{InputRequest, JupyterMessageContent};
use jupyter_zmq_client::KernelStdinConnection;
use tokio::sync::{mpsc, oneshot};

use super::message::{Parent, reply};

type Answer = Result<String, String>;

enum Order {
    Ask { request: InputRequest, parent: Parent, answer: oneshot::Sender<Answer> },
    GiveUp,
}

/// A handle to the stdin socket.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    orders: mpsc::UnboundedSender<Order>,
}

impl Asker {
    pub(crate) fn start(mut socket: KernelStdinConnection) -> Self {
        let (orders, mut queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            // The questions without an answer, the oldest first.
            let mut open: VecDeque<(String, oneshot::Sender<Answer>)> = VecDeque::new();
            loop {
                tokio::select! {
                    order = queue.recv() => match order {
                        Some(Order::Ask { request, parent, answer }) => {
                            let question = reply(request, &parent);
                            let id = question.header.msg_id.clone();
                            match socket.send(question).await {
                                Ok(()) => open.push_back((id, answer)),
                                Err(error) => { let _ = answer.send(Err(error.to_string())); }
                            }
                        }
                        Some(Order::GiveUp) => open.clear(),
                        None => return,
                    },
                    message = socket.read() => {
                        // A message that cannot be read (a bad signature) is not an answer.
                        if let Ok(message) = message
                            && let JupyterMessageContent::InputReply(input) = message.content
                        {
                            let parent = message.parent_header.map(|header| header.msg_id);
                            // An answer to a question of an earlier cell is dropped. Some front
                            // ends do not say which question they answer.
                            let asked = open.front().map(|(id, _)| id);
                            if (parent.is_none() || parent.as_ref() == asked)
                                && let Some((_, answer)) = open.pop_front()
                            {
                                let _ = answer.send(Ok(input.value));
                            }
                        }
                    }
                }
            }
        });
        Self { orders }
    }

    /// Returns a handle without a socket, for requests that cannot ask for input.
    pub(crate) fn closed() -> Self {
        let (orders, _) = mpsc::unbounded_channel();
        Self { orders }
    }

    /// Asks on behalf of a request. An error says why the front end cannot be asked.
    pub(crate) fn ask(
        &self,
        parent: Option<Parent>,
        prompt: String,
        password: bool,
    ) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        let allowed = parent.filter(|parent| {
            matches!(&parent.message.content, JupyterMessageContent::ExecuteRequest(request) if request.allow_stdin)
        });
        match allowed {
            Some(parent) => {
                let request = InputRequest { prompt, password };
                let _ = self.orders.send(Order::Ask { request, parent, answer });
            }
            None => {
                let _ = answer.send(Err("this front end cannot ask for input".to_owned()));
            }
        }
        receiver
    }

    /// Forgets open questions, because the cell that asked them has ended.
    pub(crate) fn give_up(&self) {
        let _ = self.orders.send(Order::GiveUp);
    }
}
