//! Helpers for callers outside this room (the run, the laws of fuzzing) that have one exchange and need its answer read or classified.
//!
//! In: an exchange. Out: its answer as it was read, or what kind of answer it is. Each function reads the answer anew; a caller that asks
//! twice takes what [`heard`] gives.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    answer::{self, Wording},
    decode::saved::{self, Saved, UnnamedRoot},
    model::{
        exchange::{Answer, Exchange},
        id::EndpointId,
        record::Record,
    },
    spec::{self, Endpoint, Media, SchemaOf, Spec},
    vocabulary::{Body, Heard},
};

/// Reads the answer of an exchange; none where its endpoint is not known.
#[must_use]
pub fn heard<'a>(spec: &Spec, exchange: &'a Exchange) -> Option<Heard<'a>> {
    spec.endpoints.get(&exchange.endpoint).map(|endpoint| answer::read(endpoint, exchange))
}

/// Reads answers one after another, of which many are equal: a body that was read a moment ago is not read again.
#[derive(Default)]
pub struct Recent(VecDeque<ReadBody>);

/// A body that was read.
struct ReadBody {
    endpoint: EndpointId,
    success: bool,
    text: Arc<str>,
    bytes: Option<Arc<[u8]>>,
    body: Arc<Body>,
}

/// The most bodies that are remembered, and the longest of them, in bytes.
const RECENT_MAX: usize = 8;
const RECENT_BYTES_MAX: usize = 256 * 1024;

impl Recent {
    /// Reads the answer of an exchange; none where its endpoint is not known.
    pub fn heard<'a>(&mut self, spec: &Spec, exchange: &'a Exchange) -> Option<Heard<'a>> {
        let Some(answer) = exchange.answer() else { return heard(spec, exchange) };
        let endpoint = spec.endpoints.get(&exchange.endpoint)?;
        let success = (200..300).contains(&answer.status);
        let same = |one: &ReadBody| {
            one.endpoint == exchange.endpoint
                && one.success == success
                && one.text == answer.body
                && one.bytes == answer.bytes
        };
        if let Some(known) = self.0.iter().find(|one| same(one)) {
            return Some(answer::with_body(endpoint, exchange, Arc::clone(&known.body)));
        }
        let heard = answer::read(endpoint, exchange);
        if answer.raw().len() <= RECENT_BYTES_MAX {
            self.0.truncate(RECENT_MAX - 1);
            self.0.push_front(ReadBody {
                endpoint: exchange.endpoint.clone(),
                success,
                text: Arc::clone(&answer.body),
                bytes: answer.bytes.clone(),
                body: Arc::clone(&heard.body),
            });
        }
        Some(heard)
    }
}

/// Reads the answer of an exchange of which another one was read already, with a secret in it perhaps: an equal body is read once.
#[must_use]
pub fn heard_again<'a>(spec: &Spec, exchange: &'a Exchange, before: &Heard<'_>) -> Option<Heard<'a>> {
    let same = match (exchange.answer(), before.answer()) {
        (Some(one), Some(other)) => Arc::ptr_eq(&one.body, &other.body) && one.bytes == other.bytes,
        _ => false,
    };
    let endpoint = spec.endpoints.get(&exchange.endpoint)?;
    Some(match same {
        true => answer::with_body(endpoint, exchange, Arc::clone(&before.body)),
        false => answer::read(endpoint, exchange),
    })
}

/// Bodies that one part of the judging read, for the others: up to a bound, since a read body takes many times the room of its text.
#[derive(Default)]
pub(super) struct ReadBodies<'a>(Mutex<Kept<'a>>);

#[derive(Default)]
struct Kept<'a> {
    bodies: HashMap<BodyOf<'a>, Arc<Body>>,
    /// The bytes of all their texts.
    bytes: usize,
}

/// The most bytes of texts whose read bodies are kept.
const KEPT_BYTES_MAX: usize = 2 << 20;

/// What a body was read of: its endpoint, whether the status is one of success, and where the bytes are. Equal bodies of a run are in one
/// place, so nothing has to be compared.
type BodyOf<'a> = (&'a str, bool, usize, usize);

fn body_of<'a>(endpoint: &'a Endpoint, answer: &'a Answer) -> BodyOf<'a> {
    let raw = answer.raw();
    (endpoint.id.as_str(), (200..300).contains(&answer.status), raw.as_ptr().addr(), raw.len())
}

impl<'a> ReadBodies<'a> {
    /// The body of an answer.
    pub(super) fn body(&self, endpoint: &'a Endpoint, exchange: &'a Exchange) -> Arc<Body> {
        let Some(answer) = exchange.answer() else { return Arc::new(answer::body(endpoint, exchange)) };
        let of = body_of(endpoint, answer);
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().bodies.get(&of) {
            return Arc::clone(known);
        }
        let body = Arc::new(answer::body(endpoint, exchange));
        let mut kept = kept();
        if kept.bytes + of.3 <= KEPT_BYTES_MAX && kept.bodies.insert(of, Arc::clone(&body)).is_none() {
            kept.bytes += of.3;
        }
        body
    }
}

/// Reads records one after another. A body that is kept, that the record before had too, or that came twice in one, is read once.
pub(super) struct Reader<'r, 'a> {
    spec: &'a Spec,
    kept: &'r ReadBodies<'a>,
    last: HashMap<BodyOf<'a>, Arc<Body>>,
}

impl<'r, 'a> Reader<'r, 'a> {
    pub(super) fn new(spec: &'a Spec, kept: &'r ReadBodies<'a>) -> Self {
        Self { spec, kept, last: HashMap::new() }
    }

    /// Reads the answers of a record.
    pub(super) fn read(&mut self, record: &'a Record) -> Vec<Heard<'a>> {
        let spec = self.spec;
        let of = |exchange: &'a Exchange| Some(body_of(spec.endpoints.get(&exchange.endpoint)?, exchange.answer()?));
        // What is not needed again makes room before anything else is read.
        let needed: HashSet<BodyOf<'a>> = record.exchanges.iter().filter_map(of).collect();
        self.last.retain(|body_of, _| needed.contains(body_of));
        let heard = record.exchanges.iter().filter_map(|exchange| {
            let endpoint = spec.endpoints.get(&exchange.endpoint)?;
            let Some(of) = of(exchange) else { return Some(answer::read(endpoint, exchange)) };
            let body = self.last.entry(of).or_insert_with(|| self.kept.body(endpoint, exchange));
            Some(answer::with_body(endpoint, exchange, Arc::clone(body)))
        });
        heard.collect()
    }
}

/// Whether the answer of an exchange is the documented success answer of its endpoint.
#[must_use]
pub fn accepted(spec: &Spec, exchange: &Exchange) -> bool {
    heard(spec, exchange).is_some_and(|heard| heard.accepted())
}

/// Whether the target may have done what was asked: the request went out, and no answer refuses it.
#[must_use]
pub fn may_have_acted(spec: &Spec, exchange: &Exchange) -> bool {
    exchange.outcome.went_out() && !refused(spec, exchange)
}

/// What an error says that came with a status of success; none for any other answer.
#[must_use]
pub fn refusal_wording(spec: &Spec, exchange: &Exchange) -> Option<Wording> {
    let endpoint = spec.endpoints.get(&exchange.endpoint)?;
    answer::refusal_wording(endpoint, &answer::read(endpoint, exchange))
}

/// The page in the accepted answer of an exchange; none where its endpoint does not answer with pages.
#[must_use]
pub fn page(spec: &Spec, exchange: &Exchange) -> Option<Arc<str>> {
    let is_page = spec.endpoints.get(&exchange.endpoint)?.response.media == Media::Page;
    let heard = heard(spec, exchange).filter(|heard| is_page && heard.accepted())?;
    heard.answer().map(|answer| Arc::clone(&answer.body))
}

/// Holds an answer that somebody saved against one of our schemas.
///
/// # Errors
/// Why the schema cannot be used.
pub fn saved(spec: &Spec, which: SchemaOf, answer: &[u8]) -> Result<Saved, String> {
    let schema = spec.schemas.get(&which.file()).map_or("", String::as_str);
    let unnamed = spec.endpoints.values().filter(|endpoint| {
        endpoint.response.root.is_none() && !endpoint.elements.is_empty() && SchemaOf::endpoint(&endpoint.id) == which
    });
    let mut roots: Vec<UnnamedRoot<'_>> = unnamed
        .map(|endpoint| {
            let below = endpoint.elements.iter().filter_map(|row| row.path.split('/').next());
            UnnamedRoot { name: endpoint.root(), children: below.collect() }
        })
        .collect();
    roots.push(UnnamedRoot { name: spec::MESSAGE_ROOT, children: vec!["success", "error"] });
    saved::validate(schema, which.namespace(), &roots, answer)
}

/// Whether the answer of an exchange is a refusal.
#[must_use]
pub fn refused(spec: &Spec, exchange: &Exchange) -> bool {
    heard(spec, exchange).is_some_and(|heard| heard.refused())
}
