//! A traffic light: two stages that are green in turn, and the lamps that show them.
//!
//! Its state is a function of time alone. A lamp is a body; one that is lit stands a little forward, out of what hides it.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// What a stage shows. The numbers are those of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Color {
    Green = 0,
    Amber = 1,
    Red = 2,
    Off = 3,
}

/// A stage at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) color: Color,
    /// Since it turned to this colour, and until it turns to the next, s. 0 while it is off.
    pub(crate) since_secs: f32,
    pub(crate) left_secs: f32,
}

/// A lamp: where it is dark, and the way forward to where it is lit.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lamp {
    body: usize,
    stage: usize,
    color: Color,
    dark: Vec3,
    forward: Vec3,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TrafficLight {
    period: f32,
    offset: f32,
    amber: f32,
    clear: f32,
    lamps: Vec<Lamp>,
    /// Physics steps so far: a time that does not drift.
    steps: u32,
    stages: [Stage; 2],
}

impl TrafficLight {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::TrafficLight {
            period_secs,
            offset_secs,
            amber_secs,
            clear_secs,
            lit_m,
            heads,
        } = mechanism
        else {
            unreachable!("called for a traffic light");
        };
        for (field, value) in [
            ("period_secs", period_secs),
            ("offset_secs", offset_secs),
            ("amber_secs", amber_secs),
            ("clear_secs", clear_secs),
            ("lit_m", lit_m),
        ] {
            names.zero_or_more(field, *value)?;
        }
        let least = 2.0 * (amber_secs + clear_secs);
        if *period_secs > 0.0 && *period_secs <= least {
            let reason =
                format!("must be above {least}, which amber and clear take, or 0: it is {period_secs}");
            return Err(LaneError::invalid(names.place("period_secs"), reason));
        }
        let mut lamps = Vec::new();
        for head in heads {
            if head.stage > 1 {
                let reason = format!("is 0 or 1, not {}", head.stage);
                return Err(LaneError::invalid(names.place("heads.stage"), reason));
            }
            for (field, name, color) in [
                ("heads.green", &head.green, Color::Green),
                ("heads.amber", &head.amber, Color::Amber),
                ("heads.red", &head.red, Color::Red),
            ] {
                let index = names.kinematic_body(field, name)?;
                let body = &physics.bodies[bodies[index]];
                lamps.push(Lamp {
                    body: index,
                    stage: head.stage as usize,
                    color,
                    dark: body.translation(),
                    forward: *body.rotation() * Vec3::X * *lit_m,
                });
            }
        }
        let mut light = TrafficLight {
            period: *period_secs,
            offset: *offset_secs,
            amber: *amber_secs,
            clear: *clear_secs,
            lamps,
            steps: 0,
            stages: [Stage {
                color: Color::Off,
                since_secs: 0.0,
                left_secs: 0.0,
            }; 2],
        };
        light.turn(0.0, bodies, physics);
        Ok(light)
    }

    /// A stage so long after the start.
    fn stage(&self, index: usize, secs: f32) -> Stage {
        if self.period <= 0.0 {
            return Stage {
                color: Color::Off,
                since_secs: 0.0,
                left_secs: 0.0,
            };
        }
        let half = 0.5 * self.period;
        let now = (secs + self.offset - half * index as f32).rem_euclid(self.period);
        let (green_ends, amber_ends) = (half - self.amber - self.clear, half - self.clear);
        let (color, from, to) = if now < green_ends {
            (Color::Green, 0.0, green_ends)
        } else if now < amber_ends {
            (Color::Amber, green_ends, amber_ends)
        } else {
            (Color::Red, amber_ends, self.period)
        };
        Stage {
            color,
            since_secs: now - from,
            left_secs: to - now,
        }
    }

    /// Shows what it is to show so long after the start: lamps of stages that change come forward or go back.
    fn turn(&mut self, secs: f32, bodies: &[RigidBodyHandle], physics: &mut PhysicsWorld) {
        let before = self.stages.map(|stage| stage.color);
        self.stages = [self.stage(0, secs), self.stage(1, secs)];
        for lamp in &self.lamps {
            let now = self.stages[lamp.stage].color;
            if now != before[lamp.stage] {
                let ahead = if now == lamp.color {
                    lamp.forward
                } else {
                    Vec3::ZERO
                };
                physics.bodies[bodies[lamp.body]].set_translation(lamp.dark + ahead, true);
            }
        }
    }
}

impl Act for TrafficLight {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.steps += 1;
        // What it shows at the end of the step.
        let secs = self.steps as f32 * scope.dt_secs();
        self.turn(secs, scope.bodies, scope.physics);
        Signal {
            light: Some(self.stages),
            ..Signal::default()
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        let [first, second] = self.stages;
        vec![
            f32::from(first.color as u8),
            first.left_secs,
            f32::from(second.color as u8),
            second.left_secs,
        ]
    }

    fn shown(&self) -> f32 {
        f32::from(self.stages[0].color as u8)
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.steps as f32, 0.0]
    }
}
