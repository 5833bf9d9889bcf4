//! Lanes: deterministic Rapier worlds with mechanisms, policies and tasks.
//!
//! A [`lane::Lane`] is made from a drawn world, stepped with an action, read through a [`view::StepView`] and forked.
//!
//! **Invariants:** a lane is a pure function of its plan and its actions, on any machine and any thread. A world owns
//! its pipeline: sharing one between worlds, or keeping one across a clone, silently changes trajectories.
//!
//! **Must not import:** Bevy, Arrow, wgpu, scenes.

pub mod action;
mod contacts;
mod ellipsoid;
mod fall;
pub mod fault;
mod guards;
mod joints;
pub mod lane;
mod liquid;
mod mechanisms;
pub mod observe;
mod pairs;
mod physics;
pub mod policies;
mod pushes;
mod shapes;
mod softs;
pub mod task;
mod tears;
pub mod telemetry;
pub mod view;

pub use glam;
