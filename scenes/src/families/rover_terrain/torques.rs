//! How the expert holds speeds where it is told torques: a regulator for each side, with proportional and integral parts.

use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::Mechanism;

/// Torque for an error of the speed, N m s, and how fast it grows while the error lasts, N m. Commands stay for a record: a wheel
/// that carries its share of the rover bears twice as much before it swings up.
const GAIN_NMS: f32 = 0.7;
const INTEGRAL_NM: f32 = 2.5;

#[derive(Clone, Debug)]
pub(super) struct Torques {
    /// The hinges of the left and of the right side.
    sides: [Vec<usize>; 2],
    most_nm: f32,
    integrals_nm: [f32; 2],
}

impl Torques {
    /// Nothing where the rover is told speeds.
    pub(super) fn of(plan: &WorldPlan) -> Option<Self> {
        let Mechanism::Wheels {
            left,
            right,
            max_torque_nm,
            torques_nm: Some(_),
            ..
        } = &plan.world.mechanisms["drive"]
        else {
            return None;
        };
        let hinges = |names: &Vec<String>| {
            let found = names.iter().map(|name| plan.world.joints.get_index_of(name));
            found.map(|index| index.expect("a hinge of the plan")).collect()
        };
        Some(Torques {
            sides: [hinges(left), hinges(right)],
            most_nm: *max_torque_nm,
            integrals_nm: [0.0; 2],
        })
    }

    /// The torques that bring both sides to these speeds, rad/s.
    pub(super) fn holding(&mut self, view: &StepView<'_>, speeds: [f32; 2]) -> [f32; 2] {
        std::array::from_fn(|side| {
            let joints = &self.sides[side];
            let sum: f32 = joints.iter().map(|joint| view.joint_velocity(*joint)).sum();
            let error = speeds[side] - sum / joints.len() as f32;
            let integral = &mut self.integrals_nm[side];
            let grown = *integral + INTEGRAL_NM * error * view.record_secs();
            *integral = grown.clamp(-self.most_nm, self.most_nm);
            (GAIN_NMS * error + *integral).clamp(-self.most_nm, self.most_nm)
        })
    }
}
