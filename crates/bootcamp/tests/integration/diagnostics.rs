use bootcamp::diagnostics::{mean, sd};
use bootcamp::prelude::*;
use proptest::prelude::*;

type Chains = Vec<Vec<f64>>;

/// The numbers of the generator in ANSI C, from 0 to 1: the same in every language.
fn uniform(chains: usize, draws: usize) -> Chains {
    let mut state = 1_u64;
    let mut next = || {
        state = (state * 1_103_515_245 + 12345) % (1 << 31);
        state as f64 / f64::from(1_u32 << 31)
    };
    (0..chains).map(|_| (0..draws).map(|_| next()).collect()).collect()
}

/// Each draw keeps a share of the one before.
fn kept(share: f64, chains: usize, draws: usize) -> Chains {
    let mut chains = uniform(chains, draws);
    for chain in &mut chains {
        let mut before = 0.0;
        for draw in chain {
            before = share * before + (*draw - 0.5);
            *draw = before;
        }
    }
    chains
}

fn map(chains: Chains, f: impl Fn(usize, f64) -> f64) -> Chains {
    let of = |(index, chain): (usize, Vec<f64>)| chain.into_iter().map(|v| f(index, v)).collect();
    chains.into_iter().enumerate().map(of).collect()
}

fn all(chains: &[Vec<f64>]) -> [Option<f64>; 6] {
    [
        rhat(chains),
        ess_bulk(chains),
        ess_tail(chains),
        ess_mean(chains),
        mcse_mean(chains),
        integrated_time(chains),
    ]
}

fn assert_close(name: &str, found: Option<f64>, expected: f64) {
    match found {
        None => assert!(expected.is_nan(), "{name}: none instead of {expected}"),
        Some(found) => {
            let close = (found - expected).abs() <= 1e-9 * expected.abs();
            assert!(close, "{name}: {found} instead of {expected}");
        }
    }
}

/// Of the chains below: R-hat, the effective sample sizes of bulk, tail and mean, the error of
/// the mean and the time.
#[rustfmt::skip]
#[expect(clippy::unreadable_literal, reason = "as Python prints them")]
const EXPECTED: [[f64; 6]; 9] = [
    [1.0135520222075782, 369.8043769642404, 400.0581778359551, 354.1914304997155, 0.015182031287821902, 0.9089589558247508],
    [1.1095402194015662, 35.60608390937212, 101.2885518629321, 35.473225279710235, 0.10925993220485596, 5.543822517744688],
    [f64::NAN, 1.4611473434819464, 22.788164299699396, 1.3160418485559877, 1.6636436728302408, 57.67571096697088],
    [0.9905717774825266, 438.39383591108157, 149.93137190082646, 438.39383591108157, 0.018694255565346127, -0.4281388603459899],
    [1.0032011296578736, 168.2821166191474, 200.0, 164.34775182226988, 0.103743981108331, 1.0282641605163287],
    [1.0237218648680926, 258.35622126363387, 204.8495539557389, 209.0489004270024, 2.2703302935050234, 0.9351104954344951],
    [2.3894914111466794, 4.55887175192334, 64.78664192949905, 4.137436223437204, 0.4266321574021487, 1.1856873499110896],
    [1.1005455819058747, 7.224719895935548, 7.224719895935548, 7.224719895935548, 0.09951409181622603, -0.17902551135361522],
    [1.3325758214751269, 9.182048973584878, 4.4778011710285694, 8.543164069699746, 0.09248990476514486, f64::NAN],
];

/// scripts/checks/diagnostics.py compares many more.
#[test]
fn the_numbers_are_those_of_arviz_0_23_4_and_emcee_3_1_6() {
    let chains = [
        ("independent", uniform(4, 100)),
        ("correlated, an odd length", kept(0.9, 4, 101)),
        ("one chain", kept(0.99, 1, 500)),
        ("up and down", kept(-0.7, 3, 64)),
        ("ties", map(uniform(4, 50), |_, value| (5.0 * value).floor())),
        ("heavy tails", map(uniform(4, 75), |_, value| 1.0 / (value - 0.5))),
        ("places apart", map(uniform(3, 40), |chain, value| value + chain as f64)),
        ("five draws", uniform(2, 5)),
        (
            "one stays in place",
            map(uniform(3, 30), |chain, value| if chain == 1 { 0.1 } else { value }),
        ),
    ];
    for ((name, chains), expected) in chains.iter().zip(EXPECTED) {
        for (found, expected) in all(chains).into_iter().zip(expected) {
            assert_close(name, found, expected);
        }
    }
}

#[test]
#[expect(clippy::unreadable_literal, reason = "as Python prints them")]
fn correlations_are_those_of_arviz() {
    let expected = [1.0, 0.47923255423285677, 0.14113716450370076, -0.11278248863332159];
    let found = autocorrelation(&kept(0.9, 1, 12)[0]);
    assert_eq!(found.len(), 12);
    for (found, expected) in found.into_iter().zip(expected) {
        assert_close("correlation", Some(found), expected);
    }
}

#[test]
fn ranks_with_ties_are_counted_as_scipy_ranks_them() {
    let chains = map(uniform(4, 50), |_, value| (5.0 * value).floor());
    let expected = [[6, 11, 23, 10], [8, 14, 19, 9], [9, 11, 21, 9], [9, 10, 25, 6]];
    assert_eq!(rank_histogram(&chains, 4), Array2::from(expected.to_vec()));
}

#[test]
fn every_bin_has_room_for_as_many_ranks() {
    for (draws, bins, each) in [(50, 20, 10), (60, 240, 1), (35, 2, 70)] {
        let counts = rank_histogram(&uniform(4, draws), bins);
        assert!(counts.columns().into_iter().all(|column| column.sum() == each), "{counts}");
    }
}

#[test]
fn what_is_undefined_is_none() {
    let good = uniform(4, 20);
    let nothing = [None; 6];
    assert_eq!(all(&[]), nothing);
    assert_eq!(all(&[vec![], vec![]]), nothing);
    let mut unequal = good.clone();
    unequal[2].pop();
    assert_eq!(all(&unequal), nothing);
    let mut nan = good.clone();
    nan[1][3] = f64::NAN;
    assert_eq!(all(&nan), nothing);
    assert_eq!(all(&uniform(4, 3))[..5], nothing[..5]);
    let mut infinite = good;
    infinite[1][3] = f64::INFINITY;
    let [rhat, bulk, tail, mean, mcse, time] = all(&infinite);
    assert!(rhat.is_some() && bulk.is_some() && tail.is_some());
    assert_eq!((mean, mcse, time), (None, None, None));
}

#[test]
fn chains_that_stay_in_place_are_as_in_arviz() {
    let same = vec![vec![0.1; 21]; 3];
    assert_eq!(all(&same)[..4], [None, Some(60.0), Some(60.0), Some(60.0)]);
    assert!(mcse_mean(&same).unwrap() < 1e-16);
    let apart = map(same, |chain, value| value + chain as f64);
    assert_eq!(rhat(&apart), Some(f64::INFINITY));
    assert!(autocorrelation(&apart[0]).iter().all(|value| value.is_nan()));
    assert_eq!(integrated_time(&apart), None);
}

/// Draws with ties, and worse ones.
fn draw() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -1.0..1.0,
        3 => (0..4_u8).prop_map(f64::from),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MAX, 5e-324]),
    ]
}

fn any_chains() -> impl Strategy<Value = Chains> {
    prop::collection::vec(prop::collection::vec(draw(), 0..40), 0..6)
}

fn finite_chains() -> impl Strategy<Value = Chains> {
    (2..6_usize, 4..60_usize).prop_flat_map(|(chains, draws)| {
        prop::collection::vec(prop::collection::vec(-1.0..1.0_f64, draws), chains)
    })
}

fn near(one: Option<f64>, two: Option<f64>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => (one - two).abs() <= 1e-6 * one.abs().max(1e-6),
        _ => one == two,
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_is_nan(chains in any_chains(), bins in 0_usize..20) {
        for number in all(&chains).into_iter().chain([mean(&chains), sd(&chains)]).flatten() {
            prop_assert!(!number.is_nan());
        }
        let values = chains.concat();
        prop_assert_eq!(autocorrelation(&values).len(), values.len());
        let counted = values.iter().filter(|value| !value.is_nan()).count() as u64;
        let counts = rank_histogram(&chains, bins);
        prop_assert_eq!(counts.dim(), (chains.len(), bins));
        prop_assert_eq!(counts.sum(), if bins == 0 { 0 } else { counted });
        let walks: Vec<Vec<Point>> =
            chains.iter().map(|chain| chain.iter().map(|&x| Point { x, y: -x }).collect()).collect();
        if let Ok(summary) = Summary::new(&walks) {
            prop_assert!(summary.starts(&[Point::default(); 3]).to_string().contains("R-hat"));
        }
    }

    /// With numbers that are not rounded on the way: the median lies between two draws, and which
    /// of them is farther away from it is a matter of rounding.
    #[test]
    fn shift_and_scale_change_nothing_but_the_error(
        chains in finite_chains(), shift in -64..64_i32, power in -8..8_i32,
    ) {
        let chains = map(chains, |_, value| (value * 1024.0).round() / 1024.0);
        let (shift, scale) = (f64::from(shift) / 16.0, f64::from(power).exp2());
        let scaled = map(chains.clone(), |_, value| scale * value);
        let moved = map(scaled.clone(), |_, value| shift + value);
        prop_assert!(near(rhat(&chains), rhat(&moved)));
        prop_assert!(near(ess_bulk(&chains), ess_bulk(&moved)));
        // A quantile that is a draw may be rounded below it.
        prop_assert!(near(ess_tail(&chains), ess_tail(&scaled)));
        prop_assert!(near(ess_mean(&chains), ess_mean(&moved)));
        prop_assert!(near(mcse_mean(&chains).map(|error| error * scale), mcse_mean(&moved)));
        prop_assert!(near(integrated_time(&chains), integrated_time(&moved)));
    }

    #[test]
    fn the_order_of_chains_does_not_matter(chains in finite_chains(), turn in 0_usize..6) {
        let mut turned = chains.clone();
        turned.rotate_left(turn % chains.len());
        for (one, two) in all(&chains).into_iter().zip(all(&turned)) {
            prop_assert!(near(one, two), "{one:?} {two:?}");
        }
    }

    #[test]
    fn numbers_lie_in_their_bounds(chains in finite_chains()) {
        // Chains that stay in place are looked at above.
        prop_assume!(chains.iter().all(|chain| chain.iter().any(|&value| value != chain[0])));
        let half = (chains[0].len() / 2) as f64;
        let count = 2.0 * half * chains.len() as f64;
        // The halves that vary least against each other.
        prop_assert!(rhat(&chains).unwrap_or(1.0) >= ((half - 1.0) / half).sqrt() - 1e-12);
        // Without the middle draw of an odd length, halves may stay in place: then all draws count.
        let most = count * count.log10().max(1.0) * (1.0 + 1e-12);
        for size in [ess_bulk(&chains), ess_tail(&chains), ess_mean(&chains)] {
            let size = size.unwrap();
            prop_assert!(size > 0.0 && size <= most, "{}", size);
        }
        let correlations = autocorrelation(&chains[0]);
        prop_assert_eq!(correlations[0], 1.0);
        prop_assert!(correlations.iter().all(|value| value.abs() <= 1.0 + 1e-9));
    }
}
