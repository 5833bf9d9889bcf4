//! Sensors: what is read off a lane at every record, as typed columns.
//!
//! A sensor is one file: it says which columns it fills and fills one row of each. Pictures are a sensor too, but live
//! with the app, because this crate knows no renderer.
//!
//! **Must not import:** Bevy, Arrow, wgpu.

mod agents;
mod bodies;
mod collisions;
pub mod column;
mod contacts;
mod faults;
mod imu;
mod joints;
mod mechanisms;
mod points;
mod proprioception;
pub mod sensor;
mod telemetry;
mod traffic;

pub use agents::AgentsObservation;
pub use proprioception::Proprioception;
pub use sensor::{SENSORS, Sensor, SensorKind, SensorSetup};
