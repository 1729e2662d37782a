//! What a run does about a target that dies of what it is sent: it finds out of what, and goes on with a target that was started anew.
//!
//! In: each request that no library sends, as it goes out, and how the target is started anew. Out: records of the smallest sequence of
//! which the target dies, and the requirements that are not sent any more. Without a way to start it anew the run ends, and names what it
//! sent last.

use tokio::sync::{RwLockReadGuard, RwLockWriteGuard};

use crate::{
    model::{
        case::{ATTEMPTS, CaseStep, Role},
        draft::Draft,
        exchange::{NoAnswerKind, Outcome},
        id::RequirementId,
        record::Record,
        suite::Suite,
        variables::DIED_OF,
        verdict::{Blame, Finding},
    },
    spec::{Requirement, fuzz::ALIVE},
};

use super::{
    mortality::{Gone, suspected},
    plan::Restart,
    shared::{Event, Shared},
    smallest::{PartSent, smallest},
    world::filled,
};

/// After this number of requests that no library sends it is looked whether the target is there.
const LOOKED_AFTER: usize = 32;

/// The most deaths of which the cause is looked for. After more of them what was sent last is left out, and that is all.
const SOUGHT_MAX: u32 = 8;

/// What a case is played with: beside others, or, where it failed before, alone. Nobody looks for what the target died of meanwhile.
pub(super) enum Lane<'s> {
    Any,
    Beside(#[expect(dead_code, reason = "held")] RwLockReadGuard<'s, ()>),
    Alone(#[expect(dead_code, reason = "held")] RwLockWriteGuard<'s, ()>),
}

/// Waits until an attempt of a case may be played.
pub(super) async fn lane<'s>(shared: &'s Shared<'_>, requirement: &Requirement, attempt: u32) -> Lane<'s> {
    match (requirement.suite, attempt) {
        (Suite::Fuzz, 0) => Lane::Beside(shared.deaths.alone.read().await),
        (Suite::Fuzz, _) => Lane::Alone(shared.deaths.alone.write().await),
        _ => Lane::Any,
    }
}

/// Whether the target is dead after a case.
pub(super) async fn is_dead(shared: &Shared<'_>, requirement: &Requirement, record: &Record) -> bool {
    if requirement.suite != Suite::Fuzz || shared.is_stopped() {
        return false;
    }
    use NoAnswerKind::{Guarded, NoToken};
    let lawful = |number: usize| record.case.steps.get(number).map(|step| &step.draft) == first(record);
    let unanswered = record.exchanges.iter().filter(|exchange| lawful(exchange.step)).any(|exchange| {
        let answered = exchange.answer().is_some_and(|answer| answer.status < 500) && !exchange.outcome.is_lost();
        let kept_back =
            matches!(&exchange.outcome, Outcome::Nothing(nothing) if matches!(nothing.kind, Guarded | NoToken));
        !answered && !kept_back
    });
    let due = shared.deaths.since.borrow().values().sum::<usize>() >= LOOKED_AFTER;
    if !unanswered && !due {
        return false;
    }
    let gone = shared.sender.is_gone().await;
    if !gone {
        shared.deaths.since.take();
    }
    gone
}

fn first(record: &Record) -> Option<&Draft> {
    record.case.steps.first().map(|step| &step.draft)
}

/// Looks for what the target died of, and starts it anew. Gives why the requirement that found it dead is not sent any more; none where it
/// is played again.
pub(super) async fn look_into(shared: &Shared<'_>, requirement: &Requirement) -> Option<Finding> {
    let _alone = shared.deaths.alone.write().await;
    let deaths = &shared.deaths;
    if deaths.over.get() {
        return deaths.why_over();
    }
    // Another one may have found the cause while this one waited.
    if shared.sender.is_gone().await {
        let sent: Vec<Gone> = deaths.sent.take().into();
        let mut since: Vec<RequirementId> = deaths.since.take().into_keys().collect();
        if since.is_empty() {
            since.push(requirement.id.clone());
        }
        deaths.count.set(deaths.count.get() + 1);
        (shared.on_event)(Event::Died { requests: sent.len() });
        let Some(restart) = shared.plan.on_dead.as_ref() else { return ended(shared, since) };
        let odd = sent.iter().rposition(|gone| gone.odd).filter(|_| deaths.count.get() <= SOUGHT_MAX);
        let found = match odd {
            Some(last) => sought(shared, restart, &sent, last).await,
            None => None,
        };
        if !started(shared, restart).await {
            return ended(shared, since);
        }
        match found {
            Some(ids) => {
                let reason = format!("the target dies of it: see `{ALIVE}`");
                deaths.leave_out(ids, &Finding::inconclusive(reason, Blame::Target));
            }
            None => deaths.leave_out(since, &suspected()),
        }
        deaths.sent.take();
        deaths.since.take();
    }
    deaths.why_left_out(&requirement.id)
}

/// The run is over: nobody is there, and nobody starts the target anew.
fn ended(shared: &Shared<'_>, since: Vec<RequirementId>) -> Option<Finding> {
    let deaths = &shared.deaths;
    deaths.leave_out(since, &suspected());
    deaths.over.set(true);
    (shared.on_event)(Event::Suspected { suspects: &deaths.suspects() });
    deaths.why_over()
}

/// The smallest part of what was sent of which the target dies, up to its last odd request, where it does so each time that it is tried.
/// Its records are kept.
async fn sought(shared: &Shared<'_>, restart: &Restart, sent: &[Gone], last: usize) -> Option<Vec<RequirementId>> {
    // What came behind was lawful. It may have been needed for the death to come, so it stays behind each sequence.
    let behind = sent.len() - last - 1;
    let mut tried = async |sequence: &PartSent| {
        started(shared, restart).await && play(shared, sent, sequence, behind, 0).await.is_some_and(|(_, dead)| dead)
    };
    let mut sequence = smallest(last + 1, &mut tried).await;
    let mut behind = behind;
    if sequence.lawful == 0 && behind > 0 && tried_without(shared, restart, sent, &sequence).await {
        behind = 0;
    }
    sequence.lawful += behind;
    let mut records = Vec::new();
    for attempt in 0..ATTEMPTS {
        if !started(shared, restart).await {
            return None;
        }
        let (mut record, dead) = play(shared, sent, &sequence, 0, attempt).await?;
        if !dead || !started(shared, restart).await {
            return None;
        }
        record.heard_again_ms = Some(shared.sender.now_ms());
        records.push(record);
    }
    records.into_iter().for_each(|record| shared.keep(record));
    Some(sequence.places.iter().map(|place| sent[*place].requirement.clone()).collect())
}

/// Whether a sequence kills without what came behind it.
async fn tried_without(shared: &Shared<'_>, restart: &Restart, sent: &[Gone], sequence: &PartSent) -> bool {
    started(shared, restart).await && play(shared, sent, sequence, 0, 0).await.is_some_and(|(_, dead)| dead)
}

/// Starts the target anew; whether it answers then.
async fn started(shared: &Shared<'_>, restart: &Restart) -> bool {
    !shared.is_stopped() && (restart.0)().is_ok() && shared.sender.is_started().await
}

/// Sends a sequence, and lawful requests behind it. Gives the record of that, and whether the target is dead.
async fn play(
    shared: &Shared<'_>,
    sent: &[Gone],
    sequence: &PartSent,
    behind: usize,
    attempt: u32,
) -> Option<(Record, bool)> {
    let requirement = shared.spec.requirements.get(ALIVE)?;
    let mut drawn = shared.cases(requirement).into_iter().next()?;
    drawn.attempt(attempt);
    drawn.case.index = shared.deaths.count.get();
    let case = drawn.case;
    let [lawful, after] = case.steps.as_slice() else { return None };
    let known = shared.world.borrow().with(&drawn.made);
    let now_s = shared.sender.now_ms() / 1_000;
    let fill = |step: &CaseStep| filled(&step.draft, &known, now_s).ok().map(|(draft, _)| draft);
    let (lawful_draft, after_draft) = (fill(lawful)?, fill(after)?);
    let lawful_count = sequence.lawful + behind;
    let parts = sequence.places.iter().map(|place| (&sent[*place].step, &sent[*place].draft));
    let parts = parts.chain(std::iter::repeat_n((lawful, &lawful_draft), lawful_count)).chain([(after, &after_draft)]);
    let mut exchanges = Vec::new();
    for (number, (step, draft)) in parts.enumerate() {
        let is_last = number == sequence.places.len() + lawful_count;
        let mut exchange = shared.sender.send_as_it_is(step, draft, usize::from(is_last)).await.exchange;
        exchange.role = Role::Probe;
        exchanges.push(exchange);
    }
    let dead = shared.sender.is_gone().await;
    let says = said(sent, sequence);
    let mut variables = shared.sender.redacted_all(&drawn.made);
    variables.insert(DIED_OF.to_owned(), says);
    Some((Record { case, variables, exchanges, heard_again_ms: None, longer_ms: None }, dead))
}

/// What a sequence is, in words.
fn said(sent: &[Gone], sequence: &PartSent) -> String {
    const NAMED_MAX: usize = 8;
    let named = sequence.places.iter().take(NAMED_MAX).map(|place| match sent[*place].odd {
        true => format!("`{}`", sent[*place].requirement),
        false => "a lawful request".to_owned(),
    });
    let mut says: Vec<String> = named.collect();
    if sequence.places.len() > NAMED_MAX {
        says.push(format!("{} more", sequence.places.len() - NAMED_MAX));
    }
    if sequence.lawful > 0 {
        says.push(format!("{} lawful requests", sequence.lawful));
    }
    says.join(", then ")
}
