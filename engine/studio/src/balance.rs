//! The forces of joints: what is left of a body's motion when all else that acts on it is taken away.
//!
//! A joint parts the bodies in two where they are not joined elsewhere as well. What moves the bodies on one side, and is neither their
//! weight, nor contacts, nor anything from outside, comes through the joint. That holds of joints of every kind and of both solvers'.
//!
//! **Invariant:** a force that this does not determine is not told: of joints that close a loop, and of those with the fixed world, or
//! a soft body, on both sides.

use crate::play::Play;
use crate::viewport::forces::on_bodies_n;
use bevy::math::Vec3;
use std::collections::BTreeSet;
use terrella_app::sim::view::StepView;

/// What acts on bodies beside their weight, contacts and the joints of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Outside {
    /// Mean force since the step before on each body, N: of mechanisms, liquids, hands.
    pub pushes_n: Vec<[f32; 3]>,
    /// Pairs of bodies that are joined beside the joints of the world; none is the fixed world.
    pub links: Vec<[Option<usize>; 2]>,
    /// Bodies that a soft body holds or touches: nobody knows how hard.
    pub by_softs: Vec<bool>,
}

impl Outside {
    /// What acts in a world that is played.
    pub fn of(view: &StepView<'_>) -> Outside {
        let world = view.world();
        let pins = world.softs.values().flat_map(|soft| &soft.pins);
        let holds = |name: &str| pins.clone().any(|pin| pin.to == name);
        let names = world.bodies.keys().enumerate();
        let has_softs = !world.softs.is_empty();
        Outside {
            pushes_n: view.pushes_n().iter().map(|push| push.to_array()).collect(),
            links: view.other_links(),
            by_softs: names
                .map(|(index, name)| has_softs && (holds(name) || view.touches_soft(index)))
                .collect(),
        }
    }
}

/// The force of each joint on its child, N, from the step before to this one; nothing where it is not determined, and none at all at the
/// start and of what was recorded.
pub fn joints_n(play: &Play, step: usize) -> Vec<Option<Vec3>> {
    let world = &play.plan().world;
    let Some(outside) = play.moments()[step].outside.as_ref() else {
        return Vec::new();
    };
    let rests = rests_n(play, step, outside);
    if world.joints.is_empty() || rests.is_empty() {
        return Vec::new();
    }
    let is_free = |body: &usize| play.masses_kg()[*body] > 0.0 && !outside.by_softs[*body];
    let end = |body: Option<usize>| body.filter(is_free);
    let named = |name: &str| end(world.bodies.get_index_of(name));
    let joints = world.joints.values();
    let mut edges: Vec<Edge> = joints
        .map(|joint| [named(&joint.parent), named(&joint.child)])
        .collect();
    let count = edges.len();
    edges.extend(outside.links.iter().map(|link| link.map(end)));
    let graph = Graph::of(&edges, rests.len());
    (0..count)
        .map(|joint| {
            let [parent, child] = edges[joint];
            let through = |side: Option<usize>| -> Option<Vec3> {
                let bodies = graph.beyond(joint, side?)?;
                Some(bodies.into_iter().map(|body| rests[body]).sum())
            };
            through(child).or_else(|| through(parent).map(|force| -force))
        })
        .collect()
}

/// What is left of the force on each body, N.
fn rests_n(play: &Play, step: usize, outside: &Outside) -> Vec<Vec3> {
    let world = &play.plan().world;
    let Some(before) = step.checked_sub(1) else {
        return Vec::new();
    };
    let speeds = |step: usize| &play.moments()[step].velocities_mps;
    let mut rests: Vec<Vec3> = on_bodies_n(play, step)
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect();
    if rests.len() != outside.pushes_n.len() {
        return Vec::new();
    }
    for (index, (rest, body)) in rests.iter_mut().zip(world.bodies.values()).enumerate() {
        let mean = 0.5 * (Vec3::from_array(speeds(before)[index]) + Vec3::from_array(speeds(step)[index]));
        let drag = play.masses_kg()[index] * body.linear_damping * mean;
        *rest += drag - Vec3::from_array(outside.pushes_n[index]);
    }
    let per_sec = world.control_hz as f32;
    for contact in &play.moments()[step].contacts {
        let normal = Vec3::from_array(contact.normal) * contact.impulse_ns;
        let on_b = (normal + Vec3::from_array(contact.friction_ns)) * per_sec;
        rests[contact.b as usize] -= on_b;
        rests[contact.a as usize] += on_b;
    }
    rests
}

/// Two bodies that are joined; none is what stays where it is, whatever pulls.
type Edge = [Option<usize>; 2];

/// Which bodies are joined to which.
struct Graph<'a> {
    edges: &'a [Edge],
    /// The edges of each body.
    of_body: Vec<Vec<usize>>,
}

impl Graph<'_> {
    fn of(edges: &[Edge], bodies: usize) -> Graph<'_> {
        let mut of_body = vec![Vec::new(); bodies];
        for (index, edge) in edges.iter().enumerate() {
            for body in edge.iter().flatten() {
                of_body[*body].push(index);
            }
        }
        Graph { edges, of_body }
    }

    /// The bodies that hang together with one of an edge's, without that edge; nothing where they hang on what stays, or on the edge's other
    /// body.
    fn beyond(&self, edge: usize, from: usize) -> Option<BTreeSet<usize>> {
        let other = self.edges[edge].iter().flatten().find(|body| **body != from);
        let mut found = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(body) = open.pop() {
            for index in self.of_body[body].iter().filter(|index| **index != edge) {
                for next in self.edges[*index] {
                    let next = next.filter(|next| Some(next) != other)?;
                    if found.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
        Some(found)
    }
}
