//! Where bodies were: maps of the bodies that move, by class.

use super::bins::Growing;
use super::chart::map;
use super::html::{Html, tag};
use super::number::{counted, short};
use super::page::{cards, figure, note};
use super::sample::{EpisodeRows, Sample};
use std::collections::BTreeMap;

/// Numbers of a body in the column `bodies`.
const WIDTH: usize = 13;
/// A body that goes farther than this within an episode moves, m.
const MOVES_M: f64 = 0.005;
/// Classes that have maps.
const CLASSES: usize = 6;
/// Classes that are counted at all, lest a hostile dataset has one for each body.
const KNOWN: usize = 200;

/// Where the bodies of a class were.
#[derive(Default)]
struct Class {
    above: Growing<2>,
    side: Growing<2>,
    path_m: f64,
}

/// Where bodies were.
#[derive(Default)]
pub(super) struct Coverage {
    classes: BTreeMap<String, Class>,
}

impl Coverage {
    /// Counts the places of an episode's bodies.
    pub(super) fn add(&mut self, episode: &EpisodeRows<'_>) {
        let Some(bodies) = episode.column("bodies") else {
            return;
        };
        let place = |row: usize, body: usize| -> Option<[f64; 3]> {
            let numbers = bodies.row(row).get(body * WIDTH..body * WIDTH + 3)?;
            Some([numbers[0], numbers[1], numbers[2]])
        };
        for (body, class) in episode.meta.body_classes.iter().enumerate() {
            let places: Vec<[f64; 3]> = (0..bodies.rows()).filter_map(|row| place(row, body)).collect();
            let Some(first) = places.first() else { continue };
            if places.iter().all(|place| distance(*first, *place) <= MOVES_M) {
                continue;
            }
            if !self.classes.contains_key(class) && self.classes.len() == KNOWN {
                continue;
            }
            let class = self.classes.entry(class.clone()).or_default();
            class.path_m += places
                .windows(2)
                .map(|pair| distance(pair[0], pair[1]))
                .sum::<f64>();
            for [x, y, z] in places {
                class.above.add([x, y]);
                class.side.add([x, z]);
            }
        }
    }

    /// The section.
    pub(super) fn html(mut self, sample: &Sample) -> Html {
        if self.classes.is_empty() {
            return note("No body moves in the rows that were read.");
        }
        // Those that go farthest first; equal ones by name.
        let mut order: Vec<(String, Class)> = std::mem::take(&mut self.classes).into_iter().collect();
        order.sort_by(|(_, one), (_, other)| other.path_m.total_cmp(&one.path_m));
        let left_out = order.len().saturating_sub(CLASSES);
        let mut html = note(&format!(
            "Where the bodies that move were, by class: the stronger the colour, the more often. {}",
            sample.said()
        ));
        html.add(cards(
            order
                .into_iter()
                .take(CLASSES)
                .map(|(name, class)| card(&name, class)),
        ));
        if left_out > 0 {
            html.add(note(&format!(
                "Of the classes that move, {left_out} more move less and are not shown."
            )));
        }
        html
    }
}

fn card(name: &str, mut class: Class) -> Html {
    class.above.settle();
    class.side.settle();
    let label = |from: &str| format!("Map of where bodies of the class {name} were, {from}");
    let word = |text: &str| tag("p").class("legend").text(text);
    let mut maps = Html::from(word("from above"));
    maps.add(map(&label("from above"), ["x", "y"], &class.above));
    if let Some((low, high)) = class.side.span(1) {
        if high > low {
            maps.add(word("from the side"));
            maps.add(map(&label("from the side"), ["x", "z"], &class.side));
        } else {
            let [low, high] = [low, high + 1].map(|cell| short(cell as f64 * class.side.width()));
            maps.add(word(&format!("z always between {low} and {high} m")));
        }
    }
    let said = format!(
        "{}, {} m of path",
        counted(class.above.total(), "position"),
        short(class.path_m)
    );
    figure(name, "", maps, word(&said))
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    (0..3)
        .map(|axis| (one[axis] - other[axis]).powi(2))
        .sum::<f64>()
        .sqrt()
}
