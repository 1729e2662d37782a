//! Plays one case: sends its steps in order and remembers what later steps need.

use futures_util::future::join_all;

use crate::{
    judge,
    model::{
        case::{Case, CaseStep, Class, Role, Times},
        draft::Draft,
        exchange::Exchange,
        record::Record,
        variables::Variables,
    },
    send::Sent,
    spec::{Expect, Query, Step, openapi::MADE_PROOF},
};

use super::{
    Shared, group,
    world::{Known, filled},
};

/// A case that was played.
pub(super) struct Played {
    pub(super) record: Record,
    /// What its steps captured, secrets left out.
    pub(super) captured: Variables,
    /// The first variable that was not known; the steps from there on were not sent.
    pub(super) missing: Option<String>,
}

/// Plays a case.
pub(super) async fn play(
    shared: &Shared<'_>,
    case: &Case,
    steps: &[Step],
    mut known: Known,
    made: &Variables,
) -> Played {
    let mut record = Record { case: case.clone(), variables: made.clone(), exchanges: Vec::new() };
    // What is required of every answer may name the host.
    record.variables.extend(known.open.get("host").map(|host| ("host".to_owned(), host.clone())));
    let mut captured = Variables::new();
    let mut missing = None;
    let mut touched = false;
    // All times of a case count from its beginning, so that what is asked and what is expected agree.
    let now_s = shared.sender.now_ms() / 1_000;
    // In a flow the next step may well be possible; in a case it would be judged without its preparation.
    let flow = case.requirement.starts_with("flows/");
    for (number, (case_step, step)) in case.steps.iter().zip(steps).enumerate() {
        if let Err(name) = group::refresh(shared, &case.requirement, case_step, &mut known).await {
            missing = missing.or(Some(name));
            continue;
        }
        let draft = match filled(&case_step.draft, &known, now_s) {
            Ok((draft, used)) => {
                record.variables.extend(used);
                draft
            }
            Err(name) => {
                missing = missing.or(Some(name));
                if flow {
                    continue;
                }
                break;
            }
        };
        let sent = send(shared, case_step, &draft, number, &step.expect).await;
        for (turn, sent) in sent.into_iter().enumerate() {
            shared.note(&sent.raw.outcome);
            if judge::accepted(shared.spec, &sent.raw)
                || !step.expect.iter().any(|e| matches!(e, crate::spec::Expect::Accepted))
            {
                capture(shared, step, &sent.raw, turn, &mut known, &mut captured);
            }
            record.exchanges.push(sent.exchange);
        }
        record.variables.extend(of_expectations(step, &known, now_s));
        if flow {
            continue;
        }
        // What was not learnt cannot be put back later, so nothing more is sent; neither where the case cannot be told any more
        // and nothing has been changed yet.
        let unlearnt = step
            .capture
            .iter()
            .map(|(name, _)| name)
            .find(|name| !known.open.contains_key(*name) && !known.secret.contains_key(*name));
        if let Some(name) = unlearnt {
            missing = missing.or(Some(name.clone()));
            break;
        }
        touched |= case_step.class > Class::Read && case_step.role != Role::Control;
        if !touched && !judge::may_go_on(shared.spec, step, &record, number) {
            break;
        }
    }
    Played { record, captured, missing }
}

/// What the expectations of a step name is part of the record, so that it can be judged again.
fn of_expectations(step: &Step, known: &Known, now_s: i64) -> Variables {
    let names = crate::generate::variables_of(step);
    let open = names.into_iter().filter(|name| !known.secret.contains_key(name));
    open.filter_map(|name| known.get(&name, now_s).map(|value| (name, value))).collect()
}

/// Asks for page after page, up to the last one.
async fn pages(
    shared: &Shared<'_>,
    step: &CaseStep,
    draft: &Draft,
    number: usize,
    most: u32,
    expect: &[Expect],
) -> Vec<Sent> {
    let walk = expect.iter().find_map(|expect| if let Expect::Walk(walk) = expect { Some(walk) } else { None });
    let mut all = Vec::new();
    for page in 1..=most {
        let mut draft = draft.clone();
        for (_, value) in draft.parameters.iter_mut().filter(|(name, _)| name == "current_page") {
            *value = page.to_string();
        }
        let sent = shared.sender.send(step, &draft, number).await;
        let last = walk.is_none_or(|walk| judge::is_last_page(shared.spec, walk, &sent.raw, page));
        all.push(sent);
        if last {
            break;
        }
    }
    all
}

async fn send(shared: &Shared<'_>, step: &CaseStep, draft: &Draft, number: usize, expect: &[Expect]) -> Vec<Sent> {
    match step.times {
        Times::Once => vec![shared.sender.send(step, draft, number).await],
        Times::Repeat(n) => {
            let mut all = Vec::new();
            for _ in 0..n {
                all.push(shared.sender.send(step, draft, number).await);
            }
            all
        }
        Times::UntilRefused(n) => {
            let mut all = Vec::new();
            for _ in 0..n {
                let sent = shared.sender.send(step, draft, number).await;
                let refused = judge::refused(shared.spec, &sent.raw);
                all.push(sent);
                if refused {
                    break;
                }
            }
            all
        }
        Times::Pages(n) => pages(shared, step, draft, number, n, expect).await,
        Times::Burst(n) => join_all((0..n).map(|_| shared.sender.send(step, draft, number))).await,
    }
}

fn capture(shared: &Shared<'_>, step: &Step, raw: &Exchange, turn: usize, known: &mut Known, captured: &mut Variables) {
    if step.capture.is_empty() {
        return;
    }
    let find = judge::finder(shared.spec, raw);
    for (name, query) in &step.capture {
        let Some(value) = find(query, &known.open) else { continue };
        let secret = matches!(query, Query::Json(pointer) if pointer == "/access_token");
        let names = match step.times {
            Times::Once => vec![name.clone()],
            _ => vec![name.clone(), format!("{name}.{}", turn + 1)],
        };
        for name in names {
            if secret {
                known.secret.insert(name, value.clone());
            } else {
                known.open.insert(name.clone(), value.clone());
                captured.insert(name, value.clone());
            }
        }
        if !secret {
            shared.sender.guard.found(&value);
        }
        // A thing that has a word in it that only this case has is ours.
        if name == MADE_PROOF && known.open.get("unique").is_some_and(|unique| value.contains(unique.as_str())) {
            shared.sender.guard.made_at(&raw.request.path);
        }
        // A session whose customer has a name that only this case has is ours.
        let text = query.to_string();
        if text.ends_with("/lsid") && text.contains("[name='") && text.contains("${unique}") {
            shared.sender.guard.made(&value);
        }
    }
}
