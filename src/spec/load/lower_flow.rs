//! From flows, as typed, to what they mean.
//!
//! In: the shape of a file. Out: a flow, whose steps make no verdict. Faults are gathered.

use super::{
    located::Located,
    lower_step::Around,
    named::Named,
    reader::{Place, Reader},
    shape_others::{FlowFile, ForEachFile},
    shape_steps::StepFile,
    words::WHEN,
};
use crate::{
    model::case::Role,
    spec::{
        flow::{Flow, ForEach, Ours, When},
        step::Step,
    },
    vocabulary::Query,
};

impl Reader {
    pub(super) fn flow(&mut self, path: &str, text: &str, shape: &FlowFile) -> Flow {
        let place = Place { path, text };
        let named = Named::nothing(place);
        let around = Around { endpoint: "", class: None, account: None, named: &named };
        let when = self.word(place, &shape.when, &WHEN);
        let cleans = matches!(when, When::AfterGroup | When::AtTheEnd);
        if cleans != shape.for_each.is_some() {
            self.fault(place, &shape.when, "what cleans up, and nothing else, has a [for_each]");
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

    fn for_each(&mut self, around: &Around<'_>, shape: &ForEachFile) -> Option<ForEach> {
        let steps = self.unjudged(around, &shape.step, Role::Teardown);
        let query = Query::parse(&shape.query);
        let parameters: Result<Vec<(String, Query)>, String> =
            shape.parameters.iter().map(|(name, query)| Ok((name.clone(), Query::parse(query)?))).collect();
        let named = shape.named.as_deref().map(Query::parse).transpose();
        let perhaps = shape.perhaps.as_ref().map(|one| Ok((one.made_by.as_str().into(), Query::parse(&one.since)?)));
        let (query, parameters, named, perhaps) = match (query, parameters, named, perhaps.transpose()) {
            (Ok(query), Ok(parameters), Ok(named), Ok(perhaps)) => (query, parameters, named, perhaps),
            (Err(fault), ..) | (_, Err(fault), ..) | (.., Err(fault), _) | (.., Err(fault)) => {
                self.fault(around.named.place(), &shape.variable, &fault);
                return None;
            }
        };
        if shape.made_by.is_some() == parameters.is_empty() {
            self.fault(
                around.named.place(),
                &shape.variable,
                "`made_by` and `parameters` go together: what shows who made it",
            );
        }
        let ours = match &shape.made_by {
            Some(endpoint) => Ours::Sent { endpoint: endpoint.as_str().into(), parameters },
            None => Ours::Owned { named },
        };
        Some(ForEach { variable: shape.variable.to_string(), query, ours, perhaps, steps })
    }

    /// Steps of which no verdict comes: those of a flow and those that put things back.
    pub(super) fn unjudged(&mut self, around: &Around<'_>, steps: &[Located<StepFile>], role: Role) -> Vec<Step> {
        let mut out = Vec::new();
        for step in steps {
            let whole = step.with(self.named_step(around.named, step));
            if whole.role.is_some() || !whole.readings.is_empty() {
                self.fault(
                    around.named.place(),
                    step,
                    "no verdict comes of this step; leave `role` and `readings` out",
                );
            }
            out.push(self.step(around, &whole, role));
        }
        out
    }
}
