//! Whether an answer is an OpenAPI document, and what is wrong with it.

use crate::{
    decode::openapi,
    model::{
        contract::{Contract, Slip, SlipKind},
        exchange::Exchange,
    },
};

use super::{
    holds::Holds,
    seen::{Kind, Seen},
};

/// The most places that are told of one kind of fault.
const PLACES_MAX: usize = 12;

/// What the document in an answer states; none where there is none.
#[must_use]
pub fn contract(exchange: &Exchange) -> Option<Contract> {
    let answer = exchange.answer().filter(|answer| (200..300).contains(&answer.status) && answer.cut.is_none())?;
    openapi::read(&answer.body).ok()
}

/// Whether an answer is an OpenAPI document, and without faults of a kind where one is named.
pub(super) fn holds(kind: Option<SlipKind>, seen: &Seen<'_>) -> Holds {
    let expected = kind.map_or("an OpenAPI 3 document", SlipKind::says).to_owned();
    let Some(answer) = seen.answer().filter(|_| seen.kind != Kind::Refused) else {
        return Holds::No(expected, seen.says());
    };
    match openapi::read(&answer.body) {
        Err(error) => Holds::No(expected, error.to_string()),
        Ok(contract) => {
            let faults: Vec<&Slip> = contract.slips.iter().filter(|slip| Some(slip.kind) == kind).collect();
            if faults.is_empty() { Holds::Yes } else { Holds::No(expected, told(&faults)) }
        }
    }
}

fn told(faults: &[&Slip]) -> String {
    let mut text: Vec<String> =
        faults.iter().take(PLACES_MAX).map(|slip| format!("at `{}`: {}", slip.place, slip.says)).collect();
    if faults.len() > PLACES_MAX {
        text.push(format!("and {} more", faults.len() - PLACES_MAX));
    }
    text.join("; ")
}
