//! What the guide says, as data.
//!
//! In: the TOML files and schemas of `specs/`. Out: a [`Spec`]: endpoints with their parameters and elements, and the
//! requirements that derive from those rows or are written beside them. Nothing here knows of seeds, targets or verdicts.

mod archives;
mod coverage;
mod derive;
mod export;
mod file;
mod guide;
mod load;
mod meaning;
mod model;
pub mod openapi;
mod same_root;
mod xsd;

use std::collections::BTreeMap;

use serde::Serialize;

pub use archives::{ArchiveDemand, ArchiveWord};
pub use coverage::{account, coverage};
pub use export::to_json;
pub use guide::{Change, Guide, Section, Version, VersionRow};
pub use load::{Faults, embedded, from_folder};
pub use model::{FieldKind, ModelEvent, ModelField, ModelTable};
pub use xsd::{SchemaOf, to_xsd};

pub use crate::vocabulary::{Expect, Path, Predicate, Query, Type, Walk};

pub(crate) use derive::{glob, matching};

use crate::{
    model::{
        case::{Class, Role, Times},
        credential::{AccountRole, Authorization},
        draft::{Carrier, Encoding},
    },
    vocabulary::Schemas,
};

/// The whole guide as data.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What the guide itself is.
    pub guide: Guide,
    /// Every endpoint, by id.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Every requirement, by id.
    pub requirements: BTreeMap<String, Requirement>,
    /// Sequences of calls that the run itself needs, by name.
    pub flows: BTreeMap<String, Flow>,
    /// Response schemas by file name, such as `token.json`.
    pub schemas: BTreeMap<String, String>,
    /// The JSON Schemas among them, compiled.
    pub json_schemas: Schemas,
    /// SHA-256 of all spec files, in hexadecimal.
    pub digest: String,
}

/// One endpoint, or one command of an endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoint {
    /// Path of its file below `specs/`, without the ending.
    pub id: String,
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
    /// The readings of that permission, where the guide contradicts itself.
    pub account_topic: Option<String>,
    /// Name of the permission that the account needs, where it is none for the command API.
    pub permission: Option<String>,
    /// Whether the guide leaves open which access it needs.
    pub access_untold: bool,
    /// Whether it acts on a session of our own.
    pub session: bool,
    /// Whether requirements derive from the rows.
    pub derives: bool,
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

/// How firmly the guide states a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Stated.
    Must,
    /// Implied or advised.
    Should,
    /// Contradicted or left open.
    Ambiguous,
}

impl Level {
    /// The word used in spec data and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// One documented statement that a target can keep or break.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// A readable path; any prefix of it selects.
    pub id: String,
    /// Id of the endpoint it belongs to.
    pub endpoint: String,
    /// How firmly the guide states it.
    pub level: Level,
    /// Title of the guide's section.
    pub section: String,
    /// Page of the guide.
    pub page: u32,
    /// What it asks, in our words.
    pub says: String,
    /// What its requests touch.
    pub class: Class,
    /// API version that brought it.
    pub since: Option<Version>,
    /// The topic of its readings.
    pub topic: Option<String>,
    /// Ids, with `*` for any run of characters: while one of these fails, this one cannot be told.
    pub rests_on: Vec<String>,
    /// Whether it is left out where its account role is missing.
    pub opt_in: bool,
    /// Whether it needs a session of its own.
    pub fresh_session: bool,
    /// Whether several cases are drawn for it.
    pub property: bool,
    /// What is asked.
    pub demand: Demand,
}

/// What a requirement asks.
#[derive(Debug, Clone)]
pub enum Demand {
    /// Answers to requests of its own.
    Steps(Vec<Step>),
    /// An element or attribute in every accepted answer of the endpoint, by its number among the endpoint's rows.
    Present(usize),
    /// Its value, wherever it stands.
    Typed(usize),
    /// Which of its printed names it has.
    Named(usize),
    /// Every accepted answer of the endpoint against our schema.
    Schema,
    /// Every accepted answer of the run against the schema that the target publishes.
    OwnSchema,
    /// Which notation the permission entries have.
    Shape,
    /// The archives of the run.
    Archive(ArchiveDemand),
    /// Every accepted XML answer of the run, or of the endpoint alone.
    EveryAnswer {
        /// Whether only answers of the endpoint count.
        own: bool,
        /// What must hold.
        expect: Vec<Expect>,
        /// What holds in each reading.
        readings: Vec<Reading>,
    },
}

/// One way in which an ambiguous requirement can be understood, and what then holds.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// What holds.
    pub expect: Vec<Expect>,
}

/// One request of a requirement, before values are drawn.
#[derive(Debug, Clone)]
pub struct Step {
    /// What the answer is for.
    pub role: Role,
    /// Id of the endpoint that is called.
    pub endpoint: String,
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
    /// What stands in the Authorization header.
    pub authorization: Authorization,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// How often it is sent.
    pub times: Times,
    /// What is remembered of the answer.
    pub capture: Vec<(String, Query)>,
    /// What must hold for the requirement to be tellable at all.
    pub only_if: Vec<Expect>,
    /// What the operator can do when it does not.
    pub otherwise: String,
    /// What must hold.
    pub expect: Vec<Expect>,
    /// What holds in each reading.
    pub readings: Vec<Reading>,
}

/// Where the value of a sent parameter comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A text with `${variables}`.
    Text(String),
    /// A value of a class of a parameter's row, drawn from the seed.
    Draw {
        /// Id of the endpoint that has the row.
        endpoint: String,
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

/// A sequence of calls that the run itself needs.
#[derive(Debug, Clone)]
pub struct Flow {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub says: String,
    /// The calls.
    pub steps: Vec<Step>,
    /// The calls that put things back.
    pub teardown: Vec<Step>,
}

impl Requirement {
    /// The suite that it belongs to: what kind of test it is.
    #[must_use]
    pub fn suite(&self) -> &'static str {
        let rest = self.id.strip_prefix(self.endpoint.as_str()).unwrap_or_default();
        let last = rest.rsplit('/').next().unwrap_or_default();
        let at_a_bound =
            ["min", "max", "below-min", "above-max", "at-limit", "at-limit-multibyte", "over-limit"].contains(&last);
        match &self.demand {
            Demand::Steps(_) if rest.starts_with("/example/") => "example",
            Demand::Steps(_)
                if rest.starts_with("/auth/") || rest.starts_with("/permission/") || self.id.starts_with("auth/") =>
            {
                "access"
            }
            Demand::Steps(_) if at_a_bound => "limit",
            Demand::Steps(_) if rest.starts_with("/param/") || self.property => "property",
            Demand::Steps(_) => "stateful",
            _ => "response",
        }
    }
}

/// `=ID` is that one alone; a `*` in a prefix stands for any run of characters.
fn selects(prefix: &str, id: &str) -> bool {
    match prefix.strip_prefix('=') {
        Some(one) => one == id,
        None => glob(&format!("{prefix}*"), id),
    }
}

/// Every suite.
pub const SUITES: [&str; 6] = ["access", "example", "limit", "property", "response", "stateful"];

impl Spec {
    /// The requirements whose ids start with one of the prefixes, or that a prefix `=ID` names; all of them when there is none.
    pub fn select<'a>(&'a self, prefixes: &'a [String]) -> impl Iterator<Item = &'a Requirement> {
        self.requirements
            .values()
            .filter(move |r| prefixes.is_empty() || prefixes.iter().any(|prefix| selects(prefix, &r.id)))
    }

    /// Whether the prefix selects any requirement.
    #[must_use]
    pub fn selects(&self, prefix: &str) -> bool {
        self.requirements.keys().any(|id| selects(prefix, id))
    }

    /// Whether the prefix selects any requirement, or perhaps one that only the target's own document makes.
    #[must_use]
    pub fn knows(&self, prefix: &str) -> bool {
        self.selects(prefix) || prefix.trim_start_matches('=').starts_with("configuration/")
    }
}
