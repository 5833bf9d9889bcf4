//! The integrator's presets, with the reasons for every number that differs from the solver's default.

use rapier3d::dynamics::{IntegrationParameters, SpringCoefficients};
use rapier3d::math::Real;
use rapier3d::pipeline::PhysicsWorld;
use terrella_spec::world::{Physics, Preset};

/// The solver's parameters of a world.
pub(crate) fn integration_parameters(physics: Physics) -> IntegrationParameters {
    let mut parameters = IntegrationParameters {
        dt: 1.0 / physics.step_hz() as Real,
        ..Default::default()
    };
    match physics.preset {
        Preset::Fast => {}
        Preset::Accurate => {
            // Recycled contacts make bounces 1 to 15 % too low and let bodies sink 14 mm.
            parameters.contact_recycling = false;
            // The default softness lets a stack of ten sink by 25 mm whatever its size; above 0.125 and 0.25 of the
            // substep rate contacts jitter, and the substep rate here is 960 Hz.
            parameters.contact_softness = SpringCoefficients::new(120.0, 10.0);
            parameters.static_contact_softness = SpringCoefficients::new(240.0, 10.0);
        }
        Preset::Jointed => {
            parameters.contact_recycling = false;
            parameters.contact_softness = SpringCoefficients::new(120.0, 10.0);
            parameters.static_contact_softness = SpringCoefficients::new(240.0, 10.0);
            parameters.num_solver_iterations = 16;
            // Stabilisation takes 16 % of a pendulum's energy in 30 s.
            parameters.num_internal_stabilization_iterations = 0;
        }
        Preset::Granular => {
            // Recycled contacts are kept until bodies have moved by 5 cm against each other, which is a grain or two: grains
            // sank into each other.
            parameters.contact_recycling = false;
            // As stiff as the substep rate of 480 Hz bears (see `Accurate`).
            parameters.contact_softness = SpringCoefficients::new(60.0, 10.0);
            parameters.static_contact_softness = SpringCoefficients::new(120.0, 10.0);
            // The default, 2 cm, makes contacts between grains that do not touch. What flies towards each other is foreseen
            // by `foresee` instead.
            parameters.normalized_prediction_distance = 0.002;
            look_near(&mut parameters);
        }
    }
    parameters
}

/// Lets the solver look for pairs no farther than grains need, and changes nothing else of rigid bodies. Its unit of length says
/// how far around each body it looks for others: 4 % of it, 4 cm on every side where it is a metre. A grain of 2 cm has a
/// hundred others so near, and the time of a step grew faster than the square of their number: 250 grains took about five
/// times as long as they do now, 1,000 and more over ten times.
fn look_near(parameters: &mut IntegrationParameters) {
    parameters.length_unit = 0.05;
    for normalized in [
        &mut parameters.normalized_allowed_linear_error,
        &mut parameters.normalized_max_corrective_velocity,
        &mut parameters.normalized_prediction_distance,
        &mut parameters.normalized_max_linear_velocity,
        &mut parameters.normalized_contact_recycle_distance,
    ] {
        *normalized /= parameters.length_unit;
    }
}

/// Lets contacts be found for bodies that will meet within the next step, as far ahead as they are thick: a grain of 2 cm that falls
/// at 3 m/s would be inside of another before its first contact.
pub(crate) fn foresee(physics: &mut PhysicsWorld) {
    let PhysicsWorld {
        bodies, colliders, ..
    } = physics;
    for (_, body) in bodies.iter_mut().filter(|(_, body)| body.is_dynamic()) {
        let halves = body.colliders().iter().map(|handle| {
            let extents = colliders[*handle].shape().compute_local_aabb().half_extents();
            extents.min_element()
        });
        let thickness = 2.0 * halves.fold(0.0, Real::max);
        body.set_soft_ccd_prediction(thickness);
    }
}
