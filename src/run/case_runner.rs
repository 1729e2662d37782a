//! Runs one case of a requirement: plays it, says why it shows nothing where it does not, and has it made smaller where it fails.
//!
//! In: a drawn case and the session that it acts on. Out: its record in the journal, and a finding where nothing could be learnt.

use crate::{
    generate::Drawn,
    judge,
    model::{
        case::{Purpose, Role},
        variables::Variables,
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Capture, Requirement, Spec, Step},
    vocabulary::Heard,
};

use super::{play::play, shared::Shared, shrink::shrink};

/// Runs a case. Gives a finding only where nothing could be learnt.
pub(super) async fn run(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &mut Drawn,
    session: &Variables,
) -> Option<Finding> {
    let mut played = play(shared, requirement, steps, drawn, session).await;
    if played.stopped {
        // Half a case shows nothing of its requirement, but what was sent is told.
        played.record.case.purpose = Purpose::flow("stopped", requirement.id.as_str());
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

/// What is said of a requirement for which a variable is not known.
pub(super) fn without(spec: &Spec, requirement: &Requirement, name: &str) -> Finding {
    match requirement.opt_in {
        true => Finding::not_applicable(spec.hint(name)),
        false => Finding::inconclusive(spec.hint(name), Blame::Configuration),
    }
}
