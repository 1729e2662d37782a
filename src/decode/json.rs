//! A bounded reader of JSON answers.
//!
//! In: the text of an answer. Out: its value, or where the text stops being JSON. Depth is bounded by the parser (128).

use std::fmt;

use serde_json::{Value, error::Category};

/// Where and why a text is no JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Line, from 1; 0 where the text ends before any.
    pub line: usize,
    /// Column in bytes.
    pub column: usize,
    /// Why.
    pub kind: JsonErrorKind,
    says: String,
}

/// Why a text is no JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// It ends too early.
    CutOff,
    /// It is nested deeper than is read.
    TooDeep,
    /// It leaves the grammar of JSON, or a number cannot be held.
    Syntax,
}

impl JsonErrorKind {
    /// The kind of an error of the parser. The parser has no kind of its own for its bound, only a sentence.
    pub(super) fn of(error: &serde_json::Error) -> Self {
        match error.classify() {
            Category::Eof => Self::CutOff,
            _ if without_place(error) == "recursion limit exceeded" => Self::TooDeep,
            Category::Io | Category::Syntax | Category::Data => Self::Syntax,
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

impl std::error::Error for JsonError {}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column(), kind: JsonErrorKind::of(&error), says: error.to_string() }
    }
}

/// What the parser says, without the place within the text.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let says = error.to_string();
    says.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Reads a document.
///
/// # Errors
/// The line and column where the text stops being JSON.
pub fn read(text: &str) -> Result<Value, JsonError> {
    Ok(serde_json::from_str(text)?)
}

/// Whether a JSON text says a text in one of its values or names, however its characters are escaped.
pub fn says(json: &[u8], text: &str) -> bool {
    let unescaped = || serde_json::from_slice::<Value>(json).ok().map(|value| value.to_string());
    memchr::memmem::find(json, text.as_bytes()).is_some()
        || (memchr::memmem::find(json, b"\\u").is_some() && unescaped().is_some_and(|json| json.contains(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_however_it_is_escaped() {
        let check = |json: &str, text: &str, is_said: bool| assert_eq!(says(json.as_bytes(), text), is_said, "{json}");
        check(r#"{"a": "xé"}"#, "xé", true);
        check(r#"{"a": "\u0078\u00e9"}"#, "xé", true);
        check(r#"{"\u0061b": 1}"#, "ab", true);
        check(r#"{"a": "\u0078"}"#, "y", false);
        check(r#"{"a": "\u0078"#, "x", false);
        check(r#"{"a": "xé""#, "xé", true);
    }
}
