//! Markup that escapes: the only way by which text gets into the report.
//!
//! Names, reasons and sentences in a dataset come from files that strangers may have written. So a page is built of
//! [`Html`], and there is no way from a string that was made at run time to [`Html`] but through escaping.
//!
//! **Invariants:** names of tags and attributes are written in this source, never read from a dataset. All that is
//! read from a dataset is escaped. Characters that a page must not hold, or that turn the reading direction around
//! unseen, become U+FFFD.

use std::fmt::{Display, Write};

/// Finished markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Html(String);

impl Html {
    /// Nothing, to add to.
    pub(super) fn new() -> Self {
        Html::default()
    }

    /// Text, escaped.
    pub(super) fn text(text: impl Display) -> Self {
        Html(escape(&text.to_string()))
    }

    /// A name, escaped, in which a line may end after each of its parts.
    pub(super) fn name(name: impl Display) -> Self {
        let mut html = Html::new();
        for part in name.to_string().split_inclusive(['.', '_', '/', '-']) {
            html.add(Html::text(part));
            html.0.push_str("<wbr>");
        }
        html
    }

    /// Sentences, escaped; what stands between backticks is code.
    pub(super) fn prose(text: &str) -> Self {
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return Html::text(text);
        }
        let part = |(index, part): (usize, &&str)| match index % 2 {
            0 => Html::text(part),
            _ => tag("code").add(Html::name(part)).into(),
        };
        parts.iter().enumerate().map(part).collect()
    }

    /// Markup written in this source, such as the style sheet.
    pub(super) fn constant(markup: &'static str) -> Self {
        Html(markup.to_string())
    }

    /// The same with more behind it.
    pub(super) fn with(mut self, more: impl Into<Html>) -> Self {
        self.add(more);
        self
    }

    /// Adds more behind it.
    pub(super) fn add(&mut self, more: impl Into<Html>) {
        self.0.push_str(&more.into().0);
    }

    /// True when there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl FromIterator<Html> for Html {
    fn from_iter<I: IntoIterator<Item = Html>>(parts: I) -> Self {
        Html(parts.into_iter().map(|part| part.0).collect())
    }
}

/// An element that is being written.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    name: &'static str,
    attributes: String,
    inner: Html,
}

/// An element.
pub(super) fn tag(name: &'static str) -> Tag {
    Tag {
        name,
        attributes: String::new(),
        inner: Html::new(),
    }
}

impl Tag {
    /// The same with an attribute; its value is escaped.
    pub(super) fn attr(mut self, name: &'static str, value: impl Display) -> Self {
        let value = escape(&value.to_string());
        let _ = write!(self.attributes, " {name}=\"{value}\"");
        self
    }

    /// The same with a class of the style sheet.
    pub(super) fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// The same with text in it, escaped.
    pub(super) fn text(self, text: impl Display) -> Self {
        self.add(Html::text(text))
    }

    /// The same with more markup in it.
    pub(super) fn add(mut self, more: impl Into<Html>) -> Self {
        self.inner.add(more);
        self
    }

    /// The same with all of these in it.
    pub(super) fn all<T: Into<Html>>(mut self, parts: impl IntoIterator<Item = T>) -> Self {
        for part in parts {
            self.inner.add(part);
        }
        self
    }
}

impl From<Tag> for Html {
    fn from(tag: Tag) -> Html {
        let Tag {
            name,
            attributes,
            inner,
        } = tag;
        // These have no end tag in HTML.
        if matches!(name, "img" | "meta" | "br") {
            return Html(format!("<{name}{attributes}>"));
        }
        Html(format!("<{name}{attributes}>{}</{name}>", inner.0))
    }
}

/// Text as it may stand anywhere in a page, in an element or between the quotes of an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '`' => escaped.push_str("&#96;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() || is_unseen(letter) => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Characters that are not seen and change how others are read: direction marks, and those that are no characters.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(letter, '\u{fdd0}'..='\u{fdef}')
        || u32::from(letter) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: impl Into<Html>, expected: &str) {
        assert_eq!(html.into().into_string(), expected);
    }

    #[test]
    fn text_is_escaped_wherever_it_stands() {
        let hostile = "</p><script>alert(`1`)</script>&'\"";
        let safe = "&lt;/p&gt;&lt;script&gt;alert(&#96;1&#96;)&lt;/script&gt;&amp;&#39;&quot;";
        check(tag("p").text(hostile), &format!("<p>{safe}</p>"));
        check(
            tag("p").attr("title", hostile),
            &format!("<p title=\"{safe}\"></p>"),
        );
        check(Html::text(hostile), safe);
        let code = "a &lt;b&gt; <code>&lt;c&gt;<wbr></code> d";
        check(Html::prose("a <b> `<c>` d"), code);
        check(Html::prose("a ` <b>"), "a &#96; &lt;b&gt;");
        check(Html::name("a.<b>_c"), "a.<wbr>&lt;b&gt;_<wbr>c<wbr>");
    }

    #[test]
    fn what_is_not_seen_is_shown() {
        check(
            Html::text("a\0b\u{202e}c\u{1b}d\r\n"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}\n",
        );
        check(Html::text("\u{ffff}\u{feff}\u{7f}"), "\u{fffd}\u{fffd}\u{fffd}");
        check(Html::text("Größe 大きさ ± µ"), "Größe 大きさ ± µ");
    }

    #[test]
    fn elements_hold_elements() {
        let list = tag("ul")
            .class("plain")
            .all([1, 2].map(|number| tag("li").text(number)));
        check(list, "<ul class=\"plain\"><li>1</li><li>2</li></ul>");
        check(tag("img").attr("alt", ""), "<img alt=\"\">");
    }
}
