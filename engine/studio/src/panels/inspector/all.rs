//! An edit of one thing, done to the others that are selected and have the field.

use super::Look;
use super::lists::whole_list;
use super::schema::resolved;
use crate::change::{at, parent_and_name};
use crate::document::Edit;
use serde_json::Value as Json;
use terrella_app::spec::document::{Step, steps};

/// Where a way through the schema and the text ends.
struct End<'a> {
    /// What holds there: what is written, or the default.
    shown: Option<&'a Json>,
    /// True where it is written.
    written: bool,
}

impl Look<'_> {
    /// The edit of `from` for another thing; nothing where that has no such field.
    pub(super) fn of_other(&self, values: &Json, edit: &Edit, from: &str, other: &str) -> Option<Edit> {
        if parent_and_name(from)?.0 != parent_and_name(other)?.0 {
            return None;
        }
        let (Edit::Set { path, .. } | Edit::Remove { path }) = edit else {
            return None;
        };
        let field = path.strip_prefix(from)?;
        let own = format!("{other}{field}");
        let Edit::Set { value, .. } = edit else {
            // What is not written cannot be taken away.
            return at(values, &own).map(|_| Edit::Remove { path: own });
        };
        let way = steps(field);
        let (last, before) = way.split_last()?;
        let parent = self.walk(at(values, other)?, other, before)?;
        match last {
            Step::Index(index) => {
                let items = parent.shown?.as_array().filter(|items| *index <= items.len())?;
                let edit = Edit::set(&own, value);
                if parent.written {
                    return Some(edit);
                }
                let list = own.strip_suffix(&format!("[{index}]"))?;
                (*index < items.len()).then(|| whole_list(list, items, *index, &edit))
            }
            Step::Key(_) => {
                self.walk(at(values, other)?, other, &way)?;
                Some(Edit::set(own, value))
            }
        }
    }

    /// Follows a way from a thing; nothing where the thing has another form there.
    fn walk<'a>(&'a self, thing: &'a Json, path: &str, way: &[Step]) -> Option<End<'a>> {
        let mut schema = schema_at(self.root, path)?;
        let mut end = End {
            shown: Some(thing),
            written: true,
        };
        for (index, step) in way.iter().enumerate() {
            let inner = resolved(self.root, schema);
            match step {
                Step::Key(key) => {
                    schema = match inner["oneOf"].as_array() {
                        Some(variants) => {
                            end.shown?.get(key)?;
                            variants
                                .iter()
                                .find_map(|variant| variant["properties"].get(key))?
                        }
                        None => inner["properties"].get(key)?,
                    };
                    let written = end.shown.filter(|_| end.written).and_then(|own| own.get(key));
                    end.written = written.is_some();
                    let there = end.shown.and_then(|own| own.get(key));
                    end.shown = there.or_else(|| schema.get("default"));
                }
                Step::Index(item) => {
                    schema = &inner["items"];
                    end.shown = Some(end.shown?.as_array()?.get(*item)?);
                }
            }
            if index + 1 < way.len() && end.shown.is_none_or(Json::is_null) {
                return None;
            }
        }
        Some(end)
    }
}

/// The schema of the thing at a path.
pub(super) fn schema_at<'a>(root: &'a Json, path: &str) -> Option<&'a Json> {
    let mut schema = root;
    for step in steps(path) {
        let Step::Key(key) = step else { return None };
        schema = resolved(root, schema);
        schema = schema["properties"]
            .get(&key)
            .or_else(|| schema.get("additionalProperties"))?;
    }
    Some(resolved(root, schema))
}
