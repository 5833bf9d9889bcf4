//! The integrator's presets, with the reasons for every number that differs from the solver's default.

use rapier3d::dynamics::{IntegrationParameters, SpringCoefficients};
use rapier3d::math::Real;
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
    }
    parameters
}
