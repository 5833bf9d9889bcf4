//! Draws a few test scenes and writes them as PNG files: `cargo run -p terrella-render --example gallery -- FOLDER`.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Camera, World};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder to write to")?;
    fs::create_dir_all(&folder)?;
    let world = all_shapes();
    let near = Camera::looking([0.6, -6.2, 3.0], [0.0, 0.0, 0.35], 45.0);
    let low = Camera::looking([-4.5, -4.0, 0.5], [0.3, 0.0, 0.5], 50.0);
    let above = Camera::looking([0.0, 0.0, 9.0], [0.0, 0.0, 0.0], 45.0);
    for size in [64, 128, 448] {
        for (name, camera) in [("near", &near), ("low", &low), ("above", &above)] {
            for side in [1, 2] {
                let path = Path::new(&folder).join(format!("{name}_{size}_x{side}.png"));
                write(&world, camera, size, side, &path)?;
            }
        }
    }
    Ok(())
}

fn write(
    world: &World<f32>,
    camera: &Camera<f32>,
    size: u32,
    side: u32,
    path: &Path,
) -> Result<(), Box<dyn Error>> {
    let poses: Vec<Pose> = world.start_poses();
    let mut frame = Frame::default();
    let view = View::of(camera, None, size, size);
    Renderer::new(world)?
        .supersampled(side)
        .render(&view, &poses, Outputs::RGB, &mut frame);
    let mut encoder = png::Encoder::new(File::create(path)?, size, size);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&frame.rgb)?;
    Ok(())
}

/// All ten shapes on a checker floor.
fn all_shapes() -> World<f32> {
    let mut world = World::default();
    let mut add = |name: &str, body: Body<f32>| {
        world.bodies.insert(name.to_string(), body);
    };
    let turned = |body: Body<f32>, rpy: [f32; 3]| Body {
        rotation: Rotation::RpyDeg(rpy),
        ..body
    };
    add(
        "floor",
        Body::new("floor", Shape::HalfSpace {})
            .fixed()
            .painted(Paint::checker([0.62, 0.64, 0.66], [0.48, 0.50, 0.53], 0.5)),
    );
    add(
        "ball",
        Body::new("ball", Shape::Ball { radius_m: 0.45 })
            .at([-1.5, -1.2, 0.45])
            .painted(Paint::plain([0.86, 0.24, 0.2])),
    );
    add(
        "box",
        turned(
            Body::new(
                "box",
                Shape::Box {
                    half_extents_m: [0.45, 0.35, 0.3],
                },
            )
            .at([0.0, -1.3, 0.3])
            .painted(Paint::plain([0.95, 0.72, 0.2])),
            [0.0, 0.0, 25.0],
        ),
    );
    add(
        "capsule",
        turned(
            Body::new(
                "capsule",
                Shape::Capsule {
                    radius_m: 0.22,
                    half_height_m: 0.4,
                },
            )
            .at([1.5, -1.2, 0.22])
            .painted(Paint::plain([0.2, 0.6, 0.86])),
            [90.0, 0.0, 60.0],
        ),
    );
    add(
        "cylinder",
        Body::new(
            "cylinder",
            Shape::Cylinder {
                radius_m: 0.35,
                half_height_m: 0.5,
            },
        )
        .at([-1.6, 0.4, 0.5])
        .painted(Paint::plain([0.3, 0.7, 0.35])),
    );
    add(
        "cone",
        Body::new(
            "cone",
            Shape::Cone {
                radius_m: 0.45,
                half_height_m: 0.55,
            },
        )
        .at([-0.3, 0.2, 0.55])
        .painted(Paint {
            pattern: Pattern::Plain,
            ..Paint::plain([0.62, 0.35, 0.75])
        }),
    );
    let points_m = vec![
        [0.5, 0.0, -0.3],
        [-0.25, 0.43, -0.3],
        [-0.25, -0.43, -0.3],
        [-0.35, 0.0, 0.4],
        [0.17, 0.3, 0.4],
        [0.17, -0.3, 0.4],
    ];
    add(
        "hull",
        Body::new("hull", Shape::Hull { points_m })
            .at([1.0, 0.1, 0.3])
            .painted(Paint::plain([0.15, 0.68, 0.62])),
    );
    let (vertices_m, triangles) = torus(0.4, 0.16, 32, 16);
    add(
        "mesh",
        turned(
            Body::new(
                "ring",
                Shape::Mesh {
                    vertices_m,
                    triangles,
                    uvs: Vec::new(),
                },
            )
            .at([2.2, 0.4, 0.55])
            .painted(Paint::plain([0.9, 0.45, 0.6])),
            [90.0, 0.0, 30.0],
        ),
    );
    let columns = 24;
    let heights_m = (0..columns * columns)
        .map(|index| {
            let (x, y) = ((index % columns) as f32 - 11.5, (index / columns) as f32 - 11.5);
            (0.9 - 0.012 * (x * x + y * y)).max(0.02)
                * (0.6 + 0.25 * libm::sinf(x * 0.9) * libm::cosf(y * 0.7))
        })
        .collect();
    add(
        "hills",
        Body::new(
            "hills",
            Shape::HeightField {
                size_m: [3.4, 1.6],
                columns,
                heights_m,
            },
        )
        .fixed()
        .at([-0.6, 2.2, 0.0])
        .painted(Paint::plain([0.45, 0.62, 0.35])),
    );
    let part = |shape, position_m| Part::new(shape, position_m);
    add(
        "table",
        Body::new(
            "table",
            Shape::Compound {
                parts: vec![
                    part(
                        Shape::Box {
                            half_extents_m: [0.6, 0.4, 0.05],
                        },
                        [0.0, 0.0, 0.55],
                    ),
                    part(
                        Shape::Cylinder {
                            radius_m: 0.06,
                            half_height_m: 0.25,
                        },
                        [0.45, 0.25, 0.25],
                    ),
                    part(
                        Shape::Cylinder {
                            radius_m: 0.06,
                            half_height_m: 0.25,
                        },
                        [-0.45, 0.25, 0.25],
                    ),
                    part(
                        Shape::Cylinder {
                            radius_m: 0.06,
                            half_height_m: 0.25,
                        },
                        [0.45, -0.25, 0.25],
                    ),
                    part(
                        Shape::Cylinder {
                            radius_m: 0.06,
                            half_height_m: 0.25,
                        },
                        [-0.45, -0.25, 0.25],
                    ),
                ],
            },
        )
        .at([2.2, 1.9, 0.0])
        .painted(Paint::plain([0.6, 0.42, 0.28])),
    );
    add(
        "dice",
        turned(
            Body::new(
                "box",
                Shape::Box {
                    half_extents_m: [0.2; 3],
                },
            )
            .at([2.2, 1.8, 0.8])
            .painted(Paint::checker([0.95, 0.95, 0.92], [0.2, 0.25, 0.4], 0.1)),
            [0.0, 0.0, 35.0],
        ),
    );
    add(
        "striped",
        turned(
            Body::new("ball", Shape::Ball { radius_m: 0.25 })
                .at([0.75, -1.9, 0.25])
                .painted(Paint {
                    color: [0.95, 0.9, 0.85],
                    second_color: [0.2, 0.35, 0.75],
                    pattern: Pattern::Stripes,
                    pattern_size_m: 0.1,
                    ..Paint::default()
                }),
            [10.0, 20.0, 30.0],
        ),
    );
    world
}

fn torus(radius: f32, tube: f32, around: u32, across: u32) -> (Vec<[f32; 3]>, Vec<[u32; 3]>) {
    let angle = |index: u32, count: u32| index as f32 / count as f32 * std::f32::consts::TAU;
    let mut vertices = Vec::new();
    let mut triangles = Vec::new();
    for i in 0..around {
        for j in 0..across {
            let (u, v) = (angle(i, around), angle(j, across));
            let ring = radius + tube * libm::cosf(v);
            vertices.push([ring * libm::cosf(u), ring * libm::sinf(u), tube * libm::sinf(v)]);
            let at = |i: u32, j: u32| i % around * across + j % across;
            triangles.push([at(i, j), at(i + 1, j), at(i + 1, j + 1)]);
            triangles.push([at(i, j), at(i + 1, j + 1), at(i, j + 1)]);
        }
    }
    (vertices, triangles)
}
