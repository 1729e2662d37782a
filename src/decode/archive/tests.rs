//! What the reader takes, what it refuses, and where it says that an archive is wrong.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::GzEncoder};

use super::*;
use crate::decode::model::{ModelMessage, Notation, StateModel};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn replay(bytes: &[u8]) -> Result<StateModel, ArchiveError> {
    let (mut model, mut ahead) = (StateModel::new(256 << 20), StateModel::new(256 << 20));
    let read = events(Cursor::new(bytes), Limits::default(), |event| event.apply_to(&mut model));
    let same = events_ahead(Cursor::new(bytes), Limits::default(), |event| event.apply_to(&mut ahead));
    assert_eq!((&read, &model), (&same, &ahead), "reading ahead changes nothing");
    read.map(|_| model)
}

#[track_caller]
fn one_row(line: &str, notation: Notation) {
    let read = event(&Line { number: 1, at: 0, text: line }).unwrap();
    let Some(ModelMessage::Changes { notation: seen, changes, .. }) = read.message() else { panic!("{line}") };
    assert_eq!((*seen, changes.len(), &*changes[0].table), (notation, 1, "queue"), "{line}");
    assert_eq!(changes[0].id.as_deref(), Some("18446744073709551615"), "{line}");
}

#[test]
fn every_notation_of_a_change_is_read() {
    let id = "18446744073709551615";
    for (line, notation) in [
        (r#"{"type":"model_update","insert":{"queue":{"ID":{"name":"a"}}}}"#, Notation::Update),
        (r#"{"type":"model_update","delete":{"queue":["ID"]}}"#, Notation::Update),
        (r#"{"type":"model_update","delete":{"queue":[ID]}}"#, Notation::Update),
        (r#"{"type":"model_insert","timestamp":1,"queue":{"ID":{"name":"a"}}}"#, Notation::Typed),
        (r#"{"type":"model_insert","insert":{"queue":{"ID":{"name":"a"}}}}"#, Notation::Typed),
        (r#"{"type":"model_insert","tables":{"queue":{"ID":{"name":"a"}}}}"#, Notation::Typed),
        (r#"{"type":"model_update","table":"queue","id":ID,"row":{"name":"a"}}"#, Notation::Typed),
        (r#"{"type":"model_update","table":"queue","rows":{"ID":{"name":"a"}}}"#, Notation::Typed),
        (r#"{"type":"model_delete","table":"queue","id":"ID"}"#, Notation::Typed),
        (r#"{"type":"model_delete","queue":["ID"]}"#, Notation::Typed),
        (r#"{"type":"model_delete","queue":{"ID":null}}"#, Notation::Typed),
    ] {
        one_row(&line.replace("ID", id), notation);
    }
}

#[test]
fn replaying_gives_the_rows_and_truncating_takes_them() {
    let text = concat!(
        "{\"type\":\"model_insert\",\"queue\":{\"1\":{\"name\":\"a\",\"type\":\"team\"},\"2\":{\"name\":\"b\"}}}\n",
        "{\"type\":\"model_update\",\"queue\":{\"1\":{\"name\":\"c\"}}}\n",
        "{\"type\":\"session_event\",\"lsid\":\"x\",\"name\":\"chat_message\",\"timestamp\":1,\"data\":{\"body\":\"hi\"}}\n",
        "{\"type\":\"model_delete\",\"queue\":[\"2\"]}\n",
    );
    let model = replay(&gzip(text.as_bytes())).unwrap();
    assert_eq!(model.len(), 1);
    assert_eq!(model.field("queue", "1", "name").unwrap(), "c");
    assert_eq!(model.field("queue", "1", "type").unwrap(), "team");
    let truncated = format!("{text}{{\"type\":\"truncate_model\"}}");
    assert!(replay(truncated.as_bytes()).unwrap().is_empty());
}

#[track_caller]
fn wrong(bytes: &[u8], line: u64, at: u64, says: &str) {
    let error = replay(bytes).unwrap_err();
    assert!(error.kind.to_string().contains(says), "{error}");
    assert_eq!((error.line, error.at), (line, at), "{error}");
}

const LINE: &str = "{\"type\":\"truncate_model\"}\n";

#[test]
fn a_wrong_file_says_where() {
    let length = LINE.len() as u64;
    let good = gzip(LINE.repeat(3).as_bytes());
    wrong(&good[..good.len() - 3], 4, 3 * length, "ends too early");
    let mut crc = good.clone();
    let at = crc.len() - 6;
    crc[at] ^= 1;
    wrong(&crc, 4, 3 * length, "checksum");
    wrong(&[good.clone(), b"junk".to_vec()].concat(), 4, 3 * length, "after the end");
    wrong(&gzip(format!("{LINE}{{\"type\":\n{LINE}").as_bytes()), 2, length + 7, "not a JSON object");
    wrong(&gzip(format!("{LINE}\n{LINE}").as_bytes()), 2, length, "not a JSON object");
    wrong(format!("{LINE}{{}}\n").as_bytes(), 2, length, "without a type");
    wrong(format!("{LINE}[1]\n").as_bytes(), 2, length, "not a JSON object");
    wrong(b"{\"type\":\"truncate_model\",\"x\":\"\xff\"}", 1, 30, "not UTF-8");
    wrong(&[0x1f, 0x8b, 9, 9, 9], 1, 0, "gzip");
    let deep = format!("{{\"type\":\"x\",\"y\":{}1{}}}", "[".repeat(65), "]".repeat(65));
    wrong(deep.as_bytes(), 1, 79, "nested deeper");
    assert!(replay(&[good.clone(), good].concat()).unwrap().is_empty(), "members follow one another");
}

#[test]
fn everything_is_bounded() {
    let limits = Limits { bytes: 1 << 20, line_bytes: 100, model_bytes: 1000 };
    let read = |text: &str| {
        let mut model = StateModel::new(limits.model_bytes);
        events_ahead(Cursor::new(gzip(text.as_bytes())), limits, |event| event.apply_to(&mut model))
    };
    assert!(read(&LINE.repeat(60_000)).unwrap_err().kind.to_string().contains("1048576 bytes"));
    assert!(read(&format!("{LINE}{}", " ".repeat(101))).unwrap_err().kind.to_string().contains("100 bytes"));
    let row =
        |n: usize| format!("{{\"type\":\"model_insert\",\"q\":{{\"{n}\":{{\"name\":\"0123456789012345678\"}}}}}}\n");
    let many: String = (0..40).map(row).collect();
    let error = read(&many).unwrap_err();
    assert!(error.kind.to_string().contains("1000 bytes") && error.line > 20, "{error}");
    // The same row again and again is one row.
    assert!(read(&row(1).repeat(100)).is_ok());
    assert!(read(&row(1).replace("insert", "update").repeat(100)).is_ok());
    let whole = "{\"q\":{\"1\":{\"name\":\"LONG\"}}}".replace("LONG", &"x".repeat(200));
    let error = state(Cursor::new(whole.as_bytes()), limits).unwrap_err();
    assert!(error.kind.to_string().contains("a row is longer"), "{error}");
}

#[test]
fn a_state_is_read_with_and_without_a_wrapper() {
    let plain = "{\"queue\":{\"7\":{\"name\":\"a\",\"on\":1}},\"support_session\":null,\"presenter\":{},\"time\":5}";
    let read = state(Cursor::new(gzip(plain.as_bytes())), Limits::default()).unwrap();
    assert_eq!(read.model.field("queue", "7", "name").unwrap(), "a");
    assert_eq!(read.empty, [("presenter".to_owned(), true), ("support_session".to_owned(), false)].into());
    assert_eq!((read.wrapper, read.other), (None, vec!["time".to_owned()]));
    let wrapped =
        "{\"model\":{\"support_session\":null,\"presenter\":{},\"queue\":{\"7\":{\"name\":\"a\",\"on\":true}}}}";
    let other = state(Cursor::new(wrapped.as_bytes()), Limits::default()).unwrap();
    assert_eq!(other.wrapper.as_deref(), Some("model"));
    assert_eq!(read.model.difference(&other.model), None);
}

#[test]
fn a_wrong_state_says_where() {
    for (text, line, at, says) in [
        ("{\"queue\":\n{\"7\":1}}", 2, 18, "row `7` of `queue`"),
        ("{\"queue\":[]}", 1, 10, "a table"),
        ("{\"queue\":null} x", 1, 16, "trailing characters"),
        ("{\"queue\":null", 1, 13, "EOF"),
        ("[]", 1, 1, "an object of tables"),
        ("", 1, 0, "EOF"),
    ] {
        let error = state(Cursor::new(text.as_bytes()), Limits::default()).unwrap_err();
        assert!(
            error.kind.to_string().contains(says) && error.line == line && error.at.abs_diff(at) <= 2,
            "{text}: {error} {error:?}"
        );
    }
    let file = gzip(b"{\"queue\":null}");
    let error = state(Cursor::new(&file[..file.len() - 2]), Limits::default()).unwrap_err();
    assert!(error.is_of_file() && error.kind.to_string().contains("ends too early"), "{error}");
}

#[test]
fn the_first_difference_is_named() {
    let of = |text: &str| state(Cursor::new(text.as_bytes()), Limits::default()).unwrap().model;
    let base = of("{\"queue\":{\"7\":{\"name\":\"a\",\"on\":1}},\"team\":null}");
    for (other, expected) in [
        ("{\"queue\":{\"7\":{\"name\":\"a\",\"on\":true,\"x\":null}}}", None),
        (
            "{\"queue\":{\"7\":{\"name\":\"b\",\"on\":1}}}",
            Some("field `name` of row `7` of `queue` is \"a\" and \"b\""),
        ),
        ("{\"queue\":{}}", Some("row `7` of `queue` is only in the first")),
        (
            "{\"queue\":{\"7\":{\"name\":\"a\",\"on\":1}},\"team\":{\"1\":{}}}",
            Some("row `1` of `team` is only in the second"),
        ),
    ] {
        assert_eq!(base.difference(&of(other)).as_deref(), expected, "{other}");
    }
}

#[test]
fn the_laws_hold_for_what_these_tests_read() {
    for text in
        [LINE, "", "{", "{\"type\":\"model_update\",\"insert\":{\"q\":{\"1\":{\"a\":1}}},\"delete\":{\"q\":[1]}}"]
    {
        law::archive_event(text.as_bytes());
        law::archive_event(&gzip(text.as_bytes()));
        law::archive_state(text.as_bytes());
    }
    law::archive_state(b"{\"model\":{\"q\":{\"1\":{\"a\":[{}]}},\"r\":{}},\"s\":{\"2\":{}}}");
}
