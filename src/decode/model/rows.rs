//! The rows of the model, and what messages do to them.
//!
//! In: messages, or rows that are read elsewhere. Out: what the rows are then, and where two models first differ. The
//! rows are bounded in bytes, as they are written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};

use super::{ChangeKind, MemberName, ModelError, ModelMessage, RowChange};
use crate::decode::json::without_place;

/// Rows by their ids, which are texts: see [`super::is_row_id`].
pub type Table = BTreeMap<String, TableRow>;

/// The fields of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableRow {
    /// Fields by name.
    pub fields: Map<String, Value>,
    bytes: usize,
}

/// The rows of all tables.
#[derive(Debug, Clone, PartialEq)]
pub struct StateModel {
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
    bytes: usize,
    bytes_max: usize,
}

/// Room for the fields that a new row usually has.
const FIELDS: usize = 8;

impl StateModel {
    /// A model without rows, which holds at most that many bytes of them.
    #[must_use]
    pub fn new(bytes_max: usize) -> Self {
        Self { tables: BTreeMap::new(), bytes: 0, bytes_max }
    }

    /// The rows of a table; none where there is no such table.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        self.tables.get(table).into_iter().flatten().map(|(id, row)| (id.as_str(), &row.fields))
    }

    /// Whether a row is there.
    #[must_use]
    pub fn has(&self, table: &str, id: &str) -> bool {
        self.tables.get(table).is_some_and(|rows| rows.contains_key(id))
    }

    /// A field of a row.
    #[must_use]
    pub fn field(&self, table: &str, id: &str, name: &str) -> Option<&Value> {
        self.tables.get(table)?.get(id)?.fields.get(name)
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.values().map(BTreeMap::len).sum()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a row in the place of the one with its id.
    ///
    /// # Errors
    /// The model has become larger than its bound.
    pub fn put(&mut self, table: &str, id: &str, fields: Map<String, Value>, bytes: usize) -> Result<(), ModelError> {
        let bytes = bytes + table.len() + id.len();
        let row = TableRow { fields, bytes };
        let old = within(&mut self.tables, table, |rows| rows.insert(id.to_owned(), row));
        self.bytes = self.bytes - old.map_or(0, |old| old.bytes) + bytes;
        self.fits()
    }

    /// A table that is there, with or without rows.
    pub fn know(&mut self, table: &str) {
        within(&mut self.tables, table, |_| ());
    }

    /// Does what a message says.
    ///
    /// # Errors
    /// A row that cannot be read, or a model that has become larger than its bound.
    pub fn apply(&mut self, message: &ModelMessage<'_>) -> Result<(), ModelError> {
        match message {
            ModelMessage::Changes { changes, .. } => changes.iter().try_for_each(|change| self.change(change)),
            ModelMessage::Truncate => {
                self.truncate();
                Ok(())
            }
        }
    }

    /// Takes all rows of all tables away.
    pub fn truncate(&mut self) {
        self.tables.values_mut().for_each(BTreeMap::clear);
        self.bytes = 0;
    }

    /// Leaves out tables, and fields of the others, by their names.
    pub fn keep(&mut self, known: impl Fn(&str, Option<&str>) -> bool) {
        self.tables.retain(|table, _| known(table, None));
        for (table, rows) in &mut self.tables {
            rows.values_mut().for_each(|row| row.fields.retain(|field, _| known(table, Some(field))));
        }
    }

    fn change(&mut self, change: &RowChange<'_>) -> Result<(), ModelError> {
        let table = &*change.table;
        let unread = |error: serde_json::Error| ModelError::UnreadableRow {
            table: table.to_owned(),
            id: change.id.as_deref().unwrap_or_default().to_owned(),
            reason: without_place(&error),
        };
        let length = change.row.map_or(0, |row| row.get().len());
        match (change.kind, change.id.as_deref()) {
            (ChangeKind::Insert, Some(id)) => {
                let mut fields = Map::with_capacity(FIELDS);
                read_into(&mut fields, change.row).map_err(unread)?;
                self.put(table, id, fields, length)
            }
            (ChangeKind::Update, Some(id)) => {
                within(&mut self.tables, table, |rows| {
                    within(rows, id, |row| {
                        row.bytes += length;
                        read_into(&mut row.fields, change.row)
                    })
                })
                .map_err(unread)?;
                self.bytes += length;
                // Fields that changed often are counted once, before the model is called too large.
                if self.bytes > self.bytes_max {
                    self.weigh();
                }
                self.fits()
            }
            (ChangeKind::Delete, Some(id)) => {
                let old = self.tables.get_mut(table).and_then(|rows| rows.remove(id));
                self.bytes -= old.map_or(0, |old| old.bytes);
                Ok(())
            }
            (_, None) => {
                let rows = self.tables.get_mut(table).map(std::mem::take).unwrap_or_default();
                self.bytes -= rows.values().map(|row| row.bytes).sum::<usize>();
                Ok(())
            }
        }
    }

    fn weigh(&mut self) {
        self.bytes = 0;
        for row in self.tables.values_mut().flat_map(BTreeMap::values_mut) {
            row.bytes = row.fields.iter().map(|(name, value)| name.len() + value.to_string().len()).sum();
            self.bytes += row.bytes;
        }
    }

    fn fits(&self) -> Result<(), ModelError> {
        match self.bytes > self.bytes_max {
            true => Err(ModelError::TooLarge { bytes_max: self.bytes_max }),
            false => Ok(()),
        }
    }

    /// The first place in which two models differ, in words; none where they say the same. What is blank is as good as
    /// absent, and a number, a truth and their texts are one value: how a value is written is looked at elsewhere.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let tables: BTreeSet<&String> = self.tables.keys().chain(other.tables.keys()).collect();
        let none = Table::new();
        for table in tables {
            let (left, right) = (self.tables.get(table).unwrap_or(&none), other.tables.get(table).unwrap_or(&none));
            let ids: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for id in ids {
                let (Some(left), Some(right)) = (left.get(id), right.get(id)) else {
                    let which = if left.contains_key(id) { "only in the first" } else { "only in the second" };
                    return Some(format!("row `{id}` of `{table}` is {which}"));
                };
                let fields: BTreeSet<&String> = left.fields.keys().chain(right.fields.keys()).collect();
                for field in fields {
                    let (a, b) = (left.fields.get(field), right.fields.get(field));
                    if !same(a, b) {
                        let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
                        let (a, b) = (text(a), text(b));
                        return Some(format!("field `{field}` of row `{id}` of `{table}` is {a} and {b}"));
                    }
                }
            }
        }
        None
    }
}

/// What stands under a name, made where there is nothing. Most names are known, so none is copied to look one up.
fn within<T: Default, R>(map: &mut BTreeMap<String, T>, name: &str, then: impl FnOnce(&mut T) -> R) -> R {
    if let Some(known) = map.get_mut(name) {
        return then(known);
    }
    let mut new = T::default();
    let out = then(&mut new);
    map.insert(name.to_owned(), new);
    out
}

/// Reads fields into a row that may have them already.
fn read_into(row: &mut Map<String, Value>, text: Option<&RawValue>) -> serde_json::Result<()> {
    let Some(text) = text else { return Ok(()) };
    let mut from = serde_json::Deserializer::from_str(text.get());
    IntoRow(row).deserialize(&mut from)?;
    from.end()
}

struct IntoRow<'a>(&'a mut Map<String, Value>);

impl<'de> DeserializeSeed<'de> for IntoRow<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for IntoRow<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((MemberName(name), value)) = map.next_entry::<MemberName<'_>, Value>()? {
            match self.0.get_mut(&*name) {
                Some(known) => *known = value,
                None => {
                    self.0.insert(name.into_owned(), value);
                }
            }
        }
        Ok(())
    }
}

/// Whether two values say the same, however they are written.
fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    plain(left) == plain(right)
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::Bool(truth)) => u8::from(*truth).to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
