//! Worlds from a scene file: every distribution in it is a factor, named by its path.

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use serde_json::Value;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task, Watch};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::scene::{Goal, SceneSpec};
use terrella_spec::world::World;

/// A family made of one scene file.
pub struct SceneFamily {
    spec: SceneSpec,
    /// The world and the goal as trees in which distributions are tables.
    world: Value,
    factors: Vec<FactorSpec>,
    preset: String,
}

impl SceneFamily {
    /// The family of a parsed scene.
    pub fn new(spec: SceneSpec) -> Self {
        let world = serde_json::to_value(&spec.world).expect("a scene is plain data");
        let mut factors = Vec::new();
        collect(&world, &mut String::new(), &mut factors);
        if let Some(goal) = &spec.goal {
            let goal = serde_json::to_value(goal).expect("a goal is plain data");
            collect(&goal, &mut "goal".to_string(), &mut factors);
        }
        let preset = format!("world.scene = \"{}\"\nsteps = {}\n", spec.name, spec.steps);
        SceneFamily {
            spec,
            world,
            factors,
            preset,
        }
    }
}

/// The distribution that a node is, where it is one.
fn distribution(node: &Value) -> Option<Dist> {
    let table = node.as_object()?;
    table
        .keys()
        .any(|key| Dist::LAWS.contains(&key.as_str()))
        .then(|| serde_json::from_value(node.clone()).ok())?
}

/// Calls `visit` with the path of every child of a node.
fn children<'a>(node: &'a Value, path: &mut String, visit: &mut dyn FnMut(&'a Value, &mut String)) {
    let length = path.len();
    match node {
        Value::Object(table) => {
            for (key, child) in table {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                visit(child, path);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                visit(child, path);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

fn collect(node: &Value, path: &mut String, factors: &mut Vec<FactorSpec>) {
    match distribution(node) {
        Some(dist) => factors.push(FactorSpec::real(
            path,
            "",
            "A distribution of the scene file.",
            dist,
        )),
        None => children(node, path, &mut |child, path| collect(child, path, factors)),
    }
}

/// The same tree with every distribution drawn.
fn drawn(node: &Value, path: &mut String, draw: &mut Draw<'_>) -> Value {
    if distribution(node).is_some() {
        return Value::from(f64::from(draw.real(path)));
    }
    let mut parts = Vec::new();
    children(node, path, &mut |child, path| {
        parts.push(drawn(child, path, draw))
    });
    match node {
        Value::Object(table) => Value::Object(table.keys().cloned().zip(parts).collect()),
        Value::Array(_) => Value::Array(parts),
        leaf => leaf.clone(),
    }
}

impl Family for SceneFamily {
    fn card(&self) -> Card {
        let success = match &self.spec.goal {
            None => "Nothing is asked.".to_string(),
            Some(goal) => format!("The origin of `{}` is inside the goal box.", goal.body),
        };
        Card {
            name: self.spec.name.clone(),
            title: self.spec.name.clone(),
            question: String::new(),
            doc: self.spec.doc.clone(),
            tasks: vec![self.spec.task.clone()],
            success,
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        self.factors.clone()
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let tree = drawn(&self.world, &mut String::new(), draw);
        if let Some(goal) = &self.spec.goal {
            // Drawn here so that its factors are recorded; `task` draws the same numbers from the plan.
            let goal = serde_json::to_value(goal).expect("a goal is plain data");
            drawn(&goal, &mut "goal".to_string(), draw);
        }
        let world = serde_json::from_value(tree).map_err(|error| PlanError::Invalid {
            place: "world".into(),
            reason: error.to_string(),
        })?;
        Ok((world, self.spec.task.clone()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let Some(goal) = &self.spec.goal else {
            return Box::new(Watch);
        };
        let drawn = |dist: &Dist, path: String| match plan.factors.get(&path) {
            Some(terrella_spec::factor::FactorValue::Real(value)) => *value as f32,
            _ => dist.as_fixed().unwrap_or_default() as f32,
        };
        let triple = |triple: &[Dist; 3], field: &str| {
            std::array::from_fn(|axis| drawn(&triple[axis], format!("goal.{field}[{axis}]")))
        };
        Box::new(Reach {
            goal: Goal {
                body: goal.body.clone(),
                center_m: triple(&goal.center_m, "center_m"),
                half_extents_m: triple(&goal.half_extents_m, "half_extents_m"),
                at_rest: goal.at_rest,
            },
        })
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        None
    }

    fn preset(&self) -> &str {
        &self.preset
    }
}

/// The task of a scene file: a body in a box.
#[derive(Clone, Debug)]
struct Reach {
    goal: Goal<f32>,
}

impl Task for Reach {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let body = view.body_named(&self.goal.body);
        let offset: [f32; 3] = std::array::from_fn(|axis| body.position_m[axis] - self.goal.center_m[axis]);
        let inside = (0..3).all(|axis| offset[axis].abs() <= self.goal.half_extents_m[axis]);
        let calm = !self.goal.at_rest || body.linear_velocity_mps.length() < 0.05;
        let distance = offset.iter().map(|part| part * part).sum::<f32>().sqrt();
        Outcome {
            reward: -distance,
            success: inside && calm,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
