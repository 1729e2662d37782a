//! A bounded reader of OpenAPI documents.
//!
//! In: the text of a document, YAML or JSON. Out: a [`Contract`], or why it is no OpenAPI 3 document at all. One slip does not spoil the
//! rest: it is noted with its place and everything else stays usable. No reference is followed out of the document, and none of those
//! inside it can make it larger than its bounds.

mod operations;
mod reader;
mod schemas;
mod text;

use serde_json::Value;

use crate::model::contract::{Contract, SlipKind};
use reader::Reader;

/// The most bytes of a document.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// Reads a document.
///
/// # Errors
/// Why it is no OpenAPI 3 document at all.
pub fn read(text: &str) -> Result<Contract, String> {
    let document = text::value(text)?;
    let Some(root) = document.as_object() else { return Err("it is no object".to_owned()) };
    let mut reader = Reader::new(&document);
    let version = match root.get("openapi") {
        Some(Value::String(version)) => version.clone(),
        Some(Value::Number(number)) => {
            reader.slip("/openapi", SlipKind::Shape, "the version of the standard is a number, not a text");
            number.to_string()
        }
        _ => return Err("it has no `openapi` that names the version of the standard".to_owned()),
    };
    if !version.starts_with("3.") {
        return Err(format!("it names version {} of the standard, not 3", reader::short(&version)));
    }
    if !root.get("paths").is_some_and(Value::is_object) {
        return Err("it has no `paths`".to_owned());
    }
    reader.later = !version.starts_with("3.0");
    reader.information();
    let operations = reader.operations();
    reader.components();
    let (base, slips) = (reader.base(), reader.into_slips());
    Ok(Contract { version, base, operations, slips, document })
}

#[cfg(test)]
mod tests;
