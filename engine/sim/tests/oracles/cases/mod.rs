//! The cases: worlds of which physics books know what happens.
//!
//! Each case is written once: its world, its formula and its measurement. The tests hold Terrella to it, the example
//! `physics_cases` prints it, and `tests/interop/physics` puts MuJoCo beside it.

pub mod case;
mod contacts;
mod falling;
mod friction;
mod joints;
mod rolling;
mod rotation;
mod stacks;
pub mod table;
mod worlds;

/// Hands the list of all cases, by subject, to a macro.
macro_rules! for_every_case {
    ($then:ident) => {
        $then! {
            falling: free_fall_distance free_fall_speed projectile_range projectile_height;
            contacts: bounce_height_e_0_3 bounce_height_e_0_5 bounce_height_e_0_8 bounce_height_e_1
                elastic_velocity_of_the_striker elastic_velocity_of_the_struck elastic_right_angle
                cradle_with_gaps cradle_without_gaps gas_energy crowded_gas_energy implosion_momentum contact_force_at_rest;
            friction: stopping_distance stopping_distance_aslant sliding_down_a_slope critical_incline;
            rolling: ramp_sphere ramp_disc ramp_hoop rolling_without_slipping sliding_becomes_rolling;
            rotation: dzhanibekov_flip dzhanibekov_momentum dzhanibekov_direction dzhanibekov_energy
                free_precession top_precession_reduced top_precession_impulse
                top_precession_reduced_960_hz top_precession_impulse_960_hz;
            joints: pendulum_period_reduced pendulum_period_impulse wide_pendulum_period_reduced
                wide_pendulum_period_impulse pendulum_energy_reduced pendulum_energy_impulse
                double_pendulum_energy_reduced double_pendulum_energy_impulse hinge_limit_reduced
                hinge_limit_impulse slider_limit_reduced slider_limit_impulse motor_position_reduced
                motor_position_impulse motor_velocity_reduced motor_velocity_impulse motor_force_reduced
                motor_force_impulse;
            stacks: stack_of_ten_height stack_of_ten_drift stack_of_five_small_height heavy_on_light
                very_heavy_on_light overhang_limit;
        }
    };
}

macro_rules! collect {
    ($($subject:ident: $($name:ident)*;)*) => {
        /// All cases, by name, in the order of the page.
        pub fn all() -> Vec<(&'static str, case::Case)> {
            vec![$($((stringify!($name), $subject::$name())),*),*]
        }
    };
}
for_every_case!(collect);
