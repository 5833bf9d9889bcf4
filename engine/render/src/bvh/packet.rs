//! The rays of a block of pixels at once, from near each other and towards the same light.

use super::{Bvh, DEEPEST, SEAM, Triangle};
use crate::lanes::{Kernel, Lanes};

/// Finds which of a block's rays `from` + t `ray` meet a triangle from either side, for t above 0 and below `most`.
///
/// Each ray meets what it would meet alone: only those whose own way goes through a box go on into it.
pub(crate) struct Packet<'a, L: Lanes> {
    pub(crate) tree: &'a Bvh,
    pub(crate) from: [L::F; 3],
    pub(crate) ray: [L::F; 3],
    pub(crate) most: f32,
    /// A bit for each ray: those to be followed, and then those that meet something.
    pub(crate) rays: &'a mut u32,
}

impl<L: Lanes> Kernel<L> for Packet<'_, L> {
    #[inline(always)]
    fn run(self, l: L) {
        let asked = std::mem::take(self.rays);
        if self.tree.nodes.is_empty() {
            return;
        }
        let (zero, most) = (l.splat(0.0), l.splat(self.most));
        let inverse = [
            inverse(l, self.ray[0]),
            inverse(l, self.ray[1]),
            inverse(l, self.ray[2]),
        ];
        let mut met = 0;
        let mut stack = [(0, asked); DEEPEST];
        let mut depth = 1;
        while depth > 0 && met != asked {
            depth -= 1;
            let (index, rays) = stack[depth];
            let node = &self.tree.nodes[index as usize];
            let (mut enter, mut leave) = (zero, most);
            for (axis, inverse) in inverse.iter().enumerate() {
                let low = l.mul(l.sub(l.splat(node.min[axis]), self.from[axis]), *inverse);
                let high = l.mul(l.sub(l.splat(node.max[axis]), self.from[axis]), *inverse);
                enter = l.max(l.min(low, high), enter);
                leave = l.min(l.max(low, high), leave);
            }
            let rays = rays & !met & !l.bits(l.gt(enter, leave));
            if rays == 0 {
                continue;
            }
            if node.count > 0 {
                let first = node.index as usize;
                for triangle in &self.tree.triangles[first..first + node.count as usize] {
                    met |= rays & meet(l, triangle, (&self.from, &self.ray), most);
                }
            } else {
                stack[depth] = (node.index, rays);
                stack[depth + 1] = (index + 1, rays);
                depth += 2;
            }
        }
        *self.rays = met;
    }
}

/// What a ray's crossings of planes across one axis are multiplied by; where it is along the plane, a large number.
#[inline(always)]
fn inverse<L: Lanes>(l: L, ray: L::F) -> L::F {
    let small = l.splat(1e-12);
    l.div(l.splat(1.0), l.select(l.gt(l.abs(ray), small), ray, small))
}

#[inline(always)]
fn dot<L: Lanes>(l: L, a: &[L::F; 3], b: &[L::F; 3]) -> L::F {
    l.add(l.add(l.mul(a[0], b[0]), l.mul(a[1], b[1])), l.mul(a[2], b[2]))
}

#[inline(always)]
fn cross<L: Lanes>(l: L, a: &[L::F; 3], b: &[L::F; 3]) -> [L::F; 3] {
    [
        l.sub(l.mul(a[1], b[2]), l.mul(b[1], a[2])),
        l.sub(l.mul(a[2], b[0]), l.mul(b[2], a[0])),
        l.sub(l.mul(a[0], b[1]), l.mul(b[0], a[1])),
    ]
}

/// The rays that meet a triangle (Moeller and Trumbore, 1997).
#[inline(always)]
fn meet<L: Lanes>(l: L, triangle: &Triangle, (from, ray): (&[L::F; 3], &[L::F; 3]), most: L::F) -> u32 {
    let [first, second] = triangle.edges;
    let first = [l.splat(first.x), l.splat(first.y), l.splat(first.z)];
    let second = [l.splat(second.x), l.splat(second.y), l.splat(second.z)];
    let corner = triangle.corner;
    let offset = [
        l.sub(from[0], l.splat(corner.x)),
        l.sub(from[1], l.splat(corner.y)),
        l.sub(from[2], l.splat(corner.z)),
    ];
    let across = cross(l, ray, &second);
    // Where it is 0, its inverse is endless, and no test below holds.
    let inverse = l.div(l.splat(1.0), dot(l, &first, &across));
    let u = l.mul(dot(l, &offset, &across), inverse);
    let turned = cross(l, &offset, &first);
    let v = l.mul(dot(l, ray, &turned), inverse);
    let t = l.mul(dot(l, &second, &turned), inverse);
    let seam = l.splat(-SEAM);
    let inside = l.both(l.ge(u, seam), l.ge(v, seam));
    let inside = l.both(inside, l.ge(l.splat(1.0 + SEAM), l.add(u, v)));
    l.bits(l.both(inside, l.both(l.gt(t, l.splat(0.0)), l.gt(most, t))))
}
