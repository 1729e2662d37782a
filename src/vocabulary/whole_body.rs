//! What a body is as a whole: well-formed XML, a schema, a document, and in the charset that it claims.
//!
//! In: an answer that was read. Out: whether it holds. What stands where in a body is asked by queries.

use super::{heard::Heard, holds::Holds};
use crate::{
    decode::{charset, openapi, xml, xsd},
    model::contract::{Slip, SlipKind},
};

/// The most places that are named of one kind of fault.
const PLACES_MAX: usize = 12;

pub(super) fn well_formed(body: &str) -> Result<(), String> {
    xml::read(body.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
    xsd::parses(body)
}

/// A text that one of the two places names rightly can be read by somebody.
pub(super) fn charset_kept(heard: &Heard<'_>) -> Holds {
    let expected = "the bytes are in the charset that they claim".to_owned();
    let Some(answer) = heard.answer() else { return Holds::No(expected, heard.summary()) };
    let read = |content_type| charset::read(answer.raw(), content_type).filter(|text| text.slip.is_some());
    match read(answer.header("content-type").unwrap_or_default()).zip(read("text/xml")) {
        Some((text, other)) if text.unread || other.unread => Holds::Undecided(text.slip.unwrap_or_default()),
        Some((text, _)) => Holds::No(expected, text.slip.unwrap_or_default()),
        None => Holds::Yes,
    }
}

pub(super) fn xsd_compiles(heard: &Heard<'_>) -> Holds {
    let expected = "the body is an XML schema that compiles".to_owned();
    let Some(answer) = heard.answer() else { return Holds::No(expected, heard.summary()) };
    match xsd::compiles(&answer.body) {
        xsd::Compiled::Yes => Holds::Yes,
        xsd::Compiled::No(fault) => Holds::No(expected, fault),
        xsd::Compiled::Refers => {
            Holds::Undecided("the schema refers to another document, and none is ever fetched".to_owned())
        }
    }
}

/// Whether an answer is an OpenAPI document, and without faults of a kind where one is named.
pub(super) fn is_openapi(kind: Option<SlipKind>, heard: &Heard<'_>) -> Holds {
    let expected = kind.map_or("an OpenAPI 3 document", SlipKind::says).to_owned();
    let Some(answer) = heard.answer().filter(|_| !heard.refused()) else {
        return Holds::No(expected, heard.summary());
    };
    match openapi::read(&answer.body) {
        Err(error) => Holds::No(expected, error.to_string()),
        Ok(contract) => {
            let faults: Vec<&Slip> = contract.slips.iter().filter(|slip| Some(slip.kind) == kind).collect();
            if faults.is_empty() { Holds::Yes } else { Holds::No(expected, places(&faults)) }
        }
    }
}

fn places(faults: &[&Slip]) -> String {
    let mut text: Vec<String> =
        faults.iter().take(PLACES_MAX).map(|slip| format!("at `{}`: {}", slip.place, slip.says)).collect();
    if faults.len() > PLACES_MAX {
        text.push(format!("and {} more", faults.len() - PLACES_MAX));
    }
    text.join("; ")
}
