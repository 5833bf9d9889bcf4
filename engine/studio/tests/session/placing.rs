//! Where pieces of the library are put.

use super::*;
use terrella_app::spec::shape::Shape;
use terrella_app::spec::world::{Lamp, Mechanism, SoftForm};

/// Two boxes without weight, both turned by TURN degrees about z.
const FLOATING: &str = "name = \"x\"\n[world]\nobserve = []\ngravity_mps2 = [0, 0, 0]\n\
    [world.bodies.one]\nshape.box.half_extents_m = [0.1, 0.2, 0.1]\nposition_m = [2, 0.5, 0.8]\nrotation.rpy_deg = [0, 0, TURN]\n\
    [world.bodies.two]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [1, 0.5, 0.5]\nrotation.rpy_deg = [0, 0, TURN]\n";

fn piece(name: &str) -> &'static terrella_studio::pieces::Piece {
    PIECES.iter().find(|piece| piece.name == name).expect("it is one")
}

/// Its anchors were at the origins of both, so it pulled its body to the origin of the world, or into the other body.
#[test]
fn a_new_joint_leaves_its_bodies_where_they_are() {
    for name in ["hinge", "slider", "rope", "spring", "ball_joint", "weld"] {
        for (turn, parent) in [("0", None), ("0", Some("one")), ("90", Some("one"))] {
            for surface in [None, Some(([1.1, 0.55, 0.5], [1.0, 0.0, 0.0]))] {
                let mut session = Session::new(Project::of_scene("x", &FLOATING.replace("TURN", turn)));
                session.selection = parent.map(change::body_path).into_iter().collect();
                session.select("world.bodies.two", true);
                let target = Target {
                    body: Some("two".into()),
                    surface,
                };
                put(&mut session, piece(name), &target);
                assert!(session.problems.is_empty(), "{name}: {:?}", session.problems);
                let joint = &session.world().expect("it is drawn").joints[name];
                assert_eq!(joint.parent, parent.unwrap_or("world"), "{name}");
                let starts = session.play().expect("it is drawn").now().poses.clone();
                (0..20).for_each(|_| session.run(Command::StepForward));
                let play = session.play().expect("it is drawn");
                assert_eq!(play.shown(), 20);
                for (start, now) in starts.iter().zip(&play.now().poses) {
                    let far = Vec3::from_array(start.position_m).distance(Vec3::from_array(now.position_m));
                    assert!(
                        far < 2e-3,
                        "{name} of {parent:?} at {surface:?} moved a body by {far} m"
                    );
                }
            }
        }
    }
}

/// They were put where they are in the library's words, wherever they were let go.
#[test]
fn liquids_cloth_lamps_and_cameras_are_put_where_they_are_dropped() {
    let mut session = Session::new(Project::empty());
    let target = Target {
        body: Some("floor".into()),
        surface: Some(([2.0, -1.0, 0.5], [0.0, 0.0, 1.0])),
    };
    for name in ["water", "cord", "cloth", "jelly", "lamp", "camera"] {
        put(&mut session, piece(name), &target);
    }
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let world = session.world().expect("it is drawn");
    let near = |at: [f32; 3], wanted: [f32; 3]| {
        let (at, wanted) = (Vec3::from_array(at), Vec3::from_array(wanted));
        assert!(at.distance(wanted) < 1e-4, "{at} is not {wanted}");
    };
    let fill = &world.liquids["water"].fill[0];
    near(fill.low_m, [1.8, -1.2, 1.1]);
    near(fill.high_m, [2.2, -0.8, 1.4]);
    let SoftForm::Rope { along_m, .. } = &world.softs["cord"].form else {
        panic!("a cord is a rope")
    };
    near(along_m[0], [1.6, -1.0, 1.7]);
    near(along_m[1], [2.4, -1.0, 1.7]);
    let SoftForm::Cloth { corner_m, .. } = &world.softs["cloth"].form else {
        panic!("a cloth is one")
    };
    near(*corner_m, [1.6, -1.4, 1.5]);
    let SoftForm::Jelly { center_m, .. } = &world.softs["jelly"].form else {
        panic!("a jelly is one")
    };
    near(*center_m, [2.0, -1.0, 1.3]);
    let Lamp::Point { position_m, .. } = &world.lights["lamp"] else {
        panic!("a lamp is at a place")
    };
    near(*position_m, [2.0, -1.0, 2.5]);
    let camera = &world.cameras["camera"];
    near(camera.position_m, [4.0, -3.0, 2.0]);
    near(camera.look_at_m, [2.0, -1.0, 0.5]);
}

/// It stood at the origin and saw it as a dot.
#[test]
fn a_camera_that_follows_a_body_is_put_beside_it() {
    let mut session = Session::new(Project::of_scene("x", &FLOATING.replace("TURN", "0")));
    session.select("world.bodies.two", false);
    let target = Target::selected(&session);
    put(&mut session, piece("follower"), &target);
    let follower = &session.world().expect("it is drawn").cameras["follower"];
    assert_eq!(follower.position_m, [3.0, -1.5, 2.0]);
}

/// It was on the first joint that there is.
#[test]
fn a_motor_that_is_dropped_on_a_body_is_on_its_joint_and_a_fault_on_its_motor() {
    let scene = format!(
        "{}[world.joints.first]\nparent = \"world\"\nchild = \"one\"\nanchor_parent_m = [2, 0.5, 0.8]\nfreedom.hinge = {{ axis = [0, 0, 1] }}\n\
         [world.joints.second]\nparent = \"world\"\nchild = \"two\"\nanchor_parent_m = [1, 0.5, 0.5]\nfreedom.hinge = {{ axis = [0, 0, 1] }}\n\
         [world.mechanisms.motor]\nservo = {{ joint = \"first\", max_velocity = 1, max_force = 5 }}\n",
        FLOATING.replace("TURN", "0")
    );
    let on = |body: &str| Target {
        body: Some(body.into()),
        surface: Some(([1.0, 0.5, 0.6], [0.0, 0.0, 1.0])),
    };
    let mut session = Session::new(Project::of_scene("x", &scene));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.select("world.joints.first", false);
    put(&mut session, piece("servo"), &on("two"));
    put(&mut session, piece("stuck"), &on("two"));
    put(&mut session, piece("drift"), &on("one"));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let world = session.world().expect("it is drawn");
    assert!(
        matches!(&world.mechanisms["servo"], Mechanism::Servo { joint, .. } if joint == "second"),
        "{:?}",
        world.mechanisms["servo"]
    );
    assert_eq!(world.faults["stuck"].mechanism, "servo");
    assert_eq!(world.faults["drift"].mechanism, "motor");
    // Clicked, it is on what is selected.
    session.select("world.joints.first", false);
    let target = Target::selected(&session);
    put(&mut session, piece("drive"), &target);
    let world = session.world().expect("it is drawn");
    assert!(matches!(&world.mechanisms["drive"], Mechanism::Drive { joint, .. } if joint == "first"));
    assert!(matches!(world.bodies["two"].shape, Shape::Box { .. }));
}
