//! What feeds say of sessions, held against the event archives of the time at which they said it: both have the same tables and rows.
//!
//! In: the conversations of a run. Out: the rows that the event archive of an interval must have. Of attributes that changed again
//! while they were followed nothing is asked: which of several changes of a moment an archive has is not said.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    answer,
    decode::model::{ChangeKind, FeedMessage, Members, ModelMessage},
    judge::state_model::Source,
    model::exchange::Exchange,
};

/// The tables that are looked at, with the field that tells what is meant, whatever the id of the row.
const TABLES: [(&str, &str); 2] = [("support_session", "lsid"), ("support_session_attribute", "value")];

/// How far from the beginning or the end of its interval a row may be in an archive or not, in seconds.
const EDGE_S: i64 = 30;

/// The most rows that are held against archives.
const ROWS_MAX: usize = 10_000;

/// A row, by its table and what tells what is meant.
pub(super) type FedRow = (String, String);

/// The rows that came while feeds were followed, by when they were made.
#[derive(Default)]
pub(super) struct Fed(BTreeMap<FedRow, (i64, Source)>);

impl Fed {
    /// Takes over a conversation.
    pub(super) fn take(&mut self, sent: &Exchange, source: Source) {
        // Where it only goes on nobody knows what was there before.
        if sent.request().and_then(|request| request.talk.as_ref()).is_none_or(|talk| talk.since) {
            return;
        }
        let Some(conversation) = sent.answer().and_then(answer::conversation) else { return };
        let mut rows: BTreeMap<String, (FedRow, i64)> = BTreeMap::new();
        let mut begun = false;
        for line in answer::messages(&conversation) {
            let Some(said) = FeedMessage::of(line).filter(FeedMessage::is_of_rows) else { continue };
            let Ok(Some(message)) = said.of_rows() else { return };
            // What is there at first, or once more after a truncation, was made before.
            let new = std::mem::replace(&mut begun, !matches!(message, ModelMessage::Truncate));
            for change in message.changes().iter().filter(|_| new) {
                let Some((table, id)) = change.id.as_ref().map(|id| (change.table.to_string(), id.to_string())) else {
                    continue;
                };
                let key = format!("{table} {id}");
                match change.kind {
                    ChangeKind::Insert => {
                        let row = change.row.and_then(Members::of);
                        rows.extend(row.and_then(|row| Some((key, (named(&table, &row)?, made(&row)?)))));
                    }
                    // Sessions end, and go with all of theirs; and their other fields change.
                    _ if table == TABLES[0].0 => {}
                    ChangeKind::Update | ChangeKind::Delete => _ = rows.remove(&key),
                }
            }
        }
        for (row, made_s) in rows.into_values().take(ROWS_MAX.saturating_sub(self.0.len())) {
            self.0.entry(row).or_insert((made_s, source));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows that must be in an archive of an interval, with when they were made and where they came.
    pub(super) fn within(&self, (from, to): (i64, i64)) -> impl Iterator<Item = (&FedRow, &(i64, Source))> {
        self.0.iter().filter(move |(_, (made_s, _))| (from + EDGE_S..to - EDGE_S).contains(made_s))
    }
}

/// What a row of these tables is known by.
pub(super) fn named(table: &str, row: &Members<'_>) -> Option<FedRow> {
    let (_, field) = TABLES.iter().find(|(name, _)| *name == table)?;
    let value: Value = serde_json::from_str(row.get(field)?.get()).ok()?;
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some((table.to_owned(), text.to_lowercase()))
}

fn made(row: &Members<'_>) -> Option<i64> {
    let value: Value = serde_json::from_str(row.get("created_timestamp")?.get()).ok()?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
