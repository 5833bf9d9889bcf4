//! What there is in `occluder_permanence` beside the occluders: movers, what stops the target, the head.

use super::HEAD_M;
use super::way::WALL_M;
use crate::looks;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Combine, Material, Mechanism, World};

/// What is held is pulled with this much, per mass, m/s^2: at a distance of ten times its size a hundredth of it.
const HOLDS_MPS2: f32 = 0.3;

/// Share of its speed that a mover keeps when it bounces off what takes none of it.
pub(super) fn restitution(motion: &str) -> f32 {
    if motion == "bouncing" { 0.85 } else { 0.9 }
}

/// What takes all but this share of a mover's bounce.
pub(super) fn keeps(share: f32) -> Material<f32> {
    Material {
        restitution: share,
        restitution_combine: Combine::Multiply,
        ..Material::default()
    }
}

/// Something that rolls, slides, bounces or falls along x, from `drop_m` above the floor.
pub(super) fn mover(
    kind: &str,
    size: f32,
    at: [f32; 2],
    speed: f32,
    drop_m: f32,
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
    let mut body = Body::new(if slides { "block" } else { "ball" }, shape)
        .at([at[0], at[1], size + drop_m + 0.00005])
        .painted(Paint::checker(color, color.map(|part| 0.55 * part), size));
    body.linear_velocity_mps = [speed, 0.0, 0.0];
    if !slides {
        body.angular_velocity_radps = [0.0, speed / size, 0.0];
    }
    body.material = Material {
        // What slides slides on, as far as the picture goes.
        friction: if slides { 0.0 } else { 0.5 },
        ..keeps(restitution(kind))
    };
    body
}

/// What stops the target, whose face is at `x` and which lies `way` of it along x, or throws it back.
pub(super) fn wall(x: f32, way: f32, height: f32, throws_back: bool) -> Body<f32> {
    let half_extents_m = [0.5 * WALL_M, 0.15, 0.5 * height];
    let mut wall = Body::new("wall", Shape::Box { half_extents_m })
        .fixed()
        .at([x + way * 0.5 * WALL_M, 0.0, 0.5 * height])
        .painted(Paint::plain([0.45, 0.28, 0.16]));
    wall.material = Material {
        friction: 0.0,
        ..keeps(if throws_back { 1.0 } else { 0.0 })
    };
    wall
}

/// A weak magnet in a wall holds who has come to a stop there: contacts alone let it go again, at 1 cm/s.
pub(super) fn hold(world: &mut World<f32>, mover: &str, wall: &str) {
    let (body, wall_at) = (&world.bodies[mover], world.bodies[wall].position_m);
    let (size, volume_m3) = match body.shape {
        Shape::Ball { radius_m: r } => (r, 4.0 / 3.0 * std::f32::consts::PI * r * r * r),
        Shape::Box {
            half_extents_m: [x, y, z],
        } => (z, 8.0 * x * y * z),
        _ => unreachable!("a mover is a ball or a block"),
    };
    let max_force_n = HOLDS_MPS2 * volume_m3 * body.material.density_kgpm3;
    let (away, above) = (size + 0.5 * WALL_M, wall_at[2] - size);
    let magnet = Mechanism::Attraction {
        bodies: [mover.into(), wall.into()],
        strength_nm2: max_force_n * (away * away + above * above),
        max_force_n,
    };
    world.mechanisms.insert(format!("{wall}_holds"), magnet);
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
