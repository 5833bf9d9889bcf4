//! `drive_train`: the contract of every family, rates, golden states, and what its faults and wear must be.

use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, golden_digests, plan_with};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_scenes::policies::POLICIES;
use terrella_sim::lane::Lane;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;
use terrella_spec::world::Mechanism;

#[test]
fn contract() {
    check_contract(family("drive_train").expect("registered"));
}

/// Measured when minted: the expert solves 33 of 40 in training ranges and 31 of 40 out of distribution.
#[test]
fn rates_of_success() {
    let rates = Rates {
        steps: 300,
        scripted: 0.7,
        held_out: 0.6,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("drive_train").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("drive_train").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["9e58dadaeecb8934", "78c136c0081c1c61", "a5cb43ee0d3eb6a8"]
    );
}

/// The plan of an episode with some factors set.
fn with(episode: u64, set: &[(&str, FactorOverride)]) -> WorldPlan {
    let family = family("drive_train").expect("registered");
    plan_with(family, episode, false, set)
}

/// A fault's factors move no other draw: with a severity of 0 the same seed is the healthy twin.
#[test]
fn the_same_seed_without_its_fault_is_the_healthy_twin_up_to_the_onset() {
    for (episode, kind) in ["weak", "drag", "slip", "stuck", "drift", "dropout", "jam"]
        .into_iter()
        .enumerate()
    {
        let twin = |severity: f64| {
            let set = [
                ("fault_kind", FactorOverride::Word(kind.into())),
                ("fault_severity", FactorOverride::Dist(Dist::fixed(severity))),
                ("fault_onset_secs", FactorOverride::Dist(Dist::fixed(4.0))),
            ];
            with(episode as u64, &set)
        };
        let (healthy, faulty) = (twin(0.0), twin(0.9));
        let mut one = healthy.world.clone();
        one.faults.clone_from(&faulty.world.faults);
        assert_eq!(one, faulty.world, "{kind}: only the fault differs");
        let mut lanes = [healthy, faulty].map(|plan| Lane::new(Arc::new(plan)).expect("a world"));
        for record in 0..200u16 {
            let action = [8.0 + f32::from(record % 40) / 20.0, 1.5];
            for lane in &mut lanes {
                lane.step(&action).expect("the world stays sound");
            }
            let [one, other] = lanes.each_ref().map(Lane::view);
            let same = one.body_rows() == other.body_rows() && one.telemetry() == other.telemetry();
            // The onset is at record 80, which the telemetry of record 80 is the first to see.
            assert!(same || record >= 79, "{kind}: differs at record {record}");
        }
        let [one, other] = lanes.each_ref().map(Lane::view);
        assert_ne!(one.telemetry(), other.telemetry(), "{kind} is seen");
    }
}

/// What is stuck or jams is so or not: once its severity was drawn below 0.5 too, where it does nothing.
#[test]
fn no_fault_has_a_label_and_no_effect() {
    for kind in ["stuck", "jam"] {
        for episode in 0..12 {
            let plan = with(episode, &[("fault_kind", FactorOverride::Word(kind.into()))]);
            assert_eq!(plan.world.faults["fault"].severity, 1.0);
            assert_eq!(plan.factors["fault_severity"], FactorValue::Real(1.0));
        }
    }
}

/// What an episode does to the machine: whether it still runs, its wear, and how often its load was taken off or put on.
fn worked(plan: WorldPlan, name: &str, episode: u64) -> (bool, f32, u32) {
    let family = family("drive_train").expect("registered");
    let kind = (POLICIES.iter().chain(family.own_policies())).find(|kind| kind.name == name);
    let mut policy =
        (kind.expect("a policy").make)(family, &plan, &PolicySpec::new(name, 1.0)).expect("it suits");
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let seed = SeedPath {
        run: 0,
        episode,
        attempt: 0,
    };
    let mut rng = seed.stream("policy");
    let (mut action, mut loaded, mut switched) = ([0.0; 2], false, 0);
    for _ in 0..300 {
        policy.act(&lane.view(), &mut rng, &mut action);
        lane.step(&action).expect("the world stays sound");
        switched += u32::from(loaded != (action[1] > 0.0));
        loaded = action[1] > 0.0;
    }
    let machine = lane.view().mechanism_index("machine").expect("a machine");
    let wear = lane.view().wear(machine).expect("it wears").share;
    (lane.view().mechanism_state(machine) == 0.0, wear, switched)
}

/// Who works too hard breaks machines that the expert keeps, and who works in cycles takes the load off and puts it on again.
#[test]
fn crews_treat_machines_otherwise_than_the_expert() {
    let healthy = |episode| with(episode, &[("fault_kind", FactorOverride::Word("none".into()))]);
    let (mut kept, mut broken, mut worse) = (0, 0, 0);
    for episode in 0..20 {
        let (runs, wear, _) = worked(healthy(episode), "scripted", episode);
        let (survives, more, _) = worked(healthy(episode), "aggressive", episode);
        let (_, _, switched) = worked(healthy(episode), "duty_cycles", episode);
        kept += u32::from(runs);
        broken += u32::from(!survives);
        worse += u32::from(!survives || more > wear);
        assert!(switched >= 4, "{episode}: {switched}");
    }
    assert!(
        kept >= 16 && broken >= 5 && worse >= 14,
        "{kept} {broken} {worse} of 20"
    );
}

/// The bolt in the picture is where the imbalance pulls: left alone, the wheel creeps the way of its weight.
#[test]
fn the_bolt_is_where_the_imbalance_pulls() {
    for episode in 0..6 {
        let set = [
            ("bearing_friction_nm", FactorOverride::Dist(Dist::fixed(0.0))),
            ("imbalance_kgm", FactorOverride::Dist(Dist::fixed(0.02))),
        ];
        let mut plan = with(episode, &set);
        let Shape::Compound { parts } = &plan.world.bodies["wheel"].shape else {
            panic!("a wheel of parts")
        };
        let y = parts.last().expect("a bolt").position_m[1];
        // A new bearing does not rub at all.
        let Some(Mechanism::DriveTrain { bearing, .. }) = plan.world.mechanisms.get_mut("machine") else {
            panic!("a machine")
        };
        (bearing.wear, bearing.friction_nm) = (0.0, 0.0);
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        for _ in 0..5 {
            lane.step(&[0.0, 0.0]).expect("the world stays sound");
        }
        let turns = lane.view().joint_velocity(1);
        // Weight at +y turns about +x downwards: y cross -z is -x.
        assert!(turns * y < 0.0, "{episode}: {y} {turns}");
    }
}

/// What a camera of 20 pictures a second makes of it, as the card says: between two pictures the wheel turns by less than a quarter, after
/// which its two colours would have changed places, even where it is worked too hard; the motor's shaft by more in a
/// third of the records.
#[test]
fn pictures_tell_how_the_wheel_turns_and_not_how_the_shaft_does() {
    let family = family("drive_train").expect("registered");
    let kind = (family.own_policies().iter()).find(|kind| kind.name == "aggressive");
    let make = kind.expect("its own policy").make;
    let quarter = 0.5 * std::f32::consts::PI;
    let (mut beyond, mut records) = (0, 0);
    for episode in 0..10 {
        let plan = plan_with(family, episode, episode % 2 == 1, &[]);
        let mut policy = make(family, &plan, &PolicySpec::new("aggressive", 1.0)).expect("it suits");
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), [0.0; 2]);
        for _ in 0..100 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("the world stays sound");
            let view = lane.view();
            let turns = |joint: &str| {
                let shaft = view.joint_index(joint).expect("a shaft");
                (view.joint_velocity(shaft) * view.record_secs()).abs()
            };
            let wheel = turns("wheel_shaft");
            assert!(wheel < quarter, "{episode}: the wheel turns by {wheel} rad");
            beyond += u32::from(turns("motor_shaft") > quarter);
            records += 1;
        }
    }
    println!("the shaft turns by more in {beyond} of {records} records");
    assert!(5 * beyond > records, "{beyond} of {records}");
}
