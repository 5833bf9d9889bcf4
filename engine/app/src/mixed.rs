//! Families mixed in one dataset: the schema that all of them share.

use crate::agents;
use crate::error::AppError;
use crate::kit::RunKit;
use crate::rollout::Failure;
use std::sync::Arc;
use terrella_exporters::FamilyRecord;
use terrella_exporters::manifest::ChannelRecord;
use terrella_scenes::Family;
use terrella_scenes::agents::Agent;
use terrella_scenes::draw::draw_plan;
use terrella_scenes::mixture::CAMERAS;
use terrella_sim::lane::Lane;
use terrella_sim::observe::Observer;
use terrella_spec::columns::ColumnSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;

/// Records a second where families are mixed and the run says nothing: what most of them have.
pub(crate) const CONTROL_HZ: u32 = 20;

/// How wide the padded columns are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Padding {
    pub(crate) action: usize,
    pub(crate) state: usize,
    pub(crate) agents: usize,
}

impl Padding {
    /// As wide as the widest of `families`.
    pub(crate) fn over(families: &[FamilyRecord]) -> Padding {
        let widest = |width: fn(&FamilyRecord) -> usize| families.iter().map(width).max().unwrap_or(1);
        Padding {
            action: widest(|family| family.action.len()),
            state: widest(|family| family.state.len()),
            agents: widest(|family| family.agents.len()),
        }
    }
}

/// What the numbers of each member of a mixture are; nothing of another family. All plans of a family have the same.
pub(crate) fn records(kit: &RunKit) -> Result<Vec<FamilyRecord>, AppError> {
    let members = kit.family.members();
    members.into_iter().map(|member| record(kit, &member)).collect()
}

fn record(kit: &RunKit, member: &Arc<dyn Family>) -> Result<FamilyRecord, AppError> {
    let card = member.card();
    let world = sample(kit, member)?.world;
    if world.cameras.len() < CAMERAS.len() {
        let reason = format!(
            "`{}` has fewer than two cameras and cannot be mixed with others",
            card.name
        );
        return Err(AppError::run("world.families", reason));
    }
    let observer = Observer::new(&world)?;
    let state = (observer.channels().iter()).map(|channel| ChannelRecord {
        name: channel.name.clone(),
        unit: channel.unit.to_string(),
        range: None,
    });
    let state = state.collect();
    let cameras = world.cameras.keys().take(CAMERAS.len()).cloned().collect();
    let lane = Lane::new(Arc::new(WorldPlan {
        world,
        ..WorldPlan::default()
    }))?;
    let view = lane.view();
    // Without discrete actions: no column has their numbers where families are mixed.
    let agents = Agent::all(view.world(), view.action_space(), &[]);
    let agents = agents::records(&agents, view.action_space());
    let action = (view.action_space().channels.iter()).map(|channel| ChannelRecord {
        name: channel.name.clone(),
        unit: channel.unit.to_string(),
        range: Some([channel.low, channel.high]),
    });
    Ok(FamilyRecord {
        action: action.collect(),
        agents,
        state,
        cameras,
        name: card.name,
        title: card.title,
        question: card.question,
        success: card.success,
        tasks: card.tasks,
    })
}

/// An error where a sensor has other columns in one member's worlds than in another's: one dataset has one schema.
pub(crate) fn check_columns(kit: &RunKit) -> Result<(), AppError> {
    for (index, member) in kit.dataset.families.iter().enumerate() {
        let seed = |attempt| SeedPath {
            run: kit.dataset.run.spec.seed,
            episode: index as u64,
            attempt,
        };
        let world = crate::kit::first_fit(|attempt| kit.plan(seed(attempt)))?.world;
        let columns = kit.sensors(&world, seed(0))?.columns();
        let shared = &kit.dataset.columns[kit.base_columns..];
        let only_in = |some: &[ColumnSpec], others: &[ColumnSpec]| {
            let stray = some.iter().find(|column| !others.contains(column));
            stray.map(|column| column.name.clone())
        };
        if let Some(stray) = only_in(&columns, shared).or(only_in(shared, &columns)) {
            let reason = format!(
                "`{stray}` is not the same in `{}` as in other families; where families are mixed, take sensors that do not depend on \
                 what a world has: rgb, depth, bodies, joints, mechanisms, contacts ...",
                member.name
            );
            return Err(AppError::run("sensors", reason));
        }
    }
    Ok(())
}

/// A plan of a member that stands alone.
fn sample(kit: &RunKit, member: &Arc<dyn Family>) -> Result<WorldPlan, AppError> {
    let factors = member.factors();
    crate::kit::first_fit(|attempt| {
        let seed = SeedPath {
            run: kit.dataset.run.spec.seed,
            episode: 0,
            attempt,
        };
        draw_plan(&**member, &factors, None, seed).map_err(Failure::from)
    })
}
