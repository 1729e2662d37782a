//! SupportCustExitSurvey and SupportRepExitSurvey (pp. 107-111): what was answered when a session was over.
//!
//! In: records with a submitted survey, and the questions of the site. Out: `exit_survey_list`, each survey
//! with its session, people and questions; and the surveys as a session itself shows them.

use super::super::super::clock::in_notation;
use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, optional, whole};
use super::super::super::history::{Answers, Record};
use super::super::super::site::Question;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW};
use super::{chosen, people, sessions, summary};

const REPORT_TYPES: &[&str] = &["rep", "team"];
const FILTERS: [Parameter; 3] = [
    optional("report_type", Shape::Word(REPORT_TYPES)),
    optional("id", Shape::IdOrAll),
    optional("site_id", Shape::Integer),
];

/// Who submits a survey.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Customer,
    Rep,
}

pub(crate) const SUPPORT_CUST_EXIT_SURVEY: Report = Report {
    name: "SupportCustExitSurvey",
    kind: "reporting/support_cust_exit_survey",
    permission: Permission::Support,
    parameters: &[&WINDOW, &chosen::IDS, &FILTERS],
    root: Some("exit_survey_list"),
    run: |state, asked| exit_surveys(state, asked, By::Customer),
};

pub(crate) const SUPPORT_REP_EXIT_SURVEY: Report = Report {
    name: "SupportRepExitSurvey",
    kind: "reporting/support_rep_exit_survey",
    permission: Permission::Support,
    parameters: &[&WINDOW, &chosen::IDS, &FILTERS],
    root: Some("exit_survey_list"),
    run: |state, asked| exit_surveys(state, asked, By::Rep),
};

fn exit_surveys(state: &State, asked: &Asked<'_>, by: By) -> Outcome {
    let kind = summary::report_type(asked)?;
    let by_id = asked.given.text("lsid").is_some() || asked.given.text("lsids").is_some();
    let id = asked.given.text("id");
    if by_id && id.is_some() && asked.reads("survey-id-with-lsid", "refused") {
        return Err(Refusal::error("id cannot be given together with lsid or lsids"));
    }
    let found = chosen::chosen(state, asked)?;
    if !by_id && id.is_none() {
        let accepted = asked.broken("id/not-required");
        return Err(if accepted { Refusal::Hollow } else { Refusal::error("The parameter id is missing") });
    }
    let site = asked.given.integer("site_id").filter(|_| !asked.broken("site_id/without-effect"));
    let site = site.filter(|site| site % 2 != 0 || !asked.broken("site_id/even-without-effect"));
    let wanted = |record: &&Record| {
        let of_site = site.is_none_or(|site| record.portal as i64 + 1 == site);
        of_site && (by_id || filtered(asked, record, kind, id.unwrap_or("all")))
    };
    let turned = asked.broken("surveys-of-the-other-kind");
    let by = match by {
        By::Customer if turned => By::Rep,
        By::Rep if turned => By::Customer,
        by => by,
    };
    let surveys = found.into_iter().filter(wanted).filter_map(|record| Some((record, answers(record, by)?)));
    let mut surveys: Vec<(&Record, &Answers)> = surveys.collect();
    if asked.broken("latest-survey-missing") {
        surveys.pop();
    }
    let surveys = surveys.into_iter().map(|(record, answers)| exit_survey(state, asked, by, record, answers));
    Ok(Product::Xml(asked.list().children(surveys)))
}

/// Whether a session is of the representative who owned it last, or the team that had it last.
fn filtered(asked: &Asked<'_>, record: &Record, kind: &str, id: &str) -> bool {
    let of = match kind {
        "rep" => record.primary_rep().map(|member| member.rep),
        _ => record.primary_team,
    };
    let even = whole(id).is_some_and(|id| id % 2 == 0) && asked.broken("id/even-without-effect");
    let any = id == "all" || even || asked.broken("id/without-effect");
    let first = asked.broken("first-owner-counts") && kind == "rep" && !any;
    let of = if first { record.members.iter().find(|member| member.owner).map(|member| member.rep) } else { of };
    of.is_some_and(|of| any || whole(id) == Some(of))
}

fn answers(record: &Record, by: By) -> Option<&Answers> {
    match by {
        By::Customer => record.customer_survey.as_ref(),
        By::Rep => record.rep_survey.as_ref(),
    }
}

fn exit_survey(state: &State, asked: &Asked<'_>, by: By, record: &Record, answers: &Answers) -> Element {
    let start_s = record.start_s + if asked.broken("ts-of-the-end") { record.seconds(asked.now_s) + 1 } else { 0 };
    let ts = in_notation(start_s, asked.readings.of("survey-ts-format"));
    let another = state.history.sessions().into_iter().find(|other| other.lsid != record.lsid);
    let lsid = another.filter(|_| asked.broken("lsid-of-another")).map_or(&record.lsid, |other| &other.lsid);
    let mut entry = node("exit_survey")
        .many()
        .attribute("lsid", lsid, Kind::Name)
        .attribute("ts", ts, Kind::Time)
        .child(leaf("session_type", "support", Kind::Choice))
        .child(sessions::public_site(state, record))
        .child(submitted_by(state, asked, by, record));
    let id = if asked.broken("primary-customer-id-1") { 1 } else { 0 };
    entry = entry.child(leaf("primary_customer", &record.customer.name, Kind::Text).attribute("id", id, Kind::Id));
    if let Some(member) = record.primary_rep() {
        let rep = leaf("primary_rep", people::rep_name(state, member.rep), Kind::Text).dispensable();
        entry = entry.child(rep.attribute("id", member.rep, Kind::Id));
    }
    if let Some(team) = record.primary_team {
        let name = people::team_name(state, team);
        entry = entry.child(leaf("primary_team", name, Kind::Text).dispensable().attribute("id", team, Kind::Id));
    }
    let resolved = if asked.broken("rep-resolved-1") { 1 } else { 0 };
    entry
        .child(people::customers(asked, record))
        .child(people::reps(state, asked, record))
        .child(people::teams(state, asked, record))
        .child(leaf("rep_resolved", resolved, Kind::Flag).dispensable())
        .child(questions(state, asked, by, answers))
}

fn submitted_by(state: &State, asked: &Asked<'_>, by: By, record: &Record) -> Element {
    let rep = record.primary_rep().map(|member| people::rep_name(state, member.rep)).unwrap_or_default();
    let told = if asked.broken("submitted-by-the-other") { by != By::Customer } else { by == By::Customer };
    let (kind, name) = if told { ("cust", record.customer.name.as_str()) } else { ("rep", rep) };
    leaf("submitted_by", name, Kind::Text).attribute("type", kind, Kind::Choice)
}

/// The questions of a survey as they are now, each with what was answered.
fn questions(state: &State, asked: &Asked<'_>, by: By, answers: &Answers) -> Element {
    let survey = if by == By::Customer { "customer" } else { "rep" };
    let asked_for = state.site.questions.iter().filter(|question| question.survey == survey);
    let asked_for = asked_for.skip(usize::from(asked.broken("first-question-missing")));
    node("question_list").children(asked_for.map(|question| one(asked, question, answers)))
}

fn one(asked: &Asked<'_>, question: &Question, answers: &Answers) -> Element {
    let id = if asked.broken("question-ids-not-unique") { 1 } else { question.id };
    let kind = if asked.broken("type-of-another-form") { "dropdown" } else { question.kind.as_str() };
    let entry = node("question")
        .many()
        .attribute("id", id, Kind::Name)
        .child(leaf("name", &question.name, Kind::Text))
        .child(leaf("type", kind, Kind::Choice))
        .child(leaf("label", &question.label, Kind::Text))
        .child(leaf("report_header", &question.report_header, Kind::Text));
    let given = answers.get(&question.id.to_string()).map(Vec::as_slice).unwrap_or_default();
    let answer = |text: &str| leaf("answer", text, Kind::Text).many().dispensable();
    let mut given: Vec<Element> = given.iter().map(|text| answer(text)).collect();
    if given.is_empty() && !asked.reads("unanswered-question", "empty_list") {
        given.push(answer(""));
    }
    if asked.broken("two-answers-of-one-choice") && !["checkbox", "select"].contains(&question.kind.as_str()) {
        given.push(answer("another"));
    }
    entry.child(node("answer_list").children(given))
}

/// The surveys as the session shows them: their children are described nowhere (p. 85).
pub(super) fn of_session(state: &State, asked: &Asked<'_>, entry: Element, record: &Record) -> Element {
    let mut entry = entry;
    let kinds =
        [(By::Customer, "cust_survey_list", "cust_exit_survey"), (By::Rep, "rep_survey_list", "rep_exit_survey")];
    for (by, list, survey) in kinds {
        let Some(answers) = answers(record, by).filter(|_| record.end_s().is_some()) else { continue };
        let told = node(survey)
            .dispensable()
            .child(own(submitted_by(state, asked, by, record)))
            .child(own(questions(state, asked, by, answers)));
        entry = entry.child(node(list).dispensable().child(told));
    }
    if record.end_s().is_none() && asked.broken("survey-of-running-sessions") {
        entry = entry.child(node("cust_survey_list").own().child(node("cust_exit_survey").own()));
    }
    entry
}

/// An element that the guide does not name here, with all that is in it.
fn own(mut element: Element) -> Element {
    element.children = element.children.into_iter().map(own).collect();
    element.own()
}
