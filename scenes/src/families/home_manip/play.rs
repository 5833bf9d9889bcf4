//! Play: one thing after another, as chance has it, of those that can be done now, with things that were taken least often.
//!
//! Nobody rewards it; it shows what things do, in orders that no task asks for.

use super::expert::{Expert, Skill};
use super::goals::{GOALS, Goal};
use crate::drawn;
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// What is nearer to its goal than this is left as it is: a share of a way, or m.
const FAR: f32 = 0.05;

#[derive(Clone, Debug)]
pub(super) struct Chores {
    hand: Expert,
    /// What brings about each goal, and how often the thing that it moves was taken.
    skills: Vec<(Goal, Skill, u32)>,
    /// What must be so before the drawer opens, and the cupboard, where they are locked.
    drawer_wants: Option<Goal>,
    cupboard_wants: Option<Goal>,
}

impl Chores {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let is = |factor: &str, word: &str| drawn::word(plan, factor) == word;
        let key = if is("drawer_lock", "switch") {
            Goal::SwitchOn
        } else {
            Goal::LampOn
        };
        Chores {
            hand: Expert::idle(plan),
            skills: GOALS.map(|(goal, ..)| (goal, Skill::of(plan, goal), 0)).to_vec(),
            drawer_wants: is("drawer_start", "locked").then_some(key),
            cupboard_wants: is("cupboard_start", "locked").then_some(Goal::LampOn),
        }
    }

    /// True where a thing is not so yet, and nothing must be done before it.
    fn can(&self, view: &StepView<'_>, goal: Goal) -> bool {
        let is = |goal: Goal| goal.assess(view).0;
        // What lies in a closed drawer or in a jar is out of reach.
        let open = is(Goal::DrawerOpen);
        let block = !is(Goal::BlockInJar) && (!is(Goal::BlockInDrawer) || open);
        let spoon = !is(Goal::SpoonInDrawer) || open;
        let plate = [Goal::BlockOnPlate, Goal::CupOnPlate, Goal::SpoonOnPlate];
        let free = !plate.into_iter().any(is);
        let (done, left) = goal.assess(view);
        !done
            && left > FAR
            && match goal {
                Goal::DrawerOpen => self.drawer_wants.is_none_or(is),
                Goal::CupboardOpen => self.cupboard_wants.is_none_or(is),
                Goal::BlockInDrawer => block && open && !is(Goal::SpoonInDrawer),
                Goal::SpoonInDrawer => open && !is(Goal::BlockInDrawer),
                Goal::BlockInJar => block && is(Goal::JarOpen),
                Goal::BlockOnPlate => block && free,
                Goal::SpoonOnPlate => spoon && free,
                Goal::CupOnPlate => free,
                _ => true,
            }
    }
}

impl Subgoals for Chores {
    const PATIENCE_SECS: f32 = 10.0;

    /// One of the things that it has taken least often: a block can be put in three places, a cupboard only opened.
    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let possible = (0..self.skills.len()).filter(|index| self.can(view, self.skills[*index].0));
        let possible: Vec<usize> = possible.collect();
        let thing = |index: &usize| self.skills[*index].1.thing();
        let times = |index: &usize| self.skills[*index].2;
        let least = possible.iter().map(times).min();
        let mut rare: Vec<&str> = Vec::new();
        for index in possible.iter().filter(|index| Some(times(index)) == least) {
            if !rare.contains(&thing(index)) {
                rare.push(thing(index));
            }
        }
        if rare.is_empty() {
            return false;
        }
        let taken = rare[rng.below(rare.len())];
        let ways: Vec<usize> = possible
            .into_iter()
            .filter(|index| thing(index) == taken)
            .collect();
        let (_, skill, _) = self.skills[ways[rng.below(ways.len())]];
        for (_, other, times) in &mut self.skills {
            *times += u32::from(other.thing() == skill.thing());
        }
        self.hand.ask(skill);
        true
    }

    fn is_reached(&mut self, _: &StepView<'_>) -> bool {
        self.hand.is_idle()
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.hand.act(view, rng, action);
    }
}
