//! The law of real-time messages on the model, and a second reader of them, which the law of archives has, too.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names what does not hold. The second reader holds
//! whole values, and looks at the sections of the one message that the guide prints (p. 143).

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::{Map, Value, value::RawValue};

use super::{FeedMessage, FeedModel, ModelMessage, Notation, StateModel, TableRow};

/// Lines of a feed, one after another: a message done twice is as good as done once; what a message does not name stays as it is; a second
/// reader has the same rows; and a line that is no message changes nothing.
pub fn feed(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let mut feed = FeedModel::default();
    let mut second = Some(StateModel::new(usize::MAX));
    for line in text.split('\n') {
        let before = rows(feed.rows());
        let message = FeedMessage::of(line);
        feed.take(line);
        let after = rows(feed.rows());
        let of_rows = message.as_ref().map(FeedMessage::of_rows);
        if let Some(Err(fault)) = &of_rows {
            assert_eq!(fault.to_string().lines().count(), 1, "a fault of no line or several: {fault}");
        }
        let about_rows = message.as_ref().is_some_and(FeedMessage::is_of_rows);
        assert!(!about_rows || !matches!(of_rows, Some(Ok(None))), "a message about rows is none");
        match of_rows {
            Some(Ok(Some(message))) => {
                let others = |all: &[Row]| {
                    all.iter().filter(|(table, id, _)| !names(&message, table, id)).cloned().collect::<Vec<_>>()
                };
                if message.changes().iter().all(|change| change.id.is_some()) && !is_truncate(&message) {
                    assert_eq!(others(&before), others(&after), "a row changed that the message does not name");
                }
                second = second.and_then(|model| by_values(model, &message, line));
            }
            _ => assert_eq!(before, after, "what is no message changes rows"),
        }
        feed.take(line);
        assert_eq!(rows(feed.rows()), after, "a message done twice is another than done once");
    }
    if let Some(second) = &second {
        assert_eq!(rows(feed.rows()), rows(second), "a reader of values has another model");
    }
    differs(feed.rows());
    second.is_some() && !rows(feed.rows()).is_empty()
}

/// A model is as itself, differs from one without one of its rows, and is as that one where the table is not looked at.
fn differs(model: &StateModel) {
    assert_eq!(model.difference(&model.clone()), None, "a model differs from itself");
    let all = rows(model);
    assert_eq!(model.len(), all.len(), "another number of rows");
    let Some((table, id, fields)) = all.first() else { return };
    assert!(model.has(table, id) && model.rows(table).any(|(other, _)| other == id), "a row is not there");
    assert!(fields.iter().all(|(name, value)| model.field(table, id, name) == Some(value)), "a field is another");
    let mut less = model.clone();
    less.tables.get_mut(table).and_then(|rows| rows.remove(id)).expect("the row is there");
    assert!(model.difference(&less).is_some_and(|says| says.contains("only in the first")), "a row is missed");
    assert!(less.difference(model).is_some_and(|says| says.contains("only in the second")), "a row is missed");
    let mut rest = model.clone();
    let others = |name: &str, _: Option<&str>| name != table;
    rest.keep(others);
    less.keep(others);
    assert_eq!(rest.difference(&less), None, "a table that is left out makes a difference");
    if let Some((name, value)) = fields.iter().find(|(_, value)| !value.is_null() && value.as_str() != Some("")) {
        let mut blank = model.clone();
        let row = blank.tables.get_mut(table).and_then(|rows| rows.get_mut(id)).expect("the row is there");
        row.fields.insert(name.clone(), Value::Null);
        assert!(
            model.difference(&blank).is_some_and(|says| says.contains(name.as_str())),
            "{value} is as good as nothing"
        );
    }
}

/// Table, id and fields of a row.
pub(in crate::decode) type Row = (String, String, Map<String, Value>);

fn names(message: &ModelMessage<'_>, table: &str, id: &str) -> bool {
    message.changes().iter().any(|change| change.table == table && change.id.as_deref() == Some(id))
}

fn is_truncate(message: &ModelMessage<'_>) -> bool {
    matches!(message, ModelMessage::Truncate)
}

/// The model after a message by the second reader; none where it does not read such a one.
fn by_values(mut model: StateModel, message: &ModelMessage<'_>, line: &str) -> Option<StateModel> {
    match message {
        ModelMessage::Truncate => model.truncate(),
        ModelMessage::Changes { notation: Notation::Update, .. } if no_member_twice(line) => {
            let value: Value = serde_json::from_str(line).ok()?;
            let inner = |section: &Value| ["update", "delete"].iter().any(|name| section.get(name).is_some());
            if inner(&value["insert"]) {
                return None;
            }
            by_sections(&mut model, &value, line);
        }
        ModelMessage::Changes { .. } => return None,
    }
    Some(model)
}

/// The rows alone; tables without any are as good as none.
pub(in crate::decode) fn rows(model: &StateModel) -> Vec<Row> {
    let of = |table: &String, (id, row): (&String, &TableRow)| (table.clone(), id.clone(), row.fields.clone());
    model.tables.iter().flat_map(|(table, rows)| rows.iter().map(move |row| of(table, row))).collect()
}

/// Whether every number in it is a whole one of at most 64 bits; others are rounded each time that they are read.
pub(in crate::decode) fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_i64() || number.is_u64(),
        Value::Array(all) => all.iter().all(is_exact),
        Value::Object(all) => all.values().all(is_exact),
        _ => true,
    }
}

pub(in crate::decode) fn by_sections(model: &mut StateModel, value: &Value, line: &str) {
    let objects = |value: &Value| value.as_object().cloned().unwrap_or_default();
    for section in ["insert", "update"] {
        for (table, rows) in objects(&value[section]) {
            for (id, row) in objects(&rows) {
                let table = model.tables.entry(table.clone()).or_default();
                let old = table.entry(id).or_default();
                if section == "insert" {
                    old.fields.clear();
                }
                old.fields.extend(objects(&row));
            }
        }
    }
    // A number beyond 64 bits is no exact value, so what goes is read as it is written.
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(line).expect("the line is an object");
    let tables: BTreeMap<String, &RawValue> =
        members.get("delete").map(|tables| read_again(tables)).unwrap_or_default();
    for (table, gone) in tables {
        let Some(rows) = model.tables.get_mut(&table) else { continue };
        let gone: Vec<String> = match gone.get() {
            "null" | "true" => {
                rows.clear();
                continue;
            }
            text if text.starts_with('[') => read_again::<Vec<&RawValue>>(gone).into_iter().map(id_of).collect(),
            text if text.starts_with('{') => read_again::<BTreeMap<String, IgnoredAny>>(gone).into_keys().collect(),
            _ => vec![id_of(gone)],
        };
        rows.retain(|id, _| !gone.contains(id));
    }
}

fn read_again<'a, T: serde::Deserialize<'a>>(raw: &'a RawValue) -> T {
    serde_json::from_str(raw.get()).expect("the other reader took it")
}

/// A text, or the number as it is written.
fn id_of(id: &RawValue) -> String {
    serde_json::from_str(id.get()).unwrap_or_else(|_| id.get().to_owned())
}

/// Which of two members with one name counts is nobody's law.
pub(in crate::decode) fn no_member_twice(text: &str) -> bool {
    #[derive(PartialEq)]
    struct Unique(bool);
    impl<'de> serde::Deserialize<'de> for Unique {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_any(UniqueNames)
        }
    }
    struct UniqueNames;
    impl<'de> serde::de::Visitor<'de> for UniqueNames {
        type Value = Unique;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("anything")
        }
        fn visit_unit<E>(self) -> Result<Unique, E> {
            Ok(Unique(true))
        }
        fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
            Ok(Unique(true))
        }
        fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
            Ok(Unique(true))
        }
        fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
            Ok(Unique(true))
        }
        fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
            Ok(Unique(true))
        }
        fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
            Ok(Unique(true))
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Unique, A::Error> {
            let mut all = true;
            while let Some(Unique(one)) = seq.next_element()? {
                all &= one;
            }
            Ok(Unique(all))
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
            let (mut all, mut names) = (true, std::collections::BTreeSet::new());
            while let Some((name, Unique(one))) = map.next_entry::<String, Unique>()? {
                all &= one && names.insert(name);
            }
            Ok(Unique(all))
        }
    }
    serde_json::from_str::<Unique>(text).is_ok_and(|unique| unique.0)
}
