//! A scripted front end: it starts the kernel as Jupyter does and talks to it.

pub(crate) mod shown;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use jupyter_protocol::{
    ConnectionInfo, ExecuteRequest, InputReply, JupyterMessage, JupyterMessageContent,
    ShutdownRequest, Transport,
};
use jupyter_zmq_client::{
    ClientControlConnection, ClientIoPubConnection, ClientShellConnection, ClientStdinConnection,
    RawMessage, create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, create_client_stdin_connection_with_identity,
    peer_identity_for_session,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use zeromq::SocketRecv as _;

use shown::{Run, part};

/// A cold start compiles on a machine that may be busy.
const PATIENCE: Duration = Duration::from_mins(3);
const KEY: &str = "a-secret-of-the-test";

pub(crate) struct FrontEnd {
    runtime: Runtime,
    pub(crate) kernel: Child,
    pub(crate) shell: ClientShellConnection,
    pub(crate) control: ClientControlConnection,
    pub(crate) iopub: ClientIoPubConnection,
    pub(crate) stdin: ClientStdinConnection,
    pub(crate) connection: ConnectionInfo,
    /// How long a message may be waited for.
    pub(crate) patience: Duration,
    /// Removed after the kernel has ended.
    pub(crate) folders: Vec<TempDir>,
}

/// The kernel's program; it keeps its history away from that of the person who tests.
pub(crate) fn kernel() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bootcamp-kernel"));
    command.env("XDG_STATE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    command
}

/// A connection to ports that are free now. They are below those that the system gives to
/// outgoing connections, so that no other test's connection takes one in between.
pub(crate) fn free_connection() -> ConnectionInfo {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let process = u16::try_from(std::process::id() % 160).expect("a small number");
    let free_port = || loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 16_000 + (process * 100 + number) % 16_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    };
    ConnectionInfo {
        ip: Ipv4Addr::LOCALHOST.to_string(),
        transport: Transport::TCP,
        shell_port: free_port(),
        iopub_port: free_port(),
        stdin_port: free_port(),
        control_port: free_port(),
        hb_port: free_port(),
        key: KEY.to_owned(),
        signature_scheme: "hmac-sha256".to_owned(),
        kernel_name: None,
    }
}

impl FrontEnd {
    /// Starts a kernel and waits until it answers.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(prepare: impl FnOnce(&mut Command)) -> Self {
        static WARM: Once = Once::new();
        // The tests' cells are not to wait for the house, nor to show that they do.
        WARM.call_once(|| {
            let output = kernel().arg("warm").output().expect("the kernel's program runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        });
        let mut command = kernel();
        prepare(&mut command);
        let mut front_end = Self::start_command(command);
        // The kernel welcomes a listener: from then on nothing is missed.
        let welcome = front_end.read_iopub();
        assert_eq!(welcome.message_type(), "iopub_welcome");
        front_end
    }

    /// Starts any kernel that takes `--control_file`, and waits until its ports are open.
    pub(crate) fn start_command(mut command: Command) -> Self {
        let runtime =
            // With a thread of its own: what is sent leaves while the test does something else.
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let connection = free_connection();
        let file = folder.path().join("connection.json");
        fs::write(&file, serde_json::to_string(&connection).unwrap()).unwrap();
        command.arg("--control_file").arg(&file).stdin(Stdio::null());
        let kernel = command.spawn().expect("the kernel starts");
        let (shell, control, iopub, stdin) = runtime.block_on(async {
            wait_for_ports(&connection).await;
            let session = "test-session";
            let identity = || peer_identity_for_session(session).unwrap();
            (
                create_client_shell_connection_with_identity(&connection, session, identity())
                    .await
                    .unwrap(),
                create_client_control_connection(&connection, session).await.unwrap(),
                create_client_iopub_connection(&connection, "", session).await.unwrap(),
                create_client_stdin_connection_with_identity(&connection, session, identity())
                    .await
                    .unwrap(),
            )
        });
        Self {
            runtime,
            kernel,
            shell,
            control,
            iopub,
            stdin,
            connection,
            patience: PATIENCE,
            folders: vec![folder],
        }
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Runs a cell; fails when it does not end in time.
    pub(crate) fn run(&mut self, code: &str) -> Run {
        self.run_answering(code, &[])
    }

    /// Runs a cell that asks; each answer is given to one question.
    pub(crate) fn run_answering(&mut self, code: &str, answers: &[(&str, &str)]) -> Run {
        let request = ExecuteRequest {
            code: code.to_owned(),
            allow_stdin: !answers.is_empty(),
            ..ExecuteRequest::default()
        };
        let id = self.send(request);
        for (prompt, answer) in answers {
            let question = self.read_question();
            let JupyterMessageContent::InputRequest(input) = &question.content else {
                panic!("not a question: {question:?}");
            };
            assert_eq!(&input.prompt, prompt);
            let reply = InputReply { value: (*answer).to_owned(), ..InputReply::default() };
            let reply = JupyterMessage::new(reply, Some(&question));
            self.runtime.block_on(self.stdin.send(reply)).unwrap();
        }
        self.collect(&id)
    }

    /// The next question of a cell.
    pub(crate) fn read_question(&mut self) -> JupyterMessage {
        self.runtime
            .block_on(async { timeout(self.patience, self.stdin.read()).await })
            .expect("a question comes in time")
            .expect("a message")
    }

    /// Sends a request on the shell socket; gives its id.
    pub(crate) fn send(&mut self, content: impl Into<JupyterMessageContent>) -> String {
        let message = JupyterMessage::new(content, None);
        let id = message.header.msg_id.clone();
        self.runtime.block_on(self.shell.send(message)).unwrap();
        id
    }

    /// Reads what belongs to an execution until it is idle and answered.
    pub(crate) fn collect(&mut self, id: &str) -> Run {
        let start = Instant::now();
        let (mut shown, mut times) = (Vec::new(), Vec::new());
        loop {
            let message = self.read_iopub();
            let parent = message.parent_header.as_ref().map(|header| header.msg_id.as_str());
            if parent != Some(id) {
                continue;
            }
            if is_idle(&message) {
                break;
            }
            let Some(part) = part(message) else { continue };
            shown.push(part);
            times.push(start.elapsed());
        }
        let idle = start.elapsed();
        let message = self.read_shell(id);
        let metadata = message.metadata;
        let JupyterMessageContent::ExecuteReply(reply) = message.content else {
            panic!("not an execute reply: {:?}", message.content);
        };
        Run { reply, metadata, shown, times, idle }
    }

    /// Adds what is published for an execution after it was idle, until there is nothing
    /// for as long as given: the stock kernel prints from a thread that it does not wait
    /// for.
    pub(crate) fn collect_late(&mut self, id: &str, patience: Duration, run: &mut Run) {
        while let Ok(message) =
            self.runtime.block_on(async { timeout(patience, self.iopub.read()).await })
        {
            let message = message.expect("a message");
            let parent = message.parent_header.as_ref().map(|header| header.msg_id.as_str());
            if parent == Some(id) {
                run.shown.extend(part(message));
            }
        }
    }

    /// The reply to a request on the shell socket.
    pub(crate) fn read_shell(&mut self, id: &str) -> JupyterMessage {
        loop {
            let message = self
                .runtime
                .block_on(async { timeout(self.patience, self.shell.read()).await })
                .expect("a reply comes in time")
                .expect("a message");
            if message.parent_header.as_ref().is_some_and(|header| header.msg_id == id) {
                return message;
            }
        }
    }

    /// The content of the reply to a request on the shell socket, as it is on the wire.
    pub(crate) fn read_shell_content(&mut self, id: &str) -> Value {
        self.runtime.block_on(async {
            loop {
                let frames = timeout(self.patience, self.shell.socket.recv());
                let frames = frames.await.expect("a reply comes in time").expect("a message");
                let raw = RawMessage::from_multipart(frames, &self.shell.mac).expect("a message");
                let parts = raw.jparts.iter().map(|part| serde_json::from_slice(part));
                let mut parts: Vec<Value> = parts.collect::<Result<_, _>>().expect("JSON");
                if parts[1]["msg_id"] == id {
                    return parts.swap_remove(3);
                }
            }
        })
    }

    /// As many replies as given; what is published meanwhile is read and left out.
    pub(crate) fn read_replies(&mut self, count: usize) -> Vec<JupyterMessage> {
        let (shell, iopub, patience) = (&mut self.shell, &mut self.iopub, self.patience);
        let mut replies = Vec::new();
        self.runtime.block_on(async {
            while replies.len() < count {
                tokio::select! {
                    reply = timeout(patience, shell.read()) => {
                        replies.push(reply.expect("a reply comes in time").expect("a message"));
                    }
                    _ = iopub.read() => {}
                }
            }
        });
        replies
    }

    pub(crate) fn read_iopub(&mut self) -> JupyterMessage {
        self.runtime
            .block_on(async { timeout(self.patience, self.iopub.read()).await })
            .expect("something is published in time")
            .expect("a message")
    }

    /// Whether something is published within the time given.
    pub(crate) fn listens(&mut self, patience: Duration) -> bool {
        self.runtime.block_on(async { timeout(patience, self.iopub.read()).await.is_ok() })
    }

    /// Sends a request on the control socket and waits for its reply.
    pub(crate) fn control(&mut self, content: impl Into<JupyterMessageContent>) -> JupyterMessage {
        let message = JupyterMessage::new(content, None);
        self.runtime.block_on(async {
            self.control.send(message).await.unwrap();
            timeout(Duration::from_secs(20), self.control.read())
                .await
                .expect("control never waits")
                .expect("a message")
        })
    }

    /// Shuts the kernel down as Jupyter does; gives its exit code.
    pub(crate) fn shut_down(mut self) -> Option<i32> {
        self.control(ShutdownRequest { restart: false });
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Some(status) = self.kernel.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the kernel did not end after its shutdown");
    }
}

impl Drop for FrontEnd {
    fn drop(&mut self) {
        // A failed test leaves no kernel behind.
        let _ = self.kernel.kill();
        let _ = self.kernel.wait();
    }
}

fn is_idle(message: &JupyterMessage) -> bool {
    let JupyterMessageContent::Status(status) = &message.content else { return false };
    status.execution_state == jupyter_protocol::ExecutionState::Idle
}

async fn wait_for_ports(connection: &ConnectionInfo) {
    let deadline = Instant::now() + PATIENCE;
    let address = (connection.ip.as_str(), connection.hb_port);
    while tokio::net::TcpStream::connect(address).await.is_err() {
        assert!(Instant::now() < deadline, "the kernel does not listen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A path for a file that the kernel must not be able to write.
pub(crate) fn nowhere() -> PathBuf {
    PathBuf::from("/proc/nowhere")
}
