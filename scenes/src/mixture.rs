//! Several families as one: a dataset over all of them, with one schema.

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use std::sync::Arc;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;
use terrella_spec::world::World;

/// The factor that says which family an episode is of.
pub const FAMILY: &str = "family";
/// What the cameras of every world are called here, in the order of its own.
pub const CAMERAS: [&str; 2] = ["main", "second"];

/// Families by turns: episode `e` is of family `e` modulo their number, and its world is the one that its family alone would draw
/// for that episode. Factors are called `FAMILY.FACTOR`; an episode has those of its own family. The first two cameras of
/// a world are called `main` and `second`.
pub struct Mixture {
    members: Vec<Arc<dyn Family>>,
    names: Vec<String>,
}

impl Mixture {
    /// Mixes `members`, of which there must be one at least.
    pub fn new(members: Vec<Arc<dyn Family>>) -> Self {
        let names = members.iter().map(|member| member.card().name).collect();
        Mixture { members, names }
    }

    /// Which of the members an episode is of.
    fn index(&self, seed: SeedPath) -> usize {
        (seed.episode % self.members.len() as u64) as usize
    }

    /// The member that drew a plan, and the plan with the names of its own factors.
    fn own(&self, plan: &WorldPlan) -> (&dyn Family, WorldPlan) {
        let named = |name: &String| plan.factors.get(FAMILY) == Some(&FactorValue::Word(name.clone()));
        let index = self.names.iter().position(named).expect("the mixture drew it");
        let prefix = format!("{}.", self.names[index]);
        let mut own = plan.clone();
        own.factors = (plan.factors.iter())
            .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_string(), value.clone())))
            .collect();
        (&*self.members[index], own)
    }
}

impl Family for Mixture {
    fn card(&self) -> Card {
        let cards: Vec<Card> = self.members.iter().map(|member| member.card()).collect();
        let mut tasks: Vec<String> = Vec::new();
        for task in cards.iter().flat_map(|card| &card.tasks) {
            if !tasks.contains(task) {
                tasks.push(task.clone());
            }
        }
        let titles: Vec<String> = cards
            .iter()
            .map(|card| format!("- {}: {}", card.name, card.title))
            .collect();
        Card {
            name: "mixture".into(),
            title: format!("{} families of worlds", cards.len()),
            question: String::new(),
            doc: format!(
                "Episodes of several families by turns, with one schema: `factor.family` says which one an episode is of. \
                 Actions and observations stand in the first numbers of columns as wide as the widest, zeros behind them; \
                 `mask.action` and `mask.state` say which numbers mean something. Where a family has agents, their rewards are the \
                 first numbers of `agents.reward`.\n\n{}",
                titles.join("\n")
            ),
            tasks,
            success: "What the episode's family says.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut factors = vec![FactorSpec::choice(
            FAMILY,
            "The family of this episode's world: each in turn.",
            &names,
            &[],
        )];
        for (name, member) in self.names.iter().zip(&self.members) {
            let prefix = format!("{name}.");
            factors.extend(member.factors().into_iter().map(|factor| FactorSpec {
                // One schema holds for all families: what they are by default.
                on_request: Vec::new(),
                ..factor.under(&prefix)
            }));
        }
        factors
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let index = self.index(draw.seed());
        let name = &self.names[index];
        draw.state(FAMILY, FactorValue::Word(name.clone()));
        draw.enter(&self.prefix(draw.seed()));
        let (mut world, task) = self.members[index].plan(draw)?;
        let cameras = CAMERAS.iter().map(|name| name.to_string());
        world.cameras = cameras.zip(world.cameras.into_values()).collect();
        Ok((world, task))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let (member, plan) = self.own(plan);
        member.task(&plan)
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let (member, plan) = self.own(plan);
        member.expert(&plan)
    }

    fn preset(&self) -> &str {
        ""
    }

    fn members(&self) -> Vec<Arc<dyn Family>> {
        self.members.clone()
    }

    fn prefix(&self, seed: SeedPath) -> String {
        format!("{}.", self.names[self.index(seed)])
    }
}
