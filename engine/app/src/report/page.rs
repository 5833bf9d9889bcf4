//! The page: its head, its sections, and the parts that sections are made of.
//!
//! **Invariants:** the page asks for nothing outside itself: no script, no font, no picture but those within it; its
//! content security policy forbids the rest, so that a name that got past the escaping could do no harm.

use super::html::{Html, Tag, tag};

const STYLE: &str = include_str!("style.css");
/// Pictures within the page and its own style are all that is allowed.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// A section of the page.
pub(super) struct Section {
    /// What links point at.
    pub(super) id: &'static str,
    /// Its heading.
    pub(super) title: &'static str,
    /// What stands in it.
    pub(super) body: Html,
}

/// The whole page.
pub(super) fn page(title: &str, header: Html, sections: Vec<Section>, footer: &str) -> String {
    let links = sections.iter().map(|section| {
        tag("a")
            .attr("href", format!("#{}", section.id))
            .text(section.title)
    });
    let nav = tag("nav").attr("aria-label", "Sections").all(links);
    let head = tag("head")
        .add(tag("meta").attr("charset", "utf-8"))
        .add(
            tag("meta")
                .attr("http-equiv", "Content-Security-Policy")
                .attr("content", POLICY),
        )
        .add(
            tag("meta")
                .attr("name", "viewport")
                .attr("content", "width=device-width, initial-scale=1"),
        )
        .add(
            tag("meta")
                .attr("name", "color-scheme")
                .attr("content", "light dark"),
        )
        .add(tag("title").text(title))
        .add(tag("style").add(Html::constant(STYLE)));
    let main = tag("main").all(sections.into_iter().map(|section| {
        tag("section")
            .attr("id", section.id)
            .attr("aria-labelledby", format!("{}-title", section.id))
            .add(
                tag("h2")
                    .attr("id", format!("{}-title", section.id))
                    .text(section.title),
            )
            .add(section.body)
    }));
    let body = tag("body")
        .add(header)
        .add(tag("div").class("columns").add(nav).add(main))
        .add(tag("footer").text(footer));
    let html = Html::constant("<!doctype html>\n").with(tag("html").attr("lang", "en").add(head).add(body));
    html.into_string() + "\n"
}

/// A paragraph that explains.
pub(super) fn note(text: &str) -> Html {
    tag("p").class("note").add(Html::prose(text)).into()
}

/// A heading within a section.
pub(super) fn heading(text: &str) -> Html {
    tag("h3").text(text).into()
}

/// Charts side by side, as many as there is room for.
pub(super) fn cards(cards: impl IntoIterator<Item = Html>) -> Html {
    tag("div").class("cards").all(cards).into()
}

/// Charts of different heights below each other in columns.
pub(super) fn flowing_cards(cards: impl IntoIterator<Item = Html>) -> Html {
    tag("div").class("flow").all(cards).into()
}

/// A chart with its name.
pub(super) fn figure(name: &str, unit: &str, chart: impl Into<Html>, foot: impl Into<Html>) -> Html {
    let mut caption = tag("figcaption").add(tag("b").add(Html::name(name)));
    if !unit.is_empty() {
        caption = caption.add(tag("span").class("unit").text(unit));
    }
    tag("figure").add(caption).add(chart).add(foot).into()
}

/// A cell of a table.
pub(super) struct Cell(Kind, Html);

enum Kind {
    Head,
    Number,
    Plain,
}

impl Cell {
    /// What names the row.
    pub(super) fn head(name: impl std::fmt::Display) -> Self {
        Cell(Kind::Head, Html::name(name))
    }

    /// A number.
    pub(super) fn number(text: impl std::fmt::Display) -> Self {
        Cell(Kind::Number, Html::text(text))
    }

    /// Words.
    pub(super) fn text(text: impl std::fmt::Display) -> Self {
        Cell(Kind::Plain, Html::text(text))
    }

    /// Anything.
    pub(super) fn html(html: impl Into<Html>) -> Self {
        Cell(Kind::Plain, html.into())
    }
}

/// A table that scrolls sideways where it is wider than its page.
pub(super) fn data_table(caption: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Html {
    // A tab stop, so that it can be scrolled with keys as well.
    tag("div")
        .class("scroll")
        .attr("role", "region")
        .attr("aria-label", caption)
        .attr("tabindex", 0)
        .add(table(caption, head, rows))
        .into()
}

/// A table whose cells stand below each other where its page is narrow.
pub(super) fn stacked_table(caption: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Html {
    table(caption, head, rows).class("stack").into()
}

/// A table small enough for a card.
pub(super) fn small_table(caption: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Html {
    table(caption, head, rows).class("small").into()
}

fn table(caption: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Tag {
    let mut numbers = vec![false; head.len()];
    let mut body = tag("tbody");
    for row in rows {
        let mut line = tag("tr");
        for (column, Cell(kind, html)) in row.into_iter().enumerate() {
            let cell = match kind {
                Kind::Head => tag("th").attr("scope", "row"),
                Kind::Number => tag("td").class("number"),
                Kind::Plain => tag("td"),
            };
            if let (Kind::Number, Some(number)) = (kind, numbers.get_mut(column)) {
                *number = true;
            }
            let label = head.get(column).copied().unwrap_or("");
            // A cell without content has no line of its own where cells stand below each other.
            let cell = if html.is_empty() {
                cell
            } else {
                cell.attr("data-label", label)
            };
            line = line.add(cell.add(html));
        }
        body = body.add(line);
    }
    let titles = head.iter().zip(numbers).map(|(title, number)| {
        let cell = tag("th").attr("scope", "col").add(Html::name(title));
        if number { cell.class("number") } else { cell }
    });
    tag("table")
        .add(tag("caption").text(caption))
        .add(tag("thead").add(tag("tr").all(titles)))
        .add(body)
}

/// Something to be opened.
pub(super) fn details(summary: &str, inner: impl Into<Html>) -> Html {
    tag("details").add(tag("summary").text(summary)).add(inner).into()
}
