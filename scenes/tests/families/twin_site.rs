//! `twin_site`: the contract of every family, the expert's success rate, golden states, and what makes twins.

use crate::rates::{Rates, check_rates};
use crate::rollout::{chance, check_contract, golden_digests, plan_with};
use indexmap::IndexMap;
use std::sync::Arc;
use terrella_scenes::draw::{draw_plan, override_factors};
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;
use terrella_spec::world::Mechanism;

#[test]
fn contract() {
    check_contract(family("twin_site").expect("registered"));
}

/// Measured when minted: scripted 20 of 20, and 38 of 40 out of distribution.
#[test]
fn success_rates() {
    let rates = Rates {
        steps: 1800,
        scripted: 0.9,
        held_out: 0.85,
        random: 0.0,
        smooth_random: 0.0,
    };
    check_rates(family("twin_site").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("twin_site").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["31ede536f65853eb", "e7771dfbf0423956", "4a6af6be3dc15a27"]
    );
}

/// The plan of an episode as one of the twins.
fn twin(word: &str, episode: u64) -> WorldPlan {
    let family = family("twin_site").expect("registered");
    let wanted = IndexMap::from([("twin".to_string(), FactorOverride::Word(word.into()))]);
    let factors = override_factors(family.factors(), &wanted).expect("it is one of its words");
    (0..20)
        .find_map(|attempt| {
            let seed = SeedPath {
                run: 0,
                episode,
                attempt,
            };
            draw_plan(family, &factors, None, seed).ok()
        })
        .expect("it fits")
}

/// Three robots in service, each with an order.
fn three_orders() -> IndexMap<String, FactorOverride> {
    let three = || FactorOverride::Dist(Dist::fixed(3.0));
    ["robot_count", "order_count"]
        .map(|name| (name.to_string(), three()))
        .into_iter()
        .collect()
}

/// The twin that a run with `healthy_twins` records beside the real site is what the same seed gives where the factor is `ideal`.
#[test]
fn the_twin_of_a_real_site_is_the_ideal_one_of_its_seed() {
    let family = family("twin_site").expect("registered");
    for episode in 0..20 {
        let (ideal, real) = (twin("ideal", episode), twin("real", episode));
        assert_ne!(ideal.world, real.world);
        assert_eq!(family.healthy_twin(real), ideal, "{episode}");
        assert_eq!(
            family.healthy_twin(ideal.clone()),
            ideal,
            "the ideal site is its own twin"
        );
    }
}

/// Robots out of service stand in their bays, whatever they are told, and have no order.
#[test]
fn robots_out_of_service_stand() {
    let family = family("twin_site").expect("registered");
    let one = FactorOverride::Dist(Dist::fixed(1.0));
    let set = [
        ("robot_count", one),
        ("twin", FactorOverride::Word("real".into())),
    ];
    for episode in 0..4 {
        let plan = plan_with(family, episode, false, &set);
        assert_eq!(plan.factors["order_count"], FactorValue::Count(1));
        let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        let places =
            |lane: &Lane| [0, 1, 2].map(|index| lane.view().body_named(&format!("amr_{index}")).position_m);
        for _ in 0..10 {
            lane.step(&[0.0; 7]).expect("the world stays sound");
        }
        let before = places(&lane);
        for _ in 0..20 {
            lane.step(&[-0.2, 0.6, 0.5, 1.0, -0.5, 1.0, 0.0])
                .expect("the world stays sound");
        }
        let after = places(&lane);
        assert!(before[0].distance(after[0]) > 0.02, "the one in service drives");
        assert_eq!(before[1..], after[1..]);
    }
}

/// Wheels of the real site slip more and more until they are maintained; those of the ideal one never do.
#[test]
fn wear_grows_until_the_maintenance() {
    let family = family("twin_site").expect("registered");
    let number = |value: f64| FactorOverride::Dist(Dist::fixed(value));
    let severities = |word: &str| {
        let set = [
            ("twin", FactorOverride::Word(word.into())),
            ("real.wear", number(0.1)),
            ("real.wear_secs", number(40.0)),
            ("real.maintenance", FactorOverride::Word("wheels".into())),
            ("real.maintenance_secs", number(30.0)),
        ];
        let plan = plan_with(family, 0, false, &set);
        [0.0, 20.0, 29.0, 31.0].map(|secs| plan.world.faults["wear_0"].severity_at(secs))
    };
    assert_eq!(severities("ideal"), [0.0; 4]);
    let [new, half, worn, mended] = severities("real");
    assert_eq!((new, mended), (0.0, 0.0));
    assert!((half - 0.05).abs() < 1e-6 && worn > 0.07, "{half} {worn}");
}

/// With one seed the two twins have all bodies, joints and factors in common; only their drives, their wear and the elevator's speed
/// differ.
#[test]
fn twins_differ_in_their_drives_wear_and_the_elevators_speed_alone() {
    for episode in 0..10 {
        let (mut ideal, mut real) = (twin("ideal", episode), twin("real", episode));
        for plan in [&mut ideal, &mut real] {
            plan.factors.shift_remove("twin");
        }
        assert_eq!(ideal.factors, real.factors);
        let drives = |plan: &WorldPlan| {
            let all = plan.world.mechanisms.iter();
            all.filter(|(_, mechanism)| matches!(mechanism, Mechanism::DiffDrive { .. }))
                .map(|(name, mechanism)| (name.clone(), mechanism.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(drives(&ideal).len(), 3);
        assert_ne!(drives(&ideal), drives(&real));
        for (name, drive) in drives(&ideal) {
            let Mechanism::DiffDrive {
                slip,
                veer_radpm,
                stiction_mps,
                delay_secs,
                ..
            } = &drive
            else {
                unreachable!("all are drives");
            };
            assert_eq!(
                (*slip, *veer_radpm, *stiction_mps, *delay_secs),
                (0.0, 0.0, 0.0, Some(0.0))
            );
            real.world.mechanisms.insert(name, drive);
        }
        let speed = |plan: &mut WorldPlan| match &mut plan.world.mechanisms["elevator"] {
            Mechanism::Elevator { speed_mps, .. } => std::mem::take(speed_mps),
            other => panic!("{other:?}"),
        };
        let (ideal_mps, real_mps) = (speed(&mut ideal), speed(&mut real));
        assert!(real_mps < ideal_mps, "{real_mps} and {ideal_mps} m/s");
        assert_eq!(ideal.world.faults.len(), real.world.faults.len());
        assert!(ideal.world.faults.values().all(|wear| wear.severity == 0.0));
        real.world.faults.clone_from(&ideal.world.faults);
        assert_eq!(ideal.world, real.world);
    }
}

/// The same commands take the real twin elsewhere, and the ideal one where its odometry says.
#[test]
fn the_same_commands_take_the_twins_apart() {
    let after = |plan: WorldPlan| {
        let start = plan.world.bodies["amr_0"].position_m;
        let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        for _ in 0..40 {
            lane.step(&[0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0])
                .expect("the world stays sound");
        }
        for _ in 0..20 {
            lane.step(&[0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
                .expect("the world stays sound");
        }
        let at = lane.view().body_named("amr_0").position_m;
        let [x, y, _] = lane.view().odometry(0);
        let gone = ((at.x - start[0]).powi(2) + (at.y - start[1]).powi(2)).sqrt();
        (at, gone, (x * x + y * y).sqrt())
    };
    let mut apart = 0;
    for episode in 0..6 {
        let (ideal, gone, believed) = after(twin("ideal", episode));
        let (real, ..) = after(twin("real", episode));
        assert!(
            (gone - believed).abs() < 0.005,
            "{gone} m, and it believes {believed} m"
        );
        apart += usize::from(ideal.distance(real) > 0.005);
    }
    assert!(apart >= 5, "{apart} of 6 came apart");
}

/// The robots work at the same time: two move within a second while two carry loads.
#[test]
fn robots_with_orders_work_at_the_same_time() {
    let family = family("twin_site").expect("registered");
    let mut together = 0;
    for episode in 0..6 {
        let factors = override_factors(family.factors(), &three_orders()).expect("they are counts of it");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let plan = draw_plan(family, &factors, None, seed).expect("it fits");
        let mut expert = family.expert(&plan).expect("there is one");
        let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        let mut rng = seed.stream("policy");
        let mut action = [0.0; 7];
        let mut moved = [None; 3];
        for record in 0..1800_u32 {
            expert.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("the world stays sound");
            let view = lane.view();
            for (robot, moved) in moved.iter_mut().enumerate() {
                if view
                    .body_named(&format!("amr_{robot}"))
                    .linear_velocity_mps
                    .length()
                    > 0.1
                {
                    *moved = Some(record);
                }
            }
            let carries = |robot: usize| {
                let lift = view
                    .mechanism_index(&format!("lift_{robot}"))
                    .expect("every site's");
                view.held_by(lift).is_some()
            };
            let recent = moved
                .iter()
                .filter(|at| at.is_some_and(|at| at + 20 > record))
                .count();
            if recent >= 2 && (0..3).filter(|robot| carries(*robot)).count() >= 2 {
                together += 1;
                break;
            }
        }
    }
    assert!(
        together >= 5,
        "in {together} of 6 sites two moved with two loads in the air"
    );
}

/// Where a load goes to the upper level, it gets there, and an episode in which nobody calls the elevator is not solved.
#[test]
fn an_order_for_the_upper_level_needs_the_call() {
    let family = family("twin_site").expect("registered");
    // With three orders one of the places is always the elevator.
    let factors = override_factors(family.factors(), &three_orders()).expect("they are counts of it");
    let seed = SeedPath {
        run: 0,
        episode: 1,
        attempt: 0,
    };
    let plan = draw_plan(family, &factors, None, seed).expect("it fits");
    let rise_m = match &plan.world.mechanisms["elevator"] {
        Mechanism::Elevator { rise_m, .. } => *rise_m,
        other => panic!("{other:?}"),
    };
    let highest = |lane: &Lane| {
        let loads = (0..3).map(|index| lane.view().body_named(&format!("load_{index}")).position_m.z);
        loads.fold(0.0, f32::max)
    };
    for calls in [true, false] {
        let mut expert = family.expert(&plan).expect("there is one");
        let mut task = family.task(&plan);
        let mut lane = Lane::new(Arc::new(plan.clone())).expect("the world is sound");
        let call = lane.view().action_space().index("elevator.call");
        let call = call.expect("every site has one");
        let start = highest(&lane);
        let mut rng = seed.stream("policy");
        let mut action = [0.0; 7];
        let mut solved = false;
        for _ in 0..1800 {
            expert.act(&lane.view(), &mut rng, &mut action);
            if !calls {
                action[call] = 0.0;
            }
            lane.step(&action).expect("the world stays sound");
            solved |= task.assess(&lane.view(), &action).success;
            if solved {
                break;
            }
        }
        assert_eq!(solved, calls);
        let raised = highest(&lane) - start;
        let expected = if calls { rise_m } else { 0.0 };
        assert!((raised - expected).abs() < 0.06, "{raised} m of {expected} m");
    }
}

/// Orders come in one after another, the expert starts none before, and what is delivered is told, as a rate an hour.
#[test]
fn orders_come_in_one_after_another_and_are_counted_by_the_hour() {
    let family = family("twin_site").expect("registered");
    let three = || FactorOverride::Dist(Dist::fixed(3.0));
    let set = [
        ("robot_count", three()),
        ("order_count", three()),
        ("order_gap_secs", FactorOverride::Dist(Dist::fixed(8.0))),
    ];
    let plan = plan_with(family, 2, false, &set);
    assert_eq!(plan.factors["order_gap_secs"], FactorValue::Reals(vec![8.0, 8.0]));
    let readings = terrella_sim::telemetry::readings(&plan.world);
    let index = |what: &str| {
        let name = format!("orders.{what}");
        let found = readings.iter().position(|reading| reading.name == name);
        found.expect("it is reported")
    };
    let [arrived, delivered, per_hour] = ["arrived", "delivered", "per_hour"].map(index);
    let mut expert = family.expert(&plan).expect("there is one");
    let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
    let start = [0, 1, 2].map(|robot| lane.view().body_named(&format!("amr_{robot}")).position_m);
    let (mut rng, mut action) = (chance(2), [0.0; 7]);
    for _ in 0..1800 {
        expert.act(&lane.view(), &mut rng, &mut action);
        lane.step(&action).expect("the world stays sound");
        let view = lane.view();
        let told = view.telemetry();
        let came = told[arrived] as usize;
        let secs = view.time_secs();
        assert_eq!(
            came,
            1 + usize::from(secs >= 8.0) + usize::from(secs >= 16.0),
            "{secs} s"
        );
        for (robot, start) in start.iter().enumerate().skip(came) {
            let here = view.body_named(&format!("amr_{robot}")).position_m;
            let gone = here.truncate().distance(start.truncate());
            assert!(gone < 1e-3, "robot {robot} has no order yet");
        }
        if told[delivered] >= 3.0 {
            let rate = 3.0 * 3600.0 / secs;
            assert!(
                (told[per_hour] - rate).abs() < 0.01 * rate,
                "{} and {rate}",
                told[per_hour]
            );
            return;
        }
    }
    panic!("all three are delivered in 90 s");
}

/// Racks stand as the layout says, and there is an aisle for each load.
#[test]
fn racks_stand_in_several_layouts() {
    let family = family("twin_site").expect("registered");
    let set = |layout: &str| {
        [
            ("rack_layout", FactorOverride::Word(layout.into())),
            ("rack_count", FactorOverride::Dist(Dist::fixed(3.0))),
        ]
    };
    let racks = |layout: &str| {
        let plan = plan_with(family, 3, false, &set(layout));
        let racks = plan.world.bodies.values().filter(|body| body.class == "rack");
        racks.map(|body| body.position_m).collect::<Vec<_>>()
    };
    let rows = racks("rows");
    let gaps = |racks: &[[f32; 3]]| [racks[1][0] - racks[0][0], racks[2][0] - racks[1][0]];
    let [one, two] = gaps(&rows);
    assert!((one - two).abs() < 1e-4);
    let [one, two] = gaps(&racks("uneven"));
    assert!((one - two).abs() > 0.01, "{one} and {two}");
    let stepped = racks("stepped");
    assert!(stepped[1][1] > stepped[0][1] && stepped[0][1] == stepped[2][1]);
    assert_eq!((rows.len(), racks("cross").len()), (3, 6));
}
