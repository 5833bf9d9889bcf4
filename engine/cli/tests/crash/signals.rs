//! SIGINT and SIGTERM: a safe point, the exit code of the signal, and the command that goes on.

use crate::process::{command_to_go_on, finish, is_at_work, shell, signal};
use crate::tiny::{self, WHOLE_OF_MANY};
use crate::tree;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

/// What a run says and how it ends whose only episode takes longer than anybody waits for a safe point, when `hurt` is done
/// to it in that episode.
fn in_an_endless_episode(hurt: impl Fn(&mut Child)) -> Output {
    for attempt in 1..=20 {
        let scratch = tiny::scratch();
        let root = scratch.path().join("data");
        let mut child = Command::new(tiny::TERRELLA)
            .args(tiny::words(&root, 1, 1))
            .args(["--set", "steps=1000000"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        assert!(is_at_work(&mut child, &root));
        // It begins soon. If not soon enough, the safe point before it is met, and it is tried again.
        std::thread::sleep(Duration::from_millis(100 * attempt));
        hurt(&mut child);
        let output = finish(child);
        if !tiny::said(&output).starts_with("stopped: 0 of 1 shards") {
            return output;
        }
    }
    panic!("the episode is never met");
}

#[test]
fn a_signal_stops_at_a_safe_point_and_the_command_it_prints_goes_on() {
    for (name, code) in SIGNALS {
        let mut stopped = 0;
        for _ in 0..20 {
            let scratch = tiny::scratch();
            let root = scratch.path().join("data");
            let mut child = tiny::many(&root, 2).spawn().expect("the binary starts");
            is_at_work(&mut child, &root);
            signal(&child, name);
            let output = finish(child);
            let said = tiny::said(&output);
            if output.status.code() == Some(0) {
                continue;
            }
            assert_eq!(output.status.code(), Some(code), "{said}");
            assert_eq!(tree::torn(&root, &WHOLE_OF_MANY), [""; 0]);
            assert_eq!(
                tree::passing(&root).next(),
                None,
                "a safe point leaves nothing open"
            );
            let next = shell(&command_to_go_on(&said), Path::new("/"));
            assert_eq!(next.status.code(), Some(0), "{}", tiny::said(&next));
            assert_eq!(tree::differences(&root, &WHOLE_OF_MANY), [""; 0]);
            stopped += 1;
            if stopped == 3 {
                break;
            }
        }
        assert_eq!(stopped, 3, "it is never met at work");
    }
}

#[test]
fn a_second_signal_leaves_at_once_without_a_safe_point() {
    for (name, code) in SIGNALS {
        // Two that come together are one for the process: so until it is heard.
        let output = in_an_endless_episode(|child| {
            while child.try_wait().expect("a status").is_none() {
                signal(child, name);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(tiny::said(&output), "");
    }
}

#[test]
fn an_episode_that_takes_too_long_is_not_waited_for() {
    let output = in_an_endless_episode(|child| signal(child, "TERM"));
    let said = tiny::said(&output);
    assert_eq!(output.status.code(), Some(143), "{said}");
    assert!(said.starts_with("stopped before a safe point"), "{said}");
    assert!(command_to_go_on(&said).contains("steps=1000000"), "{said}");
}
