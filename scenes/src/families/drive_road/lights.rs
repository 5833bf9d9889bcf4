//! Traffic lights: when each is green, and what shows it. The data has two of them in every world; where a junction has none, its light is off.

use super::cars::facing;
use super::network::{BEFORE_M, LANE_M, LIGHTS, Network};
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, LightHead, Mechanism, World};

/// How long amber is, s.
pub(super) const AMBER_SECS: f32 = 3.0;
/// How long all are red after it, s: who turns left slowly is out of the way then.
const CLEAR_SECS: f32 = 2.0;
/// Lamps that are lit stand so much farther forward, m.
const LIT_M: f32 = 0.2;
/// Half of a lamp's width, and of the distance from one to the next, m. Larger than real ones: seen from a stop line they are 3 of 64
/// pixels wide.
const LAMP_M: f32 = 0.36;
const STEP_M: f32 = 0.42;
/// Height of the amber lamp, m.
const HEIGHT_M: f32 = 3.5;

/// When lights are green.
pub(super) struct Timing {
    /// From one green to the next, s.
    pub(super) period_secs: f32,
    /// Where in it the first light is at the start, as a share of it.
    pub(super) share: f32,
    pub(super) limit_mps: f32,
}

/// The name of a light.
pub(super) fn light_name(index: usize) -> String {
    format!("light{index}")
}

/// Adds the lights. A car that passes the first one as it turns green, at the speed limit, gets to the second one as that does.
pub(super) fn add_lights(world: &mut World<f32>, network: &Network, timing: &Timing) {
    let lines: Vec<Option<f32>> = (0..LIGHTS)
        .map(|index| {
            let halts = network.lanes[0].halts.iter();
            let mut own = halts.filter(|halt| halt.light.is_some_and(|(light, _)| light == index));
            own.next().map(|halt| halt.line_m)
        })
        .collect();
    for (index, line) in lines.iter().enumerate() {
        let (mut period_secs, mut offset_secs, mut heads) = (0.0, 0.0, Vec::new());
        if let (Some(line), Some(first)) = (line, lines[0]) {
            period_secs = timing.period_secs;
            let later = (line - first) / timing.limit_mps;
            offset_secs = (timing.share * period_secs - later).rem_euclid(period_secs);
            heads = add_heads(world, network, index);
        }
        let light = Mechanism::TrafficLight {
            period_secs,
            offset_secs,
            amber_secs: AMBER_SECS,
            clear_secs: CLEAR_SECS,
            lit_m: LIT_M,
            heads,
        };
        world.mechanisms.insert(light_name(index), light);
    }
}

/// A head for each lane that the light is for: at the far right corner of the junction, where who waits at the line sees it.
fn add_heads(world: &mut World<f32>, network: &Network, light: usize) -> Vec<LightHead> {
    let mut heads = Vec::new();
    for lane in &network.lanes {
        for halt in &lane.halts {
            let Some((_, stage)) = halt.light.filter(|(own, _)| *own == light) else {
                continue;
            };
            // Before the line every lane is straight.
            let (point, way) = lane.path.at(halt.line_m - 6.0);
            let ahead = 6.0 + 2.0 * BEFORE_M;
            let at = point + way * ahead - way.perp() * (0.5 * LANE_M + 0.9);
            let ground_m = network.land.ground_m(at);
            let name = format!("{}_{}", light_name(light), lane.name);
            let place = |body: Body<f32>, height_m: f32| {
                let mut body = body.untouchable().at([at.x, at.y, ground_m + height_m]);
                body.rotation = facing(-way, 0.0);
                body
            };
            world.bodies.insert(format!("{name}_post"), place(post(), 0.0));
            let lamps = [
                ("green", [0.08, 0.95, 0.35], -STEP_M * 2.0),
                ("amber", [1.0, 0.62, 0.02], 0.0),
                ("red", [0.98, 0.05, 0.04], STEP_M * 2.0),
            ];
            for (word, color, above_m) in lamps {
                let lamp = place(lamp(color), HEIGHT_M + above_m);
                world.bodies.insert(format!("{name}_{word}"), lamp);
            }
            heads.push(LightHead {
                stage,
                green: format!("{name}_green"),
                amber: format!("{name}_amber"),
                red: format!("{name}_red"),
            });
        }
    }
    heads
}

/// A post with the housing that dark lamps stand in.
fn post() -> Body<f32> {
    let pole = Shape::Cylinder {
        radius_m: 0.08,
        half_height_m: 1.1,
    };
    let housing = Shape::Box {
        half_extents_m: [0.15, LAMP_M + 0.12, 3.0 * STEP_M + 0.1],
    };
    let parts = vec![
        Part::new(pole, [0.0, 0.0, 1.1]),
        Part::new(housing, [0.0, 0.0, HEIGHT_M]),
    ];
    Body::new("traffic_light", Shape::Compound { parts })
        .fixed()
        .painted(Paint::plain([0.07, 0.07, 0.08]))
}

fn lamp(color: [f32; 3]) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [0.06, LAMP_M, LAMP_M],
    };
    Body::new("lamp", shape).kinematic().painted(Paint::plain(color))
}

/// Lanes on which others come across while the way has red at its first light: index, and where they stop, m.
pub(super) fn lanes_across(network: &Network) -> Vec<(usize, f32)> {
    let lanes = network.lanes.iter().enumerate();
    let across = lanes.flat_map(|(index, lane)| {
        let halts = lane.halts.iter();
        halts.filter_map(move |halt| (halt.light == Some((0, 1))).then_some((index, halt.line_m)))
    });
    across.collect()
}
