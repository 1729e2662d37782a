//! In: which surveys are wanted (p. 107), or answers as they were given. Out: questions with their answers.
//! Never: shows a survey that nobody submitted.

use super::parts::{customer_list, public_site, rep_list, team_list};
use super::unless_empty;
use super::window::{Choice, choice};
use crate::foreign::site;
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{Session, Survey, World};
use crate::foreign::xml::{Element, el, leaf};

/// For the customer's survey or not: id, name, type, label, report header.
const QUESTIONS: &[(bool, u32, &str, &str, &str, &str)] = &[
    (true, 1, "satisfaction", "radio", "Êtes-vous satisfait (1 à 5) ?", "Satisfaction"),
    (true, 2, "commentaire", "textarea", "Un mot de plus & vos idées <libre>", "Commentaire"),
    (false, 3, "cause", "select", "Quelle était la cause ?", "Cause"),
    (false, 4, "mots", "checkbox", "Mots-clés", "Mots-clés"),
];

/// The answers behind names and texts; a checkbox may have several.
pub(crate) fn answers(customer: bool, given: &[(String, String)]) -> Survey {
    let questions = QUESTIONS.iter().filter(|(for_customer, ..)| *for_customer == customer);
    questions
        .map(|(_, id, name, kind, ..)| {
            let text = given.iter().find(|(known, _)| known == name).map_or("", |(_, answer)| answer.as_str());
            let many = *kind == "checkbox";
            let answers = text.split(|character| many && character == ',').map(str::to_owned).collect();
            (*id, answers)
        })
        .collect()
}

fn question_list(survey: &Survey) -> Element {
    let questions = survey.iter().filter_map(|(id, answers)| {
        let (_, _, name, kind, label, header) = QUESTIONS.iter().find(|(_, known, ..)| known == id)?;
        let question = el("question")
            .attr("id", id)
            .with(el("answer_list").all(answers.iter().map(|answer| leaf("answer", answer))))
            .with(leaf("report_header", header))
            .with(leaf("label", label))
            .with(leaf("type", kind))
            .with(leaf("name", name));
        Some(question)
    });
    el("question_list").all(questions)
}

/// A survey inside the report of its session (p. 85).
pub(crate) fn inside(name: &str, survey: &Survey) -> Element {
    el(name).with(question_list(survey))
}

pub(crate) fn customers(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    report(world, parameters, now, true)
}

pub(crate) fn reps(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    report(world, parameters, now, false)
}

fn report(world: &World, parameters: &Parameters, now: i64, customer: bool) -> Result<Element, Fault> {
    let choice = choice(parameters, now)?;
    parameters.need("report_type")?;
    let by_rep = parameters.choice("report_type", &["rep", "team"])? == Some("rep");
    let wanted = match (&choice, parameters.get("id")) {
        (Choice::Lsids(_), _) => None,
        (Choice::Window(_), Some("all")) => Some(None),
        (Choice::Window(_), _) => {
            parameters.need("id")?;
            Some(parameters.number("id", 0, u32::MAX.into())?)
        }
    };
    let site = parameters.number("site_id", 1, u32::MAX.into())?;
    let fits = |session: &&Session| {
        let owner = if by_rep { session.last_owner } else { session.teams.last().copied() };
        let owned = match wanted {
            None => true,
            Some(None) => owner.is_some(),
            Some(Some(id)) => owner.map(i64::from) == Some(id),
        };
        let on_site = site.is_none_or(|site| i64::from(session.site) == site);
        choice.holds(&session.lsid, session.start, session.end) && owned && on_site && session.end.is_some()
    };
    let surveys = world.sessions.iter().filter(fits).filter_map(|session| {
        let survey = if customer { &session.customer_survey } else { &session.rep_survey };
        survey.as_ref().map(|survey| show(world, session, survey, customer, now))
    });
    unless_empty(el("exit_survey_list").all(surveys))
}

fn show(world: &World, session: &Session, survey: &Survey, customer: bool, now: i64) -> Element {
    let rep = session.last_owner.and_then(site::rep);
    let (kind, name) =
        if customer { ("cust", session.customer.name.as_str()) } else { ("rep", rep.map_or("", |rep| rep.private)) };
    let mut element = el("exit_survey")
        .attr("ts", session.start)
        .attr("lsid", &session.lsid)
        .with(question_list(survey))
        .with(leaf("rep_resolved", 0))
        .with(team_list(session))
        .with(rep_list(session, now))
        .with(customer_list(session));
    if let Some(team) = session.teams.last().and_then(|id| site::team(*id)) {
        element = element.with(leaf("primary_team", team.name).attr("id", team.id));
    }
    if let Some(rep) = rep {
        element = element.with(leaf("primary_rep", rep.private).attr("id", rep.id));
    }
    element
        .with(leaf("primary_customer", &session.customer.name).attr("id", 0))
        .with(leaf("submitted_by", name).attr("type", kind))
        .with(public_site(world, session))
        .with(leaf("session_type", "support"))
}
