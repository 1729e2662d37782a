//! Exchanges of a HAR that Touchmark itself exported.
//!
//! In: an entry, and the exchange that stands beside it without what the entry has. Out: the whole exchange. What HAR has a place for is taken
//! from there, so that a HAR that was changed is judged as it is.

use std::sync::Arc;

use crate::{
    decode::har::{HarBody, HarEntry},
    model::exchange::{Exchange, NoAnswerKind, Outcome, Sent},
};

use super::entries::answer;

/// Puts what the entry has into the exchange. `same` says whether bytes are those whose text the exchange has already.
#[must_use]
pub fn filled(entry: &HarEntry, mut exchange: Exchange, same: impl Fn(&[u8]) -> bool) -> Exchange {
    let Sent::Http(request) = &mut exchange.sent;
    request.method.clone_from(&entry.method);
    request.path.clone_from(&entry.path);
    request.query.clone_from(&entry.query);
    request.body.clone_from(&entry.posted.text);
    let theirs = |(name, _): &&(String, String)| !name.eq_ignore_ascii_case("authorization");
    request.headers = entry.request_headers.iter().filter(theirs).cloned().collect();
    let Outcome::Answer(kept) = &mut exchange.outcome else { return exchange };
    kept.status = entry.status;
    kept.headers.clone_from(&entry.headers);
    match &entry.body {
        // What was heard over a WebSocket stands beside the entry.
        _ if entry.status == 101 => {}
        HarBody::Text(text) => (kept.body, kept.bytes) = (text.as_str().into(), None),
        HarBody::Bytes(bytes) if same(bytes) => kept.bytes = Some(Arc::from(bytes.as_slice())),
        HarBody::Bytes(bytes) => {
            let read = answer(kept.status, Vec::new(), bytes.clone(), &entry.media);
            (kept.body, kept.bytes, kept.utf8) = (read.body, read.bytes, read.utf8);
        }
        HarBody::Missing(why) => exchange.outcome = Outcome::nothing(NoAnswerKind::Unkept, why.clone()),
    }
    exchange
}
