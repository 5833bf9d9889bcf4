//! A planner that knows the true simulation: it tries plans on copies of the world and plays the best.

use terrella_sim::action::ActionSpace;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How far a plan reaches, s.
const HORIZON_SECS: f32 = 1.5;
/// How many actions a plan has: each is held for an equal part of the horizon.
const KNOTS: usize = 5;
/// How many plans are tried in each iteration.
const SAMPLES: usize = 14;
/// How often the distribution of plans is fitted to the best of them before one is played.
const ITERATIONS: usize = 3;
/// How many of the plans it is fitted to.
const ELITE: usize = 4;
/// Spread of the first plans, and the least spread, as shares of half of each channel's range.
const SPREAD: [f32; 2] = [0.7, 0.1];
/// How many plans of each iteration are uniform in the whole range.
const UNIFORM: usize = 2;
/// What a step in which the task is solved counts for, beside its reward.
const SOLVED: f32 = 10.0;

/// Model-predictive control by the cross-entropy method (Rubinstein, 1999; Kobilarov, 2012) on copies of the true simulation,
/// judged by the family's own task: an upper bound on what planning with a perfect model reaches within its horizon.
///
/// A plan is 5 actions, each held for 0.3 s. At the start, and whenever the first action of a plan has been played, 3 x 14 plans
/// of 1.5 s are tried: the best plan so far, plans that are normal about it, and two that are uniform. After each iteration mean
/// and spread are those of its best 4. The best plan of all is played. A plan counts for the sum of its rewards, and 10 more for
/// each step in which the task is solved; what comes after the end of a world counts as its last step. So a step costs about 210
/// steps of physics.
pub struct Oracle {
    /// The judge, with what it has seen of the episode.
    task: Box<dyn Task>,
    /// The action that led to the present state; empty at the start.
    last: Vec<f32>,
    /// The plan that is played, and at which step its next action begins.
    plan: Vec<Vec<f32>>,
    until_step: u32,
}

impl Oracle {
    /// Plans for what this judge rewards.
    pub fn new(task: Box<dyn Task>) -> Self {
        Oracle {
            task,
            last: Vec::new(),
            plan: Vec::new(),
            until_step: 0,
        }
    }

    /// How good a plan is, tried on a copy.
    fn score(&self, view: &StepView<'_>, plan: &[Vec<f32>], hold: u32) -> f32 {
        let (mut lane, mut task) = (view.fork(), self.task.boxed_clone());
        let worth = |reward: f32, success: bool| reward + if success { SOLVED } else { 0.0 };
        let (steps, mut sum) = (hold * KNOTS as u32, 0.0);
        for step in 0..steps {
            let action = &plan[(step / hold) as usize];
            if lane.step(action).is_err() {
                return f32::NEG_INFINITY;
            }
            let outcome = task.assess(&lane.view(), action);
            let value = worth(outcome.reward, outcome.success);
            if outcome.terminated {
                return sum + value * (steps - step) as f32;
            }
            sum += value;
        }
        sum
    }

    /// Looks for the best plan from here.
    fn search(&self, view: &StepView<'_>, rng: &mut Rng, hold: u32) -> Vec<Vec<f32>> {
        let space = view.action_space();
        let mut best = (f32::NEG_INFINITY, self.warm_start(space));
        let mut mean = best.1.clone();
        let mut spread = vec![vec![SPREAD[0]; space.len()]; KNOTS];
        for iteration in 0..ITERATIONS {
            let mut tried: Vec<(f32, Vec<Vec<f32>>)> = (0..SAMPLES)
                .map(|index| {
                    let plan = match index {
                        0 if iteration == 0 => best.1.clone(),
                        _ if index + UNIFORM >= SAMPLES => uniform(space, rng),
                        _ => normal(space, rng, &mean, &spread),
                    };
                    (self.score(view, &plan, hold), plan)
                })
                .collect();
            // Stable: of equal plans the first.
            tried.sort_by(|one, other| other.0.total_cmp(&one.0));
            if tried[0].0 > best.0 {
                best = tried[0].clone();
            }
            let elite = &tried[..ELITE];
            for knot in 0..KNOTS {
                for (index, channel) in space.channels.iter().enumerate() {
                    let values = elite.iter().map(|(_, plan)| plan[knot][index]);
                    let middle = values.clone().sum::<f32>() / ELITE as f32;
                    let square = values
                        .map(|value| (value - middle) * (value - middle))
                        .sum::<f32>();
                    let half_range = (0.5 * (channel.high - channel.low)).max(f32::MIN_POSITIVE);
                    mean[knot][index] = middle;
                    spread[knot][index] = ((square / ELITE as f32).sqrt() / half_range).max(SPREAD[1]);
                }
            }
        }
        best.1
    }

    /// What is left of the plan that was played, its last action held on; rest at the start.
    fn warm_start(&self, space: &ActionSpace) -> Vec<Vec<f32>> {
        let mut plan: Vec<Vec<f32>> = self.plan.iter().skip(1).cloned().collect();
        let rest = || {
            let channels = space.channels.iter();
            channels
                .map(|channel| 0f32.clamp(channel.low, channel.high))
                .collect()
        };
        while plan.len() < KNOTS {
            plan.push(plan.last().cloned().unwrap_or_else(rest));
        }
        plan
    }
}

fn uniform(space: &ActionSpace, rng: &mut Rng) -> Vec<Vec<f32>> {
    let mut action = || {
        let channels = space.channels.iter();
        channels
            .map(|channel| rng.uniform_f32(channel.low, channel.high))
            .collect()
    };
    (0..KNOTS).map(|_| action()).collect()
}

fn normal(space: &ActionSpace, rng: &mut Rng, mean: &[Vec<f32>], spread: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut draw = |knot: usize, index: usize| {
        let channel = &space.channels[index];
        let sigma = 0.5 * (channel.high - channel.low) * spread[knot][index];
        (mean[knot][index] + sigma * rng.normal() as f32).clamp(channel.low, channel.high)
    };
    (0..KNOTS)
        .map(|knot| (0..space.len()).map(|index| draw(knot, index)).collect())
        .collect()
}

impl Policy for Oracle {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        // The judge sees every step, so that its memory stays true.
        _ = self.task.assess(view, &self.last);
        if action.is_empty() {
            return;
        }
        if view.step() >= self.until_step {
            let knot_secs = HORIZON_SECS / KNOTS as f32;
            let hold = ((knot_secs * view.world().control_hz as f32) as u32).max(1);
            self.plan = self.search(view, rng, hold);
            self.until_step = view.step() + hold;
        }
        action.copy_from_slice(&self.plan[0]);
        self.last = self.plan[0].clone();
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(Oracle {
            task: self.task.boxed_clone(),
            last: self.last.clone(),
            plan: self.plan.clone(),
            until_step: self.until_step,
        })
    }
}
