//! What the guide leaves to a target is no gap: answers of the emulator are changed on their way into what an appliance may say as well.
//!
//! In: what is asked for, and what becomes of an answer. Out: the findings, of which none may fail or warn that did not before.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use regex::Regex;
use touchmark::{commands::InMemory, emulator::Response, model::verdict::Verdict, spec};

#[test]
fn a_duration_of_parts_of_a_second_is_one_second_beside_what_its_times_say() {
    let duration = Regex::new(r"<duration>(\d\d):(\d\d):(\d\d)</duration>").expect("a pattern");
    check(&["reporting/support_session/duration/", "reporting/general/every/"], move |text| {
        let shorter = |found: &regex::Captures<'_>| {
            let part = |number: usize| found[number].parse::<u32>().expect("digits");
            let seconds = (part(1) * 3600 + part(2) * 60 + part(3)).saturating_sub(1);
            format!("<duration>{:02}:{:02}:{:02}</duration>", seconds / 3600, seconds / 60 % 60, seconds % 60)
        };
        duration.replace_all(text, shorter).into_owned()
    });
}

#[test]
fn an_account_that_may_not_see_recordings_has_no_addresses_of_them() {
    let address = Regex::new(r"(?s)<session_recording_(view|download)_url>.*?</session_recording_(view|download)_url>")
        .expect("a pattern");
    check(&["reporting/support_session_listing/has-recording"], move |text| address.replace_all(text, "").into_owned());
}

/// Holds that something was asked for and changed, and that nothing fails or warns.
#[track_caller]
fn check(only: &[&str], change: impl Fn(&str) -> String + Send + Sync + 'static) {
    let spec = spec::embedded().expect("sound data");
    let changed = Arc::new(AtomicBool::new(false));
    let something = Arc::clone(&changed);
    let on_the_way = Box::new(move |_, _: &_, response: &mut Response| {
        if let Ok(text) = std::str::from_utf8(&response.body) {
            let other = change(text);
            something.fetch_or(other != text, Ordering::Relaxed);
            response.body = other.into_bytes();
        }
    });
    let only = only.iter().map(|&prefix| prefix.to_owned()).collect();
    let run = InMemory { only, on_the_way, ..InMemory::default() }.run(&spec).expect("a run");
    assert!(!run.judged.findings.is_empty() && changed.load(Ordering::Relaxed));
    for (id, finding) in &run.judged.findings {
        assert!(!matches!(finding.verdict, Verdict::Fail | Verdict::Warn), "{id}: {finding:?}");
    }
}
