//! A TOML file with its text: parsed into a spec and asked where a field stands. `edit.rs` changes it.
//!
//! **Invariant:** a text is parsed only after it was found to be within its limits.

use crate::check::{self, Wrong};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::limits::{DIAGNOSTICS, Limits, raise};
use crate::run::RunSpec;
use crate::scan::scan;
use crate::scene::SceneSpec;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml_edit::{Document as Parsed, Item, TableLike};

/// Bytes of a message that may hold what the file holds.
const MESSAGE_BYTES: usize = 400;

/// A file's name and text, and how large it and what it asks for may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The name for messages.
    pub file: String,
    /// The text.
    pub text: String,
    /// The limits.
    pub limits: Limits,
}

impl Document {
    /// A document of this text within the default limits; `file` is for messages.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        Document {
            file: file.into(),
            text: text.into(),
            limits: Limits::default(),
        }
    }

    /// A document of these bytes, which must be a text.
    pub fn from_bytes(file: impl Into<String>, bytes: Vec<u8>, limits: &Limits) -> Result<Self, Diagnostics> {
        let (text, wrong) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(good))
            }
        };
        let document = Document {
            limits: limits.clone(),
            ..Document::new(file, text)
        };
        let Some(offset) = wrong else {
            return Ok(document);
        };
        let mut diagnostic = document.place(offset, "is no UTF-8 text here");
        diagnostic.remedy = "save it as UTF-8".into();
        Err(Diagnostics(vec![diagnostic]))
    }

    /// Parses and checks a run file.
    pub fn run(&self) -> Result<RunSpec, Diagnostics> {
        let spec: RunSpec = self.parse()?;
        self.report(check::run(&spec, &self.limits)).map(|()| spec)
    }

    /// Parses and checks a scene file.
    pub fn scene(&self) -> Result<SceneSpec, Diagnostics> {
        let spec: SceneSpec = self.parse()?;
        self.report(check::scene(&spec, &self.limits)).map(|()| spec)
    }

    /// True when this looks like a scene file (it has a `[world]` with bodies) rather than a run file.
    pub fn is_scene(&self) -> bool {
        if self.within_limits().is_err() {
            return false;
        }
        let parsed = Parsed::parse(self.text.as_str());
        let world = parsed
            .as_ref()
            .ok()
            .and_then(|parsed| parsed.as_table().get("world")?.as_table_like());
        let sources = ["family", "families", "scene"];
        world.is_some_and(|world| !sources.iter().any(|source| world.contains_key(source)))
    }

    /// A diagnostic about the field at this path.
    pub fn diagnostic(&self, path: &str, message: impl Into<String>) -> Diagnostic {
        let parsed = Parsed::parse(self.text.as_str());
        let root = parsed.as_ref().ok().map(|parsed| parsed.as_item());
        self.about(root, path, &message.into())
    }

    /// A diagnostic about the field at this path of a parsed text.
    fn about(&self, root: Option<&Item>, path: &str, message: &str) -> Diagnostic {
        let span = root.and_then(|root| locate(root, path));
        let (line, column) = span.map_or((0, 0), |span| self.line_column(span.start));
        Diagnostic {
            file: self.file.clone(),
            line,
            column,
            field: clip(path),
            message: clip(message),
            remedy: String::new(),
        }
    }

    /// A diagnostic about a place in the text, of which no more is known.
    fn place(&self, offset: usize, message: &str) -> Diagnostic {
        let (line, column) = self.line_column(offset);
        Diagnostic {
            file: self.file.clone(),
            line,
            column,
            field: String::new(),
            message: clip(message),
            remedy: String::new(),
        }
    }

    fn report(&self, Wrong(wrong): Wrong) -> Result<(), Diagnostics> {
        if wrong.is_empty() {
            return Ok(());
        }
        let parsed = Parsed::parse(self.text.as_str());
        let root = parsed.as_ref().ok().map(|parsed| parsed.as_item());
        let rest = wrong.len().saturating_sub(DIAGNOSTICS);
        let shown = wrong.into_iter().take(DIAGNOSTICS);
        let mut all: Vec<Diagnostic> = shown
            .map(|(path, message, remedy)| Diagnostic {
                remedy,
                ..self.about(root, &path, &message)
            })
            .collect();
        if rest > 0 {
            all.push(self.about(None, "", &format!("and {rest} more things are wrong")));
        }
        Err(Diagnostics(all))
    }

    /// Looks whether the text is small and flat enough to be parsed.
    pub(crate) fn within_limits(&self) -> Result<(), Diagnostic> {
        let (bytes, most) = (self.text.len(), self.limits.file_bytes);
        if bytes as u64 > most {
            return Err(self.too_large(bytes as u64));
        }
        scan(&self.text, &self.limits).map_err(|wrong| Diagnostic {
            remedy: wrong.remedy,
            ..self.place(wrong.offset, &wrong.message)
        })
    }

    /// A file of so many bytes is refused.
    pub fn too_large(&self, bytes: u64) -> Diagnostic {
        let message = format!("has {bytes} bytes; the limit is {}", self.limits.file_bytes);
        Diagnostic {
            remedy: raise("file_bytes"),
            ..self.about(None, "", &message)
        }
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        self.within_limits()?;
        toml_edit::de::from_str(&self.text)
            .map_err(|error| Diagnostics(vec![self.at(error.span(), error.message())]))
    }

    /// A diagnostic about a place in the text.
    fn at(&self, span: Option<Range<usize>>, message: &str) -> Diagnostic {
        let (line, column) = span.as_ref().map_or((0, 0), |span| self.line_column(span.start));
        let field = span.map_or(String::new(), |span| self.path_at(span.start));
        let (message, given, known) = dissect(message);
        Diagnostic {
            file: self.file.clone(),
            line,
            column,
            field: clip(&field),
            message: clip(&message),
            remedy: remedy(&given, &known),
        }
    }

    fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        (
            line,
            String::from_utf8_lossy(&before[start..]).chars().count() + 1,
        )
    }

    /// The path of the innermost field whose key or value stands at an offset.
    fn path_at(&self, offset: usize) -> String {
        fn walk(table: &dyn TableLike, offset: usize, path: &str) -> Option<String> {
            for (key, item) in table.iter() {
                let own = if path.is_empty() {
                    key.to_string()
                } else {
                    format!("{path}.{key}")
                };
                if let Some(found) = enter(item, offset, &own) {
                    return Some(found);
                }
                let key_span = table.get_key_value(key).and_then(|(key, _)| key.span());
                let covers = |span: Option<Range<usize>>| span.is_some_and(|span| span.contains(&offset));
                if covers(key_span) || (covers(item.span()) && !item.is_table()) {
                    return Some(own);
                }
            }
            None
        }
        fn enter(item: &Item, offset: usize, path: &str) -> Option<String> {
            if let Some(table) = item.as_table_like() {
                return walk(table, offset, path);
            }
            if let Some(tables) = item.as_array_of_tables() {
                return tables
                    .iter()
                    .enumerate()
                    .find_map(|(index, table)| walk(table, offset, &format!("{path}[{index}]")));
            }
            let array = item.as_array()?;
            array.iter().enumerate().find_map(|(index, value)| {
                let own = format!("{path}[{index}]");
                let inner = value
                    .as_inline_table()
                    .and_then(|table| walk(table, offset, &own));
                let covers = value.span().is_some_and(|span| span.contains(&offset));
                inner.or(covers.then_some(own))
            })
        }
        let parsed = Parsed::parse(self.text.as_str());
        parsed
            .ok()
            .and_then(|parsed| walk(parsed.as_table(), offset, ""))
            .unwrap_or_default()
    }
}

/// Where the field at a path stands, or the nearest table above it that is in the text.
fn locate(root: &Item, path: &str) -> Option<Range<usize>> {
    let mut item = root;
    let mut span = None;
    for step in steps(path) {
        let (key_span, next) = match step {
            Step::Key(key) => {
                let Some((name, next)) = item.as_table_like().and_then(|table| table.get_key_value(&key))
                else {
                    break;
                };
                (name.span(), next)
            }
            Step::Index(index) => {
                let Some(next) = item.get(index) else { break };
                (next.span(), next)
            }
        };
        span = key_span.or(next.span()).or(span);
        item = next;
    }
    span
}

/// What a file holds is not repeated without end.
fn clip(text: &str) -> String {
    if text.len() <= MESSAGE_BYTES {
        return text.to_string();
    }
    format!("{} ...", &text[..text.floor_char_boundary(MESSAGE_BYTES)])
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the field of a table.
    Key(String),
    /// Into an item of a list.
    Index(usize),
}

/// `a.b[2].c` as steps; `a."b.c"` has two.
pub fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut quoted = false;
    let parts = path.split(|letter| {
        quoted ^= letter == '"';
        letter == '.' && !quoted
    });
    for part in parts.filter(|part| !part.is_empty()) {
        if let Some(key) = part.strip_prefix('"') {
            steps.push(Step::Key(key.trim_end_matches('"').to_string()));
            continue;
        }
        let (key, rest) = part.split_once('[').unwrap_or((part, ""));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_string()));
        }
        steps.extend(
            rest.split('[')
                .filter_map(|index| index.trim_end_matches(']').parse().ok())
                .map(Step::Index),
        );
    }
    steps
}

/// A key as it stands in a path: in quotes where it has points in it.
pub fn quoted_key(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(plain) {
        name.to_string()
    } else {
        format!("\"{name}\"")
    }
}

/// A parser's message as what is wrong, the word that was given, and the words that are known.
fn dissect(message: &str) -> (String, String, Vec<String>) {
    // For the tables of an enum's variants: "unexpected keys in table: x, available keys: a, b".
    if let Some((wrong, known)) = message.split_once(", available keys: ") {
        let given = wrong.rsplit(": ").next().unwrap_or_default().to_string();
        return (
            format!("unknown field `{given}`"),
            given,
            known.split(", ").map(String::from).collect(),
        );
    }
    // For structs: "unknown field `x`, expected one of `a`, `b`".
    let (wrong, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let given = wrong.split('`').nth(1).unwrap_or_default().to_string();
    let known: Vec<String> = expected.split('`').skip(1).step_by(2).map(String::from).collect();
    if known.is_empty() {
        (message.to_string(), given, known)
    } else {
        (wrong.to_string(), given, known)
    }
}

/// What would be right: the nearest of the known words, or all of them.
fn remedy(given: &str, known: &[String]) -> String {
    let all = known.join(", ");
    match known.iter().map(|word| (distance(given, word), word)).min() {
        None => String::new(),
        Some((far, word)) if far <= 1 + given.len() / 3 => format!("did you mean `{word}`? There are: {all}"),
        Some(_) => format!("there are: {all}"),
    }
}

/// Levenshtein's distance.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for column in 0..other.len() {
            let changed = diagonal + usize::from(letter != other[column]);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
