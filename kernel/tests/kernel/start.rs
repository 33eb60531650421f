//! What keeps the kernel from starting: one clear line each, and an exit code.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use jupyter_protocol::ExecuteRequest;

use crate::disk::with_small_disk;
use bootcamp_testkit::{FrontEnd, free_connection, kernel, nowhere};

fn connection_file(folder: &Path) -> PathBuf {
    let connection = free_connection();
    let file = folder.join("connection.json");
    fs::write(&file, serde_json::to_string(&connection).unwrap()).unwrap();
    file
}

/// The one line that the program says, after checking that it failed.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "one line was expected: {text}");
    text
}

fn start(file: &Path, prepare: impl FnOnce(&mut Command)) -> String {
    let mut command = kernel();
    command.arg("--control_file").arg(file);
    prepare(&mut command);
    complaint(&command.output().unwrap())
}

#[test]
fn a_connection_file_that_is_missing_or_malformed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connection.json");
    assert!(start(&file, |_| {}).contains("cannot read the connection file"));
    for (text, expected) in [
        ("", "is not one"),
        ("{}", "missing field"),
        ("{\"ip\": 3}", "is not one"),
        ("[1, 2", "is not one"),
    ] {
        fs::write(&file, text).unwrap();
        let line = start(&file, |_| {});
        assert!(line.contains(expected), "{text:?}: {line}");
    }
    let good = fs::read_to_string(connection_file(folder.path())).unwrap();
    fs::write(&file, good.replace("hmac-sha256", "hmac-md5")).unwrap();
    assert!(start(&file, |_| {}).contains("its signature scheme is hmac-md5"));
}

#[test]
fn a_port_that_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = connection_file(folder.path());
    let connection: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let port = u16::try_from(connection["iopub_port"].as_u64().unwrap()).unwrap();
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let line = start(&file, |_| {});
    assert!(
        line.contains(&format!("cannot listen on tcp://127.0.0.1:{port} for the iopub socket")),
        "{line}"
    );
}

#[test]
fn no_compiler_or_no_library_sources() {
    let folder = tempfile::tempdir().unwrap();
    let file = connection_file(folder.path());
    let line = start(&file, |command| {
        command.env("PATH", "/nowhere").env_remove("RUSTC");
    });
    assert!(line.contains("no Rust compiler found") && line.contains("rustup.rs"), "{line}");

    // A toolchain without rust-src: a compiler whose sysroot is an empty folder.
    let rustc = folder.path().join("rustc");
    fs::write(&rustc, format!("#!/bin/sh\necho {}\n", folder.path().display())).unwrap();
    fs::set_permissions(&rustc, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let line = start(&file, |command| {
        command.env("RUSTC", &rustc);
    });
    assert!(line.contains("rustup component add rust-src"), "{line}");
}

#[test]
fn a_cache_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = connection_file(folder.path());
    let line = start(&file, |command| {
        command.env("BOOTCAMP_CACHE", nowhere());
    });
    assert!(line.contains("/proc/nowhere"), "{line}");
    let output = kernel().arg("warm").env("BOOTCAMP_CACHE", nowhere()).output().unwrap();
    assert!(complaint(&output).contains("/proc/nowhere"));
}

#[test]
#[ignore = "mounts a small file system, which only root may; scripts/test does it"]
fn a_disk_that_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let file = connection_file(folder.path());
    let (kernel_line, warm_line) = with_small_disk(|small| {
        let kernel_line = start(&file, |command| {
            command.env("TMPDIR", small);
        });
        let output = kernel().arg("warm").env("BOOTCAMP_CACHE", small).output().unwrap();
        (kernel_line, complaint(&output))
    });
    assert!(
        kernel_line.contains("MB are free in") && kernel_line.contains("free some space"),
        "{kernel_line}"
    );
    assert!(warm_line.contains("MB are free in"), "{warm_line}");
}

#[test]
fn help_version_and_unknown_words() {
    let output = kernel().arg("--version").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("bootcamp-kernel 0."));
    let output = kernel().arg("--help").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("install"));
    assert!(complaint(&kernel().output().unwrap()).contains("--help"));
    assert_eq!(kernel().arg("dance").output().unwrap().status.code(), Some(2));
}

#[test]
fn install_writes_a_kernelspec_with_absolute_paths() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = kernel().args(["install", "--prefix"]).arg(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let spec = folder.path().join("share/jupyter/kernels/rust/kernel.json");
    let spec: serde_json::Value = serde_json::from_str(&fs::read_to_string(spec).unwrap()).unwrap();
    assert_eq!(spec["display_name"], "Rust (bootcamp)");
    assert_eq!(spec["language"], "rust");
    assert_eq!(spec.get("kernel_protocol_version"), None, "the kernel takes the ports it is given");
    assert_eq!(spec["argv"][2], "{connection_file}");
    for path in [&spec["argv"][0], &spec["env"]["CARGO"], &spec["env"]["RUSTC"]] {
        let path = Path::new(path.as_str().unwrap());
        assert!(path.is_absolute() && path.is_file(), "{}", path.display());
    }
    let output = kernel().args(["install", "--prefix"]).arg(nowhere()).output().unwrap();
    assert!(complaint(&output).contains("/proc/nowhere"));
}

/// The working folders in `parent`.
fn work_folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("bootcamp-"))
        .collect()
}

#[test]
fn a_working_folder_goes_with_its_kernel() {
    let temporary = tempfile::tempdir().unwrap();
    let start = || {
        FrontEnd::start_with(|command| {
            command.env("TMPDIR", temporary.path());
        })
    };
    let mut front_end = start();
    assert_eq!(work_folders(temporary.path()).len(), 1);
    let id = front_end.send(ExecuteRequest::new("loop {}".to_owned()));
    front_end.leave(&id);
    assert_eq!(front_end.shut_down(), Some(0), "also while a cell runs");
    assert_eq!(work_folders(temporary.path()), Vec::<PathBuf>::new());

    // A kernel that was killed leaves its folder to the next one.
    let killed = start();
    drop(killed);
    let [abandoned] = &work_folders(temporary.path())[..] else { panic!("one folder") };
    let an_hour_ago = std::time::SystemTime::now() - Duration::from_hours(1);
    let lock = fs::File::options().write(true).open(abandoned.join("lock")).unwrap();
    lock.set_modified(an_hour_ago).unwrap();
    let next = start();
    let deadline = Instant::now() + Duration::from_secs(20);
    // Its own stays. While the other is removed it has another name.
    while work_folders(temporary.path()).len() > 1 {
        assert!(Instant::now() < deadline, "the folder is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!abandoned.exists());
    assert_eq!(work_folders(temporary.path()).len(), 1);
    drop(next);
}

#[test]
fn a_cells_process_whose_kernel_has_gone_does_not_wait_for_it() {
    let work = tempfile::tempdir().unwrap();
    for name in ["stdin", "stdout", "stderr"] {
        assert!(Command::new("mkfifo").arg(work.path().join(name)).status().unwrap().success());
    }
    let mut child = kernel()
        .env("EVCXR_IS_RUNTIME", "1")
        .env("BOOTCAMP_WORK", work.path())
        .env("BOOTCAMP_SUPPORT", nowhere())
        .env("BOOTCAMP_PRELUDE", nowhere())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("it still waits");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(99));
}

#[test]
fn a_long_temporary_folder_or_a_closed_terminal_is_no_matter() {
    let temporary = tempfile::tempdir().unwrap();
    let long = temporary.path().join("l".repeat(100));
    fs::create_dir(&long).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("TMPDIR", &long).stderr(writer);
    });
    drop(reader);
    // evcxr writes cargo's progress to the terminal, and panics when it cannot.
    let krate = temporary.path().join("tiny");
    fs::create_dir_all(krate.join("src")).unwrap();
    fs::write(krate.join("Cargo.toml"), "[package]\nname = \"tiny\"\nedition = \"2024\"\n")
        .unwrap();
    fs::write(krate.join("src/lib.rs"), "pub fn one() -> i32 { 1 }\n").unwrap();
    let run =
        front_end.run(&format!(":dep tiny = {{ path = \"{}\" }}\ntiny::one()", krate.display()));
    assert_eq!(run.result().as_deref(), Some("1"), "{run:#?}");
    assert_eq!(front_end.shut_down(), Some(0));
}
