//! SupportSessionSummary (pp. 93-94): how many sessions everybody had, and how long they lasted.
//!
//! In: records of a window. Out: `summary_list`, one row for each representative, team or public site.

use super::super::super::clock::clock_face;
use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Shape, optional};
use super::super::super::history::Record;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW, Window};
use super::{chosen, listing};

/// What rows can be of.
pub(crate) const REPORT_TYPES: &[&str] = &["rep", "team", "site"];

const DAY: i64 = 86_400;

pub(crate) const SUPPORT_SESSION_SUMMARY: Report = Report {
    name: "SupportSessionSummary",
    kind: "reporting/support_session_summary",
    permission: Permission::Support,
    parameters: &[&WINDOW, &[optional("report_type", Shape::Word(REPORT_TYPES))]],
    root: Some("summary_list"),
    run: support_session_summary,
};

/// The type of a report, which must be given.
pub(super) fn report_type<'a>(asked: &'a Asked<'_>) -> Result<&'a str, Refusal> {
    let accepted = asked.broken("report_type/not-required");
    asked.given.text("report_type").ok_or_else(|| {
        if accepted { Refusal::Hollow } else { Refusal::error("The required parameter report_type is missing") }
    })
}

fn support_session_summary(state: &State, asked: &Asked<'_>) -> Outcome {
    let kind = report_type(asked)?;
    let window = listing::required(asked)?;
    let found = chosen::within(state, asked, window);
    let kind = if asked.broken("always-by-rep") { "rep" } else { kind };
    let rows: Vec<(i64, &str)> = match kind {
        "rep" => state.site.representatives.iter().map(|rep| (rep.id, rep.private_display_name.as_str())).collect(),
        "team" => state.site.teams.iter().map(|team| (team.id, team.name.as_str())).collect(),
        _ => state.site.portals.iter().zip(1..).map(|(portal, id)| (id, portal.name.as_str())).collect(),
    };
    let of = |id: i64| -> Vec<&Record> {
        let counted = |record: &&&Record| match kind {
            "rep" => record.primary_rep().is_some_and(|member| member.rep == id),
            "team" => record.primary_team == Some(id),
            _ => record.portal as i64 + 1 == id,
        };
        found.iter().filter(counted).copied().collect()
    };
    let shown = |records: &[&Record]| !records.is_empty() || asked.reads("summary-empty-rows", "present");
    let rows = rows.into_iter().map(|(id, name)| (id, name, of(id))).filter(|(_, _, records)| shown(records));
    let rows = rows.skip(usize::from(asked.broken("one-row-missing")));
    let rows = rows.map(|(id, name, records)| row(asked, window, kind, (id, name), &records));
    Ok(Product::Xml(asked.list().children(rows)))
}

fn row(asked: &Asked<'_>, window: Window, kind: &str, (id, name): (i64, &str), records: &[&Record]) -> Element {
    let even = |what: &str| id % 2 == 0 && asked.broken(what);
    let total = records.len() + usize::from(asked.broken("total-wrong") || even("total-of-even-ids-wrong"));
    let seconds: i64 = records.iter().map(|record| record.seconds(asked.now_s)).sum();
    let average = match () {
        () if even("average-of-even-ids-wrong") => seconds / (records.len().max(1) as i64) + 60,
        () if asked.broken("average-is-the-sum") => seconds + 1,
        () if asked.broken("average-is-the-longest") => {
            records.iter().map(|record| record.seconds(asked.now_s)).max().unwrap_or_default() + 1
        }
        () => seconds / (records.len().max(1) as i64),
    };
    let conducted = records.iter().filter(|record| is_weekday(record.start_s)).count();
    let daily = conducted as f64 / weekdays(window, asked.now_s) as f64;
    let daily = if asked.broken("average-a-weekday-of-all-days") { daily * 5.0 / 7.0 } else { daily };
    let daily = if asked.broken("average-a-weekday-wrong") { daily + 7.0 } else { daily };
    let kind = if asked.broken("type-of-another") { "other" } else { kind };
    node("summary")
        .many()
        .attribute("id", if asked.broken("ids-not-unique") { 1 } else { id }, Kind::Id)
        .attribute("type", kind, Kind::Choice)
        .child(leaf("display_name", name, Kind::Text))
        .child(leaf("total_sessions", total, Kind::Integer))
        .child(leaf("avg_sessions_per_weekday", format!("{daily:.1}"), Kind::Integer))
        .child(leaf("avg_duration", clock_face(average), Kind::Time))
}

/// The first of January 1970 was a Thursday.
fn is_weekday(at_s: i64) -> bool {
    (at_s.div_euclid(DAY) + 3).rem_euclid(7) < 5
}

/// How many days from Monday to Friday a window touches; at least one.
fn weekdays(window: Window, now_s: i64) -> i64 {
    let until_s = window.until_s.unwrap_or(now_s).min(now_s);
    let (first, last) = (window.from_s.div_euclid(DAY), until_s.saturating_sub(1).div_euclid(DAY));
    let whole_weeks = (last - first).max(0) / 7;
    let rest = (first + whole_weeks * 7..=last).filter(|day| is_weekday(day * DAY)).count() as i64;
    (whole_weeks * 5 + rest).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::super::window::Edge;
    use super::*;

    #[test]
    fn weekdays_are_counted() {
        // 2023-11-13 was a Monday.
        let monday = 1_699_833_600;
        let window = |days: i64| Window { edge: Edge::Start, from_s: monday, until_s: Some(monday + days * DAY) };
        let count = |days: i64| weekdays(window(days), monday + 1000 * DAY);
        assert_eq!([1, 5, 6, 7, 8, 14, 0].map(count), [1, 5, 5, 5, 6, 10, 1]);
        assert!(is_weekday(monday) && !is_weekday(monday - 1) && !is_weekday(monday + 5 * DAY));
    }
}
