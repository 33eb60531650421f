//! The sockets by which the child connects to the kernel.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};

/// The greatest length of a question: that of the largest bundle, as JSON.
const LONGEST: u64 = 6 * bootcamp_protocol::bundle::LARGEST_BUNDLE as u64 + 4096;

/// A question, and the channel for its answer.
pub(super) type Call<Question, Answer> = (Question, oneshot::Sender<Answer>);

/// Listens on `path`. Every line of JSON that comes is a question in the returned queue.
pub(super) fn listen<Question, Answer>(
    path: &Path,
) -> io::Result<mpsc::Receiver<Call<Question, Answer>>>
where
    Question: DeserializeOwned + Send + 'static,
    Answer: Serialize + Send + 'static,
{
    let listener = UnixListener::bind(path)?;
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, sender.clone()));
        }
    });
    Ok(receiver)
}

/// Answers the questions of one connection, until it ends or sends anything else.
async fn serve<Question, Answer>(stream: UnixStream, queue: mpsc::Sender<Call<Question, Answer>>)
where
    Question: DeserializeOwned + Send,
    Answer: Serialize + Send,
{
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        match (&mut stream).take(LONGEST).read_until(b'\n', &mut line).await {
            Ok(length) if length > 0 => {}
            _ => return,
        }
        let Ok(question) = serde_json::from_slice(&line) else { return };
        // The question may be large, and the answer may take long.
        drop(line);
        let (sender, receiver) = oneshot::channel();
        if queue.send((question, sender)).await.is_err() {
            return;
        }
        let Ok(answer) = receiver.await else { return };
        let Ok(mut text) = serde_json::to_vec(&answer) else { return };
        text.push(b'\n');
        if stream.get_mut().write_all(&text).await.is_err() {
            return;
        }
    }
}
