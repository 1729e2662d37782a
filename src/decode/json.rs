//! A bounded reader of JSON answers.
//!
//! In: the text of an answer. Out: its value, or where the text stops being JSON. Depth is bounded by the parser (128).

use serde_json::Value;

/// Reads a document.
///
/// # Errors
/// The line and column where the text stops being JSON.
pub fn read(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
