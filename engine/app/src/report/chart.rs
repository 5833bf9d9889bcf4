//! Charts as SVG: histograms row by row, maps seen from above, quantiles in a line.
//!
//! A chart is 340 units wide and is shown at that size or a little larger, so that its letters are as large as others'.
//! Colours are classes of the style sheet, so that a chart is light or dark as its page is.

use super::bins::{Axis, Bins, Growing, Scale};
use super::html::{Html, Tag, tag};
use super::number::{clipped, counted, short};

const WIDTH: f64 = 340.0;
/// Free at the left and at the right, so that the letters of the first and last mark have room.
const SIDE: f64 = 12.0;
const BARS: f64 = WIDTH - 2.0 * SIDE;
/// Height of a row's bars.
const ROW: f64 = 34.0;
/// Height of a row's name.
const NAME: f64 = 16.0;
/// Height of the axis below the rows.
const FOOT: f64 = 20.0;

/// A range that is marked behind the bars.
pub(super) struct Band {
    /// Its class in the style sheet.
    pub(super) class: &'static str,
    /// Where it starts.
    pub(super) low: f64,
    /// Where it ends.
    pub(super) high: f64,
}

/// A row of a histogram.
pub(super) struct Row {
    /// Its name.
    pub(super) name: String,
    /// Counts of numbers.
    pub(super) plain: Bins,
    /// Counts of numbers that are told from the others, on the same axis.
    pub(super) marked: Option<Bins>,
}

/// A histogram: rows below each other over one axis, each as high as its own largest bin.
pub(super) fn histogram(label: &str, unit: &str, rows: &[Row], bands: &[Band]) -> Html {
    let Some(first) = rows.first() else {
        return Html::new();
    };
    let axis = &first.plain.axis;
    let place = |value: f64| SIDE + BARS * axis.share(value).clamp(0.0, 1.0);
    let below = rows.len() as f64 * (NAME + ROW);
    let mut chart = svg(label, WIDTH, below + FOOT);
    for band in bands {
        let (start, end) = (place(band.low), place(band.high));
        // A single number has a band that can be seen.
        let room = (6.0 - (end - start)).max(0.0) / 2.0;
        chart = chart.add(rectangle(start - room, 0.0, end - start + 2.0 * room, below).class(band.class));
    }
    for (index, row) in rows.iter().enumerate() {
        let top = index as f64 * (NAME + ROW);
        let marked = |bin: usize| row.marked.as_ref().map_or(0, |marked| marked.counts[bin]);
        let total = row.plain.total() + row.marked.as_ref().map_or(0, Bins::total);
        let name = format!("{} · {}", clipped(&row.name, 28), counted(total, "value"));
        chart = chart.add(text(SIDE + 3.0, top + 12.0, "start", &name).class("row-name"));
        let largest = (0..axis.bins())
            .map(|bin| row.plain.counts[bin] + marked(bin))
            .max()
            .unwrap_or(0)
            .max(1);
        for bin in 0..axis.bins() {
            let (start, end) = axis.range(bin);
            let mut bottom = top + NAME + ROW;
            for (count, class) in [(row.plain.counts[bin], "bar"), (marked(bin), "bar marked")] {
                if count == 0 {
                    continue;
                }
                let height = ((ROW - 2.0) * count as f64 / largest as f64).max(1.5);
                bottom -= height;
                let told = if class == "bar" {
                    ""
                } else {
                    ", out of distribution"
                };
                let title = format!("{} to {} {unit}: {}{told}", short(start), short(end), count);
                let bar = rectangle(
                    place(start),
                    bottom,
                    (place(end) - place(start) - 0.6).max(0.6),
                    height,
                );
                chart = chart.add(bar.class(class).add(tag("title").text(title)));
            }
        }
    }
    chart = chart.add(line(SIDE, below, SIDE + BARS, below).class("axis"));
    for mark in marks(axis) {
        let at = place(mark);
        chart = chart.add(line(at, below, at, below + 4.0).class("axis"));
        chart = chart.add(text(at, below + 16.0, "middle", &short(mark)).class("mark"));
    }
    chart.into()
}

/// Round numbers along an axis.
fn marks(axis: &Axis) -> Vec<f64> {
    if axis.scale == Scale::Log {
        let decades = (-12..=12).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
        let inside: Vec<f64> = decades
            .filter(|mark| (axis.low()..=axis.high()).contains(mark))
            .collect();
        // About five of them.
        let every = inside.len().div_ceil(6).max(1);
        if inside.len() >= 2 {
            return inside.into_iter().step_by(every).collect();
        }
        return vec![axis.low(), axis.high()];
    }
    let rough = (axis.high() - axis.low()) / 5.0;
    let power = 10f64.powi(rough.log10().floor() as i32);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    // There is nothing between two integers.
    let step = if axis.scale == Scale::Whole {
        step.max(1.0).ceil()
    } else {
        step
    };
    let first = (axis.low() / step).ceil();
    let last = (axis.high() / step + 1e-9).floor();
    (0..=(last - first).max(0.0) as usize)
        .map(|index| (first + index as f64) * step)
        .collect()
}

/// Height of a map at most.
const MAP: f64 = 280.0;
/// Steps of colour on a map.
const LEVELS: usize = 6;

/// Where something was: the more often, the stronger its colour. Both axes have the same scale.
pub(super) fn map(label: &str, [across, up]: [&str; 2], cells: &Growing<2>) -> Html {
    let spans = cells.span(0).zip(cells.span(1));
    let Some(((left, right), (bottom, top))) = spans else {
        return Html::new();
    };
    let largest = cells.cells().map(|(_, count)| count).max().unwrap_or(1) as f64;
    let mut levels = vec![String::new(); LEVELS];
    let [columns, lines] = [right - left + 1, top - bottom + 1].map(|cells| cells as f64);
    let size = ((WIDTH - 2.0) / columns).min(MAP / lines);
    let number = |value: f64| format!("{value:.1}").trim_end_matches(".0").to_string();
    for ([x, y], count) in cells.cells() {
        // The square root makes seldom places visible beside frequent ones.
        let level = ((count as f64 / largest).sqrt() * LEVELS as f64).ceil() as usize;
        let (x, y) = ((x - left) as f64 * size, (top - y) as f64 * size);
        let (x, y, side) = (number(x), number(y), number(size.max(0.1)));
        levels[level.clamp(1, LEVELS) - 1] += &format!("M{x} {y}h{side}v{side}h-{side}z");
    }
    let [width, height] = [columns, lines].map(|cells| cells * size);
    // In the middle of the card.
    let start = (WIDTH - width) / 2.0;
    let mut paths = tag("g").attr("transform", format!("translate({start:.1} 1)"));
    paths = paths.add(rectangle(0.0, 0.0, width, height).class("paper"));
    for (index, path) in levels.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        let cell = tag("path").class("cell").attr("d", path);
        paths = paths.add(cell.attr("fill-opacity", number_of_level(index)));
    }
    let unit = cells.width();
    let from_to = |first: i64, last: i64, name: &str| {
        let [first, last] = [first, last + 1].map(|cell| short(cell as f64 * unit));
        format!("{name} {first} to {last} m")
    };
    let ranges = format!("{} · {}", from_to(left, right, across), from_to(bottom, top, up));
    svg(label, WIDTH, height + 20.0)
        .add(paths)
        .add(text(WIDTH / 2.0, height + 15.0, "middle", &ranges).class("mark"))
        .into()
}

fn number_of_level(index: usize) -> String {
    format!("{:.2}", 0.16 + 0.84 * (index as f64 + 1.0) / LEVELS as f64)
}

/// Quantiles between the smallest and the largest number: a line, a box of the inner eighty percent, the median.
pub(super) fn quantiles(label: &str, [low, q10, q50, q90, high]: [f64; 5]) -> Html {
    let (width, height) = (120.0, 14.0);
    let span = high - low;
    let place = |value: f64| {
        let share = if span > 0.0 { (value - low) / span } else { 0.5 };
        2.0 + (width - 4.0) * share.clamp(0.0, 1.0)
    };
    let middle = height / 2.0;
    let inner = (place(q90) - place(q10)).max(1.5);
    svg(label, width, height)
        .attr("width", width)
        .attr("height", height)
        .add(line(place(low), middle, place(high), middle).class("axis"))
        .add(rectangle(place(q10), 2.0, inner, height - 4.0).class("inner"))
        .add(rectangle(place(q50) - 1.0, 1.0, 2.0, height - 2.0).class("median"))
        .into()
}

/// A share with its interval, between 0 and 1.
pub(super) fn interval(label: &str, share: f64, low: f64, high: f64) -> Html {
    let (width, height) = (120.0, 14.0);
    let place = |share: f64| 2.0 + (width - 4.0) * share.clamp(0.0, 1.0);
    let middle = height / 2.0;
    svg(label, width, height)
        .attr("width", width)
        .attr("height", height)
        .add(line(place(0.0), middle, place(1.0), middle).class("axis faint"))
        .add(rectangle(place(low), 4.0, (place(high) - place(low)).max(1.5), height - 8.0).class("inner"))
        .add(rectangle(place(share) - 1.5, 1.0, 3.0, height - 2.0).class("median"))
        .into()
}

/// Parts of a whole side by side, each with its class.
pub(super) fn stages(label: &str, parts: &[(&'static str, &str, f64)]) -> Html {
    let total: f64 = parts.iter().map(|(_, _, size)| size).sum();
    let (width, height) = (680.0, 26.0);
    let mut chart = svg(label, width, height).attr("preserveAspectRatio", "none");
    let mut start = 0.0;
    for (class, name, size) in parts {
        let share = if total > 0.0 { size / total } else { 0.0 };
        let title = tag("title").text(format!("{name}: {:.1} %", 100.0 * share));
        let part = rectangle(start, 0.0, (share * width - 1.0).max(0.5), height);
        chart = chart.add(part.class(class).add(title));
        start += share * width;
    }
    chart.into()
}

fn svg(label: &str, width: f64, height: f64) -> Tag {
    tag("svg")
        .attr("viewBox", format!("0 0 {width:.1} {height:.1}"))
        .attr("role", "img")
        .attr("aria-label", label)
}

fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Tag {
    tag("rect")
        .attr("x", format!("{x:.1}"))
        .attr("y", format!("{y:.1}"))
        .attr("width", format!("{width:.1}"))
        .attr("height", format!("{height:.1}"))
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64) -> Tag {
    tag("line")
        .attr("x1", format!("{x1:.1}"))
        .attr("y1", format!("{y1:.1}"))
        .attr("x2", format!("{x2:.1}"))
        .attr("y2", format!("{y2:.1}"))
}

fn text(x: f64, y: f64, anchor: &'static str, words: &str) -> Tag {
    tag("text")
        .attr("x", format!("{x:.1}"))
        .attr("y", format!("{y:.1}"))
        .attr("text-anchor", anchor)
        .text(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(low: f64, high: f64, scale: Scale, expected: &[f64]) {
        let marks = marks(&Axis::new(low, high, scale, 10));
        let near = |one: &f64, other: &f64| (one - other).abs() <= 1e-9 * other.abs();
        assert!(
            marks.len() == expected.len() && marks.iter().zip(expected).all(|(one, other)| near(one, other)),
            "{marks:?}"
        );
    }

    #[test]
    fn marks_are_round_numbers() {
        check(0.0, 1.0, Scale::Linear, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        check(0.7, 1.4, Scale::Linear, &[0.8, 1.0, 1.2, 1.4]);
        check(
            -320.0,
            -100.0,
            Scale::Linear,
            &[-300.0, -250.0, -200.0, -150.0, -100.0],
        );
        check(5.0, 60.0, Scale::Log, &[5.0, 10.0, 20.0, 50.0]);
        check(3.0, 4.0, Scale::Log, &[3.0, 4.0]);
        check(-0.5, 1.5, Scale::Whole, &[0.0, 1.0]);
        check(-0.5, 11.5, Scale::Whole, &[0.0, 3.0, 6.0, 9.0]);
    }

    #[test]
    fn every_number_is_in_a_bar() {
        let axis = Axis::new(0.0, 10.0, Scale::Linear, 5);
        let [mut plain, mut marked] = [Bins::new(axis.clone()), Bins::new(axis)];
        for value in [1.0, 1.5, 9.0] {
            plain.add(value);
        }
        marked.add(9.5);
        let row = Row {
            name: "<train>".into(),
            plain,
            marked: Some(marked),
        };
        let svg = histogram("numbers", "m", &[row], &[]).into_string();
        assert!(svg.contains("&lt;train&gt; · 4 values"), "{svg}");
        assert!(svg.contains("<title>0 to 2 m: 2</title>"), "{svg}");
        assert!(
            svg.contains("<title>8 to 10 m: 1, out of distribution</title>"),
            "{svg}"
        );
        assert_eq!(svg.matches("class=\"bar\"").count(), 2);
    }

    #[test]
    fn a_map_has_one_square_for_each_place() {
        let mut cells = Growing::<2>::default();
        for _ in 0..50 {
            cells.add([0.0, 0.0]);
        }
        cells.add([1.0, 0.5]);
        let svg = map("places", ["x", "y"], &cells).into_string();
        assert_eq!(svg.matches('M').count(), 2, "{svg}");
    }
}
