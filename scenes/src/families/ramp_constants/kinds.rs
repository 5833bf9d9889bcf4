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
const CORES: u8 = 12;

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

    pub fn shape(self, radius_m: f32) -> Shape<f32> {
        match self {
            Kind::Ball => Shape::Ball { radius_m },
            Kind::CoredBall => {
                let ball = |radius_m: f32| Part::new(Shape::Ball { radius_m }, [0.0; 3]);
                let mut parts = vec![ball(radius_m)];
                parts.extend((0..CORES).map(|_| ball(0.5 * radius_m)));
                Shape::Compound { parts }
            }
            Kind::Flywheel => flywheel(radius_m),
            Kind::Block => block(radius_m),
        }
    }

    /// How it goes down.
    pub fn law(self, size_m: f32, friction: f32, damping_per_s: f32) -> Law {
        let inertia = match self {
            Kind::Block => return Law::Slides { friction },
            Kind::Ball => 0.4,
            // Each core has an eighth of the ball's volume, and a quarter of its radius squared.
            Kind::CoredBall => {
                let core = f32::from(CORES) / 8.0;
                0.4 * (1.0 + 0.25 * core) / (1.0 + core)
            }
            Kind::Flywheel => flywheel_inertia(size_m),
        };
        Law::Rolls {
            inertia,
            damping_per_s,
        }
    }
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

fn flywheel(size_m: f32) -> Shape<f32> {
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
    let parts = vec![
        roller(-ROLLER_Y_M),
        roller(ROLLER_Y_M),
        turned(AXLE * size_m, WHEEL_Y_M, 0.0),
        turned(WHEEL * size_m, WHEEL_HALF_M, -WHEEL_Y_M),
        turned(WHEEL * size_m, WHEEL_HALF_M, WHEEL_Y_M),
    ];
    Shape::Compound { parts }
}

/// Inertia about its axis as a multiple of its mass times its rollers' radius squared.
fn flywheel_inertia(size_m: f32) -> f32 {
    let disc = |radius: f32, half_height: f32| {
        let volume = std::f32::consts::PI * radius * radius * 2.0 * half_height;
        (volume, 0.5 * volume * radius * radius)
    };
    let roller = ROLLER * size_m;
    let ball = 4.0 / 3.0 * std::f32::consts::PI * roller * roller * roller;
    let (wheel, axle) = (disc(WHEEL * size_m, WHEEL_HALF_M), disc(AXLE * size_m, WHEEL_Y_M));
    let volume = 2.0 * (wheel.0 + ball) + axle.0;
    let inertia = 2.0 * (wheel.1 + 0.4 * ball * roller * roller) + axle.1;
    inertia / (volume * roller * roller)
}
