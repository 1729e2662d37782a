//! What event archives say: their lines, times and events of sessions.
//!
//! In: an event archive and its listing. Out: what is good or bad of it, noted with its source. What a line says about the
//! state model is handed on.

use std::{collections::BTreeSet, io::Cursor};

use serde_json::{Map, Value};

use crate::{
    decode::{
        archive::{ArchiveError, ArchiveErrorKind, ArchiveEvent, EventKind, events},
        model::{ChangeKind, Members, ModelMessage, Notation},
    },
    spec::{ArchiveDemand, ArchiveWord, ModelEvent},
};

use super::{
    Archives, Fetched, LIMITS, NewRows, Source, SourceLine,
    fed::{self, FedRow},
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

impl Archives<'_> {
    pub(super) fn lines(&mut self, fetched: &Fetched<'_>) {
        let source = fetched.source;
        let interval = self
            .listings
            .iter()
            .filter(|listing| listing.date == fetched.date)
            .flat_map(|listing| &listing.events)
            .find(|listed| listed.index.to_string() == fetched.index)
            .map(|listed| (listed.time, listed.end));
        let mut before: Option<i64> = None;
        let mut new_rows = NewRows::default();
        let mut inserted: BTreeSet<FedRow> = BTreeSet::new();
        let is_asked_for = interval.is_some() && !self.fed.is_empty();
        let read = events(Cursor::new(fetched.bytes), LIMITS, |event| {
            if let Some(time) = event.time {
                self.time(event, time, before, interval, source);
                before = Some(before.map_or(time, |before| before.max(time)));
            }
            if let EventKind::Model(message) = &event.kind
                && is_asked_for
            {
                let inserts = message.changes().iter().filter(|change| change.kind == ChangeKind::Insert);
                inserted.extend(inserts.filter_map(|one| fed::named(&one.table, &Members::of(one.row?)?)));
            }
            self.line(event, &mut new_rows, source)
        });
        self.read(source, read.as_ref().err());
        if let Some(interval) = interval.filter(|_| read.is_ok()) {
            self.has_what_was_fed(interval, &inserted);
        }
    }

    /// What an event archive of an interval inserts has what feeds said of that time.
    fn has_what_was_fed(&mut self, interval: (i64, i64), inserted: &BTreeSet<FedRow>) {
        let demand = ArchiveDemand::Word(ArchiveWord::Fed);
        for (row, (made_s, source)) in self.fed.within(interval) {
            if inserted.contains(row) {
                self.model.good(demand, *source);
            } else {
                let expected = format!(
                    "a row of `{}` with `{}` in the event archive from {} to {}: the feed has one that was made at {made_s}",
                    row.0, row.1, interval.0, interval.1
                );
                self.model.bad(demand, *source, expected, "no such row in it");
            }
        }
    }

    fn time(
        &mut self,
        event: &ArchiveEvent<'_>,
        time: i64,
        before: Option<i64>,
        interval: Option<(i64, i64)>,
        source: Source,
    ) {
        let (ordered, within) = (ArchiveWord::Ordered, ArchiveWord::InItsInterval);
        if let Some(before) = before {
            match time >= before {
                true => self.model.good(ArchiveDemand::Word(ordered), source),
                false => {
                    let expected = format!("line {} is not older than the lines before it ({before})", event.line);
                    self.model.bad(ArchiveDemand::Word(ordered), source, expected, time.to_string());
                }
            }
        }
        if let Some((from, to)) = interval {
            match (from..=to).contains(&time) {
                true => self.model.good(ArchiveDemand::Word(within), source),
                false => {
                    let expected = format!("line {} happened from {from} to {to}, as the listing says", event.line);
                    self.model.bad(ArchiveDemand::Word(within), source, expected, time.to_string());
                }
            }
        }
    }

    fn line(&mut self, event: &ArchiveEvent<'_>, new_rows: &mut NewRows, source: Source) -> Result<(), ArchiveError> {
        let types = ArchiveDemand::Word(ArchiveWord::LineTypes);
        match &event.kind {
            EventKind::Model(message) => {
                self.model.good(types, source);
                if let ModelMessage::Changes { notation, .. } = message {
                    // One line can be read either way: `update` alone in a line of that type.
                    let has = |name: &str| event.members.get(name).is_some();
                    if *notation == Notation::Typed || has("insert") || has("delete") {
                        self.model.note(ArchiveWord::ModelShape, notation.word(), source);
                    }
                }
                if let Some(time) = event.time {
                    self.made_in_time(message, time, SourceLine { source, line: event.line });
                }
                let judged = self.model.message(message, new_rows, SourceLine { source, line: event.line });
                judged.map_err(|error| event.error(ArchiveErrorKind::Value(error)))?;
            }
            EventKind::Session(session) => {
                self.model.good(types, source);
                self.model.good(ArchiveDemand::Word(ArchiveWord::SessionEvents), source);
                let members = members(event)?;
                if let Some(number) = self.events.iter().position(|row| row.envelope) {
                    self.fields(number, "session_event", &members, source);
                }
                let name = session.name.as_deref().unwrap_or_default().to_owned();
                self.named(&name, &members, false, source);
            }
            // How events of presentations are called is not said.
            EventKind::Other if event.name.contains("presentation") => {
                let members = members(event)?;
                let name = members.get("name").and_then(Value::as_str).unwrap_or(&event.name).to_owned();
                self.named(&name, &members, true, source);
            }
            EventKind::Other => {
                let expected = "model_insert, model_update, model_delete, truncate_model or session_event";
                self.model.bad(types, source, expected, format!("`{}` in line {}", event.name, event.line));
            }
        }
        Ok(())
    }

    /// No row was made after the line that tells of it.
    fn made_in_time(&mut self, message: &ModelMessage<'_>, time: i64, at: SourceLine) {
        /// The one field that is looked at.
        #[derive(serde::Deserialize)]
        struct Created {
            created_timestamp: Option<Value>,
        }
        for change in message.changes().iter().filter(|change| change.kind == ChangeKind::Insert) {
            let created = change.row.and_then(|row| serde_json::from_str::<Created>(row.get()).ok());
            let what = || format!("a row of `{}` in {at} that was made by then, at {time}", change.table);
            self.model.made_in_time(created.and_then(|row| row.created_timestamp).as_ref(), time, what, at.source);
        }
    }

    /// An event of a session or a presentation.
    fn named(&mut self, name: &str, members: &Map<String, Value>, of_presentation: bool, source: Source) {
        let snake = name.to_lowercase().replace(' ', "_");
        let excluded = ArchiveDemand::Word(ArchiveWord::Excluded);
        match EXCLUDED.contains(&snake.as_str()) {
            true => self.model.bad(excluded, source, "no event for what the tables show", format!("`{name}`")),
            false => self.model.good(excluded, source),
        }
        let data = members.get("data").unwrap_or(&Value::Null);
        let of_presentation = of_presentation || self.is_of_presentation(name, members, data);
        let title = |row: &ModelEvent| row.printed.as_ref().map(|title| title.to_lowercase().replace(' ', "_"));
        let number = self.events.iter().position(|row| match title(row) {
            Some(title) => of_presentation && title == snake,
            None => !of_presentation && !row.envelope && row.name == name,
        });
        let Some(number) = number else {
            self.model.observe("an event that the guide does not document", name.to_owned(), source);
            return;
        };
        if of_presentation {
            self.model.note(ArchiveWord::PresentationName, if name == snake { "snake" } else { "title" }, source);
        }
        match data.as_object() {
            Some(data) => {
                self.model.good(ArchiveDemand::Event(number), source);
                self.fields(number, name, data, source);
            }
            None => {
                let expected = format!("`{name}` with an object `data`");
                self.model.bad(ArchiveDemand::Event(number), source, expected, data.to_string());
            }
        }
    }

    /// Events of presentations share names with those of sessions.
    fn is_of_presentation(&self, name: &str, members: &Map<String, Value>, data: &Value) -> bool {
        let printed = self.events.iter().any(|row| row.printed.as_deref() == Some(name));
        let known = members.get("lsid").and_then(Value::as_str).is_some_and(|lsid| self.model.is_presentation(lsid));
        printed || known || data.get("presenter_id").is_some() || data.get("appliance_guid").is_some()
    }

    fn fields(&mut self, number: usize, name: &str, data: &Map<String, Value>, source: Source) {
        let row = &self.events[number];
        for (place, field) in row.fields.iter().enumerate() {
            let there = ArchiveDemand::EventField(number, place);
            match data.get(&field.name) {
                Some(value) => {
                    self.model.good(there, source);
                    let kind = ArchiveDemand::EventFieldType(number, place);
                    self.model.value(kind, field, &format!("`{}` of `{name}`", field.name), value, source);
                }
                None if field.optional => {}
                None => self.model.bad(there, source, format!("`{name}` with `{}`", field.name), "no such field"),
            }
        }
        for other in data.keys().filter(|key| !row.envelope && !row.fields.iter().any(|field| field.name == **key)) {
            self.model.observe("a field that the guide does not document", format!("{name}/{other}"), source);
        }
    }
}

fn members(event: &ArchiveEvent<'_>) -> Result<Map<String, Value>, ArchiveError> {
    let mut all = Map::new();
    for (name, raw) in &event.members.0 {
        let value = serde_json::from_str(raw.get());
        let value = value.map_err(|error| event.error(ArchiveErrorKind::Value(error.into())))?;
        all.insert(name.to_string(), value);
    }
    Ok(all)
}
