//! Archives can be replayed, have everything the guide names, and never change. Only tests use it.

use std::collections::BTreeSet;
use std::io::Read as _;

use serde_json::{Map, Value};

use super::super::testing::{Lab, body, header, is_error, texts};
use super::tables::{Cell, TABLES, Type};
use super::{EVENTS, PRESENTATION_EVENTS};

fn file(lab: &Lab, kind: &str, date: &str, index: usize) -> String {
    let query = format!("generate_report=Archive&type={kind}&date={date}&index={index}");
    let answer = lab.ask("touchmark", "GET", &query);
    assert_eq!(header(&answer, "Content-Type"), Some("application/gzip"), "{kind} {date} {index}: {}", body(&answer));
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("a gzip file");
    text
}

fn state(lab: &Lab, date: &str, index: usize) -> Map<String, Value> {
    let text = file(lab, "state", date, index);
    let Ok(Value::Object(tables)) = serde_json::from_str(&text) else { panic!("no object: {text}") };
    tables
}

fn events(lab: &Lab, date: &str, index: usize) -> Vec<Value> {
    file(lab, "event", date, index).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What an integration does with a line.
fn replay(tables: &mut Map<String, Value>, line: &Value) {
    let kind = line["type"].as_str().expect("a type");
    if kind == "truncate_model" {
        tables.values_mut().for_each(|rows| *rows = Value::Null);
    }
    let Some(change) = kind.strip_prefix("model_") else { return };
    let rows = tables.get_mut(line["table"].as_str().expect("a table")).expect("a known table");
    let id = line["id"].to_string();
    let row = rows.get(&id).cloned();
    match change {
        "insert" => {
            assert!(row.is_none(), "{line} is there already");
            rows[&id] = line["data"].clone();
        }
        "update" => {
            assert!(row.is_some(), "{line} is of nothing");
            for (field, value) in line["data"].as_object().expect("fields") {
                rows[&id][field] = value.clone();
            }
        }
        _ => {
            let removed = rows.as_object_mut().expect("rows").remove(&id);
            assert!(removed.is_some(), "{line} is of nothing");
            if rows.as_object().is_some_and(Map::is_empty) {
                *rows = Value::Null;
            }
        }
    }
}

/// Every key refers to a row that is there.
fn keys_lead_somewhere(tables: &Map<String, Value>) {
    for table in TABLES {
        for (id, row) in tables[table.name].as_object().into_iter().flatten() {
            assert_eq!(row.as_object().expect("a row").len(), table.fields.len(), "{} {id}", table.name);
            for field in table.fields {
                if let (Type::Key(of), Some(key)) = (field.holds, row[field.name].as_u64()) {
                    assert!(tables[of].get(key.to_string()).is_some(), "{} {id} {}: {row}", table.name, field.name);
                }
            }
        }
    }
}

#[test]
fn a_state_and_the_events_after_it_give_the_next_state() {
    let lab = Lab::new();
    // From one session to the next, past the moment when the processes started anew, and up to the present.
    for (date, first, last) in [("2023-11-13", 1, 9), ("2023-11-14", 41, 45)] {
        let mut tables = state(&lab, date, first);
        let mut truncated = 0;
        for index in first..last {
            for part in 1..=3 {
                let lines = events(&lab, date, (index - 1) * 3 + part);
                truncated += lines.iter().filter(|line| line["type"] == "truncate_model").count();
                lines.iter().for_each(|line| replay(&mut tables, line));
            }
            assert_eq!(Value::Object(tables.clone()), Value::Object(state(&lab, date, index + 1)), "{date} {index}");
            keys_lead_somewhere(&tables);
        }
        assert_eq!(truncated, usize::from(date == "2023-11-13"), "{date}");
    }
}

#[test]
fn a_state_has_every_table_and_every_field_holds_something() {
    let lab = Lab::new();
    let tables = state(&lab, "2023-11-14", 1);
    for table in TABLES {
        let rows = tables[table.name].as_object().expect(table.name);
        for field in table.fields {
            let held = |row: &Value| !row[field.name].is_null() && row[field.name] != "";
            assert!(rows.values().any(held), "{} {}", table.name, field.name);
        }
    }
    // In the morning the screen is not shown for a while.
    let tables = state(&lab, "2023-11-13", 15);
    assert!(tables["presenter"].is_null() && tables["attende"].is_object());
}

#[test]
fn ten_minutes_have_every_event_with_every_field() {
    let lab = Lab::new();
    for (date, index) in [("2023-11-14", 1), ("2023-11-10", 77), ("2023-11-14", 132)] {
        let lines = events(&lab, date, index);
        let mut last = 0;
        let (mut names, mut lsids) = (BTreeSet::new(), BTreeSet::new());
        for line in lines.iter().filter(|line| line["type"] == "session_event") {
            let (name, lsid) = (line["name"].as_str().expect("a name"), line["lsid"].as_str().expect("an lsid"));
            let of_presentation = line["data"].get("presenter_id").is_some();
            let list = if of_presentation { PRESENTATION_EVENTS } else { EVENTS };
            let kind = list.iter().find(|kind| kind.name == name).expect("a known event");
            for (field, _) in kind.fields.iter().filter(|(field, _)| !field.optional) {
                assert!(!line["data"][field.name].is_null(), "{line} {}", field.name);
            }
            names.insert(name.to_owned());
            lsids.insert(lsid.to_owned());
        }
        for line in &lines {
            let at_s = line["timestamp"].as_i64().expect("an instant");
            assert!(at_s >= last && at_s % 600 < 600, "{line}");
            last = at_s;
        }
        assert_eq!(names.len(), EVENTS.len(), "{date} {index}: {names:?}");
        let report = |lsid: &String| {
            let one =
                |report: &str| lab.report(&format!("generate_report={report}&lsid={lsid}")).contains(lsid.as_str());
            one("SupportSession") || one("PresentationSession")
        };
        assert!(lsids.len() > 1 && lsids.iter().all(report), "{lsids:?}");
    }
}

#[test]
fn what_is_listed_can_be_had_and_nothing_else() {
    let lab = Lab::new();
    let listed = |date: &str| lab.report(&format!("generate_report=ArchiveListing&date={date}"));
    let xml = listed("2023-11-14");
    assert_eq!((xml.matches("<state_archive>").count(), xml.matches("<event_archive>").count()), (45, 133));
    assert_eq!((texts(&xml, "index")[0], texts(&xml, "event_archive_index")[44]), ("1", "133"));
    assert!(events(&lab, "2023-11-14", 133).iter().all(|line| line["timestamp"].as_i64() < Some(1_699_999_800)));
    for (kind, date, index) in [("state", "2023-11-14", 46), ("event", "2023-11-14", 134), ("state", "2023-11-07", 1)]
        .into_iter()
        .chain([("state", "2023-11-15", 1), ("event", "2023-11-14", 0)])
    {
        let xml = lab.report(&format!("generate_report=Archive&type={kind}&date={date}&index={index}"));
        assert!(is_error(&xml), "{kind} {date} {index}");
    }
    assert!(listed("2023-11-07").contains("<archives xmlns=") && !listed("2023-11-07").contains("index"));
    assert!(is_error(&listed("yesterday")) && is_error(&lab.report("generate_report=ArchiveListing")));
}

#[test]
fn an_archive_never_changes_and_tells_what_commands_do() {
    let lab = Lab::new();
    let before = file(&lab, "event", "2023-11-14", 133);
    lab.get("action=send_chat_message&lsid=c69a8e10bea9428f816cfababe9815fe&body=Archived+words");
    lab.get("action=join_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=5");
    lab.clock.advance(600_000);
    lab.get("action=terminate_session&lsid=c69a8e10bea9428f816cfababe9815fe");
    lab.clock.advance(1_200_000);
    assert_eq!(file(&lab, "event", "2023-11-14", 133), before);
    assert!(file(&lab, "event", "2023-11-14", 134).contains("Archived words"));
    let mut tables = state(&lab, "2023-11-14", 45);
    let rows = |tables: &Map<String, Value>| tables["support_session"].to_string().contains("c69a8e10");
    assert!(rows(&tables));
    for index in 133..=135 {
        events(&lab, "2023-11-14", index).iter().for_each(|line| replay(&mut tables, line));
    }
    assert!(!rows(&tables));
    assert_eq!(Value::Object(tables), Value::Object(state(&lab, "2023-11-14", 46)));
}

#[test]
fn shapes_are_those_of_the_readings() {
    let lab = Lab::reading(&[
        "archive-model-shape=update",
        "archive-boolean=literal",
        "archive-key=quoted",
        "archive-team-id=number",
        "attendee-table=attendee",
        "archive-state-wrapper=wrapped",
    ]);
    let state = state(&lab, "2023-11-14", 1);
    let tables = &state["model"];
    let first = |table: &str| tables[table].as_object().and_then(|rows| rows.values().next().cloned()).expect("a row");
    assert!(first("attendee")["connected"].is_boolean() && first("presenter")["representative_id"].is_string());
    let teams = tables["queue"].as_object().expect("rows").values().any(|row| row["support_team_id"] == 3);
    assert!(teams && tables.get("attende").is_none());
    let lines = events(&lab, "2023-11-14", 1);
    assert!(lines.iter().any(|line| line["update"]["representative"].is_object()), "{lines:?}");
}

#[test]
fn blank_cells_are_of_their_type() {
    assert_eq!((Type::Text.blank(), Type::Stamp.blank()), (Cell::Text(String::new()), Cell::Nothing));
}
