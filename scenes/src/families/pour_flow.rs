//! `pour_flow`: liquids flow downhill.
//!
//! A hand holds a jug with a liquid and tilts it about its lip; a cup with a mark stands below, in half of the worlds at the
//! end of a chute. As much as the mark tells is to be in the cup in the end, and next to nothing beside it. The walls in front
//! are felt and not seen, so that the levels are.

mod expert;
mod vessel;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use expert::Expert;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::liquid::{LEAST_VISCOSITY_MPS, Liquid};
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};
use vessel::{HALF_WALL_M, Vessel};

const TASK: &str = "pour from the jug into the cup up to the mark";
/// Distance between particles, m.
const SPACING_M: f32 = 0.013;
/// Height of the block that the cup stands on, m: what is spilled lies lower than what is not.
const STAND_M: f32 = 0.10;
/// What lies below is spilled, m.
const SPILLED_M: f32 = 0.05;
/// How far from the target the cup's share may be, and how much may be spilled or under way.
const TOLERANCE: f32 = 0.05;
const SPILL: f32 = 0.04;
const UNDER_WAY: f32 = 0.03;
/// Half of the chute's width inside, and the height of its sides, m.
const CHUTE_M: [f32; 2] = [0.075, 0.05];

/// The family.
pub struct PourFlow;

impl Family for PourFlow {
    fn card(&self) -> Card {
        Card {
            name: "pour_flow".into(),
            title: "Pour and flow".into(),
            question: "How much is in the cup after two seconds, and will it overflow?".into(),
            doc: "A jug is moved and tilted about its lip above a cup with a mark; in some worlds a chute leads to the \
                  cup. Shapes, fill, viscosity, density and what floats in the cup differ. The liquid is 500 to 1000 \
                  particles, whose positions are recorded."
                .into(),
            tasks: vec![TASK.into()],
            success: "The cup holds its target within 5 % of the poured liquid, at most 4 % is spilled, and at most 3 % \
                      is under way. Never terminates."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let shapes =
            |name: &str, doc: &str| FactorSpec::choice(name, doc, &["square", "octagon"], &["hexagon"]);
        vec![
            shapes("jug_shape", "Shape of the jug from above."),
            shapes("cup_shape", "Shape of the cup from above."),
            FactorSpec::real(
                "jug_width_m",
                "m",
                "Width of the jug inside.",
                Dist::uniform(0.12, 0.14).ood(0.105, 0.115),
            ),
            FactorSpec::real(
                "cup_width_m",
                "m",
                "Width of the cup inside.",
                Dist::uniform(0.15, 0.18).ood(0.18, 0.21),
            ),
            FactorSpec::real(
                "fill_height_m",
                "m",
                "Height of the liquid in the jug at the start.",
                Dist::uniform(0.09, 0.12).ood(0.125, 0.14),
            ),
            FactorSpec::real(
                "target_share",
                "",
                "Share of the liquid that is to be in the cup: where the mark is.",
                Dist::uniform(0.35, 0.7).ood(0.7, 0.85),
            ),
            FactorSpec::real(
                "viscosity_pas",
                "Pa s",
                "Viscosity: oil 0.1, honey 10; at least what liquids of such particles have, 0.026 at 1,000 kg/m^3.",
                Dist::log_uniform(0.001, 0.3).ood(0.5, 2.0),
            ),
            FactorSpec::real(
                "density_kgpm3",
                "kg/m^3",
                "Density of the liquid.",
                Dist::uniform(700.0, 1300.0).ood(1300.0, 3000.0),
            ),
            FactorSpec::choice(
                "way",
                "Straight into the cup, or down a chute.",
                &["direct", "chute"],
                &[],
            ),
            FactorSpec::real(
                "chute_slope_deg",
                "degrees",
                "Slope of the chute, where there is one.",
                Dist::uniform(18.0, 28.0).ood(28.0, 35.0),
            )
            .where_is("way", &["chute"]),
            FactorSpec::count("floater_count", "Balls in the cup.", 0, 1, Some((2, 3))),
            FactorSpec::real(
                "floater_density_kgpm3",
                "kg/m^3",
                "Density of the balls in the cup.",
                Dist::uniform(200.0, 600.0).ood(1500.0, 3000.0),
            )
            .where_at_least("floater_count", 1),
            FactorSpec::real(
                "start_offset_m",
                "m",
                "How far before its place the jug starts.",
                Dist::uniform(0.08, 0.22),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let (jug_shape, cup_shape) = (draw.word("jug_shape"), draw.word("cup_shape"));
        let (jug_width, cup_width) = (draw.real("jug_width_m"), draw.real("cup_width_m"));
        let (height, share) = (draw.real("fill_height_m"), draw.real("target_share"));
        let (viscosity_pas, density_kgpm3) = (draw.real("viscosity_pas"), draw.real("density_kgpm3"));
        // Particles of this size flow like a liquid of at least this viscosity.
        draw.came_to(
            "viscosity_pas",
            viscosity_pas.max(LEAST_VISCOSITY_MPS * SPACING_M * density_kgpm3),
        );
        let has_chute = draw.word("way") == "chute";
        let slope = draw.real("chute_slope_deg").to_radians();
        let floaters = draw.count("floater_count");
        let floater_density = draw.real("floater_density_kgpm3");
        let offset = draw.real("start_offset_m");
        let color = draw.rng("color").below(LIQUID_COLORS.len());

        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(0.25));
        let jug = Vessel::new(&jug_shape, 0.5 * jug_width, height + 0.03);
        // Where the lip is: the pivot, in the frame of the jug's floor.
        let lip = [jug.apothem, 0.0, jug.depth];
        let particles = jug.fill([0.0; 3], height, SPACING_M);
        let particles: usize = particles
            .iter()
            .map(|fill| fill.counts(SPACING_M).iter().product::<usize>())
            .sum();
        let poured = share * particles as f32 * SPACING_M * SPACING_M * SPACING_M;
        let level = poured / Vessel::new(&cup_shape, 0.5 * cup_width, 1.0).area();
        let cup = Vessel::new(&cup_shape, 0.5 * cup_width, level + 0.06);
        let cup_x = 0.22;
        add_cup(&mut world, &cup, cup_x, level);
        let rim = STAND_M + 2.0 * HALF_WALL_M + cup.depth;

        // The place that is poured at: x, and the height of what the liquid meets first.
        let over = if has_chute {
            add_chute(&mut world, cup_x - cup.apothem, rim, slope)
        } else {
            [cup_x, rim]
        };
        let start = [over[0] - offset - 0.05, 0.0, lip_over(&jug, over[1]) + 0.03];
        let (seen, unseen) = jug.parts(lip);
        let handled =
            |parts: Vec<Part<f32>>| Body::new("jug", Shape::Compound { parts }).kinematic().at(start);
        world.bodies.insert(
            "jug".into(),
            handled(seen).painted(Paint::plain(looks::PALETTE[6])),
        );
        world
            .bodies
            .insert("jug_pane".into(), handled(unseen).painted(hidden()));
        for index in 0..floaters {
            let mut ball = Body::new("floater", Shape::Ball { radius_m: 0.018 })
                .at([
                    cup_x + 0.042 * (index as f32 - 0.5 * (floaters as f32 - 1.0)),
                    0.0,
                    STAND_M + 2.0 * HALF_WALL_M + 0.02,
                ])
                .painted(Paint::plain(looks::PALETTE[1]));
            ball.material.density_kgpm3 = floater_density;
            ball.angular_damping = 1.0;
            world.bodies.insert(format!("floater_{index}"), ball);
        }

        let base = [start[0] - lip[0], 0.0, start[2] - lip[2]];
        world.liquids.insert(
            "liquid".into(),
            Liquid {
                fill: jug.fill(base, height, SPACING_M),
                spacing_m: SPACING_M,
                density_kgpm3,
                viscosity_pas,
                color: LIQUID_COLORS[color],
            },
        );
        add_mechanisms(&mut world, &jug, &cup, over[1]);
        world.observe = vec![
            Observe::axes("jug", Quantity::Position, "xz"),
            Observe::axes("jug", Quantity::Velocity, "xz"),
            Observe::new("hand", Quantity::State),
            Observe::new("jug", Quantity::State),
            Observe::new("cup", Quantity::State),
            Observe::new("floor", Quantity::State),
            Observe::axes("cup", Quantity::Position, "xz"),
            Observe::axes("mark", Quantity::Position, "z"),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([-0.10, -1.08, 0.66], [-0.10, 0.0, 0.27], 46.0),
        );
        world.cameras.insert(
            "top".into(),
            Camera::looking([-0.10, -0.50, 1.35], [-0.10, 0.0, 0.2], 42.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(goal(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let inlet = &plan.world.bodies["inlet"].position_m;
        let Mechanism::Tilter { low_m: [_, low], .. } = plan.world.mechanisms["hand"] else {
            unreachable!("the hand is a tilter");
        };
        Some(Box::new(Expert {
            goal: goal(plan),
            over: [inlet[0], low],
            last: None,
            pours: false,
        }))
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/pour_flow.toml")
    }
}

/// Water, milk, oil, juice.
const LIQUID_COLORS: [[f32; 3]; 4] = [
    [0.16, 0.45, 0.80],
    [0.92, 0.90, 0.86],
    [0.85, 0.66, 0.13],
    [0.80, 0.25, 0.30],
];

/// What is felt and not seen.
fn hidden() -> Paint<f32> {
    Paint {
        visible: false,
        ..Paint::default()
    }
}

/// The cup on its block, and its mark.
fn add_cup(world: &mut World<f32>, cup: &Vessel, x: f32, level: f32) {
    let outer = cup.apothem + 2.0 * HALF_WALL_M;
    let stand = Shape::Box {
        half_extents_m: [outer, outer, 0.5 * STAND_M],
    };
    let stand = Body::new("stand", stand).fixed().at([x, 0.0, 0.5 * STAND_M]);
    world
        .bodies
        .insert("stand".into(), stand.painted(Paint::plain(looks::WALL)));
    let base = [x, 0.0, STAND_M + 2.0 * HALF_WALL_M];
    let (seen, unseen) = cup.parts([0.0; 3]);
    let fixed = |parts: Vec<Part<f32>>| Body::new("cup", Shape::Compound { parts }).fixed().at(base);
    world.bodies.insert(
        "cup".into(),
        fixed(seen).painted(Paint::plain([0.93, 0.94, 0.95])),
    );
    world
        .bodies
        .insert("cup_pane".into(), fixed(unseen).painted(hidden()));
    // A bar across the back, inside, and one at each side, outside.
    let bar = |x: f32, y: f32, half_x: f32, half_y: f32| {
        Part::new(
            Shape::Box {
                half_extents_m: [half_x, half_y, 0.004],
            },
            [x, y, 0.0],
        )
    };
    let half_flat = cup.apothem * libm::tanf(std::f32::consts::PI / cup.walls as f32);
    let mut parts = vec![
        bar(-outer, 0.0, 0.003, 0.9 * half_flat),
        bar(outer, 0.0, 0.003, 0.9 * half_flat),
    ];
    if cup.walls.is_multiple_of(4) {
        parts.push(bar(0.0, cup.apothem, 0.9 * half_flat, 0.003));
    }
    let mark = Body::new("mark", Shape::Compound { parts }).fixed().untouchable();
    world.bodies.insert(
        "mark".into(),
        mark.at([x, 0.0, base[2] + level])
            .painted(Paint::plain(looks::PALETTE[0])),
    );
    // Where the liquid is to be let in; a chute moves it.
    let inlet = Body::new("inlet", Shape::Ball { radius_m: 0.002 })
        .fixed()
        .untouchable();
    let at = [x, 0.0, base[2] + cup.depth];
    world
        .bodies
        .insert("inlet".into(), inlet.at(at).painted(hidden()));
}

/// A chute that ends above the cup's nearer rim. Gives the place above which is poured.
fn add_chute(world: &mut World<f32>, rim_x: f32, rim_z: f32, slope: f32) -> [f32; 2] {
    let [half_width, side] = CHUTE_M;
    let half_length = 0.14;
    let (sine, cosine) = (libm::sinf(slope), libm::cosf(slope));
    let part =
        |y: f32, z: f32, half_extents_m: [f32; 3]| Part::new(Shape::Box { half_extents_m }, [0.0, y, z]);
    let wall = |y: f32| {
        let half_extents_m = [half_length, HALF_WALL_M, 0.5 * side + HALF_WALL_M];
        part(y, 0.5 * side - HALF_WALL_M, half_extents_m)
    };
    // The origin is on the bed; the upper end is closed.
    let mut end = part(
        0.0,
        0.5 * side - HALF_WALL_M,
        [HALF_WALL_M, half_width, 0.5 * side + HALF_WALL_M],
    );
    end.position_m[0] = -half_length - HALF_WALL_M;
    let seen = vec![
        part(0.0, -HALF_WALL_M, [half_length, half_width, HALF_WALL_M]),
        wall(half_width + HALF_WALL_M),
        end,
    ];
    // Its lower end is a bit inside of the rim and above it.
    let low = [rim_x + 0.02, rim_z + 0.025];
    let middle = [low[0] - half_length * cosine, low[1] + half_length * sine];
    let rotation = Rotation::RpyDeg([0.0, slope.to_degrees(), 0.0]);
    let placed = |parts: Vec<Part<f32>>, paint: Paint<f32>| Body {
        rotation: rotation.clone(),
        ..Body::new("chute", Shape::Compound { parts })
            .fixed()
            .at([middle[0], 0.0, middle[1]])
            .painted(paint)
    };
    world
        .bodies
        .insert("chute".into(), placed(seen, Paint::plain(looks::WALL)));
    let front = vec![wall(-half_width - HALF_WALL_M)];
    world.bodies.insert("chute_pane".into(), placed(front, hidden()));
    let up = 0.55 * half_length;
    let over = [middle[0] - up * cosine, middle[1] + up * sine + side];
    world.bodies["inlet"].position_m = [over[0], 0.0, over[1]];
    over
}

/// Lowest height of the lip, m, at which the jug clears what is this high, however it is tilted.
fn lip_over(jug: &Vessel, height: f32) -> f32 {
    height + jug.depth + 2.0 * HALF_WALL_M + 0.01
}

fn add_mechanisms(world: &mut World<f32>, jug: &Vessel, cup: &Vessel, top: f32) {
    world.mechanisms.insert(
        "hand".into(),
        Mechanism::Tilter {
            body: "jug".into(),
            carries: vec!["jug_pane".into()],
            max_speed_mps: 0.4,
            max_acceleration_mps2: 3.0,
            low_m: [-0.45, lip_over(jug, top)],
            high_m: [0.25, lip_over(jug, top) + 0.25],
            max_tilt_radps: 1.5,
            max_tilt_acceleration_radps2: 12.0,
            tilt_rad: [0.0, 2.4],
        },
    );
    let mut gauge = |name: &str, body: &str, low_m: [f32; 3], high_m: [f32; 3]| {
        let gauge = Mechanism::Gauge {
            liquid: "liquid".into(),
            body: body.into(),
            low_m,
            high_m,
        };
        world.mechanisms.insert(name.into(), gauge);
    };
    // To the middle of the walls.
    let (half, beyond) = (jug.apothem + HALF_WALL_M, -HALF_WALL_M);
    let across = half / libm::cosf(std::f32::consts::PI / jug.walls as f32);
    gauge(
        "jug",
        "jug",
        [-jug.apothem - half, -across, -jug.depth + beyond],
        [0.0, across, 0.0],
    );
    let half = cup.apothem + HALF_WALL_M;
    let across = half / libm::cosf(std::f32::consts::PI / cup.walls as f32);
    gauge("cup", "cup", [-half, -across, beyond], [half, across, cup.depth]);
    gauge("floor", "floor", [-1e3, -1e3, -1e3], [1e3, 1e3, SPILLED_M]);
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
struct Goal {
    /// Share of the liquid that is to be in the cup.
    share: f32,
}

fn goal(plan: &WorldPlan) -> Goal {
    match plan.factors.get("target_share") {
        Some(FactorValue::Real(share)) => Goal { share: *share as f32 },
        other => unreachable!("target_share is a real factor, not {other:?}"),
    }
}

impl Task for Goal {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let state =
            |name: &str| view.mechanism_state(view.mechanism_index(name).expect("the family makes it"));
        let (jug, cup, spilled) = (state("jug"), state("cup"), state("floor"));
        let off = (cup - self.share).abs();
        Outcome {
            reward: -off - spilled,
            success: off <= TOLERANCE && spilled <= SPILL && 1.0 - jug - cup - spilled <= UNDER_WAY,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
