//! Strikes: what a body at rest gets from a cue.

use super::*;

/// A strike aslant used to be up to 1.73 times as hard as the hardest along an axis.
#[test]
fn a_strike_aslant_is_no_harder_than_one_along_an_axis() {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let mut cue = Body::new("ball", Shape::Ball { radius_m: 0.05 });
    cue.material.mass_kg = Some(0.3);
    world.bodies.insert("cue".into(), cue);
    world.mechanisms.insert(
        "cue".into(),
        Mechanism::Strike {
            body: "cue".into(),
            axes: "xyz".into(),
            max_impulse_ns: 0.9,
            min_impulse_ns: 0.1,
            rest_speed_mps: 0.05,
        },
    );
    for (strike, speed) in [
        ([0.9, 0.0, 0.0], 3.0),
        ([0.9, 0.9, 0.0], 3.0),
        ([-0.9, 0.9, -0.9], 3.0),
        ([0.36, 0.0, -0.48], 2.0),
    ] {
        let mut lane = lane(world.clone());
        lane.step(&strike).expect("the world stays sound");
        let velocity = lane.view().body_named("cue").linear_velocity_mps;
        near(velocity.length(), speed, 1e-4);
        let way = velocity.normalize().dot(glam(strike).normalize());
        near(way, 1.0, 1e-5);
    }
}

fn glam(parts: [f32; 3]) -> terrella_sim::glam::Vec3 {
    parts.into()
}
