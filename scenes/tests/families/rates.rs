//! How well the expert of a family is to do, and how badly those who act at random.

use crate::rollout::{plan, play, success_rate};
use terrella_scenes::Family;

/// How well policies are to do in episodes of so many steps.
pub struct Rates {
    pub episodes: u64,
    pub steps: u32,
    /// The least share that the expert solves, and the least number of 40 out of distribution.
    pub scripted: f64,
    pub held_out: usize,
    /// The largest shares that chance solves.
    pub random: f64,
    pub smooth_random: f64,
}

/// Plays the expert, out of distribution too, and those who act at random.
pub fn check_rates(family: &dyn Family, rates: &Rates) {
    let rate = |policy: &str| success_rate(family, policy, rates.episodes, rates.steps);
    let scripted = rate("scripted");
    assert!(scripted >= rates.scripted, "scripted solves {scripted}");
    let held_out = (0..40).filter(|episode| {
        let plan = plan(family, *episode, true);
        play(family, plan, "scripted", *episode, rates.steps)
            .solved_at
            .is_some()
    });
    let held_out = held_out.count();
    assert!(
        held_out >= rates.held_out,
        "scripted solves {held_out} of 40 out of distribution"
    );
    for (policy, most) in [("random", rates.random), ("smooth_random", rates.smooth_random)] {
        let solved = rate(policy);
        assert!(solved <= most, "{policy} solves {solved}");
    }
}
