//! How much two particles, or a particle and a wall, are in each other's way.
//!
//! A particle's density is a sum over its neighbours of (1 - r/h)^3, in units of what a full lattice has, so 1 is full. A
//! wall counts as the half space of liquid that it stands in the place of: so liquid lies at walls as it lies at liquid,
//! without particles inside of walls.

/// Reach of a particle, in spacings. A smaller one has fewer neighbours, 1.7 a fifth more; below 1.5 a lattice would have six.
const SUPPORT: f32 = 1.65;
/// Settled liquid is no lattice: its particles have fewer near neighbours in the same volume. Measured: with this share of a
/// lattice's density as full, liquid at rest has its rest volume (`engine/sim/tests/liquids.rs`).
const SETTLED: f32 = 0.958;
/// How near a particle may come to a surface, in spacings.
const NEAREST: f32 = 0.3;

/// The kernel of one liquid.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    /// Reach, m, and one over that.
    pub(super) reach: f32,
    per_reach: f32,
    /// How near a particle may come to a surface, m.
    pub(super) nearest: f32,
    /// Density that a particle alone has.
    pub(super) own: f32,
    /// Density that a lattice has, over what is called full: the wall's half space counts as a lattice.
    full: f32,
    /// Factor on the half space's share.
    wall: f32,
}

impl Kernel {
    pub(super) fn new(spacing: f32) -> Kernel {
        let cube = |part: f32| part * part * part;
        let lattice = |layers: &mut dyn Iterator<Item = i32>| {
            let mut sum = 0.0;
            for z in layers {
                for y in -2..=2 {
                    for x in -2..=2 {
                        let square = (x * x + y * y + z * z) as f32;
                        sum += cube((1.0 - square.sqrt() / SUPPORT).max(0.0));
                    }
                }
            }
            sum
        };
        let all = lattice(&mut (-2..=2));
        let beyond = lattice(&mut (1..=2));
        let rest = SETTLED * all;
        Kernel {
            reach: SUPPORT * spacing,
            per_reach: 1.0 / (SUPPORT * spacing),
            nearest: NEAREST * spacing,
            own: 1.0 / rest,
            full: (all - 1.0) / rest,
            // A lattice whose first layer is half a spacing from a wall is full.
            wall: beyond / (all - 1.0) / half_space(0.5 / SUPPORT).0,
        }
    }

    /// Density that a neighbour at this squared distance gives, and the factor by which the way to it (from it to here) is
    /// multiplied for minus the gradient, 1/m^2.
    #[inline(always)]
    pub(super) fn pair(&self, square: f32) -> (f32, f32) {
        let distance = square.sqrt().max(1e-3 * self.reach);
        let gap = (1.0 - distance * self.per_reach).max(0.0);
        let steep = gap * gap * self.own;
        (steep * gap, 3.0 * steep / (self.reach * distance))
    }

    /// Which share of all space around a particle a wall at this distance fills, and how that falls with distance, 1/m.
    pub(super) fn wall_share(&self, distance: f32) -> (f32, f32) {
        let (share, fall) = half_space((distance * self.per_reach).clamp(0.0, 1.0));
        (self.wall * share, self.wall * fall * self.per_reach)
    }

    /// Density that a space all filled by walls has.
    pub(super) fn full(&self) -> f32 {
        self.full
    }
}

/// The integral of (1 - r)^3 over a half space at this distance, over that of all space; and minus its derivative.
fn half_space(distance: f32) -> (f32, f32) {
    let left = 1.0 - distance;
    let fourth = left * left * left * left;
    // Both over all space's 4 pi / 60.
    let share = fourth * left * (1.5 - left);
    let fall = fourth * (7.5 - 6.0 * left);
    (share, fall)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_at_no_distance_fills_half_of_space_and_one_out_of_reach_nothing() {
        assert!((half_space(0.0).0 - 0.5).abs() < 1e-6);
        assert_eq!(half_space(1.0), (0.0, 0.0));
        let step = 1e-3;
        for distance in [0.1, 0.4, 0.8] {
            let slope = (half_space(distance - step).0 - half_space(distance + step).0) / (2.0 * step);
            assert!((slope - half_space(distance).1).abs() < 1e-2, "at {distance}");
        }
    }

    #[test]
    fn a_lattice_at_a_wall_is_as_dense_as_within() {
        let kernel = Kernel::new(0.01);
        let mut sums = [kernel.own; 2];
        for (sum, lowest) in sums.iter_mut().zip([-2, 0]) {
            for z in lowest..=2 {
                for y in -2..=2 {
                    for x in -2..=2 {
                        let square = (x * x + y * y + z * z) as f32 * 1e-4;
                        if square > 0.0 {
                            *sum += kernel.pair(square).0;
                        }
                    }
                }
            }
        }
        sums[1] += kernel.full() * kernel.wall_share(0.005).0;
        assert!((sums[0] - sums[1]).abs() < 1e-4, "{sums:?}");
        assert!((sums[0] * SETTLED - 1.0).abs() < 1e-4, "{sums:?}");
    }
}
