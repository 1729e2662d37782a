//! What of a recording is a secret, by where it stands.
//!
//! In: entries of a HAR. Out: the texts that must not be kept: credentials and tokens in headers, cookies, and what parameters, fields and
//! messages with such a name hold. They are looked for everywhere afterwards, so it does not matter where else they stand.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{decode::har::HarEntry, spec::Spec};

/// Headers whose value is one, in lower case.
const HEADERS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "sec-websocket-protocol",
];

/// What names of secret parameters and members have in them, in lower case and without `-` and `_`.
const NAMES: [&str; 9] =
    ["secret", "password", "passwd", "token", "apikey", "credential", "authorization", "cookie", "privatekey"];

/// Values that are no secret wherever they stand.
const PUBLIC: [&str; 8] = [
    "client_credentials",
    "refresh_token",
    "authorization_code",
    "bearer",
    "basic",
    "access_token",
    "redacted",
    "websocket",
];

/// The count of characters from which on a word in a cookie is a secret, whatever is in it.
const LONG: usize = 16;

/// How deep members are looked for.
const DEPTH_MAX: usize = 16;

/// The secrets of an entry.
#[must_use]
pub fn secrets(spec: &Spec, entry: &HarEntry) -> Vec<String> {
    let mut all = Vec::new();
    let headers = entry.request_headers.iter().chain(&entry.headers);
    for (name, value) in
        headers.filter(|(name, _)| HEADERS.contains(&name.to_ascii_lowercase().as_str()) || is_secret(name))
    {
        of_header(name, value, &mut all);
    }
    // What the data has as a secret is one under whatever name.
    let rows = spec.endpoints.values().flat_map(|endpoint| &endpoint.parameters).filter(|row| row.secret);
    let rows: Vec<&str> = rows.map(|row| row.key.as_str()).collect();
    let named = |name: &str| is_secret(name) || rows.contains(&name);
    let query = form_urlencoded::parse(entry.query.as_bytes());
    let form = form_urlencoded::parse(entry.posted.text.as_bytes());
    let pairs = query.chain(form).map(|(name, value)| (name.into_owned(), value.into_owned()));
    all.extend(
        pairs.chain(entry.posted.fields.iter().cloned()).filter(|(name, _)| named(name)).map(|(_, value)| value),
    );
    let said = entry.messages.iter().filter(|message| message.sent).flat_map(|message| message.data.split('\n'));
    for text in said.chain(std::iter::once(entry.posted.text.as_str())) {
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            members(&value, false, 0, &mut all);
        }
    }
    all.retain(|text| !PUBLIC.contains(&text.to_ascii_lowercase().as_str()));
    all
}

fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| !"-_".contains(*c)).collect::<String>().to_ascii_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}

/// The parts of a header that are secrets: what follows the name of a scheme, what that is in base64, and the values of cookies. A mere word in a
/// cookie, such as a language, is none: it stands everywhere.
fn of_header(name: &str, value: &str, all: &mut Vec<String>) {
    all.push(value.to_owned());
    let is_cookie = name.to_ascii_lowercase().contains("cookie");
    let telling = |text: &str| text.len() >= LONG || text.len() >= 8 && text.bytes().any(|byte| byte.is_ascii_digit());
    for part in value.split([';', ',', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
        let text =
            part.split_once('=').filter(|(_, text)| text.chars().any(|c| c != '=')).map_or(part, |(_, text)| text);
        let text = text.trim_matches('"');
        if !is_cookie || telling(text) {
            all.push(text.to_owned());
        }
        if let Some(pair) = STANDARD.decode(part).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
            // The id of a client is none, its secret is.
            all.extend(pair.split_once(':').map(|(_, secret)| secret.to_owned()));
        }
    }
}

fn members(value: &Value, secret: bool, depth: usize, all: &mut Vec<String>) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::String(text) if secret => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| members(item, secret, depth + 1, all)),
        Value::Object(pairs) => {
            for (name, value) in pairs {
                members(value, secret || is_secret(name), depth + 1, all);
            }
        }
        _ => {}
    }
}
