//! EndpointLicenseUsage (p. 138): a ZIP file with the Jump Items, daily counts and a summary.
//!
//! In: the state. Out: a ZIP of three tables in CSV, the same bytes for the same state. Their names and
//! columns are ours: the guide has none.

use std::io::{Cursor, Write as _};

use zip::result::ZipResult;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::super::super::clock::iso;
use super::super::super::command::Refusal;
use super::super::super::history::Record;
use super::super::super::state::State;
use super::super::{Asked, Outcome, Permission, Product, Report};

const DAY_S: i64 = 86_400;
/// How many days are counted.
const DAYS: i64 = 30;

pub(crate) const ENDPOINT_LICENSE_USAGE: Report = Report {
    name: "EndpointLicenseUsage",
    kind: "reporting/endpoint_license_usage",
    permission: Permission::Endpoint,
    parameters: &[],
    root: None,
    run: endpoints,
};

fn endpoints(state: &State, asked: &Asked<'_>) -> Outcome {
    let files = if asked.broken("without-files") {
        Vec::new()
    } else {
        vec![
            ("jump_items.csv", jump_items(state)),
            ("daily_counts.csv", daily_counts(state, asked.now_s)),
            ("summary.csv", summary(state, asked.now_s)),
        ]
    };
    let Ok(mut bytes) = packed(&files) else { return Err(Refusal::error("The report failed")) };
    if asked.broken("directory-missing") {
        // What follows the last file is the directory, and the end that says where it is.
        let at = bytes.windows(4).position(|word| word == b"PK\x01\x02").unwrap_or(bytes.len() / 2);
        bytes.truncate(at);
    }
    if asked.broken("zip-cut-short") {
        bytes.truncate(bytes.len().saturating_sub(30));
    }
    if asked.broken("file-damaged") {
        // A byte in the middle of the first file.
        if let Some(byte) = bytes.get_mut(70) {
            *byte ^= 0xFF;
        }
    }
    if asked.broken("plain-text") {
        bytes = files.into_iter().flat_map(|(_, text)| text.into_bytes()).collect();
    }
    Ok(Product::File { media: "application/zip", name: "EndpointLicenseUsage.zip".to_owned(), bytes })
}

fn packed(files: &[(&str, String)]) -> ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default())?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A field of CSV.
fn field(text: &str) -> String {
    let plain = !text.contains([',', '"', '\n', '\r']);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let line = |row: Vec<String>| row.iter().map(|text| field(text)).collect::<Vec<_>>().join(",") + "\r\n";
    std::iter::once(head).chain(rows).map(line).collect()
}

/// The pinned Jump Clients of every appliance, and the shortcuts.
fn jump_items(state: &State) -> String {
    let clients = state.site.appliances.iter().flat_map(|appliance| {
        (1..=appliance.pinned_clients).map(|number| {
            let name = format!("{}-client-{number}", appliance.name);
            vec!["jump_client".to_owned(), name.clone(), name, String::new()]
        })
    });
    let shortcuts = state.shortcuts.iter().map(|shortcut| {
        let of = |name: &str| shortcut.values.get(name).cloned().unwrap_or_default();
        let host = shortcut.values.iter().find(|(name, _)| name.ends_with("hostname")).map(|(_, host)| host.clone());
        vec![shortcut.variant.to_owned(), of("name"), host.unwrap_or_default(), of("group")]
    });
    table(&["type", "name", "hostname", "group"], clients.chain(shortcuts))
}

/// The sessions through Jumpoints that began on a day.
fn jumped(state: &State, day: i64) -> impl Iterator<Item = &Record> {
    let on_day = move |record: &&Record| record.start_s.div_euclid(DAY_S) == day && record.jumpoint.is_some();
    state.history.records.values().filter(on_day)
}

fn daily_counts(state: &State, now_s: i64) -> String {
    let today = now_s.div_euclid(DAY_S);
    let used = endpoints_used(state);
    let row = |day: i64| {
        let date = iso(day * DAY_S)[..10].to_owned();
        vec![date, jumped(state, day).count().to_string(), used.to_string()]
    };
    table(&["date", "jump_sessions", "licenses_in_use"], (today - DAYS + 1..=today).map(row))
}

fn endpoints_used(state: &State) -> usize {
    state.site.appliances.iter().map(|appliance| appliance.pinned_clients).sum::<usize>() + state.shortcuts.len()
}

fn summary(state: &State, now_s: i64) -> String {
    let appliance = state.site.appliances.first().map(|appliance| appliance.name.clone()).unwrap_or_default();
    let rows = [
        ("appliance", appliance),
        ("made", iso(now_s)),
        ("endpoint_licenses_in_use", endpoints_used(state).to_string()),
        ("endpoints_added_in_30_days", state.shortcuts.len().to_string()),
        ("endpoints_removed_in_30_days", "0".to_owned()),
    ];
    table(&["name", "value"], rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]))
}
