//! What an id of a row is.
//!
//! In: JSON as it stands in the message, or a text. Out: the id as a text, and whether the guide allows it. An id is
//! never a floating-point number: the guide's largest one, 18446744073709551615, has no such number of its own. So an
//! id that is written as a number is the text of its digits, and one beyond the guide's range stays what was written:
//! it names the row with that id and no other, and whoever judges ids says that it is none.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::text_of;

/// The id that stands in a message, as a text or as a number; none where it is neither.
pub(super) fn row_id(value: &RawValue) -> Option<Cow<'_, str>> {
    text_of(value)
}

/// Whether a text is an id by the guide (p. 150): a whole number of at most 64 bits without a sign.
#[must_use]
pub fn is_row_id(text: &str) -> bool {
    looks_like_row_id(text) && text.parse::<u64>().is_ok()
}

/// Whether a text is meant as an id, in or out of the guide's range, and not as the name of a table.
#[must_use]
pub fn looks_like_row_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_texts_of_digits_and_never_rounded() {
        for (written, id, allowed) in [
            ("7", "7", true),
            ("\"7\"", "7", true),
            ("18446744073709551615", "18446744073709551615", true),
            ("18446744073709551616", "18446744073709551616", false),
            ("\"18446744073709551616\"", "18446744073709551616", false),
            ("1e3", "1e3", false),
            ("-1", "-1", false),
            ("\"queue\"", "queue", false),
        ] {
            let raw: &RawValue = serde_json::from_str(written).unwrap();
            assert_eq!(row_id(raw).as_deref(), Some(id), "{written}");
            assert_eq!(is_row_id(id), allowed, "{written}");
        }
        for written in ["null", "true", "[]", "{}"] {
            assert_eq!(row_id(serde_json::from_str(written).unwrap()), None, "{written}");
        }
    }
}
