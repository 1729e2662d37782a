//! The model after the messages of a feed.
//!
//! In: lines of JSON. Out: the rows after all of them. What cannot be read changes nothing.

use super::{Members, ModelMessage, StateModel, text_of};

/// The most bytes of a model.
const MODEL_BYTES_MAX: usize = 64 << 20;

/// The rows after all lines.
#[must_use]
pub fn replayed<'a>(lines: impl Iterator<Item = &'a str>) -> StateModel {
    let mut model = StateModel::new(MODEL_BYTES_MAX);
    for line in lines {
        let Ok(members) = serde_json::from_str::<Members<'_>>(line) else { continue };
        let Some(kind) = members.get("type").and_then(text_of) else { continue };
        // Some know it by another name.
        let kind = if kind == "update_model" { "model_update" } else { &*kind };
        if let Ok(Some(message)) = ModelMessage::read(kind, &members) {
            let _ = model.apply(&message);
        }
    }
    model
}
