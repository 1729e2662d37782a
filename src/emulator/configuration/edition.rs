//! Editions of the API: a document with its operations, told apart by what they do, and the rules that no document says.
//!
//! In: one of the two editions of our own, or the text of anybody's. Out: [`Edition`], which finds the operation of a path. What an
//! operation does follows from its path, its method and the schema of its answer; nothing here knows what a resource is about.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use super::describe::describe;
use super::description::{Description, Resource, fits};
use super::own;
use super::schema::{Document, Properties, list, type_of, word};
use super::yaml;

/// What the Configuration API is served by: its document and what is done by it.
#[derive(Debug)]
pub struct Edition {
    pub(super) text: String,
    pub(super) document: Document,
    pub(super) rules: Arc<Description>,
    pub(super) paths: Vec<Template>,
    /// The collections below no resource, by what a property calls them.
    kinds: Vec<(String, String)>,
    /// What is wrong with the document, where that is somebody's own.
    faults: Vec<String>,
}

/// A path of a document with its operations by method.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) path: String,
    pub(super) operations: BTreeMap<String, Operation>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    List,
    Show,
    Create,
    Change,
    Remove,
    File,
    /// Something that there is once below a resource: shown, made, changed, removed.
    ShowSingle,
    MakeSingle,
    ChangeSingle,
    RemoveSingle,
    /// Anything else.
    Act,
}

/// An operation of a document.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) does: Does,
    /// The word of its rule, empty without one.
    pub(super) rule: String,
    /// The schema of the body, and its properties.
    pub(super) body: Option<Value>,
    pub(super) fields: Properties,
    /// The schema of what is shown, and the properties of each branch of it.
    pub(super) answer: Option<Value>,
    pub(super) shown: Vec<Properties>,
    pub(super) status: u16,
    pub(super) media: Option<String>,
    /// Whether the success has that header.
    pub(super) located: bool,
    pub(super) parameters: Vec<Value>,
}

/// A path that was asked for.
pub(super) struct Found<'a> {
    pub(super) template: &'a Template,
    /// The path of the collection, or of what is no resource of one.
    pub(super) path: String,
    /// What stands in the path for the resource.
    pub(super) last: Option<String>,
}

impl Edition {
    /// The edition of a few resources, with which a run is short.
    pub fn short() -> Arc<Edition> {
        static SHORT: OnceLock<Arc<Edition>> = OnceLock::new();
        let edition =
            SHORT.get_or_init(|| Arc::new(ours(include_str!("short.toml"), Some(include_str!("openapi.yaml")))));
        edition.clone()
    }

    /// The edition with every path.
    pub fn whole() -> Arc<Edition> {
        static WHOLE: OnceLock<Arc<Edition>> = OnceLock::new();
        WHOLE.get_or_init(|| Arc::new(ours(include_str!("whole.toml"), None))).clone()
    }

    /// An edition of somebody's own: an OpenAPI 3 document in YAML or JSON. What is wrong in it is left out and named by [`Edition::faults`].
    ///
    /// # Errors
    /// Says why the text is no such document.
    pub fn of(text: &str) -> Result<Arc<Edition>, String> {
        let (value, faults) = own::read(text)?;
        // Its paths may be those of the whole edition; where they are, the same rules hold.
        Ok(Arc::new(Edition::new(text.to_owned(), value, Edition::whole().rules.clone(), faults)))
    }

    /// What is wrong with the document, each with its place.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Every operation: its method, and a path that names the first of each collection.
    pub fn calls(&self) -> impl Iterator<Item = (String, String)> {
        self.paths.iter().flat_map(|template| {
            let first = |step: &str| if step.starts_with('{') { "1".to_owned() } else { step.to_owned() };
            let path = template.path.split('/').map(first).collect::<Vec<_>>().join("/");
            template.operations.keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
    }

    /// The document as it is served.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn new(text: String, value: Value, rules: Arc<Description>, faults: Vec<String>) -> Edition {
        let mut edition =
            Edition { text, document: Document::new(value), rules, paths: Vec::new(), kinds: Vec::new(), faults };
        edition.paths = edition.templates();
        let top = edition.paths.iter().map(|template| &template.path).filter(|path| !path.contains('{'));
        edition.kinds = top.filter(|path| edition.is_collection(path)).map(|path| (kind(path), path.clone())).collect();
        edition
    }

    /// The path of the document that fits, with what is named in it. A path without names comes before one with them.
    pub(super) fn find(&self, path: &str) -> Option<Found<'_>> {
        let template = self.paths.iter().find(|template| fits(&template.path, path))?;
        if !template.path.ends_with('}') {
            return Some(Found { template, path: path.to_owned(), last: None });
        }
        let (collection, last) = path.rsplit_once('/')?;
        Some(Found { template, path: collection.to_owned(), last: Some(last.to_owned()) })
    }

    /// The rule of a collection.
    pub(super) fn rule(&self, path: &str) -> Option<&Resource> {
        self.rules.rule(path)
    }

    /// The operation of a collection that does something, by a path of it.
    pub(super) fn operation(&self, path: &str, does: Does) -> Option<&Operation> {
        let one = [Does::Show, Does::Change, Does::Remove].contains(&does);
        let of_it = |template: &&Template| match template.path.rsplit_once('/').filter(|_| one) {
            Some((before, last)) => last.starts_with('{') && fits(before, path),
            None => !one && fits(&template.path, path),
        };
        let all = self.paths.iter().filter(of_it).flat_map(|template| template.operations.values());
        all.into_iter().find(|operation| operation.does == does)
    }

    /// The path of one resource of a collection.
    pub(super) fn one_below(&self, path: &str) -> Option<&str> {
        let below = |template: &&Template| {
            template.path.rsplit_once('/').is_some_and(|(before, last)| last.starts_with('{') && fits(before, path))
        };
        self.paths.iter().find(below).map(|template| template.path.as_str())
    }

    /// What a resource of a collection is shown with.
    pub(super) fn shown(&self, path: &str) -> &[Properties] {
        let ways = [Does::Show, Does::List, Does::Create, Does::Change];
        let shown = ways.into_iter().filter_map(|does| self.operation(path, does)).find(|one| !one.shown.is_empty());
        shown.map(|operation| operation.shown.as_slice()).unwrap_or_default()
    }

    /// Whether there is a collection at a path.
    pub(super) fn is_collection(&self, path: &str) -> bool {
        [Does::List, Does::Create, Does::Show].into_iter().any(|does| self.operation(path, does).is_some())
    }

    /// The collection below no resource that a property names one of: `jump_group_id` names one of `jump-group`.
    pub(super) fn named(&self, property: &str) -> Option<&str> {
        let word = property.strip_suffix("_id").or_else(|| property.strip_suffix("_ids"))?;
        let ends = |kind: &str| word.strip_suffix(kind).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'));
        let found = self.kinds.iter().filter(|(kind, _)| ends(kind)).max_by_key(|(kind, _)| kind.len());
        found.map(|(_, path)| path.as_str())
    }

    fn templates(&self) -> Vec<Template> {
        let paths = self.document.0.get("paths").and_then(Value::as_object);
        let mut all: Vec<Template> = Vec::new();
        for (path, item) in paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
            let (path, item) = (own::below_base(path), self.document.resolve(item));
            let common = list(item, "parameters");
            let methods = ["get", "post", "put", "patch", "delete"].into_iter();
            let found = methods.filter_map(|method| Some((method, item.get(method).filter(|one| one.is_object())?)));
            let operations =
                found.map(|(method, value)| (method.to_owned(), self.read(path, method, value, common, item)));
            all.push(Template { path: path.to_owned(), operations: operations.collect() });
        }
        all.sort_by_key(|template| template.path.split('/').map(|step| step.starts_with('{')).collect::<Vec<bool>>());
        all
    }

    fn read(&self, path: &str, method: &str, value: &Value, common: &[Value], item: &Value) -> Operation {
        let document = &self.document;
        let parameters = common.iter().chain(list(value, "parameters")).map(|one| document.resolve(one).clone());
        let parameters: Vec<Value> = parameters.collect();
        let (status, success) = self.success(value);
        let content = |part: &Value| part.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
        let answers = content(&success);
        let answer = json_schema(&answers);
        let media = answers.keys().next().cloned();
        let body = json_schema(&content(document.resolve(value.get("requestBody").unwrap_or(&Value::Null))));
        let paged = parameters.iter().any(|one| word(one, "name") == "per_page");
        let resolved = answer.as_ref().map(|schema| document.resolve(schema));
        let is_list = paged || resolved.is_some_and(|schema| type_of(schema) == "array");
        let of_one = resolved.map(|schema| schema.get("items").unwrap_or(schema));
        let shown = of_one.map(|schema| document.branches(schema)).unwrap_or_default();
        let file = answer.is_none() && media.is_some();
        let rule = self.rules.action(method, path).to_owned();
        let does =
            self.does(path, method, item, &Traits { is_list, file, ruled: !rule.is_empty() && rule != "always" });
        let fields = body.as_ref().map(|schema| document.properties(schema)).unwrap_or_default();
        let located = success.pointer("/headers/Location").is_some();
        Operation { does, rule, body, fields, answer, shown, status, media, located, parameters }
    }

    /// What an operation does, by where it is and how it answers.
    fn does(&self, path: &str, method: &str, item: &Value, traits: &Traits) -> Does {
        let of_one = path.ends_with('}');
        let paths = self.document.0.get("paths").and_then(Value::as_object);
        let below = format!("{path}/{{");
        let has_one = paths
            .into_iter()
            .flatten()
            .any(|(other, _)| own::below_base(other).strip_prefix(&below).is_some_and(|rest| !rest.contains('/')));
        match method {
            "get" if traits.file => Does::File,
            _ if traits.ruled => Does::Act,
            "get" if of_one => Does::Show,
            "get" if traits.is_list || has_one => Does::List,
            "get" => Does::ShowSingle,
            "patch" | "put" if of_one => Does::Change,
            "patch" | "put" => Does::ChangeSingle,
            "delete" if of_one => Does::Remove,
            "delete" => Does::RemoveSingle,
            "post" if of_one => Does::Act,
            "post" if has_one || self.lists(item) => Does::Create,
            "post" if item.get("get").is_some() => Does::MakeSingle,
            _ => Does::Act,
        }
    }

    /// Whether GET of a path lists.
    fn lists(&self, item: &Value) -> bool {
        let Some(get) = item.get("get") else { return false };
        let all = list(item, "parameters").iter().chain(list(get, "parameters"));
        let paged = all.into_iter().any(|one| word(self.document.resolve(one), "name") == "per_page");
        let (_, success) = self.success(get);
        let content = success.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
        let schema = json_schema(&content);
        paged || schema.is_some_and(|schema| type_of(self.document.resolve(&schema)) == "array")
    }

    /// The first answer of success, with its status.
    fn success(&self, operation: &Value) -> (u16, Value) {
        let answers = operation.get("responses").and_then(Value::as_object);
        let good = answers.into_iter().flatten().find_map(|(status, answer)| {
            let status = status.parse::<u16>().ok().filter(|status| (200..300).contains(status));
            status.map(|status| (status, self.document.resolve(answer).clone()))
        });
        good.unwrap_or((200, Value::Null))
    }
}

struct Traits {
    is_list: bool,
    file: bool,
    ruled: bool,
}

/// What a path is called in properties that name one of its resources.
pub(super) fn kind(path: &str) -> String {
    let steps = path.rsplit('/');
    let named = steps.into_iter().find(|step| !step.starts_with('{') && step.parse::<i64>().is_err());
    named.unwrap_or_default().replace('-', "_")
}

/// The schema of the JSON among some media types.
fn json_schema(content: &Map<String, Value>) -> Option<Value> {
    let json =
        |name: &str| name.split(';').next().is_some_and(|name| name.trim().ends_with("json") || name.trim() == "*/*");
    content.iter().find(|(name, _)| json(name)).and_then(|(_, media)| media.get("schema")).cloned()
}

/// An edition that is part of the program.
fn ours(rows: &str, document: Option<&str>) -> Edition {
    let made = || -> Result<Edition, String> {
        let rules: Description = toml::from_str(rows).map_err(|fault| fault.to_string())?;
        let (text, value) = match document {
            Some(text) => (text.to_owned(), own::parse(text)?),
            None => {
                let value = describe(&rules)?;
                (yaml::text(&value), value)
            }
        };
        Ok(Edition::new(text, value, Arc::new(rules), Vec::new()))
    };
    match made() {
        Ok(edition) => edition,
        Err(fault) => unreachable!("the editions are part of the program, and a test reads them: {fault}"),
    }
}
