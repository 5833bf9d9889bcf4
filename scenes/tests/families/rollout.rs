//! Episodes of a family without recording: what the tests of all families share.

use std::collections::BTreeSet;
use std::sync::Arc;
use terrella_scenes::Family;
use terrella_scenes::draw::{PlanError, draw_plan, override_factors};
use terrella_scenes::policies::{POLICIES, PolicyKind};
use terrella_sim::lane::Lane;
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorOverride;
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{OodKeyword, OodSpec, PolicySpec};
use terrella_spec::seed::{Rng, SeedPath};

/// What became of an episode.
pub struct Episode {
    pub solved_at_start: bool,
    /// The first step after which the task was solved.
    pub solved_at: Option<u32>,
    pub episode_return: f64,
    /// Hash over the states of all steps.
    pub digest: u64,
}

/// A factor that is always this number.
pub fn fixed(value: f64) -> FactorOverride {
    FactorOverride::Dist(Dist::fixed(value))
}

/// A factor that is always this word.
pub fn word(word: &str) -> FactorOverride {
    FactorOverride::Word(word.into())
}

/// The randomness of who acts in an episode, as in run 0.
pub fn chance(episode: u64) -> Rng {
    SeedPath {
        run: 0,
        episode,
        attempt: 0,
    }
    .stream("policy")
}

/// Draws the plan of an episode, trying again where the draws fit no world, as a run does.
pub fn plan(family: &dyn Family, episode: u64, ood: bool) -> WorldPlan {
    plan_with(family, episode, ood, &[])
}

/// The same, with some factors set.
pub fn plan_with(family: &dyn Family, episode: u64, ood: bool, set: &[(&str, FactorOverride)]) -> WorldPlan {
    let set = set.iter().map(|(name, value)| (name.to_string(), value.clone()));
    let factors = override_factors(family.factors(), &set.collect()).expect("factors of the family");
    let ood =
        (ood && factors.iter().any(|factor| factor.has_ood())).then_some(OodSpec::Keyword(OodKeyword::One));
    for attempt in 0..20 {
        let seed = SeedPath {
            run: 0,
            episode,
            attempt,
        };
        match draw_plan(family, &factors, ood.as_ref(), seed) {
            Ok(plan) => return plan,
            Err(PlanError::NoFit(_)) => {}
            Err(error) => panic!("{}: {error}", family.card().name),
        }
    }
    panic!(
        "{}: episode {episode} fits no world in 20 attempts",
        family.card().name
    );
}

/// Plays an episode with the policy called `policy`.
pub fn play(family: &dyn Family, plan: WorldPlan, policy: &str, episode: u64, steps: u32) -> Episode {
    play_while(family, plan, policy, episode, steps, |_| true)
}

/// The step at which a policy solves a world, if it does: it is played no further.
pub fn solved_at(
    family: &dyn Family,
    plan: WorldPlan,
    policy: &str,
    episode: u64,
    steps: u32,
) -> Option<u32> {
    play_while(family, plan, policy, episode, steps, |played| {
        played.solved_at.is_none()
    })
    .solved_at
}

/// Noise that drops what a hand holds rarely.
const LITTLE: f64 = 0.03;

/// Lets a policy act, where it knows noise with little of it, until the episode terminates, and shows each state that comes of it.
pub fn watch(
    family: &dyn Family,
    plan: WorldPlan,
    policy: &str,
    episode: u64,
    steps: u32,
    mut seen: impl FnMut(&StepView<'_>),
) {
    let spec = PolicySpec {
        epsilon: LITTLE,
        ..PolicySpec::new(policy, 1.0)
    };
    let make = kind(family, policy).make;
    let mut policy = make(family, &plan, &spec).expect("the policy suits the family");
    let mut task = family.task(&plan);
    let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
    let (mut rng, mut action) = (chance(episode), vec![0.0; lane.view().action_space().len()]);
    for _ in 0..steps {
        policy.act(&lane.view(), &mut rng, &mut action);
        lane.view().action_space().clamp(&mut action);
        lane.step(&action).expect("it stays sound");
        seen(&lane.view());
        if task.assess(&lane.view(), &action).terminated {
            break;
        }
    }
}

/// The policy of this name, of all families or of this one.
fn kind(family: &dyn Family, policy: &str) -> &'static PolicyKind {
    let mut kinds = POLICIES.iter().chain(family.own_policies());
    kinds.find(|kind| kind.name == policy).expect("the family has it")
}

fn play_while(
    family: &dyn Family,
    plan: WorldPlan,
    policy: &str,
    episode: u64,
    steps: u32,
    goes_on: impl Fn(&Episode) -> bool,
) -> Episode {
    let name = family.card().name;
    let kind = kind(family, policy);
    let mut policy =
        (kind.make)(family, &plan, &PolicySpec::new(policy, 1.0)).expect("the policy suits the family");
    let mut task = family.task(&plan);
    let mut lane = Lane::new(Arc::new(plan)).unwrap_or_else(|error| panic!("{name} {episode}: {error}"));
    let mut rng = chance(episode);
    let solved_at_start = task.assess(&lane.view(), &[]).success;
    let mut action = vec![0.0; lane.view().action_space().len()];
    let mut out = Episode {
        solved_at_start,
        solved_at: None,
        episode_return: 0.0,
        digest: 0,
    };
    for step in 0..steps {
        policy.act(&lane.view(), &mut rng, &mut action);
        lane.view().action_space().clamp(&mut action);
        lane.step(&action)
            .unwrap_or_else(|fault| panic!("{name} episode {episode} step {step}: {fault}"));
        let outcome = task.assess(&lane.view(), &action);
        out.episode_return += f64::from(outcome.reward);
        if outcome.success && out.solved_at.is_none() {
            out.solved_at = Some(step);
        }
        out.digest = out.digest.rotate_left(5) ^ lane.digest();
        if !goes_on(&out) {
            break;
        }
    }
    out
}

/// Share of `episodes` that the expert solves.
pub fn success_rate(family: &dyn Family, policy: &str, episodes: u64, steps: u32) -> f64 {
    let solved = (0..episodes)
        .filter(|episode| solved_at(family, plan(family, *episode, false), policy, *episode, steps).is_some())
        .count();
    solved as f64 / episodes as f64
}

/// Hashes over the states of three episodes of 200 steps with the expert.
pub fn golden_digests(family: &dyn Family) -> Vec<String> {
    let digest = |episode| play(family, plan(family, episode, false), "scripted", episode, 200).digest;
    (0..3)
        .map(|episode| format!("{:016x}", digest(episode)))
        .collect()
}

/// What must hold of every family, whatever it is.
pub fn check_contract(family: &dyn Family) {
    let name = family.card().name;
    let factors = family.factors();
    let names: BTreeSet<&str> = factors.iter().map(|factor| factor.name.as_str()).collect();
    assert_eq!(names.len(), factors.len(), "{name}: two factors of one name");
    for factor in &factors {
        assert!(
            !factor.doc.is_empty(),
            "{name}: factor {} has no doc",
            factor.name
        );
    }
    let mut first: Option<(Vec<String>, Vec<String>, Vec<String>)> = None;
    for episode in 0..30 {
        let plan = plan(family, episode, episode % 3 == 2);
        assert!(
            family.card().tasks.contains(&plan.task),
            "{name}: the card does not list `{}`",
            plan.task
        );
        let drawn: BTreeSet<&str> = plan.factors.keys().map(String::as_str).collect();
        assert_eq!(drawn, names, "{name}: every factor is drawn in every episode");
        let observer = terrella_sim::observe::Observer::new(&plan.world).expect("its channels exist");
        let cameras: Vec<String> = plan.world.cameras.keys().cloned().collect();
        let again = self::plan(family, episode, episode % 3 == 2);
        assert_eq!(
            plan.digest(),
            again.digest(),
            "{name}: a plan is a function of its seed"
        );
        let lane = Lane::new(Arc::new(plan)).unwrap_or_else(|error| panic!("{name} {episode}: {error}"));
        let channels: Vec<String> = lane
            .view()
            .action_space()
            .channels
            .iter()
            .map(|channel| channel.name.clone())
            .collect();
        let observed: Vec<String> = observer
            .channels()
            .iter()
            .map(|channel| channel.name.clone())
            .collect();
        assert!(
            observed.len() >= 2 && !cameras.is_empty(),
            "{name}: something is sensed and seen"
        );
        let shape = (channels, observed, cameras);
        assert_eq!(
            &shape,
            first.get_or_insert_with(|| shape.clone()),
            "{name}: one schema for all episodes"
        );
    }
    for episode in 0..30 {
        let played = play(
            family,
            plan(family, episode, episode % 3 == 2),
            "random",
            episode,
            if episode < 10 { 40 } else { 1 },
        );
        assert!(!played.solved_at_start, "{name}: episode {episode} starts solved");
        assert!(played.episode_return.is_finite());
    }
    let mut inert = BTreeSet::new();
    for episode in 0..120 {
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let drawn = |ood: Option<&OodSpec>| draw_plan(family, &factors, ood, seed);
        let one = OodSpec::Keyword(OodKeyword::One);
        if let (Ok(out), Ok(own)) = (drawn(Some(&one)), drawn(None))
            && (&out.world, &out.task) == (&own.world, &own.task)
        {
            inert.extend(out.ood);
        }
    }
    assert!(
        inert.is_empty(),
        "{name}: drawn out of distribution, these changed nothing in some worlds: {inert:?}"
    );
}
