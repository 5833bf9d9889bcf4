//! What stands beside and lies on the roads: their surfaces and lines, patches, debris, houses, trees.

use super::Weather;
use super::land::{GRASS_BELOW_M, Land, ROAD_Z_M, VERGE_M, grass};
use super::network::{BEHIND_M, LANE_M, Network, Says};
use super::path::Path;
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, World};

/// Nothing stands nearer to the middle of a road, m.
const CLEAR_M: f32 = 7.0;
const ASPHALT: [f32; 3] = [0.30, 0.31, 0.33];
/// Of a road in the rain, and under snow that has been driven on.
const WET: [f32; 3] = [0.17, 0.18, 0.20];
const SNOWY: [f32; 3] = [0.70, 0.72, 0.76];
const LINE: [f32; 3] = [0.93, 0.93, 0.90];

/// A strip along a path: triangles that face up.
struct Strips<'a> {
    land: &'a Land,
    vertices_m: Vec<[f32; 3]>,
    triangles: Vec<[u32; 3]>,
}

impl<'a> Strips<'a> {
    fn new(land: &'a Land) -> Self {
        Strips {
            land,
            vertices_m: Vec::new(),
            triangles: Vec::new(),
        }
    }

    /// From `right_m` to `left_m` of a path, so far above the road without its thickness.
    fn add(&mut self, path: &Path, right_m: f32, left_m: f32, above_m: f32) {
        self.add_aslant(path, [(right_m, above_m), (left_m, above_m)]);
    }

    /// From one edge to the other: how far to the left of the path, and above the road, each is.
    fn add_aslant(&mut self, path: &Path, edges_m: [(f32, f32); 2]) {
        let points = path.thinned();
        let first = self.vertices_m.len() as u32;
        for (index, point) in points.iter().enumerate() {
            let (before, after) = (
                points[index.saturating_sub(1)],
                points[(index + 1).min(points.len() - 1)],
            );
            let left = (after - before).normalize_or(Vec2::X).perp();
            let height_m = self.land.road_m(*point);
            for (aside, above) in edges_m {
                let at = *point + left * aside;
                self.vertices_m.push([at.x, at.y, height_m + above]);
            }
        }
        for leg in 0..points.len() as u32 - 1 {
            let [a, b, c, d] = [0, 1, 2, 3].map(|corner| first + 2 * leg + corner);
            self.triangles.extend([[a, c, d], [a, d, b]]);
        }
    }

    fn shape(self) -> Shape<f32> {
        Shape::Mesh {
            vertices_m: self.vertices_m,
            triangles: self.triangles,
            uvs: Vec::new(),
        }
    }

    fn body(self, class: &str, paint: Paint<f32>) -> Body<f32> {
        Body::new(class, self.shape()).fixed().painted(paint)
    }
}

/// Grass, roads with their lines, and the mark at the end of the way.
pub(super) fn add_ground(world: &mut World<f32>, network: &Network, friction: f32, weather: Weather) {
    let land = &network.land;
    let [hills, plain] = land.bodies();
    world.bodies.insert("ground".into(), plain);
    world.bodies.insert("hills".into(), hills);
    let (mut verges, below) = (Strips::new(land), -GRASS_BELOW_M - 0.02);
    let (mut surface, mut lines) = (Strips::new(land), Strips::new(land));
    for (index, road) in network.roads.iter().enumerate() {
        let half = 0.5 * road.width_m;
        // Roads that cross lie a millimetre above each other.
        surface.add(&road.middle, -half, half, ROAD_Z_M + 0.001 * index as f32);
        verges.add_aslant(&road.middle, [(half, 0.0), (half + VERGE_M, below)]);
        verges.add_aslant(&road.middle, [(-half - VERGE_M, below), (-half, 0.0)]);
        let others: Vec<&Path> = network.roads.iter().map(|road| &road.middle).collect();
        let free = |at: f32| {
            let point = road.middle.at(at).0;
            let apart = |(other, path): (usize, &&Path)| other == index || path.nearest(point).1 > half + 1.0;
            others.iter().enumerate().all(apart)
        };
        let mut along = 0.0;
        while along < road.middle.length() - 4.0 {
            let (from, to) = (along, along + 3.0);
            if free(from) && free(to) {
                if road.dashed {
                    lines.add(&road.middle.part(from, to), -0.09, 0.09, ROAD_Z_M + 0.02);
                }
                for edge in [-half + 0.2, half - 0.2] {
                    lines.add(
                        &road.middle.part(from, to + 3.0),
                        edge - 0.09,
                        edge + 0.09,
                        ROAD_Z_M + 0.015,
                    );
                }
            }
            along += 6.0;
        }
    }
    world.bodies.insert("verges".into(), grass(verges.shape()));
    let paint = match weather {
        Weather::Dry => Paint::plain(ASPHALT),
        Weather::Rain => Paint {
            specular: 0.5,
            ..Paint::plain(WET)
        },
        Weather::Snow => Paint::plain(SNOWY),
    };
    let mut surface = surface.body("road", paint);
    surface.material.friction = weather.grip_share() * friction;
    world.bodies.insert("road".into(), surface);
    world.bodies.insert(
        "lines".into(),
        lines.body("line", Paint::plain(LINE)).untouchable(),
    );
    let route = &network.lanes[0].path;
    let mut finish = Strips::new(&network.land);
    let end = network.way_m[1];
    finish.add(
        &route.part(end, end + 2.0),
        -0.5 * LANE_M + 0.2,
        0.5 * LANE_M - 0.2,
        ROAD_Z_M + 0.03,
    );
    let finish = finish.body("goal", Paint::plain(looks::GOAL)).untouchable();
    world.bodies.insert("finish".into(), finish);
}

/// Snow on grass, trees and houses.
pub(super) fn snow_on(world: &mut World<f32>) {
    for body in world.bodies.values_mut() {
        let share = match body.class.as_str() {
            "ground" => 0.9,
            "tree" | "house" | "island" => 0.6,
            _ => continue,
        };
        let white = |color: [f32; 3]| color.map(|part| part + share * (0.92 - part));
        body.paint.color = white(body.paint.color);
        body.paint.second_color = white(body.paint.second_color);
    }
}

/// A line across each lane where it may have to wait, and a sign at each junction on the way that tells the ego vehicle who has the
/// right of way: a triangle that stands on its corner, a yellow diamond, or the octagon at which it stops.
pub(super) fn add_signs(world: &mut World<f32>, network: &Network) {
    let mut strips = Strips::new(&network.land);
    for lane in &network.lanes {
        let mut drawn = Vec::new();
        for line in lane.lines_m() {
            if drawn.contains(&line) {
                continue;
            }
            drawn.push(line);
            let across = 0.5 * LANE_M - 0.3;
            strips.add(
                &lane.path.part(line, line + 0.5),
                -across,
                across,
                ROAD_Z_M + 0.02,
            );
        }
    }
    if !strips.triangles.is_empty() {
        let lines = strips.body("line", Paint::plain(LINE)).untouchable();
        world.bodies.insert("wait_lines".into(), lines);
    }
    let signs = network.junctions.iter().filter_map(|junction| junction.sign);
    for (index, sign) in signs.enumerate() {
        let (corners, rim, face) = match sign.says {
            Says::Light => continue,
            Says::Priority => (polygon(4, 0.65, 0.0), [0.95, 0.95, 0.95], [0.98, 0.78, 0.05]),
            Says::GiveWay => (
                vec![[0.0, -0.7], [0.7, 0.45], [-0.7, 0.45]],
                [0.80, 0.08, 0.10],
                [0.95, 0.95, 0.95],
            ),
            Says::Stop => (polygon(8, 0.7, 22.5), [0.95, 0.95, 0.95], [0.80, 0.08, 0.10]),
        };
        let number = if index == 0 {
            String::new()
        } else {
            (index + 1).to_string()
        };
        let (point, way) = network.lanes[0].path.at(sign.along_m);
        let at = point - way.perp() * (0.5 * LANE_M + 0.9);
        let post = Shape::Compound {
            parts: vec![Part::new(
                Shape::Cylinder {
                    radius_m: 0.05,
                    half_height_m: 1.0,
                },
                [0.08, 0.0, 1.0],
            )],
        };
        // The rim of a stop sign is thin, and so its face is large.
        let share = if sign.says == Says::Stop { 0.86 } else { 0.66 };
        for (name, shape, color) in [
            ("sign_post", post, looks::WALL),
            ("sign_rim", board(&corners, 1.0, 0.0), rim),
            ("sign", board(&corners, share, -0.05), face),
        ] {
            let mut body = Body::new("sign", shape)
                .fixed()
                .untouchable()
                .at([at.x, at.y, network.land.ground_m(at)])
                .painted(Paint::plain(color));
            body.rotation = super::cars::facing(way, 0.0);
            world.bodies.insert(format!("{name}{number}"), body);
        }
    }
}

/// Corners of a regular polygon about the origin, the first of them at an angle from the horizontal.
fn polygon(count: u32, radius_m: f32, first_deg: f32) -> Vec<[f32; 2]> {
    let corner = |index: u32| {
        let angle = (first_deg + 360.0 * index as f32 / count as f32).to_radians();
        [radius_m * libm::cosf(angle), radius_m * libm::sinf(angle)]
    };
    (0..count).map(corner).collect()
}

/// A board that lies across the way, `ahead_m` along it: faces are a little before rims.
fn board(corners: &[[f32; 2]], share: f32, ahead_m: f32) -> Shape<f32> {
    let points = corners.iter().flat_map(|[y, z]| {
        let corner = |x: f32| [ahead_m + x, share * y, 2.1 + share * z];
        [corner(-0.02), corner(0.02)]
    });
    Shape::Hull {
        points_m: points.collect(),
    }
}

/// Slippery patches across the lane of the ego vehicle: bluish, as wet or icy asphalt is.
pub(super) fn add_patches(
    world: &mut World<f32>,
    network: &Network,
    friction: f32,
    count: usize,
    rng: &mut Rng,
) {
    let [start, end] = network.way_m;
    let route = &network.lanes[0].path;
    for index in 0..count {
        let share = (end - start - 30.0) / count as f32;
        let from = start + 18.0 + share * index as f32 + rng.uniform_f32(0.0, 0.4) * share;
        let mut strip = Strips::new(&network.land);
        let (right, left) = (-rng.uniform_f32(0.9, 1.6), rng.uniform_f32(0.9, 1.6));
        strip.add(
            &route.part(from, from + rng.uniform_f32(8.0, 16.0)),
            right,
            left,
            ROAD_Z_M + 0.01,
        );
        // The slipperier, the paler: wet asphalt is dark, ice is nearly white.
        let pale = (1.0 - friction / 0.6).clamp(0.0, 1.0);
        let mix = |dark: f32, bright: f32| dark + (bright - dark) * pale;
        let color = [mix(0.20, 0.72), mix(0.26, 0.84), mix(0.36, 0.94)];
        let paint = Paint {
            specular: 0.5,
            ..Paint::plain(color)
        };
        let mut body = strip.body("patch", paint);
        body.material.friction = friction;
        world.bodies.insert(format!("patch{index}"), body);
    }
}

/// Crates at the right edge of the ego vehicle's lane, from `first_m` on: it fits between them and the other edge.
pub(super) fn add_debris(
    world: &mut World<f32>,
    network: &Network,
    (count, first_m): (usize, f32),
    rng: &mut Rng,
) -> Vec<String> {
    let end = network.way_m[1];
    let route = &network.lanes[0].path;
    let share = (end - first_m - 15.0) / count.max(1) as f32;
    let mut names = Vec::new();
    for index in 0..count {
        let from = first_m + share * index as f32;
        let along = network.clear_place(from + 0.2 * share, from + 0.8 * share, rng);
        let (point, way) = route.at(along);
        let half = rng.uniform_f32(0.18, 0.3);
        let at = point - way.perp() * (1.45 + half);
        let shape = Shape::Box {
            half_extents_m: [half; 3],
        };
        let mut body = Body::new("debris", shape)
            .at([at.x, at.y, network.land.ground_m(at) + half])
            .painted(Paint::plain([0.80, 0.58, 0.30]));
        body.rotation = super::cars::facing(way, network.land.grade(at, way));
        body.material.mass_kg = Some(15.0);
        let name = format!("debris{index}");
        world.bodies.insert(name.clone(), body);
        names.push(name);
    }
    names
}

/// Houses and trees, clear of all roads.
pub(super) fn add_surroundings(world: &mut World<f32>, network: &Network, rng: &mut Rng) {
    let route = &network.lanes[0].path;
    let [start, end] = network.way_m;
    let clear = |at: Vec2, radius: f32| {
        let apart = network.roads.iter().map(|road| road.middle.nearest(at).1);
        let island = network
            .island
            .map_or(f32::INFINITY, |(center, own)| (at - center).length() - own);
        apart.fold(f32::INFINITY, f32::min) > CLEAR_M + radius && island > radius
    };
    let mut along = start - 0.3 * BEHIND_M;
    let mut index = 0;
    while along < end + 60.0 {
        for side in [-1.0, 1.0] {
            let (point, way) = route.at(along + rng.uniform_f32(0.0, 8.0));
            let out = way.perp() * side;
            let house = rng.chance(0.45);
            let size = rng.uniform_f32(3.0, 5.0);
            let height = rng.uniform_f32(2.5, 5.0);
            let tone = rng.uniform_f32(0.75, 1.0);
            let away = rng.uniform_f32(0.0, 5.0);
            let radius = if house { 1.5 * size } else { 1.5 };
            let at = point + out * (CLEAR_M + radius + 0.5 + away);
            // On a slope their foot is where the ground is lowest under them.
            let under = [Vec2::X, Vec2::Y, -Vec2::X, -Vec2::Y].map(|way| at + 0.7 * radius * way);
            let ground = under.iter().map(|place| network.land.ground_m(*place));
            if clear(at, radius) {
                let ground = ground.fold(network.land.ground_m(at), f32::min);
                let body = if house {
                    let half_extents_m = [size, 0.8 * size, height];
                    let color = [tone * 0.80, tone * 0.66, tone * 0.54];
                    let mut body = Body::new("house", Shape::Box { half_extents_m })
                        .at([at.x, at.y, ground + height])
                        .painted(Paint::plain(color));
                    body.rotation = super::cars::facing(way, 0.0);
                    body
                } else {
                    tree([at.x, at.y, ground], height, tone)
                };
                world.bodies.insert(format!("beside{index}"), body.fixed());
                index += 1;
            }
        }
        along += 13.0;
    }
    if let Some((center, radius)) = network.island {
        let shape = Shape::Cylinder {
            radius_m: radius,
            half_height_m: 0.25,
        };
        let island = Body::new("island", shape)
            .fixed()
            .at([center.x, center.y, 0.0])
            .painted(Paint::plain([0.30, 0.56, 0.28]));
        world.bodies.insert("island".into(), island);
    }
}

fn tree(at: [f32; 3], height: f32, tone: f32) -> Body<f32> {
    let trunk = Shape::Cylinder {
        radius_m: 0.25,
        half_height_m: 0.6,
    };
    let crown = Shape::Cone {
        radius_m: 1.5,
        half_height_m: 0.6 * height,
    };
    let parts = vec![
        Part::new(trunk, [0.0, 0.0, 0.6]),
        Part::new(crown, [0.0, 0.0, 1.0 + 0.6 * height]),
    ];
    Body::new("tree", Shape::Compound { parts })
        .at(at)
        .painted(Paint::plain([0.16 * tone, 0.42 * tone, 0.20 * tone]))
}
