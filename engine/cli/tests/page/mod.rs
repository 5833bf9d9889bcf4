//! Pages that the real command writes, and what stands in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

#[track_caller]
pub fn check(folder: &Path, words: &[&str], code: i32) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terrella"));
    let output = command
        .current_dir(folder)
        .args(words)
        .output()
        .expect("the command starts");
    let said = format!(
        "{words:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{said}");
    output
}

/// A folder with a dataset called `set` that was made with these words.
pub fn dataset(words: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room");
    let all = [&["generate"], words, &["--out", "set", "--quiet"]].concat();
    check(folder.path(), &all, 0);
    folder
}

/// The page of the dataset in a folder.
#[track_caller]
pub fn page(folder: &Path) -> String {
    check(folder, &["inspect", "set", "--html", "page.html"], 0);
    let page = fs::read_to_string(folder.join("page.html")).expect("the page is there");
    check_safe(&page);
    page
}

/// Every tag is one of ours, nothing runs, and nothing outside the page is asked for.
#[track_caller]
pub fn check_safe(page: &str) {
    let known: BTreeSet<&str> = [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "nav",
        "main",
        "section",
        "footer",
        "a",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "b",
        "i",
        "small",
        "code",
        "pre",
        "wbr",
        "img",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "figure",
        "figcaption",
        "svg",
        "g",
        "rect",
        "line",
        "path",
        "text",
    ]
    .into();
    for rest in page.split('<').skip(1) {
        let name = rest
            .trim_start_matches('/')
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .next()
            .unwrap_or("");
        assert!(
            known.contains(name) || rest.starts_with("!doctype html>"),
            "<{rest:.60}"
        );
        let inside = rest.split('>').next().unwrap_or("");
        // Between quotes stand values; what is left are names of attributes.
        let names: String = inside.split('"').step_by(2).collect();
        for attribute in names.split_whitespace().skip(1) {
            assert!(!attribute.starts_with("on"), "<{inside}>");
        }
        for reference in ["src=\"", "href=\""] {
            if let Some((_, value)) = inside.split_once(reference) {
                assert!(
                    value.starts_with("data:image/png;base64,") || value.starts_with('#'),
                    "<{inside:.60}>"
                );
            }
        }
    }
    for word in ["http:", "https:", "url(", "@import"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(
        page.contains("default-src &#39;none&#39;"),
        "the page forbids scripts"
    );
}

/// The part of a page between a section's start and the next one's.
pub fn section<'a>(page: &'a str, id: &str) -> &'a str {
    let start = page
        .find(&format!("<section id=\"{id}\""))
        .expect("the section is there");
    let length = page[start..].find("</section>").expect("it has an end");
    &page[start..start + length]
}

/// The figures of a section by what stands in bold above them.
pub fn figures(section: &str) -> BTreeMap<String, &str> {
    section
        .split("<figure")
        .skip(1)
        .map(|figure| {
            let name = figure
                .split_once("<b>")
                .and_then(|(_, rest)| rest.split_once("</b>"));
            (plain(name.expect("it has a name").0), figure)
        })
        .collect()
}

/// Text without tags, as a browser shows it.
pub fn plain(html: &str) -> String {
    let parts = html.split('<').enumerate();
    let text: String = parts
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('>').map_or("", |(_, text)| text),
        })
        .collect();
    let letters = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#96;", "`"),
        ("&amp;", "&"),
    ];
    letters
        .into_iter()
        .fold(text, |text, (written, letter)| text.replace(written, letter))
}

/// Cells of the rows of the first table whose caption begins so.
pub fn table(page: &str, caption: &str) -> Vec<Vec<String>> {
    let start = page
        .find(&format!("<caption>{caption}"))
        .expect("the table is there");
    let body = page[start..].split("</table>").next().expect("it has an end");
    let body = body.split("<tbody>").nth(1).expect("it has rows");
    let cells = |row: &str| -> Vec<String> {
        row.split("</t")
            .filter_map(|cell| cell.rsplit_once("<th").or(cell.rsplit_once("<td")))
            .map(|(_, cell)| plain(cell.split_once('>').map_or("", |(_, inner)| inner)))
            .collect()
    };
    body.split("<tr>").skip(1).map(cells).collect()
}

/// The sums of all bars of a chart: those in distribution and those out of it.
pub fn bars(figure: &str) -> (u64, u64) {
    let (mut inside, mut outside) = (0, 0);
    for title in figure.split("<title>").skip(1) {
        let title = title.split("</title>").next().expect("it has an end");
        let count = title.rsplit(": ").next().expect("it has a count");
        let number: u64 = count
            .split(',')
            .next()
            .and_then(|number| number.parse().ok())
            .expect(title);
        match count.ends_with("out of distribution") {
            true => outside += number,
            false => inside += number,
        }
    }
    (inside, outside)
}
