//! The suite that a target's own OpenAPI document makes, against a small site in memory and that site with one fault each.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::atomic::AtomicBool,
};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use touchmark::{
    case::{AccountRole, Class},
    exchange::{Answer, Outcome},
    judge,
    run::{self, Plan, Run},
    send::{Account, Guard, Outgoing, Rate, Sender, Wire, Wired},
    spec,
    verdict::Verdict,
};

const DOCUMENT: &str = include_str!("../corpus/openapi/small-site");
const BASE: &str = "/api/config/v1";

/// What the site knows.
struct State {
    teams: BTreeMap<u64, Value>,
    next: u64,
    now_ms: i64,
}

/// A site, perhaps with a fault.
struct Site {
    fault: &'static str,
    document: String,
    state: RefCell<State>,
    /// What was asked, for those who look at it afterwards.
    asked: std::rc::Rc<RefCell<Vec<String>>>,
    left: std::rc::Rc<RefCell<usize>>,
}

impl Site {
    fn new(fault: &'static str, document: &str, teams: u64) -> Self {
        let team = |n: u64| (n, json!({ "id": n, "name": format!("team {n}"), "kind": "open", "comments": null }));
        let state = State { teams: (1..=teams).map(team).collect(), next: teams + 1, now_ms: 1_733_239_565_000 };
        Self {
            fault,
            document: document.to_owned(),
            state: RefCell::new(state),
            asked: std::rc::Rc::default(),
            left: std::rc::Rc::default(),
        }
    }

    fn is(&self, fault: &str) -> bool {
        self.fault == fault
    }

    fn answer(&self, request: &Outgoing) -> (u16, Vec<(String, String)>, String) {
        let json = |status: u16, value: Value| (status, Vec::new(), value.to_string());
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        self.asked.borrow_mut().push(format!("{} {}", request.method, request.target));
        let authorization = request.authorization.as_ref().map(|text| text.expose_secret().to_owned());
        if path == "/oauth2/token" {
            let denied = authorization.is_some_and(|text| text == "Basic ZGVueTpkZW55LXNlY3JldA==");
            let token = if denied { "token-of-deny" } else { "token-of-full" };
            return json(200, json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 }));
        }
        if path == "/api/command" {
            return (200, Vec::new(), "<nothing/>".to_owned());
        }
        let free = self.is("auth") && request.method == "GET" || self.is("delete-auth") && request.method == "DELETE";
        match authorization.as_deref() {
            Some("Bearer token-of-full") => {}
            Some("Bearer token-of-deny") if self.is("permission") => {}
            _ if free => {}
            Some("Bearer token-of-deny") => return json(403, json!({ "message": "no access" })),
            _ => return json(401, json!({ "error": "access_denied", "message": "no token" })),
        }
        let Some(path) = path.strip_prefix(BASE) else { return json(404, json!({ "message": "nothing here" })) };
        if path == "/openapi.yaml" {
            return (200, vec![("content-type".to_owned(), "application/yaml".to_owned())], self.document.clone());
        }
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let missing = || json(if self.is("missing-status") { 400 } else { 404 }, json!({ "message": "not found" }));
        let invalid = || json(422, json!({ "message": "invalid" }));
        let pairs: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let mut state = self.state.borrow_mut();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["team"]) => self.list(&state, &pairs),
            ("POST", ["team"]) => match self.read_team(&request.body, &state) {
                Some(mut team) => {
                    let id = state.next;
                    state.next += 1;
                    team["id"] = json!(id);
                    if self.is("forgets-kind") {
                        team["kind"] = json!("persistent-ly");
                    }
                    if self.is("swaps-kind") {
                        team["kind"] = json!("open");
                    }
                    state.teams.insert(id, team.clone());
                    json(if self.is("make-status") { 200 } else { 201 }, shown(&team))
                }
                None => invalid(),
            },
            (method, ["team", id]) => {
                let Ok(id) = id.parse::<u64>() else { return if self.is("id") { json(200, json!({})) } else { invalid() } };
                let Some(team) = state.teams.get(&id).cloned() else { return missing() };
                match method {
                    "GET" if self.is("schema") => json(200, json!({ "id": id, "name": 5, "kind": "open" })),
                    "GET" => json(200, shown(&team)),
                    "PATCH" => {
                        let change: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                        let mut team = team;
                        for (name, value) in change.as_object().into_iter().flatten() {
                            team[name.as_str()] = value.clone();
                        }
                        if !self.is("patch-forgets") {
                            state.teams.insert(id, team.clone());
                        }
                        json(200, shown(&team))
                    }
                    "DELETE" => {
                        if !self.is("delete-forgets") {
                            state.teams.remove(&id);
                        }
                        (204, Vec::new(), String::new())
                    }
                    _ => json(405, json!({ "message": "no" })),
                }
            }
            ("GET", ["team", id, "member"]) => match id.parse::<u64>().ok().and_then(|id| state.teams.get(&id)) {
                Some(_) => json(200, json!([{ "member_id": 7, "note": null }])),
                None => missing(),
            },
            ("GET", ["team", _, "member", "7"]) => json(200, json!({ "member_id": 7 })),
            ("GET", ["team", _, "member", _]) => missing(),
            ("GET", ["tool", "linux"]) => (200, Vec::new(), "PK-a-tool".to_owned()),
            _ => json(404, json!({ "message": "nothing here" })),
        }
    }

    fn read_team(&self, body: &[u8], state: &State) -> Option<Value> {
        let team: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str, most: usize| {
            team[name].as_str().is_some_and(|text| !text.is_empty() && text.chars().count() <= most)
        };
        let kind = ["persistent", "open"].contains(&team["kind"].as_str().unwrap_or_default());
        let lenient_kind = self.is("kind") && !team["kind"].is_null() || self.is("missing") && team["kind"].is_null();
        let comments = team["comments"].is_null() || text("comments", 200) || team["comments"] == "";
        let size = team["size"].is_null() || team["size"].as_u64().is_some_and(|size| size < 50);
        let size = size || self.is("size") && team["size"].is_number();
        let pin = team["pin"].is_null() || team["pin"].is_string();
        let parent = team["parent"].is_null() || team["parent"].is_object();
        let taken = state.teams.values().any(|other| other["name"] == team["name"]);
        let sound = text("name", 64) && (kind || lenient_kind) && comments && size && pin && parent && !taken;
        sound.then_some(team)
    }

    fn list(&self, state: &State, pairs: &BTreeMap<&str, &str>) -> (u16, Vec<(String, String)>, String) {
        let number = |name: &str, or: usize| pairs.get(name).map_or(Some(or), |text| text.parse().ok());
        let (Some(per_page), Some(page)) = (number("per_page", 100), number("current_page", 1)) else {
            return (422, Vec::new(), json!({ "message": "no number" }).to_string());
        };
        let lawful = (5..=100).contains(&per_page) || self.is("per-page");
        let kind = pairs.get("kind").is_none_or(|kind| ["persistent", "open"].contains(kind));
        let after: Option<u64> = pairs.get("after_id").map_or(Some(1), |text| text.parse().ok());
        let name = pairs.get("name").is_none_or(|name| name.len() <= 64);
        let after = after.is_some_and(|id| (1..=2_147_483_647).contains(&id));
        if !lawful || page < 1 || per_page < 1 || !kind || !after || !name || page > 2_147_483_647 {
            return (422, Vec::new(), json!({ "message": "out of range" }).to_string());
        }
        let teams: Vec<Value> = state
            .teams
            .values()
            .filter(|team| pairs.get("kind").is_none_or(|kind| team["kind"] == *kind))
            .map(shown)
            .collect();
        let skip = if self.is("walk") { (page - 1) * (per_page - 1) } else { (page - 1) * per_page };
        let items: Vec<Value> = teams.iter().skip(skip).take(per_page).cloned().collect();
        let last = teams.len().div_ceil(per_page).max(1);
        let total = if self.is("total") { teams.len() + 1 } else { teams.len() };
        let mut headers = vec![
            ("link".to_owned(), "<https://site.example.org/team>; rel=\"first\"".to_owned()),
            ("x-bt-pagination-current-page".to_owned(), page.to_string()),
            ("x-bt-pagination-per-page".to_owned(), per_page.to_string()),
            ("x-bt-pagination-last-page".to_owned(), last.to_string()),
            ("x-bt-pagination-total".to_owned(), total.to_string()),
        ];
        if self.is("headers") {
            headers.retain(|(name, _)| name != "x-bt-pagination-per-page");
        }
        (200, headers, Value::Array(items).to_string())
    }
}

/// A team as it is answered.
fn shown(team: &Value) -> Value {
    let mut team = team.clone();
    if let Value::Object(members) = &mut team {
        members.remove("pin");
    }
    team
}

impl Wire for Site {
    fn send<'a>(&'a self, request: &'a Outgoing) -> Wired<'a, Outcome> {
        let (status, headers, body) = self.answer(request);
        *self.left.borrow_mut() = self.state.borrow().teams.len();
        self.state.borrow_mut().now_ms += 1;
        Box::pin(std::future::ready(Outcome::Answer(Answer::of(status, headers, body.into_bytes(), None))))
    }

    fn now_ms(&self) -> i64 {
        self.state.borrow().now_ms
    }

    fn wait(&self, ms: u64) -> Wired<'_, ()> {
        self.state.borrow_mut().now_ms += i64::try_from(ms).unwrap_or(0);
        Box::pin(std::future::ready(()))
    }
}

fn certify(site: Site, allow: Class, seed: u64) -> Run {
    let account = |id: &str| Account { client_id: id.to_owned(), client_secret: SecretString::from(format!("{id}-secret")) };
    let accounts = BTreeMap::from([(AccountRole::Full, account("full")), (AccountRole::Deny, account("deny"))]);
    let spec = spec::embedded().expect("sound data");
    let plan = Plan { seed, only: vec!["configuration/".to_owned()], workers: 1, ..Plan::default() };
    let sender = Sender::new(Box::new(site), accounts, Rate::Off, Guard::new(allow));
    let stop = AtomicBool::new(false);
    futures_util::FutureExt::now_or_never(run::run(&spec, &sender, &plan, &stop, &|_| {}))
        .expect("memory never waits")
        .expect("a run")
}

fn of(run: &Run, verdict: Verdict) -> Vec<&str> {
    run.judged.findings.iter().filter(|(_, f)| f.verdict == verdict).map(|(id, _)| id.as_str()).collect()
}

fn gaps(run: &Run) -> Vec<&str> {
    [of(run, Verdict::Fail), of(run, Verdict::Warn)].concat()
}

#[test]
fn a_sound_site_keeps_all_that_its_document_states() {
    for seed in 0..4 {
        let site = Site::new("", DOCUMENT, 12);
        let left = site.left.clone();
        let run = certify(site, Class::Write, seed);
        let told: Vec<_> = run
            .judged
            .findings
            .iter()
            .filter(|(_, f)| !matches!(f.verdict, Verdict::Pass))
            .map(|(id, f)| format!("{id}: {} {:?} {:?}", f.verdict.word(), f.reason, f.evidence))
            .collect();
        assert_eq!(gaps(&run), Vec::<&str>::new(), "{told:#?}");
        assert_eq!(of(&run, Verdict::Error), Vec::<&str>::new());
        let passed = of(&run, Verdict::Pass);
        for id in [
            "configuration/openapi/served",
            "configuration/team/get/status",
            "configuration/team/get/schema",
            "configuration/team/get/pagination",
            "configuration/team/get/pagination/walk",
            "configuration/team/get/param/kind/valid",
            "configuration/team/get/param/per_page/invalid/above",
            "configuration/team/get/header/X-BT-Pagination-Total",
            "configuration/team/get/auth/none",
            "configuration/team/get/permission/deny",
            "configuration/team/post/cycle",
            "configuration/team/post/body/missing/kind",
            "configuration/team/post/body/valid",
            "configuration/team/{id}/get/unknown-id",
            "configuration/team/{id}/patch/status",
            "configuration/team/{id}/delete/auth/none",
            "configuration/team/{id}/member/{member_id}/get/schema",
            "configuration/tool/{platform}/get/status",
        ] {
            assert!(passed.contains(&id), "{id}: {told:#?}");
        }
        assert_eq!(*left.borrow(), 12, "what was made is taken away again");
        assert_eq!(run.judged.findings["configuration/restart/post/status"].verdict, Verdict::NotApplicable);
    }
}

/// A fault, and the gaps that it must give; the first must be there, nothing beside them may.
#[track_caller]
fn check(fault: &'static str, expected: &[&str]) {
    let run = certify(Site::new(fault, DOCUMENT, 12), Class::Write, 1);
    let gaps: BTreeSet<&str> = gaps(&run).into_iter().collect();
    assert_eq!(gaps, expected.iter().copied().collect(), "{fault}");
}

#[test]
fn each_fault_of_a_site_is_a_gap_where_it_is() {
    check("auth", &[
        "configuration/team/get/auth/invalid",
        "configuration/team/get/auth/none",
        "configuration/team/{id}/get/auth/invalid",
        "configuration/team/{id}/get/auth/none",
        "configuration/team/{id}/member/get/auth/invalid",
        "configuration/team/{id}/member/get/auth/none",
        "configuration/team/{id}/member/{member_id}/get/auth/invalid",
        "configuration/team/{id}/member/{member_id}/get/auth/none",
        "configuration/tool/{platform}/get/auth/invalid",
        "configuration/tool/{platform}/get/auth/none",
        "configuration/team/get/permission/deny",
        "configuration/tool/{platform}/get/permission/deny",
    ]);
    check("permission", &["configuration/team/get/permission/deny", "configuration/tool/{platform}/get/permission/deny"]);
    check("delete-auth", &[
        "configuration/team/{id}/delete/auth/invalid",
        "configuration/team/{id}/delete/auth/none",
    ]);
    check("missing-status", &[
        "configuration/team/post/cycle",
        "configuration/team/{id}/get/unknown-id",
        "configuration/team/{id}/member/get/unknown-id",
        "configuration/team/{id}/member/{member_id}/get/unknown-id",
    ]);
    check("make-status", &["configuration/team/post/status"]);
    check("patch-forgets", &["configuration/team/post/cycle"]);
    check("delete-forgets", &["configuration/team/post/cycle"]);
    check("kind", &[
        "configuration/team/post/body/invalid/kind/type",
        "configuration/team/post/body/invalid/kind/unlisted",
    ]);
    check("missing", &["configuration/team/post/body/missing/kind"]);
    check("size", &["configuration/team/post/body/invalid/size/above", "configuration/team/post/body/invalid/size/below"]);
    check("per-page", &[
        "configuration/team/get/param/per_page/invalid/above",
        "configuration/team/get/param/per_page/invalid/below",
    ]);
    check("walk", &["configuration/team/get/pagination/walk"]);
    check("total", &["configuration/team/get/pagination/walk"]);
    check("headers", &["configuration/team/get/pagination"]);
    check("id", &["configuration/team/{id}/get/param/id/invalid/malformed"]);
    check("schema", &["configuration/team/{id}/get/schema"]);
    check("forgets-kind", &["configuration/team/post/schema"]);
    check("swaps-kind", &["configuration/team/post/cycle"]);
}

#[test]
fn a_run_that_may_only_read_sends_nothing_that_changes() {
    let site = Site::new("", DOCUMENT, 12);
    let asked = site.asked.clone();
    let run = certify(site, Class::Read, 1);
    let changing: Vec<String> = asked
        .borrow()
        .iter()
        .filter(|line| !line.starts_with("GET ") && !line.contains("/oauth2/token"))
        .cloned()
        .collect();
    assert_eq!(changing, Vec::<String>::new());
    assert_eq!(gaps(&run), Vec::<&str>::new());
    assert!(of(&run, Verdict::Pass).contains(&"configuration/team/get/status"));
}

#[test]
fn where_there_is_nothing_of_a_kind_that_is_said_and_is_no_gap() {
    let run = certify(Site::new("", DOCUMENT, 0), Class::Read, 1);
    let finding = &run.judged.findings["configuration/team/{id}/get/status"];
    assert_eq!(finding.verdict, Verdict::NotApplicable);
    assert!(finding.reason.as_ref().is_some_and(|reason| reason.contains("make one at /team")), "{finding:?}");
    assert_eq!(gaps(&run), Vec::<&str>::new());
}

/// A document with one fault: its gap names the place, and the rest is tested.
#[track_caller]
fn faulty(from: &str, to: &str, gap: &str, place: &str) {
    assert!(DOCUMENT.contains(from), "{from}");
    let run = certify(Site::new("", &DOCUMENT.replacen(from, to, 1), 12), Class::Write, 1);
    assert_eq!(gaps(&run), [gap], "{to}");
    let got = run.judged.findings[gap].evidence.as_ref().map(|evidence| evidence.got.clone()).unwrap_or_default();
    assert!(got.contains(place), "{got}");
    assert!(of(&run, Verdict::Pass).contains(&"configuration/team/get/status"), "{to}");
}

#[test]
fn a_fault_of_the_document_is_a_gap_with_its_place_and_the_rest_is_tested() {
    let team = "/components/schemas/Team/properties";
    faulty("default: 10", "default: ten", "configuration/openapi/valid/defaults", &format!("{team}/size/default"));
    faulty(
        "        pin: { type: string, writeOnly: true }",
        "        pin: { type: string, default: null, writeOnly: true }",
        "configuration/openapi/valid/defaults",
        &format!("{team}/pin/default"),
    );
    faulty(
        "pin: { type: string, writeOnly: true }",
        "pin: { type: string, writeOnly: true, required: false }",
        "configuration/openapi/valid/schemas",
        &format!("{team}/pin/required"),
    );
    faulty(
        "pin: { type: string, writeOnly: true }",
        "pin: { type: text, writeOnly: true }",
        "configuration/openapi/valid/schemas",
        &format!("{team}/pin/type"),
    );
    faulty("operationId: member.list", "operationId: team.list", "configuration/openapi/valid/operation-ids", "member/get");
    faulty(
        "      - { name: member_id, in: path",
        "      - { name: gone, in: path, required: true, schema: { type: integer } }\n      - { name: member_id, in: path",
        "configuration/openapi/valid/path-parameters",
        "/paths/~1team~1{id}~1member~1{member_id}/parameters/1",
    );
    faulty(
        "        pin: { type: string, writeOnly: true }",
        "        pin: { $ref: \"#/components/schemas/None\" }",
        "configuration/openapi/valid/references",
        &format!("{team}/pin"),
    );
    faulty(
        "      operationId: site.restart\n      responses:\n        \"204\": { description: It starts again. }",
        "      operationId: site.restart",
        "configuration/openapi/valid/responses",
        "/paths/~1restart/post",
    );
    faulty("  title: A small site\n", "", "configuration/openapi/valid/shape", "/info");
    faulty(
        "    Id: { type: integer,",
        "    Round: { allOf: [{ $ref: \"#/components/schemas/Round\" }] }\n    Id: { type: integer,",
        "configuration/openapi/valid/schemas",
        "/components/schemas/Round",
    );
}

#[test]
fn what_is_no_document_is_a_gap_of_that_alone() {
    for document in ["", "<html/>", "a: [", "openapi: 2.0", "openapi: 3.0.0", "just text", "&a [*a, *a]", "\u{0}"] {
        let run = certify(Site::new("", document, 12), Class::Write, 1);
        assert_eq!(gaps(&run), ["configuration/openapi/served"], "{document:?}");
    }
}

#[test]
fn a_journal_with_a_document_is_judged_again_with_the_same_findings() {
    let spec = spec::embedded().expect("sound data");
    let first = certify(Site::new("walk", DOCUMENT, 12), Class::Write, 1);
    let extended = run::extended(&spec, &first.records).expect("the document is in the journal");
    let plan = Plan { seed: 1, only: vec!["configuration/".to_owned()], ..Plan::default() };
    let selected: Vec<_> = run::selected(&extended.spec, &plan)
        .into_iter()
        .filter(|r| first.records.iter().any(|record| record.case.requirement == r.id))
        .collect();
    assert!(selected.len() > 50);
    let again = judge::judge(&extended.spec, &selected, &first.records, &BTreeMap::new());
    for requirement in selected {
        assert_eq!(again.findings[&requirement.id], first.judged.findings[&requirement.id], "{}", requirement.id);
    }
}
