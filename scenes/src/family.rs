//! What a family of worlds is.

use crate::agents::DiscreteAction;
use crate::draw::{Draw, PlanError};
use crate::faults;
use crate::policies::PolicyKind;
use std::sync::Arc;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;
use terrella_spec::world::World;

/// What a person should know of a family.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its name, as typed.
    pub name: String,
    /// Its name, as read.
    pub title: String,
    /// What a model that learned it can answer.
    pub question: String,
    /// What it is, how it is acted in, what counts as success: a paragraph.
    pub doc: String,
    /// Every string that a plan's `task` can be, in the order of their index in the dataset.
    pub tasks: Vec<String>,
    /// What ends in success, and what `terminated` means.
    pub success: String,
}

/// A family of worlds: all of its plans have the same action channels, observation channels and cameras.
pub trait Family: Send + Sync {
    /// What a person should know.
    fn card(&self) -> Card;

    /// The factors that differ between its worlds.
    fn factors(&self) -> Vec<FactorSpec>;

    /// Draws a world and says which of the card's tasks is set in it.
    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError>;

    /// The judge of a drawn world.
    fn task(&self, plan: &WorldPlan) -> Box<dyn Task>;

    /// Somebody who solves most worlds; nobody where there is nothing to solve.
    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>>;

    /// Policies that only this family has, beside [`crate::policies::POLICIES`].
    fn own_policies(&self) -> &'static [PolicyKind] {
        &[]
    }

    /// What each of its agents can choose from where choices are discrete: ways to act through the same channels, whose numbers
    /// are recorded beside the action. None by default, and none in a mixture.
    fn discrete_actions(&self) -> &'static [DiscreteAction] {
        &[]
    }

    /// The world that a run with `healthy_twins` records beside that of `plan`, under the same actions: all the same but for what goes
    /// wrong. By default, every fault's severity is 0.
    fn healthy_twin(&self, plan: WorldPlan) -> WorldPlan {
        faults::healthy(plan)
    }

    /// What is other in it, for the episode table.
    fn twin_intervention(&self) -> &'static str {
        faults::INTERVENTION
    }

    /// The run that `terrella generate NAME` makes: a run file's text.
    fn preset(&self) -> &str;

    /// The families that this one mixes, each with a schema of its own: episode `e` is of number `e` modulo their number.
    fn members(&self) -> Vec<Arc<dyn Family>> {
        Vec::new()
    }

    /// What the names of the factors begin with that the world of this seed has.
    fn prefix(&self, _seed: SeedPath) -> String {
        String::new()
    }
}

/// A family in a static table is a family.
impl<F: Family + ?Sized> Family for &'static F {
    fn card(&self) -> Card {
        (**self).card()
    }

    fn factors(&self) -> Vec<FactorSpec> {
        (**self).factors()
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        (**self).plan(draw)
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        (**self).task(plan)
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        (**self).expert(plan)
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        (**self).own_policies()
    }

    fn discrete_actions(&self) -> &'static [DiscreteAction] {
        (**self).discrete_actions()
    }

    fn healthy_twin(&self, plan: WorldPlan) -> WorldPlan {
        (**self).healthy_twin(plan)
    }

    fn twin_intervention(&self) -> &'static str {
        (**self).twin_intervention()
    }

    fn preset(&self) -> &str {
        (**self).preset()
    }

    fn members(&self) -> Vec<Arc<dyn Family>> {
        (**self).members()
    }

    fn prefix(&self, seed: SeedPath) -> String {
        (**self).prefix(seed)
    }
}
