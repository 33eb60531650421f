//! The walk by `mini-mcmc`: its Metropolis-Hastings with the bootcamp's proposal.

#[path = "../../../outcome.rs"]
mod outcome;

use mini_mcmc::core::ChainRunner;
use mini_mcmc::distributions::{Proposal, Target};
use mini_mcmc::metropolis_hastings::MetropolisHastings;
use outcome::{Outcome, summary, user_seconds};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

#[derive(Clone)]
struct Complicated;

impl Target<f64, f64> for Complicated {
    fn unnorm_logp(&self, position: &[f64]) -> f64 {
        let gaussian = |cx: f64, cy: f64, wx: f64, wy: f64| {
            let (a, b) = ((cx - position[0]) / wx, (cy - position[1]) / wy);
            (-(a * a + b * b) / 2.0).exp()
        };
        let sum = gaussian(0.5, 0.2, 0.15, 0.04)
            + gaussian(0.7, 0.7, 0.05, 0.05)
            + gaussian(0.3, 0.7, 0.05, 0.07);
        sum.ln()
    }
}

#[derive(Clone)]
struct Square(SmallRng);

impl Proposal<f64, f64> for Square {
    fn sample(&mut self, current: &[f64]) -> Vec<f64> {
        current.iter().map(|place| place + 0.2 * self.0.random::<f64>() - 0.1).collect()
    }

    fn logp(&self, _from: &[f64], _to: &[f64]) -> f64 {
        0.0
    }

    fn set_seed(self, seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }
}

fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).map(|text| text.parse().expect("a number")).collect();
    let [steps, repeats, seed] = arguments[..] else { panic!("give steps, repeats and a seed") };
    let before = user_seconds();
    let mut points = None;
    for repeat in 0..repeats {
        drop(points.take());
        let proposal = Square(SmallRng::seed_from_u64(0));
        let sampler = MetropolisHastings::new(Complicated, proposal, vec![vec![0.5, 0.2]]);
        let mut sampler = sampler.seed(seed * 1000 + repeat);
        points = sampler.run(steps as usize, 0).ok();
    }
    let seconds = user_seconds() - before;
    let points = points.expect("points");
    // Of the shape (1, steps, 2).
    let numbers: Vec<f64> = points.into_iter().collect();
    let walk = summary(numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
    let outcome =
        Outcome { steps: steps * repeats, seconds, walk: Some(walk), steps_per_draw: None };
    println!("{}", outcome.line());
}
