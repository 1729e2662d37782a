//! A group: the requirements of one endpoint, one after another, with a session of their own where they need one.

use std::collections::BTreeSet;

use crate::{
    generate::{self, Drawn},
    judge,
    model::{
        case::{ATTEMPTS, CONTROL, CaseStep, Purpose, Role},
        credential::AccountRole,
        variables::EACH,
        verdict::{Blame, Finding},
    },
    spec::{Demand, FRESH, OWN_SESSION, Requirement, Step, UNIQUE, UNIQUE_LETTERS, glob},
    vocabulary::Heard,
};

use super::{
    case_runner::{self, Next, Tally},
    cleanup, deaths,
    earlier::{Again, Earlier},
    flow,
    session::{Loss, Session, end, make, variables_of},
    shared::{Event, Shared},
    taken_away,
};

/// Plays the cases of the requirements of one endpoint.
pub(super) async fn run(shared: &Shared<'_>, endpoint: &str, requirements: Vec<&Requirement>) {
    let mut session: Option<Session> = None;
    let documented = shared.spec.documented_chapter() == Some(endpoint);
    let last = shared.last_shared.borrow().get(endpoint).copied();
    let earlier = Earlier::new(documented, last.unwrap_or_else(|| shared.plan.resumed.last_shared(endpoint)));
    for requirement in &requirements {
        let finding = match shared.halted() {
            // Where nothing more is sent, what an earlier run tested is still there.
            Some(finding) => Some(finding).filter(|_| !is_taken_up(shared, requirement)),
            None => match beforehand(shared, requirement) {
                Some(finding) => Some(finding),
                None => test(shared, requirement, &mut session, &earlier, 0).await,
            },
        };
        (shared.on_event)(Event::Tested { requirement: &requirement.id, whole: finding.is_none() });
        if let Some(finding) = finding {
            shared.unsent.borrow_mut().insert(requirement.id.clone(), finding);
        }
    }
    for requirement in ask_again(shared, endpoint, &earlier, &requirements).await {
        let _found_already = test(shared, requirement, &mut session, &earlier, 1).await;
    }
    shared.last_shared.borrow_mut().insert(endpoint.to_owned(), earlier.numbers.get());
    taken_away::after_group(shared, &earlier.made).await;
    if let Some(session) = session {
        end(shared, session).await;
    }
    cleanup::after_group(shared, endpoint).await;
}

/// Asks the controls once more on which a refusal rests: one of each endpoint and account, and the others where that one is not accepted any
/// more. Gives the requirements of those that are not accepted any more: they are played again, each case with a control of its own.
async fn ask_again<'r>(
    shared: &Shared<'_>,
    endpoint: &str,
    earlier: &Earlier,
    requirements: &[&'r Requirement],
) -> Vec<&'r Requirement> {
    let mut unsupported = BTreeSet::new();
    let mut accepted = BTreeSet::new();
    // The last one is what is nearest to what it speaks for.
    for again in earlier.again().into_iter().rev() {
        if shared.halted().is_some() {
            break;
        }
        let asks = serde_json::to_string(&again.asks()).unwrap_or_default();
        if accepted.contains(&asks) {
            continue;
        }
        match is_accepted(shared, endpoint, &again).await {
            true => drop(accepted.insert(asks)),
            false => unsupported.extend(again.users),
        }
    }
    requirements.iter().copied().filter(|requirement| unsupported.contains(&requirement.id)).collect()
}

/// Whether a control is accepted once more. What is lost is no refusal, and is asked again.
async fn is_accepted(shared: &Shared<'_>, endpoint: &str, again: &Again) -> bool {
    let purpose = Purpose::flow(CONTROL, judge::tag_of_control(endpoint, again.number));
    let mut drawn = shared.flow(&purpose, std::slice::from_ref(&again.step));
    for attempt in 0..ATTEMPTS {
        drawn.attempt(attempt);
        // The same values, under names of its own.
        drawn.case.steps = vec![CaseStep { role: Role::Setup, ..again.case_step.clone() }];
        let mut known = again.known.clone();
        let names = [UNIQUE, UNIQUE_LETTERS].into_iter().filter_map(|name| drawn.made.get_key_value(name));
        known.open.extend(names.map(|(name, value)| (name.clone(), value.clone())));
        let played = flow::play(shared, &drawn.case, std::slice::from_ref(&again.step), known, &drawn.made).await;
        let accepted = !played.heard.is_empty() && played.heard.iter().all(Heard::accepted);
        let lost = played.record.lost().is_some();
        shared.keep(played.record);
        if !lost {
            return accepted;
        }
    }
    false
}

/// What can be said of a requirement before anything is sent.
fn beforehand(shared: &Shared<'_>, requirement: &Requirement) -> Option<Finding> {
    if let Some(finding) = shared.deaths.why_left_out(&requirement.id) {
        return Some(finding);
    }
    let named = shared.world.borrow().get("api_version").and_then(|text| text.parse().ok());
    if let (Some(since), Some(version)) = (requirement.since, shared.plan.api_version.or(named))
        && since > version
    {
        return Some(Finding::not_applicable(format!("since API version {since}; the target has {version}")));
    }
    let Demand::Steps(steps) = &requirement.demand else { return None };
    if let Some(finding) = steps_aside(shared, requirement) {
        return Some(finding);
    }
    let waits_s = steps.iter().fold(0_u32, |all, step| all.saturating_add(step.wait_s));
    if waits_s > shared.plan.patience_s {
        return Some(Finding::not_applicable(format!("it waits {waits_s} seconds; let it with --patience {waits_s}")));
    }
    let below_tls = |step: &Step| step.written.as_ref().is_some_and(|written| written.below_tls);
    if !shared.sender.has_tls() && steps.iter().any(below_tls) {
        return Some(Finding::not_applicable("the target has no TLS"));
    }
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

/// What is said of a requirement that does not concern the target, by what the operator says of it.
fn steps_aside(shared: &Shared<'_>, requirement: &Requirement) -> Option<Finding> {
    let request = shared.spec.endpoints.get(&requirement.endpoint)?.request.as_ref()?;
    let world = shared.world.borrow();
    let said = |(name, pattern): (&'_ String, &'_ String)| {
        let value = world.get(name).filter(|value| glob(pattern, value))?;
        let says = shared.spec.fixtures.get(name).map(|fixture| fixture.says.as_str()).unwrap_or_default();
        Some(Finding::not_applicable(format!("the operator says {name} = {value} ({says})")))
    };
    request.steps_aside.iter().filter(|_| !requirement.opt_in).find_map(said)
}

/// Plays the cases of one requirement. Gives a finding only where nothing could be sent.
async fn test(
    shared: &Shared<'_>,
    requirement: &Requirement,
    session: &mut Option<Session>,
    earlier: &Earlier,
    first_attempt: u32,
) -> Option<Finding> {
    let Demand::Steps(steps) = &requirement.demand else { return None };
    for role in [AccountRole::Spare, AccountRole::Spent] {
        shared.sender.forget_token(role);
    }
    if let Some(name) = unknown(shared, requirement, steps) {
        return Some(shared.world.borrow().without(shared.spec, requirement, &name));
    }
    if is_taken_up(shared, requirement) {
        return None;
    }
    for mut drawn in shared.cases(requirement) {
        let mut tally = Tally::default();
        if first_attempt > 0 {
            drawn.attempt(first_attempt);
        }
        let next = loop {
            let lane = deaths::lane(shared, requirement, drawn.case.attempt).await;
            let next = attempt(shared, requirement, steps, &mut drawn, session, earlier, &mut tally).await;
            drop(lane);
            match next {
                Next::Attempt => drawn.attempt(drawn.case.attempt + 1),
                Next::Dead => match deaths::look_into(shared, requirement).await {
                    None => drawn.attempt(drawn.case.attempt + 1),
                    left_out => return left_out,
                },
                next => break next,
            }
        };
        match next {
            Next::Case(None) | Next::Attempt | Next::Dead => {}
            Next::Case(finding) => return finding,
            Next::Nothing => break,
        }
    }
    None
}

/// Keeps what an earlier run recorded of a requirement, where that is all of it.
fn is_taken_up(shared: &Shared<'_>, requirement: &Requirement) -> bool {
    let Some(records) = shared.plan.resumed.whole.get(&requirement.id) else { return false };
    records.iter().for_each(|record| shared.keep_again(record.clone()));
    true
}

/// Plays one attempt of a case. The first acts on the session of the group, any other on one of its own.
async fn attempt(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &mut Drawn,
    session: &mut Option<Session>,
    earlier: &Earlier,
    tally: &mut Tally,
) -> Next {
    let mut own: Option<Session> = None;
    let fresh = requirement.fresh_session || drawn.case.attempt > 0;
    if let Some(name) = session_variable(drawn, steps).filter(|_| fresh || session.is_none()) {
        let (place, tag) = if fresh { (&mut own, &*requirement.id) } else { (&mut *session, &*requirement.endpoint) };
        let made = make(shared, tag).await;
        earlier.changed(None);
        match made {
            Ok(session) => *place = Some(session),
            Err(Loss::Lost) => {
                let says = "answers were lost to what makes a session of its own";
                return Next::Case(Some(Finding::inconclusive(says, Blame::Network)));
            }
            Err(Loss::Refused) => {
                return Next::Case(Some(shared.world.borrow().without(shared.spec, requirement, &name)));
            }
        }
    }
    let ours = if fresh { &own } else { &*session };
    let variables = ours.as_ref().map(|session| session.variables.clone()).unwrap_or_default();
    let next = case_runner::run(shared, requirement, steps, drawn, &variables, earlier, tally).await;
    if let Some(own) = own {
        end(shared, own).await;
        earlier.changed(None);
    }
    next
}

/// The first variable that nothing will make known. What cannot be put back is not begun.
pub(super) fn unknown(shared: &Shared<'_>, requirement: &Requirement, steps: &[Step]) -> Option<String> {
    let world = shared.world.borrow();
    let all = || steps.iter().chain(&requirement.teardown);
    let captured: BTreeSet<&str> = all().flat_map(|step| &step.capture).map(|one| one.name.as_str()).collect();
    let comes_later = |name: &str| {
        let first = name.split(['.', ':', '+', '-']).next().unwrap_or_default();
        captured.contains(name)
            || captured.contains(first)
            || name.contains(':')
            || [OWN_SESSION, FRESH].iter().any(|prefix| name.starts_with(prefix))
            || ["now", "date", "monday", UNIQUE, UNIQUE_LETTERS, EACH, "credentials"].contains(&first)
    };
    let mut names = all().flat_map(generate::variables_of);
    names.find(|name| !comes_later(name) && world.get(name).is_none() && !world.knows_secret(name))
}

/// What a case takes from a session of the run's own; none where it acts on none.
pub(super) fn session_variable(drawn: &Drawn, steps: &[Step]) -> Option<String> {
    let in_drafts = drawn.case.steps.iter().flat_map(|step| variables_of(&step.draft));
    steps.iter().flat_map(generate::variables_of).chain(in_drafts).find(|name| name.starts_with(OWN_SESSION))
}
