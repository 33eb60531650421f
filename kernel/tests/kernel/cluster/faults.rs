//! Engines, kernels and controllers that fail or end.

use std::path::PathBuf;

use jupyter_protocol::ExecuteRequest;
use rustix::process::{Signal, kill_process};

use super::{await_engines, descendants, front_end, left, processes, signal, start};
use crate::interrupts::{interrupted_at, interrupted_when, interrupted_while_compiling};
use crate::waiting::{Gate, wait_for};
use bootcamp_testkit::kernel;
use bootcamp_testkit::shown::{Shown, stdout};

#[test]
fn errors_name_their_engines_and_leave_the_others() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let compile = front_end.run("%%px\n\nlet x: i32 = \"a\";").error();
    assert_eq!(compile.0, "E0308");
    assert!(compile.2.contains("3 │ let x: i32 = \"a\";"), "{}", compile.2);
    assert!(front_end.run("%%px\nlet kept: usize = 5;").is_ok());
    let run = front_end.run("%%px -t 1\nlet list = vec![1];\nlist[kept]");
    let (ename, evalue, traceback) = run.error();
    assert_eq!(ename, "panic");
    assert!(evalue.starts_with("on engine 1: index out of bounds"), "{evalue}");
    assert!(traceback.contains("3 │ list[kept]"), "{traceback}");
    let run = front_end.run("%%px -t 0\nstd::process::abort()");
    assert!(run.error().1.starts_with("on engine 0: the cell's process ended"), "{run:#?}");
    // The engine is there, without its variables; the other one has them.
    let run = front_end.run("%px kept");
    assert_eq!(run.stdout(), "Out[1]: 5\n");
    assert!(run.error().1.starts_with("on engine 0: `kept` is not there"), "{run:#?}");
    // A variable is defined where the cell that makes it went well on one of the engines.
    assert_eq!(front_end.run("%px let next = kept + 1;").error().0, "MissingVariable");
    let run = front_end.run("%px next");
    assert_eq!(run.stdout(), "Out[1]: 6\n");
    assert!(run.error().1.starts_with("on engine 0: `next` is not there"), "{run:#?}");
    assert_eq!(front_end.run("%px let none: i32 = panic!(\"both\");").error().0, "panic");
    assert_eq!(front_end.run("%px none").error().0, "E0425");
    for (cell, why) in [
        ("%px -t 5 1", "there is no engine 5: there are 0, 1"),
        ("%px -t x 1", "`x` names no engines"),
        ("%px -t 3: 1", "names none of the engines"),
        ("%px", "there is nothing to run"),
        ("%%px -g q\n1", "`--group-outputs q`: give order, engine or type"),
        ("%cluster begin", "write `%cluster start -n 4`"),
        ("%cluster start", "there is a cluster already"),
    ] {
        let (_, evalue, _) = front_end.run(cell).error();
        assert!(evalue.contains(why), "{cell}: {evalue}");
    }
}

#[test]
fn an_interrupt_reaches_the_engines() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    assert!(front_end.run("%%px\nlet kept = 5;").is_ok());
    let friendly =
        "%%px\nuse bootcamp::prelude::*;\nprintln!(\"begun\");\nloop { check_interrupt(); }";
    let all_run = |shown: &[Shown]| stdout(shown).matches("begun").count() == 2;
    let run = interrupted_when(&mut front_end, friendly, all_run);
    assert!(run.error().1.starts_with("on engines 0, 1: the cell was interrupted"), "{run:#?}");
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\nOut[1]: 5\n");
    // A cell that is still compiled: no engine has heard of it.
    let run = interrupted_while_compiling(&mut front_end, "%%px\nlet wrong: String =");
    assert_eq!(run.error().0, "Interrupted", "{run:#?}");
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\nOut[1]: 5\n");
    // One that does not ask loses its process.
    let deaf = "%%px -t 1\nprintln!(\"begun\");\nloop {}";
    let run = interrupted_at(&mut front_end, "begun", deaf);
    assert!(run.error().1.starts_with("on engine 1: the cell was interrupted"), "{run:#?}");
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\n");
}

#[test]
fn an_engine_that_is_killed_leaves_the_others_and_others_may_join() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let engines = processes(&mut front_end);
    let gate = Gate::new();
    let code = format!("%%px\nprintln!(\"begun\");\n{}\nprintln!(\"done\");", gate.rust());
    let id = front_end.send(ExecuteRequest::new(code));
    front_end.await_shown(&id, |shown| stdout(shown).matches("begun").count() == 2);
    kill_process(engines[1], Signal::KILL).unwrap();
    gate.open();
    let run = front_end.collect(&id);
    assert!(run.stdout().ends_with("[0] done\n"), "{run:#?}");
    assert_eq!(run.stdout().matches("done").count(), 1, "{run:#?}");
    assert!(run.error().1.contains("on engine 1: engine 1 died"), "{run:#?}");
    // One more, started by hand, and one of another build.
    let status = front_end.run("%cluster status").stdout();
    let file = PathBuf::from(status.trim().strip_prefix("Others connect with ").unwrap());
    let profile = file.parent().unwrap().parent().unwrap().to_owned();
    let join = |build: Option<&str>| {
        let mut engine = kernel();
        engine.arg("engine").env("IPP_PROFILE_DIR", &profile);
        engine.envs(build.map(|build| ("BOOTCAMP_BUILD", build)));
        engine.spawn().unwrap()
    };
    let mut late = join(None);
    await_engines(&mut front_end, 2);
    assert!(front_end.run("%px 1 + 1").is_ok());
    let mut other = join(Some("other"));
    await_engines(&mut front_end, 3);
    let run = front_end.run("%px 1 + 1");
    assert_eq!(run.stdout().matches("Out[").count(), 2, "{run:#?}");
    let (ename, evalue, _) = run.error();
    assert_eq!(ename, "OtherBuild");
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        evalue.contains(&format!("this engine is bootcamp-kernel {version} (other)")),
        "{evalue}"
    );
    assert!(evalue.contains(&format!("the notebook's kernel is {version} (")), "{evalue}");
    // All leave with their cluster.
    assert!(front_end.run("%cluster stop").is_ok());
    for engine in [&mut late, &mut other] {
        assert!(engine.wait().unwrap().success());
    }
    assert!(!profile.exists());
}

#[test]
fn nothing_is_left_of_a_cluster() {
    for way in ["stop", "shut down", "kill"] {
        let mut front_end = front_end();
        start(&mut front_end, 2);
        let is_of_cluster = |command: &str| {
            ["ipcluster", "ipyparallel", "engine", "compile-server"]
                .iter()
                .any(|word| command.contains(word))
        };
        let of_cluster = descendants(front_end.kernel.id(), is_of_cluster);
        // ipcluster, the controller and its processes, the engines, the compile server.
        assert!(of_cluster.len() >= 6, "{of_cluster:?}");
        match way {
            "stop" => assert!(front_end.run("%cluster stop").is_ok()),
            "shut down" => assert_eq!(front_end.shut_down(), Some(0)),
            _ => front_end.kill(),
        }
        assert_eq!(left(&of_cluster), [""; 0], "{way}");
    }
}

#[test]
fn a_controller_that_is_gone_is_told() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let cluster = descendants(front_end.kernel.id(), |command| command.contains("ipcluster"));
    signal(&cluster[0], Signal::INT);
    assert_eq!(left(&cluster[..1]), [""; 0]);
    let notices = || !front_end.run("%cluster status").is_ok();
    wait_for("the kernel notices that the controller is gone", notices);
    let (_, evalue, _) = front_end.run("%px 1").error();
    assert!(evalue.contains("controller does not answer"), "{evalue}");
    assert!(evalue.contains("start another cluster with `%cluster start -n 4`"), "{evalue}");
    start(&mut front_end, 1);
    assert_eq!(front_end.run("%px 1 + 1").stdout(), "Out[0]: 2\n");
}

#[test]
fn a_compile_server_that_is_killed_is_replaced() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    assert!(front_end.run("fn twice(x: i32) -> i32 { 2 * x }").is_ok());
    assert!(front_end.run("%px let kept = twice(2);").is_ok());
    let is_compile_server = |command: &str| command.ends_with("compile-server\0");
    signal(&descendants(front_end.kernel.id(), is_compile_server)[0], Signal::KILL);
    assert_eq!(front_end.run("%px twice(3)").error().0, "CompileServerEnded");
    // Another one knows the notebook; what engines hold, it has not seen.
    assert_eq!(front_end.run("%px twice(4)").stdout(), "Out[0]: 8\n");
}
