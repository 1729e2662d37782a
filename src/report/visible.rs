//! Texts of a target as every format can hold them.
//!
//! In: any text. Out: one without control characters, non-characters and what turns the direction of writing: each shows as what it is.
//! Nothing is lost but what is beyond a length.

use std::borrow::Cow;

/// A text in which everything can be seen. Line ends and tabs stay.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            // The pictures of the control characters stand in their order.
            '\0'..='\u{1f}' if is_hidden(c) => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_hidden(c: char) -> bool {
    let number = u32::from(c);
    matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || number & 0xfffe == 0xfffe
}

/// The same on one line, cut after a number of characters.
pub(super) fn on_one_line(text: &str, chars_max: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    visible(&cut(&words, chars_max)).into_owned()
}

/// A text cut after a number of characters, with a mark that it was.
pub(super) fn cut(text: &str, chars_max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(chars_max) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        for (text, shown) in [
            ("a\tb\nc é 😀", "a\tb\nc é 😀"),
            ("a\0b\u{1b}[31m\rc\u{7f}", "a␀b␛[31m␍c␡"),
            ("\u{9b}\u{202e}\u{fffe}\u{fdd0}\u{1ffff}\u{feff}", r"\u{9b}\u{202e}\u{fffe}\u{fdd0}\u{1ffff}\u{feff}"),
        ] {
            assert_eq!(visible(text), shown);
        }
        assert_eq!((on_one_line(" a\n b\tc ", 4), on_one_line("äöü", 3)), ("a b …".to_owned(), "äöü".to_owned()));
    }
}
