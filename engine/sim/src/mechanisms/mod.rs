//! Mechanisms: what worlds do beyond rigid bodies. One file each; their inputs, in order, are the action.
//!
//! A mechanism acts before every physics step. It reads the inputs of the action that are its own and the signals
//! that the others gave, and gives a signal itself. Its whole memory is plain data, so a fork is a copy.

pub(crate) mod belt;

mod attraction;
mod button;
mod carriage;
mod clamp;
mod comfort;
mod command;
mod course;
mod delay;
mod diff_drive;
mod drive;
mod drive_train;
mod elevator;
mod errors;
mod finish;
mod first_touch;
mod force;
mod gantry;
mod gauge;
mod grip;
mod hand;
mod imu;
mod latch;
mod legs;
mod lever;
mod lift;
mod lifter;
mod line;
mod odometer;
mod opener;
mod orders;
mod pedals;
mod photo_eye;
mod placer;
mod platformer;
mod positioner;
mod pulley;
mod ram;
mod rearranger;
mod receiver;
mod relay;
mod release;
mod rotors;
mod route;
mod servo;
mod shaker;
mod sides;
mod spin_lift;
mod stiction;
mod stop;
mod strike;
mod stroller;
mod tilter;
mod toggle;
mod traffic;
mod traffic_light;
mod trigger;
mod turret;
mod upright;
mod vehicle;
mod waiting;
mod walker;
mod weigher;
mod weld;
mod wheels;
mod wind;

pub use imu::ImuSample;
pub use route::RouteState;
pub use traffic::{Ahead, Driving, Since};

use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::joints::LaneJoint;
use crate::lane::BodyRow;
use crate::liquid::Liquid;
use crate::telemetry::Faults;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism, Motion, World};

/// What a mechanism tells the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signal {
    /// A button that is active, a walker that interacts.
    pub(crate) active: bool,
    /// Where a walker's reach starts, m, and how far it goes, m.
    pub(crate) reach: Option<(Vec3, f32)>,
    /// Velocity of a wind's air, m/s.
    pub(crate) air_mps: Vec3,
    /// Mass that a lifter carries, kg.
    pub(crate) load_kg: f32,
    /// A lifter has set down all of its loads.
    pub(crate) done: bool,
    /// Both stages of a traffic light.
    pub(crate) light: Option<[traffic_light::Stage; 2]>,
}

/// What a mechanism may use when it acts.
pub(crate) struct Scope<'a> {
    pub(crate) physics: &'a mut PhysicsWorld,
    pub(crate) bodies: &'a [RigidBodyHandle],
    pub(crate) joints: &'a [LaneJoint],
    pub(crate) signals: &'a [Signal],
    /// Its own faults at this moment.
    pub(crate) faults: Faults,
}

/// What a mechanism may read of the state between two records.
pub(crate) struct Measured<'a> {
    pub(crate) physics: &'a PhysicsWorld,
    pub(crate) bodies: &'a [RigidBodyHandle],
    pub(crate) states: &'a [BodyRow],
    pub(crate) joints: &'a [LaneJoint],
    pub(crate) liquids: &'a [Liquid],
    /// Time between two records, s.
    pub(crate) record_secs: f32,
}

/// How far a mechanism has worn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wear {
    /// 0 new .. 1 failed.
    pub share: f32,
    /// Time until it fails if it goes on as since the last record, s; none while it does not wear.
    pub remaining_secs: Option<f32>,
}

/// A speed that friction has slowed by at most this much, and never turned round.
pub(crate) fn slowed(speed: f32, by: f32) -> f32 {
    speed.signum() * (speed.abs() - by).max(0.0)
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
    /// Reads what it tells of the state between two records: at the start, and after every record.
    fn measure(&mut self, _: &Measured<'_>) {}
    /// What it reports, in the order of its [`crate::telemetry::readings`].
    fn telemetry(&self) -> Vec<f32> {
        Vec::new()
    }
    /// How far it has worn, where it wears.
    fn wear(&self) -> Option<Wear> {
        None
    }
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
    SpinLift(spin_lift::SpinLift),
    Turret(turret::Turret),
    Drive(drive::Drive),
    Servo(servo::Servo),
    Walker(walker::Walker),
    Latch(latch::Latch),
    Button(button::Button),
    Opener(opener::Opener),
    Tilter(tilter::Tilter),
    Gauge(gauge::Gauge),
    Ram(ram::Ram),
    Attraction(attraction::Attraction),
    DiffDrive(diff_drive::DiffDrive),
    Stroller(stroller::Stroller),
    Rearranger(rearranger::Rearranger),
    Lifter(lifter::Lifter),
    Orders(orders::Orders),
    Wind(wind::Wind),
    Rotors(rotors::Rotors),
    Course(course::Course),
    Imu(imu::Imu),
    Receiver(receiver::Receiver),
    Wheels(wheels::Wheels),
    Legs(legs::Legs),
    Lever(lever::Lever),
    Vehicle(vehicle::Vehicle),
    Comfort(comfort::Comfort),
    Traffic(traffic::Traffic),
    Route(route::Route),
    Placer(placer::Placer),
    Trigger(trigger::Trigger),
    Lift(lift::Lift),
    Platformer(platformer::Platformer),
    Positioner(positioner::Positioner),
    Pulley(pulley::Pulley),
    Belt(belt::Belt),
    PhotoEye(photo_eye::PhotoEye),
    Stop(stop::Stop),
    DriveTrain(Box<drive_train::DriveTrain>),
    /// Boxed: it remembers three times as much as any other.
    Hand(Box<hand::Hand>),
    Shaker(shaker::Shaker),
    Weigher(weigher::Weigher),
    Clog(weigher::Clog),
    Elevator(elevator::Elevator),
    Carriage(carriage::Carriage),
    Release(release::Release),
    Relay(relay::Relay),
    Clamp(clamp::Clamp),
    Finish(finish::Finish),
    FirstTouch(first_touch::FirstTouch),
    Stiction(stiction::Stiction),
    Toggle(toggle::Toggle),
    TrafficLight(traffic_light::TrafficLight),
}

/// Any machine as what all are; `$unboxed` takes those that are boxed out of their box.
macro_rules! as_act {
    ($machine:expr, $unboxed:ident) => {
        match $machine {
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
            Machine::Ram(inner) => inner,
            Machine::Attraction(inner) => inner,
            Machine::DiffDrive(inner) => inner,
            Machine::Stroller(inner) => inner,
            Machine::Rearranger(inner) => inner,
            Machine::Lifter(inner) => inner,
            Machine::Orders(inner) => inner,
            Machine::Wind(inner) => inner,
            Machine::Rotors(inner) => inner,
            Machine::Course(inner) => inner,
            Machine::Imu(inner) => inner,
            Machine::Receiver(inner) => inner,
            Machine::Wheels(inner) => inner,
            Machine::Legs(inner) => inner,
            Machine::Lever(inner) => inner,
            Machine::Vehicle(inner) => inner,
            Machine::Comfort(inner) => inner,
            Machine::Traffic(inner) => inner,
            Machine::Route(inner) => inner,
            Machine::Placer(inner) => inner,
            Machine::Trigger(inner) => inner,
            Machine::Lift(inner) => inner,
            Machine::Platformer(inner) => inner,
            Machine::Positioner(inner) => inner,
            Machine::Pulley(inner) => inner,
            Machine::Belt(inner) => inner,
            Machine::PhotoEye(inner) => inner,
            Machine::Stop(inner) => inner,
            Machine::Shaker(inner) => inner,
            Machine::Weigher(inner) => inner,
            Machine::SpinLift(inner) => inner,
            Machine::Clog(inner) => inner,
            Machine::Elevator(inner) => inner,
            Machine::Carriage(inner) => inner,
            Machine::Release(inner) => inner,
            Machine::Relay(inner) => inner,
            Machine::Clamp(inner) => inner,
            Machine::Finish(inner) => inner,
            Machine::FirstTouch(inner) => inner,
            Machine::Stiction(inner) => inner,
            Machine::Toggle(inner) => inner,
            Machine::TrafficLight(inner) => inner,
            Machine::DriveTrain(inner) => inner.$unboxed(),
            Machine::Hand(inner) => inner.$unboxed(),
        }
    };
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
            Mechanism::SpinLift { .. } => Machine::SpinLift(spin_lift::SpinLift::new(&names, mechanism)?),
            Mechanism::Turret { .. } => Machine::Turret(turret::Turret::new(&names, mechanism)?),
            Mechanism::Drive { .. } => Machine::Drive(drive::Drive::new(&names, mechanism)?),
            Mechanism::Servo { .. } => Machine::Servo(servo::Servo::new(&names, mechanism)?),
            Mechanism::Walker { .. } => Machine::Walker(walker::Walker::new(&names, mechanism)?),
            Mechanism::Latch { .. } => Machine::Latch(latch::Latch::new(&names, mechanism)?),
            Mechanism::Button { .. } => Machine::Button(button::Button::new(&names, mechanism)?),
            Mechanism::Opener { .. } => Machine::Opener(opener::Opener::new(&names, mechanism)?),
            Mechanism::Tilter { .. } => Machine::Tilter(tilter::Tilter::new(&names, mechanism)?),
            Mechanism::Gauge { .. } => Machine::Gauge(gauge::Gauge::new(&names, mechanism)?),
            Mechanism::Ram { .. } => Machine::Ram(ram::Ram::new(&names, mechanism)?),
            Mechanism::Attraction { .. } => {
                Machine::Attraction(attraction::Attraction::new(&names, mechanism)?)
            }
            Mechanism::DiffDrive { .. } => Machine::DiffDrive(diff_drive::DiffDrive::new(&names, mechanism)?),
            Mechanism::Stroller { .. } => Machine::Stroller(stroller::Stroller::new(&names, mechanism)?),
            Mechanism::Rearranger { .. } => {
                Machine::Rearranger(rearranger::Rearranger::new(&names, mechanism)?)
            }
            Mechanism::Lifter { .. } => Machine::Lifter(lifter::Lifter::new(&names, mechanism)?),
            Mechanism::Orders { .. } => Machine::Orders(orders::Orders::new(&names, mechanism)?),
            Mechanism::Wind { .. } => Machine::Wind(wind::Wind::new(&names, mechanism)?),
            Mechanism::Rotors { .. } => {
                Machine::Rotors(rotors::Rotors::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Course { .. } => {
                Machine::Course(course::Course::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Imu { .. } => Machine::Imu(imu::Imu::new(&names, mechanism)?),
            Mechanism::Receiver { .. } => Machine::Receiver(receiver::Receiver::new(&names, mechanism)?),
            Mechanism::Wheels { .. } => Machine::Wheels(wheels::Wheels::new(&names, mechanism)?),
            Mechanism::Legs { .. } => Machine::Legs(legs::Legs::new(&names, mechanism)?),
            Mechanism::Vehicle { .. } => Machine::Vehicle(vehicle::Vehicle::new(&names, mechanism, bodies)?),
            Mechanism::Comfort { .. } => Machine::Comfort(comfort::Comfort::new(&names, mechanism)?),
            Mechanism::Traffic { .. } => Machine::Traffic(traffic::Traffic::new(&names, mechanism)?),
            Mechanism::Route { .. } => Machine::Route(route::Route::new(&names, mechanism)?),
            Mechanism::Placer { .. } => {
                Machine::Placer(placer::Placer::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Trigger { .. } => Machine::Trigger(trigger::Trigger::new(&names, mechanism)?),
            Mechanism::Lift { .. } => Machine::Lift(lift::Lift::new(&names, mechanism)?),
            Mechanism::Platformer { .. } => {
                Machine::Platformer(platformer::Platformer::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Positioner { .. } => {
                Machine::Positioner(positioner::Positioner::new(&names, mechanism)?)
            }
            Mechanism::Pulley { .. } => Machine::Pulley(pulley::Pulley::new(&names, mechanism)?),
            Mechanism::Belt { .. } => Machine::Belt(belt::Belt::new(&names, mechanism, bodies, physics)?),
            Mechanism::PhotoEye { .. } => Machine::PhotoEye(photo_eye::PhotoEye::new(&names, mechanism)?),
            Mechanism::Stop {} => Machine::Stop(stop::Stop::default()),
            Mechanism::DriveTrain { .. } => {
                Machine::DriveTrain(Box::new(drive_train::DriveTrain::new(&names, mechanism)?))
            }
            Mechanism::Hand { .. } => {
                Machine::Hand(Box::new(hand::Hand::new(&names, mechanism, bodies, physics)?))
            }
            Mechanism::Stiction { .. } => Machine::Stiction(stiction::Stiction::new(&names, mechanism)?),
            Mechanism::Toggle { .. } => Machine::Toggle(toggle::Toggle::new(&names, mechanism)?),
            Mechanism::Lever { .. } => Machine::Lever(lever::Lever::new(&names, mechanism)?),
            Mechanism::Shaker { .. } => Machine::Shaker(shaker::Shaker::new(&names, mechanism)?),
            Mechanism::Weigher { .. } => {
                Machine::Weigher(weigher::Weigher::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Clog { .. } => Machine::Clog(weigher::Clog::new(&names, mechanism, bodies, physics)?),
            Mechanism::Elevator { .. } => Machine::Elevator(elevator::Elevator::new(&names, mechanism)?),
            Mechanism::Carriage { .. } => Machine::Carriage(carriage::Carriage::new(&names, mechanism)?),
            Mechanism::Release { .. } => {
                Machine::Release(release::Release::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::Relay { .. } => Machine::Relay(relay::Relay::new(&names, mechanism)?),
            Mechanism::Clamp { .. } => Machine::Clamp(clamp::Clamp::new(&names, mechanism, bodies, physics)?),
            Mechanism::Finish { .. } => {
                Machine::Finish(finish::Finish::new(&names, mechanism, bodies, physics)?)
            }
            Mechanism::FirstTouch { .. } => {
                Machine::FirstTouch(first_touch::FirstTouch::new(&names, mechanism)?)
            }
            Mechanism::TrafficLight { .. } => Machine::TrafficLight(traffic_light::TrafficLight::new(
                &names, mechanism, bodies, physics,
            )?),
        })
    }

    fn inner(&self) -> &dyn Act {
        as_act!(self, as_ref)
    }

    fn inner_mut(&mut self) -> &mut dyn Act {
        as_act!(self, as_mut)
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

    /// Where a robot believes to be by its wheels.
    pub(crate) fn odometry(&self) -> [f32; 3] {
        match self {
            Machine::DiffDrive(drive) => drive.odometry(),
            _ => [0.0; 3],
        }
    }

    /// What a route tells of its body.
    pub(crate) fn route(&self) -> Option<RouteState> {
        match self {
            Machine::Route(route) => Some(route.state()),
            _ => None,
        }
    }

    /// The thrust of each rotor, N, that gives this thrust, N, and this angular acceleration, rad/s^2; nothing of what has no rotors.
    pub(crate) fn rotor_thrusts(&self, thrust: f32, spin_up: Vec3, rates_now: Vec3) -> Option<[f32; 4]> {
        match self {
            Machine::Rotors(rotors) => Some(rotors.thrusts(thrust, spin_up, rates_now)),
            _ => None,
        }
    }

    /// What an inertial measuring unit read since the record before; nothing of others.
    pub(crate) fn imu_samples(&self) -> Vec<ImuSample> {
        match self {
            Machine::Imu(imu) => imu.samples(),
            _ => Vec::new(),
        }
    }

    /// Position and velocity that a receiver tells; zeros of others.
    pub(crate) fn fix(&self) -> [f32; 6] {
        match self {
            Machine::Receiver(receiver) => receiver.fix(),
            _ => [0.0; 6],
        }
    }

    /// How long a platformer still stands after a blow, s.
    pub(crate) fn stunned_secs(&self) -> f32 {
        match self {
            Machine::Platformer(platformer) => platformer.stunned_secs(),
            _ => 0.0,
        }
    }

    /// What the agents of traffic see and did; nobody where this is none.
    pub(crate) fn drivings(
        &self,
        physics: &PhysicsWorld,
        bodies: &[RigidBodyHandle],
        signals: &[Signal],
    ) -> Vec<Driving> {
        match self {
            Machine::Traffic(traffic) => traffic.drivings(physics, bodies, signals),
            _ => Vec::new(),
        }
    }

    pub(crate) fn measure(&mut self, seen: &Measured<'_>) {
        self.inner_mut().measure(seen);
    }

    pub(crate) fn telemetry(&self) -> Vec<f32> {
        self.inner().telemetry()
    }

    pub(crate) fn wear(&self) -> Option<Wear> {
        self.inner().wear()
    }

    /// The body that carries what lies on it along, where this is a belt and stands still.
    pub(crate) fn surface(
        &self,
        physics: &PhysicsWorld,
        bodies: &[RigidBodyHandle],
    ) -> Option<belt::Surface> {
        match self {
            Machine::Belt(belt) => belt.surface(physics, bodies),
            _ => None,
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

    /// A body that only mechanisms move.
    fn kinematic_body(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let index = self.body(field, name)?;
        if self.world.bodies[index].motion != Motion::Kinematic {
            let reason = format!("`{name}` must have motion = \"kinematic\"");
            return Err(LaneError::invalid(self.place(field), reason));
        }
        Ok(index)
    }

    fn joint(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let found = self.world.joints.get_index_of(name);
        found.ok_or_else(|| LaneError::missing(self.place(field), "joint", name))
    }

    fn hinge(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let index = self.joint(field, name)?;
        if matches!(self.world.joints[index].freedom, Freedom::Hinge { .. }) {
            return Ok(index);
        }
        let reason = format!("`{name}` must be a hinge");
        Err(LaneError::invalid(self.place(field), reason))
    }

    fn mechanism(&self, field: &str, name: &str) -> Result<usize, LaneError> {
        let found = self.world.mechanisms.get_index_of(name);
        found.ok_or_else(|| LaneError::missing(self.place(field), "mechanism", name))
    }

    fn above_zero(&self, field: &str, value: f32) -> Result<(), LaneError> {
        if value > 0.0 && value.is_finite() {
            return Ok(());
        }
        let reason = format!("wants a number above 0, not {value}");
        Err(LaneError::invalid(self.place(field), reason))
    }

    fn zero_or_more(&self, field: &str, value: f32) -> Result<(), LaneError> {
        if value >= 0.0 && value.is_finite() {
            return Ok(());
        }
        let reason = format!("wants 0 or more, not {value}");
        Err(LaneError::invalid(self.place(field), reason))
    }

    /// Of two lists, that in `field` has one of `what` for each of `whose`.
    fn one_for_each(
        &self,
        field: &str,
        given: usize,
        what: &str,
        wanted: usize,
        whose: &str,
    ) -> Result<(), LaneError> {
        if given == wanted {
            return Ok(());
        }
        let reason = format!("wants a {what} for each of the {wanted} {whose}, not {given}");
        Err(LaneError::invalid(self.place(field), reason))
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
