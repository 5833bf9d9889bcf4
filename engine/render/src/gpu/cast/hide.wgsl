// What hides a lamp that is a point: for each shape, whether the way from a pixel's point to the lamp leads through it. See
// kernel/hide.rs.
//
// All is in the shape's own frame, where the way is p + t d with t from 0 to 1. A stretch of it is where it begins and ends.
// Meshes are in `mesh_shadow`.

const HIDES_AS_BALL: u32 = 0u;
const HIDES_AS_BOX: u32 = 1u;
const HIDES_AS_CYLINDER: u32 = 2u;
const HIDES_AS_CAPSULE: u32 = 3u;
const HIDES_AS_CONE: u32 = 4u;
const HIDES_AS_HULL: u32 = 5u;
const NOWHERE: vec2<f32> = vec2<f32>(1.0, 0.0);

fn is_dark(stretch: vec2<f32>) -> bool {
    return min(stretch.y, 1.0) > max(stretch.x, LIFT);
}

fn off_zero(value: f32) -> f32 {
    return select(SMALL, value, abs(value) > SMALL);
}

// Where the way is between -half and half along an axis.
fn slab(p: f32, d: f32, half: f32) -> vec2<f32> {
    let inverse = 1.0 / off_zero(d);
    let first = (-half - p) * inverse;
    let second = (half - p) * inverse;
    return vec2<f32>(min(first, second), max(first, second));
}

// Where a t^2 + 2 b t + c is below 0, a above 0.
fn within(a: f32, b: f32, c: f32) -> vec2<f32> {
    let wide = max(a, SMALL);
    let squared = fma(-wide, c, b * b);
    if !(squared > 0.0) {
        return NOWHERE;
    }
    let root = sqrt(squared);
    let inverse = 1.0 / wide;
    return vec2<f32>((-b - root) * inverse, (root - b) * inverse);
}

fn both(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(max(a.x, b.x), min(a.y, b.y));
}

// A ball about the origin.
fn in_ball(p: vec3<f32>, d: vec3<f32>, radius: f32) -> vec2<f32> {
    return within(dot3(d, d), dot3(p, d), fma(-radius, radius, dot3(p, p)));
}

fn in_cylinder(p: vec3<f32>, d: vec3<f32>, size: vec3<f32>) -> vec2<f32> {
    let a = fma(d.x, d.x, d.y * d.y);
    let b = fma(p.x, d.x, p.y * d.y);
    let c = fma(p.x, p.x, p.y * p.y);
    return both(within(a, b, fma(-size.x, size.x, c)), slab(p.z, d.z, size.z));
}

// Its apex is the origin, its slope the first size, its height the third.
fn in_cone(p: vec3<f32>, d: vec3<f32>, size: vec3<f32>) -> bool {
    let slope_squared = size.x * size.x;
    let half = size.z * 0.5;
    let height = slab(p.z + half, d.z, half);
    let a = off_zero(fma(-(slope_squared * d.z), d.z, fma(d.x, d.x, d.y * d.y)));
    let b = fma(-(slope_squared * p.z), d.z, fma(p.x, d.x, p.y * d.y));
    let c = fma(-(slope_squared * p.z), p.z, fma(p.x, p.x, p.y * p.y));
    let squared = fma(-a, c, b * b);
    if !(squared > 0.0) {
        return false;
    }
    let root = sqrt(squared);
    let inverse = 1.0 / a;
    let first = (-b - root) * inverse;
    let second = (root - b) * inverse;
    let low = min(first, second);
    let high = max(first, second);
    // A flat way is inside between the crossings; a steep one before the lower and after the upper.
    if a > 0.0 {
        return is_dark(both(height, vec2<f32>(low, high)));
    }
    return is_dark(vec2<f32>(height.x, min(height.y, low))) || is_dark(vec2<f32>(max(height.x, high), height.y));
}

fn in_hull(record: u32, p: vec3<f32>, d: vec3<f32>) -> bool {
    var enter = LIFT;
    var leave = 1.0;
    let end = record + 28u + 4u * words[record + 27u];
    for (var at = record + 28u; at < end; at += 4u) {
        let own = f3(at);
        let room = f(at + 3u) - dot3(own, p);
        let rate = off_zero(dot3(own, d));
        let crossing = room / rate;
        if rate > 0.0 {
            leave = min(crossing, leave);
        } else {
            enter = max(crossing, enter);
        }
    }
    return leave > enter;
}

// Marks the pixel where the shape hides the lamp. A convex part never hides it from itself.
fn hide(record: u32) {
    let kind = words[record + 8u];
    if cell.tag == words[record + 6u] || cell.tag == SKY || (cell.tag & SHADED) != 0u {
        return;
    }
    let z = 1.0 / cell.w;
    let along = vec3<f32>(x * z, y * z, z);
    let p = vec3<f32>(
        dot3(f3(record + 9u), along),
        dot3(f3(record + 12u), along),
        dot3(f3(record + 15u), along),
    ) + f3(record + 18u);
    let d = f3(record + 21u) - p;
    let size = f3(record + 24u);
    var dark = false;
    if kind == HIDES_AS_BALL {
        dark = is_dark(in_ball(p / size, d / size, 1.0));
    } else if kind == HIDES_AS_BOX {
        dark = is_dark(both(both(slab(p.x, d.x, size.x), slab(p.y, d.y, size.y)), slab(p.z, d.z, size.z)));
    } else if kind == HIDES_AS_CYLINDER || kind == HIDES_AS_CAPSULE {
        dark = is_dark(in_cylinder(p, d, size));
        if !dark && kind == HIDES_AS_CAPSULE {
            let up = vec3<f32>(0.0, 0.0, size.z);
            dark = is_dark(in_ball(p - up, d, size.x)) || is_dark(in_ball(p + up, d, size.x));
        }
    } else if kind == HIDES_AS_CONE {
        dark = in_cone(p, d, size);
    } else if kind == HIDES_AS_HULL {
        dark = in_hull(record, p, d);
    } else {
        // A floor that the lamp is below: what is above is dark.
        dark = p.z > 0.0;
    }
    if dark {
        cell.tag |= SHADED;
    }
}
