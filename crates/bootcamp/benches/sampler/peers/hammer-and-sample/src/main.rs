//! The walk by `hammer-and-sample`: the bootcamp's proposal, and two moves of its own.

#[path = "../../../outcome.rs"]
#[expect(dead_code, reason = "the others use more of it")]
mod outcome;

use hammer_and_sample::{DifferentialEvolution, MinChainLen, Model, Move, Serial, Stretch, sample};
use outcome::{Outcome, user_seconds};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};

struct Complicated;

impl Model for Complicated {
    type Params = [f64; 2];

    fn log_prob(&self, &[x, y]: &[f64; 2]) -> f64 {
        let gaussian = |cx: f64, cy: f64, wx: f64, wy: f64| {
            let (a, b) = ((cx - x) / wx, (cy - y) / wy);
            (-(a * a + b * b) / 2.0).exp()
        };
        let sum = gaussian(0.5, 0.2, 0.15, 0.04)
            + gaussian(0.7, 0.7, 0.05, 0.05)
            + gaussian(0.3, 0.7, 0.05, 0.07);
        sum.ln()
    }
}

/// The bootcamp's proposal.
struct Square;

impl Move<[f64; 2]> for Square {
    fn propose<'a, O, R>(&self, this: &'a [f64; 2], _other: O, rng: &mut R) -> ([f64; 2], f64)
    where
        O: FnMut(&mut R) -> &'a [f64; 2],
        R: Rng,
    {
        (this.map(|place| place + 0.2 * rng.random::<f64>() - 0.1), 0.0)
    }
}

type Chain = (Vec<[f64; 2]>, usize);

/// Walkers all start at (0.5, 0.2), or anywhere on the unit square.
fn walk<M>(kind: &M, anywhere: bool, steps: u64, walkers: u64, seed: u64) -> Chain
where
    M: Move<[f64; 2]> + Send + Sync,
{
    let walkers = (0..walkers).map(|walker| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed * 1_000_000 + walker);
        (if anywhere { [rng.random(), rng.random()] } else { [0.5, 0.2] }, rng)
    });
    sample(&Complicated, kind, walkers, MinChainLen(steps as usize), Serial)
}

/// By the means of 50 batches, without the first fifth of the walk.
fn steps_per_draw(chain: &[[f64; 2]], walkers: usize) -> f64 {
    const VARIANCE_Y: f64 = 0.06525;
    const MEAN_Y: f64 = 0.45;
    let chain = &chain[chain.len() / 5 / walkers * walkers..];
    let length = chain.len() / walkers / 50 * walkers;
    let mean = |batch: &[[f64; 2]]| batch.iter().map(|point| point[1]).sum::<f64>() / length as f64;
    let square =
        chain.chunks_exact(length).map(|batch| (mean(batch) - MEAN_Y).powi(2)).sum::<f64>();
    length as f64 * square / 50.0 / VARIANCE_Y
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let kind = arguments.pop().expect("a kind of move");
    let numbers: Vec<u64> = arguments.iter().map(|text| text.parse().expect("a number")).collect();
    let [steps, repeats, seed, walkers] = numbers[..] else {
        panic!("give steps, repeats, a seed, how many walkers, and the move")
    };
    let before = user_seconds();
    let mut last: Chain = (Vec::new(), 0);
    for repeat in 0..repeats {
        drop(std::mem::take(&mut last));
        let seed = seed * 1000 + repeat;
        last = match kind.as_str() {
            "square" => walk(&Square, false, steps, walkers, seed),
            "stretch" => walk(&Stretch::default(), true, steps, walkers, seed),
            // The factor that its documentation advises.
            "evolution" => {
                let kind = DifferentialEvolution::new(2.38 / 2.0, 1e-5);
                walk(&kind, true, steps, walkers, seed)
            }
            _ => panic!("there is no move '{kind}'"),
        };
    }
    let seconds = user_seconds() - before;
    let (chain, accepted) = last;
    let n = chain.len() as f64;
    let mean = |axis: usize| chain.iter().map(|point| point[axis]).sum::<f64>() / n;
    let outcome = Outcome {
        steps: chain.len() as u64 * repeats,
        seconds,
        walk: Some([accepted as f64 / n, mean(0), mean(1)]),
        steps_per_draw: (kind != "square").then(|| steps_per_draw(&chain, walkers as usize)),
    };
    println!("{}", outcome.line());
}
