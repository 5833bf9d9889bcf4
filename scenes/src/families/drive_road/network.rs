//! Road networks: where the roads are, which way the ego vehicle goes, and the lanes of everybody else. Drive on the right.

use super::land::Land;
use super::path::{Path, meeting, meeting_near};
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;

/// Width of a lane, m.
pub(super) const LANE_M: f32 = 3.5;
/// How far roads go on behind the start, m.
pub(super) const BEHIND_M: f32 = 60.0;
/// How far they go on beyond the end of the way, m.
pub(super) const BEYOND_M: f32 = 90.0;
/// Radius of the roundabout's lane, m.
const RING_M: f32 = 14.0;
/// The name of that lane.
pub(super) const RING: &str = "ring";
/// Where a junction is, along the road from the start, m.
const JUNCTION_M: f32 = 62.0;
/// Where two of them are, and where they are in a grid; the sides of a block are as long as from one to the other.
const TWO_M: [f32; 2] = [50.0, 98.0];
const GRID_M: [f32; 2] = [48.0, 92.0];
/// How far the roads that cross go on from there, m.
const ARM_M: f32 = 120.0;
/// The way goes on so far behind its last junction at least, m.
const BEHIND_LAST_M: f32 = 35.0;
/// Who gives way stops so far before the lanes come near each other, m.
const LINE_M: f32 = 3.0;
/// And at least so far before the middle of a junction, m.
pub(super) const BEFORE_M: f32 = 6.5;
/// Lanes that come so near to each other meet, m.
const MEET_M: f32 = 2.6;
/// Within so much of its middle they meet at a junction, m.
const WITHIN_M: f32 = 20.0;

/// A road: its middle and its width.
pub(super) struct Road {
    pub(super) middle: Path,
    pub(super) width_m: f32,
    /// A dashed line in the middle.
    pub(super) dashed: bool,
}

/// Where a lane gives way: to which other, where it waits, and where they meet along that other, m.
#[derive(Clone, Debug)]
pub(super) struct Yield {
    pub(super) to: String,
    pub(super) line_m: f32,
    pub(super) meets_m: f32,
}

/// A line at which a lane stops: at a stop sign, or at a light: the number of the light and the stage of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Halt {
    pub(super) line_m: f32,
    pub(super) light: Option<(usize, u32)>,
}

/// A lane of the traffic.
pub(super) struct OwnLane {
    pub(super) name: String,
    pub(super) path: Path,
    pub(super) closed: bool,
    pub(super) beside: Vec<String>,
    pub(super) gives_way: Vec<Yield>,
    pub(super) halts: Vec<Halt>,
}

impl OwnLane {
    /// How far two places on it are from each other, m: the shorter way round where it is closed.
    pub(super) fn apart_m(&self, one: f32, other: f32) -> f32 {
        let apart = (one - other).abs();
        if self.closed {
            apart.min(self.path.length() - apart)
        } else {
            apart
        }
    }

    /// All lines at which it may have to wait, along it, m.
    pub(super) fn lines_m(&self) -> impl Iterator<Item = f32> {
        let gives_way = self.gives_way.iter().map(|way| way.line_m);
        gives_way.chain(self.halts.iter().map(|halt| halt.line_m))
    }
}

/// Where roads meet.
pub(super) struct Junction {
    pub(super) center: Vec2,
    /// Of what is level and kept clear, m.
    pub(super) radius_m: f32,
    /// What tells the ego vehicle who goes first; none where its way does not come by.
    pub(super) sign: Option<Sign>,
}

/// A sign beside the way, and where: along the route, m.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    pub(super) along_m: f32,
    pub(super) says: Says,
}

/// What a sign says. At a light there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Priority,
    GiveWay,
    Stop,
    Light,
}

/// Who goes first at junctions of streets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// Who gives way waits only for somebody who comes.
    Signs,
    /// Who gives way comes to a halt first.
    StopSigns,
    /// Lights.
    Lights,
}

impl Control {
    pub(super) fn of(word: &str) -> Self {
        match word {
            "stop_signs" => Control::StopSigns,
            "lights" => Control::Lights,
            _ => Control::Signs,
        }
    }
}

/// A network with the way of the ego vehicle: its lane is called `route`.
pub(super) struct Network {
    pub(super) roads: Vec<Road>,
    pub(super) lanes: Vec<OwnLane>,
    /// The ego vehicle's way on the lane `route`: from where to where, m.
    pub(super) way_m: [f32; 2],
    /// Middle and radius of what stands in the middle of a roundabout.
    pub(super) island: Option<(Vec2, f32)>,
    pub(super) junctions: Vec<Junction>,
    /// Where a lane-wide strip is free for parked cars: beside the route, to the right.
    pub(super) parking: Path,
    /// The hills under it: none before they are drawn.
    pub(super) land: Land,
}

impl Network {
    /// A place along the way that is clear of junctions: evenly from `low_m` to `high_m` where there is one.
    pub(super) fn clear_place(&self, low_m: f32, high_m: f32, rng: &mut Rng) -> f32 {
        let mut along = low_m;
        for _ in 0..30 {
            along = rng.uniform_f32(low_m, high_m.max(low_m + 1.0));
            let point = self.lanes[0].path.at(along).0;
            let mut junctions = self.junctions.iter();
            if junctions.all(|junction| (point - junction.center).length() > junction.radius_m) {
                break;
            }
        }
        along
    }
}

/// What is drawn of a network.
pub(super) struct Wanted<'a> {
    pub(super) layout: &'a str,
    pub(super) turn: &'a str,
    pub(super) one_way: bool,
    pub(super) bend_deg: f32,
    pub(super) length_m: f32,
    /// Who comes from the side at a junction has the right of way.
    pub(super) sides_first: bool,
    pub(super) control: Control,
}

pub(super) fn network(wanted: &Wanted<'_>, rng: &mut Rng) -> Network {
    match wanted.layout {
        "curve" => curve(wanted, rng),
        "roundabout" => roundabout(wanted, &[180.0, 270.0, 360.0, 450.0]),
        "roundabout_five" => roundabout(wanted, &[180.0, 252.0, 324.0, 396.0, 468.0]),
        "two_junctions" => streets(wanted, &TWO_M),
        "grid" => streets(wanted, &GRID_M),
        _ => streets(wanted, &[JUNCTION_M]),
    }
}

fn turned(way: Vec2, degrees: f32) -> Vec2 {
    let angle = degrees.to_radians();
    Vec2::new(libm::cosf(angle), libm::sinf(angle)).rotate(way)
}

/// Two bends, one to each side.
fn curve(wanted: &Wanted<'_>, rng: &mut Rng) -> Network {
    let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
    let first = Vec2::new(rng.uniform_f32(25.0, 45.0), 0.0);
    let away = turned(Vec2::X, side * wanted.bend_deg);
    let second = first + away * rng.uniform_f32(45.0, 65.0);
    let back = turned(away, -side * wanted.bend_deg * rng.uniform_f32(0.6, 1.2));
    let corners = [
        Vec2::new(-BEHIND_M, 0.0),
        first,
        second,
        second + back * (wanted.length_m + BEYOND_M),
    ];
    let middle = Path::through(&corners).smoothed(30.0);
    let route = middle.beside(-0.5 * LANE_M);
    let left = middle.beside(0.5 * LANE_M);
    let start = route.nearest(Vec2::new(0.0, -0.5 * LANE_M)).0;
    let mut lanes = vec![lane("route", route.clone())];
    if wanted.one_way {
        lanes.push(lane("left", left));
        lanes[0].beside = vec!["left".into()];
        lanes[1].beside = vec!["route".into()];
    } else {
        lanes.push(lane("oncoming", left.reversed()));
    }
    Network {
        land: Land::default(),
        parking: route.beside(-0.5 * LANE_M - 1.4),
        roads: vec![road(middle)],
        lanes,
        way_m: [start, start + wanted.length_m],
        island: None,
        junctions: Vec::new(),
    }
}

/// Where two roads cross: the lanes of the road that the way comes on, or goes on here, and of the other one.
struct Crossing {
    center: Vec2,
    lanes: [Vec<usize>; 2],
    on_way: bool,
}

/// Roads that cross the main road, or one that ends at it. At each junction one of the two has the right of way; who turns left lets
/// pass who comes towards it. In a grid a second road lies beside the main one, on the side to which the way turns.
fn streets(wanted: &Wanted<'_>, crossings_m: &[f32]) -> Network {
    let ends = wanted.layout == "t_junction";
    let is_grid = wanted.layout == "grid";
    let centers: Vec<Vec2> = crossings_m.iter().map(|x| Vec2::new(*x, 0.0)).collect();
    let last = centers[centers.len() - 1];
    // Of a T junction there is one arm only: the side road comes from the left where the way leads there, else from the right.
    let from_left = ends && wanted.turn == "left";
    let half = 0.5 * LANE_M;
    let (north, south) = (Vec2::Y * ARM_M, -Vec2::Y * ARM_M);
    let east = last + Vec2::X * ARM_M;
    let start = Vec2::new(-BEHIND_M, -half);
    let route = match wanted.turn {
        "left" => Path::through(&[
            start,
            last + Vec2::new(half, -half),
            last + north + Vec2::X * half,
        ])
        .smoothed(11.0),
        "right" => Path::through(&[
            start,
            last + Vec2::new(-half, -half),
            last + south - Vec2::X * half,
        ])
        .smoothed(9.0),
        _ => Path::through(&[start, east - Vec2::Y * half]),
    };
    let oncoming = Path::through(&[east + Vec2::Y * half, Vec2::new(-BEHIND_M, half)]);
    let mut lanes = vec![lane("route", route.clone()), lane("oncoming", oncoming)];
    let mut roads = vec![road(Path::through(&[Vec2::new(-BEHIND_M, 0.0), east]))];
    let mut crossings = Vec::new();
    for (index, center) in centers.iter().copied().enumerate() {
        let first = lanes.len();
        if from_left {
            // Whoever comes out of it turns left, across the oncoming lane.
            let out = [
                center + north - Vec2::X * half,
                center - Vec2::new(half, half),
                east - Vec2::Y * half,
            ];
            lanes.push(lane("side", Path::through(&out).smoothed(11.0)));
            roads.push(road(Path::through(&[center, center + north])));
        } else if ends {
            let out = [
                center + south + Vec2::X * half,
                center + Vec2::new(half, -half),
                east - Vec2::Y * half,
            ];
            lanes.push(lane("side", Path::through(&out).smoothed(9.0)));
            roads.push(road(Path::through(&[center, center + south])));
        } else {
            let number = if index == 0 {
                String::new()
            } else {
                (index + 1).to_string()
            };
            for (name, from, to, aside) in [
                ("northbound", south, north, half),
                ("southbound", north, south, -half),
            ] {
                let aside = Vec2::X * aside;
                let path = Path::through(&[center + from + aside, center + to + aside]);
                lanes.push(lane(&format!("{name}{number}"), path));
            }
            roads.push(road(Path::through(&[center + north, center + south])));
        }
        crossings.push(Crossing {
            center,
            lanes: [vec![0, 1], (first..lanes.len()).collect()],
            on_way: true,
        });
    }
    if is_grid {
        let side = if wanted.turn == "right" { -1.0 } else { 1.0 };
        let beside = Vec2::Y * (side * (crossings_m[1] - crossings_m[0]));
        let west = Vec2::new(-BEHIND_M, 0.0);
        let first = lanes.len();
        for (name, from, to, aside) in [("eastbound", west, east, -half), ("westbound", east, west, half)] {
            let aside = beside + Vec2::Y * aside;
            lanes.push(lane(name, Path::through(&[from + aside, to + aside])));
        }
        roads.push(road(Path::through(&[west + beside, east + beside])));
        for (index, center) in centers.iter().enumerate() {
            let mut own = crossings[index].lanes[1].clone();
            let on_way = index + 1 == centers.len() && wanted.turn != "straight";
            if on_way {
                own.push(0);
            }
            crossings.push(Crossing {
                center: *center + beside,
                lanes: [own, vec![first, first + 1]],
                on_way,
            });
        }
    }
    let junctions = crossings
        .iter()
        .enumerate()
        .map(|(index, crossing)| settle(wanted, &mut lanes, crossing, index))
        .collect();
    // Where the last junction on the way is, along it.
    let on_way = crossings.iter().filter(|crossing| crossing.on_way);
    let last_m = on_way
        .map(|crossing| route.nearest(crossing.center).0)
        .fold(0.0, f32::max);
    Network {
        land: Land::default(),
        parking: route.beside(-half - 1.4),
        roads,
        lanes,
        way_m: [BEHIND_M, (BEHIND_M + wanted.length_m).max(last_m + BEHIND_LAST_M)],
        island: None,
        junctions,
    }
}

/// Two lights at most stand on the way: so many have a place in the data.
pub(super) const LIGHTS: usize = 2;

/// Says who goes first at a junction: who gives way to whom, who stops, and what tells it.
fn settle(wanted: &Wanted<'_>, lanes: &mut [OwnLane], crossing: &Crossing, index: usize) -> Junction {
    let center = crossing.center;
    let light = (wanted.control == Control::Lights && index < LIGHTS).then_some(index);
    let [own, other] = &crossing.lanes;
    // Where the light is green for both, and everywhere else, who turns left gives way.
    let mut pairs = vec![(0, 1)];
    let (waiting, first) = if wanted.sides_first {
        (own, other)
    } else {
        (other, own)
    };
    if light.is_none() {
        let across = |lane: &usize| first.iter().map(|to| (*lane, *to)).collect::<Vec<_>>();
        pairs.extend(waiting.iter().flat_map(across));
    }
    let mut found: Vec<(usize, Yield)> = Vec::new();
    for (from, to) in pairs {
        let near = meeting_near(&lanes[from].path, &lanes[to].path, MEET_M, (center, WITHIN_M));
        if let Some((line, meets)) = near {
            let way = Yield {
                to: lanes[to].name.clone(),
                line_m: line - LINE_M,
                meets_m: meets + 0.5 * LANE_M,
            };
            found.push((from, way));
        }
    }
    let mut route_line = None;
    for lane in own.iter().chain(other).copied() {
        let ways = || found.iter().filter(|(from, _)| *from == lane);
        // They wait before the junction, not in the middle of it.
        let before = lanes[lane].path.nearest(center).0 - BEFORE_M;
        let line_m = ways().map(|(_, way)| way.line_m).fold(before, f32::min);
        let gives_way: Vec<Yield> = ways()
            .map(|(_, way)| Yield {
                line_m,
                ..way.clone()
            })
            .collect();
        let waits = !gives_way.is_empty();
        lanes[lane].gives_way.extend(gives_way);
        let stage = if own.contains(&lane) { 0 } else { 1 };
        let stops = wanted.control == Control::StopSigns && waiting.contains(&lane);
        if light.is_some() || stops {
            lanes[lane].halts.push(Halt {
                line_m,
                light: light.map(|light| (light, stage)),
            });
        }
        if lane == 0 {
            let says = match (light, stops, waits) {
                (Some(_), _, _) => Says::Light,
                (None, true, _) => Says::Stop,
                (None, false, true) => Says::GiveWay,
                (None, false, false) => Says::Priority,
            };
            route_line = Some(Sign {
                along_m: if says == Says::Priority {
                    before - BEFORE_M
                } else {
                    line_m
                },
                says,
            });
        }
    }
    Junction {
        center,
        radius_m: 13.0,
        sign: route_line.filter(|_| crossing.on_way),
    }
}

/// A ring with an arm in each of these directions, the first to the west; who goes round has the right of way.
fn roundabout(wanted: &Wanted<'_>, arms_deg: &[f32]) -> Network {
    let center = Vec2::new(JUNCTION_M + 8.0, 0.0);
    let half = 0.5 * LANE_M;
    let on_ring = |degrees: f32| center + turned(Vec2::X, degrees) * RING_M;
    // It enters on the left of the ring, at 180 degrees, and goes round against the clock.
    let across_deg = arms_deg[arms_deg.len() / 2];
    let exit_deg = match wanted.turn {
        "right" => arms_deg[1],
        "left" => arms_deg[arms_deg.len() - 1],
        _ => across_deg,
    };
    let out = turned(Vec2::X, exit_deg);
    let mut corners = vec![
        Vec2::new(-BEHIND_M, -half),
        center - Vec2::new(RING_M + 7.0, half),
    ];
    let mut degrees = 205.0;
    while degrees <= exit_deg - 24.0 {
        corners.push(on_ring(degrees));
        degrees += 6.0;
    }
    let right = -out.perp() * half;
    corners.push(center + out * (RING_M + 7.0) + right);
    corners.push(center + out * 140.0 + right);
    let route = Path::through(&corners).smoothed(7.0);
    let ring: Vec<Vec2> = (0..60).map(|index| on_ring(6.0 * index as f32)).collect();
    let mut around = ring.clone();
    around.push(ring[0]);
    let mut inside = lane(RING, Path::through(&around));
    inside.closed = true;
    // From across, to where the way comes from: half a turn, more or less.
    let inward = turned(Vec2::X, across_deg);
    let mut corners = vec![
        center + inward * 140.0 + inward.perp() * half,
        center + inward * (RING_M + 7.0) + inward.perp() * half,
    ];
    let mut degrees = across_deg + 25.0;
    while degrees <= 540.0 - 41.0 {
        corners.push(on_ring(degrees));
        degrees += 6.0;
    }
    corners.push(center - Vec2::new(RING_M + 7.0, -half));
    corners.push(Vec2::new(-BEHIND_M, half));
    let mut oncoming = lane("oncoming", Path::through(&corners).smoothed(7.0));
    if let Some((own, theirs)) = meeting(&oncoming.path, &inside.path, MEET_M) {
        let line_m = own - LINE_M;
        let way = |to: &str, meets_m: f32| Yield {
            to: to.into(),
            line_m,
            meets_m,
        };
        oncoming.gives_way.push(way(RING, theirs));
        if let Some((_, theirs)) = meeting(&oncoming.path, &route, MEET_M) {
            oncoming.gives_way.push(way("route", theirs));
        }
    }
    let mut roads = vec![Road {
        middle: Path::through(&around),
        width_m: 2.0 * LANE_M,
        dashed: false,
    }];
    for (index, degrees) in arms_deg.iter().enumerate() {
        let way = turned(Vec2::X, *degrees);
        let end = if index == 0 {
            Vec2::new(-BEHIND_M, 0.0)
        } else {
            center + way * 140.0
        };
        roads.push(road(Path::through(&[center + way * RING_M, end])));
    }
    let parking = route.beside(-half - 1.4);
    let mut own = lane("route", route);
    let mut sign = None;
    if let Some((at, theirs)) = meeting(&own.path, &inside.path, MEET_M) {
        own.gives_way.push(Yield {
            to: RING.into(),
            line_m: at - LINE_M,
            meets_m: theirs,
        });
        sign = Some(Sign {
            along_m: at - LINE_M,
            says: Says::GiveWay,
        });
    }
    let lanes = vec![own, oncoming, inside];
    Network {
        land: Land::default(),
        parking,
        roads,
        lanes,
        way_m: [BEHIND_M, BEHIND_M + wanted.length_m],
        island: Some((center, RING_M - LANE_M)),
        junctions: vec![Junction {
            center,
            radius_m: RING_M + 10.0,
            sign,
        }],
    }
}

fn lane(name: &str, path: Path) -> OwnLane {
    OwnLane {
        name: name.into(),
        path,
        closed: false,
        beside: Vec::new(),
        gives_way: Vec::new(),
        halts: Vec::new(),
    }
}

fn road(middle: Path) -> Road {
    Road {
        middle,
        width_m: 2.0 * LANE_M,
        dashed: true,
    }
}
