//! Worlds that fail cost one attempt each, are listed, and leave the other episodes as they are.

use std::path::Path;
use std::sync::Arc;
use terrella_app::batch::{Batch, Report, Work, run_to_end};
use terrella_app::exporters::read::OpenDataset;
use terrella_app::registries::Registries;
use terrella_app::scenes::draw::{Draw, PlanError};
use terrella_app::scenes::{Card, Family};
use terrella_app::sim::policies::Policy;
use terrella_app::sim::task::{Outcome, Task};
use terrella_app::sim::view::StepView;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::factor::FactorSpec;
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::run::{RunSpec, WorldSource};
use terrella_app::spec::shape::Shape;
use terrella_app::spec::world::{Body, Camera, Observe, Quantity, World};
use terrella_app::{RunKit, batch_app};

/// A ball that falls. In a third of the worlds something goes wrong, if `traps` says so.
struct Trapped {
    traps: bool,
}

impl Family for Trapped {
    fn card(&self) -> Card {
        Card {
            name: "trapped".into(),
            title: "Trapped".into(),
            question: String::new(),
            doc: "A ball that falls.".into(),
            tasks: vec!["watch".into()],
            success: "Nothing is asked.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![FactorSpec::real(
            "trap",
            "",
            "Below a third the world fails.",
            Dist::uniform(0.0, 1.0),
        )]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let trap = draw.real("trap");
        let mut world = World::<f32>::default();
        let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([0.0, 0.0, 2.0]);
        if self.traps && (0.15..0.33).contains(&trap) {
            // Over the speed guard after the first step.
            ball.linear_velocity_mps = [0.0, 0.0, 390.0];
        }
        world.bodies.insert("ball".into(), ball);
        world.observe.push(Observe::new("ball", Quantity::Position));
        world
            .cameras
            .insert("front".into(), Camera::looking([0.0, -3.0, 1.5], [0.0; 3], 45.0));
        Ok((world, "watch".into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let trap = match plan.factors["trap"] {
            terrella_app::spec::factor::FactorValue::Real(value) => value,
            _ => unreachable!("a real factor"),
        };
        Box::new(PanicAt {
            armed: self.traps && trap < 0.15,
        })
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        None
    }

    fn preset(&self) -> &str {
        "world.family = \"trapped\"\n"
    }
}

struct PanicAt {
    armed: bool,
}

impl Task for PanicAt {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        assert!(!(self.armed && view.step() == 7), "the judge lost its mind");
        Outcome::default()
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(PanicAt { armed: self.armed })
    }
}

fn make(root: &Path, traps: bool) -> Report {
    let mut registries = Registries::default();
    registries.families.0.push(Arc::new(Trapped { traps }));
    let mut spec = RunSpec::new(WorldSource::Family("trapped".into()));
    spec.episodes = 40;
    spec.steps = Some(12);
    spec.image_size = [16, 16];
    let kit = RunKit::resolve(spec, None, root.to_path_buf(), &registries).expect("it resolves");
    let (batch, progress) = Batch::new(Arc::new(kit), Work::Run, 2, Arc::default()).expect("an empty folder");
    let app = batch_app((batch, progress));
    run_to_end(app)
}

#[test]
fn failed_worlds_are_listed_and_the_others_stay_as_they_are() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (sound, trapped) = (scratch.path().join("sound"), scratch.path().join("trapped"));
    make(&sound, false).outcome.expect("nothing fails");
    let report = make(&trapped, true);
    let finished = report
        .outcome
        .expect("failed worlds are drawn anew")
        .expect("finished");
    assert_eq!(finished.episodes, 40);
    assert_eq!(finished.bad_episodes, report.bad.len() as u64);

    let [sound, trapped] = [&sound, &trapped].map(|root| OpenDataset::open(root).expect("finished"));
    let mut redrawn = 0;
    for episode in 0..40 {
        let one = sound.episode(episode).expect("an episode");
        let other = trapped.episode(episode).expect("an episode");
        let listed = report.bad.iter().filter(|bad| bad.episode == episode).count();
        assert_eq!(other.attempt as usize, listed, "every failed attempt is listed");
        if other.attempt == 0 {
            assert_eq!(
                one.state_digest, other.state_digest,
                "episode {episode} had no part in it"
            );
        } else {
            redrawn += 1;
        }
    }
    assert!(
        redrawn > 3,
        "the traps must snap for this test to say anything: {redrawn}"
    );
    let with = |word: &str| report.bad.iter().find(|bad| bad.reason.contains(word));
    let panicked = with("panic: the judge lost its mind").expect("a panic is listed with its message");
    assert_eq!(panicked.step, 6, "the step that was being taken");
    assert!(with("over the guard").is_some());
    let command = format!("--episode {} --attempt {}", panicked.episode, panicked.attempt);
    assert!(
        panicked.replay_command.contains(&command),
        "{}",
        panicked.replay_command
    );
}
