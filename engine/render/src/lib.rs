//! Pictures of small worlds on the CPU: RGB, depth and body ids.
//!
//! Every shape is drawn from its own equation: in the camera's frame the inverse depth of a plane is a linear function
//! of the pixel, that of a ball, cylinder or cone such a function and a root; meshes are triangles in the same buffer
//! of inverse depths. The sun throws exact hard shadows: each shape has a test of whether it hides the sun from a
//! point. There is no near plane, no driver and no display.
//!
//! Views with more than that (lamps, a soft sun, highlights, clouds, fog, smooth meshes) take a second pass over all
//! pixels, which changes bytes of plain surfaces by at most one.
//!
//! `setup` makes a [`plan`] of a view, plain numbers; `kernel` draws it, several pixels at once with the instructions
//! that the processor has (`lanes`).
//!
//! A solid shape is not seen from inside itself, so a camera may ride within the body it is mounted on. A mesh or
//! a height field is a surface with two sides.
//!
//! With the feature `gpu`, `gpu::GpuRenderer` draws the same plans on a GPU, many views at once, within a tolerance.
//!
//! **Invariant:** a [`Renderer`]'s picture is a function of world, view, poses and supersampling alone: only additions,
//! subtractions, products, fused multiply-adds, quotients, square roots and comparisons of f32 in one fixed order, each
//! rounded as IEEE 754 says. So the bits are the same on every machine, with every instruction set and at every
//! optimisation level.
//! **Invariant:** each output is the same whichever other outputs are on.
//! **Invariant:** this crate knows nothing of physics, files, clocks or threads. `unsafe` is in `lanes` only.

mod bvh;
pub mod effects;
mod error;
mod frame;
#[cfg(feature = "gpu")]
pub mod gpu;
mod hull;
mod images;
mod kernel;
mod lanes;
mod lens;
mod light;
mod liquid;
pub mod outputs;
mod parts;
mod peak;
mod plan;
mod points;
mod rays;
mod renderer;
mod rigid;
mod seen;
mod setup;
mod soft;
mod surface;
mod trail;
mod view;

pub use error::RenderError;
pub use frame::{Frame, Outputs};
pub use hull::edges as hull_edges;
pub use lanes::InstructionSet;
pub use lens::{Projection, Rays};
pub use renderer::Renderer;
pub use seen::Seen;
pub use trail::Trail;
pub use view::{Intrinsics, Rig, View, carrier};
