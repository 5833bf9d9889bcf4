//! `quad_flight`: fly a quadrotor through gates in their order, or hold it at a waypoint, in wind.

mod expert;
mod motors;
mod parts;
mod play;
mod scenery;
mod senses;
mod way;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::faults;
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use motors::Motors;
use parts::{Payload, ROTOR_HEIGHT_M};
use scenery::Scenery;
use std::f32::consts::PI;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Rotation;
use terrella_spec::world::{Camera, FaultKind, Mechanism, Observe, Quantity, RotorInputs, World};
use way::Way;

const GATES_TASK: &str = "fly through the gates in their order";
const HOLD_TASK: &str = "hold the drone at the waypoint";
/// Largest thrust that can be asked for, N: above that of the heaviest drone in a climb.
const MAX_THRUST_N: f32 = 20.0;
const MAX_RATE_RADPS: f32 = 5.0;
/// The rate controller of the drone.
const RATE_GAIN_PER_S: f32 = 18.0;
/// How near to the waypoint it is held, m, and for how long, s.
const HOLD_M: f32 = 0.35;
const HOLD_SECS: f32 = 2.0;
/// The missions that have gates.
const GATE_MISSIONS: [&str; 2] = ["slalom", "climb"];
/// Where flights start, m.
const START: Vec3 = Vec3::new(0.0, 0.0, 1.4);
/// The expert's speed, and that of who flies aggressively, m/s.
const PACE_MPS: f32 = 2.4;
const AGGRESSIVE_MPS: f32 = 4.2;

/// The family.
pub struct QuadFlight;

impl Family for QuadFlight {
    fn card(&self) -> Card {
        Card {
            name: "quad_flight".into(),
            title: "Quadrotor flight".into(),
            question: "Where will the drone be in a second, what does the wind do to it, and what is it able to?".into(),
            doc: "A quadrotor is told its collective thrust and body rates, which its own controller holds with four \
                  rotors, or (`action = \"motors\"`) the thrust of each rotor. It flies through two to four gates in their order, the next one marked in orange, or to a \
                  waypoint and stays there; poles or trees stand about, held out in a hall. Mass, arms, rotors, their lag, \
                  battery, wind and gusts differ, a ball may hang on a rope, held out a box, and one rotor may become weak, \
                  held out stop to push at all. A satellite receiver tells its place and velocity with noise (`gps.fix`); \
                  held out it hears none: zeros, and `gps.valid` is 0. The sensor `imu` has what accelerometer and gyroscope read \
                  240 times a second, in the drone's frame (x ahead, z along the thrust), with noise and bias: 12 samples a \
                  row."
                .into(),
            tasks: vec![GATES_TASK.into(), HOLD_TASK.into()],
            success: "Gates: all were passed in their order, in their direction, within their opening. Waypoint: within \
                      0.35 m of it for 2 s. Terminates then, and when the drone lies on the floor or has left the place."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let real = FactorSpec::real;
        let uniform = Dist::uniform;
        let mut factors = vec![
            FactorSpec::choice(
                "action",
                "What the action is. `ctbr`: collective thrust, N, and body rates, rad/s, which the drone's own controller holds 240 times \
                 a second. `motors`: the thrust of each rotor, 0 to 10 N, from the front left on, counter-clockwise, which a motor gives \
                 as far as it can (half to nine tenths of the drone's weight).",
                &["ctbr"],
                &[],
            )
            .on_request(&["motors"]),
            FactorSpec::choice(
                "mission",
                "Gates around bends, gates up and down, or a waypoint to hold.",
                &["slalom", "climb", "hold"],
                &[],
            ),
            FactorSpec::count("gate_count", "Gates.", 2, 4, Some((5, 6))).where_is("mission", &GATE_MISSIONS),
            real(
                "gate_half_m",
                "m",
                "Half of the width of a gate's opening.",
                uniform(0.55, 0.75).ood(0.42, 0.5),
            )
            .where_is("mission", &GATE_MISSIONS),
            FactorSpec::count(
                "pole_count",
                "Poles, as far as there is room for them.",
                0,
                8,
                Some((10, 16)),
            ),
            real(
                "mass_kg",
                "kg",
                "Mass of the drone.",
                uniform(0.6, 1.0).ood(1.1, 1.3),
            ),
            real(
                "arm_m",
                "m",
                "Distance of the rotors from the drone's middle.",
                uniform(0.13, 0.19).ood(0.20, 0.24),
            ),
            real(
                "hub_half_m",
                "m",
                "Half of the width of the drone's hub: with the arms it makes the inertia.",
                uniform(0.04, 0.065).ood(0.07, 0.08),
            ),
            real(
                "thrust_coefficient_ns2",
                "N s^2",
                "Thrust over the square of a rotor's speed.",
                Dist::log_uniform(1.0e-6, 4.0e-6).ood(4.0e-6, 8.0e-6),
            ),
            real(
                "thrust_to_weight",
                "",
                "Largest thrust over the drone's weight, with a full battery.",
                uniform(2.4, 3.6).ood(1.9, 2.2),
            ),
            real(
                "efficiency",
                "",
                "Thrust of the propellers over what the controller counts on.",
                uniform(0.85, 1.1).ood(0.7, 0.82),
            ),
            real(
                "lag_secs",
                "s",
                "Lag of the motors.",
                uniform(0.015, 0.05).ood(0.06, 0.09),
            ),
            real(
                "drag_nspm",
                "N s/m",
                "Drag in the rotors' plane.",
                uniform(0.05, 0.3).ood(0.35, 0.5),
            ),
            real(
                "battery_j",
                "J",
                "Work the battery holds: a flight takes one to three thousand.",
                Dist::log_uniform(4000.0, 12000.0).ood(2500.0, 3500.0),
            ),
            real(
                "sag",
                "",
                "Share of the battery's voltage that is lost under full load.",
                uniform(0.0, 0.15).ood(0.2, 0.3),
            ),
            real(
                "wind_mps",
                "m/s",
                "Mean wind, in a random direction.",
                uniform(0.0, 3.0).ood(4.0, 6.0),
            ),
            real(
                "gust_mps",
                "m/s",
                "Standard deviation of the gusts along x and y.",
                uniform(0.0, 1.0).ood(1.4, 2.2),
            ),
            FactorSpec::choice(
                "payload",
                "What hangs under the drone: a box catches five times as much wind as a ball.",
                &["none", "ball"],
                &["box"],
            ),
            real(
                "payload_kg",
                "kg",
                "Mass of the payload.",
                uniform(0.03, 0.12).ood(0.14, 0.2),
            )
            .where_is("payload", &["ball", "box"]),
            real(
                "tether_m",
                "m",
                "Length of its rope.",
                uniform(0.25, 0.4).ood(0.42, 0.5),
            )
            .where_is("payload", &["ball", "box"]),
        ];
        factors.extend([
            real(
                "twist_m",
                "m",
                "Torque of a rotor over its thrust: how well it yaws, and what work it takes.",
                uniform(0.012, 0.02).ood(0.007, 0.010),
            ),
            FactorSpec::choice(
                "positioning",
                "Whether it is told where it is: by a satellite receiver, or not, as between walls.",
                &["gps"],
                &["none"],
            ),
            real(
                "gps_noise_m",
                "m",
                "Standard deviation of the position that the receiver tells, along each axis; that of the velocity is as many m/s.",
                Dist::log_uniform(0.005, 0.05).ood(0.1, 0.3),
            )
            .where_is("positioning", &["gps"]),
            real(
                "accelerometer_noise_mps2",
                "m/s^2",
                "Standard deviation of a sample of the accelerometer, along each axis.",
                Dist::log_uniform(0.02, 0.2).ood(0.3, 0.6),
            ),
            real(
                "accelerometer_bias_mps2",
                "m/s^2",
                "What is added to every sample of the accelerometer, in a random direction.",
                uniform(0.0, 0.2).ood(0.3, 0.6),
            ),
            real(
                "gyro_noise_radps",
                "rad/s",
                "Standard deviation of a sample of the gyroscope, about each axis.",
                Dist::log_uniform(0.002, 0.02).ood(0.03, 0.06),
            ),
            real(
                "gyro_bias_radps",
                "rad/s",
                "What is added to every sample of the gyroscope, about a random axis.",
                uniform(0.0, 0.02).ood(0.03, 0.06),
            ),
            FactorSpec::choice(
                "scenery",
                "What stands about: bare poles in the open, trees, or poles in a hall that is open at one side.",
                &["open", "forest"],
                &["hall"],
            ),
            FactorSpec::choice(
                "fault",
                "Whether one rotor becomes weak, or stops to push at all.",
                &["none", "weak"],
                &["failed"],
            ),
            real(
                "fault_onset_secs",
                "s",
                "When that begins.",
                uniform(1.0, 6.0).ood(0.0, 0.8),
            )
            .where_is("fault", &["weak", "failed"]),
            real("fault_ramp_secs", "s", "How long it grows.", uniform(0.0, 3.0))
                .where_is("fault", &["weak", "failed"]),
            real(
                "fault_severity",
                "",
                "Share of its thrust that is lost in the end: all where it has failed.",
                uniform(0.1, 0.35).ood(0.4, 0.55),
            )
            .where_is("fault", &["weak"]),
        ]);
        factors
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let inputs = match draw.word("action").as_str() {
            "motors" => RotorInputs::Motors,
            _ => RotorInputs::Rates,
        };
        let mission = draw.word("mission");
        let has_gates = mission != "hold";
        let gate_count = draw.count("gate_count");
        let gate_half_m = draw.real("gate_half_m");
        let pole_count = draw.count("pole_count");
        let mass_kg = draw.real("mass_kg");
        let arm_m = draw.real("arm_m");
        let hub_half_m = draw.real("hub_half_m");
        let payload = Payload::of(&draw.word("payload"));
        let payload_kg = draw.real("payload_kg");
        let tether_m = draw.real("tether_m");
        let mut layout = draw.rng("layout");

        let mut world = World::<f32>::default();
        world.bodies.insert("floor".into(), looks::floor(1.0));
        let places = if has_gates {
            gate_places(&mut layout, gate_count, mission == "climb")
        } else {
            waypoint_place(&mut layout)
        };
        let mut names = Vec::new();
        for (index, (at, direction)) in places.iter().skip(1).enumerate() {
            let (name, body) = if has_gates {
                (format!("gate_{index}"), parts::gate(gate_half_m, *at, *direction))
            } else {
                ("waypoint".into(), parts::waypoint(*at, *direction))
            };
            names.push(name.clone());
            world.bodies.insert(name, body);
        }
        let mark = if has_gates {
            parts::gate_mark(gate_half_m)
        } else {
            parts::waypoint_mark(HOLD_M)
        };
        world.bodies.insert("mark".into(), mark);
        let rotor_radius_m = 0.55 * arm_m;
        let mut drone = parts::drone(mass_kg, arm_m, hub_half_m, rotor_radius_m).at(START.to_array());
        drone.rotation = Rotation::RpyDeg([
            layout.uniform_f32(-8.0, 8.0),
            layout.uniform_f32(-8.0, 8.0),
            layout.uniform_f32(-20.0, 20.0),
        ]);
        drone.linear_velocity_mps = std::array::from_fn(|_| layout.uniform_f32(-0.4, 0.4));
        world.bodies.insert("drone".into(), drone);
        if let Some(payload) = payload {
            parts::add_payload(&mut world, payload, (payload_kg, tether_m), START);
        }
        let scenery = Scenery::of(&draw.word("scenery"));
        let way = way(&places, has_gates);
        let put = scenery::add_poles(&mut world, &way, (pole_count, scenery), &mut layout);
        draw.count_came_to("pole_count", put);
        scenery::add_surroundings(&mut world, &way, scenery, &mut draw.rng("scenery"));

        let direction = layout.uniform_f32(-PI, PI);
        let wind = draw.real("wind_mps");
        let mut areas = vec![("drone".to_string(), 0.3 * arm_m * arm_m)];
        if let Some(payload) = payload {
            areas.push(("payload".into(), payload.drag_area_m2()));
        }
        world.mechanisms.insert(
            "wind".into(),
            Mechanism::Wind {
                drag_area_m2: areas.into_iter().collect(),
                mean_mps: [wind * libm::cosf(direction), wind * libm::sinf(direction), 0.0],
                gust_mps: draw.real("gust_mps"),
                gust_secs: 1.5,
                gust_seed: layout.uniform_f32(0.0, 1e6),
            },
        );
        let coefficient = draw.real("thrust_coefficient_ns2");
        let carried = mass_kg + if payload.is_some() { payload_kg } else { 0.0 };
        let weight = 9.81 * mass_kg;
        world.mechanisms.insert(
            "rotors".into(),
            Mechanism::Rotors {
                body: "drone".into(),
                arm_m,
                height_m: ROTOR_HEIGHT_M,
                radius_m: rotor_radius_m,
                thrust_coefficient_ns2: coefficient,
                torque_coefficient_nms2: draw.real("twist_m") * coefficient,
                max_speed_radps: (0.25 * weight * draw.real("thrust_to_weight") / coefficient).sqrt(),
                start_speed_radps: (0.25 * 9.81 * carried / coefficient).sqrt(),
                lag_secs: draw.real("lag_secs"),
                efficiency: draw.real("efficiency"),
                drag_nspm: draw.real("drag_nspm"),
                battery_j: Some(draw.real("battery_j")),
                sag: draw.real("sag"),
                max_thrust_n: MAX_THRUST_N,
                max_rate_radps: MAX_RATE_RADPS,
                rate_gain_per_s: RATE_GAIN_PER_S,
                wind: Some("wind".into()),
                faulty: Some(layout.below(4) as u32),
                inputs,
            },
        );
        add_fault(&mut world, draw);
        senses::add(&mut world, draw);
        world.mechanisms.insert(
            "course".into(),
            Mechanism::Course {
                body: "drone".into(),
                gates: names,
                half_opening_m: [gate_half_m; 2],
                mark: Some("mark".into()),
            },
        );
        world.observe = vec![
            Observe::new("drone", Quantity::Accelerometer),
            Observe::new("drone", Quantity::Gyro),
            Observe::new("drone", Quantity::Rotation),
            Observe::new(senses::GPS, Quantity::Fix),
            Observe::new(senses::GPS, Quantity::State),
            Observe::new("rotors", Quantity::State),
            Observe::new("mark", Quantity::Position),
            Observe::new("mark", Quantity::Heading),
        ];
        add_cameras(&mut world, arm_m, &places);
        let task = if has_gates { GATES_TASK } else { HOLD_TASK };
        Ok((world, task.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Flight {
            gates: (plan.task == GATES_TASK).then(|| gates(plan)),
            held_secs: 0.0,
            before_m: None,
            end_x_m: end(plan).x,
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(pilot(plan, PACE_MPS)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/quad_flight.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "aggressive",
        doc: "The expert at nearly twice its speed: it leans further, cuts bends and may miss gates.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(pilot(plan, AGGRESSIVE_MPS))),
    },
    crate::play::kind(
        "Chains random subgoals: flies to one random place after another and holds it a moment, or through a gate from either \
                 side.",
        |_, plan, spec| {
            let gates = (plan.task == GATES_TASK).then(|| gates(plan));
            let ways = play::Ways::new(plan, pilot(plan, PACE_MPS), gates.unwrap_or_default());
            with_noise(ways, spec)
        },
    ),
];

/// Who flies a plan at this speed.
fn pilot(plan: &WorldPlan, speed_mps: f32) -> Expert {
    let mass = |name: &str| {
        let body = plan.world.bodies.get(name);
        body.and_then(|body| body.material.mass_kg).unwrap_or(0.0)
    };
    let has_gates = plan.task == GATES_TASK;
    let mut raised_m = 0.0;
    if has_gates
        && mass("payload") > 0.0
        && let Some(FactorValue::Real(tether_m)) = plan.factors.get("tether_m")
    {
        raised_m = 0.4 * *tether_m as f32;
    }
    let mut places = vec![(START, Vec3::X)];
    if has_gates {
        places.extend(gates(plan).into_iter().map(|gate| {
            let body = &plan.world.bodies[gate];
            let [x, y, z, w] = body.rotation.quaternion_xyzw();
            let turn = terrella_sim::glam::Quat::from_xyzw(x, y, z, w);
            (Vec3::from_array(body.position_m), turn * Vec3::X)
        }));
    } else {
        let at = end(plan);
        places = vec![(START, (at - START).normalize()), (at, (at - START).normalize())];
    }
    let Mechanism::Rotors { lag_secs, inputs, .. } = &plan.world.mechanisms["rotors"] else {
        unreachable!("every flight has rotors")
    };
    let by_motors = *inputs == RotorInputs::Motors;
    Expert::new(
        way(&places, has_gates),
        speed_mps,
        mass("drone") + mass("payload"),
        raised_m,
        by_motors.then(|| Motors::new(*lag_secs, 1.0 / plan.world.control_hz as f32)),
    )
}

/// One rotor that becomes weak or fails, in some worlds.
fn add_fault(world: &mut World<f32>, draw: &mut Draw<'_>) {
    let word = draw.word("fault");
    let has = word != "none";
    if let Some(mut fault) = faults::drawn(draw, has.then_some(("rotors", FaultKind::Weak))) {
        if word == "failed" {
            fault.severity = 1.0;
            draw.came_to("fault_severity", 1.0);
        }
        world.faults.insert("rotor".into(), fault);
    }
}

/// The indices of a plan's gates.
fn gates(plan: &WorldPlan) -> Vec<usize> {
    let Mechanism::Course { gates, .. } = &plan.world.mechanisms["course"] else {
        unreachable!("every flight has a course")
    };
    gates
        .iter()
        .map(|gate| plan.world.bodies.get_index_of(gate).expect("a gate of the plan"))
        .collect()
}

/// Where the last gate or the waypoint is, m.
fn end(plan: &WorldPlan) -> Vec3 {
    let last = gates(plan).pop().expect("a course has gates");
    Vec3::from_array(plan.world.bodies[last].position_m)
}

/// The start and the gates, each with the direction in which it is passed: every one a turn and some metres further, or a
/// small turn and up or down.
fn gate_places(rng: &mut Rng, count: usize, climbs: bool) -> Vec<(Vec3, Vec3)> {
    let heading = |angle: f32| Vec3::new(libm::cosf(angle), libm::sinf(angle), 0.0);
    let mut places = vec![(START, Vec3::X)];
    let (mut at, mut angle) = (START, 0.0);
    for _ in 0..count {
        let most = if climbs { 0.2 } else { 0.6 };
        let turn = rng.uniform_f32(-most, most);
        // Not straight ahead, but never back either.
        let turn = if libm::fabsf(angle + turn) > 1.0 {
            -turn
        } else {
            turn
        };
        at += heading(angle + turn) * rng.uniform_f32(3.4, 4.6);
        at.z = match (climbs, at.z > 1.9) {
            (false, _) => rng.uniform_f32(1.2, 2.2),
            (true, true) => rng.uniform_f32(1.0, 1.5),
            (true, false) => rng.uniform_f32(2.3, 3.0),
        };
        angle += turn;
        places.push((at, heading(angle + rng.uniform_f32(-0.25, 0.25))));
    }
    places
}

/// The start and the waypoint.
fn waypoint_place(rng: &mut Rng) -> Vec<(Vec3, Vec3)> {
    let angle = rng.uniform_f32(-0.7, 0.7);
    let away = rng.uniform_f32(2.5, 4.5);
    let mut at = START + Vec3::new(libm::cosf(angle), libm::sinf(angle), 0.0) * away;
    at.z = rng.uniform_f32(0.9, 2.6);
    let direction = (at - START).normalize();
    vec![(START, direction), (at, direction)]
}

/// The way through these places, and on beyond the last gate.
fn way(places: &[(Vec3, Vec3)], has_gates: bool) -> Way {
    let mut places = places.to_vec();
    let (at, direction) = places[places.len() - 1];
    if has_gates {
        places.push((at + 2.0 * direction, direction));
    }
    Way::through(&places)
}

/// One in the drone's nose, and one that stands outside and keeps looking at it.
fn add_cameras(world: &mut World<f32>, arm_m: f32, places: &[(Vec3, Vec3)]) {
    let front = Camera {
        mount: Some("drone".into()),
        // Over the rotors; tilted up as racers' are, because a drone leans forward when it flies.
        ..Camera::looking([0.3 * arm_m, 0.0, 0.09], [1.0, 0.0, 0.22], 90.0)
    };
    world.cameras.insert("front".into(), front);
    let chase = Camera {
        mount: Some("drone".into()),
        ..Camera::looking([-1.1, 0.0, 0.55], [1.0, 0.0, 0.0], 60.0)
    };
    world.cameras.insert("chase".into(), chase);
    let end = places[places.len() - 1].0;
    let middle = 0.5 * (START + end);
    let outside = Camera {
        track: Some("drone".into()),
        ..Camera::looking([middle.x - 1.0, middle.y.min(0.0) - 7.5, 3.2], [0.0; 3], 17.0)
    };
    world.cameras.insert("outside".into(), outside);
}

#[derive(Clone, Debug)]
struct Flight {
    /// The gates; none where a waypoint is to be held.
    gates: Option<Vec<usize>>,
    /// How long it has been held, s.
    held_secs: f32,
    /// What was left to fly at the last record, m.
    before_m: Option<f32>,
    end_x_m: f32,
}

impl Flight {
    /// How much is left to fly, from gate to gate, m, and whether that is done.
    fn left(&mut self, view: &StepView<'_>) -> (f32, bool) {
        let drone = view.body_named("drone").position_m;
        let Some(gates) = &self.gates else {
            let away = view.body_named("waypoint").position_m.distance(drone);
            self.held_secs = if away < HOLD_M && self.before_m.is_some() {
                self.held_secs + view.record_secs()
            } else {
                0.0
            };
            return (away, self.held_secs >= HOLD_SECS - 1e-3);
        };
        let course = view.mechanism_index("course").expect("every flight has a course");
        let passed = view.mechanism_state(course) as usize;
        let mut from = drone;
        let mut left = 0.0;
        for gate in gates.iter().skip(passed) {
            let at = view.body(*gate).position_m;
            left += from.distance(at);
            from = at;
        }
        (left, passed == gates.len())
    }
}

impl Task for Flight {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (left, success) = self.left(view);
        let gained = self.before_m.map_or(0.0, |before| before - left);
        self.before_m = Some(left);
        let drone = view.body_named("drone");
        let at = drone.position_m;
        let slow = drone.linear_velocity_mps.length() < 0.3;
        let lies = at.z < 0.12 && slow;
        let gone = at.z > 7.0 || at.y.abs() > 16.0 || at.x < -5.0 || at.x > self.end_x_m + 6.0;
        Outcome {
            reward: gained,
            success,
            terminated: success || lies || gone,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
