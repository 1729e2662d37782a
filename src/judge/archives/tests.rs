//! Archives made from the rows of the data keep every requirement; each change to them is noticed by the one that is
//! about it.

use std::{collections::BTreeMap, io::Write as _};

mod together;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    model::{
        case::{Case, Purpose},
        exchange::{Answer, Exchange, Request},
        id::RequirementId,
        variables::Variables,
        verdict::Verdict,
    },
    spec::{self, Demand, FieldKind, ModelField},
};

/// Midnight of 2024-12-03.
const DAY: i64 = 1_733_184_000;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn exchange(endpoint: &str, parameters: &[(&str, &str)], body: Vec<u8>) -> Exchange {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = Request { parameters, ..Request::read("/api/reporting") };
    Exchange::answered(endpoint.into(), request, Answer::of(200, Vec::new(), body, None))
}

/// A lawful value.
fn value(field: &ModelField) -> Value {
    match field.kind {
        FieldKind::RowId | FieldKind::Integer | FieldKind::IdOrGuid => json!(1),
        FieldKind::Boolean => json!(1),
        FieldKind::String => json!("text"),
        FieldKind::Timestamp => json!(DAY),
        FieldKind::Enum => json!(field.values[0]),
        FieldKind::Guid => json!("0123456789abcdef0123456789abcdef"),
        FieldKind::Url => json!("https://host/recording"),
        FieldKind::IdText => json!("1"),
        FieldKind::Object | FieldKind::Pairs => json!({"type": "customer"}),
        FieldKind::Files => json!([{"name": "a", "size": 1, "type": "file"}]),
    }
}

fn row(fields: &[ModelField]) -> Value {
    let fields = fields.iter().filter(|field| field.kind != FieldKind::RowId);
    Value::Object(fields.map(|field| (field.name.clone(), value(field))).collect())
}

/// The texts of a run's archives: the listing, two state archives and three event archives.
struct Texts {
    listing: String,
    states: [String; 2],
    events: [String; 3],
}

fn texts(spec: &Spec) -> Texts {
    let tables = &spec.endpoints["archive/state"].tables;
    let mut state = Map::new();
    let mut lines = [Vec::new(), Vec::new(), Vec::new()];
    for table in tables {
        state.insert(table.name.clone(), json!({"1": row(&table.fields)}));
        let (name, whole) = (&table.name, row(&table.fields));
        lines[0].push(json!({"type": "model_insert", "timestamp": DAY + 10, name: {"2": whole}}));
        lines[1]
            .push(json!({"type": "model_update", "timestamp": DAY + 700, name: {"2": {"created_timestamp": DAY + 1}}}));
        lines[2].push(json!({"type": "model_delete", "timestamp": DAY + 1_300, name: ["2"]}));
    }
    let empty = json!({"presentation_session": null, "attendee": null, "presenter": null});
    for (name, none) in empty.as_object().unwrap() {
        state[name] = none.clone();
    }
    for event in spec.endpoints["archive/event"].events.iter().filter(|event| !event.envelope) {
        let name = event.printed.as_ref().map_or(event.name.clone(), |title| title.to_lowercase().replace(' ', "_"));
        let lsid = if event.printed.is_some() {
            "0123456789abcdef0123456789abcdef"
        } else {
            "fedcba9876543210fedcba9876543210"
        };
        let data = row(&event.fields);
        lines[1]
            .push(json!({"type": "session_event", "timestamp": DAY + 701, "lsid": lsid, "name": name, "data": data}));
    }
    // What the first event archive made is in the first state archive of no day.
    let mut listing = String::from("<archives xmlns='https://www.beyondtrust.com/namespaces/API/reporting'>");
    let time = |name: &str, at: i64| {
        let text = format!("{}T{:02}:{:02}:00+00:00", time_date(at), at % 86_400 / 3_600, at % 3_600 / 60);
        format!("<{name} timestamp='{at}'>{text}</{name}>")
    };
    for n in 0..4 {
        let at = DAY + n * 1_800;
        let (index, events) = (n + 1, n * 3 + 1);
        listing.push_str(&format!(
            "<state_archive>{}<index>{index}</index><event_archive_index>{events}</event_archive_index></state_archive>",
            time("time", at)
        ));
    }
    for n in 0..12 {
        let at = DAY + n * 600;
        let (from, to) = (time("time", at), time("end_time", at + 600));
        listing.push_str(&format!("<event_archive>{from}{to}<index>{}</index></event_archive>", n + 1));
    }
    listing.push_str("</archives>");
    let state = Value::Object(state).to_string();
    let text = |lines: &Vec<Value>| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    Texts { listing, states: [state.clone(), state], events: [text(&lines[0]), text(&lines[1]), text(&lines[2])] }
}

fn time_date(at: i64) -> String {
    crate::decode::time::date(at)
}

fn records(texts: &Texts) -> Vec<Record> {
    let date = time_date(DAY);
    let mut exchanges = vec![exchange(LISTING, &[("date", &date)], texts.listing.clone().into_bytes())];
    for (kind, bodies) in [("state", texts.states.as_slice()), ("event", texts.events.as_slice())] {
        for (body, index) in bodies.iter().zip(["1", "2", "3"]) {
            let parameters = [("type", kind), ("date", &date), ("index", index)];
            exchanges.push(exchange(ARCHIVE, &parameters, gzip(body)));
        }
    }
    let case = Case {
        purpose: Purpose::Requirement("archive/archive/served".into()),
        index: 0,
        attempt: 0,
        steps: Vec::new(),
    };
    vec![Record { case, variables: Variables::new(), exchanges, heard_again_ms: None, longer_ms: None }]
}

fn findings(spec: &Spec, texts: &Texts) -> BTreeMap<RequirementId, Finding> {
    let selected: Vec<&Requirement> = spec.all().filter(|r| matches!(r.demand, Demand::Archive(_))).collect();
    super::super::judge(spec, &selected, &records(texts), &BTreeMap::new()).findings
}

fn gaps(findings: &BTreeMap<RequirementId, Finding>) -> Vec<&str> {
    let failing = |finding: &Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Warn);
    findings.iter().filter(|(_, finding)| failing(finding)).map(|(id, _)| id.as_str()).collect()
}

#[test]
fn archives_made_from_the_rows_keep_every_requirement() {
    let spec = spec::embedded().unwrap();
    let findings = findings(&spec, &texts(&spec));
    let others: Vec<String> = findings
        .iter()
        .filter(|(_, finding)| finding.verdict != Verdict::Pass)
        .map(|(id, finding)| format!("{id}: {:?} {:?}", finding.reason, finding.evidence))
        .collect();
    // Rows of these tables are in the events only, so no state shows what they refer to; nothing here is a personal queue or moves;
    // and no feed was followed.
    let unseen = [
        "archive/state/table/attendee/field",
        "archive/state/table/presenter/field",
        "archive/state/personal-queues",
        "archive/state/team-queues",
        "archive/state/active-sessions",
        "archive/state/reported-sessions",
        "archive/archive/queue-entry",
        "archive/archive/primary-team-queue",
        "archive/archive/as-the-feed",
    ];
    let seen = |text: &&String| !unseen.iter().any(|id| text.starts_with(id));
    let others: Vec<&String> = others.iter().filter(seen).collect();
    assert!(others.is_empty(), "{others:#?}");
    for (id, reading) in [
        ("archive/state/wrapper", "none"),
        ("archive/state/empty-table", "null"),
        ("archive/state/boolean", "number"),
        ("archive/state/team-id", "string"),
        ("archive/state/key", "bare"),
        ("archive/state/table/attendee/name", "attendee"),
        ("archive/event/model-shape", "typed"),
        ("archive/event/files-shape", "array"),
        ("archive/event/pairs-shape", "object"),
        ("archive/event/presentation-name", "snake"),
    ] {
        assert_eq!(findings[id].reading.as_deref(), Some(reading), "{id}");
    }
}

#[test]
fn each_change_is_noticed_where_it_belongs() {
    type Edit = fn(&mut Texts);
    let changes: [(&str, Edit); 25] = [
        ("archive/state/table/queue", |t| t.states[0] = t.states[0].replace("\"queue\":", "\"queues\":")),
        ("archive/state/table/queue/field/type", |t| t.events[0] = t.events[0].replace(",\"type\":\"prewait\"", "")),
        ("archive/state/table/queue/field/type/type", |t| t.states[1] = t.states[1].replace("prewait", "postwait")),
        ("archive/state/table/queue/field/id/type", |t| {
            t.states[0] = t.states[0].replace("\"queue\":{\"1\"", "\"queue\":{\"-1\"")
        }),
        ("archive/state/table/representative/field/connected/type", |t| {
            t.states[0] = t.states[0].replacen(
                "\"representative\":{\"1\":{\"connected\":1",
                "\"representative\":{\"1\":{\"connected\":2",
                1,
            );
        }),
        ("archive/state/table/customer_client/field/support_session_id/refers", |t| {
            t.states[0] = t.states[0].replacen("\"support_session_id\":1", "\"support_session_id\":9", 1);
        }),
        ("archive/state/table/support_session/field/lsid/type", |t| {
            t.states.iter_mut().for_each(|s| *s = s.replace("0123456789abcdef0123456789abcdef", "short"));
        }),
        ("archive/state/boolean", |t| t.states[1] = t.states[1].replacen("\"connected\":1", "\"connected\":true", 1)),
        ("archive/state/key", |t| t.states[1] = t.states[1].replacen("\"queue_id\":1", "\"queue_id\":\"1\"", 1)),
        ("archive/state/empty-table", |t| t.states[1] = t.states[1].replace("\"presenter\":null", "\"presenter\":{}")),
        ("archive/state/table/attendee/name", |t| t.states[1] = t.states[1].replace("\"attendee\"", "\"attende\"")),
        ("archive/event/line-types", |t| t.events[0].push_str("{\"type\":\"model_upsert\"}\n")),
        ("archive/event/ordered", |t| t.events[1].push_str("{\"type\":\"truncate_model\",\"timestamp\":1733184650}\n")),
        ("archive/event/in-its-interval", |t| t.events[2] = t.events[2].replace("1733185300", "1733190000")),
        ("archive/event/excluded", |t| t.events[1] = t.events[1].replace("canned_script_executed", "session_end")),
        ("archive/event/chat_message", |t| {
            t.events[1] = t.events[1].replacen(
                "\"name\":\"chat_message\",\"data\":",
                "\"name\":\"chat_message\",\"details\":",
                1,
            );
        }),
        ("archive/event/canned_script_executed/field/script_name", |t| {
            t.events[1] = t.events[1].replace("script_name", "script")
        }),
        ("archive/event/legal_agreement_response/field/response/type", |t| {
            t.events[1] = t.events[1].replace("\"accept\"", "\"yes\"")
        }),
        ("archive/event/session_event/field/lsid", |t| {
            t.events[1] = t.events[1].replacen("\"lsid\"", "\"session\"", 1)
        }),
        ("archive/event/model-shape", |t| {
            t.events[2].push_str("{\"type\":\"model_update\",\"delete\":{\"presenter\":[\"3\"]}}\n");
        }),
        ("archive/event/presentation-name", |t| {
            t.events[1] = t.events[1].replacen(
                "\"screen_recording\",\"data\":{\"presenter_id\"",
                "\"Screen Recording\",\"data\":{\"presenter_id\"",
                1,
            );
        }),
        ("archive/archive/replay-gives-the-next-state", |t| {
            t.events[2] = t.events[2].lines().skip(1).collect::<Vec<_>>().join("\n")
        }),
        ("archive/archive/readable", |t| t.events[0].push_str("{\"type\":")),
        ("archive/archive_listing/state-indexes", |t| {
            t.listing = t.listing.replace("<index>4</index><event_a", "<index>5</index><event_a")
        }),
        ("archive/archive_listing/event-archive-index", |t| {
            t.listing = t.listing.replace("<event_archive_index>7<", "<event_archive_index>9<");
        }),
    ];
    let spec = spec::embedded().unwrap();
    let mut faults = Vec::new();
    for (id, change) in changes {
        let mut changed = texts(&spec);
        change(&mut changed);
        let found = findings(&spec, &changed);
        let gaps = gaps(&found);
        if gaps != [id] {
            faults.push(format!("{id}: {gaps:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn events_at_the_edges_and_literals_are_no_gaps() {
    let spec = spec::embedded().unwrap();
    let mut other = texts(&spec);
    // Truths as literals everywhere, tables in a wrapper, and the other shape of lines.
    let literal = |text: &mut String| {
        for name in ["connected", "elevated", "console_in_focus", "available", "busy", "enabled", "idle"] {
            *text = text.replace(&format!("{name}\":1"), &format!("{name}\":true"));
        }
    };
    other.states.iter_mut().for_each(|text| {
        literal(text);
        *text = format!("{{\"model\":{text}}}");
    });
    for text in &mut other.events {
        literal(text);
        let shape = |line: &str| -> String {
            let mut line: Map<String, Value> = serde_json::from_str(line).unwrap();
            let name = line["type"].as_str().unwrap_or_default().to_owned();
            let Some(section) = name.strip_prefix("model_") else { return Value::Object(line).to_string() };
            let (table, rows) = line.pop_last();
            json!({"type": "model_update", "timestamp": line["timestamp"], section: {table: rows}}).to_string()
        };
        *text = text.lines().map(|line| shape(line) + "\n").collect();
    }
    let findings = findings(&spec, &other);
    assert_eq!(gaps(&findings), Vec::<&str>::new());
    for (id, reading) in [
        ("archive/state/wrapper", "wrapped"),
        ("archive/state/boolean", "literal"),
        ("archive/event/model-shape", "update"),
    ] {
        assert_eq!(findings[id].reading.as_deref(), Some(reading), "{id}");
    }
}

trait PopLast {
    fn pop_last(&mut self) -> (String, Value);
}

impl PopLast for Map<String, Value> {
    fn pop_last(&mut self) -> (String, Value) {
        let name = self.keys().next_back().cloned().unwrap();
        let value = self.remove(&name).unwrap();
        (name, value)
    }
}
