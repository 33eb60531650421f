//! Answers the requests of cells over the channel.

use bootcamp_protocol::{Reply, Request};
use jupyter_protocol::ClearOutput;
use tokio::sync::oneshot;

use super::console::Console;
use super::socket::Call;
use crate::frontend::showing;

impl Console {
    pub(super) async fn on_request(&mut self, (request, reply): Call<Request, Reply>) {
        self.read_pipes().await;
        match &request {
            // An updated display keeps its place, so the bundle is not published yet. A progress
            // bar that ends with its cell is updated after the cell's result, which would be no
            // result if it were published now.
            Request::Update { .. } => self.publish_text().await,
            _ => self.publish_all().await,
        }
        match request {
            Request::Display { bundle, id } => {
                self.publish(showing::display(bundle, id).into()).await;
                let _ = reply.send(Reply::Published);
            }
            Request::Update { bundle, id } => {
                self.publish(showing::update(bundle, id).into()).await;
                let _ = reply.send(Reply::Published);
            }
            Request::ClearOutput { wait } => {
                self.text.clear();
                self.publish(ClearOutput { wait }.into()).await;
                let _ = reply.send(Reply::Published);
            }
            Request::Tested(tested) => {
                self.tests.push(tested);
                let _ = reply.send(Reply::Published);
            }
            Request::Engines(request) => {
                let engines = self.engines.clone();
                tokio::task::spawn_blocking(move || {
                    let why = "an engine has no engines: this is for cells of the notebook";
                    let refused = || Reply::Refused(why.to_owned());
                    reply.send(engines.map_or_else(refused, |engines| engines.answer(request)))
                });
            }
            Request::Input { prompt, password } => {
                let answer = self.ask(prompt, password);
                tokio::spawn(async move {
                    let _ = reply.send(match answer.await {
                        Ok(Ok(line)) => Reply::Input(line),
                        Ok(Err(why)) => Reply::Refused(why),
                        Err(_) => Reply::Refused("the question was given up".to_owned()),
                    });
                });
            }
        }
    }

    /// Asks the person at the notebook.
    pub(super) fn ask(
        &self,
        prompt: String,
        password: bool,
    ) -> oneshot::Receiver<Result<String, String>> {
        let parent = self.cell.as_ref().map(|cell| cell.parent.clone());
        self.asker.ask(parent, prompt, password)
    }
}
