//! Joints: pendulums, limits and motors, in reduced coordinates and by impulses.

use super::case::{Case, Frame, mean_interval_secs};
use super::worlds::{GRAVITY_MPS2, ball, elliptic_k, empty, filled, weighing, weightless};
use terrella_sim::glam::DVec3;
use terrella_spec::shape::Rotation;
use terrella_spec::world::{Freedom, Joint, Motor, Preset, World};

const RADIUS_M: f64 = 0.05;
const LENGTH_M: f64 = 0.8;
const MASS_KG: f64 = 1.5;
/// Of a ball about its centre, kg m^2.
const BALL_INERTIA: f64 = 0.4 * MASS_KG * RADIUS_M * RADIUS_M;
/// Of the pendulum about its hinge, kg m^2.
const INERTIA: f64 = MASS_KG * LENGTH_M * LENGTH_M + BALL_INERTIA;

fn joint(child: &str, freedom: Freedom<f32>, reduced: bool) -> Joint<f32> {
    Joint {
        parent: "world".into(),
        child: child.into(),
        anchor_parent_m: [0.0; 3],
        anchor_child_m: [0.0; 3],
        freedom,
        motor: None,
        contacts: false,
        reduced,
        damping: 0.0,
    }
}

fn hinge(limits_rad: Option<[f32; 2]>) -> Freedom<f32> {
    Freedom::Hinge {
        axis: [0.0, 1.0, 0.0],
        limits_rad,
    }
}

/// `count` balls on massless rods, in one line from the origin, turned from hanging by `angle`.
fn pendulum(preset: Preset, count: usize, angle: f64, reduced: bool) -> World<f32> {
    let along = DVec3::new(-libm::sin(angle), 0.0, -libm::cos(angle)) * LENGTH_M;
    let balls = (1..=count).map(|number| {
        let place = (along * number as f64).to_array().map(|part| part as f32);
        let mut body = weighing(ball(RADIUS_M as f32), MASS_KG as f32).at(place);
        body.rotation = Rotation::RpyDeg([0.0, angle.to_degrees() as f32, 0.0]);
        body
    });
    let mut world = filled(empty(preset), balls);
    for number in 0..count {
        let mut link = joint(&format!("body_{number}"), hinge(None), reduced);
        link.anchor_child_m = [0.0, 0.0, LENGTH_M as f32];
        if number > 0 {
            link.parent = format!("body_{}", number - 1);
        }
        world.joints.insert(format!("hinge_{number}"), link);
    }
    world
}

/// A ball on a rail from the origin.
fn rail(mut world: World<f32>, axis: [f32; 3], limits_m: Option<[f32; 2]>, reduced: bool) -> World<f32> {
    world = filled(world, [weighing(ball(RADIUS_M as f32), MASS_KG as f32)]);
    let freedom = Freedom::Slider { axis, limits_m };
    let rail = joint("body_0", freedom, reduced);
    world.joints.insert("rail".into(), rail);
    world
}

/// T = 4 K(sin(A / 2)) sqrt(I / (m g l)).
fn period(what: &'static str, angle: f64, reduced: bool, tolerance: f64) -> Case {
    let small = (INERTIA / (MASS_KG * GRAVITY_MPS2 * LENGTH_M)).sqrt();
    let formula = 4.0 * elliptic_k(libm::sin(0.5 * angle)) * small;
    Case {
        what,
        unit: "s",
        world: pendulum(Preset::Jointed, 1, angle, reduced),
        secs: 20.0,
        formula,
        scale: formula,
        tolerance,
        measure: Box::new(|path| {
            mean_interval_secs(&path.crossings_secs(true, |frame| frame.joints[0][0].into()))
        }),
    }
}

const SMALL_SWING: &str = "period of a pendulum let go at 0.1 rad";
const WIDE_SWING: &str = "period of a pendulum let go at 1.5 rad";

/// See [`period`].
pub fn pendulum_period_reduced() -> Case {
    period(SMALL_SWING, 0.1, true, 1e-4)
}

/// See [`period`].
pub fn pendulum_period_impulse() -> Case {
    period(SMALL_SWING, 0.1, false, 1e-4)
}

/// See [`period`].
pub fn wide_pendulum_period_reduced() -> Case {
    period(WIDE_SWING, 1.5, true, 1e-3)
}

/// See [`period`].
pub fn wide_pendulum_period_impulse() -> Case {
    period(WIDE_SWING, 1.5, false, 1e-3)
}

/// Energy above that of `count` balls hanging still.
fn energy(frame: &Frame, count: usize) -> f64 {
    let parts = (0..count).map(|body| {
        let lift = frame.position(body).z + LENGTH_M * (body + 1) as f64;
        0.5 * MASS_KG * frame.velocity(body).length_squared()
            + 0.5 * BALL_INERTIA * frame.spin(body).length_squared()
            + MASS_KG * GRAVITY_MPS2 * lift
    });
    parts.sum()
}

/// E stays.
fn energy_kept(what: &'static str, count: usize, secs: f64, reduced: bool, tolerance: f64) -> Case {
    Case {
        what,
        unit: "",
        world: pendulum(Preset::Jointed, count, 1.5, reduced),
        secs,
        formula: 1.0,
        scale: 1.0,
        tolerance,
        measure: Box::new(move |path| path.worst_ratio(|frame| energy(frame, count))),
    }
}

const PENDULUM_ENERGY: &str = "energy of a pendulum let go at 1.5 rad, worst of 30 s";
const DOUBLE_ENERGY: &str = "energy of a double pendulum let go at 1.5 rad, worst of 20 s";

/// See [`energy_kept`].
pub fn pendulum_energy_reduced() -> Case {
    energy_kept(PENDULUM_ENERGY, 1, 30.0, true, 5e-3)
}

/// See [`energy_kept`].
pub fn pendulum_energy_impulse() -> Case {
    energy_kept(PENDULUM_ENERGY, 1, 30.0, false, 5e-3)
}

/// See [`energy_kept`].
pub fn double_pendulum_energy_reduced() -> Case {
    energy_kept(DOUBLE_ENERGY, 2, 20.0, true, 0.01)
}

/// See [`energy_kept`].
pub fn double_pendulum_energy_impulse() -> Case {
    energy_kept(DOUBLE_ENERGY, 2, 20.0, false, 0.01)
}

/// A limit holds against the weight that lies on it.
fn hinge_limit(reduced: bool) -> Case {
    let limit = 0.5f32;
    let mut world = pendulum(Preset::Accurate, 1, 1.2, reduced);
    world.joints["hinge_0"].freedom = hinge(Some([limit, 2.0]));
    Case {
        what: "angle at which a falling pendulum rests on its limit of 0.5 rad",
        unit: "rad",
        world,
        secs: 4.0,
        formula: f64::from(limit),
        scale: f64::from(limit),
        tolerance: 0.01,
        measure: Box::new(|path| path.end().joints[0][0].into()),
    }
}

/// See [`hinge_limit`].
pub fn hinge_limit_reduced() -> Case {
    hinge_limit(true)
}

/// See [`hinge_limit`].
pub fn hinge_limit_impulse() -> Case {
    hinge_limit(false)
}

/// A limit holds against the weight that hangs on it.
fn slider_limit(reduced: bool) -> Case {
    let limit = -0.3f32;
    Case {
        what: "place at which a ball falling along a rail rests on its limit of -0.3 m",
        unit: "m",
        world: rail(
            empty(Preset::Accurate),
            [0.0, 0.0, 1.0],
            Some([limit, 0.2]),
            reduced,
        ),
        secs: 4.0,
        formula: f64::from(limit),
        scale: f64::from(limit),
        tolerance: 0.01,
        measure: Box::new(|path| path.end().joints[0][0].into()),
    }
}

/// See [`slider_limit`].
pub fn slider_limit_reduced() -> Case {
    slider_limit(true)
}

/// See [`slider_limit`].
pub fn slider_limit_impulse() -> Case {
    slider_limit(false)
}

/// A position motor is a spring: it comes to rest where k (target - A) = m g l sin A.
fn motor_position(reduced: bool, tolerance: f64) -> Case {
    let (stiffness, target) = (40.0f64, 0.9f64);
    let mut world = pendulum(Preset::Jointed, 1, 0.0, reduced);
    world.joints["hinge_0"].motor = Some(Motor {
        target_position: target as f32,
        target_velocity: 0.0,
        stiffness: stiffness as f32,
        damping: 8.0,
        max_force: 100.0,
    });
    // The left side falls with A and the right side grows: halving finds the one angle at which they meet.
    let (mut low, mut high) = (0.0, target);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let pull = stiffness * (target - middle);
        let weight = MASS_KG * GRAVITY_MPS2 * LENGTH_M * libm::sin(middle);
        (low, high) = if pull > weight {
            (middle, high)
        } else {
            (low, middle)
        };
    }
    Case {
        what: "angle to which a motor of 40 N m/rad and target 0.9 rad lifts a pendulum",
        unit: "rad",
        world,
        secs: 6.0,
        formula: low,
        scale: low,
        tolerance,
        measure: Box::new(|path| path.end().joints[0][0].into()),
    }
}

/// See [`motor_position`].
pub fn motor_position_reduced() -> Case {
    motor_position(true, 5e-3)
}

/// See [`motor_position`]. Impulses of motor and hinge converge slowly where a small body is far from its hinge.
pub fn motor_position_impulse() -> Case {
    motor_position(false, 0.3)
}

fn motor_on_a_rail(damping: f32, target_velocity: f32, max_force: f32, reduced: bool) -> World<f32> {
    let mut world = rail(weightless(Preset::Jointed), [1.0, 0.0, 0.0], None, reduced);
    world.joints["rail"].motor = Some(Motor {
        target_position: 0.0,
        target_velocity,
        stiffness: 0.0,
        damping,
        max_force,
    });
    world
}

/// A velocity motor is a damper: v = target (1 - exp(-c t / m)).
fn motor_velocity(reduced: bool) -> Case {
    let (damping, target, secs) = (3.0f32, 2.0f32, 0.5f64);
    let formula = f64::from(target) * (1.0 - libm::exp(-f64::from(damping) * secs / MASS_KG));
    Case {
        what: "velocity that a motor of 3 N s/m and target 2 m/s gives 1.5 kg in 0.5 s",
        unit: "m/s",
        world: motor_on_a_rail(damping, target, 100.0, reduced),
        secs,
        formula,
        scale: formula,
        tolerance: 5e-3,
        measure: Box::new(|path| path.end().joints[0][1].into()),
    }
}

/// See [`motor_velocity`].
pub fn motor_velocity_reduced() -> Case {
    motor_velocity(true)
}

/// See [`motor_velocity`].
pub fn motor_velocity_impulse() -> Case {
    motor_velocity(false)
}

/// A motor at its largest force accelerates at F / m.
fn motor_force(reduced: bool) -> Case {
    let (force, secs) = (0.3f32, 1.0f64);
    let formula = f64::from(force) / MASS_KG * secs;
    Case {
        what: "velocity that a motor at its largest force of 0.3 N gives 1.5 kg in 1 s",
        unit: "m/s",
        world: motor_on_a_rail(1000.0, 5.0, force, reduced),
        secs,
        formula,
        scale: formula,
        tolerance: 5e-3,
        measure: Box::new(|path| path.end().joints[0][1].into()),
    }
}

/// See [`motor_force`].
pub fn motor_force_reduced() -> Case {
    motor_force(true)
}

/// See [`motor_force`].
pub fn motor_force_impulse() -> Case {
    motor_force(false)
}
