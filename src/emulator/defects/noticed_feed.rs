//! Conversations that show the defects of the feed. Only tests use it.
//!
//! In: a kind of request. Out: scripts as in `noticed`, of lines `feed STEPS`, and what is sent in such a conversation.

use std::fmt::Write as _;

use serde_json::json;

use super::super::testing::{HANDSHAKE, Lab, body, texts};
use super::super::{Connection, Response};

/// The scripts of a kind.
pub(super) fn scripts(kind: &str) -> Vec<Vec<String>> {
    let lines: Vec<String> = match kind {
        "feed/handshake" => handshakes(),
        "feed/frames" => frames(),
        "feed/phases" => phases(),
        "feed/model" => models(),
        "feed/limits" => vec![
            "many 29; head; auth touchmark; sub [\"queue\"]".to_owned(),
            "many 30; head; auth touchmark; sub [\"queue\"]".to_owned(),
            format!("{FOLLOW}; cmd set_rep_status&rep_id=5&code_name=busy; wait 1000"),
            format!("{FOLLOW}; cmd set_rep_status&rep_id=5&code_name=busy; wait 2000"),
            format!("many 1; {FOLLOW}; wait 1000; cmd set_rep_status&rep_id=5&code_name=busy; wait 1000"),
        ],
        "feed/state_js" => return vec![vec!["path GET /api/state.js".to_owned()]],
        _ => return Vec::new(),
    };
    let mut scripts: Vec<Vec<String>> = lines.into_iter().map(|line| vec![format!("feed {line}")]).collect();
    if kind == "feed/model" {
        // Somebody who follows later.
        let set = "set_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe&session.custom.custom_field2=Later";
        scripts.push(vec![format!("feed {FOLLOW}; cmd {set}; wait 1000"), format!("feed {FOLLOW}")]);
    }
    scripts
}

const FOLLOW: &str = "head; auth touchmark; sub \"all\"";

fn handshakes() -> Vec<String> {
    let key = "dGhlIHNhbXBsZSBub25jZQ==";
    let changes = [
        String::new(),
        "~Upgrade: websocket~".to_owned(),
        "~Upgrade: websocket~Upgrade: WebSocket".to_owned(),
        "~Connection: Upgrade~".to_owned(),
        "~Connection: Upgrade~Connection: keep-alive, Upgrade".to_owned(),
        "~Connection: Upgrade~Connection: upgrade".to_owned(),
        "~Host: a\r\n~".to_owned(),
        "~GET /nw~POST /nw".to_owned(),
        "~HTTP/1.1~HTTP/1.0".to_owned(),
        format!("~Sec-WebSocket-Key: {key}\r\n~"),
        format!("~{key}~{key}\r\nSec-WebSocket-Key: {key}"),
        format!("~{key}~{}", &key[..20]),
        "~Version: 13~Version: 12".to_owned(),
        "~Sec-WebSocket-Protocol: ingredi%20state%20api\r\n~".to_owned(),
        "~ingredi~chat, ingredi".to_owned(),
    ];
    changes.iter().map(|change| format!("head{change}")).collect()
}

fn frames() -> Vec<String> {
    let frames = [
        "raw 8982000000006869",
        "raw 810161",
        "raw c1810000000061",
        "raw 838000000000",
        "raw 098000000000; raw 8982000000006869",
        "raw 808000000000; raw 8982000000006869",
        "raw 0181000000007b; raw 81830000000061620a; raw 8982000000006869",
        "raw 0181000000000a; raw 808000000000; raw 8982000000006869",
        "raw 8184000000007bff7d0a",
        "raw 888200000000 03e8",
        "raw 888200000000 03ed",
        "raw 888000000000",
        "auth touchmark",
        "auth bad",
    ];
    let mut all: Vec<String> = frames.iter().map(|frames| format!("head; {frames}")).collect();
    let long = format!("head; raw 89fe007e00000000{}; raw 8982000000006869", "61".repeat(126));
    all.push(long);
    all
}

fn phases() -> Vec<String> {
    let rest = [
        "auth touchmark; sub \"all\"",
        "auth touchmark; sub [\"queue\",\"representative\"]",
        "auth touchmark; sub [\"nothing\"]",
        "auth touchmark; say {\"type\":\"subscribe\"}",
        "auth touchmark; say {\"type\":\"else\"}",
        "auth bad; auth touchmark",
        "auth expired",
        "auth touchmark-support-reports",
        "say {\"type\":\"authenticate\"}",
        "sub \"all\"",
        "part {\"type\":; say \"subscribe\"}",
        "say {",
        "both touchmark",
        "apart touchmark",
    ];
    rest.iter().map(|rest| format!("head; {rest}")).collect()
}

fn models() -> Vec<String> {
    let c69 = "lsid=c69a8e10bea9428f816cfababe9815fe";
    let key =
        "cmd generate_session_key&type=support&queue_id=team:1&session.skills=codename1&session.custom.custom_field1=F";
    let customer =
        "cmd create_virtual_customer&short_key={short}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C";
    vec![
        format!(
            "{FOLLOW}; {key}; {customer}; wait 1000; cmd terminate_session&{c69}; wait 1000; {key}; {customer}; wait 1000"
        ),
        format!("{FOLLOW}; cmd join_session&{c69}&rep_id=5; wait 1000; cmd leave_session&{c69}&rep_id=5; wait 1000"),
        format!("{FOLLOW}; cmd leave_session&{c69}&customer=1; wait 1000"),
        format!("{FOLLOW}; wait 9000; cmd set_session_attributes&{c69}&session.custom.custom_field2=Once; wait 1000"),
        format!("{FOLLOW}; cmd set_rep_status&rep_id=5&code_name=busy; wait 1000; restart; wait 1000"),
        format!("{FOLLOW}; wait 1000; cmd set_rep_status&rep_id=5&code_name=busy; wait 1000; wait 1000"),
        "head; auth touchmark; sub [\"representative\"]; cmd terminate_session; wait 1000".to_owned()
            + &format!("; cmd terminate_session&{c69}; wait 1000"),
    ]
}

/// Plays steps that stand between semicolons. Out: all that the emulator sends, and whether it closed the connection.
pub(super) fn converse(lab: &Lab, steps: &str) -> Response {
    let mut one = lab.emulator.connect(true);
    let (mut sent, mut key, mut others): (Vec<u8>, String, Vec<Connection>) = (Vec::new(), String::new(), Vec::new());
    for step in steps.split("; ") {
        let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
        match word {
            "auth" => one.receive(&frame(&authenticate(lab, rest))),
            "sub" => one.receive(&frame(&subscribe(rest))),
            "say" => one.receive(&frame(&format!("{rest}\n"))),
            "part" => one.receive(&frame(rest)),
            "both" => one.receive(&frame(&(authenticate(lab, rest) + &subscribe("\"all\"")))),
            "apart" => {
                one.receive(&frame(&authenticate(lab, rest)));
                one.receive(&frame(&subscribe("\"all\"")));
            }
            "raw" => one.receive(&bytes(rest)),
            "wait" => lab.clock.advance(rest.parse().expect("milliseconds")),
            "restart" => lab.emulator.restart_model(),
            "cmd" => {
                let answer = body(&lab.send("touchmark", "GET", &format!("action={}", rest.replace("{short}", &key))));
                key = texts(&answer, "short_key").first().map_or(key, |key| (*key).to_owned());
            }
            "many" => others.extend((0..rest.parse().expect("a number")).map(|_| lab.feed("touchmark").1)),
            _ => one.receive(head(step).as_bytes()),
        }
        sent.append(&mut one.send());
    }
    drop(others);
    if one.is_closed() {
        sent.extend_from_slice(b"closed");
    }
    Response { status: 101, headers: Vec::new(), body: sent }
}

/// `head`, or `head~TEXT~OTHER`, which has another text in place of one.
fn head(step: &str) -> String {
    let mut parts = step.split('~').skip(1);
    match (parts.next(), parts.next()) {
        (Some(text), Some("")) => HANDSHAKE.replacen(&format!("{}\r\n", text.trim_end()), "", 1),
        (Some(text), Some(other)) => HANDSHAKE.replacen(text, other, 1),
        _ => HANDSHAKE.to_owned(),
    }
}

fn authenticate(lab: &Lab, account: &str) -> String {
    let token = match account {
        "bad" => "bad".to_owned(),
        "expired" => lab.emulator.expired_token("touchmark").expect("a token"),
        account => lab.token(account),
    };
    format!("{}\n", json!({ "type": "authenticate", "credentials": { "bearer_token": token } }))
}

fn subscribe(tables: &str) -> String {
    format!("{{\"type\":\"subscribe\",\"tables\":{tables}}}\n")
}

/// A text in one frame whose mask changes nothing.
fn frame(text: &str) -> Vec<u8> {
    let mut head = String::from("81");
    match text.len() {
        length @ 0..=125 => _ = write!(head, "{:02x}", 0x80 | length),
        length => _ = write!(head, "fe{length:04x}"),
    }
    let mut all = bytes(&(head + "00000000"));
    all.extend_from_slice(text.as_bytes());
    all
}

/// Bytes of hexadecimal digits.
fn bytes(digits: &str) -> Vec<u8> {
    let digits: String = digits.split_whitespace().collect();
    let pair = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
    (0..digits.len() / 2).map(|at| pair(at * 2)).collect()
}
