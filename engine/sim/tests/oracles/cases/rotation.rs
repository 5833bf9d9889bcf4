//! Free rotation: gyroscopic motion, after Landau and Lifshitz, Mechanics, sections 35 to 37.

use super::case::{Case, Frame, mean_interval_secs};
use super::worlds::{GRAVITY_MPS2, cuboid, elliptic_k, empty, filled, weighing, weightless};
use terrella_sim::glam::{DQuat, DVec3};
use terrella_spec::shape::{Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Preset, World};

/// Half extents of the tumbling box, m, its moments of inertia growing from x to z.
const BOX_M: [f32; 3] = [0.3, 0.2, 0.1];
/// About the intermediate axis, with a small push about the first, rad/s.
const TUMBLE_RADPS: [f32; 3] = [0.1, 5.0, 0.0];

/// Moments of inertia of [`BOX_M`] of 1 kg, kg m^2.
fn box_inertia() -> DVec3 {
    let [x, y, z] = BOX_M.map(|half| f64::from(half) * f64::from(half));
    DVec3::new(y + z, z + x, x + y) / 3.0
}

fn tumbling() -> World<f32> {
    let mut body = weighing(cuboid(BOX_M), 1.0);
    body.angular_velocity_radps = TUMBLE_RADPS;
    filled(weightless(Preset::Accurate), [body])
}

/// Angular momentum in the world's frame.
fn angular_momentum(frame: &Frame, inertia: DVec3) -> DVec3 {
    let rotation: DQuat = frame.rotation(0);
    rotation * (inertia * (rotation.inverse() * frame.spin(0)))
}

fn rotational_energy(frame: &Frame, inertia: DVec3) -> f64 {
    let spin = frame.rotation(0).inverse() * frame.spin(0);
    0.5 * (inertia * spin * spin).element_sum()
}

/// The Dzhanibekov effect: a body that turns about its intermediate axis flips over, each time after 2 K(k) sqrt(I1 I2 I3
/// / ((I_f - I2) (L^2 - 2 E I_n))), where I_n is the extreme moment nearer to L^2 / 2 E across I2 and I_f the other.
pub fn dzhanibekov_flip() -> Case {
    let inertia = box_inertia();
    let spin = DVec3::from_array(TUMBLE_RADPS.map(f64::from));
    let square = (inertia * inertia * spin * spin).element_sum();
    let double_energy = (inertia * spin * spin).element_sum();
    // Of L^2 > 2 E I2 and L^2 < 2 E I2 the formulas differ by I1 and I3 exchanged.
    let (near, far) = if square > double_energy * inertia.y {
        (inertia.x, inertia.z)
    } else {
        (inertia.z, inertia.x)
    };
    let product = (far - inertia.y) * (square - double_energy * near);
    let modulus_squared = (inertia.y - near) * (double_energy * far - square)
        / ((far - inertia.y) * (square - double_energy * near));
    let formula =
        2.0 * elliptic_k(modulus_squared.sqrt()) * (inertia.x * inertia.y * inertia.z / product).sqrt();
    Case {
        what: "time between the flips of a box that turns about its intermediate axis",
        unit: "s",
        world: tumbling(),
        secs: 30.0,
        formula,
        scale: formula,
        // The time grows with the logarithm of what sets the axis apart from its ideal, so it shows every small drift.
        tolerance: 0.05,
        measure: Box::new(|path| {
            let about_y = |frame: &Frame| (frame.rotation(0).inverse() * frame.spin(0)).y;
            mean_interval_secs(&path.crossings_secs(false, about_y))
        }),
    }
}

/// L stays: its size.
pub fn dzhanibekov_momentum() -> Case {
    Case {
        what: "angular momentum of that box, worst of 30 s",
        unit: "",
        world: tumbling(),
        secs: 30.0,
        formula: 1.0,
        scale: 1.0,
        tolerance: 5e-3,
        measure: Box::new(|path| path.worst_ratio(|frame| angular_momentum(frame, box_inertia()).length())),
    }
}

/// L stays: its direction.
pub fn dzhanibekov_direction() -> Case {
    Case {
        what: "angle by which the angular momentum of that box turned in 30 s",
        unit: "deg",
        world: tumbling(),
        secs: 30.0,
        formula: 0.0,
        scale: 180.0,
        // One degree.
        tolerance: 1.0 / 180.0,
        measure: Box::new(|path| {
            let [start, end] = [path.start(), path.end()].map(|frame| angular_momentum(frame, box_inertia()));
            libm::atan2(start.cross(end).length(), start.dot(end)).to_degrees()
        }),
    }
}

/// E stays.
pub fn dzhanibekov_energy() -> Case {
    Case {
        what: "energy of that box, worst of 30 s",
        unit: "",
        world: tumbling(),
        secs: 30.0,
        formula: 1.0,
        scale: 1.0,
        tolerance: 0.01,
        measure: Box::new(|path| path.worst_ratio(|frame| rotational_energy(frame, box_inertia()))),
    }
}

/// A round disc of 1 kg, its axis along its own z.
fn disc(radius_m: f32, half_height_m: f32) -> Body<f32> {
    weighing(
        Body::new(
            "disc",
            Shape::Cylinder {
                radius_m,
                half_height_m,
            },
        ),
        1.0,
    )
}

/// The axis of a free symmetric body goes round L at the rate L / I1.
pub fn free_precession() -> Case {
    let (radius, half_height) = (0.2f64, 0.02f64);
    let spin = [1.0f32, 0.0, 6.0];
    let across = radius * radius / 4.0 + half_height * half_height / 3.0;
    let momentum = DVec3::new(across, across, radius * radius / 2.0) * DVec3::from_array(spin.map(f64::from));
    let mut body = disc(radius as f32, half_height as f32);
    body.angular_velocity_radps = spin;
    let formula = momentum.length() / across;
    Case {
        what: "rate at which the axis of a thrown disc goes round",
        unit: "rad/s",
        world: filled(weightless(Preset::Accurate), [body]),
        secs: 5.0,
        formula,
        scale: formula,
        tolerance: 5e-3,
        measure: Box::new(move |path| {
            let axis = momentum.normalize();
            turned_rad(path.frames.iter().map(|frame| frame.rotation(0) * DVec3::Z), axis)
                / (path.record_secs * (path.frames.len() - 1) as f64)
        }),
    }
}

/// The angle by which directions turn about an axis in all, each step less than half a turn.
fn turned_rad(directions: impl Iterator<Item = DVec3>, axis: DVec3) -> f64 {
    let across: Vec<DVec3> = directions.map(|one| one.reject_from(axis)).collect();
    let steps = across.windows(2).map(|pair| {
        let (before, after) = (pair[0], pair[1]);
        libm::atan2(before.cross(after).dot(axis), before.dot(after))
    });
    steps.sum()
}

/// A fast top with its axis level goes round at m g l / (I3 w3), exactly: with the axis level, the term of second order
/// has the factor cos 90.
fn top(reduced: bool, step_hz: Option<u32>, tolerance: f64) -> Case {
    let (radius, half_height, arm, spin) = (0.1f64, 0.02f64, 0.2f64, 60.0f64);
    let formula = GRAVITY_MPS2 * arm / (0.5 * radius * radius * spin);
    let mut body = disc(radius as f32, half_height as f32).at([arm as f32, 0.0, 0.0]);
    body.rotation = Rotation::RpyDeg([0.0, 90.0, 0.0]);
    // It starts in steady motion: spin along its axis and precession about z.
    body.angular_velocity_radps = [spin as f32, 0.0, formula as f32];
    body.linear_velocity_mps = [0.0, (formula * arm) as f32, 0.0];
    let mut world = filled(empty(Preset::Jointed), [body]);
    world.physics.step_hz = step_hz;
    let pivot = Joint {
        parent: "world".into(),
        child: "body_0".into(),
        anchor_parent_m: [0.0; 3],
        anchor_child_m: [0.0, 0.0, -arm as f32],
        freedom: Freedom::Ball {},
        motor: None,
        contacts: false,
        reduced,
        damping: 0.0,
    };
    world.joints.insert("pivot".into(), pivot);
    Case {
        what: "rate at which a level top on a pivot goes round",
        unit: "rad/s",
        world,
        secs: 4.0,
        formula,
        scale: formula,
        tolerance,
        measure: Box::new(|path| {
            turned_rad(path.frames.iter().map(|frame| frame.position(0)), DVec3::Z)
                / (path.record_secs * (path.frames.len() - 1) as f64)
        }),
    }
}

/// See [`top`]. Reduced coordinates take the gyroscopic torque implicitly, which slows the top and lets it sink.
pub fn top_precession_reduced() -> Case {
    top(true, None, 0.25)
}

/// See [`top`]. The joint's lever arm stands still for a whole physics step while the body turns, which spins the top up.
pub fn top_precession_impulse() -> Case {
    top(false, None, 0.12)
}

/// See [`top`]: both errors shrink with the step.
pub fn top_precession_reduced_960_hz() -> Case {
    top(true, Some(960), 0.1)
}

/// See [`top`]: both errors shrink with the step.
pub fn top_precession_impulse_960_hz() -> Case {
    top(false, Some(960), 0.03)
}
