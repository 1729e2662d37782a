//! Single answers that somebody already has: read, and judged without a target.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Conformance, LibraryError};
use crate::{
    judge,
    model::{exchange::BODY_BYTES_MAX, variables::Variables},
    recording,
    report::{self, Circumstances, Connection, RunFacts, Target},
    run::{self, Plan, Showing},
    spec,
    vocabulary::{Heard, Query},
};

/// An answer that was read, and what it shows of the guide.
#[derive(Debug)]
pub struct JudgedAnswer {
    heard: Heard<'static>,
    conformance: Conformance,
}

/// Reads the body of an answer and judges it, as that of the endpoint with this id: `command/get_logged_in_reps`, `reporting/support_session`
/// or any other of [`endpoints`]. It may be XML, JSON or an archive, packed or not; it is bounded in bytes and depth.
///
/// ```
/// let xml = "<logged_in_reps xmlns='https://www.beyondtrust.com/namespaces/API/command'><rep id='5'/></logged_in_reps>";
/// let answer = touchmark::read_answer("command/get_logged_in_reps", xml)?;
/// assert_eq!(answer.text_at("//rep/@id")?.as_deref(), Some("5"));
/// assert!(answer.conformance().has_gap("command/get_logged_in_reps/response/logged_in_reps/rep/display_name"));
/// # Ok::<(), touchmark::LibraryError>(())
/// ```
///
/// # Errors
/// There is no such endpoint, with the nearest one, or the body has more than 64 MiB.
pub fn read_answer(endpoint: &str, body: impl Into<Vec<u8>>) -> Result<JudgedAnswer, LibraryError> {
    let bytes: Vec<u8> = body.into();
    if bytes.len() > BODY_BYTES_MAX {
        return Err(LibraryError::Asked(format!("the body has {} bytes, more than {BODY_BYTES_MAX}", bytes.len())));
    }
    let spec = spec::embedded().map_err(|faults| LibraryError::Fault(faults.to_string()))?;
    let of = recording::by_name(&spec, endpoint)
        .map_err(|says| LibraryError::Asked(format!("`{endpoint}`: {says}; touchmark::endpoints() has all ids")))?;
    let id = of.id.clone();
    let plan = Plan { only: vec![format!("{id}/")], ..Plan::default() };
    let exchanges = |spec: &spec::Spec| {
        let endpoint = spec.endpoints.get(&id);
        endpoint.map(|endpoint| recording::of_answer(endpoint, bytes.clone())).into_iter().collect()
    };
    let Showing { records, untested, api_version, spec } = run::shown(&spec, &plan, exchanges);
    let selected = run::selected(&spec, &plan);
    let judged = judge::judge(&spec, &selected, &records, &untested);
    let around = Circumstances {
        target: Target { url: "a saved answer".to_owned(), api_version },
        base: "https://support.example.com".to_owned(),
        reach: Connection::default(),
        run: RunFacts::of_recorded(0, plan.only.clone()),
        report_path: "report.json".to_owned(),
        known: BTreeMap::new(),
        strict: false,
    };
    let conformance = Conformance::of(report::build(&spec, &selected, &judged, &records, around));
    let exchange = records.iter().flat_map(|record| &record.exchanges).next();
    let heard = exchange.and_then(|exchange| judge::heard(&spec, exchange));
    let heard = heard.map(|heard| Heard { exchange: Cow::Owned(heard.exchange.into_owned()), ..heard });
    let heard = heard.ok_or_else(|| LibraryError::Fault("the answer was not read".to_owned()))?;
    Ok(JudgedAnswer { heard, conformance })
}

/// The ids of all endpoints that the guide documents, in their order.
#[must_use]
pub fn endpoints() -> Vec<String> {
    let spec = spec::embedded();
    spec.map(|spec| spec.endpoints.keys().map(ToString::to_string).collect()).unwrap_or_default()
}

impl JudgedAnswer {
    /// Whether it is the documented answer to an accepted request. It may still lack something.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.heard.accepted()
    }

    /// What kind of answer it is, in words: a refusal with its message, or why it cannot be read.
    #[must_use]
    pub fn summary(&self) -> String {
        self.heard.summary()
    }

    /// The first text that a query selects, such as `//rep/@id` or `json:/access_token`; `docs/spec-format.md` has all forms.
    ///
    /// # Errors
    /// It is no query.
    pub fn text_at(&self, query: &str) -> Result<Option<String>, LibraryError> {
        let query = Query::parse(query).map_err(LibraryError::Asked)?;
        Ok(query.find(&self.heard, &Variables::new()))
    }

    /// What it shows of the guide: the gaps of everything that can be seen in one answer.
    #[must_use]
    pub fn conformance(&self) -> &Conformance {
        &self.conformance
    }
}
