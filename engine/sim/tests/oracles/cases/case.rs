//! A case: a world, how long it runs, what is measured of its path, and what the formula says.
//!
//! **Invariant:** a measurement reads nothing but the path, so that another engine's path of the same world is measured
//! by the same lines.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use terrella_sim::glam::{DQuat, DVec3};
use terrella_sim::lane::{BodyRow, Lane};
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Physics, Preset, World};

/// One case.
pub struct Case {
    /// What is measured.
    pub what: &'static str,
    /// Unit of the formula and of what is measured; empty for a ratio.
    pub unit: &'static str,
    /// The world, with the preset that our scenes use for its like.
    pub world: World<f32>,
    /// How long it runs.
    pub secs: f64,
    /// What the formula says.
    pub formula: f64,
    /// What an error is divided by: mostly the formula's number, else a length of the world.
    pub scale: f64,
    /// The largest error, as a share of `scale`, at the world's own preset.
    pub tolerance: f64,
    /// The number measured of a path.
    pub measure: Box<dyn Fn(&Path) -> f64>,
}

/// Where everything was, record by record. The first frame is the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Time between two frames.
    pub record_secs: f64,
    /// In order of time.
    pub frames: Vec<Frame>,
}

/// One moment of a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// States of the bodies, in the order of the world's.
    pub bodies: Vec<BodyRow>,
    /// Position and velocity of the joints, in the order of the world's.
    pub joints: Vec<[f32; 2]>,
    /// Bodies that touched since the last frame, the smaller index first, and the normal impulse between them, N s.
    pub touches: Vec<(u32, u32, f32)>,
}

impl Case {
    /// The path of the case's world with a preset, which has its own step where it is not the world's preset. It is
    /// recorded at most as often as it steps.
    pub fn run(&self, preset: Preset) -> Path {
        let mut world = self.world.clone();
        if preset != world.physics.preset {
            world.physics = Physics {
                preset,
                step_hz: None,
            };
        }
        world.control_hz = world.control_hz.min(world.physics.step_hz());
        let hz = world.control_hz;
        let plan = WorldPlan {
            world,
            ..WorldPlan::default()
        };
        let mut lane = Lane::new(Arc::new(plan)).expect("the case's world is right");
        lane.gather_contacts();
        let mut frames = vec![Frame::of(&lane)];
        for _ in 0..(self.secs * f64::from(hz)).round() as usize {
            if let Err(fault) = lane.step(&[]) {
                // What the fast preset lets sink through, a guard ends there.
                assert_ne!(
                    preset, self.world.physics.preset,
                    "the case's world stays whole: {fault}"
                );
                break;
            }
            frames.push(Frame::of(&lane));
        }
        Path {
            record_secs: 1.0 / f64::from(hz),
            frames,
        }
    }

    /// What is measured with this preset.
    pub fn measured(&self, preset: Preset) -> f64 {
        (self.measure)(&self.run(preset))
    }

    /// The error of a measured number, as a share of the scale.
    pub fn error(&self, measured: f64) -> f64 {
        (measured - self.formula) / self.scale
    }
}

impl Frame {
    fn of(lane: &Lane) -> Frame {
        let view = lane.view();
        Frame {
            bodies: view.body_rows().to_vec(),
            joints: (0..view.joint_count())
                .map(|joint| [view.joint_position(joint), view.joint_velocity(joint)])
                .collect(),
            touches: view
                .contacts()
                .iter()
                .map(|contact| (contact.a, contact.b, contact.impulse_ns))
                .collect(),
        }
    }

    /// Position of a body's origin, m.
    pub fn position(&self, body: usize) -> DVec3 {
        self.triple(body, 0)
    }

    /// Velocity of a body's centre of mass, m/s.
    pub fn velocity(&self, body: usize) -> DVec3 {
        self.triple(body, 7)
    }

    /// Angular velocity of a body in the world's frame, rad/s.
    pub fn spin(&self, body: usize) -> DVec3 {
        self.triple(body, 10)
    }

    /// Orientation of a body.
    pub fn rotation(&self, body: usize) -> DQuat {
        let row = self.bodies[body];
        DQuat::from_xyzw(row[3].into(), row[4].into(), row[5].into(), row[6].into()).normalize()
    }

    fn triple(&self, body: usize, first: usize) -> DVec3 {
        let row = self.bodies[body];
        DVec3::new(row[first].into(), row[first + 1].into(), row[first + 2].into())
    }
}

impl Path {
    /// The start.
    pub fn start(&self) -> &Frame {
        &self.frames[0]
    }

    /// The end.
    pub fn end(&self) -> &Frame {
        &self.frames[self.frames.len() - 1]
    }

    /// Of a number that should stay as it was, its largest departure: the ratio to its start that is furthest from 1.
    pub fn worst_ratio(&self, number: impl Fn(&Frame) -> f64) -> f64 {
        let start = number(self.start());
        self.frames
            .iter()
            .map(|frame| number(frame) / start)
            .fold(1.0, |worst, ratio| {
                if (ratio - 1.0).abs() > (worst - 1.0f64).abs() {
                    ratio
                } else {
                    worst
                }
            })
    }

    /// The times at which a number passes zero, between the frames on its two sides. `rising` keeps the passes upwards.
    pub fn crossings_secs(&self, rising: bool, number: impl Fn(&Frame) -> f64) -> Vec<f64> {
        let values: Vec<f64> = self.frames.iter().map(number).collect();
        let passes = values.windows(2).enumerate().filter_map(|(step, pair)| {
            let (before, after) = (pair[0], pair[1]);
            let up = before < 0.0 && after >= 0.0;
            let down = before > 0.0 && after <= 0.0;
            (up || (down && !rising)).then(|| (step as f64 + before / (before - after)) * self.record_secs)
        });
        passes.collect()
    }
}

/// The mean time between crossings.
///
/// Panics with fewer than three: the world then does not do what the case is about.
pub fn mean_interval_secs(crossings: &[f64]) -> f64 {
    assert!(crossings.len() >= 3, "only {} crossings", crossings.len());
    (crossings[crossings.len() - 1] - crossings[0]) / (crossings.len() - 1) as f64
}
