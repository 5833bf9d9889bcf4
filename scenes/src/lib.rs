//! Families of worlds, and worlds from scene files.
//!
//! A family is one file in `families/`: what varies, the task, and an expert. Everything it draws goes through a
//! [`draw::Draw`], so every factor of an episode has a name, and another factor never moves a draw.
//!
//! **Must not import:** Bevy, Rapier, Arrow, wgpu, clock, environment, file system.

pub mod agents;
pub mod doors;
pub mod draw;
mod drawn;
pub mod families;
pub mod family;
pub mod faults;
pub mod from_file;
pub mod grid;
mod gripper;
pub mod looks;
pub mod mixture;
pub mod oracle;
mod play;
pub mod policies;
pub mod pursuit;
mod regulator;

pub use families::FAMILIES;
pub use family::{Card, Family};
