//! What a car is told, how it rides, and what its wheels stand on.

use super::*;
use terrella_spec::factor::FactorKind;
use terrella_spec::world::VehicleCommand;

/// Told curvature and acceleration in place of pedals, the expert does as well (36 of 40, 38 of 40 out of distribution, as with pedals); the world is
/// the same but for the command, and every episode of a run has the same one.
#[test]
fn told_curvature_and_acceleration_the_expert_drives_as_well() {
    let family = family("drive_road").expect("registered");
    let mut solved = 0;
    for episode in 0..6 {
        let pedals = plan_with(episode, &[], None).expect("it fits");
        let mut plan = plan_with(episode, &[("action", "curvature")], None).expect("it fits");
        let played = play(family, plan.clone(), "scripted", episode, STEPS);
        solved += usize::from(played.solved_at.is_some());
        let lane = Lane::new(Arc::new(plan.clone())).expect("the world is sound");
        let channels = lane.view().action_space().channels.iter();
        let ranges: Vec<_> = channels
            .map(|own| (own.name.as_str(), own.unit, own.low, own.high))
            .collect();
        let most = libm::tanf(0.55) / 2.6;
        assert_eq!(
            ranges,
            [
                ("car.curvature", "1/m", -most, most),
                ("car.acceleration", "m/s^2", -10.0, 4.0)
            ]
        );
        let Some(Mechanism::Vehicle { command, .. }) = plan.world.mechanisms.get_mut("car") else {
            unreachable!("it is a vehicle");
        };
        *command = VehicleCommand::pedals();
        assert!(plan.world == pedals.world, "{episode}");
    }
    assert!(solved >= 5, "the expert solves {solved} of 6");
    let both = FactorOverride::Words(vec!["pedals".into(), "curvature".into()]);
    let both = override_factors(family.factors(), &[("action".into(), both)].into_iter().collect());
    assert!(both.is_err(), "a dataset has one action");
}

/// Who brakes hard every few seconds for no reason gets to the mark like the expert, and does not succeed.
#[test]
fn who_drives_roughly_does_not_succeed() {
    let (mut smooth, mut rough, mut gets_there) = (0, 0, 0);
    for episode in 0..4 {
        let words = [
            ("layout", "curve"),
            ("near_miss", "none"),
            ("action", "curvature"),
        ];
        let plan = plan_with(episode, &words, None).expect("it fits");
        smooth += u32::from(drives(&plan, &plan, episode).0);
        let family = family("drive_road").expect("registered");
        let mut expert = family.expert(&plan).expect("there is one");
        let mut task = family.task(&plan);
        let route = plan.world.mechanisms.get_index_of("route").expect("it has a way");
        let mut rng = seed(episode).stream("policy");
        let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        let start = lane.view().route(route).expect("it is a route").distance_m;
        task.assess(&lane.view(), &[]);
        let (mut success, mut action) = (false, [0.0; 2]);
        for step in 0..STEPS {
            expert.act(&lane.view(), &mut rng, &mut action);
            if step % 60 < 16 {
                action[1] = -7.0;
            }
            lane.step(&action).expect("the world stays sound");
            success |= task.assess(&lane.view(), &action).success;
        }
        rough += u32::from(success);
        let gone = lane.view().route(route).expect("it is a route").distance_m - start;
        gets_there += u32::from(gone > 80.0);
    }
    assert!(smooth >= 3 && gets_there >= 3, "{smooth} and {gets_there} of 4");
    assert_eq!(rough, 0);
}

/// Roads and patches have every friction from 0.1 to 1, and of each factor what is held out lies beside what is not.
#[test]
fn frictions_of_training_and_held_out_cover_ice_to_dry_road() {
    let family = family("drive_road").expect("registered");
    let range = |name: &str| {
        let factor = family.factors().into_iter().find(|factor| factor.name == name);
        let FactorKind::Real(dist) = factor.expect("it is a factor").kind else {
            unreachable!("frictions are real");
        };
        [dist.law.bounds(), dist.ood.expect("it has one").bounds()]
    };
    let (roads, patches) = (range("road_friction"), range("patch_friction"));
    for [trained, held_out] in [roads, patches] {
        assert!(held_out.1 < trained.0);
    }
    let wet = (0.75 * roads[0].0, 0.75 * roads[0].1);
    let mut all = [roads[0], roads[1], patches[0], patches[1], wet];
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut covered = all[0].0;
    assert!(covered <= 0.1);
    for (low, high) in all {
        assert!(low < covered + 0.02, "nothing between {covered} and {low}");
        covered = covered.max(high);
    }
    assert!(covered >= 1.0);
}
