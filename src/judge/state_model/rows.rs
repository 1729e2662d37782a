//! What a row must have and must be, wherever it stands.
//!
//! In: a row, its table, and where it stands. Out: what is good or bad of each field, noted with the [`Source`].

use serde_json::{Map, Value};

use crate::{
    decode::model::{StateModel, is_row_id},
    spec::{ArchiveDemand, ArchiveWord, FieldKind, ModelField, ModelTable},
};

use super::{
    field_types,
    source::Source,
    tallies::{Dangling, ModelJudge},
};

/// Where a row stands, which decides what it must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RowPlace {
    /// In a state of the whole model.
    InState,
    /// In a message that makes it.
    New,
    /// In a message that changes it.
    Changed,
}

/// The tables that rows stand in, however they are called.
pub(in crate::judge) fn table_named(tables: &[ModelTable], name: &str) -> Option<usize> {
    tables.iter().position(|table| table.name == name || table.names.iter().any(|other| other == name))
}

impl ModelJudge<'_> {
    /// All rows of the model at one time, where that is known: each with its fields, and with the rows that it names.
    pub(in crate::judge) fn snapshot(&mut self, model: &StateModel, at_s: Option<i64>, source: Source) {
        for name in model.tables.keys() {
            self.table_seen(name, source);
        }
        for (_, row) in model.rows("presentation_session") {
            self.presentations.extend(row.get("lsid").and_then(Value::as_str).map(str::to_owned));
        }
        for name in model.tables.keys() {
            let Some(number) = table_named(self.tables, name) else { continue };
            for (id, row) in model.rows(name) {
                self.row(number, id, row, RowPlace::InState, source);
                self.refers(number, id, row, model, source);
            }
        }
        for (id, row) in model.rows("support_session") {
            self.session_seen(id, row, source);
        }
        self.relations(model, at_s, source);
    }

    /// All rows of the model at one time, each of which was looked at when it came: with the rows that they name. While more is to come
    /// they are unsettled, and nothing that they lack speaks against the target: it sends changes as its resources permit (p. 143).
    pub(in crate::judge) fn whole(&mut self, model: &StateModel, at_s: Option<i64>, settled: bool, source: Source) {
        self.unsettled = !settled;
        self.dangling.clear();
        for name in model.tables.keys() {
            let Some(number) = table_named(self.tables, name) else { continue };
            for (id, row) in model.rows(name) {
                self.refers(number, id, row, model, source);
            }
        }
        self.relations(model, at_s, source);
        self.unsettled = false;
    }

    /// A table was named.
    pub(super) fn table_seen(&mut self, name: &str, source: Source) {
        let tables = self.tables;
        let Some(number) = table_named(tables, name) else {
            self.observe("a table that the guide does not document", name.to_owned(), source);
            return;
        };
        let printed = tables[number].names.iter().position(|other| other == name);
        if let Some(printed) = printed {
            let reading = tables[number].names[printed].as_str();
            self.note_of(ArchiveDemand::TableName(number), "", reading, source);
        }
    }

    /// What a row must have and must be, wherever it stands.
    pub(super) fn row(&mut self, table: usize, id: &str, row: &Map<String, Value>, place: RowPlace, source: Source) {
        let tables = self.tables;
        let name = &tables[table].name;
        for (number, field) in tables[table].fields.iter().enumerate() {
            let (there, kind) = (ArchiveDemand::Field(table, number), ArchiveDemand::FieldType(table, number));
            if field.kind == FieldKind::RowId {
                match is_row_id(id) {
                    true => self.good(kind, source),
                    false => self.bad(kind, source, format!("ids of `{name}` that are {}", field.kind.says()), id),
                }
                continue;
            }
            let Some(value) = row.get(&field.name) else {
                let here = |(name, value): &(String, String)| {
                    row.get(name).and_then(field_types::plain).as_deref() == Some(value.as_str())
                };
                let must = match &field.stands_where {
                    Some(condition) => place != RowPlace::Changed && here(condition),
                    None => !field.optional && (place == RowPlace::New || (place == RowPlace::InState && !field.blank)),
                };
                if must {
                    let expected = format!("a field `{}` in row `{id}` of `{name}`", field.name);
                    self.bad(there, source, expected, "no such field");
                }
                continue;
            };
            if place != RowPlace::Changed && !field.optional {
                self.good(there, source);
            }
            self.value(kind, field, &format!("`{}` of row `{id}` of `{name}`", field.name), value, source);
        }
        for other in row.keys().filter(|key| !tables[table].fields.iter().any(|field| field.name == **key)) {
            self.observe("a field that the guide does not document", format!("{name}/{other}"), source);
        }
    }

    /// Whether a value is of its type, and how it is written.
    pub(in crate::judge) fn value(
        &mut self,
        demand: ArchiveDemand,
        field: &ModelField,
        place: &str,
        value: &Value,
        source: Source,
    ) {
        if field_types::is_blank(value) {
            let may = field.blank || (field.kind == FieldKind::String && value.is_string());
            if !may {
                self.bad(demand, source, format!("{place} is not empty"), value.to_string());
            }
            return;
        }
        if !field_types::fits(field, value) {
            let what = match field.kind {
                FieldKind::Enum => format!("one of {}", field.values.join(", ")),
                kind => kind.says().to_owned(),
            };
            self.bad(demand, source, format!("{place} is {what}"), value.to_string());
            return;
        }
        self.good(demand, source);
        if let Some((word, reading)) = field_types::notation(field, value) {
            // What the guide prints in two ways is one throughout for each field of each table.
            let of = match (word, demand) {
                (ArchiveWord::Key, ArchiveDemand::FieldType(table, _)) => {
                    format!("{}/{}", self.tables[table].name, field.name)
                }
                (ArchiveWord::Boolean | ArchiveWord::Key, _) => field.name.clone(),
                _ => String::new(),
            };
            self.note_of(ArchiveDemand::Word(word), &of, reading, source);
        }
        let text = field_types::plain(value).unwrap_or_default();
        if field.open && !field.values.contains(&text) {
            self.observe("a value that the guide does not list", format!("{}: {text}", field.name), source);
        }
    }

    /// Whether the rows that a row names are there.
    fn refers(&mut self, table: usize, id: &str, row: &Map<String, Value>, model: &StateModel, source: Source) {
        let tables = self.tables;
        for (number, field) in tables[table].fields.iter().enumerate() {
            let Some(other) = field.refers.as_ref().filter(|_| !field.dangling) else { continue };
            let Some(key) =
                row.get(&field.name).filter(|value| !field_types::is_blank(value)).and_then(field_types::plain)
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
                true => self.good(demand, source),
                false => {
                    let name = &tables[table].name;
                    let expected = format!("`{}` of row `{id}` of `{name}` names a row of `{other}`", field.name);
                    self.lacks(demand, source, expected.clone(), format!("{key}, and no such row"));
                    if self.unsettled {
                        self.dangling.push(Dangling { demand, row: (other.clone(), key), source, expected });
                    }
                }
            }
        }
    }
}
