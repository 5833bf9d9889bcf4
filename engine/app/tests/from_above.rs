//! The camera above the car of `drive_road`: its picture is true to scale while the car pitches and rolls, and stands in the dataset
//! where it is drawn from.

use std::sync::Arc;
use terrella_app::RunKit;
use terrella_app::episode::{self, Attempts};
use terrella_app::record::episode::{Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::render::{Frame, Outputs, Renderer, Rig, View};
use terrella_app::scenes::draw::{draw_plan, override_factors};
use terrella_app::scenes::families::family;
use terrella_app::sim::lane::Lane;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::factor::FactorOverride;
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::pose::Pose;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};
use terrella_app::spec::seed::SeedPath;
use terrella_app::spec::shape::Shape;
use terrella_app::spec::world::Body;

/// What the family promises: where the camera is, m, and how much of the road it sees from top to bottom.
const ABOVE_M: f32 = 24.0;
const AHEAD_M: f32 = 7.0;
const SIDE_M: f32 = 32.0;

fn word(word: &str) -> FactorOverride {
    FactorOverride::Word(word.into())
}

fn fixed(value: f64) -> FactorOverride {
    FactorOverride::Dist(Dist::fixed(value))
}

fn plan(set: &[(&str, FactorOverride)], episode: u64) -> WorldPlan {
    let family = family("drive_road").expect("registered");
    let set = set.iter().map(|(name, value)| (name.to_string(), value.clone()));
    let factors = override_factors(family.factors(), &set.collect()).expect("its factors");
    let plans = (0..20).filter_map(|attempt| {
        let seed = SeedPath {
            run: 0,
            episode,
            attempt,
        };
        draw_plan(family, &factors, None, seed).ok()
    });
    plans.into_iter().next().expect("a world")
}

/// The road ahead of a body at this pose, seen from above, and what is to its left.
fn heading([x, y, z, w]: [f32; 4]) -> [[f32; 2]; 2] {
    let ahead = [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w)];
    let length = (ahead[0] * ahead[0] + ahead[1] * ahead[1]).sqrt();
    let [x, y] = ahead.map(|part| part / length);
    [[x, y], [-y, x]]
}

/// Sine of the largest angle by which the car's axes are off the horizontal.
fn tilt([x, y, z, w]: [f32; 4]) -> f32 {
    let (ahead, left) = (2.0 * (x * z - y * w), 2.0 * (y * z + x * w));
    ahead.abs().max(left.abs())
}

/// Plates lie on a level road, at known places; the car brakes and swerves over them. Where each is seen says how many metres a pixel
/// is, all over the picture.
#[test]
fn markers_on_the_road_are_seen_true_to_scale_while_the_car_pitches_and_rolls() {
    const PIXELS: u32 = 128;
    const HALF_M: f32 = 0.6;
    let plan = {
        let mut plan = plan(
            &[
                ("layout", word("x_junction")),
                ("grade", fixed(0.0)),
                ("agent_count", fixed(0.0)),
                ("pedestrian_count", fixed(0.0)),
                ("speed_limit_mps", fixed(11.0)),
                ("stiffness_npm", fixed(25_000.0)),
            ],
            3,
        );
        let ego = &plan.world.bodies["ego"];
        let [x, y, z] = ego.position_m;
        for index in 0..400_u16 {
            let at = [index % 20, index / 20].map(|step| 4.0 * (f32::from(step) - 9.5));
            let half_extents_m = [HALF_M, HALF_M, 0.01];
            let plate = Body::new("plate", Shape::Box { half_extents_m })
                .fixed()
                .untouchable()
                .at([x + at[0], y + at[1], z - 0.45]);
            plan.world.bodies.insert(format!("plate_{index}"), plate);
        }
        plan
    };
    let world = plan.world.clone();
    let places: Vec<&Body<f32>> = world.bodies.values().collect();
    let ego = world.bodies.get_index_of("ego").expect("it drives");
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let mut renderer = Renderer::new(&world).expect("shapes").supersampled(1);
    let (mut frame, mut poses) = (Frame::default(), Vec::<Pose>::new());
    let metres_per_pixel = SIDE_M / PIXELS as f32;
    let (mut tilted, mut errors) = (0.0_f32, Vec::new());
    for step in 0..90 {
        let (steer, throttle, brake) = match step / 15 % 4 {
            0 => (0.3, 1.0, 0.0),
            1 => (-0.3, 0.0, 1.0),
            2 => (-0.3, 1.0, 0.0),
            _ => (0.3, 0.0, 1.0),
        };
        lane.step(&[steer, throttle, brake]).expect("sound");
        lane.view().poses(&mut poses);
        tilted = tilted.max(tilt(poses[ego].rotation_xyzw));
        if step % 3 != 0 {
            continue;
        }
        let rig = Rig {
            mount: Some(&poses[ego]),
            ..Rig::default()
        };
        let view = View::on(&world.cameras["above"], &rig, PIXELS, PIXELS);
        renderer.render(&view, &poses, Outputs::ALL, &mut frame);
        let [ahead, left] = heading(poses[ego].rotation_xyzw);
        for (index, plate) in places
            .iter()
            .enumerate()
            .filter(|(_, body)| body.class == "plate")
        {
            let pixels: Vec<f32> = (0..frame.ids.len())
                .filter(|pixel| usize::from(frame.ids[*pixel]) == index + 1)
                .map(|pixel| pixel as f32)
                .collect();
            // Seen whole: no car, tree or edge of the picture is before it.
            let whole = (2.0 * HALF_M / metres_per_pixel).powi(2);
            if (pixels.len() as f32) < 0.9 * whole {
                continue;
            }
            let mean =
                |of: fn(f32) -> f32| pixels.iter().map(|pixel| of(*pixel)).sum::<f32>() / pixels.len() as f32;
            let (column, row) = (
                mean(|pixel| pixel % PIXELS as f32),
                mean(|pixel| (pixel / PIXELS as f32).floor()),
            );
            let off = [0, 1].map(|axis| plate.position_m[axis] - poses[ego].position_m[axis]);
            let along = |way: [f32; 2]| off[0] * way[0] + off[1] * way[1];
            let middle = 0.5 * (PIXELS as f32 - 1.0);
            let wanted = [
                middle - along(left) / metres_per_pixel,
                middle - (along(ahead) - AHEAD_M) / metres_per_pixel,
            ];
            errors.push((column - wanted[0]).abs().max((row - wanted[1]).abs()));
        }
    }
    let mean = errors.iter().sum::<f32>() / errors.len() as f32;
    let worst = errors.iter().fold(0.0_f32, |most, error| most.max(*error));
    println!(
        "{} plates, tilt {tilted}, {mean} px off, {worst} px at most",
        errors.len()
    );
    // A camera that tilts with the car sees the road below it so many pixels aside.
    let sway_px = tilted * ABOVE_M / metres_per_pixel;
    assert!(
        errors.len() > 200 && sway_px > 4.0,
        "{} plates, {sway_px} px",
        errors.len()
    );
    // Plates are five pixels wide: their middles are found to within one.
    assert!(
        worst < 1.0 && mean < 0.3,
        "{mean} px, {worst} px at most of {PIXELS}"
    );
}

fn recorded() -> Episode {
    let mut spec = RunSpec::new(WorldSource::Family("drive_road".into()));
    (spec.episodes, spec.steps, spec.seed) = (1, Some(60), 3);
    spec.sensors = ["segmentation", "bodies"].map(String::from).to_vec();
    spec.cameras = Some(vec!["above".into()]);
    spec.policies = vec![PolicySpec::new("smooth_random", 1.0)];
    let kit = RunKit::resolve(spec, None, "".into(), &Registries::default()).expect("it resolves");
    episode::record(&kit, 0, &Attempts::default(), &mut Vec::new()).expect("an episode")
}

fn floats<'a>(episode: &'a Episode, name: &str) -> &'a [f32] {
    let column = episode.columns.iter().find(|column| column.spec.name == name);
    match &column
        .unwrap_or_else(|| panic!("there is no column {name}"))
        .values
    {
        Values::Float32(values) => values,
        other => panic!("{name} is {other:?}"),
    }
}

/// The recorded pose of the camera is the upright one that pictures are drawn from: the car is always at the same place in them.
#[test]
fn the_recorded_pose_is_upright_and_what_is_drawn_from() {
    let episode = recorded();
    let ego = episode
        .meta
        .body_names
        .iter()
        .position(|name| name == "ego")
        .expect("it drives");
    let bodies = floats(&episode, "bodies").chunks_exact(13 * episode.meta.body_names.len());
    let cameras = floats(&episode, "camera_extrinsics.above").chunks_exact(7);
    let ids = episode
        .columns
        .iter()
        .find(|column| column.spec.name == "segmentation.above");
    let Values::Raster16(ids) = &ids.expect("it is recorded").values else {
        panic!("ids")
    };
    assert_eq!((bodies.len(), cameras.len(), ids.len()), (61, 61, 61 * 64 * 64));
    let mut tilted = 0.0_f32;
    for (row, (bodies, camera)) in bodies.zip(cameras).enumerate() {
        let car = &bodies[13 * ego..][..7];
        let rotation = [car[3], car[4], car[5], car[6]];
        tilted = tilted.max(tilt(rotation));
        let [ahead, left] = heading(rotation);
        for axis in 0..2 {
            let wanted = car[axis] + AHEAD_M * ahead[axis];
            assert!((camera[axis] - wanted).abs() < 1e-3, "row {row}: {camera:?}");
        }
        let height = camera[2] - car[2];
        assert!(
            (height - ABOVE_M + 0.5).abs() < 1e-3,
            "row {row}: {height} m over the car"
        );
        // The columns of its rotation: right, down and forward.
        let [x, y, z, w] = [camera[3], camera[4], camera[5], camera[6]];
        let axes = [
            [
                1.0 - 2.0 * (y * y + z * z),
                2.0 * (x * y + z * w),
                2.0 * (x * z - y * w),
            ],
            [
                2.0 * (x * y - z * w),
                1.0 - 2.0 * (x * x + z * z),
                2.0 * (y * z + x * w),
            ],
            [
                2.0 * (x * z + y * w),
                2.0 * (y * z - x * w),
                1.0 - 2.0 * (x * x + y * y),
            ],
        ];
        let wanted = [
            [-left[0], -left[1], 0.0],
            [-ahead[0], -ahead[1], 0.0],
            [0.0, 0.0, -1.0],
        ];
        for (axis, wanted) in axes.iter().flatten().zip(wanted.iter().flatten()) {
            assert!((axis - wanted).abs() < 1e-4, "row {row}: {axes:?}");
        }
        let own = (0..64 * 64).filter(|pixel| usize::from(ids[row * 64 * 64 + pixel]) == ego + 1);
        let (mut count, mut sum) = (0, [0, 0]);
        for pixel in own {
            count += 1;
            sum = [sum[0] + pixel % 64, sum[1] + pixel / 64];
        }
        let [column, line] = sum.map(|sum| sum as f32 / count as f32);
        let wanted = 31.5 + AHEAD_M / (SIDE_M / 64.0);
        assert!(
            (column - 31.5).abs() < 0.75 && (line - wanted).abs() < 1.0,
            "row {row}: {column} {line}"
        );
    }
    assert!(tilted > 0.01, "it drives as on rails: {tilted}");
}
