//! A document of somebody's own: read within bounds, and what is wrong in it named.
//!
//! In: YAML or JSON. Out: the document and its faults, or one message that says why it is none. A fault hides nothing but what it stands in.

use serde_json::Value;

use super::schema::{Document, flag, list, type_of, word};

/// The most bytes of a document.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most nodes of a document, and the deepest that they are nested.
const NODES_MAX: usize = 300_000;
const DEPTH_MAX: usize = 96;

/// The most faults that are named.
const FAULTS_MAX: usize = 50;

/// Where the API is.
const BASE: &str = "/api/config/v1";

/// A document, with what is wrong in it.
pub(super) fn read(text: &str) -> Result<(Value, Vec<String>), String> {
    let value = parse(text)?;
    let version = word(&value, "openapi");
    if value.get("swagger").is_some() {
        return Err("it is of Swagger 2, which OpenAPI 3 replaced: convert it first".to_owned());
    }
    if !version.starts_with("3.") {
        return Err("it is no OpenAPI 3 document: it has no `openapi: 3.x` at its top".to_owned());
    }
    if value.get("paths").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty) {
        return Err("it has no paths, so there is nothing to serve".to_owned());
    }
    let document = Document::new(value);
    let mut found = Faults { document: &document, all: Vec::new() };
    found.paths();
    found.parts(&document.0, "", 0);
    let mut all = found.all;
    if all.len() > FAULTS_MAX {
        let more = all.len() - FAULTS_MAX;
        all.truncate(FAULTS_MAX);
        all.push(format!("and {more} more"));
    }
    Ok((document.0, all))
}

/// The value of a text.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > BYTES_MAX {
        return Err(format!("it is longer than {BYTES_MAX} bytes"));
    }
    let value: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|fault| format!("it is no JSON: {fault}"))?
    } else {
        yaml(text)?
    };
    let mut nodes = 0;
    if !bounded(&value, 0, &mut nodes) {
        return Err(format!("it has more than {NODES_MAX} nodes, or more than {DEPTH_MAX} levels"));
    }
    Ok(value)
}

/// A path of a document without the place of the API.
pub(super) fn below_base(path: &str) -> &str {
    path.strip_prefix(BASE).filter(|rest| rest.starts_with('/')).unwrap_or(path).trim_start_matches('/')
}

fn yaml(text: &str) -> Result<Value, String> {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_events = 2 * NODES_MAX;
    budget.max_nodes = NODES_MAX;
    budget.max_depth = DEPTH_MAX;
    budget.max_aliases = 1_000;
    budget.max_anchors = 1_000;
    budget.max_documents = 1;
    let mut options = serde_saphyr::options! { strict_booleans: true, budget: Some(budget) };
    options.alias_limits.max_total_replayed_events = NODES_MAX;
    options.alias_limits.max_replay_stack_depth = 16;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options).map_err(|fault| {
        let says: String = fault.to_string().lines().next().unwrap_or_default().chars().take(200).collect();
        format!("it is no YAML: {says}")
    })
}

fn bounded(value: &Value, depth: usize, nodes: &mut usize) -> bool {
    *nodes += 1;
    if depth > DEPTH_MAX || *nodes > NODES_MAX {
        return false;
    }
    match value {
        Value::Array(items) => items.iter().all(|item| bounded(item, depth + 1, nodes)),
        Value::Object(members) => members.values().all(|member| bounded(member, depth + 1, nodes)),
        _ => true,
    }
}

struct Faults<'a> {
    document: &'a Document,
    all: Vec<String>,
}

impl Faults<'_> {
    fn add(&mut self, place: &str, says: &str) {
        let place: String = place.chars().take(160).collect();
        self.all.push(format!("{place}: {says}"));
    }

    fn paths(&mut self) {
        let document = self.document;
        let paths = document.0.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            if !path.starts_with('/') {
                self.add(&format!("paths {path}"), "does not begin with a slash, and is not served");
                continue;
            }
            let item = document.resolve(item);
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(operation) = item.get(method) else { continue };
                let place = format!("{} {path}", method.to_uppercase());
                if operation.get("responses").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty) {
                    self.add(&place, "has no responses; 200 is answered");
                }
                let all = list(item, "parameters").iter().chain(list(operation, "parameters"));
                let all: Vec<&Value> = all.map(|one| document.resolve(one)).collect();
                let described: Vec<&str> =
                    all.iter().filter(|one| word(one, "in") == "path").map(|one| word(one, "name")).collect();
                let named: Vec<&str> =
                    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
                for name in named.iter().filter(|name| !described.contains(name)) {
                    self.add(&place, &format!("does not describe `{name}` of its path"));
                }
                for name in described.iter().filter(|name| !named.contains(name)) {
                    self.add(&place, &format!("describes `{name}`, which its path does not have"));
                }
            }
        }
    }

    /// References, types and defaults, wherever they stand.
    fn parts(&mut self, part: &Value, place: &str, depth: usize) {
        if depth > DEPTH_MAX || self.all.len() > 2 * FAULTS_MAX {
            return;
        }
        if let Some(target) = part.get("$ref").and_then(Value::as_str)
            && self.document.resolve(part).is_null()
        {
            self.add(place, &format!("refers to {target}, which is not there"));
        }
        if part.get("type").is_some_and(|one| one.is_string()) {
            self.schema(part, place);
        }
        match part {
            Value::Object(members) => {
                for (name, member) in members
                    .iter()
                    .filter(|(name, _)| !["example", "examples", "default", "enum"].contains(&name.as_str()))
                {
                    self.parts(member, &format!("{place}/{name}"), depth + 1);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.parts(item, &format!("{place}/{at}"), depth + 1);
                }
            }
            _ => {}
        }
    }

    fn schema(&mut self, schema: &Value, place: &str) {
        let known = ["string", "integer", "number", "boolean", "array", "object", "null"];
        let wanted = type_of(schema);
        if !known.contains(&wanted) {
            // A property may be called `type`, too.
            if schema.get("properties").is_none()
                && !place.ends_with("/properties")
                && !place.contains("securitySchemes")
            {
                self.add(place, &format!("has the type `{wanted}`, which there is not"));
            }
            return;
        }
        if let Some(default) = schema.get("default")
            && !is_a(wanted, default)
            && !(default.is_null() && flag(schema, "nullable"))
        {
            self.add(place, &format!("has a default that is no {wanted}, and is not used"));
        }
    }
}

/// Whether a value is of a type.
pub(super) fn is_a(wanted: &str, value: &Value) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}
