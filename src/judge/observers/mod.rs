//! Observed requirements: each looks at all accepted answers of a run, whoever asked for them. One file each, listed below.
//!
//! In: a requirement (its `Demand` says which observer it needs), and each answer once, in any order. Out: one finding at the end. What an
//! observer says depends on what it saw and where that is recorded, never on the order in which it was shown. An answer is let go after
//! it was shown.

mod as_written;
mod every_answer;
mod named;
mod notations;
mod own_schema;
mod permission_notation;
mod present;
mod schema;
mod shown;
mod typed;

pub(super) use shown::{Answered, At, Distinct, Shown};

use shown::Observer;

use crate::spec::{Demand, Requirement, Spec};

/// An observer of one endpoint, which stays on the thread that shows it answers.
pub(super) type Local<'a> = Box<dyn Observer<'a> + 'a>;

/// An observer of answers of many endpoints, which are shown to it from many threads.
pub(super) type Global<'a> = Box<dyn Observer<'a> + Send + 'a>;

/// The observer of a requirement that looks at the answers of its own endpoint; none for any other requirement.
pub(super) fn of_endpoint<'a>(spec: &'a Spec, requirement: &'a Requirement) -> Option<Local<'a>> {
    let endpoint = &spec.endpoints[&requirement.endpoint];
    Some(match &requirement.demand {
        Demand::Present(row) => Box::new(present::Present::of(endpoint, &endpoint.elements[*row])),
        Demand::Typed(row) => Box::new(typed::Typed::of(endpoint, &endpoint.elements[*row])),
        Demand::Named(row) => Box::new(named::Named::of(*row)),
        Demand::Shape => Box::new(permission_notation::PermissionNotation::default()),
        Demand::Schema => Box::new(schema::Schema::of(spec, requirement)),
        Demand::EveryAnswer { own: true, expect, readings } => {
            Box::new(every_answer::EveryAnswer::of(spec, requirement, expect, readings))
        }
        Demand::Steps(_)
        | Demand::Archive(_)
        | Demand::Feed(_)
        | Demand::Sequence(_)
        | Demand::OwnSchema
        | Demand::AsWritten(_)
        | Demand::EveryAnswer { own: false, .. } => {
            return None;
        }
    })
}

/// The observer of a requirement that looks at the answers of many endpoints; none for any other requirement.
pub(super) fn of_all<'a>(spec: &'a Spec, requirement: &'a Requirement) -> Option<Global<'a>> {
    match &requirement.demand {
        Demand::OwnSchema => Some(Box::new(own_schema::OwnSchema::of(requirement))),
        Demand::AsWritten(what) => Some(Box::new(as_written::Written::of(spec, *what))),
        Demand::EveryAnswer { own: false, expect, readings } => {
            Some(Box::new(every_answer::EveryAnswer::of(spec, requirement, expect, readings)))
        }
        _ => None,
    }
}
