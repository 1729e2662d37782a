//! Did you mean …? What a misspelt word of a command line or a configuration is like.
//!
//! In: what was typed and the ids that there are. Out: a hint as the end of a sentence, or nothing where nothing is like it.

use std::borrow::Borrow;

use crate::spec::did_you_mean;

/// The id that is most like a text, or as many of its first parts as the text has.
pub(super) fn nearest<'a, Id: Borrow<str> + 'a>(text: &str, ids: impl Iterator<Item = &'a Id>) -> String {
    let text = text.trim_start_matches('=');
    let parts = text.matches('/').count();
    did_you_mean(
        text,
        ids.map(Borrow::borrow).map(|id: &str| id.match_indices('/').nth(parts).map_or(id, |(at, _)| &id[..at])),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_id_is_compared_with_beginnings() {
        let ids = ["command/get_appliances/schema", "command/get_api_info/auth/none"].map(str::to_owned);
        for (text, hint) in [
            ("command/get_aplliances", "; did you mean `command/get_appliances`?"),
            ("=command/get_appliances/shema", "; did you mean `command/get_appliances/schema`?"),
            ("comand", "; did you mean `command`?"),
            ("command/nothing", ""),
            ("", ""),
        ] {
            assert_eq!(nearest(text, ids.iter()), hint, "{text}");
        }
    }
}
