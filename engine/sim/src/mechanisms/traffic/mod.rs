//! Traffic: agents on lanes. Each looks at what is ahead, decides how hard to accelerate and whether to change lanes, and
//! moves its body along the lane.

mod driver;
mod sight;
mod stops;

use super::line::{Line, half_extents, heading};
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
pub use driver::Ahead;
use driver::{HARDEST_MPS2, acceleration, habits};
use glam::{Quat, Vec2, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use sight::Actor;
use stops::Stop;
use terrella_spec::world::{Agent, Mechanism, Motion, Order, Style};

/// How hard an agent's way aside starts and ends, m/s^2.
const ASIDE_MPS2: f32 = 3.0;
/// It goes aside at its full pace from this speed on, m/s.
const ROLLS_MPS: f32 = 3.0;
/// Who is slower has come to a halt, m/s.
const HALTS_MPS: f32 = 0.1;
/// Time between two changes of lanes, s.
const SETTLES_SECS: f32 = 4.0;

/// An agent of traffic at a record: what it sees, and what it did since the record before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Driving {
    /// Its body, by index.
    pub body: usize,
    /// Its velocity along its lane and to the side of it, m/s.
    pub velocity_mps: Vec3,
    /// Its lane, by index.
    pub lane: usize,
    /// Where it is along its lane, m.
    pub along_m: f32,
    /// How far it is to the left of its lane's middle, m.
    pub offset_m: f32,
    /// The speed that it wants, m/s.
    pub wants_mps: f32,
    /// Who or what is ahead of it on its lane, where somebody is within sight.
    pub leader: Option<Ahead>,
    /// What it keeps its distance to if it looks now: its leader, or a line at which it is to stop, with the gap that it reckons with.
    pub minds: Option<Ahead>,
    /// True once it has run into somebody: it brakes and stays.
    pub crashed: bool,
    /// What it was told to do since the record before, and did.
    pub since: Since,
}

/// What an agent of traffic was told and did in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Since {
    /// Mean of the acceleration that its driver commanded, m/s^2. Who stands and brakes goes on standing.
    pub acceleration_mps2: f32,
    /// Mean of the speed to the left that its driver commanded, m/s.
    pub aside_mps: f32,
    /// 1 where it left its lane for one to the left, -1 for one to the right, else 0.
    pub change: f32,
    /// How far it went along its lane, m.
    pub driven_m: f32,
    /// True where it ran into somebody.
    pub crashes: bool,
    /// Physics steps.
    steps: u32,
}

impl Since {
    /// Adds a physics step.
    fn add(&mut self, acceleration_mps2: f32, aside_mps: f32, driven_m: f32) {
        self.steps += 1;
        let share = 1.0 / self.steps as f32;
        self.acceleration_mps2 += (acceleration_mps2 - self.acceleration_mps2) * share;
        self.aside_mps += (aside_mps - self.aside_mps) * share;
        self.driven_m += driven_m;
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Traffic {
    lanes: Vec<Lane>,
    agents: Vec<Driver>,
    /// Further bodies that agents see, with their half extents.
    sees: Vec<(usize, Vec2)>,
    steps: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lane {
    line: Line,
    beside: Vec<usize>,
    gives_way: Vec<Way>,
    stops: Vec<Stop>,
}

/// Where a lane gives way to another.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Way {
    line: f32,
    to: usize,
    meets: f32,
    gap_secs: f32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Driver {
    body: usize,
    half: Vec2,
    /// Of its origin above the lane, m.
    height: f32,
    style: Style,
    changes: bool,
    lane: usize,
    /// Along its lane and to the left of it, m.
    along: f32,
    offset: f32,
    speed: f32,
    /// How fast it goes to the left, m/s.
    aside: f32,
    acceleration: f32,
    wants: f32,
    brakes: Option<f32>,
    /// Until it looks again, and until it may change lanes again, s.
    looks_in: f32,
    settles_in: f32,
    orders: Vec<Order<f32>>,
    /// The lane of each order.
    order_lanes: Vec<Option<usize>>,
    done: usize,
    /// Where along its lane it came to a halt last, m.
    halted: Option<f32>,
    crashed: bool,
    /// Since the last record, and between that and the one before. Nothing follows from them.
    now: Since,
    since: Since,
}

impl Traffic {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Traffic {
            lanes, agents, sees, ..
        } = mechanism
        else {
            unreachable!("called for traffic");
        };
        let find = |field: String, name: &str| {
            let found = lanes.get_index_of(name);
            found.ok_or_else(|| LaneError::missing(names.place(&field), "lane", name))
        };
        let mut own_lanes = Vec::with_capacity(lanes.len());
        for (name, lane) in lanes {
            let beside = lane
                .beside
                .iter()
                .map(|other| find(format!("lanes.{name}.beside"), other));
            let gives_way = lane.gives_way.iter().map(|way| {
                Ok(Way {
                    line: way.line_m,
                    to: find(format!("lanes.{name}.gives_way.to"), &way.to)?,
                    meets: way.meets_m,
                    gap_secs: way.gap_secs,
                })
            });
            own_lanes.push(Lane {
                line: Line::new(
                    names,
                    &format!("lanes.{name}.points_m"),
                    &lane.points_m,
                    lane.closed,
                )?,
                beside: beside.collect::<Result<_, LaneError>>()?,
                gives_way: gives_way.collect::<Result<_, LaneError>>()?,
                stops: Stop::all(names, name, &lane.stops)?,
            });
        }
        let mut drivers = Vec::with_capacity(agents.len());
        for (name, agent) in agents {
            let lane = find(format!("agents.{name}.lane"), &agent.lane)?;
            let order_lanes = agent.orders.iter().map(|order| {
                let lane = order.lane.as_ref();
                lane.map(|lane| find(format!("agents.{name}.orders.lane"), lane))
                    .transpose()
            });
            let order_lanes = order_lanes.collect::<Result<_, LaneError>>()?;
            drivers.push(Driver::new(
                names,
                name,
                agent,
                (lane, &own_lanes[lane].line),
                order_lanes,
            )?);
        }
        let seen = sees.iter().map(|name| {
            let index = names.body("sees", name)?;
            Ok((index, half_extents(names, index)?))
        });
        Ok(Traffic {
            lanes: own_lanes,
            agents: drivers,
            sees: seen.collect::<Result<_, LaneError>>()?,
            steps: 0,
        })
    }

    /// What an agent decides to do until it looks again.
    fn decide(&mut self, index: usize, actors: &[Actor], signals: &[Signal]) {
        let (lanes, agent) = (&self.lanes, &self.agents[index]);
        let own = habits(agent.style);
        let settled = agent.settles_in <= 0.0 && agent.speed > ROLLS_MPS && agent.offset.abs() < 0.3;
        if agent.changes
            && settled
            && let Some(lane) = sight::better_lane(lanes, agent, index, actors)
        {
            self.agents[index].go_to(lane, &self.lanes);
        }
        let ahead = self.minds(index, self.leader(index, actors), actors, signals);
        let agent = &mut self.agents[index];
        agent.acceleration = acceleration(&own, agent.speed, agent.wants, ahead);
        agent.looks_in += own.looks_secs;
    }

    /// Who or what is ahead of an agent on its lane.
    fn leader(&self, index: usize, actors: &[Actor]) -> Option<Ahead> {
        let agent = &self.agents[index];
        let line = &self.lanes[agent.lane].line;
        sight::neighbours(line, agent.offset, agent, index, actors).ahead
    }

    /// What an agent keeps its distance to: its leader, or a line at which it stops before that.
    fn minds(
        &self,
        index: usize,
        leader: Option<Ahead>,
        actors: &[Actor],
        signals: &[Signal],
    ) -> Option<Ahead> {
        let agent = &self.agents[index];
        let own = habits(agent.style);
        let lane = &self.lanes[agent.lane];
        let mut ahead = leader;
        for way in &lane.gives_way {
            let line = lane.line.ahead(agent.along, way.line) - agent.half.x;
            // Who cannot stop before the line any more goes on.
            let can_stop = line > -0.5 && agent.speed * agent.speed < 2.0 * HARDEST_MPS2 * line.max(0.1);
            if can_stop && sight::comes(&self.lanes[way.to].line, way, index, actors) {
                let stop = Ahead {
                    gap_m: line + own.gap_m - 0.3,
                    speed_mps: 0.0,
                };
                if ahead.is_none_or(|ahead| stop.gap_m < ahead.gap_m) {
                    ahead = Some(stop);
                }
            }
        }
        if let Some(line) = stops::stops_at(lane, agent, signals) {
            let stop = Ahead {
                gap_m: line + own.gap_m - 0.3,
                speed_mps: 0.0,
            };
            if ahead.is_none_or(|ahead| stop.gap_m < ahead.gap_m) {
                ahead = Some(stop);
            }
        }
        if agent.style == Style::Walking && !lane.line.closed() {
            let end = Ahead {
                gap_m: lane.line.length() - agent.along + own.gap_m,
                speed_mps: 0.0,
            };
            if ahead.is_none_or(|ahead| end.gap_m < ahead.gap_m) {
                ahead = Some(end);
            }
        }
        ahead
    }

    /// All agents as they are now, and what they did between the last two records.
    pub(super) fn drivings(
        &self,
        physics: &PhysicsWorld,
        bodies: &[RigidBodyHandle],
        signals: &[Signal],
    ) -> Vec<Driving> {
        let actors = self.actors(physics, bodies);
        let driving = |(index, agent): (usize, &Driver)| {
            let (_, way) = self.lanes[agent.lane].line.at(agent.along);
            let left = Vec3::Z.cross(way).normalize_or(Vec3::Y);
            let leader = self.leader(index, &actors);
            Driving {
                body: agent.body,
                velocity_mps: way * agent.speed + left * agent.aside,
                lane: agent.lane,
                along_m: agent.along,
                offset_m: agent.offset,
                wants_mps: agent.wants,
                leader,
                minds: self.minds(index, leader, &actors, signals),
                crashed: agent.crashed,
                since: agent.since,
            }
        };
        self.agents.iter().enumerate().map(driving).collect()
    }

    /// Everybody, as they are before this step: the agents first, then what else is seen.
    fn actors(&self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) -> Vec<Actor> {
        let own = self.agents.iter().map(|agent| {
            let (point, way) = agent.pose(&self.lanes[agent.lane].line);
            let way = way.truncate().normalize_or(Vec2::X);
            Actor {
                place: point.truncate(),
                velocity: way * agent.speed,
                heading: way,
                half: agent.half,
                wants: agent.wants,
            }
        });
        let seen = self.sees.iter().map(|(index, half)| {
            let body = &physics.bodies[bodies[*index]];
            let velocity = body.linvel().truncate();
            Actor {
                place: body.translation().truncate(),
                velocity,
                heading: heading(*body.rotation()),
                half: *half,
                wants: velocity.length(),
            }
        });
        own.chain(seen).collect()
    }
}

impl Driver {
    fn new(
        names: &Names<'_>,
        name: &str,
        agent: &Agent<f32>,
        (lane, line): (usize, &Line),
        order_lanes: Vec<Option<usize>>,
    ) -> Result<Self, LaneError> {
        let index = names.body("agents", name)?;
        let body = &names.world.bodies[index];
        if body.motion != Motion::Kinematic {
            let reason = format!("`{name}` must have motion = \"kinematic\"");
            return Err(LaneError::invalid(names.place(&format!("agents.{name}")), reason));
        }
        let start = Vec3::from(body.position_m);
        let place = line.place(start.truncate());
        Ok(Driver {
            body: index,
            half: half_extents(names, index)?,
            height: start.z - line.at(place.along).0.z,
            style: agent.style,
            changes: agent.changes_lanes,
            lane,
            along: place.along,
            offset: place.offset,
            speed: agent.speed_mps,
            aside: 0.0,
            acceleration: 0.0,
            wants: agent.wants_mps,
            brakes: None,
            looks_in: 0.0,
            settles_in: 0.0,
            orders: agent.orders.clone(),
            order_lanes,
            done: 0,
            halted: None,
            crashed: false,
            now: Since::default(),
            since: Since::default(),
        })
    }

    /// Where it is, and the way it faces.
    fn pose(&self, line: &Line) -> (Vec3, Vec3) {
        let (point, way) = line.at(self.along);
        let left = Vec3::Z.cross(way).normalize_or(Vec3::Y);
        let faces = (way * self.speed.max(1.0) + left * self.aside).normalize_or(way);
        (point + left * self.offset + Vec3::Z * self.height, faces)
    }

    /// Leaves its lane for another.
    fn go_to(&mut self, lane: usize, lanes: &[Lane]) {
        let (here, _) = self.pose(&lanes[self.lane].line);
        let place = lanes[lane].line.place(here.truncate());
        (self.lane, self.along, self.offset) = (lane, place.along, place.offset);
        self.halted = None;
        self.settles_in = SETTLES_SECS;
        self.now.change = if self.offset > 0.0 { -1.0 } else { 1.0 };
    }

    /// Does the next thing that it is ordered to, when its time has come.
    fn obey(&mut self, secs: f32, first: Option<&Actor>, here: Vec2, lanes: &[Lane]) {
        let Some(order) = self.orders.get(self.done) else {
            return;
        };
        let apart = first.map_or(Vec2::ZERO, |first| here - first.place);
        let ahead = first.map_or(0.0, |first| apart.dot(first.heading));
        let due = order.after_secs.is_none_or(|after| secs >= after)
            && order.near_m.is_none_or(|near| apart.length() <= near)
            && order.ahead_m.is_none_or(|least| ahead >= least);
        if !due {
            return;
        }
        self.wants = order.wants_mps.unwrap_or(self.wants);
        self.brakes = order.brakes_mps2;
        if let Some(lane) = self.order_lanes[self.done] {
            self.go_to(lane, lanes);
        }
        self.done += 1;
    }

    /// Goes on by one physics step.
    fn advance(&mut self, dt: f32) {
        let own = habits(self.style);
        let acceleration = match self.brakes {
            _ if self.crashed => -HARDEST_MPS2,
            Some(hard) if self.speed > self.wants => self.acceleration.min(-hard),
            _ => self.acceleration,
        };
        self.speed = (self.speed + acceleration * dt).max(0.0);
        self.along += self.speed * dt;
        let pace = own.aside * (self.speed / ROLLS_MPS).min(1.0);
        let wanted = (-1.2 * self.offset).clamp(-pace, pace);
        self.aside += (wanted - self.aside).clamp(-ASIDE_MPS2 * dt, ASIDE_MPS2 * dt);
        self.now.add(acceleration, wanted, self.speed * dt);
        // Who stands does not go aside.
        self.aside = self.aside.clamp(-self.speed, self.speed);
        self.offset += self.aside * dt;
        if self.speed < HALTS_MPS {
            self.halted = Some(self.along);
        }
        self.looks_in -= dt;
        self.settles_in = (self.settles_in - dt).max(0.0);
    }
}

impl Act for Traffic {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let secs = self.steps as f32 * dt;
        let actors = self.actors(scope.physics, scope.bodies);
        let first = actors.get(self.agents.len());
        for (index, actor) in actors.iter().enumerate().take(self.agents.len()) {
            self.agents[index].obey(secs, first, actor.place, &self.lanes);
            if self.agents[index].looks_in <= 0.0 {
                self.decide(index, &actors, scope.signals);
            }
        }
        for agent in &mut self.agents {
            let handle = scope.bodies[agent.body];
            let sees = self.sees.iter().map(|(body, _)| scope.bodies[*body]);
            if !agent.crashed && touches(scope.physics, handle, sees) {
                agent.crashed = true;
                agent.now.crashes = true;
            }
            agent.advance(dt);
            let (point, way) = agent.pose(&self.lanes[agent.lane].line);
            let pitch = match agent.style {
                Style::Walking => 0.0,
                _ => -libm::asinf(way.z.clamp(-1.0, 1.0)),
            };
            let turned = Quat::from_rotation_z(libm::atan2f(way.y, way.x)) * Quat::from_rotation_y(pitch);
            let pose = Pose {
                translation: point,
                rotation: turned.normalize(),
                ..Pose::IDENTITY
            };
            scope.physics.bodies[handle].set_next_kinematic_position(pose);
        }
        self.steps += 1;
        Signal::default()
    }

    fn measure(&mut self, _: &Measured<'_>) {
        for agent in &mut self.agents {
            agent.since = std::mem::take(&mut agent.now);
        }
    }

    fn shown(&self) -> f32 {
        self.agents.iter().filter(|agent| agent.crashed).count() as f32
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.steps as f32, 0.0]
    }

    fn waiting(&self) -> Vec<f32> {
        let numbers = |agent: &Driver| {
            [
                agent.lane as f32,
                agent.along,
                agent.offset,
                agent.speed,
                agent.aside,
                agent.acceleration,
                agent.wants,
                agent.brakes.unwrap_or(-1.0),
                agent.looks_in,
                agent.settles_in,
                agent.done as f32,
                agent.halted.unwrap_or(-1.0),
                if agent.crashed { 1.0 } else { 0.0 },
            ]
        };
        self.agents.iter().flat_map(numbers).collect()
    }
}

/// True where a body touches one of others that can move.
fn touches(
    physics: &PhysicsWorld,
    handle: RigidBodyHandle,
    others: impl Iterator<Item = RigidBodyHandle> + Clone,
) -> bool {
    physics.bodies[handle].colliders().iter().any(|collider| {
        physics.narrow_phase.contact_pairs_with(*collider).any(|pair| {
            let other = if pair.collider1 == *collider {
                pair.collider2
            } else {
                pair.collider1
            };
            let parent = physics.colliders[other].parent();
            let known = others.clone().any(|other| Some(other) == parent);
            known && physics.bodies[parent.unwrap_or(handle)].is_dynamic() && pair.has_any_active_contact()
        })
    })
}
