//! What is drawn over the picture: outlines, limits of joints, what cameras see, forces, the grid.

use super::*;
use terrella_studio::balance::joints_n;
use terrella_studio::session::Tools;
use terrella_studio::viewport::forces::on_bodies_n;
use terrella_studio::viewport::overlays::{Line, lines};

/// A session of a scene with these lines in its world, and its tools, of which none is on.
fn scene(world: &str) -> (Session, Tools) {
    let text = format!("name = \"over\"\n[world]\nobserve = []\n{world}");
    let session = Session::new(Project::of_scene("over.toml", &text));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let tools = session.tools.clone();
    (session, tools)
}

fn drawn(session: &Session, tools: &Tools, size: [u32; 2]) -> Vec<Line> {
    let play = session.play().expect("it is drawn");
    lines((play, play.shown()), tools, &BTreeSet::new(), size)
}

fn length_m(line: &Line) -> f32 {
    line.from.distance(line.to)
}

/// It was ticks at its corners.
#[test]
fn a_hull_is_outlined_by_its_edges() {
    let mut points = Vec::new();
    for index in 0..27 {
        let part = |place: usize| (index / place % 3) as f32 * 0.5;
        points.push(format!("[{}, {}, {}]", part(9), part(3), part(1)));
    }
    let (session, mut tools) = scene(&format!(
        "[world.bodies.block]\nshape.hull.points_m = [{}]\n",
        points.join(", ")
    ));
    tools.colliders = true;
    let lines = drawn(&session, &tools, [64, 64]);
    let along_axis = |line: &Line| (line.to - line.from).abs().max_element() > 0.999 * length_m(line);
    assert!(lines.iter().all(along_axis), "{lines:?}");
    let all_m: f32 = lines.iter().map(length_m).sum();
    assert!((all_m - 12.0).abs() < 1e-3, "the edges are {all_m} m long");
}

/// Of generic joints and ropes nothing was drawn.
#[test]
fn joints_of_every_kind_show_how_far_they_go() {
    let (session, mut tools) = scene(
        "[world.bodies.sled]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, 1]\n\
         [world.bodies.bob]\nshape.ball.radius_m = 0.1\nposition_m = [3, 0, 1]\n\
         [world.joints.pin]\nparent = \"world\"\nchild = \"sled\"\nanchor_parent_m = [0, 0, 1]\n\
         freedom.generic.free = [{ axis = \"y\", limits = [-0.25, 0.5] }, { axis = \"rz\", limits = [-1, 1] }]\n\
         [world.joints.rope]\nparent = \"world\"\nchild = \"bob\"\nanchor_parent_m = [3, 0, 2]\nfreedom.rope.length_m = 1.5\n",
    );
    tools.joints = true;
    let lines = drawn(&session, &tools, [64, 64]);
    // Marks across the way, at both of its ends.
    for end in [Vec3::new(0.0, -0.25, 1.0), Vec3::new(0.0, 0.5, 1.0)] {
        let is_mark = |line: &&Line| ((line.from + line.to) / 2.0).distance(end) < 1e-5;
        assert_eq!(lines.iter().filter(is_mark).count(), 2, "{end}");
    }
    // An arc of two radians about z, of a tenth of a metre.
    let center = Vec3::new(0.0, 0.0, 1.0);
    let on_arc = |point: Vec3| (point.distance(center) - 0.1).abs() < 1e-5 && (point.z - 1.0).abs() < 1e-5;
    let arc = lines.iter().filter(|line| on_arc(line.from) && on_arc(line.to));
    let arc_m: f32 = arc.map(length_m).sum();
    assert!((arc_m - 0.2).abs() < 0.005, "{arc_m}");
    let above = Vec3::new(3.0, 0.0, 2.0);
    let far = |point: Vec3| (point.distance(above) - 1.5).abs() < 1e-4;
    let ball = lines.iter().filter(|line| far(line.from) && far(line.to));
    assert_eq!(ball.count(), 3 * 32);
}

/// It pointed into any direction, and nothing said where in its limits a hinge is.
#[test]
fn the_needle_of_a_hinge_points_to_what_hangs_on_it() {
    let (mut session, mut tools) = scene(
        "[world.bodies.arm]\nshape.box.half_extents_m = [0.2, 0.02, 0.02]\nposition_m = [0.2, 0, 1]\n\
         [world.joints.hinge]\nparent = \"world\"\nchild = \"arm\"\nanchor_parent_m = [0, 0, 1]\nanchor_child_m = [-0.2, 0, 0]\n\
         freedom.hinge = { axis = [0, 1, 0], limits_rad = [-1, 2] }\n",
    );
    tools.joints = true;
    let play = session.play_mut().expect("it is drawn");
    (0..4).for_each(|_| assert!(play.step(None, None)));
    let arm = Vec3::from_array(play.now().poses[0].position_m);
    let hinge = Vec3::new(0.0, 0.0, 1.0);
    assert!(arm.z < 0.99, "it falls");
    let lines = drawn(&session, &tools, [64, 64]);
    let is_needle = |line: &&Line| line.from == hinge && (length_m(line) - 0.115).abs() < 1e-4;
    let needle = lines.iter().find(is_needle).expect("there is one");
    let along = (needle.to - hinge).normalize().dot((arm - hinge).normalize());
    assert!(along > 0.9999, "{along}");
}

/// All were square.
#[test]
fn cameras_see_as_wide_as_the_pictures_of_the_run_are() {
    let camera = |more: &str| {
        let body = "[world.bodies.ball]\nshape.ball.radius_m = 0.1\n";
        format!(
            "{body}[world.cameras.eye]\nposition_m = [0, 0, 1]\nlook_at_m = [1, 0, 1]\nfov_deg = 60\n{more}"
        )
    };
    let (session, mut tools) = scene(&camera(""));
    tools.frusta = true;
    for size in [[64, 64], [160, 80]] {
        let lines = drawn(&session, &tools, size);
        assert_eq!(lines.len(), 8);
        let extent = |axis: usize| {
            let all = lines.iter().map(|line| line.to[axis]);
            all.clone().fold(f32::MIN, f32::max) - all.fold(f32::MAX, f32::min)
        };
        let wanted = size[0] as f32 / size[1] as f32;
        let aspect = extent(1) / extent(2);
        assert!((aspect - wanted).abs() < 0.01 * wanted, "{aspect} of {size:?}");
    }
    // What a fisheye sees is bent.
    let (session, _) = scene(&camera("lens.fisheye = { k1 = 0, k2 = 0 }\n"));
    assert_eq!(drawn(&session, &tools, [64, 64]).len(), 4 * 9);
}

#[test]
fn forces_are_weights_of_what_rests_and_nothing_of_what_falls() {
    let (mut session, mut tools) = scene(
        "[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
         [world.bodies.block]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, 0.1]\nmaterial.mass_kg = 2\n\
         [world.bodies.stone]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 90]\n",
    );
    tools.forces = true;
    assert!(
        drawn(&session, &tools, [64, 64]).is_empty(),
        "there is no step before the start"
    );
    let play = session.play_mut().expect("it is drawn");
    (0..20).for_each(|_| assert!(play.step(None, None)));
    let forces = on_bodies_n(play, play.shown());
    assert_eq!(forces[0], None);
    let block = forces[1].expect("it is moved by forces");
    assert!((block - Vec3::Z * 2.0 * 9.81).length() < 0.2, "{block}");
    let stone = forces[2].expect("it is moved by forces");
    assert!(stone.length() < 0.02, "{stone}");
    // An arrow of five lines, as long as the block is high, where it pushes.
    let lines = drawn(&session, &tools, [64, 64]);
    assert_eq!(lines.len(), 5);
    assert!((lines[0].to.z - lines[0].from.z - 0.2).abs() < 0.01, "{lines:?}");
}

#[test]
fn forces_of_a_recorded_episode_are_those_of_the_one_that_was_played() {
    let session = family("drop_bounce");
    let (_folder, dataset) = generate(&session, "replay", |order| {
        order.episodes = 1;
        order.steps = 30;
    });
    let mut recorded = Session::new(Project::empty());
    recorded.open_path(dataset.root()).expect("it opens");
    let mut live = family("drop_bounce");
    live.choices.policy = "replay".into();
    live.refresh();
    let play = live.play_mut().expect("it is drawn");
    (0..30).for_each(|_| assert!(play.step(None, None)));
    let tape = recorded.play_mut().expect("it is shown");
    for step in 0..=30 {
        tape.show(step);
        play.show(step);
        assert_eq!(on_bodies_n(tape, step), on_bodies_n(play, step), "step {step}");
    }
    assert!(on_bodies_n(play, 30).iter().any(Option::is_some));
}

#[test]
fn the_grid_is_finer_from_nearby() {
    let from = |distance_m: f32| {
        let camera = OrbitCamera {
            distance_m,
            ..OrbitCamera::default()
        };
        camera.grid_m()
    };
    assert_eq!(
        [0.4, 1.4, 4.0, 14.0, 40.0, 400.0].map(from),
        [0.1, 0.1, 1.0, 1.0, 10.0, 100.0]
    );
}

/// The arrows of a colour that are drawn: where they begin, and how they go.
fn arrows(lines: &[Line], like: [f32; 3]) -> Vec<(Vec3, Vec3)> {
    let own: Vec<&Line> = lines.iter().filter(|line| line.color == like).collect();
    let shafts = own.chunks_exact(5).map(|arrow| arrow[0]);
    shafts.map(|shaft| (shaft.from, shaft.to - shaft.from)).collect()
}

/// Plays some steps, and gives the lines of one tool.
fn played(world: &str, steps: usize, turn_on: impl Fn(&mut Tools)) -> (Session, Vec<Line>) {
    let (mut session, mut tools) = scene(world);
    turn_on(&mut tools);
    let play = session.play_mut().expect("it is drawn");
    (0..steps).for_each(|_| assert!(play.step(None, None)));
    let lines = drawn(&session, &tools, [64, 64]);
    (session, lines)
}

const FRICTION: [f32; 3] = [1.0, 0.45, 0.85];
const JOINT_FORCE: [f32; 3] = [0.7, 0.55, 1.0];

/// Of contacts one saw how they push, and not how they drag.
#[test]
fn friction_is_an_arrow_of_its_own_along_the_surface() {
    let block = |more: &str| {
        format!(
            "[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {{}}\nmaterial.friction = 0.5\n\
             [world.bodies.block]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, 0.1]\nmaterial.mass_kg = 3\n\
             material.friction = 0.5\n{more}"
        )
    };
    // It slides: friction is half of the weight, backwards, whatever its body is called.
    let slides = block("linear_velocity_mps = [4, 0, 0]\n");
    let (session, lines) = played(&slides, 6, |tools| tools.friction = true);
    let contacts = &session.play().expect("it is drawn").now().contacts;
    let [contact] = contacts.as_slice() else {
        panic!("{contacts:?}")
    };
    let hz = session.world().expect("it is drawn").control_hz as f32;
    let friction = Vec3::from_array(contact.friction_ns) * hz;
    let wanted = Vec3::NEG_X * 0.5 * 3.0 * 9.81;
    assert!(
        (friction - wanted).length() < 0.05 * wanted.length(),
        "{friction}"
    );
    let found = arrows(&lines, FRICTION);
    assert_eq!(found.len(), 1, "{lines:?}");
    assert!((found[0].1 - Vec3::NEG_X * 0.1).length() < 0.01, "{found:?}");
    // It rests: nothing drags.
    let (_, lines) = played(&block(""), 20, |tools| tools.friction = true);
    assert!(lines.is_empty(), "{lines:?}");
    // How it is carried is another arrow.
    let (_, lines) = played(&slides, 6, |tools| tools.contacts = true);
    let up = lines
        .iter()
        .map(|line| line.to.z - line.from.z)
        .fold(0.0, f32::max);
    assert!((up - 0.2).abs() < 0.02, "{up}");
    assert!(arrows(&lines, FRICTION).is_empty());
}

/// A block on a slope is held by friction as strongly as its weight pulls it down, on joints of either kind or on none.
#[test]
fn friction_holds_what_rests_on_a_slope() {
    let (session, _) = played(
        "gravity_mps2 = [3, 0, -9]\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
         [world.bodies.a]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, 0.1]\nmaterial.mass_kg = 2\n\
         [world.bodies.b]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [1, 0, 0.1]\nmaterial.mass_kg = 2\n\
         [world.bodies.lid]\nshape.box.half_extents_m = [0.05, 0.05, 0.02]\nposition_m = [1, 0, 0.22]\nmaterial.mass_kg = 0.01\n\
         [world.joints.reduced]\nparent = \"b\"\nchild = \"lid\"\nanchor_parent_m = [0, 0, 0.12]\nreduced = true\nfreedom.hinge = { axis = [0, 0, 1] }\n",
        40,
        |_| {},
    );
    let hz = session.world().expect("it is drawn").control_hz as f32;
    let contacts = &session.play().expect("it is drawn").now().contacts;
    assert_eq!(contacts.len(), 2, "{contacts:?}");
    for contact in contacts {
        let friction = Vec3::from_array(contact.friction_ns) * hz;
        assert!((friction - Vec3::NEG_X * 6.0).length() < 0.5, "{friction}");
    }
}

/// Nothing told what a joint bears.
#[test]
fn a_joint_bears_what_hangs_on_it_in_either_solver() {
    for reduced in [false, true] {
        let chain = format!(
            "[world.bodies.upper]\nshape.box.half_extents_m = [0.05, 0.05, 0.2]\nposition_m = [0, 0, 1]\nmaterial.mass_kg = 2\n\
             [world.bodies.lower]\nshape.box.half_extents_m = [0.05, 0.05, 0.2]\nposition_m = [0, 0, 0.5]\nmaterial.mass_kg = 3\n\
             [world.joints.top]\nparent = \"world\"\nchild = \"upper\"\nreduced = {reduced}\nanchor_parent_m = [0, 0, 1.25]\n\
             anchor_child_m = [0, 0, 0.25]\nfreedom.hinge = {{ axis = [0, 1, 0] }}\n\
             [world.joints.middle]\nparent = \"upper\"\nchild = \"lower\"\nreduced = {reduced}\nanchor_parent_m = [0, 0, -0.25]\n\
             anchor_child_m = [0, 0, 0.25]\nfreedom.hinge = {{ axis = [0, 1, 0] }}\n"
        );
        let (session, lines) = played(&chain, 30, |tools| tools.joint_forces = true);
        let play = session.play().expect("it is drawn");
        let forces = joints_n(play, play.shown());
        for (force, mass_kg) in forces.iter().zip([5.0, 3.0]) {
            let force = force.expect("it is determined");
            let wanted = Vec3::Z * mass_kg * 9.81;
            assert!(
                (force - wanted).length() < 0.5,
                "{force} of {mass_kg} kg, {reduced}"
            );
        }
        let found = arrows(&lines, JOINT_FORCE);
        let [(top, by), _] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert!((*top - Vec3::Z * 1.25).length() < 0.01, "{top}");
        assert!(by.z > 0.9 * by.length(), "{by}");
    }
}

/// What a motor, a contact or a hand does to a body is not taken for its joint's; and a joint that closes a loop tells nothing.
#[test]
fn a_joint_is_not_told_to_bear_what_others_do() {
    let (session, _) = played(
        "[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
         [world.bodies.base]\nshape.box.half_extents_m = [0.2, 0.2, 0.1]\nposition_m = [0, 0, 0.1]\nmaterial.mass_kg = 10\n\
         [world.bodies.mast]\nshape.box.half_extents_m = [0.05, 0.05, 0.2]\nposition_m = [0, 0, 0.4]\nmaterial.mass_kg = 2\n\
         [world.joints.foot]\nparent = \"base\"\nchild = \"mast\"\nanchor_parent_m = [0, 0, 0.1]\nanchor_child_m = [0, 0, -0.2]\nfreedom.weld = {}\n\
         [world.bodies.ring]\nshape.ball.radius_m = 0.1\nposition_m = [3, 0, 1]\n\
         [world.joints.one]\nparent = \"world\"\nchild = \"ring\"\nanchor_parent_m = [3, 0, 1]\nfreedom.ball = {}\n\
         [world.joints.two]\nparent = \"world\"\nchild = \"ring\"\nanchor_parent_m = [3, 0, 1]\nfreedom.weld = {}\n\
         [world.mechanisms.wind]\nwind = { drag_area_m2 = { mast = 0.5 }, mean_mps = [4, 0, 0], gust_mps = 0 }\n",
        30,
        |_| {},
    );
    let play = session.play().expect("it is drawn");
    let outside = play.now().outside.as_ref().expect("it is played");
    let push = Vec3::from_array(outside.pushes_n[2]);
    assert!(push.x > 1.0 && push.x == push.length(), "{push}");
    let forces = joints_n(play, play.shown());
    let foot = forces[0].expect("it is determined");
    // It carries the mast, and holds it against the wind.
    let wanted = Vec3::new(-push.x, 0.0, 2.0 * 9.81);
    assert!((foot - wanted).length() < 0.5, "{foot} is not {wanted}");
    assert_eq!(forces[1..], [None, None]);
    assert!(joints_n(play, 0).is_empty(), "there is no step before the start");
}
