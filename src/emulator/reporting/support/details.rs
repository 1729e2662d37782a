//! What occurred in a session (pp. 88-89).
//!
//! In: the events of a record. Out: `session_details`, from the first event to the last.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::super::clock::in_notation;
use super::super::super::command::elsewhere;
use super::super::super::history::{Event, Record, Who};
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::Asked;
use super::people;

pub(super) fn details(state: &State, asked: &Asked<'_>, record: &Record) -> Element {
    let mut events = record.chronology();
    if asked.broken("events-reversed") || asked.broken_by_id("by-id/events-reversed") {
        events.reverse();
    }
    for (what, kind) in [
        ("events-of-shown-screens-missing", "Show My Screen Recording"),
        ("events-of-surveys-missing", "Exit Survey"),
        ("events-of-joining-missing", "Conference Member Added"),
    ] {
        if asked.broken(what) {
            events.retain(|event| !event.kind.contains(kind));
        }
    }
    if asked.broken("chats-missing") {
        events.retain(|event| event.kind != "Chat Message");
    }
    events.retain(|event| !elsewhere::unreported_event(asked.defects, record, event));
    if asked.broken("departures-missing") {
        events.retain(|event| event.kind != "Conference Member Departed");
    }
    if asked.broken("session-end-missing") {
        events.retain(|event| event.kind != "Session End");
    }
    node("session_details").children(events.into_iter().map(|one| event(state, asked, record, one)))
}

fn event(state: &State, asked: &Asked<'_>, record: &Record, event: &Event) -> Element {
    let mut entry = head(asked, event.at_s, &event.kind).child(person(state, asked, record, "performed_by", event.by));
    if let Some(to) = event.to {
        entry = entry.child(person(state, asked, record, "destination", to).dispensable());
    }
    if let Some(text) = &event.body {
        entry = said(asked, entry, text);
    }
    if let Some((name, size)) = &event.file {
        entry = file(asked, entry, name, *size);
    }
    if event.information || asked.broken("information-everywhere") {
        entry = entry.child(information(asked, record));
    }
    let (entry, unmarked) = marked(asked, entry, event);
    if event.data.iter().all(|(name, _)| name == MARK && unmarked) {
        return entry;
    }
    let lead = if asked.reads("support-teams-leading-semicolon", "with") { ";" } else { "" };
    entry.child(data(&event.data, lead, |name| name != MARK || !unmarked))
}

/// The value of an event that names the API account that sent a message. Reports have to tell it, and the guide does not say where.
pub(in super::super) const MARK: &str = "api_account";

/// An event with the mark of its account, and whether that stands elsewhere than among the values.
pub(in super::super) fn marked(asked: &Asked<'_>, mut entry: Element, event: &Event) -> (Element, bool) {
    let Some((_, account)) = event.data.iter().find(|(name, _)| name == MARK) else { return (entry, false) };
    let entry = match asked.readings.of("chat-report-attribute") {
        _ if asked.defects.has("command/send_chat_message", "mark-missing") => entry,
        "attribute" => entry.own_attribute(MARK, account, Kind::Text),
        "element" => entry.child(leaf(MARK, account, Kind::Text).own()),
        "performer" => {
            let by = entry.children.iter().position(|child| child.name == "performed_by");
            if let Some(by) = by {
                let attribute = entry.children[by].clone().own_attribute(MARK, account, Kind::Text);
                entry.children[by] = attribute;
            }
            entry
        }
        _ => return (entry, false),
    };
    (entry, true)
}

/// An event with its instant and type.
pub(super) fn head(asked: &Asked<'_>, at_s: i64, kind: &str) -> Element {
    let at = in_notation(at_s, asked.readings.of("event-timestamp-format"));
    node("event").many().attribute("timestamp", at, Kind::Time).attribute("event_type", kind, Kind::Name)
}

fn person(state: &State, asked: &Asked<'_>, record: &Record, name: &str, who: Who) -> Element {
    let lost = if asked.broken("performers-found-nowhere") { 9000 } else { 0 };
    let (kind, gsnumber, text) = match who {
        Who::System => ("system", 0, "System"),
        Who::Customer => ("customer", record.customer.connection.gsnumber + lost, record.customer.name.as_str()),
        Who::Member(index) => match record.members.get(index) {
            Some(member) => ("representative", member.connection.gsnumber + lost, people::rep_name(state, member.rep)),
            None => ("system", 0, "System"),
        },
    };
    notation(asked, name, kind, gsnumber, text)
}

/// Who does something, with their number and type where the reading puts them.
pub(in super::super) fn notation(asked: &Asked<'_>, name: &str, kind: &str, gsnumber: i64, text: &str) -> Element {
    let kind = if asked.broken("performers-all-system") { "system" } else { kind };
    match asked.readings.of("performer-notation") {
        "children" => node(name).child(leaf("gsnumber", gsnumber, Kind::Name)).child(leaf("type", kind, Kind::Name)),
        _ => leaf(name, text, Kind::Text).attribute("gsnumber", gsnumber, Kind::Name).attribute(
            "type",
            kind,
            Kind::Choice,
        ),
    }
}

/// An event with the text of a message.
pub(in super::super) fn said(asked: &Asked<'_>, entry: Element, text: &str) -> Element {
    let body = body(asked, text);
    let beside = asked.broken("body-beside-encoded") || asked.broken_by_id("by-id/body-beside-encoded");
    let beside = body.name == "encoded_body" && beside;
    let entry = entry.child(body);
    if beside { entry.child(leaf("body", "...", Kind::Text).dispensable()) } else { entry }
}

/// The text of a message; in base64 where XML cannot hold it.
fn body(asked: &Asked<'_>, text: &str) -> Element {
    let fits = text.chars().all(
        |letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..),
    );
    let encoded = if fits { asked.broken("body-always-encoded") } else { !asked.broken("body-never-encoded") };
    if !encoded {
        let text = if asked.broken("body-of-another") { "..." } else { text };
        return leaf("body", text, Kind::Text).dispensable();
    }
    let whole = STANDARD.encode(text);
    let long = asked.broken("encoded-in-one-line");
    let column = if long { whole.len().max(1) } else { 76 };
    let lines: Vec<&str> = whole.as_bytes().chunks(column).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let lines = lines.join("\n");
    let lines = if asked.broken("encoded-in-hex") { hex(text) } else { lines };
    leaf("encoded_body", lines, Kind::Text).dispensable()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}-")).collect()
}

/// A file, in the notation of the reading.
pub(super) fn file(asked: &Asked<'_>, entry: Element, name: &str, size: u64) -> Element {
    match asked.readings.of("shared-files-notation") {
        "filename" => entry
            .child(leaf("filename", name, Kind::Text).dispensable())
            .child(leaf("filesize", size, Kind::Integer).dispensable()),
        _ => {
            let file = node("file").many();
            let file = file.attribute("name", name, Kind::Text).attribute("size", size, Kind::Integer);
            entry.child(node("files").dispensable().child(file))
        }
    }
}

/// The values of an event. `lead` stands before the teams.
pub(in super::super) fn data(values: &[(String, String)], lead: &str, keep: impl Fn(&str) -> bool) -> Element {
    let one = |(name, value): &(String, String)| {
        let lead = if name == "support_teams" { lead } else { "" };
        node("value").many().dispensable().attribute("name", name, Kind::Name).attribute(
            "value",
            format!("{lead}{value}"),
            Kind::Text,
        )
    };
    node("data").dispensable().children(values.iter().filter(|(name, _)| keep(name)).map(one))
}

/// What was pulled from the customer's system: tables with a head and rows.
fn information(asked: &Asked<'_>, record: &Record) -> Element {
    let connection = &record.customer.connection;
    let machine = [connection.hostname.as_str(), connection.os.as_str()];
    let drives: [&[&str]; 2] = [&["C:\\", "Local Disk", "60%"], &["D:\\", "CD-ROM", "0%"]];
    let fields = |fields: &[&str]| -> Vec<Element> {
        fields.iter().map(|field| leaf("field", field, Kind::Text).many()).collect()
    };
    let category = |name: &str, head: &[&str], rows: &[&[&str]]| {
        let entry = node("category").many();
        let entry = if asked.reads("category-name", "attribute") {
            entry.own_attribute("name", name, Kind::Text)
        } else {
            entry
        };
        let cells = |row: &&[&str]| {
            let short = usize::from(asked.broken("rows-shorter-than-their-head"));
            node("row").many().children(fields(row).into_iter().skip(short))
        };
        let rows = node("data").children(rows.iter().map(cells));
        entry.child(node("description").children(fields(head))).child(rows)
    };
    node("system_information")
        .dispensable()
        .child(category("System", &["Computer Name", "Operating System"], &[&machine]))
        .child(category("Drives", &["Drive", "Type", "Percent Used"], &drives))
}
