//! Random worlds of every shape, seen through every lens, and where everything is a moment later.

use terrella_render::View;
use terrella_spec::camera::{Camera, Lens};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Part, Rotation, Shape};
use terrella_spec::world::{Body, World};

pub const SIZE: u32 = 48;

pub struct Scene {
    pub name: String,
    pub world: World<f32>,
    pub view: View,
    pub poses: Vec<Pose>,
    pub moved_view: View,
    pub moved_poses: Vec<Pose>,
    /// True for bodies whose origin is well inside of them.
    pub solid: Vec<bool>,
}

pub fn lenses() -> [Lens<f32>; 3] {
    [
        Lens::Pinhole {},
        Lens::Opencv {
            k1: -0.25,
            k2: 0.05,
            p1: 0.002,
            p2: -0.001,
            k3: 0.0,
            k4: 0.01,
            k5: 0.0,
            k6: 0.0,
        },
        Lens::Fisheye {
            k1: -0.03,
            k2: 0.002,
            k3: 0.0,
            k4: 0.0,
        },
    ]
}

/// Numbers that look random: xorshift.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * ((self.0 >> 40) as f32 / (1_u64 << 24) as f32)
    }

    fn vector(&mut self, low: f32, high: f32) -> [f32; 3] {
        std::array::from_fn(|_| self.between(low, high))
    }
}

fn shapes(numbers: &mut Numbers) -> Vec<Shape<f32>> {
    let part = |shape, position_m, turn| Part {
        shape,
        position_m,
        rotation: Rotation::RpyDeg(turn),
        visible: true,
    };
    let radius_m = numbers.between(0.3, 0.5);
    let half_height_m = numbers.between(0.3, 0.6);
    vec![
        Shape::HalfSpace {},
        Shape::Ball { radius_m },
        Shape::Ellipsoid {
            radii_m: [radius_m, 0.7 * radius_m, half_height_m],
        },
        Shape::Box {
            half_extents_m: numbers.vector(0.25, 0.6),
        },
        Shape::Capsule {
            radius_m,
            half_height_m,
        },
        Shape::Cylinder {
            radius_m,
            half_height_m,
        },
        Shape::Cone {
            radius_m,
            half_height_m,
        },
        Shape::Hull {
            points_m: (0..10).map(|_| numbers.vector(-0.7, 0.7)).collect(),
        },
        Shape::HeightField {
            size_m: [1.2, 1.0],
            columns: 4,
            heights_m: (0..16).map(|_| numbers.between(-0.2, 0.3)).collect(),
        },
        Shape::Compound {
            parts: vec![
                part(
                    Shape::Cone {
                        radius_m: 0.3,
                        half_height_m: 0.3,
                    },
                    [0.2, 0.0, 0.3],
                    [30.0, 50.0, 0.0],
                ),
                part(
                    Shape::Cylinder {
                        radius_m: 0.2,
                        half_height_m: 0.4,
                    },
                    [-0.3, 0.1, 0.0],
                    [60.0, 10.0, 20.0],
                ),
                part(
                    Shape::Capsule {
                        radius_m: 0.15,
                        half_height_m: 0.3,
                    },
                    [0.0, -0.3, 0.1],
                    [40.0, -30.0, 0.0],
                ),
            ],
        },
    ]
}

/// Scenes of `count` seeds for each of the lenses.
pub fn scenes(count: u64, lenses: &[Lens<f32>]) -> Vec<Scene> {
    (0..count)
        .flat_map(|seed| lenses.iter().map(move |lens| scene(seed, *lens)))
        .collect()
}

fn scene(seed: u64, lens: Lens<f32>) -> Scene {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ ((seed + 1) << 22));
    let mut world = World::default();
    let (mut poses, mut moved_poses, mut solid) = (Vec::new(), Vec::new(), Vec::new());
    for (index, shape) in shapes(&mut numbers).into_iter().enumerate() {
        let floor = matches!(shape, Shape::HalfSpace {});
        let class = ["floor", "ball", "block"][index % 3];
        let mut body = Body::new(class, shape);
        if !floor {
            body.position_m = [
                numbers.between(-1.8, 1.8),
                numbers.between(-1.8, 1.8),
                numbers.between(0.3, 1.8),
            ];
            // Not over the place of the lidar.
            if body.position_m[0].abs() < 1.0 && body.position_m[1].abs() < 1.0 {
                body.position_m[0] += 1.6;
            }
            body.rotation = Rotation::RpyDeg(numbers.vector(-180.0, 180.0));
        }
        let pose = Pose {
            position_m: body.position_m,
            rotation_xyzw: body.rotation.quaternion_xyzw(),
        };
        poses.push(pose);
        moved_poses.push(if floor { pose } else { stepped(&pose, &mut numbers) });
        solid.push(matches!(
            body.shape,
            Shape::Ball { .. } | Shape::Box { .. } | Shape::Capsule { .. } | Shape::Cylinder { .. }
        ));
        world.bodies.insert(format!("body {index}"), body);
    }
    let turn = numbers.between(0.0, std::f32::consts::TAU);
    let eye = |turn: f32, height: f32| [4.5 * libm::cosf(turn), 4.5 * libm::sinf(turn), height];
    let height = numbers.between(1.0, 3.0);
    let target = [numbers.between(-0.5, 0.5), numbers.between(-0.5, 0.5), 0.9];
    let fov_deg = if matches!(lens, Lens::Fisheye { .. }) {
        120.0
    } else {
        60.0
    };
    let camera = |turn, height| Camera {
        lens,
        ..Camera::looking(eye(turn, height), target, fov_deg)
    };
    Scene {
        name: format!("scene {seed} {lens:?}"),
        view: View::of(&camera(turn, height), None, SIZE, SIZE),
        moved_view: View::of(&camera(turn + 0.05, height + 0.05), None, SIZE, SIZE),
        world,
        poses,
        moved_poses,
        solid,
    }
}

/// A pose a little on.
fn stepped(pose: &Pose, numbers: &mut Numbers) -> Pose {
    let step = numbers.vector(-0.08, 0.08);
    let turn = Rotation::RpyDeg(numbers.vector(-6.0, 6.0)).quaternion_xyzw();
    let rotation = glam::Quat::from_array(turn) * glam::Quat::from_array(pose.rotation_xyzw);
    Pose {
        position_m: std::array::from_fn(|axis| pose.position_m[axis] + step[axis]),
        rotation_xyzw: rotation.normalize().to_array(),
    }
}
