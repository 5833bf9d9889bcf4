//! `pour_flow`: liquids flow downhill.
//!
//! A hand holds a jug with a liquid and tilts it about its lip; a cup with a mark stands below, or at the end of a chute, or
//! under one of the outlets of a gutter, each but the last with a plate that closes it. As much as the mark tells is to be in
//! the cup in the end, and nothing beside it. The walls in front are felt and not seen, so that the levels are. Never in
//! training, a chute goes down in terraces, or has a hole through which some is lost.

mod cups;
mod expert;
mod goal;
mod gutter;
mod play;
mod vessel;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use cups::CUP_FLOOR_M;
use expert::Expert;
use goal::{OTHERS, goal};
use gutter::{GATES, Gutter, add_gates};
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::liquid::{LEAST_VISCOSITY_MPS, Liquid};
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};
use vessel::{HALF_WALL_M, Vessel};

const TASK: &str = "pour from the jug into the cup up to the mark";
/// Distance between particles, m.
const SPACING_M: f32 = 0.01;
/// What lies below is spilled, m.
const SPILLED_M: f32 = 0.05;
/// Where the cup stands, or the lowest of several, m.
const CUP_X_M: f32 = 0.22;
/// What draws together less shows nothing.
const LEAST_TENSION_NPM: f32 = 0.1;
/// Room between cups, m.
const BETWEEN_M: f32 = 0.008;
/// The largest share that is asked for where some is lost through a hole.
const HOLE_SHARE: f32 = 0.45;

/// The family.
pub struct PourFlow;

impl Family for PourFlow {
    fn card(&self) -> Card {
        Card {
            name: "pour_flow".into(),
            title: "Pour and flow".into(),
            question: "How much is in the cup after two seconds, will it overflow, and where does it go if I open that outlet?"
                .into(),
            doc: "A jug is moved and tilted about its lip above a cup with a mark; in some worlds a chute leads to the \
                  cup, or a gutter with several outlets, each with a dam and a sliding plate, to several cups of which \
                  one has the mark. Out of distribution the chute may go down in terraces, or lose some through a hole \
                  into a second cup. Shapes, fill, viscosity, density, surface tension and what floats in the cup differ. The \
                  liquid is 1,000 to 2,000 particles, out of distribution up to 3,000, whose positions are recorded. \
                  Gauges tell the share of the liquid in the jug, in each cup and on the floor, and the level in each of \
                  them, m above the middle of its floor."
                .into(),
            tasks: vec![TASK.into()],
            success: "The cup holds its target within 5 % of the target, at most 2 % of the liquid is spilled and 3 % in \
                      other cups (but for what a hole loses), and for 0.5 s nothing has left the jug and no more than 2 % \
                      of the target has come to the cup. Never terminates."
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
                Dist::uniform(0.12, 0.14).ood(0.15, 0.17),
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
                Dist::uniform(0.1, 0.125).ood(0.135, 0.16),
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
                "Viscosity: oil 0.1, honey 10; at least what liquids of such particles have, 0.02 at 1,000 kg/m^3.",
                Dist::log_uniform(0.001, 0.3).ood(0.5, 2.0),
            ),
            FactorSpec::real(
                "density_kgpm3",
                "kg/m^3",
                "Density of the liquid.",
                Dist::uniform(700.0, 1300.0).ood(1300.0, 3000.0),
            ),
            FactorSpec::real(
                "surface_tension_npm",
                "N/m",
                "Surface tension; below 0.1 the liquid has none. More than water's 0.07, as its particles are of 1 cm.",
                Dist::uniform(0.0, 0.5).ood(0.7, 1.2),
            ),
            FactorSpec::choice(
                "way",
                "Straight into the cup, down a chute, down a gutter with several outlets, down a chute of terraces, or down one \
                 with a hole that leads to a second cup.",
                &["direct", "chute", "outlets"],
                &["terraces", "hole"],
            ),
            FactorSpec::real(
                "chute_slope_deg",
                "degrees",
                "Slope of the chute, where there is one.",
                Dist::uniform(18.0, 28.0).ood(28.0, 35.0),
            )
            .where_is("way", &["chute", "terraces", "hole"]),
            FactorSpec::real(
                "terrace_height_m",
                "m",
                "Height of each terrace above the chute's bed.",
                Dist::uniform(0.012, 0.02),
            )
            .where_is("way", &["terraces"]),
            FactorSpec::real(
                "hole_width_m",
                "m",
                "Width of the hole in the chute, which is 0.124 m wide.",
                Dist::uniform(0.02, 0.03),
            )
            .where_is("way", &["hole"]),
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
            FactorSpec::count(
                "outlet_count",
                "Outlets of the gutter, its end included.",
                2,
                3,
                Some((4, 4)),
            )
            .where_is("way", &["outlets"]),
            FactorSpec::count(
                "goal_outlet",
                "The outlet to the cup with the mark, from the lowest.",
                0,
                2,
                None,
            )
            .where_is("way", &["outlets"]),
            FactorSpec::choice(
                "gate_start",
                "How the plate of each outlet but the lowest is at the start.",
                &["closed", "open"],
                &[],
            )
            .for_each()
            .where_is("way", &["outlets"]),
            FactorSpec::real(
                "gutter_slope_deg",
                "degrees",
                "Slope of the gutter.",
                Dist::uniform(14.0, 20.0).ood(20.0, 26.0),
            )
            .where_is("way", &["outlets"]),
            FactorSpec::real(
                "dam_height_m",
                "m",
                "Height of the dam below each outlet but the lowest.",
                Dist::uniform(0.008, 0.014).ood(0.016, 0.022),
            )
            .where_is("way", &["outlets"]),
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
        let tension = draw.real("surface_tension_npm");
        let tension = if tension < LEAST_TENSION_NPM { 0.0 } else { tension };
        draw.came_to("surface_tension_npm", tension);
        let way = draw.word("way");
        let has_several = way == "outlets";
        let chute_slope = draw.real("chute_slope_deg");
        let floaters = draw.count("floater_count");
        let floater_density = draw.real("floater_density_kgpm3");
        let offset = draw.real("start_offset_m");
        let color = draw.rng("color").below(LIQUID_COLORS.len());
        let outlets = draw.count("outlet_count");
        let outlets = match way.as_str() {
            "outlets" => outlets,
            "hole" => 2,
            _ => 1,
        };
        let goal_outlet = draw.count("goal_outlet");
        let goal_outlet = if has_several { goal_outlet % outlets } else { 0 };
        draw.count_came_to("goal_outlet", goal_outlet);
        let is_open = draw.words("gate_start", GATES.len());
        let gutter_slope = draw.real("gutter_slope_deg");
        let dam = draw.real("dam_height_m");
        let (terrace, hole) = (draw.real("terrace_height_m"), draw.real("hole_width_m"));
        let share = if way == "hole" {
            share.min(HOLE_SHARE)
        } else {
            share
        };
        draw.came_to("target_share", share);

        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(0.25));
        let jug = Vessel::new(&jug_shape, 0.5 * jug_width, height + 0.03).over_an_edge();
        // Where the lip is: the pivot, in the frame of the jug's floor.
        let lip = [jug.half_extents()[0], 0.0, jug.depth];
        let particles = jug.fill([0.0; 3], height, SPACING_M);
        let particles: usize = particles
            .iter()
            .map(|fill| fill.counts(SPACING_M).iter().product::<usize>())
            .sum();
        let poured = share * particles as f32 * SPACING_M * SPACING_M * SPACING_M;
        let level = poured / Vessel::new(&cup_shape, 0.5 * cup_width, 1.0).area();
        let cup = Vessel::new(&cup_shape, 0.5 * cup_width, level + 0.06);
        let pitch = 2.0 * (cup.apothem + 2.0 * HALF_WALL_M) + BETWEEN_M;
        let rim = CUP_FLOOR_M + cup.depth;
        let gutter = (way != "direct").then(|| Gutter {
            slope: if has_several { gutter_slope } else { chute_slope }.to_radians(),
            outlets,
            pitch,
            dam: if has_several { dam } else { 0.0 },
            terrace: (way == "terraces").then_some(terrace),
            hole: (way == "hole").then_some(hole),
            cup: [CUP_X_M, rim],
        });
        let under = |outlet: usize| CUP_X_M - outlet as f32 * pitch;
        let cup_x = under(goal_outlet);
        cups::add_goal(&mut world, &cup, cup_x, level);
        let others = (0..outlets).filter(|outlet| *outlet != goal_outlet);
        let others: Vec<f32> = others.map(under).collect();
        cups::add_others(&mut world, &cup, &others);
        if let Some(gutter) = &gutter {
            gutter.add(&mut world);
        }

        // The place that is poured at: x, and the height of what the liquid meets first.
        let over = gutter.as_ref().map_or([CUP_X_M, rim], Gutter::over);
        let inlet = Body::new("inlet", Shape::Ball { radius_m: 0.002 })
            .fixed()
            .untouchable()
            .at([over[0], 0.0, over[1]]);
        world.bodies.insert("inlet".into(), inlet.painted(hidden()));
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
        // Beside each other, three at the most.
        let apart = (cup.apothem - 0.019).min(0.042);
        for index in 0..floaters {
            let mut ball = Body::new("floater", Shape::Ball { radius_m: 0.018 })
                .at([
                    cup_x + apart * (index as f32 - 0.5 * (floaters as f32 - 1.0)),
                    0.0,
                    CUP_FLOOR_M + 0.02,
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
                surface_tension_npm: tension,
                color: LIQUID_COLORS[color],
            },
        );
        add_hand(&mut world, &jug, start[0], over[1]);
        add_gates(
            &mut world,
            gutter.as_ref(),
            std::array::from_fn(|gate| is_open[gate] == "open"),
        );
        add_gauges(&mut world, &jug, &cup, others.len());
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
        let others = OTHERS.map(|name| Observe::new(name, Quantity::State));
        let gates = GATES.map(|name| Observe::axes(name, Quantity::Position, "y"));
        world.observe.extend(others.into_iter().chain(gates));
        let levels = ["jug", "cup"].into_iter().chain(OTHERS);
        world
            .observe
            .extend(levels.map(|name| Observe::new(name, Quantity::Feedback)));
        add_cameras(
            &mut world,
            (!matches!(way.as_str(), "direct" | "chute"))
                .then_some([start[0] - 2.0 * lip[0] - 0.08, start[2]]),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(goal(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(pourer(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/pour_flow.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: pours up to one random level after another, sets the jug back, and holds it somewhere.",
    |_, plan, spec| with_noise(play::Levelling::new(plan, pourer(plan)), spec),
)];

/// Who pours in a world.
fn pourer(plan: &WorldPlan) -> Expert {
    let inlet = &plan.world.bodies["inlet"].position_m;
    let Mechanism::Tilter { low_m: [_, low], .. } = plan.world.mechanisms["hand"] else {
        unreachable!("the hand is a tilter");
    };
    Expert::new(plan, [inlet[0], low])
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

/// Lowest height of the lip, m, at which the jug clears what is this high, however it is tilted.
fn lip_over(jug: &Vessel, height: f32) -> f32 {
    height + jug.depth + 2.0 * HALF_WALL_M + 0.01
}

/// The hand that holds the jug, which starts at `from`, where `top` is the height of what is met first, m.
fn add_hand(world: &mut World<f32>, jug: &Vessel, from: f32, top: f32) {
    world.mechanisms.insert(
        "hand".into(),
        Mechanism::Tilter {
            body: "jug".into(),
            carries: vec!["jug_pane".into()],
            max_speed_mps: 0.4,
            max_acceleration_mps2: 3.0,
            low_m: [from.min(-0.45), lip_over(jug, top)],
            high_m: [0.25, lip_over(jug, top) + 0.25],
            max_tilt_radps: 1.5,
            max_tilt_acceleration_radps2: 12.0,
            tilt_rad: [0.0, 2.4],
        },
    );
}

/// What tells where the liquid is.
fn add_gauges(world: &mut World<f32>, jug: &Vessel, cup: &Vessel, others: usize) {
    let mut gauge = |name: &str, body: &str, [low_m, high_m]: [[f32; 3]; 2], floor_m: [f32; 3]| {
        let gauge = Mechanism::Gauge {
            liquid: "liquid".into(),
            body: body.into(),
            low_m,
            high_m,
            floor_m,
        };
        world.mechanisms.insert(name.into(), gauge);
    };
    // To the middle of the walls.
    let beyond = -HALF_WALL_M;
    let [long, across] = jug.half_extents();
    gauge(
        "jug",
        "jug",
        [
            [beyond - 2.0 * long, beyond - across, beyond - jug.depth],
            [0.0, across + HALF_WALL_M, 0.0],
        ],
        // Its frame is at its lip.
        [-long, 0.0, -jug.depth],
    );
    let [long, across] = cup.half_extents().map(|half| half + HALF_WALL_M);
    let inside = [[-long, -across, beyond], [long, across, cup.depth]];
    gauge("cup", "cup", inside, [0.0; 3]);
    let spilled = [[-1e3, -1e3, -1e3], [1e3, 1e3, SPILLED_M]];
    gauge("floor", "floor", spilled, [0.0; 3]);
    for (index, name) in OTHERS.into_iter().enumerate() {
        if index < others {
            gauge(name, name, inside, [0.0; 3]);
        } else {
            // Where there is no such cup: nothing gets below the floor.
            gauge(name, "floor", [[-1.0, -1.0, -2.0], [1.0, 1.0, -1.0]], [0.0; 3]);
        }
    }
}

/// Cameras that see all of it; of a gutter, from its jug's left and foot on, m.
fn add_cameras(world: &mut World<f32>, gutter: Option<[f32; 2]>) {
    let (middle, height, scale) = match gutter {
        None => (-0.10, 0.27, 1.0),
        Some([left, top]) => {
            let right = CUP_X_M + 0.1;
            let half = (0.5 * (right - left)).max(0.6 * top);
            (0.5 * (left + right), 0.5 * top, (half / 0.42).max(1.0))
        }
    };
    world.cameras.insert(
        "front".into(),
        Camera::looking(
            [middle, -1.08 * scale, height + 0.39 * scale],
            [middle, 0.0, height],
            46.0,
        ),
    );
    world.cameras.insert(
        "top".into(),
        Camera::looking(
            [middle, -0.50 * scale, height - 0.07 + 1.15 * scale],
            [middle, 0.0, height - 0.07],
            42.0,
        ),
    );
}
