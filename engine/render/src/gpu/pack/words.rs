//! Records, one kind after the other: what `cast.wgsl` reads, word for word.

use super::{Facets, MeshWords, Parts};
use crate::plan::{
    Ball, Cover, Ellipsoid, Floor, Label, Noise, Pattern, Rect, Side, Square, Triangle, Tube, Wave,
};
use crate::surface::{Solid, Surface};
use glam::Vec3;

/// First word of a record, and of a group of records.
pub(super) const RECORD: u32 = 0;
const GROUP: u32 = 1;

/// Kinds of surfaces: with one normal for each face, around an axis, of triangles, of an ellipsoid.
const FLAT: u32 = 0;
const ROUND: u32 = 1;
const MESH: u32 = 2;
const EGG: u32 = 3;
/// Triangles in a group.
const GROUPED: usize = 32;
/// Further along an axis than any shape reaches, m.
const UNBOUNDED: f32 = 1e30;

/// Writes words.
pub(super) struct Words<'a>(pub(super) &'a mut Vec<u32>);

impl Words<'_> {
    pub(super) fn all(&mut self, values: &[f32]) {
        self.0.extend(values.iter().map(|value| value.to_bits()));
    }

    pub(super) fn one(&mut self, value: f32) {
        self.0.push(value.to_bits());
    }

    pub(super) fn vector(&mut self, value: Vec3) {
        self.all(&value.to_array());
    }

    pub(super) fn lines<const N: usize>(&mut self, lines: &[[f32; N]]) {
        lines.iter().for_each(|line| self.all(line));
    }

    pub(super) fn square(&mut self, square: &Square) {
        let Square {
            at,
            uu,
            uv,
            vv,
            u,
            v,
            one,
        } = *square;
        self.all(&[at[0], at[1], uu, uv, vv, u, v, one]);
    }

    /// A record with what the closure writes.
    pub(super) fn record(&mut self, group: u32, label: &Label, write: impl FnOnce(&mut Words<'_>)) {
        let Label { rect, tag, color } = *label;
        let Rect { x0, x1, y0, y1 } = rect;
        let first = self.0.len();
        self.0
            .extend([group, 0, x0 as u32, x1 as u32, y0 as u32, y1 as u32, tag, color]);
        write(self);
        self.0[first + 1] = (self.0.len() - first) as u32;
    }

    /// `colored`: its colours are those of a cloud or an image.
    pub(super) fn floor(&mut self, floor: &Floor, colored: bool) {
        let Floor {
            label,
            w,
            sun,
            waves,
            wave,
            mean,
            half,
        } = floor;
        self.record(RECORD, label, |to| {
            to.all(w);
            to.one(*sun);
            to.0.push(*waves);
            for Wave {
                at,
                at_one,
                by_y,
                by_x,
            } in wave
            {
                to.all(at);
                to.one(*at_one);
                to.all(by_y);
                to.all(by_x);
            }
            to.all(mean);
            to.all(half);
            to.0.push(u32::from(colored));
        });
    }

    /// Boxes too: a hull of six planes.
    pub(super) fn hull(&mut self, label: &Label, fronts: &[Side], backs: &[Side]) {
        self.record(RECORD, label, |to| {
            to.0.extend([fronts.len() as u32, backs.len() as u32]);
            for Side { w, face, sun } in fronts.iter().chain(backs) {
                to.all(w);
                to.0.push(*face);
                to.one(*sun);
            }
        });
    }

    pub(super) fn ball(&mut self, ball: &Ball) {
        let Ball {
            label,
            middle,
            square,
            sun,
            sun_one,
        } = ball;
        self.record(RECORD, label, |to| {
            to.all(middle);
            to.square(square);
            to.all(sun);
            to.one(*sun_one);
        });
    }

    pub(super) fn ellipsoid(&mut self, ellipsoid: &Ellipsoid) {
        let Ellipsoid {
            label,
            middle,
            square,
            gradient,
            sun,
        } = ellipsoid;
        self.record(RECORD, label, |to| {
            to.all(middle);
            to.square(square);
            to.lines(gradient);
            to.all(sun);
        });
    }

    pub(super) fn tube(&mut self, tube: &Tube) {
        let Tube {
            label,
            mode,
            middle,
            square,
            front,
            front_face,
            front_sun,
            backs,
            sun,
            sun_by,
            sun_one,
        } = tube;
        self.record(RECORD, label, |to| {
            to.0.push(*mode);
            to.all(middle);
            to.square(square);
            to.all(front);
            to.0.push(*front_face);
            to.one(*front_sun);
            to.lines(backs);
            to.all(sun);
            to.all(sun_by);
            to.one(*sun_one);
        });
    }

    pub(super) fn triangles(&mut self, triangles: &[Triangle]) {
        for group in triangles.chunks(GROUPED) {
            let label = Label {
                rect: union(group.iter().map(|triangle| triangle.label.rect)),
                ..Label::default()
            };
            self.record(GROUP, &label, |to| {
                for Triangle {
                    label,
                    edges,
                    w,
                    face,
                    sun,
                } in group
                {
                    to.record(RECORD, label, |to| {
                        to.lines(edges);
                        to.all(w);
                        to.0.push(*face);
                        to.one(*sun);
                    });
                }
            });
        }
    }

    /// What normals of a part are made of.
    pub(super) fn surface(&mut self, surface: &Surface, mesh: Option<MeshWords>) {
        let place = &surface.place;
        let rotation = &place.rotation;
        let axes = [rotation.x_axis, rotation.y_axis, rotation.z_axis].map(|axis| axis.to_array());
        if let Some(MeshWords {
            facets: Some(facets), ..
        }) = mesh
        {
            let Facets {
                first,
                words,
                normals,
                uvs,
            } = facets;
            self.0.extend([MESH, first, words, normals, uvs]);
            self.vector(place.translation);
            self.lines(&axes);
            return;
        }
        if let Solid::Ellipsoid { radii } = &surface.solid {
            self.0.push(EGG);
            self.vector(place.translation);
            self.lines(&axes);
            self.vector((*radii * *radii).recip());
            return;
        }
        // How far the axis of a round shape reaches, how steep its side is, and which faces are flat.
        let (round, faces) = match &surface.solid {
            Solid::Ball { .. } => (Some((0.0, 0.0)), 0..0),
            Solid::Capsule { half_height, .. } => (Some((*half_height, 0.0)), 0..0),
            Solid::Cylinder { .. } => (Some((UNBOUNDED, 0.0)), 1..3),
            Solid::Cone { radius, half_height } => (Some((UNBOUNDED, radius / (2.0 * half_height))), 1..2),
            // Written above.
            Solid::Ellipsoid { .. } => (None, 0..0),
            Solid::Box { .. } => (None, 0..6),
            Solid::HalfSpace => (None, 0..1),
            Solid::Hull { planes } => (None, 0..planes.len() as u32),
            Solid::Mesh(mesh) => (None, 0..mesh.triangles.len() as u32),
        };
        self.0.push(if round.is_some() { ROUND } else { FLAT });
        let (reach, slope) = round.unwrap_or_default();
        self.vector(place.translation);
        self.vector(rotation.z_axis);
        self.all(&[reach, slope]);
        for face in faces {
            self.vector(surface.normal(Vec3::ZERO, face));
        }
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern, parts: &Parts<'_>) {
        let Pattern {
            label,
            part,
            axes,
            axis,
            origin,
            inset_m,
            mean,
            half,
        } = pattern;
        self.record(RECORD, label, |to| {
            to.0.push(*axes);
            to.lines(axis);
            to.all(origin);
            to.one(*inset_m);
            to.all(mean);
            to.all(half);
            to.surface(parts.surface(*part), parts.mesh(*part));
        });
    }

    pub(super) fn cover(&mut self, cover: &Cover, parts: &Parts<'_>) {
        let Cover {
            label,
            part,
            image,
            axis,
            origin,
        } = cover;
        self.record(RECORD, label, |to| {
            to.0.push(parts.images[*image as usize]);
            to.lines(axis);
            to.all(origin);
            to.surface(parts.surface(*part), parts.mesh(*part));
        });
    }

    pub(super) fn noise(&mut self, noise: &Noise, parts: &Parts<'_>) {
        let Noise {
            label,
            part,
            axis,
            origin,
            mean,
            half,
        } = noise;
        self.record(RECORD, label, |to| {
            to.lines(axis);
            to.all(origin);
            to.all(mean);
            to.all(half);
            to.surface(parts.surface(*part), parts.mesh(*part));
        });
    }
}

fn union(rects: impl Iterator<Item = Rect>) -> Rect {
    rects
        .reduce(|a, b| Rect {
            x0: a.x0.min(b.x0),
            x1: a.x1.max(b.x1),
            y0: a.y0.min(b.y0),
            y1: a.y1.max(b.y1),
        })
        .unwrap_or_default()
}
