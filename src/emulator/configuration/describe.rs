//! From rows to an OpenAPI document.
//!
//! In: a [`Description`]. Out: a document with every operation of it, or the row that cannot be read. The document is all that the engine
//! needs beside the rules; nothing here knows of a request.

use serde_json::{Map, Value, json};

use super::description::{Description, Resource, Schema, Single};
use super::field::{field, fields, of_type};

/// The document of an edition.
pub(super) fn describe(all: &Description) -> Result<Value, String> {
    let mut paths = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for row in &all.resource {
        tags.push(&row.tag);
        for does in row.does.split_whitespace() {
            let (path, method) = place(row, does);
            put(&mut paths, &path, method, operation(row, does, &path)?)?;
        }
    }
    for row in &all.operation {
        tags.push(&row.tag);
        let path = format!("/{}", row.path);
        put(&mut paths, &path, &row.method, single(row, &path)?)?;
        parameters(&mut paths, &path, &row.names)?;
    }
    let mut named: Vec<&str> = Vec::new();
    tags.retain(|tag| !named.contains(tag) && (named.push(tag), true).1);
    let mut schemas = common_schemas();
    for row in &all.schema {
        for (name, schema) in schema(row).map_err(|says| format!("schema {}: {says}", row.name))? {
            schemas.insert(name, schema);
        }
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": all.title, "version": all.version, "description": all.says },
        "servers": [{ "url": "/api/config/v1" }],
        "security": [{ "token": [] }],
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "oauth2",
                "flows": { "clientCredentials": { "tokenUrl": "/oauth2/token", "scopes": {} } },
            } },
            "parameters": common_parameters(),
            "headers": common_headers(),
            "responses": common_responses(),
            "schemas": schemas,
        },
    });
    Ok(without_unused(document))
}

/// The document without schemas that nothing refers to.
fn without_unused(mut document: Value) -> Value {
    loop {
        let text = document.to_string();
        let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { break };
        let before = schemas.len();
        schemas.retain(|name, _| text.contains(&format!("#/components/schemas/{name}\"")));
        if schemas.len() == before {
            break;
        }
    }
    document
}

/// Where an operation of a collection is.
fn place(row: &Resource, does: &str) -> (String, &'static str) {
    let name = row.item.as_deref().or(row.key.as_deref()).unwrap_or("id");
    let (list, one) = (format!("/{}", row.path), format!("/{}/{{{name}}}", row.path));
    match does {
        "list" => (list, "get"),
        "create" => (list, "post"),
        "show" => (one, "get"),
        "change" => (one, "patch"),
        _ => (one, "delete"),
    }
}

/// Puts an operation at its path, with the names that are in the path.
fn put(paths: &mut Map<String, Value>, path: &str, method: &str, operation: Value) -> Result<(), String> {
    if !paths.contains_key(path) {
        paths.insert(path.to_owned(), json!({}));
        parameters(paths, path, "")?;
    }
    let taken = paths.get_mut(path).and_then(Value::as_object_mut);
    let earlier = taken.and_then(|operations| operations.insert(method.to_owned(), operation));
    earlier.map_or(Ok(()), |_| Err(format!("{path} has {method} twice")))
}

/// The parameters of a path: an id for each name, unless a row says what it is.
fn parameters(paths: &mut Map<String, Value>, path: &str, described: &str) -> Result<(), String> {
    let known = fields(described)?;
    let names = path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
    let all: Vec<Value> = names
        .map(|name| {
            let schema = known.iter().find(|one| one.name == name).map(|one| one.schema.clone());
            let schema = schema.unwrap_or_else(|| json!({ "$ref": "#/components/schemas/ObjectId" }));
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    if let Some(operations) = paths.get_mut(path).and_then(Value::as_object_mut)
        && !all.is_empty()
    {
        operations.insert("parameters".to_owned(), Value::from(all));
    }
    Ok(())
}

fn operation(row: &Resource, does: &str, path: &str) -> Result<Value, String> {
    let Resource { of, many, one, .. } = row;
    let says = match does {
        "list" if row.pages == Some(false) => format!("Lists {many}."),
        "list" => format!("Lists {many}, a page at a time."),
        "create" => format!("Adds {one}."),
        "show" => format!("Shows {one}."),
        "change" => format!("Changes what is given of {one}."),
        "remove" => format!("Removes {one}."),
        other => return Err(format!("{path}: nothing does `{other}`")),
    };
    let id = id_of(
        &row.path,
        match does {
            "list" => "index",
            "create" => "store",
            "show" => "show",
            "change" => "update",
            _ => "destroy",
        },
    );
    let mut operation = json!({ "tags": [row.tag], "operationId": id, "summary": says });
    let body = match does {
        "create" => Some(row.takes.as_ref().unwrap_or(of).clone()),
        "change" => Some(row.changes.clone().unwrap_or_else(|| format!("{of}Fields"))),
        _ => None,
    };
    if let Some(body) = body {
        operation["requestBody"] = taken(&body);
    }
    let pages = does == "list" && row.pages != Some(false);
    if pages {
        let mut all = vec![reference("parameters", "PerPage"), reference("parameters", "CurrentPage")];
        all.extend(fields(&row.filters).map_err(|fault| format!("{path}: {fault}"))?.into_iter().map(|one| {
            json!({ "name": one.name, "in": "query", "description": "Only those that have it, in any case of its letters.", "schema": one.schema })
        }));
        operation["parameters"] = Value::from(all);
    }
    let (status, success) = match does {
        "list" => {
            let schema = json!({ "type": "array", "items": reference("schemas", row.lists.as_ref().unwrap_or(of)) });
            let mut success = shown("A list.", &schema);
            if pages {
                let name = |name: &str| format!("X-BT-Pagination-{name}");
                let header = |name: &str| reference("headers", &name.replace('-', ""));
                let mut headers = Map::new();
                for part in ["Total", "Per-Page", "Current-Page", "Last-Page"] {
                    headers.insert(name(part), header(part));
                }
                headers.insert("Link".to_owned(), header("Link"));
                success["headers"] = Value::Object(headers);
            }
            (200, success)
        }
        "create" => {
            let mut success = match row.created.as_deref() {
                Some(_) => json!({ "description": "It was made." }),
                None => shown("It was made.", &reference("schemas", of)),
            };
            success["headers"] = json!({ "Location": reference("headers", "Location") });
            (201, success)
        }
        "remove" => (row.removed.unwrap_or(204), json!({ "description": "It is gone." })),
        _ => {
            // Where only one kind can be changed, only that comes back.
            let changed =
                row.changes.as_ref().filter(|_| does == "change").and_then(|name| name.strip_suffix("Fields"));
            (200, shown("It is there.", &reference("schemas", changed.unwrap_or(of))))
        }
    };
    let checked = pages || ["create", "change", "remove"].contains(&does);
    operation["responses"] = responses(path, status, success, checked);
    Ok(operation)
}

fn single(row: &Single, path: &str) -> Result<Value, String> {
    let verb = match row.method.as_str() {
        "get" => "show",
        "post" => "store",
        "patch" => "update",
        _ => "destroy",
    };
    let id = row.id.as_ref().map_or_else(|| id_of(path, verb), |id| format!("api.config.{id}"));
    let mut operation = json!({ "tags": [row.tag], "operationId": id, "summary": row.says });
    if !row.takes.is_empty() {
        operation["requestBody"] = taken(&row.takes);
    }
    let (status, what) = row.answers.split_once(' ').unwrap_or((&row.answers, ""));
    let status = status.parse().map_err(|_| format!("{path}: `{status}` is no status"))?;
    let success = match what {
        "" => json!({ "description": "It was done." }),
        media if media.contains('/') => {
            let schema = if media.ends_with("yaml") {
                json!({ "type": "object" })
            } else {
                json!({ "type": "string", "format": "binary" })
            };
            json!({ "description": "A file.", "content": { media: { "schema": schema } } })
        }
        what => shown("It was done.", &of_type(what)?),
    };
    operation["responses"] = responses(path, status, success, row.method != "get");
    Ok(operation)
}

/// `api.config.jump-group.user.store`: the steps of the path that are no names, and what is done.
fn id_of(path: &str, verb: &str) -> String {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty() && !step.starts_with('{')).collect();
    format!("api.config.{}.{verb}", steps.join("."))
}

fn reference(room: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{room}/{name}") })
}

fn taken(schema: &str) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": reference("schemas", schema) } } })
}

fn shown(says: &str, schema: &Value) -> Value {
    json!({ "description": says, "content": { "application/json": { "schema": schema } } })
}

/// What an operation answers: its success, and what everything else can be answered with.
fn responses(path: &str, status: u16, success: Value, checked: bool) -> Value {
    let mut all = Map::new();
    all.insert(status.to_string(), success);
    let more = [
        ("401", "NoToken", true),
        ("403", "NoPermission", true),
        ("404", "Unknown", path.contains('{')),
        ("422", "Invalid", checked || path.contains('{')),
        ("429", "TooMany", true),
    ];
    for (status, name, _) in more.iter().filter(|(_, _, has)| *has) {
        all.insert((*status).to_owned(), reference("responses", name));
    }
    Value::Object(all)
}

/// A schema; and where it has fields that must be there, another one of the same fields without that.
fn schema(row: &Schema) -> Result<Vec<(String, Value)>, String> {
    let refer = |names: &[String]| names.iter().map(|name| reference("schemas", name)).collect::<Vec<_>>();
    let (name, says) = (row.name.clone(), &row.says);
    if !row.one_of.is_empty() {
        return Ok(vec![(name, json!({ "description": says, "oneOf": refer(&row.one_of) }))]);
    }
    if !row.any_of.is_empty() {
        return Ok(vec![(name, json!({ "description": says, "anyOf": refer(&row.any_of) }))]);
    }
    let all = fields(&row.fields)?;
    let required: Vec<&str> = all.iter().filter(|one| one.must).map(|one| one.name.as_str()).collect();
    let properties: Map<String, Value> = all.iter().map(|one| (one.name.clone(), one.schema.clone())).collect();
    let own = json!({ "type": "object", "description": says, "properties": properties });
    let loose = match &row.base {
        Some(base) => json!({ "description": says, "allOf": [reference("schemas", base), own] }),
        None => own,
    };
    let fields = format!("{name}Fields");
    if required.is_empty() {
        return Ok(vec![(fields, reference("schemas", &name)), (name, loose)]);
    }
    let strict = json!({ "description": says, "allOf": [reference("schemas", &fields), { "type": "object", "required": required }] });
    Ok(vec![(fields, loose), (name, strict)])
}

fn common_parameters() -> Value {
    let page = |name: &str, says: &str, schema: &str| {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        json!({ "name": name, "in": "query", "description": says, "schema": schema })
    };
    json!({
        "PerPage": page("per_page", "How many a page has; 100 where it is not given.", "PerPage"),
        "CurrentPage": page("current_page", "Which page; the first where it is not given.", "CurrentPage"),
    })
}

fn common_headers() -> Value {
    let header = |says: &str, schema: Value| json!({ "description": says, "required": true, "schema": schema });
    json!({
        "Total": header("How many there are on all pages.", json!({ "type": "integer", "minimum": 0 })),
        "PerPage": header("How many a page has.", reference("schemas", "PerPage")),
        "CurrentPage": header("Which page this is.", reference("schemas", "CurrentPage")),
        "LastPage": header("The number of the last page.", json!({ "type": "integer", "minimum": 1 })),
        "Link": header("The first, previous, next and last page.", json!({ "type": "string" })),
        "Location": header("Where it is.", json!({ "type": "string" })),
    })
}

fn common_responses() -> Value {
    json!({
        "NoToken": shown("There is no token, or it is not valid.", &reference("schemas", "AccessDenied")),
        "NoPermission": shown("The API account has no permission, or nobody has it.", &reference("schemas", "AccessDenied")),
        "Unknown": shown("There is no such thing.", &reference("schemas", "Error")),
        "Invalid": shown("Something that was given is not allowed.", &reference("schemas", "ValidationError")),
        "TooMany": { "description": "More requests than the account may make." },
    })
}

fn common_schemas() -> Map<String, Value> {
    let message = json!({ "type": "string", "minLength": 1 });
    let all = json!({
        "ObjectId": field("id").map(|one| one.schema).unwrap_or_default(),
        "PerPage": { "type": "integer", "minimum": 5, "maximum": 100 },
        "CurrentPage": { "type": "integer", "format": "int32", "minimum": 1 },
        "AccessDenied": {
            "type": "object",
            "required": ["error", "message"],
            "properties": { "error": { "type": "string", "enum": ["access_denied"] }, "message": message },
        },
        "Error": { "type": "object", "required": ["message"], "properties": { "message": message } },
        "ValidationError": {
            "type": "object",
            "required": ["message", "errors"],
            "properties": {
                "message": message,
                "errors": {
                    "type": "object",
                    "description": "What is wrong, by the name of the property or parameter.",
                    "additionalProperties": { "type": "array", "items": { "type": "string" } },
                },
            },
        },
    });
    all.as_object().cloned().unwrap_or_default()
}
