//! Live output: displays that change, and progress.

use jupyter_protocol::ExecuteRequest;
use serde_json::Value;

use crate::waiting::Gate;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown};

pub(crate) fn plain(data: &Value) -> &str {
    data["text/plain"].as_str().expect("every bundle has plain text")
}

/// What was shown, a short line each; ids are counted.
pub(crate) fn story(run: &Run) -> Vec<String> {
    lines(&run.shown)
}

fn lines(shown: &[Shown]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut number = |id: &String| {
        let known = ids.iter().position(|other| other == id);
        known.unwrap_or_else(|| {
            ids.push(id.clone());
            ids.len() - 1
        })
    };
    shown
        .iter()
        .map(|shown| match shown {
            Shown::Stdout(text) => format!("print {}", text.trim_end()),
            Shown::Stderr(text) => format!("eprint {}", text.trim_end()),
            Shown::Display(data) => format!("display {}", plain(data)),
            Shown::DisplayWithId { id, data } => format!("display#{} {}", number(id), plain(data)),
            Shown::Update { id, data } => format!("update#{} {}", number(id), plain(data)),
            Shown::Clear { wait } => format!("clear {wait}"),
            Shown::Result(data) => format!("result {}", plain(data)),
            Shown::Error { ename, .. } => format!("error {ename}"),
        })
        .collect()
}

#[test]
fn displays_are_updated_and_cleared_in_order_by_threads_and_later_cells() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(
        r#"
        use bootcamp::prelude::*;
        fn text(text: &str) -> Bundle { Bundle::new().text("text/plain", text) }
        println!("one");
        let handle = display_with_id(&text("first"));
        println!("two");
        let other = display_with_id(&text("other"));
        handle.update(&text("second"));
        std::thread::scope(|scope| { scope.spawn(|| handle.update(&text("third"))); });
        println!("three");
        clear_output(true);
        clear_output(false);
        display(&text("last"));
        "#,
    );
    let expected = [
        "print one",
        "display#0 first",
        "print two",
        "display#1 other",
        "update#0 second",
        "update#0 third",
        "print three",
        "clear true",
        "clear false",
        "display last",
    ];
    assert_eq!(story(&run), expected, "{run:#?}");
    let id = |run: &Run| {
        run.shown.iter().find_map(|shown| match shown {
            Shown::DisplayWithId { id, .. } | Shown::Update { id, .. } => Some(id.clone()),
            _ => None,
        })
    };
    let later = front_end.run("handle.update(&text(\"from a later cell\"));");
    assert_eq!(story(&later), ["update#0 from a later cell"]);
    assert_eq!(id(&later), id(&run));
}

#[test]
fn blocks_of_other_crates_are_shown_while_the_cell_runs() {
    let mut front_end = FrontEnd::shared();
    let (first, second) = (Gate::new(), Gate::new());
    let show = "fn show(text: &str) {
            println!(\"EVCXR_BEGIN_CONTENT text/plain\\n{text}\\nEVCXR_END_CONTENT\");
        }";
    let id = front_end.send(ExecuteRequest::new(format!(
        r#"{show}
        show("one"); show("two"); {}
        show("three"); println!("EVCXR_FLUSH_OUTPUT"); show("four"); {}
        "five""#,
        first.rust(),
        second.rust(),
    )));
    let expected = ["display one", "display two", "display three", "display four"];
    front_end.await_shown(&id, |shown| lines(shown) == expected[..2]);
    first.open();
    front_end.await_shown(&id, |shown| lines(shown) == expected);
    second.open();
    let run = front_end.collect(&id);
    assert_eq!(story(&run)[..4], expected, "{run:#?}");
    assert_eq!(run.result().as_deref(), Some("\"five\""));
}

#[test]
fn a_drawing_with_plotters_is_a_picture() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(
        "use bootcamp::plotters::prelude::*;\n\
         evcxr_figure((200, 100), |root| {\n    root.fill(&WHITE)?;\n    \
         root.draw(&Circle::new((50, 50), 20, RED.filled()))?;\n    Ok(())\n})",
    );
    let shown = format!("{:?}", run.shown);
    assert!(shown.contains("<svg") && shown.contains("<circle"), "{run:#?}");
}

#[test]
fn a_thread_prints_under_its_cell_after_that_has_ended() {
    let mut front_end = FrontEnd::shared();
    let gate = Gate::new();
    let id = front_end.send(ExecuteRequest::new(format!(
        "std::thread::spawn(|| {{ {}\nprintln!(\"late\"); \
         bootcamp::cell::display(&bootcamp::cell::Bundle::new().text(\"text/plain\", \"picture\")); \
         }});",
        gate.rust()
    )));
    front_end.allow_late(&id);
    let mut run = front_end.collect(&id);
    assert_eq!(story(&run), [""; 0]);
    gate.open();
    front_end.collect_late(&id, &mut run, |run| run.shown.len() >= 2);
    assert_eq!(story(&run), ["print late", "display picture"]);
}

/// The states of the only bar of a cell: its first one, and all others.
fn states(run: &Run) -> Vec<String> {
    story(run)
        .iter()
        .filter_map(|line| line.split_once("#0 ").map(|(_, state)| state.to_owned()))
        .collect()
}

#[test]
fn a_progress_bar_is_renewed_ten_times_a_second_and_ends_in_a_state_that_stays() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(
        r#"
        use bootcamp::prelude::*;
        for _ in progress(0..200).label("steps") { std::thread::sleep(Duration::from_millis(5)); }
        "#,
    );
    let seen = states(&run);
    assert_eq!(seen.len(), run.shown.len(), "{run:#?}");
    assert!(seen[0].starts_with("0 % [....................] 0/200"), "{seen:?}");
    let last = seen.last().unwrap();
    assert!(last.starts_with("steps: done [####################] 200/200"), "{seen:?}");
    let updates = seen.len() - 1;
    let most = run.idle.as_secs() as usize * 10 + 12;
    assert!((4..=most).contains(&updates), "{updates} in {:?}: {seen:?}", run.idle);

    // By rayon's threads; a million steps cost a few messages.
    let run = front_end.run(
        "let bar = Progress::new(1_000_000).label(\"points\");\n\
        let sum: u64 = (0..1_000_000_u64).into_par_iter().inspect(|_| bar.add(1)).sum();\nsum",
    );
    assert_eq!(run.result().as_deref(), Some("499999500000"), "{run:#?}");
    let seen = states(&run);
    let last = seen.last().unwrap();
    assert!(last.starts_with("points: done [####################] 1000000/1000000"), "{seen:?}");
    assert!(seen.len() <= run.idle.as_secs() as usize * 10 + 14, "{seen:?}");
}

#[test]
fn bars_say_where_they_stopped_and_bars_within_them_stay_with_them() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(
        "use bootcamp::prelude::*;\n\
        for i in progress(0..10) { if i == 4 { panic!(\"no more\"); } }",
    );
    assert!(!run.is_ok(), "{run:#?}");
    let last = states(&run).pop().unwrap();
    assert!(last.starts_with("stopped at 40 % [########............] 4/10"), "{last}");

    let run = front_end.run("let bar = Progress::unknown(); bar.add(3); bar.finish();");
    let last = states(&run).pop().unwrap();
    assert!(last.starts_with("done 3, "), "{last}");

    // A bar that another one replaces ends when the cell is over, and takes no result with it.
    front_end.run("let bar = Progress::new(4); bar.add(1); bar.done()");
    let run = front_end.run("let bar = Progress::new(2); bar.add(2); bar.done()");
    assert_eq!(run.result().as_deref(), Some("2"), "{run:#?}");
    let ends = |wanted: &str| story(&run).iter().any(|line| line.contains(wanted));
    assert!(ends("stopped at 25 %") && ends("done [####################] 2/2"), "{run:#?}");

    // Three bars of rows, one after the other, in one display.
    let run = front_end.run(
        "for row in progress(0..3).label(\"rows\") { for _ in progress(0..40).label(format!(\"row {row}\")) {\n\
        std::thread::sleep(Duration::from_millis(5)); } }",
    );
    let seen = states(&run);
    assert_eq!(seen.len(), run.shown.len(), "{run:#?}");
    let last: Vec<&str> = seen.last().unwrap().lines().collect();
    assert_eq!(last.len(), 2, "{last:?}");
    assert!(last[0].starts_with("rows: done [####################] 3/3"), "{last:?}");
    assert!(last[1].starts_with("  row 2: done [####################] 40/40"), "{last:?}");
}
