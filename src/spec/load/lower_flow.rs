//! From flows, as typed, to what they mean.
//!
//! In: the shape of a file. Out: a flow, whose steps make no verdict. Faults are gathered.

use toml::Spanned;

use super::{
    lower_step::Around,
    reader::{Place, Reader},
    shape,
};
use crate::{
    model::case::Role,
    spec::{
        flow::{Flow, ForEach, Ours, When},
        step::Step,
    },
    vocabulary::Query,
};

/// The words for when a flow is played.
const WHEN: [(&str, When); 5] = [
    ("discovery", When::Discovery),
    ("before_planning", When::BeforePlanning),
    ("own_session", When::OwnSession),
    ("after_group", When::AfterGroup),
    ("at_the_end", When::AtTheEnd),
];

impl Reader {
    pub(super) fn flow(&mut self, path: &str, text: &str, shape: &shape::FlowFile) -> Flow {
        let around = Around { endpoint: "", class: None, account: None, place: Place { path, text } };
        let when = self.word(around.place, &shape.when, &WHEN);
        let cleans = matches!(when, When::AfterGroup | When::AtTheEnd);
        if cleans != shape.for_each.is_some() {
            self.fault(around.place, &shape.when, "what cleans up, and nothing else, has a [for_each]");
        }
        Flow {
            title: shape.title.clone(),
            says: shape.says.clone(),
            when,
            hint: shape.hint.clone(),
            steps: self.unjudged(&around, &shape.step, Role::Setup),
            for_each: shape.for_each.as_ref().and_then(|each| self.for_each(&around, each)),
            teardown: self.unjudged(&around, &shape.teardown, Role::Teardown),
        }
    }

    fn for_each(&mut self, around: &Around<'_>, shape: &shape::ForEachFile) -> Option<ForEach> {
        let steps = self.unjudged(around, &shape.step, Role::Teardown);
        let query = Query::parse(&shape.query);
        let parameters: Result<Vec<(String, Query)>, String> =
            shape.parameters.iter().map(|(name, query)| Ok((name.clone(), Query::parse(query)?))).collect();
        let (query, parameters) = match (query, parameters) {
            (Ok(query), Ok(parameters)) => (query, parameters),
            (Err(fault), _) | (_, Err(fault)) => {
                self.fault(around.place, &shape.variable, &fault);
                return None;
            }
        };
        if shape.made_by.is_some() == parameters.is_empty() {
            self.fault(around.place, &shape.variable, "`made_by` and `parameters` go together: what shows who made it");
        }
        let ours = match &shape.made_by {
            Some(endpoint) => Ours::Sent { endpoint: endpoint.clone(), parameters },
            None => Ours::Owned,
        };
        Some(ForEach { variable: shape.variable.get_ref().clone(), query, ours, steps })
    }

    /// Steps of which no verdict comes: those of a flow and those that put things back.
    pub(super) fn unjudged(
        &mut self,
        around: &Around<'_>,
        steps: &[Spanned<shape::StepFile>],
        role: Role,
    ) -> Vec<Step> {
        for written in steps {
            let step = written.get_ref();
            if step.role.is_some() || !step.readings.is_empty() {
                self.fault(around.place, written, "no verdict comes of this step; leave `role` and `readings` out");
            }
        }
        steps.iter().map(|step| self.step(around, step, role)).collect()
    }
}
