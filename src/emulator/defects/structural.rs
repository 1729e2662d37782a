//! Defects of structure: an element, attribute, JSON member or header that is missing, renamed, doubled, empty, or
//! holds a value of another type.
//!
//! In: canonical requests to demo emulators, one in each notation. Out: one defect for each thing its answers hold and each way
//! to break it. Left out is what breaks no documented fact: roots and elements that the guide does not
//! name, absence that the guide itself describes, the type of free text. A root is never dropped or
//! doubled, as that is no XML; an answer without a body is a defect of behaviour.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::answer::{Answer, Body};
use super::super::appliance::{Config, Emulator};
use super::super::clock::Clock;
use super::super::http::Request;
use super::super::switches::{Defect, Reading, Readings};
use super::super::xml::{Element, Kind};
use super::bend::mistyped;

/// Every structural defect, in the order in which the answers show what can be broken.
pub(super) fn catalogue() -> Vec<Defect> {
    let (mut found, mut known): (Vec<Defect>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    let notations = NOTATIONS.iter().filter_map(|reading| Readings::parse(reading).ok());
    for readings in std::iter::once(Vec::new()).chain(notations.map(|reading| vec![reading])) {
        let mut add = |verb: &str, kind: &str, path: &str, says: String| {
            let id = format!("{verb}:{kind}:{path}");
            if known.insert(id.clone()) {
                found.push(Defect { id: id.into(), touches: kind.to_owned(), says, readings: readings.clone() });
            }
        };
        probe(&readings).iter().for_each(|answer| look(&mut add, answer));
    }
    found
}

/// Second notations: in each, other elements and attributes say the same.
pub(super) const NOTATIONS: &[&str] = &[
    "performer-notation=children",
    "primary-team-id=children",
    "shared-files-notation=filename",
    "listing-lseq=element",
    "listing-external-key=element",
    "presentation-event-type=element",
    "presentation-representative=both_tables",
    "vault-account-notation=element",
    "vault-account-notation=capital_attribute",
    "vault-account-notation=capital_element",
];

fn look(add: &mut Add<'_>, answer: &Answer) {
    for header in answer.headers.iter().filter(|header| header.documented) {
        value(add, "auth/rate_limit", &format!("header/{}", header.name), header.kind);
    }
    match &answer.body {
        Body::Json(members) => {
            for member in members.iter().filter(|member| member.documented) {
                value(add, &answer.kind, &format!("json/{}", member.name), member.kind);
            }
        }
        Body::Xml { root, .. } => walk(add, &answer.kind, root, &root.name.clone(), true),
        Body::Text { .. } | Body::Raw { .. } | Body::Empty => {}
    }
}

type Add<'a> = dyn FnMut(&str, &str, &str, String) + 'a;

fn value(add: &mut Add<'_>, kind: &str, path: &str, value: Kind) {
    add("drop", kind, path, format!("{path} is missing"));
    add("rename", kind, path, format!("{path} has another name"));
    mistype(add, kind, path, value);
}

fn mistype(add: &mut Add<'_>, kind: &str, path: &str, value: Kind) {
    if !value.is_free() {
        add("mistype", kind, path, format!("{path} holds `{}`", mistyped(value)));
    }
    if value.identifies() {
        add("empty", kind, path, format!("{path} is empty"));
    }
}

fn walk(add: &mut Add<'_>, kind: &str, element: &Element, path: &str, is_root: bool) {
    if element.documented {
        if !is_root && !element.dispensable {
            add("drop", kind, path, format!("{path} is missing"));
        }
        add("rename", kind, path, format!("{path} has another name"));
        if !is_root && !element.many {
            add("duplicate", kind, path, format!("{path} stands twice"));
        }
        mistype(add, kind, path, element.kind);
        for attribute in element.attributes.iter().filter(|attribute| attribute.documented) {
            value(add, kind, &format!("{path}/@{}", attribute.name), attribute.kind);
        }
    }
    for child in &element.children {
        walk(add, kind, child, &format!("{path}/{}", child.name), false);
    }
}

/// Canonical requests, one that succeeds and where possible one that fails for every action.
const PROBES: &[&str] = &[
    "get_logged_in_reps",
    "set_rep_status&rep_id=5&code_name=busy",
    "set_rep_status&rep_id=5&code_name=nothing",
    "get_support_teams&showmembers=1",
    "get_support_teams&showmembers=many",
    "join_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=151",
    "join_session&lsid=0&rep_id=151",
    "transfer_session&lsid=c69a8e10bea9428f816cfababe9815fe&queue_id=rep:1",
    "transfer_session&lsid=0&queue_id=rep:1",
    "send_chat_message&lsid=c69a8e10bea9428f816cfababe9815fe&body=hello",
    "leave_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=1",
    "set_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe&session.custom.custom_field1=a",
    "set_session_attributes&lsid=0",
    "get_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe",
    "get_session_attributes&lsid=0",
    "get_appliances",
    "get_connected_client_list",
    "get_connected_client_list&type=nobody",
    "get_connected_clients&include_connections=1",
    "check_health",
    "import_jump_shortcut&name=a&local_jump_hostname=b&group=remote_access",
    "import_jump_shortcut&name=a&local_jump_hostname=b&group=nothing",
    "get_api_info",
    "terminate_session&lsid=da4b510978a541d49398e88c66e28475",
    "terminate_session&lsid=0",
    "set_failover_role&role=backup",
    "set_failover_role&role=backup",
];

/// Canonical reports, one that has everything and one that is refused for each.
const REPORTS: &[&str] = &[
    "SupportSession&start_time=1699000000&duration=0",
    "SupportSession&start_date=2023-11-01",
    "SupportSessionListing&start_time=1699000000&duration=0",
    "SupportSessionListing&start_date=2023-11-01",
    "SupportSessionSummary&start_time=1699000000&duration=0&report_type=rep",
    "SupportSessionSummary&start_date=2023-11-01&report_type=rep",
    "SupportCustExitSurvey&start_time=1699000000&duration=0&report_type=rep&id=all",
    "SupportCustExitSurvey&start_date=2023-11-01&report_type=rep&id=all",
    "SupportRepExitSurvey&start_time=1699000000&duration=0&report_type=rep&id=all",
    "SupportRepExitSurvey&start_date=2023-11-01&report_type=rep&id=all",
    "SupportTeam&start_time=1699226000&duration=0",
    "SupportTeam&start_date=2023-11-01",
    "PresentationSession&start_time=1699000000&duration=0",
    "PresentationSession&start_date=2023-11-01",
    "PresentationSessionListing&start_time=1699000000&duration=0",
    "PresentationSessionListing&start_date=2023-11-01",
    "ArchiveListing&date=2023-11-14",
    "ArchiveListing&date=today",
    "LicenseUsage&start_time=1699000000&duration=0&group_by=hour",
    "LicenseUsage&start_date=2023-11-01&group_by=hour",
    "VaultAccountActivity&start_time=1699000000&duration=0",
    "VaultAccountActivity&start_date=2023-11-01",
];

/// The answers of a demo emulator with those readings to the canonical requests.
fn probe(readings: &[Reading]) -> Vec<Answer> {
    let mut config = Config::demo();
    readings.iter().for_each(|reading| config.readings.set(*reading));
    let basic = config.accounts.first().map(|account| format!("{}:{}", account.client_id, account.client_secret));
    let emulator = Emulator::new(config, Clock::manual(1_700_000_000_000));
    let request = |method: &str, target: String, authorization: String| Request {
        method: method.to_owned(),
        target,
        headers: vec![("Authorization".to_owned(), authorization)],
        body: Vec::new(),
    };
    let basic = format!("Basic {}", STANDARD.encode(basic.unwrap_or_default()));
    let token = "/oauth2/token?grant_type=client_credentials".to_owned();
    let mut answers = vec![emulator.answer(&request("POST", token, basic))];
    let bearer = format!("Bearer {}", json_text(&answers[0], "access_token"));
    let ask = |query: &str| emulator.answer(&request("GET", format!("/api/command?action={query}"), bearer.clone()));
    answers.push(emulator.answer(&request("GET", "/api/command".to_owned(), "Bearer unknown".to_owned())));
    let key = ask("generate_session_key&type=support&queue_id=team:1&session.custom.external_key=ABC1234");
    let short_key = xml_text(&key, "short_key");
    let customer = format!(
        "create_virtual_customer&short_key={short_key}&name=a&ip_address=192.0.2.7&operating_system=b&computer_name=c"
    );
    answers.push(key);
    answers.push(ask(&customer));
    answers.extend(PROBES.iter().map(|query| ask(query)));
    let report = |query: &&str| {
        emulator.answer(&request("GET", format!("/api/reporting?generate_report={query}"), bearer.clone()))
    };
    answers.extend(REPORTS.iter().map(report));
    answers
}

fn json_text(answer: &Answer, name: &str) -> String {
    let Body::Json(members) = &answer.body else { return String::new() };
    let found = members.iter().find(|member| member.name == name).and_then(|member| member.value.as_str());
    found.unwrap_or_default().to_owned()
}

fn xml_text(answer: &Answer, name: &str) -> String {
    let Body::Xml { root, .. } = &answer.body else { return String::new() };
    root.children.iter().find(|child| child.name == name).map(|child| child.text.clone()).unwrap_or_default()
}
