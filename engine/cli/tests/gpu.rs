//! Contract: where no GPU is found the command says so with a remedy, or draws by the CPU where it may.

use std::process::{Command, Output};

/// The command on a machine without any driver.
fn without_driver(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_terrella"))
        .args(arguments)
        .env("VK_DRIVER_FILES", "/nonexistent")
        .env("VK_ICD_FILENAMES", "/nonexistent")
        .output()
        .expect("the binary starts")
}

#[test]
fn a_machine_without_a_gpu_is_told_what_helps() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("out").display().to_string();
    let run = |renderer: &str| {
        let job = [
            "generate",
            "drop_bounce",
            "--episodes",
            "1",
            "--steps",
            "2",
            "--size",
            "16",
        ];
        without_driver(&[&job[..], &["--out", &out, "--renderer", renderer]].concat())
    };
    let refused = run("gpu");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("no GPU was found") && said.contains("install its Vulkan driver"),
        "{said}"
    );
    let refused = without_driver(&["bench", "--render", "--renderer", "gpu"]);
    assert_eq!(refused.status.code(), Some(2));
    let drawn = run("auto");
    let said = String::from_utf8_lossy(&drawn.stderr);
    assert!(drawn.status.success(), "{said}");
    assert!(said.contains("the CPU draws: no GPU was found"), "{said}");
}
