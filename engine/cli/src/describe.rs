//! `terrella families` and `terrella describe`: what there is, and what it is made of.

use crate::job::{JobArgs, UntrustedArgs};
use crate::table::{table, wrap};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use terrella_app::cameras::PICTURES;
use terrella_app::exporters::AgentRecord;
use terrella_app::registries::Registries;
use terrella_app::spec::columns::{ColumnSpec, Extent, Table};
use terrella_app::spec::factor::{FactorKind, FactorSpec};

/// List the families of worlds
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  terrella families --json | jq -r '.[].name'")]
pub struct FamiliesArgs {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Describe a family: factors, actions, observations, cameras, policies
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  terrella describe drop_bounce\n  terrella describe my_scene.toml --json"
)]
pub struct DescribeArgs {
    /// A family or a scene file
    #[arg(value_name = "FAMILY|SCENE.toml")]
    what: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    untrusted: UntrustedArgs,
}

/// Runs `terrella families`.
pub fn families(args: FamiliesArgs) -> anyhow::Result<ExitCode> {
    let cards: Vec<_> = Registries::default()
        .families
        .0
        .iter()
        .map(|family| family.card())
        .collect();
    if args.json {
        let all: Vec<_> = cards
            .iter()
            .map(|card| json!({ "name": card.name, "title": card.title, "question": card.question, "doc": card.doc }))
            .collect();
        crate::print(&format!("{:#}\n", json!(all)))?;
    } else {
        let rows: Vec<_> = cards
            .into_iter()
            .map(|card| vec![card.name, card.title, card.question])
            .collect();
        crate::print(&table(
            &["family", "title", "what a model that learned it can answer"],
            &rows,
        ))?;
        crate::print(
            "\nMore of one: terrella describe FAMILY; pictures: terrella preview FAMILY --out sheet.png\n",
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `terrella describe`.
pub fn describe(args: DescribeArgs) -> anyhow::Result<ExitCode> {
    let registries = Registries::default();
    let mut job = JobArgs::of(args.what, args.untrusted);
    // All sensors, so that their columns are told.
    let sensors = PICTURES
        .iter()
        .map(|(name, _)| *name)
        .chain(registries.sensors.0.iter().map(|kind| kind.name));
    job.sensors = Some(sensors.map(String::from).collect());
    let kit = job.resolve(PathBuf::new(), &registries)?;
    let card = kit.family.card();
    let channels = &kit.action_space.channels;
    if args.json {
        let actions: Vec<_> = channels
            .iter()
            .map(|channel| json!({ "name": channel.name, "unit": channel.unit, "low": channel.low, "high": channel.high }))
            .collect();
        let factors: Vec<_> = kit.dataset.factors.iter().map(factor_json).collect();
        let all = json!({
            "name": card.name, "title": card.title, "question": card.question, "doc": card.doc,
            "tasks": card.tasks, "success": card.success, "control_hz": kit.dataset.fps,
            "steps": kit.dataset.run.steps(), "factors": factors, "actions": actions,
            "agents": kit.dataset.agents,
            "columns": kit.dataset.columns, "policies": kit.dataset.run.spec.policies,
        });
        crate::print(&format!("{all:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!("{} ({})\n", card.title, card.name);
    for paragraph in [card.doc, card.question, format!("Success: {}", card.success)] {
        if !paragraph.is_empty() {
            text += &format!("\n{}\n", wrap(&paragraph, 100).join("\n"));
        }
    }
    text += &format!("\nTasks: {}\n", card.tasks.join("; "));
    text += &format!(
        "Episodes: {} steps at {} Hz\n",
        kit.dataset.run.steps(),
        kit.dataset.fps
    );
    let rows: Vec<Vec<String>> = kit
        .dataset
        .factors
        .iter()
        .map(|factor| {
            let (law, ood) = laws(factor);
            let each = if factor.each { "each: " } else { "" };
            vec![
                factor.name.clone(),
                factor.unit.clone(),
                format!("{each}{law}"),
                ood,
                factor.doc.clone(),
            ]
        })
        .collect();
    text += &format!(
        "\n{}",
        table(
            &["factor", "unit", "training", "out of distribution", "what it is"],
            &rows
        )
    );
    let rows: Vec<Vec<String>> = channels
        .iter()
        .map(|channel| {
            vec![
                channel.name.clone(),
                channel.unit.to_string(),
                format!("{} .. {}", channel.low, channel.high),
            ]
        })
        .collect();
    text += &format!("\n{}", table(&["action", "unit", "range"], &rows));
    text += &discrete_actions(&kit.dataset.agents);
    let column = |spec: &ColumnSpec| {
        vec![
            spec.name.clone(),
            format!("{} {}", spec.dtype.name(), shape(spec)),
            elements(spec),
        ]
    };
    for (wanted, title) in [
        (Table::Data, "data/ column"),
        (Table::Sim, "sim/ column (privileged)"),
    ] {
        let of_table = kit.dataset.columns.iter().filter(|spec| spec.table == wanted);
        let rows: Vec<Vec<String>> = of_table.map(column).collect();
        text += &format!("\n{}", table(&[title, "type", "elements"], &rows));
    }
    let rows: Vec<Vec<String>> = (registries.policies_of(&*kit.family).into_iter())
        .filter(|kind| {
            !kind.needs_expert || kit.sample().is_ok_and(|plan| kit.family.expert(&plan).is_some())
        })
        .map(|kind| {
            let weight = kit
                .dataset
                .run
                .spec
                .policies
                .iter()
                .find(|policy| policy.name == kind.name);
            vec![
                kind.name.to_string(),
                weight.map_or("".into(), |policy| policy.weight.to_string()),
                kind.doc.to_string(),
            ]
        })
        .collect();
    text += &format!("\n{}", table(&["policy", "weight", "what it does"], &rows));
    crate::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What agents can choose from where choices are discrete: for each its number, and the values of the agent's channels. Nothing
/// where there are none.
fn discrete_actions(agents: &[AgentRecord]) -> String {
    let most = agents
        .iter()
        .map(|agent| &agent.discrete)
        .max_by_key(|own| own.len());
    let Some(most) = most.filter(|most| !most.is_empty()) else {
        return String::new();
    };
    let values = |agent: &AgentRecord, name: &str| {
        let own = agent.discrete.iter().position(|own| own.name == name);
        own.map_or(String::new(), |own| {
            let values = agent.discrete[own].values.iter();
            let values: Vec<String> = values.map(|value| value.to_string()).collect();
            format!("{own}: {}", values.join(" "))
        })
    };
    let rows = most.iter().map(|action| {
        let values = agents.iter().map(|agent| values(agent, &action.name));
        std::iter::once(action.name.clone()).chain(values).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let names = agents.iter().map(|agent| agent.name.as_str());
    let head: Vec<&str> = std::iter::once("discrete action").chain(names).collect();
    format!("\n{}", table(&head, &rows))
}

/// The laws of a factor in words: training, and out of distribution.
fn laws(factor: &FactorSpec) -> (String, String) {
    match &factor.kind {
        FactorKind::Real(dist) => (
            dist.law.to_string(),
            dist.ood.as_ref().map_or("".into(), |law| law.to_string()),
        ),
        FactorKind::Count { low, high, ood } => (
            format!("{low} .. {high}"),
            ood.map_or("".into(), |(low, high)| format!("{low} .. {high}")),
        ),
        FactorKind::Choice { options, ood } => (options.join(" | "), ood.join(" | ")),
    }
}

fn factor_json(factor: &FactorSpec) -> serde_json::Value {
    let (law, ood) = laws(factor);
    json!({ "name": factor.name, "unit": factor.unit, "doc": factor.doc, "each": factor.each, "training": law, "ood": ood,
        "on_request": factor.on_request })
}

/// How many elements a row of a column holds.
pub fn shape(spec: &ColumnSpec) -> String {
    let channels = spec.dtype.channels();
    match &spec.extent {
        Extent::Scalar => String::new(),
        Extent::Fixed(width) => format!("[{width}]"),
        Extent::Grid(items, width) => format!("[{items}, {width}]"),
        Extent::List(1) => "[n]".into(),
        Extent::List(width) => format!("[n x {width}]"),
        Extent::Picture(height, width) if channels > 1 => format!("[{height}, {width}, {channels}]"),
        Extent::Picture(height, width) => format!("[{height}, {width}]"),
    }
}

/// The elements of a column with their units.
pub fn elements(spec: &ColumnSpec) -> String {
    if spec.names.is_empty() {
        return spec.units.first().cloned().unwrap_or_default();
    }
    let unit = |index: usize| {
        spec.units
            .get(index)
            .or(spec.units.first())
            .filter(|unit| !unit.is_empty())
    };
    let named =
        |(index, name): (usize, &String)| unit(index).map_or(name.clone(), |unit| format!("{name} ({unit})"));
    spec.names
        .iter()
        .enumerate()
        .map(named)
        .collect::<Vec<_>>()
        .join(", ")
}
