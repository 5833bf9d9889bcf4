// Images on bodies and in the sky: levels of halved size, between whose texels is mixed. See images.rs and kernel/image.rs.
//
// An image is [levels, then width, height and first texel of each, from the whole one down to one texel]; a texel is a word,
// ten bits of each channel, red lowest, in quarters of 1/255.

// Rays that meet a plane at less than this sine count as meeting it at this.
const GRAZING: f32 = 1e-4;
const TURN: f32 = 0.15915494;

// Two texels that a place lies between, and how far it is from the first.
struct Between {
    first: u32,
    second: u32,
    share: f32,
}

fn repeated(place: f32, count: u32) -> Between {
    // What is too far away for its fraction to be known counts as 0.
    let near = select(0.0, place, abs(place) < 1e9);
    var at = (near - floor(near)) * f32(count) - 0.5;
    at = select(at, at + f32(count), at < 0.0);
    let first = min(u32(max(at, 0.0)), count - 1u);
    return Between(first, select(first + 1u, 0u, first == count - 1u), at - f32(first));
}

fn stopped(place: f32, count: u32) -> Between {
    let near = select(0.0, place, abs(place) < 1e9);
    let last = count - 1u;
    let at = clamp(near * f32(count) - 0.5, 0.0, f32(last));
    let first = min(u32(at), last);
    return Between(first, min(first + 1u, last), at - f32(first));
}

fn texel(at: u32) -> vec3<f32> {
    let word = lasting[at];
    return 0.25 * vec3<f32>(f32(word & 1023u), f32((word >> 10u) & 1023u), f32(word >> 20u));
}

// Of one level.
fn level_at(level: u32, place: vec2<f32>, stops: bool) -> vec3<f32> {
    let width = lasting[level];
    let height = lasting[level + 1u];
    let first = lasting[level + 2u];
    let across = repeated(place.x, width);
    var down: Between;
    if stops {
        down = stopped(place.y, height);
    } else {
        down = repeated(place.y, height);
    }
    let upper = first + width * down.first;
    let lower = first + width * down.second;
    let a = texel(upper + across.first);
    let c = texel(lower + across.first);
    let high = a + (texel(upper + across.second) - a) * across.share;
    let low = c + (texel(lower + across.second) - c) * across.share;
    return high + (low - high) * down.share;
}

// A place of an image, of which so many texels are between two pixels.
struct Spot {
    image: u32,
    place: vec2<f32>,
    texels: f32,
    // Its upper and lower edge do not go on at the other one.
    stops: bool,
}

// The mean colour about it.
fn image_at(spot: Spot) -> u32 {
    let image = spot.image;
    let last = lasting[image] - 1u;
    // The logarithm, bent: right at powers of two and straight between them.
    let bits = bitcast<u32>(select(1.0, spot.texels, spot.texels > 1.0));
    let mantissa = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);
    let level = min(f32(i32(bits >> 23u) - 127) + (mantissa - 1.0), f32(last));
    let first = min(u32(level), last);
    let share = level - f32(first);
    var colors: array<vec3<f32>, 2>;
    for (var at = 0u; at < 2u; at++) {
        colors[at] = level_at(image + 1u + 3u * min(first + at, last), spot.place, spot.stops);
    }
    let color = colors[0] + (colors[1] - colors[0]) * share;
    let bytes = vec3<u32>(color + 0.5);
    return bytes.x | (bytes.y << 8u) | (bytes.z << 16u);
}

// Where an image lies at a point of the cell's plane: along two of the body's axes, or as the mesh says.
fn laid(record: u32, axes: vec2<u32>, ratio: f32, point: vec3<f32>) -> vec2<f32> {
    let surface = record + 21u;
    if words[surface] == MESH && words[surface + 4u] != 0u {
        let uvs = facet(surface) + words[surface + 4u];
        let share = shares(surface, point);
        let u = vec3<f32>(t3(uvs));
        let v = vec3<f32>(t3(uvs + 3u));
        return vec2<f32>(dot(u, share), 1.0 - dot(v, share));
    }
    let across = dot(f3(record + 9u + 3u * axes.x), point) + f(record + 18u + axes.x);
    let down = dot(f3(record + 9u + 3u * axes.y), point) + f(record + 18u + axes.y);
    return vec2<f32>(across, -down * ratio);
}

fn covered(record: u32, point: vec3<f32>, n: vec3<f32>, step: vec2<f32>) -> Spot {
    let ray = vec3<f32>(x, y, 1.0);
    let image = words[record + 8u];
    let size = vec2<f32>(f32(lasting[image + 1u]), f32(lasting[image + 2u]));
    let ratio = size.x / size.y;
    let across = abs(vec3<f32>(dot(f3(record + 9u), n), dot(f3(record + 12u), n), dot(f3(record + 15u), n)));
    var axes = vec2<u32>(0u, 2u);
    if across.z >= across.x && across.z >= across.y {
        axes = vec2<u32>(0u, 1u);
    } else if across.x >= across.y {
        axes = vec2<u32>(1u, 2u);
    }
    let here = laid(record, axes, ratio, point);
    // Where the rays to the right and below meet the tangent plane.
    let height = dot(n, point);
    var texels = 0.0;
    for (var side = 0u; side < 2u; side++) {
        let other = ray + select(vec3<f32>(step.x, 0.0, 0.0), vec3<f32>(0.0, step.y, 0.0), side == 1u);
        let there = laid(record, axes, ratio, other * (height / min(dot(n, other), -GRAZING)));
        let apart = abs((there - here) * size);
        texels = max(texels, max(apart.x, apart.y));
    }
    return Spot(image, here, texels, false);
}

// The angle of a vector, in turns from -0.5 to 0.5: a polynomial through the arc tangent.
fn turns(up: f32, along: f32) -> f32 {
    let most = max(abs(along), abs(up));
    if most <= 0.0 {
        return 0.0;
    }
    let t = min(abs(along), abs(up)) / most;
    let squared = t * t;
    var sum = -0.0117212;
    sum = sum * squared + 0.05265332;
    sum = sum * squared - 0.11643287;
    sum = sum * squared + 0.19354346;
    sum = sum * squared - 0.33262347;
    sum = sum * squared + 0.99997726;
    var turn = t * sum * TURN;
    turn = select(turn, 0.25 - turn, abs(up) > abs(along));
    turn = select(turn, 0.5 - turn, along < 0.0);
    return select(turn, -turn, up < 0.0);
}

// The sky's image where the ray points.
fn panorama(view: u32) -> Spot {
    let at = view + PANORAMA;
    let ray = vec3<f32>(x, y, 1.0);
    let way = vec3<f32>(dot(head3(at + 2u), ray), dot(head3(at + 5u), ray), dot(head3(at + 8u), ray));
    let level = sqrt(way.x * way.x + way.y * way.y);
    let place = vec2<f32>(0.5 - turns(way.y, way.x), 0.5 - 2.0 * turns(way.z, level));
    return Spot(heads[at], place, head(at + 1u), true);
}
