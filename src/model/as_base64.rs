//! Bytes as they stand in a journal: in base64.
//!
//! In: bytes, or none. Out: a text, or nothing. A text that is no base64 is an error.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub(super) fn serialize<S: Serializer>(bytes: &Option<Arc<[u8]>>, to: S) -> Result<S::Ok, S::Error> {
    match bytes {
        Some(bytes) => to.serialize_some(&STANDARD.encode(bytes)),
        None => to.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Arc<[u8]>>, D::Error> {
    let text: Option<String> = Option::deserialize(from)?;
    text.map(|text| STANDARD.decode(text).map(Arc::from).map_err(D::Error::custom)).transpose()
}
