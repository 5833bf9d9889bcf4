//! What the machine is made of, and what it looks like. Its axis lies along x, the motor at -x, the wheel's face at +x.

use super::{MAX_LOAD_NM, MAX_SPEED_RADPS, TOLERANCE};
use crate::draw::Draw;
use crate::looks;
use terrella_spec::mechanism::{Bearing, Coupling, Course, ElectricMotor, Imbalance, LoadProfile, Thermal};
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, FaultKind, Freedom, Joint, Mechanism, World};

/// Height of the axis, m.
const AXIS_M: f32 = 0.36;
/// Where the motor's shaft begins and the wheel's, m.
const MOTOR_X_M: f32 = -0.34;
const WHEEL_X_M: f32 = 0.04;
/// Lowest place of a mark on the scale, m, and its length.
const SCALE_M: [f32; 2] = [0.06, 0.60];
/// Steel, painted iron, brass.
const STEEL: [f32; 3] = [0.70, 0.72, 0.75];
const IRON: [f32; 3] = [0.20, 0.36, 0.56];
const BRASS: [f32; 3] = [0.86, 0.64, 0.20];
const ORANGE: [f32; 3] = [0.92, 0.50, 0.14];

/// Mark heights tell shares of the largest speed and load.
pub(super) fn share_of_scale(height_m: f32) -> f32 {
    (height_m - SCALE_M[0]) / SCALE_M[1]
}

/// The drawn numbers.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    speed: f32,
    load: f32,
    strength: f32,
    gear_ratio: f32,
    wheel_radius: f32,
    wheel_mass: f32,
    stiffness: f32,
    backlash: f32,
    imbalance: f32,
    phase: f32,
    friction: f32,
    life: f32,
    wear: f32,
    ambient: f32,
    heating_secs: f32,
    /// Speed up to which the motor has its full torque, as a share of the largest.
    base_speed: f32,
    cooling_secs: f32,
    growth_exponent: f32,
    profile: Option<Course>,
    /// Largest torque of the profile as a share of the load asked for, and how long a cycle takes, s.
    profile_share: f32,
    profile_secs: f32,
}

impl Parts {
    pub(super) fn draw(draw: &mut Draw<'_>) -> Parts {
        Parts {
            speed: draw.real("target_speed_radps"),
            load: draw.real("target_load_nm"),
            strength: draw.real("motor_strength"),
            gear_ratio: draw.real("gear_ratio"),
            wheel_radius: draw.real("wheel_radius_m"),
            wheel_mass: draw.real("wheel_mass_kg"),
            stiffness: draw.real("coupling_stiffness_nmprad"),
            backlash: draw.real("backlash_rad"),
            imbalance: draw.real("imbalance_kgm"),
            phase: draw.real("imbalance_phase_rad"),
            friction: draw.real("bearing_friction_nm"),
            life: draw.real("bearing_life_revolutions"),
            wear: draw.real("bearing_wear"),
            ambient: draw.real("ambient_c"),
            heating_secs: draw.real("heating_secs"),
            base_speed: draw.real("base_speed_share"),
            cooling_secs: draw.real("cooling_secs"),
            growth_exponent: draw.real("friction_growth_exponent"),
            profile: match draw.word("load_profile").as_str() {
                "pulses" => Some(Course::Pulses),
                "ramp" => Some(Course::Ramp),
                "sine" => Some(Course::Sine),
                _ => None,
            },
            profile_share: draw.real("profile_share"),
            profile_secs: draw.real("profile_period_secs"),
        }
    }

    /// The load asked for and the mean of what comes on top of it, N m.
    fn mean_load(&self) -> f32 {
        let on_top = self.profile.map_or(0.0, |_| 0.5 * self.profile_share);
        self.load * (1.0 + on_top)
    }

    /// The severity from which the machine cannot do what is asked for.
    pub(super) fn fails_at(&self, kind: FaultKind) -> Option<f32> {
        match kind {
            // What is left of the torque just carries the load.
            FaultKind::Weak | FaultKind::Drag | FaultKind::Slip => Some(1.0 - 1.0 / self.strength),
            FaultKind::Jam | FaultKind::Stuck => Some(0.5),
            FaultKind::Drift => Some((TOLERANCE * self.speed / (0.25 * MAX_SPEED_RADPS)).min(1.0)),
            FaultKind::Dropout | FaultKind::Skew => None,
        }
    }

    pub(super) fn add_to(&self, world: &mut World<f32>) {
        self.add_stand(world);
        let shafts = [
            ("motor_shaft", "rotor", self.rotor(), MOTOR_X_M),
            ("wheel_shaft", "wheel", self.wheel(), WHEEL_X_M),
        ];
        for (joint, name, body, x) in shafts {
            world
                .bodies
                .insert(name.into(), body.at([x, 0.0, AXIS_M]).untouchable());
            let hinge = Joint {
                parent: "world".into(),
                child: name.into(),
                anchor_parent_m: [x, 0.0, AXIS_M],
                anchor_child_m: [0.0; 3],
                freedom: Freedom::Hinge {
                    axis: [1.0, 0.0, 0.0],
                    limits_rad: None,
                },
                motor: None,
                contacts: false,
                reduced: true,
                damping: 0.0,
            };
            world.joints.insert(joint.into(), hinge);
        }
        world.mechanisms.insert("machine".into(), self.machine());
    }

    fn machine(&self) -> Mechanism<f32> {
        let torque = self.strength * self.load / self.gear_ratio;
        let constant = torque / 20.0;
        let resistance = 0.5;
        // Current at the mean load, and the heat of it.
        let current = (self.mean_load() + self.friction) / self.gear_ratio / constant;
        let heat = current * current * resistance;
        let trip_c = 110.0;
        let capacity = heat * self.heating_secs / (trip_c - 20.0);
        Mechanism::DriveTrain {
            motor_shaft: "motor_shaft".into(),
            load_shaft: "wheel_shaft".into(),
            max_speed_radps: MAX_SPEED_RADPS,
            max_load_nm: MAX_LOAD_NM,
            motor: ElectricMotor {
                max_torque_nm: torque,
                base_speed_radps: self.base_speed * MAX_SPEED_RADPS * self.gear_ratio,
                torque_constant_nmpa: constant,
                resistance_ohm: resistance,
            },
            coupling: Coupling {
                gear_ratio: self.gear_ratio,
                stiffness_nmprad: self.stiffness,
                damping_nmsprad: 0.01 * self.stiffness,
                backlash_rad: self.backlash,
            },
            bearing: Bearing {
                friction_nm: self.friction,
                worn_friction_nm: self.friction + 0.5 * self.load,
                growth_exponent: self.growth_exponent,
                rated_load_nm: self.mean_load(),
                life_revolutions: self.life,
                wear: self.wear,
            },
            thermal: Thermal {
                ambient_c: self.ambient,
                resistance_kpw: self.cooling_secs / capacity,
                capacity_jpk: capacity,
                trip_c,
            },
            imbalance: Some(Imbalance {
                moment_kgm: self.imbalance,
                phase_rad: self.phase,
            }),
            load_profile: self.profile.map(|course| LoadProfile {
                course,
                torque_nm: self.profile_share * self.load,
                period_secs: self.profile_secs,
            }),
        }
    }

    /// The motor's shaft: a rod with the first half of the coupling at its end.
    fn rotor(&self) -> Body<f32> {
        let parts = vec![rod(0.018, 0.11, 0.11), rod(0.055, 0.022, 0.19)];
        let mut body = Body::new("rotor", Shape::Compound { parts }).painted(Paint::checker(
            BRASS,
            [0.25, 0.18, 0.08],
            0.5,
        ));
        body.material.mass_kg = Some(0.8);
        body.material.center_of_mass_m = Some([0.0; 3]);
        body
    }

    /// The wheel with its shaft, the second half of the coupling, and the bolt that is its imbalance. Quarters of its face
    /// are bright and dark, so that its turning is seen.
    fn wheel(&self) -> Body<f32> {
        let out = 0.72 * self.wheel_radius;
        let (y, z) = (out * libm::cosf(self.phase), out * libm::sinf(self.phase));
        let size = 0.02 + 1.2 * self.imbalance;
        let mut bolt = rod(size, 0.025, 0.15);
        (bolt.position_m[1], bolt.position_m[2]) = (y, z);
        let parts = vec![
            rod(self.wheel_radius, 0.03, 0.10),
            rod(0.022, 0.14, 0.02),
            rod(0.055, 0.022, -0.13),
            bolt,
        ];
        let mut body = Body::new("wheel", Shape::Compound { parts }).painted(Paint::checker(
            [0.93, 0.93, 0.90],
            [0.80, 0.16, 0.14],
            1.0,
        ));
        body.material.mass_kg = Some(self.wheel_mass);
        // What is off the axis is the mechanism's affair.
        body.material.center_of_mass_m = Some([0.0; 3]);
        body
    }

    /// Bed, motor housing, bearing blocks and the scale with its two marks.
    fn add_stand(&self, world: &mut World<f32>) {
        let cuboid = |half_extents_m| Shape::Box { half_extents_m };
        let mut put = |name: &str, class: &str, shape: Shape<f32>, at: [f32; 3], color: [f32; 3]| {
            let body = Body::new(class, shape)
                .fixed()
                .at(at)
                .untouchable()
                .painted(Paint::plain(color));
            world.bodies.insert(name.into(), body);
        };
        put(
            "bed",
            "bed",
            cuboid([0.48, 0.16, 0.03]),
            [-0.18, 0.0, 0.03],
            looks::AGENT,
        );
        let housing = vec![
            rod(0.15, 0.14, 0.0),
            rod(0.06, 0.03, -0.16),
            Part::new(cuboid([0.12, 0.11, 0.10]), [0.0, 0.0, -0.21]),
            Part::new(cuboid([0.06, 0.05, 0.04]), [0.0, 0.0, 0.17]),
        ];
        put(
            "motor",
            "motor",
            Shape::Compound { parts: housing },
            [MOTOR_X_M - 0.12, 0.0, AXIS_M],
            IRON,
        );
        let height = 0.5 * (AXIS_M - 0.06);
        put(
            "bearing",
            "bearing",
            cuboid([0.03, 0.06, height + 0.03]),
            [WHEEL_X_M - 0.05, 0.0, height + 0.06],
            STEEL,
        );
        let [low, length] = SCALE_M;
        let scale = [0.30, 0.34];
        put(
            "scale",
            "scale",
            cuboid([0.012, 0.03, 0.5 * length + 0.03]),
            [scale[0] - 0.02, scale[1], low + 0.5 * length],
            looks::WALL,
        );
        let at = |share: f32, side: f32| [scale[0], scale[1] + 0.04 * side, low + length * share];
        let mark = || cuboid([0.02, 0.045, 0.018]);
        put(
            "speed_mark",
            "mark",
            mark(),
            at(self.speed / MAX_SPEED_RADPS, -1.0),
            looks::GOAL,
        );
        put(
            "load_mark",
            "mark",
            mark(),
            at(self.load / MAX_LOAD_NM, 1.0),
            ORANGE,
        );
    }
}

/// A cylinder along x.
fn rod(radius_m: f32, half_length_m: f32, x: f32) -> Part<f32> {
    Part {
        rotation: Rotation::RpyDeg([0.0, 90.0, 0.0]),
        ..Part::new(
            Shape::Cylinder {
                radius_m,
                half_height_m: half_length_m,
            },
            [x, 0.0, 0.0],
        )
    }
}
