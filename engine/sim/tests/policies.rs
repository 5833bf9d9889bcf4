//! What policies that disturb an expert do to it.

use std::collections::BTreeSet;
use std::sync::Arc;
use terrella_sim::lane::Lane;
use terrella_sim::policies::{FailureSeeking, Policy, Weak};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::{Rng, SeedPath};
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, Mechanism, World};

const STEPS: usize = 100;

/// Commands that nobody else would give: they tell the step at which they were wanted.
#[derive(Clone, Default)]
struct Counting(u32);

fn wanted(step: usize) -> [f32; 2] {
    [0.001 * (step + 1) as f32, 0.002 * (step + 1) as f32]
}

impl Policy for Counting {
    fn act(&mut self, _: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.copy_from_slice(&wanted(self.0 as usize));
        self.0 += 1;
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// What a policy does in a world with two channels.
fn actions(mut policy: Box<dyn Policy>, episode: u64) -> Vec<[f32; 2]> {
    let mut world = World::<f32> {
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let ball = Body::new("ball", Shape::Ball { radius_m: 0.1 });
    world.bodies.insert("ball".into(), ball);
    world.mechanisms.insert(
        "push".into(),
        Mechanism::Force {
            body: "ball".into(),
            axes: "xy".into(),
            max_force_n: 1.0,
        },
    );
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let seed = SeedPath {
        run: 1,
        episode,
        attempt: 0,
    };
    let mut rng = seed.stream("policy");
    let mut out = Vec::new();
    for step in 0..STEPS {
        let mut action = [0.0; 2];
        policy.act(&lane.view(), &mut rng, &mut action);
        if step == STEPS / 2 {
            // A fork goes on with what was wrong.
            let mut twin = policy.boxed_clone();
            let (mut same, mut other) = (rng.clone(), [0.0; 2]);
            let mut next = [0.0; 2];
            let mut again = rng.clone();
            policy.boxed_clone().act(&lane.view(), &mut again, &mut next);
            twin.act(&lane.view(), &mut same, &mut other);
            assert_eq!(next, other);
        }
        lane.step(&action).expect("a step");
        out.push(action);
    }
    out
}

#[test]
fn failures_are_an_expert_with_one_thing_wrong() {
    let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
    let mut seen = BTreeSet::new();
    for episode in 0..60 {
        let done = actions(
            Box::new(FailureSeeking::new(Box::new(Counting::default()))),
            episode,
        );
        let right = |step: usize| done[step] == wanted(step);
        let from = (0..STEPS)
            .position(|step| !right(step))
            .expect("something goes wrong");
        assert!(from <= 41, "episode {episode} goes wrong at {from} only");
        let later = from + 20..STEPS;
        let ratio = done[STEPS - 1][0] / wanted(STEPS - 1)[0];
        let found = if later
            .clone()
            .all(|step| (0..2).any(|c| near(done[step][c], -wanted(step)[c])))
        {
            assert!(
                later
                    .clone()
                    .all(|step| (0..2).any(|c| near(done[step][c], wanted(step)[c])))
            );
            "mirrored"
        } else if later
            .clone()
            .all(|step| (0..2).any(|c| done[step][c] == done[from][c]))
        {
            assert!(
                later
                    .clone()
                    .all(|step| (0..2).any(|c| near(done[step][c], wanted(step)[c])))
            );
            "stuck"
        } else if later
            .clone()
            .all(|step| (0..2).all(|c| near(done[step][c], ratio * wanted(step)[c])))
        {
            assert!(
                (0.2..=0.6).contains(&ratio) || (1.5..=3.0).contains(&ratio),
                "{ratio}"
            );
            if ratio < 1.0 { "weak" } else { "strong" }
        } else {
            let late = (4..=16).find(|late| later.clone().all(|step| done[step] == wanted(step - late)));
            assert!(
                late.is_some(),
                "episode {episode} is wrong in no known way: {done:?}"
            );
            "late"
        };
        seen.insert(found);
    }
    assert_eq!(
        seen,
        BTreeSet::from(["mirrored", "stuck", "weak", "strong", "late"])
    );
}

#[test]
fn the_weak_act_as_the_expert_for_a_quarter_of_the_time() {
    let (mut expert, mut begins) = (0, 0);
    for episode in 0..40 {
        let done = actions(Box::new(Weak::new(Box::new(Counting::default()))), episode);
        begins += usize::from(done[0] == wanted(0));
        expert += (0..STEPS).filter(|step| done[*step] == wanted(*step)).count();
    }
    assert!(
        (10..=30).contains(&begins),
        "the expert begins {begins} of 40 episodes"
    );
    let share = expert as f64 / (40 * STEPS) as f64;
    assert!(
        (0.2..0.45).contains(&share),
        "the expert acts {share} of the time"
    );
}
