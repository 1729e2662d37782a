//! Messages of a feed (p. 143), and the model after them.
//!
//! In: lines of JSON, one after another. Out: what each says of rows, or the rows after all of them. Some know the type of the messages with
//! changes as `update_model`. What cannot be read changes nothing.

use std::borrow::Cow;

use super::{Members, ModelError, ModelMessage, StateModel, text_of};

/// The most bytes of a model.
const MODEL_BYTES_MAX: usize = 64 << 20;

/// The type of messages with changes, as it is printed, and as some know it.
const UPDATES: [&str; 2] = ["model_update", "update_model"];

/// A message of a feed: the members of one line of JSON, with its type.
#[derive(Debug)]
pub struct FeedMessage<'a> {
    /// All of its members.
    pub members: Members<'a>,
    /// Its type, as it stands there.
    pub kind: Cow<'a, str>,
}

impl<'a> FeedMessage<'a> {
    /// The message of a line; none where the line is no object with a type.
    #[must_use]
    pub fn of(line: &'a str) -> Option<Self> {
        let members: Members<'a> = serde_json::from_str(line).ok()?;
        let kind = members.get("type").and_then(text_of)?;
        Some(Self { members, kind })
    }

    /// The name of its type, where it says what becomes of rows.
    #[must_use]
    pub fn updates_as(&self) -> Option<&'static str> {
        UPDATES.into_iter().find(|name| *name == self.kind)
    }

    /// Whether it is about rows.
    #[must_use]
    pub fn is_of_rows(&self) -> bool {
        self.updates_as().is_some() || self.kind == "truncate_model"
    }

    /// What becomes of rows; none where it is not about them.
    ///
    /// # Errors
    /// It does not say what becomes of which rows.
    pub fn of_rows(&self) -> Result<Option<ModelMessage<'a>>, ModelError> {
        let kind = if self.updates_as().is_some() { UPDATES[0] } else { &*self.kind };
        ModelMessage::read(kind, &self.members)
    }
}

/// The model of a feed, as its messages come.
#[derive(Debug)]
pub struct FeedModel(StateModel);

impl Default for FeedModel {
    fn default() -> Self {
        Self(StateModel::new(MODEL_BYTES_MAX))
    }
}

impl FeedModel {
    /// Takes one line. The rows after it.
    pub fn take(&mut self, line: &str) -> &StateModel {
        if let Some(Ok(Some(message))) = FeedMessage::of(line).map(|message| message.of_rows()) {
            let _ = self.apply(&message);
        }
        &self.0
    }

    /// Does what a message says.
    ///
    /// # Errors
    /// A row that cannot be read, or a model that has become larger than its bound.
    pub fn apply(&mut self, message: &ModelMessage<'_>) -> Result<(), ModelError> {
        self.0.apply(message)
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &StateModel {
        &self.0
    }
}
