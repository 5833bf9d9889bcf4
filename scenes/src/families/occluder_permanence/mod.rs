//! `occluder_permanence`: look at it when it comes out from behind the screen.
//!
//! A target rolls, slides, bounces, falls or drives behind a screen or drawbridge, through a tunnel, or under a lid that comes
//! down over it. It passes, or comes back because something there throws it back, or stays, or, out of distribution, falls into a
//! trap. A head with a camera turns; what hides
//! can be opened. Whoever looks where the target comes into sight again knew all the while where it was.

mod bodies;
mod expert;
mod number;
mod occluder;
mod play;
mod sight;
mod trap;
mod way;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use bodies::{cart, head_body, hold, keeps, mover, wall};
use expert::{Expert, LooksAway, Watches};
use number::{Number, Waits};
use occluder::{Occluder, SHUT_SECS, screen};
use sight::{FIELD_OF_VIEW_DEG, Judge};
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Rotation;
use terrella_spec::world::{Camera, Mechanism, Observe, Quantity, World};
use way::{FALLS_FROM, Goes, HIGH_WALL_M, MARGIN_M, SPEEDS_MPS, STANDS_SECS};

const TASK: &str = "look at where the red target is, hidden or not";
/// Where the head turns, m.
const HEAD_M: [f32; 3] = [0.0, -1.9, 0.5];
const HEAD_SPEED_RADPS: f32 = 1.8;
/// The screens stand in this plane, the target moves in y = 0, m.
const SCREEN_Y_M: f32 = -0.28;
const SCREEN_HEIGHT_M: f32 = 0.95;
const POST_WIDTH_M: f32 = 0.2;
/// Where the camera is that never moves, m.
const FRONT_M: [f32; 3] = [0.0, -3.7, 1.45];
/// From the target's plane to the next mover's, and so on, m.
const PLANES_M: f32 = 0.36;
/// How far a narrow screen moves to and fro, m.
const POST_TRAVEL_M: f32 = 0.2;
/// Where movers start, to either side, m.
const START_X_M: f32 = 1.45;
/// What drives out of the picture drives on to there, m.
const AWAY_M: f32 = 8.0;
const RED: [f32; 3] = [0.90, 0.16, 0.13];

/// The family.
pub struct OccluderPermanence;

/// The target's colour, and those of the others.
fn color_of(index: usize, identical: bool) -> [f32; 3] {
    if index == 0 || identical {
        return RED;
    }
    [
        [0.20, 0.55, 0.86],
        [0.95, 0.77, 0.06],
        [0.58, 0.35, 0.72],
        [0.93, 0.94, 0.95],
        [0.18, 0.74, 0.42],
    ][index - 1]
}

impl Family for OccluderPermanence {
    fn card(&self) -> Card {
        Card {
            name: "occluder_permanence".into(),
            title: "Occluders and permanence".into(),
            question: "When and where does it come out, and where is it now that nobody sees it?".into(),
            doc: "A red target rolls, slides, bounces, falls or drives behind a screen or drawbridge, through a tunnel, or \
                  under a lid that comes down over it; there it passes, is thrown back by a wall that is hidden too, or is \
                  stopped by one; out of distribution it may fall into a hole before that wall, and is not there where it is \
                  looked for, which who opens what hides can see. Others move behind it. The action turns a head with a camera (yaw and pitch), and while \
                  `lift` is pressed what hides is open: screen, tunnel and lid are up, a drawbridge is down. Speed, size, how \
                  long it is hidden, number of movers and of further screens differ; out of distribution all movers are \
                  red, a second one meets the target behind the screen, further screens move, or the number that comes out is not \
                  the number that went in, because somebody has waited there unseen or one stops there. How many movers are hidden \
                  now follows from the sensor `amodal`: they are those of the classes ball, block and cart whose `visible` pixels in \
                  `visibility.front` are 0 and whose `amodal` pixels are not. The policy `looks_away` turns the head away for a \
                  while, `watches` does nothing."
                .into(),
            tasks: vec![TASK.into()],
            success: "The head looks at the target within 4 degrees, either for a second on end while a screen hides it, or \
                      within 0.25 s after the target's middle has come into the head's sight again, having been hidden by \
                      what can be opened for at least 0.15 s meanwhile; below the floor it is hidden, too. What is outside of the head's picture is out of its \
                      sight, too. Terminates when the target is seen again."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "motion",
                "How the target moves.",
                &["rolling", "sliding", "bouncing", "falling", "driven"],
                &[],
            ),
            FactorSpec::choice(
                "event",
                "What becomes of it behind the screen. With a `trapdoor` it falls into a hole in the floor there, of which the screen \
                 shows nothing; what is driven does not, and a lid would show the hole before it is down.",
                &["passes", "returns", "stays"],
                &["trapdoor"],
            ),
            FactorSpec::count(
                "mover_count",
                "Things that move and are seen at the start, the target included.",
                1,
                3,
                Some((4, 5)),
            ),
            FactorSpec::real(
                "mover_speed_mps",
                "m/s",
                "Speed at the start of each, at last of what waits unseen (`number`); half of it where the target falls. The \
                 target's is what `occlusion_secs` wants where no occluder is as wide or as narrow as its own would ask for, and \
                 who meets it keeps time with it.",
                Dist::uniform(f64::from(SPEEDS_MPS[0]), f64::from(SPEEDS_MPS[1])).ood(1.35, 1.8),
            )
            .for_each(),
            FactorSpec::real(
                "mover_size_m",
                "m",
                "Radius, or half of the edge of what slides; of each, at last of what waits unseen. What the target pushes out is as \
                 large as it is.",
                Dist::uniform(0.09, 0.13).ood(0.06, 0.08),
            )
            .for_each(),
            FactorSpec::choice(
                "occluder",
                "What hides and can be opened: a screen; a tunnel, which hides from above and from behind as well; a lid, \
                 which is a tunnel that comes down over the target; a drawbridge, which is a screen that is lowered.",
                &["screen", "tunnel", "lid"],
                &["drawbridge"],
            ),
            FactorSpec::real(
                "occlusion_secs",
                "s",
                "For how long the target is hidden from the head; where it stays, for how long it would be if it passed.",
                Dist::log_uniform(0.2, 2.5).ood(3.0, 5.0),
            ),
            FactorSpec::count("post_count", "Narrow screens beside it.", 0, 1, Some((2, 2))),
            FactorSpec::real(
                "exit_gap_m",
                "m",
                "Gap between the screen and a narrow one.",
                Dist::uniform(0.12, 0.22).ood(0.04, 0.10),
            )
            .where_at_least("post_count", 1),
            FactorSpec::choice(
                "post_motion",
                "Whether the narrow screens move to and fro.",
                &["stays"],
                &["moves"],
            )
            .where_at_least("post_count", 1),
            FactorSpec::choice(
                "planes",
                "Whether each mover has a plane of its own, or one meets the target behind the screen.",
                &["own"],
                &["shared"],
            )
            .where_at_least("mover_count", 2),
            FactorSpec::choice(
                "colors",
                "Whether the others have colours of their own.",
                &["distinct"],
                &["identical"],
            )
            .where_at_least("mover_count", 2),
            FactorSpec::choice(
                "number",
                "How many come out from behind what hides, measured by how many went in; who `stays` or falls there is not counted. \
                 With `more`, one comes out that was hidden there from the start: a light block that a target which rolls or slides \
                 through pushes out before it; elsewhere a cart that drives out while the target is hidden, in a plane of its own. With \
                 `fewer`, a low wall there stops one of the others for good. Neither goes with a lid, which shows what is below it at first; \
                 `fewer` wants an other that does not meet the target. Held out, as explanations are of what a model of the training \
                 worlds holds to be impossible; to teach them, give the factor all three words.",
                &["same"],
                &["more", "fewer"],
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let motion = draw.word("motion");
        let event = draw.word("event");
        let count = draw.count("mover_count");
        let number = Number::of(&draw.word("number"));
        // Who waits is the last.
        let listed = count + usize::from(number == Number::More);
        let mut speeds = draw.reals("mover_speed_mps", listed);
        let mut sizes = draw.reals("mover_size_m", listed);
        let occluder = Occluder::of(&draw.word("occluder"));
        let hidden_secs = draw.real("occlusion_secs");
        let posts = draw.count("post_count");
        let exit_gap = draw.real("exit_gap_m");
        let posts_move = draw.word("post_motion") == "moves";
        let shared = draw.word("planes") == "shared" && count > 1;
        let identical = draw.word("colors") == "identical";
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");
        let mut unseen = draw.rng("number");

        let falls = motion == "falling";
        let is_lid = occluder == Occluder::Lid;
        let is_trap = event == "trapdoor";
        if is_trap && (is_lid || motion == "driven") {
            return Err(PlanError::no_fit(
                "a trap is not hidden by a lid, and what is driven does not fall",
            ));
        }
        if number != Number::Same && is_lid {
            return Err(PlanError::no_fit("a lid does not hide from the start"));
        }
        if number == Number::Fewer && count <= 1 + usize::from(shared) {
            return Err(PlanError::no_fit("there is none whom a wall could stop"));
        }
        let goes_through = event == "passes" && (motion == "rolling" || motion == "sliding");
        let pushes = number == Number::More && goes_through && !shared;
        if pushes {
            (sizes[count], speeds[count]) = (sizes[0], 0.0);
            draw.reals_came_to("mover_size_m", &sizes);
        }
        let waits_m = match number {
            Number::Same => 0.0,
            Number::More => number::least_m(sizes[count]),
            Number::Fewer => number::least_m(sizes[count - 1]),
        };
        // Both are hidden when they meet.
        let meets_m = if shared {
            2.0 * sizes[0].max(sizes[1]) + MARGIN_M
        } else {
            0.0
        };
        let height = layout.uniform_f32(0.35, 0.6);
        let turns = layout.uniform_f32(-0.25, 0.25);
        let goes = Goes {
            motion: &motion,
            event: &event,
            occluder,
            size_m: sizes[0],
            drop_m: match motion.as_str() {
                "bouncing" => height,
                // Seen above the screen, or below the lid.
                "falling" => height + if is_lid { 0.0 } else { 0.7 },
                _ => 0.0,
            },
            // What falls is on the floor by then.
            turns_at: if falls { turns.abs() } else { turns },
            pushes_at: pushes.then_some(turns.abs()),
            others_want_m: waits_m.max(meets_m),
        };
        let fit = goes.fit(hidden_secs, speeds[0]);
        let (speed, half_m, width) = (fit.speed_mps, fit.half_m, fit.width_m());
        let unit = if falls { 2.0 } else { 1.0 };
        if speeds[0] > SPEEDS_MPS[1] && unit * speed <= SPEEDS_MPS[1] {
            return Err(PlanError::no_fit("what is so fast is not hidden for so long"));
        }
        if falls && event != "passes" && !goes.falls_before_wall(&fit) {
            return Err(PlanError::no_fit("what is so fast falls onto the wall"));
        }
        speeds[0] = unit * speed;
        // Who meets the target gets to the middle when it does.
        let meets_from = if shared {
            let x = (START_X_M * speeds[1] / speed).clamp(0.9, 2.0 * START_X_M);
            speeds[1] = x * speed / START_X_M;
            x
        } else {
            0.0
        };
        draw.reals_came_to("mover_speed_mps", &speeds);
        draw.came_to("occlusion_secs", fit.secs);

        let mut world = World::<f32>::default();
        // What a mover hits says how much of its bounce is left: all on the floor, nothing at a stop. What falls soon rolls.
        let bounce = if falls { 0.4 } else { 1.0 };
        let from = if layout.chance(0.5) { -1.0 } else { 1.0 };
        let turns_m = -from * goes.turns_at * half_m;
        if is_trap {
            let end = turns_m - from * sizes[0];
            trap::add(&mut world, end, end + from * trap::length_m(sizes[0]), bounce);
        } else {
            let mut floor = looks::floor(0.4);
            floor.material = keeps(bounce);
            world.bodies.insert("floor".into(), floor);
        }
        let first_post = if layout.chance(0.5) { 1.0 } else { -1.0 };
        // The edge of all that hides, to one side.
        let edge_m = |side: f32| {
            let has_post = posts > 1 || posts == 1 && side == first_post;
            0.5 * width + if has_post { exit_gap + POST_WIDTH_M } else { 0.0 }
        };
        for index in 0..count {
            let kind = match (index, look.below(2)) {
                (0, _) => motion.as_str(),
                (_, 0) => "rolling",
                _ => "sliding",
            };
            let meets = index == 1 && shared;
            let side = match index {
                0 => from,
                1 if shared => -from,
                _ if look.chance(0.5) => -1.0,
                _ => 1.0,
            };
            // Each in a plane of its own, so that they meet nothing but what the event wants.
            let y = if meets { 0.0 } else { PLANES_M * index as f32 };
            let x = match index {
                0 if falls => side * FALLS_FROM * width,
                0 => side * START_X_M,
                1 if shared => side * meets_from,
                _ => {
                    // Seen from the front before it goes in.
                    let farther = (y - FRONT_M[1]) / (SCREEN_Y_M - FRONT_M[1]);
                    let seen_from = farther * edge_m(side) + sizes[index];
                    side * look.uniform_f32(0.7, 1.5).max(seen_from)
                }
            };
            let color = color_of(index, identical);
            let velocity = -side * if index == 0 { speed } else { speeds[index] };
            let body = if kind == "driven" {
                cart(sizes[index], [x, y], velocity, color)
            } else {
                let drop_m = if index == 0 { goes.drop_m } else { 0.0 };
                mover(kind, sizes[index], [x, y], velocity, drop_m, color)
            };
            let name = if index == 0 {
                "target".to_string()
            } else {
                format!("other_{}", index - 1)
            };
            world.bodies.insert(name.clone(), body);
            if number == Number::Fewer && index == count - 1 {
                number::add_stop(&mut world, width, &name, sizes[index], &mut unseen);
            }
        }
        let color = color_of(count, identical);
        if pushes {
            let x = -from * turns.abs() * half_m;
            let block = number::in_its_way(&motion, sizes[0], x, color);
            world.bodies.insert("waiting".into(), block);
        } else if number == Number::More {
            let waits = Waits {
                size_m: sizes[count],
                y: PLANES_M * count as f32,
                speed_mps: speeds[count],
                color,
                hidden_after_secs: goes.hidden_after_secs(&fit),
                hidden_secs: fit.secs,
            };
            waits.add(&mut world, width, &mut unseen);
        }
        if motion == "driven" {
            let behind = [turns_m, 0.0];
            let waypoints_m = match event.as_str() {
                "passes" => vec![[-from * AWAY_M, 0.0]],
                "returns" => vec![behind, [from * AWAY_M, 0.0]],
                _ => vec![behind],
            };
            world.mechanisms.insert(
                "motor".into(),
                Mechanism::Stroller {
                    body: "target".into(),
                    waypoints_m,
                    speed_mps: speed,
                    pause_secs: STANDS_SECS,
                    stop_m: 0.01,
                    patience_secs: 100.0,
                },
            );
        } else if event != "passes" {
            // Nothing bounces or falls over it; the occluder hides all of it.
            let height = if goes.drop_m > 0.0 { HIGH_WALL_M } else { 0.7 };
            let wall = wall(turns_m - from * sizes[0], -from, height, event == "returns");
            world.bodies.insert("wall".into(), wall);
            if event == "stays" {
                hold(&mut world, "target", "wall");
            }
        }
        let mut head = head_body();
        head.rotation = Rotation::RpyDeg([0.0, 0.0, 90.0]);
        world.bodies.insert("head".into(), head);

        world.mechanisms.insert(
            "head".into(),
            Mechanism::Turret {
                body: "head".into(),
                max_speed_radps: HEAD_SPEED_RADPS,
                max_acceleration_radps2: 15.0,
                yaw_limits_rad: [-0.9, 0.9],
                pitch_limits_rad: [-0.45, 0.6],
            },
        );
        // A lid is down when the target is where it gets hidden.
        let lid_secs = (goes.hidden_after_secs(&fit) - SHUT_SECS).max(0.0);
        occluder.add(&mut world, width, is_lid || !falls, lid_secs);
        for index in 0..posts {
            let side = if index == 0 { first_post } else { -first_post };
            let x = side * (0.5 * width + exit_gap + 0.5 * POST_WIDTH_M);
            let post = screen(POST_WIDTH_M, x);
            let name = format!("post_{index}");
            if posts_move {
                let lift = Mechanism::Lift {
                    body: name.clone(),
                    to_m: [x + side * POST_TRAVEL_M, post.position_m[1], post.position_m[2]],
                    speed_mps: layout.uniform_f32(0.1, 0.3),
                    turn_rad: None,
                    pause_secs: 0.2,
                    stays: false,
                };
                world.mechanisms.insert(name.clone(), lift);
            }
            let post = if posts_move {
                post.kinematic()
            } else {
                post.fixed()
            };
            world.bodies.insert(name, post);
        }
        world.observe = vec![
            Observe::new("head", Quantity::Rotation),
            Observe::axes("head", Quantity::Spin, "xyz"),
            Observe::axes("screen", Quantity::Position, "z"),
        ];
        world
            .cameras
            .insert("front".into(), Camera::looking(FRONT_M, [0.0, -0.3, 0.42], 46.0));
        let eye = Camera {
            mount: Some("head".into()),
            ..Camera::looking([0.2, 0.0, 0.0], [1.0, 0.0, 0.0], FIELD_OF_VIEW_DEG)
        };
        world.cameras.insert("head".into(), eye);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/occluder_permanence.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "looks_away",
        doc: "The expert, who in the first two seconds turns its head away for 0.5 to 2.5 s, and back to where the target is by then.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(LooksAway::new(plan))),
    },
    PolicyKind {
        name: "watches",
        doc: "Does nothing: the head stays as it is, and nothing is opened.",
        needs_expert: false,
        make: |_, _, _| Some(Box::new(Watches)),
    },
    crate::play::kind(
        "Chains random subgoals: looks at one mover or screen after another for a while, and opens what hides now and then.",
        |_, _, spec| with_noise(play::Looks::default(), spec),
    ),
];
