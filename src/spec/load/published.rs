//! The format of the spec files as JSON Schemas, with which an editor completes and checks them.
//!
//! In: the shapes. Out: their schemas. A test keeps those of `specs/format/` fresh.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::{
    located::OrderedRows,
    shape::EndpointFile,
    shape_others::{FixtureFile, FlowFile, GuideFile},
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
}

impl ShapeOf {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Endpoint, Self::Flow, Self::Fixtures, Self::Guide];

    /// The name of its schema in `specs/format/`, without the ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Flow => "flow",
            Self::Fixtures => "fixtures",
            Self::Guide => "guide",
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
    };
    let mut schema = schema.to_value();
    let_names_stand_for_pages(&mut schema);
    schema
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
