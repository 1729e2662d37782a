//! Takes away what the run made at the Configuration API: each thing that is still there and has the word of its case in it.
//!
//! In: the records of cases. Out: requests that take away what they made. What several cases of a group made is taken away together, so that one
//! list shows what is the run's own. Nothing is taken away that the target does not show under a name of the run.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use crate::{
    judge,
    model::{
        case::{ATTEMPTS, Case, CaseStep, Class, Purpose, Role, Times},
        credential::{AccountRole, Credential},
        draft::{Carrier, Draft, Encoding, HttpDraft},
        exchange::{Answer, Exchange},
        id::EndpointId,
        record::Record,
        variables::{Variables, fill},
    },
    send::Allowance,
    spec::{Query, Step, TAKEN_AWAY, UNIQUE, openapi::Resource},
    vocabulary::{Expect, Heard},
};

use super::shared::Shared;

/// What the cases of a group made and is not taken away yet.
#[derive(Default)]
pub(super) struct Pending(RefCell<Vec<Made>>);

/// A thing that a case made.
struct Made {
    resource: Resource,
    /// The path of its list.
    list: String,
    id: String,
    word: String,
    /// The flow by which it is taken away.
    purpose: Purpose,
    /// Whether it was meant to be made. What should have been refused would be a reason of its own to refuse it again.
    lawful: bool,
}

impl Made {
    fn path(&self) -> String {
        format!("{}/{}", self.list, self.id)
    }
}

/// The most things that wait to be taken away.
const PENDING_MAX: usize = 40;

/// What waits is taken away before a case that looks at its list, and before one that is played again, of which something may be left
/// that takes a name. Says whether anything was.
pub(super) async fn before_case(shared: &Shared<'_>, case: &Case, pending: &Pending) -> bool {
    let looks = |made: &Made| case.steps.iter().any(|step| Some(&step.endpoint) == made.resource.list.as_ref());
    let many = pending.0.borrow().len() >= PENDING_MAX;
    let due = take(pending, |made| many || case.attempt > 0 || looks(made));
    let any = !due.is_empty();
    take_away_all(shared, due).await;
    any
}

/// What waits is taken away, since its group is over.
pub(super) async fn after_group(shared: &Shared<'_>, pending: &Pending) {
    take_away_all(shared, take(pending, |_| true)).await;
}

fn take(pending: &Pending, is_due: impl Fn(&Made) -> bool) -> Vec<Made> {
    let (due, wait) = pending.0.take().into_iter().partition(is_due);
    pending.0.replace(wait);
    due
}

/// Takes away what a case made; later, where its group goes on and the steps of the case say that it was to be made.
pub(super) async fn after_case(shared: &Shared<'_>, record: &Record, steps: &[Step], pending: Option<&Pending>) {
    let gone = deleted(shared, std::slice::from_ref(&record));
    for made in made_by_case(shared, record, steps, &gone).await {
        match pending.filter(|_| made.lawful) {
            Some(pending) => pending.0.borrow_mut().push(made),
            None => take_away(shared, &made).await,
        }
    }
}

/// The same for a run that was broken off: what its cases made and nobody took away.
pub(super) async fn after_a_break(shared: &Shared<'_>, records: &[&Record], unfinished: &[Record]) {
    let gone = deleted(shared, records);
    let mut all = Vec::new();
    for record in records {
        all.extend(made_by_case(shared, record, &[], &gone).await);
    }
    take_away_all(shared, all).await;
    for record in unfinished {
        broken_off(shared, record).await;
    }
}

/// What a case would have sent next may have been sent, and done.
async fn broken_off(shared: &Shared<'_>, record: &Record) {
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

/// The paths of what was taken away.
fn deleted(shared: &Shared<'_>, records: &[&Record]) -> BTreeSet<String> {
    let requests = records.iter().flat_map(|record| &record.exchanges);
    let requests = requests.filter_map(|exchange| Some((exchange, exchange.request()?)));
    requests
        .filter(|(exchange, request)| request.method == "DELETE" && judge::accepted(shared.spec, exchange))
        .map(|(_, request)| request.path.clone())
        .collect()
}

/// What a case made that is not gone. What it made without an answer is looked for and taken away.
async fn made_by_case(shared: &Shared<'_>, record: &Record, steps: &[Step], gone: &BTreeSet<String>) -> Vec<Made> {
    let mut all = Vec::new();
    let Some(word) = record.variables.get(UNIQUE) else { return all };
    if matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == TAKEN_AWAY) {
        return all;
    }
    for (_, exchange) in record.sent() {
        let Some(resource) = shared.resources.iter().find(|resource| resource.post == exchange.endpoint) else {
            continue;
        };
        let Some(request) = exchange.request() else { continue };
        let heard = judge::heard(shared.spec, exchange).filter(Heard::accepted);
        let id = heard.and_then(|heard| Query::Json(resource.id.clone()).find(&heard, &Variables::new()));
        let Some(id) = id.filter(|id| is_plain(id)) else {
            if judge::may_have_acted(shared.spec, exchange) {
                take_away_unseen(shared, record, resource, request.path.clone(), word).await;
            }
            continue;
        };
        let (resource, list) = (resource.clone(), request.path.clone());
        let lawful =
            steps.get(exchange.step).is_some_and(|step| step.expect.iter().any(|one| matches!(one, Expect::Accepted)));
        let made = Made { resource, list, id, word: word.clone(), purpose: purpose_of(record), lawful };
        if !gone.contains(&made.path()) {
            all.push(made);
        }
    }
    all
}

fn purpose_of(record: &Record) -> Purpose {
    Purpose::flow(TAKEN_AWAY, format!("{}#{}", record.case.purpose, record.case.index))
}

/// Takes things away: those that their list shows under a name of the run at once, and any other once it was read.
async fn take_away_all(shared: &Shared<'_>, all: Vec<Made>) {
    let mut lists: BTreeMap<String, Vec<Made>> = BTreeMap::new();
    for made in all {
        lists.entry(made.list.clone()).or_default().push(made);
    }
    for (path, all) in lists {
        let shown = match &all[0].resource.list {
            Some(list) if all.len() > 2 => listed(shared, list, &path, &all).await,
            _ => BTreeMap::new(),
        };
        for made in all {
            match shown.get(&made.id).is_some_and(|proof| proof.contains(&made.word)) {
                true => drop(delete(shared, &made).await),
                false => take_away(shared, &made).await,
            }
        }
    }
}

/// The ids of a list, each with the text by which the thing is recognised, until all that is looked for is there.
async fn listed(shared: &Shared<'_>, list: &EndpointId, path: &str, all: &[Made]) -> BTreeMap<String, String> {
    let mut shown = BTreeMap::new();
    for page in 1..=PAGES_MAX {
        let purpose = Purpose::flow(TAKEN_AWAY, format!("{list}/{page}"));
        let found = send(shared, purpose, vec![page_of(list, path, page)]).await;
        let Some(answer) = found.first().and_then(Exchange::answer) else { break };
        gather(&serde_json::from_str(&answer.body).unwrap_or(Value::Null), &all[0].resource, &mut shown);
        if page >= last_page(answer) || all.iter().all(|made| shown.contains_key(&made.id)) {
            break;
        }
    }
    shown
}

/// Takes a thing away that the target shows under a name of the run.
async fn take_away(shared: &Shared<'_>, made: &Made) {
    // Where an answer is lost nobody knows what became of it, so it is looked for once more: what stays would be in the way of later cases.
    for _ in 0..ATTEMPTS {
        let read = step(&made.resource.get, "GET", made.path(), Class::Read);
        let found = send(shared, made.purpose.clone(), vec![read]).await;
        let Some(answer) = found.first() else { return };
        if !answer.outcome.is_lost() {
            let heard = judge::heard(shared.spec, answer);
            let proof = Query::Json(made.resource.proof.clone());
            let proof = heard.and_then(|heard| proof.find(&heard, &Variables::new()));
            if !proof.is_some_and(|proof| proof.contains(&made.word)) {
                return;
            }
            if delete(shared, made).await {
                return;
            }
        }
        if shared.is_cut_off() {
            return;
        }
        shared.sender.wait_for_the_target(LOST_MS).await;
    }
}

/// Sends what takes a thing away that was shown to be the run's own. Says whether the answer came.
async fn delete(shared: &Shared<'_>, made: &Made) -> bool {
    shared.sender.guard.made_at(&made.path());
    let delete = step(&made.resource.delete, "DELETE", made.path(), Class::Write);
    let gone = send(shared, made.purpose.clone(), vec![delete]).await;
    gone.first().is_none_or(|answer| !answer.outcome.is_lost())
}

/// How long to wait before what could not be taken away is looked for again, in milliseconds.
const LOST_MS: u64 = 500;

/// Takes away what a request to a path made whose answer was not seen: it may stand in the list, by the case's own word.
async fn take_away_unseen(shared: &Shared<'_>, record: &Record, resource: &Resource, path: String, word: &str) {
    let Some(list) = &resource.list else { return };
    for page in 1..=PAGES_MAX {
        let found = send(shared, purpose_of(record), vec![page_of(list, &path, page)]).await;
        let Some(answer) = found.first().and_then(Exchange::answer) else { return };
        let mut shown = BTreeMap::new();
        gather(&serde_json::from_str(&answer.body).unwrap_or(Value::Null), resource, &mut shown);
        let own = shown.into_iter().find(|(id, proof)| is_plain(id) && proof.contains(word));
        if let Some((id, _)) = own {
            let (resource, word, purpose) = (resource.clone(), word.to_owned(), purpose_of(record));
            let made = Made { resource, list: path, id, word, purpose, lawful: false };
            return take_away(shared, &made).await;
        }
        if page >= last_page(answer) {
            return;
        }
    }
}

/// The most pages of a list that are looked through.
const PAGES_MAX: u32 = 20;

fn page_of(list: &EndpointId, path: &str, page: u32) -> CaseStep {
    let mut step = step(list, "GET", path.to_owned(), Class::Read);
    let Draft::Http(draft) = &mut step.draft;
    draft.parameters = [("per_page", "100".to_owned()), ("current_page", page.to_string())]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
    step
}

fn last_page(answer: &Answer) -> u32 {
    answer.header("x-bt-pagination-last-page").and_then(|last| last.trim().parse().ok()).unwrap_or(1)
}

/// The ids of the items of a list, each with the text by which such things are recognised; lists may stand in an object.
fn gather(value: &Value, resource: &Resource, shown: &mut BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, resource, shown)),
        Value::Object(members) => {
            let proof = value.pointer(&resource.proof).and_then(Value::as_str);
            match (proof, id_of(value, resource)) {
                (Some(proof), Some(id)) => drop(shown.insert(id, proof.to_owned())),
                _ => members
                    .values()
                    .filter(|member| member.is_array())
                    .for_each(|member| gather(member, resource, shown)),
            }
        }
        _ => {}
    }
}

fn id_of(value: &Value, resource: &Resource) -> Option<String> {
    match value.pointer(&resource.id)? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
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
