//! Walkers on legs that a pattern generator moves: how far and how fast, and what a weak leg does.

use super::*;
use terrella_spec::world::{Fault, FaultKind, Leg};

const LINK_M: f32 = 0.17;
const FOOT_M: f32 = 0.045;
const STAND_M: f32 = 0.27;
const WHEEL_M: f32 = 0.13;

/// A walker of 9 kg on four legs, on a plane.
fn walker() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let mut floor = Body::new("floor", Shape::HalfSpace {}).fixed();
    floor.material.friction = 0.8;
    world.bodies.insert("floor".into(), floor);
    let trunk = Shape::Box {
        half_extents_m: [0.32, 0.16, 0.06],
    };
    let mut chassis = Body::new("chassis", trunk).at([0.0, 0.0, STAND_M + FOOT_M]);
    chassis.material.mass_kg = Some(6.0);
    world.bodies.insert("chassis".into(), chassis);
    let [left, right] = [("l", 0.24), ("r", -0.24)].map(|(side, y)| {
        let leg = |(end, x)| leg(&mut world, &format!("{end}{side}"), [x, y, 0.0]);
        [("f", 0.27), ("r", -0.27)].map(leg).to_vec()
    });
    world.mechanisms.insert(
        "legs".into(),
        Mechanism::Legs {
            left,
            right,
            thigh_m: LINK_M,
            shin_m: LINK_M,
            stand_m: STAND_M,
            lift_m: 0.08,
            wheel_m: WHEEL_M,
            max_speed_radps: 9.0,
            step_hz: [2.0, 3.0],
            stiffness_nmprad: 200.0,
            max_torque_nm: 24.0,
            faulty: None,
        },
    );
    world
}

/// A leg that hangs from the chassis there, its knee behind and its foot below its hip.
fn leg(world: &mut World<f32>, hip: &str, from: [f32; 3]) -> Leg {
    let half = 0.5 * LINK_M;
    let bend = libm::acosf(0.5 * STAND_M / LINK_M);
    let [back, down] = [LINK_M * libm::sinf(bend), LINK_M * libm::cosf(bend)];
    let knee = format!("{hip}_knee");
    let links = [
        ("chassis", hip, bend, 0.5, from),
        (hip, knee.as_str(), -bend, 1.5, [0.0, 0.0, -half]),
    ];
    for (parent, name, pitch, links_down, anchor_parent_m) in links {
        let limb = Shape::Capsule {
            radius_m: 0.03,
            half_height_m: half,
        };
        let foot = Shape::Ball { radius_m: FOOT_M };
        let parts = vec![Part::new(limb, [0.0; 3]), Part::new(foot, [0.0, 0.0, -half])];
        let mut body = Body::new("limb", Shape::Compound { parts }).at([
            from[0] - 0.5 * back,
            from[1],
            STAND_M + FOOT_M - links_down * down,
        ]);
        body.rotation = Rotation::RpyDeg([0.0, pitch.to_degrees(), 0.0]);
        body.material.mass_kg = Some(0.4);
        body.material.friction = 0.8;
        world.bodies.insert(name.into(), body);
        let joint = Joint {
            parent: parent.into(),
            child: name.into(),
            anchor_parent_m,
            anchor_child_m: [0.0, 0.0, half],
            freedom: Freedom::Hinge {
                axis: [0.0, 1.0, 0.0],
                limits_rad: None,
            },
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        };
        world.joints.insert(name.into(), joint);
    }
    Leg {
        hip: hip.into(),
        knee,
    }
}

/// Walks; gives the chassis's state at the end, and the angle that it has turned to the left.
fn walk(lane: &mut Lane, left: f32, right: f32, secs: f32) -> (terrella_sim::view::BodyState, f32) {
    let mut turned = 0.0;
    for _ in 0..(secs * HZ as f32).round() as usize {
        lane.step(&[left, right]).expect("sound");
        let chassis = lane.view().body_named("chassis");
        assert!(
            (chassis.rotation * terrella_sim::glam::Vec3::Z).z > 0.95,
            "it stays upright"
        );
        turned += chassis.angular_velocity_radps.z / HZ as f32;
    }
    (lane.view().body_named("chassis"), turned)
}

/// How far it comes in four seconds at this command, m, after one to begin.
fn comes_m(lane: &mut Lane, speed: f32) -> f32 {
    let before = walk(lane, speed, speed, 1.0).0.position_m;
    walk(lane, speed, speed, 4.0).0.position_m.distance(before)
}

/// Nobody steers it: within half a radian in five seconds its way is straight.
#[test]
fn legs_walk_as_fast_as_the_wheels_would_roll() {
    for speed in [2.0, 4.0, 7.0, -4.0] {
        let mut lane = lane(walker());
        let before = walk(&mut lane, speed, speed, 1.0).0.position_m;
        let (end, turned) = walk(&mut lane, speed, speed, 4.0);
        let share = speed.signum() * end.position_m.distance(before) * (end.position_m.x - before.x).signum()
            / (speed.abs() * WHEEL_M * 4.0);
        assert!((0.8..1.2).contains(&share), "at {speed}: {share} of the way");
        near(turned, 0.0, 0.5);
    }
}

/// Up and down a slope of 10 degrees it keeps its feet below itself.
#[test]
fn legs_climb() {
    for pitch_deg in [-10.0, 10.0] {
        let mut world = walker();
        world.bodies["floor"].rotation = Rotation::RpyDeg([0.0, pitch_deg, 0.0]);
        for body in world.bodies.values_mut().skip(1) {
            body.position_m[2] += 0.1;
        }
        let mut lane = lane(world);
        walk(&mut lane, 0.0, 0.0, 1.0);
        let walked = comes_m(&mut lane, 4.0);
        let share = walked / (4.0 * WHEEL_M * 4.0);
        assert!(
            (0.6..1.4).contains(&share),
            "{pitch_deg} degrees: {share} of the way"
        );
    }
}

#[test]
fn different_strides_turn_it_on_the_spot() {
    let mut lane = lane(walker());
    let (end, turned) = walk(&mut lane, -4.0, 4.0, 3.0);
    assert!(turned > 1.0, "to the left: {turned}");
    near(end.position_m.truncate().length(), 0.0, 0.3);
}

/// It stands where nobody drives it, and after it has walked: no foot is lifted.
#[test]
fn legs_that_are_told_to_stand_stand() {
    let mut lane = lane(walker());
    let before = walk(&mut lane, 0.0, 0.0, 1.0).0.position_m;
    near(before.z, STAND_M + FOOT_M, 0.02);
    let crept = walk(&mut lane, 0.0, 0.0, 4.0).0.position_m.distance(before);
    assert!(crept < 0.06, "creeps {crept} m in 4 s");
    walk(&mut lane, 5.0, 5.0, 2.0);
    let before = walk(&mut lane, 0.0, 0.0, 1.5).0.position_m;
    let (end, _) = walk(&mut lane, 0.0, 0.0, 4.0);
    let crept = end.position_m.distance(before);
    assert!(crept < 0.06, "creeps {crept} m in 4 s after it walked");
    assert!(end.linear_velocity_mps.length() < 0.03);
}

/// Its phases, strides and lift are its memory: a fork in the middle of a step goes on as its lane does.
#[test]
fn a_fork_in_the_middle_of_a_step_goes_on_as_its_lane() {
    let mut lane = lane(walker());
    walk(&mut lane, 3.0, 6.0, 1.35);
    let mut fork = lane.fork();
    for lane in [&mut lane, &mut fork] {
        walk(lane, 6.0, -2.0, 1.0);
    }
    assert_eq!(lane.view().digest(), fork.view().digest());
}

/// Motors of one leg without torque: it folds, and the walker comes less far.
#[test]
fn a_weak_leg_limps() {
    let mut world = walker();
    let Mechanism::Legs { faulty, .. } = &mut world.mechanisms["legs"] else {
        unreachable!()
    };
    *faulty = Some("fl".into());
    let fault = Fault {
        mechanism: "legs".into(),
        kind: FaultKind::Weak,
        onset_secs: 0.0,
        ramp_secs: 0.0,
        severity: 0.9,
        fails_at: None,
        mended_secs: None,
    };
    world.faults.insert("motor".into(), fault);
    let (mut healthy, mut weak) = (lane(walker()), lane(world));
    let (well, badly) = (comes_m(&mut healthy, 5.0), comes_m(&mut weak, 5.0));
    assert!(badly < 0.9 * well, "{badly} m of {well} m");
    let height_m = |lane: &Lane| lane.view().body_named("chassis").position_m.z;
    assert!(height_m(&weak) < height_m(&healthy));
}

#[test]
fn legs_that_cannot_reach_the_ground_are_refused() {
    let mut world = walker();
    let Mechanism::Legs { stand_m, .. } = &mut world.mechanisms["legs"] else {
        unreachable!()
    };
    *stand_m = 0.4;
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let error = Lane::new(Arc::new(plan)).err().expect("it is refused");
    assert!(error.to_string().contains("mechanisms.legs.stand_m"), "{error}");
}
