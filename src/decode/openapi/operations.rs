//! The paths of a document and the operations in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    document::{DocumentReader, Found, below, kind_of, short},
    schemas::Use,
};
use crate::model::contract::{Body, Operation, Param, Place, Reply, SlipKind, WaysIn};

/// The most operations that are read.
const OPERATIONS_MAX: usize = 1_000;

/// The most parameters of an operation that are read, and the most headers of an answer.
const PARAMETERS_MAX: usize = 100;

/// Where every Configuration API is.
const CONFIGURATION: &str = "/api/config/";

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What a `security` says.
pub(super) fn ways_in(security: &Value) -> WaysIn {
    let ways = security.as_array().into_iter().flatten().filter_map(Value::as_object);
    ways.map(|way| way.keys().map(|name| short(name)).collect()).collect()
}

impl<'a> DocumentReader<'a> {
    /// Title and version of the API.
    pub(super) fn information(&mut self) {
        match self.document.get("info") {
            Some(info) => {
                if let Some(info) = self.object(info, "/info") {
                    self.needed_text(info, "title", "/info");
                    self.needed_text(info, "version", "/info");
                }
            }
            None => self.slip("", SlipKind::Shape, "`info` is missing"),
        }
    }

    /// Path of the first server's URL that leads to a Configuration API, else that of the first server. Its host is never called.
    pub(super) fn base(&self) -> Option<String> {
        let servers = self.document.get("servers").and_then(Value::as_array)?;
        let bases: Vec<String> = servers.iter().filter_map(base_of).collect();
        bases.iter().find(|base| base.starts_with(CONFIGURATION)).or(bases.first()).cloned()
    }

    pub(super) fn operations(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        let document = self.document;
        let paths = document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            if path.starts_with("x-") {
                continue;
            }
            let place = below("/paths", path);
            if !path.starts_with('/') {
                self.slip(&place, SlipKind::Shape, "a path that does not start with `/`");
                continue;
            }
            let Some(item) = self.resolve(item, &place) else { continue };
            let Some(members) = self.object(item.value, &item.place) else { continue };
            let common = self.parameters(members, &item.place);
            for (method, operation) in members {
                let place = below(&item.place, method);
                if !METHODS.contains(&method.as_str()) {
                    let known = ["$ref", "summary", "description", "servers", "parameters"];
                    if !known.contains(&method.as_str()) && !method.starts_with("x-") {
                        self.slip(&place, SlipKind::Shape, "no method and nothing else that a path may have");
                    }
                    continue;
                }
                if operations.len() >= OPERATIONS_MAX {
                    self.slip(&place, SlipKind::Unread, format!("more than {OPERATIONS_MAX} operations"));
                    return operations;
                }
                let Some(members) = self.object(operation, &place) else { continue };
                if let Some(id) = members.get("operationId") {
                    self.operation_id(id, &place, &mut ids);
                }
                operations.push(self.operation(path, method, members, &place, &common));
            }
        }
        operations
    }

    fn operation_id(&mut self, id: &'a Value, place: &str, ids: &mut BTreeMap<&'a str, String>) {
        let Some(text) = id.as_str() else {
            self.slip(&below(place, "operationId"), SlipKind::Shape, format!("{} for a text", kind_of(id)));
            return;
        };
        if let Some(first) = ids.get(text) {
            let says = format!("the operation id `{}` is that of {first} already", short(text));
            self.slip(&below(place, "operationId"), SlipKind::OperationId, says);
        } else {
            ids.insert(text, place.to_owned());
        }
    }

    fn operation(
        &mut self,
        path: &str,
        method: &str,
        members: &'a Map<String, Value>,
        place: &str,
        common: &[(Param, String)],
    ) -> Operation {
        let own = self.parameters(members, place);
        let same = |a: &Param, b: &Param| a.name == b.name && a.place == b.place;
        let mut all: Vec<(Param, String)> =
            common.iter().filter(|(param, _)| !own.iter().any(|(other, _)| same(param, other))).cloned().collect();
        all.extend(own);
        self.path_parameters(path, place, &all);
        let body = members.get("requestBody").and_then(|body| {
            let found = self.resolve(body, &below(place, "requestBody"))?;
            self.body(&found)
        });
        let security = members.get("security").or_else(|| self.document.get("security"));
        let open = security
            .and_then(Value::as_array)
            .is_some_and(|ways| ways.is_empty() || ways.iter().any(|way| way.as_object().is_some_and(Map::is_empty)));
        if let Some(security) = security {
            self.security(security, place);
        }
        let ways_in = members.get("security").map(ways_in);
        Operation {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            summary: members.get("summary").and_then(Value::as_str).map(short).unwrap_or_default(),
            parameters: all.into_iter().map(|(param, _)| param).collect(),
            body,
            replies: self.replies(members, place),
            open,
            ways_in,
        }
    }

    fn security(&mut self, security: &'a Value, place: &str) {
        let schemes = self.document.pointer("/components/securitySchemes").and_then(Value::as_object);
        let names = security.as_array().into_iter().flatten().filter_map(Value::as_object).flat_map(Map::keys);
        for name in names.collect::<Vec<_>>() {
            if !schemes.is_some_and(|schemes| schemes.contains_key(name)) {
                let says = format!("the security scheme `{}` is not there", short(name));
                self.slip(&below(place, "security"), SlipKind::Reference, says);
            }
        }
    }

    /// The parameters of a path or operation, each with its place.
    fn parameters(&mut self, holder: &'a Map<String, Value>, place: &str) -> Vec<(Param, String)> {
        let Some(list) = holder.get("parameters") else { return Vec::new() };
        let place = below(place, "parameters");
        let Some(list) = list.as_array() else {
            self.slip(&place, SlipKind::Shape, "parameters that are no list");
            return Vec::new();
        };
        let mut out: Vec<(Param, String)> = Vec::new();
        for (number, one) in list.iter().take(PARAMETERS_MAX).enumerate() {
            let here = below(&place, &number.to_string());
            let Some(found) = self.resolve(one, &here) else { continue };
            let Some(members) = self.object(found.value, &found.place) else { continue };
            let (Some(name), Some(stands)) =
                (self.needed_text(members, "name", &found.place), self.needed_text(members, "in", &found.place))
            else {
                continue;
            };
            let stands = match stands {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" => Place::Header,
                "cookie" => Place::Cookie,
                other => {
                    let says = format!("`{}` is no place of a parameter", short(other));
                    self.slip(&below(&found.place, "in"), SlipKind::Shape, says);
                    continue;
                }
            };
            let param = self.param(name, stands, members, &found.place);
            if out.iter().any(|(other, _)| other.name == param.name && other.place == param.place) {
                self.slip(&here, SlipKind::Shape, format!("the parameter `{}` is there twice", short(name)));
                continue;
            }
            out.push((param, here));
        }
        out
    }

    fn param(&mut self, name: &str, place: Place, members: &'a Map<String, Value>, at: &str) -> Param {
        let required = match members.get("required") {
            None => false,
            Some(Value::Bool(required)) => *required,
            Some(other) => {
                let says = format!("{} where a boolean belongs", kind_of(other));
                self.slip(&below(at, "required"), SlipKind::Shape, says);
                false
            }
        };
        let schema = match (members.get("schema"), members.get("content")) {
            (Some(schema), _) => self.standalone(schema, &below(at, "schema"), Use::Request),
            (None, Some(_)) => {
                self.slip(&below(at, "content"), SlipKind::Unread, "a parameter that is a document of its own");
                None
            }
            (None, None) => {
                self.slip(at, SlipKind::Shape, "neither `schema` nor `content`");
                None
            }
        };
        if place == Place::Path && !required {
            let says = format!("the path parameter `{}` is not required, and there is no path without it", short(name));
            self.slip(at, SlipKind::PathParameter, says);
        }
        Param { name: name.to_owned(), place, required: required || place == Place::Path, schema }
    }

    /// What a path and its path parameters must have in common.
    fn path_parameters(&mut self, path: &str, place: &str, all: &[(Param, String)]) {
        let named: BTreeSet<&str> =
            path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
        for (param, here) in all.iter().filter(|(param, _)| param.place == Place::Path) {
            if !named.contains(param.name.as_str()) {
                let says = format!("the path does not have the path parameter `{}`", short(&param.name));
                self.slip(here, SlipKind::PathParameter, says);
            }
        }
        for name in named {
            if !all.iter().any(|(param, _)| param.place == Place::Path && param.name == name) {
                let says = format!("`{{{}}}` of the path is no parameter", short(name));
                self.slip(place, SlipKind::PathParameter, says);
            }
        }
    }

    fn body(&mut self, found: &Found<'a>) -> Option<Body> {
        let members = self.object(found.value, &found.place)?;
        let content = match members.get("content") {
            Some(content) => self.object(content, &below(&found.place, "content"))?,
            None => {
                self.slip(&found.place, SlipKind::Shape, "`content` is missing");
                return None;
            }
        };
        let required = members.get("required").and_then(Value::as_bool).unwrap_or(false);
        let schema = self.json_schema(content, &below(&found.place, "content"), Use::Request);
        Some(Body { required, schema })
    }

    /// The schema of the JSON among some media types.
    fn json_schema(&mut self, content: &'a Map<String, Value>, place: &str, used: Use) -> Option<Value> {
        let (name, media) = content.iter().find(|(name, _)| is_json(name))?;
        let place = below(place, name);
        let schema = self.object(media, &place)?.get("schema")?;
        self.standalone(schema, &below(&place, "schema"), used)
    }

    fn replies(&mut self, members: &'a Map<String, Value>, place: &str) -> Vec<Reply> {
        let here = below(place, "responses");
        let Some(replies) = members.get("responses").and_then(Value::as_object).filter(|replies| !replies.is_empty())
        else {
            self.slip(place, SlipKind::Response, "no answers");
            return Vec::new();
        };
        let mut out = Vec::new();
        for (status, reply) in replies.iter().filter(|(status, _)| !status.starts_with("x-")).take(PARAMETERS_MAX) {
            let here = below(&here, status);
            let digits = status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
            let class = status.len() == 3 && status.ends_with("XX") && status.as_bytes()[0].is_ascii_digit();
            if !(digits || class || status == "default") {
                let says = format!("`{}` is no status", short(status));
                self.slip(&here, SlipKind::Response, says);
                continue;
            }
            let Some(found) = self.resolve(reply, &here) else { continue };
            let Some(members) = self.object(found.value, &found.place) else { continue };
            self.needed_text(members, "description", &found.place);
            let content = members.get("content").and_then(Value::as_object);
            let schema =
                content.and_then(|content| self.json_schema(content, &below(&found.place, "content"), Use::Answer));
            let unread = schema.is_none() && content.into_iter().flat_map(Map::values).any(is_described);
            let media = content.into_iter().flat_map(Map::keys).map(|name| short(name)).collect();
            let headers = self.headers(members, &found.place);
            out.push(Reply { status: status.clone(), media, schema, unread, headers });
        }
        out
    }

    fn headers(&mut self, members: &'a Map<String, Value>, place: &str) -> Vec<Param> {
        let place = below(place, "headers");
        let mut out = Vec::new();
        let headers = members.get("headers").and_then(Value::as_object);
        for (name, header) in headers.into_iter().flatten().take(PARAMETERS_MAX) {
            let Some(found) = self.resolve(header, &below(&place, name)) else { continue };
            let Some(members) = self.object(found.value, &found.place) else { continue };
            out.push(self.param(name, Place::Header, members, &found.place));
        }
        out
    }
}

/// The path of a server's URL, with the defaults of the variables in it.
fn base_of(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten().take(PARAMETERS_MAX) {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map(|(_, path)| format!("/{path}")).unwrap_or_default(),
        None => url,
    };
    Some(path.trim_end_matches('/').to_owned())
}

fn is_json(media: &str) -> bool {
    let name = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(name.as_str(), "application/json" | "text/json" | "*/*") || name.ends_with("+json")
}

/// Whether a media type has a schema of more than a text or a file.
fn is_described(media: &Value) -> bool {
    media.get("schema").is_some_and(|schema| schema.get("type").and_then(Value::as_str) != Some("string"))
}
