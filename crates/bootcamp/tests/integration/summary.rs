//! The summary of walks: its warnings, its table, its JSON.

use bootcamp::prelude::*;

fn walks(starts: &[Point], steps: usize) -> Vec<Vec<Point>> {
    let f = Mixture::bootcamp();
    let walk =
        |(walker, &start)| random_walker(&f, steps, start, 100, &mut walker_rng(1, walker as u64));
    starts.par_iter().enumerate().map(walk).collect()
}

fn starts(count: u64) -> Vec<Point> {
    (0..count).map(|walker| random_start(&mut walker_rng(2, walker))).collect()
}

#[test]
fn walkers_that_start_together_and_agree_are_warned_of() {
    let starts = [Point { x: 0.5, y: 0.2 }; 10];
    let summary = Summary::new(&walks(&starts, 20_000)).unwrap().starts(&starts);
    assert!(summary.warnings()[0].starts_with("all 10 chains started in one place"), "{summary}");
    let two = Summary::new(&walks(&starts[..2], 1000)).unwrap().starts(&starts[..1]);
    assert!(two.warnings()[0].starts_with("1 start for 2 chains"), "{two}");
}

#[test]
fn walkers_that_disagree_are_warned_of() {
    let summary = Summary::new(&walks(&starts(10), 1000)).unwrap().starts(&starts(10));
    assert!(summary.warnings()[0].contains("the chains disagree"), "{summary}");
    assert!(summary.warnings()[1].contains("independent samples"), "{summary}");
    let one = Summary::new(&walks(&starts(1), 1000)).unwrap();
    assert!(one.warnings()[0].starts_with("one chain has nobody"), "{one}");
    assert!(one.to_string().starts_with("1 chain of 900 draws, "), "{one}");
}

#[test]
fn the_table_is_aligned_and_html_holds_the_same() {
    let summary = Summary::new(&walks(&starts(4), 5000)).unwrap();
    let text = summary.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].ends_with("R-hat  bulk ESS  tail ESS   time"), "{text}");
    assert!(lines[1].len() == lines[2].len() && lines[2].len() == lines[3].len(), "{text}");
    let bundle = summary.bundle();
    let html = bundle.get("text/html").unwrap();
    for cell in lines[2].split_whitespace().skip(1).chain(lines[3].split_whitespace().skip(1)) {
        assert!(html.contains(&format!("<td>{cell}</td>")), "{cell}: {html}");
    }
    for warning in summary.warnings() {
        assert!(html.contains(&warning) && text.contains(&warning));
    }
}

#[test]
fn walks_that_cannot_be_summed_up_are_refused() {
    let message = |walks: &[Vec<Point>]| Summary::new(walks).unwrap_err().to_string();
    assert!(message(&[]).starts_with("there are no walks"));
    assert!(message(&[vec![Point::default(); 3]]).starts_with("walks of 3 points say nothing"));
    let nan = vec![vec![Point::default(); 5], vec![Point { x: 0.0, y: f64::NAN }; 5]];
    assert_eq!(message(&nan), "point 0 of walk 1 is (0, NaN): give finite numbers");
}

#[cfg(feature = "serde")]
#[test]
fn json_gives_back_what_it_took() {
    // Eighths, and tables: serde_json may round the last bit.
    let walk = |k: u32| Point { x: f64::from(k % 7) / 8.0, y: f64::from(k * k % 11) / 8.0 };
    let walks = vec![(0..50).map(walk).collect::<Vec<_>>(), (50..100).map(walk).collect()];
    let summary = Summary::new(&walks).unwrap().starts(&[Point::default(); 2]);
    let histogram = Histogram2d::from_points(&walks[0]);
    let json = serde_json::to_string(&(&walks, &summary, &histogram)).unwrap();
    let (points, again, counts): (Vec<Vec<Point>>, Summary, Histogram2d) =
        serde_json::from_str(&json).unwrap();
    let wrong = serde_json::to_string(&counts).unwrap().replacen("50", "49", 1);
    assert!(serde_json::from_str::<Histogram2d>(&wrong).is_err(), "{wrong}");
    assert_eq!((points, counts), (walks, histogram));
    assert_eq!(again.to_string(), summary.to_string());
}
