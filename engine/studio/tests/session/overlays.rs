//! What is drawn over the picture: outlines, limits of joints, what cameras see, forces, the grid.

use super::*;
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
    lines(
        session.play().expect("it is drawn"),
        tools,
        &BTreeSet::new(),
        size,
    )
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
    let forces = on_bodies_n(play);
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
        assert_eq!(on_bodies_n(tape), on_bodies_n(play), "step {step}");
    }
    assert!(on_bodies_n(play).iter().any(Option::is_some));
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
