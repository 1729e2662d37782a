//! In: an event of a session, or a moment. Out: the event as archives tell it, or the archives there are.
//! Never: holds state of its own; the journal does.

use crate::foreign::civil::{DAY, midnight};
use crate::foreign::json::Json;
use crate::foreign::site;
use crate::foreign::world::{Event, Session, Who, World};

/// State archives and event archives come at these intervals (p. 116).
const STATE_EVERY: i64 = 1800;
pub(crate) const EVENT_EVERY: i64 = 600;
/// An archive is there this long after the time it stands for.
const LAG: i64 = 120;
/// History is kept for seven days, today among them (p. 116).
const KEPT_DAYS: i64 = 7;

/// The event under its archive name with its data (p. 125 to 131), if archives have it. Events about who is in the
/// session and who owns it are left to the tables.
pub(crate) fn session_event(world: &World, place: usize, event: &Event) -> Option<(&'static str, Json)> {
    let session = world.sessions.get(place)?;
    let by = |json: &mut Vec<(String, Json)>| json.push(("performed_by".to_owned(), member(session, event.by)));
    let rep = match event.by {
        Who::Rep(id) => Json::Number(id.into()),
        _ => Json::Null,
    };
    let value = |name: &str| event.data.iter().find(|(have, _)| have == name).map_or("", |(_, value)| value.as_str());
    let number = |name: &str| Json::Number(value(name).parse().unwrap_or(0));
    let mut data: Vec<(String, Json)> = Vec::new();
    let mut add = |name: &str, json: Json| data.push((name.to_owned(), json));
    let name = match event.kind {
        "Chat Message" => {
            add("body", Json::text(&event.body));
            add("destination", event.to.map_or(Json::Object(Vec::new()), |to| member(session, to)));
            by(&mut data);
            "chat_message"
        }
        "File Upload" | "File Download" => {
            let (file, size) = event.files.first().cloned().unwrap_or_default();
            add("name", Json::text(file));
            add("size", Json::Number(size));
            add("destination", event.to.map_or(Json::Null, |to| member(session, to)));
            by(&mut data);
            if event.kind == "File Upload" { "file_upload" } else { "file_download" }
        }
        "File Deleted" => {
            let (file, size) = event.files.first().cloned().unwrap_or_default();
            add("name", Json::text(file));
            add("size", Json::Number(size));
            add("destination", event.to.map_or(Json::Null, |to| member(session, to)));
            by(&mut data);
            "file_deleted"
        }
        "File Moved" => {
            add("old_path", Json::text(value("old_path")));
            add("new_path", Json::text(value("new_path")));
            add("destination", event.to.map_or(Json::Null, |to| member(session, to)));
            by(&mut data);
            "file_moved"
        }
        "Session Note Added" => {
            add("body", Json::text(&event.body));
            add("number", number("number"));
            add("representative_id", rep);
            "session_note_added"
        }
        "Session Assigned" => {
            let to = if let Some(Who::Rep(id)) = event.to { Json::Number(id.into()) } else { Json::Null };
            add("representative_id", to);
            "session_assigned"
        }
        "Command Shell Session Started" | "Show My Screen Recording" => {
            for link in ["download_url", "view_url"] {
                add(link, Json::text(value(link)));
            }
            add("instance", number("instance"));
            add("representative_id", rep);
            if event.kind.starts_with('C') { "command_shell_session_started" } else { "show_my_screen_recording" }
        }
        "Legal Agreement Response" => {
            for part in ["response", "text", "title"] {
                add(part, Json::text(value(part)));
            }
            "legal_agreement_response"
        }
        "Customer Exit Survey" | "Representative Exit Survey" => {
            let answers = event.data.iter().map(|(question, answer)| (question.clone(), Json::text(answer))).collect();
            add("responses", Json::Object(answers));
            if event.kind.starts_with('C') { "customer_exit_survey" } else { "representative_survey" }
        }
        "Session Foreground Window Changed" => {
            add("window_name", Json::text(value("window_name")));
            add("exe_name", Json::text(value("exe_name")));
            "session_foreground_window_changed"
        }
        "System Information Retrieved" => {
            let category = Json::object([
                ("category", Json::text("Drives")),
                ("columns", Json::List(DRIVES[0].iter().map(|cell| Json::text(*cell)).collect())),
                (
                    "rows",
                    Json::List(
                        DRIVES[1..]
                            .iter()
                            .map(|row| Json::List(row.iter().map(|cell| Json::text(*cell)).collect()))
                            .collect(),
                    ),
                ),
            ]);
            add("system_information", Json::object([("drives", category)]));
            "system_information_retrieved"
        }
        _ => return None,
    };
    Some((name, Json::Object(data)))
}

/// The one category of system information that is retrieved here: its columns, then its rows (p. 89).
pub(crate) const DRIVES: [[&str; 3]; 3] =
    [["Drive", "Type", "Percent Used"], ["C:\\", "Local Disk", "61%"], ["D:\\", "CD & DVD", "0%"]];

fn member(session: &Session, who: Who) -> Json {
    let (kind, id, name) = match who {
        Who::System | Who::Attendee(_) => ("system", 0, "System"),
        Who::Customer => ("customer", session.customer.gs, session.customer.name.as_str()),
        Who::Rep(id) => ("representative", id, site::rep(id).map_or("", |rep| rep.private)),
    };
    Json::object([("type", Json::text(kind)), ("name", Json::text(name)), ("id", Json::Number(id.into()))])
}

/// An archive that can be had: its index on its day, and the moment (or first moment) it stands for.
pub(crate) struct Archive {
    pub(crate) index: i64,
    pub(crate) at: i64,
}

/// The state archives of a day.
pub(crate) fn states(world: &World, day: i64, now: i64) -> Vec<Archive> {
    available(world, day, now, STATE_EVERY, 0)
}

/// The event archives of a day.
pub(crate) fn events(world: &World, day: i64, now: i64) -> Vec<Archive> {
    available(world, day, now, EVENT_EVERY, EVENT_EVERY)
}

fn available(world: &World, day: i64, now: i64, every: i64, length: i64) -> Vec<Archive> {
    let kept = day > midnight(now) - KEPT_DAYS * DAY;
    let moments = (0..DAY / every).map(|number| Archive { index: number + 1, at: day + number * every });
    moments.filter(|archive| kept && archive.at >= world.booted && archive.at + length + LAG <= now).collect()
}

/// The index of the event archive that starts at the moment of a state archive.
pub(crate) fn event_index(at: i64) -> i64 {
    at.rem_euclid(DAY) / EVENT_EVERY + 1
}
