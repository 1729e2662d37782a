//! Answers of the Configuration API: resources as JSON, statuses, errors.
//!
//! In: resources and refusals. Out: an [`Answer`]. What breaks the form of an answer on purpose is here.

use serde_json::{Value, json};

use super::super::answer::{Answer, Body};
use super::super::auth::access_denied;
use super::super::switches::ActiveDefects;
use super::counted::counted;
use super::edition::{Edition, Operation};
use super::refusal::Refusal;
use super::schema::{branch_of, is_nullable, is_secret, list, word};
use super::store::{Configuration, Item};
use super::words::GENERAL;

/// A resource as it is shown: the properties that the document describes, in its order.
pub(super) fn shown(
    configuration: &Configuration,
    edition: &Edition,
    path: &str,
    operation: &Operation,
    item: &Item,
    defects: &ActiveDefects,
) -> Value {
    let broken = |what: &str| defects.has(GENERAL, what);
    let mut out = Item::new();
    let counts = counted(configuration, edition, path, item);
    let known = branch_of(&operation.shown, item);
    for (name, schema) in known.into_iter().flatten().filter(|(_, schema)| !is_secret(schema)) {
        let count = counts.iter().find(|(counted, _)| counted == name).map(|(_, value)| value);
        // What there is not is null where it can be, and absent otherwise.
        let value = count.or_else(|| item.get(name)).cloned();
        if let Some(value) = value.or_else(|| is_nullable(schema).then_some(Value::Null)) {
            out.insert(name.clone(), bent(name, schema, value, defects));
        }
    }
    if broken("write-only-returned")
        && let Some(password) = item.get("password")
    {
        out.insert("password".to_owned(), password.clone());
    }
    if broken("property-missing")
        && let Some(name) = known.and_then(|known| known.keys().nth(1))
    {
        out.remove(name);
    }
    Value::Object(out)
}

/// A value that a defect makes into one that its schema does not allow.
fn bent(name: &str, schema: &Value, value: Value, defects: &ActiveDefects) -> Value {
    let broken = |what: &str| defects.has(GENERAL, what);
    let format = word(schema, "format");
    match value {
        Value::Number(number) if name == "id" && broken("id-as-text") => Value::from(number.to_string()),
        Value::Bool(flag) if broken("boolean-as-number") => Value::from(u8::from(flag)),
        Value::String(_) if !list(schema, "enum").is_empty() && broken("enumeration-of-another") => {
            Value::from("something else")
        }
        Value::String(_) if format == "date-time" && broken("time-not-of-its-format") => Value::from("yesterday"),
        Value::String(_) if !is_nullable(schema) && format.is_empty() && broken("null-where-there-cannot-be") => {
            Value::Null
        }
        value => value,
    }
}

/// An answer with JSON.
pub(super) fn json(status: u16, value: &Value, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(GENERAL, what);
    let mut text = format!("{value}\n");
    if broken("not-json") && status < 300 {
        text = text.trim_end().trim_end_matches([']', '}']).to_owned();
    }
    if broken("page-instead") && status < 300 {
        let text = "<!DOCTYPE html>\n<html><body>Log in</body></html>\n".to_owned();
        return Answer::new(GENERAL, status, Body::Text { media: "text/html; charset=UTF-8", text });
    }
    let as_html = broken("json-sent-as-html") || status == 201 && broken("created-sent-as-html");
    let media = if as_html { "text/html" } else { "application/json" };
    Answer::new(GENERAL, status, Body::Raw { media: media.to_owned(), bytes: text.into_bytes() })
}

/// What an operation was refused with.
pub(super) fn refused(refusal: Refusal, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(GENERAL, what);
    let message = |text: &str| if broken("error-without-message") { json!({}) } else { json!({ "message": text }) };
    match refusal {
        Refusal::NotFound if broken("unknown-answered-200") => json(200, &json!({}), defects),
        Refusal::NotFound => {
            let status = if broken("unknown-answered-400") { 400 } else { 404 };
            json(status, &message("There is no such thing"), defects)
        }
        Refusal::Forbidden => access_denied(403, defects),
        Refusal::Invalid(faulty) => {
            let status = if broken("invalid-answered-400") { 400 } else { 422 };
            let mut value = message("The request is not valid");
            if !broken("validation-error-without-errors") {
                value["errors"] = json!(faulty);
            }
            json(status, &value, defects)
        }
    }
}
