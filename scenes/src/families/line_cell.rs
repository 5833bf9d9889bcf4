//! `line_cell`: a conveyor cell that sorts parcels, with the faults that conveyors have.
//!
//! One to four belts, in some cells a turntable, a pusher and a diverter bring each parcel to the bin of its colour. In two thirds of the episodes
//! something goes wrong. The fault's factors have streams of their own, so the same seed with `fault_severity = 0` is the
//! healthy twin: the same world, equal bit for bit up to the onset.

mod belts;
mod cell;
mod defects;
mod operator;
mod play;
mod plc;
mod turntable;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use cell::{Bin, Drawn};
use operator::Operator;
use plc::Plc;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Camera, Observe, Quantity, World};
use turntable::TURNTABLE;

const TASK: &str = "bring every parcel to the bin of its colour";

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
                  speeds, turntable, pusher, diverter and a stop are the action; encoders, two photo-eyes that count, the drives' forces, \
                  whether a drive stalls, and the mass in each bin are what is sensed. A turntable before the last belt, with those that \
                  bring parcels behind it, is held out (`line_layout`). Channels are those of four belts and a turntable everywhere: where \
                  a cell lacks some (`belt_count`), their setpoints move nothing and their speeds and forces stay 0. Two thirds of \
                  the episodes have a fault with an onset, a ramp and a severity, on any belt, pusher, diverter or eye; the same seed \
                  with fault_severity = 0 is the healthy twin, equal bit for bit up to the onset. A second fault on top of the first \
                  is held out. Who leaves a stalled drive on pays for it; the policy `operator` is a person who answers stalls, \
                  well or badly. Record the sensors `telemetry` and `faults`."
                .into(),
            tasks: vec![TASK.into()],
            success: "Every parcel lies in the bin of its colour. Terminates when one lies in another bin or beside \
                      them all."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let mut factors = vec![
            FactorSpec::count("parcel_count", "Parcels.", 2, 3, Some((4, 4))),
            FactorSpec::choice(
                "line_layout",
                "How the belts lie: all in one line, or those before the last one behind a turntable, which turns parcels by a quarter.",
                &["straight"],
                &["turntable"],
            ),
            FactorSpec::count(
                "belt_count",
                "Belts, one after another, each with a speed of its own; parcels are sorted on the last. Two or more where there is a \
                 turntable.",
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
                "Friction between belts and a parcel whose `parcel_friction` is 1.",
                Dist::uniform(0.5, 0.9).ood(0.3, 0.45),
            ),
            FactorSpec::real(
                "parcel_friction",
                "",
                "Factor on the belts' friction of each parcel.",
                Dist::uniform(0.7, 1.0).ood(0.45, 0.6),
            )
            .for_each(),
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
        ];
        factors.extend(defects::factors());
        factors
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let drawn = Drawn::draw(draw);
        let faults = defects::draw(draw, &drawn);
        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(0.4));
        drawn.add_to(&mut world);
        world.faults.extend(faults);
        let driven = belts::BELTS.into_iter().chain([TURNTABLE]);
        let moved = driven.clone().chain(["pusher", "diverter"]);
        let eyes = ["eye_in", "eye_diverter"];
        let feedback = moved.clone().chain(eyes);
        let alarms = driven.chain(eyes);
        world.observe = feedback
            .map(|of| Observe::new(of, Quantity::Feedback))
            .chain(moved.map(|of| Observe::new(of, Quantity::Effort)))
            .chain(alarms.map(|of| Observe::new(of, Quantity::Context)))
            .chain(Bin::ALL.map(|bin| Observe::new(bin.scale(), Quantity::State)))
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

    fn own_policies(&self) -> &'static [PolicyKind] {
        OWN_POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/line_cell.toml")
    }
}

static OWN_POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "operator",
        doc: "A person at the controls of the expert, who answers a stalled drive after a moment: stops the line, waits, or does what makes \
          it worse; some also stop it for nothing.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(Operator::new(Plc::new(plan)))),
    },
    crate::play::kind(
        "Chains random subgoals: sets belts and turntable to random speeds and leaves them so for a while, now and then pusher and \
     diverter too; lets the controller run the cell between that.",
        |_, plan, spec| with_noise(play::Setpoints::new(Plc::new(plan)), spec),
    ),
];

/// What a record costs in which a drive stalls and nobody has pressed the stop.
const STALL_COST: f32 = 0.04;

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
        let strained = f32::from(plc::stalls(view)) * STALL_COST;
        Outcome {
            // Time costs a little, so that a line that stands does not look like one that works.
            reward: newly - f32::from(lost) - 0.01 - strained,
            success: sorted == self.parcels.len(),
            terminated: lost,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
