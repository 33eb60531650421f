//! Comms: lasting connections with a front end. There is one target, the table of the variables,
//! which is sent again after every cell.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jupyter_protocol::{CommId, CommInfo, CommInfoReply, CommMsg, JupyterMessageContent};
use serde_json::{Map, Value, json};

use crate::session::Described;

/// The target that a front end opens to see the variables.
const VARIABLES: &str = "bootcamp.variables";

/// The open comms, shared by the tasks that answer requests.
#[derive(Clone, Debug, Default)]
pub(super) struct Comms {
    open: Arc<Mutex<Vec<CommId>>>,
}

impl Comms {
    /// Says whether a request asks for the variables. A comm that it opens is recorded.
    pub(super) fn wants_variables(&self, request: &JupyterMessageContent) -> bool {
        match request {
            JupyterMessageContent::CommOpen(open) if open.target_name == VARIABLES => {
                let mut all = self.lock();
                if !all.contains(&open.comm_id) {
                    all.push(open.comm_id.clone());
                }
                true
            }
            JupyterMessageContent::CommMsg(message) => {
                let asks = message.data.get("request").is_some_and(|what| what == "refresh");
                asks && self.lock().contains(&message.comm_id)
            }
            _ => false,
        }
    }

    /// Returns the open comms that get the variables: that of the request, or all after a cell.
    pub(super) fn of(&self, request: &JupyterMessageContent) -> Vec<CommId> {
        let asking = match request {
            JupyterMessageContent::CommOpen(open) => Some(&open.comm_id),
            JupyterMessageContent::CommMsg(message) => Some(&message.comm_id),
            _ => None,
        };
        let mut open = self.lock().clone();
        open.retain(|id| asking.is_none_or(|asking| asking == id));
        open
    }

    pub(super) fn close(&self, id: &CommId) {
        self.lock().retain(|open| open != id);
    }

    /// Returns the reply to a `comm_info_request`.
    pub(super) fn info(&self, target: Option<&str>) -> CommInfoReply {
        let mut open = self.lock().clone();
        open.retain(|_| target.is_none_or(|target| target.is_empty() || target == VARIABLES));
        let info = |id| (id, CommInfo { target_name: VARIABLES.to_owned() });
        CommInfoReply { comms: open.into_iter().map(info).collect(), ..CommInfoReply::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<CommId>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the table of the variables for one comm.
pub(super) fn table(comm_id: CommId, variables: &[Described]) -> JupyterMessageContent {
    let rows = variables.iter().map(|variable| {
        json!({
            "name": variable.name,
            "type": variable.kind,
            "size": variable.bytes(),
            "preview": variable.preview(),
        })
    });
    let data = Map::from_iter([("variables".to_owned(), rows.collect::<Value>())]);
    CommMsg { comm_id, data }.into()
}
