//! What the first cell on a computer shows while the prebuilt image is built.

use std::time::{Duration, Instant};

use bootcamp_cell::Bundle;

use crate::frontend::showing;
use crate::frontend::{Parent, Publisher};
use crate::worker::Worker;

/// What takes so long.
const TASK: &str = "Building the bootcamp crate for this computer, once";
/// How often the display is renewed.
const INTERVAL: Duration = Duration::from_millis(500);

/// Shows how far the prebuilt image is, until it is there.
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
