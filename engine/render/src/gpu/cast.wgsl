// Draws views: one invocation makes one pixel, a workgroup 8 x 8 pixels of one view, z is the view.
//
// There are two phases. The first draws what the pixels' centres see. Where edges are smooth, the second draws all samples
// of those pixels whose centre sees another part, face or shadow than that of a neighbour, and keeps their mean.
//
// A view has runs of records, one of each kind, drawn in order: shapes, then patterns, then shadows. A record is
// [group, words, x0, x1, y0, y1, tag, color, ...]: see pack.rs, which writes them. Each run has its own loop, which looks
// for the next record that reaches into the tile before it draws: a device that runs all branches loses little.
// What is done where DRESSED only, a constant that device.rs writes before this text, is left out of the program for views
// without looks: lamps, soft shadows, highlights, clouds, images and fog.
// The mathematics is that of the kernels of the CPU, operation by operation; what differs is that `fma`, quotients and
// roots may be rounded otherwise.

// Words of a record before what is its own.
const LABEL: u32 = 8u;
// Words of a view's head, and where in it they are: see pack.rs.
const HEAD: u32 = 53u;
const CASTS: u32 = 12u;
const LENS: u32 = 15u;
const LIGHT: u32 = 18u;
const DRESS: u32 = 32u;
const PANORAMA: u32 = 42u;
const NONE: u32 = 0xffffffffu;
// Words of a plan of shadows: where its first run begins, and where each ends.
const RUNS: u32 = 10u;
// First word of a group of records.
const GROUP: u32 = 1u;
const SHADED: u32 = 0x80000000u;
const UNSHADED: u32 = 0x7fffffffu;
const SKY: u32 = 0u;
const OUTSIDE: u32 = 0u;
const OPPOSITE: u32 = 2u;
const ENDLESS: f32 = 1e30;
const FAR_W: f32 = 1e-6;
const NEAR_W: f32 = 1e7;
const LIFT: f32 = 1e-4;
// Smallest number by which is divided.
const SMALL: f32 = 1e-12;
const HAZE_SQUARED: f32 = 3600.0;
const SHARPEST: f32 = 2.5e-4;
// Kinds of lamps.
const POINT: u32 = 1u;
const LAMP_AT_HEAD: u32 = 2u;
// Words of a lamp.
const LAMP: u32 = 8u;
const NEAREST_SQUARED: f32 = 1e-4;
const POWER_BITS: u32 = 11u;
const WHITE_SQUARED: f32 = 65025.0;
const TURN_ONE: f32 = 0.6666667;
const TURN_TWO: f32 = 1.3333334;
// Kinds of surfaces.
const ROUND: u32 = 1u;
const MESH: u32 = 2u;
const EGG: u32 = 3u;

struct Params {
    width: u32,
    height: u32,
    // Pixels in a row of the outputs: a multiple of 4.
    row: u32,
    // First words of the outputs; NONE: not wanted.
    rgb: u32,
    depth: u32,
    ids: u32,
    // Keys of what centres see; NONE: edges are not smooth.
    keys: u32,
    phase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> heads: array<u32>;
@group(0) @binding(2) var<storage, read> words: array<u32>;
// Trees of meshes and texels of images, which last from batch to batch.
@group(0) @binding(3) var<storage, read> lasting: array<u32>;
@group(0) @binding(4) var<storage, read_write> outputs: array<u32>;

var<workgroup> colors: array<u32, 64>;
var<workgroup> tags: array<u32, 64>;

struct Cell {
    w: f32,
    tag: u32,
    // The normal's part along the sun is a z + b.
    a: f32,
    b: f32,
    color: u32,
    face: u32,
    // Record of the floor that is seen, or NONE.
    floor: u32,
}

var<private> cell: Cell;
// The ray of the pixel.
var<private> x: f32;
var<private> y: f32;
// Light of a soft sun that arrives, and a bit for each lamp with shadows whose light does not.
var<private> sunlight: f32;
var<private> dark_lamps: u32;
// Pixels that are turned away from the sun need no ray to it.
var<private> facing: bool;
// First pixel of the workgroup.
var<private> tile: vec2<i32>;

fn f(at: u32) -> f32 {
    return bitcast<f32>(words[at]);
}

fn f3(at: u32) -> vec3<f32> {
    return vec3<f32>(f(at), f(at + 1u), f(at + 2u));
}

fn head(at: u32) -> f32 {
    return bitcast<f32>(heads[at]);
}

fn head3(at: u32) -> vec3<f32> {
    return vec3<f32>(head(at), head(at + 1u), head(at + 2u));
}

fn line(at: u32) -> f32 {
    return fma(f(at), x, fma(f(at + 1u), y, f(at + 2u)));
}

// A function of the ray and an inverse depth.
fn line_at(at: u32, w: f32) -> f32 {
    return fma(f(at + 3u), w, line(at));
}

fn line4(at: u32) -> f32 {
    return line_at(at, cell.w);
}

fn dot3(a: vec3<f32>, b: vec3<f32>) -> f32 {
    return fma(a.x, b.x, fma(a.y, b.y, a.z * b.z));
}

// A function of second degree.
fn square(at: u32) -> f32 {
    let u = x - f(at);
    let v = y - f(at + 1u);
    let first = fma(f(at + 3u), v, f(at + 5u));
    let rest = fma(v, fma(f(at + 4u), v, f(at + 6u)), f(at + 7u));
    return fma(u, fma(f(at + 2u), u, first), rest);
}

fn keep(record: u32, w: f32, a: f32, b: f32, face: u32) {
    cell.w = w;
    cell.tag = words[record + 6u];
    cell.color = words[record + 7u];
    cell.a = a;
    cell.b = b;
    cell.face = face;
    cell.floor = NONE;
}

fn floor_plane(record: u32) {
    let w = line(record + LABEL);
    if w > cell.w {
        keep(record, w, 0.0, f(record + 11u), 0u);
        cell.floor = record;
    }
}

fn hull(record: u32) {
    let fronts = record + 10u + 5u * words[record + 8u];
    let end = fronts + 5u * words[record + 9u];
    var w = ENDLESS;
    var sun = 0.0;
    var face = 0u;
    for (var at = record + 10u; at < fronts; at += 5u) {
        let other = line(at);
        if w > other {
            w = other;
            face = words[at + 3u];
            sun = f(at + 4u);
        }
    }
    var back = 0.0;
    for (var at = fronts; at < end; at += 5u) {
        back = max(line(at), back);
    }
    if w >= back && w > cell.w {
        keep(record, w, 0.0, sun, face);
    }
}

fn ball(record: u32) {
    let squared = square(record + 11u);
    if squared >= 0.0 {
        let w = line(record + 8u) + sqrt(squared);
        if w > cell.w {
            keep(record, w, line(record + 19u), f(record + 22u), 0u);
        }
    }
}

fn egg(record: u32) {
    let squared = square(record + 11u);
    if squared >= 0.0 {
        let w = line(record + 8u) + sqrt(squared);
        if w > cell.w {
            let gradient = vec3<f32>(
                line_at(record + 19u, w),
                line_at(record + 23u, w),
                line_at(record + 27u, w),
            );
            let length = sqrt(dot3(gradient, gradient));
            keep(record, w, 0.0, line_at(record + 31u, w) / length, 0u);
        }
    }
}

fn tube(record: u32, is_cone: bool) {
    let mode = words[record + 8u];
    let squared = square(record + 12u);
    let middle = line(record + 9u);
    let root = sqrt(max(squared, 0.0));
    let meets = squared >= 0.0;
    var high = middle + root;
    var low = middle - root;
    var valid = meets;
    if mode == OPPOSITE {
        high = low;
        low = 0.0;
    } else if mode != OUTSIDE {
        low = select(0.0, high, meets);
        high = ENDLESS;
        valid = true;
    }
    let front = line(record + 20u);
    let by_side = front >= high;
    let w = min(front, high);
    let back = max(max(line(record + 25u), line(record + 28u)), low);
    if valid && w >= back && w > cell.w {
        var a = 0.0;
        var b = f(record + 24u);
        if by_side {
            if is_cone {
                let along = fma(f(record + 34u), w, line(record + 31u));
                let below = fma(f(record + 38u), w, line(record + 35u));
                b = along / below + f(record + 39u);
            } else {
                a = line(record + 31u);
                b = f(record + 39u);
            }
        }
        keep(record, w, a, b, select(words[record + 23u], 0u, by_side));
    }
}

fn triangle(record: u32) {
    let inner = min(min(line(record + 8u), line(record + 11u)), line(record + 14u));
    let w = line(record + 17u);
    if inner >= 0.0 && w > cell.w && w < NEAR_W {
        keep(record, w, 0.0, f(record + 21u), words[record + 20u]);
    }
}

fn t3(at: u32) -> vec3<f32> {
    return vec3<f32>(bitcast<f32>(lasting[at]), bitcast<f32>(lasting[at + 1u]), bitcast<f32>(lasting[at + 2u]));
}

// First word of a triangle of a mesh. A mesh's surface is [MESH, first word of its triangles, words of each, where in these
// normals and texture coordinates are (0: there are none), place, axes].
fn facet(surface: u32) -> u32 {
    return words[surface + 1u] + words[surface + 2u] * cell.face;
}

fn turned_to(axes: u32, way: vec3<f32>) -> vec3<f32> {
    return vec3<f32>(dot(f3(axes), way), dot(f3(axes + 3u), way), dot(f3(axes + 6u), way));
}

fn turned_from(axes: u32, way: vec3<f32>) -> vec3<f32> {
    return f3(axes) * way.x + f3(axes + 3u) * way.y + f3(axes + 6u) * way.z;
}

// From the camera's frame to a mesh's.
fn to_part(surface: u32, way: vec3<f32>) -> vec3<f32> {
    return turned_to(surface + 8u, way);
}

fn from_part(surface: u32, way: vec3<f32>) -> vec3<f32> {
    return turned_from(surface + 8u, way);
}

// Where the camera is in a mesh's frame.
fn eye_of(surface: u32) -> vec3<f32> {
    return to_part(surface, -f3(surface + 5u));
}

// The outward unit normal of a part.
fn normal(surface: u32, point: vec3<f32>) -> vec3<f32> {
    let kind = words[surface];
    if kind == MESH {
        let at = facet(surface);
        let a = t3(at);
        let flat = cross(t3(at + 3u) - a, t3(at + 6u) - a);
        let length = sqrt(dot(flat, flat));
        let own = select(vec3<f32>(0.0, 0.0, 1.0), flat / length, length > 0.0);
        return from_part(surface, select(own, -own, dot(own, eye_of(surface) - a) < 0.0));
    }
    if kind == EGG {
        let local = turned_to(surface + 4u, point - f3(surface + 1u));
        return normalize(turned_from(surface + 4u, local * f3(surface + 13u)));
    }
    if kind != ROUND {
        return f3(surface + 9u + 3u * cell.face);
    }
    if cell.face > 0u {
        return f3(surface + 6u + 3u * cell.face);
    }
    let axis = f3(surface + 4u);
    let reach = f(surface + 7u);
    let local = point - f3(surface + 1u);
    let radial = normalize(local - axis * clamp(dot(local, axis), -reach, reach));
    return normalize(radial + axis * f(surface + 8u));
}

// The shares of the corners of a mesh's triangle at a point of its plane.
fn shares(surface: u32, point: vec3<f32>) -> vec3<f32> {
    let at = facet(surface);
    let a = t3(at);
    let b = t3(at + 3u);
    let c = t3(at + 6u);
    let local = to_part(surface, point - f3(surface + 5u));
    let flat = cross(b - a, c - a);
    let inverse = 1.0 / dot(flat, flat);
    let u = dot(cross(c - b, local - b), flat) * inverse;
    let v = dot(cross(a - c, local - c), flat) * inverse;
    return vec3<f32>(u, v, 1.0 - u - v);
}

// The normal that light sees on a mesh that is drawn as if it were bent; 0: it has none.
fn bent(surface: u32, point: vec3<f32>) -> vec3<f32> {
    let at = facet(surface);
    let normals = at + words[surface + 3u];
    let share = shares(surface, point);
    let mean = from_part(surface, t3(normals) * share.x + t3(normals + 3u) * share.y + t3(normals + 6u) * share.z);
    let length = sqrt(dot(mean, mean));
    if !(length > 0.0 && length < ENDLESS) {
        return vec3<f32>(0.0);
    }
    let a = t3(at);
    let flat = cross(t3(at + 3u) - a, t3(at + 6u) - a);
    return select(mean, -mean, dot(flat, eye_of(surface) - a) < 0.0) / length;
}

fn integral(at: f32) -> f32 {
    return abs(at - round(at));
}

// A wave's integral over a pixel, and the width that divides it; `half_width` is half of that width.
fn filtered(at: f32, half_width: f32) -> vec2<f32> {
    let half = max(half_width, SHARPEST);
    return vec2<f32>(integral(at + half) - integral(at - half), half + half);
}

fn pack(color: vec3<f32>) -> u32 {
    let bytes = vec3<u32>(vec3<i32>(round(color)));
    return bytes.x | (bytes.y << 8u) | (bytes.z << 16u);
}

fn pattern(record: u32, point: vec3<f32>, n: vec3<f32>, step: vec2<f32>) {
    let z = point.z;
    let inset = f(record + 21u);
    let inner = vec3<f32>(fma(-n.x, inset, point.x), fma(-n.y, inset, point.y), fma(-n.z, inset, point.z));
    let facing = min(dot3(n, point), z * -1e-4);
    var share = 1.0;
    for (var index = 0u; index < words[record + 8u]; index++) {
        let axis = f3(record + 9u + 3u * index);
        let slide = dot3(axis, point) / facing;
        let right = fma(-slide, n.x, axis.x) * step.x;
        let down = fma(-slide, n.y, axis.y) * step.y;
        let wave = filtered(dot3(axis, inner) + f(record + 18u + index), (abs(right) + abs(down)) * z);
        share *= clamp(wave.x / wave.y, -1.0, 1.0);
    }
    let mean = f3(record + 22u);
    let half = f3(record + 25u);
    cell.color = pack(max(vec3<f32>(
        fma(half.x, share, mean.x),
        fma(half.y, share, mean.y),
        fma(half.z, share, mean.z),
    ), vec3<f32>(0.0)));
}

// A number in -1..1 that looks random, from any whole number.
fn random(number: u32) -> f32 {
    var hash = number;
    hash += hash >> 15u;
    hash *= 0x2c1b3c6du;
    hash += hash >> 13u;
    hash *= 0x297a2d39u;
    hash += hash >> 16u;
    return f32(hash >> 8u) * (2.0 / 16777216.0) - 1.0;
}

// Noise of one octave at a point of its lattice, -1..1.
fn lattice(at: vec3<f32>, seed: u32) -> f32 {
    let place = clamp(at, vec3<f32>(-1e9), vec3<f32>(1e9));
    let near = round(place);
    let low = select(near, near - 1.0, near > place);
    let t = place - low;
    let ease = (t * t) * fma(vec3<f32>(-2.0), t, vec3<f32>(3.0));
    let factors = vec3<u32>(0x8da6b343u, 0xd8163841u, 0xcb1ab31fu);
    let whole = bitcast<vec3<u32>>(vec3<i32>(low)) * factors;
    let base = whole.x + whole.y + whole.z + seed;
    var rows: array<f32, 4>;
    for (var row = 0u; row < 4u; row++) {
        let corner = base + select(0u, factors.y, (row & 1u) != 0u) + select(0u, factors.z, (row & 2u) != 0u);
        let first = random(corner);
        rows[row] = fma(random(corner + factors.x) - first, ease.x, first);
    }
    let lower = fma(rows[1] - rows[0], ease.y, rows[0]);
    let upper = fma(rows[3] - rows[2], ease.y, rows[2]);
    return fma(upper - lower, ease.z, lower);
}

// From one octave to the next: twice a turn about a slanted axis.
fn turned(at: vec3<f32>) -> vec3<f32> {
    return vec3<f32>(
        dot3(vec3<f32>(TURN_TWO, -TURN_ONE, TURN_TWO), at),
        dot3(vec3<f32>(TURN_TWO, TURN_TWO, -TURN_ONE), at),
        dot3(vec3<f32>(-TURN_ONE, TURN_TWO, TURN_TWO), at),
    );
}

fn noise(record: u32, point: vec3<f32>, n: vec3<f32>, step: vec2<f32>) {
    let z = point.z;
    let across = min(dot3(n, point), z * -1e-4);
    var width = 0.0;
    var at: vec3<f32>;
    for (var index = 0u; index < 3u; index++) {
        let axis = f3(record + 8u + 3u * index);
        let along = dot3(axis, point);
        at[index] = along + f(record + 17u + index);
        let slide = along / across;
        let right = fma(-slide, n.x, axis.x) * step.x;
        let down = fma(-slide, n.y, axis.y) * step.y;
        width = max((abs(right) + abs(down)) * z, width);
    }
    let seed = (cell.tag & 0xffffu) * 0x9e3779b1u;
    var share = 0.0;
    var strength = 0.9;
    for (var octave = 0u; octave < 3u; octave++) {
        let fade = clamp(1.5 - width, 0.0, 1.0);
        if fade <= 0.0 {
            break;
        }
        share = fma(fade * strength, lattice(at, seed + octave), share);
        strength *= 0.5;
        width += width;
        at = turned(at);
    }
    share = clamp(share, -1.0, 1.0);
    let mean = f3(record + 20u);
    let half = f3(record + 23u);
    cell.color = pack(max(vec3<f32>(
        fma(half.x, share, mean.x),
        fma(half.y, share, mean.y),
        fma(half.z, share, mean.z),
    ), vec3<f32>(0.0)));
}

// Marks the pixel as shaded, but for the part that throws the shadow.
fn mark(record: u32, dark: bool) {
    if dark && (cell.tag & UNSHADED) != words[record + 6u] {
        cell.tag |= SHADED;
    }
}

fn ball_shadow(record: u32) {
    let across = line4(record + 8u);
    let aside = line4(record + 12u);
    let distance = fma(across, across, aside * aside);
    let limit = f(record + 20u) * (cell.w * cell.w);
    mark(record, limit > distance && line4(record + 16u) < 0.0);
}

fn capsule_shadow(record: u32) {
    let aside = line4(record + 12u);
    let reach = f(record + 21u) * cell.w;
    var across = line4(record + 8u);
    let nearest = max(min(across, reach), -reach);
    across -= nearest;
    let distance = fma(across, across, aside * aside);
    let limit = f(record + 20u) * (cell.w * cell.w);
    let along = fma(-nearest, f(record + 22u), line4(record + 16u));
    mark(record, limit > distance && along < 0.0);
}

fn brick_shadow(record: u32) {
    var enter = -ENDLESS;
    var leave = ENDLESS;
    for (var axis = 0u; axis < 3u; axis++) {
        let middle = line4(record + 8u + 4u * axis);
        let half = f(record + 20u + axis);
        enter = max(fma(-half, cell.w, middle), enter);
        leave = min(fma(half, cell.w, middle), leave);
    }
    mark(record, leave > enter && leave > LIFT);
}

fn hull_shadow(record: u32) {
    let entries = record + 10u + 4u * words[record + 8u];
    let end = entries + 4u * words[record + 9u];
    var enter = LIFT;
    for (var at = record + 10u; at < entries; at += 4u) {
        enter = max(line4(at), enter);
    }
    var leave = ENDLESS;
    for (var at = entries; at < end; at += 4u) {
        leave = min(line4(at), leave);
    }
    mark(record, leave > enter);
}

fn cylinder_shadow(record: u32) {
    let w = cell.w;
    let across = line4(record + 12u);
    let squared = fma(-across, across, f(record + 20u) * (w * w));
    let root = sqrt(max(squared, 0.0));
    let toward = line4(record + 8u);
    let middle = line4(record + 16u);
    let inverse = f(record + 21u);
    let half = f(record + 22u);
    let enter = max((-toward - root) * inverse, fma(-half, w, middle));
    let leave = min((root - toward) * inverse, fma(half, w, middle));
    mark(record, leave > enter && leave > LIFT && squared > 0.0);
}

fn cone_shadow(record: u32) {
    let w = cell.w;
    let p = vec3<f32>(line4(record + 8u), line4(record + 12u), line4(record + 16u));
    let sun = f3(record + 20u);
    let slope_squared = f(record + 23u);
    let a = f(record + 25u);
    let inverse_a = f(record + 26u);
    let inverse_along = f(record + 27u);
    let rising = sun.z >= 0.0;
    let b = fma(-(slope_squared * p.z), sun.z, fma(p.x, sun.x, p.y * sun.y));
    let across = vec3<f32>(
        fma(p.y, sun.z, -(p.z * sun.y)),
        fma(p.z, sun.x, -(p.x * sun.z)),
        fma(p.x, sun.y, -(p.y * sun.x)),
    );
    let sides = fma(across.x, across.x, across.y * across.y);
    let squared = fma(-across.z, across.z, slope_squared * sides);
    let root = sqrt(max(squared, 0.0));
    let first = (-b - root) * inverse_a;
    let second = (root - b) * inverse_a;
    // Between the planes of the base and the apex.
    let top = -p.z * inverse_along;
    let base = (-(f(record + 24u) * w) - p.z) * inverse_along;
    var enter = first;
    var leave = second;
    var lower = true;
    if a < 0.0 {
        if rising {
            enter = -ENDLESS;
        } else {
            leave = ENDLESS;
        }
    } else {
        lower = fma(p.z, a, -(sun.z * b)) < 0.0;
    }
    enter = max(enter, select(top, base, rising));
    leave = min(leave, select(base, top, rising));
    mark(record, leave > enter && leave > LIFT && lower && squared > 0.0);
}

// True where a ray, this far, meets a triangle from either side.
fn meets(at: u32, origin: vec3<f32>, ray: vec3<f32>, most: f32) -> bool {
    let first = t3(at + 3u);
    let second = t3(at + 6u);
    let across = cross(ray, second);
    let volume = dot(first, across);
    if volume == 0.0 {
        return false;
    }
    let inverse = 1.0 / volume;
    let offset = origin - t3(at);
    let u = dot(offset, across) * inverse;
    let turned = cross(offset, first);
    let v = dot(ray, turned) * inverse;
    let t = dot(second, turned) * inverse;
    return u >= -1e-5 && v >= -1e-5 && u + v <= 1.0 + 1e-5 && t > 0.0 && t < most;
}

// True where a ray, this far, meets a triangle of the tree whose words a record names at `tree`.
fn blocks(tree: u32, origin: vec3<f32>, ray: vec3<f32>, most: f32) -> bool {
    let inverse = 1.0 / select(vec3<f32>(SMALL), ray, abs(ray) > vec3<f32>(SMALL));
    let nodes = words[tree];
    let triangles = words[tree + 1u];
    // Halving makes the tree no deeper than this.
    var stack: array<u32, 64>;
    var depth = 1u;
    stack[0] = 0u;
    while depth > 0u {
        depth--;
        let index = stack[depth];
        let node = nodes + 8u * index;
        let low = (t3(node) - origin) * inverse;
        let high = (t3(node + 3u) - origin) * inverse;
        let near = min(low, high);
        let far = max(low, high);
        let enter = max(max(near.x, near.y), near.z);
        let leave = min(min(far.x, far.y), far.z);
        if enter > leave || leave < 0.0 || enter > most {
            continue;
        }
        let child = lasting[node + 6u];
        let count = lasting[node + 7u];
        if count > 0u {
            for (var at = child; at < child + count; at++) {
                if meets(triangles + 9u * at, origin, ray, most) {
                    return true;
                }
            }
        } else {
            stack[depth] = child;
            stack[depth + 1u] = index + 1u;
            depth += 2u;
        }
    }
    return false;
}

fn mesh_shadow(record: u32) {
    let z = 1.0 / cell.w;
    if cell.tag == SKY || (cell.tag & SHADED) != 0u || (facing && !(fma(cell.a, z, cell.b) > 0.0)) {
        return;
    }
    let point = vec3<f32>(line4(record + 10u) * z, line4(record + 14u) * z, line4(record + 18u) * z);
    // Towards the sun, or all the way to a lamp.
    var way = f3(record + 22u);
    var lift = z * LIFT;
    var most = ENDLESS;
    if DRESSED && words[record + 25u] != 0u {
        way -= point;
        lift = LIFT;
        most = 1.0 - LIFT;
    }
    if blocks(record + 8u, point + way * lift, way, most) {
        cell.tag |= SHADED;
    }
}

// The next record that reaches into the tile. Groups are entered or skipped.
fn find(first: u32, end: u32) -> u32 {
    var record = first;
    while record < end {
        let x0 = bitcast<i32>(words[record + 2u]);
        let x1 = bitcast<i32>(words[record + 3u]);
        let y0 = bitcast<i32>(words[record + 4u]);
        let y1 = bitcast<i32>(words[record + 5u]);
        let reaches = x0 < tile.x + 8 && x1 > tile.x && y0 < tile.y + 8 && y1 > tile.y;
        let group = words[record] == GROUP;
        if reaches && !group {
            break;
        }
        record += select(words[record + 1u], LABEL, reaches && group);
    }
    return record;
}

fn next(record: u32, end: u32) -> u32 {
    return find(record + words[record + 1u], end);
}

fn shapes(view: u32) {
    var end = heads[view + 1u];
    for (var at = find(heads[view], end); at < end; at = next(at, end)) {
        floor_plane(at);
    }
    var first = end;
    end = heads[view + 2u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        hull(at);
    }
    first = end;
    end = heads[view + 3u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        ball(at);
    }
    first = end;
    end = heads[view + 4u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        egg(at);
    }
    first = end;
    end = heads[view + 5u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        tube(at, false);
    }
    first = end;
    end = heads[view + 6u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        tube(at, true);
    }
    first = end;
    end = heads[view + 7u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        hull(at);
    }
    first = end;
    end = heads[view + 8u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        triangle(at);
    }
}

// Gives the cell the colour of the pattern, cloud or image of its part, or of the sky's image. A part has one of them at most:
// each kind of work is in the program once, which keeps it small.
fn coat(view: u32) {
    var spot = Spot(NONE, vec2<f32>(0.0), 0.0, false);
    if cell.tag == SKY {
        if !DRESSED || heads[view + PANORAMA] == NONE {
            return;
        }
        spot = panorama(view);
    } else {
        let clouds = heads[view + 9u];
        let end = select(clouds, heads[view + 11u], DRESSED);
        var record = find(heads[view + 8u], end);
        while record < end && words[record + 6u] != cell.tag {
            record = next(record, end);
        }
        if record >= end {
            return;
        }
        let z = 1.0 / cell.w;
        let point = vec3<f32>(x * z, y * z, z);
        let half_step = vec2<f32>(head(view + LIGHT + 12u), head(view + LIGHT + 13u));
        var surface = record + 28u;
        if DRESSED && record >= clouds {
            surface = record + select(26u, 21u, record >= heads[view + 10u]);
        }
        let n = normal(surface, point);
        if !DRESSED || record < clouds {
            pattern(record, point, n, half_step);
        } else if record < heads[view + 10u] {
            noise(record, point, n, 2.0 * half_step);
        } else {
            spot = covered(record, point, n, 2.0 * half_step);
        }
    }
    if DRESSED && spot.image != NONE {
        cell.color = image_at(spot);
    }
}

// Marks with one plan of shadows: `runs` is where its first run begins and where each ends.
fn shadows(runs: u32) {
    var first = words[runs];
    var end = words[runs + 1u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        brick_shadow(at);
    }
    first = end;
    end = words[runs + 2u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        ball_shadow(at);
    }
    first = end;
    end = words[runs + 3u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        capsule_shadow(at);
    }
    first = end;
    end = words[runs + 4u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        cylinder_shadow(at);
    }
    first = end;
    end = words[runs + 5u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        hull_shadow(at);
    }
    first = end;
    end = words[runs + 6u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        cone_shadow(at);
    }
    first = end;
    end = words[runs + 7u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        mesh_shadow(at);
    }
    first = end;
    end = words[runs + 8u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        mark(at, (cell.tag & UNSHADED) != SKY);
    }
    if DRESSED {
        first = end;
        end = words[runs + 9u];
        for (var at = find(first, end); at < end; at = next(at, end)) {
            hide(at);
        }
    }
}

// Finds what light arrives: of points of a soft sun, of lamps, and last, as a mark, of a sun that is a point.
fn shade(view: u32) {
    if !DRESSED {
        facing = true;
        shadows(heads[view + CASTS]);
        return;
    }
    let casts = heads[view + CASTS + 1u];
    let of_sun = heads[view + CASTS + 2u];
    let share = 1.0 / f32(max(of_sun, 1u));
    sunlight = 0.0;
    dark_lamps = 0u;
    for (var number = 0u; number <= casts; number++) {
        cell.tag &= UNSHADED;
        facing = number < of_sun || number == casts;
        shadows(heads[view + CASTS] + RUNS * number);
        let dark = (cell.tag & SHADED) != 0u;
        if number < of_sun {
            sunlight += select(share, 0.0, dark);
        } else if number < casts && dark {
            dark_lamps |= 1u << (number - of_sun);
        }
    }
}

fn sky(view: u32) -> u32 {
    if DRESSED && heads[view + PANORAMA] != NONE {
        return cell.color;
    }
    let length = sqrt(fma(x, x, fma(y, y, 1.0)));
    let up = head3(view + LIGHT + 3u);
    let height = clamp(fma(up.x, x, fma(up.y, y, up.z)) / length, 0.0, 1.0);
    let share = fma(-height, height, height + height);
    let horizon = head3(view + LIGHT + 6u);
    let rise = head3(view + LIGHT + 9u);
    return pack(vec3<f32>(
        fma(rise.x, share, horizon.x),
        fma(rise.y, share, horizon.y),
        fma(rise.z, share, horizon.z),
    ));
}

fn floor_wave(at: u32, z: f32) -> vec2<f32> {
    let along_y = abs(fma(f(at + 4u), y, f(at + 5u)));
    let along_x = abs(fma(f(at + 6u), x, f(at + 7u)));
    return filtered(fma(line(at), z, f(at + 3u)), (along_x + along_y) * (z * z));
}

fn floor_color(view: u32, record: u32, z: f32, factor: f32) -> u32 {
    let squared = fma(x, x, fma(y, y, 1.0));
    let haze = squared / fma(HAZE_SQUARED, cell.w * cell.w, squared);
    let kept = fma(-factor, haze, factor);
    let mean = f3(record + 29u);
    let horizon = head3(view + LIGHT + 6u) * haze;
    let hazy = vec3<f32>(
        fma(mean.x, kept, horizon.x),
        fma(mean.y, kept, horizon.y),
        fma(mean.z, kept, horizon.z),
    );
    let waves = words[record + 12u];
    if waves == 0u {
        return pack(hazy);
    }
    var wave = floor_wave(record + 13u, z);
    if waves == 2u {
        wave *= floor_wave(record + 21u, z);
    }
    let share = clamp(wave.x / wave.y * kept, -kept, kept);
    let half = f3(record + 32u);
    return pack(vec3<f32>(
        fma(half.x, share, hazy.x),
        fma(half.y, share, hazy.y),
        fma(half.z, share, hazy.z),
    ));
}

// A floor's own colour.
fn floor_own(record: u32, z: f32) -> vec3<f32> {
    let mean = f3(record + 29u);
    let waves = words[record + 12u];
    if waves == 0u {
        return mean;
    }
    var wave = floor_wave(record + 13u, z);
    if waves == 2u {
        wave *= floor_wave(record + 21u, z);
    }
    let share = clamp(wave.x / wave.y, -1.0, 1.0);
    let half = f3(record + 32u);
    return vec3<f32>(fma(half.x, share, mean.x), fma(half.y, share, mean.y), fma(half.z, share, mean.z));
}

fn channels(color: u32) -> vec3<f32> {
    return vec3<f32>(f32(color & 255u), f32((color >> 8u) & 255u), f32((color >> 16u) & 255u));
}

fn paint(view: u32, z: f32) -> u32 {
    if (cell.tag & UNSHADED) == SKY {
        return sky(view);
    }
    let s = clamp(fma(cell.a, z, cell.b), -1.0, 1.0);
    let lit = select(max(s, 0.0), 0.0, (cell.tag & SHADED) != 0u);
    let light = fma(head(view + LIGHT + 2u), lit, fma(head(view + LIGHT + 1u), s, head(view + LIGHT)));
    let factor = min(sqrt(max(light, 0.0)), 1.0);
    if cell.floor != NONE {
        return floor_color(view, cell.floor, z, factor);
    }
    let share = u32(round(factor * 256.0));
    let red = ((cell.color & 255u) * share + 128u) >> 8u;
    let green = (((cell.color >> 8u) & 255u) * share + 128u) >> 8u;
    let blue = (((cell.color >> 16u) & 255u) * share + 128u) >> 8u;
    return red | (green << 8u) | (blue << 16u);
}

struct Look {
    normal: vec3<f32>,
    gloss: f32,
    power: u32,
    // The normal is not the one that the cell's part along the sun is of.
    is_bent: bool,
}

fn look(view: u32, point: vec3<f32>) -> Look {
    var own = Look(vec3<f32>(0.0), 0.0, 255u, false);
    if heads[view + DRESS + 1u] == 0u {
        return own;
    }
    let tag = cell.tag & UNSHADED;
    let body = (tag & 0xffffu) - 1u;
    let surface = words[words[heads[view + DRESS + 9u] + body] + (tag >> 16u)];
    if words[surface] == MESH && words[surface + 3u] != 0u {
        own.normal = bent(surface, point);
        own.is_bent = dot(own.normal, own.normal) > 0.0;
    }
    if !own.is_bent {
        own.normal = normal(surface, point);
    }
    let glosses = heads[view + DRESS + 8u];
    if glosses != NONE {
        own.gloss = f(glosses + 2u * body);
        own.power = words[glosses + 2u * body + 1u];
    }
    return own;
}

fn unit(way: vec3<f32>) -> vec3<f32> {
    return way / max(sqrt(dot3(way, way)), 1e-20);
}

// The share of light from the direction `to` that a highlight sends to the camera.
fn highlight(own: Look, to: vec3<f32>, eye: vec3<f32>) -> f32 {
    var base = clamp(dot3(own.normal, unit(to + eye)), 0.0, 1.0);
    var product = 1.0;
    for (var bit = 0u; bit < POWER_BITS; bit++) {
        if ((own.power >> bit) & 1u) != 0u {
            product *= base;
        }
        base *= base;
    }
    return own.gloss * product;
}

// The colour of a pixel where there are lamps, a soft sun, highlights, clouds or fog.
fn dressed(view: u32, z: f32) -> u32 {
    if (cell.tag & UNSHADED) == SKY {
        return sky(view);
    }
    let point = vec3<f32>(x * z, y * z, z);
    let squared = fma(x, x, fma(y, y, 1.0));
    let w_squared = cell.w * cell.w;

    // Its own colour, and how much of it is fog.
    var own = channels(cell.color);
    var fog = 0.0;
    let fog_squared = head(view + DRESS + 5u);
    if fog_squared > 0.0 {
        fog = squared / (squared + fog_squared * w_squared);
    }
    if cell.floor != NONE {
        if words[cell.floor + 35u] == 0u {
            own = floor_own(cell.floor, z);
        }
        if fog_squared == 0.0 {
            fog = squared / (squared + HAZE_SQUARED * w_squared);
        }
    }

    // Light.
    let how = look(view, point);
    let sun = head3(view + DRESS + 2u);
    var s = fma(cell.a, z, cell.b);
    if how.is_bent {
        s = dot3(how.normal, sun);
    }
    s = clamp(s, -1.0, 1.0);
    let of_sun = heads[view + CASTS + 2u];
    var arrives = select(1.0, 0.0, (cell.tag & SHADED) != 0u);
    if of_sun > 0u {
        arrives = sunlight;
    }
    let sun_strength = head(view + LIGHT + 2u);
    let sum = fma(
        sun_strength,
        max(s, 0.0) * arrives,
        fma(head(view + LIGHT + 1u), s, head(view + LIGHT)),
    );
    var sums = vec3<f32>(sum);
    var shine = vec3<f32>(0.0);
    if heads[view + DRESS + 1u] != 0u {
        let eye = unit(-point);
        if how.gloss > 0.0 && s > 0.0 {
            shine = vec3<f32>(sun_strength * arrives * highlight(how, sun, eye));
        }
        var caster = 0u;
        let first = heads[view + DRESS + 6u];
        for (var lamp = first; lamp < first + LAMP * heads[view + DRESS + 7u]; lamp += LAMP) {
            let kind = words[lamp];
            let at = f3(lamp + 1u);
            var to = at;
            var strength = 1.0;
            if kind == LAMP_AT_HEAD {
                to = eye;
            } else if kind == POINT {
                let away = at - point;
                strength = 1.0 / max(dot3(away, away), NEAREST_SQUARED);
                to = unit(away);
            }
            if words[lamp + 7u] != 0u {
                let dark = ((dark_lamps >> caster) & 1u) != 0u;
                caster++;
                if dark {
                    strength = 0.0;
                    // So that edges of its shadows are smooth too.
                    cell.face += 0x3c6ef372u * (caster + min(of_sun, 1u));
                }
            }
            let light = f3(lamp + 4u);
            let cosine = dot3(how.normal, to);
            let share = strength * max(cosine, 0.0);
            sums = fma(light, vec3<f32>(share), sums);
            if how.gloss > 0.0 && cosine > 0.0 {
                shine = fma(light, vec3<f32>(strength * highlight(how, to, eye)), shine);
            }
        }
    }
    let linear = fma(vec3<f32>(WHITE_SQUARED), shine, (own * own) * clamp(sums, vec3<f32>(0.0), vec3<f32>(1.0)));
    let encoded = min(sqrt(linear), vec3<f32>(255.0));
    let mixed = fma(head3(view + LIGHT + 6u) - encoded, vec3<f32>(fog), encoded);
    return pack(clamp(mixed, vec3<f32>(0.0), vec3<f32>(255.0)));
}

// Sets the ray of a pixel's centre, number 0, or of one of its samples.
fn aim(view: u32, pixel: vec2<u32>, number: u32) {
    let lens = heads[view + LENS];
    if heads[view + LENS + 1u] == 0u {
        let at = lens + number * (params.width + params.height);
        x = f(at + pixel.x);
        y = f(at + params.width + pixel.y);
    } else {
        let at = lens + 2u * (params.width * (params.height * number + pixel.y) + pixel.x);
        x = select(f(at), 1e6, words[at] == NONE);
        y = f(at + 1u);
    }
}

// What the ray meets.
fn see(view: u32) {
    cell = Cell(FAR_W, SKY, 0.0, 0.0, SKY, 0u, NONE);
    shapes(view);
    if params.rgb != NONE {
        coat(view);
        shade(view);
    }
}

fn color(view: u32, z: f32) -> u32 {
    if DRESSED && heads[view + DRESS] != 0u {
        return dressed(view, z);
    }
    return paint(view, z);
}

// Which part, face and shadow a pixel's centre sees.
fn key(line_first: u32, column: u32) -> u32 {
    return outputs[params.keys + line_first + column];
}

// True where a neighbour's centre sees something else. Beyond the picture there is nothing else.
fn at_edge(view: u32, pixel: vec2<u32>) -> bool {
    let first = (view * params.height + pixel.y) * params.row;
    let above = first - select(0u, params.row, pixel.y > 0u);
    let below = first + select(0u, params.row, pixel.y + 1u < params.height);
    let own = key(first, pixel.x);
    return own != key(first, pixel.x - min(pixel.x, 1u)) || own != key(first, min(pixel.x + 1u, params.width - 1u))
        || own != key(above, pixel.x) || own != key(below, pixel.x);
}

// A colour that was written, three bytes from this one on.
fn written(byte: u32) -> u32 {
    let at = params.rgb + byte / 4u;
    let shift = 8u * (byte % 4u);
    var value = outputs[at] >> shift;
    if shift > 8u {
        value |= outputs[at + 1u] << (32u - shift);
    }
    return value & 0xffffffu;
}

@compute @workgroup_size(8, 8, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) own: u32,
) {
    let view = group.z * HEAD;
    tile = vec2<i32>(group.xy * 8u);
    let pixel = group.xy * 8u + local.xy;
    // Pixels outside of the picture draw the last one again.
    let inner = min(pixel, vec2<u32>(params.width - 1u, params.height - 1u));
    let inside = pixel.x == inner.x && pixel.y == inner.y;
    // Rows are whole multiples of 4 pixels.
    let kept = pixel.x < params.row && pixel.y < params.height;
    let line_first = (group.z * params.height + pixel.y) * params.row;
    let blind = heads[view + LENS + 1u] != 0u
        && words[heads[view + LENS] + 2u * (inner.y * params.width + inner.x)] == NONE;

    // The first phase draws the centre, the second the samples of pixels at edges.
    var first = 0u;
    var end = 1u;
    if params.phase == 1u {
        first = 1u;
        if inside && !blind && at_edge(group.z, pixel) {
            end = 1u + heads[view + LENS + 2u];
        }
        if kept {
            colors[own] = written(3u * (line_first + pixel.x));
        }
    }
    var z = 0.0;
    var sums = vec3<f32>(0.0);
    for (var number = first; number < end; number++) {
        aim(view, inner, number);
        see(view);
        z = 1.0 / cell.w;
        if params.rgb != NONE {
            colors[own] = select(color(view, z), 0u, blind);
            let bytes = channels(colors[own]);
            sums = fma(bytes, bytes, sums);
        }
    }
    if params.phase == 1u && end > 1u {
        colors[own] = pack(sqrt(sums * (1.0 / f32(end - 1u))));
    }
    let tag = select(cell.tag & UNSHADED, SKY, blind);
    tags[own] = tag & 0xffffu;
    storageBarrier();
    workgroupBarrier();

    if !kept {
        return;
    }
    if params.phase == 0u {
        if params.keys != NONE {
            outputs[params.keys + line_first + pixel.x] = cell.tag + cell.face * 0x9e3779b1u;
        }
        if params.depth != NONE {
            outputs[params.depth + line_first + pixel.x] = bitcast<u32>(select(z, 0.0, tag == SKY));
        }
        if params.ids != NONE && local.x % 2u == 0u {
            outputs[params.ids + (line_first + pixel.x) / 2u] = tags[own] | (tags[own + 1u] << 16u);
        }
    }
    let part = local.x % 4u;
    if params.rgb != NONE && part < 3u {
        // Four pixels of three bytes are three words.
        let word = (colors[own] >> (8u * part)) | (colors[own + 1u] << (24u - 8u * part));
        outputs[params.rgb + (line_first + pixel.x - part) / 4u * 3u + part] = word;
    }
}
