//! What a sensor is, and the table of those that need no renderer.

use crate::column::Column;
use crate::points::Points;
use crate::{bodies, collisions, contacts, faults, imu, joints, mechanisms, telemetry, traffic};
use terrella_sim::fault::LaneError;
use terrella_sim::view::StepView;
use terrella_spec::columns::ColumnSpec;
use terrella_spec::seed::SeedPath;
use terrella_spec::world::World;

/// What a sensor is made for.
pub struct SensorSetup<'a> {
    /// The world it senses.
    pub world: &'a World<f32>,
    /// The cameras that are recorded, by name.
    pub cameras: &'a [String],
    /// Width and height of pictures, pixels.
    pub image_size: [u32; 2],
    /// Where its randomness comes from.
    pub seed: SeedPath,
}

/// Reads one lane, record by record.
pub trait Sensor: Send {
    /// The columns it fills: the same for every world of a run.
    fn columns(&self) -> Vec<ColumnSpec>;

    /// Appends one row to each of its columns, which come in the order of [`Sensor::columns`].
    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]);

    /// Appends what was left open in rows that it read: an episode has ended.
    fn finish(&mut self, _columns: &mut [Column]) {}
}

/// A sensor that can be asked for by name.
#[derive(Clone, Copy)]
pub struct SensorKind {
    /// Its name.
    pub name: &'static str,
    /// What it records, in a sentence.
    pub doc: &'static str,
    /// True when it wants the lane to gather contacts.
    pub needs_contacts: bool,
    /// Makes it for a world.
    pub make: fn(&SensorSetup<'_>) -> Result<Box<dyn Sensor>, LaneError>,
}

/// The sensors of this crate.
pub static SENSORS: &[SensorKind] = &[
    SensorKind {
        name: "bodies",
        doc: "Pose and velocity of every body (privileged).",
        needs_contacts: false,
        make: |_| Ok(Box::new(bodies::Bodies)),
    },
    SensorKind {
        name: "joints",
        doc: "Position and velocity of every joint (privileged).",
        needs_contacts: false,
        make: |_| Ok(Box::new(joints::Joints)),
    },
    SensorKind {
        name: "mechanisms",
        doc: "What every mechanism shows of its state (privileged).",
        needs_contacts: false,
        make: |_| Ok(Box::new(mechanisms::Mechanisms)),
    },
    SensorKind {
        name: "liquids",
        doc: "Position and velocity of every particle of every liquid (privileged).",
        needs_contacts: false,
        make: |setup| Ok(Box::new(Points::liquids(setup.world))),
    },
    SensorKind {
        name: "softs",
        doc: "Position and velocity of every vertex of every soft body (privileged).",
        needs_contacts: false,
        make: |setup| Ok(Box::new(Points::softs(setup.world))),
    },
    SensorKind {
        name: "contacts",
        doc: "Which bodies touched since the last record, where, and how hard (privileged).",
        needs_contacts: true,
        make: |_| Ok(Box::new(contacts::Contacts)),
    },
    SensorKind {
        name: "collisions",
        doc: "The event graph of collisions: who met whom, when, and after which collisions of either (privileged).",
        needs_contacts: true,
        make: |setup| Ok(Box::new(collisions::Collisions::new(setup.world))),
    },
    SensorKind {
        name: "telemetry",
        doc: "What equipment reports of itself: setpoint, effort, feedback and context of every mechanism that does.",
        needs_contacts: false,
        make: |setup| Ok(Box::new(telemetry::Telemetry::new(setup.world))),
    },
    SensorKind {
        name: "faults",
        doc: "How bad each fault is, when it begins, and how long worn equipment lasts (privileged).",
        needs_contacts: false,
        make: |_| Ok(Box::new(faults::Faults)),
    },
    SensorKind {
        name: "imu",
        doc: "What every inertial measuring unit read since the last record, a sample for each physics step.",
        needs_contacts: false,
        make: |setup| Ok(Box::new(imu::Imus::new(setup.world))),
    },
    SensorKind {
        name: "traffic",
        doc: "What the agents of traffic observe, what their drivers command, and what they are rewarded for.",
        needs_contacts: false,
        make: |setup| Ok(Box::new(traffic::Traffic::new(setup.world))),
    },
];
