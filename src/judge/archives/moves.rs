//! What becomes of sessions that change their queue: when they did, and which queue of a team was the last.
//!
//! In: events, each with the model before it, and the state at the end of them. Out: what is good or bad of each.

use std::{collections::BTreeMap, num::NonZeroUsize};

use serde_json::Value;

use crate::{
    decode::{
        archive::{ArchiveEvent, EventKind},
        model::{ChangeKind, ModelMessage, StateModel},
    },
    judge::state_model::Source,
    model::verdict::{Evidence, Finding},
};

/// The tolerance for clocks, in seconds.
const SLACK_S: i64 = 60;

const SESSION: &str = "support_session";

/// The last moves of sessions, by the ids of their rows.
#[derive(Default)]
pub(super) struct Moves {
    /// When a session came into its queue.
    entered: BTreeMap<String, i64>,
    /// The last queue of a team that it came into.
    team: BTreeMap<String, String>,
}

/// What was seen of one requirement.
#[derive(Default)]
pub(super) struct Seen {
    good: usize,
    bad: Option<Evidence>,
}

impl Seen {
    pub(super) fn finding(&self) -> Finding {
        match (&self.bad, NonZeroUsize::new(self.good)) {
            (Some(evidence), _) => Finding::fail(evidence.clone()),
            (None, Some(good)) => Finding::pass(good),
            (None, None) => Finding::not_applicable("no session changed its queue in the archives that were fetched"),
        }
    }

    fn holds(&mut self, holds: bool, evidence: impl FnOnce() -> (String, String), source: Source) {
        match holds {
            true => self.good += 1,
            false => {
                let (expected, got) = evidence();
                let evidence = Evidence { expected, got, record: source.record, exchange: source.exchange };
                self.bad.get_or_insert(evidence);
            }
        }
    }
}

impl Moves {
    /// Looks at an event before it changes the model.
    pub(super) fn see(&mut self, event: &ArchiveEvent<'_>, model: &StateModel) {
        let EventKind::Model(message) = &event.kind else { return };
        if matches!(message, ModelMessage::Truncate) {
            *self = Self::default();
            return;
        }
        for change in message.changes().iter().filter(|change| change.table == SESSION) {
            let Some(id) = change.id.as_deref() else { continue };
            let known = model.tables.get(SESSION).is_some_and(|rows| rows.contains_key(id));
            if change.kind == ChangeKind::Delete || !known {
                self.entered.remove(id);
                self.team.remove(id);
                continue;
            }
            let row: Option<Value> = change.row.and_then(|row| serde_json::from_str(row.get()).ok());
            let Some(queue) = row.as_ref().and_then(|row| row.get("queue_id")).and_then(plain) else { continue };
            if model.field(SESSION, id, "queue_id").and_then(plain).as_ref() == Some(&queue) {
                continue;
            }
            if let Some(time) = event.time {
                self.entered.insert(id.to_owned(), time);
            }
            if model.field("queue", &queue, "type").and_then(Value::as_str) == Some("team") {
                self.team.insert(id.to_owned(), queue);
            }
        }
    }

    /// Holds what was seen against the state afterwards.
    pub(super) fn judge(&self, end: &StateModel, source: Source, entries: &mut Seen, teams: &mut Seen) {
        for (id, time) in &self.entered {
            let Some(said) = end.field(SESSION, id, "queue_entry_timestamp").and_then(plain) else { continue };
            let Ok(said) = said.parse::<i64>() else { continue };
            let evidence =
                || (format!("session `{id}` came into its queue at {time}, when the events say so"), said.to_string());
            entries.holds((said - time).abs() <= SLACK_S, evidence, source);
        }
        for (id, queue) in &self.team {
            // A queue that is there no more is none that could be named.
            let there = end.tables.get("queue").is_some_and(|rows| rows.contains_key(queue));
            if !there || !end.tables.get(SESSION).is_some_and(|rows| rows.contains_key(id)) {
                continue;
            }
            let said = end.field(SESSION, id, "primary_team_queue_id").and_then(plain).unwrap_or_default();
            let evidence = || (format!("`{queue}` as the last queue of a team of session `{id}`"), format!("`{said}`"));
            teams.holds(said == *queue, evidence, source);
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
