//! Disks that are really full or read-only: small file systems in memory, mounted where only these tests see them.

use crate::tiny::{self, Start, WHOLE};
use crate::{parallel, tree};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A small file system, as long as this lives.
struct Disk {
    /// A shell that sees the mount and does what it is told.
    shell: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    mount: tempfile::TempDir,
}

impl Disk {
    /// A disk with these options of tmpfs; none where mounting is not permitted.
    fn try_new(options: &str) -> Option<Disk> {
        // As root without a namespace of users, else with one.
        ["-m", "-rm"].into_iter().find_map(|flags| {
            let mut shell = Command::new("unshare")
                .args([flags, "--propagation", "private", "sh"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .ok()?;
            let mut disk = Disk {
                orders: shell.stdin.take()?,
                answers: BufReader::new(shell.stdout.take()?),
                shell,
                mount: tiny::scratch(),
            };
            let path = disk.mount.path().display().to_string();
            disk.order(&format!("mount -t tmpfs -o {options} tmpfs {path}"))
                .then_some(disk)
        })
    }

    /// A disk; a test that cannot have one fails where all tests must run, and says so elsewhere.
    fn new(options: &str) -> Option<Disk> {
        let disk = Disk::try_new(options);
        if disk.is_none() {
            let reason =
                "NOT TESTED: file systems cannot be mounted here (`unshare -m` as root, or `unshare -rm`)";
            assert!(std::env::var_os("CI").is_none(), "{reason}");
            eprintln!("{reason}");
        }
        disk
    }

    /// Mounts it anew with other options, contents kept.
    fn remount(&mut self, options: &str) {
        let path = self.mount.path().display().to_string();
        // Named in full, lest `mount` adds the old options, of which some are not understood in a namespace of users.
        assert!(
            self.order(&format!("mount -o remount,{options} tmpfs {path}")),
            "remount {options}"
        );
    }

    fn order(&mut self, order: &str) -> bool {
        let mut answer = String::new();
        writeln!(self.orders, "{order} && echo done || echo failed").is_ok()
            && self.answers.read_line(&mut answer).is_ok()
            && answer.trim() == "done"
    }

    /// A folder on it, as it is seen from outside.
    fn root(&self) -> PathBuf {
        let mount = self.mount.path().strip_prefix("/").expect("an absolute path");
        PathBuf::from(format!("/proc/{}/root", self.shell.id()))
            .join(mount)
            .join("data")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // With the last process in it the namespace ends, and the mount with it.
        self.shell.kill().ok();
        self.shell.wait().ok();
    }
}

/// Runs into a disk with this option until it fails, and once more with room enough. True when it failed at first.
fn fill(option: &str, enough: &str, reason: &str) -> Option<bool> {
    let mut disk = Disk::new(option)?;
    let root = disk.root();
    let output = tiny::command(&root, 2).output().expect("the binary starts");
    let said = tiny::said(&output);
    assert_eq!(tree::torn(&root, &WHOLE), [""; 0], "{option}");
    let failed = match output.status.code() {
        Some(0) => {
            assert_eq!(tree::differences(&root, &WHOLE), [""; 0], "{option}");
            false
        }
        code => {
            assert_eq!(code, Some(74), "{option}: {said}");
            assert!(
                said.starts_with("error: cannot ") && said.contains(&*root.to_string_lossy()),
                "{option}: {said}"
            );
            assert!(
                said.contains("No space left on device") && said.contains(reason),
                "{option}: {said}"
            );
            true
        }
    };
    disk.remount(enough);
    assert_eq!(tiny::resume(&root), [""; 0], "{option}");
    Some(failed)
}

#[test]
fn a_full_disk_is_told_with_its_room_and_gone_on_with_when_there_is_more() {
    let sizes: Vec<u32> = (1..=30).map(|step| 16 * step).collect();
    let failed = parallel::map(&sizes, |size| {
        fill(&format!("size={size}k"), "size=64m", "bytes are free")
    });
    let failed: Option<Vec<bool>> = failed.into_iter().collect();
    if let Some(failed) = failed {
        let count = failed.iter().filter(|failed| **failed).count();
        println!("{count} of {} disks were too small", sizes.len());
        assert!(failed[0] && count >= 10 && !failed[sizes.len() - 1], "{failed:?}");
    }
}

#[test]
fn a_disk_without_room_for_another_name_says_so() {
    let counts: Vec<u32> = (6..=46).step_by(4).collect();
    let failed = parallel::map(&counts, |count| {
        fill(
            &format!("size=64m,nr_inodes={count}"),
            "nr_inodes=9999",
            "more files",
        )
    });
    let failed: Option<Vec<bool>> = failed.into_iter().collect();
    if let Some(failed) = failed {
        assert!(failed[0] && !failed[counts.len() - 1], "{failed:?}");
    }
}

#[test]
fn a_read_only_disk_is_told_and_nothing_on_it_changes() {
    for start in Start::ALL {
        let Some(mut disk) = Disk::new("size=64m") else {
            return;
        };
        let root = disk.root();
        start.prepare(&root);
        let before = tree::read(&root);
        disk.remount("ro");
        let output = tiny::command(&root, 2).output().expect("the binary starts");
        let said = tiny::said(&output);
        assert_eq!(output.status.code(), Some(74), "{start:?}: {said}");
        assert!(
            said.contains("Read-only file system") && said.contains(&*root.to_string_lossy()),
            "{start:?}: {said}"
        );
        assert_eq!(tree::read(&root), before, "{start:?}");
        disk.remount("rw");
        assert_eq!(tiny::resume(&root), [""; 0], "{start:?}");
    }
}

#[test]
fn a_full_standard_output_or_error_is_disk_trouble_and_no_panic() {
    let scratch = tiny::scratch();
    let run = |root: &PathBuf, redirection: &str| {
        Command::new("sh")
            .args(["-c", &format!("exec \"$0\" \"$@\" {redirection}"), tiny::TERRELLA])
            .args(tiny::words(root, 1, tiny::EPISODES))
            .output()
            .expect("sh starts")
    };
    let root = scratch.path().join("data");
    let output = run(&root, ">/dev/full");
    let said = tiny::said(&output);
    assert_eq!(output.status.code(), Some(74), "{said}");
    assert!(
        said.contains("cannot write to standard output: No space left on device"),
        "{said}"
    );
    assert_eq!(tree::differences(&root, &WHOLE), [""; 0], "the dataset is there");
    // Refused for a reason of its own, and nobody to tell it.
    std::fs::write(scratch.path().join("file"), "").expect("a file");
    let below = scratch.path().join("file/data");
    assert_eq!(run(&below, "2>/dev/full").status.code(), Some(74));
}
