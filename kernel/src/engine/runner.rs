//! What an engine does with the requests that it is sent.

use std::sync::{Arc, mpsc};
use std::{io, thread};

use bootcamp_cluster::Failure;
use bootcamp_cluster::engine::{Answer, Call, Execute, Interrupter, Outputs, Runner};
use serde_json::json;
use tokio::sync::oneshot;

use super::cells::Cells;
use crate::engine_protocol::{
    ABOUT, About, CELL, CellRequest, LIBRARY, LibraryRequest, PART, PREBUILT, PartRequest,
    PrebuiltRequest, TASKS, TasksRequest,
};
use crate::frontend::Parent;
use crate::interrupts::State;
use crate::output::CellOutput;

type Job = Box<dyn FnOnce(&mut Cells) + Send>;

/// The engine's side of `bootcamp-cluster`. Cells have a thread of their own, so that an
/// engine can leave while one does not end. It lives as long as the engine: the system ends a
/// child with the thread that has started it.
#[derive(Debug)]
pub(super) struct EngineRunner {
    jobs: mpsc::Sender<Job>,
    state: Arc<State>,
}

impl EngineRunner {
    pub(super) fn new(mut cells: Cells, state: Arc<State>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new().name("cells".to_owned()).spawn(move || {
            for job in queue {
                job(&mut cells);
            }
        })?;
        Ok(Self { jobs, state })
    }

    async fn with_cells<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cells) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let ended = || Failure::new("KernelError", "the engine failed inside; its log says why");
        let (done, result) = oneshot::channel();
        let job = move |cells: &mut Cells| {
            let _ = done.send(work(cells));
        };
        self.jobs.send(Box::new(job)).map_err(|_| ended())?;
        result.await.map_err(|_| ended())?
    }
}

impl Runner for EngineRunner {
    async fn execute(&mut self, request: Execute, outputs: &Outputs) -> Result<(), Failure> {
        let output = output(outputs, request.execution_count as usize, false);
        self.with_cells(move |cells| cells.run_source(&request.code, output)).await
    }

    async fn call(&mut self, request: Call, outputs: &Outputs) -> Result<Answer, Failure> {
        let mut buffers = request.buffers.into_iter();
        let mut buffer =
            || buffers.next().ok_or_else(|| Failure::new("ValueError", "a buffer is missing"));
        match request.kind.as_str() {
            CELL => {
                let cell: CellRequest = read(request.content)?;
                let (library, input) = (buffer()?, buffer().ok());
                let output = output(outputs, cell.execution_count, cell.ends_in_expression);
                let run = move |cells: &mut Cells| {
                    cells.run_compiled(&cell, &library, input.as_deref(), output)
                };
                let (ran, left) = self.with_cells(run).await?;
                let buffers = left.map(Into::into).into_iter().collect();
                Ok(Answer { content: json!(ran), buffers })
            }
            PREBUILT => {
                let prebuilt: PrebuiltRequest = read(request.content)?;
                let answer = self.with_cells(move |cells| cells.choose_image(&prebuilt)).await?;
                Ok(Answer::new(json!(answer)))
            }
            PART => {
                let (part, bytes): (PartRequest, _) = (read(request.content)?, buffer()?);
                self.with_cells(move |cells| cells.receive(&part, &bytes)).await?;
                Ok(Answer::new(json!({})))
            }
            LIBRARY => {
                let (about, library): (LibraryRequest, _) = (read(request.content)?, buffer()?);
                self.with_cells(move |cells| cells.keep(&about, &library)).await?;
                Ok(Answer::new(json!({})))
            }
            TASKS => {
                let (tasks, arguments): (TasksRequest, _) = (read(request.content)?, buffer()?);
                let output = output(outputs, 0, false);
                let run = move |cells: &mut Cells| cells.run_tasks(&tasks, &arguments, output);
                let (listed, outcomes) = self.with_cells(run).await?;
                Ok(Answer { content: json!(listed), buffers: vec![outcomes.into()] })
            }
            ABOUT => Ok(Answer::new(json!(about()))),
            kind => Err(Failure::new("UnknownRequest", format!("an engine knows no {kind}"))),
        }
    }

    async fn clear(&mut self) {
        let clear = |cells: &mut Cells| {
            cells.clear();
            Ok(())
        };
        let _ = self.with_cells(clear).await;
    }

    fn interrupter(&self) -> Option<Interrupter> {
        let state = Arc::clone(&self.state);
        Some(Interrupter::new(move || state.interrupt()))
    }
}

fn read<T: serde::de::DeserializeOwned>(content: serde_json::Value) -> Result<T, Failure> {
    serde_json::from_value(content).map_err(|error| Failure::new("ValueError", error.to_string()))
}

fn output(outputs: &Outputs, execution_count: usize, ends_in_expression: bool) -> CellOutput {
    let parent = Parent::of_engine(outputs.clone());
    CellOutput { parent, execution_count, ends_in_expression, silent: false }
}

fn about() -> About {
    About { host: host(), process: std::process::id() }
}

/// The name of this computer.
pub(super) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
