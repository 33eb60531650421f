//! What cells' calls do where there is no bootcamp kernel.

use std::env;
use std::process::{Command, Output};

use bootcamp_cell::{Bundle, Progress, clear_output, display, display_with_id, progress};

const INSIDE: &str = "BOOTCAMP_CELL_TEST";

/// Runs the test of this name in a process of its own, whose output is no test's.
fn run_alone(test: &str) -> Output {
    let program = env::current_exe().unwrap();
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .env_remove(bootcamp_cell::channel::PATH_VARIABLE)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

#[test]
fn displays_and_updates_go_to_the_stock_kernel() {
    let text = |text: &str| Bundle::new().text("text/plain", text);
    if env::var_os(INSIDE).is_some() {
        display(&text("one"));
        let handle = display_with_id(&text("two"));
        clear_output(false);
        handle.update(&text("three"));
        handle.update(&Bundle::new());
        return;
    }
    let output = run_alone("displays_and_updates_go_to_the_stock_kernel");
    let printed = String::from_utf8(output.stdout).unwrap();
    let block = |text| format!("EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT\n");
    assert!(printed.contains(&["one", "two", "three"].map(block).concat()), "{printed}");
    assert_eq!(printed.matches("EVCXR_BEGIN_CONTENT").count(), 3, "{printed}");
}

#[test]
fn progress_is_silent_where_nobody_sees_it() {
    if env::var_os(INSIDE).is_some() {
        let bar = Progress::new(10).label("walkers");
        for _ in progress(0..10) {
            bar.add(1);
        }
        bar.finish();
        return;
    }
    let output = run_alone("progress_is_silent_where_nobody_sees_it");
    assert!(output.stderr.is_empty(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(!printed.contains("walkers") && !printed.contains("EVCXR"), "{printed}");
}
