//! `quad_flight`: the contract of every family, the expert's success rate, golden states.

use crate::axes::check_axes;
use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, golden_digests, plan_with, word};
use std::sync::Arc;
use terrella_scenes::draw::override_factors;
use terrella_scenes::families::family;
use terrella_scenes::policies::POLICIES;
use terrella_sim::lane::Lane;
use terrella_sim::observe::Observer;
use terrella_sim::view::StepView;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;

#[test]
fn contract() {
    check_contract(family("quad_flight").expect("registered"));
}

#[test]
fn what_is_out_of_distribution_changes_the_world() {
    check_axes(family("quad_flight").expect("registered"));
}

/// With trees, halls, boxes and rotors that fail: the expert solves at least 54 of 60, and 36 of 40 out of distribution; random and
/// smooth_random at most 3. Before, 60 of 60 and 39 of 40.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: 240,
        scripted: 0.9,
        held_out: 0.9,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("quad_flight").expect("registered"), &rates);
}

/// A drone of which one rotor becomes weak, and of which one more factor may be out of distribution.
fn weak(episode: u64, ood: bool) -> WorldPlan {
    let family = family("quad_flight").expect("registered");
    plan_with(
        family,
        episode,
        ood,
        &[("fault", FactorOverride::Word("weak".into()))],
    )
}

/// The expert learns from accelerometer and gyroscope what a weak rotor takes, asks for more and lets yaw go. When minted it
/// solved 100 of 100 in training ranges and 96 of 100 out of distribution (98 of 100 there with all rotors sound); before it
/// learned, 95, 79 and 92, and of these forty 32.
#[test]
fn with_a_weak_rotor_the_expert_still_flies() {
    let family = family("quad_flight").expect("registered");
    let flies = (0..40).filter(|episode| {
        crate::rollout::solved_at(family, weak(*episode, true), "scripted", *episode, 240).is_some()
    });
    let flies = flies.count();
    assert!(flies >= 36, "{flies} of 40");
}

/// Flies a plan with the expert or a policy of this family; `seen` is called after every step.
fn fly(plan: &WorldPlan, policy: &str, steps: u32, mut seen: impl FnMut(&StepView<'_>)) -> bool {
    let family = family("quad_flight").expect("registered");
    let kinds = POLICIES.iter().chain(family.own_policies());
    let kind = kinds
        .into_iter()
        .find(|kind| kind.name == policy)
        .expect("a policy");
    let mut pilot = (kind.make)(family, plan, &PolicySpec::new(policy, 1.0)).expect("it has an expert");
    let mut task = family.task(plan);
    let mut lane = Lane::new(Arc::new(plan.clone())).expect("sound");
    let seed = SeedPath {
        run: 0,
        episode: 0,
        attempt: 0,
    };
    let (mut rng, mut action, mut solved) = (seed.stream("policy"), [0.0; 4], false);
    for _ in 0..steps {
        pilot.act(&lane.view(), &mut rng, &mut action);
        lane.view().action_space().clamp(&mut action);
        lane.step(&action).expect("sound");
        solved |= task.assess(&lane.view(), &action).success;
        seen(&lane.view());
    }
    solved
}

/// What is seen of the rope bears nothing: with it and without it the expert flies the same way. It stays between drone and payload.
#[test]
fn the_seen_rope_hangs_between_drone_and_payload_and_bears_nothing() {
    let family = family("quad_flight").expect("registered");
    for episode in 0..6 {
        let plan = plan_with(family, episode, false, &[("payload", word("ball"))]);
        let mut bare = plan.clone();
        let is_bare = |name: &String| !name.starts_with("rope_");
        bare.world.bodies.retain(|name, _| is_bare(name));
        bare.world.joints.retain(|name, _| is_bare(name));
        assert_eq!(plan.world.bodies.len(), bare.world.bodies.len() + 6);
        let mut ways = Vec::new();
        fly(&bare, "scripted", 100, |view| {
            ways.push(view.body_named("drone").position_m);
        });
        let (mut step, mut apart, mut aside) = (0, 0.0f32, 0.0f32);
        fly(&plan, "scripted", 100, |view| {
            let [top, end] = ["drone", "payload"].map(|name| view.body_named(name).position_m);
            apart = apart.max(top.distance(ways[step]));
            for index in 0..6 {
                let at = view.body_named(&format!("rope_{index}")).position_m;
                let detour = at.distance(top) + at.distance(end) - top.distance(end);
                aside = aside.max(detour / top.distance(end));
            }
            step += 1;
        });
        println!("{episode}: {apart} m apart, {aside} aside");
        assert!(apart < 0.05, "episode {episode}: {apart} m apart");
        assert!(aside < 0.1, "episode {episode}: {aside} of its length aside");
    }
}

/// Measured: the fastest of a flight is 4.6 m/s on average, the expert's 2.9; 36 of 40 are solved, and 40 by the expert.
#[test]
fn who_flies_aggressively_is_faster() {
    let family = family("quad_flight").expect("registered");
    let (mut solved, mut speeds) = ([0; 2], [0.0f32; 2]);
    for episode in 0..40 {
        let plan = crate::rollout::plan(family, episode, false);
        for (index, policy) in ["scripted", "aggressive"].into_iter().enumerate() {
            let mut fastest = 0.0f32;
            solved[index] += u32::from(fly(&plan, policy, 240, |view| {
                fastest = fastest.max(view.body_named("drone").linear_velocity_mps.length());
            }));
            speeds[index] += fastest / 40.0;
        }
    }
    println!("{speeds:?} m/s, {solved:?} of 40");
    assert!(speeds[1] > 1.3 * speeds[0], "{speeds:?} m/s");
    assert!(solved[1] >= 20, "{solved:?} of 40");
}

/// The action is the thrust of each rotor where a run asks for that, and nowhere else, whatever is out of distribution.
#[test]
fn a_run_asks_for_the_commands_of_motors() {
    let family = family("quad_flight").expect("registered");
    let channels = |action: &str, episode| {
        let plan = plan_with(family, episode, episode % 2 == 1, &[("action", word(action))]);
        let lane = Lane::new(Arc::new(plan)).expect("sound");
        let channels = lane.view().action_space().channels.clone();
        let told = channels
            .iter()
            .map(|channel| (channel.name.clone(), [channel.low, channel.high]));
        told.collect::<Vec<_>>()
    };
    let rotors = ["front_left", "rear_left", "rear_right", "front_right"];
    let wanted = rotors.map(|rotor| (format!("rotors.{rotor}"), [0.0, 10.0]));
    for episode in 0..6 {
        assert_eq!(channels("motors", episode), wanted);
        assert_eq!(
            channels("ctbr", episode)[0],
            ("rotors.thrust".into(), [0.0, 20.0])
        );
    }
    let both = FactorOverride::Words(vec!["ctbr".into(), "motors".into()]);
    let set = [("action".to_string(), both)].into_iter().collect();
    assert!(
        override_factors(family.factors(), &set).is_err(),
        "one schema for all episodes"
    );
}

/// How many of these worlds the expert flies by the thrusts of single rotors.
fn flown_by_motors(episodes: std::ops::Range<u64>, ood: bool) -> usize {
    let family = family("quad_flight").expect("registered");
    let flies = episodes.filter(|episode| {
        let plan = plan_with(family, *episode, ood, &[("action", word("motors"))]);
        crate::rollout::solved_at(family, plan, "scripted", *episode, 240).is_some()
    });
    flies.count()
}

/// When minted it flew 40 of 40, and 40 of 40 out of distribution.
#[test]
fn by_motors_the_expert_flies_too() {
    let flown = [false, true].map(|ood| flown_by_motors(0..10, ood));
    assert!(flown[0] >= 9 && flown[1] >= 9, "{flown:?} of 10");
}

/// Where nothing tells the drone its place, zeros stand there and a flag says so; the world is the same.
#[test]
fn without_a_receiver_no_place_is_told() {
    let family = family("quad_flight").expect("registered");
    let told = |positioning: &str| {
        let plan = plan_with(family, 3, false, &[("positioning", word(positioning))]);
        let observer = Observer::new(&plan.world).expect("sound");
        let mut lane = Lane::new(Arc::new(plan)).expect("sound");
        for _ in 0..5 {
            lane.step(&[8.0, 0.0, 0.0, 0.0]).expect("sound");
        }
        let mut row = Vec::new();
        observer.read(&lane.view(), &mut row);
        let named = observer.channels().iter().zip(row);
        let gps = named.filter(|(channel, _)| channel.name.starts_with("gps."));
        let (names, values): (Vec<_>, Vec<_>) =
            gps.map(|(channel, value)| (channel.name.clone(), value)).unzip();
        (names, values, lane.view().body_named("drone"), lane.digest())
    };
    let (names, with, drone, digest) = told("gps");
    assert_eq!(
        names,
        [
            "gps.fix.x",
            "gps.fix.y",
            "gps.fix.z",
            "gps.fix.vx",
            "gps.fix.vy",
            "gps.fix.vz",
            "gps.valid"
        ]
    );
    let truth = [drone.position_m.to_array(), drone.linear_velocity_mps.to_array()].concat();
    // Five times the largest noise of training.
    for (told, truth) in with.iter().zip(&truth) {
        assert!((told - truth).abs() < 0.25 && told != truth, "{told}, {truth}");
    }
    assert_eq!(with[6], 1.0);
    let (_, without, _, same) = told("none");
    assert_eq!(without, [0.0; 7]);
    assert_eq!(digest, same);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("quad_flight").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["6011c9c9c76beee9", "5012288e3187ff0a", "3e1121524291befa"]
    );
}

/// What a model must be surprised by: a drone whose rotors are off and that hangs in the air.
#[test]
fn with_its_rotors_off_every_drone_falls() {
    let family = family("quad_flight").expect("registered");
    for episode in 0..20 {
        let plan = crate::rollout::plan(family, episode, episode % 2 == 1);
        let mut lane = Lane::new(Arc::new(plan)).expect("sound");
        let start = lane.view().body_named("drone");
        for _ in 0..8 {
            lane.step(&[0.0; 4]).expect("sound");
        }
        let now = lane.view().body_named("drone");
        // Rotors run down in their lag, 0.09 s at most; drag of the wind is small against weight.
        let fallen = start.position_m.z + 0.4 * start.linear_velocity_mps.z - now.position_m.z;
        assert!(fallen > 0.4, "episode {episode}: {fallen} m in 0.4 s");
        let gained = start.linear_velocity_mps.z - now.linear_velocity_mps.z;
        assert!(
            (2.9..4.3).contains(&gained),
            "episode {episode}: {gained} m/s in 0.4 s"
        );
    }
}

/// Poles that found no place were left out without a word.
#[test]
fn as_many_poles_stand_as_the_factor_says() {
    let family = family("quad_flight").expect("registered");
    for episode in 0..40 {
        let plan = crate::rollout::plan(family, episode, episode % 2 == 1);
        let count = plan.world.bodies.keys().filter(|name| name.starts_with("pole_"));
        let count = FactorValue::Count(count.count() as i64);
        assert_eq!(plan.factors["pole_count"], count, "episode {episode}");
    }
}
