//! `door_passage`: a door must be open before you walk through it.
//!
//! A walker starts in one of two rooms and must get into the other. Doors swing, slide, rise, fall shut, stick, are latched,
//! or wait for a key or for a button that may stand far off and act late. Painted panels and idle buttons mislead.
//!
//! **Invariant:** the door's state is in no observation channel: it must be seen.

mod expert;
mod kinds;
mod layout;
mod leaves;
mod play;
mod room;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use kinds::{DoorKind, KINDS, KINDS_OOD, Opens, kinds_that};
use layout::{Layout, SIDES, Turn};
use leaves::DoorDraws;
use room::{ButtonDraws, Room};
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::{Dist, Law};
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};

const TASK: &str = "go through the door to the green mat";
/// The agent's radius, m.
const AGENT_RADIUS_M: f32 = 0.2;
/// Half the length of the agent's cylindrical part, m.
const AGENT_HALF_M: f32 = 0.3;
/// How far the agent reaches from its centre, m.
const REACH_M: f32 = 0.7;

/// The family.
pub struct DoorPassage;

impl Family for DoorPassage {
    fn card(&self) -> Card {
        Card {
            name: "door_passage".into(),
            title: "Through the door".into(),
            question: "Can it pass now, and what opens the door?".into(),
            doc: "A walker in one of two rooms wants to get to a mat in the other. The door between them is pushed, \
                  pulled, falls shut, swings both ways, has two leaves, sticks, is latched, or slides, rises or unlocks \
                  when a button is pressed, which may stand far off and act late, or when a key was picked up by \
                  walking over it. Button and key have the door's colour; where the lock is hidden all buttons are grey, \
                  and at least one of them opens nothing: one has to try, and to remember what was tried. An airlock has \
                  two doors. Painted panels and other buttons open nothing. The walker walks, turns and interacts: it \
                  pushes what is before it, pulls while it walks backward, releases a latch or presses a button in \
                  reach. A door that sticks wants pushing hands. The policy `walks_into` walks into the \
                  closed door first, `tries_buttons` does not know which button is the one."
                .into(),
            tasks: vec![TASK.into()],
            success: "The walker's centre is past the plane of the (last) doorway, in the goal room. Never terminates.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let real = FactorSpec::real;
        let with_friction = kinds_that(DoorKind::has_friction);
        let with_closer = kinds_that(|kind| kind.closer);
        let with_button = kinds_that(DoorKind::has_button);
        vec![
            FactorSpec::choice(
                "door_kind",
                "How the door moves and what opens it.",
                &KINDS,
                &KINDS_OOD,
            ),
            real(
                "door_opening",
                "",
                "Share of its travel by which the door stands open at the start. A motor opens such a door on, and \
                 closes it after `button_hold_secs`.",
                Dist {
                    law: Law::Choice(vec![0.0, 0.0, 0.0, 0.0, 0.15, 0.9]),
                    ood: Some(Law::Uniform(0.3, 0.6)),
                },
            ),
            real(
                "door_width_m",
                "m",
                "Width of the doorway.",
                Dist::uniform(0.7, 1.1).ood(1.2, 1.4),
            ),
            real(
                "door_mass_kg",
                "kg",
                "Mass of the door.",
                Dist::log_uniform(5.0, 40.0).ood(45.0, 60.0),
            ),
            real(
                "hinge_friction_nm",
                "N m",
                "Dry friction of a hinge without a closer.",
                Dist::uniform(0.5, 4.0).ood(6.0, 10.0),
            )
            .where_is("door_kind", &with_friction),
            real(
                "closer_nmprad",
                "N m/rad",
                "Stiffness of the spring of doors that fall shut.",
                Dist::uniform(6.0, 18.0).ood(22.0, 30.0),
            )
            .where_is("door_kind", &with_closer),
            FactorSpec::choice(
                "hinge_side",
                "Where the hinge is, or to where the door slides, seen by somebody who faces it.",
                &["left", "right"],
                &[],
            ),
            FactorSpec::choice(
                "goal_side",
                "Where the goal room lies, seen from above.",
                &SIDES,
                &[],
            ),
            real(
                "door_place",
                "",
                "Where in its wall the doorway is, from one end to the other.",
                Dist::uniform(0.0, 1.0),
            ),
            real(
                "room_half_width_m",
                "m",
                "Half the width of both rooms.",
                Dist::uniform(1.5, 1.9).ood(2.0, 2.4),
            ),
            real(
                "room_depth_m",
                "m",
                "Depth of the start room.",
                Dist::uniform(2.2, 2.8).ood(3.0, 3.6),
            ),
            real(
                "button_delay_secs",
                "s",
                "How long after a press a button acts.",
                Dist::uniform(0.0, 1.2).ood(1.8, 2.5),
            )
            .where_is("door_kind", &with_button),
            real(
                "button_hold_secs",
                "s",
                "How long a button acts.",
                Dist::uniform(5.0, 8.0).ood(3.5, 4.5),
            )
            .where_is("door_kind", &with_button),
            FactorSpec::count(
                "decoy_button_count",
                "Buttons that open nothing; at least one where the lock is hidden.",
                0,
                1,
                Some((2, 2)),
            ),
            FactorSpec::count(
                "false_door_count",
                "Painted panels that look like doors.",
                0,
                2,
                Some((3, 3)),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let kind = DoorKind::of(&draw.word("door_kind"));
        let width_m = draw.real("door_width_m");
        let opening = draw.real("door_opening");
        let mass_kg = draw.real("door_mass_kg");
        let friction_nm = draw.real("hinge_friction_nm");
        let closer_nmprad = draw.real("closer_nmprad");
        let hinge_side = layout::side_sign(&draw.word("hinge_side"));
        let turn = Turn::to_side(&draw.word("goal_side"));
        let place = draw.real("door_place");
        let room = Room {
            half_width_m: draw.real("room_half_width_m"),
            depth_m: draw.real("room_depth_m"),
        };
        let button = ButtonDraws {
            delay_secs: draw.real("button_delay_secs"),
            hold_secs: draw.real("button_hold_secs"),
        };
        let mut decoys = draw.count("decoy_button_count");
        if kind.hidden && decoys == 0 {
            decoys = 1;
            draw.count_came_to("decoy_button_count", decoys);
        }
        let false_doors = draw.count("false_door_count");
        let mut rng = draw.rng("layout");

        let door_x_m = door_place(kind, hinge_side, width_m, room, place)?;
        let layout = Layout {
            turn,
            kind,
            door_x_m,
            width_m,
            hinge_side,
        };
        let colors = looks::colors(&mut draw.rng("color"), 1 + decoys + false_doors);
        let door = DoorDraws {
            mass_kg,
            friction_nm,
            closer_nmprad,
            opening,
            hold_secs: button.hold_secs,
            color: colors[0],
        };

        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(0.5));
        world.bodies.insert("agent".into(), agent_body());
        world
            .bodies
            .insert("goal".into(), room::goal_mat(room, &layout, &mut rng));
        world.mechanisms.insert(
            "walk".into(),
            Mechanism::Walker {
                body: "agent".into(),
                max_speed_mps: 1.2,
                max_yaw_radps: 3.0,
                reach_m: REACH_M,
                push_force_n: 100.0,
            },
        );
        room::add_walls(&mut world, room, &layout);
        let decoy_colors = &colors[1..1 + decoys];
        let buttons = room::add_buttons(
            &mut world,
            room,
            &layout,
            button,
            colors[0],
            decoy_colors,
            &mut rng,
        )?;
        room::add_false_doors(&mut world, room, &colors[1 + decoys..], &mut rng);
        leaves::add_door(&mut world, &layout, &door);

        let start = room::start_place(room, &layout, &buttons, opening, &mut rng)?;
        let agent = &mut world.bodies["agent"];
        agent.position_m = [start.x, start.y, AGENT_RADIUS_M + AGENT_HALF_M + 0.01];
        agent.rotation = Rotation::RpyDeg([0.0, 0.0, rng.uniform_f32(-180.0, 180.0)]);
        turn.apply(&mut world);

        world.observe = vec![
            Observe::axes("agent", Quantity::Position, "xy"),
            Observe::new("agent", Quantity::Heading),
            Observe::axes("agent", Quantity::Velocity, "xy"),
            Observe::axes("goal", Quantity::Position, "xy"),
        ];
        add_cameras(&mut world, room, &layout);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Passage {
            layout: Layout::of(plan),
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(expert::Expert::new(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/door_passage.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "walks_into",
        doc: "Walks into the door as it is, hands idle, for 1 to 12 s, and only then does as the expert.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(expert::WalksInto::new(plan))),
    },
    PolicyKind {
        name: "tries_buttons",
        doc: "Presses the buttons of a locked door one after the other and tries the door after each; else as the expert.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(expert::TriesButtons::new(plan))),
    },
    crate::play::kind(
        "Chains random subgoals: goes through the door and back, to random places of the room it is in, and to any of the buttons.",
        |_, plan, spec| with_noise(play::Errands::new(expert::Expert::new(plan)), spec),
    ),
];

/// Where the middle of the doorway is along its wall, m. A door that slides aside needs wall to slide along.
fn door_place(
    kind: DoorKind,
    hinge_side: f32,
    width_m: f32,
    room: Room,
    place: f32,
) -> Result<f32, PlanError> {
    let (mut low, mut high) = (0.4, 0.4);
    if kind.opens == Opens::Aside {
        let beside = if hinge_side < 0.0 { &mut low } else { &mut high };
        *beside = width_m + 0.05;
    }
    let first = -room.half_width_m + low + 0.5 * width_m;
    let last = room.half_width_m - high - 0.5 * width_m;
    if first > last {
        return Err(PlanError::no_fit("the door does not fit into its wall"));
    }
    Ok(first + place * (last - first))
}

fn agent_body() -> Body<f32> {
    let shape = Shape::Capsule {
        radius_m: AGENT_RADIUS_M,
        half_height_m: AGENT_HALF_M,
    };
    // Front and back in two colours, so that its heading is seen from above.
    let paint = Paint {
        pattern: Pattern::Stripes,
        ..Paint::checker(looks::AGENT, [0.95, 0.95, 0.95], 10.0)
    };
    Body::new("agent", shape).kinematic().painted(paint)
}

fn add_cameras(world: &mut World<f32>, room: Room, layout: &Layout) {
    let ego = Camera {
        mount: Some("agent".into()),
        ..Camera::looking([0.05, 0.0, 0.36], [1.05, 0.0, 0.24], 85.0)
    };
    let (middle, side) = room::extent(room, layout);
    let middle = layout.turn.world_from_layout(middle);
    let (height, fov) = room::overview(side);
    let top = Camera {
        up: [0.0, 1.0, 0.0],
        ..Camera::looking([middle.x, middle.y, height], [middle.x, middle.y, 0.0], fov)
    };
    world.cameras.insert("ego".into(), ego);
    world.cameras.insert("top".into(), top);
}

/// Rewards the way left, and an open door on this side of it.
#[derive(Clone, Copy, Debug)]
struct Passage {
    layout: Layout,
}

impl Task for Passage {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let flat = |name: &str| {
            self.layout
                .turn
                .layout_from_world(view.body_named(name).position_m.truncate())
        };
        let (agent, goal) = (flat("agent"), flat("goal"));
        let door = Vec2::new(self.layout.door_x_m, 0.0);
        let through = agent.y > self.layout.goal_y_m();
        let left = if through {
            agent.distance(goal)
        } else {
            // Through an airlock it goes straight on.
            let next = door + Vec2::Y * agent.y.max(0.0);
            agent.distance(next) + next.distance(goal)
        };
        let open = if through {
            1.0
        } else {
            expert::opening(view, &self.layout)
        };
        Outcome {
            reward: 0.5 * open - left,
            success: through,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
