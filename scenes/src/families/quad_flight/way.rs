//! The way through the gates: a smooth curve that crosses each gate in its middle and at right angles.

use terrella_sim::glam::Vec3;

/// Samples of each piece between two places.
const SAMPLES: usize = 40;

/// A curve as points of known distance from its start.
#[derive(Clone, Debug)]
pub(super) struct Way {
    points: Vec<Vec3>,
    /// Length from the start to each point, m.
    lengths: Vec<f32>,
}

impl Way {
    /// Cubic Hermite pieces between places (m), each with the direction in which the curve goes there.
    pub(super) fn through(places: &[(Vec3, Vec3)]) -> Self {
        let mut points = vec![places[0].0];
        for pair in places.windows(2) {
            let [(from, start), (to, end)] = [pair[0], pair[1]];
            let strength = from.distance(to);
            for index in 1..=SAMPLES {
                let t = index as f32 / SAMPLES as f32;
                let (t2, t3) = (t * t, t * t * t);
                let point = from * (2.0 * t3 - 3.0 * t2 + 1.0)
                    + start * (strength * (t3 - 2.0 * t2 + t))
                    + to * (3.0 * t2 - 2.0 * t3)
                    + end * (strength * (t3 - t2));
                points.push(point);
            }
        }
        let mut lengths = vec![0.0];
        for pair in points.windows(2) {
            lengths.push(lengths[lengths.len() - 1] + pair[0].distance(pair[1]));
        }
        Way { points, lengths }
    }

    /// Its whole length, m.
    pub(super) fn length_m(&self) -> f32 {
        self.lengths[self.lengths.len() - 1]
    }

    /// The point this far along, m.
    pub(super) fn at(&self, along_m: f32) -> Vec3 {
        let next = self.lengths.partition_point(|length| *length < along_m);
        if next == 0 {
            return self.points[0];
        }
        if next == self.points.len() {
            return self.points[next - 1];
        }
        let piece = self.lengths[next] - self.lengths[next - 1];
        let share = (along_m - self.lengths[next - 1]) / piece.max(1e-6);
        self.points[next - 1].lerp(self.points[next], share)
    }

    /// The direction this far along.
    pub(super) fn direction(&self, along_m: f32) -> Vec3 {
        let half = 0.1;
        (self.at(along_m + half) - self.at(along_m - half)).normalize_or_zero()
    }

    /// How near it comes to a vertical line, m.
    pub(super) fn clearance_m(&self, x: f32, y: f32) -> f32 {
        self.points
            .iter()
            .map(|point| ((point.x - x) * (point.x - x) + (point.y - y) * (point.y - y)).sqrt())
            .fold(f32::INFINITY, f32::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_goes_through_its_places_in_their_directions() {
        let places = [
            (Vec3::ZERO, Vec3::X),
            (Vec3::new(3.0, 1.0, 0.5), Vec3::X),
            (Vec3::new(4.0, 4.0, 0.0), Vec3::Y),
        ];
        let way = Way::through(&places);
        assert_eq!(way.at(-1.0), Vec3::ZERO);
        assert_eq!(way.at(99.0), places[2].0);
        let middle = (0..1000)
            .map(|index| way.length_m() * index as f32 / 1000.0)
            .min_by(|one, other| {
                let far = |along: f32| way.at(along).distance(places[1].0);
                far(*one).total_cmp(&far(*other))
            })
            .expect("there are points");
        assert!(way.at(middle).distance(places[1].0) < 0.01);
        assert!(way.direction(middle).dot(Vec3::X) > 0.99);
        assert!(way.clearance_m(3.0, 1.0) < 1e-4);
        assert!(way.length_m() > 6.0 && way.length_m() < 9.0);
    }
}
