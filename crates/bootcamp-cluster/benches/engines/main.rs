//! Engines of this crate beside Python's: the same controller settings, the same machine, the
//! same run; four engines each. What counts are the ratios.
//!
//! `scripts/bench --part engines` runs this. The Python needs ipyparallel and numpy.

#[path = "../../tests/integration/cluster.rs"]
#[allow(dead_code)]
mod cluster;

use std::time::{Duration, Instant};

use bootcamp_cluster::client::{Client, Request, Targets};
use cluster::Cluster;
use serde_json::json;

const ENGINES: usize = 4;
const REQUESTS: usize = 1000;
const ROUNDS: usize = 3;
const BLOB: usize = 100_000_000;
const PIECE: usize = 4_000_000;

/// What one kind of engine does.
struct Figures {
    /// From the start of the processes until the client sees them all.
    start: Duration,
    /// Requests that do nothing, each sent when the one before is answered.
    single: Duration,
    /// The same, all sent before any is awaited.
    pipelined: Duration,
    /// The same through the task queue.
    balanced: Duration,
    /// 100 MB from an engine to its own kind of client.
    pull: Duration,
    /// The same in pieces that overtake each other in the engine, the relay and the client.
    pieces: Duration,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Rust,
    Python,
}

#[tokio::main]
#[expect(clippy::print_stdout)]
async fn main() {
    if let Some(missing) = cluster::missing() {
        println!("nothing is measured: {missing}");
        return;
    }
    let rust = measure(Kind::Rust).await;
    let python = measure(Kind::Python).await;
    println!("{ENGINES} engines; best of {ROUNDS}      Rust engines   Python engines   ratio");
    let mut rows = Vec::new();
    let mut seconds = |name: &str, rust: Duration, python: Duration| {
        let (rust, python) = (rust.as_secs_f64(), python.as_secs_f64());
        println!("{name:<30} {rust:>10.3} s   {python:>12.3} s   {:>5.2}", rust / python);
        rows.push(json!({ "name": name, "unit": "s", "rust": rust, "python": python }));
    };
    seconds("start until registered", rust.start, python.start);
    seconds("100 MB from an engine", rust.pull, python.pull);
    seconds("the same in 4 MB pieces", rust.pieces, python.pieces);
    let mut rates = |name: &str, rust: Duration, python: Duration| {
        let rate = |time: Duration| REQUESTS as f64 / time.as_secs_f64();
        let (rust, python) = (rate(rust), rate(python));
        println!("{name:<30} {rust:>10.0} /s  {python:>12.0} /s  {:>5.1}", rust / python);
        rows.push(json!({ "name": name, "unit": "1/s", "rust": rust, "python": python }));
    };
    rates("requests one at a time", rust.single, python.single);
    rates("requests pipelined", rust.pipelined, python.pipelined);
    rates("requests through the queue", rust.balanced, python.balanced);
    let arguments: Vec<String> = std::env::args().collect();
    let json = arguments.iter().position(|argument| argument == "--json");
    if let Some(file) = json.and_then(|at| arguments.get(at + 1)) {
        std::fs::write(file, json!({ "rows": rows }).to_string()).unwrap();
    }
}

async fn measure(kind: Kind) -> Figures {
    let mut cluster = Cluster::start(0);
    let client = cluster.client(0).await;
    // The first engine finds the controller's processes still starting.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let start = Instant::now();
    for _ in 0..ENGINES {
        match kind {
            Kind::Rust => cluster.engine(),
            Kind::Python => python_engine(&mut cluster),
        };
    }
    client.wait_for_engines(ENGINES).await.unwrap();
    let start = start.elapsed();
    let (pull, pieces) = match kind {
        Kind::Rust => (
            best(async || pull(&client, BLOB).await).await,
            best(async || pull(&client, PIECE).await).await,
        ),
        Kind::Python => tokio::task::block_in_place(|| {
            let told = cluster.python("../../benches/engines/pull.py", &[&BLOB.to_string()]);
            let pull = Duration::from_secs_f64(told.trim().parse().unwrap());
            (pull, pull)
        }),
    };
    Figures {
        start,
        single: best(async || single(&client).await).await,
        pipelined: best(async || pipelined(&client).await).await,
        balanced: best(async || balanced(&client).await).await,
        pull,
        pieces,
    }
}

fn python_engine(cluster: &mut Cluster) -> u32 {
    let mut command = cluster.command(&cluster::python());
    let profile = cluster.profile();
    command
        .args(["-m", "ipyparallel.engine"])
        .arg(format!("--profile-dir={}", profile.folder().display()));
    cluster.spawn("engine", command).id()
}

async fn best(mut once: impl AsyncFnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        once().await;
        best = best.min(start.elapsed());
    }
    best
}

fn nothing() -> Request {
    Request::execute("").silent()
}

async fn single(client: &Client) {
    let ids = client.ids();
    for number in 0..REQUESTS {
        let pending = client.direct(ids[number % ENGINES]).submit(&nothing()).unwrap();
        for pending in pending {
            pending.reply().await.unwrap();
        }
    }
}

async fn pipelined(client: &Client) {
    let all = client.direct(Targets::All);
    let pending: Vec<_> =
        (0..REQUESTS / ENGINES).flat_map(|_| all.submit(&nothing()).unwrap()).collect();
    for pending in pending {
        pending.reply().await.unwrap();
    }
}

async fn balanced(client: &Client) {
    let queue = client.balanced();
    let pending: Vec<_> = (0..REQUESTS).map(|_| queue.submit(&nothing()).unwrap()).collect();
    for pending in pending {
        pending.reply().await.unwrap();
    }
}

async fn pull(client: &Client, piece: usize) {
    let request = Request::new("make_request", json!({ "size": piece }));
    let engine = client.direct(client.ids()[0]);
    let pending: Vec<_> =
        (0..BLOB / piece).flat_map(|_| engine.submit(&request).unwrap()).collect();
    let mut blob = Vec::with_capacity(BLOB);
    for pending in pending {
        let reply = pending.reply().await.unwrap();
        if piece == BLOB {
            assert_eq!(reply.buffers[0].len(), BLOB);
        } else {
            blob.extend_from_slice(&reply.buffers[0]);
        }
    }
    assert!(piece == BLOB || blob.len() == BLOB);
}
