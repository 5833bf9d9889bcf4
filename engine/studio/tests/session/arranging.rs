//! Things put elsewhere, copied, taken away, and moved with handles.

use super::*;

#[test]
fn a_body_beside_a_height_field_is_dropped_without_a_panic() {
    let field = "name = \"x\"\n[world.bodies.hill]\nmotion = \"fixed\"\nshape.height_field = { size_m = [1, 1], columns = 3, heights_m = [0, 0, 0, 0, 0.2, 0, 0, 0, 0] }\n\
        [world.bodies.ball]\nshape.ball.radius_m = 0.1\nposition_m = [X, 0, 1]\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\nposition_m = [0, 0, -0.5]\n[world.cameras.main]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 0]\n";
    for (x, z) in [(0.0, 0.3), (3.0, -0.4), (-0.62, -0.4), (0.55, 0.08)] {
        let mut session = Session::new(Project::of_scene("x", &field.replace('X', &format!("{x:?}"))));
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        session.select("world.bodies.ball", false);
        session.run(Command::DropToSurface);
        let ball = session.world().expect("it is drawn").bodies["ball"].position_m[2];
        assert!((ball - z).abs() < 0.03, "at {x} it is dropped to {ball}");
    }
}

#[test]
fn a_body_that_is_dropped_on_a_table_stands_on_it_and_is_taken_back_in_one_step() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    for name in ["ball", "box", "cylinder", "capsule", "cone", "pebble"] {
        let piece = PIECES.iter().find(|piece| piece.name == name).expect("it is one");
        let target = Target {
            body: Some("table".into()),
            surface: Some(([0.2, -0.1, 0.4], [0.0, 0.0, 1.0])),
        };
        put(&mut session, piece, &target);
        assert_eq!(session.selection, [change::body_path(name)]);
        let world = session.world().expect("it is drawn");
        let [x, y, z] = world.bodies[name].position_m;
        assert!((x - 0.2).abs() < 1e-3 && (y + 0.1).abs() < 1e-3, "{name}");
        assert!((0.45..0.65).contains(&z), "{name} is at {z}");
        let fall = session.fall_m(name).expect("there is a table below it");
        assert!(fall.abs() < 1e-3, "{name} is {fall} m above the table");
        session.run(Command::Undo);
        assert_eq!(session.project.document.text(), TABLE, "{name}");
    }
}

#[test]
fn a_material_is_put_on_a_body_and_a_sense_is_added() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    let target = Target {
        body: Some("table".into()),
        surface: None,
    };
    for name in ["ice", "position"] {
        let piece = PIECES.iter().find(|piece| piece.name == name).expect("it is one");
        put(&mut session, piece, &target);
    }
    let world = session.world().expect("it is drawn");
    assert_eq!(world.bodies["table"].material.friction, 0.03);
    assert_eq!(world.bodies["table"].material.density_kgpm3, 917.0);
    assert_eq!(world.observe.len(), 1);
    assert!(
        TABLE
            .lines()
            .all(|line| session.project.document.text().contains(line))
    );
}

#[test]
fn what_is_locked_stays_as_it_is() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    session.locked.insert(change::body_path("table"));
    session.selection = vec![change::body_path("table")];
    session.run(Command::Delete);
    session.run(Command::DropToSurface);
    assert_eq!(session.project.document.text(), TABLE);
    session.run(Command::SelectAll);
    assert_eq!(session.selection, [change::body_path("floor")]);
}

/// A body that was pulled and went panicked in the next frame.
#[test]
fn a_body_that_goes_while_it_is_pulled_is_let_go() {
    let mut session = marbles();
    let body = last_body(&session);
    let index = session.world().expect("it is drawn").bodies.len() - 1;
    session.tug = Some(Tug {
        body: index,
        anchor_m: [0.0; 3],
        target_m: [0.0; 3],
    });
    session.select(&change::body_path(&body), false);
    session.run(Command::Delete);
    assert!(session.world().expect("it is drawn").bodies.len() <= index);
    assert_eq!(session.tug, None);
    Viewport::default().lines(&session, &session.tools.clone());
}

/// A body, and everything that can name one.
const MACHINE: &str = "format = 1\nname = \"machine\"\ngoal = { body = \"arm\", center_m = [5, 0, 0], half_extents_m = [1, 1, 1] }\n\
    [world]\nobserve = [\n  { of = \"base\", quantity = \"position\" }, # stays\n  { of = \"arm\", quantity = \"position\" },\n  { of = \"swing\", quantity = \"joint_position\" },\n]\n\
    [world.bodies.base]\nmotion = \"fixed\"\nshape.ball.radius_m = 0.1\n\
    [world.bodies.arm]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0]\n\
    [world.bodies.fixed]\nshape.ball.radius_m = 0.1\nposition_m = [0, 1, 0]\n\
    [world.joints.swing]\nparent = \"base\"\nchild = \"arm\"\nanchor_parent_m = [1, 0, 0]\nfreedom.hinge = { axis = [0, 1, 0] }\n\
    [world.mechanisms.motor]\nservo = { joint = \"swing\", max_velocity = 1, max_force = 1 }\n\
    [world.mechanisms.push]\nforce = { body = \"base\", axes = \"x\", max_force_n = 1 }\n\
    [world.mechanisms.motor_2]\nservo = { joint = \"swing\", max_velocity = 1, max_force = 1 }\n\
    [world.agents]\none = [\"motor\", \"push\"]\ntwo = [\"motor_2\"]\n\
    [world.cameras.main]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 0]\ntrack = \"arm\"\n\
    [world.cameras.rider]\nposition_m = [0, 0, 1]\nlook_at_m = [1, 0, 0]\nmount = \"arm\"\n";

/// What named a deleted body stayed, and the document was wrong.
#[test]
fn what_names_a_deleted_body_goes_with_it() {
    let machine = MACHINE.replace("force = { body = \"base\"", "force = { body = \"fixed\"");
    let mut session = Session::new(Project::of_scene("machine.toml", &machine));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.select("world.bodies.arm", false);
    session.run(Command::Delete);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let text = session.project.document.text().to_string();
    for gone in ["goal", "swing", "motor", "two", "rider", "track", "arm"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    for kept in [
        "push",
        "one = [\"push\"]",
        "cameras.main",
        "# stays",
        "motion = \"fixed\"",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), machine);
    // A word that is like a body's name is no name where words stand.
    session.select("world.bodies.fixed", false);
    session.run(Command::Delete);
    assert!(session.project.document.text().contains("[world.bodies.base]"));
}

#[test]
fn the_world_itself_is_not_deleted() {
    let mut session = marbles();
    for place in ["", "world", "world.light", "world.bodies"] {
        session.select(place, false);
        session.run(Command::Delete);
        assert_eq!(session.project.document.text(), SCENE, "{place}");
    }
}

/// Only bodies were forgotten: what an undo took away stayed selected.
#[test]
fn what_an_undo_takes_away_is_selected_no_more() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    let piece = PIECES
        .iter()
        .find(|piece| piece.name == "lamp")
        .expect("it is one");
    put(&mut session, piece, &Target::default());
    assert_eq!(session.selection, ["world.lights.lamp"]);
    session.run(Command::Undo);
    assert!(session.selection.is_empty(), "{:?}", session.selection);
}

/// A copy lay in what it was of, and the two burst apart.
#[test]
fn a_copy_stands_beside_what_it_is_of() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    session.select("world.bodies.table", false);
    session.run(Command::Duplicate);
    assert_eq!(session.selection, ["world.bodies.table_2"]);
    let world = session.world().expect("it is drawn");
    let [table, copy] = ["table", "table_2"].map(|name| &world.bodies[name]);
    let reach = reach_m(&table.shape, Quat::IDENTITY).expect("it ends").x;
    assert!(copy.position_m[0] - table.position_m[0] > 2.0 * reach);
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), TABLE);
}

/// Of a machine only the bodies were copied, which fell apart.
#[test]
fn what_joins_and_moves_bodies_is_copied_with_them() {
    for assembly in ASSEMBLIES {
        let name = assembly.name;
        let mut session = Session::new(Project::empty());
        put_assembly(&mut session, assembly, &Target::default());
        let once = session.project.document.text().to_string();
        let bodies = session.selection.clone();
        session.run(Command::Duplicate);
        assert!(session.problems.is_empty(), "{name}: {:?}", session.problems);
        let copies: Vec<String> = bodies.iter().map(|body| format!("{body}_2")).collect();
        assert_eq!(session.selection, copies, "{name}");
        let world = serde_json::to_value(session.world().expect("it is drawn")).expect("plain data");
        for thing in assembly.things {
            // An eye and a jelly name nothing.
            let is_copied = world[thing.kind].get(format!("{}_2", thing.name)).is_some();
            let is_part = thing.kind == "bodies" || thing.fields.contains('@');
            assert_eq!(is_copied, is_part, "{name}: {}", thing.name);
        }
        (0..40).for_each(|_| session.run(Command::StepForward));
        let play = session.play().expect("it is drawn");
        let at = |path: &str, step: usize| {
            let body = change::body_of(path).expect("it is a body");
            let index = play.plan().world.bodies.get_index_of(&body).expect("it is there");
            Vec3::from_array(play.moments()[step].poses[index].position_m)
        };
        for (body, copy) in bodies.iter().zip(&copies) {
            let [start, end] = [0, 40].map(|step| at(copy, step) - at(body, step));
            assert!(
                start.x > 0.1 && (end - start).length() < 0.05,
                "{name}: {copy} {start} {end}"
            );
        }
        session.run(Command::Undo);
        assert_eq!(session.project.document.text(), once, "{name}");
    }
    // What is fastened to the world, or to what is not copied, stays alone what it is.
    let mut session = marbles();
    session.select("world.bodies.board", false);
    let joints = session.world().expect("it is drawn").joints.len();
    session.run(Command::Duplicate);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    assert_eq!(session.world().expect("it is drawn").joints.len(), joints);
}

/// Wind names its bodies as keys.
#[test]
fn a_copy_is_in_the_wind_as_its_model_is() {
    let wind = "wind = { drag_area_m2 = { table = 0.05 }, mean_mps = [3, 0, 0], gust_mps = 1 }";
    let scene = format!("{TABLE}[world.mechanisms.wind]\n{wind}\n");
    let mut session = Session::new(Project::of_scene("table.toml", &scene));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.select("world.bodies.table", false);
    session.run(Command::Duplicate);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let text = session.project.document.text();
    assert!(
        text.contains("[world.mechanisms.wind_2]") && text.contains("table_2 = 0.05"),
        "{text}"
    );
}

/// Each fell as far as it could in the world as it was: those on others stayed in the air.
#[test]
fn a_stack_is_dropped_as_one() {
    let boxes: String = [0.5, 1.5, 3.0]
        .iter()
        .enumerate()
        .map(|(index, z)| format!("[world.bodies.box{index}]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, {z:?}]\n"))
        .collect();
    let scene =
        format!("name = \"x\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {{}}\n{boxes}");
    let mut session = Session::new(Project::of_scene("x", &scene));
    session.selection = (0..3)
        .rev()
        .map(|index| format!("world.bodies.box{index}"))
        .collect();
    session.run(Command::DropToSurface);
    let world = session.world().expect("it is drawn");
    for (index, height) in [0.1, 0.3, 0.5].iter().enumerate() {
        let z = world.bodies[&format!("box{index}")].position_m[2];
        assert!((z - height).abs() < 0.005, "box {index} is at {z}");
    }
}

/// Three balls in a row, each of which turned about itself.
#[test]
fn a_group_turns_about_the_body_that_has_the_handles() {
    let scene = "name = \"x\"\n[world.bodies.a]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [1, 0, 0]\n\
        [world.bodies.b]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [2, 0, 0]\n";
    let mut session = Session::new(Project::of_scene("x", scene));
    session.selection = vec!["world.bodies.b".into(), "world.bodies.a".into()];
    let mut viewport = Viewport::default();
    viewport.drag(Drag {
        offset_m: Vec3::ZERO,
        turn: Quat::from_rotation_z(std::f32::consts::FRAC_PI_2),
        scale: Vec3::ONE,
    });
    viewport.drop_drag(&mut session);
    let world = session.world().expect("it is drawn");
    let at = |name: &str| Vec3::from_array(world.bodies[name].position_m);
    assert!(at("a").distance(Vec3::X) < 1e-4, "{}", at("a"));
    assert!(at("b").distance(Vec3::new(1.0, 1.0, 0.0)) < 1e-3, "{}", at("b"));
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), scene);
}

#[test]
fn a_shape_is_shown_as_large_as_the_handles_will_make_it() {
    let shapes = [
        "ball.radius_m = 0.1",
        "box.half_extents_m = [0.1, 0.2, 0.3]",
        "ellipsoid.radii_m = [0.1, 0.2, 0.3]",
        "capsule = { radius_m = 0.1, half_height_m = 0.2 }",
        "cylinder = { radius_m = 0.1, half_height_m = 0.2 }",
        "cone = { radius_m = 0.1, half_height_m = 0.2 }",
    ];
    for shape in shapes {
        for factors in [[1.5, 1.0, 1.0], [1.0, 0.5, 2.0], [1.0, 1.0, 3.0]] {
            let scene = format!("name = \"x\"\n[world.bodies.a]\nshape.{shape}\n");
            let mut session = Session::new(Project::of_scene("x", &scene));
            let own = |session: &Session| session.world().expect("it is drawn").bodies["a"].shape.clone();
            let shown = scaled(&own(&session), Vec3::from_array(factors)).expect("it has lengths");
            let values = session.values().clone();
            session.edit("scale", None, &change::scale_by(&values, "a", factors));
            let (made, turn) = (own(&session), Quat::IDENTITY);
            let reach = |shape| reach_m(shape, turn).expect("it ends");
            assert!(
                reach(&shown).distance(reach(&made)) < 1e-4,
                "{shape}: {shown:?} {made:?}"
            );
        }
    }
}

/// Where no centre of mass was written down, the origin was shown.
#[test]
fn the_centre_of_mass_is_the_physics_own() {
    let scene = "name = \"x\"\n[world.bodies.a]\n\
        shape.compound.parts = [{ shape.box.half_extents_m = [0.1, 0.1, 0.1], position_m = [1, 0, 0] }]\n\
        [world.bodies.b]\nmotion = \"fixed\"\nshape.ball.radius_m = 0.1\n";
    let session = Session::new(Project::of_scene("x", scene));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let centres = session.play().expect("it is drawn").centres_m();
    let own = Vec3::from_array(centres[0].expect("it has a mass"));
    assert!(own.distance(Vec3::X) < 1e-5, "{own}");
    assert_eq!(centres[1], None);
}

/// Cameras, lamps and joints had no handles.
#[test]
fn a_camera_and_a_joint_are_moved_with_handles() {
    let mut session = Session::new(Project::of_scene("machine.toml", MACHINE));
    let mut viewport = Viewport::default();
    let drag = |offset_m: Vec3, turn: Quat| Drag {
        offset_m,
        turn,
        scale: Vec3::ONE,
    };
    session.edit(
        "free",
        None,
        &[Edit::Remove {
            path: "world.cameras.main.track".into(),
        }],
    );
    session.select("world.cameras.main", false);
    let pose = viewport.handled(&session).expect("it has handles");
    assert_eq!(pose.position_m, [0.0, -3.0, 1.0]);
    viewport.drag(drag(Vec3::Z, Quat::IDENTITY));
    viewport.drop_drag(&mut session);
    session.tools.tool = Tool::Rotate;
    viewport.drag(drag(
        Vec3::ZERO,
        Quat::from_rotation_z(std::f32::consts::FRAC_PI_2),
    ));
    viewport.drop_drag(&mut session);
    let camera = &session.world().expect("it is drawn").cameras["main"];
    assert_eq!(camera.position_m, [0.0, -3.0, 2.0]);
    let look = Vec3::from_array(camera.look_at_m);
    assert!(look.distance(Vec3::new(-3.0, -3.0, 0.0)) < 1e-3, "{look}");

    session.tools.tool = Tool::Move;
    session.select("world.joints.swing", false);
    viewport.drag(drag(Vec3::Y * 0.5, Quat::IDENTITY));
    viewport.drop_drag(&mut session);
    let joint = &session.world().expect("it is drawn").joints["swing"];
    assert_eq!(
        (joint.anchor_parent_m, joint.anchor_child_m),
        ([1.0, 0.5, 0.0], [0.0, 0.5, 0.0])
    );
    session.tools.tool = Tool::Scale;
    let hint = viewport.handled(&session).expect_err("a joint has no size");
    assert!(!hint.is_empty());
}

/// The anchor moved within its body as well as with it, so the joint pulled the body back when the world went on; and what was mounted on
/// a body went twice as far.
#[test]
fn a_body_takes_along_what_is_selected_with_it() {
    let mut session = Session::new(Project::of_scene("machine.toml", MACHINE));
    let paths = ["world.joints.swing", "world.cameras.rider", "world.bodies.arm"];
    session.selection = paths.map(String::from).to_vec();
    let mut viewport = Viewport::default();
    let anchors = |session: &Session| {
        let world = session.world().expect("it is drawn");
        let joint = &world.joints["swing"];
        let (arm, rider) = (&world.bodies["arm"], &world.cameras["rider"]);
        let rides = (rider.position_m, rider.look_at_m);
        (arm.position_m, joint.anchor_parent_m, joint.anchor_child_m, rides)
    };
    let drag = |offset_m: Vec3, turn: Quat| Drag {
        offset_m,
        turn,
        scale: Vec3::ONE,
    };
    let (_, _, child, rides) = anchors(&session);
    viewport.drag(drag(Vec3::Y * 0.5, Quat::IDENTITY));
    viewport.drop_drag(&mut session);
    let moved = ([1.0, 0.5, 0.0], [1.0, 0.5, 0.0], child, rides);
    assert_eq!(anchors(&session), moved);
    let quarter = Quat::from_rotation_z(std::f32::consts::FRAC_PI_2);
    viewport.drag(drag(Vec3::ZERO, quarter));
    viewport.drop_drag(&mut session);
    assert_eq!(anchors(&session), moved, "they turn with it");
    session.run(Command::Undo);
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), MACHINE);
}

#[test]
fn what_handles_do_is_told_while_they_do_it() {
    let drag = Drag {
        offset_m: Vec3::ZERO,
        turn: Quat::IDENTITY,
        scale: Vec3::ONE,
    };
    assert_eq!(drag.told(), "");
    let moved = Drag {
        offset_m: Vec3::new(0.15, -0.000001, -2.0),
        ..drag
    };
    assert_eq!(moved.told(), "moved by 0.15  0  -2 m");
    let turned = Drag {
        turn: Quat::from_rotation_y(0.5),
        ..drag
    };
    assert_eq!(turned.told(), "turned by 28.6°");
    let larger = Drag {
        scale: Vec3::new(1.5, 1.0, 1.0),
        ..drag
    };
    assert_eq!(larger.told(), "1.5  1  1 times as large");
}

/// Names with points in them were cut at the points.
#[test]
fn a_problem_of_a_quoted_name_selects_its_thing() {
    let mut session = Session::new(Project::of_scene(
        "x",
        "name = \"x\"\n[world]\nobserve = []\n[world.bodies.\"a.b\"]\nshape.ball.radius_m = 0.1\n[world.bodies.a]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0]\n",
    ));
    let mut selects = |field: &str| {
        session.selection.clear();
        session.go_to(&terrella_studio::project::about(field, "is wrong"));
        session.selection.clone()
    };
    assert_eq!(
        selects("world.bodies.\"a.b\".shape.ball"),
        ["world.bodies.\"a.b\""]
    );
    assert_eq!(
        selects("world.bodies.a.b.position_m[2]"),
        ["world.bodies.\"a.b\""]
    );
    assert_eq!(selects("world.bodies.a.position_m[2]"), ["world.bodies.a"]);
    assert_eq!(selects("world.observe[1].of"), ["world"]);
}
