//! What the parts of the reader share: the document, its slips, and how references are resolved in it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::model::contract::{Slip, SlipKind};

/// The most references one after another.
const HOPS_MAX: usize = 32;

/// The most slips that are noted.
const SLIPS_MAX: usize = 500;

/// The most nodes of all schemas together, each copied to where it is used.
const SCHEMA_NODES_MAX: usize = 500_000;

/// A document while it is read.
pub(super) struct DocumentReader<'a> {
    pub(super) document: &'a Value,
    /// Whether it is of version 3.1 or later, whose schemas are JSON Schemas.
    pub(super) later: bool,
    slips: BTreeSet<Slip>,
    nodes_left: usize,
}

/// A value of the document and the place where it really stands.
#[derive(Clone)]
pub(super) struct Found<'a> {
    pub(super) value: &'a Value,
    pub(super) place: String,
}

impl<'a> DocumentReader<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document, later: false, slips: BTreeSet::new(), nodes_left: SCHEMA_NODES_MAX }
    }

    /// Notes a slip. The same one is noted once, however often it is come by.
    pub(super) fn slip(&mut self, place: &str, kind: SlipKind, says: impl Into<String>) {
        if self.slips.len() < SLIPS_MAX {
            self.slips.insert(Slip { place: place.to_owned(), kind, says: says.into() });
        }
    }

    pub(super) fn into_slips(self) -> Vec<Slip> {
        self.slips.into_iter().collect()
    }

    /// Takes nodes of the budget for schemas; false when it is used up.
    pub(super) fn spend(&mut self, nodes: usize) -> bool {
        self.nodes_left = self.nodes_left.saturating_sub(nodes);
        self.nodes_left > 0
    }

    /// The value that stands somewhere, references followed inside the document. A broken one is a slip.
    pub(super) fn resolve(&mut self, value: &'a Value, place: &str) -> Option<Found<'a>> {
        let mut found = Found { value, place: place.to_owned() };
        for _ in 0..HOPS_MAX {
            let Some(reference) = found.value.get("$ref") else { return Some(found) };
            let Some(text) = reference.as_str() else {
                self.slip(&found.place, SlipKind::Reference, "`$ref` is no text");
                return None;
            };
            found = self.target(text, &found.place)?;
        }
        self.slip(place, SlipKind::Reference, "a reference that leads round in a circle");
        None
    }

    /// What a reference names.
    pub(super) fn target(&mut self, reference: &str, place: &str) -> Option<Found<'a>> {
        let Some(pointer) = reference.strip_prefix('#') else {
            let says = format!("`{}` leads out of the document, and nothing is fetched", short(reference));
            self.slip(place, SlipKind::Unread, says);
            return None;
        };
        let pointer = percent_decoded(pointer);
        match self.document.pointer(&pointer) {
            Some(value) => Some(Found { value, place: pointer }),
            None => {
                self.slip(place, SlipKind::Reference, format!("`{}` leads nowhere", short(reference)));
                None
            }
        }
    }

    /// An object, or a slip.
    pub(super) fn object(&mut self, value: &'a Value, place: &str) -> Option<&'a Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.slip(place, SlipKind::Shape, format!("{} where an object belongs", kind_of(value)));
        }
        object
    }

    /// The text of a member that must be there.
    pub(super) fn needed_text(&mut self, object: &'a Map<String, Value>, name: &str, place: &str) -> Option<&'a str> {
        match object.get(name) {
            Some(Value::String(text)) => Some(text),
            Some(other) => {
                let says = format!("{} where a text belongs", kind_of(other));
                self.slip(&below(place, name), SlipKind::Shape, says);
                None
            }
            None => {
                self.slip(place, SlipKind::Shape, format!("`{name}` is missing"));
                None
            }
        }
    }
}

/// The place of a member.
pub(super) fn below(place: &str, name: &str) -> String {
    format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A text of the document, short enough to be shown.
pub(super) fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// What a value is, in words.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "a whole number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
