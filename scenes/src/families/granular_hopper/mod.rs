//! `granular_hopper`: let so much out as is wanted, and close the gate.
//!
//! Hundreds of grains in a hopper between two panes of glass, the front one unseen. They flow into the bin when it stands below
//! and the gate opens, or arch over the outlet and stay; shaking the hopper brings an arch down.

mod expert;
mod grains;
mod silo;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use expert::Expert;
use grains::{Grains, add_grains, level_m, radius_m};
use silo::{OVERLAP_M, SIDE_M, add_silo};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Physics, Preset, Quantity, World};

const TASK: &str = "fill the bin with grains up to the green marks and close the gate";
/// Half of the distance between the panes, m.
const HALF_DEPTH_M: f32 = 0.065;
/// Half of the hopper's inner width, m.
const HALF_WIDTH_M: f32 = 0.26;
/// Half of the bin's inner width, m.
const BIN_HALF_M: f32 = 0.18;
/// Area of the bin's floor, m^2.
const BIN_M2: f32 = 4.0 * BIN_HALF_M * HALF_DEPTH_M;
const OUTLET_Z_M: f32 = 0.44;
const TOP_Z_M: f32 = 1.45;
const GATE_HALF_THICK_M: f32 = 0.015;
/// How near the mass in the bin must come to what is wanted, as a share of all.
const TOLERANCE: f32 = 0.05;
/// For so many records the gate must stay closed.
const CLOSED_RECORDS: u32 = 20;
const GATE_SPEED_MPS: f32 = 0.4;
const BIN_SPEED_MPS: f32 = 0.5;
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
                  the outlet, shakes the hopper and moves a bin below. Number, volume and so size of the grains, their \
                  shape, spread of sizes, friction and density differ, how fast the hopper is shaken, its slope, and the \
                  width of its outlet in grains: narrow outlets clog, which is told. Two marks show how high the wanted mass would lie in \
                  the bin."
                .into(),
            tasks: vec![TASK.into()],
            success: "The mass in the bin is within 5 % of all grains from what is wanted, and the gate has been \
                      closed (narrower than a grain) for a second. Terminates with success."
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
                "bin_offset_m",
                "m",
                "How far aside the bin stands at the start.",
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
        let level = level_m(draw.real("wanted_share") * grains.fill_m3, BIN_M2);
        let shake_hz = draw.real("shake_hz");
        let side = if draw.rng("side").below(2) == 0 { -1.0 } else { 1.0 };
        let bin_x = side * draw.real("bin_offset_m");

        let mut world = World::<f32> {
            physics: Physics {
                preset: Preset::Granular,
                // What is smaller crosses its own size sooner.
                step_hz: (grains.count > 500).then_some(240),
            },
            ..World::default()
        };
        let funnel = (half_outlet, slope);
        add_silo(&mut world, funnel, 0.3 * radius, (bin_x, level), grains.friction);
        add_grains(&mut world, draw, &grains, funnel)?;
        add_mechanisms(&mut world, half_outlet, radius, shake_hz);
        world.observe = vec![
            Observe::axes("gate", Quantity::Position, "x"),
            Observe::axes("bin", Quantity::Position, "x"),
            Observe::axes("bin", Quantity::Velocity, "x"),
            Observe::new("shake", Quantity::State),
            Observe::new("bin_scale", Quantity::State),
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

    fn preset(&self) -> &str {
        include_str!("../../../presets/granular_hopper.toml")
    }
}

fn add_mechanisms(world: &mut World<f32>, half_outlet: f32, radius: f32, shake_hz: f32) {
    let slider = |body: &Body<f32>, name: &str, (low, high): (f32, f32), max_speed_mps: f32| {
        let [_, y, z] = body.position_m;
        Mechanism::Gantry {
            body: name.into(),
            axes: "x".into(),
            max_speed_mps,
            max_acceleration_mps2: 8.0,
            low_m: [low, y, z],
            high_m: [high, y, z],
            delay_secs: None,
        }
    };
    let range = (0.0, 2.0 * half_outlet + OVERLAP_M);
    let gate = slider(&world.bodies["gate"], "gate", range, GATE_SPEED_MPS);
    let bin = slider(&world.bodies["bin"], "bin", (-0.45, 0.45), BIN_SPEED_MPS);
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
        ("bin", bin),
        (
            "bin_scale",
            scale(
                "bin",
                [-BIN_HALF_M, -0.5, -0.02],
                [BIN_HALF_M, 0.5, SIDE_M + 0.04],
            ),
        ),
        ("hopper_scale", scale("hopper", low_m, high_m)),
        ("clog", clog),
    ];
    world
        .mechanisms
        .extend(parts.map(|(name, part)| (name.to_string(), part)));
}

/// Weighs what is in the bin.
#[derive(Clone, Copy, Debug)]
struct Judge {
    /// The scale of the bin, among the mechanisms.
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
        let real = |name: &str| match plan.factors.get(name) {
            Some(FactorValue::Real(value)) => *value as f32,
            other => unreachable!("`{name}` is a real factor, not {other:?}"),
        };
        Judge {
            scale: world.mechanisms.get_index_of("bin_scale").expect("it is there"),
            wanted_share: real("wanted_share"),
            radius_m: radius_m(count, real("fill_m3")),
            outlet_m: 2.0 * (half_extents_m[0] - OVERLAP_M),
            closed_for: 0,
        }
    }

    /// The mass in the bin, as a share of all.
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
        let success = self.closed_for >= CLOSED_RECORDS && missing < TOLERANCE;
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
