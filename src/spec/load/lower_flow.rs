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
        flow::{Flow, When},
        step::Step,
    },
};

/// The words for when a flow is played.
const WHEN: [(&str, When); 2] = [("discovery", When::Discovery), ("own_session", When::OwnSession)];

impl Reader {
    pub(super) fn flow(&mut self, path: &str, text: &str, shape: &shape::FlowFile) -> Flow {
        let around = Around { endpoint: "", class: None, account: None, place: Place { path, text } };
        Flow {
            title: shape.title.clone(),
            says: shape.says.clone(),
            when: self.word(around.place, &shape.when, &WHEN),
            hint: shape.hint.clone(),
            steps: self.unjudged(&around, &shape.step, Role::Setup),
            teardown: self.unjudged(&around, &shape.teardown, Role::Teardown),
        }
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
