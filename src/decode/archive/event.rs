//! One line of an event archive.
//!
//! In: a line. Out: an [`ArchiveEvent`] that borrows from it. What a line says about the state model is read by
//! [`crate::decode::model`].

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{ArchiveError, ArchiveErrorKind, DEPTH_MAX, Line};
use crate::decode::{
    json::without_place,
    model::{Members, ModelMessage, StateModel, text_of},
};

/// An event.
#[derive(Debug)]
pub struct ArchiveEvent<'a> {
    /// The line that it stands on, from 1.
    pub line: u64,
    /// The byte of the text at which it begins.
    pub at: u64,
    /// Text of its type.
    pub name: Cow<'a, str>,
    /// When it happened, in seconds since 1970, where it says so.
    pub time: Option<i64>,
    /// What happened.
    pub kind: EventKind<'a>,
    /// Every member of the object, unread.
    pub members: Members<'a>,
}

/// What happened.
#[derive(Debug)]
pub enum EventKind<'a> {
    /// The state model changed.
    Model(ModelMessage<'a>),
    /// Something happened in a session.
    Session(SessionEvent<'a>),
    /// It is of a type that the guide does not name.
    Other,
}

/// An event of a session.
#[derive(Debug)]
pub struct SessionEvent<'a> {
    /// The session.
    pub lsid: Option<Cow<'a, str>>,
    /// What happened.
    pub name: Option<Cow<'a, str>>,
    /// Its details, unread.
    pub data: Option<&'a RawValue>,
}

/// Whole seconds; a part of a second is left off.
fn seconds(value: &RawValue) -> Option<i64> {
    let text = text_of(value)?;
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.abs() < 1e15).then(|| number.floor() as i64)
    })
}

impl ArchiveEvent<'_> {
    /// An error about this event.
    #[must_use]
    pub fn error(&self, kind: ArchiveErrorKind) -> ArchiveError {
        ArchiveError { line: self.line, at: self.at, kind }
    }

    /// The message of the state model that it is, if it is one.
    #[must_use]
    pub fn message(&self) -> Option<&ModelMessage<'_>> {
        match &self.kind {
            EventKind::Model(message) => Some(message),
            EventKind::Session(_) | EventKind::Other => None,
        }
    }

    /// Does to the model what the event says. Events of sessions change nothing.
    ///
    /// # Errors
    /// A row that cannot be read, or a model that has become larger than its bound.
    pub fn apply_to(&self, model: &mut StateModel) -> Result<(), ArchiveError> {
        let applied = self.message().map_or(Ok(()), |message| model.apply(message));
        applied.map_err(|error| self.error(ArchiveErrorKind::Model(error)))
    }
}

/// Reads a line.
///
/// # Errors
/// It is no JSON object, has no type, or does not say what becomes of which rows.
pub fn event<'a>(line: &Line<'a>) -> Result<ArchiveEvent<'a>, ArchiveError> {
    let error = |at: usize, kind| ArchiveError { line: line.number, at: line.at + at as u64, kind };
    if let Some(at) = too_deep(line.text) {
        return Err(error(at, ArchiveErrorKind::TooDeep));
    }
    let members: Members<'a> = serde_json::from_str(line.text).map_err(|parser| {
        let at = (parser.column().saturating_sub(1)).min(line.text.len());
        error(at, ArchiveErrorKind::NotAnObject(without_place(&parser)))
    })?;
    let name = members.get("type").and_then(text_of).ok_or_else(|| error(0, ArchiveErrorKind::NoType))?;
    let message = ModelMessage::read(&name, &members);
    let kind = match message.map_err(|model| error(0, ArchiveErrorKind::Model(model)))? {
        Some(message) => EventKind::Model(message),
        None if name == "session_event" => EventKind::Session(SessionEvent {
            lsid: members.get("lsid").and_then(text_of),
            name: members.get("name").and_then(text_of),
            data: members.get("data"),
        }),
        None => EventKind::Other,
    };
    let time = members.get("timestamp").and_then(seconds);
    Ok(ArchiveEvent { line: line.number, at: line.at, name, time, kind, members })
}

/// The byte at which a text is nested too deeply, if it is.
fn too_deep(text: &str) -> Option<usize> {
    let opening = |b: &&u8| matches!(b, b'{' | b'[');
    if text.as_bytes().iter().filter(opening).count() <= DEPTH_MAX {
        return None;
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Some(at);
        }
    }
    None
}
