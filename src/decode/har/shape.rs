//! What is typed in a HAR file, as far as it is read: programs differ in it, so that what is missing or of another type is empty.
//!
//! In: JSON. Out: shapes, which the room beside this one makes exchanges of.

use serde::{Deserialize, Deserializer};
use serde_json::{Value, value::RawValue};

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) log: Log,
}

#[derive(Deserialize)]
pub(super) struct Log {
    pub(super) entries: Vec<EntryShape>,
    #[serde(default, rename = "_touchmark")]
    pub(super) own: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntryShape {
    #[serde(default, deserialize_with = "text")]
    pub(super) started_date_time: String,
    #[serde(default)]
    pub(super) time: Value,
    pub(super) request: RequestShape,
    #[serde(default)]
    pub(super) response: Response,
    #[serde(default, rename = "_webSocketMessages", deserialize_with = "or_default")]
    pub(super) messages: Vec<Message>,
    #[serde(default, rename = "_touchmark")]
    pub(super) own: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestShape {
    #[serde(deserialize_with = "text")]
    pub(super) method: String,
    #[serde(deserialize_with = "text")]
    pub(super) url: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) headers: Vec<Pair>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) post_data: Posted,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Posted {
    #[serde(deserialize_with = "text")]
    pub(super) mime_type: String,
    #[serde(deserialize_with = "text")]
    pub(super) text: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) params: Vec<Pair>,
    #[serde(deserialize_with = "text")]
    pub(super) encoding: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Response {
    pub(super) status: Value,
    #[serde(deserialize_with = "or_default")]
    pub(super) headers: Vec<Pair>,
    #[serde(deserialize_with = "or_default")]
    pub(super) content: Content,
    pub(super) body_size: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Content {
    pub(super) size: Value,
    #[serde(deserialize_with = "text")]
    pub(super) mime_type: String,
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) encoding: String,
}

#[derive(Deserialize)]
pub(super) struct Pair {
    #[serde(default, deserialize_with = "text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) value: String,
}

#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default, rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) time: Value,
    #[serde(default)]
    pub(super) opcode: Value,
    #[serde(default, deserialize_with = "text")]
    pub(super) data: String,
}

/// A text; an empty one where there is something else.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        _ => String::new(),
    })
}

/// What is there; nothing where it is null.
fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}
