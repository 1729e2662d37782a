//! Secrets of the run, and their removal from whatever leaves it.

use std::{cell::RefCell, ops::Range, sync::Arc};

use aho_corasick::AhoCorasick;

use crate::model::{
    credential::{Credential, REDACTED},
    exchange::{Exchange, Outcome, Sent},
};

/// A text shorter than this is no secret that could be searched for.
const LENGTH_MIN: usize = 6;

/// What must never be seen.
#[derive(Default)]
pub(super) struct Secrets(RefCell<Known>);

#[derive(Default)]
struct Known {
    all: Vec<String>,
    /// Finds all of them at once; none while there are none.
    finder: Option<AhoCorasick>,
}

impl Secrets {
    /// From now on the text is a secret, plain and as it stands in a query.
    pub(super) fn add(&self, text: &str) {
        let mut known = self.0.borrow_mut();
        for form in [text.to_owned(), super::percent(text)] {
            if form.len() >= LENGTH_MIN && !known.all.contains(&form) {
                known.all.push(form);
                known.finder = None;
            }
        }
    }

    /// Where secrets stand in bytes, from first to last. Those that run into each other are one place.
    fn places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut known = self.0.borrow_mut();
        if known.finder.is_none() && !known.all.is_empty() {
            known.finder = Some(AhoCorasick::new(&known.all).expect("secrets are few and short"));
        }
        let mut places: Vec<Range<usize>> = Vec::new();
        for found in known.finder.iter().flat_map(|finder| finder.find_overlapping_iter(bytes)) {
            // They come in the order of their ends.
            let mut place = found.range();
            while let Some(before) = places.pop_if(|before| before.end > place.start) {
                place.start = place.start.min(before.start);
            }
            places.push(place);
        }
        places
    }

    pub(super) fn redact(&self, text: &str) -> String {
        self.clean_text(text).unwrap_or_else(|| text.to_owned())
    }

    /// A text without its secrets; none where it has none.
    fn clean_text(&self, text: &str) -> Option<String> {
        let places = self.places(text.as_bytes());
        if places.is_empty() {
            return None;
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for place in places {
            out.push_str(&text[from..place.start]);
            out.push_str(REDACTED);
            from = place.end;
        }
        out.push_str(&text[from..]);
        Some(out)
    }

    /// Bytes that are no text, with the secrets in them written over.
    fn cover(&self, bytes: &mut [u8]) {
        for place in self.places(bytes) {
            bytes[place].fill(b'*');
        }
    }

    /// The exchange without secrets.
    pub(super) fn clean(&self, mut exchange: Exchange) -> Exchange {
        let Sent::Http(request) = &mut exchange.sent;
        for text in [&mut request.query, &mut request.body, &mut request.path] {
            *text = self.redact(text);
        }
        if let Credential::Literal(text) = &mut request.credential {
            *text = self.redact(text);
        }
        for (_, value) in request.parameters.iter_mut().chain(&mut request.headers) {
            *value = self.redact(value);
        }
        match &mut exchange.outcome {
            Outcome::Answer(answer) => {
                if let Some(clean) = self.clean_text(&answer.body) {
                    answer.body = clean.into();
                }
                if let Some(bytes) = &mut answer.bytes {
                    self.cover(Arc::make_mut(bytes));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_of_a_secret_is_left() {
        let secrets = Secrets::default();
        assert_eq!(secrets.redact("nothing is secret"), "nothing is secret");
        for secret in ["abcdef", "def-longer-one", "abcdef-and-more", "a b c d"] {
            secrets.add(secret);
        }
        let check = |text: &str, left: &str| {
            assert_eq!(secrets.redact(text), left.replace('*', REDACTED), "{text}");
            let mut bytes = text.as_bytes().to_vec();
            secrets.cover(&mut bytes);
            assert_eq!(bytes.iter().filter(|byte| **byte != b'*').count(), left.replace('*', "").len(), "{text}");
        };
        check("é abcdef é", "é * é");
        check("xabcdefabcdefx", "x**x");
        check("abcdef-and-more", "*");
        check("abcdef-longer-one.", "*.");
        check("q=a%20b%20c%20d&a b c d", "q=*&*");
        check("abcde", "abcde");
    }
}
