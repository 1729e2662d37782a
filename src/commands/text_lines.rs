//! Texts of a target in files that people read and change: on one line, and nothing in them but text.

/// The most characters of a text of the target.
const TEXT_MAX: usize = 200;

/// A text as a basic string of TOML, which is one of JSON in which no control character stands as it is.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A text on one line, cut to a length that can be read. What turns the direction of writing would have a comment look like something else.
pub(super) fn shown(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = words.chars().take(TEXT_MAX).map(|c| match c {
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => '·',
        c if c.is_control() => '·',
        c => c,
    });
    plain.collect()
}
