//! What defects do to rows and tables that is about more than one field: what rows say of each other, and of the time.
//!
//! In: rows and tables as they are written. Out: the same, or what a defect makes of them.

use serde_json::{Map, Value, json};

use super::super::reporting::Asked;
use super::world::Line;

/// Seconds of the first half hour of a day, in which everything is as it should be.
const MORNING_S: i64 = 1_800;

/// An id that no row has.
const NOBODY: u64 = u64::MAX - 7;

/// A row, or those of its fields that change.
pub(super) fn row(asked: &Asked<'_>, table: &str, members: &mut Map<String, Value>) {
    let broken = |what: &str| asked.broken(what);
    match table {
        "representative" if broken("selected-session-unknown") => {
            put(members, "selected_support_session_id", Value::from(NOBODY));
        }
        "support_session" if broken("primary-team-not-kept") => put(members, "primary_team_queue_id", Value::Null),
        "support_session" if broken("lsids-of-their-own") => {
            let lsid = members.get("lsid").and_then(Value::as_str).map(|lsid| lsid.chars().rev().collect::<String>());
            if let Some(lsid) = lsid {
                members.insert("lsid".to_owned(), Value::from(lsid));
            }
        }
        "support_session" if broken("queue-entry-too-early") => {
            if let Some(entered) = members.get("queue_entry_timestamp").and_then(Value::as_i64) {
                put(members, "queue_entry_timestamp", Value::from(entered - 3_600));
            }
        }
        "queue"
            if broken("personal-queue-with-a-code") && members.get("type").is_some_and(|kind| kind == "personal") =>
        {
            members.insert("code_name".to_owned(), Value::from("personal"));
        }
        _ => {}
    }
    if broken("made-after-the-snapshot")
        && let Some(created) = members.get("created_timestamp").and_then(Value::as_i64)
    {
        members.insert("created_timestamp".to_owned(), Value::from(created + 86_400));
    }
}

/// Another value of a field that has one.
fn put(members: &mut Map<String, Value>, field: &str, value: Value) {
    if members.get(field).is_some_and(|known| !known.is_null()) {
        members.insert(field.to_owned(), value);
    }
}

/// All tables of a state.
pub(super) fn tables(asked: &Asked<'_>, at_s: i64, tables: &mut Map<String, Value>) {
    let queue = |kind: &str, team: &str| {
        json!({ "code_name": if team.is_empty() { "" } else { "left" }, "created_timestamp": at_s - at_s.rem_euclid(86_400),
            "name": "Left behind", "support_team_id": team, "type": kind })
    };
    let number = |id: &str| id.parse::<u64>().unwrap_or_default();
    if asked.broken("personal-queue-of-nobody") {
        add(tables, "queue", NOBODY, queue("personal", ""));
    }
    // On every second day.
    if asked.broken("team-queue-of-nobody") && at_s.div_euclid(86_400) % 2 == 0 {
        add(tables, "queue", NOBODY, queue("team", "987654"));
    }
    let reps: Vec<(String, Value)> = rows(tables, "representative");
    if asked.broken("queues-of-colleagues")
        && let [first, second, ..] = reps.as_slice()
    {
        let row = json!({ "created_timestamp": at_s - at_s.rem_euclid(86_400), "queue_id": second.1["queue_id"],
            "representative_id": number(&first.0), "role": "lead" });
        add(tables, "representative_queue", NOBODY, row);
    }
    if asked.broken("a-session-missing")
        && let Some((session, _)) = rows(tables, "support_session").first()
    {
        forget(tables, session);
    }
    if asked.broken("two-rows-of-a-session")
        && let Some((_, session)) = rows(tables, "support_session").pop()
    {
        add(tables, "support_session", NOBODY, session);
    }
    if asked.broken("tools-of-others") {
        for (id, mut row) in rows(tables, "representative_support_session_tool") {
            let other = reps.iter().map(|(id, _)| number(id)).find(|id| row["representative_id"] != *id);
            if let Some(other) = other {
                row["representative_id"] = Value::from(other);
                add(tables, "representative_support_session_tool", number(&id), row);
            }
        }
    }
}

/// Takes a session away, with all rows that name it.
fn forget(tables: &mut Map<String, Value>, session: &str) {
    let names = |row: &Value| row["support_session_id"].to_string().trim_matches('"') == session;
    for (name, table) in tables.iter_mut() {
        let Some(rows) = table.as_object_mut() else { continue };
        rows.retain(|id, row| !(names(row) || name == "support_session" && id == session));
        for row in rows.values_mut() {
            if row["selected_support_session_id"].to_string().trim_matches('"') == session {
                row["selected_support_session_id"] = Value::Null;
            }
        }
        if rows.is_empty() {
            *table = Value::Null;
        }
    }
}

/// Whether a line is lost, at a time when hardly anybody looks.
pub(super) fn lost(asked: &Asked<'_>, line: &Line) -> bool {
    let days_ago = asked.now_s.div_euclid(86_400) - line.at_s().div_euclid(86_400);
    if matches!(line, Line::Insert { table: "support_session", .. }) {
        return asked.broken("sessions-of-today-lost") && days_ago == 0;
    }
    let Line::Delete { at_s, .. } = line else { return false };
    asked.broken("deletions-lost-after-the-morning") && at_s.rem_euclid(86_400) >= MORNING_S
        || asked.broken("deletions-lost-in-every-other-half-hour") && at_s.rem_euclid(3_600) >= MORNING_S
        || asked.broken("deletions-lost-on-other-days") && days_ago > 1
}

fn rows(tables: &Map<String, Value>, table: &str) -> Vec<(String, Value)> {
    let rows = tables.get(table).and_then(Value::as_object);
    rows.into_iter().flatten().map(|(id, row)| (id.clone(), row.clone())).collect()
}

fn add(tables: &mut Map<String, Value>, table: &str, id: u64, row: Value) {
    match tables.get_mut(table) {
        Some(Value::Object(rows)) => _ = rows.insert(id.to_string(), row),
        _ => _ = tables.insert(table.to_owned(), json!({ id.to_string(): row })),
    }
}
