//! Endpoints: how one is called, with which parameters, and what it answers.
//!
//! In: nothing. Out: the rows of the guide as types. What follows from them is derived elsewhere; nothing here reads a file.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use super::{
    guide::Version,
    requirement::Origin,
    tables::{ModelEvent, ModelTable},
};
use crate::model::{
    case::Class,
    credential::AccountRole,
    id::{EndpointId, RequirementPattern},
    suite::Suite,
};
use crate::vocabulary::Type;

/// One endpoint, or one command of an endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoint {
    /// Path of its file below `specs/`, without the ending.
    pub id: EndpointId,
    /// Title of the guide's section.
    pub title: String,
    /// Page of the guide on which the section starts.
    pub page: u32,
    /// What it does, in our words.
    pub says: String,
    /// What its lawful request touches.
    pub class: Class,
    /// API version that brought it, where the change log says so.
    pub since: Option<Version>,
    /// The suite of all that is sent for it but its printed examples, where they have one in common.
    #[serde(skip)]
    pub suite: Option<Suite>,
    /// How it is called; none for a file that holds facts only.
    pub request: Option<RequestSpec>,
    /// How it answers.
    pub response: ResponseSpec,
    /// Its parameters, in the order of the guide.
    pub parameters: Vec<Parameter>,
    /// Elements and attributes of its answer, in the order of the guide.
    pub elements: Vec<Element>,
    /// Sets of parameters that the guide names as lawful.
    pub sets: Vec<ParameterSet>,
    /// Tables of the model that archives hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<ModelTable>,
    /// Events of archives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<ModelEvent>,
    /// The guide's query examples.
    pub examples: Vec<Example>,
    /// Facts that no request can show.
    pub untestable: Vec<Untestable>,
}

impl Endpoint {
    /// Whether its answers are archives.
    #[must_use]
    pub fn gives_archives(&self) -> bool {
        self.response.media == Media::Gzip
    }

    /// The name of the root element under which its answers are validated: its own where the guide names none.
    #[must_use]
    pub fn root(&self) -> &str {
        self.response.root.as_deref().unwrap_or_else(|| self.id.rsplit('/').next().unwrap_or_default())
    }
}

impl Endpoint {
    /// The suite of a requirement that comes of it.
    #[must_use]
    pub fn suite_of(&self, origin: Origin) -> Suite {
        let own = self.suite.filter(|_| !matches!(origin, Origin::Example | Origin::Answer));
        own.unwrap_or(origin.suite())
    }
}

/// How an endpoint is called.
#[derive(Debug, Clone, Serialize)]
pub struct RequestSpec {
    /// Path of the URL.
    pub path: String,
    /// HTTP methods; the first is the usual one.
    pub methods: Vec<String>,
    /// Parameters that are always sent.
    pub fixed: BTreeMap<String, String>,
    /// The smallest lawful set of parameters besides.
    pub smallest: BTreeMap<String, String>,
    /// The permission that the guide asks for.
    pub account: AccountRole,
    /// Name of the permission that the account needs, where it is none for the command API.
    pub permission: Option<String>,
    /// Whether the guide leaves open which access it needs.
    pub access_unstated: bool,
    /// Whether it acts on a session of our own.
    pub session: bool,
    /// Whether requirements derive from the rows.
    pub derives: bool,
    /// Whether each requirement needs a session of its own, unless it says something else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fresh_session: bool,
    /// Whether no call takes away what it makes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lasting: bool,
    /// Fixtures, and a pattern of the value with which none of its requirements is applicable but those with `opt_in`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub steps_aside: BTreeMap<String, String>,
    /// What everything that is sent to the endpoint rests on, besides its smallest request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<RequirementPattern>,
}

impl RequestSpec {
    /// Calls are made with the main account, whatever the least permission is.
    pub(super) fn calling_account(&self) -> AccountRole {
        if self.account == AccountRole::None { AccountRole::None } else { AccountRole::Full }
    }
}

/// How an endpoint answers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ResponseSpec {
    /// Root element, where the guide names it.
    pub root: Option<String>,
    /// Text of `<success>`; empty when the element is named without a text.
    pub success: Option<String>,
    /// Whether the guide describes no answer at all.
    pub undocumented: bool,
    /// Whether the section promises an error message.
    pub error: bool,
    /// JSON Schema of the answer.
    pub json_schema: Option<String>,
    /// What an accepted answer is.
    pub media: Media,
    /// The statuses that the target's own document has for it.
    #[serde(skip)]
    pub statuses: Vec<String>,
    /// The words with which the target was found to say, as an error, that there is nothing to list; see `nothing_found` in `run/`.
    #[serde(skip)]
    pub nothing_found: Option<Vec<String>>,
    /// The page that the target gives where nothing is asked for: that it gives it for a request shows nothing of the request.
    #[serde(skip)]
    pub nothing_asked: Option<Arc<str>>,
}

/// What an accepted answer is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// XML, or JSON where a schema is named.
    #[default]
    Document,
    /// A script of the representative console.
    Brcs,
    /// JavaScript.
    Javascript,
    /// A gzip file.
    Gzip,
    /// A ZIP file.
    Zip,
    /// Any file that is not empty.
    Binary,
    /// A page, or a download in its place.
    Page,
    /// YAML.
    Yaml,
    /// A message for people, in any notation.
    Text,
    /// A WebSocket, and the messages that come over it.
    WebSocket,
    /// Whatever the document of the target says, also nothing.
    Any,
}

/// A set of parameters that the guide names as lawful.
#[derive(Debug, Clone, Serialize)]
pub struct ParameterSet {
    /// Name, part of its id.
    pub name: String,
    /// Page of the guide.
    pub page: u32,
    /// What it asks for, in our words.
    pub says: String,
    /// The parameters besides those that are always sent.
    pub parameters: BTreeMap<String, String>,
}

/// One parameter of a request.
#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    /// Name as the guide prints it.
    pub name: String,
    /// Name as it is sent, with `${variables}`.
    pub key: String,
    /// Page of the guide.
    pub page: u32,
    /// What it means, in our words.
    pub says: String,
    /// Its type.
    pub kind: ParameterKind,
    /// Whether it must be there.
    pub need: Need,
    /// Unit of its value.
    pub unit: Option<String>,
    /// Smallest number.
    pub min: Option<i64>,
    /// Largest number.
    pub max: Option<i64>,
    /// Most characters.
    pub max_characters: Option<u32>,
    /// Most bytes.
    pub max_bytes: Option<u32>,
    /// Most items of a list.
    pub max_items: Option<u32>,
    /// All lawful values, where the guide lists them.
    pub values: Vec<String>,
    /// All lawful items of a list.
    pub item_values: Vec<String>,
    /// Value that holds when it is left out.
    pub default: Option<String>,
    /// A lawful value made of facts of the target.
    pub valid: Option<String>,
    /// A well-formed value that names nothing on the target.
    pub unknown: Option<String>,
    /// The topic of the readings, where the guide does not say that such a value is refused.
    pub unknown_topic: Option<String>,
    /// Parameters that must go with it.
    pub needs: BTreeMap<String, String>,
    /// Parameters that do not go with it.
    pub excludes: Vec<String>,
    /// Whether its value is a secret.
    pub secret: bool,
    /// What a request with it touches, when that is more than the endpoint's class.
    pub class: Option<Class>,
    /// API version that brought it.
    pub since: Option<Version>,
    /// Kinds of requirements that do not derive from this row.
    pub underived: Vec<String>,
    /// Documented forms of its value.
    pub forms: Vec<Form>,
}

impl Parameter {
    /// Whether that is its name as it is sent. A name with a variable in it is that of any of many.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        match self.key.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once('}')?.1))) {
            Some((before, after)) => {
                name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            }
            None => self.key == name,
        }
    }
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Free text.
    String,
    /// A whole number.
    Integer,
    /// One of the printed literals of a yes or no.
    Boolean,
    /// One of a closed list.
    Enum,
    /// The id or name of something on the target.
    Reference,
    /// Seconds since the UNIX epoch.
    Timestamp,
    /// Several values with commas between them.
    List,
}

/// Whether a parameter must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// Exactly one of the group must.
    OneOf(String),
    /// At least one of the group must.
    SomeOf(String),
}

/// One documented form of a value.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    /// Name of the form, part of ids.
    pub name: String,
    /// A value of that form.
    pub value: String,
    /// What it means.
    pub says: Option<String>,
    /// What a request with it touches, when that is more than the endpoint's class.
    pub class: Option<Class>,
}

/// One element or attribute of an answer.
#[derive(Debug, Clone, Serialize)]
pub struct Element {
    /// Path from the documented root, or from itself where the guide names no root.
    pub path: String,
    /// Page of the guide.
    pub page: u32,
    /// What it means, in our words.
    pub says: String,
    /// Least occurrences in each parent.
    pub count_min: u32,
    /// Most occurrences in each parent; none for any number.
    pub count_max: Option<u32>,
    /// Its type.
    pub kind: Type,
    /// The values of an enumeration.
    pub values: Vec<String>,
    /// Whether other values may come.
    pub open: bool,
    /// Smallest number.
    pub min: Option<i64>,
    /// Largest number.
    pub max: Option<i64>,
    /// The parameter and value that call for it.
    pub when: Option<(String, String)>,
    /// Whether it is absent in some states of the target.
    pub sometimes: bool,
    /// Whether empty text is lawful.
    pub may_be_empty: bool,
    /// Other names that the guide prints for it.
    pub names: Vec<String>,
    /// The readings that the row leaves open.
    pub topic: Option<String>,
    /// What the operator can do when none was seen.
    pub hint: Option<String>,
    /// API version that brought it.
    pub since: Option<Version>,
}

/// A query example of the guide.
#[derive(Debug, Clone, Serialize)]
pub struct Example {
    /// Name, part of its id.
    pub name: String,
    /// Page of the guide.
    pub page: u32,
    /// What it does, in our words.
    pub says: String,
    /// The query as printed.
    pub printed: String,
    /// The query with the target's own ids.
    pub send: String,
    /// What becomes of it: `accepted`, `refused` or `open`.
    pub expect: String,
    /// The readings of an open one.
    pub topic: Option<String>,
    /// What it touches, when that is more than the endpoint's class.
    pub class: Option<Class>,
    /// Whether it needs a session of its own.
    pub fresh_session: bool,
}

/// A fact that no request can show.
#[derive(Debug, Clone, Serialize)]
pub struct Untestable {
    /// Id, unique in its endpoint.
    pub id: String,
    /// Page of the guide.
    pub page: u32,
    /// The fact, in our words.
    pub says: String,
    /// Why it cannot be tested from outside.
    pub why: String,
}
