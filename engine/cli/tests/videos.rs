//! `--images mp4` as it is typed: made, looked at, hurt and mended, drawn later, and what is refused.

mod same;
mod typed;

use same::{assert_equal, content};
use std::fs;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::pictures::stored;
use typed::{check, generate};

#[cfg(not(feature = "video"))]
#[test]
fn without_the_feature_videos_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().expect("there is room");
    let words = ["generate", "push_planar", "--out", "set", "--images", "mp4"];
    let said = check(folder.path(), &words, 2);
    assert!(
        said.contains("files.images") && said.contains("Cargo feature `video`"),
        "{said}"
    );
    assert!(!folder.path().join("set").exists());
}

#[cfg(feature = "video")]
mod made {
    use super::*;

    const VIDEO: &[&str] = &["--images", "mp4", "--sensors", "rgb,bodies"];

    #[test]
    fn a_dataset_with_videos_is_verified_mended_and_made_with_any_number_of_threads() {
        let folder = tempfile::tempdir().expect("there is room");
        let at = folder.path();
        generate(at, "push_planar", "one", &[VIDEO, &["-j", "1"]].concat());
        generate(at, "push_planar", "set", &[VIDEO, &["-j", "3"]].concat());
        assert_equal(&at.join("one"), &at.join("set"));
        check(at, &["verify", "set", "--level", "deep"], 0);
        let before = content(&at.join("set"));
        let video = at.join("set/videos/observation.images.top/chunk-000/file-001.mp4");
        let mut bytes = fs::read(&video).expect("a video");
        bytes[300] ^= 1;
        fs::write(&video, &bytes).expect("it is written");
        let said = check(at, &["verify", "set", "--level", "full"], 65);
        assert!(said.contains("file-001.mp4"), "{said}");
        check(at, &["repair", "set"], 0);
        assert!(content(&at.join("set")) == before);
        // A lost one makes its shard, and no other, when the same command is given again.
        fs::remove_file(&video).expect("it is there");
        generate(at, "push_planar", "set", VIDEO);
        assert!(content(&at.join("set")) == before);
        check(at, &["replay", "set", "--episode", "3", "--every", "5"], 0);
    }

    #[test]
    fn what_is_shown_of_it_is_near_what_was_drawn() {
        let folder = tempfile::tempdir().expect("there is room");
        let at = folder.path();
        generate(at, "push_planar", "set", VIDEO);
        generate(at, "push_planar", "raw", &["--sensors", "rgb,bodies"]);
        let [set, raw] = ["set", "raw"].map(|name| OpenDataset::open(&at.join(name)).expect("it opens"));
        assert_eq!(stored::cameras(&set), stored::cameras(&raw));
        for (column, _) in stored::cameras(&set) {
            for (episode, row) in [(0, 0), (1, 15), (5, 7)] {
                let [seen, drawn] = [&set, &raw].map(|dataset| {
                    let pictures = stored::pictures(dataset, episode, row, &[&column]);
                    pictures.expect("a picture").remove(0)
                });
                let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
                let error = seen.bytes.iter().zip(&drawn.bytes).map(square).sum::<f64>();
                let error = error / drawn.bytes.len() as f64;
                // 25 dB: colour at half the resolution tells in 24 pixels.
                assert!(error < 205.0, "{column} {episode} {row}: {error}");
            }
        }
        let said = check(at, &["inspect", "set", "--out", "sheet.png"], 0);
        assert!(said.contains("sheet.png"), "{said}");
        check(at, &["inspect", "set", "--html", "page.html"], 0);
        let page = fs::read_to_string(at.join("page.html")).expect("a page");
        assert!(
            page.matches("data:image/png;base64,").count() >= 16,
            "films are on the page"
        );
        assert!(!page.contains("holds no pictures"));
    }

    #[test]
    fn drawn_later_is_what_would_have_been_stored() {
        let folder = tempfile::tempdir().expect("there is room");
        let at = folder.path();
        generate(at, "push_planar", "stored", VIDEO);
        generate(at, "push_planar", "states", &["--sensors", "bodies"]);
        let said = check(at, &["render", "states", "--out", "drawn", "--images", "mp4"], 0);
        assert!(said.contains("nothing is simulated"), "{said}");
        assert_equal(&at.join("stored"), &at.join("drawn"));
        // And the other way: the pictures of a dataset with videos, drawn anew without loss.
        generate(at, "push_planar", "raw", &["--sensors", "rgb,bodies"]);
        check(at, &["render", "stored", "--out", "again", "--images", "ppm"], 0);
        assert_equal(&at.join("raw"), &at.join("again"));
    }

    #[test]
    fn what_cannot_be_a_video_is_refused_with_its_field_and_a_remedy() {
        let folder = tempfile::tempdir().expect("there is room");
        let at = folder.path();
        let words = ["generate", "push_planar", "--out", "set", "--images", "mp4"];
        for (extra, field, remedy) in [
            (&["--size", "63x64"][..], "image_size", "take 64 x 64"),
            (&["--size", "8"], "image_size", "each side must be 16 or more"),
            (
                &["--shard-episodes", "2000", "-n", "2000"],
                "files.shard_episodes",
                "take 66 or fewer",
            ),
            (&["--steps", "10001", "--size", "16"], "steps", "take fewer steps"),
        ] {
            let said = check(at, &[&words[..], extra].concat(), 2);
            assert!(said.contains(field) && said.contains(remedy), "{extra:?}: {said}");
        }
        assert!(!at.join("set").exists());
        // Without pictures there is nothing to refuse.
        check(
            at,
            &[
                &words[..],
                &["--size", "63", "--sensors", "none", "-n", "2", "--steps", "4"],
            ]
            .concat(),
            0,
        );
        assert!(!at.join("set/videos").exists());
    }
}
