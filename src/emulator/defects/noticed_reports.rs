//! Requests that show the defects of reports. Only tests use it.
//!
//! In: a kind of request. Out: scripts as in `noticed`.

use super::super::command::parameters::{Parameter, Shape};
use super::super::reporting::{Permission, REPORTS, Report};

/// The scripts of a kind.
pub(super) fn scripts(kind: &str) -> Vec<Vec<String>> {
    match kind {
        "reporting/general" => general(),
        "reporting/schema" => vec![vec!["path GET /api/reporting.xsd".to_owned()]],
        "archive/state" => vec![archive("type=state&date=2023-11-14&index=1")],
        "archive/event" => vec![archive("type=event&date=2023-11-14&index=1")],
        "archive/archive" => of_archives(),
        _ => REPORTS.iter().find(|report| report.kind == kind).map(of_report).unwrap_or_default(),
    }
}

fn line(account: &str, method: &str, query: &str) -> Vec<String> {
    vec![format!("report {account} {method} generate_report={query}")]
}

fn archive(query: &str) -> Vec<String> {
    line("touchmark", "GET", &format!("Archive&{query}"))
}

/// States and events, what is not there, and whoever may not have it. The event archive of the 13th has the restart.
fn of_archives() -> Vec<Vec<String>> {
    let queries = ["state&date=2023-11-14&index=1", "event&date=2023-11-14&index=1", "event&date=2023-11-13&index=1"]
        .into_iter()
        .chain(["state&date=2023-11-14&index=2", "event&date=2023-11-14&index=2", "state&date=2023-11-14&index=99"])
        // Days and hours that are looked at less, and a state of an even day.
        .chain(["state&date=2023-11-13&index=2", "event&date=2023-11-12&index=10", "event&date=2023-11-12&index=11"])
        .chain(["event&date=2023-11-12&index=12", "event&date=2023-11-10&index=77"])
        .chain(["state&date=2023-11-14", "state&index=1", "other&date=2023-11-14&index=1"]);
    let mut scripts: Vec<Vec<String>> = queries.map(|query| archive(&format!("type={query}"))).collect();
    scripts.push(archive("date=2023-11-14&index=1"));
    // A session of the day itself.
    let mut own = [
        "action=generate_session_key&type=support&queue_id=general",
        "action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.7&operating_system=O&computer_name=C",
    ]
    .map(|query| format!("touchmark GET {query}"))
    .to_vec();
    own.push("wait 1000000".to_owned());
    own.extend(archive("type=event&date=2023-11-14&index=134"));
    scripts.push(own);
    let whole = "Archive&type=state&date=2023-11-14&index=1";
    scripts.push(line("touchmark", "POST", whole));
    scripts.extend(["touchmark-deny", "touchmark-other-reports"].map(|account| line(account, "GET", whole)));
    scripts
}

fn general() -> Vec<Vec<String>> {
    let listing = "SupportSession&start_time=1699000000&duration=0";
    let bare = vec!["report touchmark GET a=b".to_owned()];
    vec![
        line("touchmark", "GET", listing),
        line("touchmark", "POST", listing),
        line("touchmark", "GET", "Nothing"),
        bare,
    ]
}

/// Windows that tell days from seconds, beginnings from ends, and what runs from what is over. It is 2023-11-14.
const WINDOWS: &[&str] = &[
    "&start_date=2023-11-10&duration=0",
    "&start_date=2023-11-08&duration=2",
    "&start_date=2023-11-04&duration=3",
    "&start_time=1699000000&duration=0",
    "&start_time=1699900000&duration=86400",
    "&start_time=1699220000&duration=600000",
    "&start_time=1699225100&duration=600000",
    "&end_date=2023-11-10&duration=0",
    "&end_date=2023-11-10&duration=1",
    "&end_time=1699600000&duration=60000",
    "&end_time=1699000000&duration=0",
    "&end_time=1699140900&duration=3",
    "&end_time=1699900000&duration=0",
    "&start_time=1699900000&duration=0",
    "&start_date=2023-11-10",
    "",
];

const A5E: &str = "a5eaaa58591047b88556f944804227b0";

/// Presentations by their ids: one, several, with and without a recording, and one in progress.
const PRESENTATIONS: &[&str] = &[
    "&lsid=6d547436638c41ad8f945388d2d465d2",
    "&lsid=abc12345678901adff9d5388d2123456",
    "&lsid=2e8b4a61f37c49d5a1086f5d9c3b7e20",
    "&lsids=6d547436638c41ad8f945388d2d465d2,2e8b4a61f37c49d5a1086f5d9c3b7e20",
];

/// What must stand beside a window or an id.
fn beside(report: &Report) -> &'static str {
    match report.name {
        "SupportSessionSummary" => "&report_type=rep",
        "SupportCustExitSurvey" | "SupportRepExitSurvey" => "&report_type=rep&id=all",
        "ShowMyScreenRecording" | "CommandShellRecording" => "&instance=1&lsid=5b8dbec6e4a08db5fbd49a7ced65da8c",
        "SupportSessionRecording" => "&lsid=a5eaaa58591047b88556f944804227b0",
        "PresentationSessionRecording" | "PresentationRecording" => "&lsid=6d547436638c41ad8f945388d2d465d2",
        "LicenseUsage" => "&group_by=day",
        "ArchiveListing" => "&date=2023-11-14",
        _ => "",
    }
}

fn of_report(report: &Report) -> Vec<Vec<String>> {
    let has = |name: &str| report.parameters.iter().copied().flatten().any(|parameter| parameter.name == name);
    let beside = beside(report);
    let mut queries: Vec<String> = Vec::new();
    let base = if has("duration") { format!("&start_time=1699000000&duration=0{beside}") } else { beside.to_owned() };
    if has("duration") {
        queries.extend(WINDOWS.iter().map(|window| format!("{window}{beside}")));
    }
    if has("lsids") {
        let first = A5E;
        let report_type = if has("report_type") { "&report_type=rep" } else { "" };
        queries.push(format!("&lsid={first}{report_type}"));
        queries.push(format!("&lsid={first}{report_type}&limit=rep:5"));
        // One in progress, and one with a message that XML cannot hold.
        let others = ["c69a8e10bea9428f816cfababe9815fe", "6c9ecfd7f5b19ec6ace5ab8dfe76eb9d"];
        queries.extend(others.map(|lsid| format!("&lsid={lsid}{report_type}")));
        queries.push(format!("&lsids={first},1d4f7be2a06c49d1b7f05c3e8a921f64{report_type}"));
    }
    if report.name == "SupportSession" {
        queries.push("&end_time=1699000000&duration=0&limit=rep:1".to_owned());
    }
    if report.permission == Permission::Presentation {
        queries.extend(PRESENTATIONS.iter().map(|query| (*query).to_owned()));
    }
    for parameter in report.parameters.iter().copied().flatten() {
        let alone = super::noticed::without(&base, parameter.name);
        queries.push(alone.clone());
        queries.extend(samples(parameter).iter().map(|value| format!("{alone}&{}={value}", parameter.name)));
        queries.push(format!("{alone}&{}=unknown", parameter.name));
    }
    if report.name == "ArchiveListing" {
        queries.push("&date=2023-11-05".to_owned());
    }
    if has("instance") {
        queries.extend([0, 2, 9].map(|instance| format!("&instance={instance}&lsid=5b8dbec6e4a08db5fbd49a7ced65da8c")));
        queries.push("&instance=0&lsid=9fc1f2aac8e4c1f9dfb8deb0c1a9beca".to_owned());
    } else if !has("duration") {
        queries.push("&lsid=1d4f7be2a06c49d1b7f05c3e8a921f64".to_owned());
        queries.push("&lsid=9fc1f2aac8e4c1f9dfb8deb0c1a9beca".to_owned());
    }
    let mut scripts: Vec<Vec<String>> =
        queries.iter().map(|query| line("touchmark", "GET", &format!("{}{query}", report.name))).collect();
    let whole = format!("{}{base}", report.name);
    scripts.push(line("touchmark", "POST", &whole));
    let accounts = ["touchmark-deny", "touchmark-support-reports", "touchmark-other-reports"];
    scripts.extend(accounts.map(|account| line(account, "GET", &whole)));
    if report.name == "SupportTeam" {
        scripts.push(private_message(&whole));
        let of_ends = ["&end_time=1699500000&duration=0&team_id=1", "&end_date=2023-11-08&duration=30"];
        scripts.extend(of_ends.iter().map(|query| line("touchmark", "GET", &format!("{}{query}", report.name))));
    }
    scripts
}

/// A message from one representative to another, then the report.
fn private_message(report: &str) -> Vec<String> {
    let message = "touchmark GET action=send_chat_message&team_id=1&body=b&impersonate=rep:1&to_rep=5".to_owned();
    vec![message, format!("report touchmark GET generate_report={report}")]
}

fn samples(parameter: &Parameter) -> Vec<String> {
    let values: &[&str] = match (parameter.name, parameter.shape) {
        ("lsid", _) => &["a5eaaa58591047b88556f944804227b0"],
        ("lsids", _) => &["a5eaaa58591047b88556f944804227b0,5bf07601298b495b87310da9ce571e22"],
        (_, Shape::Limit) => {
            &["all", "rep:1", "rep:2", "team:all", "team:1", "team:2", "members:1", "members:2", "site:1", "site:2"]
        }
        (_, Shape::VaultLimit) => &["all", "rep:1", "rep:5", "account:41", "account:42"],
        (_, Shape::IdOrAll) => &["all", "2", "5", "151"],
        (_, Shape::Date) => &["2023-11-10"],
        (_, Shape::Word(words)) => words,
        ("start_time" | "end_time", _) => &["1699500000"],
        ("duration", _) => &["1"],
        ("instance", _) => &["1"],
        ("site_id", _) => &["1", "2"],
        _ => &["1"],
    };
    values.iter().map(|value| (*value).to_owned()).collect()
}
