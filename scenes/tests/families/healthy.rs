//! Healthy twins of drawn worlds: what the same seed gives when its fault has no severity.

use indexmap::IndexMap;
use terrella_scenes::FAMILIES;
use terrella_scenes::draw::{draw_plan, override_factors};
use terrella_scenes::faults::healthy;
use terrella_scenes::from_file::SceneFamily;
use terrella_spec::dist::Dist;
use terrella_spec::document::Document;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::run::OodSpec;
use terrella_spec::seed::SeedPath;

#[test]
fn a_twin_is_what_the_seed_gives_with_severity_0() {
    let mut with_faults = Vec::new();
    for family in FAMILIES {
        let factors = family.factors();
        let severities = factors
            .iter()
            .filter(|factor| factor.name.ends_with("fault_severity"));
        let law = FactorOverride::Dist(Dist::fixed(0.0));
        let none: IndexMap<String, FactorOverride> = severities
            .map(|severity| (severity.name.clone(), law.clone()))
            .collect();
        if none.is_empty() {
            continue;
        }
        with_faults.push(family.card().name);
        let without = override_factors(factors.clone(), &none).expect("a law");
        let mut faulty = 0;
        for episode in 0..12 {
            let seed = SeedPath {
                run: 3,
                episode,
                attempt: 0,
            };
            let drawn = |factors| draw_plan(*family, factors, None, seed);
            let (Ok(sick), Ok(redrawn)) = (drawn(&factors), drawn(&without)) else {
                continue;
            };
            faulty += u32::from(!sick.world.faults.is_empty());
            assert_eq!(
                healthy(sick),
                redrawn,
                "{} {episode}",
                with_faults.last().expect("named")
            );
        }
        assert!(faulty > 2, "{with_faults:?}");
    }
    assert_eq!(
        with_faults,
        ["line_cell", "drive_train", "quad_flight", "rover_terrain"]
    );
}

#[test]
fn a_severity_that_became_0_was_not_drawn_out_of_distribution() {
    let family = terrella_scenes::families::family("drive_train").expect("registered");
    let all = OodSpec::Factors(vec!["fault_onset_secs".into(), "fault_severity".into()]);
    let seed = SeedPath {
        run: 3,
        episode: 0,
        attempt: 0,
    };
    let weak = [("fault_kind".to_string(), FactorOverride::Word("weak".into()))];
    let factors = override_factors(family.factors(), &weak.into_iter().collect()).expect("a word of it");
    let sick = draw_plan(family, &factors, Some(&all), seed).expect("it fits");
    let twin = healthy(sick.clone());
    assert_eq!(sick.ood.len(), twin.ood.len() + 1);
    assert!(!twin.ood.contains(&"fault_severity".to_string()));
}

#[test]
fn factors_of_a_scene_file_tell_the_truth_of_a_twin() {
    let text = "name = \"strip\"\n[world]\n\
        mechanisms.line.belt = { body = \"strip\", max_speed_mps = 1, max_force_n = 50, moving_mass_kg = 5, drag_n = 2 }\n\
        faults.tired = { mechanism = \"line\", kind = \"weak\", severity = { uniform = [0.4, 0.9] }, \
        onset_secs = { uniform = [0, 1] } }\n\
        [world.bodies.strip]\nmotion = \"fixed\"\nshape.box.half_extents_m = [1, 1, 0.1]\n";
    let scene = Document::new("wheel", text).scene().expect("a scene");
    let family = SceneFamily::new(scene);
    let seed = SeedPath {
        run: 0,
        episode: 0,
        attempt: 0,
    };
    let factors = terrella_scenes::Family::factors(&family);
    let sick = draw_plan(&family, &factors, None, seed).expect("it fits");
    let twin = healthy(sick.clone());
    assert!(sick.world.faults["tired"].severity >= 0.4);
    assert_eq!(twin.world.faults["tired"].severity, 0.0);
    assert_eq!(twin.factors["faults.tired.severity"], FactorValue::Real(0.0));
    assert_eq!(
        twin.factors["faults.tired.onset_secs"],
        sick.factors["faults.tired.onset_secs"]
    );
}
