use bootcamp::prelude::*;

use crate::plots::decoded;

/// Uniform random numbers, around another middle for each chain.
fn chains(count: u64, steps: usize, apart: f64) -> Vec<Vec<f64>> {
    let chain = |number| {
        let mut rng = walker_rng(1, number);
        (0..steps).map(|_| rng.random::<f64>() + apart * number as f64).collect()
    };
    (0..count).map(chain).collect()
}

type Draw = fn(&[Vec<f64>]) -> Plot;

const ALL: [Draw; 5] = [
    plot_trace,
    |chains| plot_running_mean(chains, Some(0.5)),
    plot_autocorrelation,
    plot_ranks,
    plot_rhat,
];

fn texts(plot: &Plot) -> Vec<String> {
    let svg = plot.svg();
    let texts = svg.split("<text ").skip(1);
    texts.map(|text| text[text.find('>').unwrap() + 1..text.find('<').unwrap()].into()).collect()
}

fn lines(plot: &Plot) -> usize {
    plot.svg().matches("<polyline ").count()
}

#[test]
fn each_chain_is_a_line_with_a_name() {
    let plot = plot_trace(&chains(4, 300, 0.0));
    // Four lines, and four in the legend.
    assert_eq!(lines(&plot), 8);
    let texts = texts(&plot);
    assert!(
        ["chain 1", "chain 4", "draw", "value"].iter().all(|text| texts.contains(&(*text).into()))
    );
    assert_eq!(lines(&plot_trace(&chains(1, 300, 0.0))), 1);
    let many = plot_trace(&chains(40, 30, 0.0));
    assert!(many.svg().contains("the first 32 of 40 chains"));
    assert_eq!((lines(&many), many.svg().matches("<image ").count()), (32, 1));
}

#[test]
fn a_million_steps_are_a_small_file_with_every_spike() {
    let mut long = chains(2, 500_000, 0.0);
    long[1][123_456] = 9.0;
    let plot = plot_trace(&long);
    assert!(plot.svg().len() < 60_000, "{}", plot.svg().len());
    let texts = texts(&plot);
    assert!(texts.contains(&"8".into()) && texts.contains(&"5e5".into()), "{texts:?}");
    let spiked = plot.svg().lines().any(|line| line.contains("d55e00") && line.contains(",188 "));
    assert!(spiked, "the spike is at the upper end of the second line");
}

#[test]
fn nothing_one_value_and_what_is_not_finite_are_pictures() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let cases: [&[Vec<f64>]; 10] = [
        &[],
        &[vec![]],
        &[vec![], vec![1.0, 2.0]],
        &[vec![1.0]],
        &[vec![3.0; 50], vec![3.0; 50]],
        &[vec![3.0; 50], vec![4.0; 50]],
        &[bad.to_vec(), bad.to_vec()],
        &[vec![0.5, f64::NAN, 0.7, 0.6, 0.8], vec![0.1, 0.2, 0.3, 0.4, 0.5]],
        &[vec![f64::MAX, f64::MIN, 0.0, 1.0, 2.0]],
        &[vec![5e-324, 0.0, 5e-324, 0.0, 0.0]],
    ];
    for (number, case) in cases.iter().enumerate() {
        for draw in ALL {
            let plot = draw(case);
            assert!(!plot.svg().contains("NaN") && !plot.svg().contains("\"inf"), "case {number}");
            let (width, height, _) = decoded(&plot.png());
            assert_eq!((width, height), (1280, 800));
            assert!(!plot.plain().is_empty());
        }
    }
    for draw in ALL {
        assert!(draw(&[]).svg().contains("no draws yet"));
        assert!(draw(&[]).plain().ends_with("no draws yet"));
    }
    assert!(plot_trace(&[bad.to_vec()]).svg().contains("3 not finite (left out)"));
    assert!(plot_trace(&[bad.to_vec()]).svg().contains("no finite value"));
    assert!(plot_rhat(&chains(1, 50, 0.0)).svg().contains("two chains are needed"));
    assert!(plot_autocorrelation(&[vec![1.0; 50]]).svg().contains("the chains stay in place"));
}

#[test]
fn the_smallest_and_the_largest_card_have_room_for_the_axes() {
    for (width, height) in [(240, 240), (2000, 240), (240, 2000), (2000, 2000)] {
        for draw in ALL {
            let plot = draw(&chains(7, 1000, 0.1)).size(width, height);
            let (_, _, pixels) = decoded(&plot.png());
            // The card's right edge is clean: nothing is cut off.
            let row = 6 * width as usize;
            assert!(pixels.chunks_exact(row).all(|row| row[row.len() - 3..] == [255; 3]));
            assert!(!plot.svg().contains("=\"-"), "nothing has a negative length");
        }
    }
}

#[test]
fn the_running_mean_has_a_band_and_the_truth() {
    let plot = plot_running_mean(&chains(3, 2000, 0.0), Some(0.5));
    let texts = texts(&plot);
    for name in ["± standard error", "chain 3", "all chains", "truth"] {
        assert!(texts.contains(&name.into()), "{texts:?}");
    }
    assert!(plot.svg().contains(", the truth 0.5"));
    // The band and its key.
    assert_eq!(plot.svg().matches("<polygon ").count(), 2);
    assert!(!plot_running_mean(&chains(1, 9, 0.0), Some(f64::NAN)).svg().contains("truth"));
}

#[test]
fn chains_that_disagree_are_told_apart() {
    let last = |plot: &Plot| -> f64 {
        let text = plot.plain();
        let (_, number) = text.lines().next().unwrap().rsplit_once(' ').unwrap();
        number.parse().unwrap()
    };
    assert!(last(&plot_rhat(&chains(4, 2000, 0.0))) < 1.02);
    assert!(last(&plot_rhat(&chains(4, 2000, 1.0))) > 2.0);
    assert!(plot_rhat(&chains(4, 2000, 1.0)).svg().contains("1.01"));
    let ranks = plot_ranks(&chains(4, 2000, 0.0));
    assert!(ranks.svg().contains("even"));
    // All lines of agreeing chains are near the middle, those of others at the ends, too.
    assert!(texts(&plot_ranks(&chains(4, 2000, 1.0))).contains(&"4".into()));
    assert!(!texts(&ranks).contains(&"4".into()));
    let time = plot_autocorrelation(&chains(4, 2000, 0.0));
    assert!(
        time.svg().contains("integrated time 1 draws")
            || time.svg().contains("integrated time 0.9")
    );
}

#[test]
fn weights_are_bars_and_a_table() {
    let plot = plot_weights(&["a <b>", "c"], &[0.4, 0.6], &[0.5, 0.5]);
    assert!(plot.svg().contains("a &lt;b&gt;"));
    // The card, four lines of the frame, two marks below, grid, keys and bars.
    assert_eq!(plot.svg().matches("fill=\"#d55e00\"").count(), 3);
    assert_eq!(plot.plain().lines().count(), 3);
    assert!(plot.plain().contains("a <b>   found 0.4"));
    for weights in [&[][..], &[f64::NAN][..], &[0.0][..], &[-1.0][..], &[f64::MAX][..]] {
        let plot = plot_weights(&["mode"], weights, weights);
        assert!(!plot.svg().contains("=\"NaN") && !plot.png().is_empty());
    }
    assert!(plot_weights(&[], &[], &[]).plain().ends_with("no weights yet"));
    let names: Vec<_> = (0..30).map(|number| format!("a long name {number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    assert!(plot_weights(&names, &[0.1; 30], &[0.2; 30]).svg().contains('…'));
}

#[test]
fn the_serial_share_is_that_of_the_least_squares() {
    let amdahl = |share: f64| {
        let time = move |threads: usize| (threads, 3.0 * (share + (1.0 - share) / threads as f64));
        (1..=16).map(time).collect::<Vec<_>>()
    };
    for (share, said) in [(0.0, "0.0 %"), (0.25, "25.0 %"), (1.0, "100.0 %")] {
        let svg = plot_speedup(&amdahl(share)).svg();
        assert!(svg.contains(&format!("16 times · serial share {said}")));
    }
    // Superlinear is not less than nothing; noise is averaged.
    assert!(plot_speedup(&[(1, 4.0), (2, 1.0)]).svg().contains("serial share 0.0 %"));
    assert!(plot_speedup(&[(2, 4.0), (4, 2.0)]).svg().contains("measured against 2 threads"));
    assert!(!plot_speedup(&[(1, 4.0)]).svg().contains("serial share"));
    let odd = [(0, 1.0), (1, f64::NAN), (2, -1.0), (1, 2.0), (1, 2.0), (4, 1.0)];
    assert!(plot_speedup(&odd).svg().contains("3 left out"));
    assert!(plot_speedup(&[]).plain().ends_with("no times yet"));
    assert_eq!(plot_speedup(&amdahl(0.1)).plain().lines().count(), 17);
}

#[test]
fn accepted_and_rejected_steps_look_different() {
    let step =
        |to: [f64; 2], accepted| Proposal { from: [0.5, 0.5].into(), to: to.into(), accepted };
    let plot = plot_steps(&[step([0.4, 0.5], false), step([0.6, 0.5], true)]);
    assert!(plot.svg().contains("2 steps · 50 % accepted · 0 outside"));
    let plain = plot.plain();
    assert!(plain.contains('x') && plain.contains('S') && plain.contains('E'));
    assert_eq!(texts(&plot)[2..6], ["accepted", "rejected", "start", "end"]);
    assert!(!plot.svg().contains("<image ") && plot.over(|_, _| 1.0).svg().contains("<image "));
    assert!(plot_steps(&[]).svg().contains("no steps yet"));
    let lost = step([f64::NAN, 0.5], false);
    assert!(plot_steps(&[lost]).svg().contains("1 step · 0 % accepted · 1 outside"));
    let many = vec![step([0.4, 0.5], false); 600];
    assert!(plot_steps(&many).svg().contains("the first 500 of 600 steps"));
    // What is no walk has nothing below it.
    assert_eq!(plot_points(&[]).over(|_, _| 1.0).svg(), plot_points(&[]).svg());
}

#[test]
fn rates_are_bars_on_a_logarithmic_axis() {
    let plot = plot_rates(&[("a <b>", 4e5), ("c", 2e6), ("d", 3e8)]);
    let texts = texts(&plot);
    for text in ["a &lt;b&gt;", "1.0 ×", "5.0 ×", "750 ×", "100000", "1e8", "steps per second"] {
        assert!(texts.contains(&text.into()), "{text} in {texts:?}");
    }
    assert!(plot.plain().contains("c       2 million steps/s   5.0 times as fast as a <b>"));
    let odd = [("nothing", 0.0), ("one", 1.0), ("lost", f64::NAN), ("much", f64::INFINITY)];
    assert!(plot_rates(&odd).svg().contains("times as fast as one · 3 left out"));
    for rates in [&odd[..], &[], &odd[2..], &[("most", f64::MAX)], &[("least", f64::MIN_POSITIVE)]]
    {
        let plot = plot_rates(rates);
        assert!(
            !plot.svg().contains("NaN") && !plot.svg().contains("\"inf") && !plot.png().is_empty()
        );
        assert!(!plot.svg().contains("=\"-"), "nothing has a negative length");
    }
    assert!(plot_rates(&[]).plain().ends_with("no rates yet"));
}
