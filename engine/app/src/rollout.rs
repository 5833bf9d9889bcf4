//! One world being played: lane, task and policy together, step by step. What a batch records and a person watches.

use crate::error::AppError;
use crate::kit::RunKit;
use crate::quiet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use terrella_scenes::draw::{PlanError, draw_plan};
use terrella_sim::fault::Fault;
use terrella_sim::lane::Lane;
use terrella_sim::policies::{Policy, Tried};
use terrella_sim::task::{Outcome, Task};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{PolicySpec, RunSpec};
use terrella_spec::seed::{Rng, SeedPath};
use terrella_spec::shards::Split;
use terrella_spec::world::World;

/// One world being played.
pub struct Rollout {
    /// The world.
    pub lane: Lane,
    /// The judge.
    pub task: Box<dyn Task>,
    /// Who acts, as the run names it.
    pub policy_spec: PolicySpec,
    policy: Box<dyn Policy>,
    rng: Rng,
    action: Vec<f32>,
    terminated: bool,
}

/// Why an attempt at an episode gave no world.
#[derive(Debug)]
pub enum Failure {
    /// The draws fit no world; the next attempt draws others. Nothing is wrong.
    NoFit(String),
    /// Nothing that another attempt would mend.
    Final(AppError),
}

/// Lets a world be recorded at another rate. Its physics steps as often as before, or a little more often where the rates
/// do not fit.
fn set_control(world: &mut World<f32>, control_hz: u32) {
    world.control_hz = control_hz;
    let step_hz = world.physics.step_hz();
    if !step_hz.is_multiple_of(control_hz) {
        world.physics.step_hz = Some(step_hz.next_multiple_of(control_hz));
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NoFit(reason) => Failure::NoFit(reason),
            other => Failure::Final(other.into()),
        }
    }
}

/// Puts the cameras that a run adds into a world.
pub(crate) fn add_cameras(world: &mut World<f32>, spec: &RunSpec) {
    let added = spec.extra_cameras.iter();
    world
        .cameras
        .extend(added.map(|(name, camera)| (name.clone(), camera.clone())));
}

impl RunKit {
    /// The split that an episode is in.
    pub fn split_of(&self, episode: u64) -> &Split {
        self.splits
            .iter()
            .find(|split| split.episodes.contains(&episode))
            .unwrap_or(&self.splits[0])
    }

    /// Draws the plan of an attempt at an episode.
    pub fn plan(&self, seed: SeedPath) -> Result<WorldPlan, Failure> {
        let ood = self.split_of(seed.episode).ood.as_ref();
        let mut plan = draw_plan(&*self.family, &self.dataset.factors, ood, self.root_of(seed))?;
        if self.twin_of(seed.episode).is_some() {
            plan = self.family.healthy_twin(plan);
        }
        if let Some(physics) = self.dataset.run.spec.physics {
            plan.world.physics = physics;
        }
        if let Some(control_hz) = self.dataset.run.spec.control_hz {
            set_control(&mut plan.world, control_hz);
        }
        add_cameras(&mut plan.world, &self.dataset.run.spec);
        Ok(plan)
    }

    /// Starts an attempt at an episode. Whose twin it is is played first, to know what was done there.
    pub fn start(&self, seed: SeedPath) -> Result<Rollout, Failure> {
        if self.twin_of(seed.episode).is_some() {
            return self.start_twin(seed, self.actions_of(self.root_of(seed))?);
        }
        // Who acts is a matter of the episode, not of the attempt.
        let mut choice = SeedPath { attempt: 0, ..seed }.stream("policy choice");
        let weights: Vec<f64> = self.policies.iter().map(|(_, spec)| spec.weight).collect();
        let (kind, spec) = &self.policies[choice.weighted(&weights)];
        let played;
        let spec = match self.take_of(seed.episode) {
            Some(take) => {
                played = PolicySpec {
                    actions: take.actions.clone(),
                    ..spec.clone()
                };
                &played
            }
            None => spec,
        };
        self.rollout(self.plan(seed)?, seed, spec, |plan| {
            (kind.make)(&*self.family, plan, spec).ok_or_else(|| {
                Failure::Final(AppError::run(
                    "policies",
                    format!("`{}` needs an expert, and this world has none", spec.name),
                ))
            })
        })
    }

    /// The world of `plan` at its start, and who acts in it.
    pub(crate) fn rollout(
        &self,
        plan: WorldPlan,
        seed: SeedPath,
        spec: &PolicySpec,
        policy: impl FnOnce(&WorldPlan) -> Result<Box<dyn Policy>, Failure>,
    ) -> Result<Rollout, Failure> {
        let policy = policy(&plan)?;
        let task = self.family.task(&plan);
        let mut lane = Lane::new(Arc::new(plan)).map_err(|error| Failure::Final(error.into()))?;
        if self.needs_contacts {
            lane.gather_contacts();
        }
        let action = vec![0.0; lane.view().action_space().len()];
        Ok(Rollout {
            lane,
            task,
            policy_spec: spec.clone(),
            policy,
            rng: seed.stream("policy"),
            action,
            terminated: false,
        })
    }
}

impl Rollout {
    /// Judges the first state. True when the task is solved before anybody acted.
    pub fn starts_solved(&mut self) -> bool {
        let outcome = self.task.assess(&self.lane.view(), &[]);
        self.terminated = outcome.terminated;
        outcome.success
    }

    /// Lets the policy act once. The action is as it was taken: clamped.
    pub fn step(&mut self) -> Result<Outcome, Fault> {
        self.choose();
        self.advance()?;
        Ok(self.judge())
    }

    /// Goes on by one step with this action in the place of the policy's, which is asked all the same: what it remembers stays
    /// that of the whole episode. The action is clamped.
    pub fn step_with(&mut self, action: &[f32]) -> Result<Outcome, Fault> {
        self.choose();
        self.action.copy_from_slice(action);
        self.lane.view().action_space().clamp(&mut self.action);
        self.advance()?;
        Ok(self.judge())
    }

    /// A step by the policy, or with this action in its place. A world that fails, or panics, is told of.
    pub fn attempt_step(&mut self, action: Option<&[f32]>) -> Result<Outcome, String> {
        let made = quiet::catch(AssertUnwindSafe(|| match action {
            Some(action) => self.step_with(action),
            None => self.step(),
        }));
        match made {
            Ok(made) => made.map_err(|fault| fault.to_string()),
            Err(panic) => Err(format!("panic: {panic}")),
        }
    }

    /// A copy that goes its own way: bit for bit the same until it is acted on otherwise.
    pub fn fork(&self) -> Rollout {
        Rollout {
            lane: self.lane.fork(),
            task: self.task.boxed_clone(),
            policy_spec: self.policy_spec.clone(),
            policy: self.policy.boxed_clone(),
            rng: self.rng.clone(),
            action: self.action.clone(),
            terminated: self.terminated,
        }
    }

    /// The first part of a step: the policy chooses.
    pub(crate) fn choose(&mut self) {
        self.policy
            .act(&self.lane.view(), &mut self.rng, &mut self.action);
        self.lane.view().action_space().clamp(&mut self.action);
    }

    /// The second: the world goes on.
    pub(crate) fn advance(&mut self) -> Result<(), Fault> {
        self.lane.step(&self.action)
    }

    /// The third: the task judges.
    pub(crate) fn judge(&mut self) -> Outcome {
        let outcome = self.task.assess(&self.lane.view(), &self.action);
        // Once over, an episode stays over.
        self.terminated |= outcome.terminated;
        Outcome {
            terminated: self.terminated,
            ..outcome
        }
    }

    /// The last action, one number for each channel.
    pub fn action(&self) -> &[f32] {
        &self.action
    }

    /// What the policy has tried so far on copies of this world.
    pub fn tried(&self) -> &[Tried] {
        self.policy.tried()
    }

    /// True when the world has reached a terminal state.
    pub fn terminated(&self) -> bool {
        self.terminated
    }
}
