//! Messages of the model as JSON (pp. 143-144), in the shape of the readings.
//!
//! In: the model, a version that somebody knows, and the tables that are wanted. Out: one message, or none if nothing
//! changed in them. A message is one line with its newline. Nothing here knows who it is for.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::archive::bend;
use super::super::archive::{Field, Type};
use super::super::switches::{ActiveDefects, Readings};
use super::model::{Cell, Model, Row};
use super::tables::{ATTENDEES, ATTRIBUTES, Mask, TABLES};

pub(crate) const KIND: &str = "feed/model";
/// An id that no row has.
const NOBODY: u64 = u64::MAX - 1_000_007;

/// How the model is written.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) readings: &'a Readings,
    pub(super) defects: &'a ActiveDefects,
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
    fn broken(&self, what: &str) -> bool {
        self.defects.has(KIND, what)
    }

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
        let later = version > model.truncated;
        let first = if later || !self.broken("first-copy-is-old") { None } else { model.first() };
        for table in (0..TABLES.len()).filter(|table| mask & 1 << table != 0) {
            if self.broken(&format!("table-missing:{}", TABLES[table].name)) {
                continue;
            }
            let name = self.table_name(table);
            let section = |sections: &mut Map<String, Value>, rows: Map<String, Value>| {
                if !rows.is_empty() {
                    sections.insert(name.to_owned(), Value::Object(rows));
                }
            };
            let came = model.rows(table).iter().filter(|(_, row)| row.since > version);
            let came = came.filter(|(_, row)| table != ATTRIBUTES || first.is_none_or(|first| row.since == first));
            section(&mut inserts, came.map(|(id, row)| (self.id(*id), self.row(table, row, 0))).collect());
            let stayed = model.rows(table).iter().filter(|(_, row)| row.since <= version);
            let changed = stayed.filter(|(_, row)| row.changed.iter().any(|at| *at > version));
            if self.broken("known-rows-inserted-again") {
                let whole = changed.clone().map(|(id, row)| (id.to_string(), self.row(table, row, 0)));
                let mut all: Map<String, Value> = whole.collect();
                all.extend(inserts.get(name).and_then(Value::as_object).cloned().unwrap_or_default());
                section(&mut inserts, all);
            }
            section(&mut updates, changed.map(|(id, row)| (id.to_string(), self.row(table, row, version))).collect());
            let went: BTreeSet<u64> =
                model.gone_since(version).filter(|gone| gone.table == table).map(|gone| gone.id).collect();
            if !went.is_empty() {
                deletes.insert(name.to_owned(), went.iter().map(|id| Value::from(id.to_string())).collect());
            }
        }
        self.wrong(later, &mut inserts, &mut updates, &mut deletes);
        self.message(inserts, updates, deletes).map(|message| line(&message))
    }

    /// What defects do to the sections of a message.
    fn wrong(
        &self,
        later: bool,
        inserts: &mut Map<String, Value>,
        updates: &mut Map<String, Value>,
        deletes: &mut Map<String, Value>,
    ) {
        if later && self.broken("insertions-lost") {
            inserts.clear();
        }
        if self.broken("updates-lost") {
            updates.clear();
        }
        if self.broken("deletions-lost") {
            deletes.clear();
        }
        let changes = later && !(inserts.is_empty() && updates.is_empty() && deletes.is_empty());
        if changes && self.broken("unknown-row-updated") {
            updates.insert("queue".to_owned(), json!({ NOBODY.to_string(): { "name": "Nobody" } }));
        }
        if changes && self.broken("unknown-row-deleted") {
            deletes.insert("queue".to_owned(), json!([NOBODY.to_string()]));
        }
        if self.broken("deletions-as-objects") {
            for ids in deletes.values_mut() {
                let listed = ids.as_array().cloned().unwrap_or_default();
                *ids = listed.iter().filter_map(Value::as_str).map(|id| (id.to_owned(), json!({}))).collect();
            }
        }
        if self.broken("rows-as-an-array") {
            for rows in inserts.values_mut() {
                *rows = rows.as_object().map_or(Value::Null, |rows| rows.values().cloned().collect());
            }
        }
    }

    /// Only the sections that hold something are there.
    fn message(
        &self,
        mut inserts: Map<String, Value>,
        updates: Map<String, Value>,
        deletes: Map<String, Value>,
    ) -> Option<Value> {
        let kind = if self.readings.is("feed-update-type", "update_model") { "update_model" } else { "model_update" };
        let kind = if self.broken("another-type") { "model_change" } else { kind };
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
        (message.len() > 1 || self.broken("empty-updates")).then_some(Value::Object(message))
    }

    fn id(&self, id: u64) -> String {
        if self.broken("ids-rounded") { (id as f64).to_string() } else { id.to_string() }
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
        self.defects
            .fields(KIND, TABLES[table].name)
            .for_each(|one| bend(&mut members, TABLES[table].fields.iter(), one));
        Value::Object(members)
    }

    fn cell(&self, field: &Field, cell: &Cell) -> Value {
        match cell {
            Cell::Nothing => Value::Null,
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Flag(on) if self.readings.is("archive-boolean", "literal") => Value::from(*on),
            Cell::Flag(on) => Value::from(u8::from(*on)),
            Cell::Number(number) if field.holds == Type::Stamp && self.broken("timestamps-in-milliseconds") => {
                Value::from(number * 1_000)
            }
            Cell::Number(number) if field.name == "created_timestamp" && self.broken("made-in-the-future") => {
                Value::from(number + 86_400)
            }
            Cell::Number(number) => Value::from(*number),
            Cell::Key(_) if field.name == "support_session_id" && self.broken("key-of-nothing") => Value::from(NOBODY),
            Cell::Key(id) if self.broken("keys-rounded") => Value::from(*id as f64),
            Cell::Key(id) if matches!(field.holds, Type::Key(_)) && self.readings.is("feed-ids", "quoted") => {
                Value::from(id.to_string())
            }
            Cell::Key(id) => Value::from(*id),
        }
    }
}
