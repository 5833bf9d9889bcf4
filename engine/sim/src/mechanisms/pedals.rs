//! What a vehicle is told, and the steering angle and pedals that follow from it.

use super::Names;
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{VehicleCommand, Wheel};

/// Below this speed it stands, m/s: who is not told to go is held by the brakes, whatever the slope, and rolling resists in proportion
/// to the speed, so that what stands is not pushed on to overcome it.
const STANDS_MPS: f32 = 0.2;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pedals {
    command: VehicleCommand<f32>,
    /// From the axle that does not steer to the one that does, m.
    wheelbase: f32,
    max_steer: f32,
    /// What it was told last.
    told: Vec<f32>,
}

/// What a force along a vehicle meets, and what there is to give it.
pub(super) struct Resists {
    pub(super) mass: f32,
    /// How fast it goes ahead, m/s.
    pub(super) along: f32,
    /// What the slope takes, m/s^2; below 0 downhill.
    pub(super) slope: f32,
    /// What rolling takes, m/s^2.
    pub(super) rolling: f32,
    /// The air's force ahead, N.
    pub(super) drag: f32,
    /// The largest forces of engine and brakes, N.
    pub(super) most_engine: f32,
    pub(super) most_brake: f32,
}

impl Pedals {
    pub(super) fn new(
        names: &Names<'_>,
        command: VehicleCommand<f32>,
        wheels: &[&Wheel<f32>],
        max_steer: f32,
    ) -> Result<Self, LaneError> {
        let mean = |steers: bool| {
            let axle = wheels.iter().filter(|wheel| wheel.steers == steers);
            let places: Vec<f32> = axle.map(|wheel| wheel.position_m[0]).collect();
            places.iter().sum::<f32>() / places.len() as f32
        };
        let wheelbase = mean(true) - mean(false);
        let (told, sound) = match command {
            VehicleCommand::Pedals {} => (vec![0.0; 3], true),
            // Without one of the axles it is no number.
            VehicleCommand::Curvature { .. } => (vec![0.0; 2], wheelbase > 0.0),
        };
        if !sound {
            let reason = "`curvature` wants wheels that steer in front of wheels that do not";
            return Err(LaneError::invalid(names.place("command"), reason));
        }
        Ok(Pedals {
            command,
            wheelbase,
            max_steer,
            told,
        })
    }

    pub(super) fn channels(&self, name: &str) -> Vec<ActionChannel> {
        match self.command {
            VehicleCommand::Pedals {} => vec![
                ActionChannel::symmetric(name, "steer", "rad", self.max_steer),
                ActionChannel::new(name, "throttle", "", 0.0, 1.0),
                ActionChannel::new(name, "brake", "", 0.0, 1.0),
            ],
            VehicleCommand::Curvature {
                max_acceleration_mps2,
                max_braking_mps2,
            } => {
                let most = libm::tanf(self.max_steer) / self.wheelbase;
                vec![
                    ActionChannel::symmetric(name, "curvature", "1/m", most),
                    ActionChannel::new(
                        name,
                        "acceleration",
                        "m/s^2",
                        -max_braking_mps2,
                        max_acceleration_mps2,
                    ),
                ]
            }
        }
    }

    /// Takes the inputs and gives steering angle, throttle and brake.
    pub(super) fn take(&mut self, inputs: &[f32], resists: &Resists) -> [f32; 3] {
        self.told.copy_from_slice(inputs);
        match self.command {
            VehicleCommand::Pedals {} => {
                // Who presses both pedals means the one pressed further: at random, a car would else never leave.
                let pressed = inputs[1] - inputs[2];
                [inputs[0], pressed.max(0.0), (-pressed).max(0.0)]
            }
            VehicleCommand::Curvature { .. } => {
                let steer = libm::atanf(self.wheelbase * inputs[0]);
                let force = if inputs[1] <= 0.0 && resists.along < STANDS_MPS {
                    resists.mass * (inputs[1] - resists.slope.abs())
                } else {
                    let rolling = resists.rolling * (resists.along / STANDS_MPS).clamp(0.0, 1.0);
                    resists.mass * (inputs[1] + resists.slope + rolling) - resists.drag
                };
                [
                    steer.clamp(-self.max_steer, self.max_steer),
                    (force / resists.most_engine).clamp(0.0, 1.0),
                    (-force / resists.most_brake).clamp(0.0, 1.0),
                ]
            }
        }
    }

    /// What it was told last.
    pub(super) fn told(&self) -> &[f32] {
        &self.told
    }
}
