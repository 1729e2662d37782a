//! A group: the requirements of one endpoint, one after another, with a session of their own where they need one.

use std::collections::BTreeSet;

use crate::{
    generate::{self, Drawn},
    judge,
    model::{
        case::{CaseStep, Class, Purpose, Role},
        credential::AccountRole,
        draft::Draft,
        record::Record,
        variables::{Variables, names},
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Capture, Demand, FRESH, OWN_SESSION, Requirement, Spec, Step, UNIQUE, When},
    vocabulary::Heard,
};

use super::{
    Event, Shared, cleanup, configuration,
    play::{Played, play},
    world::Known,
};

/// The most simplifications that are tried on one failing case; each is real requests.
const SHRINKS_MAX: u32 = 40;

/// A session that this run made.
struct Session {
    variables: Variables,
    drawn: Drawn,
}

/// Plays the cases of the requirements of one endpoint.
pub(super) async fn run(shared: &Shared<'_>, endpoint: &str, requirements: Vec<&Requirement>) {
    let mut session: Option<Session> = None;
    for requirement in requirements {
        let finding = match shared.halted().or_else(|| beforehand(shared, requirement)) {
            Some(finding) => Some(finding),
            None => tell(shared, requirement, &mut session).await,
        };
        let verdict = finding.as_ref().map_or(Verdict::Pass, |finding| finding.verdict);
        if let Some(finding) = finding {
            shared.untold.borrow_mut().insert(requirement.id.clone(), finding);
        }
        (shared.told)(Event::Told(&requirement.id, verdict));
    }
    if let Some(session) = session {
        end(shared, session).await;
    }
    cleanup::after_group(shared, endpoint).await;
}

/// What can be said of a requirement before anything is sent.
fn beforehand(shared: &Shared<'_>, requirement: &Requirement) -> Option<Finding> {
    let named = shared.world.borrow().get("api_version").and_then(|text| text.parse().ok());
    if let (Some(since), Some(version)) = (requirement.since, shared.plan.api_version.or(named))
        && since > version
    {
        return Some(Finding::not_applicable(format!("since API version {since}; the target has {version}")));
    }
    let Demand::Steps(steps) = &requirement.demand else { return None };
    let allow = shared.sender.guard.allow();
    if requirement.class > allow {
        let reason = format!("it is of the class {}; allow it with --allow {0}", requirement.class.word());
        return Some(Finding::inconclusive(reason, Blame::Configuration));
    }
    for step in steps {
        if !shared.sender.has(step.account) {
            let role = step.account.word();
            let reason = format!("there is no account of the role {role}; give one with --account ID:SECRET:{role}");
            return Some(match requirement.opt_in {
                true => Finding::not_applicable(reason),
                false => Finding::inconclusive(reason, Blame::Configuration),
            });
        }
    }
    None
}

/// Plays the cases of one requirement. Gives a finding only where nothing could be sent.
async fn tell(shared: &Shared<'_>, requirement: &Requirement, session: &mut Option<Session>) -> Option<Finding> {
    let Demand::Steps(steps) = &requirement.demand else { return None };
    for role in [AccountRole::Spare, AccountRole::Spent] {
        shared.sender.forget_token(role);
    }
    if let Some(name) = unknown(shared, requirement, steps) {
        return Some(without(shared.spec, requirement, &name));
    }
    let cases = generate::cases(shared.spec, requirement, shared.plan.seed, shared.plan.cases);
    if let Some(records) = shared.plan.resumed.get(&requirement.id).filter(|records| records.len() == cases.len()) {
        for record in records {
            shared.keep(record.clone());
        }
        return None;
    }
    for mut drawn in cases {
        let mut own: Option<Session> = None;
        let needs = needs_session(&drawn, steps);
        if needs && requirement.fresh_session {
            own = make(shared, &requirement.id).await;
        } else if needs && session.is_none() {
            *session = make(shared, &requirement.endpoint).await;
        }
        let ours = if requirement.fresh_session { &own } else { &*session };
        let variables = ours.as_ref().map(|session| session.variables.clone()).unwrap_or_default();
        let finding = tell_case(shared, requirement, steps, &mut drawn, &variables).await;
        if let Some(own) = own {
            end(shared, own).await;
        }
        if finding.is_some() {
            return finding;
        }
    }
    None
}

async fn tell_case(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &mut Drawn,
    session: &Variables,
) -> Option<Finding> {
    let mut played = once(shared, requirement, steps, drawn, session).await;
    if played.stopped {
        // Half a case shows nothing of its requirement, but what was sent is told.
        played.record.case.purpose = Purpose::flow("stopped", &requirement.id);
        shared.keep(played.record);
        return shared.halted();
    }
    // Where a step says what must be there for it, that is what tells why nothing was learnt.
    let said = |name: &String| {
        steps.iter().any(|step| !step.only_if.is_empty() && step.capture.iter().any(|capture| capture.name == *name))
    };
    if let Some(name) = played.missing.as_ref().filter(|name| !said(name)) {
        let unknown = |heard: &Heard<'_>| heard.exchange.role != Role::Teardown && !heard.accepted();
        // A preparation that failed says more than the variable that it did not give.
        let learnt =
            steps.iter().find_map(|step| Some((step, step.capture.iter().find(|capture| capture.name == *name)?)));
        if let (Some((step, Capture { query, .. })), false) = (learnt, played.heard.iter().any(unknown)) {
            let reason =
                format!("`{query}` selects nothing in the answer of {}, and the rest depends on it", step.endpoint);
            shared.keep(played.record);
            return Some(Finding::inconclusive(reason, Blame::Target));
        }
        if !played.heard.iter().any(unknown) {
            let finding = without(shared.spec, requirement, name);
            shared.keep(played.record);
            return Some(finding);
        }
    }
    if !drawn.has_choices() {
        shared.keep(played.record);
        return None;
    }
    let finding = judge::judge_case(shared.spec, requirement, &played.record, played.heard);
    let record = match finding.verdict {
        Verdict::Fail => shrink(shared, requirement, steps, drawn, session, played.record, &finding).await,
        _ => played.record,
    };
    shared.keep(record);
    None
}

async fn once(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &Drawn,
    session: &Variables,
) -> Played {
    let mut made = drawn.made.clone();
    made.extend(session.clone());
    let known = shared.world.borrow().with(&made);
    let played = play(shared, &drawn.case, steps, &requirement.teardown, known, &made).await;
    configuration::tidy(shared, &played.record).await;
    played
}

/// The smallest case that fails the same requirement for the same reason.
async fn shrink(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &mut Drawn,
    session: &Variables,
    first: Record,
    finding: &Finding,
) -> Record {
    let mut smallest = first;
    let reason = finding.evidence.as_ref().map(|evidence| evidence.expected.clone());
    let mut changed = drawn.simplify();
    for _ in 0..SHRINKS_MAX {
        if !changed || shared.halted().is_some() {
            break;
        }
        if drawn.case.steps.iter().zip(&smallest.case.steps).all(|(a, b)| a.draft == b.draft) {
            changed = drawn.simplify();
            continue;
        }
        let played = once(shared, requirement, steps, drawn, session).await;
        if played.stopped {
            break;
        }
        let again = judge::judge_case(shared.spec, requirement, &played.record, played.heard);
        let same = again.verdict == Verdict::Fail && again.evidence.map(|evidence| evidence.expected) == reason;
        if same {
            smallest = played.record;
            changed = drawn.simplify();
        } else {
            changed = drawn.complicate();
        }
    }
    smallest
}

/// What is said of a requirement for which a variable is not known.
fn without(spec: &Spec, requirement: &Requirement, name: &str) -> Finding {
    match requirement.opt_in {
        true => Finding::not_applicable(spec.hint(name)),
        false => Finding::inconclusive(spec.hint(name), Blame::Configuration),
    }
}

/// The first variable that nothing will make known. What cannot be put back is not begun.
fn unknown(shared: &Shared<'_>, requirement: &Requirement, steps: &[Step]) -> Option<String> {
    let world = shared.world.borrow();
    let all = || steps.iter().chain(&requirement.teardown);
    let captured: BTreeSet<&str> = all().flat_map(|step| &step.capture).map(|one| one.name.as_str()).collect();
    let comes_later = |name: &str| {
        let first = name.split(['.', ':', '+', '-']).next().unwrap_or_default();
        captured.contains(name)
            || captured.contains(first)
            || name.contains(':')
            || [OWN_SESSION, FRESH].iter().any(|prefix| name.starts_with(prefix))
            || ["now", "date", UNIQUE, "credentials"].contains(&first)
    };
    let mut names = all().flat_map(generate::variables_of);
    names.find(|name| !comes_later(name) && world.get(name).is_none() && !world.knows_secret(name))
}

fn needs_session(drawn: &Drawn, steps: &[Step]) -> bool {
    let in_drafts = drawn.case.steps.iter().flat_map(|step| variables_of(&step.draft));
    steps.iter().flat_map(generate::variables_of).chain(in_drafts).any(|name| name.starts_with(OWN_SESSION))
}

fn variables_of(draft: &Draft) -> Vec<String> {
    let Draft::Http(draft) = draft;
    let mut out: Vec<String> =
        draft.parameters.iter().flat_map(|(name, value)| names(name).into_iter().chain(names(value))).collect();
    out.extend(draft.raw.iter().flat_map(|raw| names(raw)));
    out
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
    let (made, _) = play_flow(shared, tag, Some(&names)).await.ok_or(first)?;
    for (name, made_as) in wanted.into_iter().zip(names) {
        let value = made.get(&made_as).ok_or_else(|| name.clone())?;
        known.open.insert(name, value.clone());
    }
    Ok(())
}

/// A session of our own.
async fn make(shared: &Shared<'_>, tag: &str) -> Option<Session> {
    if shared.sender.guard.allow() < Class::Write {
        return None;
    }
    let (variables, drawn) = play_flow(shared, tag, None).await?;
    Some(Session { variables, drawn })
}

/// Plays the flow that makes a session, as far as it gives what is wanted. Gives what it captured, and the calls that end the session.
async fn play_flow(shared: &Shared<'_>, tag: &str, wanted: Option<&[String]>) -> Option<(Variables, Drawn)> {
    let (name, flow) = shared.spec.flow(When::OwnSession)?;
    let number = *shared.made.borrow_mut().entry(tag.to_owned()).and_modify(|n| *n += 1).or_insert(1_u32);
    let purpose = Purpose::flow(name, format!("{tag}/{number}"));
    let draw = |steps| generate::flow(shared.spec, &purpose, steps, shared.plan.seed);
    let (mut drawn, mut teardown) = (draw(&flow.steps), draw(&flow.teardown));
    teardown.case.purpose = Purpose::flow(name, format!("{tag}/{number}/end"));
    let gives = |step: &Step, names: &[String]| step.capture.iter().any(|capture| names.contains(&capture.name));
    let last = wanted.and_then(|names| flow.steps.iter().rposition(|step| gives(step, names)));
    let steps = &flow.steps[..last.map_or(flow.steps.len(), |last| last + 1)];
    drawn.case.steps.truncate(steps.len());
    let known = shared.world.borrow().with(&drawn.made);
    // A flow may be played for a step of a case, which is itself being played.
    let played = Box::pin(play(shared, &drawn.case, steps, &[], known, &drawn.made)).await;
    let whole = played.missing.is_none() && played.heard.iter().all(Heard::accepted);
    let captured = played.captured.clone();
    shared.keep(played.record);
    whole.then_some((captured, teardown))
}

/// Ends a session of our own.
async fn end(shared: &Shared<'_>, session: Session) {
    let Some((_, flow)) = shared.spec.flow(When::OwnSession) else { return };
    let mut made = session.drawn.made.clone();
    made.extend(session.variables);
    let case = session.drawn.case;
    let known = shared.world.borrow().with(&made);
    let played = play(shared, &case, &flow.teardown, &[], known, &made).await;
    shared.keep(played.record);
}
