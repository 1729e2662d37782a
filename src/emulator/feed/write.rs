//! Messages of the model as JSON (pp. 143-144), in the shape of the readings.
//!
//! In: the model, a version that somebody knows, and the tables that are wanted. Out: one message, or none if nothing
//! changed in them. A message is one line with its newline. Nothing here knows who it is for.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::archive::{Field, Type};
use super::super::switches::Readings;
use super::model::{Cell, Model, Row};
use super::tables::{ATTENDEES, Mask, TABLES};

/// How the model is written.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) readings: &'a Readings,
}

/// Everything that goes (p. 144).
pub(super) fn truncation() -> Vec<u8> {
    line(&json!({ "type": "truncate_model" }))
}

/// A message with the newline that ends it.
pub(super) fn line(message: &Value) -> Vec<u8> {
    let mut bytes = message.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

impl Writer<'_> {
    /// The name of a table, which for one can be read in two ways.
    pub(super) fn table_name(&self, table: usize) -> &'static str {
        let printed = table == ATTENDEES && self.readings.is("feed-attendee-table", "attende");
        if printed { "attende" } else { TABLES[table].name }
    }

    /// The tables of those names; none if there is one that is not there.
    pub(super) fn mask(&self, names: &[&str]) -> Option<Mask> {
        let place = |name: &&str| (0..TABLES.len()).find(|table| self.table_name(*table) == *name);
        names.iter().try_fold(0, |mask, name| Some(mask | 1 << place(name)?))
    }

    /// What changed in those tables after a version.
    pub(super) fn update(&self, model: &Model, version: u64, mask: Mask) -> Option<Vec<u8>> {
        let (mut inserts, mut updates, mut deletes) = (Map::new(), Map::new(), Map::new());
        for table in (0..TABLES.len()).filter(|table| mask & 1 << table != 0) {
            let name = self.table_name(table);
            let section = |sections: &mut Map<String, Value>, rows: Map<String, Value>| {
                if !rows.is_empty() {
                    sections.insert(name.to_owned(), Value::Object(rows));
                }
            };
            let came = model.rows(table).iter().filter(|(_, row)| row.since > version);
            section(&mut inserts, came.map(|(id, row)| (id.to_string(), self.row(table, row, 0))).collect());
            let stayed = model.rows(table).iter().filter(|(_, row)| row.since <= version);
            let changed = stayed.filter(|(_, row)| row.changed.iter().any(|at| *at > version));
            section(&mut updates, changed.map(|(id, row)| (id.to_string(), self.row(table, row, version))).collect());
            let went: BTreeSet<u64> =
                model.gone_since(version).filter(|gone| gone.table == table).map(|gone| gone.id).collect();
            if !went.is_empty() {
                deletes.insert(name.to_owned(), went.iter().map(|id| Value::from(id.to_string())).collect());
            }
        }
        self.message(inserts, updates, deletes).map(|message| line(&message))
    }

    /// Only the sections that hold something are there.
    fn message(
        &self,
        mut inserts: Map<String, Value>,
        updates: Map<String, Value>,
        deletes: Map<String, Value>,
    ) -> Option<Value> {
        let kind = if self.readings.is("feed-update-type", "update_model") { "update_model" } else { "model_update" };
        let mut message = Map::new();
        message.insert("type".to_owned(), Value::from(kind));
        let rest = [("update", updates), ("delete", deletes)].into_iter().filter(|(_, section)| !section.is_empty());
        if self.readings.is("feed-section-nesting", "nested") {
            inserts.extend(rest.map(|(name, section)| (name.to_owned(), Value::Object(section))));
            if !inserts.is_empty() {
                message.insert("insert".to_owned(), Value::Object(inserts));
            }
        } else {
            let first = Some(("insert", inserts)).filter(|(_, section)| !section.is_empty());
            message
                .extend(first.into_iter().chain(rest).map(|(name, section)| (name.to_owned(), Value::Object(section))));
        }
        (message.len() > 1).then_some(Value::Object(message))
    }

    /// The fields of a row that changed after a version, in the order of the guide.
    fn row(&self, table: usize, row: &Row, version: u64) -> Value {
        let mut members = Map::new();
        for (at, field) in TABLES[table].fields.iter().enumerate() {
            if let (Some(cell), Some(changed)) = (row.cells.get(at), row.changed.get(at))
                && *changed > version
            {
                members.insert(field.name.to_owned(), self.cell(field, cell));
            }
        }
        Value::Object(members)
    }

    fn cell(&self, field: &Field, cell: &Cell) -> Value {
        match cell {
            Cell::Nothing => Value::Null,
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Flag(on) if self.readings.is("archive-boolean", "literal") => Value::from(*on),
            Cell::Flag(on) => Value::from(u8::from(*on)),
            Cell::Number(number) => Value::from(*number),
            Cell::Key(id) if matches!(field.holds, Type::Key(_)) && self.readings.is("feed-ids", "quoted") => {
                Value::from(id.to_string())
            }
            Cell::Key(id) => Value::from(*id),
        }
    }
}
