//! Who runs the cell: what a controller on the shop floor does, on edges of photo-eyes and counts of an encoder.
//!
//! It knows the order in which parcels come and where each belongs, as a scanner upstream would have told it; where they
//! are it knows from eyes and encoder alone, and is as wrong as these are. When a drive stalls it presses the stop, for good: parcels
//! are no more sorted than with it running, and nothing burns.

use super::belts::{self, BELTS};
use super::cell::{ASIDE_RAD, Bin, EYE_IN_M, PUSHER_M, STROKE_M, parcels};
use super::turntable::{self, TURNTABLE};
use std::collections::VecDeque;
use terrella_sim::policies::Policy;
use terrella_sim::telemetry::{Reading, Role};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Shape;

/// Speeds of the belts, m/s: each is faster than the one before it, so that gaps grow.
const SPEEDS_MPS: [f32; BELTS.len()] = [0.17, 0.19, 0.22, 0.40];
/// Speed of parcels on the turntable, m/s.
const TURNING_MPS: f32 = 0.28;
/// Longest time that a push may take, records.
const PATIENCE: u32 = 30;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Push {
    No,
    Out(u32),
    Back(u32),
}

#[derive(Clone, Debug)]
pub(super) struct Plc {
    /// How many belts there are, and whether there is a turntable.
    belts: usize,
    turns: bool,
    /// Of each parcel still to come at the first eye: its bin and half of its length, m.
    to_enter: VecDeque<(Bin, f32)>,
    /// The bins of those still to come at the diverter's eye.
    to_divert: VecDeque<Bin>,
    /// How far each parcel for the pusher must still travel to it, m.
    to_push: VecDeque<f32>,
    blocked: [bool; 2],
    push: Push,
    aside: bool,
    /// True from the first stall on.
    halted: bool,
}

/// True where a belt's drive reports a stall.
pub(super) fn stalls(view: &StepView<'_>) -> bool {
    let mut readings = view.readings().iter().zip(view.telemetry());
    readings.any(|(reading, value)| reading.name.ends_with(".stalled") && *value > 0.5)
}

impl Plc {
    pub(super) fn new(plan: &WorldPlan) -> Plc {
        let all = parcels(plan);
        let half = |body: usize| match plan.world.bodies[body].shape {
            Shape::Box { half_extents_m } => half_extents_m[0],
            _ => unreachable!("a parcel is a box"),
        };
        Plc {
            belts: belts::count(plan),
            turns: plan.world.bodies.contains_key(TURNTABLE),
            to_enter: all.iter().map(|(body, bin)| (*bin, half(*body))).collect(),
            to_divert: all
                .iter()
                .map(|(_, bin)| *bin)
                .filter(|bin| *bin != Bin::Pusher)
                .collect(),
            to_push: VecDeque::new(),
            blocked: [false; 2],
            push: Push::No,
            aside: false,
            halted: false,
        }
    }

    /// Sets every belt that there is, and the turntable, to a speed.
    pub(super) fn set_belts(&self, view: &StepView<'_>, speed: f32, action: &mut [f32]) {
        let plate = self.turns.then_some(&TURNTABLE);
        for name in BELTS[BELTS.len() - self.belts..].iter().chain(plate) {
            let channel = view.action_space().index(&format!("{name}.speed"));
            action[channel.expect("the cell has this input")] = speed;
        }
    }

    /// True where an eye has just been blocked.
    fn edge(&mut self, eye: usize, report: f32) -> bool {
        let now = report >= 0.5;
        let came = now && !self.blocked[eye];
        self.blocked[eye] = now;
        came
    }

    fn next_push(&self, stroke: f32) -> Push {
        match self.push {
            Push::Out(left) if stroke < 0.97 * STROKE_M && left > 0 => Push::Out(left - 1),
            Push::Out(_) => Push::Back(PATIENCE),
            Push::Back(left) if stroke > 0.15 * STROKE_M && left > 0 => Push::Back(left - 1),
            Push::Back(_) => Push::No,
            Push::No if self.to_push.front().is_some_and(|way| *way <= 0.0) => Push::Out(PATIENCE),
            Push::No => Push::No,
        }
    }
}

impl Policy for Plc {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let report = |name: &str| {
            let own = |reading: &Reading| reading.role == Role::Feedback && reading.name == name;
            let index = view.readings().iter().position(own);
            view.telemetry()[index.expect("the cell reports it")]
        };
        let travelled = report("sorter.speed") * view.record_secs();
        self.to_push.iter_mut().for_each(|way| *way -= travelled);
        if self.edge(0, report("eye_in.blocked"))
            && let Some((Bin::Pusher, half)) = self.to_enter.pop_front()
        {
            self.to_push.push_back(PUSHER_M - EYE_IN_M + half);
        }
        if self.edge(1, report("eye_diverter.blocked")) {
            self.aside = self.to_divert.pop_front() == Some(Bin::Diverter);
        }
        let before = self.push;
        self.push = self.next_push(report("pusher.position"));
        if before == Push::No && self.push != Push::No {
            self.to_push.pop_front();
        }
        let stands = self.push != Push::No;
        let lacks = BELTS.len() - self.belts;
        let stroke = if matches!(self.push, Push::Out(_)) {
            STROKE_M
        } else {
            0.0
        };
        self.halted |= stalls(view);
        let mut set = |name: &str, value: f32| {
            let index = view.action_space().index(name);
            action[index.expect("the cell has this input")] = value;
        };
        set("stop.pressed", f32::from(self.halted));
        for (index, (name, speed)) in BELTS.into_iter().zip(SPEEDS_MPS).enumerate() {
            let runs = index >= lacks && !stands;
            set(&format!("{name}.speed"), if runs { speed } else { 0.0 });
        }
        let turns = self.turns && !stands;
        let rim = if turns {
            turntable::rim_mps(TURNING_MPS)
        } else {
            0.0
        };
        set("turntable.speed", rim);
        set("pusher.position", stroke);
        set("diverter.position", if self.aside { ASIDE_RAD } else { 0.0 });
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
