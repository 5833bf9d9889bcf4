//! Pictures of small worlds on the CPU: RGB, depth and body ids.
//!
//! Every shape is drawn from its own equation, in camera space, into a buffer of inverse depths; meshes are drawn
//! as triangles into the same buffer. The sun throws exact hard shadows by rays. There is no near plane, no driver
//! and no display.
//!
//! A solid shape is not seen from inside itself, so a camera may ride within the body it is mounted on. A mesh or
//! a height field is a surface with two sides.
//!
//! **Invariant:** a picture is a function of world, view, poses and supersampling alone: only additions,
//! subtractions, products, quotients, square roots and comparisons of f32 in one fixed order, so the bits are the
//! same on every machine and at every optimisation level.
//! **Invariant:** each output is the same whichever other outputs are on.
//! **Invariant:** this crate knows nothing of physics, files, clocks or threads.

mod bent;
mod bvh;
mod color;
pub mod effects;
mod error;
mod frame;
mod grid;
mod hull;
mod lens;
mod light;
pub mod outputs;
mod prepare;
mod renderer;
mod rigid;
mod samples;
mod seen;
mod shade;
mod shapes;
mod view;

pub use error::RenderError;
pub use frame::{Frame, Outputs};
pub use lens::{Projection, Rays};
pub use renderer::Renderer;
pub use seen::Seen;
pub use view::{Intrinsics, Rig, View};
