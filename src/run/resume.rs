//! A run that was broken off is taken up again: what it tested is kept, and what it made and could not take away is taken away now.
//!
//! In: what is taken up of it. Out: requests that end what it left. Nothing is touched that is not shown to be made by it.

use crate::{
    judge,
    model::{case::Class, record::Record},
    spec::Own,
};

use super::{cleanup, shared::Shared, taken_away};

/// Where this run ends before its end, too, the next one that takes it up has to know what the first one may have left.
pub(super) fn remember(shared: &Shared<'_>) {
    if shared.halted().is_some() {
        shared.plan.resumed.unfinished.iter().for_each(|record| shared.keep_half(record.clone()));
    }
}

/// Takes away what the run left that was broken off, and keeps what it recorded of that.
pub(super) async fn take_up(shared: &Shared<'_>) {
    let resumed = &shared.plan.resumed;
    let guard = &shared.sender.guard;
    for own in resumed.all().flat_map(|record| judge::owned(shared.spec, record)) {
        if let Own::Session(id) = &own {
            // It is named in answers, so it must be known to be ours before it is ended.
            guard.found(id);
        }
        shared.owns(&own);
    }
    resumed.flows.iter().for_each(|record| shared.keep_again(record.clone()));
    if guard.allow() < Class::Write {
        return;
    }
    let all: Vec<&Record> = resumed.all().collect();
    cleanup::after_a_break(shared, &all).await;
    taken_away::after_a_break(shared, &all, &resumed.unfinished).await;
}
