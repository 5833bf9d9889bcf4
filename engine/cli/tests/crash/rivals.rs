//! Two runs into one folder at once: one makes the dataset, the other leaves and says who is there.

use crate::process::finish;
use crate::strace::{Injection, watch};
use crate::tiny::{self, WHOLE, WHOLE_OF_MANY};
use crate::tree;
use std::time::Duration;

const TIMES: usize = 25;

#[test]
fn of_two_runs_at_once_one_wins_and_the_other_leaves_with_75() {
    let mut met = 0;
    for _ in 0..4 * TIMES {
        let scratch = tiny::scratch();
        let root = scratch.path().join("data");
        let start = || tiny::many(&root, 1).spawn().expect("the binary starts");
        let rivals = [start(), start()];
        let ids = [0, 1].map(|index| rivals[index].id());
        let ends = rivals.map(finish);
        let codes = [0, 1].map(|index: usize| ends[index].status.code());
        let said = [0, 1].map(|index: usize| tiny::said(&ends[index]));
        assert_eq!(tree::differences(&root, &WHOLE_OF_MANY), [""; 0]);
        let winner = match codes {
            [Some(0), Some(75)] => 0,
            [Some(75), Some(0)] => 1,
            // On a busy machine the second may start when the first has ended.
            [Some(0), Some(0)] => continue,
            _ => panic!("{codes:?} {said:?}"),
        };
        let holder = format!("is being written by process {};", ids[winner]);
        assert!(said[1 - winner].contains(&holder), "{holder}\n{said:?}");
        met += 1;
        if met == TIMES {
            return;
        }
    }
    panic!("they met only {met} times");
}

#[test]
fn a_run_that_begins_while_another_looks_at_the_folder_is_not_other_content() {
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    // The one who found nothing is held up for a second; meanwhile the other one begins.
    let late = Injection {
        call: "statx",
        what: "delay_exit=1000000",
        when: 1,
    };
    let (slow, fast) = std::thread::scope(|scope| {
        let slow = scope.spawn(|| watch(scratch.path(), &["statx"], Some(late), &tiny::command(&root, 1)));
        std::thread::sleep(Duration::from_millis(300));
        let fast = tiny::command(&root, 1).output().expect("the binary starts");
        (slow.join().expect("no panic"), fast)
    });
    assert!(
        slow.calls[0].place(&root).starts_with("statx meta"),
        "{}",
        slow.calls[0].line
    );
    let codes = [&slow.output, &fast].map(|output| output.status.code());
    // On a busy machine they may meet after all.
    let fine = [[Some(0), Some(0)], [Some(75), Some(0)], [Some(0), Some(75)]];
    assert!(
        fine.contains(&codes),
        "{}{}",
        tiny::said(&slow.output),
        tiny::said(&fast)
    );
    assert_eq!(tree::differences(&root, &WHOLE), [""; 0]);
}
