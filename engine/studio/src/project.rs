//! What is open: a scene that is edited, or a run of a family, and the run that it makes.

use crate::document::SceneDocument;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use terrella_app::registries::Registries;
use terrella_app::scenes::Family;
use terrella_app::scenes::from_file::SceneFamily;
use terrella_app::source::{self, Trust};
use terrella_app::spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_app::spec::document::Document;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};
use terrella_app::spec::scene::SceneSpec;
use terrella_app::{AppError, RunKit};

/// A scene to begin with.
const EMPTY: &str = r#"name = "scene"
doc = ""

[world]
observe = []

[world.bodies.floor]
motion = "fixed"
class = "floor"
shape.half_space = {}
paint = { color = [0.58, 0.6, 0.62], second_color = [0.5, 0.52, 0.54], pattern = "checker", pattern_size_m = 0.5 }

[world.cameras.main]
position_m = [0, -3, 1.6]
look_at_m = [0, 0, 0.3]
"#;

/// What is open.
pub struct Project {
    /// What can be named.
    pub registries: Registries,
    /// How far files are trusted.
    pub trust: Trust,
    /// The text that is edited.
    pub document: SceneDocument,
    /// True where the text is a scene, false where it is a run of a family.
    pub is_scene: bool,
    /// The folder from which a run's scene is seen.
    base: PathBuf,
}

/// Who acts, and with which seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    /// Seed of the run.
    pub seed: u64,
    /// The policy.
    pub policy: String,
}

impl Project {
    /// A new scene: a floor and a camera.
    pub fn empty() -> Project {
        Project::of(
            SceneDocument::new("new scene", None, EMPTY, Trust::default().limits),
            true,
        )
    }

    fn of(document: SceneDocument, is_scene: bool) -> Project {
        Project {
            registries: Registries::default(),
            trust: Trust::default(),
            document,
            is_scene,
            base: PathBuf::new(),
        }
    }

    /// Opens a family by name, or a scene or run file.
    pub fn open(what: &Path) -> Result<Project, AppError> {
        let registries = Registries::default();
        let name = what.to_string_lossy();
        let limits = Trust::default().limits;
        if let Some(family) = registries.family(&name) {
            let document = SceneDocument::new(&format!("preset {name}"), None, family.preset(), limits);
            return Ok(Project::of(document, false));
        }
        if !what.exists() {
            let cards = registries.families.0.iter().map(|family| family.card().name);
            let families: Vec<String> = cards.collect();
            let reason = format!(
                "there is no family, file or dataset called `{name}`; families: {}",
                families.join(", ")
            );
            return Err(AppError::run("SCENE.toml|FAMILY|DATASET", reason));
        }
        let read = source::read(what, &limits)?;
        let is_scene = holds_scene(&read);
        let document = SceneDocument::new(&read.file, Some(what), &read.text, limits);
        Ok(Project {
            base: folder_of(what),
            ..Project::of(document, is_scene)
        })
    }

    /// What stands in the place of a document while a dataset is looked at: its run, to be read.
    pub fn of_dataset(name: &str, text: &str) -> Project {
        Project::of(
            SceneDocument::new(name, None, text, Trust::default().limits),
            false,
        )
    }

    /// A scene that is in no file yet.
    pub fn of_scene(name: &str, text: &str) -> Project {
        Project::of(
            SceneDocument::new(name, None, text, Trust::default().limits),
            true,
        )
    }

    /// A scene or run that is in no file and was never saved, whichever the text is.
    pub fn of_text(name: &str, text: &str) -> Project {
        let document = SceneDocument::new(name, None, text, Trust::default().limits).never_saved();
        let is_scene = holds_scene(document.document());
        Project::of(document, is_scene)
    }

    /// The text is in this file now: other files are looked for beside it. True where they were looked for elsewhere before.
    pub fn saved_as(&mut self, path: &Path) -> bool {
        self.document.saved_as(path);
        let base = folder_of(path);
        let moved = self.base != base;
        self.base = base;
        moved
    }

    /// A file as the scene names it: seen from its folder, and inside of it. An error says where it must be.
    pub fn file_from_scene(&self, file: &Path) -> Result<String, String> {
        let root = self.trust.asset_root.as_ref().unwrap_or(&self.base);
        let root = if root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            root
        };
        let known = |path: &Path| {
            let path = path.canonicalize();
            path.map_err(|error| format!("{}: {error}", file.display()))
        };
        let (root, file) = (known(root)?, known(file)?);
        let inside = file.strip_prefix(&root).map_err(|_| {
            format!(
                "{} is not in {}, the folder of this scene: copy it there first",
                file.display(),
                root.display()
            )
        })?;
        let words: Vec<_> = inside.iter().map(|word| word.to_string_lossy()).collect();
        Ok(words.join("/"))
    }

    /// The scene, where it is right.
    pub fn scene(&self) -> Result<Option<SceneSpec>, Diagnostics> {
        self.scene_within(&self.trust)
    }

    fn scene_within(&self, trust: &Trust) -> Result<Option<SceneSpec>, Diagnostics> {
        if !self.is_scene {
            return Ok(None);
        }
        let document = Document {
            limits: trust.limits.clone(),
            ..self.document.document().clone()
        };
        let mut scene = document.scene()?;
        let root = trust.asset_root.as_ref().unwrap_or(&self.base);
        source::read_files(&mut scene, root, &document).map_err(diagnostics)?;
        Ok(Some(scene))
    }

    /// The run as it stands in the text, or the plain run of a scene.
    pub fn run(&self) -> Result<RunSpec, Diagnostics> {
        if self.is_scene {
            return Document::new("run of the scene", "world.scene = \"scene\"").run();
        }
        self.document.document().run()
    }

    /// The seed and the policy that the text begins with; nothing where it is wrong.
    pub fn choices(&self) -> Option<Choices> {
        self.document.document().json().ok()?;
        let run = self.run().ok()?;
        let first = run.policies.into_iter().next();
        Some(Choices {
            seed: run.seed,
            policy: first.map_or_else(|| self.usual_policy().to_string(), |policy| policy.name),
        })
    }

    /// Who acts where the text does not say.
    pub fn usual_policy(&self) -> &'static str {
        if self.is_scene { "replay" } else { "scripted" }
    }

    /// Looks whether the text is a scene or a run. One that cannot be read stays what it was.
    pub fn look_at_kind(&mut self) {
        let document = self.document.document();
        if document.json().is_ok() {
            self.is_scene = holds_scene(document);
        }
    }

    /// The run ready to be played, with one policy.
    pub fn kit(&self, choices: &Choices) -> Result<RunKit, Diagnostics> {
        self.resolve(PathBuf::new(), |spec| {
            spec.seed = choices.seed;
            // What the run says of the policy stays: with other parameters it would act otherwise than in the batch.
            let own = spec.policies.drain(..).find(|own| own.name == choices.policy);
            let own = own.unwrap_or_else(|| PolicySpec::new(&choices.policy, 1.0));
            spec.policies = vec![PolicySpec { weight: 1.0, ..own }];
            // Nothing is recorded: what is looked at is drawn beside it.
            spec.sensors.clear();
        })
    }

    /// The run, changed, with its dataset in `root`.
    pub fn resolve(&self, root: PathBuf, change: impl FnOnce(&mut RunSpec)) -> Result<RunKit, Diagnostics> {
        self.resolve_within(&self.trust, root, change)
    }

    /// The same, with its files trusted as far as this.
    pub fn resolve_within(
        &self,
        trust: &Trust,
        root: PathBuf,
        change: impl FnOnce(&mut RunSpec),
    ) -> Result<RunKit, Diagnostics> {
        let mut spec = self.run()?;
        let document = self.document.document();
        let (scene_document, scene) = match self.scene_within(trust)? {
            Some(scene) => (Some(document.clone()), Some(scene)),
            None => source::scene_of(&spec.world, &self.base, trust)
                .map_err(diagnostics)?
                .unzip(),
        };
        if let Some(scene) = &scene {
            spec.world = WorldSource::Scene(scene.name.clone());
        }
        change(&mut spec);
        RunKit::resolve(spec, scene, root, &self.registries)
            .map_err(|error| diagnostics(source::locate(error, document, scene_document.as_ref())))
    }

    /// The policies that can act in these worlds, with what they do.
    pub fn policies(&self, kit: &RunKit) -> Vec<(&'static str, &'static str)> {
        let has_expert = kit
            .sample()
            .is_ok_and(|sample| kit.family.expert(&sample).is_some());
        let known = self.registries.policies_of(&*kit.family);
        (known.iter())
            .filter(|kind| (has_expert || !kind.needs_expert) && kind.name != "human")
            .map(|kind| (kind.name, kind.doc))
            .collect()
    }

    /// The family that the worlds are of, where they are of one.
    pub fn family(&self) -> Option<Arc<dyn Family>> {
        if self.is_scene {
            let scene = self.scene().ok()??;
            return Some(Arc::new(SceneFamily::new(scene)));
        }
        match self.run().ok()?.world {
            WorldSource::Family(name) => self.registries.family(&name),
            _ => None,
        }
    }
}

/// The folder that a file is in.
fn folder_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_path_buf()
}

/// True for a scene; false where a text has what only runs have. One without a world is a scene that is begun.
fn holds_scene(document: &Document) -> bool {
    let json = document.json().unwrap_or_default();
    document.is_scene() || json["world"].is_null()
}

/// An error as what is wrong in a text.
pub fn diagnostics(error: AppError) -> Diagnostics {
    match error {
        AppError::Diagnostics(diagnostics) => diagnostics,
        AppError::Run { field, reason } => Diagnostics(vec![about(&field, &reason)]),
        error => Diagnostics(vec![about("", &error.to_string())]),
    }
}

/// Something that is wrong, of which no place is known.
pub fn about(field: &str, message: &str) -> Diagnostic {
    Diagnostic {
        file: String::new(),
        line: 0,
        column: 0,
        field: field.to_string(),
        message: message.to_string(),
        remedy: String::new(),
    }
}
