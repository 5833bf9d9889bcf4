//! How many come out from behind what hides in `occluder_permanence`, and how many are hidden now: from recorded columns alone.

use std::collections::BTreeSet;
use std::sync::Arc;
use terrella_app::RunKit;
use terrella_app::episode::{self, Attempts};
use terrella_app::record::episode::{Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::render::{Frame, Outputs, Renderer, View};
use terrella_app::scenes::draw::{draw_plan, override_factors};
use terrella_app::sim::lane::Lane;
use terrella_app::spec::factor::FactorOverride;
use terrella_app::spec::pose::Pose;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};
use terrella_app::spec::seed::SeedPath;
use terrella_app::spec::world::World;

const STEPS: u32 = 230;

fn recorded(set: &[(&str, FactorOverride)]) -> Vec<Episode> {
    let mut spec = RunSpec::new(WorldSource::Family("occluder_permanence".into()));
    (spec.episodes, spec.steps, spec.seed) = (2, Some(STEPS), 11);
    spec.image_size = [48; 2];
    spec.sensors = vec!["amodal".into()];
    spec.policies = vec![PolicySpec::new("watches", 1.0)];
    spec.factors = set
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    let kit = RunKit::resolve(spec, None, "".into(), &Registries::default()).expect("it resolves");
    (0..2)
        .map(|number| {
            episode::record(&kit, number, &Attempts::default(), &mut Vec::new()).expect("an episode")
        })
        .collect()
}

/// What there is of a mover in a camera's pictures.
struct Seen {
    name: String,
    /// Of every record, the pixels that show it and those that it would cover alone.
    pixels: Vec<[f32; 2]>,
}

impl Seen {
    fn is_hidden(&self, row: usize) -> bool {
        let [visible, alone] = self.pixels[row];
        visible == 0.0 && alone > 0.0
    }
}

fn movers(episode: &Episode, camera: &str) -> Vec<Seen> {
    let name = format!("visibility.{camera}");
    let column = episode.columns.iter().find(|column| column.spec.name == name);
    let Values::Float32(values) = &column.expect("it is recorded").values else {
        panic!("{name} is of floats");
    };
    let (names, classes) = (&episode.meta.body_names, &episode.meta.body_classes);
    let rows = values.chunks_exact(3 * names.len());
    let of = |body: usize| {
        rows.clone()
            .map(|row| [row[3 * body], row[3 * body + 1]])
            .collect()
    };
    let is_mover = |body: &usize| ["ball", "block", "cart"].contains(&classes[*body].as_str());
    (0..names.len())
        .filter(is_mover)
        .map(|body| Seen {
            name: names[body].clone(),
            pixels: of(body),
        })
        .collect()
}

/// Plays worlds of each kind; gives who was seen going in, who was seen coming out, and who is hidden at the end, of each episode.
fn who(set: &[(&str, FactorOverride)]) -> Vec<[BTreeSet<String>; 3]> {
    let rows = STEPS as usize + 1;
    let count = |episode: &Episode| {
        let [mut went_in, mut came_out, mut there] = [(); 3].map(|()| BTreeSet::new());
        for mover in movers(episode, "front") {
            // In sight or out of the picture, hidden for a fifth of a second, in sight again.
            let hidden: Vec<usize> = (0..rows).filter(|row| mover.is_hidden(*row)).collect();
            let (Some(first), Some(last)) = (hidden.first(), hidden.last()) else {
                continue;
            };
            if (0..*first).any(|row| mover.pixels[row][0] > 0.0) {
                went_in.insert(mover.name.clone());
            }
            if (*last + 1..rows).any(|row| mover.pixels[row][0] > 0.0) {
                came_out.insert(mover.name.clone());
            } else {
                there.insert(mover.name.clone());
            }
        }
        [went_in, came_out, there]
    };
    recorded(set).iter().map(count).collect()
}

fn word(word: &str) -> FactorOverride {
    FactorOverride::Word(word.into())
}

fn fixed(value: f64) -> FactorOverride {
    FactorOverride::Dist(terrella_app::spec::dist::Dist::fixed(value))
}

fn worlds(number: &str, motion: &str, event: &str, movers: f64) -> Vec<(&'static str, FactorOverride)> {
    vec![
        ("number", word(number)),
        ("motion", word(motion)),
        ("event", word(event)),
        ("mover_count", fixed(movers)),
        (
            "occluder",
            FactorOverride::Words(vec!["screen".into(), "tunnel".into(), "drawbridge".into()]),
        ),
        ("mover_speed_mps", fixed(1.0)),
        ("occlusion_secs", fixed(1.2)),
        ("post_count", fixed(0.0)),
    ]
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_string()).collect()
}

#[test]
fn as_many_come_out_as_went_in() {
    for (motion, event) in [
        ("rolling", "passes"),
        ("sliding", "returns"),
        ("driven", "passes"),
    ] {
        for [went_in, came_out, there] in who(&worlds("same", motion, event, 3.0)) {
            assert_eq!(went_in, names(&["other_0", "other_1", "target"]), "{motion}");
            assert_eq!((&came_out, there), (&went_in, names(&[])), "{motion}");
        }
    }
}

#[test]
fn one_more_comes_out_than_went_in() {
    for (motion, event) in [
        ("rolling", "passes"),
        ("sliding", "passes"),
        ("bouncing", "passes"),
        ("falling", "passes"),
        ("driven", "returns"),
    ] {
        for [went_in, came_out, there] in who(&worlds("more", motion, event, 1.0)) {
            let case = format!("{motion} {event}");
            // What falls behind it was seen above it.
            assert_eq!(went_in, names(&["target"]), "{case}");
            assert_eq!(
                (came_out, there),
                (names(&["target", "waiting"]), names(&[])),
                "{case}"
            );
        }
    }
}

#[test]
fn one_goes_in_and_another_comes_out() {
    for [went_in, came_out, there] in who(&worlds("more", "rolling", "stays", 1.0)) {
        assert_eq!(
            [went_in, came_out, there],
            [&["target"], &["waiting"], &["target"]].map(|of| names(of))
        );
    }
}

#[test]
fn one_fewer_comes_out_than_went_in() {
    for (motion, event) in [
        ("rolling", "passes"),
        ("falling", "passes"),
        ("driven", "returns"),
    ] {
        for [went_in, came_out, there] in who(&worlds("fewer", motion, event, 2.0)) {
            assert_eq!(went_in, names(&["other_0", "target"]), "{motion}");
            assert_eq!(
                (came_out, there),
                (names(&["target"]), names(&["other_0"])),
                "{motion}"
            );
        }
    }
}

/// Whoever waits is not seen by a camera that does not move, however wide or narrow what hides it is, before it comes out.
#[test]
fn who_waits_is_hidden_from_the_start() {
    for motion in ["rolling", "sliding", "bouncing", "falling", "driven"] {
        let set = [("number", word("more")), ("motion", word(motion))];
        for episode in recorded(&set) {
            for camera in ["front", "head"] {
                let movers = movers(&episode, camera);
                for mover in movers {
                    let waits = mover.name == "waiting";
                    let case = format!("{motion}: {} in {camera}", mover.name);
                    let first_seen = mover.pixels.iter().position(|[visible, _]| *visible > 0.0);
                    if waits {
                        assert!(mover.is_hidden(0), "{case}: {:?}", mover.pixels[0]);
                        assert!(
                            first_seen.is_none_or(|row| row >= 10),
                            "{case}: seen in record {first_seen:?}"
                        );
                    } else if camera == "front" {
                        assert_eq!(first_seen, Some(0), "{case}");
                    }
                }
            }
        }
    }
}

/// Nor does a shadow tell of it: the first picture is the same where nobody waits.
#[test]
fn no_shadow_tells_that_somebody_waits() {
    let family = terrella_app::scenes::families::family("occluder_permanence").expect("registered");
    let set = [("number".to_string(), word("more"))];
    let factors = override_factors(family.factors(), &set.into_iter().collect()).expect("its factors");
    let mut waited = 0;
    for episode in 0..60 {
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let Ok(plan) = draw_plan(family, &factors, None, seed) else {
            continue;
        };
        waited += 1;
        let world = plan.world.clone();
        let lane = Lane::new(Arc::new(plan)).expect("a world");
        let mut poses = Vec::new();
        lane.view().poses(&mut poses);
        let picture = |world: &World<f32>, poses: &[Pose]| {
            let mut frame = Frame::default();
            let view = View::of(&world.cameras["front"], None, 64, 64);
            let mut renderer = Renderer::new(world).expect("shapes").supersampled(1);
            renderer.render(&view, poses, Outputs::RGB, &mut frame);
            frame.rgb
        };
        let with = picture(&world, &poses);
        let mut without = world.clone();
        let (index, ..) = without.bodies.shift_remove_full("waiting").expect("it waits");
        poses.remove(index);
        let without = picture(&without, &poses);
        assert!(with == without, "episode {episode}");
    }
    assert!(waited > 30, "{waited}");
}
