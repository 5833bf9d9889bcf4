//! The flight of the ball of `catch_intercept` as the plan foresees it: where a throw would cross the net's line.

use terrella_sim::glam::Vec2;

/// What decides the way of a ball in the plane x, z.
#[derive(Clone, Copy, Debug)]
pub(super) struct Air {
    pub gravity_mps2: f32,
    pub drag_per_s: f32,
    pub restitution: f32,
    pub friction: f32,
    pub radius_m: f32,
    /// The share of spin cross velocity that becomes acceleration.
    pub spin_lift: f32,
}

/// A throw: where from, how fast, and how it spins about +y, which is rolling on towards +x.
#[derive(Clone, Copy, Debug)]
pub(super) struct Throw {
    pub from_m: Vec2,
    pub velocity_mps: Vec2,
    pub spin_radps: f32,
}

/// How far a throw is followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    pub secs: f32,
    pub apex_m: f32,
    pub bounces: u32,
}

/// How a throw crosses the net's line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossing {
    pub height_m: f32,
    /// How steeply: speed up or down for each speed along.
    pub slope: f32,
    pub secs: f32,
    /// The highest point on the way.
    pub apex_m: f32,
    pub bounces: u32,
}

impl Air {
    /// Follows a throw until it crosses `line_x_m`; nothing where it comes beyond a limit before.
    pub fn crossing(&self, throw: Throw, line_x_m: f32, most: Most) -> Option<Crossing> {
        // As long as a step of the world: with the mean of old and new velocity a fall is exact.
        let dt = 1.0 / 240.0;
        let keeps = 1.0 / (1.0 + self.drag_per_s * dt);
        let (mut place, mut velocity) = (throw.from_m, throw.velocity_mps);
        let mut spin = throw.spin_radps;
        let mut found = Crossing {
            height_m: 0.0,
            slope: 0.0,
            secs: 0.0,
            apex_m: place.y,
            bounces: 0,
        };
        while found.secs < most.secs && found.apex_m < most.apex_m && found.bounces <= most.bounces {
            // About +y: to the right of the way, which is down where the ball flies towards +x.
            let (before, bends) = (velocity, self.spin_lift * spin * dt);
            velocity += bends * Vec2::new(velocity.y, -velocity.x);
            velocity.y -= self.gravity_mps2 * dt;
            velocity *= keeps;
            place += 0.5 * (before + velocity) * dt;
            found.secs += dt;
            found.apex_m = found.apex_m.max(place.y);
            if place.y < self.radius_m && velocity.y < 0.0 {
                found.bounces += 1;
                let normal = (1.0 + self.restitution) * -velocity.y;
                velocity.y *= -self.restitution;
                // Friction takes the slip off a solid ball, as far as the pressure lets it.
                let slip = velocity.x - spin * self.radius_m;
                let push = (2.0 / 7.0 * slip.abs()).min(self.friction * normal) * slip.signum();
                velocity.x -= push;
                spin += 2.5 * push / self.radius_m;
            }
            if place.x >= line_x_m {
                found.height_m = place.y;
                found.slope = velocity.y / velocity.x;
                return Some(found);
            }
        }
        None
    }
}
