//! The display of the first cell on a computer while the prebuilt image is built.

use std::time::{Duration, Instant};

use bootcamp_protocol::Bundle;

use crate::frontend::showing;
use crate::frontend::{Parent, Publisher};
use crate::worker::Worker;

/// The name of the task in the display.
const TASK: &str = "Building the bootcamp crate for this computer, once";
/// The time between two updates of the display.
const INTERVAL: Duration = Duration::from_millis(500);

/// Shows the progress until the image is ready.
pub(super) async fn show(worker: &Worker, publisher: &Publisher, parent: &Parent) {
    if !worker.is_building() {
        return;
    }
    let started = Instant::now();
    let id = format!("prebuilt-{}", parent.message.header.msg_id);
    let mut shown = format!("{TASK}: about a minute ...");
    publisher.publish(showing::display(text(&shown), Some(id.clone())).into(), parent).await;
    while let Some(step) = worker.building_step() {
        let next = format!("{TASK}: {step}");
        if !step.is_empty() && next != shown {
            publisher.publish(showing::update(text(&next), id.clone()).into(), parent).await;
            shown = next;
        }
        tokio::time::sleep(INTERVAL).await;
    }
    let end = format!("{TASK}: it took {} s", started.elapsed().as_secs());
    publisher.publish(showing::update(text(&end), id).into(), parent).await;
}

fn text(text: &str) -> Bundle {
    Bundle::new().text("text/plain", text)
}
