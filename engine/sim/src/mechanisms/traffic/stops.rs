//! Lines at which agents stop: at a light, or at a stop sign.

use super::super::traffic_light::Color;
use super::super::{Names, Signal};
use super::driver::HARDEST_MPS2;
use super::{Driver, Lane};
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{StopLine, Style};

/// Before amber they stop where this is enough, m/s^2.
const BRAKES_MPS2: f32 = 3.0;
/// Who drives aggressively passes a red that is not older than this, s.
const RUNS_SECS: f32 = 1.0;
/// Who came to a halt no farther than this from a stop sign has heeded it, m.
const HEEDS_M: f32 = 2.0;

/// A line of a lane.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Stop {
    line: f32,
    /// The mechanism and its stage; none: a stop sign.
    light: Option<(usize, usize)>,
}

impl Stop {
    pub(super) fn all(
        names: &Names<'_>,
        lane: &str,
        lines: &[StopLine<f32>],
    ) -> Result<Vec<Stop>, LaneError> {
        let field = format!("lanes.{lane}.stops.light");
        let of = |line: &StopLine<f32>| {
            if line.stage > 1 {
                let reason = format!("a light has stages 0 and 1, not {}", line.stage);
                return Err(LaneError::invalid(names.place(&field), reason));
            }
            let light = line.light.as_ref().map(|light| names.mechanism(&field, light));
            Ok(Stop {
                line: line.line_m,
                light: light.transpose()?.map(|light| (light, line.stage as usize)),
            })
        };
        lines.iter().map(of).collect()
    }
}

/// How far it is from an agent's front to the nearest line at which it stops now, m.
pub(super) fn stops_at(lane: &Lane, agent: &Driver, signals: &[Signal]) -> Option<f32> {
    let stops = lane.stops.iter().filter_map(|stop| {
        let line = lane.line.ahead(agent.along, stop.line) - agent.half.x;
        // Who is past the line goes on.
        (line > -0.5 && stops_before(stop, line, agent, signals)).then_some(line)
    });
    stops.reduce(f32::min)
}

/// True where an agent stops at a line that is so far before its front, m.
fn stops_before(stop: &Stop, line: f32, agent: &Driver, signals: &[Signal]) -> bool {
    let needs = agent.speed * agent.speed / (2.0 * line.max(0.1));
    let Some((light, stage)) = stop.light else {
        let heeded = agent
            .halted
            .is_some_and(|place| stop.line - agent.half.x - place < HEEDS_M);
        return !heeded && needs < HARDEST_MPS2;
    };
    let Some(stage) = signals[light].light.map(|stages| stages[stage]) else {
        return false;
    };
    let is_bold = agent.style == Style::Aggressive;
    let arrives_in = line / agent.speed.max(1.0);
    match stage.color {
        Color::Green | Color::Off => false,
        Color::Amber if is_bold => arrives_in > stage.left_secs + RUNS_SECS && needs < HARDEST_MPS2,
        Color::Amber => needs < BRAKES_MPS2,
        Color::Red => {
            let runs = is_bold && stage.since_secs + arrives_in < RUNS_SECS;
            !runs && needs < HARDEST_MPS2
        }
    }
}
