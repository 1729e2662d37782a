//! The laws of the archive reader, listed in [`crate::fuzzing`]; they stand here because they ask what is private to this room.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold. A second reader, which holds the
//! whole text and reads it as values, is beside the first.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write as _};

use flate2::{Compression, write::GzEncoder};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json, value::RawValue};

use super::{ArchiveError, ArchiveErrorKind, ArchiveEvent, Limits, StateArchive, event, events, events_ahead, state};
use crate::decode::model::{
    ChangeKind, ModelMessage, RowChange, StateModel,
    law::{by_sections, is_exact, no_member_twice, rows},
};

const SMALL: Limits = Limits { bytes: 1 << 20, line_bytes: 32 * 1024, model_bytes: 1 << 20 };

/// ArchiveEvent archives: it does not matter in which pieces the bytes come, plain or compressed, in one member or in two;
/// what is written again reads the same; and a reader of whole documents says the same.
pub fn archive_event(data: &[u8]) -> bool {
    let whole = replayed(Cursor::new(data));
    for size in [1, 7, 300] {
        alike(&whole, &replayed(BufReader::with_capacity(size, Pieces { data, size })), "in pieces it reads otherwise");
    }
    // A thread takes longer than all else, so not each archive is given one.
    if data.len().is_multiple_of(4) {
        alike(
            &whole,
            &replayed_by(|each| events_ahead(Cursor::new(data), SMALL, each)),
            "on two threads it reads otherwise",
        );
    }
    let says = whole.error.as_ref().map(ToString::to_string);
    assert!(says.as_ref().is_none_or(|says| says.lines().count() == 1), "a fault of no line or several: {says:?}");
    let Some(text) = plain(data) else { return false };
    let middle = text.len() / 2;
    let two = [gzip(&text.as_bytes()[..middle]), gzip(&text.as_bytes()[middle..])].concat();
    for file in [gzip(text.as_bytes()), two] {
        alike(&whole, &replayed(Cursor::new(&file)), "compressed it reads otherwise");
        // A file that ends too early is not taken for a whole one.
        let cut = replayed(Cursor::new(&file[..file.len() - 1]));
        assert!(cut.error.is_some(), "a cut file is taken for a whole one");
    }
    if let Some(expected) = by_values(text) {
        match (&expected, &whole.error) {
            (Some(model), None) => assert_eq!(rows(&whole.model), rows(model), "a reader of values has another model"),
            (Some(_), Some(error)) => {
                assert!(error.is_bound(), "a reader of values takes what this one refuses: {error}")
            }
            (None, None) => panic!("this reader takes what a reader of values refuses"),
            (None, Some(_)) => {}
        }
    }
    let exact = |line: &String| serde_json::from_str(line).is_ok_and(|value| is_exact(&value));
    if whole.error.is_none() && whole.written.iter().all(exact) {
        let again = replayed(Cursor::new(whole.written.join("\n").as_bytes()));
        assert!(
            again.error.as_ref().is_none_or(ArchiveError::is_bound),
            "what is written cannot be read: {:?}",
            again.error
        );
        if again.error.is_none() {
            assert_eq!(rows(&again.model), rows(&whole.model), "what is written reads otherwise");
            assert_eq!(again.written, whole.written, "what is written is written otherwise");
            return !whole.written.is_empty();
        }
    }
    false
}

/// State archives: the same.
pub fn archive_state(data: &[u8]) -> bool {
    let whole = state(Cursor::new(data), SMALL);
    for size in [1, 7, 300] {
        let pieces = state(BufReader::with_capacity(size, Pieces { data, size }), SMALL);
        match (&whole, &pieces) {
            (Err(a), Err(b)) if a.is_of_file() || b.is_of_file() => {}
            _ => assert_eq!(whole, pieces, "in pieces it reads otherwise"),
        }
    }
    let Some(text) = plain(data) else { return false };
    let packed = state(Cursor::new(gzip(text.as_bytes())), SMALL);
    assert!(packed == whole || matches!((&packed, &whole), (Err(_), Err(_))), "compressed it reads otherwise");
    if let Err(fault) = &whole {
        let says = fault.to_string();
        assert!(says.lines().count() == 1, "a fault of no line or several: {says:?}");
    }
    let Ok(read) = whole else {
        let outside = |error: &ArchiveError| error.is_bound() || error.is_of_file();
        let taken = serde_json::from_str(text).ok().filter(|_| no_member_twice(text)).and_then(|v| state_by_values(&v));
        assert!(taken.is_none() || whole.as_ref().is_err_and(outside), "a reader of values takes it: {whole:?}");
        return false;
    };
    if no_member_twice(text) {
        let value: Value = serde_json::from_str(text).expect("this reader takes nothing but JSON");
        let expected = state_by_values(&value).expect("this reader takes what a reader of values refuses");
        assert_eq!(rows(&read.model), rows(&expected), "a reader of values has another model");
    }
    let written = written_state(&read);
    if !serde_json::from_str(&written).is_ok_and(|value| is_exact(&value)) {
        return false;
    }
    let again = state(Cursor::new(written.as_bytes()), SMALL);
    if again.as_ref().is_err_and(|error| error.is_bound() || error.is_of_file()) {
        return false;
    }
    let again = again.expect("what is written can be read");
    assert_eq!(rows(&again.model), rows(&read.model), "what is written reads otherwise");
    !rows(&read.model).is_empty()
}

/// Gives bytes in pieces of one size.
struct Pieces<'a> {
    data: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.size.min(into.len()).min(self.data.len());
        into[..n].copy_from_slice(&self.data[..n]);
        self.data = &self.data[n..];
        Ok(n)
    }
}

/// What replaying gives.
struct Replayed {
    model: StateModel,
    written: Vec<String>,
    error: Option<ArchiveError>,
}

fn replayed<R: BufRead>(reader: R) -> Replayed {
    replayed_by(|each| events(reader, SMALL, each))
}

/// What takes each event.
type Each<'a> = &'a mut dyn FnMut(&ArchiveEvent<'_>) -> Result<(), ArchiveError>;

fn replayed_by(read: impl FnOnce(Each<'_>) -> Result<u64, ArchiveError>) -> Replayed {
    let (mut model, mut written) = (StateModel::new(SMALL.model_bytes), Vec::new());
    let error = read(&mut |event| {
        event.apply_to(&mut model)?;
        written.push(write(event)?);
        Ok(())
    })
    .err();
    Replayed { model, written, error }
}

fn alike(one: &Replayed, other: &Replayed, says: &str) {
    let of_file = |replayed: &Replayed| replayed.error.as_ref().is_some_and(ArchiveError::is_of_file);
    if of_file(one) || of_file(other) {
        assert!(one.error.is_some() && other.error.is_some(), "{says}: {:?} {:?}", one.error, other.error);
        return;
    }
    assert_eq!(one.error, other.error, "{says}");
    assert_eq!(one.written, other.written, "{says}");
    assert_eq!(rows(&one.model), rows(&other.model), "{says}");
}

fn plain(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok().filter(|text| !text.is_empty() && !text.starts_with('\u{1f}'))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("bytes in memory can be compressed")
}

/// The event in the notation that says most.
fn write(event: &ArchiveEvent<'_>) -> Result<String, ArchiveError> {
    let read = |raw: &RawValue| -> Result<Value, ArchiveError> {
        serde_json::from_str(raw.get()).map_err(|error| event.error(ArchiveErrorKind::Value(error.into())))
    };
    let mut members = Map::new();
    for (name, value) in &event.members.0 {
        members.insert(name.to_string(), read(value)?);
    }
    let Some(ModelMessage::Changes { changes, .. }) = event.message() else {
        return Ok(Value::Object(members).to_string());
    };
    let whole = |change: &RowChange<'_>| change.kind == ChangeKind::Delete && change.id.is_none();
    let mut line = json!({"type": "model_update"});
    for (name, kind) in [("insert", ChangeKind::Insert), ("update", ChangeKind::Update), ("delete", ChangeKind::Delete)]
    {
        let mut tables = Map::new();
        for change in changes.iter().filter(|change| change.kind == kind) {
            let empty = if kind == ChangeKind::Delete { json!([]) } else { json!({}) };
            let table = tables.entry(change.table.to_string()).or_insert(empty);
            match (table, change.id.as_deref()) {
                (table, _) if whole(change) => *table = Value::Null,
                (Value::Array(ids), Some(id)) => ids.push(json!(id)),
                (Value::Object(rows), Some(id)) => {
                    rows.insert(id.to_owned(), change.row.map_or(Ok(Value::Null), read)?);
                }
                _ => {}
            }
        }
        if !tables.is_empty() {
            line[name] = Value::Object(tables);
        }
    }
    Ok(line.to_string())
}

/// The model by a reader of values, or that it refuses the text; nothing where the two may differ.
fn by_values(text: &str) -> Option<Option<StateModel>> {
    let mut model = StateModel::new(Limits::default().model_bytes);
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            // Numbers and escapes that no value can hold are left unread by the other.
            let loose = serde_json::from_str::<IgnoredAny>(line).is_ok();
            return if loose { None } else { Some(None) };
        };
        if !no_member_twice(line) {
            return None;
        }
        // Whether a line is an event at all is the other's to say; the rows are looked at here.
        let shown = super::Line { number: 1, at: 0, text: line };
        let Ok(event) = event(&shown) else { return if value.is_object() { None } else { Some(None) } };
        match (event.message(), value["type"].as_str()) {
            (Some(ModelMessage::Truncate), Some("truncate_model")) => model.truncate(),
            (Some(_), Some(kind)) if ["insert", "update", "delete"].iter().any(|k| value.get(k).is_some()) => {
                assert!(kind.starts_with("model_"), "{kind} is taken for a change");
                by_sections(&mut model, &value, line);
            }
            (Some(_), _) => return None,
            _ => {}
        }
    }
    Some(Some(model))
}

fn state_by_values(value: &Value) -> Option<StateModel> {
    let digits = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    let holds_tables = |(name, value): (&String, &Value)| {
        let first_is_row = |object: &Map<String, Value>| object.values().next().is_none_or(Value::is_object);
        !digits(name) && (value.is_null() || value.as_object().is_some_and(first_is_row))
    };
    let mut model = StateModel::new(Limits::default().model_bytes);
    let mut wrapper = None;
    let mut put = |table: &str, id: &str, row: &Value| -> Option<()> {
        let fields = row.as_object()?.clone();
        model.put(table, id, fields, 0).ok()
    };
    for (name, member) in value.as_object()? {
        match member {
            Value::Array(_) => return None,
            Value::Object(inner) => {
                for (id, row) in inner {
                    if !holds_tables((id, row)) {
                        put(name, id, row)?;
                        continue;
                    }
                    if *wrapper.get_or_insert(name) != name {
                        return None;
                    }
                    let table = id;
                    for (id, row) in row.as_object().into_iter().flatten() {
                        put(table, id, row)?;
                    }
                }
            }
            _ => {}
        }
    }
    Some(model)
}

fn written_state(state: &StateArchive) -> String {
    let mut tables = Map::new();
    for (table, rows) in &state.model.tables {
        let rows: Map<String, Value> = rows.iter().map(|(id, row)| (id.clone(), json!(row.fields))).collect();
        tables.insert(table.clone(), if rows.is_empty() { Value::Null } else { Value::Object(rows) });
    }
    match &state.wrapper {
        Some(wrapper) => json!({ wrapper: tables }).to_string(),
        None => Value::Object(tables).to_string(),
    }
}
