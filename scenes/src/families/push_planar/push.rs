//! What a push does to a block: quasi-static pushing at one point.
//!
//! Friction under the block resists moving and turning as an ellipsoidal limit surface; the pusher sticks to the
//! edge or slides along it by Coulomb's law (Lynch and Mason, 1996). Inertia is left out.

use terrella_sim::glam::Vec2;

/// A place and a heading on the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Position of the block's origin, m.
    pub position_m: Vec2,
    /// Heading, rad.
    pub angle_rad: f32,
}

impl Placement {
    /// A point of the block in the world's frame.
    pub fn point(&self, local: Vec2) -> Vec2 {
        self.position_m + turned(local, self.angle_rad)
    }

    /// A point of the world in the block's frame.
    pub fn local(&self, point: Vec2) -> Vec2 {
        turned(point - self.position_m, -self.angle_rad)
    }
}

/// A vector turned by an angle.
pub fn turned(vector: Vec2, angle_rad: f32) -> Vec2 {
    Vec2::new(libm::cosf(angle_rad), libm::sinf(angle_rad)).rotate(vector)
}

/// A push at a point of a block's edge, all in the world's frame.
#[derive(Clone, Copy, Debug)]
pub struct Push {
    /// Where it touches, m.
    pub contact_m: Vec2,
    /// Unit vector into the block there.
    pub inwards: Vec2,
    /// Unit vector along which the pusher moves.
    pub direction: Vec2,
    /// How far it moves, m.
    pub distance_m: f32,
}

/// Where the block is after the push. `lever_m` is its mean radius, `friction` that of pusher on block.
pub fn pushed(block: Placement, push: Push, lever_m: f32, friction: f32) -> Placement {
    const PARTS: u8 = 4;
    let step = push.distance_m / f32::from(PARTS);
    let square = lever_m * lever_m;
    let Placement {
        mut position_m,
        mut angle_rad,
    } = block;
    let (mut arm, mut inwards) = (push.contact_m - position_m, push.inwards);
    for _ in 0..PARTS {
        let tangent = inwards.perp();
        let (xx, xy, yy) = (
            1.0 + arm.y * arm.y / square,
            -arm.x * arm.y / square,
            1.0 + arm.x * arm.x / square,
        );
        let motion = |force: Vec2| Vec2::new(xx * force.x + xy * force.y, xy * force.x + yy * force.y);
        let determinant = xx * yy - xy * xy;
        let wanted = push.direction;
        // The force that makes the touched point go exactly with the pusher.
        let mut force = Vec2::new(yy * wanted.x - xy * wanted.y, xx * wanted.y - xy * wanted.x) / determinant;
        let (normal, side) = (force.dot(inwards), force.dot(tangent));
        if wanted.dot(inwards) <= 0.0 {
            break;
        }
        if side.abs() > friction * normal {
            // It slides: the force lies on the edge of the friction cone.
            force = inwards + tangent * (friction * side.signum());
            let along = motion(force).dot(inwards);
            if along <= 1e-3 {
                break;
            }
            force *= wanted.dot(inwards) / along;
        }
        let slip = wanted - motion(force);
        let turn = (arm.x * force.y - arm.y * force.x) / square * step;
        position_m += force * step;
        angle_rad += turn;
        arm = turned(arm, turn) + slip * step;
        inwards = turned(inwards, turn);
    }
    Placement {
        position_m,
        angle_rad,
    }
}
