//! A tree of boxes over triangles, for rays towards the sun.
//!
//! **Invariant:** the tree is a function of the triangles alone: ties are broken by index.

mod packet;

use glam::Vec3;
pub(crate) use packet::Packet;

/// Triangles in a leaf.
const LEAF: usize = 4;
/// How far outside a triangle a ray still meets it, as a share of its edges: rays do not slip through seams.
const SEAM: f32 = 1e-5;
/// Nodes that may be waiting on the way down. Halving, or 30 steps along the curve and then halving, makes no tree deeper.
const DEEPEST: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Node {
    min: Vec3,
    max: Vec3,
    /// First triangle of a leaf, or the second child; the first child is the next node.
    index: u32,
    /// Triangles of a leaf; 0: not a leaf.
    count: u32,
}

#[derive(Clone, Copy, Debug)]
struct Triangle {
    corner: Vec3,
    edges: [Vec3; 2],
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bvh {
    nodes: Vec<Node>,
    triangles: Vec<Triangle>,
    /// Places along a curve and indices of triangles: room that is kept from [`Bvh::remake`] to the next.
    order: Vec<u64>,
}

impl Bvh {
    pub(crate) fn new(corners: &[[Vec3; 3]]) -> Bvh {
        let mut order: Vec<u32> = (0..corners.len() as u32).collect();
        let mut nodes = Vec::new();
        if !corners.is_empty() {
            build(corners, &mut order, 0, &mut nodes);
        }
        let triangles = order
            .iter()
            .map(|index| {
                let [a, b, c] = corners[*index as usize];
                Triangle {
                    corner: a,
                    edges: [b - a, c - a],
                }
            })
            .collect();
        Bvh {
            nodes,
            triangles,
            order: Vec::new(),
        }
    }

    /// Becomes the tree of other triangles, many times faster than [`Bvh::new`] makes one: for meshes that are new in each
    /// picture. Triangles are sorted along a curve through space (Morton, 1966), and parted where it goes from one half of a
    /// cube to the other: good where they are small and of one size.
    pub(crate) fn remake(&mut self, vertices: &[Vec3], triangles: &[[u32; 3]]) {
        let corners = |index: usize| triangles[index].map(|corner| vertices[corner as usize]);
        let (mut min, mut max) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for index in 0..triangles.len() {
            let [a, b, c] = corners(index);
            min = min.min(a + b + c);
            max = max.max(a + b + c);
        }
        let scale = CURVE / (max - min).max_element().max(f32::MIN_POSITIVE);
        self.order.clear();
        self.order.extend((0..triangles.len()).map(|index| {
            let [a, b, c] = corners(index);
            along_curve((a + b + c - min) * scale) << 32 | index as u64
        }));
        self.order.sort_unstable();
        self.triangles.clear();
        self.triangles.extend(self.order.iter().map(|key| {
            let [a, b, c] = corners(*key as u32 as usize);
            Triangle {
                corner: a,
                edges: [b - a, c - a],
            }
        }));
        self.nodes.clear();
        if !triangles.is_empty() {
            part(&self.order, &self.triangles, 0, &mut self.nodes);
        }
    }

    /// Writes the tree as words, f32 as their bits, and gives where nodes (8 words each: least and greatest corner,
    /// index, count) and triangles (9 words each: corner, two edges) begin. None: it is empty.
    #[cfg(feature = "gpu")]
    pub(crate) fn words(&self, to: &mut Vec<u32>) -> Option<[u32; 2]> {
        if self.nodes.is_empty() {
            return None;
        }
        let vector = |to: &mut Vec<u32>, value: Vec3| to.extend(value.to_array().map(f32::to_bits));
        let nodes = to.len() as u32;
        for node in &self.nodes {
            vector(to, node.min);
            vector(to, node.max);
            to.extend([node.index, node.count]);
        }
        let triangles = to.len() as u32;
        for triangle in &self.triangles {
            for value in [triangle.corner, triangle.edges[0], triangle.edges[1]] {
                vector(to, value);
            }
        }
        Some([nodes, triangles])
    }
}

/// Places along each axis that the curve tells apart.
const CURVE: f32 = 1023.0;

/// Where a point of a cube of [`CURVE`] is along the curve: the bits of its numbers take turns.
fn along_curve(point: Vec3) -> u64 {
    let spread = |value: f32| {
        let bits = value as u32;
        let bits = (bits | bits << 16) & 0x0300_00ff;
        let bits = (bits | bits << 8) & 0x0300_f00f;
        let bits = (bits | bits << 4) & 0x030c_30c3;
        u64::from((bits | bits << 2) & 0x0924_9249)
    };
    spread(point.x) | spread(point.y) << 1 | spread(point.z) << 2
}

/// Adds the tree of triangles in the order of the curve, the first of which has this number, and gives its box.
fn part(order: &[u64], triangles: &[Triangle], first: usize, nodes: &mut Vec<Node>) -> (Vec3, Vec3) {
    let own = nodes.len();
    nodes.push(Node {
        min: Vec3::INFINITY,
        max: Vec3::NEG_INFINITY,
        index: first as u32,
        count: order.len() as u32,
    });
    let (min, max) = if order.len() <= LEAF {
        let mut bounds = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for Triangle { corner, edges } in &triangles[first..first + order.len()] {
            let others = edges.map(|edge| *corner + edge);
            bounds.0 = bounds.0.min(*corner).min(others[0]).min(others[1]);
            bounds.1 = bounds.1.max(*corner).max(others[0]).max(others[1]);
        }
        bounds
    } else {
        let differ = (order[0] ^ order[order.len() - 1]) >> 32;
        let half = match differ.checked_ilog2() {
            Some(bit) => order.partition_point(|key| key >> (32 + bit) & 1 == 0),
            None => order.len() / 2,
        };
        let low = part(&order[..half], triangles, first, nodes);
        nodes[own].index = nodes.len() as u32;
        nodes[own].count = 0;
        let high = part(&order[half..], triangles, first + half, nodes);
        (low.0.min(high.0), low.1.max(high.1))
    };
    (nodes[own].min, nodes[own].max) = (min, max);
    (min, max)
}

fn build(corners: &[[Vec3; 3]], order: &mut [u32], first: usize, nodes: &mut Vec<Node>) {
    let mut min = Vec3::INFINITY;
    let mut max = Vec3::NEG_INFINITY;
    let mut center_min = Vec3::INFINITY;
    let mut center_max = Vec3::NEG_INFINITY;
    for index in order.iter() {
        let [a, b, c] = corners[*index as usize];
        min = min.min(a).min(b).min(c);
        max = max.max(a).max(b).max(c);
        center_min = center_min.min(a + b + c);
        center_max = center_max.max(a + b + c);
    }
    let own = nodes.len();
    nodes.push(Node {
        min,
        max,
        index: first as u32,
        count: order.len() as u32,
    });
    if order.len() <= LEAF {
        return;
    }
    let extent = center_max - center_min;
    let axis = if extent.x >= extent.y && extent.x >= extent.z {
        0
    } else if extent.y >= extent.z {
        1
    } else {
        2
    };
    let key = |index: &u32| {
        let [a, b, c] = corners[*index as usize];
        (a + b + c)[axis]
    };
    order.sort_by(|a, b| key(a).total_cmp(&key(b)).then(a.cmp(b)));
    let half = order.len() / 2;
    let (low, high) = order.split_at_mut(half);
    build(corners, low, first, nodes);
    let second = nodes.len() as u32;
    build(corners, high, first + half, nodes);
    nodes[own].index = second;
    nodes[own].count = 0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Lanes, Scalar};

    /// True where a ray meets the triangle, for t above 0 and below `most`.
    fn meets(corners: &[Vec3; 3], from: Vec3, ray: Vec3, most: f32) -> bool {
        let [a, b, c] = *corners;
        let (first, second) = (b - a, c - a);
        let across = ray.cross(second);
        let inverse = 1.0 / first.dot(across);
        let offset = from - a;
        let u = offset.dot(across) * inverse;
        let turned = offset.cross(first);
        let v = ray.dot(turned) * inverse;
        let t = second.dot(turned) * inverse;
        u >= -SEAM && v >= -SEAM && u + v <= 1.0 + SEAM && t > 0.0 && t < most
    }

    /// Which of some rays meet something, in blocks; None: not asked for.
    fn met<L: Lanes>(l: L, tree: &Bvh, rays: &[(Vec3, Vec3)], most: f32) -> Vec<Option<bool>> {
        let mut all = Vec::new();
        for block in rays.chunks_exact(L::COUNT) {
            let (mut from, mut along) = ([l.splat(0.0); 3], [l.splat(0.0); 3]);
            for axis in 0..3 {
                let (mut places, mut ways) = ([0.0; 16], [0.0; 16]);
                for (lane, (place, way)) in block.iter().enumerate() {
                    (places[lane], ways[lane]) = (place[axis], way[axis]);
                }
                (from[axis], along[axis]) = (l.load(&places), l.load(&ways));
            }
            let asked = 0b1101_1011_0110_1101 & ((1 << L::COUNT) - 1);
            let mut bits = asked;
            l.run(Packet {
                tree,
                from,
                ray: along,
                most,
                rays: &mut bits,
            });
            assert_eq!(bits & !asked, 0);
            all.extend((0..L::COUNT).map(|lane| (asked >> lane & 1 == 1).then_some(bits >> lane & 1 == 1)));
        }
        all
    }

    /// What rays meet, of a tree over triangles.
    fn check(corners: &[[Vec3; 3]], tree: &Bvh, most: f32) {
        let rays: Vec<(Vec3, Vec3)> = (0..4000)
            .map(|index| {
                let from = Vec3::new((index % 50) as f32 * 0.4, (index / 50) as f32 * 0.125, -1.0);
                let ray = Vec3::new(0.1, 0.05 - 0.001 * (index % 7) as f32, 1.0);
                (from, ray)
            })
            .collect();
        let truth: Vec<bool> = (rays.iter())
            .map(|(from, ray)| corners.iter().any(|corners| meets(corners, *from, *ray, most)))
            .collect();
        let count = truth.iter().filter(|met| **met).count();
        assert!((200..3800).contains(&count), "both kinds of rays: {count}");
        let compare = |all: &[Option<bool>]| {
            for (index, (met, truth)) in all.iter().zip(&truth).enumerate() {
                assert!(met.is_none_or(|met| met == *truth), "ray {index}");
            }
        };
        compare(&met(Scalar, tree, &rays, most));
        #[cfg(target_arch = "x86_64")]
        if let Some(lanes) = crate::lanes::Avx512::detect() {
            compare(&met(lanes, tree, &rays, most));
        }
    }

    #[test]
    fn a_ray_meets_what_any_single_triangle_meets() {
        let corners: Vec<[Vec3; 3]> = (0..200)
            .map(|index| {
                let at = Vec3::new((index % 20) as f32, (index / 20) as f32, (index % 7) as f32 * 0.1);
                [at, at + Vec3::new(0.6, 0.1, 0.3), at + Vec3::new(0.2, 0.7, 0.1)]
            })
            .collect();
        let vertices = corners.as_flattened();
        let triangles: Vec<[u32; 3]> = (0..200)
            .map(|index| [0, 1, 2].map(|corner| index * 3 + corner))
            .collect();
        let mut quick = Bvh::default();
        quick.remake(vertices, &triangles);
        for most in [f32::INFINITY, 1.3] {
            check(&corners, &Bvh::new(&corners), most);
            check(&corners, &quick, most);
        }
        let middle = (vertices[0] + vertices[1] + vertices[2]) / 3.0;
        let rays = [(middle - Vec3::Z, Vec3::Z); 4];
        // All in one place.
        quick.remake(vertices, &[[0, 1, 2]; 40]);
        assert_eq!(
            met(Scalar, &quick, &rays, 2.0)[..3],
            [Some(true), None, Some(true)]
        );
        quick.remake(vertices, &[]);
        assert_eq!(met(Scalar, &quick, &rays, 2.0)[0], Some(false));
    }
}
