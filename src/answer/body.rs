//! Bodies of answers.
//!
//! In: what an endpoint answers with, and the bytes. Out: a tree or a value that queries can look at, where there is one, and whether
//! the answer is of its kind.

use super::{conversation, foreign};
use crate::{
    decode::{brcs, json, xml, zip},
    model::exchange::Answer,
    spec::Media,
    vocabulary::Body,
};

/// Reads a body. What need not be XML or JSON may begin as they do.
pub(super) fn read(media: Media, answer: &Answer) -> Body {
    if media == Media::WebSocket
        && let Some(conversation) = conversation::of(answer)
    {
        return conversation::body(conversation);
    }
    let text = answer.body.trim_start_matches('\u{feff}');
    let mut fault = None;
    if text.trim_start().starts_with('<') {
        match xml::read(text.trim_start()) {
            Ok(root) => return Body::Xml(foreign::told_apart(root)),
            Err(error) => fault = Some(format!("not well-formed XML {error}")),
        }
    } else if text.trim_start().starts_with(['{', '[']) {
        match json::read(text) {
            Ok(value) => return Body::Json(value),
            Err(error) => fault = Some(format!("not JSON: {error}")),
        }
    }
    if (200..300).contains(&answer.status) {
        match tree(media, answer.raw()) {
            Ok(Some(root)) if fault.is_none() => return Body::Xml(root),
            Ok(_) => {}
            Err(says) => fault = Some(says),
        }
    }
    fault.filter(|_| has_parts(media)).map_or(Body::Other, Body::Broken)
}

/// The answer as a tree; none for what has no parts.
///
/// # Errors
/// Where the bytes are not what they should be.
fn tree(media: Media, bytes: &[u8]) -> Result<Option<xml::Node>, String> {
    match media {
        Media::Brcs => brcs::read(bytes).map(Some).map_err(|error| format!("no script: {error}")),
        Media::Zip => zip::read(bytes).map(Some).map_err(|error| error.to_string()),
        _ => Ok(None),
    }
}

/// Whether an answer of that kind has parts that queries can look at, so that it has to be readable.
fn has_parts(media: Media) -> bool {
    matches!(media, Media::Document | Media::Brcs | Media::Zip)
}

/// Whether the beginning of an answer tells all that is asked of it.
pub(super) fn needs_no_end(media: Media) -> bool {
    matches!(media, Media::Binary | Media::Gzip)
}

/// Whether an answer sends a browser to the page that it was asked for.
pub(super) fn leads_elsewhere(media: Media, answer: &Answer) -> bool {
    let place = |(name, value): &(String, String)| name.eq_ignore_ascii_case("location") && !value.trim().is_empty();
    media == Media::Page
        && [301, 302, 303, 307, 308].contains(&answer.status)
        && answer.cut.is_none()
        && answer.headers.iter().any(place)
}

/// Whether an answer is of its kind.
pub(super) fn fits(media: Media, tree: Option<&xml::Node>, answer: &Answer) -> Result<(), String> {
    let bytes = answer.raw();
    if media == Media::Any {
        return Ok(());
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("the body is empty".to_owned());
    }
    let markup = answer.body.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    match media {
        Media::Brcs | Media::Zip if tree.is_none() => Err("the body is no file of its kind".to_owned()),
        Media::Gzip if !bytes.starts_with(&[0x1f, 0x8b]) => Err("the body is no gzip file".to_owned()),
        Media::Binary | Media::Javascript | Media::Yaml if markup => {
            Err("the body is an XML or HTML document".to_owned())
        }
        Media::Page if markup && !is_html(tree, &answer.body) => {
            Err("the body is neither HTML nor a download".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether markup is HTML, which is seldom well-formed XML, and where it is need not name its root.
fn is_html(tree: Option<&xml::Node>, body: &str) -> bool {
    let start: String = body.chars().take(1024).collect::<String>().to_ascii_lowercase();
    start.contains("<!doctype html")
        || tree.map_or_else(|| start.contains("<html"), |root| root.name.eq_ignore_ascii_case("html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(media: Media, status: u16, location: Option<&str>, body: &str, expected: bool) {
        let headers = location.map(|place| ("Location".to_owned(), place.to_owned())).into_iter().collect();
        let answer = Answer::of(status, headers, body.as_bytes().to_vec(), None);
        let tree = xml::read(body).ok();
        let found = leads_elsewhere(media, &answer) || (status == 200 && fits(media, tree.as_ref(), &answer).is_ok());
        assert_eq!(found, expected, "{media:?} {status} {body}");
    }

    #[test]
    fn a_page_is_html_a_download_or_the_way_to_one() {
        check(Media::Page, 200, None, "<!DOCTYPE html>\n<html><br></html>", true);
        check(Media::Page, 200, None, "<html><body/></html>", true);
        check(Media::Page, 200, None, "<!DOCTYPE html><title>Nobody is there</title>", true);
        check(
            Media::Page,
            200,
            None,
            "<!DOCTYPE html>\n<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
            true,
        );
        check(Media::Page, 200, None, "MZ\u{0}client", true);
        check(Media::Page, 200, None, "<session><br></session>", false);
        check(Media::Page, 200, None, "<session/>", false);
        check(Media::Page, 200, None, " \n", false);
        check(Media::Page, 302, Some("/chat"), "", true);
        check(Media::Page, 302, None, "", false);
        check(Media::Binary, 302, Some("/chat"), "", false);
    }

    #[test]
    fn what_is_no_document_is_no_markup() {
        check(Media::Javascript, 200, None, "[1].map(String)", true);
        for media in [Media::Javascript, Media::Binary, Media::Yaml] {
            check(media, 200, None, "<!DOCTYPE html><p>no", false);
            check(media, 200, None, "<backup/>", false);
        }
        check(Media::Gzip, 200, None, "PK", false);
    }
}
