//! What lies on the board of `hidden_props`: the pucks, the mark of one of them, the bar that keeps them in reach at first, and a
//! turntable on which two of them change places.

use super::ram::{HEAD_M, HEAD_X_M, REACH_X_M};
use crate::looks;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Combine, Material, Mechanism, World};

/// Lanes of the pucks, y in m: of up to three, and closer ones of more.
const LANES_Y_M: [f32; 3] = [-0.26, 0.0, 0.26];
const CLOSE_LANES_Y_M: [f32; 4] = [-0.3, -0.1, 0.1, 0.3];
pub(super) const PUCK_RADIUS_M: f32 = 0.075;
const PUCK_HALF_HEIGHT_M: f32 = 0.03;
/// Where pucks lie, x in m.
pub(super) const PUCK_X_M: f32 = -0.08;
/// Where the middle of a puck is when the head is at its end, x in m: there the puck leaves it.
pub(super) const LEAVES_X_M: f32 = HEAD_X_M + REACH_X_M + HEAD_M[0] + PUCK_RADIUS_M;
/// Pucks beyond this are out of the ram's reach, x in m.
pub(super) const AWAY_M: f32 = LEAVES_X_M + 0.01;
/// Half of the mark's length and width, m.
pub(super) const MARK_M: [f32; 2] = [0.08, 0.1];
/// Middle of the bar, x in m, half of its extents, how fast it sinks, m/s, and how deep, m.
const BAR_X_M: f32 = 0.315;
const BAR_M: [f32; 3] = [0.012, 0.44, 0.03];
const BAR_SPEED_MPS: f32 = 0.4;
const BAR_SINKS_M: f32 = 0.08;
/// From how high pucks are dropped, m.
const DROP_M: f32 = 0.08;
/// How fast pucks slide back at first, m/s, and from how far before their place, m.
const SLIDE_MPS: f32 = 0.35;
const SLIDE_M: f32 = 0.06;

/// The board of which pucks slide while it is tilted: a plate over all lanes that rises from here towards the bar, x in m, at
/// this angle; its length and half of its thickness, m.
const TILT_X_M: f32 = -0.02;
const TILT_DEG: f32 = 18.0;
const TILT_LENGTH_M: f32 = 0.16;
const TILT_HALF_M: f32 = 0.008;
/// How far up it pucks start, m.
const TILT_UP_M: f32 = 0.08;
/// After so long it sinks into the floor, s, at this speed, m/s.
const TILT_SECS: f32 = 0.9;
const TILT_SPEED_MPS: f32 = 0.15;

/// How far a turntable turns, rad, short of half a turn: how fast, rad/s, and after how long, s: what is shown at first is over then.
const SWAP_RAD: f32 = 3.0;
const SWAP_RADPS: f32 = 2.0;
const SWAP_SECS: f32 = 0.6;
/// How far its top is above the floor, m, and how far its rim is beyond the pucks on it.
const TABLE_M: f32 = 0.001;
const RIM_M: f32 = 0.025;
/// Its middle where pucks come off a tilted board, x in m.
const TILT_TABLE_X_M: f32 = -0.02;
/// So long after the pucks have changed places the bar sinks at the earliest, s.
const SWAPPED_SECS: f32 = 0.8;

/// The lanes for so many pucks, y in m.
pub(super) fn lanes_y_m(count: usize) -> Vec<f32> {
    if count > LANES_Y_M.len() {
        CLOSE_LANES_Y_M.to_vec()
    } else {
        LANES_Y_M.to_vec()
    }
}

/// What each puck is like.
pub(super) struct Puck {
    pub(super) lane_y_m: f32,
    pub(super) mass_kg: f32,
    pub(super) friction: f32,
    pub(super) restitution: f32,
    pub(super) center_of_mass_m: f32,
    pub(super) color: [f32; 3],
    /// It lies on a turntable.
    pub(super) on_table: bool,
}

/// Puts the marked puck into a lane beside its own, and who lies there, or `puck_1`, into the marked one: a turntable will bring them
/// to the other's. The turn, of -1 and 1, says on which side it is looked for first.
pub(super) fn exchange_lanes(pucks: &mut [Puck], lanes_y_m: &[f32], turn: f32) {
    let own = pucks[0].lane_y_m;
    let far = |lane: &f32| ((lane - own).abs(), -turn * (lane - own));
    let beside = (lanes_y_m.iter().copied().filter(|lane| *lane != own))
        .min_by(|one, other| far(one).partial_cmp(&far(other)).expect("numbers"))
        .expect("there are several lanes");
    let there = pucks.iter().position(|puck| puck.lane_y_m == beside);
    let other = there.unwrap_or(1);
    pucks[0].lane_y_m = beside;
    pucks[other].lane_y_m = own;
    for index in [0, other] {
        pucks[index].on_table = true;
    }
}

/// When a turntable begins to turn, and has, s; what is on a tilted board is waited for.
fn swap_secs(reveal: &str) -> [f32; 2] {
    let from = if reveal == "tilt" {
        SWAP_SECS + 0.8
    } else {
        SWAP_SECS
    };
    [from, from + SWAP_RAD / SWAP_RADPS]
}

/// When the bar sinks at the earliest where pucks change places, s.
pub(super) fn swapped_secs(reveal: &str) -> f32 {
    swap_secs(reveal)[1] + SWAPPED_SECS
}

/// The middle of the turntable, x in m. Of a tilted board some slide and some do not, and each comes to the other side of the middle: it is
/// where all of them stay in the ram's reach.
fn table_x_m(reveal: &str) -> f32 {
    if reveal == "tilt" {
        TILT_TABLE_X_M
    } else {
        PUCK_X_M
    }
}

/// A disc in the floor under two neighbours, which turns once and carries them to each other's place.
pub(super) fn add_turntable(world: &mut World<f32>, pucks: &[Puck], reveal: &str, turn: f32) {
    let lanes: Vec<f32> = (pucks.iter().filter(|puck| puck.on_table))
        .map(|puck| puck.lane_y_m)
        .collect();
    let radius_m = 0.5 * (lanes[0] - lanes[1]).abs() + PUCK_RADIUS_M + RIM_M;
    let half_height_m = 0.01;
    let shape = Shape::Cylinder {
        radius_m,
        half_height_m,
    };
    let place = [
        table_x_m(reveal),
        0.5 * (lanes[0] + lanes[1]),
        TABLE_M - half_height_m,
    ];
    let mut table = Body::new("turntable", shape)
        .kinematic()
        .at(place)
        .painted(Paint::checker([0.62, 0.64, 0.68], [0.46, 0.48, 0.53], 0.09));
    table.material = leaves_all(1.0);
    world.bodies.insert("turntable".into(), table);
    world.mechanisms.insert(
        "swap".into(),
        Mechanism::Lift {
            body: "turntable".into(),
            to_m: place,
            speed_mps: SWAP_RADPS,
            turn_rad: Some(turn * SWAP_RAD),
            pause_secs: swap_secs(reveal)[0],
            stays: true,
        },
    );
}

/// The first puck is the one in the lane of the mark.
pub(super) fn puck_name(index: usize) -> String {
    match index {
        0 => "marked".into(),
        _ => format!("puck_{index}"),
    }
}

/// A floor that leaves friction and restitution to what is on it.
pub(super) fn add_floor(world: &mut World<f32>) {
    let mut floor = looks::floor(0.25);
    floor.material = leaves_all(1.0);
    world.bodies.insert("floor".into(), floor);
}

/// A material that has the other's restitution, and its friction times this.
fn leaves_all(friction: f32) -> Material<f32> {
    Material {
        friction,
        friction_combine: Combine::Multiply,
        restitution: 1.0,
        restitution_combine: Combine::Multiply,
        ..Material::default()
    }
}

/// The mark, and the line beyond which the ram does not reach.
pub(super) fn add_marks(world: &mut World<f32>, mark_m: [f32; 2]) {
    let flat = |half_extents_m: [f32; 3]| Shape::Box { half_extents_m };
    let mark = Body::new("mark", flat([MARK_M[0], MARK_M[1], 0.001]))
        .fixed()
        .at([mark_m[0], mark_m[1], 0.001])
        .untouchable()
        .painted(Paint::plain(looks::GOAL));
    world.bodies.insert("mark".into(), mark);
    let line = Body::new("line", flat([0.006, 0.4, 0.0008]))
        .fixed()
        .at([AWAY_M, 0.0, 0.0008])
        .untouchable()
        .painted(Paint::plain([0.93, 0.94, 0.95]));
    world.bodies.insert("line".into(), line);
}

/// The pucks, as they are shown at first: at rest, dropped, sliding, or on a tilted board.
pub(super) fn add_pucks(world: &mut World<f32>, pucks: &[Puck], reveal: &str) {
    for (index, puck) in pucks.iter().enumerate() {
        let shape = Shape::Cylinder {
            radius_m: PUCK_RADIUS_M,
            half_height_m: PUCK_HALF_HEIGHT_M,
        };
        let mut place = [PUCK_X_M, puck.lane_y_m, PUCK_HALF_HEIGHT_M];
        let mut body = Body::new("puck", shape).painted(Paint::plain(puck.color));
        match reveal {
            "drop" => place[2] += DROP_M,
            "slide" => {
                place[0] += SLIDE_M;
                body.linear_velocity_mps[0] = -SLIDE_MPS;
            }
            "tilt" => {
                let up = [TILT_UP_M, PUCK_HALF_HEIGHT_M + 0.0005];
                place = along_tilt(up, puck.lane_y_m);
                body.rotation = Rotation::RpyDeg([0.0, -TILT_DEG, 0.0]);
            }
            _ => {}
        }
        if puck.on_table && reveal != "tilt" {
            place[2] += TABLE_M;
        }
        body.position_m = place;
        body.material = Material {
            mass_kg: Some(puck.mass_kg),
            center_of_mass_m: Some([0.0, puck.center_of_mass_m, 0.0]),
            friction: puck.friction,
            friction_combine: Combine::Multiply,
            restitution: puck.restitution,
            restitution_combine: Combine::Multiply,
            ..Material::default()
        };
        world.bodies.insert(puck_name(index), body);
    }
}

/// The place so far up the tilted board and above it, m.
fn along_tilt([up_m, above_m]: [f32; 2], y: f32) -> [f32; 3] {
    let angle = TILT_DEG.to_radians();
    let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
    [
        TILT_X_M + up_m * cosine - above_m * sine,
        y,
        up_m * sine + above_m * cosine,
    ]
}

/// The tilted board: when pucks have slid off it, or are seen to stay, it sinks and puts down those that stay.
pub(super) fn add_tilted_board(world: &mut World<f32>) {
    let half = 0.5 * TILT_LENGTH_M;
    let shape = Shape::Box {
        half_extents_m: [half, BAR_M[1], TILT_HALF_M],
    };
    let place = along_tilt([half, -TILT_HALF_M], 0.0);
    let mut board = Body::new("board", shape)
        .kinematic()
        .at(place)
        .painted(Paint::plain(looks::WALL));
    board.rotation = Rotation::RpyDeg([0.0, -TILT_DEG, 0.0]);
    board.material = leaves_all(1.0);
    world.bodies.insert("board".into(), board);
    let sunk_m = along_tilt([TILT_LENGTH_M, 0.0], 0.0)[2] + 0.005;
    world.mechanisms.insert(
        "board".into(),
        Mechanism::Lift {
            body: "board".into(),
            to_m: [place[0], place[1], place[2] - sunk_m],
            speed_mps: TILT_SPEED_MPS,
            turn_rad: None,
            pause_secs: TILT_SECS,
            stays: true,
        },
    );
}

/// A bar across all lanes that nothing gets past, until it sinks into the floor after so long.
pub(super) fn add_bar(world: &mut World<f32>, reveal_secs: f32) {
    let shape = Shape::Box {
        half_extents_m: BAR_M,
    };
    let mut bar = Body::new("bar", shape)
        .kinematic()
        .at([BAR_X_M, 0.0, BAR_M[2]])
        .painted(Paint::plain(looks::WALL));
    bar.material = leaves_all(0.2);
    world.bodies.insert("bar".into(), bar);
    world.mechanisms.insert(
        "bar".into(),
        Mechanism::Lift {
            body: "bar".into(),
            to_m: [BAR_X_M, 0.0, BAR_M[2] - BAR_SINKS_M],
            speed_mps: BAR_SPEED_MPS,
            turn_rad: None,
            pause_secs: reveal_secs,
            stays: true,
        },
    );
}
