//! Everybody else on the road: agents on their lanes, people who cross, parked cars, and the one who makes a near miss.

use super::Drawn;
use super::cars::{CAR_HALF_M, VAN_HALF_M, other, walker};
use super::land::Land;
use super::lights::{lanes_across, light_name};
use super::network::{LANE_M, Network, OwnLane, RING};
use super::path::Path;
use crate::draw::PlanError;
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::world::{Agent, GiveWay, Mechanism, Order, StopLine, Style, TrafficLane, World};

/// Between two places for agents on a lane, m.
const SPACING_M: f32 = 15.0;
/// The most agents that a world has: 30 cars, one that makes a near miss, one that comes where the ego vehicle gives way, and 4 people.
const SLOTS: u32 = 36;
/// So many places are tried for each car that parks.
const PARKING_TRIES: usize = 12;
/// No agent starts on the ego vehicle's lane nearer to it than this, m.
const AHEAD_M: f32 = 22.0;
const BACK_M: f32 = 20.0;

/// What came of everybody else.
pub(super) struct Others {
    /// The names of all bodies that can be in the ego vehicle's way.
    pub(super) seen: Vec<String>,
    /// How many cars found room to park.
    pub(super) parked_count: usize,
}

/// Adds them all.
pub(super) fn add_others(
    world: &mut World<f32>,
    drawn: &Drawn,
    network: &Network,
    debris: Vec<String>,
    rng: &mut Rng,
) -> Result<Others, PlanError> {
    let mut cast = Cast {
        agents: Vec::new(),
        lanes: lanes(network),
        limit_mps: drawn.limit_mps,
        colors: looks::PALETTE[1..].to_vec(),
    };
    let start = network.way_m[0];
    // Where the one of the near miss is, nobody else starts.
    let mut taken = Vec::new();
    let mut pulls_out = None;
    match drawn.near_miss.as_str() {
        "hard_brake" => taken.push((0, cast.hard_brake(world, network, rng))),
        "cut_in" if network.lanes.iter().any(|lane| lane.name == "left") => {
            taken.push((1, cast.overtake(world, network, rng)));
        }
        "cut_in" => pulls_out = Some(cast.pull_out(world, network, rng)),
        _ => {}
    }
    taken.extend(cast.come_across(world, network, rng));
    let mut places = Vec::new();
    for (index, lane) in network.lanes.iter().enumerate() {
        let mut along = rng.uniform_f32(0.0, SPACING_M);
        while along < lane.path.length() - 40.0 {
            let near = |from: f32| (-BACK_M..AHEAD_M).contains(&(along - from));
            let beside_ego = lane.name == "route" && near(start);
            let is_taken =
                |(other, at): &(usize, f32)| *other == index && lane.apart_m(along, *at) < 2.0 * SPACING_M;
            let free = !beside_ego && !taken.iter().any(is_taken) && !crowds_junction(network, lane, along);
            if free {
                places.push((index, along));
            }
            // Who goes round leaves room for others to enter.
            let spacing = if lane.closed { 2.0 * SPACING_M } else { SPACING_M };
            along += spacing + rng.uniform_f32(0.0, 6.0);
        }
    }
    if places.len() < drawn.styles.len() {
        return Err(PlanError::no_fit("more agents than places on the road"));
    }
    for style in &drawn.styles {
        let (index, along) = places.swap_remove(rng.below(places.len()));
        let lane = &network.lanes[index];
        let wants_mps = drawn.limit_mps * rng.uniform_f32(0.75, 1.05);
        let agent = Agent {
            lane: lane.name.clone(),
            speed_mps: 0.8 * wants_mps.min(9.0),
            wants_mps: if lane.closed {
                wants_mps.min(RING_MPS)
            } else {
                wants_mps
            },
            style: match style.as_str() {
                "aggressive" => Style::Aggressive,
                "distracted" => Style::Distracted,
                _ => Style::Normal,
            },
            changes_lanes: !lane.beside.is_empty(),
            orders: Vec::new(),
        };
        let van = rng.chance(0.2);
        cast.add(world, &network.land, (van, lane.path.at(along)), agent, rng);
    }
    for index in 0..drawn.pedestrian_count {
        let low = pulls_out.map_or(0.0, |from| from + 22.0);
        cast.pedestrian(world, network, drawn, (index, low), rng);
    }
    let mut parked_count = 0;
    for _ in 0..PARKING_TRIES * drawn.parked_count {
        if parked_count < drawn.parked_count && cast.parked(world, network, parked_count, rng) {
            parked_count += 1;
        }
    }
    let mut seen: Vec<String> = cast.agents.iter().map(|(name, _)| name.clone()).collect();
    seen.extend(debris.iter().cloned());
    let slots = SLOTS.max(cast.agents.len() as u32);
    let mut sees = vec!["ego".to_string()];
    sees.extend(debris);
    world.mechanisms.insert(
        "traffic".into(),
        Mechanism::Traffic {
            lanes: cast.lanes.into_iter().collect(),
            agents: cast.agents.into_iter().collect(),
            sees,
            slots: Some(slots),
        },
    );
    Ok(Others { seen, parked_count })
}

/// Who gives way lets pass who is there within so long: less at a roundabout, where all are slow and come one after the other.
const GAP_SECS: f32 = 4.0;
const RING_GAP_SECS: f32 = 2.5;
/// Nobody goes round faster, m/s.
const RING_MPS: f32 = 6.0;

/// The lanes as the mechanism has them.
fn lanes(network: &Network) -> Vec<(String, TrafficLane<f32>)> {
    let land = &network.land;
    let climbed = |path: &Path, along: f32| path.climbed(along, |place| land.road_m(place));
    let named = |name: &str| {
        let mut lanes = network.lanes.iter();
        &lanes
            .find(|lane| lane.name == name)
            .expect("lanes give way to lanes")
            .path
    };
    let mut lanes: Vec<_> = network
        .lanes
        .iter()
        .map(|lane| {
            let gives_way = lane.gives_way.iter().map(|way| GiveWay {
                line_m: climbed(&lane.path, way.line_m),
                to: way.to.clone(),
                meets_m: climbed(named(&way.to), way.meets_m),
                gap_secs: if way.to == RING { RING_GAP_SECS } else { GAP_SECS },
            });
            let stops = lane.halts.iter().map(|halt| StopLine {
                line_m: climbed(&lane.path, halt.line_m),
                light: halt.light.map(|(light, _)| light_name(light)),
                stage: halt.light.map_or(0, |(_, stage)| stage),
            });
            let mut points_m = lane.path.lifted(|place| land.road_m(place));
            if lane.closed {
                // It goes on at its first point, which is its last one here.
                points_m.pop();
            }
            let own = TrafficLane {
                points_m,
                closed: lane.closed,
                beside: lane.beside.clone(),
                gives_way: gives_way.collect(),
                stops: stops.collect(),
            };
            (lane.name.clone(), own)
        })
        .collect();
    lanes.push((
        "kerb".into(),
        plain(network.parking.lifted(|place| land.road_m(place))),
    ));
    lanes
}

fn plain(points_m: Vec<[f32; 3]>) -> TrafficLane<f32> {
    TrafficLane {
        points_m,
        closed: false,
        beside: Vec::new(),
        gives_way: Vec::new(),
        stops: Vec::new(),
    }
}

/// Nobody starts past the line at which they would have waited: in the middle of a junction.
fn crowds_junction(network: &Network, lane: &OwnLane, along: f32) -> bool {
    let point = lane.path.at(along).0;
    let own = lane
        .lines_m()
        .any(|line| (-2.0..25.0).contains(&(along - (line - 6.0))));
    let route = &network.lanes[0];
    let across = lane.name != "route"
        && !lane.closed
        && route.path.nearest(point).1 < 0.6 * LANE_M
        && lane.name != "left";
    own || across
}

struct Cast {
    agents: Vec<(String, Agent<f32>)>,
    lanes: Vec<(String, TrafficLane<f32>)>,
    limit_mps: f32,
    colors: Vec<[f32; 3]>,
}

impl Cast {
    fn add(
        &mut self,
        world: &mut World<f32>,
        land: &Land,
        (van, at): (bool, (Vec2, Vec2)),
        agent: Agent<f32>,
        rng: &mut Rng,
    ) {
        let color = self.colors[rng.below(self.colors.len())];
        let name = format!("agent{}", self.agents.len());
        world.bodies.insert(name.clone(), other(van, color, land, at));
        self.agents.push((name, agent));
    }

    /// The one ahead brakes hard for nothing, and goes on after a while. Returns where it starts.
    fn hard_brake(&mut self, world: &mut World<f32>, network: &Network, rng: &mut Rng) -> f32 {
        let along = network.way_m[0] + rng.uniform_f32(20.0, 28.0);
        let when = rng.uniform_f32(2.0, 5.0);
        let agent = Agent {
            lane: "route".into(),
            speed_mps: 0.7 * self.limit_mps,
            wants_mps: 0.9 * self.limit_mps,
            style: Style::Normal,
            changes_lanes: false,
            orders: vec![
                Order {
                    after_secs: Some(when),
                    wants_mps: Some(0.0),
                    brakes_mps2: Some(rng.uniform_f32(5.0, 7.5)),
                    ..Order::default()
                },
                Order {
                    after_secs: Some(when + 3.5),
                    wants_mps: Some(0.9 * self.limit_mps),
                    ..Order::default()
                },
            ],
        };
        let at = network.lanes[0].path.at(along);
        self.add(world, &network.land, (false, at), agent, rng);
        along
    }

    /// One overtakes on the left and cuts in.
    fn overtake(&mut self, world: &mut World<f32>, network: &Network, rng: &mut Rng) -> f32 {
        let left = &network.lanes[1].path;
        let along = network.way_m[0] - rng.uniform_f32(2.0, 9.0);
        let agent = Agent {
            lane: "left".into(),
            speed_mps: self.limit_mps,
            wants_mps: 1.35 * self.limit_mps,
            style: Style::Aggressive,
            changes_lanes: false,
            orders: vec![Order {
                ahead_m: Some(rng.uniform_f32(7.0, 10.0)),
                lane: Some("route".into()),
                wants_mps: Some(0.6 * self.limit_mps),
                brakes_mps2: Some(2.5),
                ..Order::default()
            }],
        };
        self.add(world, &network.land, (false, left.at(along)), agent, rng);
        along
    }

    /// Where the ego vehicle must give way one comes on a road with the right of way, at about the same time; at a light one comes
    /// from the side. Returns its lane, and where it starts.
    fn come_across(
        &mut self,
        world: &mut World<f32>,
        network: &Network,
        rng: &mut Rng,
    ) -> Option<(usize, f32)> {
        let ways = &network.lanes[0].gives_way;
        let across = lanes_across(network);
        let (index, line, meets) = if let Some(halt) = network.lanes[0].halts.first()
            && !across.is_empty()
        {
            let (index, theirs) = across[rng.below(across.len())];
            (index, halt.line_m, theirs)
        } else if ways.is_empty() {
            return None;
        } else {
            let way = &ways[rng.below(ways.len())];
            let index = network.lanes.iter().position(|lane| lane.name == way.to)?;
            (index, way.line_m, way.meets_m)
        };
        let lane = &network.lanes[index];
        let most = if lane.closed { RING_MPS } else { f32::INFINITY };
        let speed_mps = (0.85 * self.limit_mps).min(most);
        let secs = (line - network.way_m[0]) / (0.8 * self.limit_mps) + rng.uniform_f32(0.5, 4.0);
        let along = meets - speed_mps * secs;
        let along = if lane.closed {
            // Round and round before it comes.
            along.rem_euclid(lane.path.length())
        } else {
            along.max(2.0)
        };
        let agent = Agent {
            lane: lane.name.clone(),
            speed_mps,
            wants_mps: speed_mps,
            style: Style::Normal,
            changes_lanes: false,
            orders: Vec::new(),
        };
        self.add(world, &network.land, (false, lane.path.at(along)), agent, rng);
        Some((index, along))
    }

    /// One that is parked pulls out in front. Returns from where, along the route.
    fn pull_out(&mut self, world: &mut World<f32>, network: &Network, rng: &mut Rng) -> f32 {
        let along = network.way_m[0] + rng.uniform_f32(24.0, 36.0);
        let agent = Agent {
            lane: "kerb".into(),
            speed_mps: 0.0,
            wants_mps: 0.0,
            style: Style::Aggressive,
            changes_lanes: false,
            orders: vec![Order {
                near_m: Some(rng.uniform_f32(1.6, 2.2) * self.limit_mps),
                lane: Some("route".into()),
                wants_mps: Some(0.8 * self.limit_mps),
                ..Order::default()
            }],
        };
        let at = network
            .parking
            .at(network.parking.nearest(network.lanes[0].path.at(along).0).0);
        self.add(world, &network.land, (false, at), agent, rng);
        along
    }

    /// Somebody waits beside the road and crosses when the ego vehicle is near.
    fn pedestrian(
        &mut self,
        world: &mut World<f32>,
        network: &Network,
        drawn: &Drawn,
        (index, low_m): (usize, f32),
        rng: &mut Rng,
    ) {
        let route = &network.lanes[0].path;
        let [start, end] = network.way_m;
        let share = (end - start - 45.0) / drawn.pedestrian_count as f32;
        let from = start + 30.0 + share * index as f32;
        // Nobody stands in the way of who pulls out: each would wait for the other.
        let along = network.clear_place((from + 0.1 * share).max(low_m), from + 0.9 * share, rng);
        let (point, way) = route.at(along);
        let right = -way.perp();
        // From the right verge to the left one, or the other way.
        let (mut from, mut to) = (point + right * 4.2, point - right * 9.0);
        if rng.chance(0.4) {
            (from, to) = (point - right * 6.2, point + right * 5.0);
        }
        let lane = format!("crossing{index}");
        let crossing = Path::through(&[from, to]);
        let points_m = crossing.lifted(|place| network.land.ground_m(place));
        self.lanes.push((lane.clone(), plain(points_m)));
        let agent = Agent {
            lane,
            speed_mps: 0.0,
            wants_mps: 0.0,
            style: Style::Walking,
            changes_lanes: false,
            orders: vec![Order {
                near_m: Some((drawn.notice_secs * drawn.limit_mps).max(6.0)),
                wants_mps: Some(rng.uniform_f32(1.1, 1.9)),
                ..Order::default()
            }],
        };
        let color = self.colors[rng.below(self.colors.len())];
        let name = format!("pedestrian{index}");
        world.bodies.insert(
            name.clone(),
            walker(color, &network.land, (from, (to - from).normalize_or(Vec2::X))),
        );
        self.agents.push((name, agent));
    }

    /// A car that stays where it is, beside the road. False where there was no room for it.
    fn parked(&mut self, world: &mut World<f32>, network: &Network, index: usize, rng: &mut Rng) -> bool {
        let [start, end] = network.way_m;
        let along = rng.uniform_f32(start + 40.0, end);
        let (at, way) = network
            .parking
            .at(network.parking.nearest(network.lanes[0].path.at(along).0).0);
        let roads = network
            .roads
            .iter()
            .map(|road| road.middle.nearest(at).1 - 0.5 * road.width_m);
        let half = CAR_HALF_M[1].max(VAN_HALF_M[1]);
        // Nothing hides a sign.
        let mut near = world.bodies.values().filter(|body| {
            let room = match body.class.as_str() {
                "car" | "pedestrian" | "traffic_light" => 7.0,
                "sign" => 20.0,
                _ => 0.0,
            };
            (Vec2::new(body.position_m[0], body.position_m[1]) - at).length() < room
        });
        if roads.fold(f32::INFINITY, f32::min) < half || near.next().is_some() {
            return false;
        }
        let color = self.colors[rng.below(self.colors.len())];
        let body = other(rng.chance(0.2), color, &network.land, (at, way)).fixed();
        world.bodies.insert(format!("parked{index}"), body);
        true
    }
}
