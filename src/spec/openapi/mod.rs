//! Requirements that follow from the document that a target serves of its own Configuration API.
//!
//! In: the spec data and a [`Contract`]. Out: [`Extended`]: the same data with an endpoint for each operation and what the document
//! states of it. A pure function, so a journal with the document in it can be judged again. The guide makes the document the standard
//! (p. 8), so what it states is a must; what it leaves open is a reading.

mod bodies;
mod kinds;
mod names;
mod paging;
mod params;
mod reading;
mod schema;
mod steps;
mod writing;

pub(crate) use writing::MADE_PROOF;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Demand, Endpoint, Level, Media, RequestSpec, Requirement, ResponseSpec, Spec, Step};
use crate::model::{
    case::Class,
    contract::{Contract, Operation},
    credential::AccountRole,
};

/// Where the Configuration API is, unless the document says otherwise.
const BASE: &str = "/api/config/v1";

/// Page of the guide that makes the document the standard.
const PAGE: u32 = 8;

/// The spec data with what a document adds to it.
#[derive(Debug, Clone)]
pub struct Extended {
    /// The data.
    pub spec: Spec,
    /// What a run may make and take away again.
    pub resources: Vec<Resource>,
}

/// Something that a run can make, recognise as its own, and take away again. The texts are ids of endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What makes one.
    pub post: String,
    /// What reads one.
    pub get: String,
    /// What takes one away.
    pub delete: String,
    /// JSON pointer of the id in the answer to `post`.
    pub id: String,
    /// JSON pointer of the text by which it is recognised, in the answer to `get`.
    pub proof: String,
}

/// The spec data with what a document adds to it.
#[must_use]
pub fn extend(spec: &Spec, contract: &Contract) -> Extended {
    let mut extended = Extended { spec: spec.clone(), resources: Vec::new() };
    let mut made = Made::default();
    let base = contract.base.clone().filter(|base| base.starts_with("/api/config/") && names::is_plain(base));
    let maker = Maker::new(contract, base.unwrap_or_else(|| BASE.to_owned()));
    for number in 0..maker.ids.len() {
        maker.endpoint(number, &mut made);
        maker.operation(number, &mut made);
    }
    extended.spec.json_schemas.extend(&made.schemas);
    extended.spec.schemas.extend(made.schemas);
    for requirement in made.requirements {
        extended.spec.requirements.entry(requirement.id.clone()).or_insert(requirement);
    }
    extended.spec.endpoints.extend(made.endpoints);
    extended.resources = made.resources;
    extended
}

/// What is made of a document.
#[derive(Default)]
struct Made {
    endpoints: BTreeMap<String, Endpoint>,
    requirements: Vec<Requirement>,
    schemas: BTreeMap<String, String>,
    resources: Vec<Resource>,
}

/// Makes requirements of a document.
struct Maker<'a> {
    operations: Vec<&'a Operation>,
    /// Ids of the operations' endpoints.
    ids: Vec<String>,
    base: String,
}

impl<'a> Maker<'a> {
    fn new(contract: &'a Contract, base: String) -> Self {
        let operations: Vec<&Operation> = contract
            .operations
            .iter()
            .filter(|operation| names::is_plain(&operation.path))
            .filter(|operation| ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&operation.method.as_str()))
            .collect();
        let ids = names::ids(&operations);
        Self { operations, ids, base }
    }

    /// The number of the operation with that path and method.
    fn find(&self, method: &str, path: &str) -> Option<usize> {
        self.operations.iter().position(|operation| operation.method == method && operation.path == path)
    }

    fn endpoint(&self, number: usize, made: &mut Made) {
        let (operation, id) = (self.operations[number], &self.ids[number]);
        let success = operation.successes().find(|reply| reply.schema.is_some());
        for reply in operation.replies.iter() {
            if let Some(schema) = reply.schema.as_ref().filter(|schema| schema::is_container(schema)) {
                let name = format!("{}.json", schema_name(id, &reply.status));
                made.schemas.insert(name, schema.to_string());
            }
        }
        let only_json = operation.successes().all(|reply| reply.schema.is_some());
        let json_schema = success
            .filter(|_| only_json)
            .and_then(|reply| schema::is_container(reply.schema.as_ref()?).then(|| schema_name(id, &reply.status)));
        let endpoint = Endpoint {
            id: id.clone(),
            title: "Configuration API".to_owned(),
            page: PAGE,
            says: format!("{} {}: {}", operation.method, operation.path, operation.summary),
            class: class_of(operation),
            since: None,
            request: Some(RequestSpec {
                path: format!("{}{}", self.base, operation.path),
                methods: vec![operation.method.clone()],
                fixed: BTreeMap::new(),
                smallest: BTreeMap::new(),
                account: if operation.open { AccountRole::None } else { AccountRole::Full },
                account_topic: None,
                permission: None,
                access_untold: false,
                session: false,
                derives: false,
            }),
            response: ResponseSpec { json_schema, media: Media::Any, ..ResponseSpec::default() },
            parameters: Vec::new(),
            elements: Vec::new(),
            sets: Vec::new(),
            tables: Vec::new(),
            events: Vec::new(),
            examples: Vec::new(),
            untestable: Vec::new(),
        };
        made.endpoints.insert(id.clone(), endpoint);
    }

    fn operation(&self, number: usize, made: &mut Made) {
        match self.operations[number].method.as_str() {
            "GET" => {
                self.reading(number, made);
                self.params(number, made);
                self.paging(number, made);
            }
            "POST" => self.making(number, made),
            _ => self.changing(number, made),
        }
    }

    /// A requirement of an operation.
    fn requirement(&self, number: usize, id: &str, level: Level, says: String, steps: Vec<Step>) -> Requirement {
        let endpoint = self.ids[number].clone();
        let mut rests_on = vec!["configuration/openapi/served".to_owned()];
        if id == "status" {
            rests_on.push("auth/token/*".to_owned());
        }
        // What an operation answers at all comes before everything else that is said of it, and of what is called with it.
        let called = steps.iter().map(|step| &step.endpoint);
        for other in called.chain(std::iter::once(&endpoint)).filter(|other| id != "status" || **other != endpoint) {
            let status = format!("{other}/status");
            if !rests_on.contains(&status) {
                rests_on.push(status);
            }
        }
        Requirement {
            id: format!("{endpoint}/{id}"),
            level,
            section: "Configuration API".to_owned(),
            page: PAGE,
            says,
            class: steps.iter().map(|step| step.class).max().unwrap_or(Class::Read),
            since: None,
            topic: None,
            rests_on,
            // Where nothing of a kind is on the target, the target cannot show it: that is no fault.
            opt_in: true,
            fresh_session: false,
            property: false,
            demand: Demand::Steps(steps),
            endpoint,
        }
    }
}

fn class_of(operation: &Operation) -> Class {
    if operation.method == "GET" { Class::Read } else { Class::Disrupt }
}

/// The name under which the schema of an answer is kept.
fn schema_name(endpoint: &str, status: &str) -> String {
    format!("{endpoint} {status}")
}

/// The members of a schema, with its references followed and what it consists of put together.
fn properties(root: &Value) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    schema::properties(root, root, 0, &mut out);
    out
}
