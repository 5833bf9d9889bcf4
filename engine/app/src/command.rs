//! The command that makes a run: `terrella generate` with what differs from the family's preset or the file.

use crate::shell;
use serde_json::Value as Json;
use std::path::Path;
use terrella_spec::dist::Dist;
use terrella_spec::document::quoted_key;
use terrella_spec::run::{PolicySpec, RunSpec};
use terrella_spec::write::in_line;

/// Fields that a run leaves out where they are as usual, and what is usual.
const USUAL: [(&str, &str); 4] = [
    ("healthy_twins", "false"),
    ("extra_cameras", "{}"),
    ("renderer", "\"cpu\""),
    ("takes", "[]"),
];

/// The words that make the run `wanted` in the folder `out`. `what` is what is named, a family, a scene or run file, and `base`
/// its run. An error says what no flag can tell.
pub fn generate(what: &str, base: &RunSpec, wanted: &RunSpec, out: &Path) -> Result<Vec<String>, String> {
    if base.world != wanted.world {
        return Err("its worlds are not those of the file: save it first".into());
    }
    let mut words: Vec<String> = ["terrella", "generate", what, "--out"].map(String::from).to_vec();
    words.push(out.display().to_string());
    let mut flag = |name: &str, value: String| words.extend([format!("--{name}"), value]);
    flag("episodes", wanted.episodes.to_string());
    if let Some(steps) = wanted.steps {
        flag("steps", steps.to_string());
    }
    flag("seed", wanted.seed.to_string());
    let [width, height] = wanted.image_size;
    flag("size", format!("{width}x{height}"));
    let sensors = match wanted.sensors.as_slice() {
        [] => "none".to_string(),
        names => names.join(","),
    };
    flag("sensors", sensors);
    let mut said = vec!["format", "world", "episodes", "seed", "image_size", "sensors"];
    if wanted.steps.is_some() {
        said.push("steps");
    }
    if !wanted.policies.is_empty() && wanted.policies.iter().all(is_plain) {
        let policies: Vec<String> = wanted
            .policies
            .iter()
            .map(|policy| format!("{}={:?}", policy.name, policy.weight))
            .collect();
        flag("policies", policies.join(","));
        said.push("policies");
    }
    let [base, wanted] = [base, wanted].map(|spec| serde_json::to_value(spec).expect("a run is plain data"));
    let mut sets = Vec::new();
    differences("", &base, &wanted, &said, &mut sets)?;
    for (path, value) in sets {
        flag("set", format!("{path}={value}"));
    }
    Ok(words)
}

/// The words as a person pastes them into a shell.
pub fn line(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| shell::word(word.as_ref())).collect();
    words.join(" ")
}

/// True where a name and a weight say all of a policy.
fn is_plain(policy: &PolicySpec) -> bool {
    *policy == PolicySpec::new(&policy.name, policy.weight)
}

/// The fields of a table that differ, but for those that are said already, as TOML.
fn differences(
    path: &str,
    base: &Json,
    wanted: &Json,
    said: &[&str],
    sets: &mut Vec<(String, String)>,
) -> Result<(), String> {
    let (Json::Object(base), Json::Object(wanted)) = (base, wanted) else {
        return Ok(());
    };
    let open = |key: &&String| !said.contains(&key.as_str());
    for (key, value) in wanted.iter().filter(|(key, _)| open(key)) {
        let place = format!("{path}{}", quoted_key(key));
        match base.get(key) {
            Some(before) if before == value => {}
            // What both have is told field by field.
            Some(before) if covers(value, before) => {
                differences(&format!("{place}."), before, value, &[], sets)?;
            }
            _ => sets.push((place, in_line(value))),
        }
    }
    for key in base.keys().filter(open).filter(|key| !wanted.contains_key(*key)) {
        let usual = USUAL.iter().find(|(name, _)| path.is_empty() && name == key);
        let (_, value) = usual.ok_or_else(|| {
            format!("`{path}{key}` was taken away, which no flag can tell: save it as a file first")
        })?;
        sets.push((key.clone(), value.to_string()));
    }
    Ok(())
}

/// True where a table has all fields of another one, so that setting fields makes it of that.
fn covers(table: &Json, other: &Json) -> bool {
    match (table, other) {
        (Json::Object(table), Json::Object(other)) => {
            !is_law(table) && other.keys().all(|key| table.contains_key(key))
        }
        _ => false,
    }
}

/// True for the table of a distribution, whose fields exclude each other.
fn is_law(table: &serde_json::Map<String, Json>) -> bool {
    Dist::LAWS.iter().any(|law| table.contains_key(*law))
}

#[cfg(test)]
mod tests {
    use super::*;
    use terrella_spec::document::Document;
    use terrella_spec::factor::FactorOverride;
    use terrella_spec::run::{ImageFormat, OodKeyword, OodSpec, RendererKind, SplitSpec};

    const PRESET: &str = "world.family = \"drop_bounce\"\nrenderer = \"auto\"\npolicies = [{ name = \"noisy\", epsilon = 0.4 }]\n\
        [factors]\ngravity_mps2 = { uniform = [1, 2] }\n";

    /// The words but for those before the flags, read as the command reads them.
    fn read(text: &str, words: &[String]) -> RunSpec {
        let mut document = Document::new("preset", text);
        for pair in words[3..].chunks(2) {
            let [name, value] = pair else {
                panic!("flags have values: {pair:?}")
            };
            let quote = |word: &str| format!("{word:?}");
            let list = |text: &str| text.split(',').map(quote).collect::<Vec<_>>().join(", ");
            let (path, value) = match name.as_str() {
                "--out" => continue,
                "--set" => {
                    let (path, value) = value.split_once('=').expect("it has a value");
                    (path.to_string(), value.to_string())
                }
                "--size" => ("image_size".into(), format!("[{}]", value.replace('x', ", "))),
                "--sensors" if value == "none" => ("sensors".into(), "[]".into()),
                "--sensors" => ("sensors".into(), format!("[{}]", list(value))),
                "--policies" => {
                    let one = |policy: &str| {
                        let (name, weight) = policy.split_once('=').expect("it has a weight");
                        format!("{{ name = {name:?}, weight = {weight} }}")
                    };
                    let all: Vec<String> = value.split(',').map(one).collect();
                    ("policies".into(), format!("[{}]", all.join(", ")))
                }
                name => (name[2..].to_string(), value.clone()),
            };
            document.set(&path, &value).expect("it is a field");
        }
        document.run().expect("it is right")
    }

    /// Sensors, policies, sizes and factors were told, and all else was not.
    #[test]
    fn whatever_a_run_has_its_command_has() {
        let base = Document::new("preset", PRESET).run().expect("it is right");
        let mut wanted = base.clone();
        assert_eq!(read(PRESET, &words(&base, &wanted)), wanted);
        wanted.steps = Some(7);
        wanted.image_size = [32, 48];
        wanted.sensors.clear();
        wanted.renderer = RendererKind::Cpu;
        wanted.policies = vec![PolicySpec::new("scripted", 0.5), PolicySpec::new("random", 2.0)];
        wanted.files.images = ImageFormat::Qoi;
        wanted.files.shard_episodes = Some(3);
        wanted.supersample = 1;
        wanted.splits = vec![SplitSpec {
            name: "test".into(),
            share: 1.0,
            ood: Some(OodSpec::Keyword(OodKeyword::All)),
        }];
        wanted.factors.insert(
            "gravity_mps2".into(),
            FactorOverride::Dist(Dist::log_uniform(1.0, 3.0).ood(4.0, 5.0)),
        );
        wanted
            .factors
            .insert("a.b".into(), FactorOverride::Words(vec!["it's".into()]));
        assert_eq!(read(PRESET, &words(&base, &wanted)), wanted);
        wanted.policies[0].epsilon = 0.7;
        wanted.factors.clear();
        assert_eq!(read(PRESET, &words(&base, &wanted)), wanted);
    }

    fn words(base: &RunSpec, wanted: &RunSpec) -> Vec<String> {
        generate("drop_bounce", base, wanted, Path::new("my data")).expect("it can be told")
    }

    #[test]
    fn what_no_flag_can_tell_is_said() {
        let base = Document::new("preset", "world.family = \"drop_bounce\"\ncontrol_hz = 10\n");
        let base = base.run().expect("it is right");
        let wanted = RunSpec {
            control_hz: None,
            ..base.clone()
        };
        let said = generate("drop_bounce", &base, &wanted, Path::new("out")).expect_err("it cannot be told");
        assert!(said.contains("control_hz"), "{said}");
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        let words = ["terrella", "my data", "factors.x={ uniform = [1, 2] }"].map(String::from);
        assert_eq!(
            line(&words),
            "terrella 'my data' 'factors.x={ uniform = [1, 2] }'"
        );
    }
}
