//! A contract: what an OpenAPI document states, and where the document itself is at fault.
//!
//! Plain data between `decode`, which reads it, and `spec`, which makes requirements of it. Schemas in it stand alone: JSON Schemas
//! whose references lead into their own `$defs`.

use serde_json::Value;

/// The word under which a schema keeps a format that is not known, so that nobody draws a value that it may not allow.
pub const UNKNOWN_FORMAT: &str = "x-unknown-format";

/// What an OpenAPI document states.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// The document itself.
    pub document: Value,
    /// Version of the OpenAPI standard that it names.
    pub version: String,
    /// Path of the first server's URL.
    pub base: Option<String>,
    /// What lets somebody in where an operation does not say; none where the document does not say either.
    pub ways_in: Option<WaysIn>,
    /// Its operations, in its order.
    pub operations: Vec<Operation>,
    /// Where it does not follow the standard, by place.
    pub slips: Vec<Slip>,
}

/// Names of the security schemes that let somebody in, those of each way. A way without any needs no credentials.
pub type WaysIn = Vec<Vec<String>>;

/// One method of one path.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Method in upper case.
    pub method: String,
    /// Path with its `{names}`.
    pub path: String,
    /// What it does, as the document says.
    pub summary: String,
    /// Its parameters, those of its path too.
    pub parameters: Vec<Param>,
    /// Its request body, where it has one.
    pub body: Option<Body>,
    /// Its answers by status.
    pub replies: Vec<Reply>,
    /// Whether the document says that it needs no credentials.
    pub open: bool,
    /// What it says itself of that.
    pub ways_in: Option<WaysIn>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Name as it is sent.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// What its value may be.
    pub schema: Option<Value>,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// A request body.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Whether it must be there.
    pub required: bool,
    /// The JSON that it may be.
    pub schema: Option<Value>,
}

/// A documented answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Three digits, a class such as `4XX`, or `default`.
    pub status: String,
    /// Media types of its body; none for no body.
    pub media: Vec<String>,
    /// The JSON that its body may be.
    pub schema: Option<Value>,
    /// Whether its body has a schema that is not read, since none of its media types is JSON.
    pub unread: bool,
    /// Its headers.
    pub headers: Vec<Param>,
}

/// A place where a document does not follow the standard, or that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slip {
    /// JSON pointer of the place.
    pub place: String,
    /// What kind of fault it is.
    pub kind: SlipKind,
    /// What is wrong.
    pub says: String,
}

/// What kind of fault a slip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlipKind {
    /// Something is missing or of another type than the standard has it.
    Shape,
    /// A reference that leads nowhere.
    Reference,
    /// A path parameter that its path does not have, or the other way round.
    PathParameter,
    /// An operation id that is there twice.
    OperationId,
    /// An operation without answers, or an answer that is none.
    Response,
    /// A schema that is none.
    Schema,
    /// A default of another type than its own schema has, where the standard forbids that.
    Default,
    /// A default that its own schema does not allow, where the standard advises against that.
    AdvisedDefault,
    /// Not a fault: more than is read, or a means that is not known here.
    Unread,
}

impl SlipKind {
    /// All kinds of faults.
    pub const FAULTS: [Self; 8] = [
        Self::Shape,
        Self::Reference,
        Self::PathParameter,
        Self::OperationId,
        Self::Response,
        Self::Schema,
        Self::Default,
        Self::AdvisedDefault,
    ];

    /// The word used in spec data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Reference => "reference",
            Self::PathParameter => "path-parameter",
            Self::OperationId => "operation-id",
            Self::Response => "response",
            Self::Schema => "schema",
            Self::Default => "default",
            Self::AdvisedDefault => "advised-default",
            Self::Unread => "unread",
        }
    }

    /// The kind with that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::FAULTS.into_iter().find(|kind| kind.word() == word)
    }

    /// What a document without such a fault is, for people.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Shape => "an OpenAPI 3 document in which every object has the members that the standard asks for",
            Self::Reference => "an OpenAPI 3 document in which every reference leads somewhere",
            Self::PathParameter => "an OpenAPI 3 document in which paths and their path parameters name the same",
            Self::OperationId => "an OpenAPI 3 document in which no operation id is there twice",
            Self::Response => "an OpenAPI 3 document in which every operation has its answers",
            Self::Schema => "an OpenAPI 3 document in which every schema is one",
            Self::Default => "an OpenAPI 3 document in which every default is of the type of its schema",
            Self::AdvisedDefault => "an OpenAPI 3 document in which every default is allowed by its schema",
            Self::Unread => "an OpenAPI 3 document that is read whole",
        }
    }
}

impl Operation {
    /// Its answers of success.
    pub fn successes(&self) -> impl Iterator<Item = &Reply> {
        self.replies.iter().filter(|reply| reply.status.starts_with('2') && reply.status.len() == 3)
    }

    /// Whether it documents that status itself.
    #[must_use]
    pub fn documents(&self, status: &str) -> bool {
        self.replies.iter().any(|reply| reply.status == status)
    }

    /// The parameters of a place.
    pub fn of(&self, place: Place) -> impl Iterator<Item = &Param> {
        self.parameters.iter().filter(move |param| param.place == place)
    }
}
