//! From rows of tables and events, as typed, to what they mean.
//!
//! In: `[[table]]` and `[[event]]` rows, and words of `over`. Out: tables, events and demands. Faults are gathered.

use super::{
    located::{Located, OrderedRows},
    reader::{Place, Reader},
    shape::{EventFile, FieldFile, TableFile},
    text::did_you_mean,
};
use crate::spec::{
    archives::ArchiveWord,
    requirement::Level,
    tables::{FieldKind, ModelEvent, ModelField, ModelTable},
};

impl Reader {
    /// The meaning of a word of `over`, among those that mean something there.
    pub(super) fn archive_word(
        &mut self,
        place: Place<'_>,
        word: &Located<String>,
        level: Level,
        means_something: impl Fn(ArchiveWord) -> bool,
    ) -> ArchiveWord {
        let words: Vec<_> = ArchiveWord::ALL.into_iter().filter(|(_, word)| means_something(*word)).collect();
        let faults = self.faults.len();
        let meaning = self.word(place, word, &words);
        if self.faults.len() > faults {
            return meaning;
        }
        if (level == Level::Ambiguous) == meaning.readings().is_empty() {
            self.fault(place, word, "the level does not fit: what has readings is ambiguous, and nothing else is");
        }
        meaning
    }

    pub(super) fn tables(&mut self, place: Place<'_>, page: u32, rows: &OrderedRows<TableFile>) -> Vec<ModelTable> {
        for refers in rows.iter().flat_map(|(_, row)| row.fields.iter()).filter_map(|(_, row)| row.refers.as_ref()) {
            if rows.get(refers).is_none() {
                let near = did_you_mean(refers, rows.iter().map(|(name, _)| name.as_str()));
                self.fault(place, refers, &format!("there is no table `{}`{near}", refers.as_str()));
            }
        }
        let mut tables = Vec::new();
        for (name, row) in rows.iter() {
            let page = self.page_of(place, row.page.as_ref(), page);
            if row.names.is_empty() != row.topic.is_none() {
                self.fault(place, name, "`names` are the readings of a `topic`: write both or none");
            }
            tables.push(ModelTable {
                name: name.to_string(),
                page,
                says: row.says.clone(),
                names: row.names.clone(),
                topic: row.topic.as_ref().map(|topic| topic.to_string()),
                fields: self.fields(place, page, &row.fields),
            });
        }
        tables
    }

    pub(super) fn events(&mut self, place: Place<'_>, page: u32, rows: &OrderedRows<EventFile>) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        for (name, row) in rows.iter() {
            let page = self.page_of(place, row.page.as_ref(), page);
            for refers in row.fields.iter().filter_map(|(_, field)| field.refers.as_ref()) {
                self.fault(place, refers, "`refers` is of a field of a table, and nothing reads it here; take it out");
            }
            events.push(ModelEvent {
                name: name.to_string(),
                page,
                says: row.says.clone(),
                printed: row.printed.clone(),
                envelope: row.envelope,
                fields: self.fields(place, page, &row.fields),
            });
        }
        events
    }

    fn fields(&mut self, place: Place<'_>, page: u32, rows: &OrderedRows<FieldFile>) -> Vec<ModelField> {
        rows.iter()
            .map(|(name, field)| {
                let kind = self.word(place, &field.kind, &FieldKind::ALL);
                if (kind == FieldKind::Enum) == field.values.is_empty() {
                    self.fault(place, &field.kind, "an enumeration has `values`, and nothing else has");
                }
                if field.open && field.values.is_empty() {
                    self.fault(place, &field.kind, "`open` is of an enumeration; take it out");
                }
                if field.dangling && field.refers.is_none() {
                    self.fault(place, &field.kind, "`dangling` is of a field that `refers` to a table; take it out");
                }
                ModelField {
                    name: name.to_string(),
                    page: self.page_of(place, field.page.as_ref(), page),
                    says: field.says.clone(),
                    kind,
                    values: field.values.clone(),
                    open: field.open,
                    refers: field.refers.as_ref().map(|table| table.to_string()),
                    dangling: field.dangling,
                    optional: field.optional,
                    stands_where: field.stands_where.as_ref().and_then(|text| self.stands_where(place, rows, text)),
                    blank: field.blank,
                }
            })
            .collect()
    }

    fn stands_where(
        &mut self,
        place: Place<'_>,
        rows: &OrderedRows<FieldFile>,
        text: &Located<String>,
    ) -> Option<(String, String)> {
        let parts = text.split_once('=');
        match parts {
            None => self.fault(place, text, "`stands_where` is a field and its value: `FIELD=VALUE`"),
            Some((field, _)) if rows.get(field).is_none() => {
                self.fault(place, text, &format!("there is no field `{field}` beside this one"));
            }
            Some(_) => {}
        }
        parts.map(|(field, value)| (field.to_owned(), value.to_owned()))
    }
}
