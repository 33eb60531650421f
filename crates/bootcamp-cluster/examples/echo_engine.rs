//! A complete engine whose language has one command on a line:
//!
//! `echo TEXT`, `warn TEXT` (to stderr), `show TEXT`, `value TEXT`, `keep TEXT`, `kept`,
//! `sleep SECONDS`, `flood BYTES`, `fail TEXT`, `only ID` (fails elsewhere), `exit`
//!
//! It also answers `blob_request` with the buffers that came, `make_request` with a buffer of
//! `size` bytes, and `square_request` with the square of `x`. A launcher starts it:
//! `c.EngineLauncher.engine_cmd = [".../echo_engine"]`, then `ipcluster start -n 4`.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bootcamp_cluster::Failure;
use bootcamp_cluster::connection::EngineConnection;
use bootcamp_cluster::engine::{
    Answer, Call, Engine, EngineOptions, Execute, Interrupter, Outputs, Runner,
};
use bytes::Bytes;
use serde_json::{Value, json};

#[derive(Default)]
struct Echo {
    id: u32,
    kept: String,
    blob: Bytes,
    interrupted: Arc<AtomicBool>,
}

impl Runner for Echo {
    async fn execute(&mut self, request: Execute, outputs: &Outputs) -> Result<(), Failure> {
        self.interrupted.store(false, Ordering::Relaxed);
        request.code.lines().try_for_each(|line| self.command(line.trim(), outputs))
    }

    async fn call(&mut self, request: Call, _: &Outputs) -> Result<Answer, Failure> {
        match request.kind.as_str() {
            "blob_request" => Ok(Answer { content: request.content, buffers: request.buffers }),
            "make_request" => {
                let size = request.content["size"].as_u64().unwrap_or(0) as usize;
                if self.blob.len() != size {
                    self.blob = vec![7; size].into();
                }
                Ok(Answer { content: json!({}), buffers: vec![self.blob.clone()] })
            }
            "square_request" => match request.content["x"].as_f64() {
                Some(x) => Ok(Answer::new(json!({ "x": x, "square": x * x }))),
                None => Err(Failure::new("ValueError", "x is not a number")),
            },
            kind => Err(Failure::new("UnknownRequest", format!("what is {kind}?"))),
        }
    }

    async fn clear(&mut self) {
        self.kept.clear();
    }

    fn interrupter(&self) -> Option<Interrupter> {
        let interrupted = self.interrupted.clone();
        Some(Interrupter::new(move || interrupted.store(true, Ordering::Relaxed)))
    }

    fn language_info(&self) -> Value {
        json!({ "name": "echo", "version": "1", "mimetype": "text/plain", "file_extension": "" })
    }
}

impl Echo {
    fn command(&mut self, line: &str, outputs: &Outputs) -> Result<(), Failure> {
        let (command, text) = line.split_once(' ').unwrap_or((line, ""));
        let plain = || json!({ "text/plain": text });
        let number = || {
            let wrong = |_| Failure::new("ValueError", format!("{text:?} is not a number"));
            text.parse::<f64>().map_err(wrong)
        };
        match command {
            "" => {}
            "echo" => outputs.stdout(&format!("{text}\n")),
            "warn" => outputs.stderr(&format!("{text}\n")),
            "show" => outputs.display_data(plain(), json!({}), Some("place")),
            "again" => outputs.update_display_data(plain(), json!({}), "place"),
            "value" => outputs.execute_result(plain(), json!({})),
            "keep" => text.clone_into(&mut self.kept),
            "kept" => outputs.stdout(&self.kept),
            "sleep" => self.sleep(Duration::from_secs_f64(number()?))?,
            "flood" => flood(number()? as usize, outputs),
            "fail" => return Err(Failure::new("Failed", text)),
            "only" if text == self.id.to_string() => {}
            "only" => return Err(Failure::unmet(format!("this is engine {}", self.id))),
            "exit" => std::process::exit(3),
            _ => return Err(Failure::new("SyntaxError", format!("what is {command:?}?"))),
        }
        Ok(())
    }

    fn sleep(&self, time: Duration) -> Result<(), Failure> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if self.interrupted.swap(false, Ordering::Relaxed) {
                return Err(Failure::new("Interrupted", "sleep was interrupted"));
            }
            std::thread::sleep(Duration::from_millis(5).min(time));
        }
        Ok(())
    }
}

/// Prints numbered lines, each by itself, as a loop in user code would.
fn flood(size: usize, outputs: &Outputs) {
    let mut line = String::new();
    let mut printed = 0;
    let mut number = 0;
    while printed < size {
        line.clear();
        let _ = writeln!(line, "{number:09} {}", "x".repeat(89));
        outputs.stdout(&line);
        printed += line.len();
        number += 1;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let connection = EngineConnection::from_env().await?;
    let options = EngineOptions::default().exit_when_stuck(Duration::from_secs(1)).notes(log);
    let engine = Engine::join(connection, options).await?;
    let id = engine.id();
    log(&format!("engine {id} has joined"));
    let departure = engine.run(Echo { id, ..Echo::default() }).await;
    log(&format!("engine {id} has left: {departure:?}"));
    Ok(())
}

/// Launchers keep what engines write to stderr.
#[expect(clippy::print_stderr)]
fn log(text: &str) {
    eprintln!("{text}");
}
