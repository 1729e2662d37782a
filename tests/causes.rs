//! One cause, one finding: what goes wrong for one reason is reported once, where the cause is.

use touchmark::{
    commands::InMemory,
    emulator::{self, Config, Request, Response},
    model::verdict::Verdict,
    spec,
};

/// Gaps below some prefixes of ids, at an emulator with defects whose answers are changed on their way.
fn gaps(defects: &[&str], only: &[&str], bend: impl Fn(&Request, &str) -> Option<String> + 'static) -> Vec<String> {
    let spec = spec::embedded().expect("sound data");
    let defects = defects.iter().map(|id| emulator::find_defect(id).unwrap_or_else(|says| panic!("{says}")));
    let config = Config { defects: defects.collect(), ..Config::demo() };
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
        let bent = std::str::from_utf8(&response.body).ok().and_then(|body| bend(request, body));
        response.body = bent.map_or_else(|| response.body.clone(), String::into_bytes);
    });
    let only = only.iter().map(|prefix| format!("{prefix}/")).collect();
    let run = InMemory { config, only, on_the_way, ..InMemory::default() }.run(&spec).expect("a run");
    let found = run.judged.findings.iter();
    let found = found.filter(|(_, finding)| matches!(finding.verdict, Verdict::Fail | Verdict::Warn));
    found.map(|(id, _)| id.to_string()).collect()
}

#[track_caller]
fn check_defect(defect: &str, only: &[&str], wanted: &str) {
    assert_eq!(gaps(&[defect], only, |_, _| None), [wanted], "{defect}");
}

/// What is changed in all answers to a command or of a report.
#[track_caller]
fn check_bent(asked: &'static str, from: &'static str, to: &'static str, only: &[&str], wanted: &str) {
    let pattern = regex::Regex::new(from).expect("a pattern");
    let found = gaps(&[], only, move |request, body| {
        let sent = format!("{}&{}", request.target, String::from_utf8_lossy(&request.body));
        let of = |name: &str| sent.split(['?', '&']).any(|pair| pair == format!("{name}={asked}"));
        (of("action") || of("generate_report")).then(|| pattern.replace_all(body, to).into_owned())
    });
    assert_eq!(found, [wanted], "{asked}: {from}");
}

#[test]
fn a_parameter_that_is_refused_is_one_finding() {
    let jump = "command/import_jump_shortcut/local_rdp";
    check_defect(
        "behaviour:command/import_jump_shortcut:local_rdp/tag/refused",
        &[jump],
        &format!("{jump}/param/tag/accepted"),
    );
    let key = "client_script/generate_session_key";
    check_defect(
        &format!("behaviour:{key}:public_portal_hostname/refused"),
        &[key],
        &format!("{key}/param/public_portal_hostname/accepted"),
    );
    let rdp = "client_script/start_rdp_session";
    check_defect(&format!("behaviour:{rdp}:console/yes-refused"), &[rdp], &format!("{rdp}/param/console/value/yes"));
    let survey = "reporting/support_cust_exit_survey";
    check_defect(
        &format!("behaviour:{survey}:end_time/refused"),
        &[survey],
        &format!("{survey}/param/end_time/accepted"),
    );
}

#[test]
fn what_a_command_no_longer_does_is_one_finding() {
    let leave = "command/leave_session";
    check_defect(&format!("behaviour:{leave}:rep-stays"), &[leave], &format!("{leave}/effect/rep-gone"));
    let clients = "command/get_connected_clients";
    check_defect(
        &format!("behaviour:{clients}:type/default-not-all"),
        &[clients],
        &format!("{clients}/default-is-all"),
    );
    let vault = "reporting/vault_account_activity";
    check_defect(&format!("behaviour:{vault}:duration-ignored"), &[vault], &format!("{vault}/window/start_time"));
}

#[test]
fn an_appliance_with_another_guid_than_elsewhere_is_one_finding() {
    let only = [
        "command/check_health",
        "command/get_appliances",
        "command/get_connected_client_list",
        "command/get_connected_clients",
    ];
    check_bent(
        "check_health",
        "appliance id=\"[0-9a-f]{4}",
        "appliance id=\"ffff",
        &only,
        "command/check_health/appliance-is-listed",
    );
    check_bent(
        "get_appliances",
        "appliance id=\"[0-9a-f]{4}",
        "appliance id=\"ffff",
        &only,
        "command/check_health/appliance-is-listed",
    );
}

#[test]
fn a_key_that_says_something_else_than_its_queue_is_one_finding() {
    let only = ["command/generate_session_key", "command/create_virtual_customer"];
    let key = |rest: &str| format!("command/generate_session_key/{rest}");
    check_bent("generate_session_key", "available=\"1\"", "available=\"0\"", &only, &key("queue/rep"));
    check_bent("generate_session_key", "<short_key>[0-9]+", "<short_key>1234567", &only, &key("short-key/new"));
}

#[test]
fn times_of_another_zone_are_one_finding() {
    check_bent(
        "get_connected_clients",
        "(connected_since ts=\"[0-9]+\">[0-9-]+T[0-9:]+)\\+00:00",
        "${1}+05:00",
        &["command/get_connected_clients"],
        "command/get_connected_clients/connected-since/same-instant",
    );
}

#[test]
fn a_warning_hides_warnings_that_rest_on_it() {
    let session = "reporting/presentation_session";
    check_defect(
        &format!("behaviour:{session}:error-answered-with-nothing"),
        &[session],
        &format!("{session}/required/some-set"),
    );
}

#[test]
fn who_is_invited_is_compared_for_each_representative() {
    check_bent(
        "get_logged_in_reps",
        "<type>Invited",
        "<type>Normal",
        &["command/get_connected_clients"],
        "command/get_connected_clients/representative/kinds",
    );
}

#[test]
fn a_time_that_the_target_writes_wrong_in_one_place_is_no_clock() {
    let only = [
        "command/get_api_info",
        "command/check_health",
        "command/get_logged_in_reps",
        "command/get_connected_clients",
        "command/generate_session_key",
    ];
    let stamp = regex::Regex::new("<timestamp>([0-9]+)").expect("a pattern");
    let found = gaps(&[], &only, move |_, body| {
        let said: i64 = stamp.captures(body)?[1].parse().ok()?;
        Some(stamp.replace(body, format!("<timestamp>{}", said - 3600)).into_owned())
    });
    assert_eq!(found, ["command/get_api_info/timestamp-is-now"]);
}
