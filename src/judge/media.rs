//! Answers that are neither XML nor JSON.
//!
//! In: what an endpoint answers with, and the bytes. Out: a tree that queries can look at, where there is one, and whether the
//! answer is of its kind.

use crate::{
    decode::{brcs, javascript, xml::Node, zip},
    exchange::Answer,
    spec::Media,
};

/// The answer as a tree; none for what has no parts.
///
/// # Errors
/// Where the bytes are not what they should be.
pub(super) fn tree(media: Media, bytes: &[u8]) -> Result<Option<Node>, String> {
    match media {
        Media::Brcs => {
            brcs::read(bytes).map(Some).map_err(|fault| format!("no script: line {}: {}", fault.line, fault.says))
        }
        Media::Zip => zip::read(bytes).map(Some),
        _ => Ok(None),
    }
}

/// Whether an answer is of its kind.
pub(super) fn fits(media: Media, tree: Option<&Node>, answer: &Answer) -> Result<(), String> {
    let bytes = answer.raw();
    if media == Media::Any {
        return Ok(());
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("the body is empty".to_owned());
    }
    let html = tree.is_some_and(|root| root.name.eq_ignore_ascii_case("html"));
    match media {
        Media::Brcs | Media::Zip if tree.is_none() => Err("the body is no file of its kind".to_owned()),
        Media::Gzip if !bytes.starts_with(&[0x1f, 0x8b]) => Err("the body is no gzip file".to_owned()),
        Media::Binary | Media::Javascript | Media::Yaml if tree.is_some() => {
            Err("the body is an XML or HTML document".to_owned())
        }
        Media::Page if tree.is_some() && !html => Err("the body is XML, neither a page nor a download".to_owned()),
        _ => Ok(()),
    }
}

/// What an expression gives after the body has run as a script of a page, or what was thrown.
pub(super) fn script(answer: &Answer, expression: &str) -> Vec<String> {
    match javascript::run(&answer.body, &[expression]) {
        Ok(found) => found,
        Err(fault) => vec![format!("a fault in {fault}")],
    }
}
