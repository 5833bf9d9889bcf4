//! Which worlds are drawn: factors, seeds, nine at once, the gallery, episodes of a dataset.

use super::{Window, text_of, type_at, type_over, window};
use bevy_egui::egui::accesskit::Role;
use bevy_egui::egui::{Key, Modifiers, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use terrella_app::record::episode::EpisodeMeta;
use terrella_app::spec::factor::{FactorKind, FactorValue};
use terrella_studio::change::shown_number;
use terrella_studio::commands::Command;
use terrella_studio::document::Edit;
use terrella_studio::generate::Making;
use terrella_studio::panels::Tab;
use terrella_studio::project::Project;

fn family(name: &str) -> Harness<'static, Window> {
    let mut harness = window(Project::open(Path::new(name)).expect("it is a family"));
    harness.state_mut().panels.show_tab(Tab::Worlds);
    // Tall enough that every factor is seen.
    harness.set_size(bevy_egui::egui::vec2(1600.0, 4000.0));
    harness.run_steps(4);
    harness
}

/// Where the fields of this kind are that stand below the name of a factor, the first ones first.
fn below(harness: &Harness<'static, Window>, factor: &str, role: Role) -> Vec<Pos2> {
    let name = harness.get_all_by_label(factor).next().expect("its name").rect();
    let fields = harness.get_all_by_role(role).map(|field| field.rect());
    let mut below: Vec<Pos2> = fields
        .filter(|rect| rect.center().y > name.bottom() && rect.right() > name.left())
        .map(|rect| rect.center())
        .collect();
    below.sort_by(|one, other| {
        (one.y.round(), one.x)
            .partial_cmp(&(other.y.round(), other.x))
            .expect("numbers")
    });
    below
}

/// The coefficient of thrust, a few millionths, was shown as 0.
#[test]
fn a_small_factor_is_shown_as_what_it_is() {
    let harness = family("quad_flight");
    let drawn = &harness
        .state()
        .session
        .play()
        .expect("it is drawn")
        .plan()
        .factors;
    let FactorValue::Real(value) = drawn["thrust_coefficient_ns2"] else {
        panic!("it is a number")
    };
    harness.get_by_label(&terrella_studio::change::shown_number(value));
    assert!((1e-7..1e-5).contains(&value), "{value}");
}

/// It stood beside the name and once more beside the law, or in its field.
#[test]
fn what_is_drawn_of_a_factor_is_told_once() {
    let mut harness = family("drop_bounce");
    let session = &harness.state().session;
    let drawn = session.play().expect("it is drawn").plan().factors.clone();
    let FactorValue::Real(gravity) = drawn["gravity_mps2"] else {
        panic!("it is a number")
    };
    let times = |harness: &Harness<'static, Window>, value: f64| {
        let text = shown_number(value);
        let labels = harness.get_all_by_label_contains(&text).count();
        let fields = harness.query_all_by_role(Role::SpinButton);
        labels
            + fields
                .filter(|field| field.value().as_deref() == Some(&text))
                .count()
    };
    assert_eq!(times(&harness, gravity), 1);
    let session = &mut harness.state_mut().session;
    session.edit("fix it", None, &[Edit::set("factors.gravity_mps2", "3.4567")]);
    harness.run_steps(4);
    let fields = harness.query_all_by_role(Role::SpinButton);
    assert_eq!(
        fields
            .filter(|field| field.value().as_deref() == Some("3.4567"))
            .count(),
        1
    );
    assert_eq!(harness.query_all_by_label_contains("3.4567").count(), 0);
}

/// A list without items was no word, and its unit stood over the name.
#[test]
fn a_factor_of_nothing_is_told_to_be_none() {
    let harness = family("push_planar");
    let play = harness.state().session.play().expect("it is drawn");
    let sizes = &play.plan().factors["other_size_m"];
    assert!(
        matches!(sizes, FactorValue::Reals(sizes) if sizes.is_empty()),
        "{sizes:?}"
    );
    let name = harness.get_by_label("other_size_m").rect();
    let words = harness.get_all_by_label("none").map(|word| word.rect());
    let mut behind =
        words.filter(|word| name.right() <= word.left() && name.y_range().contains(word.center().y));
    assert!(behind.next().is_some(), "there is none behind {name:?}");
}

/// Only real numbers could be changed.
#[test]
fn counts_and_choices_are_changed_and_reset() {
    let registries = terrella_app::registries::Registries::default();
    let (mut counts, mut choices) = (None, None);
    for own in registries.families.0.iter() {
        let (name, factors) = (own.card().name, own.factors());
        for factor in &factors {
            match &factor.kind {
                FactorKind::Count { low, high, .. } if low + 1 < *high && counts.is_none() => {
                    counts = Some((name.clone(), factor.name.clone(), *high));
                }
                FactorKind::Choice { options, .. } if options.len() > 2 && choices.is_none() => {
                    choices = Some((name.clone(), factor.name.clone(), options.clone()));
                }
                _ => {}
            }
        }
    }
    let (name, factor, high) = counts.expect("a family counts something");
    let mut harness = family(&name);
    let before = text_of(&harness);
    let most = below(&harness, &factor, Role::SpinButton)[1];
    type_at(&mut harness, most, &(high - 1).to_string());
    let text = text_of(&harness);
    assert!(
        text.contains(&format!(", {}]", high - 1)) && text.contains("uniform"),
        "{factor}: {text}"
    );
    assert!(harness.state().session.problems.is_empty());
    let name = harness.get_all_by_label(&factor).next().expect("its name").rect();
    harness
        .get_all_by_label("reset")
        .find(|button| button.rect().center().y > name.bottom())
        .expect("it can be reset")
        .click();
    harness.run_steps(3);
    let kit = harness.state().session.kit().expect("it is resolved").clone();
    let own = kit.dataset.factors.iter().find(|own| own.name == factor);
    assert!(matches!(own.map(|own| &own.kind), Some(FactorKind::Count { high: most, .. }) if *most == high));
    // Each was a step of its own.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(text_of(&harness), text);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(text_of(&harness), before);

    let (name, factor, options) = choices.expect("a family chooses something");
    let mut harness = family(&name);
    let first = below(&harness, &factor, Role::CheckBox)[0];
    harness.drag_at(first);
    harness.run_steps(1);
    harness.drop_at(first);
    harness.run_steps(3);
    let kit = harness.state().session.kit().expect("it is resolved").clone();
    let own = kit
        .dataset
        .factors
        .iter()
        .find(|own| own.name == factor)
        .expect("it is there");
    let FactorKind::Choice { options: left, .. } = &own.kind else {
        panic!("it is a choice")
    };
    assert_eq!(left[..], options[1..], "{}", text_of(&harness));
}

/// One of them, in all worlds of the run; back at the family's own word the run says nothing of it.
#[test]
fn a_word_on_request_is_asked_for_and_given_up() {
    let mut harness = family("game_arena");
    let cameras = |harness: &Harness<'static, Window>| {
        let play = harness.state().session.play().expect("it is drawn");
        play.plan().world.cameras.len()
    };
    let two = cameras(&harness);
    for (word, more) in [(1, 4), (0, 0)] {
        let at = below(&harness, "egos", Role::RadioButton)[word];
        harness.drag_at(at);
        harness.run_steps(1);
        harness.drop_at(at);
        harness.run_steps(6);
        assert!(harness.state().session.problems.is_empty());
        assert_eq!(cameras(&harness), two + more, "{}", text_of(&harness));
    }
    let says = |text: &str| text.lines().any(|line| line.starts_with("egos"));
    assert!(!says(&text_of(&harness)), "{}", text_of(&harness));
}

#[test]
fn nine_worlds_are_shown_and_one_is_chosen() {
    let mut harness = family("push_planar");
    harness.state_mut().session.run(Command::Sheet);
    harness.run_steps(12);
    harness.get_by_label("Worlds 0 to 8");
    // Others of that name are behind the sheet.
    harness
        .get_all_by_label(">")
        .last()
        .expect("the next nine")
        .click();
    harness.run_steps(12);
    harness.get_by_label("Worlds 9 to 17");
    harness.get_by_label("Close").click();
    harness.run_steps(3);
    assert!(!harness.state().panels.has_dialog());
    assert_eq!(
        harness
            .state()
            .session
            .play()
            .expect("it is drawn")
            .seed()
            .episode,
        9
    );
}

#[test]
fn the_gallery_opens_a_family() {
    let mut harness = window(Project::empty());
    harness.state_mut().session.run(Command::Gallery);
    harness.run_steps(4);
    harness.get_by_label("Terrella Studio");
    // Pictures are drawn one by one; what has none yet is a button.
    harness.get_all_by_label("...").last().expect("a family").click();
    harness.run_steps(4);
    assert!(!harness.state().panels.has_dialog());
    assert!(!harness.state().session.project.is_scene);
}

fn numbers(episodes: &[&EpisodeMeta]) -> Vec<u64> {
    episodes.iter().map(|meta| meta.episode).collect()
}

/// The episodes that are listed, from top to bottom.
fn from_top(harness: &Harness<'static, Window>, episodes: &[EpisodeMeta]) -> Vec<u64> {
    let row = |meta: &EpisodeMeta| {
        let text = format!("{:<8} {} ", meta.episode, meta.split);
        let found = harness.query_by_label_contains(&text);
        found.map(|row| (row.rect().center().y, meta.episode))
    };
    let mut rows: Vec<(f32, u64)> = episodes.iter().filter_map(row).collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, episode)| episode).collect()
}

/// Nothing was shown of the worlds of a dataset, and a list had one filter of each kind and no order.
#[test]
fn episodes_of_a_dataset_show_their_factors_and_are_filtered() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("data");
    let project = Project::open(Path::new("push_planar")).expect("it is a family");
    let kit = project.resolve(out.clone(), |spec| {
        spec.episodes = 4;
        spec.steps = Some(4);
        spec.sensors = vec!["bodies".into()];
    });
    Making::start(kit.expect("it is right"))
        .wait()
        .expect("it is made");
    let mut harness = window(Project::empty());
    harness.set_size(bevy_egui::egui::vec2(1800.0, 1400.0));
    let session = &mut harness.state_mut().session;
    session.open_path(&out).expect("it is a dataset");
    harness.run_steps(4);
    harness.get_by_label("4 of 4 episodes");
    harness.get_by_label("all").click();
    harness.run_steps(3);
    let solved = {
        let dataset = harness.state().session.dataset.as_ref().expect("it is open");
        dataset.episodes.iter().filter(|meta| meta.success).count()
    };
    harness.get_by_label(&format!("{solved} of 4 episodes"));
    harness.get_by_label("solved").click();
    harness.run_steps(3);
    harness.get_by_label(&format!("{} of 4 episodes", 4 - solved));
    harness.get_by_label("not solved").click();
    harness.run_steps(3);
    harness.get_by_label("4 of 4 episodes");
    let episodes = harness
        .state()
        .session
        .dataset
        .as_ref()
        .expect("it is open")
        .episodes
        .clone();
    // Sorted by return, the least first and then the most.
    let headline = format!(" {:8}", "return ");
    harness.get_by_label(&headline).click();
    harness.run_steps(3);
    let mut sorted: Vec<&EpisodeMeta> = episodes.iter().collect();
    sorted.sort_by(|one, other| one.episode_return.total_cmp(&other.episode_return));
    assert_eq!(from_top(&harness, &episodes), numbers(&sorted));
    harness.get_by_label(&format!(" {:8}", "return+")).click();
    harness.run_steps(3);
    sorted.reverse();
    assert_eq!(from_top(&harness, &episodes), numbers(&sorted));
    // A range of the return and one of a factor together.
    let middle = (sorted[1].episode_return + sorted[2].episode_return) / 2.0;
    let most = shown_number(sorted[0].episode_return);
    harness.get_by_label("return").click();
    harness.run_steps(3);
    type_over(&mut harness, &most, &middle.to_string());
    assert_eq!(from_top(&harness, &episodes), numbers(&sorted[2..]));
    let real = |meta: &EpisodeMeta, name: &str| match meta.factors.get(name) {
        Some(FactorValue::Real(value)) => Some(*value),
        _ => None,
    };
    let names = episodes[0].factors.keys();
    let differs = |name: &&String| {
        let [one, other] = [sorted[2], sorted[3]].map(|meta| real(meta, name));
        one.is_some() && one != other
    };
    let factor = names.clone().find(differs).expect("a factor that varies").clone();
    harness.get_by_label("+ factor").click();
    harness.run_steps(3);
    harness
        .get_all_by_label(&factor)
        .last()
        .expect("it is offered")
        .click();
    harness.run_steps(3);
    let [one, other] = [sorted[2], sorted[3]].map(|meta| real(meta, &factor).expect("a number"));
    let values = episodes.iter().filter_map(|meta| real(meta, &factor));
    let least = shown_number(values.fold(f64::INFINITY, f64::min));
    type_over(&mut harness, &least, &((one + other) / 2.0).to_string());
    let left = if one > other { sorted[2] } else { sorted[3] };
    assert_eq!(from_top(&harness, &episodes), numbers(&[left]));
    harness.get_by_label("1 of 4 episodes");
    harness.state_mut().panels.show_tab(Tab::Worlds);
    harness.run_steps(3);
    let play = harness.state().session.play().expect("it is shown");
    let (name, _) = play.plan().factors.first().expect("something varies");
    assert!(harness.get_all_by_label(name).next().is_some());
}
