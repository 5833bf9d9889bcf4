//! Levers that are pulled.

use super::*;

/// An arm of 0.5 kg whose middle is 0.1 m beside its hinge about y, which is pulled by up to 0.6 rad, at up to 3 rad/s.
fn arm(max_force: f32, is_there: bool) -> Lane {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let half_extents_m = [0.1, 0.02, 0.005];
    let mut body = Body::new("arm", Shape::Box { half_extents_m });
    body.position_m = [-0.1, 0.0, 0.5];
    body.material.mass_kg = Some(0.5);
    world.bodies.insert("arm".into(), body);
    world.joints.insert(
        "arm".into(),
        Joint {
            parent: "world".into(),
            child: "arm".into(),
            anchor_parent_m: [0.0, 0.0, 0.5],
            anchor_child_m: [0.1, 0.0, 0.0],
            freedom: Freedom::Hinge {
                axis: [0.0, 1.0, 0.0],
                limits_rad: Some([0.0, 0.6]),
            },
            motor: None,
            contacts: false,
            reduced: true,
            damping: 0.0,
        },
    );
    world.mechanisms.insert(
        "lever".into(),
        Mechanism::Lever {
            joint: is_there.then(|| "arm".into()),
            pulled_at: 0.6,
            max_velocity: 3.0,
            max_force,
        },
    );
    lane(world)
}

/// Where the arm is after half a second at this pull, rad, and what the lever shows.
fn pulled(lane: &mut Lane, pull: f32) -> (f32, f32) {
    for _ in 0..HZ / 2 {
        lane.step(&[pull]).expect("the world stays sound");
    }
    let lever = lane.view().mechanism_index("lever").expect("there is one");
    (lane.view().joint_position(0), lane.view().mechanism_state(lever))
}

#[test]
fn a_lever_goes_as_far_as_it_is_pulled_and_back() {
    let mut lane = arm(4.0, true);
    for pull in [0.0, 0.5, 1.0, 0.25, 0.0] {
        let (angle, share) = pulled(&mut lane, pull);
        near(angle, 0.6 * pull, 0.02);
        near(share, pull, 0.03);
    }
}

/// The arm weighs 0.49 N m.
#[test]
fn a_weak_pull_does_not_lift() {
    let (angle, share) = pulled(&mut arm(0.3, true), 1.0);
    near(angle, 0.0, 0.02);
    near(share, 0.0, 0.03);
}

#[test]
fn where_there_is_no_lever_the_pull_does_nothing() {
    let mut lane = arm(4.0, false);
    let channels = &lane.view().action_space().channels;
    assert_eq!(channels.len(), 1);
    assert_eq!((channels[0].low, channels[0].high), (0.0, 1.0));
    let (angle, share) = pulled(&mut lane, 1.0);
    near(angle, 0.0, 0.02);
    assert_eq!(share, 0.0);
}
