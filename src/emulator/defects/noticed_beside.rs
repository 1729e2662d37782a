//! Requests that show the defects of presentations, archives, licenses and Vault accounts. Only tests use it.
//!
//! In: a report. Out: scripts as in `noticed`.

use super::super::command::parameters::{Parameter, Shape};
use super::super::reporting::Report;

/// Sessions that tell one window from another: see `noticed_reports`. It is 2023-11-14.
const WINDOWS: &[&str] = &[
    "&start_date=2023-11-10&duration=0",
    "&start_date=2023-11-08&duration=2",
    "&start_date=2023-11-04&duration=3",
    "&start_time=1690000000&duration=0",
    "&start_time=1699820000&duration=86400",
    "&start_time=1699220000&duration=600000",
    "&end_date=2023-11-10&duration=0",
    "&end_date=2023-11-10&duration=1",
    "&end_time=1699600000&duration=160000",
    "&start_date=2023-11-10",
    "",
];

/// Two presentations of the demo site, one recorded and one not.
pub(super) const RECORDED: &str = "0f7cea2af09504f48153d341660ea504";
pub(super) const UNRECORDED: &str = "893c56fec692f328e4be9ff9acc4c728";

/// The scripts of the fields of archives.
pub(super) fn fields() -> Vec<Vec<String>> {
    let archive = |kind: &str, index: usize| line(&format!("Archive&type={kind}&date=2023-11-14&index={index}"));
    vec![vec![archive("state", 1)], vec![archive("event", 1)]]
}

fn line(query: &str) -> String {
    format!("report touchmark GET generate_report={query}")
}

/// What a report needs beside what is shown.
fn base(report: &Report) -> String {
    match report.name {
        "PresentationSessionRecording" | "PresentationRecording" => format!("&lsid={RECORDED}"),
        "ArchiveListing" => "&date=2023-11-13".to_owned(),
        "Archive" => "&type=state&date=2023-11-14&index=1".to_owned(),
        "LicenseUsage" => "&start_time=1690000000&duration=0&group_by=day".to_owned(),
        "EndpointLicenseUsage" => String::new(),
        _ => "&start_time=1699000000&duration=0".to_owned(),
    }
}

/// Queries beside those of single parameters.
fn more(report: &Report) -> Vec<String> {
    let windows = || WINDOWS.iter().map(|window| (*window).to_owned());
    match report.name {
        "PresentationSession" => {
            windows().chain([format!("&lsid={RECORDED}"), format!("&lsids={RECORDED},{UNRECORDED}")]).collect()
        }
        "PresentationSessionListing" | "VaultAccountActivity" => windows().collect(),
        "PresentationSessionRecording" => vec![format!("&lsid={UNRECORDED}"), "&lsid=0".to_owned()],
        "ArchiveListing" => vec!["&date=2023-11-14".to_owned(), "&date=today".to_owned()],
        "Archive" => [
            "&type=event&date=2023-11-14&index=1",
            "&type=event&date=2023-11-11&index=61",
            "&type=event&date=2023-11-14&index=2",
            "&type=state&date=2023-11-14&index=2",
            "&type=state&date=2023-11-14&index=99",
        ]
        .map(str::to_owned)
        .to_vec(),
        "LicenseUsage" => windows()
            .filter(|window| !window.contains("end_"))
            .map(|window| format!("{window}&group_by=day"))
            .chain(["hour", "month"].map(|group| format!("&start_time=1690000000&duration=0&group_by={group}")))
            .collect(),
        _ => Vec::new(),
    }
}

pub(super) fn of_report(report: &Report) -> Vec<Vec<String>> {
    let base = base(report);
    let mut queries = vec![base.clone()];
    queries.extend(more(report));
    for parameter in report.parameters.iter().copied().flatten() {
        let alone = super::noticed::without(&base, parameter.name);
        queries.push(alone.clone());
        queries.extend(samples(parameter).iter().map(|value| format!("{alone}&{}={value}", parameter.name)));
        queries.push(format!("{alone}&{}=unknown", parameter.name));
    }
    let mut scripts: Vec<Vec<String>> =
        queries.iter().map(|query| vec![line(&format!("{}{query}", report.name))]).collect();
    let by =
        |account: &str, method: &str| vec![format!("report {account} {method} generate_report={}{base}", report.name)];
    scripts.push(by("touchmark", "POST"));
    scripts.extend(["touchmark-deny", "touchmark-other-reports"].map(|account| by(account, "GET")));
    scripts
}

fn samples(parameter: &Parameter) -> Vec<String> {
    let values: &[&str] = match (parameter.name, parameter.shape) {
        ("lsid" | "lsids", _) => &[RECORDED],
        (_, Shape::VaultLimit) => &["all", "rep:5", "account:2"],
        (_, Shape::Date) => &["2023-11-10"],
        (_, Shape::Word(words)) => words,
        ("start_time" | "end_time", _) => &["1699500000"],
        _ => &["1"],
    };
    values.iter().map(|value| (*value).to_owned()).collect()
}
