//! Edits of a TOML text that leave everything else as it is, comments and order too.
//!
//! **Invariant:** an edit that fails changes nothing.

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Step, steps};
use serde_json::Value as Json;
use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, Key, RawString, Table, TableLike, Value};

/// Fields whose strings are never names of things in the world.
const WORDS: [&str; 6] = ["class", "name", "doc", "task", "images", "file"];

/// Says what is wrong with an edit, and the remedy.
type Fail<'a> = dyn Fn(String, &str) -> Diagnostic + 'a;

impl Document {
    /// Sets the field at `path` to a TOML value; tables on the way are made, and an item that is one behind the last of its list
    /// is added to it. A bare word becomes a string. What is written behind the old value stays.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), Diagnostic> {
        // A bare word is a string: nobody types quotes within quotes on a command line.
        let mut value = value.parse::<Value>().unwrap_or_else(|_| Value::from(value));
        value.decor_mut().clear();
        self.change(&format!("--set {path}={value}"), path, |root, steps, fail| {
            let item = make_way(root, steps, fail)?.item;
            if let (Some(Step::Index(_)), Item::Table(_), Value::InlineTable(inline)) =
                (steps.last(), &*item, &value)
            {
                // Of a list of tables, each of which has a headline of its own.
                *item = Item::Table(inline.clone().into_table());
                return Ok(());
            }
            if let Item::Value(old) = item {
                *value.decor_mut() = old.decor().clone();
                *old = value;
            } else {
                *item = Item::Value(value);
            }
            Ok(())
        })
    }

    /// Takes away the field at `path`, with what is in it.
    pub fn remove(&mut self, path: &str) -> Result<(), Diagnostic> {
        self.change(path, path, |root, steps, fail| {
            let (last, way) = steps.split_last().expect("a path has steps");
            let parent = walk(root, way).ok_or_else(|| fail("there is no such field".into(), ""))?;
            let gone = match last {
                Step::Key(key) => parent
                    .as_table_like_mut()
                    .and_then(|table| table.remove(key))
                    .is_some(),
                Step::Index(index) => remove_at(parent, *index),
            };
            if gone {
                Ok(())
            } else {
                Err(fail("there is no such field".into(), ""))
            }
        })
    }

    /// Takes away the field at `path`, and the tables around it that nothing is left in: their headers would say nothing. One that has a
    /// comment stays, and so does one without which the text would mean something else.
    pub fn reset(&mut self, path: &str) -> Result<(), Diagnostic> {
        self.remove(path)?;
        let mut way = steps(path);
        while way.pop().is_some() && !way.is_empty() {
            let mut without = self.clone();
            let dropped = without.change(path, path, |root, _, fail| {
                drop_empty(root, &way).ok_or_else(|| fail("something is left in it".into(), ""))
            });
            if dropped.is_err() || !self.means(&without) {
                break;
            }
            *self = without;
        }
        Ok(())
    }

    /// True where both texts are right, and mean the same.
    fn means(&self, other: &Document) -> bool {
        if self.is_scene() {
            let both = self.scene().ok().zip(other.scene().ok());
            return both.is_some_and(|(one, other)| one == other);
        }
        let both = self.run().ok().zip(other.run().ok());
        both.is_some_and(|(one, other)| one == other)
    }

    /// Puts a table, written as the lines of its fields, at `path`, at the end of the table that it is in.
    pub fn put(&mut self, path: &str, fields: &str) -> Result<(), Diagnostic> {
        let parsed = fields.parse::<DocumentMut>();
        self.change(path, path, |root, steps, fail| {
            let fields = parsed
                .map_err(|error| fail(error.message().to_string(), ""))?
                .into_table();
            let (last, way) = steps.split_last().expect("a path has steps");
            let Step::Key(name) = last else {
                return Err(fail("a table is put under a name".into(), ""));
            };
            let end = make_way(root, way, fail)?;
            let inline = end.is_value();
            let parent = end
                .table()
                .ok_or_else(|| fail("is in something that is no table".into(), ""))?;
            if parent.contains_key(name) {
                return Err(fail("is there already".into(), "take another name"));
            }
            if inline {
                close_up(parent);
                parent.insert(name, Item::Value(in_line(fields)));
            } else {
                insert(parent, name, Item::Table(fields));
            }
            Ok(())
        })
    }

    /// Puts a copy of what is at `path` beside it, called `name`.
    pub fn copy(&mut self, path: &str, name: &str) -> Result<(), Diagnostic> {
        self.change(path, path, |root, steps, fail| {
            let (last, way) = steps.split_last().expect("a path has steps");
            let parent = walk(root, way)
                .and_then(Item::as_table_like_mut)
                .ok_or_else(|| fail("there is no such field".into(), ""))?;
            let Step::Key(old) = last else {
                return Err(fail("only what has a name is copied".into(), ""));
            };
            let copy = parent
                .get(old)
                .cloned()
                .ok_or_else(|| fail("there is no such field".into(), ""))?;
            if parent.contains_key(name) {
                return Err(fail(format!("`{name}` is there already"), "take another name"));
            }
            insert(parent, name, copy);
            Ok(())
        })
    }

    /// Gives what is at `path` another name, where it is and wherever the world names it.
    pub fn rename(&mut self, path: &str, name: &str) -> Result<(), Diagnostic> {
        self.change(path, path, |root, steps, fail| {
            let (last, way) = steps.split_last().expect("a path has steps");
            let Step::Key(old) = last else {
                return Err(fail("only what has a name is renamed".into(), ""));
            };
            let parent = walk(root, way)
                .and_then(Item::as_table_like_mut)
                .ok_or_else(|| fail("there is no such field".into(), ""))?;
            if parent.contains_key(name) {
                return Err(fail(format!("`{name}` is there already"), "take another name"));
            }
            if !rename_key(parent, old, name) {
                return Err(fail("there is no such field".into(), ""));
            }
            rename_words(root, old, name);
            Ok(())
        })
    }

    /// The text's values as JSON, with nothing that is left out: what somebody wrote down.
    pub fn json(&self) -> Result<Json, Diagnostic> {
        self.within_limits()?;
        toml_edit::de::from_str(&self.text).map_err(|error| self.diagnostic("", error.message()))
    }

    /// Parses, changes and writes the text again; nothing changes where the change fails.
    fn change(
        &mut self,
        about: &str,
        path: &str,
        change: impl FnOnce(&mut Item, &[Step], &Fail) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let fail = |message: String, remedy: &str| Diagnostic {
            file: about.to_string(),
            line: 0,
            column: 0,
            field: path.to_string(),
            message,
            remedy: remedy.to_string(),
        };
        self.within_limits()?;
        let mut document: DocumentMut = self
            .text
            .parse()
            .map_err(|error: toml_edit::TomlError| fail(error.message().to_string(), ""))?;
        let steps = steps(path);
        if steps.is_empty() {
            return Err(fail("names no field".into(), "write path=value"));
        }
        if steps.len() as u64 > self.limits.nesting {
            return Err(fail("the path has too many steps".into(), ""));
        }
        change(document.as_item_mut(), &steps, &fail)?;
        let changed = Document {
            text: document.to_string(),
            ..self.clone()
        };
        changed.within_limits()?;
        *self = changed;
        Ok(())
    }
}

/// What is at the end of a way, where it is there.
fn walk<'a>(root: &'a mut Item, way: &[Step]) -> Option<&'a mut Item> {
    way.iter().try_fold(root, |item, step| match step {
        Step::Key(key) => item.as_table_like_mut()?.get_mut(key),
        Step::Index(index) => item.get_mut(*index),
    })
}

/// Takes away the table at the end of a way where it is empty and has no comment.
fn drop_empty(root: &mut Item, way: &[Step]) -> Option<()> {
    let (last, above) = way.split_last()?;
    let Step::Key(name) = last else { return None };
    let parent = walk(root, above)?.as_table_like_mut()?;
    let (key, item) = parent.get_key_value(name)?;
    let is_bare = match item {
        Item::Table(table) => table.is_empty() && !has_comment(table.decor()),
        Item::Value(Value::InlineTable(table)) => {
            table.is_empty() && !has_comment(table.decor()) && !has_comment(key.leaf_decor())
        }
        _ => false,
    };
    is_bare.then(|| drop(parent.remove(name)))
}

/// True where somebody wrote a comment there.
fn has_comment(decor: &Decor) -> bool {
    let both = [decor.prefix(), decor.suffix()].into_iter().flatten();
    both.filter_map(RawString::as_str).any(|text| text.contains('#'))
}

/// Where a way ends.
struct End<'a> {
    item: &'a mut Item,
    /// Written within a value, where only values can stand.
    inline: bool,
}

impl<'a> End<'a> {
    /// What stands within is written within a value.
    fn is_value(&self) -> bool {
        self.inline || self.item.is_value()
    }

    /// The table that stands here, made where nothing does; none where something else does.
    fn table(self) -> Option<&'a mut dyn TableLike> {
        if self.item.is_none() {
            *self.item = if self.inline {
                Item::Value(InlineTable::new().into())
            } else {
                let mut table = Table::new();
                table.set_implicit(true);
                Item::Table(table)
            };
        }
        self.item.as_table_like_mut()
    }
}

/// Takes away the space behind the last value of what is written in line: it would stand before the comma of the next one.
fn close_up(table: &mut dyn TableLike) {
    let last = table.iter_mut().last();
    let Some(last) = last.and_then(|(_, item)| item.as_value_mut()) else {
        return;
    };
    let suffix = last.decor().suffix().and_then(|suffix| suffix.as_str());
    if suffix.is_some_and(|suffix| suffix.trim_matches(' ').is_empty()) {
        last.decor_mut().set_suffix("");
    }
}

/// The end of a way, with nothing there where nothing was; tables on the way are made.
fn make_way<'a>(root: &'a mut Item, way: &[Step], fail: &Fail) -> Result<End<'a>, Diagnostic> {
    let mut end = End {
        item: root,
        inline: false,
    };
    for step in way {
        let inline = end.is_value();
        let item = match step {
            Step::Key(key) => {
                let table = end.table().ok_or_else(|| {
                    fail(format!("`{key}` is looked for in something that is no table"), "")
                })?;
                if inline && !table.contains_key(key) {
                    close_up(table);
                }
                table.entry(key).or_insert(Item::None)
            }
            Step::Index(index) => {
                lengthen(end.item, *index);
                end.item
                    .get_mut(*index)
                    .ok_or_else(|| fail(format!("there is no item {index}"), "items are numbered from 0"))?
            }
        };
        end = End { item, inline };
    }
    Ok(end)
}

/// Makes room for one more item where `index` is one behind the last of a list.
fn lengthen(list: &mut Item, index: usize) {
    match list {
        Item::Value(Value::Array(array)) if index == array.len() => {
            // It stands on a line of its own where the last one does, without the comment before that.
            let last = array.iter().last();
            let before = last.and_then(|last| last.decor().prefix()?.as_str());
            let prefix = match before.and_then(|before| before.rsplit_once('\n')) {
                Some((_, indent)) => format!("\n{indent}"),
                None if last.is_some() => " ".into(),
                None => String::new(),
            };
            array.push_formatted(Value::from(0).decorated(prefix, ""));
        }
        Item::ArrayOfTables(tables) if index == tables.len() => tables.push(Table::new()),
        _ => {}
    }
}

fn remove_at(parent: &mut Item, index: usize) -> bool {
    match parent {
        Item::Value(Value::Array(array)) if index < array.len() => {
            let gone = array.remove(index);
            keep_comments(array, index, prefix(&gone));
            true
        }
        Item::ArrayOfTables(tables) if index < tables.len() => {
            tables.remove(index);
            true
        }
        _ => false,
    }
}

/// What stands before a value.
fn prefix(value: &Value) -> &str {
    let prefix = value.decor().prefix();
    prefix.and_then(|prefix| prefix.as_str()).unwrap_or_default()
}

/// The comment behind an item stands before the next one. So the rest of the line before an item that went stays, and that
/// of the item's own line goes with it.
fn keep_comments(array: &mut Array, index: usize, before_gone: &str) {
    let behind_gone = match array.get(index) {
        Some(next) => prefix(next),
        None => array.trailing().as_str().unwrap_or_default(),
    };
    let stays = match (before_gone.split_once('\n'), behind_gone.find('\n')) {
        (Some((stays, _)), Some(line)) => format!("{stays}{}", &behind_gone[line..]),
        (None, _) if index == 0 => behind_gone.trim_start_matches(' ').to_string(),
        _ => return,
    };
    match array.get_mut(index) {
        Some(next) => next.decor_mut().set_prefix(stays),
        None => array.set_trailing(stays),
    }
}

/// A table as it is written within a value: on one line, without comments.
fn in_line(table: Table) -> Value {
    let mut inline = table.into_inline_table();
    inline.fmt();
    Value::from(inline)
}

/// Puts something at the end of a table. Tables are written where they were parsed: a new one goes behind its neighbours.
fn insert(parent: &mut dyn TableLike, name: &str, mut item: Item) {
    let behind = parent.iter().filter_map(|(_, item)| last_position(item)).max();
    place(&mut item, behind);
    parent.insert(name, item);
}

/// The position in the text of the last table in an item.
fn last_position(item: &Item) -> Option<isize> {
    let table = item.as_table()?;
    let inner = table.iter().filter_map(|(_, item)| last_position(item)).max();
    table.position().max(inner)
}

/// Tables of equal position are written in their order.
fn place(item: &mut Item, position: Option<isize>) {
    match item {
        Item::Table(table) => {
            table.set_position(position);
            for (_, inner) in table.iter_mut() {
                place(inner, position);
            }
        }
        Item::ArrayOfTables(tables) => {
            for table in tables.iter_mut() {
                table.set_position(position);
                for (_, inner) in table.iter_mut() {
                    place(inner, position);
                }
            }
        }
        Item::None | Item::Value(_) => {}
    }
}

/// Renames a key and keeps its place, its value and what is written around it.
fn rename_key(parent: &mut dyn TableLike, old: &str, name: &str) -> bool {
    let keys: Vec<Key> = parent
        .iter()
        .filter_map(|(key, _)| parent.key(key).cloned())
        .collect();
    if !keys.iter().any(|key| key.get() == old) {
        return false;
    }
    for key in keys {
        let Some(item) = parent.remove(key.get()) else {
            continue;
        };
        let mut next = if key.get() == old {
            Key::new(name)
        } else {
            key.clone()
        };
        *next.leaf_decor_mut() = key.leaf_decor().clone();
        *next.dotted_decor_mut() = key.dotted_decor().clone();
        parent.entry_format(&next).or_insert(item);
    }
    true
}

/// Renames whatever names `old`, but where a string is no name.
fn rename_words(item: &mut Item, old: &str, name: &str) {
    match item {
        Item::None => {}
        Item::Value(value) => rename_in_value(value, old, name),
        Item::Table(table) => rename_in_table(table, old, name),
        Item::ArrayOfTables(tables) => tables
            .iter_mut()
            .for_each(|table| rename_in_table(table, old, name)),
    }
}

fn rename_in_table(table: &mut Table, old: &str, name: &str) {
    for (key, item) in table.iter_mut() {
        if !WORDS.contains(&key.get()) {
            rename_words(item, old, name);
        }
    }
}

fn rename_in_inline(table: &mut InlineTable, old: &str, name: &str) {
    for (key, value) in table.iter_mut() {
        if !WORDS.contains(&key.get()) {
            rename_in_value(value, old, name);
        }
    }
}

fn rename_in_value(value: &mut Value, old: &str, name: &str) {
    match value {
        Value::String(text) if text.value() == old => {
            let decor = value.decor().clone();
            *value = Value::from(name);
            *value.decor_mut() = decor;
        }
        Value::Array(array) => array
            .iter_mut()
            .for_each(|value| rename_in_value(value, old, name)),
        Value::InlineTable(table) => rename_in_inline(table, old, name),
        _ => {}
    }
}
