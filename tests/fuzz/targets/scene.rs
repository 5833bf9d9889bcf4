//! Scene files: whatever the bytes, a scene that survives being written down, or a message of bounded length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrella_spec::document::Document;
use terrella_spec::limits::Limits;
use terrella_spec::scene::SceneSpec;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::from_bytes("scene.toml", bytes.to_vec(), &Limits::default()) else {
        return;
    };
    document.is_scene();
    match document.scene() {
        Ok(scene) => {
            let text = serde_json::to_string(&scene).expect("a scene is plain data");
            let back: SceneSpec = serde_json::from_str(&text).expect("it was a scene");
            assert_eq!(back, scene);
        }
        Err(diagnostics) => {
            let said = diagnostics.to_string();
            assert!(
                !said.is_empty() && said.len() < 1 << 16,
                "a message of {} bytes",
                said.len()
            );
        }
    }
});
