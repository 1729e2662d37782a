//! Doors to how the emulator writes and reads, opened for the laws of the readers of the harness, which are held against it.
//!
//! In: texts. Out: what the emulator writes of them, or reads in them. Nothing here answers a request.

use serde_json::Value;

use super::answer::{Answer, Body, VENDOR_NAMESPACE, member};
use super::http::decode_form;
use super::switches::ActiveDefects;
use super::xml::{Kind, leaf, node};

/// The pairs of a query, as the emulator reads them.
///
/// # Errors
/// Why it reads none.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    decode_form(query, &none())
}

/// A document with an element for each text, which has it as an attribute and as its content.
#[must_use]
pub fn document(texts: &[String]) -> Vec<u8> {
    let row = |text: &String| leaf("row", text, Kind::Text).attribute("value", text, Kind::Text);
    let root = node("rows").children(texts.iter().map(row));
    let namespace = VENDOR_NAMESPACE.to_owned();
    Answer::new("command/get_api_info", 200, Body::Xml { root, namespace }).write(&none()).body
}

/// An object with a member for each value.
#[must_use]
pub fn object(members: &[(String, Value)]) -> Vec<u8> {
    let members = members.iter().map(|(name, value)| member(name, value.clone(), Kind::Text)).collect();
    Answer::new("auth/token", 200, Body::Json(members)).write(&none()).body
}

fn none() -> ActiveDefects {
    ActiveDefects::of(&[], None)
}
