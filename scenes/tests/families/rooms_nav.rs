//! `rooms_nav`: the contract of every family, the expert's success rate, golden states.

use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, golden_digests, plan, plan_with, play};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_scenes::policies::PolicyKind;
use terrella_sim::lane::Lane;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;

#[test]
fn contract() {
    check_contract(family("rooms_nav").expect("registered"));
}

/// Measured when minted: scripted 39 of 40, and 37 of 40 out of distribution.
#[test]
fn success_rates() {
    let rates = Rates {
        episodes: 40,
        steps: 500,
        scripted: 0.9,
        held_out: 35,
        random: 0.05,
        smooth_random: 0.1,
    };
    check_rates(family("rooms_nav").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("rooms_nav").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["307514c708130e2a", "a6554cee6a81cbbc", "b6dc9efb65a396e7"]
    );
}

/// Masses of boxes that there are not, springs of doors that there are not, ways that came out as short as others: they were told
/// as drawn out of distribution.
#[test]
fn what_changes_nothing_is_not_out_of_distribution() {
    let family = family("rooms_nav").expect("registered");
    let mut seen = std::collections::BTreeSet::new();
    for episode in 0..300 {
        let plan = plan(family, episode, true);
        let count = |name: &str| match plan.factors[name] {
            FactorValue::Count(count) => count,
            _ => panic!("{name} is a count"),
        };
        let has = |kinds: &[&str]| match &plan.factors["doorway_kind"] {
            FactorValue::Words(words) => words.iter().any(|word| kinds.contains(&word.as_str())),
            _ => panic!("kinds of doorways are words"),
        };
        assert_eq!(plan.ood.len(), 1, "episode {episode}");
        let name = plan.ood[0].as_str();
        let matters = match name {
            "box_mass_kg" => count("box_count") > 0,
            "stroller_speed_mps" => count("stroller_count") > 0,
            "hinge_friction_nm" => has(&["swing"]),
            "closer_nmprad" => has(&["saloon", "spring"]),
            "locked_share" => has(&["locked"]),
            "furniture_set" => plan.world.bodies.values().any(|body| body.class == "furniture"),
            "shortest_path_m" => matches!(plan.factors[name], FactorValue::Real(length) if length > 9.0),
            _ => true,
        };
        assert!(matters, "episode {episode}: {name}");
        seen.insert(name.to_string());
    }
    assert!(seen.len() > 15, "all axes have their turn: {seen:?}");
}

/// Stairs lead up to every doorway and down again; at their sides they are too high.
#[test]
fn stairs_are_climbed() {
    let family = family("rooms_nav").expect("registered");
    let set = [("doorway_kind", FactorOverride::Word("stairs".into()))];
    let mut highest: f32 = 0.0;
    for episode in 0..6 {
        let plan = plan_with(family, episode, false, &set);
        assert!(plan.world.bodies.values().any(|body| body.class == "stairs"));
        let mut policy = family.expert(&plan).expect("an expert");
        let mut task = family.task(&plan);
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let start = lane.view().body_named("robot").position_m.z;
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), [0.0; 2]);
        let solved = (0..600).any(|_| {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
            highest = highest.max(lane.view().body_named("robot").position_m.z - start);
            task.assess(&lane.view(), &action).success
        });
        assert!(solved, "episode {episode}");
    }
    assert!((0.09..0.13).contains(&highest), "it climbed {highest} m");
}

/// A door with plates stays shut until the robot was on one of them, and open from then on; the expert goes there first.
#[test]
fn plates_open_doors() {
    let family = family("rooms_nav").expect("registered");
    let set = [("doorway_kind", FactorOverride::Word("plate".into()))];
    let (mut solved, mut pressed) = (0, 0);
    for episode in 0..6 {
        let plan = plan_with(family, episode, false, &set);
        let mut policy = family.expert(&plan).expect("an expert");
        let mut task = family.task(&plan);
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let plates: Vec<String> = lane.view().world().mechanisms.keys().cloned().collect();
        let plates: Vec<String> = plates
            .into_iter()
            .filter(|name| name.starts_with("plate_"))
            .collect();
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), [0.0; 2]);
        solved += u32::from((0..700).any(|_| {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
            let view = lane.view();
            for plate in &plates {
                let index = view.mechanism_index(plate).expect("it is there");
                let door = view
                    .joint_index(&plate.replace("plate", "door"))
                    .expect("its door");
                let shut = view.joint_position(door) < 0.02;
                assert!(
                    shut || view.mechanism_state(index) > 0.5,
                    "episode {episode}: {plate}"
                );
            }
            task.assess(&view, &action).success
        }));
        let view = lane.view();
        let state = |plate: &String| view.mechanism_state(view.mechanism_index(plate).expect("it is there"));
        pressed += plates.iter().filter(|plate| state(plate) > 0.5).count();
    }
    assert!(
        solved >= 5 && pressed >= 6,
        "{solved} of 6 solved, {pressed} plates pressed"
    );
}

/// A policy of this family by its name.
fn own(name: &str) -> &'static PolicyKind {
    let family = family("rooms_nav").expect("registered");
    let mut own = family.own_policies().iter();
    own.find(|kind| kind.name == name).expect("the family has it")
}

/// An explorer finds most marks without knowing the way, in more time than the expert; who keeps to the wall finds some by chance.
#[test]
fn who_does_not_know_the_way_finds_it_now_and_then() {
    let family = family("rooms_nav").expect("registered");
    let found = |policy: &str| {
        let at = |episode: u64| play(family, plan(family, episode, false), policy, episode, 500).solved_at;
        (0..12).filter_map(at).count()
    };
    let (explorer, hugger) = (found("explorer"), found("wall_hugger"));
    assert!(explorer >= 5, "the explorer finds {explorer} of 12");
    assert!(hugger <= explorer, "who keeps to the wall finds {hugger} of 12");
}

/// A tour comes back to where it began, after it was away.
#[test]
fn a_tour_sees_its_start_again() {
    let family = family("rooms_nav").expect("registered");
    let mut back = 0;
    for episode in 0..6 {
        let plan = plan(family, episode, false);
        let mut policy = (own("tour").make)(family, &plan, &PolicySpec::new("tour", 1.0)).expect("it suits");
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), [0.0; 2]);
        let start = lane.view().body_named("robot").position_m;
        let (mut away, mut returned) = (false, false);
        for _ in 0..900 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
            let far = lane.view().body_named("robot").position_m.distance(start);
            away |= far > 1.5;
            returned |= away && far < 0.5;
        }
        back += u32::from(returned);
    }
    assert!(back >= 4, "{back} of 6 tours came back");
}
