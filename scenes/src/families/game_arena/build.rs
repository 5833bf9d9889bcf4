//! The world of a level.

use super::level::{CHASER_M, HALF_LEDGE_M, HALF_LIFT_M, LEDGE_M, Level, Obstacle, PLAYER_M, STEP_M, WALL_M};
use super::{AGENTS, CHASER_MPS, HALF_DEPTH_M, HALF_HEIGHT_M, RADIUS_M, Rule, SHOTS, SPEED_MPS};
use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{
    AGENT, Body, Camera, Freedom, Joint, Mechanism, Observe, Physics, Preset, Quantity, World,
};

/// What was drawn beside the level.
pub(super) struct Setup {
    pub rule: Rule,
    /// Whether chaser, blocker and collector take part.
    pub bots: [bool; 3],
    pub lift_speed_mps: f32,
    pub gravity_mps2: f32,
    /// Each agent has a camera of its own.
    pub egos: bool,
}

/// Radius of a thrown ball, m.
const SHOT_M: f32 = 0.09;
/// Out of sight, m.
const GONE_M: [f32; 3] = [0.0, 0.0, -40.0];
/// How thick the ground is, m: a lift's piston hides in it.
const GROUND_M: f32 = 1.4;
/// How deep pits are, m.
const PIT_M: f32 = 0.9;
/// Where those wait who do not take part: behind the left end, m.
const BENCH_M: [f32; 2] = [-4.0, 0.0];
/// How high panes reach, m: nobody jumps over one, not from the highest lift either.
const PANE_TOP_M: f32 = 4.0;
/// From an agent's middle to that of its visor, m.
const VISOR_M: [f32; 3] = [0.13, 0.0, 0.13];
/// From the visor's middle to the eye: just before its front.
const EYE_M: [f32; 3] = [0.08, 0.0, 0.0];

pub(super) fn world(level: &Level, setup: &Setup, look: &mut Rng) -> World<f32> {
    let mut world = World::<f32> {
        gravity_mps2: [0.0, 0.0, -setup.gravity_mps2],
        physics: Physics {
            preset: Preset::Fast,
            step_hz: None,
        },
        ..World::default()
    };
    add_agents(&mut world, level, setup);
    let soils = [[0.42, 0.62, 0.36], [0.62, 0.52, 0.40], [0.48, 0.50, 0.62]];
    let soil = soils[look.below(soils.len())];
    add_ground(&mut world, level, soil);
    for (index, obstacle) in level.obstacles.iter().enumerate() {
        add_obstacle(&mut world, index, obstacle, setup);
    }
    let needed = add_pickups(&mut world, level, setup);
    add_door(&mut world, level, needed);
    add_views(&mut world);
    if setup.egos {
        add_egos(&mut world);
    }
    world
}

fn block(class: &str, half_extents_m: [f32; 3], at: [f32; 3], paint: Paint<f32>) -> Body<f32> {
    Body::new(class, Shape::Box { half_extents_m })
        .fixed()
        .at(at)
        .painted(paint)
}

fn add_agents(world: &mut World<f32>, level: &Level, setup: &Setup) {
    let shots: Vec<String> = (0..SHOTS).map(|index| format!("shot_{index}")).collect();
    let blocker = level.flats[level.flats.len() - 1] + 0.45;
    let collector = level.flats[0] - 0.2;
    let places = [PLAYER_M, CHASER_M, blocker, collector];
    let colors = [
        [0.20, 0.45, 0.95],
        [0.90, 0.16, 0.16],
        [0.55, 0.25, 0.70],
        [0.95, 0.75, 0.10],
    ];
    let speeds = [SPEED_MPS, CHASER_MPS, 1.0, 0.8];
    for (index, name) in AGENTS.into_iter().enumerate() {
        let plays = index == 0 || setup.bots[index - 1];
        let x = if plays {
            places[index]
        } else {
            BENCH_M[0] - index as f32
        };
        let shape = Shape::Capsule {
            radius_m: RADIUS_M,
            half_height_m: HALF_HEIGHT_M - RADIUS_M,
        };
        let body = Body::new(name, shape)
            .kinematic()
            .at([x, 0.0, HALF_HEIGHT_M + 0.02])
            .painted(Paint::plain(colors[index]));
        world.bodies.insert(name.into(), body);
        let [ahead, aside, above] = VISOR_M;
        let visor = Shape::Box {
            half_extents_m: [0.07, 0.12, 0.05],
        };
        let visor = Body::new("visor", visor)
            .kinematic()
            .untouchable()
            .at([x + ahead, aside, HALF_HEIGHT_M + 0.02 + above])
            .painted(Paint::plain(looks::AGENT));
        world.bodies.insert(format!("visor_{name}"), visor);
        let is_player = index == 0;
        world.mechanisms.insert(
            name.into(),
            Mechanism::Platformer {
                body: name.into(),
                axes: "xy".into(),
                max_speed_mps: speeds[index],
                jump_mps: 4.2,
                push_force_n: 60.0,
                throws: if is_player { shots.clone() } else { Vec::new() },
                throw_mps: if is_player { 6.0 } else { 0.0 },
                stunned_by: if is_player { Vec::new() } else { shots.clone() },
                stun_secs: if is_player { 0.0 } else { 2.0 },
                head: Some(format!("visor_{name}")),
            },
        );
        world.agents.insert(name.into(), vec![name.into()]);
    }
    let bench = block(
        "bench",
        [2.5, HALF_DEPTH_M, 0.1],
        [BENCH_M[0] - 1.5, 0.0, -0.1],
        Paint::plain(looks::WALL),
    );
    world.bodies.insert("bench".into(), bench);
    // Who sits there may act as it likes, and stays.
    add_panes(world, "bench", BENCH_M[0] - 1.5, 2.5);
    for (index, name) in shots.into_iter().enumerate() {
        let mut shot = Body::new("shot", Shape::Ball { radius_m: SHOT_M })
            .at([0.3 * index as f32 + 0.3, 0.0, 2.6])
            .painted(Paint::plain([0.10, 0.10, 0.12]));
        shot.material.density_kgpm3 = 300.0;
        shot.angular_damping = 2.0;
        shot.swept = true;
        world.bodies.insert(name, shot);
    }
}

/// The ground with its gaps, lava under them, and panes to both sides.
fn add_ground(world: &mut World<f32>, level: &Level, soil: [f32; 3]) {
    let mut stretches = Vec::new();
    let mut begin = 0.0;
    for obstacle in &level.obstacles {
        if let Obstacle::Pit { from, to } = *obstacle {
            stretches.push((begin, from));
            begin = to;
        }
    }
    stretches.push((begin, level.width));
    for (index, (from, to)) in stretches.into_iter().enumerate() {
        let body = block(
            "ground",
            [0.5 * (to - from), HALF_DEPTH_M, 0.5 * GROUND_M],
            [0.5 * (from + to), 0.0, -0.5 * GROUND_M],
            Paint::checker(soil, soil.map(|part| 0.85 * part), 0.5),
        );
        world.bodies.insert(format!("ground_{index}"), body);
    }
    let lava = block(
        "lava",
        [0.5 * level.width, HALF_DEPTH_M, 0.1],
        [0.5 * level.width, 0.0, -PIT_M],
        Paint::plain([0.95, 0.35, 0.05]),
    );
    world.bodies.insert("lava".into(), lava);
    add_panes(world, "pane", 0.5 * level.width, 0.5 * level.width);
}

/// Four panes that nobody sees, about a stretch with this middle and half length.
fn add_panes(world: &mut World<f32>, name: &str, middle: f32, half: f32) {
    // Down to below the pits.
    let half_height = 0.5 * (PANE_TOP_M + 1.0);
    let height = PANE_TOP_M - half_height;
    let aside = HALF_DEPTH_M + 0.05;
    for (side, half_extents, at) in [
        ("back", [half, 0.05, half_height], [middle, aside, height]),
        ("front", [half, 0.05, half_height], [middle, -aside, height]),
        (
            "left",
            [0.05, HALF_DEPTH_M, half_height],
            [middle - half - 0.05, 0.0, height],
        ),
        (
            "right",
            [0.05, HALF_DEPTH_M, half_height],
            [middle + half + 0.05, 0.0, height],
        ),
    ] {
        let mut body = block("pane", half_extents, at, Paint::default());
        body.paint.visible = false;
        body.material.friction = 0.0;
        world.bodies.insert(format!("{name}_{side}"), body);
    }
}

fn add_obstacle(world: &mut World<f32>, index: usize, obstacle: &Obstacle, setup: &Setup) {
    let [from, to] = match *obstacle {
        Obstacle::Lift { from, to, .. } => [from, to],
        ref other => other.span(),
    };
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let stone = Paint::checker(looks::WALL, looks::WALL.map(|part| 0.8 * part), 0.3);
    match *obstacle {
        Obstacle::Pit { .. } => {}
        Obstacle::Spikes { .. } => {
            let count = (2.0 * half / 0.15).round().max(2.0) as usize;
            let pitch = 2.0 * half / count as f32;
            let cone = Shape::Cone {
                radius_m: 0.5 * pitch,
                half_height_m: 0.09,
            };
            let parts = (0..2 * count)
                .map(|at| {
                    let y = if at % 2 == 0 { -0.4 } else { 0.2 };
                    let x = -half + pitch * (0.5 + (at / 2) as f32);
                    Part::new(cone.clone(), [x, y, 0.09])
                })
                .collect();
            let body = Body::new("spikes", Shape::Compound { parts })
                .fixed()
                .at([middle, 0.0, 0.0])
                .untouchable()
                .painted(Paint::plain([0.85, 0.10, 0.25]));
            world.bodies.insert("spikes".into(), body);
        }
        Obstacle::Step { .. } => {
            let half_extents = [half, HALF_DEPTH_M, 0.5 * STEP_M];
            let body = block("step", half_extents, [middle, 0.0, 0.5 * STEP_M], stone);
            world.bodies.insert(format!("step_{index}"), body);
        }
        Obstacle::Lift { lift, .. } => {
            let half_extents = [half, HALF_DEPTH_M, 0.5 * WALL_M];
            let body = block("wall", half_extents, [middle, 0.0, 0.5 * WALL_M], stone);
            world.bodies.insert(format!("wall_{index}"), body);
            // A piston out of the ground: under a cabin balls would be pressed into the ground.
            let cabin = block(
                "lift",
                [HALF_LIFT_M - 0.02, 0.9 * HALF_DEPTH_M, 0.5 * WALL_M],
                [lift, 0.0, 0.05 - 0.5 * WALL_M],
                Paint::plain([0.25, 0.75, 0.80]),
            );
            world.bodies.insert("lift".into(), cabin.kinematic());
            world.mechanisms.insert(
                "lift".into(),
                Mechanism::Lift {
                    body: "lift".into(),
                    to_m: [lift, 0.0, 0.5 * WALL_M],
                    speed_mps: setup.lift_speed_mps,
                    turn_rad: None,
                    pause_secs: 1.0,
                    stays: false,
                },
            );
        }
        Obstacle::Block { .. } => {
            let body = block(
                "block",
                [half, HALF_DEPTH_M, 0.5 * WALL_M],
                [middle, 0.0, 0.5 * WALL_M],
                Paint::checker([0.85, 0.55, 0.25], [0.60, 0.35, 0.15], 0.2),
            );
            world.bodies.insert("block".into(), body.kinematic());
            world.mechanisms.insert(
                "block".into(),
                Mechanism::Trigger {
                    body: "block".into(),
                    by: (0..SHOTS).map(|index| format!("shot_{index}")).collect(),
                    within_m: SHOT_M + 0.15,
                    min_speed_mps: 2.0,
                    needs: Vec::new(),
                    goes_to_m: Some(GONE_M),
                },
            );
        }
        Obstacle::Crate { .. } => {
            let mut body = Body::new(
                "crate",
                Shape::Box {
                    half_extents_m: [half, 0.6 * HALF_DEPTH_M, half],
                },
            )
            .at([middle, 0.0, half])
            .painted(Paint::checker([0.75, 0.55, 0.30], [0.50, 0.35, 0.18], half));
            body.material.mass_kg = Some(4.0);
            world.bodies.insert("crate".into(), body);
        }
    }
}

/// Coins, and the key or one more coin on a ledge. Gives the names of those that the door needs.
fn add_pickups(world: &mut World<f32>, level: &Level, setup: &Setup) -> Vec<String> {
    let ledge = block(
        "ledge",
        [HALF_LEDGE_M, HALF_DEPTH_M, 0.05],
        [level.ledge, 0.0, LEDGE_M - 0.05],
        Paint::plain(looks::WALL),
    );
    world.bodies.insert("ledge".into(), ledge);
    let mut coins: Vec<[f32; 3]> = level.coins.iter().map(|x| [*x, 0.0, 0.35]).collect();
    let on_ledge = [level.ledge, 0.0, LEDGE_M + 0.3];
    let key_at = if setup.rule.needs_key() {
        on_ledge
    } else {
        coins.push(on_ledge);
        GONE_M
    };
    let ring = |radius_m: f32| Shape::Cylinder {
        radius_m,
        half_height_m: 0.03,
    };
    let mut pickup =
        |name: &str, class: &str, shape: Shape<f32>, at: [f32; 3], color: [f32; 3], by: &[&str]| {
            let mut body = Body::new(class, shape)
                .kinematic()
                .at(at)
                .untouchable()
                .painted(Paint::plain(color));
            body.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
            world.bodies.insert(name.into(), body);
            world.mechanisms.insert(
                name.into(),
                Mechanism::Trigger {
                    body: name.into(),
                    by: by.iter().map(|name| name.to_string()).collect(),
                    within_m: 0.32,
                    min_speed_mps: 0.0,
                    needs: Vec::new(),
                    goes_to_m: Some(GONE_M),
                },
            );
        };
    let bow = Part::new(ring(0.11), [0.0, 0.0, 0.0]);
    let bit = Shape::Box {
        half_extents_m: [0.14, 0.035, 0.03],
    };
    let key = Shape::Compound {
        parts: vec![bow, Part::new(bit, [0.2, 0.0, 0.0])],
    };
    pickup("key", "key", key, key_at, [0.98, 0.55, 0.75], &["player"]);
    let mut names = Vec::new();
    for (index, at) in coins.into_iter().enumerate() {
        let name = format!("coin_{index}");
        pickup(
            &name,
            "coin",
            ring(0.12),
            at,
            [1.0, 0.84, 0.10],
            &["player", "collector"],
        );
        names.push(name);
    }
    if !setup.rule.needs_coins() {
        names.clear();
    }
    if setup.rule.needs_key() {
        names.push("key".into());
    }
    names
}

/// The door with its lock, and the wall over it; the flag behind it.
fn add_door(world: &mut World<f32>, level: &Level, mut needed: Vec<String>) {
    let leaf = Body::new(
        "door",
        Shape::Box {
            half_extents_m: [0.08, HALF_DEPTH_M - 0.02, 0.5 * WALL_M],
        },
    )
    .at([level.door, 0.0, 0.5 * WALL_M + 0.01])
    .painted(Paint::plain([0.45, 0.28, 0.16]));
    world.bodies.insert("door".into(), leaf);
    // Nobody jumps over the leaf, which rises before it.
    let half_height = 0.5 * (PANE_TOP_M - WALL_M);
    let lintel = block(
        "lintel",
        [0.06, HALF_DEPTH_M, half_height],
        [level.door + 0.16, 0.0, WALL_M + half_height],
        Paint::checker(looks::WALL, looks::WALL.map(|part| 0.8 * part), 0.3),
    );
    world.bodies.insert("lintel".into(), lintel);
    world.joints.insert(
        "door".into(),
        Joint {
            parent: "world".into(),
            child: "door".into(),
            anchor_parent_m: [level.door, 0.0, 0.5 * WALL_M + 0.01],
            anchor_child_m: [0.0; 3],
            freedom: Freedom::Slider {
                axis: [0.0, 0.0, 1.0],
                limits_m: Some([0.0, 1.2]),
            },
            motor: None,
            contacts: false,
            // In reduced coordinates a body that fell on the leaf made it fly off at 3,000 km/s.
            reduced: false,
            damping: 0.0,
        },
    );
    let mark = block(
        "lock",
        [0.03, 0.1, 0.1],
        [level.door - 0.10, -0.3, 0.45],
        Paint::plain([0.98, 0.55, 0.75]),
    );
    world.bodies.insert("lock".into(), mark.untouchable());
    needed.push("player".into());
    world.mechanisms.insert(
        "lock".into(),
        Mechanism::Trigger {
            body: "lock".into(),
            by: vec!["player".into()],
            within_m: 0.6,
            min_speed_mps: 0.0,
            needs: needed,
            goes_to_m: None,
        },
    );
    world.mechanisms.insert(
        "door".into(),
        Mechanism::Opener {
            joint: "door".into(),
            button: "lock".into(),
            closed_at: 0.0,
            open_at: 1.15,
            max_velocity: 1.5,
            max_force: 6000.0,
        },
    );
    let parts = vec![
        Part::new(
            Shape::Box {
                half_extents_m: [0.025, 0.025, 0.6],
            },
            [0.0, 0.0, 0.6],
        ),
        Part::new(
            Shape::Box {
                half_extents_m: [0.2, 0.02, 0.14],
            },
            [0.2, 0.0, 1.05],
        ),
    ];
    let flag = Body::new("flag", Shape::Compound { parts })
        .fixed()
        .at([level.goal, 0.3, 0.0])
        .untouchable()
        .painted(Paint::plain(looks::GOAL));
    world.bodies.insert("flag".into(), flag);
}

/// What each agent senses: itself, where everybody and what the player is after are as seen from it, and how far the player is.
/// Who sits on the bench is seen there.
fn agents_observe() -> Vec<Observe> {
    let seen = |name: &str| Observe::new(name, Quantity::Position).seen_from(AGENT);
    let mut all = vec![
        Observe::new(AGENT, Quantity::Position),
        Observe::new(AGENT, Quantity::Velocity),
        Observe::new(&format!("visor_{AGENT}"), Quantity::Heading),
        Observe::new(AGENT, Quantity::State),
        Observe::new(AGENT, Quantity::Stun),
    ];
    all.extend(AGENTS.map(seen));
    all.extend(["key", "lock", "flag"].map(seen));
    all.extend(["key", "lock"].map(|name| Observe::new(name, Quantity::State)));
    all
}

fn add_views(world: &mut World<f32>) {
    world.observe = vec![
        Observe::new("player", Quantity::Position),
        Observe::new("player", Quantity::State),
        Observe::axes("chaser", Quantity::Position, "xz"),
        Observe::axes("blocker", Quantity::Position, "xy"),
        Observe::axes("collector", Quantity::Position, "xy"),
        Observe::axes("lock", Quantity::Position, "x"),
        Observe::axes("flag", Quantity::Position, "x"),
        Observe::new("visor_player", Quantity::Heading),
        Observe::new("key", Quantity::State),
        Observe::new("lock", Quantity::State),
    ];
    world.agents_observe = agents_observe();
    // From the side, some five metres of the level wide, and over the player's shoulder: both go with the player, the second
    // turns with it.
    let mut side = Camera::looking([0.7, -9.6, 3.0], [0.7, 0.0, 0.3], 28.0);
    side.mount = Some("player".into());
    world.cameras.insert("side".into(), side);
    let from_head = |at: [f32; 3]| std::array::from_fn(|axis| at[axis] - VISOR_M[axis]);
    let mut behind = Camera::looking(from_head([-1.7, -0.45, 1.0]), from_head([1.3, 0.1, 0.0]), 62.0);
    behind.mount = Some("visor_player".into());
    world.cameras.insert("behind".into(), behind);
    world.light.sun_direction = [0.3, -0.8, 1.0];
}

/// What each agent sees: from its visor, a little down, since what it walks into lies below its eyes.
fn add_egos(world: &mut World<f32>) {
    for name in AGENTS {
        let mut ego = Camera::looking(EYE_M, [EYE_M[0] + 2.0, 0.0, -0.35], 75.0);
        ego.mount = Some(format!("visor_{name}"));
        world.cameras.insert(format!("ego_{name}"), ego);
    }
}
