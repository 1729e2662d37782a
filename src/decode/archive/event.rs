//! One line of an event archive.
//!
//! In: a line. Out: an [`Event`] that borrows from it. The guide does not print such a line, so every notation that its
//! words allow is read, and the event says which it was.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{DEPTH_MAX, Fault, Line};

/// An event.
#[derive(Debug)]
pub struct Event<'a> {
    /// The line that it stands on, from 1.
    pub line: u64,
    /// The byte of the text at which it begins.
    pub at: u64,
    /// Text of its type.
    pub name: Cow<'a, str>,
    /// When it happened, in seconds since 1970, where it says so.
    pub time: Option<i64>,
    /// What happened.
    pub kind: Kind<'a>,
    /// Every member of the object, unread.
    pub members: Pairs<'a>,
}

/// What happened.
#[derive(Debug)]
pub enum Kind<'a> {
    /// Rows came, changed or went.
    Model(Shape, Vec<Change<'a>>),
    /// All rows of all tables are gone.
    Truncate,
    /// Something happened in a session.
    Session(SessionEvent<'a>),
    /// It is of a type that the guide does not name.
    Other,
}

/// How a line says what becomes of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// The type of the line says what is done: `model_insert`, `model_update`, `model_delete`.
    Typed,
    /// The type is `model_update`, and members `insert`, `update` and `delete` say what is done.
    Update,
}

impl Shape {
    /// Its name as a reading.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Update => "update",
        }
    }
}

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    /// It comes.
    Insert,
    /// Some of its fields change.
    Update,
    /// It goes.
    Delete,
}

/// One row that comes, changes or goes.
#[derive(Debug)]
pub struct Change<'a> {
    /// What is done.
    pub op: Op,
    /// The table.
    pub table: Cow<'a, str>,
    /// The row; none where the whole table goes.
    pub id: Option<Cow<'a, str>>,
    /// Its fields, unread; none where it goes.
    pub row: Option<&'a RawValue>,
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

/// The members of an object in their order, values unread. Of members with one name the last counts, in the place of
/// the first.
#[derive(Debug, Default)]
pub struct Pairs<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Pairs<'a> {
    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| *value)
    }

    /// The members of an object; none where the text is no object.
    #[must_use]
    pub fn of(value: &'a RawValue) -> Option<Self> {
        value.get().starts_with('{').then(|| serde_json::from_str(value.get()).ok()).flatten()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Pairs<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    pairs.push((name, map.next_value()?));
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(Members)
    }
}

/// A text that borrows where it holds no escapes.
pub(super) struct Name<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

/// A text, or a number as its digits.
fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let raw = value.get();
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str::<Name<'_>>(raw).ok().map(|name| name.0),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

/// Whole seconds; a part of a second is left off.
fn seconds(value: &RawValue) -> Option<i64> {
    let text = text(value)?;
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.abs() < 1e15).then(|| number.floor() as i64)
    })
}

/// Reads a line.
///
/// # Errors
/// It is no JSON object, has no type, or does not say what becomes of which rows.
pub fn event<'a>(line: &Line<'a>) -> Result<Event<'a>, Fault> {
    let here = |says: String| Fault::text(line.number, line.at, says);
    too_deep(line.text).map_or(Ok(()), |at| {
        let says = format!("nested deeper than {DEPTH_MAX}");
        Err(Fault::text(line.number, line.at + at as u64, says))
    })?;
    let members: Pairs<'a> = serde_json::from_str(line.text).map_err(|error| {
        let at = line.at + (error.column().saturating_sub(1)).min(line.text.len()) as u64;
        Fault::text(line.number, at, format!("not a JSON object: {}", without_place(&error)))
    })?;
    let name = members.get("type").and_then(text).ok_or_else(|| here("an event without a type".to_owned()))?;
    let kind = match &*name {
        "model_insert" => changes(Op::Insert, &members).map_err(here)?,
        "model_update" => changes(Op::Update, &members).map_err(here)?,
        "model_delete" => changes(Op::Delete, &members).map_err(here)?,
        "truncate_model" => Kind::Truncate,
        "session_event" => Kind::Session(SessionEvent {
            lsid: members.get("lsid").and_then(text),
            name: members.get("name").and_then(text),
            data: members.get("data"),
        }),
        _ => Kind::Other,
    };
    let time = members.get("timestamp").and_then(seconds);
    Ok(Event { line: line.number, at: line.at, name, time, kind, members })
}

/// What serde_json says, without the place within the line.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let says = error.to_string();
    says.split(" at line ").next().unwrap_or_default().to_owned()
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

/// Members that are not about rows.
const ENVELOPE: [&str; 2] = ["type", "timestamp"];

/// Names under which the fields of one row, several rows, and several tables may stand.
const ROW: [&str; 4] = ["row", "data", "fields", "values"];
const ROWS: [&str; 2] = ["rows", "ids"];
const TABLES: [&str; 3] = ["tables", "model", "data"];

fn changes<'a>(op: Op, members: &Pairs<'a>) -> Result<Kind<'a>, String> {
    let mut all = Vec::new();
    let sections = [("insert", Op::Insert), ("update", Op::Update), ("delete", Op::Delete)];
    let mut sectioned = false;
    // The order of the guide's sample: rows come, change, go.
    for (section, op) in sections {
        if let Some(value) = members.get(section) {
            sectioned = true;
            let pairs = Pairs::of(value).ok_or_else(|| format!("`{section}` is no object"))?;
            tables(op, pairs, &mut all)?;
        }
    }
    if sectioned {
        let shape = if op == Op::Update { Shape::Update } else { Shape::Typed };
        return Ok(Kind::Model(shape, all));
    }
    if let Some(table) = members.get("table").filter(|value| value.get().starts_with('"')).and_then(text) {
        one_table(op, table, members, &mut all)?;
    } else if let Some(pairs) = TABLES.iter().find_map(|name| members.get(name)).and_then(Pairs::of) {
        tables(op, pairs, &mut all)?;
    } else {
        let rest = members.0.iter().filter(|(name, _)| !ENVELOPE.contains(&&**name));
        // What is no object, or no list of what goes, is about the event and not about a table.
        let table = |value: &RawValue| match op {
            Op::Delete => !value.get().starts_with('"'),
            _ => value.get().starts_with('{'),
        };
        let pairs = rest.filter(|(_, value)| table(value)).map(|(name, value)| (name.clone(), *value)).collect();
        tables(op, Pairs(pairs), &mut all)?;
    }
    if all.is_empty() {
        return Err("it does not say which rows of which table".to_owned());
    }
    Ok(Kind::Model(Shape::Typed, all))
}

fn tables<'a>(op: Op, pairs: Pairs<'a>, all: &mut Vec<Change<'a>>) -> Result<(), String> {
    for (table, value) in pairs.0 {
        rows(op, table, value, all)?;
    }
    Ok(())
}

/// Rows of one table: an object of ids and fields, or for what goes also a list of ids, one id, or nothing at all.
fn rows<'a>(op: Op, table: Cow<'a, str>, value: &'a RawValue, all: &mut Vec<Change<'a>>) -> Result<(), String> {
    let mut add = |id: Option<Cow<'a, str>>, row| all.push(Change { op, table: table.clone(), id, row });
    if let Some(pairs) = Pairs::of(value) {
        for (id, row) in pairs.0 {
            match op {
                Op::Delete => add(Some(id), None),
                _ if row.get().starts_with('{') => add(Some(id), Some(row)),
                _ => return Err(format!("row `{id}` of `{table}` is no object")),
            }
        }
        return Ok(());
    }
    if op != Op::Delete {
        return Err(format!("`{table}` is no object of rows"));
    }
    match value.get() {
        "null" | "true" => add(None, None),
        list if list.starts_with('[') => {
            let ids: Vec<&'a RawValue> = serde_json::from_str(list).map_err(|error| without_place(&error))?;
            for id in ids {
                add(Some(text(id).ok_or_else(|| format!("an id of `{table}` is neither a number nor a text"))?), None);
            }
        }
        _ => match text(value) {
            Some(id) => add(Some(id), None),
            None => return Err(format!("`{table}` is no list of ids")),
        },
    }
    Ok(())
}

/// The line names one table.
fn one_table<'a>(op: Op, table: Cow<'a, str>, members: &Pairs<'a>, all: &mut Vec<Change<'a>>) -> Result<(), String> {
    if let Some(value) = ROWS.iter().find_map(|name| members.get(name)) {
        return rows(op, table, value, all);
    }
    let id = members.get("id").or_else(|| members.get("row_id")).and_then(text);
    let row = ROW.iter().find_map(|name| members.get(name)).filter(|row| row.get().starts_with('{'));
    match (op, id, row) {
        (Op::Delete, id, _) => all.push(Change { op, table, id, row: None }),
        (_, Some(id), Some(row)) => all.push(Change { op, table, id: Some(id), row: Some(row) }),
        (_, None, Some(value)) => return rows(op, table, value, all),
        (_, _, None) => return Err(format!("it does not say what the row of `{table}` is")),
    }
    Ok(())
}
