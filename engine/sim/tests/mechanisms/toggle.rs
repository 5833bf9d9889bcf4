//! The spring of a switch.

use super::*;
use terrella_sim::glam::Quat;

/// A lever without weight to speak of on a hinge about y, turned by an angle, that rests 0.5 rad to either side.
fn lever(angle_rad: f32) -> Lane {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let half_extents_m = [0.005, 0.005, 0.03];
    let mut body = Body::new("lever", Shape::Box { half_extents_m });
    body.rotation = Rotation::Xyzw(Quat::from_rotation_y(angle_rad).to_array());
    world.bodies.insert("lever".into(), body);
    world.joints.insert(
        "switch".into(),
        Joint {
            parent: "world".into(),
            child: "lever".into(),
            anchor_parent_m: [0.0; 3],
            anchor_child_m: [0.0; 3],
            freedom: Freedom::Hinge {
                axis: [0.0, 1.0, 0.0],
                limits_rad: Some([-0.6, 0.6]),
            },
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        },
    );
    world.mechanisms.insert(
        "switch".into(),
        Mechanism::Toggle {
            joint: "switch".into(),
            off_at: -0.5,
            on_at: 0.5,
            max_force: 0.05,
            on: angle_rad > 0.0,
        },
    );
    lane(world)
}

#[test]
fn a_toggle_goes_to_the_side_on_which_it_stands() {
    for (start, end) in [(-0.05, -0.5), (0.05, 0.5), (0.45, 0.5), (-0.3, -0.5)] {
        let mut lane = lever(start);
        let index = lane.view().mechanism_index("switch").expect("there is one");
        for record in 0..HZ {
            assert_eq!(
                lane.view().mechanism_state(index),
                f32::from(end > 0.0),
                "from {start} rad, record {record}"
            );
            lane.step(&[]).expect("the world stays sound");
        }
        near(lane.view().joint_position(0), end, 0.01);
    }
}
