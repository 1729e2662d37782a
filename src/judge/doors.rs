//! What is asked of one answer, outside the judging.
//!
//! In: an exchange. Out: what kind of answer it has, or what a query selects there. Each of these reads the answer; who asks twice should
//! take what [`heard`] gives and ask that.

use std::{collections::HashMap, sync::Arc};

use crate::{
    answer,
    decode::xsd,
    model::{exchange::Exchange, record::Record, variables::Variables},
    spec::{Query, Spec, Walk},
    vocabulary::{Body, Heard},
};

/// Reads the answer of an exchange; none where its endpoint is not known.
#[must_use]
pub fn heard<'a>(spec: &Spec, exchange: &'a Exchange) -> Option<Heard<'a>> {
    spec.endpoints.get(&exchange.endpoint).map(|endpoint| answer::read(endpoint, exchange))
}

/// Reads records one after another. A body that the record before had too, or that came twice in one, is read once.
pub(super) struct Reader<'a> {
    spec: &'a Spec,
    last: HashMap<BodyOf<'a>, Arc<Body>>,
}

/// What a body was read of: its endpoint, whether the status is one of success, and the bytes.
type BodyOf<'a> = (&'a str, bool, &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(spec: &'a Spec) -> Self {
        Self { spec, last: HashMap::new() }
    }

    /// Reads the answers of a record.
    pub(super) fn read(&mut self, record: &'a Record) -> Vec<Heard<'a>> {
        let mut bodies: HashMap<BodyOf<'a>, Arc<Body>> = HashMap::new();
        let heard = record.exchanges.iter().filter_map(|exchange| {
            let endpoint = self.spec.endpoints.get(&exchange.endpoint)?;
            let Some(answer) = exchange.answer() else { return Some(answer::read(endpoint, exchange)) };
            let of = (endpoint.id.as_str(), (200..300).contains(&answer.status), answer.raw());
            let known = bodies.get(&of).or_else(|| self.last.get(&of)).cloned();
            let body = known.unwrap_or_else(|| Arc::new(answer::body(endpoint, exchange)));
            bodies.insert(of, Arc::clone(&body));
            Some(answer::with_body(endpoint, exchange, body))
        });
        let heard = heard.collect();
        self.last = bodies;
        heard
    }
}

/// Whether the answer of an exchange is the documented success answer of its endpoint.
#[must_use]
pub fn accepted(spec: &Spec, exchange: &Exchange) -> bool {
    heard(spec, exchange).is_some_and(|heard| heard.accepted())
}

/// The first fault of a document against one of our schemas, none where it is valid.
///
/// # Errors
/// Why the schema cannot be used.
pub fn valid(schema: &str, document: &str) -> Result<Option<String>, String> {
    if document.contains("<!DOCTYPE") {
        return Ok(Some("it has a DOCTYPE, which is not read".to_owned()));
    }
    xsd::validate_alone(schema, document)
}

/// Whether the answer of an exchange is a refusal.
#[must_use]
pub fn refused(spec: &Spec, exchange: &Exchange) -> bool {
    heard(spec, exchange).is_some_and(|heard| heard.refused())
}

/// What came, in a few words.
#[must_use]
pub fn says(spec: &Spec, exchange: &Exchange) -> String {
    heard(spec, exchange).map(|heard| heard.summary()).unwrap_or_default()
}

/// All texts that a query selects in the answer of an exchange.
#[must_use]
pub fn find_all(spec: &Spec, exchange: &Exchange, query: &Query) -> Vec<String> {
    heard(spec, exchange).map(|heard| query.find_all(&heard, &Variables::new())).unwrap_or_default()
}

/// Finds the first text that a query selects in the answer of an exchange, which is read once for all queries. Only a list may be
/// empty.
pub fn finder<'a>(spec: &'a Spec, exchange: &'a Exchange) -> impl Fn(&Query, &Variables) -> Option<String> + 'a {
    let heard = heard(spec, exchange);
    move |query, variables| query.find(heard.as_ref()?, variables)
}

/// Whether no further page of a list is worth asking for after the one of that number.
#[must_use]
pub fn is_last_page(spec: &Spec, walk: &Walk, exchange: &Exchange, page: u32) -> bool {
    heard(spec, exchange).is_none_or(|heard| walk.is_last(&heard, page))
}
