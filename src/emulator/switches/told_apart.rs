//! Each reading of a topic can be distinguished from the others by what the emulator answers.
//!
//! In: the topics. Out: a failure that names a reading which changes nothing. Only tests use it.

use super::super::testing::{Lab, body, request, text};
use super::super::{Config, Response};
use super::topics::TOPICS;

/// What shows the readings of a topic. `bare` sends no token, `config` asks for a path, `bad` a wrong one, `fast` many requests.
fn shown(topic: &str) -> &'static [&'static str] {
    match topic {
        "auth-error-status" => &["bad"],
        "missing-token-status" => &["bare GET /api/command"],
        "token-refusal-status" => &["bare POST /oauth2/token"],
        "permission-denied-shape" => &["touchmark-deny GET action=get_api_info"],
        "rate-limit-status" => &["fast"],
        "unknown-name" => {
            &["touchmark GET action=import_jump_shortcut&name=a&local_jump_hostname=b&group=servers&jump_policy=none"]
        }
        "role-already-held" => &["touchmark GET action=set_failover_role&role=primary"],
        "virtual-customer-listed" => &["customer", "touchmark GET action=get_connected_clients"],
        "chat-report-attribute" => &[
            "touchmark GET action=send_chat_message&lsid=c69a8e10bea9428f816cfababe9815fe&body=a",
            "report touchmark GET generate_report=SupportSession&lsid=c69a8e10bea9428f816cfababe9815fe",
        ],
        "check-health-http-auth" => &["bare GET /check_health"],
        "xsd-auth" => &["bare GET /api/command.xsd"],
        "ns-alias" => &["bare GET /api/command.ns"],
        "multipart" => &["multipart"],
        "command-namespace" | "api-info-permissions" | "perm-command-literal" | "api-info-timestamp-format" => {
            &["touchmark GET action=get_api_info"]
        }
        "error-placement" => &["touchmark GET action=get_support_teams&showmembers=x"],
        "success-period" => &["touchmark GET action=join_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=5"],
        "direct-link" | "logged-in-since-format" => &["touchmark GET action=get_logged_in_reps"],
        "issues-blank" => &["touchmark GET action=get_support_teams"],
        "queue-response" => &["touchmark GET action=generate_session_key&type=support&queue_id=general"],
        "short-key-charset" | "external-key-absent" | "expires-format" | "mail-body" => {
            &["touchmark GET action=generate_session_key&type=support&queue_id=rep:1"]
        }
        "ttl-above-maximum" => &["touchmark GET action=generate_session_key&type=support&queue_id=rep:1&ttl=86401"],
        "over-length" => &["long"],
        "over-total" => &["wide"],
        "unconfigured-field" => {
            &["touchmark GET action=set_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe&session.custom.x=1"]
        }
        "out-of-range" => &["touchmark GET action=generate_session_key&type=support&queue_id=rep:1&ttl=0"],
        "malformed-value" => &["touchmark GET action=get_support_teams&showmembers=x"],
        "empty-value" => &["touchmark GET action=get_support_teams&showmembers="],
        "unknown-parameter" => &["touchmark GET action=get_support_teams&x=1"],
        "repeated-parameter" => &["touchmark GET action=get_connected_client_list&type=representative&type=push_agent"],
        "rep-id-or-username" => {
            &["touchmark GET action=join_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=5&rep_username=admin"]
        }
        "transfer-queue-subset" => {
            &["touchmark GET action=transfer_session&lsid=c69a8e10bea9428f816cfababe9815fe&queue_id=general"]
        }
        "no-response-documented" => &["touchmark GET action=send_chat_message&team_id=1&body=a"],
        "cvc-lsid" | "cvc-chat-url" => &["customer"],
        "locale-unknown" => &["customer &locale=x"],
        "leave-several" => {
            &["touchmark GET action=leave_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=1&customer=1"]
        }
        "leave-customer-value" => {
            &["touchmark GET action=leave_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=1&customer=0"]
        }
        "attributes-external-key" => {
            &["touchmark GET action=get_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe"]
        }
        "cleared-attribute" => &[
            "touchmark GET action=set_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe&session.custom.custom_field1=",
            "touchmark GET action=get_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe",
        ],
        "summary-other-types" => &["touchmark GET action=get_connected_client_list&type=push_agent"],
        "pinned-client-type" => &["touchmark GET action=get_connected_client_list&type=pinned_client"],
        "ids-above-maximum" => &["ids"],
        "connections-nesting" | "event-ts-format" => {
            &["touchmark GET action=get_connected_clients&include_connections=1"]
        }
        "connected-since" | "session-lsids-name" | "showing-on-rep-list" => {
            &["touchmark GET action=get_connected_clients"]
        }
        "sync-when-none" => &["alone"],
        "failover-sync-default" => &["touchmark GET action=set_failover_role&role=backup"],
        "import-plural" => &["touchmark GET action=import_jump_shortcuts&name=a&local_jump_hostname=b&group=servers"],
        "import-mixed" => {
            &["touchmark GET action=import_jump_shortcut&name=a&local_jump_hostname=b&rdp_hostname=b&group=servers"]
        }
        "import-without-name" => &["touchmark GET action=import_jump_shortcut&local_jump_hostname=b&group=servers"],
        "rdp-hostname-with-jumpoint" => {
            &["touchmark GET action=import_jump_shortcut&name=a&rdp_hostname=b&jumpoint=London&group=servers"]
        }
        "vnc-low-port" => &[
            "touchmark GET action=import_jump_shortcut&name=a&remote_vnc_hostname=b&jumpoint=London&group=servers&port=99",
        ],
        "vt100-case" => &["terminal=VT100", "terminal=vt100"],
        "public-portal-id" => &[
            "touchmark GET action=import_jump_shortcut&name=a&local_jump_hostname=b&group=servers&public_portal=Default",
        ],
        "client-script-auth" | "brcs-newline" | "brcs-trailing-newline" | "login-duplicate" => {
            &["bare GET /api/client_script?type=rep&operation=generate&action=login"]
        }
        "client-script-refusal" => &["bare GET /api/client_script"],
        "start-pinned-client-session" => &[
            "bare GET /api/client_script?type=rep&operation=generate&action=start_pinned_client_session&search_string=a",
        ],
        "delete-script-file-asked-for" => {
            &["bare GET /api/client_script?type=rep&operation=generate&action=delete_script_file"]
        }
        "web-console-pairs" => &["bare GET /api/client_script?type=rep&operation=execute&action=login"],
        "web-console-answer" => {
            &["bare GET /api/client_script?type=web_console&operation=execute&action=generate_session_key"]
        }
        "login-all-or-none" => &["bare GET /api/client_script?type=rep&operation=generate&action=login&username=a"],
        "jump-item-search-string" => {
            &["bare GET /api/client_script?type=rep&operation=generate&action=start_jump_item_session&search_string=a"]
        }
        "start-session-response" => &["bare GET /api/start_session?issue_menu=1&id=1"],
        "start-session-begins" => &[
            "bare GET /api/start_session?issue_menu=1&id=1",
            "touchmark GET action=get_connected_clients&type=support_customer",
        ],
        "start-session-refusal" => &["bare GET /api/start_session"],
        "several-start-methods" => &["started &issue_menu=1&id=1"],
        "rep-id-and-name" => &["bare GET /api/start_session?id=1"],
        "rep-name-mismatch" => &["bare GET /api/start_session?id=1&name=Jo%20Smith"],
        "rep-logged-out" => &["bare GET /api/start_session?id=12&name=Night%20Shift"],
        "issue-id-and-code-name" => &["bare GET /api/start_session?issue_menu=1&codeName=other&id=2"],
        "used-session-key" => &["started"],
        "prompting-restricts" => &["started &customer.name=N", "touchmark GET action=get_connected_clients"],
        "form-post-parity" => &["bare POST /api/start_session?issue_menu=1&id=1"],
        "js-several-methods" | "js-issue-names" | "js-fallback-default" => &["bare GET /api/start_session.js"],
        "config-unknown-parameter" => &["config touchmark /api/config/v1/skill?touchmark=1"],
        "config-yaml-auth" => &["bare GET /api/config/v1/openapi.yaml"],
        "reporting-namespace" => &["report touchmark GET generate_report=Nothing"],
        "nothing-found" => &["report touchmark GET generate_report=SupportSessionListing&start_time=1&duration=1"],
        "window-boundary" => {
            &["report touchmark GET generate_report=SupportSessionListing&start_time=1699000000&duration=140000"]
        }
        "combined-sets" => &[
            "report touchmark GET generate_report=SupportSessionListing&start_date=2023-11-10&start_time=1&duration=0",
        ],
        "report-error-shape" => &["report touchmark GET generate_report=SupportSessionRecording&lsid=0"],
        "limit-beside-lsid" => {
            &["report touchmark GET generate_report=SupportSession&lsid=5bf07601298b495b87310da9ce571e22&limit=all"]
        }
        "primary-team-id"
        | "recording-instance-base"
        | "performer-notation"
        | "support-teams-leading-semicolon"
        | "shared-files-notation"
        | "event-timestamp-format"
        | "category-name" => &["report touchmark GET generate_report=SupportSession&start_time=1&duration=0"],
        "member-added-username" | "team-time-text" => {
            &["report touchmark GET generate_report=SupportTeam&start_time=1&duration=0"]
        }
        "listing-lseq" | "listing-external-key" => {
            &["report touchmark GET generate_report=SupportSessionListing&start_time=1&duration=0"]
        }
        "summary-empty-rows" => {
            &["report touchmark GET generate_report=SupportSessionSummary&start_time=1&duration=0&report_type=rep"]
        }
        "survey-id-with-lsid" => &[
            "report touchmark GET generate_report=SupportCustExitSurvey&lsid=5bf07601298b495b87310da9ce571e22&report_type=rep&id=1",
        ],
        "survey-ts-format" | "unanswered-question" => &[
            "report touchmark GET generate_report=SupportCustExitSurvey&start_time=1&duration=0&report_type=rep&id=all",
        ],
        "presentation-limit" => {
            &["report touchmark GET generate_report=PresentationSession&start_time=1&duration=0&limit=rep:151"]
        }
        "presentation-event-type" | "presentation-performer" | "presentation-representative" => {
            &["report touchmark GET generate_report=PresentationSession&start_time=1&duration=0"]
        }
        "presentation-in-progress" => {
            &["report touchmark GET generate_report=PresentationSessionListing&start_time=1&duration=0"]
        }
        "presentation-recording-alias" => {
            &["report touchmark GET generate_report=PresentationRecording&lsid=6d547436638c41ad8f945388d2d465d2"]
        }
        "license-empty" => &["report touchmark GET generate_report=LicenseUsage&start_time=1&duration=1&group_by=day"],
        "license-total-beside-reasons" | "license-datetime" => {
            &["report touchmark GET generate_report=LicenseUsage&start_time=1&duration=0&group_by=day"]
        }
        "endpoint-license-permission" => &["report touchmark-support-reports GET generate_report=EndpointLicenseUsage"],
        "vault-account-notation" | "vault-api-account" => {
            &["report touchmark GET generate_report=VaultAccountActivity&start_time=1&duration=0"]
        }
        "attendee-table" | "archive-team-id" | "archive-state-wrapper" | "archive-empty-table" => &[
            "report touchmark GET generate_report=Archive&type=state&date=2023-11-13&index=15",
            "report touchmark GET generate_report=Archive&type=state&date=2023-11-13&index=1",
        ],
        topic if topic.starts_with("archive-") || topic == "presentation-event-name" => {
            &["report touchmark GET generate_report=Archive&type=event&date=2023-11-14&index=1"]
        }
        topic if topic.starts_with("feed-") => &["feed"],
        "vault-end-window" => &["report touchmark GET generate_report=VaultAccountActivity&end_time=1&duration=0"],
        _ => &[],
    }
}

fn ask(lab: &Lab, line: &str) -> Vec<Response> {
    let words: Vec<&str> = line.splitn(3, ' ').collect();
    let c69 = "action=set_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe";
    let get = |query: &str| lab.send("touchmark", "GET", query);
    let wide = "%F0%9F%98%80".repeat(1024);
    match words.as_slice() {
        ["bad"] => vec![lab.bearing("bad", "GET", "")],
        ["bare", method, target] => vec![lab.emulator.handle(&request(method, target, &[], ""))],
        ["fast"] => (0..21).map(|_| lab.send("touchmark-spare", "GET", "action=check_health")).collect(),
        ["feed"] => {
            let (mut body, mut connection) = lab.feed("touchmark");
            lab.send("touchmark", "GET", "action=set_rep_status&rep_id=5&code_name=busy");
            lab.clock.advance(1_000);
            body.append(&mut connection.send());
            vec![Response { status: 101, headers: Vec::new(), body }]
        }
        ["multipart"] => {
            let bearer = format!("Bearer {}", lab.token("touchmark"));
            let headers = [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=x")];
            let part = "--x\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nget_appliances\r\n--x--\r\n";
            vec![lab.emulator.handle(&request("POST", "/api/command", &headers, part))]
        }
        ["long"] => vec![get(&format!("{c69}&session.custom.notes={}", "x".repeat(1025)))],
        ["wide"] => vec![get(&format!(
            "{c69}&session.custom.notes={wide}&session.custom.floor={wide}&session.custom.asset={wide}"
        ))],
        ["ids"] => {
            let ids = vec!["101"; 100].join(",");
            vec![get(&format!("action=get_connected_clients&id={ids},102"))]
        }
        [terminal] if terminal.starts_with("terminal") => vec![get(&format!(
            "action=import_jump_shortcut&name=a&shelljump_hostname=b&jumpoint=London&protocol=ssh&group=servers&{terminal}"
        ))],
        ["customer", ..] => {
            let key = body(&get("action=generate_session_key&type=support&queue_id=rep:1"));
            let who = "name=a&ip_address=192.0.2.1&operating_system=b&computer_name=c";
            let (key, rest) = (text(&key, "short_key"), words.get(1).copied().unwrap_or_default());
            vec![get(&format!("action=create_virtual_customer&short_key={key}&{who}{rest}"))]
        }
        ["started", ..] => {
            let key = body(&get("action=generate_session_key&type=support&queue_id=rep:1"));
            let (key, rest) = (text(&key, "short_key"), words.get(1).copied().unwrap_or_default());
            let target = format!("/api/start_session?short_key={key}{rest}");
            (0..2).map(|_| lab.emulator.handle(&request("GET", &target, &[], ""))).collect()
        }
        ["alone"] => {
            let mut config = Config { readings: lab.emulator.readings.clone(), ..Config::demo() };
            config.site.appliances[0].failover_role = "none".into();
            vec![Lab::of(config).send("touchmark", "GET", "action=check_health")]
        }
        ["config", account, target] => vec![lab.config(account, "GET", target, "")],
        ["report", account, rest] => {
            let (method, query) = rest.split_once(' ').expect("a method and a query");
            vec![lab.ask(account, method, query)]
        }
        [account, method, query] => vec![lab.send(account, method, query)],
        _ => panic!("no such line: {line}"),
    }
}

#[test]
fn each_reading_can_be_told_from_the_others() {
    for topic in TOPICS.iter() {
        let mut seen: Vec<Vec<Response>> = Vec::new();
        for reading in topic.readings {
            // What a session has that somebody started shows once it has begun.
            let begins = (topic.name == "prompting-restricts").then_some("start-session-begins=at_once");
            let of_topic = format!("{}={reading}", topic.name);
            let lab = Lab::reading(&begins.into_iter().chain([of_topic.as_str()]).collect::<Vec<_>>());
            let answers: Vec<Response> = shown(topic.name).iter().flat_map(|line| ask(&lab, line)).collect();
            assert!(!seen.contains(&answers), "{}={reading} shows nothing of its own", topic.name);
            seen.push(answers);
        }
    }
}
