//! The JSON Schema of scene and run files, for editors.

use crate::run::RunSpec;
use crate::scene::SceneSpec;

/// The schema of scene files.
pub fn scene() -> String {
    text(schemars::schema_for!(SceneSpec))
}

/// The schema of run files.
pub fn run() -> String {
    text(schemars::schema_for!(RunSpec))
}

fn text(schema: schemars::Schema) -> String {
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain data");
    text.push('\n');
    text
}
