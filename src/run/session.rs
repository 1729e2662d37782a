//! Sessions of the run's own: made by a flow of the data, kept while cases act on them, and ended by its teardown.
//!
//! In: what a case or a step names. Out: the variables of a session. Where writing is not allowed none is made.

use std::collections::BTreeSet;

use crate::{
    generate::Drawn,
    judge,
    model::{
        case::{ATTEMPTS, Case, CaseStep, Class, Purpose},
        draft::Draft,
        exchange::Exchange,
        variables::{Variables, fill, names},
    },
    spec::{FRESH, OWN_SESSION, Step, When},
    vocabulary::Heard,
};

use super::{
    flow::{play_as_needed, put_back},
    shared::Shared,
    world::Known,
};

/// A session that this run made.
pub(super) struct Session {
    pub(super) variables: Variables,
    drawn: Drawn,
}

/// Makes what a step wants new for itself: a session key, or a whole session.
pub(super) async fn refresh(shared: &Shared<'_>, tag: &str, step: &CaseStep, known: &mut Known) -> Result<(), String> {
    let wanted: BTreeSet<String> =
        variables_of(&step.draft).into_iter().filter(|name| name.starts_with(FRESH)).collect();
    let Some(first) = wanted.iter().next().cloned() else { return Ok(()) };
    if shared.sender.guard.allow() < Class::Write {
        return Err(first);
    }
    let names: Vec<String> = wanted.iter().map(|name| name.replacen(FRESH, OWN_SESSION, 1)).collect();
    let (made, _) = play_flow(shared, tag, Some(&names)).await.map_err(|_| first)?;
    for (name, made_as) in wanted.into_iter().zip(names) {
        let value = made.get(&made_as).ok_or_else(|| name.clone())?;
        known.open.insert(name, value.clone());
    }
    Ok(())
}

/// A session of our own.
pub(super) async fn make(shared: &Shared<'_>, tag: &str) -> Result<Session, Loss> {
    if shared.sender.guard.allow() < Class::Write {
        return Err(Loss::Refused);
    }
    let (variables, drawn) = play_flow(shared, tag, None).await?;
    Ok(Session { variables, drawn })
}

/// Plays the flow that makes a session, as far as it gives what is wanted, anew where answers were lost. Gives what it captured, and the
/// calls that end the session.
async fn play_flow(shared: &Shared<'_>, tag: &str, wanted: Option<&[String]>) -> Result<(Variables, Drawn), Loss> {
    for _ in 1..ATTEMPTS {
        match play_once(shared, tag, wanted).await {
            Err(Loss::Lost) => {}
            made => return made,
        }
    }
    play_once(shared, tag, wanted).await
}

/// Why no session was made.
pub(super) enum Loss {
    /// An answer was lost.
    Lost,
    /// The answers do not give one.
    Refused,
}

async fn play_once(shared: &Shared<'_>, tag: &str, wanted: Option<&[String]>) -> Result<(Variables, Drawn), Loss> {
    let (name, flow) = shared.spec.flow(When::OwnSession).ok_or(Loss::Refused)?;
    let number = *shared.made.borrow_mut().entry(tag.to_owned()).and_modify(|n| *n += 1).or_insert(1_u32);
    let purpose = Purpose::flow(name, format!("{tag}/{number}"));
    let draw = |steps: &[Step]| shared.flow(&purpose, steps);
    let (mut drawn, mut teardown) = (draw(&flow.steps), draw(&flow.teardown));
    teardown.case.purpose = Purpose::flow(name, format!("{tag}/{number}/end"));
    let gives = |step: &Step, names: &[String]| step.capture.iter().any(|capture| names.contains(&capture.name));
    let last = wanted.and_then(|names| flow.steps.iter().rposition(|step| gives(step, names)));
    let steps = &flow.steps[..last.map_or(flow.steps.len(), |last| last + 1)];
    drawn.case.steps.truncate(steps.len());
    let known = shared.world.borrow().with(&drawn.made);
    let played = play_as_needed(shared, &drawn.case, steps, known, &drawn.made).await;
    let whole = !played.stopped && played.missing.is_none() && played.heard.iter().all(Heard::accepted);
    let captured = played.captured.clone();
    let lost = played.record.lost().is_some();
    shared.keep(played.record);
    match (whole, lost) {
        (true, _) => Ok((captured, teardown)),
        (false, true) => Err(Loss::Lost),
        (false, false) => Err(Loss::Refused),
    }
}

/// Ends a session of our own.
pub(super) async fn end(shared: &Shared<'_>, session: Session) {
    let Some((_, flow)) = shared.spec.flow(When::OwnSession) else { return };
    let mut made = session.drawn.made.clone();
    made.extend(session.variables);
    let case = session.drawn.case;
    if is_over(shared, &case, &made) {
        return;
    }
    // Where an answer is lost nobody knows whether the session is over, and one that stays would be counted in later cases.
    for _ in 0..ATTEMPTS {
        let known = shared.world.borrow().with(&made);
        let played = put_back(shared, &case, &flow.teardown, known, &made).await;
        let lost = played.record.lost().is_some();
        shared.keep(played.record);
        if !lost || shared.is_cut_off() || shared.sender.heard_again(1).await.is_none() {
            return;
        }
    }
}

/// Whether a case that acted on a session sent what ends it, and the target accepted that.
fn is_over(shared: &Shared<'_>, ends: &Case, made: &Variables) -> bool {
    let Some(last) = ends.steps.last() else { return true };
    let Draft::Http(draft) = &last.draft;
    let sent = |exchange: &Exchange| {
        let same = |(name, value): &(String, String)| {
            fill(value, made).is_ok_and(|value| exchange.parameter(name) == Some(value.as_str()))
        };
        exchange.endpoint == last.endpoint
            && draft.parameters.iter().all(same)
            && judge::accepted(shared.spec, exchange)
    };
    let records = shared.records.borrow();
    records.iter().rev().take(RECENT_MAX).flat_map(|record| &record.exchanges).any(sent)
}

/// The most records that are looked through for what ended a session.
const RECENT_MAX: usize = 64;

/// The variables in what a draft sends.
pub(super) fn variables_of(draft: &Draft) -> Vec<String> {
    let Draft::Http(draft) = draft;
    let mut out: Vec<String> =
        draft.parameters.iter().flat_map(|(name, value)| names(name).into_iter().chain(names(value))).collect();
    out.extend(draft.raw.iter().flat_map(|raw| names(raw)));
    out
}
