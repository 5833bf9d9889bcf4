//! Policies by name: what a run's `policies` can say.

use crate::family::Family;
use crate::oracle::Oracle;
use std::sync::Arc;
use terrella_sim::policies::{FailureSeeking, Noisy, Policy, Random, Replay, SmoothRandom, Weak};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::PolicySpec;

/// Makes a policy for a world.
pub type MakePolicy = fn(&dyn Family, &WorldPlan, &PolicySpec) -> Option<Box<dyn Policy>>;

/// A policy that can be asked for by name.
pub struct PolicyKind {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// True when it needs the family's expert.
    pub needs_expert: bool,
    /// Makes it for a world. Nothing when the world has no expert and it needs one.
    pub make: MakePolicy,
}

/// The built-in policies.
pub static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "scripted",
        doc: "The family's expert, which solves most worlds.",
        needs_expert: true,
        make: |family, plan, _| family.expert(plan),
    },
    PolicyKind {
        name: "noisy",
        doc: "The expert, jittered, and at random for a share `epsilon` of the steps.",
        needs_expert: true,
        make: |family, plan, spec| Some(Box::new(Noisy::new(family.expert(plan)?, spec.epsilon))),
    },
    PolicyKind {
        name: "smooth_random",
        doc: "An Ornstein-Uhlenbeck process in every channel.",
        needs_expert: false,
        make: |_, _, _| Some(Box::new(SmoothRandom::default())),
    },
    PolicyKind {
        name: "random",
        doc: "Uniform in every channel's range, held for a tenth of a second.",
        needs_expert: false,
        make: |_, _, _| Some(Box::new(Random::default())),
    },
    PolicyKind {
        name: "weak",
        doc: "By turns the expert and smooth random actions, a third and two thirds of the time: random interaction near what matters.",
        needs_expert: true,
        make: |family, plan, _| Some(Box::new(Weak::new(family.expert(plan)?))),
    },
    PolicyKind {
        name: "failure_seeking",
        doc: "The expert with one thing wrong: a channel mirrored or stuck, commands late, too small or too large.",
        needs_expert: true,
        make: |family, plan, _| Some(Box::new(FailureSeeking::new(family.expert(plan)?))),
    },
    PolicyKind {
        name: "oracle_mpc",
        doc: "Plans by the cross-entropy method on copies of the true simulation, for the task's own rewards; costs about two \
              hundred times the physics.",
        needs_expert: false,
        make: |family, plan, _| Some(Box::new(Oracle::new(family.task(plan)))),
    },
    PolicyKind {
        name: "replay",
        doc: "Recorded actions (`actions`), played again; without any, rest.",
        needs_expert: false,
        make: replay,
    },
    PolicyKind {
        name: "human",
        doc: "What a person did (`actions`), as an editor records it; played as `replay` plays.",
        needs_expert: false,
        make: replay,
    },
];

fn replay(_: &dyn Family, _: &WorldPlan, spec: &PolicySpec) -> Option<Box<dyn Policy>> {
    Some(Box::new(Replay::new(Arc::new(spec.actions.clone()))))
}
