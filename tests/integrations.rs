//! What published integrations send, in our own words, and that the emulator answers each call as the guide says: connectors of security
//! monitoring, help desks, scripts. The Configuration API has a table of its own.
//!
//! In: a row of a call. Out: its status, what its body begins with or holds. Nothing is on a network.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use touchmark::emulator::{Clock, Config, Emulator, Readings, Request, Response};

/// A day in 2024, by which the demo site has a past.
const NOW_S: i64 = 1_733_239_565;

/// Who may do everything.
const ACCOUNT: (&str, &str) = ("touchmark", "touchmark-demo-secret");

struct Call {
    what: &'static str,
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    status: u16,
    holds: &'static str,
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

const fn get(what: &'static str, target: &'static str, holds: &'static str) -> Call {
    Call { what, method: "GET", target, headers: &[], body: "", status: 200, holds }
}

const fn post(
    what: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    holds: &'static str,
) -> Call {
    Call { what, method: "POST", target, headers, body, status: 200, holds }
}

/// Calls with a token (pp. 10-51, 80-140).
const CALLS: &[Call] = &[
    get("the version, before anything else", "/api/command?action=get_api_info", "<api_version>1.22.2<"),
    get("the same by the path of before", "/api/command.ns?action=get_api_info", "<api_version>1.22.2<"),
    post("parameters in a form", "/api/command", &[FORM], "action=get_api_info", "<api_version>1.22.2<"),
    post("all in the query, and an empty body", "/api/command?action=get_api_info", &[], "", "<api_version>1.22.2<"),
    post("the same with a form that is empty", "/api/command?action=get_api_info", &[FORM], "", "<api_version>1.22.2<"),
    get("who is there", "/api/command?action=get_logged_in_reps", "<logged_in_reps"),
    get("teams with their members", "/api/command?action=get_support_teams&showmembers=1", "<support_teams"),
    get(
        "a key for a representative",
        "/api/command?action=generate_session_key&type=support&queue_id=rep_username:jsmith&ttl=1800",
        "<session_key",
    ),
    get(
        "a key for a team",
        "/api/command?action=generate_session_key&type=support&queue_id=team:1&ttl=1800",
        "<short_key>",
    ),
    get(
        "a key for an issue",
        "/api/command?action=generate_session_key&type=support&queue_id=issue:printer&ttl=1800",
        "<short_key>",
    ),
    get(
        "a key that carries the number of a ticket",
        "/api/command?action=generate_session_key&type=support&queue_id=general&session.custom.external_key=INC0010002",
        "<short_key>",
    ),
    // A space and letters beyond ASCII as they are: whoever made the URL forgot to escape them.
    get(
        "a number of a ticket with a space and an umlaut in it",
        "/api/command?action=generate_session_key&type=support&queue_id=general&session.custom.external_key=Störung 12",
        "<short_key>",
    ),
    // What stands behind a # is no part of the query.
    get(
        "a number of a ticket that begins with a #",
        "/api/command?action=generate_session_key&type=support&queue_id=general&session.custom.external_key=#12",
        "<short_key>",
    ),
    get(
        "sessions since a time, for a day",
        "/api/reporting?generate_report=SupportSession&start_time=1733160000&duration=86400",
        "<session_list",
    ),
    get(
        "the same by the path of before",
        "/api/reporting.ns?generate_report=SupportSession&start_time=1733160000&duration=86400",
        "<session_list",
    ),
    get(
        "a window that rolls, up to now",
        "/api/reporting?generate_report=SupportSession&end_time=1733239565&duration=0",
        "<session_list",
    ),
    get(
        "a date and a time at once",
        "/api/reporting?generate_report=SupportSession&start_date=2024-12-02&start_time=1733160000&duration=0",
        "<session_list",
    ),
    post(
        "a report by a form",
        "/api/reporting",
        &[FORM],
        "generate_report=SupportSession&start_date=2024-12-02&duration=0",
        "<session_list",
    ),
    post(
        "a report by the query of a POST",
        "/api/reporting?generate_report=SupportSession&start_date=2024-12-02&duration=0",
        &[],
        "",
        "<session_list",
    ),
    // Addresses with ports, of both kinds, as connectors have to split them.
    get(
        "addresses with a port",
        "/api/reporting?generate_report=SupportSession&start_time=1729000000&duration=0",
        ">198.51.100.7:61606<",
    ),
    get(
        "addresses of IPv6",
        "/api/reporting?generate_report=SupportSession&start_time=1729000000&duration=0",
        ">[2001:db8::d987]:56722<",
    ),
    get(
        "a list of sessions",
        "/api/reporting?generate_report=SupportSessionListing&start_date=2024-12-01&duration=0",
        "<session_summary_list",
    ),
    get(
        "what teams did",
        "/api/reporting?generate_report=SupportTeam&start_date=2024-12-01&duration=0",
        "<team_activity_list",
    ),
    get(
        "what was done in the Vault",
        "/api/reporting?generate_report=VaultAccountActivity&start_date=2024-12-01&duration=0",
        "<vault_account_activity_list",
    ),
    get(
        "licences",
        "/api/reporting?generate_report=LicenseUsage&start_date=2024-12-01&duration=0&group_by=hour",
        "license",
    ),
    get("archives of a day", "/api/reporting?generate_report=ArchiveListing&date=2024-12-02", "<archives"),
    get("whether it is well, by the command", "/api/command?action=check_health", "<"),
    get("whether it is well, by the path of load balancers", "/check_health", "healthy"),
];

/// Calls without a token.
const STRANGERS: &[Call] = &[
    get("what it is", "/get_mech_list?version=3", "\"product\""),
    Call { status: 401, ..get("a call without a token", "/api/command?action=get_api_info", "") },
    Call {
        status: 401,
        headers: &[("Authorization", "Bearer of-yesterday")],
        ..get("a call with a token that is over", "/api/command?action=get_api_info", "error")
    },
];

fn emulator(readings: &[&str]) -> Arc<Emulator> {
    let readings = readings.iter().map(|text| Readings::parse(text).expect("a reading")).collect();
    Arc::new(Emulator::new(Config { readings, ..Config::demo() }, Clock::manual(NOW_S * 1_000)))
}

fn send(emulator: &Emulator, call: &Call, more: &[(&str, &str)]) -> Response {
    let headers = call.headers.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    emulator.handle(&Request {
        method: call.method.to_owned(),
        target: call.target.to_owned(),
        headers: headers.collect(),
        body: call.body.as_bytes().to_vec(),
    })
}

/// What a token request gives: the token of each way to ask for one (p. 6).
fn token(emulator: &Emulator, target: &'static str, headers: &[(&str, &str)], body: &'static str) -> Response {
    let call = Call { what: "", method: "POST", target, headers: &[], body, status: 200, holds: "" };
    send(emulator, &call, headers)
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

#[track_caller]
fn check(emulator: &Emulator, call: &Call, headers: &[(&str, &str)]) {
    let response = send(emulator, call, headers);
    let body = text(&response);
    assert_eq!(response.status, call.status, "{}: {} {}\n{body}", call.what, call.method, call.target);
    assert!(body.contains(call.holds), "{}: {} {}\n{body}", call.what, call.method, call.target);
    let is_error = body.contains("<error>") || body.starts_with("<error");
    assert!(call.status != 200 || !is_error, "{}: {} {}\n{body}", call.what, call.method, call.target);
}

#[test]
fn every_way_to_ask_for_a_token_gives_one() {
    let emulator = emulator(&[]);
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", ACCOUNT.0, ACCOUNT.1)));
    let basic = ("Authorization", basic.as_str());
    let json = ("Content-Type", "application/json");
    for (what, target, headers, body) in [
        ("Basic and a form", "/oauth2/token", vec![basic, FORM], "grant_type=client_credentials"),
        ("Basic and JSON", "/oauth2/token", vec![basic, json], "{\"grant_type\": \"client_credentials\"}"),
        ("Basic and the query", "/oauth2/token?grant_type=client_credentials", vec![basic], ""),
        (
            "id and secret in the form",
            "/oauth2/token",
            vec![FORM],
            "grant_type=client_credentials&client_id=touchmark&client_secret=touchmark-demo-secret",
        ),
    ] {
        let response = token(&emulator, target, &headers, body);
        let said = text(&response);
        let member = |name: &str| {
            serde_json::from_str::<serde_json::Value>(&said).ok().and_then(|value| value.get(name).cloned())
        };
        assert_eq!((response.status, member("token_type")), (200, Some("Bearer".into())), "{what}: {said}");
        assert_eq!(member("expires_in"), Some(3600.into()), "{what}: {said}");
    }
    // Who tries Basic first and then the body is refused, and then not.
    let wrong = ("Authorization", "Basic eDp5");
    let refused = token(&emulator, "/oauth2/token", &[wrong, FORM], "grant_type=client_credentials");
    assert!(refused.status >= 400, "{}", text(&refused));
}

#[test]
fn every_call_of_an_integration_is_answered_as_the_guide_says() {
    let emulator = emulator(&[]);
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", ACCOUNT.0, ACCOUNT.1)));
    let given = token(&emulator, "/oauth2/token", &[("Authorization", &basic), FORM], "grant_type=client_credentials");
    let given: serde_json::Value = serde_json::from_str(&text(&given)).expect("JSON");
    let bearer = format!("Bearer {}", given["access_token"].as_str().expect("a token"));
    for call in CALLS {
        check(&emulator, call, &[("Authorization", &bearer)]);
    }
    for call in STRANGERS {
        check(&emulator, call, &[]);
    }
    // XML comes also to who would rather have JSON.
    let wishes =
        [("Authorization", bearer.as_str()), ("Accept", "application/json"), ("Content-Type", "application/json")];
    let answer = send(&emulator, &CALLS[0], &wishes);
    let media = answer.headers.iter().find(|(name, _)| name == "Content-Type").map(|(_, value)| value.as_str());
    assert_eq!((answer.status, media), (200, Some("text/xml; charset=UTF-8")));
    // The scheme of a token in small letters, as one library writes it.
    check(&emulator, &CALLS[0], &[("authorization", &bearer.replace("Bearer", "bearer"))]);
}

#[test]
fn where_there_is_nothing_an_appliance_may_say_so_in_three_ways() {
    const NOTHING: &str = "/api/reporting?generate_report=SupportSession&start_time=915148800&duration=86400";
    for (reading, holds) in [
        ("nothing-found=empty", "<session_list"),
        ("nothing-found=error", "No "),
        ("nothing-found=error_in_french", "Aucun"),
    ] {
        let emulator = emulator(&[reading]);
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", ACCOUNT.0, ACCOUNT.1)));
        let given =
            token(&emulator, "/oauth2/token", &[("Authorization", &basic), FORM], "grant_type=client_credentials");
        let given: serde_json::Value = serde_json::from_str(&text(&given)).expect("JSON");
        let bearer = format!("Bearer {}", given["access_token"].as_str().expect("a token"));
        let answer = send(&emulator, &get("", NOTHING, ""), &[("Authorization", &bearer)]);
        assert_eq!(answer.status, 200);
        let said = text(&answer);
        assert!(
            said.contains(holds) && said.contains("error") == (reading != "nothing-found=empty"),
            "{reading}\n{said}"
        );
    }
}

#[test]
fn an_integration_opens_the_feed_without_an_authorization_header() {
    let emulator = emulator(&[]);
    let mut connection = emulator.connect(true);
    connection.receive(
        b"GET /nw HTTP/1.1\r\nHost: support.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
          Sec-WebSocket-Protocol: ingredi%20state%20api\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    );
    let head = String::from_utf8_lossy(&connection.send()).into_owned();
    assert!(head.starts_with("HTTP/1.1 101 ") && head.contains("ingredi%20state%20api"), "{head}");
    assert!(!head.to_ascii_lowercase().contains("permessage-deflate"), "{head}");
}
