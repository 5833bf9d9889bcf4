//! Contacts: bounces, collisions and weight.

use super::case::{Case, Frame, Path};
use super::worlds::{
    GRAVITY_MPS2, ball, cuboid, empty, filled, moving, slope, weighing, weightless, with_surface,
};
use terrella_sim::glam::DVec3;
use terrella_spec::world::{Body, Preset, World};

const RADIUS_M: f32 = 0.1;
const DROP_M: f64 = 1.0;

/// Without friction, kept elastic.
fn elastic(body: Body<f32>) -> Body<f32> {
    with_surface(body, 0.0, 1.0)
}

/// A ball dropped from 1 m rises to h = e^2 (Newton's law of restitution).
fn bounce(restitution: f32) -> Case {
    let ball = with_surface(ball(RADIUS_M), 0.5, restitution).at([0.0, 0.0, RADIUS_M + DROP_M as f32]);
    let formula = DROP_M * f64::from(restitution) * f64::from(restitution);
    Case {
        what: "height of the first bounce after a drop of 1 m",
        unit: "m",
        world: filled(
            empty(Preset::Accurate),
            [with_surface(slope(0.0), 0.5, restitution), ball],
        ),
        secs: 1.4,
        formula,
        scale: formula,
        tolerance: 0.02,
        measure: Box::new(|path| {
            let heights: Vec<f64> = path
                .frames
                .iter()
                .map(|frame| frame.position(1).z - f64::from(RADIUS_M))
                .collect();
            let rises = path.frames.iter().position(|frame| frame.velocity(1).z > 0.0);
            let rises = rises.expect("it bounces");
            let falls = path.frames[rises..]
                .iter()
                .position(|frame| frame.velocity(1).z <= 0.0);
            let falls = rises + falls.expect("it comes down again");
            heights[rises..=falls].iter().copied().fold(f64::MIN, f64::max)
        }),
    }
}

/// See [`bounce`].
pub fn bounce_height_e_0_3() -> Case {
    bounce(0.3)
}

/// See [`bounce`].
pub fn bounce_height_e_0_5() -> Case {
    bounce(0.5)
}

/// See [`bounce`].
pub fn bounce_height_e_0_8() -> Case {
    bounce(0.8)
}

/// See [`bounce`].
pub fn bounce_height_e_1() -> Case {
    bounce(1.0)
}

/// Light mass, heavy mass (kg) and the light one's speed (m/s).
const HEAD_ON: (f32, f32, f32) = (1.0, 3.0, 2.0);

fn head_on() -> World<f32> {
    let (light, heavy, speed) = HEAD_ON;
    filled(
        weightless(Preset::Accurate),
        [
            moving(elastic(weighing(ball(RADIUS_M), light)), [speed, 0.0, 0.0]),
            elastic(weighing(ball(RADIUS_M), heavy)).at([1.0, 0.0, 0.0]),
        ],
    )
}

/// v' = (m1 - m2) / (m1 + m2) v of the body that strikes.
pub fn elastic_velocity_of_the_striker() -> Case {
    let (light, heavy, speed) = HEAD_ON;
    let formula = f64::from((light - heavy) / (light + heavy) * speed);
    Case {
        what: "velocity of 1 kg at 2 m/s after it struck 3 kg at rest",
        unit: "m/s",
        world: head_on(),
        secs: 1.0,
        formula,
        scale: formula,
        tolerance: 1e-4,
        measure: Box::new(|path| path.end().velocity(0).x),
    }
}

/// v' = 2 m1 / (m1 + m2) v of the body that is struck.
pub fn elastic_velocity_of_the_struck() -> Case {
    let (light, heavy, speed) = HEAD_ON;
    let formula = f64::from(2.0 * light / (light + heavy) * speed);
    Case {
        what: "velocity of the 3 kg in that collision",
        unit: "m/s",
        world: head_on(),
        secs: 1.0,
        formula,
        scale: formula,
        tolerance: 1e-4,
        measure: Box::new(|path| path.end().velocity(1).x),
    }
}

/// Two equal elastic balls of which one was at rest part at a right angle.
pub fn elastic_right_angle() -> Case {
    Case {
        what: "angle between two equal balls after an oblique collision",
        unit: "deg",
        world: filled(
            weightless(Preset::Accurate),
            [
                moving(elastic(weighing(ball(RADIUS_M), 1.0)), [2.0, 0.0, 0.0]),
                elastic(weighing(ball(RADIUS_M), 1.0)).at([1.0, 0.08, 0.0]),
            ],
        ),
        secs: 1.0,
        formula: 90.0,
        scale: 90.0,
        tolerance: 1e-3,
        measure: Box::new(|path| {
            let [first, second] = [0, 1].map(|body| path.end().velocity(body).normalize());
            libm::acos(first.dot(second)).to_degrees()
        }),
    }
}

/// A row of equal balls passes one ball's velocity on to the last.
fn cradle(what: &'static str, gap_m: f32, tolerance: f64) -> Case {
    let (count, speed) = (5, 1.0f32);
    let balls = (0..count).map(|index| {
        let x = index as f32 * (2.0 * RADIUS_M + gap_m);
        let velocity = if index == 0 { speed } else { 0.0 };
        moving(
            elastic(weighing(ball(RADIUS_M), 1.0)).at([x, 0.0, 0.0]),
            [velocity, 0.0, 0.0],
        )
    });
    Case {
        what,
        unit: "m/s",
        world: filled(weightless(Preset::Accurate), balls),
        secs: 1.0,
        formula: f64::from(speed),
        scale: f64::from(speed),
        tolerance,
        measure: Box::new(move |path| path.end().velocity(count - 1).x),
    }
}

/// See [`cradle`].
pub fn cradle_with_gaps() -> Case {
    cradle(
        "velocity of the last of five balls with gaps of 1 cm, struck at 1 m/s",
        0.01,
        1e-3,
    )
}

/// See [`cradle`]. The solver knows no order of collisions within one step.
pub fn cradle_without_gaps() -> Case {
    cradle("the same with balls that touch", 0.0, 0.6)
}

/// Numbers in -1..1 that look random and are the same everywhere (the finaliser of splitmix64).
fn scattered(index: u64) -> f32 {
    let mut bits = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
}

/// Places in a cube of `side` balls along each edge, `pitch_m` apart, about the origin.
fn lattice(side: usize, pitch_m: f32) -> impl Iterator<Item = [f32; 3]> {
    let middle = 0.5 * (side - 1) as f32;
    (0..side * side * side).map(move |index| {
        [index % side, index / side % side, index / side / side]
            .map(|number| pitch_m * (number as f32 - middle))
    })
}

fn kinetic_energy(frame: &Frame, bodies: usize) -> f64 {
    let squares = (0..bodies).map(|body| frame.velocity(body).length_squared());
    0.5 * squares.sum::<f64>()
}

/// Elastic balls of 1 kg in a box keep their energy. Without friction no ball turns.
fn gas(what: &'static str, radius_m: f32, tolerance: f64) -> Case {
    let (half_m, count) = (1.0f32, 64);
    let balls = lattice(4, 0.45).enumerate().map(|(index, place)| {
        let velocity = [0, 1, 2].map(|axis| 3.0 * scattered(3 * index as u64 + axis));
        moving(elastic(weighing(ball(radius_m), 1.0)).at(place), velocity)
    });
    // Six slabs rather than half spaces: a floor's normal then needs no turning.
    let walls = (0..6).map(|side| {
        let (axis, sign) = (side / 2, if side % 2 == 0 { 1.0 } else { -1.0 });
        let (mut half, mut place) = ([half_m + 0.4; 3], [0.0; 3]);
        half[axis] = 0.2;
        place[axis] = sign * (half_m + 0.2);
        elastic(cuboid(half)).at(place).fixed()
    });
    Case {
        what,
        unit: "",
        world: filled(weightless(Preset::Accurate), balls.chain(walls)),
        secs: 10.0,
        formula: 1.0,
        scale: 1.0,
        tolerance,
        measure: Box::new(move |path| path.worst_ratio(|frame| kinetic_energy(frame, count))),
    }
}

/// See [`gas`].
pub fn gas_energy() -> Case {
    gas(
        "energy of 64 elastic balls of 2 cm in a box of 2 m, worst of 10 s",
        0.02,
        5e-3,
    )
}

/// See [`gas`]. Two balls in collision keep their energy exactly; three that meet in one step do not, and in a crowd they
/// often do.
pub fn crowded_gas_energy() -> Case {
    gas("the same with balls of 10 cm", RADIUS_M, 0.1)
}

/// Forces between bodies come in pairs, so momentum stays (Newton's third law), however they collide.
pub fn implosion_momentum() -> Case {
    let count = 27;
    let balls = lattice(3, 0.5).enumerate().map(|(index, place)| {
        let towards = place.map(|part| -2.0 * part);
        let velocity = [0, 1, 2].map(|axis| towards[axis] + 0.3 * scattered(3 * index as u64 + axis as u64));
        let body = weighing(ball(RADIUS_M), 1.0 + 0.1 * (index % 5) as f32);
        moving(with_surface(body, 0.5, 0.5).at(place), velocity)
    });
    let mass = |body: usize| 1.0 + 0.1 * (body % 5) as f64;
    let momentum = move |path: &Path, frame: &Frame| -> (DVec3, f64) {
        let all = path.start().bodies.len();
        let parts = (0..all).map(|body| frame.velocity(body) * mass(body));
        parts.fold((DVec3::ZERO, 0.0), |(sum, sizes), part| {
            (sum + part, sizes + part.length())
        })
    };
    Case {
        what: "momentum lost by 27 balls that fly into each other, of the sum of its parts",
        unit: "",
        world: filled(weightless(Preset::Accurate), balls),
        secs: 2.0,
        formula: 0.0,
        scale: 1.0,
        tolerance: 1e-6,
        measure: Box::new(move |path| {
            assert_eq!(path.start().bodies.len(), count, "every ball is there");
            let (before, sizes) = momentum(path, path.start());
            let (after, _) = momentum(path, path.end());
            (after - before).length() / sizes
        }),
    }
}

/// N = m g.
pub fn contact_force_at_rest() -> Case {
    let mass = 2.0;
    let half = [0.1; 3];
    Case {
        what: "force between the floor and a box of 2 kg at rest",
        unit: "N",
        world: filled(
            empty(Preset::Accurate),
            [slope(0.0), weighing(cuboid(half), mass).at([0.0, 0.0, 0.1])],
        ),
        secs: 2.0,
        formula: f64::from(mass) * GRAVITY_MPS2,
        scale: f64::from(mass) * GRAVITY_MPS2,
        tolerance: 1e-3,
        measure: Box::new(|path| {
            // The mean of the last half second.
            let count = (0.5 / path.record_secs).round() as usize;
            let last = &path.frames[path.frames.len() - count..];
            let impulses = last.iter().flat_map(|frame| &frame.touches);
            impulses.map(|(_, _, impulse)| f64::from(*impulse)).sum::<f64>() / 0.5
        }),
    }
}
