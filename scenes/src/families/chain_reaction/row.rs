//! A row of elements: shelves, boards and what stands on them, built along a direction from a cursor.
//!
//! Frame of a row: `u` runs along the row from the cursor (to the right, or to the left in a row that goes left), `z` up from
//! the shelf that the cursor is on. What is passed from element to element is a push along +u, low above the shelf.

use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Material, Mechanism, World};

/// Half of the depth of boards and blocks, along y, m.
pub(super) const HALF_DEPTH_M: f32 = 0.055;
/// Half of the thickness of shelves, m.
const HALF_BOARD_M: f32 = 0.012;
/// Balls come this much higher than the shelf that they go to, so that they strike what stands there well above its foot.
pub(super) const LIP_M: f32 = 0.03;

/// Length of a piece of rope and radius of a sheave, m.
const ROPE_PIECE_M: f32 = 0.03;
const SHEAVE_M: f32 = 0.014;

/// A straight piece of rope along z, only seen.
fn rope_piece(length_m: f32) -> Body<f32> {
    let shape = Shape::Capsule {
        radius_m: 0.003,
        half_height_m: 0.5 * length_m,
    };
    let paint = Paint::plain([0.30, 0.24, 0.16]);
    Body::new("rope", shape).untouchable().painted(paint)
}

/// What was drawn for the elements.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Traits {
    pub ball_radius_m: f32,
    pub ball_density_kgpm3: f32,
    pub restitution: f32,
    pub friction: f32,
    pub domino_count: usize,
    pub domino_height_m: f32,
    pub ramp_angle_rad: f32,
}

impl Traits {
    /// Mass of a ball of the chain, kg.
    pub fn ball_kg(&self) -> f32 {
        let radius = self.ball_radius_m;
        4.0 / 3.0 * std::f32::consts::PI * radius * radius * radius * self.ball_density_kgpm3
    }
}

/// Where and in which direction the next element is built.
pub(super) struct Row<'a> {
    pub world: &'a mut World<f32>,
    pub traits: &'a Traits,
    /// The colours of what moves, one for each element.
    pub colors: Vec<[f32; 3]>,
    /// 1: to +x, -1: to -x.
    pub direction: f32,
    /// The cursor.
    pub x_m: f32,
    pub z_m: f32,
    /// From where to where what was built goes, m: what pictures show.
    pub span_m: [f32; 2],
    /// Elements so far: part of the names.
    pub count: usize,
    /// The bodies that are placed by the action; they set off plates as well.
    pub placed: Vec<String>,
    /// Of what differs within elements.
    pub jitter: Rng,
}

impl Row<'_> {
    /// A number about this one, off by at most this share of it.
    pub fn about(&mut self, value: f32, share: f32) -> f32 {
        value * self.jitter.uniform_f32(1.0 - share, 1.0 + share)
    }

    pub fn at(&self, u_m: f32, z_m: f32) -> [f32; 3] {
        [self.x_m + self.direction * u_m, 0.0, self.z_m + z_m]
    }

    /// Moves the cursor.
    pub fn go(&mut self, u_m: f32, z_m: f32) {
        self.x_m += self.direction * u_m;
        self.z_m += z_m;
    }

    fn name(&self, what: &str) -> String {
        format!("{what}_{}", self.count)
    }

    fn insert(&mut self, name: String, body: Body<f32>) {
        let copies = self.world.bodies.keys().filter(|key| key.starts_with(&name));
        let name = match copies.count() {
            0 => name,
            more => format!("{name}_{more}"),
        };
        self.world.bodies.insert(name, body);
    }

    pub fn color(&self) -> [f32; 3] {
        self.colors[self.count % self.colors.len()]
    }

    pub fn material(&self, density_kgpm3: f32) -> Material<f32> {
        Material {
            density_kgpm3,
            friction: self.traits.friction,
            ..Material::default()
        }
    }

    /// Widens what pictures show to a place in the row's frame.
    pub fn spans(&mut self, u_m: f32) {
        let x = self.at(u_m, 0.0)[0];
        self.span_m = [self.span_m[0].min(x), self.span_m[1].max(x)];
    }

    /// A fixed board whose upper side goes from one point to another, in the row's frame.
    pub fn board(&mut self, from: [f32; 2], to: [f32; 2]) {
        self.spans(from[0]);
        self.spans(to[0]);
        self.plank(from, to);
    }

    /// A board, which pictures need not show to its ends.
    pub fn plank(&mut self, from: [f32; 2], to: [f32; 2]) {
        let (du, dz) = (to[0] - from[0], to[1] - from[1]);
        let length = (du * du + dz * dz).sqrt();
        // The board lies below the line: its middle is half of its thickness under it.
        let (sine, cosine) = (dz / length, du / length);
        let middle = [
            0.5 * (from[0] + to[0]) + sine * HALF_BOARD_M,
            0.5 * (from[1] + to[1]) - cosine * HALF_BOARD_M,
        ];
        let angle = libm::atan2f(dz, du).to_degrees();
        let shape = Shape::Box {
            half_extents_m: [0.5 * length, HALF_DEPTH_M, HALF_BOARD_M],
        };
        let mut body = Body::new("board", shape)
            .fixed()
            .at(self.at(middle[0], middle[1]))
            .painted(Paint::plain(looks::WALL));
        body.rotation = Rotation::RpyDeg([0.0, -self.direction * angle, 0.0]);
        body.material = self.material(1000.0);
        self.insert(self.name("board"), body);
    }

    /// A fixed post whose foot is at a point.
    pub fn post(&mut self, u_m: f32, z_m: f32, height_m: f32) {
        let shape = Shape::Box {
            half_extents_m: [HALF_BOARD_M, HALF_DEPTH_M, 0.5 * height_m],
        };
        let body = Body::new("board", shape)
            .fixed()
            .at(self.at(u_m, z_m + 0.5 * height_m))
            .painted(Paint::plain(looks::WALL));
        self.insert(self.name("board"), body);
    }

    /// A ball that rests at a point of a board.
    pub fn ball(&mut self, name: &str, u_m: f32, z_m: f32, color: [f32; 3]) {
        let radius_m = self.traits.ball_radius_m;
        let mut body = Body::new("ball", Shape::Ball { radius_m })
            .at(self.at(u_m, z_m + radius_m))
            .painted(Paint::checker(color, color.map(|part| 0.6 * part), radius_m));
        body.material = Material {
            // What falls on a ball must slip off it.
            friction: 0.25,
            restitution: self.traits.restitution,
            ..self.material(self.traits.ball_density_kgpm3)
        };
        // Rolling resistance.
        body.angular_damping = 0.3;
        body.swept = true;
        self.world.bodies.insert(name.to_string(), body);
    }

    /// A block that stands at a point of a board.
    pub fn block(&mut self, what: &str, u_m: f32, z_m: f32, half_extents_m: [f32; 3], density_kgpm3: f32) {
        let color = self.color();
        let mut body = Body::new(what, Shape::Box { half_extents_m })
            .at(self.at(u_m, z_m + half_extents_m[2]))
            .painted(Paint::plain(color));
        body.material = self.material(density_kgpm3);
        self.insert(self.name(what), body);
    }

    /// A hinge about y through a point, from the world to a body. Angles above 0 tip +u downwards.
    pub fn hinge(&mut self, name: &str, child: &str, u_m: f32, z_m: f32, limits_rad: [f32; 2], damping: f32) {
        let pivot = self.at(u_m, z_m);
        let center = self.world.bodies[child].position_m;
        let joint = Joint {
            parent: "world".into(),
            child: child.to_string(),
            anchor_parent_m: pivot,
            anchor_child_m: std::array::from_fn(|axis| pivot[axis] - center[axis]),
            freedom: Freedom::Hinge {
                axis: [0.0, self.direction, 0.0],
                limits_rad: Some(limits_rad),
            },
            motor: None,
            contacts: false,
            reduced: true,
            damping,
        };
        self.world.joints.insert(name.to_string(), joint);
        // A nail, so that one sees what it hangs on.
        let shape = Shape::Cylinder {
            radius_m: 0.014,
            half_height_m: 0.012,
        };
        let mut nail = Body::new("nail", shape)
            .fixed()
            .at([pivot[0], -HALF_DEPTH_M, pivot[2]])
            .untouchable()
            .painted(Paint::plain(looks::AGENT));
        nail.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
        self.insert(self.name("nail"), nail);
    }

    /// A body on a slider along an axis of the world, from where it stands.
    pub fn slider(&mut self, name: &str, child: &str, axis: [f32; 3], limits_m: [f32; 2]) {
        let center = self.world.bodies[child].position_m;
        let joint = Joint {
            parent: "world".into(),
            child: child.to_string(),
            anchor_parent_m: center,
            anchor_child_m: [0.0; 3],
            freedom: Freedom::Slider {
                axis,
                limits_m: Some(limits_m),
            },
            motor: None,
            contacts: false,
            reduced: true,
            damping: 0.0,
        };
        self.world.joints.insert(name.to_string(), joint);
    }

    /// A rope from one body up to a sheave at a height, over to another sheave, and down to another body, and what shows it. It is
    /// taut as the bodies stand; they move by at most `way_m`.
    pub fn rope(&mut self, bodies: [&str; 2], ends: [[f32; 2]; 2], height_m: f32, way_m: f32) {
        let overs = ends.map(|[u, _]| [u, height_m]);
        let lengths = ends.map(|[_, z]| height_m - z);
        let seen = [0, 1].map(|side: usize| {
            // As long together as this part becomes at most.
            let count = (0.5 + (lengths[side] + way_m) / ROPE_PIECE_M) as usize + 1;
            let free = (lengths[side] - ROPE_PIECE_M) / (count - 1).max(1) as f32;
            let mut names = Vec::new();
            for index in 0..count {
                let below = 0.5 * ROPE_PIECE_M + free * index as f32;
                let place = self.at(ends[side][0], height_m - below);
                let name = format!("rope_{}_{side}_{index}", self.count);
                let body = rope_piece(ROPE_PIECE_M).kinematic().at(place);
                self.world.bodies.insert(name.clone(), body);
                names.push(name);
            }
            names
        });
        for (over, side) in overs.iter().zip([1.0, -1.0]) {
            let shape = Shape::Cylinder {
                radius_m: SHEAVE_M,
                half_height_m: 0.012,
            };
            let mut sheave = Body::new("sheave", shape)
                .fixed()
                .untouchable()
                .at(self.at(over[0] + side * SHEAVE_M, height_m))
                .painted(Paint::plain(looks::AGENT));
            sheave.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
            self.insert(self.name("sheave"), sheave);
        }
        let across = overs[1][0] - overs[0][0] - 2.0 * SHEAVE_M;
        let mut level = rope_piece(across)
            .fixed()
            .at(self.at(0.5 * (overs[0][0] + overs[1][0]), height_m + SHEAVE_M));
        level.rotation = Rotation::RpyDeg([0.0, 90.0, 0.0]);
        self.insert(self.name("rope"), level);
        let anchors_m = [0, 1].map(|side: usize| {
            let (end, body) = (
                self.at(ends[side][0], ends[side][1]),
                &self.world.bodies[bodies[side]],
            );
            std::array::from_fn(|axis| end[axis] - body.position_m[axis])
        });
        let rope = Mechanism::Pulley {
            bodies: bodies.map(str::to_string),
            anchors_m,
            over_m: overs.map(|[u, z]| self.at(u, z)),
            ratio: 1.0,
            length_m: lengths[0] + lengths[1],
            seen,
        };
        self.world.mechanisms.insert(self.name("rope"), rope);
    }

    /// A plate in the shelf that is set off by a ball of the element, or by what is placed.
    pub fn plate(&mut self, ball: &str, u_m: f32, z_m: f32, half_width_m: f32) -> String {
        let shape = Shape::Box {
            half_extents_m: [half_width_m, HALF_DEPTH_M, 0.006],
        };
        let body = Body::new("plate", shape)
            .fixed()
            .at(self.at(u_m, z_m - 0.004))
            .untouchable()
            .painted(Paint::plain(looks::PALETTE[8]));
        let name = self.name("plate");
        self.world.bodies.insert(name.clone(), body);
        let mut by = self.placed.clone();
        by.push(ball.to_string());
        let trigger = Mechanism::Trigger {
            body: name.clone(),
            by,
            within_m: self.traits.ball_radius_m + 0.012,
            min_speed_mps: 0.0,
            needs: Vec::new(),
            goes_to_m: None,
        };
        self.world.mechanisms.insert(name.clone(), trigger);
        name
    }

    /// Several boxes as one body, given by middles and half extents in the row's frame from the body's middle.
    pub fn boxes(&self, parts: &[([f32; 2], [f32; 3])]) -> Shape<f32> {
        let part = |(middle, half_extents_m): &([f32; 2], [f32; 3])| {
            Part::new(
                Shape::Box {
                    half_extents_m: *half_extents_m,
                },
                [self.direction * middle[0], 0.0, middle[1]],
            )
        };
        Shape::Compound {
            parts: parts.iter().map(part).collect(),
        }
    }
}
