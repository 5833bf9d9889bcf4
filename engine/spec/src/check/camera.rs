//! What is wrong in the cameras and lidars of a scene.

use super::Wrong;
use crate::camera::{Camera, Effects, Lens, Lidar, OUTPUTS};
use crate::dist::Dist;
use crate::world::World;

/// Largest size of a distortion coefficient.
const COEFFICIENT: f64 = 100.0;

/// What is wrong in the cameras and lidars of a world.
pub(super) fn cameras(wrong: &mut Wrong, world: &World<Dist>) {
    for (name, camera) in &world.cameras {
        let mut at = Place {
            wrong,
            path: format!("world.cameras.{name}"),
        };
        at.body(world, "mount", camera.mount.as_deref());
        mounted(at.wrong, camera, &at.path);
        at.body(world, "track", camera.track.as_deref());
        projection(&mut at, camera);
        effects(&mut at, &camera.effects);
        at.require(
            (1..=100_000).contains(&camera.every),
            "every",
            "must be in 1..=100000",
        );
        for output in camera.outputs.iter().flatten() {
            let known = OUTPUTS.contains(&output.as_str());
            let message = format!("there is no output `{output}`; there are: {}", OUTPUTS.join(", "));
            at.require(known, "outputs", &message);
        }
    }
    for (name, lidar) in &world.lidars {
        let mut at = Place {
            wrong,
            path: format!("world.lidars.{name}"),
        };
        at.body(world, "mount", lidar.mount.as_deref());
        beams(&mut at, lidar);
    }
}

/// What is wrong with how a camera, whose path this is, rides on a body.
pub(super) fn mounted<N>(wrong: &mut Wrong, camera: &Camera<N>, path: &str) {
    wrong.require(
        camera.mount.is_some() || !camera.level,
        format!("{path}.level"),
        "wants a `mount`: a camera on nothing does not pitch or roll",
    );
}

/// A camera or lidar, and where its mistakes are written down.
struct Place<'a> {
    wrong: &'a mut Wrong,
    path: String,
}

impl Place<'_> {
    fn require(&mut self, holds: bool, field: &str, message: &str) {
        self.wrong
            .require(holds, format!("{}.{field}", self.path), message);
    }

    fn within(&mut self, dist: &Dist, low: f64, high: f64, field: &str) {
        let (least, most) = dist.bounds();
        let message = format!("must be in {low}..={high}");
        self.require(least >= low && most <= high, field, &message);
    }

    fn body(&mut self, world: &World<Dist>, field: &str, name: Option<&str>) {
        let Some(name) = name else { return };
        let message = format!("there is no body called `{name}`");
        self.require(world.bodies.contains_key(name), field, &message);
    }
}

fn projection(at: &mut Place<'_>, camera: &Camera<Dist>) {
    let (low, high) = camera.fov_deg.bounds();
    at.require(
        low > 0.0 && high < 180.0,
        "fov_deg",
        "must be between 0 and 180 degrees",
    );
    if let Some(own) = &camera.intrinsics {
        let sides = own.size.iter().all(|side| (1..=1 << 16).contains(side));
        at.require(sides, "intrinsics.size", "must be in 1..=65536");
        at.within(&own.fx, 1e-3, 1e6, "intrinsics.fx");
        if let Some(fy) = &own.fy {
            at.within(fy, 1e-3, 1e6, "intrinsics.fy");
        }
        for (field, dist) in [("cx", &own.cx), ("cy", &own.cy)] {
            dist.iter()
                .for_each(|dist| at.within(dist, -1e6, 1e6, &format!("intrinsics.{field}")));
        }
    }
    let coefficients: Vec<(&str, &Dist)> = match &camera.lens {
        Lens::Pinhole {} => Vec::new(),
        Lens::Opencv {
            k1,
            k2,
            p1,
            p2,
            k3,
            k4,
            k5,
            k6,
        } => vec![
            ("opencv.k1", k1),
            ("opencv.k2", k2),
            ("opencv.p1", p1),
            ("opencv.p2", p2),
            ("opencv.k3", k3),
            ("opencv.k4", k4),
            ("opencv.k5", k5),
            ("opencv.k6", k6),
        ],
        Lens::Fisheye { k1, k2, k3, k4 } => vec![
            ("fisheye.k1", k1),
            ("fisheye.k2", k2),
            ("fisheye.k3", k3),
            ("fisheye.k4", k4),
        ],
    };
    for (field, dist) in coefficients {
        at.within(dist, -COEFFICIENT, COEFFICIENT, &format!("lens.{field}"));
    }
    if let Some(orbit) = &camera.orbit {
        let axis = orbit.axis.iter().any(|part| part.bounds() != (0.0, 0.0));
        at.require(axis, "orbit.axis", "must have a direction");
    }
}

fn effects(at: &mut Place<'_>, effects: &Effects<Dist>) {
    let ranges = [
        ("rolling_shutter", &effects.rolling_shutter, 0.0, 1.0),
        ("blur_px", &effects.blur_px, 0.0, 16.0),
        ("vignette", &effects.vignette, 0.0, 1.0),
        ("exposure_ev", &effects.exposure_ev, -10.0, 10.0),
        ("shot_noise", &effects.shot_noise, 0.0, 10.0),
        ("noise", &effects.noise, 0.0, 10.0),
        ("depth_noise_m", &effects.depth_noise_m, 0.0, 100.0),
        ("drop_chance", &effects.drop_chance, 0.0, 1.0),
    ];
    for (field, dist, low, high) in ranges {
        dist.iter()
            .for_each(|dist| at.within(dist, low, high, &format!("effects.{field}")));
    }
    for gain in effects.white_balance.iter().flatten() {
        at.within(gain, 0.0, 100.0, "effects.white_balance");
    }
}

fn beams(at: &mut Place<'_>, lidar: &Lidar<Dist>) {
    at.require((2..=4096).contains(&lidar.beams), "beams", "must be in 2..=4096");
    let (low, high) = lidar.fov_deg.bounds();
    at.require(
        low > 0.0 && high <= 360.0,
        "fov_deg",
        "must be above 0 and at most 360 degrees",
    );
    at.within(&lidar.range_m, 1e-3, 1e5, "range_m");
}
