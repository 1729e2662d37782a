//! What errors say, as far as it is the same from one request to the next.
//!
//! In: what an error says, and what was asked for. Out: its words, without numbers, dates and what the request itself had in it; what
//! two errors have in common; and whether a third says it, too. No word is understood.

use crate::{model::exchange::Exchange, spec::Endpoint};

/// The most words of an error that are looked at.
const WORDS_MAX: usize = 200;

/// From here on scripts have no blanks between words, so each letter is one.
const SCRIPTS_WITHOUT_BLANKS: char = '\u{e00}';

/// Words of dates and times.
const CALENDAR: [&str; 41] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "am",
    "pm",
    "utc",
    "gmt",
];

/// Names and values of what was asked for.
pub(super) type Asked = Vec<(String, String)>;

/// What a request asks an endpoint for, without what is always sent.
pub(super) fn asked(endpoint: &Endpoint, exchange: &Exchange) -> Asked {
    let sent = exchange.request().map(|request| request.parameters.as_slice()).unwrap_or_default();
    let fixed = |name: &str| endpoint.request.as_ref().is_some_and(|request| request.fixed.contains_key(name));
    sent.iter().filter(|(name, _)| !fixed(name)).cloned().collect()
}

/// What an error says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    words: Vec<String>,
    /// Names of parameters among the words, which tell what is complained about.
    names: Vec<String>,
}

impl Wording {
    /// What a text says of a request; none where it says nothing.
    #[must_use]
    pub fn of(text: &str, asked: &Asked) -> Option<Self> {
        if text.trim().is_empty() {
            return None;
        }
        let words = own_words(text, asked);
        let names = words.iter().filter(|word| asked.iter().any(|(name, _)| name == *word)).cloned().collect();
        Some(Self { words, names })
    }

    /// What several say together; none where they say different things, or complain about different parameters.
    #[must_use]
    pub fn common(all: &[Self]) -> Option<Vec<String>> {
        let (first, others) = all.split_first()?;
        let words = others.iter().fold(first.words.clone(), |words, other| in_both(&words, &other.words));
        let same =
            |one: &Self| is_enough(words.len(), one.words.len()) && one.names.iter().all(|name| words.contains(name));
        all.iter().all(same).then_some(words)
    }

    /// Whether it says what others say together.
    #[must_use]
    pub fn is_of(&self, words: &[String]) -> bool {
        stands_in(words, &self.words)
    }
}

/// Whether a text says of a request what others say together.
pub(super) fn says(words: &[String], text: &str, asked: &Asked) -> bool {
    Wording::of(text, asked).is_some_and(|wording| wording.is_of(words))
}

/// Half of the words make a text say the same.
fn is_enough(common: usize, all: usize) -> bool {
    common * 2 >= all
}

/// Whether words stand in others in their order, and are enough of them.
fn stands_in(words: &[String], all: &[String]) -> bool {
    let mut left = all.iter();
    words.iter().all(|word| left.any(|other| other == word)) && is_enough(words.len(), all.len())
}

/// The words of a text that are not those of the request.
fn own_words(text: &str, asked: &Asked) -> Vec<String> {
    let text = text.to_lowercase();
    // `NAME=VALUE` repeats what was asked for, and complains about nothing.
    let repeated = |name: &str| ["=", " =", ":", "\":"].iter().any(|sign| text.contains(&format!("{name}{sign}")));
    let mut of_the_request: Vec<String> = asked.iter().flat_map(|(_, value)| words(value)).collect();
    of_the_request.extend(asked.iter().map(|(name, _)| name.to_lowercase()).filter(|name| repeated(name)));
    let own = |word: &String| !of_the_request.contains(word) && !CALENDAR.contains(&word.as_str());
    words(&text).into_iter().filter(own).take(WORDS_MAX).collect()
}

/// The words of a text in lower case, without those that have digits in them.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for run in text.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '_') {
        if run.contains(|c| c >= SCRIPTS_WITHOUT_BLANKS) {
            words.extend(run.chars().filter(|c| c.is_alphabetic()).map(String::from));
        } else if !run.is_empty() && !run.contains(char::is_numeric) {
            words.push(run.to_owned());
        }
    }
    words
}

/// The longest row of words that stands in both, in order.
fn in_both(one: &[String], other: &[String]) -> Vec<String> {
    // The count of words that both have in common from a place in each on.
    let mut lengths = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
    for (i, word) in one.iter().enumerate().rev() {
        for (j, same) in other.iter().enumerate().rev() {
            lengths[i][j] = match word == same {
                true => lengths[i + 1][j + 1] + 1,
                false => lengths[i + 1][j].max(lengths[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut common) = (0, 0, Vec::new());
    while i < one.len() && j < other.len() {
        if one[i] == other[j] {
            common.push(one[i].clone());
            (i, j) = (i + 1, j + 1);
        } else if lengths[i + 1][j] >= lengths[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    const WAYS: [&str; 2] = ["start_time=1&duration=1", "end_date=1970-06-03&duration=1"];

    /// Two errors of the two ways to name a window, and a later one: whether that is known for the same.
    #[track_caller]
    fn check(first: &str, second: &str, later: (&str, &str), same: bool) {
        let said = [(first, WAYS[0]), (second, WAYS[1])].map(|(text, query)| Wording::of(text, &asked(query)).unwrap());
        let known = Wording::common(&said).is_some_and(|words| says(&words, later.1, &asked(later.0)));
        assert_eq!(known, same, "{first} / {second} / {}", later.1);
    }

    #[test]
    fn an_error_that_holds_what_was_asked_for_says_the_same_each_time() {
        let window = "start_time=1793396041&duration=36000";
        for (first, second, later) in [
            ("Nothing.", "Nothing.", "Nothing."),
            (
                "No SupportSession found between 1 and 1.",
                "No SupportSession found between ? and 1970-06-03.",
                "No SupportSession found between 1793396041 and 36000.",
            ),
            (
                "No sessions from Thursday, January 1, 1970 12:00:01 AM on",
                "No sessions from Wednesday, June 3, 1970 12:00 AM on",
                "No sessions from Sunday, November 1, 2026 3:14 PM on",
            ),
            (
                "Keine Sitzungen ab Donnerstag, 1. Januar 1970 gefunden",
                "Keine Sitzungen ab Mittwoch, 3. Juni 1970 gefunden",
                "Keine Sitzungen ab Sonntag, 1. November 2026 gefunden",
            ),
            (
                "No rows for start_time=1, duration=1",
                "No rows for end_date=1970-06-03, duration=1",
                "No rows for start_time=1793396041, duration=36000",
            ),
            (
                "1970年1月1日のセッションはありません",
                "1970年6月3日のセッションはありません",
                "2026年11月1日のセッションはありません",
            ),
            ("No data (request 7f3a-11)", "No data (request 80c1-12)", "No data (request 99ff-13)"),
            ("Brak sesji", "Brak sesji", "Brak sesji"),
        ] {
            check(first, second, (window, later), true);
        }
        let of_somebody =
            ("start_time=5&duration=5&report_type=rep&id=Anna Maria Smith", "No surveys of Anna Maria Smith since 5");
        check("No surveys of anybody since 1", "No surveys of anybody since 1970-06-03", of_somebody, false);
        check("No surveys since 1", "No surveys since 1970-06-03", of_somebody, true);
    }

    #[test]
    fn what_is_said_of_one_way_or_of_something_else_is_not_the_same() {
        let later = ("start_time=5&duration=5", "start_time is invalid");
        check("start_time is invalid", "end_date is invalid", later, false);
        check("start_time is not known", "No sessions", ("start_time=5&duration=5", "No sessions"), false);
        check("No sessions found", "No sessions found", later, false);
        check("No sessions found", "No sessions found", ("duration=x", "duration must be a whole number"), false);
        check("404", "404", ("duration=x", "duration must be a whole number"), false);
    }
}
