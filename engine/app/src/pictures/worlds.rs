//! A sheet of worlds: which they are, and what tells them apart.

use super::canvas::Tone;
use super::sheet::{Header, Tile, contact_sheet};
use indexmap::IndexMap;
use terrella_exporters::picture::Rgb;
use terrella_spec::factor::FactorValue;

/// A world that is to be put on a sheet.
#[derive(Clone, Debug)]
pub struct SeenWorld {
    /// Its episode.
    pub episode: u64,
    /// Every factor's value.
    pub factors: IndexMap<String, FactorValue>,
    /// The factors that were drawn out of distribution.
    pub ood: Vec<String>,
    /// What each camera sees.
    pub pictures: Vec<Rgb>,
}

/// Worlds of one run on a page. Each is told by its episode and by one factor: the one that is out of distribution, or
/// else the first one that differs between these worlds.
pub fn world_sheet(title: &str, note: &str, cameras: &[String], worlds: Vec<SeenWorld>) -> Rgb {
    let all: Vec<_> = worlds.iter().map(|world| &world.factors).collect();
    let telling = telling_factor(&all).map(str::to_string);
    let cameras = match cameras {
        [] => String::new(),
        [one] => format!(" Camera: {one}."),
        many => format!(" Cameras from left to right: {}.", many.join(", ")),
    };
    let marked = worlds.iter().any(|world| !world.ood.is_empty());
    let ood = if marked {
        " Orange: out of distribution."
    } else {
        ""
    };
    let header = Header {
        title: title.to_string(),
        note: format!("{note}{cameras}{ood}"),
    };
    let tiles: Vec<Tile> = worlds
        .into_iter()
        .map(|world| tile(world, telling.as_deref()))
        .collect();
    contact_sheet(&header, &tiles)
}

fn tile(world: SeenWorld, telling: Option<&str>) -> Tile {
    let tone = if world.ood.is_empty() {
        Tone::Plain
    } else {
        Tone::Marked
    };
    let name = world.ood.first().map(String::as_str).or(telling);
    let told = name.and_then(|name| world.factors.get(name).map(|value| factor_text(name, value)));
    let episode = world.episode;
    let caption = told.map_or(format!("#{episode}"), |told| format!("#{episode} {told}"));
    Tile {
        pictures: world.pictures,
        caption,
        tone,
    }
}

/// The first factor, in the order of declaration, that has one value in each world and differs between these worlds.
fn telling_factor<'a>(worlds: &[&'a IndexMap<String, FactorValue>]) -> Option<&'a str> {
    let (first, rest) = worlds.split_first()?;
    first
        .iter()
        .find(|(name, value)| {
            is_single(value)
                && rest
                    .iter()
                    .any(|world| world.get(*name).is_some_and(|other| other != *value))
        })
        .map(|(name, _)| name.as_str())
}

/// True for a factor that has one value in a world, not one for each of several things.
pub(super) fn is_single(value: &FactorValue) -> bool {
    matches!(
        value,
        FactorValue::Count(_) | FactorValue::Real(_) | FactorValue::Word(_)
    )
}

/// A factor's value for a small place: numbers with three digits.
pub(super) fn factor_text(name: &str, value: &FactorValue) -> String {
    let real = |number: &f64| {
        let digits = match number.abs() {
            size if size >= 100.0 || size == 0.0 => 0,
            size if size >= 10.0 => 1,
            size if size >= 1.0 => 2,
            _ => 3,
        };
        format!("{number:.digits$}")
    };
    let list = |values: Vec<String>| values.join(" ");
    let value = match value {
        FactorValue::Count(number) => number.to_string(),
        FactorValue::Real(number) => real(number),
        FactorValue::Word(word) => word.clone(),
        FactorValue::Counts(numbers) => list(numbers.iter().map(i64::to_string).collect()),
        FactorValue::Reals(numbers) => list(numbers.iter().map(real).collect()),
        FactorValue::Words(words) => list(words.clone()),
    };
    format!("{name} {value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_factor_that_differs_is_told() {
        let world = |mass: f64| -> IndexMap<String, FactorValue> {
            [
                ("shape".to_string(), FactorValue::Word("ball".into())),
                ("masses_kg".to_string(), FactorValue::Reals(vec![mass])),
                ("mass_kg".to_string(), FactorValue::Real(mass)),
            ]
            .into_iter()
            .collect()
        };
        let (one, other) = (world(1.25), world(12.25));
        assert_eq!(telling_factor(&[&one, &other]), Some("mass_kg"));
        assert_eq!(telling_factor(&[&one, &one]), None);
        assert_eq!(factor_text("mass_kg", &other["mass_kg"]), "mass_kg 12.2");
    }
}
