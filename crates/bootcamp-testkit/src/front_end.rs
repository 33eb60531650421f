//! A scripted front end: it starts the kernel as Jupyter does and talks to it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, fs};

use jupyter_protocol::{ConnectionInfo, KernelInfoRequest, Transport};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::ledger::{Complaint, Ledger};
use crate::program::kernel;
use crate::sockets::{Came, Sockets};

/// A cold start compiles on a machine that may be busy.
const PATIENCE: Duration = Duration::from_mins(3);
/// How long the last messages of a kernel that has ended may be on their way.
const LAST_WORDS: Duration = Duration::from_millis(50);
const KEY: &str = "a-secret-of-the-test";

/// A front end and its kernel, which ends with it. All of its methods fail when the kernel breaks a
/// rule, or does not answer in time.
pub struct FrontEnd {
    pub(crate) runtime: Runtime,
    /// The kernel's process.
    pub kernel: Child,
    pub(crate) sockets: Sockets,
    pub(crate) ledger: Ledger,
    /// Where the kernel listens.
    pub connection: ConnectionInfo,
    /// How long a message may be waited for.
    pub patience: Duration,
    /// Removed after the kernel has ended.
    pub folders: Vec<TempDir>,
}

/// A connection to ports that are free now. They are below those that the system gives to
/// outgoing connections, so that no other test's connection takes one in between.
pub fn free_connection() -> ConnectionInfo {
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
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// As [`start`](Self::start), with a command that was prepared.
    pub fn start_with(prepare: impl FnOnce(&mut Command)) -> Self {
        static WARM: Once = Once::new();
        // The tests' cells are not to wait for the prebuilt image, nor to show that they do.
        WARM.call_once(|| {
            let output = kernel().arg("warm").output().expect("the kernel's program runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        });
        let mut command = kernel();
        prepare(&mut command);
        let mut front_end = Self::start_command(command);
        // The kernel welcomes a listener: from then on nothing is missed, and all is claimed.
        front_end.read_welcome();
        front_end.ledger.is_strict = true;
        front_end
    }

    /// Starts any kernel that takes `--control_file`, and waits until its ports are open. It may
    /// break the rules.
    pub fn start_command(mut command: Command) -> Self {
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
        let mut kernel = command.spawn().expect("the kernel starts");
        let sockets = runtime.block_on(async {
            wait_for_ports(&mut kernel, &connection).await;
            Sockets::connect(&connection).await
        });
        Self {
            runtime,
            kernel,
            sockets,
            ledger: Ledger::new(),
            connection,
            patience: PATIENCE,
            folders: vec![folder],
        }
    }

    /// Waits for a future, while messages come.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Reads messages until what is wanted of them is there.
    pub(crate) fn wait<T>(
        &mut self,
        what: &str,
        mut taken: impl FnMut(&mut Ledger) -> Option<T>,
    ) -> T {
        // A cell that builds crates says so from time to time, and may take longer.
        let end = Instant::now() + 4 * self.patience;
        loop {
            if let Some(taken) = taken(&mut self.ledger) {
                return taken;
            }
            let deadline = end.min(Instant::now() + self.patience);
            match self.receive(deadline) {
                Ok(true) => {}
                Ok(false) => panic!("{what} did not come in time; {:#?}", self.ledger.left_over()),
                Err(complaint) => panic!("while {what} was awaited: {complaint}"),
            }
        }
    }

    /// Reads the next message of any socket, if one comes in time.
    pub(crate) fn receive(&mut self, deadline: Instant) -> Result<bool, Complaint> {
        let Self { runtime, sockets, ledger, .. } = self;
        let next = async { tokio::time::timeout_at(deadline.into(), sockets.next()).await };
        match runtime.block_on(next) {
            Err(_) => return Ok(false),
            Ok(None) => return Err("the kernel has hung up".to_owned()),
            Ok(Some(Came::Published(message))) => ledger.publish(message)?,
            Ok(Some(Came::Reply(reply))) => ledger.answer(reply)?,
            Ok(Some(Came::Question(message))) => ledger.ask(message)?,
        }
        Ok(true)
    }

    /// Reads all that was published until now; complains of what nobody claimed.
    /// # Errors
    /// What nobody claimed, or what the kernel did out of turn.
    pub fn settle(&mut self) -> Result<(), Complaint> {
        if !self.ledger.is_strict {
            return Ok(());
        }
        if matches!(self.kernel.try_wait(), Ok(None)) {
            // What is published comes in order: after this nothing older is on its way.
            let id = self.send_to_control(KernelInfoRequest {});
            let deadline = Instant::now() + self.patience;
            loop {
                let is_answered = self.ledger.is_answered(&id);
                if is_answered && self.ledger.is_idle(&id) {
                    break;
                }
                if !self.receive(deadline)? {
                    return Err("the control socket does not answer".to_owned());
                }
            }
            self.ledger.leave(&id);
        } else {
            while matches!(self.receive(Instant::now() + LAST_WORDS), Ok(true)) {}
        }
        let left_over = self.ledger.left_over();
        if left_over.is_empty() {
            return Ok(());
        }
        Err(format!("nobody claimed this:\n{}", left_over.join("\n")))
    }
}

impl fmt::Debug for FrontEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FrontEnd")
            .field("kernel", &self.kernel.id())
            .finish_non_exhaustive()
    }
}

impl Drop for FrontEnd {
    fn drop(&mut self) {
        let settled = if std::thread::panicking() { Ok(()) } else { self.settle() };
        // A failed test leaves no kernel behind.
        let _ = self.kernel.kill();
        let _ = self.kernel.wait();
        if let Err(complaint) = settled {
            panic!("{complaint}");
        }
    }
}

async fn wait_for_ports(kernel: &mut Child, connection: &ConnectionInfo) {
    let deadline = Instant::now() + PATIENCE;
    let address = (connection.ip.as_str(), connection.hb_port);
    while tokio::net::TcpStream::connect(address).await.is_err() {
        assert!(Instant::now() < deadline, "the kernel does not listen");
        assert_eq!(kernel.try_wait().unwrap(), None, "the kernel has ended");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
