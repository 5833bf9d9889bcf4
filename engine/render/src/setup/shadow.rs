//! What each shape hides from the sun: functions of ray and inverse depth, and the pixels in which to ask.

use super::bounds::{self, Corners};
use super::round::off_zero;
use crate::plan::{
    BallShadow, BrickShadow, CapsuleShadow, ConeShadow, CylinderShadow, HullShadow, Label, Line4, MeshShadow,
};
use crate::rays::Bounds;
use crate::rigid::Rigid;
use crate::surface::Plane;
use glam::{Mat3, Vec3};

/// Squared sines below this count as a direction along an axis.
const ALONG_AXIS: f32 = 1e-12;
/// Smallest rate at which the sun's ray crosses planes.
const SMALL: f32 = 1e-9;
/// Sines below this: the sun is at the floor's horizon.
const HORIZON: f32 = 1e-3;

/// Where shadows end: on a floor, or below the lowest of all shapes.
#[derive(Clone, Debug)]
pub(super) struct Shade {
    /// Towards the sun.
    pub(super) sun: Vec3,
    /// Two directions across it.
    pub(super) across: Vec3,
    pub(super) aside: Vec3,
    /// Floors below the camera that face the sun: normal, height of the camera above it, and 1 / sine of the sun's
    /// elevation.
    pub(super) floors: Vec<(Vec3, f32, f32)>,
    /// How far along the sun's direction the lowest shape is, m.
    pub(super) lowest: f32,
}

impl Shade {
    pub(super) fn new(sun: Vec3) -> Shade {
        let other = if sun.x.abs() < 0.7 { Vec3::X } else { Vec3::Y };
        let across = sun.cross(other).normalize_or(Vec3::X);
        Shade {
            sun,
            across,
            aside: sun.cross(across),
            floors: Vec::new(),
            lowest: f32::INFINITY,
        }
    }

    pub(super) fn add_floor(&mut self, normal: Vec3, height: f32) {
        let rate = normal.dot(self.sun);
        if height > 0.0 && rate > HORIZON {
            self.floors.push((normal, height, 1.0 / rate));
        }
    }

    /// How far a ball can be moved away from the sun before nobody sees its shadow, m.
    fn reach(&self, center: Vec3, radius: f32) -> f32 {
        self.floors
            .iter()
            .map(|(normal, height, inverse)| (normal.dot(center) + height + radius) * inverse)
            .reduce(|a, b| if b < a { b } else { a })
            .unwrap_or(center.dot(self.sun) + radius - self.lowest)
    }

    /// Between which rays a ball and its shadow are. None: behind the camera, or there is no shadow.
    pub(super) fn of_ball(&self, center: Vec3, radius: f32) -> Option<Bounds> {
        let own = bounds::of_ball(center, radius);
        if let [(normal, height, inverse)] = self.floors[..] {
            let above = normal.dot(center) + height;
            if above + radius <= 0.0 {
                return None;
            }
            // On the floor an ellipse, within two balls whose distance is that of its foci.
            let onto = center - self.sun * (above * inverse);
            let level = self.sun - normal * normal.dot(self.sun);
            let stretch = radius * inverse;
            let apart = ((stretch - radius) * (stretch + radius)).max(0.0).sqrt();
            let apart = level.normalize_or_zero() * apart;
            return bounds::hull(&[
                own,
                bounds::of_ball(onto + apart, radius),
                bounds::of_ball(onto - apart, radius),
            ]);
        }
        let reach = self.reach(center, radius);
        if reach <= 0.0 {
            return None;
        }
        bounds::hull(&[own, bounds::of_ball(center - self.sun * reach, radius)])
    }

    /// The same for a box.
    #[inline]
    pub(super) fn of_corners(&self, corners: &Corners, own: Option<Bounds>) -> Option<Bounds> {
        let mut moved = *corners;
        let sun = self.sun;
        if let [(normal, height, inverse)] = self.floors[..] {
            let mut highest = 0.0;
            for at in 0..8 {
                let above = normal.x * moved.x[at] + normal.y * moved.y[at] + normal.z * moved.z[at] + height;
                let above = if above > 0.0 { above } else { 0.0 };
                highest = if above > highest { above } else { highest };
                let sink = above * inverse;
                moved.x[at] -= sun.x * sink;
                moved.y[at] -= sun.y * sink;
                moved.z[at] -= sun.z * sink;
            }
            if highest <= 0.0 {
                return None;
            }
        } else {
            let corner = |at: usize| Vec3::new(corners.x[at], corners.y[at], corners.z[at]);
            let center = (corner(0) + corner(7)) * 0.5;
            let radius = (0..8)
                .map(|at| (corner(at) - center).length())
                .fold(0.0, f32::max);
            let reach = self.reach(center, radius);
            if reach <= 0.0 {
                return None;
            }
            for at in 0..8 {
                moved.x[at] -= sun.x * reach;
                moved.y[at] -= sun.y * reach;
                moved.z[at] -= sun.z * reach;
            }
        }
        bounds::hull(&[own, moved.bounds()])
    }

    /// The point less an origin, along a direction, times w.
    #[inline]
    fn line(direction: Vec3, origin: Vec3) -> Line4 {
        [direction.x, direction.y, direction.z, -direction.dot(origin)]
    }

    #[inline]
    pub(super) fn ball(&self, label: Label, center: Vec3, radius: f32) -> BallShadow {
        BallShadow {
            label,
            across: Shade::line(self.across, center),
            aside: Shade::line(self.aside, center),
            along: Shade::line(self.sun, center),
            radius_squared: radius * radius,
        }
    }

    /// A unit ball's shadow, in space that is stretched so that the ellipsoid is one.
    pub(super) fn ellipsoid(&self, label: Label, place: &Rigid, radii: Vec3) -> BallShadow {
        let unit = Mat3::from_diagonal(radii.recip()) * place.rotation.transpose();
        let own = Shade::new((unit * self.sun).normalize_or(Vec3::Z));
        let line = |along: Vec3| Shade::line(unit.transpose() * along, place.translation);
        BallShadow {
            label,
            across: line(own.across),
            aside: line(own.aside),
            along: line(own.sun),
            radius_squared: 1.0,
        }
    }

    pub(super) fn capsule(
        &self,
        label: Label,
        center: Vec3,
        axis: Vec3,
        (radius, half_height): (f32, f32),
    ) -> CapsuleShadow {
        let rise = axis.dot(self.sun);
        let flat = axis - self.sun * rise;
        let length = flat.length();
        if length < 1e-4 {
            return CapsuleShadow {
                ball: self.ball(label, center, radius),
                reach: 0.0,
                tilt: 0.0,
            };
        }
        let across = flat * (1.0 / length);
        CapsuleShadow {
            ball: BallShadow {
                across: Shade::line(across, center),
                aside: Shade::line(self.sun.cross(across), center),
                ..self.ball(label, center, radius)
            },
            reach: half_height * length,
            tilt: rise / length,
        }
    }

    #[inline]
    pub(super) fn brick(&self, label: Label, center: Vec3, rotation: &Mat3, half: Vec3) -> BrickShadow {
        let mut shadow = BrickShadow {
            label,
            ..BrickShadow::default()
        };
        for axis in 0..3 {
            let normal = rotation.col(axis);
            let inverse = 1.0 / off_zero(normal.dot(self.sun), SMALL);
            shadow.middle[axis] = Shade::line(normal * -inverse, center);
            shadow.half[axis] = half[axis] * inverse.abs();
        }
        shadow
    }

    pub(super) fn hull(
        &self,
        label: Label,
        place: &Rigid,
        planes: &[Plane],
        crossings: &mut Vec<Line4>,
    ) -> HullShadow {
        let first = crossings.len();
        let mut entries = 0;
        for inwards in [true, false] {
            for plane in planes {
                let normal = place.rotation * plane.normal;
                let rate = off_zero(normal.dot(self.sun), SMALL);
                if (rate < 0.0) == inwards {
                    let offset = plane.offset + normal.dot(place.translation);
                    let line = normal * (-1.0 / rate);
                    crossings.push([line.x, line.y, line.z, offset / rate]);
                }
            }
            if inwards {
                entries = crossings.len() - first;
            }
        }
        HullShadow {
            label,
            first: first as u32,
            entries: entries as u32,
            exits: (planes.len() - entries) as u32,
        }
    }

    pub(super) fn cylinder(
        &self,
        label: Label,
        place: &Rigid,
        (radius, half_height): (f32, f32),
    ) -> CylinderShadow {
        let (x, y, z) = (
            place.rotation.x_axis,
            place.rotation.y_axis,
            place.rotation.z_axis,
        );
        let (sun_x, sun_y) = (x.dot(self.sun), y.dot(self.sun));
        let a = (sun_x * sun_x + sun_y * sun_y).max(ALONG_AXIS);
        let inverse_along = 1.0 / off_zero(z.dot(self.sun), ALONG_AXIS);
        let center = place.translation;
        CylinderShadow {
            label,
            toward: Shade::line(x * sun_x + y * sun_y, center),
            cross: Shade::line(x * sun_y - y * sun_x, center),
            middle: Shade::line(z * -inverse_along, center),
            limit: a * radius * radius,
            inverse: 1.0 / a,
            half: half_height * inverse_along.abs(),
        }
    }

    pub(super) fn cone(
        &self,
        label: Label,
        place: &Rigid,
        apex: Vec3,
        (slope, height): (f32, f32),
    ) -> ConeShadow {
        ConeShadow {
            label,
            point: local(place, apex),
            sun: (place.rotation.transpose() * self.sun).to_array(),
            slope,
            height,
        }
    }

    pub(super) fn mesh(&self, label: Label, part: u32, place: &Rigid) -> MeshShadow {
        MeshShadow {
            label,
            part,
            point: local(place, place.translation),
            sun: (place.rotation.transpose() * self.sun).to_array(),
        }
    }
}

/// The point in the part's axes about an origin, times w.
fn local(place: &Rigid, origin: Vec3) -> [Line4; 3] {
    [
        place.rotation.x_axis,
        place.rotation.y_axis,
        place.rotation.z_axis,
    ]
    .map(|axis| Shade::line(axis, origin))
}
