//! Whatever happens to a dataset's files is found, and mended without touching the others.

use crate::folder::{assert_content, content, expect, files, text, write};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

type Content = BTreeMap<PathBuf, Vec<u8>>;

/// As many cases of damage; a few of them change nothing.
const CASES: u64 = 240;

/// A dataset of six shards with pictures, and the same of another seed.
struct Datasets {
    sound: Content,
    other: Content,
}

fn datasets(scratch: &Path) -> Datasets {
    let [sound, other] = ["3", "4"].map(|seed| {
        let root = scratch.join(format!("seed-{seed}"));
        let arguments = [
            "generate",
            "drop_bounce",
            "--out",
            text(&root),
            "-n",
            "6",
            "--steps",
            "8",
            "--size",
            "16",
            "--seed",
            seed,
            "--shard-episodes",
            "1",
            "--quiet",
        ];
        expect(0, &arguments);
        content(&root)
    });
    Datasets { sound, other }
}

/// Numbers that look drawn, the same every time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

/// What is done to the files of a case, in words; and what they are then.
fn damage(case: u64, datasets: &Datasets) -> (String, Content) {
    let mut draw = Draw(case);
    // The first numbers of neighbouring seeds are alike.
    for _ in 0..4 {
        draw.below(2);
    }
    let sound = &datasets.sound;
    let names: Vec<&PathBuf> = sound.keys().collect();
    let name = names[draw.below(names.len())];
    let mut changed = sound.clone();
    let bytes = changed.get_mut(name).expect("a file of the dataset");
    let shown = name.display();
    let words = match case % 10 {
        0..3 => {
            let (byte, bit) = (draw.below(bytes.len()), draw.below(8));
            bytes[byte] ^= 1 << bit;
            format!("bit {bit} of byte {byte} of {shown} flipped")
        }
        3 => {
            bytes.truncate(draw.below(bytes.len()));
            format!("{shown} cut to {} bytes", bytes.len())
        }
        4 => {
            let first = draw.below(bytes.len());
            let end = (first + 512).min(bytes.len());
            bytes[first..end].fill(0);
            format!("{shown} zero from {first} to {end}")
        }
        5 => {
            bytes.extend_from_slice(&[0; 16][..=draw.below(16)]);
            format!("{shown} made longer")
        }
        6 => {
            changed.remove(name);
            format!("{shown} removed")
        }
        7 => {
            // A file of one shard in the place of another's, and the other way round.
            let folder = [
                "data/chunk-000",
                "sim/chunk-000",
                "meta/episodes/chunk-000",
                "meta/terrella/commits",
            ][draw.below(4)];
            let of_folder: Vec<&&PathBuf> = names.iter().filter(|name| name.starts_with(folder)).collect();
            let first = draw.below(of_folder.len());
            let second = (first + 1 + draw.below(of_folder.len() - 1)) % of_folder.len();
            let (first, second) = (*of_folder[first], *of_folder[second]);
            changed.insert(first.clone(), sound[second].clone());
            changed.insert(second.clone(), sound[first].clone());
            format!("{} and {} swapped", first.display(), second.display())
        }
        8 => {
            let extra = [
                "data/chunk-000/file-099.parquet",
                "sim/chunk-001/file-000.parquet",
                "meta/notes.txt",
                "meta/terrella/commits/shard-000099.json",
                "data/chunk-000/.file-000.parquet.x1.tmp",
            ][draw.below(5)];
            changed.insert(extra.into(), sound[name].clone());
            format!("{extra} added")
        }
        _ => {
            let stale: Vec<&PathBuf> = names
                .iter()
                .filter(|name| name.starts_with("meta/terrella"))
                .copied()
                .filter(|name| datasets.other.contains_key(*name) && datasets.other[*name] != sound[*name])
                .collect();
            let name = stale[draw.below(stale.len())];
            changed.insert(name.clone(), datasets.other[name].clone());
            format!("{} of another run", name.display())
        }
    };
    (words, changed)
}

/// The files whose bytes or presence differ.
fn differing(one: &Content, other: &Content) -> BTreeSet<String> {
    let names: BTreeSet<&PathBuf> = one.keys().chain(other.keys()).collect();
    names
        .into_iter()
        .filter(|name| one.get(*name) != other.get(*name))
        .map(|name| name.display().to_string())
        .collect()
}

/// Which inode a file has: a file that is written again has another.
fn inodes(root: &Path) -> BTreeMap<String, u64> {
    files(root)
        .into_iter()
        .map(|name| {
            (
                name.display().to_string(),
                fs::metadata(root.join(&name)).expect("a file").ino(),
            )
        })
        .collect()
}

/// False where the case changes nothing.
fn try_case(case: u64, datasets: &Datasets, scratch: &Path) -> bool {
    let (words, damaged) = damage(case, datasets);
    let wrong = differing(&damaged, &datasets.sound);
    if wrong.is_empty() {
        // Zeros over zeros.
        return false;
    }
    let root = scratch.join(format!("case-{case}"));
    write(&root, &damaged);
    let found: Value = serde_json::from_str(&expect(65, &["verify", text(&root), "--json"])).expect("JSON");
    let findings = found["findings"].as_array().expect("findings");
    let paths: BTreeSet<String> = findings
        .iter()
        .map(|finding| finding["path"].as_str().expect("a path").to_string())
        .collect();
    for name in &wrong {
        // A shard's record that is bad says all of its shard.
        assert!(paths.contains(name), "{words}: {name} is not among {paths:?}");
    }
    let before = inodes(&root);
    let shards: BTreeSet<u64> = findings
        .iter()
        .filter_map(|finding| finding["shard"].as_u64())
        .collect();
    expect(0, &["repair", text(&root), "--quiet"]);
    assert_content(&root, &datasets.sound, &words);
    let untouched = before
        .iter()
        .filter(|(name, _)| is_of_sound_shard(name, &shards) && datasets.sound.contains_key(Path::new(name)));
    let after = inodes(&root);
    for (name, inode) in untouched {
        assert_eq!(after.get(name), Some(inode), "{words}: {name} was written again");
    }
    expect(0, &["verify", text(&root)]);
    fs::remove_dir_all(&root).expect("it can be removed");
    true
}

/// True for a table or record of a shard that nothing was wrong with. One shard is one file in each folder here.
fn is_of_sound_shard(name: &str, bad: &BTreeSet<u64>) -> bool {
    let number = name
        .rsplit_once("file-")
        .or(name.rsplit_once("shard-"))
        .and_then(|(_, end)| end.split('.').next())
        .and_then(|digits| digits.parse::<u64>().ok());
    number.is_some_and(|number| !bad.contains(&number))
}

#[test]
fn all_damage_is_found_and_mended_to_the_same_bytes_and_the_rest_is_untouched() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let datasets = &datasets(scratch.path());
    let tried: usize = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let scratch = scratch.path();
            let cases = (0..CASES).filter(move |case| case % 2 == half);
            scope.spawn(move || cases.filter(|case| try_case(*case, datasets, scratch)).count())
        });
        halves
            .map(|half| half.join().expect("no case fails"))
            .iter()
            .sum()
    });
    assert!(tried >= 200, "{tried} cases");
}

#[test]
fn quick_verification_finds_what_sizes_and_records_tell() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let datasets = datasets(scratch.path());
    let data = PathBuf::from("data/chunk-000/file-002.parquet");
    let root = scratch.path().join("case");
    for damage in 0..3 {
        let mut changed = datasets.sound.clone();
        match damage {
            0 => drop(changed.remove(&data)),
            1 => changed.get_mut(&data).expect("a table").truncate(100),
            // As long as before, but without a footer.
            _ => changed.get_mut(&data).expect("a table").fill(0),
        }
        write(&root, &changed);
        let found = expect(65, &["verify", text(&root), "--level", "quick"]);
        assert!(
            found.contains("shard 2: data/chunk-000/file-002.parquet"),
            "{found}"
        );
        fs::remove_dir_all(&root).expect("it can be removed");
    }
}

#[test]
fn an_unfinished_dataset_is_made_whole_by_repair() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let datasets = datasets(scratch.path());
    let mut part = datasets.sound.clone();
    part.retain(|name, _| {
        let name = name.to_string_lossy();
        name.contains("run.json") || name.contains("file-001") || name.contains("shard-000001")
    });
    let root = scratch.path().join("case");
    write(&root, &part);
    expect(65, &["verify", text(&root)]);
    expect(0, &["repair", text(&root), "--quiet"]);
    assert_content(&root, &datasets.sound, "repaired");
}
