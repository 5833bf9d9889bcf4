//! What the agents of traffic observe, do, and are rewarded for.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::observe::heading;
use terrella_sim::view::{Ahead, Driving, StepView};
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::{Mechanism, Style, World};

/// What running into somebody costs, as metres of way.
const CRASH_M: f32 = 10.0;

const OBSERVED: [(&str, &str); 21] = [
    ("exists", ""),
    ("px", "m"),
    ("py", "m"),
    ("pz", "m"),
    ("vx", "m/s"),
    ("vy", "m/s"),
    ("vz", "m/s"),
    ("heading_sin", ""),
    ("heading_cos", ""),
    ("wants", "m/s"),
    ("lane", ""),
    ("along", "m"),
    ("offset", "m"),
    ("follows", ""),
    ("leader_gap", "m"),
    ("leader_speed", "m/s"),
    ("minds", ""),
    ("minds_gap", "m"),
    ("minds_speed", "m/s"),
    ("crashed", ""),
    ("walks", ""),
];
const COMMANDED: [(&str, &str); 3] = [("acceleration", "m/s^2"), ("aside", "m/s"), ("change", "")];

/// A slot for each agent of every traffic of a world. What they do between two records is known at the later one: it is written
/// then, in the row before.
pub(crate) struct Traffic {
    /// The mechanisms, by index, each with its slots.
    mechanisms: Vec<(usize, usize)>,
    /// Those who go on foot, slot by slot.
    walks: Vec<bool>,
    began: bool,
}

impl Traffic {
    pub(crate) fn new(world: &World<f32>) -> Traffic {
        let mut sensor = Traffic {
            mechanisms: Vec::new(),
            walks: Vec::new(),
            began: false,
        };
        for (index, mechanism) in world.mechanisms.values().enumerate() {
            if let Mechanism::Traffic { agents, slots, .. } = mechanism {
                let slots = slots.map_or(agents.len(), |slots| slots as usize);
                sensor.mechanisms.push((index, slots));
                sensor
                    .walks
                    .extend(agents.values().map(|agent| agent.style == Style::Walking));
                sensor.walks.resize(sensor.slots(), false);
            }
        }
        sensor
    }

    fn slots(&self) -> usize {
        self.mechanisms.iter().map(|(_, slots)| slots).sum()
    }

    /// Who is in each slot.
    fn drivings(&self, view: &StepView<'_>) -> Vec<Option<Driving>> {
        let mut all = Vec::with_capacity(self.slots());
        for (index, slots) in &self.mechanisms {
            let end = all.len() + slots;
            all.extend(view.drivings(*index).into_iter().map(Some));
            all.resize(end, None);
        }
        all
    }
}

/// Whether there is something ahead, the gap to it and its speed.
fn ahead(ahead: Option<Ahead>) -> [f32; 3] {
    ahead.map_or([0.0; 3], |ahead| [1.0, ahead.gap_m, ahead.speed_mps])
}

/// What an agent observes, in the order of [`OBSERVED`].
fn observed(view: &StepView<'_>, driving: &Driving, walks: bool) -> [f32; OBSERVED.len()] {
    let flag = |on: bool| if on { 1.0 } else { 0.0 };
    let body = view.body(driving.body);
    let [px, py, pz] = body.position_m.to_array();
    let [vx, vy, vz] = driving.velocity_mps.to_array();
    let (sine, cosine) = heading(body.rotation);
    let [follows, leader_gap, leader_speed] = ahead(driving.leader);
    let [minds, minds_gap, minds_speed] = ahead(driving.minds);
    [
        1.0,
        px,
        py,
        pz,
        vx,
        vy,
        vz,
        sine,
        cosine,
        driving.wants_mps,
        driving.lane as f32,
        driving.along_m,
        driving.offset_m,
        follows,
        leader_gap,
        leader_speed,
        minds,
        minds_gap,
        minds_speed,
        flag(driving.crashed),
        flag(walks),
    ]
}

impl Sensor for Traffic {
    fn columns(&self) -> Vec<ColumnSpec> {
        let slots = self.slots();
        if slots == 0 {
            return Vec::new();
        }
        let observation = "What each agent of the traffic observes, in the order of the world's agents; zeros where a slot is empty \
                           (`exists` is 0). Its lane is the number of one of the world's lanes, its place along it and to the left of \
                           its middle. Its leader is who or what is ahead on its lane within 90 m; what it minds is its leader, or a \
                           line at which it is to stop now, with the gap that its driver model reckons with; zeros where there is none \
                           (`follows`, `minds`). `crashed` is 1 once it has run into the ego vehicle or debris, where it stays; \
                           `walks` is 1 for people on foot.";
        let action = "What each driver commands from this row to the next: acceleration along its lane (the mean; one who stands and \
                      brakes stays where it is) and speed to the left, and a change of lanes: 1 to the left, -1 to the right, 0 \
                      none. 0 where a slot is empty, and in an episode's last row.";
        let reward = "What each agent is rewarded from this row to the next: the way that it makes along its lane, m, less 10 where it \
                      runs into the ego vehicle or debris; 0 where a slot is empty, and in an episode's last row.";
        let column = |name: &str, doc: &str| ColumnSpec::scalar(Table::Data, name, Dtype::Float32, "", doc);
        let grid = |name: &str, doc: &str, elements: &[(&str, &str)]| {
            let names = elements.iter().map(|(name, _)| name.to_string());
            let units = elements.iter().map(|(_, unit)| unit.to_string());
            column(name, doc)
                .extent(Extent::Grid(slots, elements.len()))
                .elements(names.collect(), units.collect())
        };
        // A vector of one is a scalar column: readers take [1] for a number.
        let rewards = match slots {
            1 => Extent::Scalar,
            several => Extent::Fixed(several),
        };
        vec![
            grid("traffic.observation", observation, &OBSERVED).in_frame("world"),
            grid("traffic.action", action, &COMMANDED),
            column("traffic.reward", reward).extent(rewards),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        let [observation, action, reward] = columns else {
            return;
        };
        let drivings = self.drivings(view);
        for (driving, walks) in drivings.iter().zip(&self.walks) {
            let row = driving.as_ref().map(|driving| observed(view, driving, *walks));
            observation.floats().extend(row.unwrap_or([0.0; OBSERVED.len()]));
        }
        if self.began {
            for driving in drivings {
                let since = driving.map(|driving| driving.since).unwrap_or_default();
                let commands = [since.acceleration_mps2, since.aside_mps, since.change];
                action.floats().extend(commands);
                let costs = if since.crashes { CRASH_M } else { 0.0 };
                reward.floats().push(since.driven_m - costs);
            }
        }
        self.began = true;
    }

    fn finish(&mut self, columns: &mut [Column]) {
        let slots = self.slots();
        if let [_, action, reward] = columns {
            action.floats().extend(vec![0.0; slots * COMMANDED.len()]);
            reward.floats().extend(vec![0.0; slots]);
        }
    }
}
