//! A rope over two fixed points.

use super::*;

const GRAVITY_MPS2: f32 = 9.81;

/// Two weights on a rope over two points 2 m up, each 1 m below its own; on sliders or free.
fn atwood(masses_kg: [f32; 2], ratio: f32, sliders: bool) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0, 0.0, -GRAVITY_MPS2],
        ..World::default()
    };
    let names = ["one", "other"];
    let x = [-0.3, 0.3];
    for index in 0..2 {
        let mut weight = Body::new("weight", Shape::Ball { radius_m: 0.05 }).at([x[index], 0.0, 1.0]);
        weight.material.mass_kg = Some(masses_kg[index]);
        world.bodies.insert(names[index].into(), weight);
        let piece = Shape::Capsule {
            radius_m: 0.004,
            half_height_m: 0.5,
        };
        for end in ["top", "bottom"] {
            let body = Body::new("rope", piece.clone()).kinematic().untouchable();
            world.bodies.insert(format!("{}_{end}", names[index]), body);
        }
        if sliders {
            let joint = Joint {
                parent: "world".into(),
                child: names[index].into(),
                anchor_parent_m: [x[index], 0.0, 1.0],
                anchor_child_m: [0.0; 3],
                freedom: Freedom::Slider {
                    axis: [0.0, 0.0, 1.0],
                    limits_m: None,
                },
                motor: None,
                contacts: false,
                reduced: true,
                damping: 0.0,
            };
            world.joints.insert(names[index].into(), joint);
        }
    }
    world.mechanisms.insert(
        "pulley".into(),
        Mechanism::Pulley {
            bodies: names.map(String::from),
            anchors_m: [[0.0; 3]; 2],
            over_m: x.map(|x| [x, 0.0, 2.0]),
            ratio,
            length_m: 1.0 + ratio,
            seen: names.map(|name| ["top", "bottom"].map(|end| format!("{name}_{end}")).to_vec()),
        },
    );
    world
}

fn heights(lane: &Lane) -> [f32; 2] {
    ["one", "other"].map(|name| lane.view().body_named(name).position_m.z)
}

fn after(world: World<f32>, records: u32) -> Lane {
    let mut lane = lane(world);
    for _ in 0..records {
        lane.step(&[]).expect("sound");
    }
    lane
}

/// Atwood: a = g (m1 - m2) / (m1 + m2), and the tension 2 m1 m2 g / (m1 + m2), on sliders and free.
#[test]
fn two_weights_go_as_atwoods_do() {
    for (masses, sliders) in [
        ([2.0, 1.0], true),
        ([2.0, 1.0], false),
        ([0.3, 0.9], true),
        ([1.0, 1.0], false),
    ] {
        let lane = after(atwood(masses, 1.0, sliders), HZ / 2);
        let [one, other] = masses;
        let gain = GRAVITY_MPS2 * (one - other) / (one + other);
        let [low, high] = heights(&lane);
        near(low, 1.0 - 0.5 * gain * 0.25, 0.006);
        // The rope is neither longer nor shorter.
        near(low + high, 2.0, 0.0005);
        near(
            state(&lane, "pulley"),
            2.0 * one * other * GRAVITY_MPS2 / (one + other),
            0.05,
        );
    }
}

/// With a ratio of 2 a weight holds one of half of it, and moves half as far as that.
#[test]
fn a_ratio_gears_forces_and_ways() {
    let lane = after(atwood([1.0, 2.0], 2.0, true), 2 * HZ);
    for z in heights(&lane) {
        near(z, 1.0, 0.001);
    }
    let lane = after(atwood([1.5, 2.0], 2.0, true), HZ / 2);
    let [one, other] = heights(&lane);
    assert!(one < 0.9, "it sank to {one} m");
    near(1.0 - one, 2.0 * (other - 1.0), 0.002);
}

/// A rope does not push: of two weights, one thrown upwards, each goes on by itself.
#[test]
fn a_slack_rope_pulls_nothing() {
    let mut world = atwood([1.0, 1.0], 1.0, true);
    world.bodies["one"].linear_velocity_mps = [0.0, 0.0, 1.0];
    let lane = after(world, 2);
    assert_eq!(state(&lane, "pulley"), 0.0);
    let secs = 2.0 / HZ as f32;
    let fallen = 0.5 * GRAVITY_MPS2 * secs * secs;
    let [one, other] = heights(&lane);
    near(one, 1.0 + secs - fallen, 0.003);
    near(other, 1.0 - fallen, 0.003);
}

/// A slack rope that becomes taut gives both the same impulse, and about one speed: the jerk is inelastic, but for the share of its
/// stretch that the rope takes back, 4 %.
#[test]
fn a_jerk_keeps_momentum_and_is_inelastic() {
    for sliders in [true, false] {
        let mut world = atwood([1.0, 3.0], 1.0, sliders);
        world.gravity_mps2 = [0.0; 3];
        world.bodies["one"].linear_velocity_mps = [0.0, 0.0, -1.0];
        let Mechanism::Pulley { length_m, .. } = &mut world.mechanisms["pulley"] else {
            unreachable!("made above");
        };
        *length_m = 2.103;
        let lane = after(world, HZ / 2);
        let speed = |name: &str| lane.view().body_named(name).linear_velocity_mps.z;
        let (one, other) = (speed("one"), speed("other"));
        near(one - 3.0 * other, -1.0, 0.001);
        near(one, -0.25, 0.04);
        near(other, 0.25, 0.02);
    }
}

/// The pieces that show it reach from the point to the body.
#[test]
fn its_pieces_lie_along_the_rope() {
    let lane = after(atwood([2.0, 1.0], 1.0, true), HZ / 2);
    let [low, _] = heights(&lane);
    let at = |name: &str| lane.view().body_named(name).position_m.z;
    near(at("one_top"), 1.5, 0.001);
    near(at("one_bottom"), low + 0.5, 0.02);
}

#[test]
fn forks_of_a_pulley_go_on_as_their_lane() {
    let mut lane = after(atwood([1.2, 1.0], 1.0, false), 7);
    let mut fork = lane.fork();
    for _ in 0..10 {
        lane.step(&[]).expect("sound");
        fork.step(&[]).expect("sound");
    }
    assert_eq!(lane.view().digest(), fork.view().digest());
}

#[test]
fn a_rope_to_what_does_not_move_is_refused() {
    let mut world = atwood([1.0, 1.0], 1.0, false);
    world.bodies["one"].motion = Motion::Fixed;
    let told = refused(world);
    assert!(told.contains("must be dynamic"), "{told}");
}
