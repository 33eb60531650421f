//! Drives a running cluster: asks whichever engines are free for some squares, and every
//! engine for its name.
//!
//! ```text
//! ipcluster start -n 4        # with engines that answer `square_request`, as echo_engine
//! cargo run -p bootcamp-cluster --example squares [PROFILE]
//! ```

use bootcamp_cluster::client::{Client, Output, Request, Targets};
use bootcamp_cluster::connection::Profile;
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let profile = match std::env::args().nth(1) {
        Some(name) => Profile::named(&name)?,
        None => Profile::from_env()?,
    };
    let client = Client::connect(profile.client().await?).await?;
    println!("engines {:?}", client.wait_for_engines(1).await?);

    // Everything is sent before anything is awaited: the engines work side by side.
    let queue = client.balanced().retries(2);
    let squares: Vec<_> = (1..=10)
        .map(|x| queue.submit(&Request::new("square_request", json!({ "x": x }))))
        .collect::<Result<_, _>>()?;
    for (x, square) in (1..).zip(squares) {
        let reply = square.reply().await?;
        println!("{x}^2 = {}", reply.content["square"]);
    }

    for pending in client.direct(Targets::All).submit(&Request::execute("echo here I am"))? {
        let engine = pending.engine();
        let (reply, outputs) = pending.finish().await;
        for output in outputs {
            if let (Output::Stdout(text), Some(engine)) = (output, engine) {
                print!("[{engine}] {text}");
            }
        }
        reply?;
    }
    Ok(())
}
