//! Controllers that are started again.

use std::time::{Duration, Instant};

use bootcamp_cluster::client::{Request, RequestError, Targets};
use rustix::process::Signal;
use tokio::time::{sleep, timeout};

use crate::cluster::{Cluster, signal};

pub(crate) async fn a_restart_of_the_controller_is_survived() {
    let mut cluster = Cluster::patient();
    let controller = cluster.controller_with(&["--reuse"], &[]);
    cluster.engine();
    let client = cluster.client(1).await;
    let uuid = client.hub().connection().await.unwrap();
    let direct = client.direct(Targets::All);
    direct.submit(&Request::execute("keep this")).unwrap().swap_remove(0).reply().await.unwrap();
    let lost = direct.submit(&Request::execute("sleep 60")).unwrap().swap_remove(0);
    sleep(Duration::from_millis(200)).await;
    signal(controller, Signal::TERM);
    let lost = timeout(Duration::from_secs(10), lost.reply()).await.unwrap();
    assert!(matches!(lost, Err(RequestError::Interrupted)), "{lost:?}");
    assert!(client.is_away() && !client.is_lost());
    let away = direct.submit(&Request::execute("kept")).unwrap_err();
    assert!(away.to_string().starts_with("the controller does not answer"), "{away}");
    assert!(cluster.ended(controller, Duration::from_secs(10)).is_some());

    cluster.controller_with(&["--restore"], &[]);
    let start = Instant::now();
    while client.hub().connection().await.ok().as_ref() != Some(&uuid) {
        assert!(start.elapsed() < Duration::from_secs(40), "{}", cluster.log("controller"));
        sleep(Duration::from_millis(100)).await;
    }
    // Every link comes back by itself; what is published before all are there is lost.
    sleep(Duration::from_secs(2)).await;
    // The same engine, with what it knew; what it was busy with has to end first.
    client.control(0).interrupt().await.unwrap();
    let (reply, outputs) =
        direct.submit(&Request::execute("kept")).unwrap().swap_remove(0).finish().await;
    reply.unwrap();
    assert_eq!(format!("{outputs:?}"), "[Stdout(\"this\")]");
}

pub(crate) async fn a_controller_that_forgot_its_engines_is_left() {
    let mut cluster = Cluster::patient();
    let controller = cluster.controller_with(&["--reuse"], &[]);
    let engine = cluster.engine();
    let client = cluster.client(1).await;
    signal(controller, Signal::TERM);
    assert!(cluster.ended(controller, Duration::from_secs(10)).is_some());
    cluster.controller_with(&["--reuse"], &[]);
    assert!(cluster.ended(engine, Duration::from_secs(40)).is_some());
    assert!(cluster.log("engine").contains("ControllerGone"), "{}", cluster.log("engine"));
    // Nobody waits in vain: the client knows, too, and goes on with engines that come now.
    let start = Instant::now();
    while !client.ids().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10));
        sleep(Duration::from_millis(100)).await;
    }
    cluster.engine();
    let ids = timeout(Duration::from_secs(40), client.wait_for_engines(1)).await.unwrap().unwrap();
    let reply = client.direct(ids[0]).submit(&Request::execute("echo")).unwrap().swap_remove(0);
    reply.reply().await.unwrap();
}
