//! Strategies for the value of one parameter, built from its row at run time.
//!
//! In: a row and a class of values. Out: a proptest strategy. It shrinks towards the shortest and smallest value of its class.

use proptest::{
    collection::vec,
    sample::{select, subsequence},
    strategy::{BoxedStrategy, Just, Strategy},
};

use crate::spec::{Input, Parameter, ParameterKind, Spec, ValueClass};

/// The longest lawful free text that is drawn where the limit itself is not tested, in characters.
const FREE_TEXT_MAX: usize = 32;

/// The longest value that is drawn to meet a limit, in characters.
const LIMIT_MAX: usize = 100_000;

/// The strategy of an input.
pub(super) fn strategy(spec: &Spec, input: &Input) -> BoxedStrategy<String> {
    match input {
        Input::Text(text) => Just(text.clone()).boxed(),
        Input::Schema(input) => super::json::strategy(spec, input),
        Input::Draw { endpoint, parameter, class } => {
            of_class(&spec.endpoints[endpoint].parameters[*parameter], *class)
        }
    }
}

/// A bound of the numbers that a schema allows: in the first case the upper one, in the second the lower one, so that no seed leaves one out.
pub(super) fn bound(spec: &Spec, input: &Input, index: u32) -> Option<String> {
    match input {
        Input::Schema(input) if input.text => super::json::bound(spec, input, index),
        _ => None,
    }
}

fn of_class(row: &Parameter, class: ValueClass) -> BoxedStrategy<String> {
    let limit = (row.max_characters.unwrap_or(1) as usize).min(LIMIT_MAX);
    match class {
        ValueClass::Lawful => lawful(row),
        ValueClass::Min => fixed(row.min),
        ValueClass::Max => fixed(row.max),
        ValueClass::BelowMin => fixed(row.min.map(|n| n.saturating_sub(1))),
        ValueClass::AboveMax => fixed(row.max.map(|n| n.saturating_add(1))),
        ValueClass::AtLimit => exactly(limit, "abcdefghijklmnopqrstuvwxyz0123456789"),
        ValueClass::AtLimitMultibyte => exactly(limit, "äéñßçøłžжд"),
        ValueClass::OverLimit => exactly(limit + 1, "abcdefghijklmnopqrstuvwxyz0123456789"),
        ValueClass::Malformed => malformed(row),
    }
}

fn fixed(number: Option<i64>) -> BoxedStrategy<String> {
    Just(number.unwrap_or_default().to_string()).boxed()
}

fn exactly(length: usize, alphabet: &str) -> BoxedStrategy<String> {
    let alphabet: Vec<char> = alphabet.chars().collect();
    vec(select(alphabet), length).prop_map(|characters| characters.into_iter().collect()).boxed()
}

fn lawful(row: &Parameter) -> BoxedStrategy<String> {
    if let Some(valid) = &row.valid {
        return Just(valid.clone()).boxed();
    }
    let forms: Vec<String> =
        row.forms.iter().filter(|form| form.class.is_none()).map(|form| form.value.clone()).collect();
    if !forms.is_empty() {
        return select(forms).boxed();
    }
    if !row.values.is_empty() {
        return select(row.values.clone()).boxed();
    }
    if !row.item_values.is_empty() {
        let most = row.item_values.len();
        return subsequence(row.item_values.clone(), 1..=most).prop_map(|items| items.join(",")).boxed();
    }
    match row.kind {
        ParameterKind::Integer | ParameterKind::Timestamp => {
            let low = row.min.unwrap_or(1);
            let high = row.max.unwrap_or(low + 3_599);
            // The bounds have requirements of their own.
            let inner = if high - low >= 2 { low + 1..=high - 1 } else { low..=high };
            inner.prop_map(|n| n.to_string()).boxed()
        }
        _ => free_text(row),
    }
}

/// Names of machines and people stay plain; other text has everything in it that a text may have.
fn free_text(row: &Parameter) -> BoxedStrategy<String> {
    let most = (row.max_characters.unwrap_or(u32::MAX) as usize).min(FREE_TEXT_MAX);
    let plain = ["hostname", "username", "domain"].iter().any(|word| row.name.contains(word));
    let inner: Vec<char> = if plain {
        "abcdefghijklmnopqrstuvwxyz0123456789-".chars().collect()
    } else {
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:;+&%=#?/@!'()<>\"äöüßéñ€漢字😀"
            .chars()
            .collect()
    };
    let letter = || select(('a'..='z').collect::<Vec<_>>());
    (letter(), vec(select(inner), 0..=most.saturating_sub(2)), letter())
        .prop_map(|(first, inner, last)| std::iter::once(first).chain(inner).chain([last]).collect())
        .boxed()
}

fn malformed(row: &Parameter) -> BoxedStrategy<String> {
    let values: &[&str] = match row.kind {
        ParameterKind::Integer | ParameterKind::Timestamp => &["x", "1.5", "1e3", "0x10", "１２", "1 2", "--1", "NaN"],
        ParameterKind::Boolean => &["x", "2", "-1", "maybe", "1 1"],
        _ => &["none_such", "nonesuch ", "0", "*", "none;such"],
    };
    select(values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>()).boxed()
}
