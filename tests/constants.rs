//! A target of constants: it answers each endpoint with the first good answer of its own, whatever it is asked. Nothing may pass that needs
//! more than a look at the shape of an answer, or at what constants agree with each other.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use touchmark::{
    commands::InMemory,
    emulator::{Request, Response},
    model::verdict::Verdict,
    spec::{self, Origin, Requirement, Spec},
};

/// Requirements that constants may keep, and why.
const KEPT: &[(&str, &str)] = &[
    (r"auth/token/(works|limit/thirty-.*)", "that the first of thirty-one ends is a requirement of its own"),
    (r"command/get_connected_client_list/summary-ids-are-appliances", "two constants that agree with each other"),
    (r"command/get_connected_clients/representative/(is-logged-in|kinds)", "the same"),
    (r"configuration/.*/(status|schema|content-type|header/.*)", "the shape of an answer"),
    (r"configuration/.*/\{id\}/get/param/id/invalid/malformed", "a path of its own, which has no constant"),
    (
        r"configuration/(jump-client/\{id\}|group-policy/\{id\}/member/\{member_id\})/(delete|patch)/unknown-id",
        "nothing is there that the run may touch, so the endpoint has no constant",
    ),
    (r"configuration/group-policy/\{id\}/member/get/.*", "a list with one page, which has nothing to refuse"),
    (
        r"(command|reporting|client_script)/general/(action|param/(action|generate_report))/.*",
        "a constant is that of one command or report, so this one parameter is read",
    ),
    (
        r"(command|reporting)/general/((get/|post/)?encod.*|method/.*|post/query|alias/ns|ns-alias|parameter-order|authorization/.*)",
        "that parameter is found wherever it stands and however it is written",
    ),
    (
        r"(command|reporting)/general/((xml/)?accept-header|content-type|well-formed|xml/well-formed|namespace(/.*)?|error/.*|report/each-its-own)",
        "the shape of an answer, and of a refusal of what is no command or report",
    ),
    (
        r"client_script/general/(script/.*|refusal|example/.*|set/.*|alias/ns)",
        "what every script has, and every refusal",
    ),
    (
        r".*/general/(post/)?(multipart|unknown-parameter|repeated-parameter|one-command-only|rep-with-execute|token)",
        "what is left open: that a constant comes all the same is the reading",
    ),
    (r"client_script/general/param/(operation|type)/.*", "the same"),
];

/// The endpoint of a request: its path with numbers left out, and what it asks for there.
fn endpoint(request: &Request) -> String {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let body = String::from_utf8_lossy(&request.body);
    let asked: String = form_urlencoded::parse(format!("{query}&{body}").as_bytes())
        .filter(|(name, _)| ["action", "generate_report"].contains(&&**name))
        .map(|(_, value)| format!(" {value}"))
        .collect();
    let parts =
        path.trim_end_matches(".ns").split('/').map(|part| if part.parse::<u64>().is_ok() { "*" } else { part });
    let method = if path.starts_with("/api/config/") { &request.method } else { "" };
    format!("{method} {}{asked}", parts.collect::<Vec<_>>().join("/"))
}

/// The first good answer of each endpoint.
fn constants(spec: &Spec) -> BTreeMap<String, Response> {
    let known: Rc<RefCell<BTreeMap<String, Response>>> = Rc::default();
    let learned = Rc::clone(&known);
    let on_the_way = move |_: i64, request: &Request, response: &mut Response| {
        let good = (200..300).contains(&response.status) && !String::from_utf8_lossy(&response.body).contains("error>");
        if good {
            learned.borrow_mut().entry(endpoint(request)).or_insert_with(|| response.clone());
        }
    };
    InMemory { on_the_way: Box::new(on_the_way), ..InMemory::default() }.run(spec).expect("a run");
    known.take()
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn a_target_of_constants_passes_nothing_but_shape() {
    let spec = spec::embedded().expect("sound data");
    let constants = constants(&spec);
    let on_the_way = move |_: i64, request: &Request, response: &mut Response| {
        if let Some(constant) = constants.get(&endpoint(request)) {
            *response = constant.clone();
        }
    };
    let run = InMemory { on_the_way: Box::new(on_the_way), ..InMemory::default() }.run(&spec).expect("a run");
    let spec = run.extended.as_ref().unwrap_or(&spec);
    let documented: BTreeSet<&str> =
        spec.requirements.values().filter(|one| one.origin == Origin::Document).map(|one| &*one.endpoint).collect();
    // An answer that no parameter can change is a constant by right.
    let changes =
        |one: &Requirement| documented.contains(&*one.endpoint) || !spec.endpoints[&one.endpoint].parameters.is_empty();
    let shape = |one: &Requirement| matches!(one.origin, Origin::Answer | Origin::Smallest | Origin::Served);
    let kept: Vec<&str> = KEPT.iter().map(|(pattern, _)| *pattern).collect();
    let kept = regex::Regex::new(&format!("^({})$", kept.join("|"))).expect("a pattern");
    let passing = run.judged.findings.iter().filter(|(_, finding)| finding.verdict == Verdict::Pass);
    let mut faults: Vec<&str> = passing
        .map(|(id, _)| &spec.requirements[id])
        .filter(|one| !shape(one) && (changes(one) || one.endpoint.ends_with("/general")))
        .filter(|one| !kept.is_match(&one.id))
        .map(|one| &*one.id)
        .collect();
    faults.sort_unstable();
    assert!(faults.is_empty(), "a target of constants passes\n{}", faults.join("\n"));
}

#[test]
fn a_page_that_is_given_for_everything_shows_nothing() {
    let spec = spec::embedded().expect("sound data");
    let on_the_way = |_: i64, request: &Request, response: &mut Response| {
        if request.target.split('?').next() == Some("/api/start_session") {
            *response = Response {
                status: 200,
                headers: vec![("Content-Type".to_owned(), "text/html".to_owned())],
                body: b"<!DOCTYPE html><title>No representative is available</title>".to_vec(),
            };
        }
    };
    let only = vec!["session/start_session/".to_owned()];
    let run = InMemory { on_the_way: Box::new(on_the_way), only, ..InMemory::default() }.run(&spec).expect("a run");
    let mut findings = run.judged.findings.iter();
    let found = findings.find(|(_, one)| {
        one.reading.is_some() || !matches!(one.verdict, Verdict::Inconclusive | Verdict::NotApplicable)
    });
    assert!(found.is_none() && run.judged.findings.len() > 100, "{found:?}");
}
