//! The first requests of a run: is anybody there, and what is on the target?
//!
//! In: which facts are needed. Out: what the discovery found, or why nothing can be certified.

use std::collections::BTreeSet;

use crate::{
    decode::time,
    model::{
        case::Purpose,
        credential::AccountRole,
        exchange::{Exchange, NoAnswerKind, Outcome},
        variables::{CLOCK, CLOCK_ELSEWHERE, CLOCK_OFFSET},
    },
    send::TOKEN_PATH,
    spec::{Step, When},
};

use super::{flow::play, needs, shared::Shared};

/// Why nothing could be certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abort {
    /// Nobody answers.
    Unreachable(String),
    /// The target refuses the credentials.
    Credentials(String),
    /// The account has no access to the command API.
    Permission(String),
    /// What was asked for does not follow from the target's own document.
    Unknown(String),
    /// What was asked for follows from the target's own document, which could not be read: the first of them, and what came instead.
    Document(String, String),
}

/// The first contact: is anybody there, and are the credentials taken?
pub(super) async fn greet(shared: &Shared<'_>) -> Result<(), Abort> {
    if !shared.sender.has(AccountRole::Full) {
        return Err(Abort::Credentials("no account was given".to_owned()));
    }
    match shared.sender.first_contact().await {
        // That is no word on the target: the run goes on to its end, and reports that it was stopped.
        _ if shared.is_called_off() => Ok(()),
        Outcome::Nothing(nothing) if nothing.kind != NoAnswerKind::NoToken => Err(Abort::Unreachable(nothing.says)),
        Outcome::Answer(answer) if matches!(answer.status, 400 | 401 | 403) => Err(Abort::Credentials(format!(
            "POST {TOKEN_PATH} was answered with {}: {}",
            answer.status,
            answer.body.trim().chars().take(200).collect::<String>()
        ))),
        _ => Ok(()),
    }
}

/// Finds those of the target's own ids that are needed, by the documented calls: at first, or again for what is needed besides.
pub(super) async fn discover(shared: &Shared<'_>, needs: &BTreeSet<String>, before: u32) -> Result<(), Abort> {
    let Some((name, flow)) = shared.spec.flow(When::Discovery) else { return Ok(()) };
    let flow = &needs::only_needed(flow, needs);
    let mut drawn = shared.flow(&Purpose::flow(name, ""), &flow.steps);
    drawn.attempt(2 * before);
    let steps = &flow.steps;
    let variables = shared.world.borrow().with(&drawn.made);
    let mut played = play(shared, &drawn.case, steps, variables.clone(), &drawn.made).await;
    if shared.is_silent() && !shared.is_stopped() {
        return Err(Abort::Unreachable("it gives a token, and then no answer in time".to_owned()));
    }
    // What was lost is asked for once more, now that others were answered.
    if played.record.lost().is_some() && !played.stopped {
        shared.keep(played.record);
        shared.sender.heard_again(1).await;
        drawn.attempt(2 * before + 1);
        played = play(shared, &drawn.case, steps, variables, &drawn.made).await;
    }
    let refusals = played.heard.iter().filter(|heard| heard.refused()).count();
    // One endpoint that is not there is a gap, and no reason to test nothing.
    let asked: BTreeSet<&str> = played.heard.iter().map(|heard| heard.exchange.endpoint.as_str()).collect();
    let means_denied = |status| matches!(status, 401 | 403) || status == 404 && asked.len() > 1;
    let denied = played.heard.iter().filter(|heard| heard.answer().is_some_and(|a| means_denied(a.status))).count();
    let all = played.heard.len();
    let told = !shared.is_stopped();
    if let (Some(first), true) = (played.heard.first(), told && refusals == all && denied == all) {
        let says = first.summary();
        shared.keep(played.record);
        return Err(Abort::Permission(format!("every call of the discovery was refused; the first answer was {says}")));
    }
    let said = played.captured.remove(CLOCK).and_then(|clock| time::instant(&clock));
    let api_info = played.heard.iter().find(|heard| heard.accepted());
    if let (Some(said_s), Some(heard)) = (said, api_info) {
        let said = (said_s, &*heard.exchange);
        let elsewhere = match shared.sender.clock().doubts(said) && told {
            true => clock_elsewhere(shared, name).await,
            false => None,
        };
        shared.sender.clock().learn_of_answers(said, elsewhere.as_ref().map(|(said_s, exchange)| (*said_s, exchange)));
    }
    let mut world = shared.world.borrow_mut();
    world.learn(&played.captured, shared.sender);
    world.note_unheard(steps, &played.heard);
    drop(world);
    if shared.sender.clock_offset_s() != 0 {
        played.record.variables.insert(CLOCK_OFFSET.to_owned(), shared.sender.clock_offset_s().to_string());
    }
    shared.keep(played.record);
    Ok(())
}

/// What time it is by the end of a report to the present, and the exchange that gave it.
async fn clock_elsewhere(shared: &Shared<'_>, name: &str) -> Option<(i64, Exchange)> {
    let (_, flow) = shared.spec.flow(When::Discovery)?;
    let learns = |step: &&Step| step.capture.iter().any(|one| one.name == CLOCK_ELSEWHERE);
    let steps: Vec<Step> = flow.steps.iter().filter(learns).cloned().collect();
    let drawn = shared.flow(&Purpose::flow(name, CLOCK_ELSEWHERE), &steps);
    let known = shared.world.borrow().with(&drawn.made);
    let mut played = play(shared, &drawn.case, &steps, known, &drawn.made).await;
    let said = played.captured.remove(CLOCK_ELSEWHERE).and_then(|clock| time::instant(&clock));
    let exchange = played.heard.iter().find(|heard| heard.accepted()).map(|heard| heard.exchange.clone().into_owned());
    shared.keep(played.record);
    said.zip(exchange)
}
