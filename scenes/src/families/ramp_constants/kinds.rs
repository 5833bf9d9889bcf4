//! What goes down the slope of `ramp_constants`.

use super::track::Law;
use terrella_spec::shape::{Part, Rotation, Shape};

/// Radius of a flywheel's rollers, of its wheels and of its axle, for each metre of its size.
const ROLLER: f32 = 0.65;
const WHEEL: f32 = 1.1;
const AXLE: f32 = 0.2;
/// Half of the width of one of its wheels, and how far from the middle it is: beside the track, m.
const WHEEL_HALF_M: f32 = 0.015;
const WHEEL_Y_M: f32 = 0.175;
/// Where its rollers are, m.
const ROLLER_Y_M: f32 = 0.09;
/// Radius of the feet of a block, m.
const FOOT_M: f32 = 0.02;
/// How many balls of half the radius a cored ball has inside.
const CORES: usize = 12;
/// Radius of the cores of a flywheel, which lie about its axle from wheel to wheel, for each metre of its size.
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
    /// On four small feet: a flat face would catch on the pieces of the bend.
    Block,
}

impl Kind {
    pub fn of(word: &str) -> Self {
        match word {
            "ball" => Kind::Ball,
            "cored_ball" => Kind::CoredBall,
            "flywheel" => Kind::Flywheel,
            "block" => Kind::Block,
            other => unreachable!("`{other}` is not among the options of object_kind"),
        }
    }

    /// Its middle's height above what it is on.
    pub fn height_m(self, size_m: f32) -> f32 {
        match self {
            Kind::Block => 0.5 * size_m + FOOT_M,
            Kind::Flywheel => ROLLER * size_m,
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
            Kind::Flywheel => flywheel(size_m, cores),
            Kind::Block => block(size_m),
        }
    }

    /// What a rival's density is, as a multiple of its own: one with so many cores inside that weighs the same.
    pub fn rival_density(self, size_m: f32, cores: usize) -> f32 {
        let volume = |cores: usize| {
            self.parts(size_m, cores)
                .iter()
                .map(|part| part.volume)
                .sum::<f32>()
        };
        volume(self.own_cores()) / volume(cores)
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
            Kind::Flywheel => {
                let wheel = Mass::disc(WHEEL * size_m, WHEEL_HALF_M);
                let roller = Mass::ball(ROLLER * size_m);
                let axle = Mass::disc(AXLE * size_m, WHEEL_Y_M);
                let cores = vec![Mass::disc(HUB * size_m, WHEEL_Y_M); cores];
                [vec![wheel, wheel, roller, roller, axle], cores].concat()
            }
        }
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

fn flywheel(size_m: f32, cores: usize) -> Shape<f32> {
    let turned = |radius_m: f32, half_height_m: f32, y: f32| Part {
        shape: Shape::Cylinder {
            radius_m,
            half_height_m,
        },
        position_m: [0.0, y, 0.0],
        rotation: Rotation::RpyDeg([90.0, 0.0, 0.0]),
        visible: true,
    };
    let roller = |y: f32| {
        Part::new(
            Shape::Ball {
                radius_m: ROLLER * size_m,
            },
            [0.0, y, 0.0],
        )
    };
    let mut parts = vec![
        roller(-ROLLER_Y_M),
        roller(ROLLER_Y_M),
        turned(AXLE * size_m, WHEEL_Y_M, 0.0),
        turned(WHEEL * size_m, WHEEL_HALF_M, -WHEEL_Y_M),
        turned(WHEEL * size_m, WHEEL_HALF_M, WHEEL_Y_M),
    ];
    // Between the wheels, where they would show.
    parts.extend((0..cores).map(|_| Part {
        visible: false,
        ..turned(HUB * size_m, WHEEL_Y_M, 0.0)
    }));
    Shape::Compound { parts }
}
