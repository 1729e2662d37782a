//! What is not made of a document: each requirement that an operation would have, if what the document says of it could be used, with
//! the reason.
//!
//! In: operations. Out: [`LeftOut`]s. What is made is decided in the rooms beside this one.

use serde_json::Value;

use super::{
    lenient::DOCUMENT,
    maker::{Maker, properties},
    names,
    paging::{CURRENT_PAGE, PER_PAGE},
    params::{self, PARAMETERS_MAX},
    reading::name_of,
    schema,
};
use crate::{
    model::{
        contract::{Contract, Operation, Place, SlipKind, UNKNOWN_FORMAT},
        id::EndpointId,
    },
    spec::LeftOut,
};

/// The most of them that are named.
const LEFT_OUT_MAX: usize = 400;

/// What is not made of a document.
pub(super) fn left_out(maker: &Maker<'_>, contract: &Contract) -> Vec<LeftOut> {
    let mut out = Vec::new();
    for number in 0..maker.ids.len() {
        maker.unmade(number, &mut out);
    }
    for operation in contract.operations.iter().filter(|operation| !super::maker::is_called(operation)) {
        let why = match names::is_plain(&operation.path) {
            true => "no such method is called",
            false => "its path has something in it that is not called",
        };
        out.push(LeftOut {
            endpoint: DOCUMENT.into(),
            why: why.to_owned(),
            place: String::new(),
            names: vec![format!("all of {}", name_of(operation))],
        });
    }
    let unread = contract.slips.iter().filter(|slip| slip.kind == SlipKind::Unread);
    out.extend(unread.map(|slip| LeftOut {
        endpoint: DOCUMENT.into(),
        why: slip.says.clone(),
        place: slip.place.clone(),
        names: Vec::new(),
    }));
    out.truncate(LEFT_OUT_MAX);
    out
}

impl Maker<'_> {
    fn unmade(&self, number: usize, out: &mut Vec<LeftOut>) {
        let operation = self.operations[number];
        let endpoint: &EndpointId = &self.ids[number];
        let mut left = |why: &str, names: Vec<String>| {
            if !names.is_empty() {
                let (endpoint, why) = (endpoint.clone(), why.to_owned());
                out.push(LeftOut { endpoint, why, place: String::new(), names });
            }
        };
        let unread = operation.successes().any(|reply| reply.unread);
        if self.fits(number).is_none() && (unread || answers_json(operation)) {
            let why = match operation.successes().count() {
                0 | 1 if unread => "the document has no JSON among the types of its answer",
                0 | 1 => "the document has no schema of its answer that can be used",
                _ => "the document has more than one answer of success",
            };
            left(why, vec!["schema".to_owned()]);
        }
        let typed = self.of_its_type(number, self.success(number, &self.reach(number, 0)));
        let schema = || {
            let names = [self.fits(number).map(|_| "schema"), typed.as_ref().map(|_| "content-type")];
            names.into_iter().flatten().map(str::to_owned).collect::<Vec<_>>()
        };
        let access = || ["auth/none", "auth/invalid"].map(str::to_owned).to_vec();
        match operation.method.as_str() {
            "GET" => {
                let (why, names) = self.unread_list(number);
                left(&why, names);
                let all: Vec<_> = operation.of(Place::Query).collect();
                let unusable = all.iter().take(PARAMETERS_MAX).filter(|param| !params::can_be_drawn(param));
                let name = |name: &str| format!("param/{}/valid", names::part(name));
                left(
                    "the document has no schema of it of which values can be drawn",
                    unusable.map(|param| name(&param.name)).collect(),
                );
                let more = all.iter().skip(PARAMETERS_MAX);
                left("more parameters are not tested", more.map(|param| name(&param.name)).collect());
            }
            "POST" => {
                let why = match self.kind_or(number) {
                    Ok(kind) => {
                        let list = self.find("GET", &operation.path).filter(|list| self.list(*list).is_none());
                        let narrowed =
                            |list: usize| self.operations[list].of(Place::Query).any(|one| one.name == kind.proof);
                        if list.is_some_and(narrowed) {
                            left("the document has no list where it would be listed", vec!["listed".to_owned()]);
                        }
                        return left("what its format allows is not known", unknown_lengths(kind.schema));
                    }
                    Err(why) => why,
                };
                let mut names = access();
                names.extend(schema());
                if let Some(schema) = operation.body.as_ref().and_then(|body| body.schema.as_ref()) {
                    let mut required = Vec::new();
                    schema::required(schema, schema, 0, &mut required);
                    names.extend(required.iter().map(|name| format!("body/missing/{}", names::part(name))));
                    names.extend(properties(schema).keys().map(|name| format!("body/invalid/{}/*", names::part(name))));
                } else if operation.body.is_some() {
                    names.extend(["body/missing/*", "body/invalid/*"].map(str::to_owned));
                }
                names.extend(["body/valid", "body/longest/*", "write-only/*", "listed", "cycle"].map(str::to_owned));
                left(&why, names);
            }
            _ => {
                if let Err(why) = self.changes(number) {
                    let unchanged = (operation.method == "PATCH").then(|| "read-only/*".to_owned());
                    left(&why, access().into_iter().chain(schema()).chain(unchanged).collect());
                }
            }
        }
    }

    /// What is not made of an operation that reads, since the document does not say what comes, or nothing can be made to fill its pages.
    fn unread_list(&self, number: usize) -> (String, Vec<String>) {
        let operation = self.operations[number];
        let has = |name: &str| operation.of(Place::Query).any(|param| param.name == name);
        let (paged, untold) =
            (has(PER_PAGE) && has(CURRENT_PAGE), operation.successes().all(|one| one.media.is_empty()));
        let mut names = Vec::new();
        if untold {
            names.extend(["schema", "content-type"]);
        }
        if paged && self.list(number).is_none() {
            names.extend([
                "pagination",
                "pagination/next",
                "pagination/walk",
                "pagination/filled",
                "unknown-parameter",
            ]);
            let why = if untold {
                "the document does not have what it answers with"
            } else {
                "the document has no list in its answer"
            };
            return (why.to_owned(), names.into_iter().map(str::to_owned).collect());
        }
        let post = self.find("POST", &operation.path).filter(|_| paged);
        if let Some(Err(why)) = post.map(|post| self.kind_or(post)) {
            return (why, vec!["pagination/filled".to_owned()]);
        }
        ("the document does not have what it answers with".to_owned(), names.into_iter().map(str::to_owned).collect())
    }
}

/// The texts with a greatest length for which none of that length can be written, since they have a format besides.
fn unknown_lengths(body: &Value) -> Vec<String> {
    let members = properties(body);
    let has_both = |member: &Value| {
        let own = schema::followed(member, body);
        own.get("maxLength").is_some() && own.get("format").or_else(|| own.get(UNKNOWN_FORMAT)).is_some()
    };
    let names = members.iter().filter(|(_, member)| has_both(member));
    names.map(|(name, _)| format!("body/longest/{}", names::part(name))).collect()
}

/// Whether an operation answers with JSON, as far as the document says.
fn answers_json(operation: &Operation) -> bool {
    operation.successes().flat_map(|reply| &reply.media).any(|media| media.to_ascii_lowercase().contains("json"))
}
