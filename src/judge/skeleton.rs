//! What kind of answer an answer is, whatever stands in it.
//!
//! In: exchanges of fuzzing. Out: the status with the names of elements and the words of the text that were not sent, so that two answers
//! with the same come of the same place of a target.

use std::collections::BTreeSet;

use crate::{
    model::{
        exchange::{Exchange, Outcome},
        record::Record,
        suite::Suite,
    },
    spec::Spec,
};

/// The most words of an answer that are looked at.
const WORDS_MAX: usize = 400;

/// What kind of answer an exchange has.
#[must_use]
pub fn skeleton(exchange: &Exchange) -> String {
    let answer = match &exchange.outcome {
        Outcome::Answer(answer) => answer,
        Outcome::Nothing(nothing) => return format!("{} {:?}", exchange.endpoint, nothing.kind),
    };
    let sent = exchange.request().map(|request| format!("{} {}", request.target(), request.body)).unwrap_or_default();
    let letters = |c: char| !(c.is_ascii_alphabetic() || c == '_');
    let words = answer.body.split(letters).filter(|word| word.len() > 2).take(WORDS_MAX);
    let words: BTreeSet<&str> = words.filter(|word| !sent.contains(word)).collect();
    let words: Vec<&str> = words.into_iter().collect();
    format!("{} {} {}", exchange.endpoint, answer.status, words.join(" "))
}

/// The count of kinds of answers to what no library sends; none where nothing of that was sent.
pub(super) fn count(spec: &Spec, records: &[Record]) -> Option<usize> {
    let of_fuzz = records.iter().filter(|record| {
        let requirement = record.case.purpose.requirement().and_then(|id| spec.requirements.get(id));
        requirement.is_some_and(|requirement| requirement.suite == Suite::Fuzz)
    });
    let kinds: BTreeSet<String> = of_fuzz.flat_map(|record| record.exchanges.iter().map(skeleton)).collect();
    Some(kinds.len()).filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        case::Role,
        exchange::{Answer, Request, Sent},
    };

    fn answered(query: &str, status: u16, body: &str) -> String {
        let request = Request { query: query.to_owned(), ..Request::read("/a") };
        let answer = Answer::of(status, Vec::new(), body.as_bytes().to_vec(), None);
        skeleton(&Exchange {
            endpoint: "command/a".into(),
            role: Role::Probe,
            step: 0,
            at_ms: 0,
            took_ms: 0,
            again: 0,
            renewed: false,
            shared: None,
            sent: Sent::Http(request),
            outcome: Outcome::Answer(answer),
        })
    }

    #[test]
    fn what_was_sent_and_numbers_are_no_part_of_it() {
        let one = answered("b=first", 400, "<error>first is no number, 12</error>");
        assert_eq!(one, answered("b=other", 400, "<error>other is no number, 7</error>"));
        assert_ne!(one, answered("b=first", 200, "<error>first is no number, 12</error>"));
        assert_ne!(one, answered("b=first", 400, "<error>first is too long</error>"));
    }
}
