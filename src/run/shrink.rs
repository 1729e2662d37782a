//! Shrinking: the smallest case that fails as a drawn one did.
//!
//! In: a case that failed and the tree that it was drawn from. Out: the record of the smallest one that was found. Each try is real
//! requests, so their number is bounded. How one value gets smaller is said where it is drawn, in `generate`.

use crate::{
    generate::Drawn,
    judge,
    model::{
        record::Record,
        variables::Variables,
        verdict::{Finding, Verdict},
    },
    spec::{Requirement, Step},
};

use super::{play::play, shared::Shared};

/// The most simplifications that are tried on one failing case; each is real requests.
const SHRINKS_MAX: u32 = 40;

/// The smallest case that fails the same requirement for the same reason.
pub(super) async fn shrink(
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
        let played = play(shared, requirement, steps, drawn, session, None).await;
        if played.stopped {
            shared.keep_half(played.record);
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
