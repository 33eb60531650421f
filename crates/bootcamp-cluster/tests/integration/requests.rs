use std::time::{Duration, Instant};

use bootcamp_cluster::client::{Output, Pending, Request, RequestError, Targets};
use serde_json::json;

use crate::cluster::Cluster;

fn text(outputs: &[Output]) -> String {
    let text = |output: &Output| match output {
        Output::Stdout(text) => Some(text.clone()),
        _ => None,
    };
    outputs.iter().filter_map(text).collect()
}

async fn texts(pending: Vec<Pending>) -> Vec<String> {
    let mut texts = Vec::new();
    for pending in pending {
        let (reply, outputs) = pending.finish().await;
        reply.unwrap();
        texts.push(text(&outputs));
    }
    texts
}

pub(crate) async fn run_on_chosen_engines() {
    let cluster = Cluster::start(3);
    let client = cluster.client(3).await;
    for (engine, word) in [(0, "zero"), (1, "one"), (2, "two")] {
        let keep = Request::execute(&format!("keep {word}")).silent();
        client.direct(engine).submit(&keep).unwrap();
    }
    let kept = Request::execute("kept");
    let all = texts(client.direct(Targets::All).submit(&kept).unwrap()).await;
    assert_eq!(all, ["zero", "one", "two"]);
    assert_eq!(texts(client.direct([2, 0]).submit(&kept).unwrap()).await, ["two", "zero"]);
    let missing = client.direct([0, 7]).submit(&kept).unwrap_err().to_string();
    assert_eq!(missing, "there is no engine 7; `ids()` says which there are");

    let every = "echo a\nwarn b\nshow c\nagain d\nvalue e";
    let pending = client.direct(1).submit(&Request::execute(every)).unwrap().swap_remove(0);
    let (reply, outputs) = pending.finish().await;
    assert_eq!(reply.unwrap().engine, Some(1));
    let [
        Output::Stdout(a),
        Output::Stderr(b),
        Output::Display { update: false, display_id, .. },
        Output::Display { update: true, data, .. },
        Output::Result { data: e, execution_count, .. },
    ] = &outputs[..]
    else {
        panic!("{outputs:?}")
    };
    assert_eq!((a.as_str(), b.as_str()), ("a\n", "b\n"));
    assert_eq!(display_id.as_deref(), Some("place"));
    assert_eq!((&data["text/plain"], &e["text/plain"]), (&json!("d"), &json!("e")));
    // Two runs of `kept` came before; `keep` was silent.
    assert_eq!(*execution_count, 2);

    client.control(1).clear().await.unwrap();
    assert_eq!(
        texts(client.direct(Targets::All).submit(&kept).unwrap()).await,
        ["zero", "", "two"]
    );
}

pub(crate) async fn tell_what_failed_and_leave_the_engine_alive() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let engine = client.direct(0);
    let ask = |request: Request| engine.submit(&request).unwrap().swap_remove(0);
    let (reply, outputs) = ask(Request::execute("echo before\nfail on purpose")).finish().await;
    let Err(RequestError::Failed(failure)) = reply else { panic!("{reply:?}") };
    assert_eq!(failure.to_string(), "Failed: on purpose");
    assert!(matches!(&outputs[..], [Output::Stdout(_), Output::Error(error)] if *error == failure));

    let unknown = ask(Request::new("unheard_request", json!({}))).reply().await.unwrap_err();
    assert_eq!(unknown.to_string(), "UnknownRequest: what is unheard_request?");
    let pickled = ask(Request::new("apply_request", json!({}))).reply().await.unwrap_err();
    assert!(pickled.to_string().starts_with("NotPython"), "{pickled}");
    let no_code = ask(Request::new("execute_request", json!({}))).reply().await.unwrap_err();
    assert_eq!(no_code.to_string(), "ValueError: there is no code");

    let info = ask(Request::new("kernel_info_request", json!({}))).reply().await.unwrap();
    assert_eq!(info.content["language_info"]["name"], "echo");
    let comms = ask(Request::new("comm_info_request", json!({}))).reply().await.unwrap();
    assert_eq!(comms.content["comms"], json!({}));
}

pub(crate) async fn are_broadcast() {
    let cluster = Cluster::start(3);
    let client = cluster.client(3).await;
    let echo = Request::execute("echo to all");
    let all = texts(client.broadcast(Targets::All).submit(&echo).unwrap()).await;
    assert_eq!(all, ["to all\n"; 3]);
    let two = client.broadcast([2, 1]).submit(&Request::execute("fail too")).unwrap();
    assert_eq!(two.iter().map(|pending| pending.engine().unwrap()).collect::<Vec<_>>(), [2, 1]);
    for pending in two {
        assert_eq!(pending.reply().await.unwrap_err().to_string(), "Failed: too");
    }
    let blob = Request::new("blob_request", json!({ "n": 1 })).buffer(vec![1; 1000]).buffer(vec![]);
    for pending in client.broadcast(Targets::All).submit(&blob).unwrap() {
        let reply = pending.reply().await.unwrap();
        assert_eq!(reply.content["n"], 1);
        assert_eq!(reply.buffers.iter().map(bytes::Bytes::len).collect::<Vec<_>>(), [1000, 0]);
    }
}

pub(crate) async fn go_to_whichever_engine_is_free() {
    let cluster = Cluster::start(2);
    let client = cluster.client(2).await;
    let queue = client.balanced();
    let square = |x: u32| Request::new("square_request", json!({ "x": x }));
    let pending: Vec<_> = (0..100).map(|x| queue.submit(&square(x)).unwrap()).collect();
    let mut ran = [0, 0];
    for (x, pending) in pending.into_iter().enumerate() {
        let reply = pending.reply().await.unwrap();
        assert_eq!(reply.content["square"].as_f64(), Some((x * x) as f64));
        ran[reply.engine.unwrap() as usize] += 1;
    }
    assert!(ran[0] > 0 && ran[1] > 0, "{ran:?}");

    // Only engine 1 has what it takes; the queue finds that out.
    for _ in 0..10 {
        let reply = queue.submit(&Request::execute("only 1")).unwrap().reply().await.unwrap();
        assert_eq!(reply.engine, Some(1));
    }
    let chosen = client.balanced().targets(0);
    for _ in 0..5 {
        let reply = chosen.submit(&square(3)).unwrap().reply().await.unwrap();
        assert_eq!(reply.engine, Some(0));
    }
    let failing = client.balanced().retries(2).submit(&Request::execute("fail always")).unwrap();
    assert_eq!(failing.reply().await.unwrap_err().to_string(), "Failed: always");
}

pub(crate) async fn are_taken_back_and_interrupted_while_another_runs() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let engine = client.direct(0);
    let submit = |code: &str| engine.submit(&Request::execute(code)).unwrap().swap_remove(0);
    let running = submit("sleep 30");
    let one = submit("keep one");
    let two = submit("keep two");
    let three = submit("echo three");
    tokio::time::sleep(Duration::from_millis(200)).await;

    let start = Instant::now();
    client.control(0).abort(&[one.msg_id(), two.msg_id()]).await.unwrap();
    for aborted in [one, two] {
        assert!(matches!(aborted.reply().await, Err(RequestError::Aborted)));
    }
    client.control(0).interrupt().await.unwrap();
    let interrupted = running.reply().await.unwrap_err();
    assert_eq!(interrupted.to_string(), "Interrupted: sleep was interrupted");
    assert_eq!(text(&three.finish().await.1), "three\n");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(texts(vec![submit("kept")]).await, [""]);

    let running = submit("sleep 0.5");
    let waiting: Vec<_> = (0..20).map(|_| submit("keep more")).collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    client.control(0).abort(&[]).await.unwrap();
    for aborted in waiting {
        assert!(matches!(aborted.reply().await, Err(RequestError::Aborted)));
    }
    running.reply().await.unwrap();

    let refused = client.control(0).ask("signal_request", json!({ "sig": 9 })).await.unwrap_err();
    assert!(refused.to_string().contains("SIGINT or SIGTERM, not 9"), "{refused}");
}

pub(crate) async fn a_thousand_are_pipelined() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let engine = client.direct(0);
    let pending: Vec<_> = (0..1000)
        .flat_map(|number| engine.submit(&Request::execute(&format!("echo {number}"))).unwrap())
        .collect();
    let texts = texts(pending).await;
    assert_eq!(texts, (0..1000).map(|number| format!("{number}\n")).collect::<Vec<_>>());
}

pub(crate) async fn a_flood_of_output_is_complete_and_in_order() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let flood = Request::execute("flood 10e6\necho done");
    let pending = client.direct(0).submit(&flood).unwrap().swap_remove(0);
    let (reply, outputs) = pending.finish().await;
    reply.unwrap();
    let text = text(&outputs);
    assert_eq!(text.lines().count(), 100_001);
    for (number, line) in text.lines().take(100_000).enumerate() {
        assert!(line.starts_with(&format!("{number:09} ")) && line.len() == 99, "{line}");
    }
    assert!(text.ends_with("done\n"));
}

pub(crate) async fn large_buffers_come_back_whole() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let sent: bytes::Bytes =
        (0..100_000_000_u32).map(|i| (i % 251) as u8).collect::<Vec<_>>().into();
    let blob = Request::new("blob_request", json!({})).buffer(sent.clone());
    let direct = client.direct(0).submit(&blob).unwrap().swap_remove(0).reply().await.unwrap();
    assert!(direct.buffers == [sent.clone()]);
    let queued = client.balanced().submit(&blob).unwrap().reply().await.unwrap();
    assert!(queued.buffers == [sent]);
}

pub(crate) async fn are_remembered_by_the_hub() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let hub = client.hub();
    let blob = Request::new("blob_request", json!({ "n": 5 })).buffer(vec![1, 2, 3]);
    let pending = client.direct(0).submit(&blob).unwrap().swap_remove(0);
    let msg_id = pending.msg_id().to_owned();
    pending.reply().await.unwrap();
    let echo = client.balanced().submit(&Request::execute("echo again")).unwrap();
    let echo_id = echo.msg_id().to_owned();
    echo.reply().await.unwrap();
    // The hub listens to the same replies; it may be a moment behind.
    tokio::time::sleep(Duration::from_millis(500)).await;

    let other = cluster.client(1).await;
    let (results, buffers) = other.hub().results(&[&msg_id]).await.unwrap();
    assert_eq!(results["completed"], json!([msg_id]));
    assert_eq!(results[&msg_id]["result_content"]["n"], 5);
    assert_eq!(buffers, [vec![1, 2, 3]]);
    assert_eq!(hub.history().await.unwrap(), [msg_id.clone(), echo_id.clone()]);
    assert_eq!(hub.queue_status(false).await.unwrap()["0"]["completed"], 2);
    let records = hub.records(json!({ "msg_id": echo_id }), &["msg_id", "stdout"]).await.unwrap();
    assert_eq!(records[0]["stdout"], "again\n");
    assert_eq!(hub.resubmit(&[&echo_id]).await.unwrap().len(), 1);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(hub.history().await.unwrap().len(), 3);
    hub.purge(&[&msg_id]).await.unwrap();
    assert_eq!(hub.history().await.unwrap().len(), 2);
    hub.purge_all().await.unwrap();
    assert!(hub.history().await.unwrap().is_empty());
    assert_eq!(hub.connection().await.unwrap().as_object().unwrap().len(), 1);
    let unknown = hub.ask("unheard_request", json!({})).await.unwrap_err();
    assert!(matches!(unknown, RequestError::Failed(_)), "{unknown}");
    hub.shutdown().await.unwrap();
}
