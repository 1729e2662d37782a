//! A bounded reader of OpenAPI documents.
//!
//! In: the text of a document, YAML or JSON. Out: a [`Contract`], or why it is no OpenAPI 3 document at all. One slip does not spoil the
//! rest: it is noted with its place and everything else stays usable. No reference is followed out of the document, and none of those
//! inside it can make it larger than its bounds.

mod bounds;
mod document;
mod error;
mod operations;
mod schemas;
mod text;
mod texts;

use serde_json::Value;

use crate::model::contract::{Contract, SlipKind};
use document::DocumentReader;

pub use bounds::BYTES_MAX;
pub use error::OpenApiError;

/// Reads a document.
///
/// # Errors
/// Why it is no OpenAPI 3 document at all.
pub fn read(text: &str) -> Result<Contract, OpenApiError> {
    let document = text::value(text)?;
    let Some(root) = document.as_object() else { return Err(OpenApiError::NotAnObject) };
    let mut reader = DocumentReader::new(&document);
    let version = match root.get("openapi") {
        Some(Value::String(version)) => version.clone(),
        Some(Value::Number(number)) => {
            reader.slip("/openapi", SlipKind::Shape, "the version of the standard is a number, not a text");
            number.to_string()
        }
        _ => return Err(OpenApiError::NoVersion),
    };
    if !version.starts_with("3.") {
        return Err(OpenApiError::OtherVersion(document::short(&version)));
    }
    if !root.get("paths").is_some_and(Value::is_object) {
        return Err(OpenApiError::NoPaths);
    }
    reader.later = !version.starts_with("3.0");
    reader.information();
    let operations = reader.operations();
    reader.components();
    let (base, slips) = (reader.base(), reader.into_slips());
    let ways_in = document.get("security").map(operations::ways_in);
    Ok(Contract { version, base, ways_in, operations, slips, document })
}

#[cfg(test)]
mod tests;
