//! Entries of a HAR, and saved answers, as exchanges of an endpoint.
//!
//! In: an entry, or bytes and an endpoint. Out: a [`Recorded`] exchange; none where no endpoint was called. What a recording does not show
//! is left open: an answer without its body shows nothing, and neither does one that a browser took out of its cache.

use crate::{
    decode::{
        charset,
        har::{HarBody, HarEntry},
    },
    model::{
        credential::{AccountRole, Credential},
        draft::BODY,
        exchange::{Answer, BODY_BYTES_MAX, Exchange, NoAnswerKind, Outcome, Request},
    },
    spec::{Endpoint, Media, Spec},
};

use super::{
    conversation, endpoints,
    recorded::{Knowledge, Recorded},
};

/// Headers of a request that are not kept, in lower case: credentials, and what HTTP itself asks for.
const NOT_KEPT: [&str; 9] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "connection",
    "content-length",
    "accept-encoding",
    "transfer-encoding",
    "sec-websocket-key",
];

/// An entry as an exchange.
#[must_use]
pub fn of_entry(spec: &Spec, entry: &HarEntry) -> Option<Recorded> {
    let upgrades = entry.status == 101 || !entry.messages.is_empty();
    let parameters = parameters(entry);
    let endpoint = endpoints::called(spec, &entry.method, &entry.path, &parameters, upgrades)?;
    let (talk, heard) = match upgrades {
        true => Some(conversation::of(entry)).unzip(),
        false => (None, None),
    };
    let outcome = match heard {
        Some(heard) => Outcome::Answer(Answer::of(
            101,
            entry.headers.clone(),
            serde_json::to_vec(&heard).unwrap_or_default(),
            None,
        )),
        None => outcome(endpoint, entry),
    };
    let kept = |(name, _): &&(String, String)| {
        !NOT_KEPT.contains(&name.to_ascii_lowercase().as_str()) && !name.starts_with(':')
    };
    let (account, credential) = credential(endpoint, entry, &outcome);
    let request = Request {
        method: entry.method.clone(),
        path: entry.path.clone(),
        query: entry.query.clone(),
        parameters,
        headers: entry.request_headers.iter().filter(kept).cloned().collect(),
        account,
        credential,
        class: endpoint.class,
        body: entry.posted.text.clone(),
        talk,
        written: None,
    };
    let bytes = matches!(entry.body, HarBody::Bytes(_));
    Some(Recorded {
        exchange: Exchange {
            at_ms: entry.at_ms.unwrap_or(0),
            took_ms: entry.took_ms,
            outcome,
            ..Exchange::answered(endpoint.id.clone(), request, Answer::of(0, Vec::new(), Vec::new(), None))
        },
        knows: Knowledge { request: true, head: !entry.headers.is_empty(), bytes },
    })
}

/// A saved answer as an exchange. Of the request nothing is known.
#[must_use]
pub fn of_answer(endpoint: &Endpoint, bytes: Vec<u8>) -> Recorded {
    let path = endpoint.request.as_ref().map(|request| request.path.clone()).unwrap_or_default();
    let (account, credential) = lawful(endpoint);
    let request = Request { account, credential, class: endpoint.class, ..Request::read(&path) };
    Recorded {
        exchange: Exchange::answered(endpoint.id.clone(), request, answer(200, Vec::new(), bytes, "")),
        knows: Knowledge { request: false, head: false, bytes: true },
    }
}

/// Names and values of the query and of the body.
fn parameters(entry: &HarEntry) -> Vec<(String, String)> {
    let of_form = |text: &str| -> Vec<(String, String)> {
        form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    };
    let mut all = of_form(&entry.query);
    let media = entry.posted.media.to_ascii_lowercase();
    if media.contains("json") {
        all.push((BODY.to_owned(), entry.posted.text.clone()));
    } else if !media.contains("multipart") && !entry.posted.text.is_empty() {
        all.extend(of_form(&entry.posted.text));
    } else {
        all.extend(entry.posted.fields.iter().cloned());
    }
    all
}

/// What came.
fn outcome(endpoint: &Endpoint, entry: &HarEntry) -> Outcome {
    let unkept = |says: &str| Outcome::nothing(NoAnswerKind::Unkept, says);
    let page = endpoint.response.media == Media::Page;
    match (entry.status, &entry.body) {
        (0..=199, _) => unkept("the recording has no answer of it"),
        (300..=399, _) if !page => unkept("the recording has a redirection, or an answer out of a cache"),
        // What refuses shows in its status.
        (400.., HarBody::Missing(_)) => Outcome::Answer(answer(entry.status, entry.headers.clone(), Vec::new(), "")),
        (_, HarBody::Missing(why)) => unkept(why),
        (_, HarBody::Text(text)) if text.len() <= BODY_BYTES_MAX => {
            let bytes = text.clone().into_bytes();
            Outcome::Answer(Answer::read_as(entry.status, entry.headers.clone(), text.clone(), bytes, None))
        }
        (_, HarBody::Bytes(bytes)) if bytes.len() <= BODY_BYTES_MAX => {
            Outcome::Answer(answer(entry.status, entry.headers.clone(), bytes.clone(), &entry.media))
        }
        (..) => unkept("its body is larger than is read"),
    }
}

/// An answer of bytes, read in its charset.
pub(super) fn answer(status: u16, headers: Vec<(String, String)>, bytes: Vec<u8>, media: &str) -> Answer {
    let named =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type")).map(|(_, value)| value.clone());
    match charset::read(&bytes, named.as_deref().unwrap_or(media)) {
        Some(text) => Answer::read_as(status, headers, text.text, bytes, None),
        None => Answer::of(status, headers, bytes, None),
    }
}

/// Who called. Many recordings have no credentials any more: that an answer came then shows that there were some.
fn credential(endpoint: &Endpoint, entry: &HarEntry, outcome: &Outcome) -> (AccountRole, Credential) {
    let header = entry.request_headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let scheme = header.and_then(|(_, value)| value.split(' ').next()).unwrap_or_default().to_ascii_lowercase();
    let came = matches!(outcome, Outcome::Answer(answer) if answer.status < 400);
    match scheme.as_str() {
        "basic" => (AccountRole::Full, Credential::Basic),
        _ if came => lawful(endpoint),
        "bearer" => (AccountRole::Full, Credential::Token),
        _ => (AccountRole::None, Credential::None),
    }
}

/// The credential of whoever is let in.
fn lawful(endpoint: &Endpoint) -> (AccountRole, Credential) {
    match endpoint.request.as_ref().is_none_or(|request| request.account == AccountRole::None) {
        true => (AccountRole::None, Credential::None),
        false => (AccountRole::Full, Credential::Token),
    }
}
