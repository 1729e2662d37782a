//! LicenseUsage (pp. 136-137): when the most licenses were in use, by hour, day or month.
//!
//! In: the peaks of hours. Out: `license_usage`. The peak of a day is that of its hours, and of a month that of
//! its days: the first hour with the most licenses.

use super::super::super::clock::{in_notation, iso};
use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, required};
use super::super::super::history::Peak;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::support::instant;
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW, Window};

/// What usage is grouped by.
const GROUPS: &[&str] = &["hour", "day", "month"];
/// Of the parameters of a window this report has no end.
const PARAMETERS: [Parameter; 4] = [WINDOW[0], WINDOW[1], WINDOW[4], required("group_by", Shape::Word(GROUPS))];

pub(crate) const LICENSE_USAGE: Report = Report {
    name: "LicenseUsage",
    kind: "reporting/license_usage",
    permission: Permission::License,
    parameters: &[&PARAMETERS],
    root: Some("license_usage"),
    run: licenses,
};

fn licenses(state: &State, asked: &Asked<'_>) -> Outcome {
    let accepted = asked.broken("no-set-accepted");
    let window = Window::read(asked)?.ok_or_else(|| {
        if accepted { Refusal::Hollow } else { Refusal::error("A date or time and a duration are missing") }
    })?;
    let until_s = window.until_s.unwrap_or(asked.now_s);
    let shift_s = if asked.broken("times-not-those-asked-for") { 7200 } else { 0 };
    let by = if asked.broken("group-by-ignored") { "hour" } else { asked.given.must("group_by") };
    let told = if asked.broken("group-by-not-told") { "hours" } else { asked.given.must("group_by") };
    let mut peaks: Vec<&Peak> = state.history.peaks.iter().filter(|peak| window.holds(peak.at_s)).collect();
    if asked.broken("the-first-missing") && !peaks.is_empty() {
        peaks.remove(0);
    }
    let mut intervals: Vec<Element> =
        grouped(asked, &peaks, by).into_iter().map(|peak| interval(asked, peak)).collect();
    if asked.broken("intervals-reversed") {
        intervals.reverse();
    }
    let root = asked
        .list()
        .child(instant("start_time", window.from_s.saturating_add(shift_s), 0))
        .child(instant("end_time", until_s.saturating_add(shift_s), 0))
        .child(leaf("group_by", told, Kind::Choice));
    if intervals.is_empty() && asked.reads("license-empty", "absent") {
        return Ok(Product::Xml(root));
    }
    Ok(Product::Xml(root.child(node("license_time_intervals").dispensable().children(intervals))))
}

fn total(peak: &Peak) -> i64 {
    peak.login + peak.extended + peak.chat
}

/// One peak for each hour, day or month, from the first to the last.
fn grouped<'a>(asked: &Asked<'_>, peaks: &[&'a Peak], by: &str) -> Vec<&'a Peak> {
    // 2023-11-14T22:13:20: as much of it as tells the group.
    let letters = match by {
        "month" => 7,
        "day" => 10,
        _ => 13,
    };
    let group = |peak: &Peak| iso(peak.at_s).chars().take(letters).collect::<String>();
    let mut found: Vec<&Peak> = Vec::new();
    for peak in peaks {
        match found.last_mut() {
            Some(last) if group(last) == group(peak) => {
                let (one, other) = (total(peak), total(last));
                let further = if asked.broken("lowest-for-peak") { one < other } else { one > other };
                if further {
                    *last = peak;
                }
            }
            _ => found.push(peak),
        }
    }
    found
}

fn interval(asked: &Asked<'_>, peak: &Peak) -> Element {
    let seconds = peak.at_s.to_string();
    let moved = if asked.broken("datetime-another") { 7200 } else { 0 };
    let moment = in_notation(peak.at_s.saturating_add(moved), asked.readings.of("license-datetime"));
    let count = |kind: &str, reason: &str, number: i64| {
        let number = if asked.broken("counts-below-zero") { -1 } else { number };
        let entry = leaf("license_count", number, Kind::Integer).many().attribute("license_type", kind, Kind::Name);
        // Absent by rights where the count is the total.
        if reason.is_empty() { entry } else { entry.own_attribute("reason", reason, Kind::Choice) }
    };
    let wrong = |what: &str| i64::from(asked.broken(what));
    let reason = |name: &'static str| if asked.broken("reason-unknown") { "other" } else { name };
    let mut counts = vec![
        count("full", reason("login"), peak.login),
        count("full", reason("extended_contact"), peak.extended),
        count("chat", reason("login"), peak.chat),
    ];
    if asked.reads("license-total-beside-reasons", "present") {
        let full = peak.login + peak.extended;
        counts.push(count("full", "", full - 10 * wrong("total-below-a-reason")));
        counts.push(count("chat", "", peak.chat - wrong("total-below-a-reason")));
    }
    node("license_time_interval")
        .many()
        .attribute("timestamp", seconds, Kind::Time)
        .attribute("datetime", moment, Kind::Time)
        .children(counts)
}

#[cfg(test)]
mod tests {
    use super::super::super::super::testing::{Lab, is_error, text, texts};

    fn report(lab: &Lab, rest: &str) -> String {
        lab.report(&format!("generate_report=LicenseUsage&{rest}"))
    }

    #[test]
    fn peaks_are_of_hours_days_and_months() {
        let lab = Lab::new();
        let by = |group: &str| report(&lab, &format!("start_time=1699000000&duration=0&group_by={group}"));
        let count = |xml: &str| xml.matches("<license_time_interval ").count();
        let (hours, days, months) = (by("hour"), by("day"), by("month"));
        assert_eq!((count(&hours), count(&days), count(&months)), (13, 6, 1));
        assert_eq!(
            (text(&days, "group_by"), texts(&months, "license_count")),
            ("day", vec!["19", "3", "4", "22", "4"])
        );
        let highest = |xml: &str, at: usize| -> i64 {
            let counts = texts(xml, "license_count");
            counts.iter().skip(at).step_by(5).map(|count| count.parse().expect("a number")).max().expect("a count")
        };
        for at in 0..5 {
            assert_eq!((highest(&hours, at), highest(&hours, at)), (highest(&days, at), highest(&months, at)));
        }
    }

    #[test]
    fn a_window_without_peaks_is_empty() {
        let lab = Lab::new();
        let empty = report(&lab, "start_date=2023-01-01&duration=1&group_by=day");
        assert!(empty.contains("<license_time_intervals/>"), "{empty}");
        assert!(empty.contains("<end_time timestamp=\"1672617600\">"), "{empty}");
        for bad in ["", "start_date=2023-01-01&duration=1", "start_date=2023-01-01&group_by=day"]
            .into_iter()
            .chain(["end_date=2023-01-01&duration=1&group_by=day", "start_time=1&duration=0&group_by=week"])
        {
            assert!(is_error(&report(&lab, bad)), "{bad}");
        }
    }
}
