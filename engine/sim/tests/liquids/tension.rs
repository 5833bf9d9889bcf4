//! Surface tension: drops become round, swing as they should, hold together, and lie in vessels as other liquid does.

use super::{GRAVITY, SPACING, go, lane, mean, near, positions, tank, water, world};
use terrella_sim::glam::Vec3;
use terrella_sim::lane::Lane;
use terrella_spec::liquid::Liquid;
use terrella_spec::shape::Shape;
use terrella_spec::world::Body;

/// A block of so many particles along each axis, without gravity.
fn afloat(counts: [f32; 3], surface_tension_npm: f32, viscosity_pas: f32) -> Lane {
    let half = counts.map(|count| 0.5 * count * SPACING);
    let liquid = Liquid {
        surface_tension_npm,
        viscosity_pas,
        ..water(&[[half.map(|half| -half), half]])
    };
    let mut world = world(vec![], liquid);
    world.gravity_mps2 = [0.0; 3];
    lane(world)
}

fn middle(places: &[[f32; 3]]) -> Vec3 {
    places.iter().map(|place| Vec3::from(*place)).sum::<Vec3>() / places.len() as f32
}

/// How far the farthest of a hundred are from the middle, over the radius of a ball of as much.
fn reach(lane: &Lane) -> f32 {
    let places = positions(lane);
    let middle = middle(places);
    let mut ways: Vec<f32> = places
        .iter()
        .map(|place| Vec3::from(*place).distance(middle))
        .collect();
    ways.sort_by(f32::total_cmp);
    ways[ways.len() * 99 / 100] / radius(places.len())
}

fn radius(count: usize) -> f32 {
    (0.75 * count as f32 / std::f32::consts::PI).cbrt() * SPACING
}

/// Second moment along x over that along z.
fn slender(lane: &Lane) -> f32 {
    let places = positions(lane);
    let middle = middle(places);
    let [along, across] = [0, 2].map(|axis| {
        mean(
            places
                .iter()
                .map(|place| (place[axis] - middle[axis]) * (place[axis] - middle[axis])),
        )
    });
    along / across
}

/// A cube's corners are 1.21 of that radius away, a bar of two cubes' moments are as 4 to 1. Without tension the lattice, which is a
/// little denser than liquid at rest, drifts apart.
#[test]
fn a_block_becomes_a_ball_by_its_tension() {
    for tension in [0.5, 1.0, 4.0, 13.0] {
        let mut cube = afloat([12.0, 12.0, 12.0], tension, 1.0);
        assert!(reach(&cube) > 1.2);
        go(&mut cube, &[], 4.0);
        println!("{tension} N/m: reach {}", reach(&cube));
        near(reach(&cube), 1.0, 0.06);
        let mut bar = afloat([20.0, 10.0, 10.0], tension, 1.0);
        assert!(slender(&bar) > 4.0);
        go(&mut bar, &[], 4.0);
        println!("{tension} N/m: moments {}, reach {}", slender(&bar), reach(&bar));
        assert!((0.5..2.0).contains(&slender(&bar)));
        assert!(reach(&bar) < 1.15);
    }
    let mut cube = afloat([12.0, 12.0, 12.0], 0.0, 1.0);
    go(&mut cube, &[], 4.0);
    println!("none: reach {}", reach(&cube));
    assert!(reach(&cube) > 1.4);
}

#[test]
fn tension_makes_no_momentum() {
    let mut bar = afloat([20.0, 10.0, 6.0], 4.0, 0.001);
    for _ in 0..20 {
        go(&mut bar, &[], 0.1);
        let velocities = bar.view().liquid_velocities(0);
        let fastest = velocities
            .iter()
            .map(|one| Vec3::from(*one).length())
            .fold(0.0, f32::max);
        assert!(fastest > 0.01);
        assert!(middle(velocities).length() < 1e-6, "{}", middle(velocities));
        assert!(middle(positions(&bar)).length() < 1e-5);
    }
}

/// A drop swings with the square of 8 tension / (density radius^3), so with a tension of four times as much in half the time (Rayleigh
/// 1879). From a bar to a ball is a quarter of a swing; such a wide one is slower.
#[test]
fn a_drop_swings_as_fast_as_its_tension_says() {
    let times = [1.0, 4.0].map(|tension| {
        let mut bar = afloat([20.0, 10.0, 10.0], tension, 0.001);
        let mut secs = 0.0;
        while slender(&bar) > 1.0 && secs < 3.0 {
            go(&mut bar, &[], 0.05);
            secs += 0.05;
        }
        let radius = radius(positions(&bar).len());
        let swing = (8.0 * tension / (1000.0 * radius * radius * radius)).sqrt();
        let quarter = 0.5 * std::f32::consts::PI / swing;
        println!("{tension} N/m: {secs} s, a quarter of a small swing {quarter} s");
        secs / quarter
    });
    for time in times {
        near(time, 1.5, 0.3);
    }
}

/// Liquid falls onto a floor: fewer of its particles are on their own.
#[test]
fn what_splashes_stays_together() {
    let loose = |surface_tension_npm: f32| {
        let half_extents_m = [2.0, 2.0, 0.05];
        let floor = Body::new("floor", Shape::Box { half_extents_m }).fixed();
        let fill = Liquid {
            surface_tension_npm,
            ..water(&[[[-0.06, -0.06, 0.4], [0.06, 0.06, 0.58]]])
        };
        let mut lane = lane(world(vec![("floor", floor.at([0.0, 0.0, -0.05]))], fill));
        let mut alone = 0;
        for _ in 0..16 {
            go(&mut lane, &[], 0.05);
            let places = positions(&lane);
            let apart = |one: &Vec3, other: &Vec3| one.distance(*other) > 1.65 * SPACING || one == other;
            let places: Vec<Vec3> = places.iter().map(|place| Vec3::from(*place)).collect();
            alone += places
                .iter()
                .filter(|one| places.iter().all(|other| apart(one, other)))
                .count();
        }
        alone
    };
    let [none, some, much] = [0.0, 0.3, 1.0].map(loose);
    println!("loose: {none}, {some}, {much}");
    assert!(some < none && 10 * much < 7 * none);
}

/// A tank's liquid has its volume, comes to rest and is level, whatever its tension.
#[test]
fn liquid_with_tension_lies_in_a_tank_as_without() {
    let half = [0.12, 0.075];
    for surface_tension_npm in [0.0, 0.3, 1.0] {
        let fill = Liquid {
            surface_tension_npm,
            ..water(&[[[-0.12, -0.075, 0.0], [0.0, 0.075, 0.12]]])
        };
        let mut lane = lane(world(vec![("tank", tank(half, 0.4).fixed())], fill));
        go(&mut lane, &[], 6.0);
        let places = positions(&lane);
        let full = places.len() as f32 * SPACING * SPACING * SPACING / (4.0 * half[0] * half[1]);
        let level = 2.0 * mean(places.iter().map(|place| place[2]));
        let [left, right] = [-1.0, 1.0].map(|side| {
            let own = places.iter().filter(|place| place[0] * side > 0.0);
            2.0 * mean(own.map(|place| place[2]))
        });
        println!("{surface_tension_npm}: {}, {left} {right}", level / full);
        near(level / full, 1.0, 0.06);
        near(left, right, 0.5 * SPACING);
        let velocities = lane.view().liquid_velocities(0);
        let fastest = velocities
            .iter()
            .map(|one| Vec3::from(*one).length())
            .fold(0.0, f32::max);
        assert!(
            fastest < 0.2 && fastest * fastest < GRAVITY * SPACING,
            "{fastest} m/s"
        );
    }
}

#[test]
fn forks_of_liquids_with_tension_are_equal_to_the_bit() {
    let mut one = afloat([12.0, 8.0, 6.0], 1.0, 0.01);
    go(&mut one, &[], 0.3);
    let mut fork = one.fork();
    go(&mut one, &[], 0.5);
    go(&mut fork, &[], 0.5);
    assert_eq!(one.digest(), fork.digest());
}

/// One drop far from the rest took the grid along, and the rest had no tension.
#[test]
fn a_drop_far_away_does_not_end_the_tension_of_the_rest() {
    let half = 6.0 * SPACING;
    let far = [-200.0, 0.0, 0.0];
    let liquid = Liquid {
        surface_tension_npm: 1.0,
        viscosity_pas: 1.0,
        ..water(&[[[-half; 3], [half; 3]], [far, far.map(|part| part + SPACING)]])
    };
    let mut world = world(vec![], liquid);
    world.gravity_mps2 = [0.0; 3];
    let mut lane = lane(world);
    go(&mut lane, &[], 4.0);
    let farthest = positions(&lane)
        .iter()
        .map(|place| Vec3::from(*place).length())
        .filter(|way| *way < 100.0)
        .fold(0.0, f32::max);
    let ball = farthest / radius(12 * 12 * 12);
    println!("farthest: {ball}");
    near(ball, 1.0, 0.1);
}

/// More tension than the step can follow is a fault: particles far beyond the grid were looked up in it.
#[test]
fn far_too_much_tension_is_a_fault() {
    let mut cube = afloat([12.0, 12.0, 12.0], 1e5, 0.001);
    assert!((0..40).any(|_| cube.step(&[]).is_err()));
}
