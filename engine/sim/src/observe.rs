//! What the agent senses: a world's `observe` list resolved into channels of `observation.state`. Where there are several agents,
//! its `agents_observe` list says what each of them senses.

use crate::fault::LaneError;
use crate::mechanisms::{axes, letter};
use crate::telemetry::{self, Reading, Role};
use crate::view::{BodyState, StepView};
use glam::{Quat, Vec3};
use terrella_spec::world::{AGENT, Mechanism, Observe, Quantity, World};

/// What an agent is called in the names of its own channels.
const OWN: &str = "self";
const AGENTS_OBSERVE: &str = "agents_observe";

/// One number of `observation.state`.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationChannel {
    /// `OF.QUANTITY.AXIS`, such as `hand.position.x`.
    pub name: String,
    /// Its unit, empty where it has none.
    pub unit: &'static str,
}

#[derive(Clone, Debug)]
enum Source {
    Position(usize),
    /// Of the first body in the frame of the second.
    PositionFrom(usize, usize),
    Velocity(usize),
    Rotation(usize),
    Heading(usize),
    Spin(usize),
    JointPosition(usize),
    JointAngle(usize),
    JointVelocity(usize),
    State(usize),
    Odometry(usize),
    Gyro(usize),
    Accelerometer(usize),
    Speed(usize),
    Step(usize),
    Touch(usize),
    Route(usize),
    Fix(usize),
    Stun(usize),
    Report(usize),
}

/// Reads `observation.state` off a lane.
#[derive(Clone, Debug)]
pub struct Observer {
    sources: Vec<(Source, Vec<usize>)>,
    channels: Vec<ObservationChannel>,
}

impl Observer {
    /// Resolves the `observe` list of a world.
    pub fn new(world: &World<f32>) -> Result<Self, LaneError> {
        Observer::of(world, "observe", &world.observe, AGENT)
    }

    /// Resolves the `agents_observe` list of a world for each of its agents. Their channels are the same: in their names the agent
    /// itself is called `self`.
    pub fn of_agents(world: &World<f32>) -> Result<Vec<Self>, LaneError> {
        let agents = world.agents.keys();
        let observers = agents.map(|name| Observer::of(world, AGENTS_OBSERVE, &world.agents_observe, name));
        let observers: Vec<Observer> = observers.collect::<Result<_, _>>()?;
        let names = world.agents.keys().zip(&observers);
        if let Some((first, own)) = names.clone().next()
            && let Some((other, _)) = names.clone().find(|(_, other)| other.channels != own.channels)
        {
            let reason = format!(
                "`{first}` and `{other}` have other channels than each other: each item is one of all agents"
            );
            return Err(LaneError::invalid(AGENTS_OBSERVE, reason));
        }
        Ok(observers)
    }

    /// Resolves the items of the list `list`, in which [`AGENT`] stands for `agent`.
    fn of(world: &World<f32>, list: &str, items: &[Observe], agent: &str) -> Result<Self, LaneError> {
        let mut observer = Observer {
            sources: Vec::new(),
            channels: Vec::new(),
        };
        let readings = telemetry::readings(world);
        for (index, item) in items.iter().enumerate() {
            let place = format!("{list}[{index}]");
            // What it is, and what its channels are called by.
            let of = item.of.replace(AGENT, agent);
            let label = item.of.replace(AGENT, OWN);
            let body = || {
                let found = world.bodies.get_index_of(&of);
                found.ok_or_else(|| LaneError::missing(format!("{place}.of"), "body", &of))
            };
            let joint = || {
                let found = world.joints.get_index_of(&of);
                found.ok_or_else(|| LaneError::missing(format!("{place}.of"), "joint", &of))
            };
            let mechanism = || {
                let found = world.mechanisms.get_index_of(&of);
                found.ok_or_else(|| LaneError::missing(format!("{place}.of"), "mechanism", &of))
            };
            let from = item.seen_from.as_ref().map(|name| name.replace(AGENT, agent));
            let seen_from = match &from {
                None => None,
                Some(_) if item.quantity != Quantity::Position => {
                    return Err(LaneError::invalid(
                        format!("{place}.seen_from"),
                        "only a position is told in the frame of a body: leave it out",
                    ));
                }
                Some(name) => {
                    let found = world.bodies.get_index_of(name);
                    Some(
                        found
                            .ok_or_else(|| LaneError::missing(format!("{place}.seen_from"), "body", name))?,
                    )
                }
            };
            let from_name = item.seen_from.as_deref().unwrap_or_default();
            let seen_name = format!("position_from_{}", from_name.replace(AGENT, OWN));
            if let Some(role) = role(item.quantity) {
                let index = mechanism()?;
                observer.report(&readings, index, role, [&of, &label], &place)?;
                continue;
            }
            let (source, what, unit, parts): (Source, &str, &'static str, &[&str]) = match item.quantity {
                Quantity::Position => match seen_from {
                    None => (Source::Position(body()?), "position", "m", &["x", "y", "z"]),
                    Some(from) => (
                        Source::PositionFrom(body()?, from),
                        &seen_name,
                        "m",
                        &["x", "y", "z"],
                    ),
                },
                Quantity::Velocity => (Source::Velocity(body()?), "velocity", "m/s", &["x", "y", "z"]),
                Quantity::Rotation => (Source::Rotation(body()?), "rotation", "", &["x", "y", "z", "w"]),
                Quantity::Heading => (Source::Heading(body()?), "heading", "", &["sin", "cos"]),
                Quantity::Spin => (Source::Spin(body()?), "spin", "rad/s", &["x", "y", "z"]),
                Quantity::JointPosition => {
                    let index = joint()?;
                    (
                        Source::JointPosition(index),
                        "position",
                        joint_unit(world, index, false),
                        &[],
                    )
                }
                Quantity::JointAngle => (Source::JointAngle(joint()?), "angle", "", &["sin", "cos"]),
                Quantity::JointVelocity => {
                    let index = joint()?;
                    (
                        Source::JointVelocity(index),
                        "velocity",
                        joint_unit(world, index, true),
                        &[],
                    )
                }
                Quantity::State => {
                    let index = mechanism()?;
                    (
                        Source::State(index),
                        shown_name(&world.mechanisms[index]),
                        "",
                        &[],
                    )
                }
                Quantity::Odometry => {
                    let index = mechanism()?;
                    if !matches!(world.mechanisms[index], Mechanism::DiffDrive { .. }) {
                        return Err(LaneError::invalid(
                            format!("{place}.of"),
                            format!("`{of}` must be a diff_drive"),
                        ));
                    }
                    let parts = &["x", "y", "sin", "cos"];
                    (Source::Odometry(index), "odometry", "", parts)
                }
                Quantity::Gyro => (Source::Gyro(body()?), "gyro", "rad/s", &["x", "y", "z"]),
                Quantity::Accelerometer => (
                    Source::Accelerometer(body()?),
                    "accelerometer",
                    "m/s^2",
                    &["x", "y", "z"],
                ),
                Quantity::Speed => (Source::Speed(body()?), "speed", "m/s", &[]),
                Quantity::Step => (Source::Step(body()?), "step", "m", &["x", "y", "yaw"]),
                Quantity::Touch => (Source::Touch(body()?), "touch", "N", &[]),
                Quantity::Route => {
                    let index = mechanism()?;
                    if !matches!(world.mechanisms[index], Mechanism::Route { .. }) {
                        let reason = format!("`{of}` is no route");
                        return Err(LaneError::invalid(format!("{place}.of"), reason));
                    }
                    let parts = &["distance", "offset", "heading", "gap", "grade"];
                    (Source::Route(index), "route", "", parts)
                }
                Quantity::Fix => {
                    let index = mechanism()?;
                    if !matches!(world.mechanisms[index], Mechanism::Receiver { .. }) {
                        let reason = format!("`{of}` is no receiver");
                        return Err(LaneError::invalid(format!("{place}.of"), reason));
                    }
                    let parts = &["x", "y", "z", "vx", "vy", "vz"];
                    (Source::Fix(index), "fix", "m", parts)
                }
                Quantity::Stun => {
                    let index = mechanism()?;
                    if !matches!(world.mechanisms[index], Mechanism::Platformer { .. }) {
                        let reason = format!("`{of}` is no platformer");
                        return Err(LaneError::invalid(format!("{place}.of"), reason));
                    }
                    (Source::Stun(index), "stun", "s", &[])
                }
                Quantity::Setpoint | Quantity::Effort | Quantity::Feedback | Quantity::Context => {
                    unreachable!("reports were seen to above")
                }
            };
            let is_vector = matches!(
                item.quantity,
                Quantity::Position
                    | Quantity::Velocity
                    | Quantity::Spin
                    | Quantity::Gyro
                    | Quantity::Accelerometer
            );
            let chosen = match &item.axes {
                None => (0..parts.len().max(1)).collect(),
                Some(text) if is_vector => axes(text).ok_or_else(|| {
                    LaneError::invalid(
                        format!("{place}.axes"),
                        format!("wants letters of xyz, not `{text}`"),
                    )
                })?,
                Some(_) => {
                    return Err(LaneError::invalid(
                        format!("{place}.axes"),
                        "only position, velocity, spin, gyro and accelerometer have axes to choose from",
                    ));
                }
            };
            for part in &chosen {
                let unit = match (&source, part) {
                    (Source::Route(_) | Source::Step(_), 2) => "rad",
                    (Source::Route(_), 4) => "",
                    (Source::Route(_), _) => "m",
                    _ => unit,
                };
                let name = match (parts, is_vector) {
                    ([], _) => format!("{label}.{what}"),
                    (_, true) => format!("{label}.{what}.{}", letter(*part)),
                    _ => format!("{label}.{what}.{}", parts[*part]),
                };
                // Of odometry, x and y are lengths; of a fix, the last three are speeds.
                let unit = match &source {
                    Source::Odometry(_) if *part < 2 => "m",
                    Source::Fix(_) if *part > 2 => "m/s",
                    _ => unit,
                };
                observer.channels.push(ObservationChannel { name, unit });
            }
            observer.sources.push((source, chosen));
        }
        Ok(observer)
    }

    /// Adds a channel for each reading of a role that a mechanism has.
    fn report(
        &mut self,
        readings: &[Reading],
        mechanism: usize,
        role: Role,
        [of, label]: [&str; 2],
        place: &str,
    ) -> Result<(), LaneError> {
        let before = self.sources.len();
        for (index, reading) in readings.iter().enumerate() {
            if reading.mechanism == mechanism && reading.role == role {
                self.sources.push((Source::Report(index), vec![0]));
                let (_, what) = reading.name.split_at(of.len());
                // Set and reported speed are two channels.
                let role = format!("{role:?}").to_lowercase();
                self.channels.push(ObservationChannel {
                    name: format!("{label}.{role}{what}"),
                    unit: reading.unit,
                });
            }
        }
        if self.sources.len() == before {
            let reason = format!("`{of}` reports nothing of this kind");
            return Err(LaneError::invalid(format!("{place}.quantity"), reason));
        }
        Ok(())
    }

    /// The channels, in order.
    pub fn channels(&self) -> &[ObservationChannel] {
        &self.channels
    }

    /// Appends one row.
    pub fn read(&self, view: &StepView<'_>, into: &mut Vec<f32>) {
        for (source, parts) in &self.sources {
            let mut put = |values: &[f32]| into.extend(parts.iter().map(|part| values[*part]));
            match source {
                Source::Position(index) => put(&view.body(*index).position_m.to_array()),
                Source::PositionFrom(index, from) => {
                    let from = view.body(*from);
                    let offset = view.body(*index).position_m - from.position_m;
                    put(&(from.rotation.conjugate() * offset).to_array());
                }
                Source::Velocity(index) => put(&view.body(*index).linear_velocity_mps.to_array()),
                Source::Spin(index) => put(&view.body(*index).angular_velocity_radps.to_array()),
                Source::Rotation(index) => {
                    let rotation = view.body(*index).rotation;
                    put(&(if rotation.w < 0.0 { -rotation } else { rotation }).to_array());
                }
                Source::Heading(index) => {
                    let (sine, cosine) = heading(view.body(*index).rotation);
                    put(&[sine, cosine]);
                }
                Source::JointPosition(index) => put(&[view.joint_position(*index)]),
                Source::JointAngle(index) => {
                    let angle = view.joint_position(*index);
                    put(&[libm::sinf(angle), libm::cosf(angle)]);
                }
                Source::JointVelocity(index) => put(&[view.joint_velocity(*index)]),
                Source::State(index) => put(&[view.mechanism_state(*index)]),
                Source::Odometry(index) => {
                    let [x, y, yaw] = view.odometry(*index);
                    put(&[x, y, libm::sinf(yaw), libm::cosf(yaw)]);
                }
                Source::Gyro(index) => {
                    let body = view.body(*index);
                    put(&(body.rotation.inverse() * body.angular_velocity_radps).to_array());
                }
                Source::Accelerometer(index) => put(&view.specific_force(*index).to_array()),
                Source::Speed(index) => {
                    let body = view.body(*index);
                    put(&[body.linear_velocity_mps.dot(body.rotation * Vec3::X)]);
                }
                Source::Step(index) => {
                    let (before, now) = (view.body_before(*index), view.body(*index));
                    put(&step(&before, &now));
                }
                Source::Touch(index) => put(&[view.touch_n(*index)]),
                Source::Route(index) => {
                    let route = view.route(*index).expect("it is a route");
                    let line = [route.distance_m, route.offset_m, route.heading_rad];
                    put(&[line[0], line[1], line[2], route.gap_m, route.grade]);
                }
                Source::Fix(index) => put(&view.fix(*index)),
                Source::Stun(index) => put(&[view.stunned_secs(*index)]),
                Source::Report(index) => put(&[view.telemetry()[*index]]),
            }
        }
    }
}

/// The role that a quantity asks for.
fn role(quantity: Quantity) -> Option<Role> {
    match quantity {
        Quantity::Setpoint => Some(Role::Setpoint),
        Quantity::Effort => Some(Role::Effort),
        Quantity::Feedback => Some(Role::Feedback),
        Quantity::Context => Some(Role::Context),
        _ => None,
    }
}

/// Sine and cosine of the direction in which a body's x points, seen from above.
pub fn heading(rotation: Quat) -> (f32, f32) {
    let ahead = rotation * Vec3::X;
    let length = (ahead.x * ahead.x + ahead.y * ahead.y).sqrt();
    if length > 1e-6 {
        (ahead.y / length, ahead.x / length)
    } else {
        (0.0, 1.0)
    }
}

/// How a body went from one state to another, in its own frame as it was in the first: along its heading and to the left of that, m,
/// and its turn to the left, rad.
fn step(before: &BodyState, now: &BodyState) -> [f32; 3] {
    let [(sine, cosine), (now_sine, now_cosine)] = [before, now].map(|state| heading(state.rotation));
    let went = now.position_m - before.position_m;
    let turned = libm::atan2f(
        now_sine * cosine - now_cosine * sine,
        now_cosine * cosine + now_sine * sine,
    );
    [
        cosine * went.x + sine * went.y,
        cosine * went.y - sine * went.x,
        turned,
    ]
}

fn joint_unit(world: &World<f32>, index: usize, velocity: bool) -> &'static str {
    let slides = matches!(
        world.joints[index].freedom,
        terrella_spec::world::Freedom::Slider { .. }
    );
    match (slides, velocity) {
        (true, false) => "m",
        (true, true) => "m/s",
        (false, false) => "rad",
        (false, true) => "rad/s",
    }
}

/// What a mechanism's one visible number is called.
fn shown_name(mechanism: &Mechanism<f32>) -> &'static str {
    match mechanism {
        Mechanism::Grip { .. } => "holding",
        Mechanism::Strike { .. } => "strikes",
        Mechanism::Walker { .. } => "interacting",
        Mechanism::Latch { .. } => "closed",
        Mechanism::Button { .. } => "active",
        Mechanism::Opener { .. } => "opening",
        Mechanism::Tilter { .. } => "tilt",
        Mechanism::Gauge { .. } => "share",
        Mechanism::DiffDrive { .. } => "blocked",
        Mechanism::Stroller { .. } => "walking",
        Mechanism::Rearranger { .. } => "moved",
        Mechanism::Lifter { .. } => "loads",
        Mechanism::Orders { .. } => "arrived",
        Mechanism::Vehicle { .. } => "steer",
        Mechanism::Comfort { .. } => "uncomfortable",
        Mechanism::Traffic { .. } => "crashes",
        Mechanism::Route { .. } => "distance",
        Mechanism::Hand { .. } => "closed",
        Mechanism::Placer { .. } => "placed",
        Mechanism::Lever { .. } => "pulled",
        Mechanism::Trigger { .. } => "active",
        Mechanism::Lift { .. } => "share",
        Mechanism::Platformer { .. } => "throws",
        Mechanism::Shaker { .. } => "amplitude",
        Mechanism::Weigher { .. } => "mass",
        Mechanism::Clog { .. } => "clogged",
        Mechanism::Elevator { .. } => "up",
        Mechanism::Release { .. } => "released",
        Mechanism::Relay { .. } => "active",
        Mechanism::Clamp { .. } => "holding",
        Mechanism::Finish { .. } | Mechanism::FirstTouch { .. } => "first",
        Mechanism::Stiction { .. } => "rests",
        Mechanism::Toggle { .. } => "on",
        Mechanism::Pulley { .. } => "tension",
        Mechanism::TrafficLight { .. } => "color",
        Mechanism::Gantry { .. }
        | Mechanism::Carriage { .. }
        | Mechanism::Turret { .. }
        | Mechanism::Force { .. }
        | Mechanism::Drive { .. }
        | Mechanism::Servo { .. }
        | Mechanism::Ram { .. } => "state",
        Mechanism::Attraction { .. } | Mechanism::SpinLift { .. } => "force",
        Mechanism::Wind { .. } => "speed",
        Mechanism::Rotors { .. } => "voltage",
        Mechanism::Course { .. } => "passed",
        Mechanism::Imu { .. } => "specific_force",
        Mechanism::Receiver { .. } => "valid",
        Mechanism::Wheels { .. } | Mechanism::Legs { .. } => "effort",
        Mechanism::Positioner { .. } => "target",
        Mechanism::Belt { .. } => "carries",
        Mechanism::PhotoEye { .. } => "blocked",
        Mechanism::Stop {} => "pressed",
        Mechanism::DriveTrain { .. } => "condition",
    }
}
