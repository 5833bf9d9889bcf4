//! `drive_road`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests, play};
use std::sync::Arc;
use terrella_scenes::draw::{draw_plan, override_factors};
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::OodSpec;
use terrella_spec::seed::SeedPath;

#[test]
fn contract() {
    check_contract(family("drive_road").expect("registered"));
}

/// Measured when minted: the expert solves 39 of 40, and 39 of 40 out of distribution; who acts at random at most 2 of 40.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 40,
        steps: 600,
        scripted: 0.9,
        held_out: 35,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("drive_road").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("drive_road").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["771fe1e43ad937ab", "98345f9325c68b41", "47ee4170e770ff9a"]
    );
}

/// A plan with a word of one factor given, or with one factor out of distribution. None where the draws fit no world.
fn plan_with(episode: u64, word: Option<(&str, &str)>, ood: Option<&str>) -> Option<WorldPlan> {
    let family = family("drive_road").expect("registered");
    let given = word.map(|(name, word)| (name.to_string(), FactorOverride::Word(word.into())));
    let factors =
        override_factors(family.factors(), &given.into_iter().collect()).expect("it is a word of it");
    let ood = ood.map(|name| OodSpec::Factors(vec![name.into()]));
    let seed = SeedPath {
        run: 0,
        episode,
        attempt: 0,
    };
    draw_plan(family, &factors, ood.as_ref(), seed).ok()
}

/// Roundabouts are in no training episode; the expert drives them all the same.
#[test]
fn roundabouts_are_held_out_and_can_be_driven() {
    let family = family("drive_road").expect("registered");
    let layout = |plan: &WorldPlan| plan.factors["layout"].clone();
    let roundabout = FactorValue::Word("roundabout".into());
    let mut solved = 0;
    for episode in 0..12 {
        let training = plan_with(episode, None, None).expect("it fits");
        assert_ne!(layout(&training), roundabout);
        let held_out = plan_with(episode, None, Some("layout")).expect("it fits");
        assert_eq!(layout(&held_out), roundabout);
        let played = play(family, held_out, "scripted", episode, 600);
        solved += usize::from(played.solved_at.is_some());
    }
    assert!(solved >= 9, "the expert drives {solved} of 12 roundabouts");
}

/// What a policy meets in an episode: the hardest braking, m/s^2, and whether the world came to an end.
fn meets(plan: WorldPlan, act: &mut dyn FnMut(&Lane, &mut [f32])) -> (f32, bool) {
    let family = family("drive_road").expect("registered");
    let mut task = family.task(&plan);
    let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
    let speed = |lane: &Lane| lane.view().body_named("ego").linear_velocity_mps.length();
    let (mut braking, mut ends) = (0.0_f32, false);
    let mut action = [0.0; 3];
    for _ in 0..400 {
        let before = speed(&lane);
        act(&lane, &mut action);
        lane.view().action_space().clamp(&mut action);
        lane.step(&action).expect("the world stays sound");
        ends = ends || task.assess(&lane.view(), &action).terminated;
        braking = braking.max((before - speed(&lane)) * 20.0);
    }
    (braking, ends)
}

/// Where somebody cuts in the expert has to brake harder: when minted, 8.0 m/s^2 in place of 2.9, mean of 8 episodes.
#[test]
fn who_cuts_in_makes_the_expert_brake_hard() {
    let family = family("drive_road").expect("registered");
    let hardest = |near_miss: &str| {
        let mut sum = 0.0;
        for episode in 0..8 {
            let word = Some(("near_miss", near_miss));
            let plan = plan_with(episode, word, None).expect("it fits");
            let mut expert = family.expert(&plan).expect("there is one");
            let mut rng = SeedPath {
                run: 0,
                episode,
                attempt: 0,
            }
            .stream("policy");
            let (braking, _) = meets(plan, &mut |lane, action| {
                expert.act(&lane.view(), &mut rng, action)
            });
            sum += braking / 8.0;
        }
        sum
    };
    let [none, cuts] = ["none", "cut_in"].map(hardest);
    assert!(cuts > none + 1.0, "{none}, {cuts} m/s^2");
}

/// Whoever drives straight on at full throttle leaves the road or hits somebody, and the world says so.
#[test]
fn who_does_not_look_ends_off_the_road_or_in_a_collision() {
    let mut ends = 0;
    for episode in 0..20 {
        let plan = plan_with(episode, Some(("layout", "curve")), None).expect("it fits");
        let blind = &mut |_: &Lane, action: &mut [f32]| action.copy_from_slice(&[0.0, 1.0, 0.0]);
        ends += usize::from(meets(plan, blind).1);
    }
    assert_eq!(ends, 20);
}
