//! A tree of boxes over triangles, for rays towards the sun.
//!
//! **Invariant:** the tree is a function of the triangles alone: ties are broken by index.

use glam::Vec3;

/// Triangles in a leaf.
const LEAF: usize = 4;
/// How far outside a triangle a ray still meets it, as a share of its edges: rays do not slip through seams.
const SEAM: f32 = 1e-5;

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
#[derive(Debug, Default)]
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

    /// True where the ray `from` + t `ray`, t > 0, meets a triangle from either side.
    pub(crate) fn blocks(&self, from: Vec3, ray: Vec3) -> bool {
        self.blocks_within(from, ray, f32::INFINITY)
    }

    /// The same for t up to `most`.
    pub(crate) fn blocks_within(&self, from: Vec3, ray: Vec3, most: f32) -> bool {
        if self.nodes.is_empty() {
            return false;
        }
        let inverse = inverse(ray);
        // Halving, or 30 steps along the curve and then halving, makes the tree no deeper than this.
        let mut stack = [0_u32; 64];
        let mut depth = 1;
        while depth > 0 {
            depth -= 1;
            let index = stack[depth] as usize;
            let node = &self.nodes[index];
            let (low, high) = ((node.min - from) * inverse, (node.max - from) * inverse);
            let enter = low.min(high).max_element();
            let leave = low.max(high).min_element();
            if enter > leave || leave < 0.0 || enter > most {
                continue;
            }
            if node.count > 0 {
                let first = node.index as usize;
                let leaf = &self.triangles[first..first + node.count as usize];
                if leaf.iter().any(|triangle| triangle.meets(from, ray, most)) {
                    return true;
                }
            } else {
                stack[depth] = node.index;
                stack[depth + 1] = index as u32 + 1;
                depth += 2;
            }
        }
        false
    }
}

/// What a ray's crossings of planes are multiplied by; where it is along a plane, a large number.
#[inline]
pub(crate) fn inverse(ray: Vec3) -> Vec3 {
    Vec3::from_array(
        ray.to_array()
            .map(|axis| 1.0 / if axis.abs() > 1e-12 { axis } else { 1e-12 }),
    )
}

impl Triangle {
    #[inline]
    fn meets(&self, from: Vec3, ray: Vec3, most: f32) -> bool {
        let [first, second] = self.edges;
        let across = ray.cross(second);
        let volume = first.dot(across);
        let inverse = 1.0 / volume;
        let offset = from - self.corner;
        let u = offset.dot(across) * inverse;
        let turned = offset.cross(first);
        let v = ray.dot(turned) * inverse;
        let t = second.dot(turned) * inverse;
        volume != 0.0 && u >= -SEAM && v >= -SEAM && u + v <= 1.0 + SEAM && t > 0.0 && t < most
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

    /// What rays meet, of a tree over triangles.
    fn check(corners: &[[Vec3; 3]], tree: &Bvh) {
        let mut met = 0;
        for index in 0..2000 {
            let from = Vec3::new((index % 50) as f32 * 0.4, (index / 50) as f32 * 0.25, -1.0);
            let ray = Vec3::new(0.1, 0.05, 1.0).normalize();
            let alone = corners.iter().any(|[a, b, c]| {
                Triangle {
                    corner: *a,
                    edges: [*b - *a, *c - *a],
                }
                .meets(from, ray, f32::INFINITY)
            });
            assert_eq!(tree.blocks(from, ray), alone, "ray {index}");
            met += u32::from(alone);
        }
        assert!(
            (200..1800).contains(&met),
            "both kinds of rays: {met} of 2000 met a triangle"
        );
    }

    #[test]
    fn a_ray_meets_what_any_single_triangle_meets() {
        let corners: Vec<[Vec3; 3]> = (0..200)
            .map(|index| {
                let at = Vec3::new((index % 20) as f32, (index / 20) as f32, (index % 7) as f32 * 0.1);
                [at, at + Vec3::new(0.6, 0.1, 0.3), at + Vec3::new(0.2, 0.7, 0.1)]
            })
            .collect();
        check(&corners, &Bvh::new(&corners));
        let vertices = corners.as_flattened();
        let triangles: Vec<[u32; 3]> = (0..200)
            .map(|index| [0, 1, 2].map(|corner| index * 3 + corner))
            .collect();
        let mut tree = Bvh::default();
        tree.remake(vertices, &triangles);
        check(&corners, &tree);
        tree.remake(vertices, &[]);
        assert!(!tree.blocks(Vec3::ZERO, Vec3::Z));
        // All in one place.
        tree.remake(vertices, &[[0, 1, 2]; 40]);
        assert!(tree.blocks(
            vertices[0] * 0.4 + vertices[1] * 0.3 + vertices[2] * 0.3 - Vec3::Z,
            Vec3::Z
        ));
    }
}
