//! How often a step is sent: once, several times one after another or at once, or page after page.
//!
//! In: a step with its request filled in. Out: the answers, each read once. What becomes of them is for the case to say.

use std::borrow::Cow;

use futures_util::future::join_all;

use crate::{
    model::{
        case::{Case, CaseStep, Class, Role, Times},
        credential::Credential,
        draft::Draft,
    },
    send::Allowance,
    spec::{Expect, Spec},
};

use super::{earlier::Answered, shared::Shared, weight::Weight};

/// Where a step is sent: the run and the case that it is of, and what the answers of that weigh.
#[derive(Clone, Copy)]
pub(super) struct On<'p, 'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) case: &'a Case,
    pub(super) weight: &'p Weight<'a>,
    /// By what it goes out.
    pub(super) by: Allowance,
}

impl On<'_, '_> {
    /// Whether a step is sent once more: what puts things back is, also where the run is stopped.
    pub(super) fn goes_on(&self, number: usize) -> bool {
        !self.shared.is_stopped() || self.case.steps[number].role == Role::Teardown
    }
}

/// Asks for page after page, up to the last one.
async fn pages(
    on: On<'_, '_>,
    step: &CaseStep,
    draft: &Draft,
    number: usize,
    most: u32,
    expect: &[Expect],
) -> Vec<Answered> {
    let walk = expect.iter().find_map(|expect| if let Expect::Walk(walk) = expect { Some(walk) } else { None });
    let mut all = Vec::new();
    for page in 1..=most {
        let mut draft = draft.clone();
        let Draft::Http(http) = &mut draft;
        for (_, value) in http.parameters.iter_mut().filter(|(name, _)| walk.is_some_and(|walk| walk.page == *name)) {
            *value = page.to_string();
        }
        let Some(sent) = send_once(on, step, &draft, number).await else { break };
        let last = walk.is_none_or(|walk| walk.is_last(&sent.raw, page));
        all.push(sent);
        if last {
            break;
        }
    }
    all
}

pub(super) async fn send(
    on: On<'_, '_>,
    step: &CaseStep,
    draft: &Draft,
    number: usize,
    expect: &[Expect],
) -> Vec<Answered> {
    let mut all = Vec::new();
    match step.times {
        Times::Once | Times::Each(_) => all.extend(send_once(on, step, draft, number).await),
        Times::Repeat(n) => {
            for _ in (0..n).take_while(|turn| *turn == 0 || on.goes_on(number)) {
                all.extend(send_once(on, step, draft, number).await);
            }
        }
        Times::UntilRefused(n) => {
            for _ in (0..n).take_while(|turn| *turn == 0 || on.goes_on(number)) {
                all.extend(send_once(on, step, draft, number).await);
                if all.last().is_some_and(|sent| sent.raw.turned_away()) {
                    break;
                }
            }
        }
        Times::Pages(n) => all = pages(on, step, draft, number, n, expect).await,
        Times::Burst(n) => {
            let burst = join_all((0..n).map(|_| send_once(on, step, draft, number))).await;
            all.extend(burst.into_iter().flatten());
        }
    }
    all
}

/// Sends one request and reads its answer; none where the endpoint is not known.
pub(super) async fn send_once(on: On<'_, '_>, step: &CaseStep, draft: &Draft, number: usize) -> Option<Answered> {
    let On { shared, case, weight, by } = on;
    shared.deaths.note(shared.spec, case, step, draft);
    let step = as_it_is(shared.spec, step, draft);
    let mut sent = shared.sender.send_by(by, &step, draft, number).await;
    weight.admit(&mut sent.raw, &mut sent.exchange).await;
    let raw = shared.recent.borrow_mut().heard(shared.spec, &sent.raw)?.into_owned();
    Some(Answered { raw, exchange: sent.exchange })
}

/// A step of the class that its request is of. One that only reads may be of a case that changes something, and is sent again all the same
/// where its answer is lost: nothing else of the case has to be.
fn as_it_is<'s>(spec: &Spec, step: &'s CaseStep, draft: &Draft) -> Cow<'s, CaseStep> {
    let Draft::Http(http) = draft;
    let plain = http.talk.is_none() && http.written.is_none() && http.credential == Credential::Token;
    let reads = spec.endpoints.get(&step.endpoint).is_some_and(|endpoint| endpoint.class == Class::Read);
    match step.class == Class::Write && step.times == Times::Once && plain && reads {
        true => Cow::Owned(CaseStep { class: Class::Read, ..step.clone() }),
        false => Cow::Borrowed(step),
    }
}
