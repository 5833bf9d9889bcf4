//! Policies that spoil an expert must do something else than the expert does.

use crate::rollout::{plan, play};
use terrella_scenes::Family;

/// Plays the expert, `weak` and `failure_seeking` in the same worlds. In at least a quarter of them something else happens, and fewer
/// of them are solved.
pub fn check_spoiled(family: &dyn Family, episodes: u64, steps: u32) {
    let played =
        |policy: &str, episode: u64| play(family, plan(family, episode, false), policy, episode, steps);
    let own: Vec<_> = (0..episodes).map(|episode| played("scripted", episode)).collect();
    let solved_by_expert = own.iter().filter(|episode| episode.solved_at.is_some()).count();
    for policy in ["weak", "failure_seeking"] {
        let (mut different, mut solved) = (0, 0);
        for (episode, own) in (0..).zip(&own) {
            let spoiled = played(policy, episode);
            different += usize::from(spoiled.digest != own.digest);
            solved += usize::from(spoiled.solved_at.is_some());
        }
        assert!(
            4 * different >= own.len(),
            "{policy} does what the expert does in all but {different} of {episodes}"
        );
        assert!(
            solved < solved_by_expert,
            "{policy} solves {solved} of {episodes}, the expert {solved_by_expert}"
        );
    }
}
