//! A small site with a Configuration API, in memory, perhaps with a fault.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use touchmark::{
    model::exchange::{Answer, Outcome},
    send::{Outgoing, Performing, Transport},
};

pub(crate) const DOCUMENT: &str = include_str!("../corpus/openapi/small-site");
const BASE: &str = "/api/config/v1";

/// What the site knows.
struct State {
    teams: BTreeMap<u64, Value>,
    next: u64,
    now_ms: i64,
}

/// A site, perhaps with a fault.
pub(crate) struct Site {
    fault: &'static str,
    document: String,
    state: RefCell<State>,
    /// What was asked, for those who look at it afterwards.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    pub(crate) left: Arc<Mutex<usize>>,
}

impl Site {
    pub(crate) fn new(fault: &'static str, document: &str, teams: u64) -> Self {
        let team = |n: u64| (n, json!({ "id": n, "name": format!("team {n}"), "kind": "open", "comments": null }));
        let state = State { teams: (1..=teams).map(team).collect(), next: teams + 1, now_ms: 1_733_239_565_000 };
        Self {
            fault,
            document: document.to_owned(),
            state: RefCell::new(state),
            asked: Arc::default(),
            left: Arc::default(),
        }
    }

    fn is(&self, fault: &str) -> bool {
        self.fault == fault
    }

    pub(crate) fn answer(&self, request: &Outgoing) -> (u16, Vec<(String, String)>, String) {
        let json = |status: u16, value: Value| (status, Vec::new(), value.to_string());
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        self.asked.lock().expect("no panic").push(format!("{} {}", request.method, request.target));
        let authorization = request.authorization.as_ref().map(|text| text.expose_secret().to_owned());
        if path == "/oauth2/token" {
            let denied = authorization.is_some_and(|text| text == "Basic ZGVueTpkZW55LXNlY3JldA==");
            let token = if denied { "token-of-deny" } else { "token-of-full" };
            return json(200, json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 }));
        }
        if self.is("no-command") && !path.starts_with(BASE) {
            return (403, Vec::new(), "<error>no access</error>".to_owned());
        }
        if path == "/api/command" && self.is("document-refused-to-the-permitted") {
            let permission = "<permission><perm_configuration>1</perm_configuration></permission>";
            return (200, Vec::new(), format!("<i><permissions>{permission}</permissions></i>"));
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
        if self.is("forbidden") && !path.ends_with("openapi.yaml") {
            return json(403, json!({ "message": "no access" }));
        }
        if self.fault.starts_with("document-refused") && path.ends_with("openapi.yaml") {
            return json(403, json!({ "message": "no access" }));
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
                    if self.is("steals") {
                        return json(201, shown(&state.teams[&1]));
                    }
                    json(if self.is("make-status") { 200 } else { 201 }, shown(&team))
                }
                None => invalid(),
            },
            (method, ["team", id]) => {
                let Ok(id) = id.parse::<u64>() else {
                    return match self.fault {
                        "id" => json(200, json!({})),
                        "id-status" => json(400, json!({ "message": "no number" })),
                        _ => invalid(),
                    };
                };
                let Some(team) = state.teams.get(&id).cloned() else { return missing() };
                match method {
                    "GET" if self.is("schema") => json(200, json!({ "id": id, "name": 5, "kind": "open" })),
                    "GET" => json(200, shown(&team)),
                    "PATCH" => {
                        let change: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                        let mut team = team;
                        for (name, value) in change.as_object().into_iter().flatten().filter(|(name, _)| *name != "id")
                        {
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
        let absent = |name: &str| team.get(name).is_none();
        let kind = ["persistent", "open"].contains(&team["kind"].as_str().unwrap_or_default());
        let lenient_kind = self.is("kind") && !team["kind"].is_null() || self.is("missing") && absent("kind");
        let comments = team["comments"].is_null() || text("comments", 200) || team["comments"] == "";
        let size = absent("size") || team["size"].as_u64().is_some_and(|size| size < 50);
        let size = size || self.is("size") && team["size"].is_number();
        let pin = absent("pin") || team["pin"].is_string();
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
            .filter(|team| pairs.get("name").is_none_or(|name| team["name"] == *name))
            .map(shown)
            .collect();
        let skip = if self.is("walk") { (page - 1) * (per_page - 1) } else { (page - 1) * per_page };
        let items: Vec<Value> = teams.iter().skip(skip).take(per_page).cloned().collect();
        let last = teams.len().div_ceil(per_page).max(1);
        let total = if self.is("total") { teams.len() + 1 } else { teams.len() };
        let mut headers = vec![
            ("link".to_owned(), link(page, last, per_page)),
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

/// The pages around a page.
fn link(page: usize, last: usize, per_page: usize) -> String {
    let to = |page: usize, rel: &str| {
        format!("<https://site.example.org/team?per_page={per_page}&current_page={page}>; rel=\"{rel}\"")
    };
    let next = (page < last).then(|| to(page + 1, "next"));
    std::iter::once(to(1, "first")).chain(next).collect::<Vec<_>>().join(", ")
}

/// A team as it is answered.
fn shown(team: &Value) -> Value {
    let mut team = team.clone();
    if let Value::Object(members) = &mut team {
        members.remove("pin");
    }
    team
}

impl Transport for Site {
    fn perform<'a>(&'a self, request: &'a Outgoing) -> Performing<'a, Outcome> {
        let (status, mut headers, body) = self.answer(request);
        if body.starts_with(['{', '[']) {
            let media = if self.is("media") { "text/html" } else { "application/json; charset=utf-8" };
            headers.push(("content-type".to_owned(), media.to_owned()));
        }
        *self.left.lock().expect("no panic") = self.state.borrow().teams.len();
        self.state.borrow_mut().now_ms += 1;
        Box::pin(std::future::ready(Outcome::Answer(Answer::of(status, headers, body.into_bytes(), None))))
    }

    fn now_ms(&self) -> i64 {
        self.state.borrow().now_ms
    }

    fn wait(&self, ms: u64) -> Performing<'_, ()> {
        self.state.borrow_mut().now_ms += i64::try_from(ms).unwrap_or(0);
        Box::pin(std::future::ready(()))
    }
}
