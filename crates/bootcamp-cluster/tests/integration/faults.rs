use std::fs;
use std::time::{Duration, Instant};

use bootcamp_cluster::client::{Client, Notice, Request, RequestError, Targets};
use bootcamp_cluster::connection::{EngineConnection, Profile};
use bootcamp_cluster::transport::{Event, Kind, Pure, Transport as _};
use bootcamp_cluster::wire::Session;
use rustix::process::Signal;
use serde_json::json;
use tokio::time::timeout;

use crate::cluster::{Cluster, signal};

pub(crate) async fn a_killed_engine_fails_what_it_had() {
    let mut cluster = Cluster::start(1);
    let process = cluster.engine();
    let client = cluster.client(2).await;
    let mut notices = client.notices();
    let sleeping = Request::execute("echo begun\nsleep 60");
    let pending = client.direct(Targets::All).submit(&sleeping).unwrap();
    // They go through different schedulers: either may come first.
    let broadcast = client.broadcast(Targets::All).submit(&sleeping).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let start = Instant::now();
    signal(process, Signal::KILL);
    let Some(Notice::Left { id: dead, .. }) = notices.next().await else { panic!() };
    for pending in pending.into_iter().chain(broadcast) {
        if pending.engine() == Some(dead) {
            let error = pending.reply().await.unwrap_err();
            let told = format!(
                "engine {dead} died or left while it had the request; send it to another one"
            );
            assert_eq!(error.to_string(), told);
        }
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let gone = client.direct(dead).submit(&Request::execute("echo")).unwrap_err();
    assert!(matches!(gone, RequestError::NoSuchEngine(id) if id == dead));
    assert_eq!(client.ids().len(), 1);
}

pub(crate) async fn an_engine_lost_in_a_task_is_replaced() {
    let mut cluster = Cluster::start(1);
    let process = cluster.engine_with(&[("SLURM_PROCID", "9")]);
    let client = cluster.client(2).await;
    let lost = client.balanced().targets(9).submit(&Request::execute("sleep 60")).unwrap();
    // The load decides: the first goes to the engine that has nothing to do.
    let moved = client.balanced().retries(1);
    let begun = moved.submit(&Request::execute("echo begun\nsleep 3\necho done")).unwrap();
    let second = moved.submit(&Request::execute("echo begun\nsleep 3\necho done")).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    signal(process, Signal::KILL);
    let error = lost.reply().await.unwrap_err();
    // Which of the two depends on what the scheduler hears first.
    let told =
        matches!(error, RequestError::EngineLost { engine: None } | RequestError::NoEngineLeft);
    assert!(told, "{error}");
    let survivor = client.ids()[0];
    assert_ne!(survivor, 9);
    for pending in [begun, second] {
        assert_eq!(pending.reply().await.unwrap().engine, Some(survivor));
    }
}

pub(crate) async fn a_lost_controller_is_noticed_by_all() {
    let mut cluster = Cluster::start(0);
    let engine = cluster.engine();
    let client = cluster.client(1).await;
    let mut notices = client.notices();
    let pending = client.direct(0).submit(&Request::execute("sleep 60")).unwrap().swap_remove(0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let start = Instant::now();
    cluster.signal_controller(Signal::KILL);
    assert!(matches!(pending.reply().await, Err(RequestError::Interrupted)));
    let refused = || client.direct(Targets::All).submit(&Request::execute("echo")).unwrap_err();
    // It may come back.
    assert!(matches!(refused(), RequestError::Away));
    assert!(client.is_away() && !client.is_lost());
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(cluster.ended(engine, Duration::from_secs(15)).is_some(), "the engine leaves");
    assert!(cluster.log("engine").contains("leaving: "), "{}", cluster.log("engine"));
    if !cfg!(feature = "libzmq") {
        // It did not come back.
        let lost = timeout(Duration::from_mins(1), notices.next()).await.unwrap();
        assert_eq!(lost, Some(Notice::ControllerLost));
        assert_eq!(notices.next().await, None);
        let told = "the connection to the controller is lost; start it again and connect anew";
        assert_eq!(refused().to_string(), told);
        assert!(client.is_lost());
    }
}

pub(crate) async fn an_engine_leaves_a_controller_that_is_silent() {
    let mut cluster = Cluster::start(0);
    let engine = cluster.engine();
    cluster.client(1).await;
    cluster.signal_controller(Signal::STOP);
    let start = Instant::now();
    assert!(cluster.ended(engine, Duration::from_secs(15)).is_some(), "the engine leaves");
    // Ten periods of a second, the last of which may have begun before.
    assert!(start.elapsed() > Duration::from_secs(8), "{:?}", start.elapsed());
    assert!(cluster.log("engine").contains("leaving: Silence(10s)"), "{}", cluster.log("engine"));
}

pub(crate) async fn another_key_joins_nothing() {
    let mut cluster = Cluster::start(0);
    cluster.client(0).await;
    let profile = cluster.profile();
    let with_key = |file: &std::path::Path| {
        let mut fields: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        fields["key"] = "another".into();
        fields.to_string()
    };
    let client_file = with_key(&profile.client_file());
    let engine_file = with_key(&profile.engine_file());
    let engine = cluster.engine_with(&[("IPP_CONNECTION_INFO", &engine_file)]);
    let connection =
        bootcamp_cluster::connection::ClientConnection::parse(&client_file, "").unwrap();
    let error = Client::connect(connection).await.unwrap_err().to_string();
    assert!(error.starts_with("the controller did not answer within 10 s"), "{error}");
    let status = cluster.ended(engine, Duration::from_secs(10)).expect("it gives up");
    assert_eq!(status.code(), Some(1));
    assert!(cluster.log("engine").contains("the controller did not answer the registration"));

    let nowhere = Profile::at(cluster.path("nowhere")).engine_file();
    assert!(!nowhere.exists());
}

/// Somebody on the way: takes the place of an engine, or of a client, with raw frames.
pub(crate) async fn a_changed_buffer_reaches_no_code() {
    let cluster = Cluster::start(1);
    let client = cluster.client(1).await;
    let uuid = client.hub().connection().await.unwrap()["0"].as_str().unwrap().to_owned();
    let connection = cluster.profile().client().await.unwrap();
    let session = Session::new(connection.key.clone());
    let mut link = Pure.link(Kind::Dealer(None), &connection.mux).await.unwrap();
    let mut ask = async |change: fn(&mut Vec<bytes::Bytes>)| {
        let mut message = session.message("blob_request", json!({}));
        message.idents = vec![uuid.clone().into()];
        message.buffers = vec![vec![1, 2, 3].into()];
        let mut frames = session.encode(message).unwrap();
        change(&mut frames);
        link.outgoing.send(frames).unwrap();
        let event = timeout(Duration::from_secs(10), link.incoming.recv()).await.unwrap();
        let Some(Event::Message(frames)) = event else { panic!("{event:?}") };
        session.decode(frames).unwrap()
    };
    assert_eq!(ask(|_| {}).await.buffers, [vec![1, 2, 3]]);
    let changed = ask(|frames| *frames.last_mut().unwrap() = vec![1, 2, 4].into()).await;
    assert_eq!(changed.content["ename"], "RefusedBuffers");
    assert!(changed.content["evalue"].as_str().unwrap().starts_with("buffer 0 was changed"));
    let taken = ask(|frames| drop(frames.pop())).await;
    assert_eq!(taken.content["evalue"], "0 buffers came with digests of 1");

    // The same the other way: an engine's reply is changed on its way to the client.
    let engine = cluster.profile().engine().await.unwrap();
    impostor(&client, engine).await;
}

async fn impostor(client: &Client, connection: EngineConnection) {
    let session = Session::new(connection.key.clone());
    let identity = Kind::Dealer(Some(session.id().to_owned()));
    let registration = Pure.link(identity.clone(), &connection.registration).await.unwrap();
    let uuid = json!({ "uuid": session.id() });
    let register = session.encode(session.message("registration_request", uuid)).unwrap();
    let mut mux = Pure.link(identity.clone(), &connection.mux).await.unwrap();
    registration.outgoing.send(register).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let pong = Pure.link(identity, &connection.hb_pong).await.unwrap();
    let mut ping = Pure.link(Kind::Subscribe, &connection.hb_ping).await.unwrap();
    tokio::spawn(async move {
        while let Some(Event::Message(beat)) = ping.incoming.recv().await {
            let _ = pong.outgoing.send(beat);
        }
    });
    let ids = client.wait_for_engines(2).await.unwrap();
    let blob = Request::new("blob_request", json!({})).buffer(vec![1, 2, 3]);
    let pending = client.direct(ids[1]).submit(&blob).unwrap().swap_remove(0);
    let Some(Event::Message(frames)) = mux.incoming.recv().await else { panic!() };
    let request = session.decode(frames).unwrap();
    let mut reply = session.message("blob_reply", json!({ "status": "ok" }));
    reply.idents = request.idents;
    reply.parent = Some(request.header);
    reply.metadata.insert("status".into(), "ok".into());
    reply.metadata.insert("engine".into(), session.id().into());
    reply.buffers = request.buffers;
    let mut frames = session.encode(reply).unwrap();
    *frames.last_mut().unwrap() = vec![1, 2, 4].into();
    mux.outgoing.send(frames).unwrap();
    let refused = pending.reply().await.unwrap_err();
    assert!(matches!(refused, RequestError::Refused(_)), "{refused}");
}
