//! The messages that change the model.
//!
//! In: the members of a JSON object and its type. Out: which rows come, change and go. The guide prints one message only
//! (p. 143), and of archives no line at all, so every notation that its words allow is read, and the message says which
//! it was.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Members, ModelError, ids::row_id, text_of};

/// A message that changes the model.
#[derive(Debug)]
pub enum ModelMessage<'a> {
    /// Rows came, changed or went.
    Changes {
        /// What the type of the message says; its sections may say otherwise.
        stated: ChangeKind,
        /// How it is written.
        notation: Notation,
        /// The rows.
        changes: Vec<RowChange<'a>>,
    },
    /// All rows of all tables are gone.
    Truncate,
}

impl<'a> ModelMessage<'a> {
    /// Reads a message of a type; none where messages of that type do not change the model.
    ///
    /// # Errors
    /// It does not say what becomes of which rows.
    pub fn read(kind: &str, members: &Members<'a>) -> Result<Option<Self>, ModelError> {
        let stated = match kind {
            "model_insert" => ChangeKind::Insert,
            "model_update" => ChangeKind::Update,
            "model_delete" => ChangeKind::Delete,
            "truncate_model" => return Ok(Some(Self::Truncate)),
            _ => return Ok(None),
        };
        changes(stated, members).map(Some)
    }

    /// The rows that it is about; none where it is about all.
    #[must_use]
    pub fn changes(&self) -> &[RowChange<'a>] {
        match self {
            Self::Changes { changes, .. } => changes,
            Self::Truncate => &[],
        }
    }
}

/// How a message says what becomes of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notation {
    /// The type of the message says what is done: `model_insert`, `model_update`, `model_delete`.
    Typed,
    /// The type is `model_update`, and members `insert`, `update` and `delete` say what is done.
    Update,
}

impl Notation {
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
pub enum ChangeKind {
    /// It comes.
    Insert,
    /// Some of its fields change.
    Update,
    /// It goes.
    Delete,
}

/// One row that comes, changes or goes.
#[derive(Debug)]
pub struct RowChange<'a> {
    /// What is done.
    pub kind: ChangeKind,
    /// The table.
    pub table: Cow<'a, str>,
    /// The row; none where the whole table goes.
    pub id: Option<Cow<'a, str>>,
    /// Its fields, unread; none where it goes.
    pub row: Option<&'a RawValue>,
}

/// Members that are not about rows.
const ENVELOPE: [&str; 2] = ["type", "timestamp"];

/// Names under which the fields of one row, several rows, and several tables may stand.
const ROW: [&str; 4] = ["row", "data", "fields", "values"];
const ROWS: [&str; 2] = ["rows", "ids"];
const TABLES: [&str; 3] = ["tables", "model", "data"];

fn changes<'a>(stated: ChangeKind, members: &Members<'a>) -> Result<ModelMessage<'a>, ModelError> {
    let mut all = Vec::new();
    let sections = [("insert", ChangeKind::Insert), ("update", ChangeKind::Update), ("delete", ChangeKind::Delete)];
    let mut sectioned = false;
    // The order of the guide's sample: rows come, change, go.
    for (section, kind) in sections {
        if let Some(value) = members.get(section) {
            sectioned = true;
            if !plain(kind, value, &mut all)? {
                tables(kind, Members::of(value).ok_or(ModelError::SectionNotAnObject(section))?, &mut all)?;
            }
        }
    }
    if sectioned {
        let notation = if stated == ChangeKind::Update { Notation::Update } else { Notation::Typed };
        return Ok(ModelMessage::Changes { stated, notation, changes: all });
    }
    if let Some(table) = members.get("table").filter(|value| value.get().starts_with('"')).and_then(text_of) {
        one_table(stated, table, members, &mut all)?;
    } else if let Some(named) = TABLES.iter().find_map(|name| members.get(name)).and_then(Members::of) {
        tables(stated, named, &mut all)?;
    } else {
        let rest = members.0.iter().filter(|(name, _)| !ENVELOPE.contains(&&**name));
        // What is no object, or no list of what goes, is about the message and not about a table.
        let table = |value: &RawValue| match stated {
            ChangeKind::Delete => !value.get().starts_with('"'),
            _ => value.get().starts_with('{'),
        };
        let named = rest.filter(|(_, value)| table(value)).map(|(name, value)| (name.clone(), *value)).collect();
        tables(stated, Members(named), &mut all)?;
    }
    if all.is_empty() {
        return Err(ModelError::NoRows);
    }
    Ok(ModelMessage::Changes { stated, notation: Notation::Typed, changes: all })
}

/// Rows of tables that are objects of rows, each read once: what nearly all messages are. Whether these are.
fn plain<'a>(kind: ChangeKind, section: &'a RawValue, all: &mut Vec<RowChange<'a>>) -> Result<bool, ModelError> {
    if kind == ChangeKind::Delete {
        return Ok(false);
    }
    let Ok(Members(tables)) = serde_json::from_str::<Members<'a, Members<'a>>>(section.get()) else { return Ok(false) };
    if tables.iter().any(|(name, _)| matches!(&**name, "update" | "delete")) {
        return Ok(false);
    }
    tables.into_iter().try_for_each(|(table, named)| named_rows(kind, table, named, all))?;
    Ok(true)
}

fn tables<'a>(kind: ChangeKind, named: Members<'a>, all: &mut Vec<RowChange<'a>>) -> Result<(), ModelError> {
    for (table, value) in named.0 {
        // The sample of p. 143 closes `insert` after the other two.
        let inner = match &*table {
            "update" if kind == ChangeKind::Insert => Some(ChangeKind::Update),
            "delete" if kind == ChangeKind::Insert => Some(ChangeKind::Delete),
            _ => None,
        };
        match inner.zip(Members::of(value)) {
            Some((kind, named)) => tables(kind, named, all)?,
            None => rows(kind, table, value, all)?,
        }
    }
    Ok(())
}

/// Rows of one table: an object of ids and fields, or for what goes also a list of ids, one id, or nothing at all.
fn rows<'a>(
    kind: ChangeKind,
    table: Cow<'a, str>,
    value: &'a RawValue,
    all: &mut Vec<RowChange<'a>>,
) -> Result<(), ModelError> {
    if let Some(named) = Members::of(value) {
        return named_rows(kind, table, named, all);
    }
    let mut add = |id: Option<Cow<'a, str>>, row| all.push(RowChange { kind, table: table.clone(), id, row });
    if kind != ChangeKind::Delete {
        return Err(ModelError::NotRows { table: table.into_owned() });
    }
    match value.get() {
        "null" | "true" => add(None, None),
        list if list.starts_with('[') => {
            let ids: Vec<&'a RawValue> =
                serde_json::from_str(list).map_err(|_| ModelError::NotIds { table: table.to_string() })?;
            for id in ids {
                let id = row_id(id).ok_or_else(|| ModelError::NotAnId { table: table.to_string() })?;
                add(Some(id), None);
            }
        }
        _ => match row_id(value) {
            Some(id) => add(Some(id), None),
            None => return Err(ModelError::NotIds { table: table.into_owned() }),
        },
    }
    Ok(())
}

/// Rows of one table by their ids.
fn named_rows<'a>(
    kind: ChangeKind,
    table: Cow<'a, str>,
    named: Members<'a>,
    all: &mut Vec<RowChange<'a>>,
) -> Result<(), ModelError> {
    all.reserve(named.0.len());
    for (id, row) in named.0 {
        let row = match kind {
            ChangeKind::Delete => None,
            _ if row.get().starts_with('{') => Some(row),
            _ => return Err(ModelError::RowNotAnObject { table: table.into_owned(), id: id.into_owned() }),
        };
        all.push(RowChange { kind, table: table.clone(), id: Some(id), row });
    }
    Ok(())
}

/// The message names one table.
fn one_table<'a>(
    kind: ChangeKind,
    table: Cow<'a, str>,
    members: &Members<'a>,
    all: &mut Vec<RowChange<'a>>,
) -> Result<(), ModelError> {
    if let Some(value) = ROWS.iter().find_map(|name| members.get(name)) {
        return rows(kind, table, value, all);
    }
    let id = members.get("id").or_else(|| members.get("row_id")).and_then(row_id);
    let row = ROW.iter().find_map(|name| members.get(name)).filter(|row| row.get().starts_with('{'));
    match (kind, id, row) {
        (ChangeKind::Delete, id, _) => all.push(RowChange { kind, table, id, row: None }),
        (_, Some(id), Some(row)) => all.push(RowChange { kind, table, id: Some(id), row: Some(row) }),
        (_, None, Some(value)) => return rows(kind, table, value, all),
        (_, _, None) => return Err(ModelError::NoRow { table: table.into_owned() }),
    }
    Ok(())
}
