//! The shape of the files of endpoints, as they are typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided elsewhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    located::{Located, OrderedRows},
    shape_steps::{RequirementFile, StepFile},
};

/// `specs/<chapter>/<endpoint>.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EndpointFile {
    pub(super) title: String,
    pub(super) page: Located<u32>,
    pub(super) says: String,
    pub(super) class: Option<Located<String>>,
    pub(super) since: Option<Located<String>>,
    /// The suite of all that is sent for it but its printed examples, where they have one in common.
    pub(super) suite: Option<Located<String>>,
    pub(super) request: Option<RequestFile>,
    #[serde(default)]
    pub(super) response: ResponseFile,
    /// What is known of the endpoint and nothing derives from.
    #[serde(default)]
    pub(super) facts: FactsFile,
    /// Endpoints that the file describes at once, each with the texts that stand for `@{NAME}` in it.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, serde_json::Value>>")]
    pub(super) names: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// What an operator can do, by names that `hint` and `otherwise` may say.
    #[serde(default)]
    pub(super) advice: OrderedRows<String>,
    /// Scripts by names that `js:@NAME(…)` calls; `$*` in one stands for what is in the brackets.
    #[serde(default)]
    pub(super) scripts: OrderedRows<String>,
    /// What is said over a WebSocket, by names that `talk` may say.
    #[serde(default)]
    pub(super) messages: OrderedRows<String>,
    /// Steps by names that `use` may say.
    #[serde(default)]
    pub(super) steps: OrderedRows<StepFile>,
    #[serde(default)]
    pub(super) parameter: OrderedRows<ParameterFile>,
    #[serde(default)]
    pub(super) elements: Vec<ElementsFile>,
    #[serde(default)]
    pub(super) set: OrderedRows<SetFile>,
    #[serde(default)]
    pub(super) table: OrderedRows<TableFile>,
    #[serde(default)]
    pub(super) event: OrderedRows<EventFile>,
    #[serde(default)]
    pub(super) example: OrderedRows<ExampleFile>,
    #[serde(default)]
    pub(super) untestable: OrderedRows<UntestableFile>,
    #[serde(default)]
    pub(super) requirement: OrderedRows<RequirementFile>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestFile {
    pub(super) path: String,
    pub(super) methods: Vec<String>,
    #[serde(default)]
    pub(super) fixed: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) smallest: BTreeMap<String, String>,
    pub(super) account: Located<String>,
    /// Name of the permission that the account needs, where it is none for the command API.
    pub(super) permission: Option<String>,
    /// `unstated` where the guide does not say which access it needs: a token is sent, and nothing derives from it.
    pub(super) access: Option<Located<String>>,
    /// Which requirements derive: `all` (the default) or `none`.
    pub(super) derive: Option<Located<String>>,
    /// Whether each requirement that derives needs a session of its own.
    #[serde(default)]
    pub(super) fresh_session: bool,
    /// Whether no call takes away what it makes, so that it is not fuzzed unless the run may disrupt.
    #[serde(default)]
    pub(super) lasting: bool,
    /// Fixtures by name with a value, `*` for any run of characters: where the operator says so, its requirements are not
    /// applicable, but for those with `opt_in`.
    #[serde(default)]
    pub(super) steps_aside: BTreeMap<String, String>,
    /// What everything that is sent to the endpoint rests on, besides its smallest request.
    #[serde(default)]
    pub(super) rests_on: Vec<Located<String>>,
}

/// What is known of an endpoint and nothing derives from: facts of the export.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FactsFile {
    /// It acts on a session of our own.
    #[serde(default)]
    pub(super) session: bool,
    /// The section promises an error message.
    #[serde(default)]
    pub(super) error: bool,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponseFile {
    pub(super) root: Option<String>,
    pub(super) success: Option<String>,
    #[serde(default)]
    pub(super) undocumented: bool,
    pub(super) json_schema: Option<Located<String>>,
    /// What an accepted answer is, when it is neither XML nor JSON.
    pub(super) media: Option<Located<String>>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterFile {
    pub(super) key: Option<String>,
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    #[serde(rename = "type")]
    pub(super) kind: Located<String>,
    /// `optional` when left out.
    pub(super) need: Option<Located<String>>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) max_characters: Option<u32>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) item_values: Vec<String>,
    pub(super) valid: Option<String>,
    pub(super) unknown: Option<String>,
    /// The topic of the readings, where the guide does not say that such a value is refused.
    pub(super) unknown_topic: Option<String>,
    #[serde(default)]
    pub(super) needs: OrderedRows<String>,
    #[serde(default)]
    pub(super) excludes: Vec<Located<String>>,
    /// What is known of it and nothing derives from.
    #[serde(default)]
    pub(super) facts: ParameterFactsFile,
    pub(super) class: Option<Located<String>>,
    pub(super) since: Option<Located<String>>,
    /// Derived requirement kinds that do not hold for this row (a requirement written by hand says more).
    #[serde(default)]
    pub(super) underived: Vec<Located<String>>,
    #[serde(default)]
    pub(super) form: OrderedRows<FormFile>,
}

/// What is known of a parameter and nothing derives from: facts of the export.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterFactsFile {
    pub(super) unit: Option<String>,
    pub(super) default: Option<String>,
    pub(super) max_bytes: Option<u32>,
    pub(super) max_items: Option<u32>,
    #[serde(default)]
    pub(super) secret: bool,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FormFile {
    pub(super) value: String,
    pub(super) says: Option<String>,
    pub(super) class: Option<Located<String>>,
}

/// Elements and attributes at paths below one path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementsFile {
    /// Page of its rows that name none; that of the endpoint when left out.
    pub(super) page: Option<Located<u32>>,
    /// The path that those of the rows begin with.
    pub(super) under: Option<String>,
    /// By their paths below it; `.` is that path itself.
    pub(super) rows: OrderedRows<ElementFile>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementFile {
    /// What is known of it and nothing derives from.
    #[serde(default)]
    pub(super) facts: ElementFactsFile,
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    #[serde(default)]
    pub(super) count: Option<Located<String>>,
    #[serde(rename = "type")]
    pub(super) kind: Located<String>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) open: bool,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) when: Option<WhenFile>,
    #[serde(default)]
    pub(super) sometimes: bool,
    #[serde(default)]
    pub(super) may_be_empty: bool,
    #[serde(default)]
    pub(super) names: Vec<String>,
    pub(super) topic: Option<Located<String>>,
    pub(super) hint: Option<Located<String>>,
    pub(super) since: Option<Located<String>>,
}

/// What is known of an element and nothing derives from: facts of the export.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementFactsFile {
    /// The topic of a written requirement about it.
    pub(super) topic: Option<String>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhenFile {
    pub(super) parameter: Located<String>,
    pub(super) value: String,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetFile {
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    pub(super) parameters: OrderedRows<String>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleFile {
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    pub(super) printed: String,
    /// What is sent, where that is not what is printed behind the path.
    pub(super) send: Option<String>,
    /// `accepted` when left out.
    pub(super) expect: Option<Located<String>>,
    pub(super) topic: Option<Located<String>>,
    pub(super) class: Option<Located<String>>,
    pub(super) fresh_session: Option<bool>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UntestableFile {
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    pub(super) why: String,
}

/// A table of the model.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TableFile {
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    #[serde(default)]
    pub(super) names: Vec<String>,
    pub(super) topic: Option<Located<String>>,
    #[serde(default)]
    pub(super) fields: OrderedRows<FieldFile>,
}

/// An event of an archive.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventFile {
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    pub(super) printed: Option<String>,
    #[serde(default)]
    pub(super) envelope: bool,
    #[serde(default)]
    pub(super) fields: OrderedRows<FieldFile>,
}

/// A field of a table or an event.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldFile {
    pub(super) page: Option<Located<u32>>,
    pub(super) says: String,
    #[serde(rename = "type")]
    pub(super) kind: Located<String>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) open: bool,
    pub(super) refers: Option<Located<String>>,
    #[serde(default)]
    pub(super) dangling: bool,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) stands_where: Option<Located<String>>,
    #[serde(default)]
    pub(super) blank: bool,
}
