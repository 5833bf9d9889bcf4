//! `line_cell`: a conveyor cell that sorts parcels, with the faults that conveyors have.
//!
//! One to four belts, a pusher and a diverter bring each parcel to the bin of its colour. In two thirds of the episodes
//! something goes wrong. The fault's factors have streams of their own, so the same seed with `fault_severity = 0` is the
//! healthy twin: the same world, equal bit for bit up to the onset.

mod belts;
mod cell;
mod plc;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::faults;
use crate::looks;
use cell::{Bin, Drawn};
use plc::Plc;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Camera, FaultKind, Observe, Quantity, World};

const TASK: &str = "bring every parcel to the bin of its colour";

/// What can go wrong: the word of the factor, the mechanism, the kind.
const FAULTS: [(&str, &str, FaultKind); 9] = [
    ("belt_slip", "sorter", FaultKind::Slip),
    ("motor_weak", "sorter", FaultKind::Weak),
    ("roller_drag", "sorter", FaultKind::Drag),
    ("encoder_drift", "sorter", FaultKind::Drift),
    ("encoder_dropout", "sorter", FaultKind::Dropout),
    ("diverter_stuck", "diverter", FaultKind::Stuck),
    ("pusher_stuck", "pusher", FaultKind::Stuck),
    ("eye_stuck", "eye_diverter", FaultKind::Stuck),
    ("belt_jam", "sorter", FaultKind::Jam),
];

/// The family.
pub struct LineCell;

impl Family for LineCell {
    fn card(&self) -> Card {
        Card {
            name: "line_cell".into(),
            title: "Line cell".into(),
            question: "What is wrong with the line, when will it jam, and what if it ran slower now?".into(),
            doc: "Parcels of three colours come along one to four belts, each with a speed of its own, and are sorted on the \
                  last: a pusher shoves blue ones off, a diverter turns yellow ones aside, red ones go on to the end. Belt \
                  speeds, pusher, diverter and a stop are the action; encoders, two photo-eyes and the drives' forces are \
                  what is sensed. Channels are those of four belts everywhere: where a cell lacks the first ones \
                  (`belt_count`), their setpoints move nothing and their speeds and forces stay 0. Two thirds of \
                  the episodes have a fault with an onset, a ramp and a severity; the same seed with fault_severity = 0 \
                  is the healthy twin, equal bit for bit up to the onset. Record the sensors `telemetry` and `faults`."
                .into(),
            tasks: vec![TASK.into()],
            success: "Every parcel lies in the bin of its colour. Terminates when one lies in another bin or beside \
                      them all."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count("parcel_count", "Parcels.", 2, 3, Some((4, 4))),
            FactorSpec::count(
                "belt_count",
                "Belts, one after another, each with a speed of its own; parcels are sorted on the last.",
                1,
                3,
                Some((4, 4)),
            ),
            FactorSpec::real(
                "parcel_size_m",
                "m",
                "Half of the edges of each, seen from above.",
                Dist::uniform(0.075, 0.095).ood(0.055, 0.07),
            )
            .for_each(),
            FactorSpec::real(
                "parcel_height_m",
                "m",
                "Half of the height of each.",
                Dist::uniform(0.05, 0.08).ood(0.085, 0.1),
            )
            .for_each(),
            FactorSpec::real(
                "parcel_mass_kg",
                "kg",
                "Mass of each.",
                Dist::log_uniform(0.3, 3.0).ood(4.0, 8.0),
            )
            .for_each(),
            FactorSpec::real(
                "parcel_spacing_m",
                "m",
                "Distance between two at the start; 1.8 times as much where one belt does it all.",
                Dist::uniform(0.33, 0.38).ood(0.29, 0.32),
            ),
            FactorSpec::real(
                "belt_friction",
                "",
                "Friction between belts and parcels.",
                Dist::uniform(0.5, 0.9).ood(0.3, 0.45),
            ),
            FactorSpec::real(
                "belt_drag_n",
                "N",
                "Friction of each empty belt.",
                Dist::uniform(3.0, 10.0).ood(11.0, 16.0),
            ),
            FactorSpec::real(
                "drive_force_n",
                "N",
                "Largest force of each belt's drive.",
                Dist::uniform(35.0, 60.0).ood(26.0, 33.0),
            ),
            FactorSpec::choice(
                "fault_kind",
                "What goes wrong; `none` in a third of the episodes.",
                &[
                    "none",
                    "none",
                    "none",
                    "none",
                    "belt_slip",
                    "motor_weak",
                    "roller_drag",
                    "encoder_drift",
                    "encoder_dropout",
                    "diverter_stuck",
                    "pusher_stuck",
                    "eye_stuck",
                ],
                &["belt_jam"],
            ),
            FactorSpec::real(
                "fault_onset_secs",
                "s",
                "When it begins to.",
                Dist::uniform(0.5, 4.0).ood(4.5, 7.0),
            ),
            FactorSpec::real(
                "fault_ramp_secs",
                "s",
                "How long it grows.",
                Dist::uniform(0.0, 2.0),
            ),
            FactorSpec::real(
                "fault_severity",
                "",
                "How bad it becomes, 0..1.",
                Dist::uniform(0.4, 0.95).ood(0.96, 1.0),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let drawn = Drawn::draw(draw);
        let word = draw.word("fault_kind");
        let known = FAULTS.into_iter().find(|(name, ..)| *name == word);
        let fault = faults::drawn(draw, known.map(|(_, mechanism, kind)| (mechanism, kind)));
        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(0.4));
        drawn.add_to(&mut world);
        if let Some(mut fault) = fault {
            fault.fails_at = drawn.fails_at(fault.kind);
            world.faults.insert("fault".into(), fault);
        }
        let moved = belts::BELTS.into_iter().chain(["pusher", "diverter"]);
        let feedback = moved.clone().chain(["eye_in", "eye_diverter"]);
        world.observe = feedback
            .map(|of| Observe::new(of, Quantity::Feedback))
            .chain(moved.map(|of| Observe::new(of, Quantity::Effort)))
            .collect();
        let front = Camera::looking([0.17, -2.3, 1.9], [0.17, -0.05, 0.28], 63.0);
        world.cameras.insert("front".into(), front);
        let top = Camera {
            up: [0.0, 1.0, 0.0],
            ..Camera::looking([0.75, -0.2, 2.65], [0.75, -0.19, 0.0], 46.0)
        };
        world.cameras.insert("top".into(), top);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Sort {
            parcels: cell::parcels(plan),
            sorted: 0,
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Plc::new(plan)))
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/line_cell.toml")
    }
}

/// Where each parcel is and where it should be.
#[derive(Clone, Debug)]
struct Sort {
    /// The body of each parcel, and its bin.
    parcels: Vec<(usize, Bin)>,
    sorted: usize,
}

impl Task for Sort {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (mut sorted, mut lost) = (0, false);
        for (body, bin) in &self.parcels {
            match cell::lies_in(view.body(*body).position_m) {
                Some(Some(found)) if found == *bin => sorted += 1,
                Some(_) => lost = true,
                None => {}
            }
        }
        let newly = sorted as f32 - self.sorted as f32;
        self.sorted = sorted;
        Outcome {
            // Time costs a little, so that a line that stands does not look like one that works.
            reward: newly - f32::from(lost) - 0.01,
            success: sorted == self.parcels.len(),
            terminated: lost,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
