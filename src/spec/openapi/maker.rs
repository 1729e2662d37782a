//! The builder that the files beside this one share: it has the operations of the document, hands out ids and collects requirements.
//!
//! In: a [`Contract`]. Out: endpoints, requirements, schemas and resources. What is asked of an operation is said in the rooms beside
//! this one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{names, schema};
use crate::{
    model::{
        case::Class,
        contract::{Contract, Operation},
        credential::AccountRole,
        id::{EndpointId, RequirementPattern},
    },
    spec::{Demand, Endpoint, Level, Media, Origin, RequestSpec, Requirement, ResponseSpec, Step},
};

/// Page of the guide that makes the document the standard.
pub(super) const PAGE: u32 = 8;

/// Something that a run can make, recognise as its own, and take away again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What makes one.
    pub post: EndpointId,
    /// What reads one.
    pub get: EndpointId,
    /// What takes one away.
    pub delete: EndpointId,
    /// What lists them, where the document has that.
    pub list: Option<EndpointId>,
    /// JSON pointer of the id in the answer to `post`.
    pub id: String,
    /// JSON pointer of the text by which it is recognised, in the answer to `get`.
    pub proof: String,
}

/// What is made of a document.
#[derive(Default)]
pub(super) struct Made {
    pub(super) endpoints: BTreeMap<EndpointId, Endpoint>,
    pub(super) requirements: Vec<Requirement>,
    pub(super) schemas: BTreeMap<String, String>,
    pub(super) resources: Vec<Resource>,
}

/// Makes requirements of a document.
pub(super) struct Maker<'a> {
    pub(super) operations: Vec<&'a Operation>,
    /// Ids of the operations' endpoints.
    pub(super) ids: Vec<EndpointId>,
    pub(super) base: String,
}

impl<'a> Maker<'a> {
    pub(super) fn new(contract: &'a Contract, base: String) -> Self {
        let operations: Vec<&Operation> = contract.operations.iter().filter(|operation| is_called(operation)).collect();
        let ids = names::ids(&operations);
        Self { operations, ids, base }
    }

    /// The number of the operation with that path and method.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<usize> {
        self.operations.iter().position(|operation| operation.method == method && operation.path == path)
    }

    pub(super) fn endpoint(&self, number: usize, made: &mut Made) {
        let (operation, id) = (self.operations[number], &self.ids[number]);
        let success = operation.successes().find(|reply| reply.schema.is_some());
        for reply in operation.replies.iter() {
            if let Some(schema) = reply.schema.as_ref().filter(|schema| schema::is_container(schema)) {
                self.keep_schema(operation, &reply.status, &schema_name(id, &reply.status), schema, made);
            }
        }
        let only_json = operation.successes().all(|reply| reply.schema.is_some());
        let json_schema = success
            .filter(|_| only_json)
            .and_then(|reply| schema::is_container(reply.schema.as_ref()?).then(|| schema_name(id, &reply.status)));
        let statuses = operation.replies.iter().map(|reply| reply.status.clone()).collect();
        let endpoint = Endpoint {
            id: id.clone(),
            title: "Configuration API".to_owned(),
            page: PAGE,
            says: format!("{} {}: {}", operation.method, operation.path, operation.summary),
            class: class_of(operation),
            since: None,
            suite: None,
            request: Some(RequestSpec {
                path: format!("{}{}", self.base, operation.path),
                methods: vec![operation.method.clone()],
                fixed: BTreeMap::new(),
                smallest: BTreeMap::new(),
                account: if operation.open { AccountRole::None } else { AccountRole::Full },
                permission: None,
                access_unstated: false,
                session: false,
                derives: false,
                fresh_session: false,
                lasting: false,
                steps_aside: BTreeMap::new(),
                rests_on: Vec::new(),
            }),
            response: ResponseSpec { json_schema, media: Media::Any, statuses, ..ResponseSpec::default() },
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

    /// A requirement of an operation.
    pub(super) fn requirement(
        &self,
        number: usize,
        id: &str,
        level: Level,
        says: String,
        steps: Vec<Step>,
    ) -> Requirement {
        let endpoint = self.ids[number].clone();
        let mut rests_on: Vec<RequirementPattern> = vec!["configuration/openapi/served".into()];
        if id == "status" {
            rests_on.push("auth/token/*".into());
        }
        // What an operation answers at all comes before everything else that is said of it, and of what is called with it.
        let called = steps.iter().map(|step| &step.endpoint);
        for other in called.chain(std::iter::once(&endpoint)).filter(|other| id != "status" || **other != endpoint) {
            let status = format!("{other}/status").into();
            if !rests_on.contains(&status) {
                rests_on.push(status);
            }
        }
        Requirement {
            id: format!("{endpoint}/{id}").into(),
            origin: Origin::Document,
            suite: Origin::Document.suite(),
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
            alone: false,
            property: false,
            demand: Demand::Steps(steps),
            teardown: Vec::new(),
            endpoint,
        }
    }
}

/// Whether requirements are made of an operation.
pub(super) fn is_called(operation: &Operation) -> bool {
    names::is_plain(&operation.path) && ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&operation.method.as_str())
}

pub(super) fn class_of(operation: &Operation) -> Class {
    if operation.method == "GET" { Class::Read } else { Class::Disrupt }
}

/// The name under which the schema of an answer is kept.
pub(crate) fn schema_name(endpoint: &str, status: &str) -> String {
    format!("{endpoint} {status}")
}

/// The members of a schema, with its references followed and what it consists of put together.
pub(super) fn properties(root: &Value) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    schema::properties(root, root, 0, &mut out);
    out
}
