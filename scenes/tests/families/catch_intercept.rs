//! `catch_intercept`: the contract of every family, the expert's success rate, golden states.

use crate::axes::check_axes;
use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, fixed, golden_digests, plan_with, solved_at, word};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::glam::Vec3;
use terrella_sim::lane::Lane;
use terrella_spec::shape::Shape;

#[test]
fn contract() {
    check_contract(family("catch_intercept").expect("registered"));
}

#[test]
fn what_is_out_of_distribution_changes_the_world() {
    check_axes(family("catch_intercept").expect("registered"));
}

/// The expert solves 195 of 200, and 198 of 200 out of distribution; random 14 of 200, smooth_random 18.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: 40,
        scripted: 0.9,
        held_out: 0.85,
        random: 0.15,
        smooth_random: 0.2,
    };
    check_rates(family("catch_intercept").expect("registered"), &rates);
}

/// The camera that goes with the net looked past the screen: what was hidden from the front it saw all the time.
#[test]
fn the_screen_hides_the_ball_from_both_cameras_at_once() {
    let family = family("catch_intercept").expect("registered");
    let (mut front, mut both) = (0, 0);
    for episode in 0..20 {
        let plan = plan_with(family, episode, false, &[("screen", word("screen"))]);
        let screen = plan.world.bodies["screen"].clone();
        let Shape::Box { half_extents_m } = screen.shape else {
            panic!("the screen is a box");
        };
        let (middle, half) = (Vec3::from(screen.position_m), Vec3::from(half_extents_m));
        let cameras = ["front", "net"].map(|name| plan.world.cameras[name].clone());
        let mut lane = Lane::new(Arc::new(plan)).expect("sound");
        let mut hidden = 0;
        for _ in 0..30 {
            lane.step(&[0.0, 1.0]).expect("sound");
            let view = lane.view();
            let ball = view.body_named("ball").position_m;
            let [from_front, from_net] = [&cameras[0], &cameras[1]].map(|camera| {
                let mount = camera.mount.as_ref().map(|name| view.body_named(name).position_m);
                let eye = Vec3::from(camera.position_m) + mount.unwrap_or(Vec3::ZERO);
                let share = (middle.y - eye.y) / (ball.y - eye.y);
                let through = eye.lerp(ball, share) - middle;
                through.x.abs() < half.x && through.z.abs() < half.z
            });
            front += u32::from(from_front);
            hidden += u32::from(from_front && from_net);
        }
        assert!(hidden > 0, "episode {episode}: it is always seen");
        both += hidden;
    }
    println!("{both} of {front}");
    assert!(4 * both > 3 * front, "{both} of {front} records");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("catch_intercept").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["33ead82d3bb17d63", "ed031c93a246d872", "49bc2af87d993097"]
    );
}

/// The expert reckoned with 40 records a second whatever the run's: in a mixture, at 20, it thought the net twice as late as it is.
#[test]
fn the_expert_knows_how_late_the_net_is_at_any_rate_of_records() {
    let family = family("catch_intercept").expect("registered");
    for control_hz in [10, 20, 40] {
        let caught = (0..20).filter(|episode| {
            let late = [("latency_secs", fixed(0.2))];
            let mut plan = plan_with(family, *episode, false, &late);
            plan.world.control_hz = control_hz;
            solved_at(family, plan, "scripted", *episode, 2 * control_hz).is_some()
        });
        assert!(caught.count() >= 18, "{control_hz} records a second");
    }
}
