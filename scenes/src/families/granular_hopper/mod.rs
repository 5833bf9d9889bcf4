//! `granular_hopper`: let so much out as is wanted, and close the gate.
//!
//! Hundreds of grains in a hopper between two panes of glass, the front one unseen. They flow into the scoop when it stands below
//! and the gate opens, or arch over the outlet and stay; shaking the hopper brings an arch down. What is too much is tipped out of
//! the scoop again.

mod expert;
mod grains;
mod play;
mod silo;

use crate::draw::{Draw, PlanError};
use crate::drawn;
use crate::family::{Card, Family};
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use grains::{Grains, add_grains, level_m, radius_m};
use silo::{OVERLAP_M, SIDE_M, add_silo};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Camera, Mechanism, Observe, Physics, Preset, Quantity, World};

const TASK: &str = "fill the scoop with grains up to the green marks and close the gate";
/// Half of the distance between the panes, m.
const HALF_DEPTH_M: f32 = 0.065;
/// Half of the hopper's inner width, m.
const HALF_WIDTH_M: f32 = 0.26;
/// Half of the scoop's inner width, m.
const SCOOP_HALF_M: f32 = 0.18;
/// Area of the scoop's floor, m^2.
const SCOOP_M2: f32 = 4.0 * SCOOP_HALF_M * HALF_DEPTH_M;
/// Height of the scoop's origin, which is on its floor, where it stands on the ground, how far up and aside it can go, m.
const SCOOP_Z_M: f32 = 0.035;
const SCOOP_LIFT_M: f32 = 0.35;
const SCOOP_X_M: f32 = 0.5;
/// A scoop that is tipped less is level, rad: 3 degrees.
const LEVEL_RAD: f32 = 0.052;
const OUTLET_Z_M: f32 = 0.44;
const TOP_Z_M: f32 = 1.45;
const GATE_HALF_THICK_M: f32 = 0.015;
/// How near the mass in the scoop must come to what is wanted, as a share of all.
const TOLERANCE: f32 = 0.05;
/// For so many records the gate must stay closed.
const CLOSED_RECORDS: u32 = 20;
const GATE_SPEED_MPS: f32 = 0.4;
const SCOOP_SPEED_MPS: f32 = 0.5;
const TILT_RADPS: f32 = 1.5;
const SHAKE_M: f32 = 0.015;

/// The family.
pub struct GranularHopper;

impl Family for GranularHopper {
    fn card(&self) -> Card {
        Card {
            name: "granular_hopper".into(),
            title: "Granular hopper".into(),
            question: "How fast does it flow, and will it clog?".into(),
            doc: "Grains in a hopper between two panes of glass, the front one unseen. The action slides the gate under \
                  the outlet, shakes the hopper, and moves, lifts and tips a scoop below. Number, volume and so size of the grains, their \
                  shape, spread of sizes, friction and density differ, how fast the hopper is shaken, its slope, and the \
                  width of its outlet in grains: narrow outlets clog, which is told. Two marks show how high the wanted mass would lie in \
                  the scoop where it stands level on the ground. Of what is too much some can be tipped out."
                .into(),
            tasks: vec![TASK.into()],
            success: "The mass in the scoop is within 5 % of all grains from what is wanted, the scoop is level to 3 degrees, and the \
                      gate has been closed (narrower than a grain) for a second. Terminates with success."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count(
                "grain_count",
                "Grains. Their size follows from fill_m3.",
                150,
                400,
                Some((500, 1000)),
            ),
            FactorSpec::real(
                "fill_m3",
                "m^3",
                "Volume of all grains together, and so their size: 200 of 0.0095 m^3 are 45 mm thick.",
                Dist::uniform(0.008, 0.011).ood(0.012, 0.014),
            ),
            FactorSpec::choice(
                "grain_shape",
                "Shape of the grains: a ball, a cube, or a longish brick.",
                &["ball", "box"],
                &["brick"],
            ),
            FactorSpec::real(
                "size_spread",
                "",
                "Largest deviation of a grain's size, as a share of the mean.",
                Dist::uniform(0.0, 0.15).ood(0.2, 0.35),
            ),
            FactorSpec::real(
                "grain_friction",
                "",
                "Friction of grains and walls.",
                Dist::uniform(0.15, 0.6).ood(0.7, 1.0),
            ),
            FactorSpec::real(
                "grain_density_kgpm3",
                "kg/m^3",
                "Density of the grains.",
                Dist::log_uniform(500.0, 3000.0),
            ),
            FactorSpec::real(
                "slope_deg",
                "degrees",
                "Slope of the hopper's lower walls.",
                Dist::uniform(35.0, 58.0).ood(22.0, 32.0),
            ),
            FactorSpec::real(
                "outlet_grains",
                "",
                "Width of the outlet in diameters of a mean grain.",
                Dist::uniform(3.6, 5.0).ood(2.8, 3.3),
            ),
            FactorSpec::real(
                "wanted_share",
                "",
                "The mass that is wanted, as a share of all.",
                Dist::uniform(0.2, 0.55),
            ),
            FactorSpec::real(
                "shake_hz",
                "Hz",
                "Frequency at which the hopper is shaken where the action says so.",
                Dist::uniform(4.0, 8.0).ood(10.0, 14.0),
            ),
            FactorSpec::real(
                "scoop_offset_m",
                "m",
                "How far aside the scoop stands at the start.",
                Dist::uniform(0.26, 0.40),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let grains = Grains {
            count: draw.count("grain_count"),
            fill_m3: draw.real("fill_m3"),
            shape: draw.word("grain_shape"),
            spread: draw.real("size_spread"),
            friction: draw.real("grain_friction"),
            density_kgpm3: draw.real("grain_density_kgpm3"),
        };
        let slope = draw.real("slope_deg").to_radians();
        let radius = grains.radius_m();
        let half_outlet = draw.real("outlet_grains") * radius;
        let level = level_m(draw.real("wanted_share") * grains.fill_m3, SCOOP_M2);
        let shake_hz = draw.real("shake_hz");
        let side = if draw.rng("side").below(2) == 0 { -1.0 } else { 1.0 };
        let scoop_x = side * draw.real("scoop_offset_m");

        let mut world = World::<f32> {
            physics: Physics {
                preset: Preset::Granular,
                // What is smaller crosses its own size sooner.
                step_hz: (grains.count > 500).then_some(240),
            },
            ..World::default()
        };
        let funnel = (half_outlet, slope);
        add_silo(
            &mut world,
            funnel,
            0.3 * radius,
            (scoop_x, level),
            grains.friction,
        );
        add_grains(&mut world, draw, &grains, funnel)?;
        add_mechanisms(&mut world, half_outlet, radius, shake_hz);
        world.observe = vec![
            Observe::axes("gate", Quantity::Position, "x"),
            Observe::axes("scoop", Quantity::Position, "xz"),
            Observe::axes("scoop", Quantity::Velocity, "xz"),
            Observe::new("scoop", Quantity::State),
            Observe::new("shake", Quantity::State),
            Observe::new("scoop_scale", Quantity::State),
            Observe::new("hopper_scale", Quantity::State),
            Observe::new("clog", Quantity::State),
            Observe::axes("level", Quantity::Position, "z"),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -2.7, 0.72], [0.0, 0.0, 0.66], 31.0),
        );
        world.cameras.insert(
            "outlet".into(),
            Camera::looking([0.0, -1.6, 0.55], [0.0, 0.0, 0.33], 34.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(Judge::new(plan))))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/granular_hopper.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: fills or empties the scoop to one random mass after another, opens the gate, shakes, lifts and tips.",
    |_, plan, spec| with_noise(play::Games::new(Judge::new(plan)), spec),
)];

fn add_mechanisms(world: &mut World<f32>, half_outlet: f32, radius: f32, shake_hz: f32) {
    let [_, y, z] = world.bodies["gate"].position_m;
    let gate = Mechanism::Gantry {
        body: "gate".into(),
        axes: "x".into(),
        max_speed_mps: GATE_SPEED_MPS,
        max_acceleration_mps2: 8.0,
        low_m: [0.0, y, z],
        high_m: [2.0 * half_outlet + OVERLAP_M, y, z],
        delay_secs: None,
    };
    let scoop = Mechanism::Tilter {
        body: "scoop".into(),
        carries: Vec::new(),
        max_speed_mps: SCOOP_SPEED_MPS,
        max_acceleration_mps2: 8.0,
        low_m: [-SCOOP_X_M, SCOOP_Z_M],
        high_m: [SCOOP_X_M, SCOOP_Z_M + SCOOP_LIFT_M],
        max_tilt_radps: TILT_RADPS,
        max_tilt_acceleration_radps2: 8.0,
        tilt_rad: [-2.4, 2.4],
    };
    let shake = Mechanism::Shaker {
        body: "hopper".into(),
        axis: "x".into(),
        frequency_hz: shake_hz,
        max_amplitude_m: SHAKE_M,
        always: false,
    };
    let scale = |body: &str, low_m: [f32; 3], high_m: [f32; 3]| Mechanism::Weigher {
        class: "grain".into(),
        body: body.into(),
        low_m,
        high_m,
    };
    let (low_m, high_m) = ([-0.5, -0.5, -0.02], [0.5, 0.5, 2.0]);
    let clog = Mechanism::Clog {
        class: "grain".into(),
        body: "hopper".into(),
        low_m,
        high_m,
        gate: "gate".into(),
        // As wide as a grain at least.
        open_m: OVERLAP_M + 2.0 * radius,
        after_secs: 0.4,
    };
    let parts = [
        ("gate", gate),
        ("shake", shake),
        ("scoop", scoop),
        (
            "scoop_scale",
            scale(
                "scoop",
                [-SCOOP_HALF_M, -0.5, -0.02],
                [SCOOP_HALF_M, 0.5, SIDE_M + 0.04],
            ),
        ),
        ("hopper_scale", scale("hopper", low_m, high_m)),
        ("clog", clog),
    ];
    world
        .mechanisms
        .extend(parts.map(|(name, part)| (name.to_string(), part)));
}

/// How far the scoop is tipped, rad; above 0 to the right.
fn tilt_rad(view: &StepView<'_>) -> f32 {
    view.mechanism_state(view.mechanism_index("scoop").expect("every world has one"))
}

/// Weighs what is in the scoop.
#[derive(Clone, Copy, Debug)]
struct Judge {
    /// The scale of the scoop, among the mechanisms.
    scale: usize,
    wanted_share: f32,
    /// Mean radius of a grain, m.
    radius_m: f32,
    /// Width of the outlet, m.
    outlet_m: f32,
    closed_for: u32,
}

impl Judge {
    fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let count = world.bodies.values().filter(|body| body.class == "grain").count();
        let Shape::Box { half_extents_m } = world.bodies["gate"].shape else {
            unreachable!("the gate is a box");
        };
        Judge {
            scale: world.mechanisms.get_index_of("scoop_scale").expect("it is there"),
            wanted_share: drawn::real(plan, "wanted_share"),
            radius_m: radius_m(count, drawn::real(plan, "fill_m3")),
            outlet_m: 2.0 * (half_extents_m[0] - OVERLAP_M),
            closed_for: 0,
        }
    }

    /// The mass in the scoop, as a share of all.
    fn share_in(&self, view: &StepView<'_>) -> f32 {
        let all: f32 = (0..view.body_count()).map(|index| view.mass_kg(index)).sum();
        view.mechanism_state(self.scale) / all
    }

    /// How wide the gate is open, m.
    fn opening_m(&self, view: &StepView<'_>) -> f32 {
        (view.body_named("gate").position_m.x - OVERLAP_M).clamp(0.0, self.outlet_m)
    }

    fn is_closed(&self, view: &StepView<'_>) -> bool {
        self.opening_m(view) < 2.0 * self.radius_m
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        self.closed_for = if self.is_closed(view) {
            self.closed_for + 1
        } else {
            0
        };
        let missing = (self.wanted_share - self.share_in(view)).abs();
        let is_level = tilt_rad(view).abs() < LEVEL_RAD;
        let success = self.closed_for >= CLOSED_RECORDS && missing < TOLERANCE && is_level;
        Outcome {
            reward: -missing,
            success,
            terminated: success,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
