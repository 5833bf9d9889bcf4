//! Where the panels are, kept from one time to the next.

use super::Tab;
use egui_dock::{DockState, Node, NodeIndex, NodePath, Split, TabIndex, Tree};
use serde_json::{Value, json};

/// Panels that stand in one place at the start: to the right, to the left, below, and to the right of that.
const TOGETHER: [&[Tab]; 4] = [
    &[Tab::Inspector, Tab::Worlds],
    &[Tab::Hierarchy, Tab::Library],
    &[Tab::Sensors, Tab::Plots, Tab::Text],
    &[Tab::Timeline, Tab::Data, Tab::Problems, Tab::Log],
];

/// The layout that one starts with.
pub fn first() -> DockState<Tab> {
    let [right, left, below, corner] = TOGETHER.map(<[Tab]>::to_vec);
    let mut dock = DockState::new(vec![Tab::Viewport]);
    let main = dock.main_surface_mut();
    let [middle, _] = main.split_right(NodeIndex::root(), 0.76, right);
    let [middle, _] = main.split_left(middle, 0.22, left);
    let [_, bottom] = main.split_below(middle, 0.72, below);
    main.split_right(bottom, 0.6, corner);
    dock
}

/// Where a panel comes back that was closed: to those beside which it stands at the start, or at least not over the world.
pub fn place_for(dock: &DockState<Tab>, tab: Tab) -> Option<NodePath> {
    let others = TOGETHER.into_iter().find(|others| others.contains(&tab));
    let beside = others
        .into_iter()
        .flatten()
        .find_map(|other| dock.find_tab(other));
    let free = || {
        let mut leaves = dock.iter_leaves();
        leaves.find(|(_, leaf)| !leaf.tabs.contains(&Tab::Viewport))
    };
    beside
        .map(|path| path.node_path())
        .or_else(|| free().map(|(path, _)| path))
}

/// A layout as JSON; windows that were torn off are left out.
pub fn write(dock: &DockState<Tab>) -> Value {
    let nodes: Vec<&Node<Tab>> = dock.main_surface().iter().collect();
    node(&nodes, 0)
}

fn node(nodes: &[&Node<Tab>], index: usize) -> Value {
    let split = |kind: &str, fraction: f32| {
        let [first, second] = [2 * index + 1, 2 * index + 2].map(|child| node(nodes, child));
        json!({ "split": kind, "fraction": fraction, "first": first, "second": second })
    };
    match nodes.get(index) {
        Some(Node::Leaf(leaf)) => {
            let titles: Vec<&str> = leaf.tabs.iter().map(|tab| tab.title()).collect();
            json!({ "tabs": titles, "active": leaf.active.0 })
        }
        Some(Node::Horizontal(split_node)) => split("right", split_node.fraction),
        Some(Node::Vertical(split_node)) => split("below", split_node.fraction),
        _ => Value::Null,
    }
}

/// The layout of a JSON; nothing where it is none with a viewport.
pub fn read(json: &Value) -> Option<DockState<Tab>> {
    let mut dock = DockState::new(tabs(first_leaf(json)?)?);
    build(dock.main_surface_mut(), NodeIndex::root(), json)?;
    dock.find_tab(&Tab::Viewport)?;
    Some(dock)
}

fn first_leaf(json: &Value) -> Option<&Value> {
    match json.get("first") {
        Some(first) => first_leaf(first),
        None => Some(json),
    }
}

fn tabs(leaf: &Value) -> Option<Vec<Tab>> {
    let titles = leaf["tabs"].as_array()?.iter();
    let tabs: Vec<Tab> = titles.filter_map(|title| Tab::of(title.as_str()?)).collect();
    (!tabs.is_empty()).then_some(tabs)
}

/// Splits a leaf, which holds the first leaf of `json`, into all of it.
fn build(tree: &mut Tree<Tab>, at: NodeIndex, json: &Value) -> Option<()> {
    let Some(kind) = json["split"].as_str() else {
        let active = json["active"].as_u64().unwrap_or(0) as usize;
        let leaf = tree.leaf_mut(at).ok()?;
        leaf.active = TabIndex(active.min(leaf.tabs.len() - 1));
        return Some(());
    };
    let split = if kind == "below" {
        Split::Below
    } else {
        Split::Right
    };
    let fraction = (json["fraction"].as_f64()? as f32).clamp(0.05, 0.95);
    let second = Node::leaf_with(tabs(first_leaf(&json["second"])?)?);
    let [first, second] = tree.split(at, split, fraction, second);
    build(tree, first, &json["first"])?;
    build(tree, second, &json["second"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_what_it_was() {
        let json = write(&first());
        let again = read(&json).expect("it is a layout");
        assert_eq!(write(&again), json);
        assert!(read(&json!({ "tabs": ["Log"] })).is_none());
        assert!(read(&json!({ "split": "below", "fraction": 0.5 })).is_none());
    }
}
