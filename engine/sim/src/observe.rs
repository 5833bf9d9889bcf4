//! What the agent senses: a world's `observe` list resolved into channels of `observation.state`.

use crate::fault::LaneError;
use crate::mechanisms::{axes, letter};
use crate::view::StepView;
use glam::{Quat, Vec3};
use terrella_spec::world::{Mechanism, Quantity, World};

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
    Velocity(usize),
    Rotation(usize),
    Heading(usize),
    Spin(usize),
    JointPosition(usize),
    JointAngle(usize),
    JointVelocity(usize),
    State(usize),
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
        let mut observer = Observer {
            sources: Vec::new(),
            channels: Vec::new(),
        };
        for (index, item) in world.observe.iter().enumerate() {
            let place = format!("observe[{index}]");
            let body = || {
                let found = world.bodies.get_index_of(&item.of);
                found.ok_or_else(|| LaneError::missing(format!("{place}.of"), "body", &item.of))
            };
            let joint = || {
                let found = world.joints.get_index_of(&item.of);
                found.ok_or_else(|| LaneError::missing(format!("{place}.of"), "joint", &item.of))
            };
            let mechanism = || {
                let found = world.mechanisms.get_index_of(&item.of);
                found.ok_or_else(|| LaneError::missing(format!("{place}.of"), "mechanism", &item.of))
            };
            let (source, what, unit, parts): (Source, &str, &'static str, &[&str]) = match item.quantity {
                Quantity::Position => (Source::Position(body()?), "position", "m", &["x", "y", "z"]),
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
            };
            let is_vector = matches!(
                item.quantity,
                Quantity::Position | Quantity::Velocity | Quantity::Spin
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
                        "only position, velocity and spin have axes to choose from",
                    ));
                }
            };
            for part in &chosen {
                let name = match (parts, is_vector) {
                    ([], _) => format!("{}.{what}", item.of),
                    (_, true) => format!("{}.{what}.{}", item.of, letter(*part)),
                    _ => format!("{}.{what}.{}", item.of, parts[*part]),
                };
                observer.channels.push(ObservationChannel { name, unit });
            }
            observer.sources.push((source, chosen));
        }
        Ok(observer)
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
            }
        }
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
        Mechanism::Shaker { .. } => "amplitude",
        Mechanism::Weigher { .. } => "mass",
        Mechanism::Clog { .. } => "clogged",
        Mechanism::Gantry { .. }
        | Mechanism::Turret { .. }
        | Mechanism::Force { .. }
        | Mechanism::Drive { .. }
        | Mechanism::Servo { .. } => "state",
    }
}
