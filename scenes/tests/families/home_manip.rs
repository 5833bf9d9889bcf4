//! `home_manip`: the contract of every family, the expert's success rate, golden states, and what opens a locked drawer.

use crate::rates::{Rates, check_rates};
use crate::rollout::{chance, check_contract, golden_digests, plan, plan_with, word};
use std::sync::Arc;
use terrella_scenes::draw::draw_plan;
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::run::{OodKeyword, OodSpec, PolicySpec};
use terrella_spec::seed::SeedPath;

#[test]
fn contract() {
    check_contract(family("home_manip").expect("registered"));
}

/// Measured when minted, in 400 steps: the expert solves at least 22 of 24, and 35 of 40 out of distribution; random at most one and
/// smooth_random two of 24.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: 400,
        scripted: 0.9,
        held_out: 0.875,
        random: 0.05,
        smooth_random: 0.1,
    };
    check_rates(family("home_manip").expect("registered"), &rates);
}

/// The expert plays until a locked drawer is open: it moves after the button was pressed and not before.
#[test]
fn a_locked_drawer_opens_after_the_button_was_pressed() {
    let family = family("home_manip").expect("registered");
    let word = |text: &str| FactorValue::Word(text.into());
    let plans = (0..200).map(|episode| (episode, plan(family, episode, false)));
    let locked = plans.filter(|(_, plan)| {
        plan.factors["drawer_start"] == word("locked") && plan.factors["goal"] == word("drawer_open")
    });
    let mut opened = 0;
    for (episode, plan) in locked.take(3) {
        let mut policy = family.expert(&plan).expect("it has one");
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), vec![0.0; 7]);
        let mut pressed = false;
        for _ in 0..300 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
            let view = lane.view();
            let button = view.mechanism_index("button").expect("there is one");
            let drawer = view.joint_index("drawer").expect("there is one");
            pressed |= view.mechanism_state(button) > 0.5;
            let open = view.joint_position(drawer);
            assert!(
                pressed || open < 0.004,
                "episode {episode}: open by {open} m unpressed"
            );
            opened += u32::from(open > 0.1);
        }
    }
    assert!(opened > 0, "none was opened");
}

/// A cupboard may be locked as well, and a drawer by the switch: they open after what unlocks them, and not before.
#[test]
fn what_unlocks_a_cupboard_or_a_drawer_comes_first() {
    let family = family("home_manip").expect("registered");
    let locked = [
        ("cupboard_open", "cupboard_start", "button", "cupboard", 0.03),
        ("drawer_open", "drawer_start", "switch", "drawer", 0.004),
    ];
    for (goal, start, key, joint, shut) in locked {
        let set = [
            ("goal", word(goal)),
            (start, word("locked")),
            ("drawer_lock", word(key)),
        ];
        let mut opened = 0;
        for episode in 0..5 {
            let plan = plan_with(family, episode, false, &set);
            let (mut policy, mut task) = (family.expert(&plan).expect("it has one"), family.task(&plan));
            let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
            let (mut rng, mut action) = (chance(episode), vec![0.0; 7]);
            let (mut unlocked, mut solved) = (false, false);
            for _ in 0..400 {
                policy.act(&lane.view(), &mut rng, &mut action);
                lane.step(&action).expect("sound");
                let view = lane.view();
                let key = view.mechanism_index(key).expect("there is one");
                let open = view.joint_position(view.joint_index(joint).expect("there is one"));
                unlocked |= view.mechanism_state(key) > 0.5;
                assert!(
                    unlocked || open < shut,
                    "episode {episode}: the {joint} is open by {open}"
                );
                solved |= task.assess(&view, &action).success;
                if solved {
                    break;
                }
            }
            opened += u32::from(solved);
        }
        assert!(opened >= 4, "{goal}: {opened} of 5");
    }
}

/// A hand that does all the expert does but never presses the button opens no locked drawer.
#[test]
fn a_locked_drawer_stays_shut_however_it_is_pulled() {
    let family = family("home_manip").expect("registered");
    let word = |text: &str| FactorValue::Word(text.into());
    let (_, mut plan) = (0..200)
        .map(|episode| (episode, plan(family, episode, false)))
        .find(|(_, plan)| {
            plan.factors["drawer_start"] == word("locked") && plan.factors["goal"] == word("drawer_open")
        })
        .expect("one of them");
    // The expert believes that it is only closed.
    plan.factors.insert("drawer_start".into(), word("closed"));
    let solved_in = crate::rollout::solved_at(family, plan, "scripted", 0, 300);
    assert_eq!(solved_in, None);
}

/// The factors said `open` of a drawer that was shut because it was to be opened, and `on` of a lid that lay on the table.
#[test]
fn what_the_goal_leaves_no_choice_is_told_as_it_is() {
    let family = family("home_manip").expect("registered");
    let word = |text: &str| FactorValue::Word(text.into());
    for episode in 0..120 {
        let plan = plan(family, episode, false);
        let (drawer, lid) = (
            plan.factors["drawer_start"].clone(),
            plan.factors["lid_start"].clone(),
        );
        let lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let view = lane.view();
        let joint = view.joint_index("drawer").expect("there is one");
        let is_open = view.joint_position(joint) > 0.01;
        assert_eq!(drawer == word("open"), is_open, "episode {episode}: {drawer:?}");
        let is_on = view.body_named("lid").position_m.z > 0.05;
        assert_eq!(lid == word("on"), is_on, "episode {episode}: {lid:?}");
    }
}

/// Who is clumsy closes the fingers on nothing more often, and is rarely done in time.
#[test]
fn a_clumsy_hand_needs_longer() {
    let family = family("home_manip").expect("registered");
    let solved = |policy: &str| {
        let at = |episode: u64| {
            crate::rollout::solved_at(family, plan(family, episode, false), policy, episode, 250)
        };
        (0..16).filter_map(at).count()
    };
    let (expert, clumsy) = (solved("scripted"), solved("clumsy"));
    assert!(clumsy < expert, "clumsy {clumsy}, expert {expert} of 16");
}

/// A kitchen is rarely drawn again because its small things do not fit beside each other.
#[test]
fn what_is_drawn_fits_on_the_table() {
    let family = family("home_manip").expect("registered");
    let factors = family.factors();
    let one = OodSpec::Keyword(OodKeyword::One);
    for ood in [None, Some(&one)] {
        let refused = |episode: &u64| {
            let seed = SeedPath {
                run: 0,
                episode: *episode,
                attempt: 0,
            };
            draw_plan(family, &factors, ood, seed).is_err()
        };
        let refused = (0..200).filter(refused).count();
        assert!(refused <= 2, "{refused} of 200 are drawn again");
    }
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("home_manip").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["319bd743d9f1c784", "bfc9187b7e8a811a", "228ef0ab2abd8e37"]
    );
}

/// Whoever plays brings about much that nobody asked for. A hand that was to press or to grip a handle next did not open wide
/// enough to let go of what it held, and dragged it along: the cupboard was rarely opened.
#[test]
fn play_does_what_nobody_asked_for() {
    /// Of 16 kitchens, those in which each is changed within 600 steps. Measured when minted, of 40: 15, 11, 22, 11, 19, 20, 14, 21.
    const LEAST: usize = 3;
    const KINDS: [&str; 8] = [
        "drawer", "cupboard", "button", "switch", "block", "lid", "cup", "spoon",
    ];
    let family = family("home_manip").expect("registered");
    let play = (family.own_policies().iter())
        .find(|kind| kind.name == "play")
        .expect("it has one");
    let mut changed = [0; KINDS.len()];
    for episode in 0..16 {
        let plan = plan(family, episode, false);
        let mut policy =
            (play.make)(family, &plan, &PolicySpec::new("play", 1.0)).expect("it suits every kitchen");
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), vec![0.0; 7]);
        let state = |lane: &Lane| {
            let view = lane.view();
            let joint = |name| view.joint_position(view.joint_index(name).expect("there is one"));
            let button = view.mechanism_index("button").expect("there is one");
            let moved = ["block", "lid", "cup", "spoon"].map(|body| view.body_named(body).position_m);
            let pressed = view.mechanism_state(button);
            (
                [joint("drawer"), joint("cupboard"), pressed, joint("switch")],
                moved,
            )
        };
        let (first, placed) = state(&lane);
        let mut seen = [false; KINDS.len()];
        for _ in 0..600 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
            let (now, at) = state(&lane);
            for (index, far) in [0.08, 0.8, 0.5, 0.8].into_iter().enumerate() {
                seen[index] |= (now[index] - first[index]).abs() > far;
            }
            for (index, at) in at.into_iter().enumerate() {
                seen[4 + index] |= at.distance(placed[index]) > 0.08;
            }
        }
        for (count, seen) in changed.iter_mut().zip(seen) {
            *count += usize::from(seen);
        }
    }
    for (kind, count) in KINDS.into_iter().zip(changed) {
        assert!(
            count >= LEAST,
            "the {kind} changed in {count} of 16; of all kinds: {changed:?}"
        );
    }
}

/// The light is lit while its lever leans to the right, at the start too, and turning it off takes it down.
#[test]
fn the_switch_turns_the_light_on_and_off() {
    let family = family("home_manip").expect("registered");
    for goal in ["switch_on", "switch_off"] {
        let to = f32::from(goal == "switch_on");
        for episode in 0..4 {
            let set = [("goal", FactorOverride::Word(goal.into()))];
            let plan = crate::rollout::plan_with(family, episode, false, &set);
            let mut policy = family.expert(&plan).expect("it has one");
            let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
            let seed = SeedPath {
                run: 0,
                episode,
                attempt: 0,
            };
            let (mut rng, mut action) = (seed.stream("policy"), vec![0.0; 7]);
            let lit = |lane: &Lane| {
                let view = lane.view();
                let light = view.joint_index("light").expect("there is one");
                let switch = view.mechanism_index("switch").expect("there is one");
                (view.mechanism_state(switch), view.joint_position(light) > 0.02)
            };
            assert_eq!(
                lit(&lane),
                (1.0 - to, to < 0.5),
                "{goal}, episode {episode}: at the start"
            );
            for _ in 0..200 {
                policy.act(&lane.view(), &mut rng, &mut action);
                lane.step(&action).expect("sound");
            }
            assert_eq!(
                lit(&lane),
                (to, to > 0.5),
                "{goal}, episode {episode}: at the end"
            );
        }
    }
}

/// Asked for, the hand keeps its attitude and has four channels; the expert does as well with it: 40 of 40 in a run, of
/// which these are the first.
#[test]
fn a_hand_that_keeps_its_attitude_is_led_by_four_numbers() {
    let family = family("home_manip").expect("registered");
    let mut solved = 0;
    for episode in 0..8 {
        let plan = plan_with(family, episode, false, &[("action", word("xyz"))]);
        let lane = Lane::new(Arc::new(plan.clone())).expect("a sound world");
        let channels = &lane.view().action_space().channels;
        let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
        assert_eq!(names, ["hand.dx", "hand.dy", "hand.dz", "hand.gripper"]);
        let solved_in = crate::rollout::solved_at(family, plan, "scripted", episode, 400);
        solved += u32::from(solved_in.is_some());
    }
    assert!(solved >= 7, "the expert solves {solved} of 8");
}
