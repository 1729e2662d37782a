//! What holds for each representative at one moment, by the conditions that the guide prints.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::decode::{
    archive::ArchiveEvent,
    model::{ChangeKind, StateModel},
};

/// A representative at one moment.
pub(super) struct RepresentativeNow {
    pub(super) who: String,
    pub(super) connected: bool,
    pub(super) enabled: bool,
    pub(super) available: bool,
    pub(super) idle: bool,
    /// The number of sessions that the representative is in.
    pub(super) sessions: usize,
    /// The number of them in which active time passes.
    pub(super) active: usize,
    /// The session in which work time passes.
    pub(super) works_in: Option<String>,
    /// Whether a customer of one of the sessions is not connected.
    pub(super) waiting: bool,
}

/// A truth in any of the notations of the guide.
fn truth(row: &Map<String, Value>, name: &str) -> bool {
    match row.get(name) {
        Some(Value::Bool(truth)) => *truth,
        Some(Value::Number(number)) => number.as_f64() == Some(1.0),
        Some(Value::String(text)) => text == "1" || text == "true",
        _ => false,
    }
}

/// An id, however it is written; none where it is blank.
fn id(row: &Map<String, Value>, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Who a row of a representative is: the name to log in with, which stays the same from one login to the next.
pub(super) fn who(row_id: &str, row: &Map<String, Value>) -> String {
    let name = ["username", "public_display_name", "user_id"].iter().find_map(|name| id(row, name));
    name.unwrap_or_else(|| format!("row {row_id}"))
}

/// Everybody who is logged in.
pub(super) fn representatives(model: &StateModel) -> Vec<RepresentativeNow> {
    let (mut connected, mut lost) = (HashSet::new(), HashSet::new());
    for (_, client) in model.rows("customer_client") {
        let Some(session) = id(client, "support_session_id") else { continue };
        let to = if truth(client, "connected") { &mut connected } else { &mut lost };
        to.insert(session);
    }
    let mut taking_part: HashMap<String, Vec<String>> = HashMap::new();
    for (_, row) in model.rows("representative_support_session") {
        if let (Some(representative), Some(session)) = (id(row, "representative_id"), id(row, "support_session_id")) {
            taking_part.entry(representative).or_default().push(session);
        }
    }
    let is = |table: &str, id: &str| model.tables.get(table).is_some_and(|rows| rows.contains_key(id));
    let queue_of =
        |session: &str| model.tables.get("support_session")?.get(session).and_then(|row| id(&row.fields, "queue_id"));
    model
        .rows("representative")
        .map(|(row_id, row)| {
            let none = Vec::new();
            let sessions = taking_part.get(row_id).unwrap_or(&none);
            let own = id(row, "queue_id").filter(|queue| is("queue", queue));
            let is_active = |session: &&String| {
                own.is_some() && queue_of(session.as_str()) == own && connected.contains(session.as_str())
            };
            let selected = id(row, "selected_support_session_id").filter(|session| is("support_session", session));
            let works = |session: &String| {
                truth(row, "console_in_focus") && connected.contains(session) && !truth(row, "routing_idle")
            };
            RepresentativeNow {
                who: who(row_id, row),
                connected: truth(row, "connected"),
                enabled: truth(row, "routing_enabled"),
                available: truth(row, "routing_available"),
                idle: truth(row, "routing_idle"),
                sessions: sessions.len(),
                active: sessions.iter().collect::<HashSet<_>>().into_iter().filter(is_active).count(),
                works_in: selected.filter(works),
                waiting: sessions.iter().any(|session| lost.contains(session)),
            }
        })
        .collect()
}

/// When the youngest row of an event was made.
pub(super) fn created(event: &ArchiveEvent<'_>) -> Option<i64> {
    let new = event
        .message()?
        .changes()
        .iter()
        .filter(|change| change.kind == ChangeKind::Insert)
        .filter_map(|change| change.row);
    let times = new.filter_map(|row| {
        let row: Map<String, Value> = serde_json::from_str(row.get()).ok()?;
        id(&row, "created_timestamp")?.parse().ok()
    });
    times.max()
}
