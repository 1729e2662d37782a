//! The format of the spec files as JSON Schemas, with which an editor completes and checks them.
//!
//! In: the shapes. Out: their schemas. A test keeps those of `specs/format/` fresh.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::{
    located::OrderedRows,
    shape::EndpointFile,
    shape_fuzz::FuzzFile,
    shape_others::{FixtureFile, FlowFile, GuideFile},
    shape_sequence::SequencesFile,
    words,
};

/// A kind of spec files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ShapeOf {
    /// Files of endpoints.
    Endpoint,
    /// Files below `flows/`.
    Flow,
    /// `fixtures.toml`.
    Fixtures,
    /// `guide.toml`.
    Guide,
    /// `sequences/commands.toml`.
    Sequences,
    /// Files below `fuzz/`.
    Fuzz,
}

impl ShapeOf {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Endpoint, Self::Flow, Self::Fixtures, Self::Guide, Self::Sequences, Self::Fuzz];

    /// The name of its schema in `specs/format/`, without the ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Flow => "flow",
            Self::Fixtures => "fixtures",
            Self::Guide => "guide",
            Self::Sequences => "sequences",
            Self::Fuzz => "fuzz",
        }
    }
}

/// The JSON Schema of a kind of spec files.
#[must_use]
pub fn to_json_schema(which: ShapeOf) -> Value {
    // Draft 7 is what editors of TOML read.
    let generator: SchemaGenerator = SchemaSettings::draft07().into_generator();
    let schema = match which {
        ShapeOf::Endpoint => generator.into_root_schema_for::<EndpointFile>(),
        ShapeOf::Flow => generator.into_root_schema_for::<FlowFile>(),
        ShapeOf::Fixtures => generator.into_root_schema_for::<OrderedRows<FixtureFile>>(),
        ShapeOf::Guide => generator.into_root_schema_for::<GuideFile>(),
        ShapeOf::Sequences => generator.into_root_schema_for::<SequencesFile>(),
        ShapeOf::Fuzz => generator.into_root_schema_for::<FuzzFile>(),
    };
    let mut schema = schema.to_value();
    let_names_stand_for_pages(&mut schema);
    let title = schema["title"].as_str().unwrap_or_default().to_owned();
    name_words(&title, &mut schema);
    for (name, shape) in schema.get_mut("definitions").and_then(Value::as_object_mut).into_iter().flatten() {
        name_words(name, shape);
    }
    schema
}

/// Lists the words that keys of a shape take. A shape that stands twice has a number behind its name.
fn name_words(shape: &str, schema: &mut Value) {
    let shape = shape.trim_end_matches(|c: char| c.is_ascii_digit());
    for (key, value) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let words = words::of_key(shape, key);
        if let Some(value) = value.as_object_mut().filter(|_| !words.is_empty()) {
            value.insert("enum".to_owned(), json!(words));
        }
    }
}

/// Where a file describes several endpoints, a page may be a name of each.
fn let_names_stand_for_pages(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(page) = members.get_mut("properties").and_then(|all| all.get_mut("page")) {
                let number = std::mem::take(page);
                *page = json!({ "anyOf": [number, { "type": "string", "pattern": "^@\\{[a-z_]+\\}$" }] });
            }
            members.values_mut().for_each(let_names_stand_for_pages);
        }
        Value::Array(items) => items.iter_mut().for_each(let_names_stand_for_pages),
        _ => {}
    }
}
