//! The steps by which the handles move, turn and scale what is selected, and what is kept of them from one time to the next.

use crate::session::Tool;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Whether the handles go by steps, and by which.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapping {
    /// They do; while Ctrl is held it is the other way round.
    pub on: bool,
    /// Step of a movement, m.
    pub move_m: f32,
    /// Step of a turn, degrees.
    pub turn_deg: f32,
    /// Step of a factor by which something becomes larger.
    pub scale: f32,
}

impl Default for Snapping {
    fn default() -> Self {
        Snapping {
            on: false,
            move_m: 0.05,
            turn_deg: 15.0,
            scale: 0.1,
        }
    }
}

/// The steps that hold while the handles are held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps {
    /// Of a movement, m.
    pub move_m: f32,
    /// Of a turn, rad.
    pub turn_rad: f32,
    /// Of a factor.
    pub scale: f32,
}

impl Snapping {
    /// The least and the largest step that a tool can have, in its own unit.
    pub fn range(tool: Tool) -> RangeInclusive<f32> {
        match tool {
            Tool::Move => 0.0001..=100.0,
            Tool::Rotate => 0.1..=180.0,
            Tool::Scale => 0.001..=10.0,
        }
    }

    /// The step of a tool, in its own unit: m, degrees, or none.
    pub fn step(&self, tool: Tool) -> f32 {
        match tool {
            Tool::Move => self.move_m,
            Tool::Rotate => self.turn_deg,
            Tool::Scale => self.scale,
        }
    }

    /// The same, to be changed.
    pub fn step_mut(&mut self, tool: Tool) -> &mut f32 {
        match tool {
            Tool::Move => &mut self.move_m,
            Tool::Rotate => &mut self.turn_deg,
            Tool::Scale => &mut self.scale,
        }
    }

    /// The unit of a tool's step, as it is written behind a number.
    pub fn unit(tool: Tool) -> &'static str {
        match tool {
            Tool::Move => " m",
            Tool::Rotate => "°",
            Tool::Scale => " x",
        }
    }

    /// The steps of the handles; nothing where they go freely. `other_way`: Ctrl is held.
    pub fn steps(&self, other_way: bool) -> Option<Steps> {
        (self.on != other_way).then(|| Steps {
            move_m: self.move_m,
            turn_rad: self.turn_deg.to_radians(),
            scale: self.scale,
        })
    }

    /// As JSON.
    pub fn write(&self) -> Value {
        // As they are read: 0.05 and not 0.05000000074505806.
        let number = |step: f32| step.to_string().parse::<f64>().unwrap_or(f64::from(step));
        json!({
            "move_m": number(self.move_m),
            "on": self.on,
            "scale": number(self.scale),
            "turn_deg": number(self.turn_deg),
        })
    }

    /// Of a JSON; what is missing or no step that can be had is as it is at first.
    pub fn read(json: &Value) -> Snapping {
        let mut snapping = Snapping {
            on: json["on"].as_bool().unwrap_or(false),
            ..Snapping::default()
        };
        for (tool, key) in [
            (Tool::Move, "move_m"),
            (Tool::Rotate, "turn_deg"),
            (Tool::Scale, "scale"),
        ] {
            let step = json[key].as_f64().map(|step| step as f32);
            if let Some(step) = step.filter(|step| Snapping::range(tool).contains(step)) {
                *snapping.step_mut(tool) = step;
            }
        }
        snapping
    }
}
