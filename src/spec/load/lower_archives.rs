//! From rows of tables and events, as typed, to what they mean.
//!
//! In: `[[table]]` and `[[event]]` rows, and words of `archives`. Out: tables, events and demands. Faults are gathered.

use toml::Spanned;

use super::{
    reader::{Place, Reader},
    shape::GroupFile,
};
use crate::spec::{
    archives::ArchiveWord,
    model::{FieldKind, ModelEvent, ModelField, ModelTable},
    requirement::Level,
};

impl Reader {
    /// The meaning of a word of `archives`.
    pub(super) fn archive_word(&mut self, place: Place<'_>, word: &Spanned<String>, level: Level) -> ArchiveWord {
        let meaning = self.word(place, word, &ArchiveWord::ALL);
        if (level == Level::Ambiguous) == meaning.readings().is_empty() {
            self.fault(place, word, "the level does not fit: what has readings is ambiguous, and nothing else is");
        }
        meaning
    }

    pub(super) fn tables(&mut self, place: Place<'_>, rows: &[GroupFile]) -> Vec<ModelTable> {
        self.unique(place, rows.iter().map(|row| &row.name), "table");
        let names: Vec<&String> = rows.iter().map(|row| row.name.get_ref()).collect();
        for refers in rows.iter().flat_map(|row| &row.field).filter_map(|field| field.refers.as_ref()) {
            if !names.contains(&refers.get_ref()) {
                self.fault(place, refers, &format!("there is no table `{}`", refers.get_ref()));
            }
        }
        rows.iter()
            .map(|row| ModelTable {
                name: row.name.get_ref().clone(),
                page: self.page(place, &row.page),
                says: row.says.clone(),
                names: row.names.clone(),
                topic: row.topic.clone(),
                fields: self.fields(place, row),
            })
            .collect()
    }

    pub(super) fn events(&mut self, place: Place<'_>, rows: &[GroupFile]) -> Vec<ModelEvent> {
        self.unique(place, rows.iter().map(|row| &row.name), "event");
        rows.iter()
            .map(|row| ModelEvent {
                name: row.name.get_ref().clone(),
                page: self.page(place, &row.page),
                says: row.says.clone(),
                printed: row.printed.clone(),
                envelope: row.envelope,
                fields: self.fields(place, row),
            })
            .collect()
    }

    fn fields(&mut self, place: Place<'_>, group: &GroupFile) -> Vec<ModelField> {
        self.unique(place, group.field.iter().map(|field| &field.name), "field");
        group
            .field
            .iter()
            .map(|field| {
                let kind = self.word(place, &field.kind, &FieldKind::ALL);
                if (kind == FieldKind::Enum) == field.values.is_empty() {
                    self.fault(place, &field.kind, "an enumeration has `values`, and nothing else has");
                }
                ModelField {
                    name: field.name.get_ref().clone(),
                    page: self.page(place, &field.page),
                    says: field.says.clone(),
                    kind,
                    values: field.values.clone(),
                    open: field.open,
                    refers: field.refers.as_ref().map(|table| table.get_ref().clone()),
                    dangling: field.dangling,
                    optional: field.optional,
                    stands_where: field.stands_where.as_ref().and_then(|text| self.stands_where(place, text)),
                    blank: field.blank,
                }
            })
            .collect()
    }

    fn stands_where(&mut self, place: Place<'_>, text: &Spanned<String>) -> Option<(String, String)> {
        let parts = text.get_ref().split_once('=');
        if parts.is_none() {
            self.fault(place, text, "`stands_where` is a field and its value: `FIELD=VALUE`");
        }
        parts.map(|(field, value)| (field.to_owned(), value.to_owned()))
    }
}
