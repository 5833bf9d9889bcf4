//! `drive_train`: a rotating machine that is worked until something gives.
//!
//! A motor turns a wheel through a gear and a coupling; a brake on the wheel is the work. Work warms the motor, which
//! trips when it is too hot, and wears the bearing, which rubs more and more and at last seizes. In two thirds of the
//! episodes a fault comes on top. The fault's factors have streams of their own, so the same seed with
//! `fault_severity = 0` is the healthy twin: the same world, equal bit for bit up to the onset.

mod crews;
mod expert;
mod parts;
mod play;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::faults;
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use crews::{Aggressive, DutyCycles};
use expert::Expert;
use parts::Parts;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Camera, FaultKind, Observe, Physics, Preset, Quantity, World};

const TASK: &str = "keep the wheel at the speed of the green mark under the load of the orange mark";

/// Largest speed of the wheel that can be asked for, rad/s.
const MAX_SPEED_RADPS: f32 = 20.0;
/// Largest load, N m.
const MAX_LOAD_NM: f32 = 5.0;
/// How near the speed must be, as a share of the target.
const TOLERANCE: f32 = 0.05;
/// All kinds of its faults, and those that can be more or less bad.
const FAULTS: [&str; 7] = ["weak", "drag", "slip", "stuck", "drift", "dropout", "jam"];
const GRADED: [&str; 5] = ["weak", "drag", "slip", "drift", "dropout"];
/// Loads that come and go.
const PROFILES: [&str; 3] = ["pulses", "ramp", "sine"];
/// How long it must work in all, s.
const WORK_SECS: f32 = 8.0;

/// The family.
pub struct DriveTrain;

impl Family for DriveTrain {
    fn card(&self) -> Card {
        Card {
            name: "drive_train".into(),
            title: "Drive train".into(),
            question: "Which part is failing, how long will it last, and what would less load do now?".into(),
            doc: "A motor turns a wheel through a gear and a coupling with play; a brake on the wheel is the load, on top of which in \
                  half of the episodes a load comes and goes by itself (`load_profile`). The \
                  motor warms up and trips, the bearing wears with the cube of the load, rubs, shakes and seizes. Policies of its own \
                  work it in duty cycles (`duty_cycles`) and too hard (`aggressive`). Quarters of the wheel and of the motor's shaft are \
                  bright and dark, so they look the same after half a turn, but for the wheel's bolt. Of the 20 pictures a second the \
                  wheel turns by less than a quarter from one to the next: it is seen to turn as it does. The shaft turns gear_ratio times \
                  as fast, which may be more: at w rad/s it seems to turn at w - 20 pi round(w / (20 pi)), slowly, or backwards. Two \
                  thirds of the episodes have a fault with an onset, a ramp and a severity; the same seed with \
                  fault_severity = 0 is the healthy twin, equal bit for bit up to the onset. Record the sensors \
                  `telemetry` (what the machine reports) and `faults` (severity, onset, remaining useful life)."
                .into(),
            tasks: vec![TASK.into()],
            success: "For 8 s in all the wheel has turned within 5 % of the target's speed under at least 95 % of the \
                      load asked for, and the machine still runs. Terminates when the motor trips or the bearing \
                      fails."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::real(
                "target_speed_radps",
                "rad/s",
                "Speed that is asked for.",
                Dist::uniform(7.0, 14.0).ood(14.5, 17.0),
            ),
            FactorSpec::real(
                "target_load_nm",
                "N m",
                "Load torque that is asked for.",
                Dist::uniform(1.2, 3.5).ood(3.6, 4.5),
            ),
            FactorSpec::real(
                "motor_strength",
                "",
                "Largest torque of the motor at the wheel as a multiple of the load asked for.",
                Dist::uniform(1.8, 3.0).ood(1.4, 1.7),
            ),
            FactorSpec::real(
                "gear_ratio",
                "",
                "Turns of the motor for a turn of the wheel.",
                Dist::uniform(2.0, 4.0).ood(4.5, 6.0),
            ),
            FactorSpec::real(
                "wheel_radius_m",
                "m",
                "Radius of the wheel.",
                Dist::uniform(0.20, 0.27).ood(0.16, 0.19),
            ),
            FactorSpec::real(
                "wheel_mass_kg",
                "kg",
                "Mass of the wheel.",
                Dist::uniform(3.0, 7.0).ood(7.5, 10.0),
            ),
            FactorSpec::real(
                "coupling_stiffness_nmprad",
                "N m/rad",
                "Stiffness of the coupling.",
                Dist::log_uniform(80.0, 400.0).ood(40.0, 70.0),
            ),
            FactorSpec::real(
                "backlash_rad",
                "rad",
                "Play of gear and coupling.",
                Dist::uniform(0.005, 0.04).ood(0.06, 0.12),
            ),
            FactorSpec::real(
                "imbalance_kgm",
                "kg m",
                "Mass of the bolt on the wheel times its distance from the axis.",
                Dist::uniform(0.002, 0.012).ood(0.015, 0.025),
            ),
            FactorSpec::real(
                "imbalance_phase_rad",
                "rad",
                "Where the bolt sits at the start: 0 behind, a quarter turn on top.",
                Dist::uniform(0.0, std::f64::consts::TAU),
            ),
            FactorSpec::real(
                "bearing_friction_nm",
                "N m",
                "Friction of the new bearing.",
                Dist::uniform(0.05, 0.25).ood(0.3, 0.5),
            ),
            FactorSpec::real(
                "bearing_life_revolutions",
                "",
                "Turns until the bearing fails, from new and under the mean load.",
                Dist::log_uniform(40.0, 160.0).ood(26.0, 36.0),
            ),
            FactorSpec::real(
                "bearing_wear",
                "",
                "Wear at the start, 0 new .. 1 failed.",
                Dist::uniform(0.0, 0.3).ood(0.35, 0.5),
            ),
            FactorSpec::real(
                "ambient_c",
                "degC",
                "Temperature of the surroundings.",
                Dist::uniform(10.0, 35.0).ood(38.0, 50.0),
            ),
            FactorSpec::real(
                "heating_secs",
                "s",
                "How long the motor takes from 20 degC to its trip under the mean load, if no heat were lost.",
                Dist::uniform(9.0, 30.0).ood(6.5, 8.5),
            ),
            FactorSpec::real(
                "cooling_secs",
                "s",
                "How long the motor takes to lose two thirds of its warmth.",
                Dist::uniform(8.0, 18.0).ood(22.0, 32.0),
            ),
            FactorSpec::real(
                "base_speed_share",
                "",
                "Speed up to which the motor has its full torque, as a share of the largest; above it falls as 1/speed.",
                Dist::uniform(0.7, 1.0).ood(0.5, 0.65),
            ),
            FactorSpec::real(
                "friction_growth_exponent",
                "",
                "Power of the wear with which the bearing's friction grows.",
                Dist::uniform(1.5, 3.0).ood(3.5, 5.0),
            ),
            FactorSpec::choice(
                "load_profile",
                "The course of the load that comes on top of the one that is commanded.",
                &["steady", "steady", "pulses", "ramp"],
                &["sine"],
            ),
            FactorSpec::real(
                "profile_share",
                "",
                "Its largest torque as a share of the load asked for.",
                Dist::uniform(0.15, 0.4).ood(0.5, 0.7),
            )
            .where_is("load_profile", &PROFILES),
            FactorSpec::real(
                "profile_period_secs",
                "s",
                "How long a cycle of it takes.",
                Dist::uniform(2.0, 6.0).ood(0.8, 1.6),
            )
            .where_is("load_profile", &PROFILES),
            FactorSpec::choice(
                "fault_kind",
                "What goes wrong; `none` in a third of the episodes.",
                &[
                    "none", "none", "none", "weak", "drag", "slip", "stuck", "drift", "dropout",
                ],
                &["jam"],
            ),
            FactorSpec::real(
                "fault_onset_secs",
                "s",
                "When it begins to.",
                Dist::uniform(3.0, 10.0).ood(1.0, 2.5),
            )
            .where_is("fault_kind", &FAULTS),
            FactorSpec::real(
                "fault_ramp_secs",
                "s",
                "How long it grows.",
                Dist::uniform(0.5, 5.0).ood(6.0, 10.0),
            )
            .where_is("fault_kind", &FAULTS),
            FactorSpec::real(
                "fault_severity",
                "",
                "How bad it becomes, 0..1; 1 where it is stuck or jams, which is so or not.",
                Dist::uniform(0.2, 0.8).ood(0.85, 1.0),
            )
            .where_is("fault_kind", &GRADED),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let parts = Parts::draw(draw);
        let kind = draw.word("fault_kind");
        let kind = FaultKind::ALL.into_iter().find(|known| known.name() == kind);
        let fault = faults::drawn(draw, kind.map(|kind| ("machine", kind)));
        let mut world = World::<f32> {
            physics: Physics {
                preset: Preset::Jointed,
                step_hz: None,
            },
            ..World::default()
        };
        world.bodies.insert("floor".into(), looks::floor(0.4));
        parts.add_to(&mut world);
        if let Some(mut fault) = fault {
            fault.fails_at = parts.fails_at(fault.kind);
            world.faults.insert("fault".into(), fault);
        }
        let mut observe: Vec<Observe> = [
            Quantity::Setpoint,
            Quantity::Effort,
            Quantity::Feedback,
            Quantity::Context,
        ]
        .map(|quantity| Observe::new("machine", quantity))
        .into();
        observe.push(Observe::axes("speed_mark", Quantity::Position, "z"));
        observe.push(Observe::axes("load_mark", Quantity::Position, "z"));
        world.observe = observe;
        let front = Camera::looking([0.95, -1.35, 0.95], [-0.02, 0.0, 0.36], 40.0);
        world.cameras.insert("front".into(), front);
        let face = Camera::looking([1.6, -0.25, 0.5], [0.0, 0.0, 0.38], 34.0);
        world.cameras.insert("face".into(), face);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Work {
            target: Target::of(plan),
            worked_secs: 0.0,
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan, Target::of(plan))))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        OWN_POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/drive_train.toml")
    }
}

static OWN_POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "duty_cycles",
        doc: "Works and rests by turns, each time with another share of the load, as a machine in production does; looks at nothing.",
        needs_expert: false,
        make: |_, plan, _| Some(Box::new(DutyCycles::new(Target::of(plan)))),
    },
    PolicyKind {
        name: "aggressive",
        doc: "Asks for more speed and load than the task, in jumps, whatever gets hot or worn: machines that trip and fail.",
        needs_expert: false,
        make: |_, plan, _| Some(Box::new(Aggressive::new(Target::of(plan)))),
    },
    crate::play::kind(
        "Chains random subgoals: one speed and load after another, each held for a while once the wheel has come to it.",
        |_, plan, spec| with_noise(play::Setpoints::new(Expert::new(plan, Target::of(plan))), spec),
    ),
];

/// What is asked for, read off the marks.
#[derive(Clone, Copy, Debug)]
struct Target {
    speed: f32,
    load: f32,
}

impl Target {
    fn of(plan: &WorldPlan) -> Target {
        let share = |mark: &str| parts::share_of_scale(plan.world.bodies[mark].position_m[2]);
        Target {
            speed: share("speed_mark") * MAX_SPEED_RADPS,
            load: share("load_mark") * MAX_LOAD_NM,
        }
    }
}

/// Adds up the time in which the machine did what it should.
#[derive(Clone, Copy, Debug)]
struct Work {
    target: Target,
    worked_secs: f32,
}

impl Task for Work {
    fn assess(&mut self, view: &StepView<'_>, action: &[f32]) -> Outcome {
        let Target { speed, load } = self.target;
        let shaft = view.joint_index("wheel_shaft").expect("a wheel");
        let machine = view.mechanism_index("machine").expect("a machine");
        let runs = view.mechanism_state(machine) == 0.0;
        let off = (view.joint_velocity(shaft) - speed).abs() / speed;
        let braked = action.get(1).map_or(0.0, |load| load.max(0.0));
        let carries = (braked / load).min(1.0);
        let works = runs && off <= TOLERANCE && carries >= 0.95;
        if works {
            self.worked_secs += view.record_secs();
        }
        Outcome {
            reward: if runs { carries - off.min(1.0) } else { -1.0 },
            success: runs && self.worked_secs >= WORK_SECS,
            terminated: !runs,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
