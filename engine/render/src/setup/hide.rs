//! What hides a lamp that is a point.

use super::drawable;
use crate::parts::Part;
use crate::plan::{self, Hider, Label, Plan};
use crate::rays::Lens;
use crate::surface::Solid;
use glam::Vec3;

/// A plan of nothing but what hides the lamp at this place in the camera's frame. A solid that it is in is left out.
pub(super) fn plan(parts: &[Part], lens: &Lens, lamp: Vec3) -> Plan {
    let mut plan = Plan::default();
    for (index, part) in (0..).zip(parts).filter(|(_, part)| drawable(part)) {
        let place = &part.surface.place;
        let into = place.rotation.transpose();
        // The apex of a cone is its origin.
        let lift = match part.surface.solid {
            Solid::Cone { half_height, .. } => Vec3::Z * half_height,
            _ => Vec3::ZERO,
        };
        let local = |point: Vec3| into * (point - place.translation) - lift;
        let own = local(lamp);
        let Some((kind, size)) = kind(&part.surface.solid, own) else {
            continue;
        };
        let first = plan.hider_planes.len();
        if let Solid::Hull { planes } = &part.surface.solid {
            let words = planes
                .iter()
                .map(|plane| plane.normal.extend(plane.offset).to_array());
            plan.hider_planes.extend(words);
        }
        plan.hiders.push(Hider {
            label: Label {
                rect: lens.full(),
                tag: part.tag,
                color: 0,
            },
            kind,
            part: index,
            axis: [
                place.rotation.x_axis,
                place.rotation.y_axis,
                place.rotation.z_axis,
            ]
            .map(|axis| axis.to_array()),
            origin: local(Vec3::ZERO).to_array(),
            lamp: own.to_array(),
            size: size.to_array(),
            first: first as u32,
            count: (plan.hider_planes.len() - first) as u32,
        });
    }
    plan
}

/// How a shape hides a lamp at this place in its own frame. None: it is inside.
fn kind(solid: &Solid, lamp: Vec3) -> Option<(u32, Vec3)> {
    let round = lamp.x * lamp.x + lamp.y * lamp.y;
    let (kind, size, inside) = match solid {
        Solid::Ball { radius } => {
            let inside = lamp.length() < *radius;
            (plan::HIDES_AS_BALL, Vec3::splat(*radius), inside)
        }
        Solid::Ellipsoid { radii } => (plan::HIDES_AS_BALL, *radii, (lamp / *radii).length() < 1.0),
        Solid::Box { half } => (plan::HIDES_AS_BOX, *half, lamp.abs().cmplt(*half).all()),
        Solid::Cylinder { radius, half_height } => {
            let inside = round < radius * radius && lamp.z.abs() < *half_height;
            (
                plan::HIDES_AS_CYLINDER,
                Vec3::new(*radius, 0.0, *half_height),
                inside,
            )
        }
        Solid::Capsule { radius, half_height } => {
            let off = lamp - Vec3::Z * lamp.z.clamp(-half_height, *half_height);
            let inside = off.length() < *radius;
            (
                plan::HIDES_AS_CAPSULE,
                Vec3::new(*radius, 0.0, *half_height),
                inside,
            )
        }
        Solid::Cone { radius, half_height } => {
            let height = 2.0 * half_height;
            let slope = radius / height;
            let side = slope * lamp.z;
            let inside = (-height..0.0).contains(&lamp.z) && round < side * side;
            (plan::HIDES_AS_CONE, Vec3::new(slope, 0.0, height), inside)
        }
        Solid::Hull { planes } => {
            let inside = planes.iter().all(|plane| plane.normal.dot(lamp) < plane.offset);
            (plan::HIDES_AS_HULL, Vec3::ONE, inside)
        }
        Solid::HalfSpace => (plan::HIDES_AS_FLOOR, Vec3::ONE, false),
        Solid::Mesh(_) => (plan::HIDES_AS_MESH, Vec3::ONE, false),
    };
    (!inside).then_some((kind, size))
}
