//! Who swings linkages up, balances them and carries loads: energy shaping, then a linear regulator.
//!
//! Every gain follows from the drawn parameters. Before the regulator takes over, the expert looks ahead with its own
//! model whether the regulator would hold from here.

use super::model::{Chain, Model, State, wrap};
use std::f64::consts::PI;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How far the expert looks ahead, s.
const FORESIGHT_SECS: f64 = 4.0;

/// How quickly it winds a cable to the length that is wanted, 1/s.
const WINDING_PER_S: f64 = 3.0;

/// It pumps with all its strength until this part of the energy is missing.
const PUMP_GAIN: f64 = 15.0;

/// Nearer than this to its goal it is there: m or rad, m/s or rad/s.
const THERE: f64 = 0.15;

/// The expert.
#[derive(Clone, Debug)]
pub(super) struct Expert {
    model: Model,
    goal: State,
    /// The coordinate that is a half turn at the goal, where something stands there.
    stands: Option<usize>,
    weights: State,
    gains: State,
    /// The joints that are q0 and q1, by index; the second may be absent.
    joints: [Option<usize>; 2],
    /// Effort for a command of 1.
    gearing: f64,
    /// Half of the rail's length, m.
    rail: f64,
    secs: f64,
    swing: Swing,
    holds: bool,
    winch: Option<Winch>,
}

/// What the expert knows of a cable that is wound.
#[derive(Clone, Debug)]
struct Winch {
    /// The hoist's joint, by index.
    joint: usize,
    /// Where it is to be, m.
    goal: f64,
    /// Its largest speed, m/s.
    speed: f64,
    /// The gains at several positions of it, from low to high.
    gains: Vec<(f64, State)>,
}

impl Winch {
    /// The gains between those of the positions next to this one.
    fn gains_at(&self, place: f64) -> State {
        let after = self.gains.partition_point(|(at, _)| *at < place);
        let after = after.clamp(1, self.gains.len() - 1);
        let ((low, short), (high, long)) = (&self.gains[after - 1], &self.gains[after]);
        let share = ((place - low) / (high - low)).clamp(0.0, 1.0);
        std::array::from_fn(|index| short[index] + share * (long[index] - short[index]))
    }
}

/// The free numbers of a swing-up.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Swing {
    /// How hard it pumps: a share of the motor's limit, or a cart's acceleration, m/s^2.
    reach: f64,
    /// How strongly it is drawn home: an elbow into line, limits/rad, or a cart to its goal, 1/s^2.
    stiffness: f64,
}

impl Expert {
    pub(super) fn new(
        model: Model,
        goal: State,
        start: State,
        joints: [Option<usize>; 2],
        gearing: f64,
        rail: f64,
        secs: f64,
    ) -> Self {
        let weights = match model.chain {
            Chain::Arm(_) | Chain::SliderCrank(..) => [20.0, 0.0, 1.0, 0.0],
            Chain::Cart { .. } => [20.0, 20.0, 2.0, 1.0],
            Chain::TwoLinks(..) => [20.0, 20.0, 1.0, 1.0],
        };
        let gains = model.regulator(&goal, &weights, secs);
        let swing = Swing {
            reach: 1.0,
            stiffness: 1.0,
        };
        let expert = Expert {
            model,
            goal,
            stands: goal[..2].iter().position(|part| *part == PI),
            weights,
            gains,
            joints,
            gearing,
            rail,
            secs,
            swing,
            holds: false,
            winch: None,
        };
        expert.with_best_swing(start)
    }

    /// The same of a crane whose cable is wound by this joint, at most as fast as `speed` (m/s), until it is at `goal` (m). `cranes` are
    /// the crane at several positions of the joint, from low to high: a load swings otherwise on another cable.
    pub(super) fn with_winch(self, joint: usize, goal: f64, speed: f64, cranes: &[(f64, Chain)]) -> Self {
        let gains = |(place, chain): &(f64, Chain)| {
            let model = Model {
                chain: *chain,
                ..self.model
            };
            (*place, model.regulator(&self.goal, &self.weights, self.secs))
        };
        let winch = Winch {
            joint,
            goal,
            speed,
            gains: cranes.iter().map(gains).collect(),
        };
        Expert {
            winch: Some(winch),
            ..self
        }
    }

    /// The speed of the winch, m/s, 0 where no cable is wound; from now on the gains are those of the present cable.
    fn wind(&mut self, view: &StepView<'_>) -> f64 {
        let Some(winch) = &self.winch else { return 0.0 };
        let place = f64::from(view.joint_position(winch.joint));
        self.gains = winch.gains_at(place);
        (WINDING_PER_S * (winch.goal - place)).clamp(-winch.speed, winch.speed)
    }

    /// From now on a cart is to be at this place, m, what can stand upright is to stand or to hang, and a cable to be so long, as a
    /// share of its way.
    pub(super) fn aim_at(&mut self, place: f64, up: bool, cable: f64) {
        if !self.model.turns(0) {
            self.goal[0] = place;
        }
        if let Some(joint) = self.stands {
            self.goal[joint] = if up { PI } else { 0.0 };
        }
        self.gains = self.model.regulator(&self.goal, &self.weights, self.secs);
        self.holds = false;
        if let Some(winch) = &mut self.winch {
            let [low, high] = [&winch.gains[0], &winch.gains[winch.gains.len() - 1]].map(|(at, _)| *at);
            winch.goal = low + (0.1 + 0.8 * cable) * (high - low);
        }
    }

    /// True where all is as it is to be, and at rest.
    pub(super) fn is_there(&self, view: &StepView<'_>) -> bool {
        let error = self.model.difference(&self.state(view), &self.goal);
        let cable = |winch: &Winch| (f64::from(view.joint_position(winch.joint)) - winch.goal).abs();
        error.iter().all(|part| part.abs() < THERE)
            && self.winch.as_ref().is_none_or(|winch| cable(winch) < THERE)
    }

    /// Where the linkage is and how it moves.
    fn state(&self, view: &StepView<'_>) -> State {
        let mut state = [0.0; 4];
        for (index, joint) in self.joints.iter().enumerate() {
            if let Some(joint) = joint {
                state[index] = f64::from(view.joint_position(*joint));
                state[index + 2] = f64::from(view.joint_velocity(*joint));
            }
        }
        state
    }

    /// Tries several swing-ups in the model and keeps the quickest.
    fn with_best_swing(self, start: State) -> Self {
        let (reaches, stiffnesses): (&[f64], &[f64]) = match self.model.chain {
            Chain::Arm(_) | Chain::SliderCrank(..) => return self,
            Chain::Cart { .. } => (&[1.5, 2.5, 4.0, 6.0, 9.0], &[1.0, 2.0, 4.0, 8.0]),
            Chain::TwoLinks(..) => (&[0.3, 0.5, 0.8, 1.2], &[0.2, 0.4, 0.7, 1.0, 1.5, 2.5]),
        };
        let mut best = (usize::MAX, self.swing);
        for reach in reaches {
            for stiffness in stiffnesses {
                let swing = Swing {
                    reach: *reach,
                    stiffness: *stiffness,
                };
                let mut trial = Expert {
                    swing,
                    ..self.clone()
                };
                let mut state = start;
                let most = best.0.min((10.0 / self.secs) as usize);
                for step in 0..most {
                    let effort = trial.effort(&state);
                    if trial.holds {
                        best = (step, swing);
                        break;
                    }
                    state = self.model.step(&state, effort, self.secs);
                    if !self.model.turns(0) && state[0].abs() > self.rail {
                        break;
                    }
                }
            }
        }
        Expert {
            swing: best.1,
            ..self
        }
    }

    /// The effort for a state; it remembers whether it has caught the linkage.
    fn effort(&mut self, state: &State) -> f64 {
        let error = self.model.difference(state, &self.goal);
        let angle_error: f64 = (0..2)
            .filter(|index| self.model.turns(*index))
            .map(|index| error[index].abs())
            .sum();
        if self.model.energy(&self.goal) < 1e-9 {
            // It hangs at the goal: there is nothing to swing up.
            self.holds = true;
        } else if self.holds {
            self.holds = angle_error < 1.5;
        } else if angle_error < 1.6 {
            self.holds = self.would_hold(state);
        }
        if self.holds {
            self.regulate(state)
        } else {
            self.swing_up(state)
        }
    }

    fn regulate(&self, state: &State) -> f64 {
        let mut error = self.model.difference(state, &self.goal);
        if !self.model.turns(0) {
            // A far goal is approached at a walk.
            error[0] = error[0].clamp(-0.5, 0.5);
        }
        let effort = -(0..4).map(|index| self.gains[index] * error[index]).sum::<f64>();
        effort.clamp(-self.model.limit, self.model.limit)
    }

    /// True when the regulator would bring this state to the goal.
    fn would_hold(&self, state: &State) -> bool {
        let mut state = *state;
        for _ in 0..(FORESIGHT_SECS / self.secs) as usize {
            state = self.model.step(&state, self.regulate(&state), self.secs);
            let error = self.model.difference(&state, &self.goal);
            let off_rail = !self.model.turns(0) && state[0].abs() > self.rail;
            if off_rail || (0..2).any(|index| self.model.turns(index) && error[index].abs() > 1.5) {
                return false;
            }
            if error.iter().all(|part| part.abs() < 0.15) {
                return true;
            }
        }
        false
    }

    fn swing_up(&self, state: &State) -> f64 {
        let model = &self.model;
        // A little more than it takes: friction keeps a swing below what it is pumped to.
        let wanted_energy = 1.01 * model.energy(&self.goal);
        let missing = (wanted_energy - model.energy(state)) / wanted_energy;
        let share = (PUMP_GAIN * missing).clamp(-1.0, 1.0);
        let limit = model.limit;
        let ([m00, m01, m11], against) = model.terms(state);
        let effort = match &model.chain {
            Chain::Arm(_) | Chain::SliderCrank(..) => {
                let way = if state[2].abs() > 1e-3 {
                    state[2].signum()
                } else {
                    1.0
                };
                limit * share * way
            }
            Chain::Cart { .. } => {
                let way = (2.0 * state[3] * libm::cos(state[1])).clamp(-1.0, 1.0);
                let home = self.swing.stiffness * (state[0] - self.goal[0]) + state[2];
                let wanted = -self.swing.reach * share * way - home;
                // The force that gives the cart this acceleration, whatever the link does.
                (m00 - m01 * m01 / m11) * wanted + against[0] - m01 / m11 * against[1]
            }
            Chain::TwoLinks(..) if model.input == 1 => {
                // After Xin and Kaneda (2007): the elbow pushes the way it goes while energy is missing and brakes
                // when there is too much; a spring brings it back in line.
                let push = self.swing.reach * share * (2.0 * state[3]).clamp(-1.0, 1.0);
                limit * (push - self.swing.stiffness * wrap(state[1]))
            }
            // A driven shoulder pumps as well; whether the outer link comes in line is left to chance and foresight.
            Chain::TwoLinks(..) => limit * self.swing.reach * share * (2.0 * state[2]).clamp(-1.0, 1.0),
        };
        effort.clamp(-limit, limit)
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let state = self.state(view);
        action[1] = self.wind(view) as f32;
        action[0] = (self.effort(&state) / self.gearing) as f32;
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
