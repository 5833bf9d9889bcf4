// Draws views: one invocation makes one pixel, a workgroup 8 x 8 pixels of one view, z is the view.
//
// A view has runs of records, one of each kind, drawn in order: shapes, then patterns, then shadows. A record is
// [group, words, x0, x1, y0, y1, tag, color, ...]: see pack.rs, which writes them. Each run has its own loop, which looks
// for the next record that reaches into the tile before it draws: a device that runs all branches loses little.
// The mathematics is that of the kernels of the CPU, operation by operation; what differs is that `fma`, quotients and
// roots may be rounded otherwise.

// Words of a record before what is its own.
const LABEL: u32 = 8u;
// Words of a view's head.
const HEAD: u32 = 36u;
// Where in it the rays are, and light.
const LENS: u32 = 17u;
const LIGHT: u32 = 19u;
const NONE: u32 = 0xffffffffu;
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
const HAZE_SQUARED: f32 = 3600.0;
const SHARPEST: f32 = 2.5e-4;

struct Params {
    width: u32,
    height: u32,
    // Pixels in a row of the outputs: a multiple of 4.
    row: u32,
    // First words of the outputs; NONE: not wanted.
    rgb: u32,
    depth: u32,
    ids: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> heads: array<u32>;
@group(0) @binding(2) var<storage, read> words: array<u32>;
@group(0) @binding(3) var<storage, read> trees: array<u32>;
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

fn line4(at: u32) -> f32 {
    return fma(f(at + 3u), cell.w, line(at));
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

// The outward unit normal of the part of a pattern.
fn normal(record: u32, point: vec3<f32>) -> vec3<f32> {
    if words[record + 28u] == 0u {
        return f3(record + 37u + 3u * cell.face);
    }
    if cell.face > 0u {
        return f3(record + 34u + 3u * cell.face);
    }
    let axis = f3(record + 32u);
    let reach = f(record + 35u);
    let local = point - f3(record + 29u);
    let radial = normalize(local - axis * clamp(dot(local, axis), -reach, reach));
    return normalize(radial + axis * f(record + 36u));
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

fn pattern(record: u32, step: vec2<f32>) {
    if cell.tag != words[record + 6u] {
        return;
    }
    let z = 1.0 / cell.w;
    let point = vec3<f32>(x * z, y * z, z);
    let n = normal(record, point);
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

fn t3(at: u32) -> vec3<f32> {
    return vec3<f32>(bitcast<f32>(trees[at]), bitcast<f32>(trees[at + 1u]), bitcast<f32>(trees[at + 2u]));
}

// True where a ray meets a triangle from either side.
fn meets(at: u32, origin: vec3<f32>, ray: vec3<f32>) -> bool {
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
    return u >= -1e-5 && v >= -1e-5 && u + v <= 1.0 + 1e-5 && t > 0.0;
}

// True where a ray meets a triangle of a tree.
fn blocks(nodes: u32, triangles: u32, origin: vec3<f32>, ray: vec3<f32>, inverse: vec3<f32>) -> bool {
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
        if enter > leave || leave < 0.0 {
            continue;
        }
        let child = trees[node + 6u];
        let count = trees[node + 7u];
        if count > 0u {
            for (var at = child; at < child + count; at++) {
                if meets(triangles + 9u * at, origin, ray) {
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
    if cell.tag == SKY || (cell.tag & SHADED) != 0u || !(fma(cell.a, z, cell.b) > 0.0) {
        return;
    }
    let point = vec3<f32>(line4(record + 10u) * z, line4(record + 14u) * z, line4(record + 18u) * z);
    let sun = f3(record + 22u);
    if blocks(words[record + 8u], words[record + 9u], point + sun * (z * LIFT), sun, f3(record + 25u)) {
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
        tube(at, false);
    }
    first = end;
    end = heads[view + 5u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        tube(at, true);
    }
    first = end;
    end = heads[view + 6u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        hull(at);
    }
    first = end;
    end = heads[view + 7u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        triangle(at);
    }
}

fn patterns(view: u32) {
    let step = vec2<f32>(head(view + LIGHT + 12u), head(view + LIGHT + 13u));
    let end = heads[view + 8u];
    for (var at = find(heads[view + 7u], end); at < end; at = next(at, end)) {
        pattern(at, step);
    }
}

fn shadows(view: u32) {
    var first = heads[view + 8u];
    var end = heads[view + 9u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        brick_shadow(at);
    }
    first = end;
    end = heads[view + 10u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        ball_shadow(at);
    }
    first = end;
    end = heads[view + 11u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        capsule_shadow(at);
    }
    first = end;
    end = heads[view + 12u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        cylinder_shadow(at);
    }
    first = end;
    end = heads[view + 13u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        hull_shadow(at);
    }
    first = end;
    end = heads[view + 14u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        cone_shadow(at);
    }
    first = end;
    end = heads[view + 15u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        mesh_shadow(at);
    }
    first = end;
    end = heads[view + 16u];
    for (var at = find(first, end); at < end; at = next(at, end)) {
        mark(at, (cell.tag & UNSHADED) != SKY);
    }
}

fn sky(view: u32) -> u32 {
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
    let lens = heads[view + LENS];
    var blind = false;
    if heads[view + LENS + 1u] == 0u {
        x = f(lens + inner.x);
        y = f(lens + params.width + inner.y);
    } else {
        let at = lens + 2u * (inner.y * params.width + inner.x);
        blind = words[at] == NONE;
        x = select(f(at), 1e6, blind);
        y = f(at + 1u);
    }
    cell = Cell(FAR_W, SKY, 0.0, 0.0, SKY, 0u, NONE);
    shapes(view);
    if params.rgb != NONE {
        patterns(view);
        shadows(view);
    }

    let z = 1.0 / cell.w;
    let tag = select(cell.tag & UNSHADED, SKY, blind);
    if params.rgb != NONE {
        colors[own] = select(paint(view, z), 0u, blind);
    }
    tags[own] = tag & 0xffffu;
    workgroupBarrier();

    // Rows are whole multiples of 4 pixels.
    if pixel.x >= params.row || pixel.y >= params.height {
        return;
    }
    let line_first = (group.z * params.height + pixel.y) * params.row;
    if params.depth != NONE {
        outputs[params.depth + line_first + pixel.x] = bitcast<u32>(select(z, 0.0, tag == SKY));
    }
    if params.ids != NONE && local.x % 2u == 0u {
        outputs[params.ids + (line_first + pixel.x) / 2u] = tags[own] | (tags[own + 1u] << 16u);
    }
    let part = local.x % 4u;
    if params.rgb != NONE && part < 3u {
        // Four pixels of three bytes are three words.
        let word = (colors[own] >> (8u * part)) | (colors[own + 1u] << (24u - 8u * part));
        outputs[params.rgb + (line_first + pixel.x - part) / 4u * 3u + part] = word;
    }
}
