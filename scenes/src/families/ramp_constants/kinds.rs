//! What goes down the slope of `ramp_constants`.

use super::track::Law;
use terrella_spec::shape::{Part, Rotation, Shape};

/// Radius of a flywheel's or disc's rollers, of its wheels and of its axle, for each metre of its size.
const ROLLER: f32 = 0.65;
const WHEEL: f32 = 1.1;
const AXLE: f32 = 0.2;
/// Half of the width of a flywheel's wheel, and how far from the middle wheels and rings are: beside the track, m.
const WHEEL_HALF_M: f32 = 0.015;
const WHEEL_Y_M: f32 = 0.175;
/// Inertia of a disc and of a hoop, as a multiple of mass times the square of the radius on which they roll.
const DISC_INERTIA: f32 = 0.5;
const HOOP_INERTIA: f32 = 1.0;
/// Each of a hoop's rings is made of so many boxes; their distance from the axle, and half of their thickness, for each metre of
/// its size.
const RING_BOXES: usize = 20;
const RING: f32 = 0.98;
const RING_HALF: f32 = 0.1;
/// Half of the length and thickness of a hoop's spokes for each metre of its size, and half of their width, m.
const SPOKE: f32 = 0.94;
const SPOKE_HALF: f32 = 0.04;
const SPOKE_HALF_M: f32 = 0.004;
/// Where the rollers are, m.
const ROLLER_Y_M: f32 = 0.09;
/// Radius of the feet of a block, m.
const FOOT_M: f32 = 0.02;
/// How many balls of half the radius a cored ball has inside.
const CORES: usize = 12;
/// Radius of the cores of what has wheels, which lie about its axle from wheel to wheel, for each metre of its size.
const HUB: f32 = 0.6 * ROLLER;

/// A kind of body by its word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Ball,
    /// A ball to look at, with most of its mass near the middle.
    CoredBall,
    /// Two big wheels beside the track on an axle with two small rollers: much inertia. It rolls on balls, because
    /// cylinders never quite come to rest in the solver.
    Flywheel,
    /// The same with thinner wheels: it rolls as an even disc does that lies on the track itself.
    Disc,
    /// The same with rings on spokes: it rolls as a thin hoop does.
    Hoop,
    /// On four small feet: a flat face would catch on the pieces of the bend.
    Block,
}

impl Kind {
    pub fn of(word: &str) -> Self {
        match word {
            "ball" => Kind::Ball,
            "cored_ball" => Kind::CoredBall,
            "flywheel" => Kind::Flywheel,
            "disc" => Kind::Disc,
            "hoop" => Kind::Hoop,
            "block" => Kind::Block,
            other => unreachable!("`{other}` is not among the options of object_kind"),
        }
    }

    /// Its middle's height above what it is on.
    pub fn height_m(self, size_m: f32) -> f32 {
        match self {
            Kind::Block => 0.5 * size_m + FOOT_M,
            Kind::Flywheel | Kind::Disc | Kind::Hoop => ROLLER * size_m,
            Kind::Ball | Kind::CoredBall => size_m,
        }
    }

    /// How many cores it has inside.
    fn own_cores(self) -> usize {
        if self == Kind::CoredBall { CORES } else { 0 }
    }

    pub fn shape(self, size_m: f32) -> Shape<f32> {
        self.shape_with(size_m, self.own_cores())
    }

    /// What looks the same, with so many cores inside, which nobody sees. A block has none.
    pub fn shape_with(self, size_m: f32, cores: usize) -> Shape<f32> {
        match self {
            Kind::Ball | Kind::CoredBall => ball(size_m, cores),
            Kind::Flywheel | Kind::Disc | Kind::Hoop => self.on_wheels(size_m, cores),
            Kind::Block => block(size_m),
        }
    }

    /// What a rival's density is, as a multiple of its own: one of a kind and with so many cores inside that weighs the same.
    pub fn rival_density(self, size_m: f32, rival: Kind, cores: usize) -> f32 {
        self.volume(size_m, self.own_cores()) / rival.volume(size_m, cores)
    }

    fn volume(self, size_m: f32, cores: usize) -> f32 {
        self.parts(size_m, cores).iter().map(|part| part.volume).sum()
    }

    /// How it goes down.
    pub fn law(self, size_m: f32, friction: f32, damping_per_s: f32) -> Law {
        if self == Kind::Block {
            return Law::Slides { friction };
        }
        let (mut volume, mut inertia) = (0.0, 0.0);
        for part in self.parts(size_m, self.own_cores()) {
            volume += part.volume;
            inertia += part.volume * part.gyration_m2;
        }
        let radius = self.height_m(size_m);
        Law::Rolls {
            inertia: inertia / (volume * radius * radius),
            damping_per_s,
        }
    }

    /// Of what its mass is made; nothing of a block, which does not roll.
    fn parts(self, size_m: f32, cores: usize) -> Vec<Mass> {
        match self {
            Kind::Block => Vec::new(),
            Kind::Ball | Kind::CoredBall => {
                let cores = vec![Mass::ball(0.5 * size_m); cores];
                [vec![Mass::ball(size_m)], cores].concat()
            }
            Kind::Flywheel | Kind::Disc | Kind::Hoop => {
                let wheels = self.wheels(size_m, self.wheel_half_m(size_m));
                let cores = vec![Mass::disc(HUB * size_m, WHEEL_Y_M); cores];
                [wheels, self.between(size_m), cores].concat()
            }
        }
    }

    /// The mass of both wheels, or rings, of this half width, m.
    fn wheels(self, size_m: f32, half_m: f32) -> Vec<Mass> {
        if self == Kind::Hoop {
            let [thick, _, long] = ring_box(size_m, half_m);
            let away_m2 = RING * RING * size_m * size_m;
            return vec![Mass::bar(long, thick, half_m).off(away_m2); 2 * RING_BOXES];
        }
        vec![Mass::disc(WHEEL * size_m, half_m); 2]
    }

    /// The mass of rollers, axle and spokes.
    fn between(self, size_m: f32) -> Vec<Mass> {
        let spoke = Mass::bar(SPOKE * size_m, SPOKE_HALF * size_m, SPOKE_HALF_M);
        let spokes = if self == Kind::Hoop { 4 } else { 0 };
        let roller = Mass::ball(ROLLER * size_m);
        let axle = Mass::disc(AXLE * size_m, WHEEL_Y_M);
        [vec![roller, roller, axle], vec![spoke; spokes]].concat()
    }

    /// Half of the width of a wheel or ring, m: of a disc and a hoop that which gives them their inertia.
    fn wheel_half_m(self, size_m: f32) -> f32 {
        let inertia = match self {
            Kind::Disc => DISC_INERTIA,
            Kind::Hoop => HOOP_INERTIA,
            _ => return WHEEL_HALF_M,
        };
        let radius = self.height_m(size_m);
        let lacks = |parts: Vec<Mass>| {
            let one = |part: &Mass| part.volume * (inertia * radius * radius - part.gyration_m2);
            parts.iter().map(one).sum::<f32>()
        };
        lacks(self.between(size_m)) / -lacks(self.wheels(size_m, 1.0))
    }

    /// Rollers and axle on the track, wheels or rings beside it, and cores about the axle, where they would show.
    fn on_wheels(self, size_m: f32, cores: usize) -> Shape<f32> {
        let roller = |y: f32| {
            let radius_m = ROLLER * size_m;
            Part::new(Shape::Ball { radius_m }, [0.0, y, 0.0])
        };
        let mut parts = vec![
            roller(-ROLLER_Y_M),
            roller(ROLLER_Y_M),
            turned(AXLE * size_m, WHEEL_Y_M, 0.0),
        ];
        let half_m = self.wheel_half_m(size_m);
        for y in [-WHEEL_Y_M, WHEEL_Y_M] {
            if self == Kind::Hoop {
                parts.extend(ring(size_m, half_m, y));
            } else {
                parts.push(turned(WHEEL * size_m, half_m, y));
            }
        }
        parts.extend((0..cores).map(|_| Part {
            visible: false,
            ..turned(HUB * size_m, WHEEL_Y_M, 0.0)
        }));
        Shape::Compound { parts }
    }
}

/// A part of what rolls: its volume, m^3, and the square of its radius of gyration about the axis, m^2.
#[derive(Clone, Copy, Debug)]
struct Mass {
    volume: f32,
    gyration_m2: f32,
}

impl Mass {
    fn ball(radius: f32) -> Self {
        Mass {
            volume: 4.0 / 3.0 * std::f32::consts::PI * radius * radius * radius,
            gyration_m2: 0.4 * radius * radius,
        }
    }

    fn disc(radius: f32, half_height: f32) -> Self {
        Mass {
            volume: std::f32::consts::PI * radius * radius * 2.0 * half_height,
            gyration_m2: 0.5 * radius * radius,
        }
    }

    /// A box about its middle, of these halves: along, thick, and wide along the axis.
    fn bar(along: f32, thick: f32, wide: f32) -> Self {
        Mass {
            volume: 8.0 * along * thick * wide,
            gyration_m2: (along * along + thick * thick) / 3.0,
        }
    }

    /// The same, off the axis by the root of this.
    fn off(self, away_m2: f32) -> Self {
        Mass {
            gyration_m2: self.gyration_m2 + away_m2,
            ..self
        }
    }
}

fn ball(radius_m: f32, cores: usize) -> Shape<f32> {
    if cores == 0 {
        return Shape::Ball { radius_m };
    }
    let ball = |radius_m: f32| Part::new(Shape::Ball { radius_m }, [0.0; 3]);
    let mut parts = vec![ball(radius_m)];
    parts.extend((0..cores).map(|_| ball(0.5 * radius_m)));
    Shape::Compound { parts }
}

fn block(half_length_m: f32) -> Shape<f32> {
    let part = |shape: Shape<f32>, position_m: [f32; 3]| Part::new(shape, position_m);
    let half_height = 0.5 * half_length_m;
    let body = Shape::Box {
        half_extents_m: [half_length_m, 0.09, half_height],
    };
    let mut parts = vec![part(body, [0.0; 3])];
    for (x, y) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let at = [x * (half_length_m - FOOT_M), 0.06 * y, -half_height];
        parts.push(part(Shape::Ball { radius_m: FOOT_M }, at));
    }
    Shape::Compound { parts }
}

/// A cylinder about the axis, at this y.
fn turned(radius_m: f32, half_height_m: f32, y: f32) -> Part<f32> {
    Part {
        shape: Shape::Cylinder {
            radius_m,
            half_height_m,
        },
        position_m: [0.0, y, 0.0],
        rotation: Rotation::RpyDeg([90.0, 0.0, 0.0]),
        visible: true,
    }
}

/// Halves of a box of a ring: away from the axle, along it, and around it.
fn ring_box(size_m: f32, half_m: f32) -> [f32; 3] {
    let around = (RING + RING_HALF) * libm::tanf(std::f32::consts::PI / RING_BOXES as f32);
    [RING_HALF * size_m, half_m, around * size_m]
}

/// A ring of boxes and two spokes, at this y.
fn ring(size_m: f32, half_m: f32, y: f32) -> Vec<Part<f32>> {
    let at = |half_extents_m: [f32; 3], away_m: f32, angle_deg: f32| {
        let angle = angle_deg.to_radians();
        Part {
            shape: Shape::Box { half_extents_m },
            position_m: [away_m * libm::cosf(angle), y, away_m * libm::sinf(angle)],
            rotation: Rotation::RpyDeg([0.0, -angle_deg, 0.0]),
            visible: true,
        }
    };
    let boxes = (0..RING_BOXES).map(|index| {
        let angle_deg = 360.0 * index as f32 / RING_BOXES as f32;
        at(ring_box(size_m, half_m), RING * size_m, angle_deg)
    });
    let spoke = [SPOKE * size_m, SPOKE_HALF_M, SPOKE_HALF * size_m];
    boxes.chain([at(spoke, 0.0, 0.0), at(spoke, 0.0, 90.0)]).collect()
}
