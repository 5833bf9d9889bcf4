//! A world being played, or an episode that was recorded, with everything that happened kept, so that one can look back and step back.
//!
//! **Invariants:** what is played is what `terrella generate` records of the same run, seed and episode, bit for bit, as long as nobody
//! acts by hand or pulls; playing never changes the document.

use crate::balance::Outside;
use crate::gauges;
use std::sync::Arc;
use terrella_app::rollout::Rollout;
use terrella_app::sim::action::ActionSpace;
use terrella_app::sim::lane::{Lane, Tug};
use terrella_app::sim::observe::Observer;
use terrella_app::sim::task::Outcome;
use terrella_app::sim::view::Contact;
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::pose::Pose;
use terrella_app::spec::seed::SeedPath;
use terrella_app::{AppError, RunKit};

/// Steps between two copies of the world from which one steps back.
const COPIES_EVERY: usize = 20;
/// Steps that are kept.
pub const MOST_STEPS: usize = 20_000;

/// What was the case after a step.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Poses of all bodies.
    pub poses: Vec<Pose>,
    /// Velocities of the centres of mass of all bodies, m/s; empty where they were not recorded.
    pub velocities_mps: Vec<[f32; 3]>,
    /// Particles of liquids and vertices of soft bodies, m.
    pub points: Vec<Vec<[f32; 3]>>,
    /// The action that led here; empty at the start.
    pub action: Vec<f32>,
    /// What the agent senses.
    pub observation: Vec<f32>,
    /// What the task says.
    pub outcome: Outcome,
    /// What touches what.
    pub contacts: Vec<Contact>,
    /// What acted on bodies on the way here beside weight, contacts and joints; nothing of an episode that was recorded.
    pub outside: Option<Outside>,
    /// Joints, what mechanisms report and faults, in the order of [`gauges::channels`].
    pub gauges: Vec<f32>,
    /// Hash of the state.
    pub digest: u64,
    /// Who pulled a body on the way here.
    pub tug: Option<Tug>,
    /// True where a hand acted or pulled on the way here.
    pub by_hand: bool,
}

impl Moment {
    /// The digest as datasets record it, in the column `state_digest`.
    pub fn recorded_digest(&self) -> i64 {
        (self.digest >> 1) as i64
    }
}

/// A world being played, or an episode that was recorded.
pub struct Play {
    plan: Arc<WorldPlan>,
    seed: SeedPath,
    action_space: ActionSpace,
    /// Names and units.
    observation_channels: Vec<(String, &'static str)>,
    moments: Vec<Moment>,
    /// The moment that is looked at.
    shown: usize,
    /// Centres of mass of the bodies, each in its own frame, m; nothing of those that forces do not move.
    centres_m: Vec<Option<[f32; 3]>>,
    /// Masses of the bodies, kg; 0 of those that forces do not move.
    masses_kg: Vec<f32>,
    /// The world, where it goes on; a recorded episode does not.
    live: Option<Live>,
    /// How many steps a recorded episode has that is simulated again.
    steps: Option<usize>,
    /// What touches what is known; not so of an episode without a record of it.
    has_contacts: bool,
}

/// A world that goes on.
struct Live {
    rollout: Rollout,
    observer: Observer,
    /// Copies of the world, one every [`COPIES_EVERY`] steps.
    copies: Vec<Rollout>,
    failed: Option<String>,
}

impl Play {
    /// Starts an episode with the attempt that fits.
    pub fn start(kit: &RunKit, episode: u64) -> Result<Play, AppError> {
        let (seed, rollout) = kit.start_episode(episode)?;
        Play::of(seed, rollout, None)
    }

    /// Starts a recorded episode of which no poses are recorded: it is simulated again, as far as it was recorded.
    pub fn again(kit: &RunKit, seed: SeedPath) -> Result<Play, AppError> {
        let rollout = kit.start_again(seed)?;
        Play::of(seed, rollout, Some(kit.dataset.run.steps() as usize))
    }

    fn of(seed: SeedPath, mut rollout: Rollout, steps: Option<usize>) -> Result<Play, AppError> {
        rollout.lane.gather_forces();
        let (plan, action_space, observer) = about(&rollout.lane)?;
        let (centres_m, masses_kg) = (centres_m(&rollout.lane), masses_kg(&rollout.lane));
        let live = Live {
            copies: vec![rollout.fork()],
            rollout,
            observer,
            failed: None,
        };
        let first = live.moment(Vec::new(), Outcome::default(), None, false);
        Ok(Play {
            plan,
            seed,
            action_space,
            observation_channels: channels(&live.observer),
            moments: vec![first],
            shown: 0,
            centres_m,
            masses_kg,
            live: Some(live),
            steps,
            has_contacts: true,
        })
    }

    /// An episode that was recorded, with what touches what or without.
    pub fn of_recorded(
        plan: WorldPlan,
        seed: SeedPath,
        moments: Vec<Moment>,
        has_contacts: bool,
    ) -> Result<Play, AppError> {
        let lane = Lane::new(Arc::new(plan))?;
        let (plan, action_space, observer) = about(&lane)?;
        Ok(Play {
            plan,
            seed,
            action_space,
            observation_channels: channels(&observer),
            moments,
            shown: 0,
            centres_m: centres_m(&lane),
            masses_kg: masses_kg(&lane),
            live: None,
            steps: None,
            has_contacts,
        })
    }

    /// What was planned.
    pub fn plan(&self) -> &WorldPlan {
        &self.plan
    }

    /// The seed of the world.
    pub fn seed(&self) -> SeedPath {
        self.seed
    }

    /// The action's channels.
    pub fn action_space(&self) -> &ActionSpace {
        &self.action_space
    }

    /// The observation's channels: names and units.
    pub fn observation_channels(&self) -> &[(String, &'static str)] {
        &self.observation_channels
    }

    /// True where the world goes on as long as it is let, and hands can act in it; an episode that was recorded does neither.
    pub fn is_live(&self) -> bool {
        self.live.is_some() && self.steps.is_none()
    }

    /// Centres of mass of the bodies, each in its own frame, m; nothing of those that forces do not move.
    pub fn centres_m(&self) -> &[Option<[f32; 3]>] {
        &self.centres_m
    }

    /// Masses of the bodies, kg; 0 of those that forces do not move.
    pub fn masses_kg(&self) -> &[f32] {
        &self.masses_kg
    }

    /// True where it is known what touches what.
    pub fn has_contacts(&self) -> bool {
        self.has_contacts
    }

    /// Everything that happened, the start first.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// The last step that one can look at without letting the world go on: of an episode that was recorded, its end.
    pub fn last(&self) -> usize {
        self.steps.unwrap_or(self.moments.len() - 1)
    }

    /// The step that is looked at.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// What is the case at the step that is looked at.
    pub fn now(&self) -> &Moment {
        &self.moments[self.shown]
    }

    /// True where a hand acted or pulled up to the step that is looked at.
    pub fn is_by_hand(&self) -> bool {
        self.moments[..=self.shown].iter().any(|moment| moment.by_hand)
    }

    /// The actions up to the step that is looked at, where nobody pulled: an episode that can be recorded.
    pub fn actions(&self) -> Option<Vec<Vec<f32>>> {
        let made = &self.moments[1..=self.shown];
        let pulled = made.iter().any(|moment| moment.tug.is_some());
        (!pulled).then(|| made.iter().map(|moment| moment.action.clone()).collect())
    }

    /// Why the world cannot go on, where it cannot.
    pub fn failed(&self) -> Option<&str> {
        self.live.as_ref()?.failed.as_deref()
    }

    /// Why it goes no further than the step that is looked at, where that wants to be told.
    pub fn stopped(&self) -> Option<String> {
        let is_full = self.is_live() && self.moments.len() > MOST_STEPS;
        let full = || format!("{MOST_STEPS} steps are kept: the world goes no further");
        self.failed().map(String::from).or_else(|| is_full.then(full))
    }

    /// Looks at a step that was made, or recorded.
    pub fn show(&mut self, step: usize) {
        self.reach(step.min(self.last()));
        self.shown = step.min(self.moments.len() - 1);
    }

    /// Simulates a recorded episode as far as a step, where it is not yet.
    pub fn reach(&mut self, step: usize) {
        while self.steps.is_some() && self.moments.len() <= step {
            let shown = self.shown;
            self.shown = self.moments.len() - 1;
            let made = self.step(None, None);
            self.shown = shown;
            if !made {
                break;
            }
        }
    }

    /// Goes on by one step from the one that is looked at, by the policy, or by `action` and `tug` where a hand acts. What was
    /// beyond it is forgotten where a hand acts. False where the world cannot go on.
    pub fn step(&mut self, action: Option<&[f32]>, tug: Option<Tug>) -> bool {
        let acts = self.is_live() && (action.is_some() || tug.is_some());
        if self.shown + 1 < self.moments.len() && !acts {
            self.shown += 1;
            return true;
        }
        let ended = self.steps.is_some_and(|steps| self.moments.len() > steps);
        let Some(live) = self.live.as_mut().filter(|_| !ended) else {
            return false;
        };
        let (action, tug) = if acts { (action, tug) } else { (None, None) };
        if self.shown + 1 < self.moments.len() {
            live.go_back(&self.moments[..=self.shown]);
            self.moments.truncate(self.shown + 1);
        }
        if live.failed.is_some() || self.moments.len() > MOST_STEPS {
            return false;
        }
        match live.make(action, tug, acts) {
            Ok(moment) => {
                self.moments.push(moment);
                self.shown += 1;
                if self.shown.is_multiple_of(COPIES_EVERY) {
                    live.copies.push(live.rollout.fork());
                }
                true
            }
            Err(reason) => {
                live.failed = Some(format!("step {}: {reason}", self.shown + 1));
                false
            }
        }
    }
}

/// What one knows of a world before it goes on.
fn about(lane: &Lane) -> Result<(Arc<WorldPlan>, ActionSpace, Observer), AppError> {
    let plan = lane.plan().clone();
    let observer = Observer::new(&plan.world)?;
    Ok((plan, lane.view().action_space().clone(), observer))
}

fn centres_m(lane: &Lane) -> Vec<Option<[f32; 3]>> {
    let view = lane.view();
    (0..view.body_count())
        .map(|body| Some(view.center_of_mass_m(body)?.to_array()))
        .collect()
}

fn masses_kg(lane: &Lane) -> Vec<f32> {
    let view = lane.view();
    (0..view.body_count()).map(|body| view.mass_kg(body)).collect()
}

fn channels(observer: &Observer) -> Vec<(String, &'static str)> {
    let channels = observer.channels().iter();
    channels
        .map(|channel| (channel.name.clone(), channel.unit))
        .collect()
}

impl Live {
    /// Makes the world be what it was at the last of these moments.
    fn go_back(&mut self, moments: &[Moment]) {
        let shown = moments.len() - 1;
        let copy = (shown / COPIES_EVERY).min(self.copies.len() - 1);
        self.rollout = self.copies[copy].fork();
        self.copies.truncate(copy + 1);
        self.failed = None;
        for made in &moments[copy * COPIES_EVERY + 1..] {
            // It could be made once: it can be made again.
            let _ = self.make(Some(&made.action), made.tug, made.by_hand);
        }
    }

    fn make(&mut self, action: Option<&[f32]>, tug: Option<Tug>, by_hand: bool) -> Result<Moment, String> {
        self.rollout.lane.tug(tug);
        let outcome = self.rollout.attempt_step(action)?;
        let action = self.rollout.action().to_vec();
        Ok(self.moment(action, outcome, tug, by_hand))
    }

    fn moment(&self, action: Vec<f32>, outcome: Outcome, tug: Option<Tug>, by_hand: bool) -> Moment {
        let view = self.rollout.lane.view();
        let (mut poses, mut points, mut observation) = (Vec::new(), Vec::new(), Vec::new());
        view.poses(&mut poses);
        view.points(&mut points);
        let bodies = (0..view.body_count()).map(|body| view.body(body));
        let velocities_mps = bodies.map(|body| body.linear_velocity_mps.to_array());
        self.observer.read(&view, &mut observation);
        Moment {
            velocities_mps: velocities_mps.collect(),
            poses,
            points,
            action,
            observation,
            outcome,
            contacts: view.contacts().to_vec(),
            outside: Some(Outside::of(&view)),
            gauges: gauges::of_view(&view),
            digest: view.digest(),
            tug,
            by_hand,
        }
    }
}
