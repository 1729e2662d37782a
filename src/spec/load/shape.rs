//! The shape of the spec files, as they are typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided in `load`, not here.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// `specs/<chapter>/<endpoint>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndpointFile {
    pub(super) title: String,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    pub(super) class: Option<Spanned<String>>,
    pub(super) since: Option<Spanned<String>>,
    /// The suite of all that is sent for it but its printed examples, where they have one in common.
    pub(super) suite: Option<Spanned<String>>,
    pub(super) request: Option<RequestFile>,
    #[serde(default)]
    pub(super) response: ResponseFile,
    #[serde(default)]
    pub(super) parameter: Vec<ParameterFile>,
    #[serde(default)]
    pub(super) element: Vec<ElementFile>,
    #[serde(default)]
    pub(super) set: Vec<SetFile>,
    #[serde(default)]
    pub(super) table: Vec<GroupFile>,
    #[serde(default)]
    pub(super) event: Vec<GroupFile>,
    #[serde(default)]
    pub(super) example: Vec<ExampleFile>,
    #[serde(default)]
    pub(super) untestable: Vec<UntestableFile>,
    #[serde(default)]
    pub(super) requirement: Vec<RequirementFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestFile {
    pub(super) path: String,
    pub(super) methods: Vec<String>,
    #[serde(default)]
    pub(super) fixed: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) smallest: BTreeMap<String, String>,
    pub(super) account: Spanned<String>,
    pub(super) account_topic: Option<String>,
    /// Name of the permission that the account needs, where it is none for the command API.
    pub(super) permission: Option<String>,
    /// `untold` where the guide does not say which access it needs: a token is sent, and nothing derives from it.
    pub(super) access: Option<Spanned<String>>,
    /// Which requirements derive: `all` (the default) or `none`.
    pub(super) derive: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) session: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponseFile {
    pub(super) root: Option<String>,
    pub(super) success: Option<String>,
    #[serde(default)]
    pub(super) undocumented: bool,
    #[serde(default)]
    pub(super) error: bool,
    pub(super) json_schema: Option<String>,
    /// What an accepted answer is, when it is neither XML nor JSON.
    pub(super) media: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterFile {
    pub(super) name: Spanned<String>,
    pub(super) key: Option<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
    pub(super) need: Spanned<String>,
    pub(super) unit: Option<String>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) max_characters: Option<u32>,
    pub(super) max_bytes: Option<u32>,
    pub(super) max_items: Option<u32>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) item_values: Vec<String>,
    pub(super) default: Option<String>,
    pub(super) valid: Option<String>,
    pub(super) unknown: Option<String>,
    #[serde(default)]
    pub(super) needs: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) excludes: Vec<String>,
    #[serde(default)]
    pub(super) secret: bool,
    pub(super) class: Option<Spanned<String>>,
    pub(super) since: Option<Spanned<String>>,
    /// Derived requirement kinds that do not hold for this row (a requirement written by hand says more).
    #[serde(default)]
    pub(super) underived: Vec<String>,
    #[serde(default)]
    pub(super) form: Vec<FormFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormFile {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) says: Option<String>,
    pub(super) class: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementFile {
    pub(super) path: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    #[serde(default)]
    pub(super) count: Option<Spanned<String>>,
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
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
    pub(super) topic: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) since: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhenFile {
    pub(super) parameter: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetFile {
    pub(super) name: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    pub(super) parameters: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleFile {
    pub(super) name: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    pub(super) printed: String,
    pub(super) send: String,
    pub(super) expect: Spanned<String>,
    pub(super) topic: Option<String>,
    pub(super) class: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) fresh_session: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UntestableFile {
    pub(super) id: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    pub(super) why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequirementFile {
    pub(super) id: Spanned<String>,
    pub(super) level: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    pub(super) topic: Option<String>,
    pub(super) since: Option<Spanned<String>>,
    pub(super) class: Option<Spanned<String>>,
    pub(super) account: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) fresh_session: bool,
    #[serde(default)]
    pub(super) rests_on: Vec<String>,
    #[serde(default)]
    pub(super) opt_in: bool,
    #[serde(default)]
    pub(super) every_answer: bool,
    #[serde(default)]
    pub(super) own_schema: bool,
    #[serde(default)]
    pub(super) shape: bool,
    /// What is asked of the archives of the run.
    pub(super) archives: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) expect: Vec<toml::Value>,
    #[serde(default)]
    pub(super) readings: BTreeMap<String, Vec<toml::Value>>,
    #[serde(default)]
    pub(super) step: Vec<Spanned<StepFile>>,
    /// Puts back what the steps change.
    #[serde(default)]
    pub(super) teardown: Vec<Spanned<StepFile>>,
}

/// What is remembered of an answer: a query alone, or a table that says more of the value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum CaptureFile {
    Query(String),
    Table(CaptureTable),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaptureTable {
    pub(super) query: String,
    /// `session` where the value is the id of a session that the case made.
    pub(super) owns: Option<String>,
    #[serde(default)]
    pub(super) secret: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepFile {
    /// What the answer is for; only the steps of a requirement have one.
    pub(super) role: Option<Spanned<String>>,
    pub(super) endpoint: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) send: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) bare: bool,
    #[serde(default)]
    pub(super) without: Vec<String>,
    #[serde(default)]
    pub(super) draw: BTreeMap<String, String>,
    pub(super) raw: Option<String>,
    pub(super) method: Option<String>,
    pub(super) encoding: Option<Spanned<String>>,
    pub(super) body: Option<Spanned<String>>,
    pub(super) path: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) account: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) repeat: Option<u32>,
    pub(super) burst: Option<u32>,
    pub(super) stop: Option<Spanned<String>>,
    pub(super) class: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) capture: BTreeMap<String, CaptureFile>,
    #[serde(default)]
    pub(super) only_if: Vec<toml::Value>,
    pub(super) otherwise: Option<String>,
    #[serde(default)]
    pub(super) expect: Vec<toml::Value>,
    #[serde(default)]
    pub(super) readings: BTreeMap<String, Vec<toml::Value>>,
}

/// `[[table]]` and `[[event]]`, as typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    pub(super) name: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    #[serde(default)]
    pub(super) names: Vec<String>,
    pub(super) topic: Option<String>,
    pub(super) printed: Option<String>,
    #[serde(default)]
    pub(super) envelope: bool,
    #[serde(default)]
    pub(super) field: Vec<FieldFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldFile {
    pub(super) name: Spanned<String>,
    pub(super) page: Spanned<u32>,
    pub(super) says: String,
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) open: bool,
    pub(super) refers: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) dangling: bool,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) stands_where: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) blank: bool,
}

/// `specs/flows/<name>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlowFile {
    pub(super) title: String,
    pub(super) says: String,
    /// When the run plays it.
    pub(super) when: Spanned<String>,
    /// What is said where a variable that it gives is not known.
    #[serde(default)]
    pub(super) hint: String,
    #[serde(default)]
    pub(super) step: Vec<Spanned<StepFile>>,
    pub(super) for_each: Option<ForEachFile>,
    #[serde(default)]
    pub(super) teardown: Vec<Spanned<StepFile>>,
}

/// What a flow does for each of the run's own things in a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForEachFile {
    pub(super) variable: Spanned<String>,
    pub(super) query: String,
    /// The endpoint whose accepted requests made them; where there is none, a capture must own the id.
    pub(super) made_by: Option<String>,
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) step: Vec<Spanned<StepFile>>,
}

/// A row of `specs/fixtures.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureFile {
    pub(super) says: String,
    pub(super) hint: Option<String>,
    #[serde(default)]
    pub(super) secret: bool,
    #[serde(default)]
    pub(super) always: bool,
}

/// `specs/guide.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuideFile {
    pub(super) title: String,
    pub(super) edition: String,
    pub(super) api_version: String,
    #[serde(default)]
    pub(super) product: String,
    #[serde(default)]
    pub(super) digest: Option<String>,
    #[serde(default)]
    pub(super) version: Vec<VersionFile>,
    #[serde(default)]
    pub(super) change: Vec<ChangeFile>,
    #[serde(default)]
    pub(super) section: Vec<SectionFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionFile {
    pub(super) api: String,
    pub(super) product: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeFile {
    pub(super) api: String,
    #[serde(default)]
    pub(super) product: String,
    pub(super) page: u32,
    pub(super) says: String,
    #[serde(default)]
    pub(super) concerns: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionFile {
    pub(super) title: String,
    pub(super) page: u32,
}
