//! Secrets of the run, and their removal from whatever leaves it.
//!
//! In: secrets, as soon as they are known, and what was said by a target. Out: the same without any secret, in whatever encoding it
//! stood. A room here is a kind of encoding; `search` looks through all of them. What is too tangled to be searched is left out whole.

mod decoded;
mod digits;
mod entities;
mod escaped;
mod escapes;
mod needles;
mod packed;
mod runs;
mod search;
mod sink;
mod spread;
mod wide;

use std::{cell::RefCell, collections::HashSet, ops::Range, sync::Arc};

use sha2::{Digest as _, Sha256};

use needles::{Needles, Pace};
use sink::Tangled;

use crate::model::{
    credential::{Credential, REDACTED},
    exchange::{Answer, Cut, Exchange, NoAnswer, NoAnswerKind, Outcome, Sent},
    record::Record,
    verdict::Finding,
};

/// A body that is shorter is searched faster than its digest is made.
const REMEMBERED_MIN: usize = 512;

/// The longest text that is looked up as it is, and the most of them.
const SHORT_MAX: usize = 96;
const SHORT_COUNT_MAX: usize = 4096;

/// Bytes that are searched before it is worth while to search fast.
const SLOWLY_MAX: usize = 64 << 10;

/// What must never be seen.
#[derive(Default)]
pub(super) struct Secrets(RefCell<Known>);

#[derive(Default)]
struct Known {
    /// Whether nobody sees what they stand in, so that none is looked for.
    unseen: bool,
    all: Vec<String>,
    /// Finds all of them at once; none while there are none, and until it is made anew.
    needles: Option<Arc<Needles>>,
    /// The count of bytes that were searched with it.
    searched: usize,
    /// SHA-256 of bodies in which there is none: many answers are equal.
    without: HashSet<[u8; 32]>,
    /// Short texts in which there is none: names of headers and parameters, and most of their values, are the same all the time.
    short: HashSet<String>,
}

impl Secrets {
    /// From now on the text is a secret.
    pub(super) fn add(&self, text: &str) {
        let mut known = self.0.borrow_mut();
        if needles::is_long_enough(text) && !known.all.iter().any(|one| one == text) {
            known.all.push(text.to_owned());
            (known.needles, known.searched) = (None, 0);
            known.without.clear();
            known.short.clear();
        }
    }

    /// Nobody sees what they stand in.
    pub(super) fn unseen(&self) {
        self.0.borrow_mut().unseen = true;
    }

    /// The count of secrets there are.
    pub(super) fn count(&self) -> usize {
        self.0.borrow().all.len()
    }

    /// What finds them in that number of bytes. To make it fast takes as long as to search some.
    fn needles(&self, bytes: usize) -> Option<Arc<Needles>> {
        let mut known = self.0.borrow_mut();
        if known.unseen {
            return None;
        }
        known.searched = known.searched.saturating_add(bytes);
        let pace = if known.searched > SLOWLY_MAX { Pace::Fast } else { Pace::AtOnce };
        if known.needles.as_ref().is_none_or(|needles| needles.pace != pace) {
            known.needles = Needles::of(&known.all, pace).map(Arc::new);
        }
        known.needles.clone()
    }

    /// Where secrets stand in bytes.
    fn places(&self, bytes: &[u8], breaks_off: bool) -> Result<Vec<Range<usize>>, Tangled> {
        self.needles(bytes.len()).map_or_else(|| Ok(Vec::new()), |needles| search::places(&needles, bytes, breaks_off))
    }

    pub(super) fn redact(&self, text: &str) -> String {
        match self.clean_text(text, false) {
            Ok(clean) => clean.unwrap_or_else(|| text.to_owned()),
            Err(Tangled) => REDACTED.to_owned(),
        }
    }

    /// A text without its secrets; none where it has none.
    fn clean_text(&self, text: &str, breaks_off: bool) -> Result<Option<String>, Tangled> {
        let is_short = !breaks_off && text.len() <= SHORT_MAX;
        if is_short && self.0.borrow().short.contains(text) {
            return Ok(None);
        }
        let places = self.places(text.as_bytes(), breaks_off)?;
        if places.is_empty() {
            let mut known = self.0.borrow_mut();
            if is_short && known.short.len() < SHORT_COUNT_MAX {
                known.short.insert(text.to_owned());
            }
            return Ok(None);
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for place in places {
            let start = (from..=place.start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(from);
            let end = (place.end..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
            out.push_str(&text[from..start]);
            out.push_str(REDACTED);
            from = end;
        }
        out.push_str(&text[from..]);
        Ok(Some(out))
    }

    /// Bytes that are no text, with the secrets in them written over.
    pub(super) fn cover(&self, bytes: &mut Arc<[u8]>, breaks_off: bool) -> Result<(), Tangled> {
        if !breaks_off && self.0.borrow().without.contains(&digest(bytes)) {
            return Ok(());
        }
        let places = self.places(bytes, breaks_off)?;
        if places.is_empty() {
            if !breaks_off {
                self.0.borrow_mut().without.insert(digest(bytes));
            }
            return Ok(());
        }
        let bytes = Arc::make_mut(bytes);
        for place in places {
            bytes[place].fill(b'*');
        }
        Ok(())
    }

    fn clean(&self, text: &mut String) {
        match self.clean_text(text, false) {
            Ok(Some(clean)) => *text = clean,
            Ok(None) => {}
            Err(Tangled) => REDACTED.clone_into(text),
        }
    }

    /// Takes the secrets out of an exchange.
    pub(super) fn clean_exchange(&self, exchange: &mut Exchange) {
        if self.0.borrow().unseen {
            return;
        }
        let Sent::Http(request) = &mut exchange.sent;
        for text in [&mut request.query, &mut request.body, &mut request.path] {
            self.clean(text);
        }
        if let Credential::Literal(text) = &mut request.credential {
            self.clean(text);
        }
        for (name, value) in request.parameters.iter_mut().chain(&mut request.headers) {
            self.clean(name);
            self.clean(value);
        }
        self.clean_outcome(&mut exchange.outcome);
    }

    /// Takes the secrets out of what came back. An answer that cannot be searched through is not kept, and shows nothing.
    pub(super) fn clean_outcome(&self, outcome: &mut Outcome) {
        match outcome {
            Outcome::Answer(answer) => {
                if self.clean_answer(answer).is_err() {
                    let says = "what it says is encoded in too many ways to be searched for secrets, so it is not kept";
                    *outcome = Outcome::nothing(NoAnswerKind::Unkept, says.to_owned());
                }
            }
            Outcome::Nothing(NoAnswer { says, .. }) => self.clean(says),
        }
    }

    fn clean_answer(&self, answer: &mut Answer) -> Result<(), Tangled> {
        let breaks_off = answer.cut.is_some();
        if let Some(bytes) = &mut answer.bytes {
            self.cover(bytes, breaks_off)?;
        }
        self.clean_body(&mut answer.body, breaks_off)?;
        for (name, value) in &mut answer.headers {
            self.clean(name);
            self.clean(value);
            self.clean_folded(value);
        }
        if let Some(Cut::Broken(says) | Cut::Unread(says)) = &mut answer.cut {
            self.clean(says);
        }
        Ok(())
    }

    /// Takes out the value of a header in which a secret was folded: there is a blank for each line's end, and any may be one. In a list
    /// of numbers with blanks between them nothing shows where one was broken in two, so such a list is not kept.
    fn clean_folded(&self, value: &mut String) {
        if value.contains(needles::is_blank) {
            let unfolded = value.replace(needles::is_blank, "");
            if is_list(value) || !matches!(self.clean_text(&unfolded, false), Ok(None)) {
                REDACTED.clone_into(value);
            }
        }
    }

    fn clean_body(&self, body: &mut Arc<str>, breaks_off: bool) -> Result<(), Tangled> {
        let remembered = !breaks_off && body.len() >= REMEMBERED_MIN;
        if remembered && self.0.borrow().without.contains(&digest(body.as_bytes())) {
            return Ok(());
        }
        match self.clean_text(body, breaks_off)? {
            Some(clean) => *body = clean.into(),
            None if remembered => {
                self.0.borrow_mut().without.insert(digest(body.as_bytes()));
            }
            None => {}
        }
        Ok(())
    }

    /// Takes the secrets out of what was recorded.
    pub(super) fn clean_record(&self, record: &mut Record) {
        for exchange in &mut record.exchanges {
            self.clean_exchange(exchange);
        }
        for value in record.variables.values_mut() {
            self.clean(value);
        }
    }

    /// Takes the secrets out of what is said of a requirement.
    pub(super) fn clean_finding(&self, finding: &mut Finding) {
        let evidence = finding.evidence.iter_mut().flat_map(|evidence| [&mut evidence.expected, &mut evidence.got]);
        for text in finding.reason.iter_mut().chain(&mut finding.reading).chain(evidence) {
            self.clean(text);
        }
    }
}

/// Whether a text has as many numbers of a byte, with blanks between them, as the shortest secret has bytes.
fn is_list(text: &str) -> bool {
    let is_number = |word: &&str| (1..=3).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split(needles::is_blank).filter(is_number).count() >= needles::LENGTH_MIN
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
