//! The race of `ramp_constants`: a rival on a lane of its own, let go with the object, and the finish.

use super::kinds::Kind;
use super::{HAND_HALF_M, TOP_M};
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Mechanism, World};

/// Where the rival's lane is, y in m: behind the object's, beyond the wheels of both.
const LANE_Y_M: f32 = 0.46;
/// Half of the width of the line across both lanes, m.
const LINE_HALF_M: f32 = 0.012;

/// The lane, the rival, which is of this kind, weighs as the object does and has so many cores inside, and the line of the finish.
pub(super) fn add(world: &mut World<f32>, kind: Kind, size_m: f32, (rival_kind, cores): (Kind, usize)) {
    let beside = |body: &Body<f32>| {
        let [x, _, z] = body.position_m;
        body.clone().at([x, LANE_Y_M, z])
    };
    let (lane, mut rival) = (beside(&world.bodies["track"]), beside(&world.bodies["object"]));
    rival.shape = rival_kind.shape_with(size_m, cores);
    rival.material.density_kgpm3 *= kind.rival_density(size_m, rival_kind, cores);
    world.bodies.insert("lane".into(), lane);
    world.bodies.insert("rival".into(), rival);
    let half_extents_m = [LINE_HALF_M, 0.5 * LANE_Y_M + 0.14, 0.0015];
    let line = Body::new("line", Shape::Box { half_extents_m })
        .fixed()
        .at([0.0, 0.5 * LANE_Y_M, TOP_M])
        .untouchable()
        .painted(Paint::plain([0.95, 0.95, 0.95]));
    world.bodies.insert("finish_line".into(), line);
}

/// What the hand has beside its own block, in its frame: a block above the rival, and a bar between the two.
pub(super) fn arm(own: &Part<f32>) -> [Part<f32>; 2] {
    let block = Part {
        position_m: [0.0, LANE_Y_M, 0.0],
        ..own.clone()
    };
    let bar = Part {
        shape: Shape::Box {
            half_extents_m: [0.02, 0.5 * LANE_Y_M, 0.5 * HAND_HALF_M],
        },
        position_m: [0.0, 0.5 * LANE_Y_M, 0.0],
        ..own.clone()
    };
    [block, bar]
}

/// What holds the rival until the grip lets go, and, in every world, who tells the times of arrival: the level run begins at x = 0.
pub(super) fn add_race(world: &mut World<f32>, has_rival: bool) {
    let mut bodies = vec!["object".to_string()];
    if has_rival {
        bodies.push("rival".into());
        let clamp = Mechanism::Clamp {
            body: "hand".into(),
            holds: vec!["rival".into()],
            mechanism: "grip".into(),
        };
        world.mechanisms.insert("clamp".into(), clamp);
    }
    let finish = Mechanism::Finish {
        bodies,
        at_m: [0.0, 0.0, TOP_M],
        toward: [1.0, 0.0, 0.0],
    };
    world.mechanisms.insert("finish".into(), finish);
}
