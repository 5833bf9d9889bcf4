//! The example of somebody else's plugin does what it says.

#[expect(dead_code, reason = "an example has a main of its own")]
#[path = "../examples/plugin.rs"]
mod plugin;

#[test]
fn a_plugin_adds_a_family_a_sensor_a_policy_and_an_exporter() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("marble");
    let lines = plugin::make(root.clone()).expect("it runs");
    // Two episodes of 100 transitions and a final row each.
    assert_eq!(lines, 2 * 101);
    let text = std::fs::read_to_string(root.join("shard-1.csv")).expect("the second shard");
    assert!(
        text.starts_with("2,1,0\n") && text.ends_with("3,0,0\n"),
        "{}",
        &text[..40]
    );
}
