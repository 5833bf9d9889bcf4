//! The door itself: leaves, handles, hinges or rails, closers, latch and motor.

use super::kinds::{Lock, Opens};
use super::layout::Layout;
use crate::doors::{
    LEAF_GAP_M, LEAF_HALF_M, WALL_HALF_M, WALL_HEIGHT_M, closer, hinge_friction, leaf_body, leaf_joint,
    leaf_middle_m,
};
use terrella_sim::glam::{Vec2, Vec3};
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Mechanism, World};

/// Leaves on rails hang this far behind the doorway's plane, clear of the wall, m.
const RAIL_Y_M: f32 = WALL_HALF_M + LEAF_HALF_M + 0.02;
/// A leaf on a rail covers this much of the wall on each side, m.
const RAIL_OVERLAP_M: f32 = 0.03;
/// Force in the middle of a leaf whose hinge sticks at which it just moves, N: more than somebody who leans on it has, less
/// than hands have.
const JAM_N: f32 = 70.0;

/// What is drawn of a door besides its layout.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoorDraws {
    pub(super) mass_kg: f32,
    pub(super) friction_nm: f32,
    pub(super) closer_nmprad: f32,
    /// Share of its travel by which it stands open at the start.
    pub(super) opening: f32,
    /// How long a motor holds a door open, s.
    pub(super) hold_secs: f32,
    pub(super) color: [f32; 3],
}

/// Puts the door into the doorway between `wall_low` and `wall_high`.
pub(super) fn add_door(world: &mut World<f32>, layout: &Layout, draws: &DoorDraws) {
    match layout.kind.opens {
        Opens::Away | Opens::Toward => {
            let side = layout.hinge_side;
            // A turn about +Z takes a leaf that lies along +x into the goal room.
            let way = if layout.kind.opens == Opens::Away {
                -side
            } else {
                side
            };
            let travel = way * layout.travel();
            let limits = [travel.min(0.0), travel.max(0.0)];
            add_hinged(
                world,
                layout,
                draws,
                0,
                side,
                layout.leaf_width_m(),
                limits,
                draws.mass_kg,
            );
        }
        Opens::Both | Opens::Pair => {
            let width = 0.5 * (layout.width_m - 3.0 * LEAF_GAP_M);
            for (index, side) in [-1.0, 1.0].into_iter().enumerate() {
                let limits = match layout.kind.opens {
                    Opens::Both => [-layout.travel(), layout.travel()],
                    _ => [
                        (-side * layout.travel()).min(0.0),
                        (-side * layout.travel()).max(0.0),
                    ],
                };
                add_hinged(
                    world,
                    layout,
                    draws,
                    index,
                    side,
                    width,
                    limits,
                    0.5 * draws.mass_kg,
                );
            }
        }
        Opens::Aside => add_rail(world, layout, draws, &FIRST, Vec3::X * layout.hinge_side),
        Opens::Up => add_rail(world, layout, draws, &FIRST, Vec3::Z),
    }
    match layout.kind.lock {
        Lock::Free => {}
        Lock::Handle | Lock::Button | Lock::Key => {
            let released_by = match layout.kind.lock {
                Lock::Handle => "walk",
                Lock::Key => "key",
                _ => "button",
            };
            let latch = Mechanism::Latch {
                joint: "door_0".into(),
                closed_at: 0.0,
                catches_within: 0.03,
                released_by: released_by.into(),
                closed: draws.opening <= 0.0,
            };
            world.mechanisms.insert("latch".into(), latch);
        }
        Lock::Motor => {
            let hinged = layout.kind.hinged();
            let way = if hinged { -layout.hinge_side } else { 1.0 };
            // A door that stands open stays so for its time, as if the button had just been pressed.
            let opens = Mechanism::Relay {
                of: vec!["button".into()],
                from_start_secs: if draws.opening > 0.0 { draws.hold_secs } else { 0.0 },
            };
            world.mechanisms.insert("opens".into(), opens);
            let opener = Mechanism::Opener {
                joint: "door_0".into(),
                button: "opens".into(),
                closed_at: 0.0,
                open_at: way * 0.97 * layout.travel(),
                max_velocity: if hinged { 1.2 } else { 0.7 },
                max_force: if hinged { 80.0 } else { 200.0 },
            };
            if layout.kind.airlock {
                let mut inner = opener.clone();
                if let Mechanism::Opener { joint, button, .. } = &mut inner {
                    (*joint, *button) = (SECOND.leaf.into(), "button_1".into());
                }
                let closed = DoorDraws {
                    opening: 0.0,
                    ..*draws
                };
                add_rail(world, layout, &closed, &SECOND, Vec3::X * layout.hinge_side);
                world.mechanisms.insert("opener_1".into(), inner);
            }
            world.mechanisms.insert("opener".into(), opener);
        }
    }
}

/// A leaf on a hinge at the doorway's edge on `side`.
#[expect(
    clippy::too_many_arguments,
    reason = "two callers, and each number is a leaf's own"
)]
fn add_hinged(
    world: &mut World<f32>,
    layout: &Layout,
    draws: &DoorDraws,
    index: usize,
    side: f32,
    width: f32,
    limits_rad: [f32; 2],
    mass_kg: f32,
) {
    let hinge = Vec2::new(layout.door_x_m + side * (0.5 * layout.width_m - LEAF_GAP_M), 0.0);
    let both = limits_rad[0] < 0.0 && limits_rad[1] > 0.0;
    // A saloon's leaves stand open into the goal room.
    let angle = match (both, limits_rad[0] < 0.0) {
        (true, _) => -side * limits_rad[1],
        (false, true) => limits_rad[0],
        (false, false) => limits_rad[1],
    } * draws.opening;
    let along = Vec2::new(libm::cosf(angle), libm::sinf(angle)) * -side;
    let middle = hinge + along * (0.5 * width);
    let mut leaf =
        leaf_body([0.5 * width, LEAF_HALF_M], mass_kg, draws.color).at([middle.x, middle.y, leaf_middle_m()]);
    leaf.rotation = Rotation::RpyDeg([0.0, 0.0, angle.to_degrees()]);
    let name = format!("door_{index}");
    world.bodies.insert(name.clone(), leaf);
    let frame = if side < 0.0 { "wall_low" } else { "wall_high" };
    let frame_at = world.bodies[frame].position_m;
    let motor = if layout.kind.closer {
        // Each of two leaves has a weaker spring.
        let (share, damping_ratio) = if both { (0.5, 0.25) } else { (1.0, 0.7) };
        closer(share * draws.closer_nmprad, damping_ratio, mass_kg, width)
    } else {
        let jam_nm = if layout.kind.jams {
            0.5 * width * JAM_N
        } else {
            0.0
        };
        let mut friction = hinge_friction(jam_nm + draws.friction_nm);
        if layout.kind.jams {
            // What sticks does not creep.
            friction.damping *= 25.0;
        }
        friction
    };
    let anchor = [hinge.x - frame_at[0], hinge.y - frame_at[1], 0.0];
    let freedom = Freedom::Hinge {
        axis: [0.0, 0.0, 1.0],
        limits_rad: Some(limits_rad),
    };
    let joint = Joint {
        anchor_child_m: [side * 0.5 * width, 0.0, 0.5 * WALL_HEIGHT_M - leaf_middle_m()],
        motor: Some(motor),
        ..leaf_joint(frame, &name, anchor, freedom)
    };
    world.joints.insert(name.clone(), joint);
    add_handle(world, layout, &name, -side * (0.5 * width - 0.10), angle);
}

/// A leaf on a rail by its name and that of the wall it hangs on.
struct Rail {
    leaf: &'static str,
    frame: &'static str,
}

const FIRST: Rail = Rail {
    leaf: "door_0",
    frame: "wall_low",
};
/// The second door of an airlock.
const SECOND: Rail = Rail {
    leaf: "door_1",
    frame: "inner_low",
};

/// A leaf on a rail behind its wall, which opens along `axis`.
fn add_rail(world: &mut World<f32>, layout: &Layout, draws: &DoorDraws, rail: &Rail, axis: Vec3) {
    let open = layout.travel() * draws.opening;
    let frame_at = Vec3::from(world.bodies[rail.frame].position_m);
    let closed = Vec3::new(layout.door_x_m, frame_at.y + RAIL_Y_M, leaf_middle_m());
    let width = layout.width_m + 2.0 * RAIL_OVERLAP_M;
    let mut leaf = leaf_body([0.5 * width, LEAF_HALF_M], draws.mass_kg, draws.color)
        .at((closed + axis * open).to_array());
    // Counterweighted, or hung on rollers.
    leaf.gravity_scale = 0.0;
    world.bodies.insert(rail.leaf.into(), leaf);
    let freedom = Freedom::Slider {
        axis: axis.to_array(),
        limits_m: Some([0.0, layout.travel()]),
    };
    let joint = leaf_joint(rail.frame, rail.leaf, (closed - frame_at).to_array(), freedom);
    world.joints.insert(rail.leaf.into(), joint);
    add_handle(
        world,
        layout,
        rail.leaf,
        -layout.hinge_side * (0.5 * width - 0.15),
        0.0,
    );
}

/// A handle on both faces of a leaf, brass where a hand releases a latch. Only seen: hands reach for the leaf.
fn add_handle(world: &mut World<f32>, layout: &Layout, leaf: &str, x: f32, angle: f32) {
    let at = world.bodies[leaf].position_m;
    let place = Vec2::new(at[0], at[1]) + Vec2::new(libm::cosf(angle), libm::sinf(angle)) * x;
    let brass = layout.kind.lock == Lock::Handle;
    let color = if brass {
        [0.98, 0.80, 0.10]
    } else {
        [0.25, 0.26, 0.28]
    };
    let shape = Shape::Box {
        half_extents_m: [0.04, LEAF_HALF_M + 0.05, 0.08],
    };
    let mut handle = Body::new("handle", shape)
        .untouchable()
        .painted(Paint::plain(color));
    handle.position_m = [place.x, place.y, at[2]];
    handle.rotation = world.bodies[leaf].rotation.clone();
    handle.material.mass_kg = Some(0.3);
    handle.gravity_scale = world.bodies[leaf].gravity_scale;
    let name = leaf.replace("door", "handle");
    let joint = leaf_joint(leaf, &name, [x, 0.0, 0.0], Freedom::Weld {});
    world.bodies.insert(name.clone(), handle);
    world.joints.insert(name, joint);
}
