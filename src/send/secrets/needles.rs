//! What is searched for: the secrets, as the bytes that they are once nothing is encoded any more.
//!
//! In: secrets. Out: where they stand in bytes, whatever the case of their letters. Nothing is decoded here.

use std::{collections::BTreeSet, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// A text shorter than this is no secret that could be searched for: it would be found everywhere by chance.
pub(super) const LENGTH_MIN: usize = 6;

/// The longest piece that is searched for. A longer secret is searched for in such pieces, which meet.
pub(super) const PIECE_MAX: usize = 128;

/// So much of a secret is searched for; more than that fits into no header.
const SECRET_MAX: usize = 16 * 1024;

/// How secrets are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// What finds them is there at once, and is slower at it.
    AtOnce,
    /// The other way round.
    Fast,
}

/// All secrets of a run, found in one pass.
pub(super) struct Needles {
    all: Vec<Vec<u8>>,
    finder: AhoCorasick,
    pub(super) pace: Pace,
    /// Length of the shortest.
    pub(super) shortest: usize,
    /// UTF-16 units beyond Latin-1 that secrets have.
    pub(super) wide: BTreeSet<u16>,
    /// Which bytes a secret may have, or what it is encoded in.
    pub(super) may_be_in: [bool; 256],
}

impl Needles {
    /// What finds the secrets; none where none is long enough.
    pub(super) fn of(secrets: &[String], pace: Pace) -> Option<Self> {
        let forms: BTreeSet<Vec<u8>> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        let all: BTreeSet<Vec<u8>> = forms.iter().flat_map(|form| pieces(form)).map(<[u8]>::to_vec).collect();
        let all: Vec<Vec<u8>> = all.into_iter().collect();
        let shortest = all.iter().map(Vec::len).min()?;
        let kind = (pace == Pace::AtOnce).then_some(AhoCorasickKind::ContiguousNFA);
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(&all);
        let finder = finder.expect("secrets are few and short");
        let wide = secrets.iter().flat_map(|secret| secret.encode_utf16()).filter(|unit| *unit > 0xff).collect();
        let mut may_be_in = [false; 256];
        for byte in (b' '..=b'~').chain(*b"\t\r\n\0").chain(all.iter().flatten().copied()) {
            may_be_in[usize::from(byte)] = true;
        }
        Some(Self { may_be_in, all, finder, pace, shortest, wide })
    }

    /// Where secrets stand in bytes, from first to last. Those that meet are one place.
    pub(super) fn places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        if bytes.len() < self.shortest {
            return places;
        }
        for found in self.finder.find_overlapping_iter(bytes) {
            // They come in the order of their ends.
            let mut place = found.range();
            while let Some(before) = places.pop_if(|before| before.end >= place.start) {
                place.start = place.start.min(before.start);
            }
            places.push(place);
        }
        places
    }

    /// Where a secret begins of which only the beginning is there, since the bytes break off.
    pub(super) fn begun(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let begins = |from: usize| {
            let rest = &bytes[from..];
            self.all.iter().any(|one| one.len() > rest.len() && one[..rest.len()].eq_ignore_ascii_case(rest))
        };
        let first = bytes.len().saturating_sub(PIECE_MAX);
        let last = (bytes.len() + 1).saturating_sub(LENGTH_MIN);
        (first..last).find(|from| begins(*from)).map(|from| from..bytes.len())
    }
}

/// Whether a text is long enough to be searched for.
pub(super) fn is_long_enough(text: &str) -> bool {
    text.len() >= LENGTH_MIN
}

/// What a line of a header ends with, or has in its place when it is read.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The bytes that a text may be: as it is, with `+` for blanks as forms have it, without blanks, and where not all is ASCII in Latin-1 and
/// UTF-16, and as what is left of Latin-1 that was read as UTF-8.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let end = secret.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= SECRET_MAX).last();
    let secret = &secret[..end.unwrap_or(0)];
    let mut forms = vec![secret.as_bytes().to_vec()];
    if secret.contains(' ') {
        forms.push(secret.replace(' ', "+").into_bytes());
    }
    if secret.contains(is_blank) {
        forms.push(secret.replace(is_blank, "").into_bytes());
    }
    if !secret.is_ascii() {
        forms.push(secret.encode_utf16().flat_map(u16::to_le_bytes).collect());
        forms.push(secret.encode_utf16().flat_map(u16::to_be_bytes).collect());
        forms.extend(secret.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>());
        forms.push(secret.chars().map(|c| if c.is_ascii() { c } else { '\u{fffd}' }).collect::<String>().into_bytes());
    }
    forms.retain(|form| form.len() >= LENGTH_MIN);
    forms
}

/// A form in pieces that are short enough; the last may overlap the one before.
fn pieces(form: &[u8]) -> impl Iterator<Item = &[u8]> {
    let last = form.len().saturating_sub(PIECE_MAX);
    (0..last).step_by(PIECE_MAX).chain([last]).map(|from| &form[from..form.len().min(from + PIECE_MAX)])
}
