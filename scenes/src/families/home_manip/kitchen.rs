//! Where everything is in the kitchen at the start.

use super::goals::Goal;
use super::parts::{
    self, BUTTON, CUP, CUPBOARD, DRAWER, Door, Draws, Handle, HandleKind, JAR, LAMP_RISE_M, LEAN_RAD, LID,
    LID_LIES_M, LID_REST_M, LIGHT, PLATE, PLATE_HALF_M, SPOON, SPOON_HALF_M, SPOON_REACH_M, SWITCH,
};
use super::{BLOCK, LAMP};
use crate::draw::{Draw, PlanError};
use crate::gripper::{Gripper, HAND, TIP_M};
use crate::looks;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};

/// Where one can stand beside the other, m.
const SLOTS_M: [f32; 3] = [-0.2, 0.0, 0.2];
const JAR_Y_M: f32 = 0.17;
/// The switch stands before the jar, where no drawer or door comes, m.
const SWITCH_Y_M: f32 = 0.035;
/// The table before them, where small things lie, m.
const FREE_LOW: Vec2 = Vec2::new(-0.3, -0.27);
const FREE_HIGH: Vec2 = Vec2::new(0.3, -0.1);
/// A finger has room between any two things, m.
const GAP_M: f32 = 0.022;

/// What a kitchen is like.
struct Style {
    /// Of the furniture, and of the floor's tiles.
    wood: [f32; 3],
    tiles: [[f32; 3]; 2],
    /// How far the drawer stands behind the cupboard, m.
    drawer_back_m: f32,
}

impl Style {
    fn named(word: &str) -> Style {
        let (wood, tiles, drawer_back_m) = match word {
            "white" => ([0.86, 0.84, 0.80], [[0.60, 0.62, 0.66], [0.55, 0.57, 0.61]], 0.0),
            "slate" => ([0.46, 0.52, 0.58], [[0.70, 0.66, 0.56], [0.65, 0.61, 0.51]], 0.0),
            "mint" => ([0.56, 0.76, 0.66], [[0.84, 0.82, 0.76], [0.44, 0.42, 0.40]], 0.03),
            "plum" => ([0.42, 0.28, 0.40], [[0.36, 0.38, 0.42], [0.31, 0.33, 0.37]], 0.03),
            _ => ([0.72, 0.56, 0.40], [[0.66, 0.62, 0.57], [0.62, 0.58, 0.53]], 0.0),
        };
        Style {
            wood,
            tiles,
            drawer_back_m,
        }
    }
}

/// What is locked at the start.
struct Locks {
    /// The drawer, until this mechanism is active.
    drawer_by: Option<&'static str>,
    /// The cupboard, until the button is pressed.
    cupboard: bool,
}

/// Puts things where nothing is.
struct Table {
    taken: Vec<(Vec2, f32)>,
}

impl Table {
    /// A place for what is within a radius of it.
    fn place(&mut self, rng: &mut Rng, radius: f32) -> Result<Vec3, PlanError> {
        self.place_all(rng, &[(Vec2::ZERO, radius)])
    }

    /// A place for what is within these circles about points beside it.
    fn place_all(&mut self, rng: &mut Rng, circles: &[(Vec2, f32)]) -> Result<Vec3, PlanError> {
        for _ in 0..200 {
            let spot = Vec2::new(
                rng.uniform_f32(FREE_LOW.x, FREE_HIGH.x),
                rng.uniform_f32(FREE_LOW.y, FREE_HIGH.y),
            );
            let own = circles.iter().map(|(way, radius)| (spot + *way, *radius));
            let fits = |(spot, radius): (Vec2, f32)| {
                let clear = |(other, size): &(Vec2, f32)| other.distance(spot) > size + radius + GAP_M;
                // Nearer to the camera it sees less to the sides.
                let seen = spot.x.abs() < FREE_HIGH.x - 0.3 * (FREE_HIGH.y - spot.y);
                seen && self.taken.iter().all(clear)
            };
            if own.clone().all(fits) {
                self.taken.extend(own);
                return Ok(spot.extend(0.0));
            }
        }
        Err(PlanError::no_fit("the small things do not fit beside each other"))
    }
}

pub(super) fn world(draw: &mut Draw<'_>, goal: Goal) -> Result<World<f32>, PlanError> {
    let mut rng = draw.rng("layout");
    let drawer_start = match (goal, draw.word("drawer_start").as_str()) {
        (Goal::DrawerClosed, _) => "open",
        (Goal::DrawerOpen, "open") => "closed",
        (_, "open") => "open",
        (_, "locked") => "locked",
        _ => "closed",
    };
    draw.word_came_to("drawer_start", drawer_start);
    let unlocks = match draw.word("drawer_lock").as_str() {
        "switch" => SWITCH,
        _ => LAMP,
    };
    let cupboard_locked = draw.word("cupboard_start") == "locked";
    let locks = Locks {
        drawer_by: (drawer_start == "locked").then_some(unlocks),
        cupboard: cupboard_locked && goal == Goal::CupboardOpen,
    };
    let cupboard_start = if locks.cupboard { "locked" } else { "unlocked" };
    draw.word_came_to("cupboard_start", cupboard_start);
    let lid_start = match (goal, draw.word("lid_start").as_str()) {
        (Goal::JarOpen, _) => "on",
        (Goal::JarClosed, _) => "off",
        (_, "on") => "on",
        _ => "off",
    };
    draw.word_came_to("lid_start", lid_start);
    let switch_start = match (goal, draw.word("switch_start").as_str()) {
        (Goal::SwitchOn, _) => "off",
        (Goal::SwitchOff, _) => "on",
        _ if locks.drawer_by == Some(SWITCH) => "off",
        (_, "on") => "on",
        _ => "off",
    };
    draw.word_came_to("switch_start", switch_start);
    let style = Style::named(&draw.word("kitchen"));
    let door = Door::named(&draw.word("cupboard_kind"));
    let handle = Handle {
        kind: HandleKind::named(&draw.word("handle_kind")),
        standoff: draw.real("handle_standoff_m"),
    };
    let colors = looks::colors(&mut draw.rng("color"), 6);
    // Once the furniture's colour: drawn still, so that all that follows lies where it lay.
    rng.below(3);
    let draws = Draws {
        drawer_friction_n: draw.real("drawer_friction_n"),
        hinge_friction_nm: draw.real("hinge_friction_nm"),
        mass_kg: draw.real("front_mass_kg"),
        drawer_back_m: style.drawer_back_m,
        colors: [style.wood, colors[0], colors[1], colors[2]],
    };

    let mut world = World::<f32>::default();
    let mut floor = looks::floor(0.1);
    [floor.paint.color, floor.paint.second_color] = style.tiles;
    world.bodies.insert("floor".into(), floor);
    let [drawer_x, cupboard_x, jar_x] = side_by_side(&draw.word("middle"), rng.chance(0.5));

    let drawer_open = match (goal, drawer_start) {
        (Goal::DrawerClosed, _) => rng.uniform_f32(0.5, 0.95),
        (_, "open") => rng.uniform_f32(0.85, 0.98),
        _ => 0.0,
    };
    let cupboard_open = match goal {
        Goal::CupboardClosed => rng.uniform_f32(0.4, 0.9),
        Goal::CupboardOpen => 0.0,
        // A door that stands open would be in the way of what is beside it.
        _ => rng.uniform_f32(0.0, 0.12),
    };
    let turns = draw.word("action") != "xyz";
    // To within 9 degrees of square to a hand that does not turn.
    let yaw = |yaw_deg: f32, most_deg: f32| {
        if turns { yaw_deg } else { 9.0 * yaw_deg / most_deg }
    };
    let lid_on = lid_start == "on";
    parts::add_drawer(&mut world, drawer_x, drawer_open, handle, &draws);
    parts::add_cupboard(&mut world, cupboard_x, cupboard_open, door, handle, &draws);

    let mut table = Table { taken: Vec::new() };
    let block_half = draw.real("block_half_m");
    // Where a lid is laid, kept free.
    let beside = table.place(&mut rng, 0.05)?;
    let block_at = table.place(&mut rng, 1.5 * block_half)?;
    let plate_at = table.place(&mut rng, PLATE_HALF_M)?;
    let button_at = table.place(&mut rng, 0.03)?;
    table.taken.push((button_at.truncate() + Vec2::Y * 0.05, 0.02));
    let jar_at = Vec3::new(jar_x, JAR_Y_M, 0.0);
    let lid_at = if lid_on {
        jar_at + Vec3::Z * LID_REST_M
    } else {
        beside + Vec3::Z * LID_LIES_M
    };
    parts::add_jar(&mut world, jar_at, lid_at, &draws);
    parts::add_plate(&mut world, plate_at);
    parts::add_button(&mut world, button_at);
    let mut own = draw.rng("switch");
    let switch_x = jar_x + own.uniform_f32(-0.012, 0.012);
    parts::add_switch(
        &mut world,
        Vec3::new(switch_x, SWITCH_Y_M, 0.0),
        switch_start == "on",
    );
    let mut own = draw.rng("cup");
    let cup_at = table.place(&mut own, 0.036)?;
    let yaw_deg = yaw(own.uniform_f32(-180.0, 180.0), 180.0);
    let color = looks::PALETTE[own.below(looks::PALETTE.len())];
    parts::add_cup(&mut world, cup_at, yaw_deg, draw.real("cup_mass_kg"), color);

    let mut own = draw.rng("spoon");
    let yaw_deg = yaw(own.uniform_f32(-30.0, 30.0), 30.0);
    let along = Vec2::from_angle(yaw_deg.to_radians()) * (SPOON_REACH_M - 0.016);
    let circles = [-along, Vec2::ZERO, along].map(|way| (way, 0.018));
    let spoon_at = table.place_all(&mut own, &circles)? + Vec3::Z * SPOON_HALF_M;
    parts::add_spoon(&mut world, spoon_at, yaw_deg, draw.real("spoon_mass_kg"));

    let mut block = Body::new(
        "block",
        Shape::Box {
            half_extents_m: [block_half; 3],
        },
    )
    .at((block_at + Vec3::Z * block_half).to_array())
    .painted(Paint::checker(colors[3], [1.0, 1.0, 1.0], block_half));
    block.rotation = Rotation::RpyDeg([0.0, 0.0, yaw(rng.uniform_f32(-180.0, 180.0), 180.0)]);
    block.material.density_kgpm3 = draw.real("block_density_kgpm3");
    world.bodies.insert(BLOCK.into(), block);
    for index in 0..draw.count("clutter_count") {
        let thing = clutter(&mut rng, &mut table, colors[4 + index % 2])?;
        world.bodies.insert(format!("clutter_{index}"), thing);
    }

    Gripper {
        at: Vec3::new(
            rng.uniform_f32(-0.15, 0.15),
            rng.uniform_f32(-0.2, -0.05),
            rng.uniform_f32(0.17, 0.22) + TIP_M,
        ),
        yaw_deg: if turns { rng.uniform_f32(-20.0, 20.0) } else { 0.0 },
        keeps_attitude: !turns,
        holding: None,
        hold_limit_n: draw.real("hold_limit_n"),
        grip_force_n: 15.0,
        low: [-0.36, -0.34, 0.0],
        high: [0.36, 0.28, 0.3],
    }
    .add(&mut world);
    let spring_nm = draw.real("switch_spring_nm");
    add_mechanisms(&mut world, &locks, spring_nm, switch_start == "on");
    observe(&mut world);
    Ok(world)
}

/// Where the drawer, the cupboard and the jar stand: one of them in the middle, of the others the first on the left or right.
fn side_by_side(middle: &str, turned: bool) -> [f32; 3] {
    let [left, center, right] = SLOTS_M;
    let (first, second) = if turned { (right, left) } else { (left, right) };
    match middle {
        "drawer" => [center, first, second],
        "cupboard" => [first, center, second],
        _ => [first, second, center],
    }
}

/// A beaker, upside down, or another block.
fn clutter(rng: &mut Rng, table: &mut Table, color: [f32; 3]) -> Result<Body<f32>, PlanError> {
    let half = rng.uniform_f32(0.018, 0.026);
    let height = rng.uniform_f32(0.02, 0.035);
    let shape = if rng.chance(0.5) {
        Shape::Cylinder {
            radius_m: half,
            half_height_m: height,
        }
    } else {
        Shape::Box {
            half_extents_m: [half, 0.8 * half, height],
        }
    };
    let at = table.place(rng, 1.2 * half)? + Vec3::Z * height;
    let mut body = Body::new("clutter", shape)
        .at(at.to_array())
        .painted(Paint::plain(color));
    body.rotation = Rotation::RpyDeg([0.0, 0.0, rng.uniform_f32(-180.0, 180.0)]);
    body.material.density_kgpm3 = 500.0;
    Ok(body)
}

fn add_mechanisms(world: &mut World<f32>, locks: &Locks, spring_nm: f32, on: bool) {
    let button = Mechanism::Button {
        body: BUTTON.into(),
        pressed_by: vec![HAND.into()],
        // For good.
        hold_secs: 1e5,
        delay_secs: 0.0,
    };
    world.mechanisms.insert(LAMP.into(), button);
    let switch = Mechanism::Toggle {
        joint: SWITCH.into(),
        off_at: -LEAN_RAD,
        on_at: LEAN_RAD,
        max_force: spring_nm,
        on,
    };
    world.mechanisms.insert(SWITCH.into(), switch);
    for (lamp, lit_by) in [("lamp", LAMP), (LIGHT, SWITCH)] {
        let rises = Mechanism::Opener {
            joint: lamp.into(),
            button: lit_by.into(),
            closed_at: 0.0,
            open_at: LAMP_RISE_M,
            max_velocity: 0.1,
            max_force: 5.0,
        };
        world.mechanisms.insert(lamp.into(), rises);
    }
    // Nothing catches what has no lock.
    let latch = |joint: &str, by: Option<&str>, near: f32| Mechanism::Latch {
        joint: joint.into(),
        closed_at: 0.0,
        catches_within: if by.is_some() { near } else { 0.0 },
        released_by: by.unwrap_or(LAMP).into(),
        closed: by.is_some(),
    };
    let drawer = latch(DRAWER, locks.drawer_by, 0.004);
    world.mechanisms.insert("latch".into(), drawer);
    let cupboard = latch(CUPBOARD, locks.cupboard.then_some(LAMP), 0.02);
    world.mechanisms.insert("cupboard_latch".into(), cupboard);
}

fn observe(world: &mut World<f32>) {
    world.observe.extend([
        Observe::new(DRAWER, Quantity::JointPosition),
        Observe::new(CUPBOARD, Quantity::JointPosition),
        Observe::new("latch", Quantity::State),
        Observe::new("cupboard_latch", Quantity::State),
        Observe::new(LAMP, Quantity::State),
        Observe::new(SWITCH, Quantity::State),
        Observe::new(SWITCH, Quantity::JointPosition),
    ]);
    for body in [BLOCK, CUP, SPOON, LID, DRAWER, CUPBOARD] {
        world.observe.push(Observe::new(body, Quantity::Position));
    }
    for body in [BLOCK, CUP, SPOON] {
        world.observe.push(Observe::new(body, Quantity::Rotation));
    }
    for body in [JAR, PLATE, BUTTON, SWITCH] {
        world.observe.push(Observe::axes(body, Quantity::Position, "xy"));
    }
    let front = Camera::looking([0.0, -0.56, 0.6], [0.0, 0.02, 0.02], 44.0);
    world.cameras.insert("front".into(), front);
    // The wrist's camera comes second.
    let wrist = world.cameras.shift_remove("wrist").expect("a hand has one");
    world.cameras.insert("wrist".into(), wrist);
}
