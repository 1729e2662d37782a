//! What must hold of the answer to a request that no library sends.
//!
//! In: an answer that was read. Out: whether the target stayed sound, and whether it refused what must be refused. A close is lawful after
//! what cannot be read (RFC 9112, 2.2, 9.6), 501 for a method and 505 for a version; silence is where we cut the request ourselves.

use std::sync::Arc;

use super::{
    heard::{Heard, shorten},
    holds::Holds,
    whole_body::well_formed,
};
use crate::model::{
    credential::REDACTED,
    exchange::{Answer, HeadSlip, NoAnswerKind, Outcome},
    variables::{DIED_OF, Variables},
    written::{INJECTED, MARK},
};

/// What is expected of an answer that may show no stack trace.
pub const NO_TRACE: &str = "the answer shows nothing of the inside of the target";

/// How a script for the representative console begins (p. 52).
const SCRIPT: &str = "BRCS";

/// What must hold of the answer to a hostile request.
#[derive(Debug, Clone)]
pub enum Hostile {
    /// The target is sound: no error of its own, no hang, no more than one answer, nothing in it that should not be there.
    Sound(Arc<Soundness>),
    /// Whatever it is: what comes after it is looked at.
    Any,
    /// The target is there, and answers.
    Alive,
    /// The target refuses.
    Rejected {
        /// Whether with 400 alone; otherwise any refusal or a close does.
        with_400: bool,
        /// Further statuses that do.
        also: Vec<u16>,
    },
}

/// What is sound.
#[derive(Debug, Clone, Default)]
pub struct Soundness {
    /// Whether a close without an answer is.
    pub closes: bool,
    /// Whether silence is, and no answer of success.
    pub cut: bool,
    /// Statuses from 500 on that are, besides 501 and 505.
    pub also: Vec<u16>,
    /// Texts of stack traces and libraries, which are not.
    pub traces: Arc<[String]>,
}

impl Hostile {
    /// Whether it is looked at whether the target is there, so that no answer is one, too.
    #[must_use]
    pub fn is_of_life(&self) -> bool {
        matches!(self, Self::Any | Self::Alive)
    }

    pub(super) fn holds(&self, heard: &Heard<'_>, variables: &Variables) -> Holds {
        let outcome = &heard.exchange.outcome;
        match self {
            Self::Sound(sound) => sound.holds(outcome),
            Self::Any => Holds::Yes,
            Self::Alive => match outcome {
                Outcome::Answer(answer) if answer.status < 500 => Holds::Yes,
                _ => {
                    let sequence = variables.get(DIED_OF).map_or("a lawful request", String::as_str);
                    let got = format!("after {sequence}: {}", came(outcome));
                    Holds::No("a lawful request is answered".to_owned(), got)
                }
            },
            Self::Rejected { with_400, also } => {
                let expected = match with_400 {
                    true => "the request is refused with 400",
                    false => "the request is refused, or the connection is closed",
                };
                let rejects = match outcome {
                    Outcome::Answer(answer) if also.contains(&answer.status) => true,
                    Outcome::Answer(answer) if *with_400 => answer.status == 400,
                    Outcome::Answer(answer) => matches!(answer.status, 400..=499 | 501 | 505),
                    Outcome::Nothing(nothing) => !with_400 && nothing.kind == NoAnswerKind::Closed,
                };
                if rejects { Holds::Yes } else { Holds::No(expected.to_owned(), came(outcome)) }
            }
        }
    }
}

impl Soundness {
    fn holds(&self, outcome: &Outcome) -> Holds {
        let no = |expected: &str, got: String| Holds::No(expected.to_owned(), got);
        let answer = match outcome {
            Outcome::Answer(answer) => answer,
            Outcome::Nothing(nothing) => {
                return match nothing.kind {
                    NoAnswerKind::Closed if self.closes || self.cut => Holds::Yes,
                    NoAnswerKind::Silent if self.cut => Holds::Yes,
                    NoAnswerKind::Silent | NoAnswerKind::Timeout => {
                        no("the target answers, or closes the connection", nothing.says.clone())
                    }
                    NoAnswerKind::Garbled | NoAnswerKind::Broken => {
                        no("the answer is whole HTTP", nothing.says.clone())
                    }
                    _ => no("the target answers", nothing.says.clone()),
                };
            }
        };
        if answer.status >= 500 && !matches!(answer.status, 501 | 505) && !self.also.contains(&answer.status) {
            return no("no error of the server", came(outcome));
        }
        if self.cut && (200..300).contains(&answer.status) {
            return no("a request that did not come to its end has no success", came(outcome));
        }
        if answer.slips.contains(&HeadSlip::BytesBehind) {
            return no("one answer to one request", HeadSlip::BytesBehind.says().to_owned());
        }
        if let Some(value) = answer.header(INJECTED) {
            return no("no value ends the line of its header", format!("a header {INJECTED}: {}", shorten(value)));
        }
        if let Some(trace) = self.traces.iter().find(|trace| answer.body.contains(trace.as_str())) {
            return no(NO_TRACE, format!("`{trace}` in its body"));
        }
        if answer.body.contains(REDACTED) {
            return no("no secret comes back", "a secret of the run in its body".to_owned());
        }
        match marked_up(answer) {
            Ok(()) => Holds::Yes,
            Err((expected, got)) => no(expected, got),
        }
    }
}

/// Whether the body is what its type says, and has nothing of ours in it that was not escaped.
fn marked_up(answer: &Answer) -> Result<(), (&'static str, String)> {
    let media = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let media = media.to_ascii_lowercase();
    let (xml, html) = (media.ends_with("/xml") || media.ends_with("+xml"), media == "text/html");
    if (xml || html) && answer.body.contains(&format!("<{MARK}")) {
        return Err(("what was sent comes back escaped", format!("`<{MARK}` in a body of the type {media}")));
    }
    let more = |line: &str| line.starts_with(INJECTED) || line.contains(&format!("&{INJECTED}="));
    if answer.body.starts_with(SCRIPT) && answer.body.lines().any(more) {
        return Err(("no value begins another command of a script", format!("`{INJECTED}` as one")));
    }
    if answer.body.trim().is_empty() || answer.goes_on() {
        return Ok(());
    }
    if xml {
        return well_formed(&answer.body).map_err(|fault| ("the body is well-formed XML", fault));
    }
    if media == "application/json" || media.ends_with("+json") {
        let read = serde_json::from_str::<serde::de::IgnoredAny>(&answer.body);
        return read.map(|_| ()).map_err(|fault| ("the body is JSON", fault.to_string()));
    }
    Ok(())
}

fn came(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answer(answer) => format!("the status {}", answer.status),
        Outcome::Nothing(nothing) => nothing.says.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::Cut;

    fn answer(status: u16, media: &str, body: &str) -> Outcome {
        let headers = vec![("content-type".to_owned(), media.to_owned())];
        Outcome::Answer(Answer::of(status, headers, body.as_bytes().to_vec(), None::<Cut>))
    }

    #[track_caller]
    fn check(sound: &Soundness, outcome: Outcome, expected: bool) {
        assert_eq!(sound.holds(&outcome) == Holds::Yes, expected, "{outcome:?}");
    }

    #[test]
    fn what_a_standard_lets_a_target_do_is_sound() {
        let closes = Soundness { closes: true, ..Soundness::default() };
        for status in [200, 301, 400, 404, 431, 501, 505] {
            check(&closes, answer(status, "text/plain", "x"), true);
        }
        for status in [500, 502, 503] {
            check(&closes, answer(status, "text/plain", "x"), false);
            check(&Soundness { also: vec![status], ..closes.clone() }, answer(status, "text/plain", "x"), true);
        }
        check(&closes, Outcome::nothing(NoAnswerKind::Closed, ""), true);
        check(&closes, Outcome::nothing(NoAnswerKind::Silent, ""), false);
        check(&closes, Outcome::nothing(NoAnswerKind::Garbled, ""), false);
        check(&Soundness::default(), Outcome::nothing(NoAnswerKind::Closed, ""), false);
        let cut = Soundness { cut: true, ..Soundness::default() };
        check(&cut, Outcome::nothing(NoAnswerKind::Silent, ""), true);
        check(&cut, Outcome::nothing(NoAnswerKind::Closed, ""), true);
        check(&cut, answer(200, "text/plain", ""), false);
        check(&cut, answer(408, "text/plain", ""), true);
    }

    #[test]
    fn an_answer_is_what_it_says_and_shows_nothing_of_the_inside() {
        let sound = Soundness { traces: ["Traceback (most".to_owned()].into(), ..Soundness::default() };
        for (media, body, expected) in [
            ("text/plain", "<touchmark-mark>", true),
            ("text/html; charset=UTF-8", "<p>&lt;touchmark-mark>", true),
            ("text/html", "<p><touchmark-mark a='b'>", false),
            ("text/xml", "<a><touchmark-mark/></a>", false),
            ("text/xml", "<a>&lt;touchmark-mark/></a>", true),
            ("application/problem+xml", "<a>", false),
            ("text/xml", "", true),
            ("application/json", "{\"a\": \"<touchmark-mark>\"}", true),
            ("application/json", "{\"a\": }", false),
            ("text/plain", "BRCS1.0\naction=login\naction=a&b=touchmark-mark%0Atouchmark-injected", true),
            ("text/plain", "BRCS1.0\naction=a&b=touchmark-mark\r\ntouchmark-injected: 1", false),
            ("text/plain", "BRCS1.0\naction=a&b=touchmark-mark&touchmark-injected=1", false),
            ("text/plain", "Traceback (most recent call last)", false),
            ("text/plain", "token=[redacted]", false),
        ] {
            check(&sound, answer(400, media, body), expected);
        }
        let Outcome::Answer(mut split) = answer(400, "text/plain", "") else { return };
        split.headers.push((INJECTED.to_owned(), "1".to_owned()));
        check(&sound, Outcome::Answer(split.clone()), false);
        split.headers.clear();
        split.slips.push(HeadSlip::BytesBehind);
        check(&sound, Outcome::Answer(split), false);
    }
}
