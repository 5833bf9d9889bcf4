//! What is recorded of the example scene `studio`: every number of its light that is drawn is a factor, and pictures follow it.

use terrella_app::RunKit;
use terrella_app::episode::{self, Attempts};
use terrella_app::record::episode::{Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::spec::document::Document;
use terrella_app::spec::run::{RunSpec, WorldSource};

fn kit() -> RunKit {
    let text = include_str!("../../../scenes/examples/studio.toml");
    let scene = Document::new("studio.toml", text).scene().expect("an example");
    let mut spec = RunSpec::new(WorldSource::Scene("studio.toml".into()));
    spec.episodes = 2;
    spec.steps = Some(2);
    spec.image_size = [48; 2];
    RunKit::resolve(spec, Some(scene), "".into(), &Registries::default()).expect("it resolves")
}

fn recorded(kit: &RunKit, index: u64) -> Episode {
    episode::record(kit, index, &Attempts::default(), &mut Vec::new()).expect("an episode")
}

fn picture(episode: &Episode) -> &[u8] {
    let name = "observation.images.front";
    let column = episode.columns.iter().find(|column| column.spec.name == name);
    match &column.expect("a camera").values {
        Values::Rgb(values) => values,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_number_of_light_that_is_drawn_is_a_factor() {
    let kit = kit();
    let (one, other) = (recorded(&kit, 0), recorded(&kit, 1));
    for name in [
        "light.sun_direction[0]",
        "light.sun_share",
        "light.shadows.soft.angle_deg",
        "light.fog.half_distance_m",
        "lights.warm.directional.direction[1]",
        "lights.warm.directional.strength",
        "lights.bulb.point.strength",
        "bodies.ball.paint.specular",
        "bodies.ball.paint.shininess",
    ] {
        let [first, second] = [&one, &other].map(|episode| episode.meta.factors.get(name));
        assert!(
            first.is_some() && first != second,
            "{name}: {first:?}, {second:?}"
        );
    }
    assert!(picture(&one) != picture(&other));
    assert!(picture(&one) == picture(&recorded(&kit, 0)));
}
