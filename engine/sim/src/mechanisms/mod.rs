//! Mechanisms: what worlds do beyond rigid bodies. One file each; their inputs, in order, are the action.
//!
//! A mechanism acts before every physics step. It reads the inputs of the action that are its own and the signals
//! that the others gave, and gives a signal itself. Its whole memory is plain data, so a fork is a copy.

mod button;
mod delay;
mod drive;
mod force;
mod gantry;
mod gauge;
mod grip;
mod latch;
mod opener;
mod servo;
mod shaker;
mod strike;
mod tilter;
mod turret;
mod walker;
mod weigher;

use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::joints::LaneJoint;
use crate::lane::{BodyRow, pose_of};
use crate::liquid::Liquid;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, World};

/// What a mechanism tells the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signal {
    /// A button that is active, a walker that interacts.
    pub(crate) active: bool,
    /// Where a walker's reach starts, m, and how far it goes, m.
    pub(crate) reach: Option<(Vec3, f32)>,
}

/// What a mechanism may use when it acts.
pub(crate) struct Scope<'a> {
    pub(crate) physics: &'a mut PhysicsWorld,
    pub(crate) bodies: &'a [RigidBodyHandle],
    pub(crate) joints: &'a [LaneJoint],
    pub(crate) signals: &'a [Signal],
}

impl Scope<'_> {
    pub(crate) fn dt_secs(&self) -> f32 {
        self.physics.integration_parameters.dt
    }
}

/// A mechanism with its memory.
pub(crate) trait Act {
    /// Its inputs.
    fn channels(&self, name: &str) -> Vec<ActionChannel>;
    /// Acts before a physics step.
    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal;
    /// The number it shows to sensors; 0 where it has none.
    fn shown(&self) -> f32;
    /// Numbers that its future depends on and that no body holds, for the digest.
    fn memory(&self) -> [f32; 3] {
        [self.shown(), 0.0, 0.0]
    }
    /// Commands on their way that [`Act::memory`] does not tell, for the digest.
    fn waiting(&self) -> Vec<f32> {
        Vec::new()
    }
    /// The body it holds, by index.
    fn held(&self) -> Option<usize> {
        None
    }
}

/// Any mechanism.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Machine {
    Gantry(gantry::Gantry),
    Grip(grip::Grip),
    Force(force::Force),
    Strike(strike::Strike),
    Turret(turret::Turret),
    Drive(drive::Drive),
    Servo(servo::Servo),
    Walker(walker::Walker),
    Latch(latch::Latch),
    Button(button::Button),
    Opener(opener::Opener),
    Tilter(tilter::Tilter),
    Gauge(gauge::Gauge),
    Shaker(shaker::Shaker),
    Weigher(weigher::Weigher),
    Clog(weigher::Clog),
}

impl Machine {
    /// Makes the mechanism called `name`.
    pub(crate) fn new(
        world: &World<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
        name: &str,
        mechanism: &Mechanism<f32>,
    ) -> Result<Machine, LaneError> {
        let names = Names {
            world,
            place: format!("mechanisms.{name}"),
        };
        Ok(match mechanism {
            Mechanism::Gantry { .. } => Machine::Gantry(gantry::Gantry::new(&names, mechanism)?),
            Mechanism::Grip { .. } => Machine::Grip(grip::Grip::new(&names, mechanism, bodies, physics)?),
            Mechanism::Force { .. } => Machine::Force(force::Force::new(&names, mechanism)?),
            Mechanism::Strike { .. } => Machine::Strike(strike::Strike::new(&names, mechanism)?),
            Mechanism::Turret { .. } => Machine::Turret(turret::Turret::new(&names, mechanism)?),
            Mechanism::Drive { .. } => Machine::Drive(drive::Drive::new(&names, mechanism)?),
            Mechanism::Servo { .. } => Machine::Servo(servo::Servo::new(&names, mechanism)?),
            Mechanism::Walker { .. } => Machine::Walker(walker::Walker::new(&names, mechanism)?),
            Mechanism::Latch { .. } => Machine::Latch(latch::Latch::new(&names, mechanism)?),
            Mechanism::Button { .. } => Machine::Button(button::Button::new(&names, mechanism)?),
            Mechanism::Opener { .. } => Machine::Opener(opener::Opener::new(&names, mechanism)?),
            Mechanism::Tilter { .. } => Machine::Tilter(tilter::Tilter::new(&names, mechanism)?),
            Mechanism::Gauge { .. } => Machine::Gauge(gauge::Gauge::new(&names, mechanism)?),
            Mechanism::Shaker { .. } => Machine::Shaker(shaker::Shaker::new(&names, mechanism)?),
            Mechanism::Weigher { .. } => {
                Machine::Weigher(weigher::Weigher::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Clog { .. } => Machine::Clog(weigher::Clog::new(&names, mechanism, bodies, physics)?),
        })
    }

    fn inner(&self) -> &dyn Act {
        match self {
            Machine::Gantry(inner) => inner,
            Machine::Grip(inner) => inner,
            Machine::Force(inner) => inner,
            Machine::Strike(inner) => inner,
            Machine::Turret(inner) => inner,
            Machine::Drive(inner) => inner,
            Machine::Servo(inner) => inner,
            Machine::Walker(inner) => inner,
            Machine::Latch(inner) => inner,
            Machine::Button(inner) => inner,
            Machine::Opener(inner) => inner,
            Machine::Tilter(inner) => inner,
            Machine::Gauge(inner) => inner,
            Machine::Shaker(inner) => inner,
            Machine::Weigher(inner) => inner,
            Machine::Clog(inner) => inner,
        }
    }

    fn inner_mut(&mut self) -> &mut dyn Act {
        match self {
            Machine::Gantry(inner) => inner,
            Machine::Grip(inner) => inner,
            Machine::Force(inner) => inner,
            Machine::Strike(inner) => inner,
            Machine::Turret(inner) => inner,
            Machine::Drive(inner) => inner,
            Machine::Servo(inner) => inner,
            Machine::Walker(inner) => inner,
            Machine::Latch(inner) => inner,
            Machine::Button(inner) => inner,
            Machine::Opener(inner) => inner,
            Machine::Tilter(inner) => inner,
            Machine::Gauge(inner) => inner,
            Machine::Shaker(inner) => inner,
            Machine::Weigher(inner) => inner,
            Machine::Clog(inner) => inner,
        }
    }

    pub(crate) fn channels(&self, name: &str) -> Vec<ActionChannel> {
        self.inner().channels(name)
    }

    pub(crate) fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        self.inner_mut().act(scope, inputs)
    }

    pub(crate) fn shown(&self) -> f32 {
        self.inner().shown()
    }

    pub(crate) fn memory(&self) -> [f32; 3] {
        self.inner().memory()
    }

    pub(crate) fn waiting(&self) -> Vec<f32> {
        self.inner().waiting()
    }

    pub(crate) fn held(&self) -> Option<usize> {
        self.inner().held()
    }

    /// Reads what it measures of the state between two records.
    pub(crate) fn measure(&mut self, liquids: &[Liquid], states: &[BodyRow], record_secs: f32) {
        match self {
            Machine::Gauge(gauge) => gauge.measure(liquids, |body| pose_of(&states[body])),
            Machine::Weigher(weigher) => weigher.measure(states),
            Machine::Clog(clog) => clog.measure(states, record_secs),
            _ => {}
        }
    }
}

/// Finds what a mechanism names, or says where the wrong name stands.
pub(crate) struct Names<'a> {
    world: &'a World<f32>,
    place: String,
}

impl Names<'_> {
    fn place(&self, field: &str) -> String {
        format!("{}.{field}", self.place)
    }

    fn body(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let found = self.world.bodies.get_index_of(name);
        found.ok_or_else(|| LaneError::missing(self.place(field), "body", name))
    }

    fn joint(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let found = self.world.joints.get_index_of(name);
        found.ok_or_else(|| LaneError::missing(self.place(field), "joint", name))
    }

    fn mechanism(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let found = self.world.mechanisms.get_index_of(name);
        found.ok_or_else(|| LaneError::missing(self.place(field), "mechanism", name))
    }

    /// Axes such as `xy`, as indices.
    fn axes(&self, text: &str) -> Result<Vec<usize>, LaneError> {
        axes(text).ok_or_else(|| {
            LaneError::invalid(
                self.place("axes"),
                format!("wants letters of xyz without repetition, not `{text}`"),
            )
        })
    }
}

/// Axes such as `xy`, as indices; nothing when the text is not of that form.
pub(crate) fn axes(text: &str) -> Option<Vec<usize>> {
    let axes: Vec<usize> = text
        .chars()
        .map(|letter| "xyz".find(letter))
        .collect::<Option<_>>()?;
    let repeated = axes
        .iter()
        .enumerate()
        .any(|(index, axis)| axes[..index].contains(axis));
    (!axes.is_empty() && !repeated).then_some(axes)
}

/// The letter of an axis.
pub(crate) fn letter(axis: usize) -> &'static str {
    ["x", "y", "z"][axis]
}
