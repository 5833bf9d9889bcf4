//! What a parsed file must hold beyond its types: ranges, counts, names.
//!
//! **Invariant:** everything wrong is found, not only the first; nothing is drawn and nothing is made.

mod camera;
mod fault;
mod liquid;
mod look;
mod scene;
mod shape;
mod soft;

use crate::limits::{self, Limits, raise};
use crate::run::{FORMAT, RunSpec, SplitSpec, WorldSource};
use crate::world::Physics;
pub(crate) use scene::scene;
use std::collections::BTreeSet;

/// What is wrong: the path of a field, a message, a remedy.
#[derive(Debug, Default)]
pub(crate) struct Wrong(pub Vec<(String, String, String)>);

impl Wrong {
    fn require(&mut self, holds: bool, path: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.0.push((path.into(), message.into(), String::new()));
        }
    }

    /// A number that is at least 1 and within a limit.
    fn within(&mut self, value: u64, most: u64, path: impl Into<String>, limit: &str) {
        if value < 1 {
            self.0
                .push((path.into(), format!("must be in 1..={most}"), String::new()));
        } else if value > most {
            self.0
                .push((path.into(), format!("must be in 1..={most}"), raise(limit)));
        }
    }

    /// A count of things that is within a limit.
    fn count(&mut self, have: usize, most: u64, path: impl Into<String>, limit: &str) {
        if have as u64 > most {
            let message = format!("{have} of them; the limit is {most}");
            self.0.push((path.into(), message, raise(limit)));
        }
    }
}

/// What is wrong in a run.
pub(crate) fn run(spec: &RunSpec, limits: &Limits) -> Wrong {
    let mut wrong = Wrong::default();
    format(&mut wrong, spec.format);
    wrong.within(spec.episodes, limits.episodes, "episodes", "episodes");
    if spec.healthy_twins {
        twins(&mut wrong, spec);
    }
    if let Some(steps) = spec.steps {
        wrong.within(u64::from(steps), limits.steps, "steps", "steps");
    }
    if let Some(control_hz) = spec.control_hz {
        wrong.require(
            (1..=1000).contains(&control_hz),
            "control_hz",
            "must be in 1..=1000",
        );
    }
    if let WorldSource::Families(names) = &spec.world {
        let distinct: BTreeSet<&String> = names.iter().collect();
        wrong.require(!names.is_empty(), "world.families", "names no family");
        wrong.require(
            distinct.len() == names.len(),
            "world.families",
            "names a family twice",
        );
    }
    let [width, height] = spec.image_size.map(u64::from);
    for side in [width, height] {
        wrong.within(side, limits.image_side, "image_size", "image_side");
    }
    let steps = u64::from(spec.steps.unwrap_or(1)).saturating_add(1);
    let pixels = width.saturating_mul(height).saturating_mul(steps);
    if pixels > limits.episode_pixels {
        let message = format!(
            "a camera sees {pixels} pixels in an episode of {steps} frames; the limit is {}",
            limits.episode_pixels
        );
        wrong
            .0
            .push(("image_size".into(), message, raise("episode_pixels")));
    }
    wrong.require(
        (1..=4).contains(&spec.supersample),
        "supersample",
        "must be in 1..=4",
    );
    scene::run_cameras(&mut wrong, spec, limits);
    physics(&mut wrong, spec.physics, "physics.step_hz");
    policies(&mut wrong, spec, limits);
    takes(&mut wrong, spec);
    splits(&mut wrong, &spec.splits, limits);
    if let Some(size) = spec.files.shard_episodes {
        wrong.require(size >= 1, "files.shard_episodes", "must be 1 or more");
    }
    wrong
}

/// Pairs stay together, and their worlds are of one kind.
fn twins(wrong: &mut Wrong, spec: &RunSpec) {
    let counts = [
        (Some(spec.episodes), "episodes"),
        (spec.files.shard_episodes, "files.shard_episodes"),
    ];
    for (count, path) in counts {
        wrong.require(
            count.unwrap_or(0).is_multiple_of(2),
            path,
            "must be even: `healthy_twins` makes episodes in pairs, which stay together",
        );
    }
    wrong.require(
        !matches!(spec.world, WorldSource::Families(_)),
        "healthy_twins",
        "is for one family or scene: where families are mixed by turns, name one of those that have faults",
    );
}

fn policies(wrong: &mut Wrong, spec: &RunSpec, limits: &Limits) {
    wrong.count(spec.policies.len(), limits.policies, "policies", "policies");
    for (index, policy) in spec.policies.iter().enumerate() {
        let place = |field: &str| format!("policies[{index}].{field}");
        wrong.require(
            policy.weight.is_finite() && policy.weight >= 0.0,
            place("weight"),
            "must be a finite number, 0 or more",
        );
        wrong.require(
            (0.0..=1.0).contains(&policy.epsilon),
            place("epsilon"),
            "must be in 0..=1",
        );
        let finite = policy.actions.iter().flatten().all(|value| value.is_finite());
        wrong.require(finite, place("actions"), "must be finite numbers");
    }
    let weights: f64 = spec.policies.iter().map(|policy| policy.weight).sum();
    wrong.require(
        spec.policies.is_empty() || weights > 0.0,
        "policies",
        "at least one weight must be above 0",
    );
    wrong.require(
        weights.is_finite(),
        "policies",
        "the sum of the weights must be finite",
    );
}

/// Each take is an episode, in which nobody but a hand acts.
fn takes(wrong: &mut Wrong, spec: &RunSpec) {
    let count = spec.takes.len();
    if count == 0 {
        return;
    }
    wrong.require(
        spec.episodes == count as u64,
        "episodes",
        format!("must be {count}, one for each of `takes`"),
    );
    wrong.require(
        !spec.healthy_twins,
        "healthy_twins",
        "must be false: `takes` says of each episode which world it is",
    );
    let played = |name: &str| name == "human" || name == "replay";
    wrong.require(
        !spec.policies.is_empty() && spec.policies.iter().all(|policy| played(&policy.name)),
        "policies",
        "must be `human` or `replay`, who plays `takes`",
    );
    for (index, take) in spec.takes.iter().enumerate() {
        let finite = take.actions.iter().flatten().all(|value| value.is_finite());
        wrong.require(
            finite,
            format!("takes[{index}].actions"),
            "must be finite numbers",
        );
    }
}

fn splits(wrong: &mut Wrong, splits: &[SplitSpec], limits: &Limits) {
    wrong.count(splits.len(), limits.splits, "splits", "splits");
    let mut names = BTreeSet::new();
    for (index, split) in splits.iter().enumerate() {
        let place = |field: &str| format!("splits[{index}].{field}");
        let word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        let named = !split.name.is_empty() && split.name.chars().all(word) && split.name != "all";
        wrong.require(
            named,
            place("name"),
            "wants lower-case letters, digits and _; `all` is reserved",
        );
        name_length(wrong, &split.name, place("name"));
        wrong.require(names.insert(&split.name), place("name"), "two splits of one name");
        wrong.require(
            split.share.is_finite() && split.share >= 0.0,
            place("share"),
            "must be a finite number, 0 or more",
        );
    }
    let shares: f64 = splits.iter().map(|split| split.share).sum();
    wrong.require(
        splits.is_empty() || shares > 0.0,
        "splits",
        "at least one share must be above 0",
    );
    wrong.require(
        shares.is_finite(),
        "splits",
        "the sum of the shares must be finite",
    );
}

fn format(wrong: &mut Wrong, format: u32) {
    let message = format!("format {format} is not known; this engine reads format {FORMAT}");
    wrong.require(format == FORMAT, "format", message);
}

fn physics(wrong: &mut Wrong, physics: Option<Physics>, path: &str) {
    if let Some(step_hz) = physics.and_then(|physics| physics.step_hz) {
        wrong.require(
            (1..=limits::STEP_HZ).contains(&step_hz),
            path,
            format!("must be in 1..={}", limits::STEP_HZ),
        );
    }
}

fn name_length(wrong: &mut Wrong, name: &str, path: impl Into<String>) {
    wrong.require(
        (1..=limits::NAME_BYTES).contains(&name.len()),
        path,
        format!("a name has 1 to {} bytes", limits::NAME_BYTES),
    );
}
