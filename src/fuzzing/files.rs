//! Laws of the readers of files that an operator has: `touchmark.toml`, known gaps, an earlier report, certificates, a site of the emulator
//! and a document that it serves.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::collections::BTreeMap;

use strum::VariantArray as _;

use super::{common::one_line, in_a_line_of, text};
use crate::{
    commands,
    emulator::{self, Clock, Config, Emulator, Site},
    report::{self, Format},
    send::fuzzing::trusts,
};

/// `touchmark.toml`: a fault names a line of the file, and neither a fault nor what was read shows a client secret.
pub fn config(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let shown = match commands::read_config(text) {
        Ok(config) => format!("{config:?}"),
        Err(fault) => {
            in_a_line_of(text, &fault);
            fault
        }
    };
    let Ok(table) = text.parse::<toml::Table>() else { return false };
    let mut hidden = false;
    for secret in secrets(&table) {
        // What stands elsewhere in the file, or in our own words, may be shown.
        let telling =
            secret.len() >= 8 && secret.bytes().any(|b| b.is_ascii_digit()) && text.matches(&secret).count() < 2;
        assert!(!(telling && shown.contains(&secret)), "a secret is shown: {shown}");
        hidden |= telling;
    }
    hidden
}

/// Whatever stands where a client secret belongs, of whatever type.
fn secrets(config: &toml::Table) -> Vec<String> {
    let in_words = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match config.get("account") {
        Some(toml::Value::Array(rows)) => {
            rows.iter().filter_map(|row| row.get("client_secret")).map(in_words).collect()
        }
        Some(toml::Value::Table(row)) => row.get("client_secret").map(in_words).into_iter().collect(),
        Some(toml::Value::String(pair)) => {
            pair.split_once(':').map(|(_, secret)| secret.to_owned()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Known gaps: none of them comes back once it has expired, each has a reason, and a fault names a line of the file.
pub fn known_gaps(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let at = |now_s: i64| commands::read_known_gaps(text, now_s);
    let known = match at(i64::MIN) {
        Ok(known) => known,
        Err(fault) => {
            in_a_line_of(text, &fault);
            assert_eq!(at(i64::MAX), Err(fault), "whether a file can be read does not depend on the day");
            return false;
        }
    };
    assert!(known.iter().all(|(id, reason)| !id.is_empty() && !reason.trim().is_empty()), "a gap without id or reason");
    let mut earlier = known.clone();
    for now_s in [0, 1_733_270_400, 1_733_270_401, i64::MAX] {
        let later = at(now_s).expect("it could be read before");
        assert!(later.keys().all(|id| earlier.contains_key(id)), "a gap came back");
        earlier = later;
    }
    assert_eq!(earlier, BTreeMap::new(), "a gap that never expires");
    !known.is_empty()
}

/// `report.json`: what is read and written again reads the same, and can be shown.
pub fn report(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(read) = commands::read_report(text) else { return false };
    let written = serde_json::to_string(&read).expect("a report can be written");
    assert_eq!(commands::read_report(&written), Ok(read.clone()), "what is written reads otherwise");
    for format in Format::VARIANTS {
        let shown = report::render(&read, *format);
        assert!(!shown.trim().is_empty(), "nothing is shown of it as {}", format.word());
        let hidden = |c: char| c < ' ' && !"\n\t".contains(c);
        assert!(!shown.contains(hidden), "{} has control characters", format.word());
    }
    true
}

/// Certificates that the operator names: what can be trusted holds one, twice the same file is no other, and a fault is one line.
pub fn certificates(data: &[u8]) -> bool {
    let trusted = trusts(data);
    let twice = [data, b"\n", data].concat();
    match trusted {
        Ok(()) => {
            let mark: &[u8] = b"-----BEGIN CERTIFICATE-----";
            assert!(memchr::memmem::find(data, mark).is_some(), "trusted without a certificate");
            assert_eq!(trusts(&twice), Ok(()), "twice the same file is another");
            true
        }
        Err(fault) => {
            one_line(&fault);
            false
        }
    }
}

/// A site of the emulator: what can be loaded can be served, and answers as any other; whatever cannot says why.
pub fn site(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let site: Site = match emulator::load_site(text) {
        Ok(site) => site,
        Err(fault) => {
            let place = fault.starts_with("line ") && fault.contains(" column ");
            assert!(place || fault.starts_with("this "), "a fault that does not say what is wrong: {fault:?}");
            return false;
        }
    };
    let appliance = Emulator::new(Config { site, ..Config::demo() }, Clock::manual(1_733_239_565_000));
    let paths =
        ["/api/command?action=check_health", "/api/start_session.js", "/api/config/v1/openapi.yaml", "/nothing"];
    for target in paths {
        let request = emulator::Request { method: "GET".to_owned(), target: target.to_owned(), ..Default::default() };
        let response = appliance.handle(&request);
        assert!(response.status < 500, "{target} fails with {}", response.status);
    }
    true
}

/// A document that the emulator serves: what is taken can be served, every operation of it is answered, and nothing is a failure.
pub fn edition(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let edition = match emulator::Edition::of(text) {
        Ok(edition) => edition,
        Err(fault) => {
            one_line(&fault);
            return false;
        }
    };
    edition.faults().iter().for_each(|fault| one_line(fault));
    // A defect lets every request in, so that no token is needed.
    let open = emulator::find_defect("behaviour:configuration/general:no-token-accepted").expect("a defect");
    let calls: Vec<(String, String)> = edition.calls().take(CALLS_MAX).collect();
    let config = Config { edition, defects: vec![open], ..Config::demo() };
    let appliance = Emulator::new(config, Clock::manual(1_733_239_565_000));
    let mut succeeded = false;
    for (method, path) in calls {
        for body in ["", "{}"] {
            let target = format!("/api/config/v1/{path}");
            let request = emulator::Request { method: method.clone(), target, body: body.into(), ..Default::default() };
            let response = appliance.handle(&request);
            assert!((200..500).contains(&response.status), "{method} {path} fails with {}", response.status);
            succeeded |= response.status < 300;
        }
    }
    succeeded
}

/// The most operations of a document that are called.
const CALLS_MAX: usize = 60;
