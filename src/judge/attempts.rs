//! The attempts to play one case, and what they show together.
//!
//! In: what each attempt showed. Out: the attempt that counts. The network is not the target: a case fails only where every attempt of
//! which the answers came fails; what failed once and held once is inconclusive, and so is what was lost. Only an answer that is lost each
//! time while others come in between is what the target does.

use crate::model::{
    case::{ATTEMPTS, LOSSES},
    exchange::{NoAnswerKind, Outcome},
    record::Record,
    suite::Suite,
    verdict::{Blame, Finding},
};

use super::{
    readings::{self, Readings},
    taken_back::NO_EFFECT,
};

/// What one case shows.
pub(super) enum Case {
    Holds(usize),
    Fails {
        expected: String,
        got: String,
        exchange: usize,
    },
    /// It fails some of the times that it is played.
    Sometimes {
        expected: String,
        got: String,
        exchange: usize,
    },
    Undecided(Finding),
}

/// One attempt to play a case.
pub(super) struct Attempt<'r> {
    /// Number of its record.
    pub(super) number: usize,
    pub(super) case: Case,
    /// The readings that are left after it.
    pub(super) readings: Readings<'r>,
    lost: Option<Loss>,
    /// Whether something else was answered after the loss.
    heard_again: bool,
}

/// Which answer was lost first, by its step and the turn of that, and how.
#[derive(Clone, Copy, PartialEq)]
struct Loss {
    step: usize,
    turn: usize,
    /// None where an answer broke off or has the status of a proxy.
    kind: Option<NoAnswerKind>,
}

impl<'r> Attempt<'r> {
    pub(super) fn of(number: usize, record: &Record, case: Case, mut readings: Readings<'r>) -> Self {
        let case = match (case, readings.unexplained.take()) {
            // An answer that fits no reading says nothing where a control says that something else changed.
            (Case::Holds(_), Some((exchange, got))) => {
                Case::Fails { expected: readings::in_words(readings.all), got, exchange }
            }
            (case, _) => case,
        };
        let lost = record.lost().map(|(turn, exchange)| Loss {
            step: exchange.step,
            turn,
            kind: match &exchange.outcome {
                Outcome::Nothing(nothing) => Some(nothing.kind),
                Outcome::Answer(_) => None,
            },
        });
        // What holds all the same does not depend on the answer that was lost.
        let lost = lost.filter(|_| !matches!(case, Case::Holds(_)));
        Self { number, case, readings, lost, heard_again: record.heard_again_ms.is_some() }
    }

    fn fails(&self) -> bool {
        self.lost.is_none() && matches!(self.case, Case::Fails { .. })
    }

    /// Whether it failed by an effect of what was refused.
    fn is_effect(&self) -> bool {
        matches!(&self.case, Case::Fails { expected, .. } if expected == NO_EFFECT)
    }

    /// The same, where it failed some of the times.
    fn sometimes(self, failed: usize, of: usize) -> Self {
        match self.case {
            Case::Fails { expected, got, exchange } => {
                let got = format!("{got}; {failed} of {of} times that it was sent");
                Self { case: Case::Sometimes { expected, got, exchange }, ..self }
            }
            case => Self { case, ..self },
        }
    }

    /// The same, with another outcome.
    fn undecided(self, reason: String, blame: Blame) -> Self {
        Self { case: Case::Undecided(Finding::inconclusive(reason, blame)), ..self }
    }
}

/// One that held, where any did.
fn held_one<'r>(last: Attempt<'r>, others: Vec<Attempt<'r>>) -> Attempt<'r> {
    others.into_iter().find(|attempt| matches!(attempt.case, Case::Holds(_))).unwrap_or(last)
}

/// The attempt that counts, of one or more.
pub(super) fn decide(mut attempts: Vec<Attempt<'_>>, suite: Suite) -> Attempt<'_> {
    let of = attempts.len();
    let lost = attempts.iter().filter(|attempt| attempt.lost.is_some()).count();
    let failed = attempts.iter().filter(|attempt| attempt.fails()).count();
    if failed > 0 {
        let held = attempts.iter().any(|attempt| matches!(attempt.case, Case::Holds(_)));
        // The last one was made smaller.
        let last = attempts.iter().rposition(Attempt::fails).unwrap_or(0);
        let last = attempts.swap_remove(last);
        return match (held, of - failed) {
            // What follows a request only sometimes is no effect of it.
            (true, _) if last.is_effect() => held_one(last, attempts),
            // What no library sends may meet another state of the target each time; that it ever fails is worth a look.
            (true, _) if suite == Suite::Fuzz => last.sometimes(failed, of),
            (true, _) => last.undecided(format!("it failed {failed} of {of} times that it was played"), Blame::Target),
            (false, 1..) if failed < ATTEMPTS as usize => last.undecided(
                format!("it failed {failed} of {of} times that it was played, and showed nothing the other times"),
                if lost > 0 { Blame::Network } else { Blame::Target },
            ),
            (false, _) => last,
        };
    }
    if let Some(came) = attempts.iter().position(|attempt| attempt.lost.is_none()) {
        return attempts.swap_remove(came);
    }
    let always = attempts.iter().all(|attempt| attempt.lost == attempts[0].lost && attempt.heard_again);
    let in_time = attempts[0].lost.is_none_or(|lost| lost.kind != Some(NoAnswerKind::Timeout));
    let enough = if in_time { LOSSES } else { ATTEMPTS };
    let last = attempts.swap_remove(of - 1);
    match last.case {
        // Always the same loss at the same request, and the target was there in between: that is what it does.
        Case::Fails { .. } if always && of >= enough as usize => last,
        Case::Fails { .. } => {
            last.undecided(format!("answers were lost {lost} of {of} times that it was played"), Blame::Network)
        }
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What several tries show together, in a word.
    #[track_caller]
    fn check(expects: &str, fails: &[bool], suite: Suite, shows: &str) {
        let attempts = fails.iter().enumerate().map(|(number, fails)| Attempt {
            number,
            case: match fails {
                true => Case::Fails { expected: expects.to_owned(), got: "x".to_owned(), exchange: 0 },
                false => Case::Holds(1),
            },
            readings: Readings::default(),
            lost: None,
            heard_again: false,
        });
        let shown = match decide(attempts.collect(), suite).case {
            Case::Holds(_) => "holds".to_owned(),
            Case::Fails { .. } => "fails".to_owned(),
            Case::Sometimes { got, .. } => got,
            Case::Undecided(_) => "undecided".to_owned(),
        };
        assert_eq!(shown, shows, "{fails:?}");
    }

    #[test]
    fn what_fails_some_of_three_times_is_a_warning_where_it_is_fuzzing() {
        let (all, two, one) = ([true; 3], [true, false, true], [true, false, false]);
        check("a", &all, Suite::Fuzz, "fails");
        check("a", &two, Suite::Fuzz, "x; 2 of 3 times that it was sent");
        check("a", &one, Suite::Fuzz, "x; 1 of 3 times that it was sent");
        check("a", &two, Suite::Response, "undecided");
        check(NO_EFFECT, &all, Suite::Fuzz, "fails");
        check(NO_EFFECT, &two, Suite::Fuzz, "holds");
    }
}
