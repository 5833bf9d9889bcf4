//! The world of a plan: the row of holes, or the mark, what is to go there, the hand.

use super::sections::{SHAPES, Section, block_around, thin_wall};
use super::things::{BOX_WALL_M, KNOB_M, Thing, ball_height_m, ball_radius_m};
use super::wall::Wall;
use super::{BALL, BOX_SCALE, GOAL, HOLE_FLOOR_M, Job, PEG, RIM_M, yawed};
use crate::draw::Draw;
use crate::gripper::{Gripper, TIP_M};
use crate::looks;
use terrella_sim::glam::{Quat, Vec3};
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Observe, Quantity, World};

/// Half width of the piece of board around a hole, m.
const TILE_HALF_M: f32 = 0.054;
/// From hole to hole, m; boxes stand apart.
const BOARD_PITCH_M: f32 = 2.0 * TILE_HALF_M;
const BOX_PITCH_M: f32 = 0.125;
/// Thickness of a box's wall, m.
const WALL_M: f32 = 0.005;
/// Room around the peg in a hole that it does not fit by shape, m each side: so little that it does not fit.
const WRONG_ROOM_M: f32 = 0.0005;
/// Thickness of the dark lining by which holes are seen; nothing touches it, m.
const LINING_M: f32 = 0.0003;
/// Half width of the mark that a box is carried to, m.
const MARK_HALF_M: f32 = 0.05;
/// Density of the ball, kg/m^3: lead. The solver's contacts are springs that are as stiff as what they push is heavy. The hand's
/// 50 N would press a ball of wood into what it lies on by 2 cm, and one of lead, by the same law, by 5 mm.
const BALL_KGPM3: f32 = 11_340.0;
/// Where the middle of the row is, m.
const ROW_Y_M: f32 = 0.06;

/// What was drawn.
pub(super) struct Layout {
    pub job: Job,
    pub is_board: bool,
    wall: Wall,
    section: String,
    too_small: bool,
    tolerance: f32,
    radius: f32,
    hole_yaws_deg: Vec<f32>,
    row_yaw_deg: f32,
    in_hand: bool,
    tilt_deg: f32,
    density: f32,
    friction: f32,
}

impl Layout {
    pub fn draw(draw: &mut Draw<'_>) -> Layout {
        let count = draw.count("hole_count");
        let job = Job::named(&draw.word("goal"));
        let container = draw.word("container");
        Layout {
            job,
            is_board: job == Job::Insert && container == "board",
            wall: Wall::named(&draw.word("look")),
            section: draw.word("section"),
            too_small: draw.word("distractor") == "too_small",
            tolerance: 0.001 * draw.real("tolerance_mm"),
            radius: draw.real("radius_m"),
            hole_yaws_deg: draw.reals("hole_yaw_deg", count),
            row_yaw_deg: draw.real("row_yaw_deg"),
            in_hand: draw.word("start") == "in_hand",
            tilt_deg: draw.real("start_tilt_deg"),
            density: draw.real("density_kgpm3"),
            friction: draw.real("friction"),
        }
    }

    pub fn world(&self, rng: &mut Rng, colors: &mut Rng) -> World<f32> {
        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(0.1));
        let goal = if self.job == Job::Carry {
            self.mark(rng)
        } else {
            let right = rng.below(self.hole_yaws_deg.len());
            self.add_holes(&mut world, right, rng)
        };
        let seat = Vec3::from(goal.position_m);
        self.add_thing_and_hand(&mut world, seat, rng, colors);
        world.bodies.insert(GOAL.into(), goal);
        world.observe.push(Observe::new(PEG, Quantity::Position));
        world.observe.push(Observe::new(PEG, Quantity::Rotation));
        world.observe.push(Observe::new(GOAL, Quantity::Position));
        world.observe.push(Observe::new(GOAL, Quantity::Heading));
        world.observe.push(Observe::new(BALL, Quantity::Position));
        let front = Camera::looking([0.0, -0.34, 0.58], [0.0, -0.01, 0.03], 44.0);
        world.cameras.insert("front".into(), front);
        // The wrist's camera comes second.
        let wrist = world.cameras.shift_remove("wrist").expect("a hand has one");
        world.cameras.insert("wrist".into(), wrist);
        world
    }

    /// The section of what the hand handles.
    fn section(&self) -> Section {
        let scale = if self.job.thing() == Thing::OpenBox {
            BOX_SCALE
        } else {
            1.0
        };
        Section::of(&self.section, scale * self.radius)
    }

    /// A place on the table to which a box is carried.
    fn mark(&self, rng: &mut Rng) -> Body<f32> {
        let half_extents_m = [MARK_HALF_M, MARK_HALF_M, 0.001];
        let at = [
            rng.uniform_f32(-0.18, 0.18),
            ROW_Y_M + rng.uniform_f32(-0.05, 0.1),
            0.001,
        ];
        let mut mark = Body::new("mark", Shape::Box { half_extents_m })
            .fixed()
            .at(at)
            .untouchable()
            .painted(Paint::plain(looks::GOAL));
        mark.rotation = Rotation::RpyDeg([0.0, 0.0, self.row_yaw_deg]);
        mark
    }

    /// Adds the row of holes, and makes the mark of the right one: it is where the foot of what belongs there comes to rest, and
    /// cannot be seen.
    fn add_holes(&self, world: &mut World<f32>, right: usize, rng: &mut Rng) -> Body<f32> {
        let row = yawed(self.row_yaw_deg.to_radians());
        let middle = Vec3::new(rng.uniform_f32(-0.03, 0.03), ROW_Y_M, 0.0);
        let pitch = if self.is_board { BOARD_PITCH_M } else { BOX_PITCH_M };
        let mut others: Vec<&str> = SHAPES.into_iter().filter(|name| *name != self.section).collect();
        let (mut walls, mut floors, mut lining, mut goal) = (Vec::new(), Vec::new(), Vec::new(), None);
        for (index, yaw_deg) in self.hole_yaws_deg.iter().enumerate() {
            let name = match others.len() {
                _ if index == right || self.too_small => self.section.as_str(),
                left => others.swap_remove(rng.below(left)),
            };
            let (scale, room) = match (index == right, self.too_small) {
                (true, _) => (1.0, 0.5 * self.tolerance),
                (_, true) => (rng.uniform_f32(0.65, 0.82), 0.0),
                _ => (1.0, WRONG_ROOM_M),
            };
            let section = if index == right {
                self.section()
            } else {
                let own = self.section().radius;
                Section::of(name, scale * own)
            };
            let x = (index as f32 - 0.5 * (self.hole_yaws_deg.len() - 1) as f32) * pitch;
            let turn = yawed(yaw_deg.to_radians());
            let place = Vec3::X * x;
            let hole = section.grown(room);
            for (low, high, visible) in self.wall.layers(HOLE_FLOOR_M, RIM_M) {
                let pieces = if self.is_board {
                    // The board's pieces stay square to the row: only the hole is turned.
                    let turned: Vec<_> = hole.iter().map(|p| (turn * p.extend(0.0)).truncate()).collect();
                    block_around(&turned, TILE_HALF_M, low, high)
                } else {
                    let outer = section.grown(room + WALL_M);
                    let pieces = thin_wall(&hole, &outer, low, high).into_iter();
                    pieces.map(|piece| turned_by(piece, turn)).collect()
                };
                walls.extend(pieces.into_iter().map(|piece| Part {
                    position_m: place.to_array(),
                    visible,
                    ..piece
                }));
            }
            let inner = section.grown(room - LINING_M);
            lining.extend(
                thin_wall(&inner, &hole, HOLE_FLOOR_M, RIM_M - 0.001)
                    .into_iter()
                    .map(|piece| Part {
                        position_m: place.to_array(),
                        ..turned_by(piece, turn)
                    }),
            );
            let half_extents_m = [TILE_HALF_M, TILE_HALF_M, 0.5 * HOLE_FLOOR_M];
            let slab = Part::new(Shape::Box { half_extents_m }, [x, 0.0, 0.5 * HOLE_FLOOR_M]);
            floors.push(slab);
            if index == right {
                let rests = RIM_M - self.job.thing().sinks_m(RIM_M - HOLE_FLOOR_M);
                let mut mark = Body::new("mark", Shape::Ball { radius_m: 0.004 })
                    .fixed()
                    .at((middle + row * place + Vec3::Z * rests).to_array())
                    .untouchable();
                mark.paint.visible = false;
                mark.rotation = Rotation::RpyDeg([0.0, 0.0, self.row_yaw_deg + yaw_deg]);
                goal = Some(mark);
            }
        }
        let mut add = |name: &str, class: &str, parts: Vec<Part<f32>>, color: [f32; 3]| {
            let mut body = Body::new(class, Shape::Compound { parts })
                .fixed()
                .at(middle.to_array())
                .painted(Paint::plain(color));
            body.rotation = Rotation::RpyDeg([0.0, 0.0, self.row_yaw_deg]);
            body.material.friction = self.friction;
            world.bodies.insert(name.into(), body);
        };
        let color = match self.wall {
            Wall::Opaque => looks::WALL,
            Wall::Glass => [0.62, 0.80, 0.86],
            Wall::Net => [0.90, 0.88, 0.80],
        };
        let dark = [0.20, 0.21, 0.24];
        add("container", "container", walls, color);
        add("bottom", "container", floors, dark);
        if self.wall == Wall::Opaque {
            add("lining", "container", lining, dark);
            world.bodies["lining"].collides = false;
        }
        goal.expect("one of the holes is the right one")
    }

    /// Adds what is to go to `seat`, the ball, and the hand.
    fn add_thing_and_hand(&self, world: &mut World<f32>, seat: Vec3, rng: &mut Rng, colors: &mut Rng) {
        let (thing, section) = (self.job.thing(), self.section());
        let parts = thing.parts(&section, 0.5 * self.tolerance, self.wall);
        let colors = looks::colors(colors, 2);
        let mut body = Body::new(thing.class(), Shape::Compound { parts }).painted(Paint::plain(colors[0]));
        body.material.density_kgpm3 = self.density;
        body.material.friction = self.friction;
        body.angular_damping = 0.2;
        let hand_yaw_deg = rng.uniform_f32(-35.0, 35.0);
        let spot = |rng: &mut Rng| Vec3::new(rng.uniform_f32(-0.2, 0.2), rng.uniform_f32(-0.2, -0.13), 0.0);
        let lies = spot(rng) + Vec3::Z * thing.foot_m();
        let (turn, at) = if self.in_hand {
            let height = rng.uniform_f32(0.12, 0.18);
            let way = rng.uniform_f32(-std::f32::consts::PI, std::f32::consts::PI);
            let axis = Vec3::new(libm::cosf(way), libm::sinf(way), 0.0);
            // Aslant about the knob, where the fingers are.
            let tilt = Quat::from_axis_angle(axis, self.tilt_deg.to_radians());
            let knob = Vec3::Z * (thing.shoulder_m() + 0.5 * KNOB_M[1]);
            let turn = tilt * yawed(hand_yaw_deg.to_radians());
            let place = lies.with_z(height);
            body.position_m = (place + knob - turn * knob).to_array();
            body.rotation = Rotation::Xyzw(turn.to_array());
            // The fingertips end a little above its shoulders.
            (turn, place + Vec3::Z * (thing.shoulder_m() + 0.004 + TIP_M))
        } else {
            let yaw_deg = rng.uniform_f32(-180.0, 180.0);
            body.position_m = lies.to_array();
            body.rotation = Rotation::RpyDeg([0.0, 0.0, yaw_deg]);
            let above = rng.uniform_f32(0.16, 0.22) + TIP_M;
            (yawed(yaw_deg.to_radians()), spot(rng) + Vec3::Z * above)
        };
        let place = Vec3::from(body.position_m);
        world.bodies.insert(PEG.into(), body);

        let (radius, ball_at) = match self.job {
            Job::Nest | Job::Carry => {
                let radius = ball_radius_m(&section, -BOX_WALL_M);
                (radius, place + turn * (Vec3::Z * ball_height_m(radius)))
            }
            // In the box that is covered ...
            Job::Cover => {
                let radius = ball_radius_m(&section, 0.0);
                (radius, seat.with_z(HOLE_FLOOR_M + radius + 0.0005))
            }
            // ... and where nothing is contained, somewhere on the table.
            Job::Insert => {
                let radius = ball_radius_m(&section, 0.0);
                let x = place.x + if place.x > 0.0 { -0.13 } else { 0.13 };
                (
                    radius,
                    Vec3::new(x, rng.uniform_f32(-0.2, -0.13), radius + 0.0005),
                )
            }
        };
        let mut ball = Body::new("ball", Shape::Ball { radius_m: radius })
            .at(ball_at.to_array())
            .painted(Paint::plain(colors[1]));
        ball.material.density_kgpm3 = BALL_KGPM3;
        // Else it would roll for ever.
        ball.angular_damping = 8.0;
        world.bodies.insert(BALL.into(), ball);
        Gripper {
            keeps_attitude: false,
            at,
            yaw_deg: hand_yaw_deg,
            holding: self.in_hand.then(|| PEG.to_string()),
            hold_limit_n: 80.0,
            grip_force_n: 15.0,
            low: [-0.33, -0.28, 0.0],
            high: [0.33, 0.28, 0.32],
        }
        .add(world);
    }
}

/// A piece turned about the hole's middle, where its origin is.
fn turned_by(piece: Part<f32>, turn: Quat) -> Part<f32> {
    Part {
        rotation: Rotation::Xyzw(turn.to_array()),
        ..piece
    }
}
