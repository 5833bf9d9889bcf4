//! Random worlds with every shape.

use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, World};

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
        [
            self.between(low, high),
            self.between(low, high),
            self.between(low, high),
        ]
    }

    fn rotation(&mut self) -> Rotation<f32> {
        Rotation::RpyDeg(self.vector(-180.0, 180.0))
    }

    fn simple(&mut self, kind: usize) -> Shape<f32> {
        let radius_m = self.between(0.15, 0.6);
        let half_height_m = self.between(0.1, 0.8);
        match kind {
            0 => Shape::Ball { radius_m },
            1 => Shape::Box {
                half_extents_m: self.vector(0.1, 0.7),
            },
            2 => Shape::Capsule {
                radius_m,
                half_height_m,
            },
            3 => Shape::Cylinder {
                radius_m,
                half_height_m,
            },
            4 => Shape::Cone {
                radius_m,
                half_height_m,
            },
            5 => Shape::Hull {
                points_m: (0..12).map(|_| self.vector(-0.7, 0.7)).collect(),
            },
            6 => {
                let vertices_m: Vec<[f32; 3]> = (0..14).map(|_| self.vector(-0.7, 0.7)).collect();
                Shape::Mesh {
                    vertices_m,
                    triangles: (0..12).map(|at| [at, at + 1, at + 2]).collect(),
                    uvs: Vec::new(),
                }
            }
            _ => Shape::HeightField {
                size_m: [1.6, 1.2],
                columns: 6,
                heights_m: (0..30).map(|_| self.between(-0.3, 0.3)).collect(),
            },
        }
    }

    fn shape(&mut self, kind: usize) -> Shape<f32> {
        if kind < 8 {
            return self.simple(kind);
        }
        if kind == 9 {
            return Shape::Ellipsoid {
                radii_m: self.vector(0.15, 0.7),
            };
        }
        let parts = (0..3).map(|part| Part {
            shape: self.simple(part + 1),
            position_m: self.vector(-0.4, 0.4),
            rotation: self.rotation(),
            visible: true,
        });
        Shape::Compound {
            parts: parts.collect(),
        }
    }
}

/// A floor, one body of every shape, and a camera that looks at them.
pub fn scene(seed: u64) -> (World<f32>, Camera<f32>) {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ (seed << 20));
    let mut world = World::default();
    world.light.sun_direction = [
        numbers.between(-1.0, 1.0),
        numbers.between(-1.0, 1.0),
        numbers.between(0.4, 1.5),
    ];
    world.bodies.insert(
        "floor".into(),
        Body::new("floor", Shape::HalfSpace {}).painted(Paint::default()),
    );
    for kind in 0..10 {
        let shape = numbers.shape(kind);
        let body = Body::new("thing", shape).at([
            numbers.between(-2.5, 2.5),
            numbers.between(-2.5, 2.5),
            numbers.between(0.3, 2.2),
        ]);
        world.bodies.insert(
            format!("body {kind}"),
            Body {
                rotation: numbers.rotation(),
                ..body
            },
        );
    }
    let turn = numbers.between(0.0, std::f32::consts::TAU);
    let distance = numbers.between(5.0, 9.0);
    let eye = [
        distance * libm::cosf(turn),
        distance * libm::sinf(turn),
        numbers.between(1.0, 5.0),
    ];
    let target = [
        numbers.between(-1.0, 1.0),
        numbers.between(-1.0, 1.0),
        numbers.between(0.0, 1.5),
    ];
    (world, Camera::looking(eye, target, numbers.between(30.0, 60.0)))
}
