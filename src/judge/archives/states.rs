//! What state archives say, and what a row says wherever it stands.

use std::io::Cursor;

use serde_json::{Map, Value};

use crate::{
    decode::{
        archive::state,
        model::{StateModel, is_row_id},
    },
    spec::{ArchiveDemand, ArchiveWord, FieldKind, ModelField, ModelTable},
};

use super::{Archives, At, Fetched, LIMITS, fields};

/// Where a row stands, which decides what it must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// In a state archive.
    InState,
    /// In an event that makes it.
    New,
    /// In an event that changes it.
    Changed,
}

/// The tables that rows stand in, however they are called.
pub(super) fn table_named(tables: &[ModelTable], name: &str) -> Option<usize> {
    tables.iter().position(|table| table.name == name || table.names.iter().any(|other| other == name))
}

impl Archives<'_> {
    pub(super) fn state(&mut self, fetched: &Fetched<'_>) {
        let at = fetched.at;
        let state = match state(Cursor::new(fetched.bytes), LIMITS) {
            Ok(state) => state,
            Err(error) => {
                self.read(at, Some(&error));
                return;
            }
        };
        self.read(at, None);
        if !state.model.tables.is_empty() {
            self.note(ArchiveWord::Wrapper, if state.wrapper.is_some() { "wrapped" } else { "none" }, at);
        }
        let row_ids = ArchiveDemand::Word(ArchiveWord::RowIds);
        match &state.twice {
            None => self.good(row_ids, at),
            Some((table, id)) => {
                self.bad(row_ids, at, "ids that one row has", format!("row `{id}` twice in `{table}`"))
            }
        }
        for empty_object in state.empty.values() {
            self.note(ArchiveWord::EmptyTable, if *empty_object { "empty" } else { "null" }, at);
        }
        let tables = self.tables;
        for (number, table) in tables.iter().enumerate() {
            let names = || std::iter::once(&table.name).chain(&table.names);
            let there = names().any(|name| state.model.tables.contains_key(name));
            let demand = ArchiveDemand::Table(number);
            match there {
                true => self.good(demand, at),
                false => self.bad(demand, at, format!("a table `{}`, if only with null", table.name), "no such table"),
            }
        }
        for name in state.model.tables.keys() {
            self.table_seen(name, at);
        }
        for (_, row) in state.model.rows("presentation_session") {
            self.presentations.extend(row.get("lsid").and_then(Value::as_str).map(str::to_owned));
        }
        for name in state.model.tables.keys() {
            let Some(number) = table_named(tables, name) else { continue };
            for (id, row) in state.model.rows(name) {
                self.row(number, id, row, Stands::InState, at);
                self.refers(number, id, row, &state.model, at);
            }
        }
    }

    /// A table was named.
    pub(super) fn table_seen(&mut self, name: &str, at: At) {
        let known = ArchiveDemand::Word(ArchiveWord::KnownTables);
        let tables = self.tables;
        let Some(number) = table_named(tables, name) else {
            self.bad(known, at, "tables of the guide only", format!("a table `{name}`"));
            return;
        };
        self.good(known, at);
        let printed = tables[number].names.iter().position(|other| other == name);
        if let Some(printed) = printed {
            let reading = tables[number].names[printed].as_str();
            self.note_of(ArchiveDemand::TableName(number), "", reading, at);
        }
    }

    /// What a row must have and must be, wherever it stands.
    pub(super) fn row(&mut self, table: usize, id: &str, row: &Map<String, Value>, stands: Stands, at: At) {
        let tables = self.tables;
        let name = &tables[table].name;
        for (number, field) in tables[table].fields.iter().enumerate() {
            let (there, kind) = (ArchiveDemand::Field(table, number), ArchiveDemand::FieldType(table, number));
            if field.kind == FieldKind::RowId {
                match is_row_id(id) {
                    true => self.good(kind, at),
                    false => self.bad(kind, at, format!("ids of `{name}` that are {}", field.kind.says()), id),
                }
                continue;
            }
            let Some(value) = row.get(&field.name) else {
                let here = |(name, value): &(String, String)| {
                    row.get(name).and_then(fields::plain).as_deref() == Some(value.as_str())
                };
                let must = match &field.stands_where {
                    Some(place) => stands != Stands::Changed && here(place),
                    None => !field.optional && (stands == Stands::New || (stands == Stands::InState && !field.blank)),
                };
                if must {
                    let expected = format!("a field `{}` in row `{id}` of `{name}`", field.name);
                    self.bad(there, at, expected, "no such field");
                }
                continue;
            };
            if stands != Stands::Changed && !field.optional {
                self.good(there, at);
            }
            self.value(kind, field, &format!("`{}` of row `{id}` of `{name}`", field.name), value, at);
        }
        for other in row.keys().filter(|key| !tables[table].fields.iter().any(|field| field.name == **key)) {
            self.observe("a field that the guide does not document", format!("{name}/{other}"), at);
        }
    }

    /// Whether a value is of its type, and how it is written.
    pub(super) fn value(&mut self, demand: ArchiveDemand, field: &ModelField, place: &str, value: &Value, at: At) {
        if fields::is_blank(value) {
            let may = field.blank || (field.kind == FieldKind::String && value.is_string());
            if !may {
                self.bad(demand, at, format!("{place} is not empty"), value.to_string());
            }
            return;
        }
        if !fields::fits(field, value) {
            let what = match field.kind {
                FieldKind::Enum => format!("one of {}", field.values.join(", ")),
                kind => kind.says().to_owned(),
            };
            self.bad(demand, at, format!("{place} is {what}"), value.to_string());
            return;
        }
        self.good(demand, at);
        if let Some((word, reading)) = fields::notation(field, value) {
            let by_field = matches!(word, ArchiveWord::Boolean | ArchiveWord::Key);
            self.note_of(ArchiveDemand::Word(word), if by_field { &field.name } else { "" }, reading, at);
        }
        let text = fields::plain(value).unwrap_or_default();
        if field.open && !field.values.contains(&text) {
            self.observe("a value that the guide does not list", format!("{}: {text}", field.name), at);
        }
    }

    /// Whether the rows that a row names are there.
    fn refers(&mut self, table: usize, id: &str, row: &Map<String, Value>, model: &StateModel, at: At) {
        let tables = self.tables;
        for (number, field) in tables[table].fields.iter().enumerate() {
            let Some(other) = field.refers.as_ref().filter(|_| !field.dangling) else { continue };
            let Some(key) = row.get(&field.name).filter(|value| !fields::is_blank(value)).and_then(fields::plain)
            else {
                continue;
            };
            if field.blank && key == "0" {
                continue;
            }
            let demand = ArchiveDemand::Refers(table, number);
            let by_lsid = |(_, row): (&str, &Map<String, Value>)| row.get("lsid").and_then(Value::as_str) == Some(&key);
            let there = model.tables.get(other).is_some_and(|rows| rows.contains_key(&key))
                || (other == "presentation_session" && model.rows(other).any(by_lsid));
            match there {
                true => self.good(demand, at),
                false => {
                    let name = &tables[table].name;
                    let expected = format!("`{}` of row `{id}` of `{name}` names a row of `{other}`", field.name);
                    self.bad(demand, at, expected, format!("{key}, and no such row"));
                }
            }
        }
    }
}
