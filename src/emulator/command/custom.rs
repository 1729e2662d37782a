//! Custom fields and the external key of a session (p. 17, p. 27).
//!
//! In: decoded pairs. Out: code names and values within the limits: 1,024 characters each, and 10 KB, taken
//! as 10,240 bytes of values, together with what the session has already.

use std::collections::BTreeMap;

use super::super::site::Site;
use super::Refusal;
use super::parameters::Reader;

const LETTERS_MAX: usize = 1024;
const BYTES_MAX: usize = 10_240;

/// What can be wrong with either row of the guide; VALUE stands for the row.
pub(crate) const DEFECTS: &[(&str, &str)] = &[
    ("refused", "a request with VALUE is refused"),
    ("wrongly-required", "a request without VALUE is refused"),
    ("dropped", "VALUE is dropped"),
    ("maximum-refused", "VALUE of 1024 characters is refused"),
    ("counted-in-bytes", "the 1024 characters of VALUE are counted in bytes"),
    ("cut-at-1000", "VALUE is cut at 1000 characters"),
    ("above-maximum-stored", "VALUE of more than 1024 characters is stored whole"),
    ("trimmed", "VALUE loses the spaces around it"),
    ("lower-cased", "VALUE is stored in lower case"),
];

/// Reads every `session.custom.` parameter. `present` holds the values that stay unless one is given anew.
pub(crate) fn read(
    reader: &Reader<'_>,
    site: &Site,
    present: &BTreeMap<String, String>,
) -> Result<Vec<(String, String)>, Refusal> {
    let mut values = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in reader.pairs {
        if let Some(code) = name.strip_prefix("session.custom.")
            && !names.contains(&code)
        {
            names.push(code);
        }
    }
    for field in ["external_key", "custom_field"] {
        let given = names.iter().any(|code| label(code) == field);
        if !given && reader.defects.has_of_family(reader.kind, &format!("{field}/wrongly-required")) {
            return Err(Refusal::error(format!("The parameter session.custom.{field} is missing")));
        }
    }
    for code in names {
        if code != "external_key" && !site.custom_fields.iter().any(|field| field.code_name == code) {
            match reader.readings.of("unconfigured-field") {
                "refused" => return Err(Refusal::error(format!("There is no custom field {code}"))),
                _ => continue,
            }
        }
        let Some(value) = reader.pick(&format!("session.custom.{code}"))? else { continue };
        if let Some(value) = one(reader, code, value)? {
            values.push((code.to_owned(), value));
        }
    }
    total(reader, values, present)
}

/// Which of the two rows of the guide a code name belongs to.
fn label(code: &str) -> &'static str {
    if code == "external_key" { "external_key" } else { "custom_field" }
}

fn one(reader: &Reader<'_>, code: &str, value: String) -> Result<Option<String>, Refusal> {
    let broken = |what: &str| reader.defects.has_of_family(reader.kind, &format!("{}/{what}", label(code)));
    let letters = value.chars().count();
    let refused = broken("refused")
        || (letters == LETTERS_MAX && broken("maximum-refused"))
        || (letters <= LETTERS_MAX && value.len() > LETTERS_MAX && broken("counted-in-bytes"))
        || (value.is_empty() && broken("empty-refused"));
    if refused {
        return Err(Refusal::error(format!("The custom field {code} is not supported")));
    }
    if broken("dropped") || (value.is_empty() && broken("clearing-ignored")) {
        return Ok(None);
    }
    let cut = |most: usize| Ok(Some(value.chars().take(most).collect()));
    match () {
        () if broken("cut-at-1000") => cut(1000),
        () if broken("above-maximum-stored") => Ok(Some(value)),
        () if broken("trimmed") => Ok(Some(value.trim().to_owned())),
        () if broken("lower-cased") => Ok(Some(value.to_lowercase())),
        () if letters <= LETTERS_MAX => Ok(Some(value)),
        () if reader.readings.is("over-length", "truncated") => cut(LETTERS_MAX),
        () => Err(Refusal::error(format!("The custom field {code} is longer than {LETTERS_MAX} characters"))),
    }
}

/// Holds all values together to the limit. To cut means to cut the last ones.
fn total(
    reader: &Reader<'_>,
    mut values: Vec<(String, String)>,
    present: &BTreeMap<String, String>,
) -> Result<Vec<(String, String)>, Refusal> {
    let broken = |what: &str| reader.defects.has_of_family(reader.kind, what);
    if broken("total/above-maximum-stored") {
        return Ok(values);
    }
    let maximum = if broken("total/half-refused") { BYTES_MAX / 2 } else { BYTES_MAX };
    let replaced = |code: &str| values.iter().any(|(given, _)| given == code);
    let kept: usize = present.iter().filter(|(code, _)| !replaced(code)).map(|(_, value)| value.len()).sum();
    let mut left = maximum.saturating_sub(kept);
    for (code, value) in &mut values {
        if code == "external_key" && broken("total/external-key-not-counted") {
            continue;
        }
        if value.len() > left {
            if !reader.readings.is("over-total", "truncated") {
                return Err(Refusal::error("The custom fields are larger than 10 KB in total"));
            }
            let mut end = left;
            while !value.is_char_boundary(end) {
                end -= 1;
            }
            value.truncate(end);
        }
        left -= value.len();
    }
    Ok(values)
}
