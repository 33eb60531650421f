//! Completion and documentation. They come from evcxr, or, while a cell runs, from the names that
//! earlier cells have defined.

mod names;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bootcamp_evaluator::Completions;
use bootcamp_syntax::cursor::{byte_offset, character_offset, name_to_inspect};
use jupyter_protocol::{
    CompleteReply, CompleteRequest, InspectReply, InspectRequest, JupyterMessageContent,
};
use serde_json::{Map, Value, json};

use names::Names;

use crate::frontend::media;
use crate::magics::{self, without_magics};
use crate::worker::Worker;

#[derive(Clone, Debug)]
pub(crate) struct Assistant {
    worker: Worker,
    names: Arc<Mutex<Names>>,
}

impl Assistant {
    pub(crate) fn new(worker: Worker) -> Self {
        Self { worker, names: Arc::default() }
    }

    /// Records a cell that ran.
    pub(crate) fn note(&self, code: &str, cell: usize) {
        self.names().note(code, cell);
    }

    /// Returns evcxr's names that fit at the cursor.
    pub(crate) async fn complete(&self, request: &CompleteRequest) -> JupyterMessageContent {
        let offset = byte_offset(&request.code, request.cursor_pos);
        if let Some(found) = magics::completions(&request.code, offset) {
            return complete_reply(&request.code, found);
        }
        let found = self.worker.completions(without_magics(&request.code), offset).await;
        let nothing = || Completions { names: Vec::new(), range: offset..offset };
        complete_reply(&request.code, found.unwrap_or_else(nothing))
    }

    /// Returns evcxr's documentation of a name.
    pub(crate) async fn inspect(&self, request: &InspectRequest) -> JupyterMessageContent {
        let offset = byte_offset(&request.code, request.cursor_pos);
        inspect_reply(self.documentation(&without_magics(&request.code), offset).await)
    }

    /// Returns the documentation of the name at a byte offset, in several formats.
    pub(crate) async fn documentation(&self, code: &str, offset: usize) -> Option<Value> {
        let end = name_to_inspect(code, offset)?;
        let (text, html) = self.worker.documentation(code.to_owned(), end).await?;
        Some(json!({ "text/plain": text, "text/html": html }))
    }

    /// Answers either request at once, while evcxr is busy.
    pub(crate) fn answer_at_once(
        &self,
        request: &JupyterMessageContent,
    ) -> Option<JupyterMessageContent> {
        match request {
            JupyterMessageContent::CompleteRequest(request) => {
                let offset = byte_offset(&request.code, request.cursor_pos);
                let found = magics::completions(&request.code, offset)
                    .unwrap_or_else(|| self.names().completions(&request.code, offset));
                Some(complete_reply(&request.code, found))
            }
            JupyterMessageContent::InspectRequest(request) => {
                let offset = byte_offset(&request.code, request.cursor_pos);
                let end = name_to_inspect(&request.code, offset);
                let text = end.and_then(|end| self.names().documentation(&request.code, end));
                Some(inspect_reply(text.map(|text| json!({ "text/plain": text }))))
            }
            _ => None,
        }
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn complete_reply(code: &str, found: Completions) -> JupyterMessageContent {
    let cursor_start = character_offset(code, found.range.start);
    let cursor_end = character_offset(code, found.range.end);
    let kinds = found.names.iter().map(|name| {
        json!({ "text": name.text, "start": cursor_start, "end": cursor_end, "type": name.kind })
    });
    let kinds: Value = kinds.collect();
    let mut metadata = Map::new();
    metadata.insert("_jupyter_types_experimental".to_owned(), kinds);
    let matches = found.names.into_iter().map(|name| name.text).collect();
    CompleteReply { matches, cursor_start, cursor_end, metadata, ..CompleteReply::default() }.into()
}

fn inspect_reply(bundle: Option<Value>) -> JupyterMessageContent {
    let mut content = InspectReply::default();
    if let Some(bundle) = bundle {
        content.found = true;
        content.data = media(bundle);
    }
    content.into()
}
