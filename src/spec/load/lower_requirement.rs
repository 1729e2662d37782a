//! From written requirements, as typed, to what they mean.
//!
//! In: the shape of a file. Out: requirements. Faults are gathered.

use toml::Spanned;

use super::{
    lower_step::{Around, readings_of},
    reader::{Place, Reader},
    shape,
};
use crate::{
    model::case::{Class, Role},
    spec::{
        archives::ArchiveDemand,
        requirement::{Demand, Level, Origin, Reading, Requirement},
        step::Step,
    },
    vocabulary,
};

impl Reader {
    pub(super) fn requirements(
        &mut self,
        id: &str,
        path: &str,
        text: &str,
        shape: &shape::EndpointFile,
    ) -> Vec<Requirement> {
        let place = Place { path, text };
        shape.requirement.iter().map(|row| self.requirement(id, place, row)).collect()
    }

    fn requirement(&mut self, endpoint: &str, place: Place<'_>, row: &shape::RequirementFile) -> Requirement {
        let level: Level = self.one_of(place, &row.level);
        let class = self.class(place, row.class.as_ref());
        let account = row.account.as_ref().map(|account| self.account(place, account));
        let around = Around { endpoint, class, account, place };
        let mut steps = Vec::new();
        for step in &row.step {
            let role = self.role(place, step);
            steps.push(self.step(&around, step, role));
        }
        let teardown = self.unjudged(&around, &row.teardown, Role::Teardown);
        let mut faults = Vec::new();
        let expect = vocabulary::read(&row.expect, &mut faults);
        let readings = readings_of(&row.readings, &mut faults);
        for fault in faults {
            self.fault(place, &row.id, &fault);
        }
        self.fits_level(place, row, level, &steps, &readings);
        let most = steps.iter().chain(&teardown).map(|step| step.class).max().unwrap_or(Class::Read);
        let demand = if row.every_answer {
            Demand::EveryAnswer { own: false, expect, readings }
        } else if row.own_schema {
            Demand::OwnSchema
        } else if row.shape {
            Demand::Shape
        } else if let Some(word) = &row.archives {
            Demand::Archive(ArchiveDemand::Word(self.archive_word(place, word, level)))
        } else {
            if steps.is_empty() {
                self.fault(place, &row.id, "nothing is sent for it; give it a [[requirement.step]]");
            }
            Demand::Steps(steps)
        };
        let home = &self.endpoints[endpoint];
        let origin = match &demand {
            Demand::Steps(_) => Origin::written(row.id.get_ref()),
            _ => Origin::Answer,
        };
        Requirement {
            id: format!("{endpoint}/{}", row.id.get_ref()),
            endpoint: endpoint.to_owned(),
            origin,
            suite: home.suite_of(origin),
            level,
            section: home.title.clone(),
            class: class.unwrap_or(home.class).max(most),
            page: *row.page.get_ref(),
            says: row.says.clone(),
            since: self.version(place, row.since.as_ref()).or_else(|| self.endpoints[endpoint].since),
            topic: row.topic.clone(),
            rests_on: row.rests_on.clone(),
            opt_in: row.opt_in,
            fresh_session: row.fresh_session,
            property: false,
            demand,
            teardown,
        }
    }

    /// What a step of a requirement is for.
    fn role(&mut self, place: Place<'_>, step: &Spanned<shape::StepFile>) -> Role {
        let roles = [("setup", Role::Setup), ("control", Role::Control), ("probe", Role::Probe)];
        match &step.get_ref().role {
            Some(word) => self.word(place, word, &roles),
            None => {
                self.fault(place, step, "a step without `role`; write setup, control or probe");
                Role::Setup
            }
        }
    }

    /// An ambiguous requirement has readings and nothing else; every probe of it names the same ones.
    fn fits_level(
        &mut self,
        place: Place<'_>,
        row: &shape::RequirementFile,
        level: Level,
        steps: &[Step],
        readings: &[Reading],
    ) {
        self.page(place, &row.page);
        if steps.is_empty() && !row.teardown.is_empty() {
            self.fault(place, &row.id, "a teardown without a step; nothing is sent that could be put back");
        }
        let probes: Vec<_> = steps.iter().filter(|s| s.role == Role::Probe).collect();
        if !steps.is_empty() && probes.is_empty() {
            self.fault(place, &row.id, "no step is a probe; say which answer is judged");
        }
        if level == Level::Ambiguous {
            let mut names: Vec<Vec<&str>> =
                probes.iter().map(|p| p.readings.iter().map(|r| r.name.as_str()).collect()).collect();
            if !readings.is_empty() {
                names.push(readings.iter().map(|r| r.name.as_str()).collect());
            }
            if row.topic.is_none() && !row.shape {
                self.fault(place, &row.id, "ambiguous but without a topic; name the topic of its readings");
            }
            let written = !row.shape && row.archives.is_none();
            if written && (names.iter().any(|n| n.len() < 2 || *n != names[0]) || names.is_empty()) {
                self.fault(place, &row.id, "ambiguous: give every probe the same two or more readings and no `expect`");
            }
        } else {
            if steps.iter().any(|s| !s.readings.is_empty()) || !readings.is_empty() {
                self.fault(
                    place,
                    &row.id,
                    "readings belong to ambiguous requirements; change the level or write `expect`",
                );
            }
            if probes.iter().any(|p| p.expect.is_empty()) {
                self.fault(place, &row.id, "a probe without `expect` cannot fail; say what must hold");
            }
        }
    }
}
