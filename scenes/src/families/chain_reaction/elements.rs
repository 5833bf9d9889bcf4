//! The elements of a chain. Each takes a push along the row and passes one on.

use super::row::{HALF_DEPTH_M, LIP_M, Row};
use crate::looks;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Mechanism, Motor};

/// The elements' names, as templates have them.
pub(super) const ELEMENTS: [&str; 9] = [
    "dominoes", "ramp", "pendulum", "seesaw", "hammer", "gate", "spring", "lever", "pulley",
];

/// About how long an element is, m.
pub(super) fn length_m(element: &str, domino_count: usize) -> f32 {
    match element {
        "dominoes" => 0.07 * domino_count as f32,
        "ramp" => 0.40,
        "pendulum" => 0.13,
        "seesaw" => 0.44,
        "hammer" => 0.10,
        "gate" => 0.50,
        "spring" => 0.46,
        "lever" => 0.27,
        "pulley" => 0.52,
        other => unreachable!("`{other}` is no element"),
    }
}

/// Builds an element at the cursor and moves the cursor behind it.
pub(super) fn add(row: &mut Row<'_>, element: &str) {
    match element {
        "dominoes" => dominoes(row),
        "ramp" => ramp(row),
        "pendulum" => pendulum(row),
        "seesaw" => seesaw(row),
        "hammer" => hammer(row),
        "gate" => gate(row),
        "spring" => spring(row),
        "lever" => lever(row),
        "pulley" => pulley(row),
        other => unreachable!("`{other}` is no element"),
    }
    row.count += 1;
}

fn mover(row: &Row<'_>) -> String {
    format!("mover_{}", row.count)
}

/// Blocks that topple one another.
fn dominoes(row: &mut Row<'_>) {
    let (count, height) = (row.traits.domino_count, row.traits.domino_height_m);
    let pitch = row.about(0.07, 0.07);
    for index in 0..count {
        let half = [0.014, 0.8 * HALF_DEPTH_M, 0.5 * height];
        row.block("domino", 0.03 + pitch * index as f32, 0.0, half, 600.0);
    }
    // What comes next is close, so that the last one strikes it from the side and not from above, which would pin it down.
    let length = 0.03 + pitch * (count - 1) as f32 + 0.035;
    row.board([0.0, 0.0], [length, 0.0]);
    row.go(length, 0.0);
}

/// A ball at the top of a slope.
fn ramp(row: &mut Row<'_>) {
    let (radius, angle) = (row.traits.ball_radius_m, row.traits.ramp_angle_rad);
    let (top, run) = (2.0 * radius + 0.02, row.about(0.22, 0.1));
    let drop = run * libm::tanf(angle);
    row.ball(&mover(row), radius + 0.01, 0.0, row.color());
    row.board([0.0, 0.0], [top, 0.0]);
    row.board([top, 0.0], [top + run, -drop]);
    row.board([top + run, -drop], [top + run + 0.05, -drop]);
    row.go(top + run + 0.05, -drop - LIP_M);
}

/// A bob on a rod that swings.
fn pendulum(row: &mut Row<'_>) {
    let (radius, rod) = (row.about(0.04, 0.1), row.about(0.15, 0.12));
    let foot = 0.015;
    let (u, bob_z) = (radius + 0.01, radius + foot);
    let bob = Part::new(Shape::Ball { radius_m: radius }, [0.0; 3]);
    let bar = Shape::Box {
        half_extents_m: [0.007, 0.007, 0.5 * rod],
    };
    let shape = Shape::Compound {
        parts: vec![bob, Part::new(bar, [0.0, 0.0, 0.5 * rod])],
    };
    let mut body = Body::new("pendulum", shape)
        .at(row.at(u, bob_z))
        .painted(Paint::plain(row.color()));
    body.material = row.material(700.0);
    let name = mover(row);
    row.world.bodies.insert(name.clone(), body);
    let joint = format!("pendulum_{}", row.count);
    row.hinge(&joint, &name, u, bob_z + rod, [-1.4, 1.4], 0.0005);
    row.board([0.0, 0.0], [2.0 * radius + 0.03, 0.0]);
    row.go(2.0 * radius + 0.03, 0.0);
}

/// A plank that tips when the ball on it has come past its middle.
fn seesaw(row: &mut Row<'_>) {
    let radius = row.traits.ball_radius_m;
    let (half_length, half_thick) = (row.about(0.17, 0.1), 0.01);
    let back = row.about(0.35, 0.06) * half_length;
    let middle = half_length + 0.01;
    let mut body = Body::new(
        "seesaw",
        Shape::Box {
            half_extents_m: [half_length, 0.9 * HALF_DEPTH_M, half_thick],
        },
    )
    .at(row.at(middle, -half_thick))
    .painted(Paint::plain(row.color()));
    body.material = row.material(400.0);
    // Heavier where it waits, so that it comes back.
    body.material.center_of_mass_m = Some([-back * row.direction, 0.0, 0.0]);
    let name = format!("plank_{}", row.count);
    row.world.bodies.insert(name.clone(), body);
    let joint = format!("seesaw_{}", row.count);
    row.hinge(&joint, &name, middle, -half_thick, [0.0, 0.3], 0.002);
    row.ball(&mover(row), 0.02 + radius, 0.0, row.color());
    let (end, drop) = (middle + half_length * 0.96 + 0.01, half_length * 0.296 + 0.03);
    row.board([end, -drop], [end + 0.06, -drop]);
    row.go(end + 0.06, -drop - LIP_M);
}

/// A hammer on a hinge at its foot: it stands upright, its head behind, and falls over.
fn hammer(row: &mut Row<'_>) {
    let (height, head) = (row.about(0.17, 0.1), row.about(0.022, 0.1));
    let half_rod = 0.009;
    let u = 0.02 + 2.0 * head;
    // The head is on the far side of what it strikes: in front it would hook a ball and hold it.
    let shape = row.boxes(&[
        ([0.0, 0.0], [half_rod, 0.5 * HALF_DEPTH_M, 0.5 * height]),
        (
            [-half_rod - head, 0.5 * height - head],
            [head, 0.8 * HALF_DEPTH_M, head],
        ),
    ]);
    let mut body = Body::new("hammer", shape)
        .at(row.at(u, 0.02 + 0.5 * height))
        .painted(Paint::plain(row.color()));
    body.material = row.material(700.0);
    // Smooth: it must slip off what it strikes, and not pin it down.
    body.material.friction = 0.05;
    let name = mover(row);
    row.world.bodies.insert(name.clone(), body);
    let joint = format!("hammer_{}", row.count);
    // Heavier behind, it stands against its stop.
    row.hinge(&joint, &name, u, 0.02, [0.0, 1.9], 0.0005);
    row.board([0.0, 0.0], [u + 0.03, 0.0]);
    row.go(u + 0.03, 0.0);
}

/// A ball that sets off a plate; the plate opens a gate; the gate lets another ball roll.
fn gate(row: &mut Row<'_>) {
    let radius = row.traits.ball_radius_m;
    let slope = libm::tanf(row.about(0.22, 0.15));
    let flat = 2.0 * radius + row.about(0.10, 0.1);
    let run = 2.0 * radius + row.about(0.16, 0.1);
    let drop = run * slope;
    let name = mover(row);
    row.ball(&name, radius + 0.01, 0.0, row.color());
    row.board([0.0, 0.0], [flat, 0.0]);
    let plate = row.plate(&name, 2.0 * radius + 0.05, 0.0, 0.03);
    row.board([flat, 0.0], [flat + run, -drop]);
    row.board([flat + run, -drop], [flat + run + 0.04, -drop]);
    let u = flat + 0.01 + radius;
    row.ball(
        &format!("released_{}", row.count),
        u,
        -slope * (u - flat) + 0.003,
        row.color(),
    );
    let bar_u = u + radius + 0.014;
    let bar = Body::new(
        "gate",
        Shape::Box {
            half_extents_m: [0.01, 0.9 * HALF_DEPTH_M, 0.06],
        },
    )
    .at(row.at(bar_u, -slope * (bar_u - flat) + 0.064))
    .painted(Paint::plain(looks::PALETTE[8]));
    let bar_name = format!("gate_{}", row.count);
    row.world.bodies.insert(bar_name.clone(), bar);
    row.slider(&bar_name, &bar_name, [0.0, 0.0, 1.0], [0.0, 0.13]);
    row.world.mechanisms.insert(
        bar_name.clone(),
        Mechanism::Opener {
            joint: bar_name,
            button: plate,
            closed_at: 0.0,
            open_at: 0.12,
            max_velocity: 0.6,
            max_force: 30.0,
        },
    );
    row.go(flat + run + 0.04, -drop - LIP_M);
}

/// A ball that sets off a plate; the plate frees a spring, which shoots another ball.
fn spring(row: &mut Row<'_>) {
    let radius = row.traits.ball_radius_m;
    let name = mover(row);
    row.ball(&name, radius + 0.01, 0.0, row.color());
    let plate = row.plate(&name, 2.0 * radius + 0.05, 0.0, 0.03);
    let u = 3.0 * radius + row.about(0.10, 0.05);
    let half = [0.02, 0.8 * HALF_DEPTH_M, 0.03];
    let mut plunger = Body::new("plunger", Shape::Box { half_extents_m: half })
        .at(row.at(u, half[2] + 0.006))
        .painted(Paint::plain(looks::PALETTE[8]));
    plunger.material = row.material(800.0);
    let plunger_name = format!("plunger_{}", row.count);
    row.world.bodies.insert(plunger_name.clone(), plunger);
    let joint = format!("spring_{}", row.count);
    row.slider(&joint, &plunger_name, [row.direction, 0.0, 0.0], [-0.005, 0.07]);
    row.world.joints[&joint].motor = Some(Motor {
        target_position: 0.08,
        target_velocity: 0.0,
        stiffness: row.about(120.0, 0.15),
        damping: 1.5,
        max_force: 20.0,
    });
    row.world.mechanisms.insert(
        joint.clone(),
        Mechanism::Latch {
            joint,
            closed_at: 0.0,
            catches_within: 0.02,
            released_by: plate,
            closed: true,
        },
    );
    let shot = u + half[0] + 0.006 + radius;
    row.ball(&format!("released_{}", row.count), shot, 0.0, row.color());
    let end = shot + radius + 0.07;
    row.board([0.0, 0.0], [end, 0.0]);
    row.go(end, -LIP_M);
}

/// A bent lever with a ball on its level arm: a counterweight holds it up until somebody pushes the upright arm. Then the ball
/// rolls outwards, and the further it is the more it weighs.
fn lever(row: &mut Row<'_>) {
    let (radius, half_thick, pivot_u) = (row.traits.ball_radius_m, 0.008, 0.03);
    let (height, length) = (row.about(0.13, 0.1), row.about(0.17, 0.08));
    let lip = half_thick + radius + 0.003;
    let shape = row.boxes(&[
        (
            [0.0, 0.5 * height],
            [half_thick, 0.8 * HALF_DEPTH_M, 0.5 * height],
        ),
        (
            [0.5 * length, 0.0],
            [0.5 * length, 0.9 * HALF_DEPTH_M, half_thick],
        ),
        ([0.0, -0.04], [half_thick, 0.3 * HALF_DEPTH_M, 0.04]),
        ([-0.03, -0.075], [0.018, 0.8 * HALF_DEPTH_M, 0.018]),
    ]);
    let mut body = Body::new("lever", shape)
        .at(row.at(pivot_u, -half_thick))
        .painted(Paint::plain(row.color()));
    body.material = row.material(700.0);
    // What strikes it must slip off.
    body.material.friction = 0.2;
    // It weighs as much as the ball, and a little more turns it back than the ball turns it on.
    let ball_kg = row.traits.ball_kg();
    body.material.mass_kg = Some(ball_kg);
    body.material.center_of_mass_m = Some([-row.about(1.2, 0.06) * lip * row.direction, 0.0, 0.0]);
    let name = format!("crank_{}", row.count);
    row.world.bodies.insert(name.clone(), body);
    let joint = format!("lever_{}", row.count);
    row.hinge(&joint, &name, pivot_u, -half_thick, [0.0, LEVER_RAD], 0.001);
    row.ball(&mover(row), pivot_u + lip, 0.0, row.color());
    let (end, drop) = (
        pivot_u + 0.94 * length + 0.01,
        length * libm::sinf(LEVER_RAD) + half_thick + 0.03,
    );
    row.board([0.0, 0.0], [pivot_u - 0.02, 0.0]);
    row.board([end, -drop], [end + 0.06, -drop]);
    row.go(end + 0.06, -drop - LIP_M);
}

/// How far a lever turns, rad.
const LEVER_RAD: f32 = 0.35;

/// A ball that rolls into a bucket. The bucket sinks and lifts, by a rope over two sheaves, a gate that lets another ball roll.
fn pulley(row: &mut Row<'_>) {
    let (radius, ball_kg) = (row.traits.ball_radius_m, row.traits.ball_kg());
    let (top, wall) = (2.0 * radius + 0.02, 0.006);
    row.ball(&mover(row), radius + 0.01, 0.0, row.color());
    row.board([0.0, 0.0], [top, 0.0]);

    // The bucket hangs with its floor a little below the shelf; a post behind it keeps what comes fast from going on by itself.
    let (half, deep) = (radius + 0.012, 0.6 * radius);
    let (middle, rim) = (top + 0.006 + half, 1.2 * radius);
    let half_right = 0.5 * (rim + deep);
    let shape = row.boxes(&[
        ([0.0, 0.0], [half, 0.9 * HALF_DEPTH_M, wall]),
        (
            [wall - half, 0.5 * deep],
            [wall, 0.9 * HALF_DEPTH_M, 0.5 * deep - 0.002],
        ),
        ([half - wall, half_right], [wall, 0.9 * HALF_DEPTH_M, half_right]),
    ]);
    let mut bucket = Body::new("bucket", shape)
        .at(row.at(middle, -deep))
        .painted(Paint::plain(row.color()));
    bucket.material = row.material(400.0);
    // Lighter than the gate without the ball, heavier with it.
    bucket.material.mass_kg = Some(row.about(0.3, 0.1) * ball_kg);
    let bucket_name = format!("bucket_{}", row.count);
    row.world.bodies.insert(bucket_name.clone(), bucket);
    let rise = 2.0 * radius + 0.015;
    row.slider(&bucket_name, &bucket_name, [0.0, 0.0, 1.0], [-rise, 0.01]);

    let (low, slope) = (-0.04, libm::tanf(row.about(0.22, 0.15)));
    let flat = middle + half + 0.006;
    row.post(flat + 0.012, low - 0.024, 2.2 * radius + 0.024 - low);
    let first = flat + 0.024;
    let run = 2.0 * radius + row.about(0.15, 0.1);
    let drop = run * slope;
    row.board([first, low], [first + run, low - drop]);
    row.board([first + run, low - drop], [first + run + 0.04, low - drop]);
    let u = first + 0.006 + radius;
    row.ball(
        &format!("released_{}", row.count),
        u,
        low - slope * (u - first) + 0.003,
        row.color(),
    );
    let (bar_u, half_bar) = (u + radius + 0.014, 0.045);
    let bar_z = low - slope * (bar_u - first) + 0.004 + half_bar;
    let mut bar = Body::new(
        "gate",
        Shape::Box {
            half_extents_m: [0.01, 0.9 * HALF_DEPTH_M, half_bar],
        },
    )
    .at(row.at(bar_u, bar_z))
    .painted(Paint::plain(looks::PALETTE[8]));
    bar.material = row.material(400.0);
    bar.material.friction = 0.1;
    bar.material.mass_kg = Some(row.about(0.65, 0.08) * ball_kg);
    let bar_name = format!("gate_{}", row.count);
    row.world.bodies.insert(bar_name.clone(), bar);
    row.slider(&bar_name, &bar_name, [0.0, 0.0, 1.0], [0.0, rise + 0.02]);

    row.rope(
        [&bucket_name, &bar_name],
        [[middle + half - wall, rim], [bar_u, bar_z + half_bar]],
        bar_z + half_bar + rise + 0.03,
        rise,
    );
    row.go(first + run + 0.04, low - drop - LIP_M);
}

/// A ball that falls off the end of a row and rolls back below it: the start of the next row.
pub(super) fn turn(row: &mut Row<'_>) {
    let radius = row.traits.ball_radius_m;
    let top = 2.0 * radius + 0.02;
    row.ball(&format!("turner_{}", row.count), radius + 0.01, 0.0, row.color());
    row.board([0.0, 0.0], [top, 0.0]);
    let far = top + 2.0 * radius + 0.06;
    row.board([top - 0.03, -0.25], [far, -0.11]);
    row.post(far, -0.14, 0.24);
    row.go(top - 0.03, -0.25 - LIP_M);
    row.direction = -row.direction;
}

/// The green ball, and the blue tray it is to fall into. Gives the tray's far end and floor in the row's frame.
pub(super) fn finale(row: &mut Row<'_>) {
    let radius = row.traits.ball_radius_m;
    let top = 2.0 * radius + 0.02;
    row.ball("green", radius + 0.01, 0.0, [0.13, 0.72, 0.30]);
    row.board([0.0, 0.0], [top, 0.0]);
    let (half, wall) = (0.5 * TRAY_M, 0.012);
    let middle = top + 0.012 + half;
    let shape = row.boxes(&[
        ([0.0, 0.0], [half, HALF_DEPTH_M, wall]),
        ([-half + wall, 0.04], [wall, HALF_DEPTH_M, 0.04]),
        ([half - wall, 0.10], [wall, HALF_DEPTH_M, 0.10]),
    ]);
    let mut body = Body::new("tray", shape)
        .fixed()
        .at(row.at(middle, TRAY_Z_M))
        .painted(Paint::plain([0.12, 0.35, 0.92]));
    body.material = row.material(1000.0);
    row.world.bodies.insert("blue".into(), body);
    row.spans(middle + half);
    row.go(middle + half, TRAY_Z_M);
}

/// Length of the blue tray, m.
const TRAY_M: f32 = 0.26;
/// The tray's floor below the last shelf, m.
const TRAY_Z_M: f32 = -0.15;
