//! The lines of a report, pasted into a shell: each shows what the report says, whoever called and whatever had to be made before.

use regex::Regex;
use touchmark::emulator::{self, Config};

use crate::support::{Cli, installed, serve, text};

/// A kind of finding: deliberate defects, and the requirements that are asked for.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    (
        "a plain request",
        &["drop:command/get_appliances:appliances/appliance/name"],
        &["command/get_appliances/response"],
    ),
    ("a token", &["behaviour:auth/token:wrong-secret-accepted"], &["auth/token/wrong-secret"]),
    ("a token that was altered", &["behaviour:auth/errors:token-tail-not-compared"], &["auth/errors/"]),
    ("a token that has expired", &["behaviour:auth/errors:expired-token-accepted"], &["auth/errors/expired"]),
    (
        "another account",
        &["behaviour:command/get_logged_in_reps:deny-accepted"],
        &["command/get_logged_in_reps/permission"],
    ),
    (
        "a session of its own",
        &["behaviour:command/set_session_attributes:only-first-set"],
        &["command/set_session_attributes/"],
    ),
    (
        "a session that was ended",
        &["behaviour:command/terminate_session:lsid/ended-accepted"],
        &["command/terminate_session/"],
    ),
    (
        "what a session has",
        &["drop:command/get_session_attributes:custom_attributes/custom_attribute/@display_name"],
        &["command/get_session_attributes/"],
    ),
    (
        "a key of its own",
        &["behaviour:session/start_session:answer-empty"],
        &["session/start_session/set", "session/start_session/example"],
    ),
    (
        "a session that was moved",
        &["behaviour:command/transfer_session:only-once"],
        &["command/transfer_session/effect/"],
    ),
    (
        "two sessions",
        &["behaviour:command/set_session_attributes:sets-every-session"],
        &["command/set_session_attributes/effect/"],
    ),
    (
        "a customer",
        &["behaviour:command/create_virtual_customer:name-lost"],
        &["command/create_virtual_customer/effect/"],
    ),
    ("a member", &["behaviour:command/join_session:replaces-the-others"], &["command/join_session/effect/"]),
    (
        "a session that waits",
        &["behaviour:command/create_virtual_customer:session-not-active"],
        &["command/create_virtual_customer/effect/"],
    ),
    (
        "a session of another customer",
        &["behaviour:command/create_virtual_customer:lsid-reused"],
        &["command/create_virtual_customer/effect/"],
    ),
    (
        "what a key carries over",
        &["behaviour:command/generate_session_key:external-key-not-carried-over"],
        &["command/generate_session_key/external-key/"],
    ),
    (
        "what is cleared",
        &["behaviour:command/set_session_attributes:custom_field/empty-refused"],
        &["command/set_session_attributes/effect/"],
    ),
    (
        "nothing done",
        &["behaviour:command/create_virtual_customer:success-without-effect"],
        &["command/create_virtual_customer/effect/"],
    ),
    (
        "who is invited",
        &["behaviour:command/get_connected_clients:invited-told-as-normal"],
        &["command/get_connected_clients/representative/"],
    ),
    (
        "a session that is none",
        &["behaviour:command/send_chat_message:lsid/unknown-accepted"],
        &["command/send_chat_message/place/"],
    ),
    (
        "another report",
        &["behaviour:reporting/support_session_listing:error-answered-with-nothing"],
        &["reporting/support_session_listing/"],
    ),
    ("what was made", &["behaviour:configuration/general:one-answered-203"], &["configuration/jump-group/"]),
    ("what was changed", &["behaviour:configuration/general:changed-answered-203"], &["configuration/skill/"]),
    ("a report", &["behaviour:reporting/support_session:lsid-of-another"], &["reporting/support_session/lsid"]),
    ("a script", &["behaviour:client_script/login:unknown-action"], &["client_script/login/"]),
    ("many requests", &["behaviour:auth/errors:evicted-token-accepted"], &["auth/token/limit/"]),
];

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn every_line_shows_in_a_shell_what_the_report_says() {
    if !installed("curl") {
        return;
    }
    let digits = Regex::new("[0-9]+|touchmark-[0-9a-z-]*|\"access_token\": \"[^\"]*\"").expect("a pattern");
    let plain = |text: &str| digits.replace_all(text, "#").chars().take(200).collect::<String>();
    let status = Regex::new(r"HTTP/1\.1 (\d+)").expect("a pattern");
    let (mut lines, mut stateful) = (0, 0);
    for (kind, defects, areas) in KINDS {
        let defects =
            defects.iter().map(|id| emulator::find_defect(id).unwrap_or_else(|says| panic!("{kind}: {says}")));
        let target = serve(Config { defects: defects.collect(), ..Config::demo() });
        let mut cli = Cli::new();
        cli.aim(&target.base, &target.emulator);
        for account in Config::demo().accounts {
            let role = account.role.word();
            let suffix = if role == "full" { String::new() } else { format!("_{}", role.to_uppercase()) };
            cli.set(&format!("BT_CLIENT_ID{suffix}"), &account.client_id);
            cli.set(&format!("BT_CLIENT_SECRET{suffix}"), &account.client_secret);
        }
        let expired = target.emulator.expired_token("touchmark").expect("a token that has expired");
        cli.set("BT_EXPIRED_TOKEN", &expired);
        let only: Vec<&str> = areas.iter().flat_map(|area| ["--only", area]).collect();
        cli.run(&[&["certify", "--allow", "disrupt"], &only[..]].concat());
        let report = cli.report();
        assert!(report.rows("gaps").next().is_some(), "{kind}");
        for gap in report.rows("gaps") {
            let (id, curl) = (text(gap, "requirement"), text(gap, "curl"));
            assert!(!curl.contains("redacted"), "{kind}: {id}: it cannot be typed\n{curl}");
            let ran = cli.shell(curl);
            assert!(ran.stderr.is_empty(), "{kind}: {id}: {}\n{curl}", ran.stderr);
            let (wanted, body) = (text(&gap["response"], "line"), text(&gap["response"], "body"));
            let statuses: Vec<String> = status.captures_iter(&ran.stdout).map(|found| found[1].to_owned()).collect();
            assert!(
                statuses.iter().any(|status| status == wanted),
                "{kind}: {id}: {statuses:?} and not {wanted}\n{curl}"
            );
            let found = ran.stdout.rsplit("\r\n\r\n").next().unwrap_or_default();
            assert_eq!(plain(found), plain(body), "{kind}: {id}\n{curl}");
            assert_eq!(gap["needs"]["PATH"].is_string(), curl.contains("touchmark select"), "{kind}: {id}\n{curl}");
            let variables = gap["needs"].as_object().into_iter().flatten().map(|(name, _)| name);
            for name in variables.filter(|name| *name != "PATH") {
                assert!(curl.contains(name.as_str()), "{kind}: {id}: {name}\n{curl}");
            }
            lines += 1;
            stateful += usize::from(curl.contains("touchmark select"));
        }
        let gap = report.rows("gaps").next().expect("a gap");
        let ran = cli.shell(text(gap, "replay"));
        assert!(ran.stdout.contains(&format!(" {}\n", text(gap, "requirement"))), "{kind}: {}", ran.stdout);
    }
    assert!(lines > 30 && stateful > 13, "{lines} lines, {stateful} of them with something made before");
}

#[test]
fn what_a_control_changed_stands_in_the_lines_of_what_shows_it() {
    let defect = emulator::find_defect("behaviour:command/leave_session:customer-stays").expect("a defect");
    let target = serve(Config { defects: [defect].into_iter().collect(), ..Config::demo() });
    let cli = Cli::new();
    cli.aim(&target.base, &target.emulator);
    cli.run(&["certify", "--allow", "write", "--only", "=command/leave_session/effect/customer-gone"]).exits(1);
    let report = cli.report();
    let gap = report.rows("gaps").next().expect("a gap");
    let curl = text(gap, "curl");
    let asked = |what: &str| curl.find(&format!("action={what}")).unwrap_or_else(|| panic!("no {what}\n{curl}"));
    assert!(asked("create_virtual_customer") < asked("leave_session"), "{curl}");
    assert!(asked("leave_session") < curl.rfind("action=get_connected_clients").unwrap_or_default(), "{curl}");
}
