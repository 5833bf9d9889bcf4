//! The elevator of the dispatch hall, and the deck on the upper level beside it.

use crate::looks;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Pattern, Shape};
use terrella_spec::world::{Body, Mechanism, World};

/// Its name among bodies and mechanisms.
pub(super) const NAME: &str = "elevator";
/// Where it stands along y, m: so far from the deck that a load on a robot passes.
pub(super) const Y_M: f32 = -2.5;
/// Half of the platform's side, m.
const HALF_M: f32 = 0.53;
/// A body is on it within this of its middle, along x and y, m.
const ON_IT_M: f32 = 0.45;
/// The deck along y, m.
const DECK_Y_M: [f32; 2] = [-3.6, -3.03];
/// It is up from this share of its way on.
const UP: f32 = 0.999;

/// Adds platform, deck and mechanism. `others` are the bodies it waits for.
pub(super) fn add(world: &mut World<f32>, x: f32, rise_m: f32, speed_mps: f32, others: Vec<String>) {
    let plate = Shape::Box {
        half_extents_m: [HALF_M, HALF_M, 0.004],
    };
    // Flush with the floor: robots drive over it, and it passes what it does not carry.
    let platform = Body::new("elevator", plate)
        .kinematic()
        .untouchable()
        .at([x, Y_M, 0.0])
        .painted(Paint {
            pattern: Pattern::Stripes,
            ..Paint::checker([0.93, 0.78, 0.16], [0.16, 0.16, 0.18], 4.0)
        });
    world.bodies.insert(NAME.into(), platform);
    let cuboid = |half_extents_m, at| Part::new(Shape::Box { half_extents_m }, at);
    let [from, to] = DECK_Y_M;
    let mut parts = vec![cuboid(
        [HALF_M, 0.5 * (to - from), 0.03],
        [0.0, 0.5 * (from + to) - Y_M, rise_m - 0.03],
    )];
    for side in [-1.0, 1.0] {
        let half = 0.5 * (rise_m + 0.4);
        parts.push(cuboid(
            [0.03, 0.03, half],
            [side * (HALF_M + 0.05), to - Y_M, half],
        ));
    }
    let deck = Body::new("deck", Shape::Compound { parts })
        .fixed()
        .at([x, Y_M, 0.0])
        .painted(Paint::plain(looks::AGENT));
    world.bodies.insert("deck".into(), deck);
    let loads = world.bodies.iter().filter(|(_, body)| body.class == "load");
    let carries = loads.map(|(name, _)| name.clone()).collect();
    world.mechanisms.insert(
        NAME.into(),
        Mechanism::Elevator {
            body: NAME.into(),
            rise_m,
            speed_mps,
            half_m: [ON_IT_M; 2],
            carries,
            waits_for: others,
        },
    );
}

/// The order whose load goes up, by its robot's number.
pub(super) fn order(plan: &WorldPlan) -> Option<usize> {
    let [x, y, _] = plan.world.bodies[NAME].position_m;
    let places = plan.world.bodies.iter().filter(|(_, body)| body.class == "place");
    let at =
        |body: &Body<f32>| (body.position_m[0] - x).abs() < 0.01 && (body.position_m[1] - y).abs() < 0.01;
    let (name, _) = places.into_iter().find(|(_, body)| at(body))?;
    name.strip_prefix("place_")?.parse().ok()
}

/// How far it goes up, m.
pub(super) fn rise_m(plan: &WorldPlan) -> f32 {
    match &plan.world.mechanisms[NAME] {
        Mechanism::Elevator { rise_m, .. } => *rise_m,
        other => unreachable!("{other:?} is no elevator"),
    }
}

/// How far up it is, 0..1.
pub(super) fn share(view: &StepView<'_>) -> f32 {
    let index = view.mechanism_index(NAME).expect("every site's");
    view.mechanism_state(index)
}

/// True while it is up.
pub(super) fn is_up(view: &StepView<'_>) -> bool {
    share(view) >= UP
}
