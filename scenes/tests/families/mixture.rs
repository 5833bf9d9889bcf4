//! Families mixed in one run: what each episode is.

use crate::rollout::play;
use std::sync::Arc;
use terrella_scenes::draw::draw_plan;
use terrella_scenes::families::family;
use terrella_scenes::mixture::{CAMERAS, FAMILY, Mixture};
use terrella_scenes::{FAMILIES, Family};
use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{OodKeyword, OodSpec};
use terrella_spec::seed::SeedPath;

const NAMES: [&str; 4] = ["drop_bounce", "push_planar", "billiard_collide", "rooms_nav"];

fn mixture() -> Mixture {
    let member = |name: &&str| Arc::new(family(name).expect("registered")) as Arc<dyn Family>;
    Mixture::new(NAMES.iter().map(member).collect())
}

/// The first attempt at an episode that fits a world.
fn plan(family: &dyn Family, episode: u64, ood: Option<&OodSpec>) -> WorldPlan {
    let factors = family.factors();
    let attempts = (0..20).map(|attempt| SeedPath {
        run: 0,
        episode,
        attempt,
    });
    let mut plans = attempts.filter_map(|seed| draw_plan(family, &factors, ood, seed).ok());
    plans.next().expect("an attempt fits")
}

#[test]
fn an_episode_is_that_of_its_family_alone() {
    let mixture = mixture();
    for episode in 0..12 {
        let name = NAMES[episode as usize % NAMES.len()];
        let alone = family(name).expect("registered");
        let (mixed, own) = (plan(&mixture, episode, None), plan(alone, episode, None));
        assert_eq!(mixed.task, own.task);
        assert_eq!(mixed.world.bodies, own.world.bodies);
        assert_eq!(mixed.factors[FAMILY], FactorValue::Word(name.into()));
        for (factor, value) in &own.factors {
            assert_eq!(mixed.factors[&format!("{name}.{factor}")], *value);
        }
        assert_eq!(mixed.factors.len(), own.factors.len() + 1);
        let cameras: Vec<&String> = mixed.world.cameras.keys().collect();
        assert_eq!(cameras, CAMERAS);
        assert!(
            mixed
                .world
                .cameras
                .values()
                .eq(own.world.cameras.values().take(2))
        );
        // Expert and task find the factors that they look for.
        let [mixed, own] = [(&mixture as &dyn Family, mixed), (alone, own)]
            .map(|(family, plan)| play(family, plan, "scripted", episode, 60));
        assert_eq!(
            (mixed.digest, mixed.episode_return),
            (own.digest, own.episode_return)
        );
    }
}

#[test]
fn only_factors_of_the_episodes_family_are_out_of_distribution() {
    let mixture = mixture();
    let one = OodSpec::Keyword(OodKeyword::One);
    for episode in 0..30 {
        let plan = plan(&mixture, episode, Some(&one));
        let name = NAMES[episode as usize % NAMES.len()];
        assert_eq!(plan.ood.len(), 1);
        assert!(
            plan.ood[0].starts_with(&format!("{name}.")),
            "{:?} in {name}",
            plan.ood
        );
    }
    let named = OodSpec::Factors(vec!["drop_bounce.gravity_mps2".into()]);
    assert_eq!(plan(&mixture, 0, Some(&named)).ood, ["drop_bounce.gravity_mps2"]);
    assert!(plan(&mixture, 1, Some(&named)).ood.is_empty());
}

/// One schema holds two cameras.
#[test]
fn every_family_has_two_cameras_and_an_expert() {
    for family in FAMILIES {
        let plan = plan(*family, 0, None);
        let name = family.card().name;
        assert!(
            plan.world.cameras.len() >= 2,
            "{name} has too few cameras to be mixed with others"
        );
        assert!(family.expert(&plan).is_some(), "{name} has no expert");
    }
}
