//! What the dataset is: its name, its question, its size, and all that it was made from.

use super::Facts;
use super::html::{Html, Tag, tag};
use super::number::{bytes, counted, percent, thousands};
use super::page::{Cell, data_table, details};
use crate::pictures::stored;
use terrella_spec::run::RendererKind;

/// The head of the page. The tally is none where the episode table cannot be read.
pub(super) fn header(facts: &Facts<'_>) -> Html {
    let manifest = facts.manifest();
    let mut header = tag("header")
        .add(tag("p").class("kicker").text("Terrella dataset report"))
        .add(tag("h1").text(&manifest.title));
    if !manifest.question.is_empty() {
        header = header.add(tag("p").class("question").add(Html::prose(&manifest.question)));
    }
    if !manifest.doc.is_empty() {
        header = header.add(tag("p").class("about").add(Html::prose(&manifest.doc)));
    }
    let tile = |name: &str, value: String, more: String| -> Tag {
        let value = tag("dd").text(value).add(tag("small").text(more));
        tag("div").add(tag("dt").text(name)).add(value)
    };
    let mut tiles = vec![
        tile(
            "episodes",
            thousands(manifest.episodes),
            format!("in {}", counted(manifest.splits.len() as u64, "split")),
        ),
        tile(
            "rows",
            thousands(manifest.rows),
            format!("{} an episode", thousands(manifest.rows_per_episode)),
        ),
        tile(
            "steps a second",
            format!("{} Hz", manifest.fps),
            match manifest.fps {
                0 => String::new(),
                fps => format!(
                    "{:.1} s an episode",
                    f64::from(manifest.run.spec.steps.unwrap_or(0)) / f64::from(fps)
                ),
            },
        ),
        tile(
            "size",
            bytes(manifest.bytes),
            counted(manifest.shards.len() as u64, "shard"),
        ),
    ];
    if let Some(gathered) = &facts.gathered {
        let all = &gathered.all;
        tiles.push(tile(
            "solved",
            percent(all.successes, all.episodes),
            counted(all.successes, "episode"),
        ));
    }
    tiles.push(tile(
        "failed worlds",
        thousands(manifest.bad_episodes),
        "listed, drawn anew".to_string(),
    ));
    header.add(tag("dl").class("tiles").all(tiles)).into()
}

/// The section.
pub(super) fn html(facts: &Facts<'_>) -> Html {
    let manifest = facts.manifest();
    let fact =
        |name: &str, value: Html| -> Html { Html::from(tag("dt").text(name)).with(tag("dd").add(value)) };
    let code = |text: &str| Html::from(tag("code").text(text));
    let cameras: Vec<String> = stored::cameras(facts.dataset)
        .into_iter()
        .map(|(_, camera)| camera)
        .collect();
    let pictures = if cameras.is_empty() {
        "none".to_string()
    } else {
        let [width, height] = manifest.run.spec.image_size;
        format!("{width} x {height} pixels from {}", cameras.join(", "))
    };
    let domain: Vec<String> = (manifest.domain.iter())
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    let list = tag("dl").class("facts").all([
        fact("name", code(&manifest.name)),
        fact("tasks", Html::text(manifest.tasks.join("; "))),
        fact("pictures", Html::text(pictures)),
        fact("recorded", Html::text(manifest.run.spec.sensors.join(", "))),
        fact("seed", code(&manifest.run.spec.seed.to_string())),
        fact("run digest", code(&manifest.run_digest)),
        fact("determinism domain", Html::text(domain.join(", "))),
    ]);
    let splits = manifest.splits.iter().map(|split| {
        let episodes = split.episodes.end.saturating_sub(split.episodes.start);
        let ood = (manifest.run.spec.splits.iter())
            .find(|spec| spec.name == split.name)
            .and_then(|spec| spec.ood.as_ref())
            .map(|ood| match ood {
                terrella_spec::run::OodSpec::Keyword(terrella_spec::run::OodKeyword::One) => {
                    "one factor of each episode".to_string()
                }
                terrella_spec::run::OodSpec::Keyword(terrella_spec::run::OodKeyword::All) => {
                    "all factors that can be".to_string()
                }
                terrella_spec::run::OodSpec::Factors(names) => names.join(", "),
            });
        let range = match episodes {
            0 => String::new(),
            _ => format!("{} to {}", split.episodes.start, split.episodes.end - 1),
        };
        vec![
            Cell::head(&split.name),
            Cell::number(thousands(episodes)),
            Cell::number(range),
            Cell::number(thousands(episodes.saturating_mul(manifest.rows_per_episode))),
            Cell::text(ood.unwrap_or_else(|| "nothing".into())),
        ]
    });
    let head = ["split", "episodes", "numbers", "rows", "out of distribution"];
    let run = serde_json::to_string_pretty(&manifest.run).unwrap_or_default();
    let again = match manifest.run.spec.renderer {
        RendererKind::Gpu => {
            "A GPU drew the pictures: the same run gives the same bytes but for these, which another GPU or another driver \
             may round otherwise."
        }
        _ => {
            "The same run within the same determinism domain gives the same bytes, on any machine and with any number of \
             threads."
        }
    };
    Html::from(list)
        .with(data_table("Splits, in order", &head, splits))
        .with(tag("p").class("note").text(again))
        .with(details(
            "The whole run, every default filled in",
            tag("pre").text(run),
        ))
}
