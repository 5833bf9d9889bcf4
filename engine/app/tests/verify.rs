//! Deep verification: an episode that its world does not give is found, with the step, the body and the number.

mod made;

use std::path::Path;
use terrella_app::exporters::check::Fault;
use terrella_app::exporters::video;
use terrella_app::record::episode::{Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::spec::run::{ImageFormat, RunSpec, WorldSource};
use terrella_app::verify::{EpisodeDifference, Level, open_kit, verify};
use terrella_app::{RunKit, folder};

const EPISODES: u64 = 6;

/// Makes a dataset whose episodes went through `tamper` before they were written.
fn make(root: &Path, tamper: impl Fn(&mut Episode)) {
    make_with(root, ImageFormat::default(), tamper);
}

fn make_with(root: &Path, images: ImageFormat, tamper: impl Fn(&mut Episode)) {
    let mut spec = RunSpec::new(WorldSource::Family("push_planar".into()));
    spec.episodes = EPISODES;
    spec.steps = Some(12);
    spec.image_size = [16, 16];
    spec.files.images = images;
    let kit = RunKit::resolve(spec, None, root.to_path_buf(), &Registries::default()).expect("it resolves");
    made::make(&kit, tamper);
}

fn differences(root: &Path, level: Level) -> Vec<EpisodeDifference> {
    let kit = open_kit(root, &Registries::default()).expect("a dataset");
    let found = verify(&kit, level, 2, &|_, _| ()).expect("it can be read");
    assert_eq!(found.findings, [], "every byte is as it was written");
    assert!(found.other_version.is_none());
    found.differences
}

fn floats<'a>(episode: &'a mut Episode, name: &str) -> &'a mut Vec<f32> {
    let column = episode.columns.iter_mut().find(|column| column.spec.name == name);
    column.expect("a column").floats()
}

#[test]
fn a_dataset_that_was_only_written_is_sound() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    make(scratch.path(), |_| ());
    for level in [Level::Quick, Level::Full, Level::Deep(None), Level::Deep(Some(2))] {
        assert_eq!(differences(scratch.path(), level), []);
    }
}

#[test]
fn a_body_that_is_elsewhere_is_named_with_its_step() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let mut body = String::new();
    let moved = std::cell::RefCell::new(&mut body);
    make(scratch.path(), |episode| {
        if episode.meta.episode == 4 {
            let bodies = episode.meta.body_names.len();
            **moved.borrow_mut() = episode.meta.body_names[1].clone();
            // From step 7 on the second body is a hair higher.
            for row in 7..13 {
                let height = &mut floats(episode, "bodies")[(row * bodies + 1) * 13 + 2];
                *height = f32::from_bits(height.to_bits() + 1);
            }
        }
    });
    assert_eq!(
        differences(scratch.path(), Level::Full),
        [],
        "the bytes do not tell"
    );
    let found = differences(scratch.path(), Level::Deep(None));
    let [found] = &found[..] else {
        panic!("one episode differs: {found:?}")
    };
    assert_eq!(
        (found.episode, found.step, &found.body),
        (4, Some(7), &Some(body))
    );
    assert_eq!(found.column, "bodies pz");
    assert_ne!(found.stored, found.made);
}

#[test]
fn an_action_a_pixel_and_a_digest_are_named() {
    type Tamper = fn(&mut Episode);
    let pixel: Tamper = |episode| {
        let picture = episode
            .columns
            .iter_mut()
            .find_map(|column| match &mut column.values {
                Values::Rgb(bytes) => Some((&column.spec, bytes)),
                _ => None,
            });
        picture.expect("pictures").1[16 * 16 * 3 * 5 + 100] ^= 1;
    };
    let cases: [(&str, Option<usize>, Tamper); 3] = [
        ("action", Some(3), |episode| {
            floats(episode, "action")[3 * 2] += 0.25
        }),
        ("observation.images.", Some(5), pixel),
        ("action_digest", None, |episode| {
            episode.meta.action_digest = "0".repeat(64)
        }),
    ];
    for (column, step, tamper) in cases {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        make(scratch.path(), |episode| {
            if episode.meta.episode == 0 {
                tamper(episode);
            }
        });
        let found = differences(scratch.path(), Level::Deep(Some(1)));
        let [found] = &found[..] else {
            panic!("one episode differs: {found:?}")
        };
        assert!(found.column.starts_with(column), "{found:?}");
        assert_eq!((found.episode, found.step), (0, step), "{column}");
    }
}

#[test]
fn a_run_file_of_another_seed_does_not_mislead() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    make(scratch.path(), |_| ());
    let path = scratch.path().join(folder::RUN_FILE);
    let text = std::fs::read_to_string(&path).expect("a run");
    assert!(text.contains("\"seed\": 0"));
    std::fs::write(&path, text.replace("\"seed\": 0", "\"seed\": 1")).expect("written");
    let kit = open_kit(scratch.path(), &Registries::default()).expect("the manifest tells the run");
    let found = verify(&kit, Level::Full, 2, &|_, _| ()).expect("it can be read");
    let [finding] = &found.findings[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (finding.path.as_str(), &finding.fault),
        (folder::RUN_FILE, &Fault::Bytes)
    );
    // Without the manifest, the shards' records say that this run is not theirs.
    std::fs::remove_file(scratch.path().join("meta/terrella/manifest.json")).expect("removed");
    let error = open_kit(scratch.path(), &Registries::default())
        .err()
        .expect("nobody knows the run");
    assert_eq!(error.exit_code(), 65, "{error}");
}

#[test]
fn a_picture_that_was_not_drawn_is_found_in_every_format() {
    for images in video::formats() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        make_with(scratch.path(), images, |_| ());
        assert_eq!(differences(scratch.path(), Level::Deep(None)), [], "{images:?}");
        let scratch = tempfile::tempdir().expect("a scratch folder");
        make_with(scratch.path(), images, |episode| {
            let pictures = episode
                .columns
                .iter_mut()
                .find(|column| column.spec.name.starts_with("observation.images."));
            let pictures = pictures.expect("pictures").rgb();
            if episode.meta.episode == 4 {
                // One pixel of the sixth picture.
                pictures[5 * 16 * 16 * 3 + 300] ^= 0x80;
            }
        });
        let found = differences(scratch.path(), Level::Deep(None));
        let [difference] = &found[..] else {
            panic!("{images:?}: {found:?}");
        };
        assert_eq!((difference.episode, difference.step), (4, Some(5)), "{images:?}");
        assert!(difference.column.starts_with("observation.images."));
    }
}
