//! How well the expert of a family is to do, and how badly those who act at random.

use crate::rollout::{plan, solved_at};
use terrella_scenes::Family;

/// Worlds that an expert plays, in training ranges and out of distribution: of those that its rates were measured in, as many as
/// there is time for in each run of the tests.
const EXPERTS: u64 = 24;
/// Worlds that those who act at random play: nearly each to its end.
const CHANCES: u64 = 10;

/// How well policies are to do in episodes of so many steps, as shares of worlds solved.
pub struct Rates {
    pub steps: u32,
    /// The least that the expert solves, in training ranges and out of distribution.
    pub scripted: f64,
    pub held_out: f64,
    /// The most that chance solves.
    pub random: f64,
    pub smooth_random: f64,
}

/// Plays the expert, out of distribution too, and those who act at random.
pub fn check_rates(family: &dyn Family, rates: &Rates) {
    let solved = |policy: &str, episodes: u64, ood: bool| {
        let solves = |episode: &u64| {
            let plan = plan(family, *episode, ood);
            solved_at(family, plan, policy, *episode, rates.steps).is_some()
        };
        (0..episodes).filter(solves).count()
    };
    for (ood, least) in [(false, rates.scripted), (true, rates.held_out)] {
        let solved = solved("scripted", EXPERTS, ood);
        let least = (least * EXPERTS as f64).floor() as usize;
        assert!(
            solved >= least,
            "scripted solves {solved} of {EXPERTS}, and {least} are asked for, where out of distribution is {ood}"
        );
    }
    for (policy, most) in [("random", rates.random), ("smooth_random", rates.smooth_random)] {
        let solved = solved(policy, CHANCES, false);
        let most = (most * CHANCES as f64).ceil() as usize;
        assert!(solved <= most, "{policy} solves {solved} of {CHANCES}");
    }
}
