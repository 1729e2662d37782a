//! What event archives say.

use std::{collections::HashSet, io::Cursor};

use serde_json::{Map, Value, value::RawValue};

use crate::{
    decode::{
        archive::{ArchiveError, ArchiveErrorKind, Event, EventKind, events},
        model::{Change, ChangeKind, ModelMessage, Notation},
    },
    spec::{ArchiveDemand, ArchiveWord, ModelEvent},
};

use super::{
    Archives, At, Fetched, LIMITS,
    states::{Stands, table_named},
};

/// What the tables show already (p. 132); an event archive has no events of these names.
const EXCLUDED: [&str; 6] = [
    "session_start",
    "session_end",
    "conference_member_added",
    "conference_member_removed",
    "conference_member_departed",
    "conference_member_state_changed",
];

/// Of so many new rows of an archive it is known that they are there.
const MADE_MAX: usize = 100_000;

impl Archives<'_> {
    pub(super) fn lines(&mut self, fetched: &Fetched<'_>) {
        let at = fetched.at;
        let interval = self
            .listings
            .iter()
            .filter(|listing| listing.date == fetched.date)
            .flat_map(|listing| &listing.events)
            .find(|listed| listed.index.to_string() == fetched.index)
            .map(|listed| (listed.time, listed.end));
        let mut before: Option<i64> = None;
        let mut made = HashSet::new();
        let read = events(Cursor::new(fetched.bytes), LIMITS, |event| {
            self.made_once(event, &mut made, at);
            if let Some(time) = event.time {
                self.time(event, time, before, interval, at);
                before = Some(before.map_or(time, |before| before.max(time)));
            }
            self.line(event, at)
        });
        self.read(at, read.as_ref().err());
    }

    /// Whether a row is made that was made in this archive already and is still there. Archives may overlap, so one tells nothing of
    /// the rows of another.
    fn made_once(&mut self, event: &Event<'_>, made: &mut HashSet<(String, String)>, at: At) {
        let Some(message) = event.message() else { return };
        let ModelMessage::Changes { stated, changes, .. } = message else {
            made.clear();
            return;
        };
        let row_ids = ArchiveDemand::Word(ArchiveWord::RowIds);
        for change in changes {
            let Some(id) = &change.id else { continue };
            let row = (change.table.to_string(), id.to_string());
            match change.kind {
                ChangeKind::Delete => {
                    made.remove(&row);
                }
                // A target that makes rows without end does not fill the memory.
                ChangeKind::Insert if *stated == ChangeKind::Insert && made.len() < MADE_MAX => {
                    if change.table == "support_session" {
                        self.sessions_began = self.sessions_began.or(Some(at));
                    }
                    if !made.insert(row) {
                        let got = format!("row `{id}` of `{}` once more in line {}", change.table, event.line);
                        self.bad(row_ids, at, "a new row with an id that no other has", got);
                    }
                }
                ChangeKind::Insert | ChangeKind::Update => {}
            }
        }
    }

    fn time(&mut self, event: &Event<'_>, time: i64, before: Option<i64>, interval: Option<(i64, i64)>, at: At) {
        let (ordered, within) = (ArchiveWord::Ordered, ArchiveWord::InItsInterval);
        if let Some(before) = before {
            match time >= before {
                true => self.good(ArchiveDemand::Word(ordered), at),
                false => {
                    let expected = format!("line {} is not older than the lines before it ({before})", event.line);
                    self.bad(ArchiveDemand::Word(ordered), at, expected, time.to_string());
                }
            }
        }
        if let Some((from, to)) = interval {
            match (from..=to).contains(&time) {
                true => self.good(ArchiveDemand::Word(within), at),
                false => {
                    let expected = format!("line {} happened from {from} to {to}, as the listing says", event.line);
                    self.bad(ArchiveDemand::Word(within), at, expected, time.to_string());
                }
            }
        }
    }

    fn line(&mut self, event: &Event<'_>, at: At) -> Result<(), ArchiveError> {
        let types = ArchiveDemand::Word(ArchiveWord::LineTypes);
        match &event.kind {
            EventKind::Model(ModelMessage::Changes { stated, notation, changes }) => {
                self.good(types, at);
                // One line can be read either way: `update` alone in a line of that type.
                let has = |name: &str| event.members.get(name).is_some();
                if *notation == Notation::Typed || has("insert") || has("delete") {
                    self.note(ArchiveWord::ModelShape, notation.word(), at);
                }
                changes.iter().try_for_each(|change| self.changed(event, *stated, change, at))?;
            }
            EventKind::Model(ModelMessage::Truncate) => self.good(types, at),
            EventKind::Session(session) => {
                self.good(types, at);
                self.good(ArchiveDemand::Word(ArchiveWord::SessionEvents), at);
                let members = members(event)?;
                if let Some(number) = self.events.iter().position(|row| row.envelope) {
                    self.fields(number, "session_event", &members, at);
                }
                let name = session.name.as_deref().unwrap_or_default().to_owned();
                self.named(&name, &members, false, at);
            }
            // How events of presentations are called is not said.
            EventKind::Other if event.name.contains("presentation") => {
                let members = members(event)?;
                let name = members.get("name").and_then(Value::as_str).unwrap_or(&event.name).to_owned();
                self.named(&name, &members, true, at);
            }
            EventKind::Other => {
                let expected = "model_insert, model_update, model_delete, truncate_model or session_event";
                self.bad(types, at, expected, format!("`{}` in line {}", event.name, event.line));
            }
        }
        Ok(())
    }

    fn changed(
        &mut self,
        event: &Event<'_>,
        stated: ChangeKind,
        change: &Change<'_>,
        at: At,
    ) -> Result<(), ArchiveError> {
        self.table_seen(&change.table, at);
        let rows = ArchiveDemand::Word(ArchiveWord::DeleteRows);
        match (change.kind, change.row, &change.id) {
            (ChangeKind::Delete, _, None) => {
                self.bad(
                    rows,
                    at,
                    "rows that are deleted",
                    format!("all of `{}` in line {}", change.table, event.line),
                );
            }
            (ChangeKind::Delete, ..) => self.good(rows, at),
            (kind, Some(row), Some(id)) => {
                let fields = object(row, event)?;
                if change.table == "presentation_session" {
                    self.presentations.extend(fields.get("lsid").and_then(Value::as_str).map(str::to_owned));
                }
                if let Some(table) = table_named(self.tables, &change.table) {
                    // What is printed of new rows is printed of that type alone.
                    let new = kind == ChangeKind::Insert && stated == ChangeKind::Insert;
                    let stands = if new { Stands::New } else { Stands::Changed };
                    self.row(table, id, &fields, stands, at);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An event of a session or a presentation.
    fn named(&mut self, name: &str, members: &Map<String, Value>, of_presentation: bool, at: At) {
        let snake = name.to_lowercase().replace(' ', "_");
        let excluded = ArchiveDemand::Word(ArchiveWord::Excluded);
        match EXCLUDED.contains(&snake.as_str()) {
            true => self.bad(excluded, at, "no event for what the tables show", format!("`{name}`")),
            false => self.good(excluded, at),
        }
        let data = members.get("data").unwrap_or(&Value::Null);
        let of_presentation = of_presentation || self.is_of_presentation(name, members, data);
        let title = |row: &ModelEvent| row.printed.as_ref().map(|title| title.to_lowercase().replace(' ', "_"));
        let number = self.events.iter().position(|row| match title(row) {
            Some(title) => of_presentation && title == snake,
            None => !of_presentation && !row.envelope && row.name == name,
        });
        let Some(number) = number else {
            self.observe("an event that the guide does not document", name.to_owned(), at);
            return;
        };
        if of_presentation {
            self.note(ArchiveWord::PresentationName, if name == snake { "snake" } else { "title" }, at);
        }
        match data.as_object() {
            Some(data) => {
                self.good(ArchiveDemand::Event(number), at);
                self.fields(number, name, data, at);
            }
            None => {
                let expected = format!("`{name}` with an object `data`");
                self.bad(ArchiveDemand::Event(number), at, expected, data.to_string());
            }
        }
    }

    /// Events of presentations share names with those of sessions.
    fn is_of_presentation(&self, name: &str, members: &Map<String, Value>, data: &Value) -> bool {
        let printed = self.events.iter().any(|row| row.printed.as_deref() == Some(name));
        let known = members.get("lsid").and_then(Value::as_str).is_some_and(|lsid| self.presentations.contains(lsid));
        printed || known || data.get("presenter_id").is_some() || data.get("appliance_guid").is_some()
    }

    fn fields(&mut self, number: usize, name: &str, data: &Map<String, Value>, at: At) {
        let row = &self.events[number];
        for (place, field) in row.fields.iter().enumerate() {
            let there = ArchiveDemand::EventField(number, place);
            match data.get(&field.name) {
                Some(value) => {
                    self.good(there, at);
                    let kind = ArchiveDemand::EventFieldType(number, place);
                    self.value(kind, field, &format!("`{}` of `{name}`", field.name), value, at);
                }
                None if field.optional => {}
                None => self.bad(there, at, format!("`{name}` with `{}`", field.name), "no such field"),
            }
        }
        for other in data.keys().filter(|key| !row.envelope && !row.fields.iter().any(|field| field.name == **key)) {
            self.observe("a field that the guide does not document", format!("{name}/{other}"), at);
        }
    }
}

fn object(raw: &RawValue, event: &Event<'_>) -> Result<Map<String, Value>, ArchiveError> {
    serde_json::from_str(raw.get()).map_err(|error| event.error(ArchiveErrorKind::Value(error.into())))
}

fn members(event: &Event<'_>) -> Result<Map<String, Value>, ArchiveError> {
    let mut all = Map::new();
    for (name, raw) in &event.members.0 {
        let value = serde_json::from_str(raw.get());
        let value = value.map_err(|error| event.error(ArchiveErrorKind::Value(error.into())))?;
        all.insert(name.to_string(), value);
    }
    Ok(all)
}
