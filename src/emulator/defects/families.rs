//! Families of defects of behaviour, which every parameter or every request with custom fields has.
//!
//! In: the emulator's own tables of parameters and values. Out: one defect each, by way of `add`.

use super::super::command::custom;
use super::super::command::parameters::{Parameter, Shape};
use super::super::switches::Defect;
use super::commands_by_hand::Rows;

/// pp. 95-97
pub(super) const RECORDING: Rows = &[
    ("lsid/unknown-accepted", "a recording of an unknown session is answered with a file"),
    ("nothing-recorded-accepted", "a recording that was not made is answered with a file"),
    ("recording-empty", "the file is empty"),
    ("recording-as-xml", "the recording is an XML document"),
    ("of-another-session", "every session has the same recording"),
];

pub(super) fn behaviour(kind: &str, what: &str, says: String) -> Defect {
    Defect { id: format!("behaviour:{kind}:{what}").into(), touches: kind.to_owned(), says, readings: Vec::new() }
}

pub(super) type Add<'a> = dyn FnMut(&str, String) + 'a;

/// Required where it is optional, and the other way round.
pub(super) fn need(add: &mut Add<'_>, prefix: &str, parameter: &Parameter) {
    let name = parameter.name;
    if parameter.required {
        add(&format!("{prefix}{name}/not-required"), format!("a request without {name} is answered with success"));
    } else {
        add(&format!("{prefix}{name}/wrongly-required"), format!("a request without {name} is refused"));
        add(&format!("{prefix}{name}/refused"), format!("a request with {name} is refused"));
    }
}

/// Values and bounds that are refused. A single value that is refused would be `refused` again.
pub(super) fn values(add: &mut Add<'_>, prefix: &str, parameter: &Parameter, beyond: &[&str]) {
    let name = parameter.name;
    let known = parameter.shape.values();
    for value in known.iter().filter(|value| !beyond.contains(value)) {
        if known.len() > 1 || parameter.required {
            add(&format!("{prefix}{name}/{value}-refused"), format!("{name} of {value} is refused"));
        }
    }
    match parameter.shape {
        Shape::Between(low, high) => bounds(add, prefix, name, low, high),
        Shape::VncPort => bounds(add, prefix, name, 100, 65_535),
        Shape::UpTo(maximum) => {
            add(&format!("{prefix}{name}/maximum-refused"), format!("{name} of {maximum} characters is refused"));
            // Names and addresses of machines have no characters of several bytes.
            if !["hostname", "_ip"].iter().any(|word| name.ends_with(word)) {
                let says = format!("the {maximum} characters of {name} are counted in bytes");
                add(&format!("{prefix}{name}/counted-in-bytes"), says);
            }
        }
        _ => {}
    }
}

fn bounds(add: &mut Add<'_>, prefix: &str, name: &str, low: i64, high: i64) {
    add(&format!("{prefix}{name}/minimum-refused"), format!("{name} of {low} is refused"));
    add(&format!("{prefix}{name}/maximum-refused"), format!("{name} of {high} is refused"));
}

pub(super) fn of_custom_fields(add: &mut Add<'_>) {
    for (field, words) in [("external_key", "the external key"), ("custom_field", "a custom field")] {
        for (what, says) in custom::DEFECTS {
            add(&format!("{field}/{what}"), says.replace("VALUE", words));
        }
    }
    add("total/half-refused", "custom fields above 5 KB in total are refused".to_owned());
    add("total/above-maximum-stored", "custom fields above 10 KB in total are stored whole".to_owned());
    add("total/external-key-not-counted", "the external key does not count towards the 10 KB".to_owned());
}
