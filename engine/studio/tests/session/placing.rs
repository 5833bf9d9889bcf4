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

/// Only single things could be put in: a door was two bodies and a joint to be fitted by hand.
#[test]
fn a_machine_of_several_bodies_is_put_in_played_and_taken_back_as_one() {
    let table = Target {
        body: None,
        surface: Some(([2.0, -3.0, 0.4], [0.0, 0.0, 1.0])),
    };
    for assembly in ASSEMBLIES {
        let name = assembly.name;
        let mut session = Session::new(Project::empty());
        let empty = session.project.document.text().to_string();
        put_assembly(&mut session, assembly, &Target::default());
        let once = session.project.document.text().to_string();
        let bodies = assembly.things.iter().filter(|thing| thing.kind == "bodies");
        let bodies: Vec<&str> = bodies.map(|thing| thing.name).collect();
        let selected: Vec<String> = bodies.iter().map(|body| change::body_path(body)).collect();
        assert_eq!(session.selection, selected, "{name}: {:?}", session.log);
        // Beside itself, with other names, and on a table.
        put_assembly(&mut session, assembly, &Target::default());
        put_assembly(&mut session, assembly, &table);
        assert!(session.problems.is_empty(), "{name}: {:?}", session.problems);
        let world = session.world().expect("it is drawn");
        assert_eq!(world.bodies.len(), 1 + 3 * bodies.len(), "{name}");
        let json = serde_json::to_value(world).expect("a world is plain data");
        for thing in assembly.things {
            for ending in ["", "_2", "_3"] {
                let own = format!("{}{ending}", thing.name);
                assert!(json[thing.kind].get(&own).is_some(), "{name} has no {own}");
            }
        }
        assert!(!json.to_string().contains('@'), "{name} names nothing");
        let at = |body: &str| Vec3::from_array(world.bodies[body].position_m);
        let [first, second] = ["", "_2"].map(|ending| at(&format!("{}{ending}", bodies[0])));
        assert!(
            second.x - first.x > assembly.reach_m[0],
            "{name} stands in its own way"
        );
        let third = at(&format!("{}_3", bodies[0]));
        assert!(
            (third - first).distance(Vec3::new(2.0, -3.0, 0.4)) < 1e-3,
            "{name} is at {third}"
        );

        // Each stays together where it is, and does what the others do.
        (0..60).for_each(|_| session.run(Command::StepForward));
        let play = session.play().expect("it is drawn");
        assert_eq!(play.shown(), 60, "{name}: {:?}", play.failed());
        let start = &play.moments()[0].poses;
        let now = |body: usize| Vec3::from_array(play.now().poses[body].position_m);
        for body in 1..start.len() {
            let own = (body - 1) / bodies.len();
            let origin = [first, second, third][own] - first;
            let reach = now(body) - origin;
            let [along, across] = assembly.reach_m;
            assert!(
                reach.x.abs() <= along && reach.y.abs() <= across && (0.0..1.5).contains(&reach.z),
                "{name}: {} is at {reach}",
                play.plan().world.bodies.get_index(body).expect("it is there").0
            );
            if own > 0 {
                let first = now(body - own * bodies.len());
                assert!((reach - first).length() < 0.05, "{name}: {reach} and {first}");
            }
        }
        for text in [None, Some(&once), Some(&empty)] {
            session.run(Command::Undo);
            let own = session.project.document.text();
            assert!(text.is_none_or(|text| text == own), "{name}:\n{own}");
            // The third one is the second of two undos.
            if text.is_none() {
                assert_ne!(own, once);
            }
        }
        (0..3).for_each(|_| session.run(Command::Redo));
        assert!(session.problems.is_empty());
    }
}

/// What machines are for: they move by themselves, or where they are told to.
#[test]
fn machines_of_the_library_move_as_they_are_told() {
    let play = |name: &str, action: &[f32]| {
        let assembly = ASSEMBLIES.iter().find(|own| own.name == name).expect("it is one");
        let mut session = Session::new(Project::empty());
        put_assembly(&mut session, assembly, &Target::default());
        session.run(Command::Hand);
        assert_eq!(
            session.hand.as_ref().expect("a hand").len(),
            action.len(),
            "{name}"
        );
        session.hand = Some(action.to_vec());
        (0..60).for_each(|_| session.run(Command::StepForward));
        session
    };
    let moved = |session: &Session, body: &str| {
        let play = session.play().expect("it is drawn");
        let index = play.plan().world.bodies.get_index_of(body).expect("it is there");
        let at = |step: usize| Vec3::from_array(play.moments()[step].poses[index].position_m);
        at(play.shown()) - at(0)
    };
    let session = play("parcel_belt", &[0.3]);
    assert!(
        moved(&session, "conveyor_parcel").x > 0.3,
        "{}",
        moved(&session, "conveyor_parcel")
    );
    let session = play("two_link_arm", &[0.5, 0.5]);
    assert!(
        moved(&session, "arm_lower").x > 0.3,
        "{}",
        moved(&session, "arm_lower")
    );
    let session = play("cart_pole", &[0.2]);
    assert!(moved(&session, "cart").x > 0.1, "{}", moved(&session, "cart"));
    let session = play("seesaw", &[]);
    assert!(moved(&session, "seesaw_heavy").z < -0.1 && moved(&session, "seesaw_light").z > 0.1);
    let session = play("dominoes", &[]);
    assert!(
        moved(&session, "domino_g").z < -0.03,
        "the last one has not fallen"
    );
    let session = play("drawer", &[]);
    assert!(moved(&session, "drawer").length() < 0.01);
}
