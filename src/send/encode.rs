//! How a draft is written: its query, its form, its headers.
//!
//! In: a draft with its variables filled. Out: the request target, headers and body, byte for byte the same for the same draft.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::draft::{BODY, Carrier, Encoding, HttpDraft};

/// Between the parts of a multipart body.
const BOUNDARY: &str = "touchmark-part-boundary";

/// What is written as `%` and two digits.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Target, headers and body of a draft.
pub(super) fn encode(draft: &HttpDraft) -> (String, Vec<(String, String)>, Vec<u8>) {
    let in_pairs: Vec<(String, String)> = parameters_besides_the_body(draft);
    let pairs = draft.raw.clone().unwrap_or_else(|| pairs(&in_pairs, draft.encoding));
    let mut headers = draft.headers.clone();
    let mut say = |kind: &str| {
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
    };
    let in_url = |pairs: &str| if pairs.is_empty() { draft.path.clone() } else { format!("{}?{pairs}", draft.path) };
    match draft.carrier {
        Carrier::Query => {
            if draft.method == "POST" {
                say("application/x-www-form-urlencoded");
            }
            (in_url(&pairs), headers, Vec::new())
        }
        Carrier::Form => {
            say("application/x-www-form-urlencoded");
            (draft.path.clone(), headers, pairs.into_bytes())
        }
        Carrier::TextPlain => {
            say("text/plain");
            (draft.path.clone(), headers, pairs.into_bytes())
        }
        Carrier::Json => {
            let body = draft.parameters.iter().find(|(name, _)| name == BODY).map(|(_, text)| text.clone());
            if body.is_some() {
                say("application/json");
            }
            (in_url(&pairs), headers, body.unwrap_or_default().into_bytes())
        }
        Carrier::Multipart => {
            say(&format!("multipart/form-data; boundary={BOUNDARY}"));
            (draft.path.clone(), headers, multipart(&draft.parameters).into_bytes())
        }
    }
}

/// Names and values of a draft; those of an exact query are read back from it.
pub(super) fn parameters(draft: &HttpDraft) -> Vec<(String, String)> {
    match &draft.raw {
        None => parameters_besides_the_body(draft),
        Some(raw) => form_urlencoded::parse(raw.as_bytes()).into_owned().collect(),
    }
}

fn parameters_besides_the_body(draft: &HttpDraft) -> Vec<(String, String)> {
    let besides = |(name, _): &&(String, String)| draft.carrier != Carrier::Json || name != BODY;
    draft.parameters.iter().filter(besides).cloned().collect()
}

fn pairs(parameters: &[(String, String)], encoding: Encoding) -> String {
    let write = |text: &str| match encoding {
        Encoding::Percent => percent(text),
        Encoding::LowerHex => percent_lower(text),
        Encoding::Plus => percent(text).replace("%20", "+"),
    };
    parameters.iter().map(|(name, value)| format!("{}={}", write(name), write(value))).collect::<Vec<_>>().join("&")
}

/// Everything but letters, digits and `-._~` as `%` and two upper-case hexadecimal digits (RFC 3986, section 2.1).
#[must_use]
pub fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn percent_lower(text: &str) -> String {
    let encoded = |part: &str| part.starts_with('%');
    utf8_percent_encode(text, RESERVED)
        .map(|part| if encoded(part) { part.to_ascii_lowercase() } else { part.to_owned() })
        .collect()
}

fn multipart(parameters: &[(String, String)]) -> String {
    let mut body = String::new();
    for (name, value) in parameters {
        body.push_str(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_means_the_same_value() {
        let text = "a b+c&d=ä/%€😀";
        let read = |query: &str| form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>();
        for encoding in [Encoding::Percent, Encoding::LowerHex, Encoding::Plus] {
            let query = pairs(&[("k".to_owned(), text.to_owned())], encoding);
            assert_eq!(read(&query), [("k".to_owned(), text.to_owned())], "{query}");
        }
        assert_eq!(percent("a b-._~ä"), "a%20b-._~%C3%A4");
        assert_eq!(percent_lower("A b-._~ä"), "A%20b-._~%c3%a4");
        assert_eq!(read("%zz%4&&x"), [("%zz%4", ""), ("x", "")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
