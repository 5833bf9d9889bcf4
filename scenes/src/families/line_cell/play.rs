//! Play: the speeds of belts and turntable are set to random values and left so for a while, now and then the places of pusher and diverter
//! too, and between that the controller has all of them.

use super::plc::Plc;
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How probable it is that the controller sets the speeds for a while, and the places of pusher and diverter, that a drive stands, and that
/// the line is stopped.
const RUNS: f64 = 0.25;
const SORTS: f64 = 0.7;
const STANDS: f64 = 0.2;
const STOPPED: f64 = 0.05;
/// For so long all stays as it is set, s.
const STAYS_SECS: [f32; 2] = [1.0, 4.0];

/// Setpoints, and the controller.
#[derive(Clone, Debug)]
pub(super) struct Setpoints {
    plc: Plc,
    /// A value for each input that the controller does not set.
    values: Vec<Option<f32>>,
    left_secs: f32,
}

impl Setpoints {
    pub(super) fn new(plc: Plc) -> Self {
        Setpoints {
            plc,
            values: Vec::new(),
            left_secs: 0.0,
        }
    }
}

impl Subgoals for Setpoints {
    const PATIENCE_SECS: f32 = 2.0 * STAYS_SECS[1];

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        self.left_secs = rng.uniform_f32(STAYS_SECS[0], STAYS_SECS[1]);
        let (runs, sorts) = (rng.chance(RUNS), rng.chance(SORTS));
        let channels = view.action_space().channels.iter();
        let values = channels.map(|channel| {
            let (stands, value) = (rng.chance(STANDS), rng.uniform_f32(channel.low, channel.high));
            match channel.name.as_str() {
                "stop.pressed" => Some(f32::from(u8::from(rng.chance(STOPPED)))),
                name if name.ends_with(".speed") => (!runs).then_some(if stands { 0.0 } else { value }),
                _ => (!sorts).then_some(value),
            }
        });
        self.values = values.collect();
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        self.left_secs -= view.record_secs();
        self.left_secs < 0.0
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        // The controller sees all, so that it knows what has passed.
        self.plc.act(view, rng, action);
        for (action, value) in action.iter_mut().zip(&self.values) {
            *action = value.unwrap_or(*action);
        }
    }
}
