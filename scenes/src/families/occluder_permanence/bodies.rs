//! What there is in `occluder_permanence`: movers, screens, tunnels, the head.

use super::{HEAD_M, SCREEN_HEIGHT_M, SCREEN_Y_M};
use crate::looks;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Combine, Material};

const SCREEN_HALF_THICKNESS_M: f32 = 0.015;
/// From a tunnel's front to its back, m.
const TUNNEL_DEPTH_M: f32 = 0.48;

/// Something that rolls, slides, bounces or falls along x.
pub(super) fn mover(
    kind: &str,
    size: f32,
    at: [f32; 2],
    speed: f32,
    height: f32,
    color: [f32; 3],
) -> Body<f32> {
    let slides = kind == "sliding";
    let shape = if slides {
        Shape::Box {
            half_extents_m: [size; 3],
        }
    } else {
        Shape::Ball { radius_m: size }
    };
    let rest = size + 0.00005;
    let z = match kind {
        "bouncing" => rest + height,
        // Seen above the screen.
        "falling" => rest + height + 0.7,
        _ => rest,
    };
    let mut body = Body::new(if slides { "block" } else { "ball" }, shape)
        .at([at[0], at[1], z])
        .painted(Paint::checker(color, color.map(|part| 0.55 * part), size));
    body.linear_velocity_mps = [speed, 0.0, 0.0];
    if !slides {
        body.angular_velocity_radps = [0.0, speed / size, 0.0];
    }
    body.material = Material {
        // What slides slides on, as far as the picture goes.
        friction: if slides { 0.0 } else { 0.5 },
        restitution: match kind {
            "bouncing" => 0.85,
            "falling" => 0.35,
            _ => 0.9,
        },
        restitution_combine: Combine::Multiply,
        ..Material::default()
    };
    body
}

/// A screen that stands on the floor and touches nothing.
pub(super) fn screen(width: f32, x: f32) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [0.5 * width, SCREEN_HALF_THICKNESS_M, 0.5 * SCREEN_HEIGHT_M],
    };
    occluder(shape, x)
}

/// A screen with a wall behind the target's way, and a roof unless the target falls into it. Its first part is the screen.
pub(super) fn tunnel(width: f32, roofed: bool) -> Body<f32> {
    let plate =
        |half_extents_m: [f32; 3], y: f32, z: f32| Part::new(Shape::Box { half_extents_m }, [0.0, y, z]);
    let (half, thin, high) = (0.5 * width, SCREEN_HALF_THICKNESS_M, 0.5 * SCREEN_HEIGHT_M);
    let mut parts = vec![
        plate([half, thin, high], 0.0, 0.0),
        plate([half, thin, high], TUNNEL_DEPTH_M, 0.0),
    ];
    if roofed {
        let y = 0.5 * TUNNEL_DEPTH_M;
        parts.push(plate([half, y + thin, thin], y, high - thin));
    }
    occluder(Shape::Compound { parts }, 0.0)
}

fn occluder(shape: Shape<f32>, x: f32) -> Body<f32> {
    Body::new("screen", shape)
        .at([x, SCREEN_Y_M, 0.5 * SCREEN_HEIGHT_M])
        .untouchable()
        .painted(Paint::plain([0.30, 0.48, 0.46]))
}

/// A cart that a motor drives along x, on its own.
pub(super) fn cart(size: f32, at: [f32; 2], way: f32, color: [f32; 3]) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [size, 0.8 * size, size],
    };
    let mut body = Body::new("cart", shape)
        .kinematic()
        .at([at[0], at[1], size + 0.001])
        .painted(Paint::checker(color, color.map(|part| 0.55 * part), size));
    body.rotation = Rotation::RpyDeg([0.0, 0.0, if way > 0.0 { 0.0 } else { 180.0 }]);
    body
}

/// A dark box with a bright nose that shows where it looks.
pub(super) fn head_body() -> Body<f32> {
    let part = |half_extents_m: [f32; 3], x: f32| Part::new(Shape::Box { half_extents_m }, [x, 0.0, 0.0]);
    let parts = vec![part([0.08, 0.07, 0.06], 0.0), part([0.09, 0.03, 0.03], 0.1)];
    Body::new("head", Shape::Compound { parts })
        .kinematic()
        .at(HEAD_M)
        .untouchable()
        .painted(Paint::plain(looks::AGENT))
}
