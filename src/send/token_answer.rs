//! Answers to the request for a token: which tokens are in them, and what may be kept of them.
//!
//! In: an answer as it came. Out: its tokens, and its shape: which members it has, of which type and how long. Of values only those stay
//! that are words of a standard or of the guide, and the seconds of `expires_in`. Whether the answer is JSON stays as it is, so that the
//! shape is judged as the answer would be. Nothing is judged here.

use super::TOKEN_PATH;
use crate::model::exchange::{Answer, Outcome, Request};

/// A longer answer is no answer to the request for a token, and its tokens are not looked for.
const BYTES_MAX: usize = 64 * 1024;

/// Values that stay: schemes and types of tokens, the codes of RFC 6749, and what the guide prints for a refusal.
const PUBLIC: [&str; 23] = [
    "Bearer",
    "bearer",
    "BEARER",
    "Basic",
    "basic",
    "MAC",
    "mac",
    "DPoP",
    "N_A",
    "access_denied",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "temporarily_unavailable",
    "too_many_requests",
    "too_many_tokens",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "The resource owner or authorization server denied the request.",
];

/// The longest name of a member that stays.
const NAME_MAX: usize = 32;

/// The longest word of a sentence that stays, in characters: a token is longer.
const WORD_MAX: usize = 15;

/// The member whose value stays when it is a number.
const SECONDS: &str = "expires_in";

/// Members that hold a token, in lower case.
const TOKENS: [&str; 6] = ["access_token", "accesstoken", "refresh_token", "refreshtoken", "id_token", "token"];

/// Whether a request asks for a token.
pub(super) fn is_asked_for(request: &Request) -> bool {
    request.path.trim_end_matches('/').eq_ignore_ascii_case(TOKEN_PATH)
}

/// The tokens in an answer. Where one was asked for, what could be one is looked for in what cannot be read, too.
pub(super) fn tokens(answer: &Answer, for_a_token: bool) -> Vec<String> {
    let body = &*answer.body;
    if body.len() > BYTES_MAX || !(for_a_token || body.contains(TOKENS[0])) {
        return Vec::new();
    }
    let mut tokens = Vec::new();
    match serde_json::from_str::<serde_json::Value>(body.trim_start_matches('\u{feff}')) {
        Ok(value) if for_a_token => in_json(&value, &mut tokens),
        Ok(value) => tokens.extend(value.get(TOKENS[0]).and_then(serde_json::Value::as_str).map(str::to_owned)),
        Err(_) if for_a_token && answer.status < 300 => {
            let apart = |c: char| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
            tokens.extend(body.split(apart).filter(|word| word.len() >= 16).take(64).map(str::to_owned));
        }
        Err(_) => {}
    }
    tokens
}

fn in_json(value: &serde_json::Value, tokens: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value {
                    serde_json::Value::String(text) if TOKENS.contains(&name.to_ascii_lowercase().as_str()) => {
                        tokens.push(text.clone());
                    }
                    other => in_json(other, tokens),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| in_json(item, tokens)),
        _ => {}
    }
}

/// Leaves only the shape of an answer, where there is one.
pub(super) fn keep_shape(outcome: &mut Outcome) {
    let Outcome::Answer(answer) = outcome else { return };
    let body = &*answer.body;
    // A refusal says why. What could be a token or a part of one is none of the words of a sentence.
    let mask = if answer.status >= 400 { masked_but_words } else { masked };
    let readable = serde_json::from_str::<serde::de::IgnoredAny>(body.trim_start_matches('\u{feff}')).is_ok();
    let shape = match body.trim_start_matches('\u{feff}').trim_start().chars().next() {
        Some('<') => markup(body, mask),
        _ if readable || body.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) => json(body, mask),
        _ => mask(body),
    };
    let still = serde_json::from_str::<serde::de::IgnoredAny>(shape.trim_start_matches('\u{feff}')).is_ok();
    // What was no JSON must not become it.
    answer.body = if still && !readable { format!("{shape}*").into() } else { shape.into() };
    if let Some(bytes) = &mut answer.bytes {
        *bytes = vec![b'*'; bytes.len()].into();
    }
}

/// The shape of what begins as JSON does. It is read sign by sign, so it does not matter whether it is JSON.
fn json(text: &str, mask: fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut member = String::new();
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let (string, behind) = string(rest);
            let name = behind.trim_start().starts_with(':');
            // A text is the same with escapes in it and without. What is no string of JSON stays none.
            let read = serde_json::from_str::<String>(string);
            let inside = read.as_deref().unwrap_or(string.trim_matches('"'));
            let stays = match name {
                true => inside.len() <= NAME_MAX && inside.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
                false => PUBLIC.contains(&inside) || (member == SECONDS && is_number(inside)),
            };
            if name {
                inside.clone_into(&mut member);
            }
            match (stays, &read) {
                (true, Ok(text)) => out.push_str(&serde_json::Value::from(text.as_str()).to_string()),
                (true, Err(_)) => out.push_str(string),
                (false, _) => out.push_str(&masked_string(string, if name { masked } else { mask })),
            }
            rest = behind;
            continue;
        }
        if c.is_ascii_alphanumeric() || c == '-' {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            let stays = ["true", "false", "null"].contains(&word) || (member == SECONDS && is_number(word));
            out.push_str(&if stays { word.to_owned() } else { masked_word(word) });
            rest = behind;
            continue;
        }
        out.push(if "{}[]:,\u{feff}".contains(c) || c.is_ascii_whitespace() { c } else { '*' });
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The string at the beginning of a text with its quotes, and what is behind it.
fn string(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return text.split_at(at + 1),
            _ => {}
        }
    }
    (text, "")
}

/// A string in which every character is one that means nothing, of the same kind: what a pattern can tell of it stays.
fn masked_string(string: &str, mask: fn(&str) -> String) -> String {
    match serde_json::from_str::<String>(string) {
        Ok(text) => serde_json::Value::String(mask(&text)).to_string(),
        Err(_) => {
            // It is no string of JSON, and stays none.
            let inside = &string[1..];
            let inside = inside.strip_suffix('"').unwrap_or(inside);
            let end = if inside.len() + 2 == string.len() { "\\*\"" } else { "" };
            format!("\"{}{end}", "*".repeat(inside.chars().count()))
        }
    }
}

/// A number of the same length, or what is none.
fn masked_word(word: &str) -> String {
    match serde_json::from_str::<serde_json::Number>(word) {
        Ok(_) => word.chars().map(|c| if c.is_ascii_digit() { '1' } else { c }).collect(),
        Err(_) => masked(word),
    }
}

fn masked(text: &str) -> String {
    let mask = |c: char| match c {
        ' ' | '\t' | '\r' | '\n' | '\u{feff}' => c,
        c if c.is_control() => '\u{1}',
        c if c.is_ascii() => '*',
        _ => '\u{b7}',
    };
    text.chars().map(mask).collect()
}

/// The same with the words of a sentence as they are: letters alone, as words are written, and at least two of them.
fn masked_but_words(text: &str) -> String {
    let is_word = |word: &&str| {
        let inside = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let rest = inside.strip_prefix(char::is_uppercase).unwrap_or(inside);
        inside.chars().count() <= WORD_MAX && !inside.is_empty() && rest.chars().all(char::is_lowercase)
    };
    if text.split_whitespace().filter(is_word).count() < 2 {
        return masked(text);
    }
    let pieces = text.split_inclusive(char::is_whitespace);
    let kept = pieces.map(|piece| if is_word(&piece.trim()) { piece.to_owned() } else { masked(piece) });
    kept.collect()
}

/// The shape of markup: an element that says that there was an error is one still.
fn markup(text: &str, mask: fn(&str) -> String) -> String {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    let document = match trimmed.strip_prefix("<?xml") {
        Some(behind) => behind.split_once("?>").map_or("", |(_, document)| document.trim_start()),
        None => trimmed,
    };
    let error = document
        .strip_prefix("<error")
        .filter(|behind| behind.starts_with(['>', ' ']))
        .and_then(|behind| behind.split_once('>'))
        .and_then(|(_, behind)| behind.strip_suffix("</error>"))
        .filter(|inside| !inside.contains(['<', '&']));
    match error {
        Some(inside) => format!("<error>{}</error>", mask(inside)),
        None => format!("<{}", masked(&trimmed[1..])),
    }
}

/// Seconds, as a number or a text.
fn is_number(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_why_and_nothing_that_could_be_a_token() {
        for (status, body, expected) in [
            (401, r#"{"message":"Der Client ist gesperrt."}"#, r#"{"message":"Der Client ist gesperrt."}"#),
            (
                401,
                r#"{"message":"The secret 4nT9x of abc is wrong"}"#,
                r#"{"message":"The secret ***** of abc is wrong"}"#,
            ),
            (401, r#"{"access_token":"abcdefghij"}"#, r#"{"access_token":"**********"}"#),
            (401, "Zugriff verweigert", "Zugriff verweigert"),
            (401, "<error>No such account: xYz</error>", "<error>No such account: ***</error>"),
            (
                400,
                r#"{"message":"unbefristetverlaengert aberLeise"}"#,
                r#"{"message":"********************** *********"}"#,
            ),
            (200, r#"{"message":"Welcome to the site"}"#, r#"{"message":"******* ** *** ****"}"#),
        ] {
            let mut outcome = Outcome::Answer(Answer::of(status, Vec::new(), body.as_bytes().to_vec(), None));
            keep_shape(&mut outcome);
            let Outcome::Answer(answer) = outcome else { unreachable!("it was an answer") };
            assert_eq!(&*answer.body, expected, "{body}");
        }
    }
}
