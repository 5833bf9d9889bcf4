//! Road networks: where the roads are, which way the ego vehicle goes, and the lanes of everybody else. Drive on the right.

use super::land::Land;
use super::path::{Path, meeting};
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
/// Where junctions are, along the road from the start, m.
const JUNCTION_M: f32 = 62.0;
/// Who gives way stops so far before the lanes come near each other, m.
const LINE_M: f32 = 3.0;
/// And at least so far before the middle of a junction, m.
const BEFORE_M: f32 = 6.5;
/// Lanes that come so near to each other meet, m.
const MEET_M: f32 = 2.6;

/// A road: its middle and its width.
pub(super) struct Road {
    pub(super) middle: Path,
    pub(super) width_m: f32,
    /// A dashed line in the middle.
    pub(super) dashed: bool,
}

/// A lane of the traffic.
pub(super) struct OwnLane {
    pub(super) name: &'static str,
    pub(super) path: Path,
    pub(super) closed: bool,
    pub(super) beside: Vec<&'static str>,
    /// Where it gives way: to which lane, its own line, and where they meet along that lane.
    pub(super) gives_way: Vec<(&'static str, f32, f32)>,
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
}

/// A network with the way of the ego vehicle: its lane is called `route`.
pub(super) struct Network {
    pub(super) roads: Vec<Road>,
    pub(super) lanes: Vec<OwnLane>,
    /// The ego vehicle's way on the lane `route`: from where to where, m.
    pub(super) way_m: [f32; 2],
    /// Where the ego vehicle has to let those pass who are on a lane that the route gives way to.
    pub(super) waits_m: Option<f32>,
    /// Middle and radius of what stands in the middle of a roundabout.
    pub(super) island: Option<(Vec2, f32)>,
    /// Middle and radius of the junction.
    pub(super) junction: Option<(Vec2, f32)>,
    /// Where a lane-wide strip is free for parked cars: beside the route, to the right.
    pub(super) parking: Path,
    /// The hills under it: none before they are drawn.
    pub(super) land: Land,
}

impl Network {
    /// A place along the way that is clear of the junction: evenly from `low_m` to `high_m` where there is one.
    pub(super) fn clear_place(&self, low_m: f32, high_m: f32, rng: &mut Rng) -> f32 {
        let mut along = low_m;
        for _ in 0..30 {
            along = rng.uniform_f32(low_m, high_m.max(low_m + 1.0));
            let point = self.lanes[0].path.at(along).0;
            if self
                .junction
                .is_none_or(|(center, radius)| (point - center).length() > radius)
            {
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
}

pub(super) fn network(wanted: &Wanted<'_>, rng: &mut Rng) -> Network {
    match wanted.layout {
        "curve" => curve(wanted, rng),
        "roundabout" => roundabout(wanted),
        layout => junction(wanted, layout == "t_junction"),
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
        lanes[0].beside = vec!["left"];
        lanes[1].beside = vec!["route"];
    } else {
        lanes.push(lane("oncoming", left.reversed()));
    }
    Network {
        land: Land::default(),
        parking: route.beside(-0.5 * LANE_M - 1.4),
        roads: vec![road(middle)],
        lanes,
        way_m: [start, start + wanted.length_m],
        waits_m: None,
        island: None,
        junction: None,
    }
}

/// Two roads that cross, or one that ends at the other. One of them has the right of way; who turns left lets pass who
/// comes towards it.
fn junction(wanted: &Wanted<'_>, ends: bool) -> Network {
    let center = Vec2::new(JUNCTION_M, 0.0);
    // Of a T junction there is one arm only: the side road comes from the left where the way leads there, else from the right.
    let from_left = ends && wanted.turn == "left";
    let far = 120.0;
    let half = 0.5 * LANE_M;
    let arm = |way: Vec2| center + way * far;
    let (east, north, south) = (Vec2::X, Vec2::Y, -Vec2::Y);
    let start = Vec2::new(-BEHIND_M, -half);
    let route = match wanted.turn {
        "left" => Path::through(&[
            start,
            center + Vec2::new(half, -half),
            arm(north) + Vec2::X * half,
        ])
        .smoothed(11.0),
        "right" => Path::through(&[
            start,
            center + Vec2::new(-half, -half),
            arm(south) - Vec2::X * half,
        ])
        .smoothed(9.0),
        _ => Path::through(&[start, arm(east) - Vec2::Y * half]),
    };
    let oncoming = Path::through(&[arm(east) + Vec2::Y * half, Vec2::new(-BEHIND_M, half)]);
    let mut lanes = vec![lane("route", route.clone()), lane("oncoming", oncoming)];
    if from_left {
        // Whoever comes out of it turns left, across the oncoming lane.
        let out = [
            arm(north) - Vec2::X * half,
            center - Vec2::new(half, half),
            arm(east) - Vec2::Y * half,
        ];
        lanes.push(lane("side", Path::through(&out).smoothed(11.0)));
    } else if ends {
        let out = [
            arm(south) + Vec2::X * half,
            center + Vec2::new(half, -half),
            arm(east) - Vec2::Y * half,
        ];
        lanes.push(lane("side", Path::through(&out).smoothed(9.0)));
    } else {
        lanes.push(lane(
            "northbound",
            Path::through(&[arm(south) + Vec2::X * half, arm(north) + Vec2::X * half]),
        ));
        lanes.push(lane(
            "southbound",
            Path::through(&[arm(north) - Vec2::X * half, arm(south) - Vec2::X * half]),
        ));
    }
    // The first two lanes are the main road's, the others come from the side.
    for (index, to) in [(0, 1), (2, 0), (2, 1), (3, 0), (3, 1)] {
        let (index, to) = match wanted.sides_first && index > 1 {
            true => (to, index),
            false => (index, to),
        };
        if index.max(to) < lanes.len() {
            gives_way(&mut lanes, index, to);
        }
    }
    for lane in &mut lanes {
        // They wait before the junction, not in the middle of it.
        let line = lane.gives_way.iter().map(|(_, line, _)| *line);
        let before = lane.path.nearest(center).0 - BEFORE_M;
        let first = line.fold(before, f32::min);
        lane.gives_way.iter_mut().for_each(|(_, line, _)| *line = first);
    }
    let main = Path::through(&[Vec2::new(-BEHIND_M, 0.0), arm(east)]);
    let other = match (ends, from_left) {
        (true, true) => [center, arm(north)],
        (true, false) => [center, arm(south)],
        (false, _) => [arm(north), arm(south)],
    };
    let waits_m = lanes[0].gives_way.first().map(|(_, line, _)| *line);
    Network {
        land: Land::default(),
        waits_m,
        parking: route.beside(-half - 1.4),
        roads: vec![road(main), road(Path::through(&other))],
        lanes,
        way_m: [BEHIND_M, BEHIND_M + wanted.length_m],
        island: None,
        junction: Some((center, 13.0)),
    }
}

/// A ring with four arms; who goes round has the right of way.
fn roundabout(wanted: &Wanted<'_>) -> Network {
    let center = Vec2::new(JUNCTION_M + 8.0, 0.0);
    let half = 0.5 * LANE_M;
    let on_ring = |degrees: f32| center + turned(Vec2::X, degrees) * RING_M;
    // It enters on the left of the ring, at 180 degrees, and goes round against the clock.
    let (exit_deg, out) = match wanted.turn {
        "right" => (270.0, -Vec2::Y),
        "left" => (450.0, Vec2::Y),
        _ => (360.0, Vec2::X),
    };
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
    let from_east = [
        center + Vec2::new(140.0, half),
        center + Vec2::new(RING_M + 7.0, half),
        on_ring(25.0),
    ];
    let mut corners: Vec<Vec2> = from_east.to_vec();
    corners.extend((1..20).map(|index| on_ring(25.0 + 6.0 * index as f32)));
    corners.push(center - Vec2::new(RING_M + 7.0, -half));
    corners.push(Vec2::new(-BEHIND_M, half));
    let mut oncoming = lane("oncoming", Path::through(&corners).smoothed(7.0));
    if let Some((own, theirs)) = meeting(&oncoming.path, &inside.path, MEET_M) {
        oncoming.gives_way.push((RING, own - LINE_M, theirs));
        if let Some((_, theirs)) = meeting(&oncoming.path, &route, MEET_M) {
            oncoming.gives_way.push(("route", own - LINE_M, theirs));
        }
    }
    let mut roads = vec![Road {
        middle: Path::through(&around),
        width_m: 2.0 * LANE_M,
        dashed: false,
    }];
    for way in [Vec2::X, Vec2::Y, -Vec2::X, -Vec2::Y] {
        let end = if way == -Vec2::X {
            Vec2::new(-BEHIND_M, 0.0)
        } else {
            center + way * 140.0
        };
        roads.push(road(Path::through(&[center + way * RING_M, end])));
    }
    let parking = route.beside(-half - 1.4);
    let mut own = lane("route", route);
    if let Some((at, theirs)) = meeting(&own.path, &inside.path, MEET_M) {
        own.gives_way.push((RING, at - LINE_M, theirs));
    }
    let waits_m = own.gives_way.first().map(|(_, line, _)| *line);
    let lanes = vec![own, oncoming, inside];
    Network {
        land: Land::default(),
        parking,
        roads,
        lanes,
        way_m: [BEHIND_M, BEHIND_M + wanted.length_m],
        waits_m,
        island: Some((center, RING_M - LANE_M)),
        junction: Some((center, RING_M + 10.0)),
    }
}

/// Lets a lane give way to another where the two meet, if they do.
fn gives_way(lanes: &mut [OwnLane], index: usize, to: usize) {
    if let Some((own, theirs)) = meeting(&lanes[index].path, &lanes[to].path, MEET_M) {
        let name = lanes[to].name;
        lanes[index]
            .gives_way
            .push((name, own - LINE_M, theirs + 0.5 * LANE_M));
    }
}

fn lane(name: &'static str, path: Path) -> OwnLane {
    OwnLane {
        name,
        path,
        closed: false,
        beside: Vec::new(),
        gives_way: Vec::new(),
    }
}

fn road(middle: Path) -> Road {
    Road {
        middle,
        width_m: 2.0 * LANE_M,
        dashed: true,
    }
}
