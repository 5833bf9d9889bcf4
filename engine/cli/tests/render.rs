//! `terrella render` as it is typed: pictures that were drawn later are those that would have been stored.

mod same;
mod typed;

use same::{assert_equal, content};
use std::fs;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::pictures::stored;
use terrella_app::recorded::RecordedEpisode;
use terrella_app::spec::world::Camera;
use typed::{check, generate};

#[test]
fn drawn_later_is_what_would_have_been_stored() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    // Moving cameras, joints, worlds that differ in their bodies, and rows that lack the final observation.
    for (family, rest, rows) in [
        ("drop_bounce", "bodies,contacts", "trajectories"),
        ("push_planar", "bodies", "transitions"),
        ("linkage_control", "joints,bodies,mechanisms", "trajectories"),
        ("door_passage", "bodies", "trajectories"),
    ] {
        let [state, stored, drawn] = ["state", "stored", "drawn"].map(|kind| format!("{family}-{kind}"));
        let rows = format!("files.rows={rows}");
        generate(at, family, &state, &["--sensors", rest, "--set", &rows]);
        let pictures = format!("rgb,depth,segmentation,{rest}");
        generate(at, family, &stored, &["--sensors", &pictures, "--set", &rows]);
        let words = [
            "render",
            &state,
            "--out",
            &drawn,
            "--sensors",
            "rgb,depth,segmentation",
            "-j",
            "2",
        ];
        let said = check(at, &words, 0);
        assert!(said.contains("nothing is simulated"), "{said}");
        assert_equal(&at.join(&stored), &at.join(&drawn));
        check(at, &["verify", &drawn, "--level", "deep"], 0);
    }
}

/// A torn sheet has vertices more than its form says, and triangles that hang on others.
#[test]
fn what_was_torn_is_drawn_later_as_it_was() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    for (out, sensors) in [("state", "bodies,softs"), ("stored", "rgb,bodies,softs")] {
        let made = format!(
            "generate rope_soft --out {out} --sensors {sensors} -n 1 --steps 60 --size 24 --policies scripted=1 --quiet --set"
        );
        let words: Vec<&str> = made.split(' ').chain(["factors.kind=\"tear\""]).collect();
        check(at, &words, 0);
    }
    check(at, &["render", "state", "--out", "drawn", "--sensors", "rgb"], 0);
    assert_equal(&at.join("stored"), &at.join("drawn"));
    let dataset = OpenDataset::open(&at.join("drawn")).expect("it opens");
    let recorded = RecordedEpisode::read(&dataset, 0, 1).expect("poses");
    let corners = |row: usize| recorded.points(row)[0].len();
    assert_eq!(corners(0), corners(60), "no triangle is lost");
    let apart = |row: usize| {
        let bits = recorded.points(row)[0]
            .iter()
            .map(|point| point.map(f32::to_bits));
        bits.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert!(
        apart(60) > apart(0) + 3,
        "{} vertices, then {}",
        apart(0),
        apart(60)
    );
}

#[test]
fn worlds_without_poses_are_simulated_again() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    generate(at, "drop_bounce", "state", &["--sensors", "contacts"]);
    generate(
        at,
        "drop_bounce",
        "stored",
        &["--sensors", "rgb,contacts", "--images", "jpeg"],
    );
    let said = check(at, &["render", "state", "--out", "drawn", "--images", "jpeg"], 0);
    assert!(said.contains("simulated again"), "{said}");
    assert_equal(&at.join("stored"), &at.join("drawn"));
}

#[test]
fn the_drawn_dataset_is_that_of_its_run() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    generate(at, "drop_bounce", "state", &["--sensors", "bodies"]);
    let words = [
        "render",
        "state",
        "--out",
        "seen",
        "--size",
        "40x32",
        "--supersample",
        "1",
        "--images",
        "qoi",
        "--cameras",
        "above,side",
        "--camera",
        "above=0,0.5,4:0,0,0:70",
        "--json",
    ];
    let said = check(at, &words, 0);
    assert!(said.contains("\"simulated\": false"), "{said}");
    let before = content(&at.join("seen"));
    // The same command finds all there; a shard that is lost is made again, by simulating.
    check(at, &words, 0);
    check(at, &["verify", "seen", "--level", "deep"], 0);
    fs::remove_file(at.join("seen/data/chunk-000/file-001.parquet")).expect("it is there");
    check(at, &["verify", "seen"], 65);
    check(at, &["repair", "seen"], 0);
    assert!(content(&at.join("seen")) == before);

    let dataset = OpenDataset::open(&at.join("seen")).expect("it opens");
    let cameras: Vec<String> = stored::cameras(&dataset)
        .into_iter()
        .map(|(_, camera)| camera)
        .collect();
    assert_eq!(cameras, ["above", "side"]);
    // Drawn once more, out of what was drawn.
    check(
        at,
        &["render", "seen", "--out", "larger", "--size", "64", "--quiet"],
        0,
    );
    let larger = OpenDataset::open(&at.join("larger")).expect("it opens");
    assert_eq!(
        larger.manifest().run.spec.cameras,
        dataset.manifest().run.spec.cameras
    );
}

#[test]
fn a_program_draws_any_row_from_anywhere() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    generate(
        at,
        "drop_bounce",
        "stored",
        &["--sensors", "rgb,bodies", "--cameras", "side"],
    );
    let dataset = OpenDataset::open(&at.join("stored")).expect("it opens");
    let supersample = dataset.manifest().run.spec.supersample;
    let column = "observation.images.side";
    for episode in [0, 5] {
        let mut recorded = RecordedEpisode::read(&dataset, episode, supersample).expect("poses");
        assert_eq!(recorded.rows(), 16);
        for row in [0, 7, 15] {
            let stored = stored::pictures(&dataset, episode, row, &[column]).expect("it is stored");
            assert_eq!(
                recorded.picture(row, "side", [24, 24]).expect("it is drawn"),
                stored[0]
            );
        }
        let above = Camera::looking([0.0, 0.0, 5.0], [0.0, 0.0, 0.0], 60.0);
        let frame = recorded
            .draw(3, &above, [48, 32], terrella_app::render::Outputs::RGB)
            .expect("any camera does");
        assert_eq!(
            (frame.width, frame.height, frame.rgb.len()),
            (48, 32, 48 * 32 * 3)
        );
        assert!(recorded.picture(0, "nowhere", [8, 8]).is_err());
    }
}

#[test]
fn states_alone_can_be_looked_at() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    generate(at, "drop_bounce", "state", &["--sensors", "bodies"]);
    generate(at, "drop_bounce", "blind", &["--sensors", "none"]);
    check(
        at,
        &["inspect", "state", "--out", "sheet.png", "--html", "page.html"],
        0,
    );
    let page = fs::read_to_string(at.join("page.html")).expect("a page");
    assert!(page.contains("drawn from the recorded poses") && page.contains("data:image/png"));
    assert!(at.join("sheet.png").exists());
    let said = check(at, &["inspect", "blind", "--out", "none.png"], 2);
    assert!(said.contains("terrella replay --out"), "{said}");
}

#[test]
fn what_cannot_be_drawn_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    generate(at, "drop_bounce", "state", &["--sensors", "bodies"]);
    for (words, wanted) in [
        (&["--sensors", "rgb,bodies"][..], "`bodies` is no picture"),
        (&["--cameras", "moon"], "there is no camera `moon`; there are:"),
        (&["--camera", "a=1,2,3"], "NAME=X,Y,Z:TX,TY,TZ"),
        (&["--camera", "a.b=1,2,3:0,0,0"], "letters, digits and _"),
        (&["--camera", "a=1,2,3:0,0,0:190"], "between 0 and 180"),
        (&["--size", "0"], "image_size"),
        (
            &["--images", "tiff"],
            "there is no format `tiff`; there are: ppm, png, jpeg, qoi",
        ),
        (&["--supersample", "9"], "must be in 1..=4"),
    ] {
        let said = check(at, &[&["render", "state", "--out", "new"], words].concat(), 2);
        assert!(said.contains(wanted), "wanted: {wanted}\ngot: {said}");
        assert!(!at.join("new").exists());
    }
    let said = check(at, &["render", "nothing", "--out", "new"], 65);
    assert!(said.contains("there is no such folder"), "{said}");
    // The folder of another run is not touched.
    let before = content(&at.join("state"));
    let said = check(at, &["render", "state", "--out", "state"], 73);
    assert!(said.contains("holds another run"), "{said}");
    assert!(content(&at.join("state")) == before);
}

#[test]
fn a_world_that_is_not_the_recorded_one_is_not_drawn() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    generate(at, "drop_bounce", "state", &["--sensors", "bodies"]);
    // A byte of the poses: the file has its size still.
    let path = at.join("state/sim/chunk-000/file-000.parquet");
    let mut bytes = fs::read(&path).expect("it is there");
    let middle = bytes.len() / 4;
    bytes[middle] ^= 0x55;
    fs::write(&path, bytes).expect("it is written");
    let said = check(at, &["render", "state", "--out", "new", "--quiet"], 65);
    assert!(said.contains("damaged"), "{said}");
    assert!(!at.join("new/meta/terrella/manifest.json").exists());
}
