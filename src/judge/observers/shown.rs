//! The trait `Observer`, which the files beside this one implement, and `Shown`: one accepted answer, as it is handed to each of them.

use crate::{
    answer::Canonical,
    model::{
        exchange::Exchange,
        variables::Variables,
        verdict::{Evidence, Finding},
    },
    spec::Endpoint,
    vocabulary::Heard,
};

/// A requirement that looks at accepted answers.
pub(in crate::judge) trait Observer<'a> {
    /// Whether it looks at answers of an endpoint at all.
    fn wants(&self, _endpoint: &Endpoint) -> bool {
        true
    }

    /// Looks at an answer.
    fn see(&mut self, shown: &Shown<'_, 'a>);

    /// What is said of the requirement in the end. `answered` tells how its endpoint answered.
    fn finding(self: Box<Self>, answered: Answered) -> Finding;
}

/// How an endpoint answered the requests that should be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::judge) enum Answered {
    /// None was accepted.
    Never,
    /// Some were accepted; what others were refused, or were to show whose answers were lost, nobody knows.
    Partly,
    /// Nothing was refused that should be accepted.
    Wholly,
}

/// An accepted answer.
pub(in crate::judge) struct Shown<'s, 'a> {
    pub(in crate::judge) at: At,
    pub(in crate::judge) sent: &'a Exchange,
    pub(in crate::judge) variables: &'a Variables,
    pub(in crate::judge) endpoint: &'a Endpoint,
    pub(in crate::judge) heard: &'s Heard<'a>,
    /// Its canonical form; none where it has none, or where an equal answer to an equal question came before.
    pub(in crate::judge) distinct: Option<Distinct<'s>>,
}

/// An answer that stands for all equal answers to equal questions.
#[derive(Clone, Copy)]
pub(in crate::judge) struct Distinct<'s> {
    pub(in crate::judge) canonical: &'s Canonical,
    /// How often it came.
    pub(in crate::judge) times: usize,
}

/// Where an answer is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::judge) struct At {
    pub(in crate::judge) record: usize,
    pub(in crate::judge) exchange: usize,
}

impl At {
    pub(super) fn fail(self, expected: String, got: String) -> Finding {
        Finding::fail(Evidence { expected, got, record: self.record, exchange: self.exchange })
    }
}

/// Of what was seen, that which is recorded first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::judge) struct First<T>(Option<(At, T)>);

impl<T> Default for First<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> First<T> {
    /// Whether nothing was seen so far at that place or before it.
    pub(super) fn comes_after(&self, at: At) -> bool {
        self.0.as_ref().is_none_or(|(first, _)| at < *first)
    }

    pub(super) fn see(&mut self, at: At, what: T) {
        if self.comes_after(at) {
            self.0 = Some((at, what));
        }
    }

    pub(super) fn into_inner(self) -> Option<(At, T)> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_first_stays_in_whatever_order_it_was_seen() {
        let at = |record, exchange| At { record, exchange };
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let all = [at(1, 2), at(1, 0), at(3, 0)];
            let mut first = First::default();
            order.iter().for_each(|number| first.see(all[*number], *number));
            assert!(first.comes_after(at(0, 9)) && !first.comes_after(at(1, 0)) && !first.comes_after(at(2, 0)));
            assert_eq!(first.into_inner(), Some((at(1, 0), 1)));
        }
    }
}
