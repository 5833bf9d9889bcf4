//! A rope over two fixed points that ties two bodies together: it pulls, and never pushes.
//!
//! Before each step the tension is found that keeps the rope from being longer than it is after that step: from how fast its two
//! ends would go apart, with gravity and the forces that mechanisms gave so far, and from what both ends yield to a pull. Both bodies
//! get the same impulse along their parts of the rope, so that nothing is gained. What it did not know of, a load in a bucket say,
//! stretches it a little, and a share of the stretch is taken back with each step.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::dynamics::{RigidBody, RigidBodyHandle};
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::shape::Shape;
use terrella_spec::world::{Freedom, Mechanism, Motion};

/// Share of a stretch that is taken back with each step.
const RETURN: f32 = 0.1;
/// A part that is shorter has no direction, m.
const SHORT_M: f32 = 1e-4;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pulley {
    sides: [Side; 2],
    length_m: f32,
    /// N, in the part of the first body.
    tension: f32,
}

/// One of the two parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Side {
    body: usize,
    /// In the body's frame.
    anchor: Vec3,
    /// The fixed point.
    over: Vec3,
    /// How often this part counts.
    times: f32,
    /// The slider that it is on: a pull beside its middle does not turn it.
    slider: Option<usize>,
    /// The pieces that show it, and how long each is.
    seen: Vec<(usize, f32)>,
}

/// How a part of the rope is at a moment.
struct Part {
    at: Vec3,
    length: f32,
    /// From the body to the fixed point.
    toward: Vec3,
}

impl Pulley {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Pulley {
            bodies,
            anchors_m,
            over_m,
            ratio,
            length_m,
            seen,
        } = mechanism
        else {
            unreachable!("called for a pulley")
        };
        names.above_zero("ratio", *ratio)?;
        names.above_zero("length_m", *length_m)?;
        let side = |index: usize| -> Result<Side, LaneError> {
            let name = &bodies[index];
            let slider =
                names.world.joints.values().position(|joint| {
                    joint.child == *name && matches!(joint.freedom, Freedom::Slider { .. })
                });
            let piece = |name: &String| {
                let body = names.kinematic_body("seen", name)?;
                match names.world.bodies[body].shape {
                    Shape::Capsule { half_height_m, .. } => Ok((body, 2.0 * half_height_m)),
                    _ => Err(LaneError::invalid(
                        names.place("seen"),
                        format!("`{name}` must be a capsule"),
                    )),
                }
            };
            Ok(Side {
                body: names.body("bodies", name)?,
                anchor: Vec3::from_array(anchors_m[index]),
                over: Vec3::from_array(over_m[index]),
                times: [1.0, *ratio][index],
                slider,
                seen: seen[index].iter().map(piece).collect::<Result<_, _>>()?,
            })
        };
        let sides = [side(0)?, side(1)?];
        for (side, name) in sides.iter().zip(bodies) {
            if names.world.bodies[side.body].motion != Motion::Dynamic {
                return Err(LaneError::invalid(
                    names.place("bodies"),
                    format!("`{name}` must be dynamic"),
                ));
            }
        }
        if sides[0].body == sides[1].body {
            return Err(LaneError::invalid(
                names.place("bodies"),
                format!("`{}` cannot be tied to itself", bodies[0]),
            ));
        }
        Ok(Pulley {
            sides,
            length_m: *length_m,
            tension: 0.0,
        })
    }
}

impl Side {
    fn part(&self, body: &RigidBody) -> Part {
        let at = body.translation() + body.rotation() * self.anchor;
        let away = self.over - at;
        let length = away.length();
        let toward = if length > SHORT_M {
            away / length
        } else {
            Vec3::ZERO
        };
        Part { at, length, toward }
    }

    /// How fast this part would become longer with the step to come, m/s, and by how much less with a pull of 1 N s, 1/kg.
    fn yields(&self, part: &Part, scope: &Scope<'_>) -> (f32, f32) {
        let body = &scope.physics.bodies[scope.bodies[self.body]];
        let mass = body.mass_properties();
        let inverse = mass.effective_inv_mass;
        let mut share = part.toward.dot(inverse * part.toward);
        let velocity = match self.slider {
            Some(slider) => {
                let joint = scope.joints[slider];
                let carried = scope.physics.bodies[joint.parent].velocity_at_point(part.at);
                carried + joint.axis_in_world(scope.physics) * joint.solver_velocity(scope.physics)
            }
            None => {
                let arm = (part.at - body.center_of_mass()).cross(part.toward);
                share += arm.dot(mass.effective_world_inv_inertia * arm);
                body.velocity_at_point(part.at)
            }
        };
        let force = scope.physics.gravity * body.gravity_scale() + body.user_force() * inverse;
        (-part.toward.dot(velocity + force * scope.dt_secs()), share)
    }

    /// Lays the pieces along the part, from the fixed point to the body; they overlap where it is shorter than all of them.
    fn lay(&self, part: &Part, physics: &mut PhysicsWorld, bodies: &[RigidBodyHandle]) {
        let rotation = Quat::from_rotation_arc(Vec3::NEG_Z, part.toward.normalize_or(Vec3::NEG_Z));
        let last = self.seen.len().saturating_sub(1).max(1) as f32;
        for (index, (piece, long)) in self.seen.iter().enumerate() {
            let free = (part.length - long).max(0.0);
            let middle = self.over - part.toward * (0.5 * long + free * index as f32 / last);
            physics.bodies[bodies[*piece]].set_next_kinematic_position(Pose::from_parts(middle, rotation));
        }
    }
}

impl Act for Pulley {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let dt_secs = scope.dt_secs();
        let parts: [Part; 2] = std::array::from_fn(|index| {
            let side = &self.sides[index];
            side.part(&scope.physics.bodies[scope.bodies[side.body]])
        });
        let (mut stretch, mut rate, mut share) = (-self.length_m, 0.0, 0.0);
        for (side, part) in self.sides.iter().zip(&parts) {
            let (own_rate, own_share) = side.yields(part, scope);
            stretch += side.times * part.length;
            rate += side.times * own_rate;
            share += side.times * side.times * own_share;
        }
        // A slack rope may become as long as it is within the step.
        let back = if stretch > 0.0 { RETURN } else { 1.0 };
        let impulse = (rate + back * stretch / dt_secs).max(0.0) / share.max(f32::MIN_POSITIVE);
        self.tension = if share > 0.0 { impulse / dt_secs } else { 0.0 };
        for (side, part) in self.sides.iter().zip(&parts) {
            if self.tension > 0.0 {
                let pull = part.toward * (side.times * self.tension);
                scope.physics.bodies[scope.bodies[side.body]].add_force_at_point(pull, part.at, true);
            }
            side.lay(part, scope.physics, scope.bodies);
        }
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.tension
    }
}
