//! What kind of answer it is.
//!
//! In: an endpoint, an answer and its body as it was read. Out: an [`AnswerClass`].

use serde_json::Value;

use super::{body, wording};
use crate::{
    decode::xml,
    model::exchange::{Answer, Cut, Exchange},
    spec::{Endpoint, Media},
    vocabulary::{AnswerClass, Body},
};

/// What kind of answer it is. A target that answers 200 with an empty body, or with something else than was asked for, accepts nothing.
pub(super) fn classify(endpoint: &Endpoint, exchange: &Exchange, answer: &Answer, read: &Body) -> AnswerClass {
    let media = endpoint.response.media;
    if answer.status >= 500 {
        return AnswerClass::Failed("an error of the server".to_owned());
    }
    match &answer.cut {
        Some(Cut::Broken(fault)) => return AnswerClass::Failed(format!("the body is not whole: {fault}")),
        Some(Cut::Unread(fault)) => return AnswerClass::Failed(format!("the body cannot be read: {fault}")),
        Some(Cut::TooLong) | None => {}
    }
    if answer.status >= 400 {
        return AnswerClass::Refused;
    }
    if let (Media::WebSocket, 101, Some(view)) = (media, answer.status, read.json()) {
        return conversation(view);
    }
    if body::leads_elsewhere(media, answer) {
        return AnswerClass::Accepted;
    }
    if !(200..300).contains(&answer.status) {
        return AnswerClass::Strange(format!("status {}", answer.status));
    }
    if endpoint.response.nothing_asked.as_ref() == Some(&answer.body) {
        return AnswerClass::Idle;
    }
    // Of a recording or a backup that is large the beginning is enough.
    let file = body::needs_no_end(media);
    if let Some(cut) = answer.cut.as_ref().filter(|_| !(file && answer.goes_on())) {
        return AnswerClass::Strange(format!("the body is not whole: {cut}"));
    }
    if let (Some(error), Some(words)) = (read.error(), &endpoint.response.nothing_found)
        && wording::says(words, error.value(), &wording::asked(endpoint, exchange))
    {
        return AnswerClass::Empty;
    }
    if read.error().is_some() || read.json().is_some_and(|json| json.get("error").is_some()) {
        return AnswerClass::Refused;
    }
    if let Body::Broken(fault) = read {
        return AnswerClass::Strange(fault.clone());
    }
    match success(endpoint, answer, read) {
        Ok(()) => AnswerClass::Accepted,
        Err(why) => AnswerClass::Strange(why),
    }
}

/// An answer that opened a WebSocket is a refusal where a message over it says that there was no success.
fn conversation(view: &Value) -> AnswerClass {
    let messages = view.get("messages").and_then(Value::as_array);
    let refuses = |message: &Value| message.get("success").and_then(Value::as_bool) == Some(false);
    if view.get("accept").and_then(Value::as_bool) == Some(false) {
        return AnswerClass::Strange("it has no Sec-WebSocket-Accept that is that of the key".to_owned());
    }
    match messages.is_some_and(|messages| messages.iter().any(refuses)) {
        true => AnswerClass::Refused,
        false => AnswerClass::Accepted,
    }
}

/// Whether the answer is the documented success answer.
fn success(endpoint: &Endpoint, answer: &Answer, read: &Body) -> Result<(), String> {
    let response = &endpoint.response;
    if response.json_schema.is_some() {
        return read.json().map(|_| ()).ok_or_else(|| "the body is no JSON".to_owned());
    }
    if response.media != Media::Document {
        return body::fits(response.media, read.xml(), answer);
    }
    if read.xml().is_some_and(|root| root.name.eq_ignore_ascii_case("html")) {
        return Err("the body is an HTML page".to_owned());
    }
    if response.undocumented {
        let empty = answer.body.trim().is_empty();
        return if empty || read.xml().is_some() {
            Ok(())
        } else {
            Err("the body is neither empty nor XML".to_owned())
        };
    }
    let Some(root) = read.xml() else {
        let documented = response.root.is_some() || response.success.is_some() || !endpoint.elements.is_empty();
        return match (documented, answer.body.trim().is_empty()) {
            (_, true) => Err("the body is empty".to_owned()),
            (true, false) => Err("the body is no XML".to_owned()),
            (false, false) => Ok(()),
        };
    };
    if response.root.as_deref() == Some(root.name.as_str()) || has_documented(endpoint, root) {
        return Ok(());
    }
    if response.root.is_none() && response.success.is_none() && endpoint.elements.is_empty() {
        return Ok(());
    }
    Err(format!("the root element is `{}` and nothing documented is in it", root.name))
}

/// Whether any element that the guide names for the answer stands anywhere in it.
fn has_documented(endpoint: &Endpoint, root: &xml::Node) -> bool {
    let below_root = usize::from(endpoint.response.root.is_some());
    let mut names: Vec<&str> = endpoint
        .elements
        .iter()
        .filter_map(|row| row.path.split('/').nth(below_root))
        .filter(|name| !name.starts_with('@'))
        .collect();
    if endpoint.response.success.is_some() {
        names.push("success");
    }
    root.find(&|node| names.contains(&node.name.as_str())).is_some()
}
