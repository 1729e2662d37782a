//! JSON Schemas by name. Each is compiled once: those of the spec data when they are read, those of a target's document when one is first
//! asked for.
//!
//! In: texts. Out: whether a value fits a schema, and what is wrong with one that is none. Nothing is fetched.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock},
};

use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::{heard::shorten, holds::Holds};

/// JSON Schemas by name.
#[derive(Debug, Clone, Default)]
pub struct Schemas(BTreeMap<String, Arc<Schema>>);

/// No schemas.
pub(super) static NONE: Schemas = Schemas(BTreeMap::new());

struct Schema {
    text: String,
    /// What is wrong with it where the text is no JSON Schema.
    compiled: OnceLock<Result<Validator, String>>,
}

impl Schemas {
    /// Adds the schemas among files by their names, such as `token.json`.
    pub fn extend<'f>(&mut self, files: impl IntoIterator<Item = (&'f String, &'f String)>) {
        for (name, text) in files {
            if let Some(name) = name.strip_suffix(".json") {
                let schema = Schema { text: text.clone(), compiled: OnceLock::new() };
                self.0.insert(name.to_owned(), Arc::new(schema));
            }
        }
    }

    /// The names of all of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What is wrong with those that are no JSON Schemas, by name.
    pub fn faults(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, schema)| Some((name.as_str(), schema.compiled().as_ref().err()?.as_str())))
    }

    /// Whether a value fits a schema.
    pub(super) fn fits(&self, name: &str, json: Option<&Value>, came: impl Fn() -> String) -> Holds {
        let expected = format!("a JSON body that fits the {name} schema");
        let Some(schema) = self.0.get(name) else {
            return Holds::Undecided(format!("there is no schema specs/schemas/{name}.json"));
        };
        let Some(json) = json else { return Holds::No(expected, came()) };
        let Ok(validator) = schema.compiled() else {
            return Holds::Undecided(format!("specs/schemas/{name}.json is no JSON Schema"));
        };
        match validator.iter_errors(json).next() {
            None => Holds::Yes,
            Some(error) => Holds::No(expected, fault(&error)),
        }
    }
}

/// What is wrong, and where. What came is shown only where it is short: the reason is what counts.
fn fault(error: &ValidationError<'_>) -> String {
    let place = error.instance_path().to_string();
    let place = if place.is_empty() { "at the top".to_owned() } else { format!("at `{place}`") };
    match error.instance().as_ref() {
        Value::Object(_) | Value::Array(_) => format!("{place}: {}", error.masked()),
        _ => format!("{place}: {}", shorten(&error.to_string())),
    }
}

impl Schema {
    fn compiled(&self) -> &Result<Validator, String> {
        self.compiled.get_or_init(|| {
            let schema = serde_json::from_str(&self.text).map_err(|error| error.to_string())?;
            jsonschema::options().should_validate_formats(true).build(&schema).map_err(|error| error.to_string())
        })
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
