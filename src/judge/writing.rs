//! How answers are written: codings that were not asked for, bytes that are not what they claim to be, and types that are not those of
//! what came. None of it is a gap, since it was read all the same, and a client less patient may stumble over it.
//!
//! In: the records. Out: observations, one for each endpoint and kind, with the place.

use std::collections::BTreeMap;

use crate::{
    decode::{charset, coding, xml},
    model::{exchange::Answer, record::Record, verdict::Observation},
};

/// What is observed of how answers are written.
pub(super) fn observations(records: &[Record]) -> Vec<Observation> {
    let mut all: BTreeMap<(&str, String), Observation> = BTreeMap::new();
    for (_, exchange) in records.iter().flat_map(Record::sent) {
        let Some(answer) = exchange.answer() else { continue };
        for (what, place) in seen(answer) {
            // The first place stands for the others.
            let of = |what: &String| Observation {
                requirement: exchange.endpoint.to_string(),
                what: what.clone(),
                place,
                count: 0,
            };
            all.entry((exchange.endpoint.as_str(), what.clone())).or_insert_with(|| of(&what)).count += 1;
        }
    }
    all.into_values().collect()
}

fn seen(answer: &Answer) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let mut see = |what: String, place: &str| seen.push((what, place.to_owned()));
    let content_type = answer.header("content-type").unwrap_or_default();
    let codings: Vec<&str> = answer.header("content-encoding").map(coding::codings).into_iter().flatten().collect();
    if !codings.is_empty() {
        let what = format!("it came with the content coding {}, though none was asked for", codings.join(", "));
        see(what, "Content-Encoding");
    }
    let read = charset::read(answer.raw(), content_type);
    let slipped = read.as_ref().is_some_and(|text| text.slip.is_some());
    if let Some(charset::Text { slip: Some(slip), at, .. }) = read {
        see(slip, &at.map_or("the body".to_owned(), |at| format!("byte {at} of the body")));
    }
    let text = answer.body.trim_start_matches('\u{feff}');
    let begins = text.trim_start();
    if begins.starts_with("<?xml") && begins.len() < text.len() {
        see("blanks stand before the XML declaration".to_owned(), "the body");
    }
    if begins.starts_with('<')
        && let Some(declared) = xml::declared(text)
    {
        let what = match declared.uses {
            Some(entity) => format!("its DOCTYPE declares the entity `{entity}`, and it uses it: none is expanded"),
            None => "its DOCTYPE declares something, which is read over".to_owned(),
        };
        see(what, "the DOCTYPE");
    }
    let json = begins.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(begins).is_ok();
    if json && answer.body.starts_with('\u{feff}') {
        see("a byte order mark stands before JSON".to_owned(), "the body");
    }
    if json && answer.bytes.is_some() && !slipped {
        see("JSON is in another charset than UTF-8".to_owned(), "the body");
    }
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = match (begins.starts_with("<?xml"), json) {
        // What was said over a WebSocket has no type.
        _ if answer.status == 101 => None,
        (true, _) => Some(("XML", media.ends_with("xml"))),
        (_, true) => Some(("JSON", media.ends_with("json"))),
        _ => None,
    };
    if let Some((kind, false)) = kind {
        let media = if media.is_empty() { "no type" } else { &media };
        see(format!("{kind} is sent as {media}"), "Content-Type");
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(headers: Vec<(String, String)>, body: &[u8]) -> Answer {
        let content_type = headers.iter().find(|(name, _)| name == "content-type");
        match charset::read(body, content_type.map_or("", |(_, value)| value)) {
            Some(read) => Answer::read_as(200, headers, read.text, body.to_vec(), None),
            None => Answer::of(200, headers, body.to_vec(), None),
        }
    }

    #[track_caller]
    fn check(headers: &[(&str, &str)], body: &[u8], expected: &[&str]) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = received(headers, body);
        let found: Vec<String> = seen(&answer).into_iter().map(|(what, _)| what).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found:?}");
        }
    }

    #[test]
    fn what_another_client_may_stumble_over_is_seen() {
        let xml = ("content-type", "text/xml; charset=UTF-8");
        check(&[xml], "<?xml version=\"1.0\"?><a>ä</a>".as_bytes(), &[]);
        check(&[("content-type", "application/json")], b"{\"a\": 1}", &[]);
        check(&[xml, ("content-encoding", "gzip")], b"<?xml version=\"1.0\"?><a/>", &["the content coding gzip"]);
        check(&[xml], b"<?xml version=\"1.0\"?><a>\xe4</a>", &["no UTF-8, which it claims"]);
        check(&[xml], b"\n<?xml version=\"1.0\"?><a/>", &["blanks stand before"]);
        check(&[("content-type", "application/json")], b"\xef\xbb\xbf{}", &["a byte order mark"]);
        let utf16: Vec<u8> = "\u{feff}{\"a\": 1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&[("content-type", "application/json")], &utf16, &["another charset than UTF-8"]);
        check(&[("content-type", "application/json; charset=utf-8")], &utf16, &["`utf-8`, and is UTF-16BE"]);
        check(&[("content-type", "text/html")], b"{\"a\": 1}", &["JSON is sent as text/html"]);
        check(&[], b"<?xml version=\"1.0\"?><a/>", &["XML is sent as no type"]);
        let doctype = b"<!DOCTYPE a [<!ENTITY e 'x'>]><a/>";
        check(&[("content-type", "text/xml")], doctype, &["declares something, which is read over"]);
        let used = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>";
        check(&[("content-type", "text/xml")], used, &["declares the entity `e`, and it uses it"]);
        check(&[("content-type", "text/xml")], b"<!DOCTYPE a><a/>", &[]);
        check(&[("content-type", "text/javascript")], b"{ anything }", &[]);
    }
}
