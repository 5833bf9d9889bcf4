//! What cameras record of the example scene `lookout`: poses, lenses and ids fit together, pictures are repeated where they
//! say so, flow is whole, and no output depends on another.

use serde_json::Value;
use terrella_app::RunKit;
use terrella_app::cameras::PICTURES;
use terrella_app::episode::{self, Attempts};
use terrella_app::record::episode::{Column, Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::spec::document::Document;
use terrella_app::spec::run::{RunSpec, WorldSource};

const SIDE: usize = 40;
const ROWS: usize = 15;

fn recorded(sensors: &[&str], cameras: Option<&[&str]>) -> Episode {
    let text = include_str!("../../../scenes/examples/lookout.toml");
    let scene = Document::new("lookout.toml", text).scene().expect("an example");
    let mut spec = RunSpec::new(WorldSource::Scene("lookout.toml".into()));
    spec.episodes = 2;
    spec.steps = Some(ROWS as u32 - 1);
    spec.seed = 5;
    spec.supersample = 1;
    spec.image_size = [SIDE as u32; 2];
    spec.sensors = sensors.iter().map(|name| name.to_string()).collect();
    spec.cameras = cameras.map(|names| names.iter().map(|name| name.to_string()).collect());
    let kit = RunKit::resolve(spec, Some(scene), "".into(), &Registries::default()).expect("it resolves");
    episode::record(&kit, 1, &Attempts::default(), &mut Vec::new()).expect("an episode")
}

fn column<'a>(episode: &'a Episode, name: &str) -> &'a Column {
    let found = episode.columns.iter().find(|column| column.spec.name == name);
    found.unwrap_or_else(|| panic!("there is no column {name}"))
}

fn floats<'a>(episode: &'a Episode, name: &str, row: usize) -> &'a [f32] {
    match &column(episode, name).values {
        Values::Float32(values) | Values::RasterF32(values) => part(values, row),
        other => panic!("{name} is {other:?}"),
    }
}

fn raster<'a>(episode: &'a Episode, name: &str, row: usize) -> &'a [u16] {
    match &column(episode, name).values {
        Values::Raster16(values) => part(values, row),
        other => panic!("{name} is {other:?}"),
    }
}

fn flags<'a>(episode: &'a Episode, name: &str) -> &'a [bool] {
    match &column(episode, name).values {
        Values::Bool(values) => values,
        other => panic!("{name} is {other:?}"),
    }
}

/// A row of a column whose rows are of one length.
fn part<T>(values: &[T], row: usize) -> &[T] {
    let width = values.len() / ROWS;
    &values[row * width..(row + 1) * width]
}

/// The formulas of OpenCV's documentation, from the recorded numbers alone.
fn project(model: &Value, [x, y, z]: [f64; 3]) -> [f64; 2] {
    let number = |value: &Value| value.as_f64().expect("a number");
    let (x, y) = (x / z, y / z);
    let square = x * x + y * y;
    let [x, y] = if let Some(k) = model.pointer("/lens/opencv") {
        let k = |name: &str| number(&k[name]);
        let above = 1.0 + square * (k("k1") + square * (k("k2") + square * k("k3")));
        let below = 1.0 + square * (k("k4") + square * (k("k5") + square * k("k6")));
        let radial = above / below;
        [
            x * radial + 2.0 * k("p1") * x * y + k("p2") * (square + 2.0 * x * x),
            y * radial + k("p1") * (square + 2.0 * y * y) + 2.0 * k("p2") * x * y,
        ]
    } else if let Some(k) = model.pointer("/lens/fisheye") {
        let k = |name: &str| number(&k[name]);
        let (far, angle) = (square.sqrt(), libm::atan(square.sqrt()));
        let two = angle * angle;
        let bent = angle * (1.0 + two * (k("k1") + two * (k("k2") + two * (k("k3") + two * k("k4")))));
        [x * bent / far, y * bent / far]
    } else {
        [x, y]
    };
    [
        x * number(&model["fx"]) + number(&model["cx"]),
        y * number(&model["fy"]) + number(&model["cy"]),
    ]
}

/// A point of the world in the frame of a camera at a recorded pose.
fn into_camera(pose: &[f32], point: &[f32]) -> [f64; 3] {
    let p: Vec<f64> = pose.iter().map(|part| f64::from(*part)).collect();
    let arm: [f64; 3] = std::array::from_fn(|axis| f64::from(point[axis]) - p[axis]);
    // The inverse rotation: v - 2 w (q x v) + 2 q x (q x v).
    let (q, w) = ([p[3], p[4], p[5]], p[6]);
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
    };
    let once = cross(q, arm);
    let twice = cross(q, once);
    std::array::from_fn(|axis| arm[axis] - 2.0 * w * once[axis] + 2.0 * twice[axis])
}

#[test]
fn recorded_cameras_see_recorded_bodies_at_their_ids() {
    let episode = recorded(&["segmentation", "depth", "bodies"], None);
    let models: Value = serde_json::from_str(&episode.meta.cameras).expect("JSON");
    for (name, wanted) in [("front", 40), ("round", 40), ("follow", 20), ("ego", 10)] {
        let model = &models[name];
        let mut hits = 0;
        // A picture that is repeated shows the bodies of its own row.
        let mut taken = 0;
        for row in 0..ROWS {
            if name != "follow" || flags(&episode, "camera_fresh.follow")[row] {
                taken = row;
            }
            let bodies = floats(&episode, "bodies", taken);
            for (body, state) in bodies.chunks_exact(13).enumerate().skip(1) {
                let here = if model["camera_from_world"].is_null() {
                    into_camera(floats(&episode, &format!("camera_extrinsics.{name}"), row), state)
                } else {
                    let m: Vec<f64> = serde_json::from_value(model["camera_from_world"].clone()).unwrap();
                    std::array::from_fn(|at| {
                        (0..3)
                            .map(|axis| m[4 * at + axis] * f64::from(state[axis]))
                            .sum::<f64>()
                            + m[4 * at + 3]
                    })
                };
                if here[2] < 0.3 {
                    continue;
                }
                let [column, row_px] = project(model, here).map(f64::round);
                let side = SIDE as f64;
                // Far off the axis, polynomials of lenses turn back.
                let aside = (here[0] * here[0] + here[1] * here[1]).sqrt() / here[2];
                if aside > 1.5 || !(0.0..side).contains(&column) || !(0.0..side).contains(&row_px) {
                    continue;
                }
                let pixel = row_px as usize * SIDE + column as usize;
                let id = raster(&episode, &format!("segmentation.{name}"), row)[pixel];
                let depth = f64::from(raster(&episode, &format!("depth.{name}"), row)[pixel]) / 1000.0;
                let own = usize::from(id) == body + 1;
                let hidden = depth > 0.0 && depth < here[2] - 0.05;
                assert!(
                    own || hidden,
                    "{name} row {row}: body {body} at {column} {row_px}, there is {id}"
                );
                hits += usize::from(own);
            }
        }
        assert!(hits > wanted, "{name}: {hits}");
    }
}

#[test]
fn a_picture_is_repeated_where_it_says_so() {
    let episode = recorded(&["rgb", "depth", "flow", "amodal"], None);
    let fresh = flags(&episode, "camera_fresh.follow");
    assert!((0..ROWS).all(|row| fresh[row] == row.is_multiple_of(2)));
    let Values::Rgb(pictures) = &column(&episode, "observation.images.follow").values else {
        panic!("pictures")
    };
    for (row, fresh) in fresh.iter().enumerate().skip(1) {
        assert_eq!(part(pictures, row) == part(pictures, row - 1), !fresh, "{row}");
        for name in [
            "flow.forward.follow",
            "flow.backward.follow",
            "camera_extrinsics.follow",
        ] {
            let repeats = floats(&episode, name, row) == floats(&episode, name, row - 1);
            assert!(repeats || *fresh, "{name} {row}");
        }
    }
    // Its flow leads from picture to picture: forward from one, backward from the next; the ends have none.
    let any = |name: &str, row: usize| floats(&episode, name, row).iter().any(|part| *part != 0.0);
    assert!(!any("flow.backward.follow", 0) && !any("flow.forward.follow", ROWS - 1));
    assert!(any("flow.forward.follow", 0) && any("flow.backward.follow", ROWS - 1));
    assert!(any("flow.forward.round", ROWS - 2) && !any("flow.forward.round", ROWS - 1));
    let dropped = flags(&episode, "camera_fresh.cheap")
        .iter()
        .filter(|fresh| !**fresh);
    assert!((1..8).contains(&dropped.count()));
    // The cheap camera records what its own list says.
    let names: Vec<&str> = (episode.columns.iter())
        .map(|column| column.spec.name.as_str())
        .filter(|name| name.ends_with(".cheap"))
        .collect();
    assert_eq!(
        names,
        ["observation.images.cheap", "depth.cheap", "camera_fresh.cheap"]
    );
}

#[test]
fn every_output_is_the_same_alone_and_with_all_others() {
    let every: Vec<&str> = PICTURES.iter().map(|(name, _)| *name).chain(["lidar"]).collect();
    let all = recorded(&every, None);
    let rows = |column: &Column| column.rows();
    assert!(all.columns.iter().all(|column| rows(column) == ROWS));
    for name in &every {
        let alone = recorded(&[name], None);
        let own = |column: &&Column| {
            all.columns
                .iter()
                .any(|other| other.spec.name == column.spec.name)
        };
        assert!(alone.columns.iter().all(|column| own(&column)), "{name}");
        for column in &alone.columns {
            let other = self::column(&all, &column.spec.name);
            assert!(column == other, "{name}: {} differs", column.spec.name);
        }
    }
    // Nor does a camera depend on another.
    let ego = recorded(&["rgb", "flow"], Some(&["ego"]));
    for name in ["observation.images.ego", "flow.forward.ego"] {
        assert!(column(&ego, name) == column(&all, name), "{name}");
    }
}

#[test]
fn numbers_of_lenses_orbits_and_sensors_are_factors() {
    let episode = recorded(&["rgb"], Some(&["front"]));
    for name in [
        "cameras.follow.lens.opencv.k1",
        "cameras.round.orbit.start_deg",
        "cameras.cheap.effects.exposure_ev",
        "cameras.cheap.effects.white_balance[2]",
    ] {
        assert!(episode.meta.factors.contains_key(name), "{name}");
    }
}
