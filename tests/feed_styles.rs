//! A target may write its feed otherwise than the emulator: what was heard of one is changed, and judged again.
//!
//! In: the records of a run that follows the feed, and what becomes of each of its messages. Out: the findings on the rows, and which of
//! them fail.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::{Value, json};
use touchmark::{
    commands::InMemory,
    judge,
    model::{conversation::Conversation, exchange::Outcome, record::Record, verdict::Verdict},
    spec,
};

/// What is asked for, and what is judged again.
const ASKED: [&str; 2] = ["realtime/nw", "realtime/consistency"];
const JUDGED: [&str; 2] = ["realtime/nw/model/", "realtime/nw/table/"];

static RECORDS: LazyLock<Vec<Record>> = LazyLock::new(|| {
    let spec = spec::embedded().expect("sound data");
    InMemory { only: ASKED.map(str::to_owned).to_vec(), ..InMemory::default() }.run(&spec).expect("a run").records
});

/// The messages of an update whose inserted rows come table by table, and whose other changes come with the last of them.
fn table_by_table(message: &Value) -> Vec<Value> {
    let kind = &message["type"];
    let mut rest = message.clone();
    let Some(Value::Object(tables)) = rest.as_object_mut().and_then(|members| members.remove("insert")) else {
        return vec![message.clone()];
    };
    let mut all: Vec<Value> =
        tables.into_iter().map(|(table, rows)| json!({ "type": kind, "insert": { table: rows } })).collect();
    if rest.as_object().is_some_and(|members| members.len() > 1) {
        all.push(rest);
    }
    all
}

/// Each row of the sections in which rows stand, with the name of its table.
fn rows(message: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    let sections =
        message.as_object_mut().into_iter().flatten().filter(|(name, _)| matches!(name.as_str(), "insert" | "update"));
    let tables = sections.filter_map(|(_, tables)| tables.as_object_mut()).flatten();
    tables.flat_map(|(table, rows)| rows.as_object_mut().into_iter().flatten().map(move |(_, row)| (&*table, row)))
}

#[test]
fn what_belongs_together_may_come_table_by_table_in_any_order() {
    check(table_by_table, &[]);
    check(|message| table_by_table(message).into_iter().rev().collect(), &[]);
}

#[test]
fn each_field_of_each_table_may_write_its_keys_in_a_way_of_its_own() {
    let quoted = |message: &Value| {
        let mut message = message.clone();
        for (table, row) in rows(&mut message) {
            if table == "support_session_skill" || table == "representative_queue" {
                for (name, value) in row.as_object_mut().into_iter().flatten() {
                    if name.ends_with("_id") && value.is_u64() {
                        *value = json!(value.to_string());
                    }
                }
            }
        }
        vec![message]
    };
    check(quoted, &[]);
}

#[test]
fn what_never_comes_is_missed_however_the_rest_is_cut() {
    let without = |message: &Value| {
        let mut message = message.clone();
        for section in ["insert", "update", "delete"] {
            if let Some(tables) = message[section].as_object_mut() {
                tables.remove("representative");
            }
        }
        table_by_table(&message)
    };
    check(
        without,
        &[
            "realtime/nw/table/representative_queue/field/representative_id/refers",
            "realtime/nw/table/representative_support_session/field/representative_id/refers",
        ],
    );
}

/// Changes every message about rows, and holds that these requirements fail and no others that did not before.
#[track_caller]
fn check(change: impl Fn(&Value) -> Vec<Value>, fails: &[&str]) {
    let changed: Vec<Record> = RECORDS.iter().map(|record| changed(record, &change)).collect();
    let (before, after) = (failing(&RECORDS), failing(&changed));
    assert_eq!(before, [""; 0]);
    let missed: Vec<&&str> = fails.iter().filter(|id| !after.iter().any(|failed| failed == **id)).collect();
    assert!(missed.is_empty(), "{missed:?} of {after:?}");
    assert!(!fails.is_empty() || after.is_empty(), "{after:?}");
}

/// A record in which the messages of every conversation are others.
fn changed(record: &Record, change: &impl Fn(&Value) -> Vec<Value>) -> Record {
    let mut record = record.clone();
    for exchange in &mut record.exchanges {
        let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
        if answer.status != 101 {
            continue;
        }
        let mut heard: Conversation = serde_json::from_str(&answer.body).expect("a conversation");
        let (mut stream, mut message_ms) = (String::new(), Vec::new());
        for (line, ms) in heard.stream.split_inclusive('\n').zip(heard.message_ms.iter().chain(std::iter::repeat(&0))) {
            match serde_json::from_str::<Value>(line) {
                Ok(message) if line.ends_with('\n') && message["type"] == "model_update" => {
                    for other in change(&message) {
                        stream.push_str(&format!("{other}\n"));
                        message_ms.push(*ms);
                    }
                }
                _ => {
                    stream.push_str(line);
                    message_ms.extend(line.ends_with('\n').then_some(*ms));
                }
            }
        }
        (heard.stream, heard.message_ms) = (stream, message_ms);
        answer.body = serde_json::to_string(&heard).expect("a conversation").into();
    }
    record
}

/// The requirements on rows that fail.
fn failing(records: &[Record]) -> Vec<String> {
    let spec = spec::embedded().expect("sound data");
    let only = JUDGED.map(str::to_owned);
    let selected: Vec<_> = spec.select(&only).collect();
    assert!(selected.len() > 100);
    let judged = judge::judge(&spec, &selected, records, &BTreeMap::new());
    let fails = judged.findings.iter().filter(|(_, finding)| finding.verdict == Verdict::Fail);
    fails.map(|(id, _)| id.to_string()).collect()
}
