use std::time::{Duration, Instant};

use bootcamp_cluster::client::{Notice, Request, Targets};
use rustix::process::Signal;

use crate::cluster::{Cluster, signal};

pub(crate) async fn join_within_two_periods_and_take_the_id_of_their_rank() {
    let mut cluster = Cluster::start(0);
    let client = cluster.client(0).await;
    let mut notices = client.notices();
    let start = Instant::now();
    cluster.engine_with(&[("SLURM_PROCID", "5")]);
    let Some(Notice::Came { id: 5, .. }) = notices.next().await else { panic!("{notices:?}") };
    // The controller believes in an engine at the ping that follows its first pong.
    let took = start.elapsed();
    assert!(took < Duration::from_millis(2500), "{took:?}");
    assert_eq!(client.ids(), [5]);
}

pub(crate) async fn leave_on_sigterm_even_while_code_runs() {
    let mut cluster = Cluster::start(0);
    let (idle, busy) = (cluster.engine(), cluster.engine());
    let client = cluster.client(2).await;
    let mut notices = client.notices();
    let pids = [idle, busy];
    let pending = client.direct(Targets::All).submit(&Request::execute("sleep 60")).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    for process in pids {
        let start = Instant::now();
        signal(process, Signal::TERM);
        assert!(matches!(notices.next().await, Some(Notice::Left { .. })));
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        let status = cluster.ended(process, Duration::from_secs(5)).expect("it ends");
        assert!(status.success(), "{status}");
    }
    for pending in pending {
        let error = pending.reply().await.unwrap_err().to_string();
        assert!(error.contains("died or left while it had the request"), "{error}");
    }
}

pub(crate) async fn are_launched_by_ipcluster() {
    let mut cluster = Cluster::new();
    cluster.ipcluster(2);
    let client = cluster.client(2).await;
    let mut notices = client.notices();
    for pending in client.direct(Targets::All).submit(&Request::execute("echo hi")).unwrap() {
        pending.reply().await.unwrap();
    }
    client.control(0).shutdown(false).await.unwrap();
    assert!(matches!(notices.next().await, Some(Notice::Left { id: 0, .. })));
    assert_eq!(client.ids(), [1]);
}

pub(crate) async fn that_come_late_are_used() {
    let mut cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let all = client.direct(Targets::All);
    assert_eq!(all.submit(&Request::execute("keep first")).unwrap().len(), 1);
    cluster.engine();
    client.wait_for_engines(2).await.unwrap();
    let pending = all.submit(&Request::execute("kept")).unwrap();
    assert_eq!(pending.iter().map(|pending| pending.engine().unwrap()).collect::<Vec<_>>(), [0, 1]);
    let mut kept = Vec::new();
    for pending in pending {
        kept.push(pending.finish().await.1.len());
    }
    assert_eq!(kept, [1, 0], "variables belong to their engine");
}

pub(crate) async fn are_driven_by_the_example() {
    let cluster = Cluster::start(2);
    cluster.client(2).await;
    let told = tokio::task::block_in_place(|| cluster.squares());
    assert!(told.contains("7^2 = 49.0\n"), "{told}");
    assert!(told.ends_with("[0] here I am\n[1] here I am\n"), "{told}");
}
