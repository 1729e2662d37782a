//! Presentations of the real-time model, with those who attend and those who show their screen (pp. 149-150).
//!
//! In: the presentations of the history, and an instant. Out: their rows. Connections and screens come and go as in the
//! archives, at the same seconds of a round. Nothing here is changed by commands.

use super::super::history::{Presentation, Seat};
use super::model::Want;
use super::standing::{Standing, flag, rep_name, text};
use super::tables::{ATTENDEES, PRESENTATIONS, PRESENTERS, REPS};

/// After how long everything happens again.
const ROUND_S: i64 = 1800;
/// When in a round attendees have lost their connection.
const APART_S: std::ops::Range<i64> = 900..960;
/// When in every twelfth round the screen is not shown.
const HIDDEN_S: std::ops::Range<i64> = 450..620;
const HIDDEN_ROUNDS: i64 = 12;

/// The rows of every presentation that runs.
pub(super) fn add(all: &mut Standing<'_>) {
    let (state, now_s) = (all.state, all.now_s);
    for one in &state.history.presentations {
        if one.start_s <= now_s && one.over_s.is_none_or(|over_s| over_s > now_s) {
            presentation(all, one);
        }
    }
}

fn presentation(all: &mut Standing<'_>, one: &Presentation) {
    let now_s = all.now_s;
    let of_presentation = || ("presentation_session_id", Want::Row(PRESENTATIONS, one.lsid.clone()));
    let cells = [("lsid", text(&one.lsid)), ("presentation_name", text(&one.name))];
    all.add(PRESENTATIONS, one.lsid.clone(), one.start_s, cells);
    let ran_s = now_s.saturating_sub(one.start_s).max(0);
    let (round, second) = (ran_s / ROUND_S, ran_s % ROUND_S);
    let there = |seat: &Seat| seat.from_s <= now_s && seat.until_s.is_none_or(|until_s| until_s > now_s);
    for (at, (name, seat)) in one.attendees.iter().enumerate().filter(|(_, (_, seat))| there(seat)) {
        let from = &seat.connection;
        let cells = [
            ("connected", flag(!APART_S.contains(&second))),
            ("hostname", text(&from.hostname)),
            ("name", text(name)),
            ("operating_system", text(&from.os)),
            of_presentation(),
            ("private_ip", text(&from.private_ip)),
            ("public_ip", text(&from.public_ip)),
        ];
        all.add(ATTENDEES, format!("{} {at}", one.lsid), seat.from_s, cells);
    }
    // What is recorded is the screen that a presenter shows.
    let hidden = round % HIDDEN_ROUNDS == 1 && HIDDEN_S.contains(&second);
    // When it was shown again for the last time.
    let first_s = ROUND_S + HIDDEN_S.end;
    let shown_s = (ran_s >= first_s).then(|| now_s - (ran_s - first_s) % (ROUND_S * HIDDEN_ROUNDS));
    for (at, (rep, seat)) in one.presenters.iter().enumerate().filter(|(_, (_, seat))| there(seat)) {
        if !one.recorded || hidden || !all.state.logged_in(*rep) {
            continue;
        }
        let since_s = shown_s.map_or(seat.from_s, |shown_s| shown_s.max(seat.from_s));
        let cells = [of_presentation(), ("representative_id", Want::Row(REPS, rep_name(*rep)))];
        all.add(PRESENTERS, format!("{} {at} {since_s}", one.lsid), since_s, cells);
    }
}
