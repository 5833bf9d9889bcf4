//! `chain_reaction`: one ball, placed once or tipped by a lever, sets off a chain at whose end the green ball comes to lie in the blue tray.
//!
//! Chains are made of elements (`elements.rs`) in rows (`row.rs`): each takes a push and passes one on. Which elements
//! follow each other is the template (`templates.rs`); the sizes, slopes and springs within an element are jittered.

mod cameras;
mod elements;
mod expert;
mod row;
mod start;
mod templates;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::policies::PolicyKind;
use cameras::Extent;
use elements::ELEMENTS;
use expert::Expert;
use row::{HALF_DEPTH_M, Row, Traits};
use start::{LEVER, Start};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::{Body, Material, Mechanism, Observe, Quantity, World};

const TASK: &str = "place a ball so that the green ball comes to stay in the blue tray";
const LEVER_TASK: &str = "pull the lever so that the green ball comes to stay in the blue tray";
/// The box in which a ball may be placed, m.
const LOW_M: [f32; 3] = [-0.75, 0.0, 1.34];
const HIGH_M: [f32; 3] = [0.75, 0.0, 1.46];
/// A roof covers all of the chain but its start, so that no ball falls into the middle of it, m.
const ROOF_M: f32 = 1.27;
/// Where the roof begins, from the start, m.
const ROOF_FROM_M: f32 = 0.06;
/// Where there is a lever the roof covers all, a little higher, m.
const LEVER_ROOF_M: f32 = 1.30;
/// Where chains start: x and z of their middle and how far from it, m.
const START_M: [[f32; 2]; 2] = [[-0.45, 0.99], [0.08, 0.02]];
/// A lever needs room on the left: the same for the x of its chains.
const LEVER_START_M: [f32; 2] = [-0.40, 0.05];
/// Radii of the balls of which one is placed, m.
const RADII_M: [f32; 3] = [0.035, 0.045, 0.055];
/// The green ball touches the tray when it is this near, m.
const TOUCH_M: f32 = 0.004;
/// How long it must touch without a break, s: PHYRE's rule.
const TOUCH_SECS: f32 = 3.0;
/// Pictures show so much below the blue tray, m.
const UNDER_M: f32 = 0.03;
/// Half of the width of the case, m.
const CASE_M: f32 = 0.8;
/// A row goes on while it is no longer than this, m.
const ROW_M: f32 = 0.92;

/// The family.
pub struct ChainReaction;

impl Family for ChainReaction {
    fn card(&self) -> Card {
        Card {
            name: "chain_reaction".into(),
            title: "Chain reaction".into(),
            question: "Which placement sets off the whole chain, and which element is necessary?".into(),
            doc: "A chain of two to four elements behind glass: dominoes, ramps, pendulums, seesaws, hammers, bent levers, \
                  buckets that lift a gate over pulleys, and plates that open gates or free springs. In half of the worlds one of three \
                  red balls, small, middle or large, is placed once; a placement inside of something is refused. In the others a roof \
                  covers all, and a lever is pulled, the last channel, which does nothing elsewhere: it tips a tray with a red ball, \
                  which must come over a hump; where its knob touches the button beside it, it was pulled too far, and a bar comes down \
                  behind the hump, for good. The policy `tries` plays what fails, as the expert finds it in its search; all that \
                  either tried on copies of the world stands in the episode table's `policy_parameters`."
                .into(),
            tasks: vec![TASK.into(), LEVER_TASK.into()],
            success: "The green ball touches the blue tray for 3 s without a break. Never terminates.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "template",
                "The first two elements of the chain.",
                &templates::TRAINING,
                &templates::HELD_OUT,
            ),
            FactorSpec::count("chain_length", "How many elements the chain has.", 2, 3, Some((4, 4))),
            FactorSpec::choice(
                "elements",
                "The elements of the chain, in order: the two of the template, and what may follow them in training.",
                &ELEMENTS,
                &[],
            )
            .for_each(),
            FactorSpec::choice(
                "start",
                "What the chain is started with: a ball that is placed, or a lever that is pulled.",
                &["ball", "lever"],
                &[],
            ),
            FactorSpec::real(
                "most_pull",
                "",
                "The share of its way by which the lever may be pulled: beyond it, its knob touches the button. The ball needs 0.45 to 0.7.",
                Dist::uniform(0.72, 0.86),
            )
            .where_is("start", &["lever"]),
            FactorSpec::choice(
                "entry",
                "What lies before the first element: a slide, or the bare shelf.",
                &["slide", "shelf"],
                &[],
            ),
            FactorSpec::real(
                "ball_radius_m",
                "m",
                "Radius of the balls of the chain.",
                Dist::uniform(0.038, 0.048).ood(0.049, 0.053),
            ),
            FactorSpec::real(
                "ball_density_kgpm3",
                "kg/m^3",
                "Density of the balls of the chain.",
                Dist::log_uniform(500.0, 1200.0).ood(1300.0, 2000.0),
            ),
            FactorSpec::real(
                "ball_restitution",
                "",
                "Restitution of the balls of the chain.",
                Dist::uniform(0.0, 0.3).ood(0.35, 0.5),
            ),
            FactorSpec::real(
                "friction",
                "",
                "Friction of all but balls and hammers.",
                Dist::uniform(0.5, 0.9).ood(0.38, 0.48),
            ),
            FactorSpec::count(
                "domino_count",
                "Dominoes of each row of them.",
                3,
                4,
                Some((5, 6)),
            )
            .where_is("elements", &["dominoes"]),
            FactorSpec::real(
                "domino_height_m",
                "m",
                "Height of a domino.",
                Dist::uniform(0.11, 0.14),
            )
            .where_is("elements", &["dominoes"]),
            FactorSpec::real(
                "ramp_angle_deg",
                "degrees",
                "Slope of the ramps.",
                Dist::uniform(15.0, 26.0).ood(27.0, 33.0),
            )
            .where_is("elements", &["ramp"]),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Strength of gravity.",
                Dist::fixed(9.81).ood(6.0, 8.5),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let template = draw.word("template");
        let length = draw.count("chain_length");
        let list = templates::chain(&template, &draw.words("elements", length));
        draw.words_came_to("elements", &list);
        let start_by = Start::named(&draw.word("start"));
        let most_pull = draw.real("most_pull");
        let slide = draw.word("entry") == "slide";
        let traits = Traits {
            ball_radius_m: draw.real("ball_radius_m"),
            ball_density_kgpm3: draw.real("ball_density_kgpm3"),
            restitution: draw.real("ball_restitution"),
            friction: draw.real("friction"),
            domino_count: draw.count("domino_count"),
            domino_height_m: draw.real("domino_height_m"),
            ramp_angle_rad: draw.real("ramp_angle_deg").to_radians(),
        };
        let gravity = draw.real("gravity_mps2");

        let mut world = World::<f32> {
            gravity_mps2: [0.0, 0.0, -gravity],
            ..World::default()
        };
        let case = add_case(&mut world);
        let placed = add_balls_to_place(&mut world);
        let mut layout = draw.rng("layout");
        let start: [f32; 2] = std::array::from_fn(|axis| {
            let [middle, apart] = match (start_by, axis) {
                (Start::Lever, 0) => LEVER_START_M,
                _ => [START_M[0][axis], START_M[1][axis]],
            };
            layout.uniform_f32(middle - apart, middle + apart)
        });
        let mut row = Row {
            world: &mut world,
            traits: &traits,
            colors: colors(draw),
            direction: 1.0,
            x_m: start[0],
            z_m: start[1],
            count: 0,
            span_m: [start[0]; 2],
            placed: placed.clone(),
            jitter: draw.rng("elements"),
        };
        let [low, high, bottom] = chain(&mut row, &list, (start_by, most_pull), slide);
        if low < -CASE_M || high > CASE_M || bottom < 0.02 {
            return Err(PlanError::no_fit("the chain is larger than its case"));
        }
        // What may set the chain off is placed above the roof, or lies under it.
        let top = match start_by {
            Start::Ball => HIGH_M[2] + RADII_M[2],
            Start::Lever => LEVER_ROOF_M,
        };
        let extent = Extent {
            x_m: row.span_m,
            z_m: [bottom - UNDER_M, top],
        };
        // Behind everything else, so that names of balls come first in the list of bodies.
        world.bodies.extend(case);

        world.mechanisms.shift_insert(
            0,
            "placer".into(),
            Mechanism::Placer {
                bodies: placed,
                axes: "xz".into(),
                low_m: LOW_M,
                high_m: HIGH_M,
            },
        );
        world
            .mechanisms
            .shift_insert(1, LEVER.into(), start_by.mechanism());
        world.observe = vec![
            Observe::axes("green", Quantity::Position, "xz"),
            Observe::axes("green", Quantity::Velocity, "xz"),
            Observe::axes("blue", Quantity::Position, "xz"),
            Observe::new("placer", Quantity::State),
            Observe::new(LEVER, Quantity::State),
        ];
        for (name, camera) in extent.cameras() {
            world.cameras.insert(name.into(), camera);
        }
        world.light.sun_direction = [0.25, -1.0, 0.9];
        let task = match start_by {
            Start::Ball => TASK,
            Start::Lever => LEVER_TASK,
        };
        Ok((world, task.into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Stay { secs: 0.0 })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        &[PolicyKind {
            name: "tries",
            doc: "What the expert tries and drops in its search: a placement or a pull that fails on a copy of the world.",
            needs_expert: true,
            make: |_, plan, _| Some(Box::new(Expert::failing(plan))),
        }]
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/chain_reaction.toml")
    }
}

/// Colours of the elements: none is taken for the green ball, the blue tray, or the red balls that are placed.
fn colors(draw: &Draw<'_>) -> Vec<[f32; 3]> {
    let mut rng = draw.rng("color");
    let mut left: Vec<[f32; 3]> = [1, 4, 5, 6].map(|index| looks::PALETTE[index]).to_vec();
    (0..4).map(|_| left.swap_remove(rng.below(left.len()))).collect()
}

/// The floor, the wall behind and the pane before: what moves stays between them.
fn add_case(world: &mut World<f32>) -> Vec<(String, Body<f32>)> {
    world.bodies.insert("floor".into(), looks::floor(0.25));
    let side = |y: f32| {
        let shape = Shape::Box {
            half_extents_m: [1.3, 0.02, 0.9],
        };
        let mut body = Body::new("case", shape)
            .fixed()
            .at([0.0, y * (HALF_DEPTH_M + 0.025), 0.9])
            .painted(Paint::plain([0.86, 0.88, 0.90]));
        body.material = Material {
            friction: 0.0,
            friction_combine: terrella_spec::world::Combine::Multiply,
            ..Material::default()
        };
        body
    };
    let mut pane = side(-1.0);
    pane.paint.visible = false;
    vec![("wall".to_string(), side(1.0)), ("pane".to_string(), pane)]
}

/// The red balls, waiting on a shelf above.
fn add_balls_to_place(world: &mut World<f32>) -> Vec<String> {
    let mut names = Vec::new();
    for (index, radius_m) in RADII_M.into_iter().enumerate() {
        let x = 0.16 * (index as f32 - 1.0);
        let mut body = Body::new("ball", Shape::Ball { radius_m })
            .at([x, 0.0, 1.53 + radius_m])
            .painted(Paint::checker([0.90, 0.20, 0.16], [0.55, 0.10, 0.08], radius_m));
        body.material = Material {
            density_kgpm3: 900.0,
            friction: 0.7,
            ..Material::default()
        };
        body.angular_damping = 0.3;
        body.swept = true;
        let name = format!("red_{index}");
        world.bodies.insert(name.clone(), body);
        names.push(name);
    }
    names
}

/// Builds the whole chain. Gives its smallest and largest x and its lowest z.
fn chain(row: &mut Row<'_>, list: &[&str], (start_by, most_pull): (Start, f32), slide: bool) -> [f32; 3] {
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    let mut see = |row: &Row<'_>, u: f32| {
        let x = row.at(u, 0.0)[0];
        (low, high) = (low.min(x), high.max(x));
    };
    // Where the chain starts: seen by nobody, known to the expert.
    let mut start = Body::new("start", Shape::Ball { radius_m: 0.005 })
        .fixed()
        .at(row.at(0.0, 0.0))
        .untouchable();
    start.paint.visible = false;
    row.world.bodies.insert("start".into(), start);
    start::entry(row, start_by, slide, most_pull);
    // Up to the case's end, beyond what the turn of a row needs.
    let (roof_from, roof) = match start_by {
        Start::Ball => (ROOF_FROM_M, ROOF_M - row.z_m),
        Start::Lever => (-CASE_M - row.x_m, LEVER_ROOF_M - row.z_m),
    };
    row.plank([roof_from, roof], [CASE_M - row.x_m, roof]);
    let mut first = row.x_m;
    for element in list {
        let long = (row.x_m - first).abs() + elements::length_m(element, row.traits.domino_count);
        if long > ROW_M {
            see(row, 0.25);
            elements::turn(row);
            first = row.x_m;
        }
        elements::add(row, element);
        see(row, 0.0);
    }
    // The green ball's shelf and the tray are some 0.4 m long.
    if (row.x_m - first).abs() + 0.4 > ROW_M + 0.25 {
        see(row, 0.25);
        elements::turn(row);
    }
    elements::finale(row);
    see(row, 0.0);
    [low, high, row.z_m]
}

/// True while the green ball touches the blue tray.
fn touches(view: &StepView<'_>) -> bool {
    let blue = view.body_index("blue").expect("the family makes a tray");
    let Shape::Ball { radius_m } = view.world().bodies["green"].shape else {
        unreachable!("the green body is a ball");
    };
    view.distance_to_body(blue, view.body_named("green").position_m) <= radius_m + TOUCH_M
}

/// The green ball stays at the tray.
#[derive(Clone, Copy, Debug)]
struct Stay {
    secs: f32,
}

impl Task for Stay {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (green, blue) = (
            view.body_named("green").position_m,
            view.body_named("blue").position_m,
        );
        let touching = touches(view);
        self.secs = if touching {
            self.secs + view.record_secs()
        } else {
            0.0
        };
        Outcome {
            reward: if touching { 0.0 } else { -green.distance(blue) },
            success: self.secs >= TOUCH_SECS,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
