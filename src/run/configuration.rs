//! The Configuration API: its document is fetched before anything is planned, and what was made of it is taken away again.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    judge,
    model::{
        case::{ATTEMPTS, Case, CaseStep, Class, Purpose, Role, Times},
        credential::{AccountRole, Credential},
        draft::{Carrier, Draft, Encoding, HttpDraft},
        exchange::Exchange,
        id::EndpointId,
        record::Record,
        variables::{Variables, fill},
    },
    send::Allowance,
    spec::{
        Query, Requirement, Spec, TAKEN_AWAY, UNIQUE, When, fuzz,
        openapi::{self, Extended, Resource},
    },
    vocabulary::Heard,
};

use super::{Plan, flow::play, shared::Shared};

/// Whether a plan asks for what the document states.
pub(super) fn is_asked_for(spec: &Spec, plan: &Plan) -> bool {
    let Some(home) = spec.documented_chapter().map(|chapter| format!("{chapter}/")) else { return false };
    plan.only.is_empty()
        || plan.only.iter().any(|prefix| {
            let prefix = prefix.trim_start_matches('=');
            let fixed = fuzz::about(prefix.split('*').next().unwrap_or_default());
            home.starts_with(fixed) || fixed.starts_with(&home)
        })
}

/// Whether nothing else is asked for.
pub(super) fn is_all(spec: &Spec, selected: &[&Requirement]) -> bool {
    let Some(chapter) = spec.documented_chapter() else { return false };
    selected.iter().all(|one| one.endpoint.split('/').next() == Some(chapter))
}

/// Fetches the document, so that it is in the journal.
pub(super) async fn fetch(shared: &Shared<'_>) {
    let Some((name, flow)) = shared.spec.flow(When::BeforePlanning) else { return };
    let drawn = shared.flow(&Purpose::flow(name, ""), &flow.steps);
    let known = shared.world.borrow().with(&drawn.made);
    let played = play(shared, &drawn.case, &flow.steps, known, &drawn.made).await;
    shared.keep(played.record);
}

/// The spec data with what the document among some records adds to it.
#[must_use]
pub(super) fn extended<'r>(spec: &Spec, records: impl IntoIterator<Item = &'r Record>) -> Option<Extended> {
    let (name, _) = spec.flow(When::BeforePlanning)?;
    let purpose = Purpose::flow(name, "");
    let record = records.into_iter().find(|record| record.case.purpose == purpose)?;
    let contract = record.exchanges.iter().find_map(judge::contract)?;
    Some(openapi::extend(spec, &contract))
}

/// What came instead of the document.
pub(super) fn instead(spec: &Spec, records: &[Record]) -> Option<String> {
    let (name, _) = spec.flow(When::BeforePlanning)?;
    let purpose = Purpose::flow(name, "");
    let exchange = records.iter().find(|record| record.case.purpose == purpose)?.exchanges.last()?;
    judge::heard(spec, exchange).map(|heard| heard.summary())
}

/// Takes away what a case made: each thing that was made, that is still there, and that has the case's own word in it.
pub(super) async fn tidy(shared: &Shared<'_>, record: &Record) {
    let Some(word) = record.variables.get(UNIQUE).cloned() else { return };
    let gone: BTreeSet<&str> = record
        .exchanges
        .iter()
        .filter_map(|exchange| Some((exchange, exchange.request()?)))
        .filter(|(exchange, request)| request.method == "DELETE" && judge::accepted(shared.spec, exchange))
        .map(|(_, request)| request.path.as_str())
        .collect();
    for (_, exchange) in record.sent() {
        let Some(resource) = shared.resources.iter().find(|resource| resource.post == exchange.endpoint) else {
            continue;
        };
        let Some(request) = exchange.request() else { continue };
        let heard = judge::heard(shared.spec, exchange).filter(Heard::accepted);
        let made = Query::Json(resource.id.clone());
        let Some(id) = heard.and_then(|heard| made.find(&heard, &Variables::new())).filter(|id| is_plain(id)) else {
            if judge::may_have_acted(shared.spec, exchange) {
                take_away_unseen(shared, record, resource, request.path.clone(), &word).await;
            }
            continue;
        };
        let path = format!("{}/{id}", request.path);
        if !gone.contains(path.as_str()) {
            take_away(shared, record, resource, path, &word).await;
        }
    }
}

/// The same for a case that was broken off. What it would have sent next may have been sent, and done.
pub(super) async fn tidy_broken_off(shared: &Shared<'_>, record: &Record) {
    tidy(shared, record).await;
    let Some(word) = record.variables.get(UNIQUE) else { return };
    let answered = record.exchanges.last().map_or(0, |exchange| exchange.step + 1);
    for step in record.case.steps.iter().skip(answered) {
        let Some(resource) = shared.resources.iter().find(|resource| resource.post == step.endpoint) else { continue };
        let Draft::Http(draft) = &step.draft;
        if let Ok(path) = fill(&draft.path, &record.variables) {
            take_away_unseen(shared, record, resource, path, word).await;
        }
    }
}

async fn take_away(shared: &Shared<'_>, record: &Record, resource: &Resource, path: String, word: &str) {
    let purpose = Purpose::flow(TAKEN_AWAY, format!("{}#{}", record.case.purpose, record.case.index));
    // Where an answer is lost nobody knows what became of it, so it is looked for once more: what stays would be in the way of later cases.
    for _ in 0..ATTEMPTS {
        let found = send(shared, purpose.clone(), vec![step(&resource.get, "GET", path.clone(), Class::Read)]).await;
        let Some(answer) = found.first() else { return };
        if !answer.outcome.is_lost() {
            let heard = judge::heard(shared.spec, answer);
            let proof = heard.and_then(|heard| Query::Json(resource.proof.clone()).find(&heard, &Variables::new()));
            if !proof.is_some_and(|proof| proof.contains(word)) {
                return;
            }
            shared.sender.guard.made_at(&path);
            let delete = step(&resource.delete, "DELETE", path.clone(), Class::Write);
            let gone = send(shared, purpose.clone(), vec![delete]).await;
            if gone.first().is_none_or(|answer| !answer.outcome.is_lost()) {
                return;
            }
        }
        shared.sender.wait_for_the_target(LOST_MS).await;
    }
}

/// How long to wait before what could not be taken away is looked for again, in milliseconds.
const LOST_MS: u64 = 500;

/// Takes away what a request to a path made whose answer was not seen: it may stand in the list, by the case's own word.
async fn take_away_unseen(shared: &Shared<'_>, record: &Record, resource: &Resource, path: String, word: &str) {
    let Some(list) = &resource.list else { return };
    let purpose = Purpose::flow(TAKEN_AWAY, format!("{}#{}", record.case.purpose, record.case.index));
    for page in 1..=PAGES_MAX {
        let mut step = step(list, "GET", path.clone(), Class::Read);
        let Draft::Http(draft) = &mut step.draft;
        draft.parameters = [("per_page", "100".to_owned()), ("current_page", page.to_string())]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
        let found = send(shared, purpose.clone(), vec![step]).await;
        let Some(answer) = found.first().and_then(Exchange::answer) else { return };
        let items = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        if let Some(id) = made_by(&items, resource, word).filter(|id| is_plain(id)) {
            return take_away(shared, record, resource, format!("{path}/{id}"), word).await;
        }
        let last = answer.header("x-bt-pagination-last-page").and_then(|last| last.trim().parse().ok()).unwrap_or(1);
        if page >= last {
            return;
        }
    }
}

/// The most pages of a list that are looked through for what a lost answer may have been about.
const PAGES_MAX: u32 = 20;

/// The id of the item that has the word where such things have it; lists may stand in an object.
fn made_by(value: &Value, resource: &Resource, word: &str) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| made_by(item, resource, word)),
        Value::Object(members) => {
            let proof = value.pointer(&resource.proof).and_then(Value::as_str).filter(|proof| proof.contains(word));
            match (proof, value.pointer(&resource.id)) {
                (Some(_), Some(Value::String(id))) => Some(id.clone()),
                (Some(_), Some(Value::Number(id))) => Some(id.to_string()),
                _ => members.values().filter(|member| member.is_array()).find_map(|list| made_by(list, resource, word)),
            }
        }
        _ => None,
    }
}

/// An id that is no more than one segment of a path.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

fn step(endpoint: &EndpointId, method: &str, path: String, class: Class) -> CaseStep {
    CaseStep {
        role: Role::Setup,
        endpoint: endpoint.clone(),
        class,
        draft: Draft::Http(HttpDraft {
            method: method.to_owned(),
            path,
            parameters: Vec::new(),
            raw: None,
            encoding: Encoding::Percent,
            carrier: Carrier::Query,
            account: AccountRole::Full,
            credential: Credential::Token,
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            talk: None,
            written: None,
        }),
        times: Times::Once,
        wait_s: 0,
        capture: Vec::new(),
        call: None,
    }
}

/// Sends steps and keeps what came back.
async fn send(shared: &Shared<'_>, purpose: Purpose, steps: Vec<CaseStep>) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let sent = shared.sender.send_by(Allowance::PuttingBack, step, &step.draft, number).await;
        shared.note(&sent.raw.outcome);
        exchanges.push(sent.exchange);
    }
    let case = Case { purpose, index: 0, attempt: 0, steps };
    shared.keep(Record {
        case,
        variables: Variables::new(),
        exchanges: exchanges.clone(),
        heard_again_ms: None,
        longer_ms: None,
    });
    exchanges
}
