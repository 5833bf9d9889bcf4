//! Ellipsoids, which Rapier has only from us: they roll, rest and bounce as what they are.

use super::*;

/// 5/7 g sin(slope) is the acceleration of a solid ball that rolls down, whichever shape says that it is one.
#[test]
fn an_ellipsoid_with_equal_radii_rolls_down_as_a_ball() {
    let slope = 10.0f32.to_radians();
    let normal = Vec3::new(libm::sinf(slope), 0.0, libm::cosf(slope));
    let gone = |shape: Shape<f32>| {
        let mut plane = floor();
        plane.rotation = Rotation::RpyDeg([0.0, 10.0, 0.0]);
        let mut lane = lane([
            ("plane", plane),
            (
                "thing",
                Body::new("thing", shape).at((normal * BALL_RADIUS_M).to_array()),
            ),
        ]);
        let start = place(&lane, "thing");
        go(&mut lane, 2.0);
        place(&lane, "thing").distance(start)
    };
    let expected = 0.5 * 5.0 / 7.0 * GRAVITY * libm::sinf(slope) * 4.0;
    near(
        "ball",
        gone(Shape::Ball {
            radius_m: BALL_RADIUS_M,
        }),
        expected,
        0.01 * expected,
    );
    near(
        "ellipsoid",
        gone(ellipsoid([BALL_RADIUS_M; 3])),
        expected,
        0.01 * expected,
    );
}

#[test]
fn an_ellipsoid_rests_on_every_kind_of_ground() {
    let slab_top = 0.1;
    let grounds = [
        ("box", cuboid([1.0, 1.0, slab_top])),
        (
            "hull",
            Shape::Hull {
                points_m: (0..8)
                    .map(|at| [0, 1, 2].map(|axis| (at >> axis & 1) as f32 * 2.0 - 1.0))
                    .map(|[x, y, z]| [x, y, z * slab_top])
                    .collect(),
            },
        ),
        ("height field", height_field(vec![slab_top; COLUMNS * ROWS])),
        ("mesh", mesh(&[slab_top; COLUMNS * ROWS])),
        (
            "compound",
            Shape::Compound {
                parts: vec![part(cuboid([1.0, 1.0, slab_top]), [0.0; 3])],
            },
        ),
    ];
    for (name, ground) in grounds {
        let mut body = Body::new("thing", ellipsoid([0.15, 0.12, 0.08])).at([0.02, 0.03, slab_top + 0.085]);
        body.angular_damping = 1.0;
        let mut lane = lane([("ground", Body::new("ground", ground).fixed()), ("thing", body)]);
        go(&mut lane, 2.0);
        near(name, place(&lane, "thing").z, slab_top + 0.08, 0.0015);
        let speed = lane.view().body_named("thing").linear_velocity_mps.length();
        near(name, speed, 0.0, 0.005);
    }
}

#[test]
fn a_lighter_ellipsoid_that_is_hit_by_a_ball_takes_its_momentum() {
    let mut hit = ball(BALL_RADIUS_M).at([-0.5, 0.0, 1.0]);
    hit.linear_velocity_mps = [2.0, 0.0, 0.0];
    let mut other = Body::new("thing", ellipsoid([0.06, 0.1, 0.08])).at([0.0, 0.0, 1.0]);
    for body in [&mut hit, &mut other] {
        body.gravity_scale = 0.0;
        body.material.mass_kg = Some(1.0);
        body.material.restitution = 1.0;
        body.material.friction = 0.0;
    }
    let mut lane = lane([("ball", hit), ("thing", other)]);
    go(&mut lane, 1.0);
    near(
        "ball",
        lane.view().body_named("ball").linear_velocity_mps.x,
        0.0,
        0.02,
    );
    near(
        "ellipsoid",
        lane.view().body_named("thing").linear_velocity_mps.x,
        2.0,
        0.02,
    );
}
