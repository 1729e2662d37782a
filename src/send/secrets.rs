//! Secrets of the run, and their removal from whatever leaves it.

use std::cell::RefCell;

use crate::exchange::{Exchange, Outcome, REDACTED};

/// A text shorter than this is no secret that could be searched for.
const LENGTH_MIN: usize = 6;

/// What must never be seen.
#[derive(Default)]
pub(super) struct Secrets(RefCell<Vec<String>>);

impl Secrets {
    /// From now on the text is a secret, plain and as it stands in a query.
    pub(super) fn add(&self, text: &str) {
        let mut all = self.0.borrow_mut();
        for form in [text.to_owned(), super::percent(text)] {
            if form.len() >= LENGTH_MIN && !all.contains(&form) {
                all.push(form);
            }
        }
        // A secret that has another one in it goes first.
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    pub(super) fn redact(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for secret in self.0.borrow().iter().filter(|secret| text.contains(secret.as_str())) {
            out = out.replace(secret.as_str(), REDACTED);
        }
        out
    }

    /// Bytes that are no text, with the secrets in them written over.
    fn cover(&self, bytes: &mut [u8]) {
        for secret in self.0.borrow().iter().map(String::as_bytes) {
            let mut from = 0;
            while let Some(at) = bytes[from..].windows(secret.len()).position(|window| window == secret) {
                bytes[from + at..from + at + secret.len()].fill(b'*');
                from += at + secret.len();
            }
        }
    }

    /// The exchange without secrets.
    pub(super) fn clean(&self, mut exchange: Exchange) -> Exchange {
        let request = &mut exchange.request;
        for text in [&mut request.query, &mut request.body, &mut request.authorization, &mut request.path] {
            *text = self.redact(text);
        }
        for (_, value) in request.parameters.iter_mut().chain(&mut request.headers) {
            *value = self.redact(value);
        }
        match &mut exchange.outcome {
            Outcome::Answer(answer) => {
                answer.body = self.redact(&answer.body);
                if let Some(bytes) = &mut answer.bytes {
                    self.cover(bytes);
                }
                for (_, value) in &mut answer.headers {
                    *value = self.redact(value);
                }
            }
            Outcome::Nothing(nothing) => nothing.says = self.redact(&nothing.says),
        }
        exchange
    }
}
