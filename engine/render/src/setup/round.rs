//! Balls, cylinders and cones: quadrics, whose inverse depth is a linear function of the ray and a root.
//!
//! For a quadric f(p) = 0 and k = f(camera), w = (b + sqrt(b^2 - k a)) / k with b linear and a of second degree in
//! the ray. The square under the root is written about the ray to the shape's middle, where it loses no digits.

use crate::plan::{self, ENDLESS, Label, Line, OPPOSITE, OUTSIDE, Square, Tube, WITHIN};
use crate::rigid::Rigid;
use glam::{Mat3, Vec3};

/// Smallest distance, and square of one, by which is divided.
const SMALL: f32 = 1e-9;

/// The number, or one a little off 0 with its sign.
#[inline]
pub(super) fn off_zero(value: f32, small: f32) -> f32 {
    if value.abs() > small {
        value
    } else if value < 0.0 {
        -small
    } else {
        small
    }
}

/// The ray to a point, where that is well in front of the camera: (x, y, 1).
#[inline]
fn ray_to(point: Vec3) -> Option<Vec3> {
    (point.z > 0.2 * (point.x.abs() + point.y.abs()) && point.z > 1e-3).then(|| {
        let inverse = 1.0 / point.z;
        Vec3::new(point.x * inverse, point.y * inverse, 1.0)
    })
}

/// d . M d about a ray `at`; `image` is M at, and M is given by its three coefficients of x and y.
#[inline]
fn square(at: Vec3, image: Vec3, [xx, xy, yy]: [f32; 3], scale: f32) -> Square {
    Square {
        at: [at.x, at.y],
        uu: xx * scale,
        uv: 2.0 * xy * scale,
        vv: yy * scale,
        u: 2.0 * image.x * scale,
        v: 2.0 * image.y * scale,
        one: image.dot(at) * scale,
    }
}

/// A ball in front of the camera. None: the camera is inside.
#[inline]
pub(super) fn ball(label: Label, center: Vec3, radius: f32, sun: Vec3) -> Option<plan::Ball> {
    let distance = center.length();
    let k = (distance - radius) * (distance + radius);
    if k <= 0.0 {
        return None;
    }
    let inverse = 1.0 / k;
    // M = c c' - k 1.
    let squared = radius * radius;
    let c = center;
    let coefficients = [
        squared - (c.y * c.y + c.z * c.z),
        c.x * c.y,
        squared - (c.x * c.x + c.z * c.z),
    ];
    let (at, image) = match ray_to(center) {
        Some(at) => (at, at * squared),
        None => (
            Vec3::Z,
            Vec3::new(c.x * c.z, c.y * c.z, squared - (c.x * c.x + c.y * c.y)),
        ),
    };
    let per_radius = 1.0 / radius;
    Some(plan::Ball {
        label,
        middle: (center * inverse).to_array(),
        square: square(at, image, coefficients, inverse * inverse),
        sun: (sun * per_radius).to_array(),
        sun_one: -center.dot(sun) * per_radius,
    })
}

/// An ellipsoid in front of the camera, at its place in the camera's frame. None: the camera is inside.
pub(super) fn ellipsoid(label: Label, place: &Rigid, radii: Vec3, sun: Vec3) -> Option<plan::Ellipsoid> {
    // Into space that is stretched so that it is a unit ball: there q = unit (p - center).
    let unit = Mat3::from_diagonal(radii.recip()) * place.rotation.transpose();
    let center = unit * place.translation;
    let distance = center.length();
    let k = (distance - 1.0) * (distance + 1.0);
    if k <= 0.0 {
        return None;
    }
    let inverse = 1.0 / k;
    // M = U' (1 - (c c 1 - c c')) U, and d . M d = |U d|^2 - |c x U d|^2.
    let axes = [unit.x_axis, unit.y_axis, unit.z_axis];
    let across = axes.map(|axis| center.cross(axis));
    let entry = |a: usize, b: usize| axes[a].dot(axes[b]) - across[a].dot(across[b]);
    let coefficients = [entry(0, 0), entry(0, 1), entry(1, 1)];
    let (at, image) = match ray_to(place.translation) {
        Some(at) => (at, unit.transpose() * (unit * at)),
        None => (Vec3::Z, Vec3::new(entry(0, 2), entry(1, 2), entry(2, 2))),
    };
    let shape = unit.transpose() * unit;
    let line = |along: Vec3| [along.x, along.y, along.z, -along.dot(place.translation)];
    Some(plan::Ellipsoid {
        label,
        middle: (unit.transpose() * center * inverse).to_array(),
        square: square(at, image, coefficients, inverse * inverse),
        gradient: [shape.x_axis, shape.y_axis, shape.z_axis].map(line),
        sun: line(shape * sun),
    })
}

/// A plane n . p <= e as a bound of w: true for an upper one, where the camera is outside.
#[inline]
fn bound(normal: Vec3, offset: f32) -> (bool, Line) {
    (
        offset < 0.0,
        (normal * (1.0 / off_zero(offset, SMALL))).to_array(),
    )
}

/// The planes at both ends: of a tube that has no upper bound, the upper bound is endless.
#[inline]
fn end(tube: &mut Tube, ends: [(Vec3, f32, u32); 2], sun: Vec3) {
    tube.front = [0.0, 0.0, ENDLESS];
    tube.backs = [[0.0; 3]; 2];
    for (back, (normal, offset, face)) in tube.backs.iter_mut().zip(ends) {
        let (upper, line) = bound(normal, offset);
        if upper {
            tube.front = line;
            tube.front_face = face;
            tube.front_sun = normal.dot(sun);
        } else {
            *back = line;
        }
    }
}

/// A cylinder. None: the camera is inside.
pub(super) fn cylinder(
    label: Label,
    (center, axis): (Vec3, Vec3),
    (radius, half_height): (f32, f32),
    sun: Vec3,
) -> Option<Tube> {
    let along = center.dot(axis);
    let aside = center - axis * along;
    let distance = aside.length();
    let k = off_zero((distance - radius) * (distance + radius), SMALL);
    let mut tube = Tube {
        label,
        mode: if k > 0.0 { OUTSIDE } else { WITHIN },
        ..Tube::default()
    };
    end(
        &mut tube,
        [(axis, along + half_height, 1), (-axis, half_height - along, 2)],
        sun,
    );
    if tube.mode == WITHIN && tube.front[2] == ENDLESS {
        return None;
    }
    let inverse = 1.0 / k;
    // M = r^2 (1 - a a') - n n', where n is across the axis and the way to it.
    let squared = radius * radius;
    let across = axis.cross(center);
    let flat = |v: Vec3| (v - axis * axis.dot(v)) * squared;
    let coefficients = [
        squared * (1.0 - axis.x * axis.x) - across.x * across.x,
        -squared * (axis.x * axis.y) - across.x * across.y,
        squared * (1.0 - axis.y * axis.y) - across.y * across.y,
    ];
    let (at, image) = match ray_to(center) {
        Some(at) => (at, flat(at)),
        None => (Vec3::Z, flat(Vec3::Z) - across * across.z),
    };
    tube.middle = (aside * inverse).to_array();
    tube.square = square(at, image, coefficients, inverse * inverse);
    let sun_across = (sun - axis * axis.dot(sun)) * (1.0 / radius);
    tube.sun = [sun_across.x, sun_across.y, sun_across.z, 0.0];
    tube.sun_one = -center.dot(sun_across);
    Some(tube)
}

/// A cone below its apex. None: the camera is inside.
pub(super) fn cone(
    label: Label,
    (apex, axis): (Vec3, Vec3),
    (slope, height): (f32, f32),
    sun: Vec3,
) -> Option<Tube> {
    let along = apex.dot(axis);
    let distance = (apex - axis * along).length();
    let k = off_zero((distance - slope * along) * (distance + slope * along), SMALL);
    let mut tube = Tube {
        label,
        mode: if k > 0.0 {
            OUTSIDE
        } else if along > 0.0 {
            WITHIN
        } else {
            OPPOSITE
        },
        ..Tube::default()
    };
    end(&mut tube, [(axis, along, 0), (-axis, height - along, 1)], sun);
    if tube.mode == WITHIN && tube.front[2] == ENDLESS {
        return None;
    }
    let inverse = 1.0 / k;
    // M = s^2 (o o 1 - o o') - (1 + s^2) n n', with the way o to the apex and n across that and the axis.
    let (squared, longer) = (slope * slope, 1.0 + slope * slope);
    let across = axis.cross(apex);
    let o = apex;
    let coefficients = [
        squared * (o.y * o.y + o.z * o.z) - longer * (across.x * across.x),
        -squared * (o.x * o.y) - longer * (across.x * across.y),
        squared * (o.x * o.x + o.z * o.z) - longer * (across.y * across.y),
    ];
    let (at, image) = match ray_to(apex) {
        Some(at) => (at, Vec3::ZERO),
        None => (
            Vec3::Z,
            (Vec3::Z * o.length_squared() - o * o.z) * squared - across * (longer * across.z),
        ),
    };
    tube.middle = ((apex - axis * (longer * along)) * inverse).to_array();
    tube.square = square(at, image, coefficients, inverse * inverse);
    let unit = 1.0 / longer.sqrt();
    let sun_across = (sun - axis * axis.dot(sun)) * (unit / slope);
    tube.sun = [sun_across.x, sun_across.y, sun_across.z, -sun_across.dot(apex)];
    tube.sun_by = [-axis.x, -axis.y, -axis.z, along];
    tube.sun_one = unit * slope * axis.dot(sun);
    Some(tube)
}
