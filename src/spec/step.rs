//! Steps: requests of requirements and flows, before values are drawn, and the classes of values that can be drawn.
//!
//! In: nothing. Out: what is sent, what is remembered and what must hold. Values are drawn and sent elsewhere.

use super::capture::Capture;
use crate::model::{
    case::{Class, Role, Times},
    conversation::{TOKEN, Talk},
    credential::{AccountRole, Credential},
    draft::{Carrier, Encoding},
    id::EndpointId,
    variables::names,
    written::RawRequest,
};
use crate::vocabulary::Expect;

/// One request of a requirement, before values are drawn.
#[derive(Debug, Clone)]
pub struct Step {
    /// What the answer is for.
    pub role: Role,
    /// Id of the endpoint that is called.
    pub endpoint: EndpointId,
    /// What the request touches.
    pub class: Class,
    /// Parameters that are sent.
    pub parameters: Vec<(String, Input)>,
    /// Parameters that are sent or not, as drawn.
    pub maybe: Vec<(String, Input)>,
    /// The exact query instead.
    pub raw: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// How values are written.
    pub encoding: Encoding,
    /// Where the parameters stand.
    pub carrier: Carrier,
    /// Whose account calls.
    pub account: AccountRole,
    /// What the request proves of that account.
    pub credential: Credential,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// What is said once a WebSocket is open, where it asks for one.
    pub talk: Option<Talk>,
    /// How it is written, where it goes out as bytes.
    pub written: Option<RawRequest>,
    /// How often it is sent.
    pub times: Times,
    /// How long is waited before it is sent, in seconds.
    pub wait_s: u32,
    /// The captured list for each item of which it is sent.
    pub for_each: Option<String>,
    /// What is remembered of the answer.
    pub capture: Vec<Capture>,
    /// What must hold for the requirement to be tellable at all.
    pub only_if: Vec<Expect>,
    /// What the operator can do when it does not.
    pub otherwise: String,
    /// What must hold.
    pub expect: Vec<Expect>,
    /// What holds in each reading.
    pub readings: Vec<Reading>,
}

/// One way in which an ambiguous requirement can be understood, and what then holds.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// What holds.
    pub expect: Vec<Expect>,
}

/// Where the value of a sent parameter comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A text with `${variables}`.
    Text(String),
    /// A value of a class of a parameter's row, drawn from the seed.
    Draw {
        /// Id of the endpoint that has the row.
        endpoint: EndpointId,
        /// Number of the row.
        parameter: usize,
        /// The class.
        class: ValueClass,
    },
    /// A value that a JSON Schema allows, drawn from the seed.
    Schema(SchemaInput),
}

/// A value that a JSON Schema allows.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaInput {
    /// Name of the schema among those of the [`Spec`], without its ending.
    pub schema: String,
    /// Whether it is written as plain text, not as JSON.
    pub text: bool,
    /// The members of an object that are drawn; all where none are named.
    pub only: Option<Vec<String>>,
    /// Members that it has in any case, as JSON with `${variables}`.
    pub put: Vec<(String, String)>,
}

/// A class of values of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueClass {
    /// Any lawful value.
    Lawful,
    /// The lower bound.
    Min,
    /// The upper bound.
    Max,
    /// Just below the lower bound.
    BelowMin,
    /// Just above the upper bound.
    AboveMax,
    /// As many characters as may be, of one byte each.
    AtLimit,
    /// As many characters as may be, of several bytes each.
    AtLimitMultibyte,
    /// One character more.
    OverLimit,
    /// Not of the type, or not among the listed values.
    Malformed,
}

impl Step {
    /// A request of the main account without parameters, of which nothing is asked.
    pub(super) fn of(role: Role, endpoint: EndpointId, class: Class) -> Self {
        Self {
            role,
            endpoint,
            class,
            parameters: Vec::new(),
            maybe: Vec::new(),
            raw: None,
            method: "GET".to_owned(),
            path: String::new(),
            encoding: Encoding::Percent,
            carrier: Carrier::Query,
            account: AccountRole::Full,
            credential: Credential::Token,
            headers: Vec::new(),
            talk: None,
            written: None,
            times: Times::Once,
            wait_s: 0,
            for_each: None,
            capture: Vec::new(),
            only_if: Vec::new(),
            otherwise: String::new(),
            expect: Vec::new(),
            readings: Vec::new(),
        }
    }
}

/// Every variable that a step names, in what it sends and in what it expects.
#[must_use]
pub fn variables_of(step: &Step) -> Vec<String> {
    let mut out = Vec::new();
    for (name, input) in step.parameters.iter().chain(&step.maybe) {
        out.extend(names(name));
        if let Input::Text(text) = input {
            out.extend(names(text));
        }
    }
    for text in step.raw.iter().chain(step.headers.iter().map(|(_, v)| v)).chain(std::iter::once(&step.path)) {
        out.extend(names(text));
    }
    if let Credential::Literal(text) = &step.credential {
        out.extend(names(text));
    }
    // The token is none of them: it is put in where it is sent.
    let said = step.talk.iter().flat_map(Talk::texts);
    out.extend(said.flat_map(names).filter(|name| name != TOKEN));
    let expects = step.expect.iter().chain(&step.only_if).chain(step.readings.iter().flat_map(|r| &r.expect));
    out.extend(variables_of_expectations(expects));
    out.extend(step.capture.iter().flat_map(|capture| capture.query.variables()));
    out.extend(
        step.for_each.iter().chain(step.capture.iter().filter_map(|capture| capture.for_each.as_ref())).cloned(),
    );
    out
}

/// Every variable that expectations name.
pub fn variables_of_expectations<'a>(expects: impl Iterator<Item = &'a Expect>) -> Vec<String> {
    expects.flat_map(Expect::variables).collect()
}
