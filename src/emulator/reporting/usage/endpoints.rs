//! EndpointLicenseUsage (p. 138): Jump Items, their operations by day, and a summary.
//!
//! In: the site and its history. Out: a ZIP with three tables of comma-separated values.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipWriter, result::ZipResult};

use super::super::super::clock::iso;
use super::super::super::command::Refusal;
use super::super::super::state::State;
use super::super::super::xml::node;
use super::super::{Asked, Outcome, Permission, Product, Report};

pub(crate) const ENDPOINT_LICENSE_USAGE: Report = Report {
    name: "EndpointLicenseUsage",
    kind: "reporting/endpoint_license_usage",
    permission: Permission::License,
    parameters: &[],
    root: None,
    run: endpoints,
};

fn endpoints(state: &State, asked: &Asked<'_>) -> Outcome {
    let tables = if asked.broken("zip-without-entries") { Vec::new() } else { tables(state) };
    let mut bytes = packed(&tables).map_err(|_| Refusal::error("The report could not be packed"))?;
    if asked.broken("zip-without-directory") {
        let end = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap_or_default();
        bytes.truncate(end);
    }
    let name = "endpoint_license_usage.zip".to_owned();
    match () {
        () if asked.broken("zip-as-xml") => Ok(Product::Xml(node("endpoint_license_usage").own())),
        () if asked.broken("zip-as-csv") => {
            let bytes = tables.into_iter().next().map(|(_, text)| text.into_bytes()).unwrap_or_default();
            Ok(Product::File { media: "text/csv", name, bytes })
        }
        () => Ok(Product::File { media: "application/zip", name, bytes }),
    }
}

fn packed(tables: &[(&str, String)]) -> ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in tables {
        writer.start_file(*name, SimpleFileOptions::default())?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A value of a table, quoted, with quotes doubled.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head = head.iter().map(|text| (*text).to_owned()).collect();
    std::iter::once(head)
        .chain(rows)
        .map(|row: Vec<String>| {
            let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
            format!("{}\r\n", cells.join(","))
        })
        .collect()
}

/// The file and text of each table.
fn tables(state: &State) -> Vec<(&'static str, String)> {
    let shortcuts = state.shortcuts.iter().map(|shortcut| {
        let name = shortcut.values.get("name").cloned().unwrap_or_default();
        vec![name, shortcut.variant.to_owned()]
    });
    let jumpoints = state.site.jumpoints.iter().map(|jumpoint| vec![jumpoint.name.clone(), "jumpoint".to_owned()]);
    let items: Vec<Vec<String>> = jumpoints.chain(shortcuts).collect();
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for record in state.history.sessions().into_iter().filter(|record| record.jumpoint.is_some()) {
        let day: String = iso(record.start_s).chars().take(10).collect();
        *days.entry(day).or_default() += 1;
    }
    let summary = [state.site.hostname.clone(), items.len().to_string(), days.values().sum::<usize>().to_string()];
    let count = days.iter().map(|(day, count)| vec![day.clone(), count.to_string()]);
    vec![
        ("jump_items.csv", table(&["Name", "Type"], items.into_iter())),
        ("daily_counts.csv", table(&["Date", "Jump Item Operations"], count)),
        ("summary.csv", table(&["Appliance", "Jump Items", "Operations"], std::iter::once(summary.to_vec()))),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::super::testing::{Lab, body};

    #[test]
    fn the_report_is_a_zip_of_three_tables() {
        let lab = Lab::new();
        let answer = lab.ask("touchmark", "GET", "generate_report=EndpointLicenseUsage");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.body)).expect("a ZIP");
        assert_eq!(archive.len(), 3);
        let mut text = String::new();
        let mut entry = archive.by_name("summary.csv").expect("a summary");
        std::io::Read::read_to_string(&mut entry, &mut text).expect("text");
        assert!(text.starts_with("\"Appliance\",\"Jump Items\"") && text.contains("support.example.com"));
    }

    #[test]
    fn the_license_permission_is_needed_unless_it_is_read_otherwise() {
        let status = |lab: &Lab| lab.ask("touchmark-support-reports", "GET", "generate_report=EndpointLicenseUsage");
        assert_eq!(status(&Lab::new()).status, 403);
        let open = status(&Lab::reading(&["endpoint-license-permission=any"]));
        assert!(open.status == 200 && body(&open).starts_with("PK"));
    }
}
