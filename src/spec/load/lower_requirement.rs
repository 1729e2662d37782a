//! From written requirements, as typed, to what they mean.
//!
//! In: the shape of a file. Out: requirements. Faults are gathered.

use super::{
    located::Located,
    lower_step::{Around, readings_of},
    named::{Named, unfolded},
    reader::{Place, Reader},
    shape::EndpointFile,
    shape_steps::{RequirementFile, StepFile},
    words::ROLES,
};
use crate::{
    model::case::{Class, Role},
    spec::{
        archives::{ArchiveDemand, ArchiveWord},
        requirement::{Demand, Level, Origin, Requirement},
        sequence::SequenceWord,
        step::{Reading, Step},
    },
    vocabulary::{self, Expect},
};

/// How an id of the own endpoint begins.
const OWN: &str = "./";

/// How what looks at sequences of commands begins.
const SEQUENCES: &str = "sequences:";

/// What a requirement looks at instead of answers to steps of its own.
enum Over<'a> {
    EveryAnswer,
    OwnSchema,
    Shape,
    Archives(&'a str),
    Feed(&'a str),
    Sequences(SequenceWord),
}

impl Reader {
    pub(super) fn requirements(&mut self, id: &str, named: &Named<'_>, shape: &EndpointFile) -> Vec<Requirement> {
        let place = named.place();
        let name = id.rsplit('/').next().unwrap_or_default();
        let mut requirements = Vec::new();
        for (part, row) in shape.requirement.iter() {
            if let Some(only) = &row.only
                && !shape.names.contains_key(only.as_str())
            {
                self.fault(place, only, &format!("there are no [names.{}] in this file", only.as_str()));
            }
            if row.only.as_ref().is_none_or(|only| only.as_str() == name) {
                requirements.push(self.requirement(id, named, part, row));
            }
        }
        requirements
    }

    fn requirement(
        &mut self,
        endpoint: &str,
        named: &Named<'_>,
        id: &Located<String>,
        row: &RequirementFile,
    ) -> Requirement {
        let place = named.place();
        self.sites.insert(format!("{endpoint}/{}", id.as_str()).into(), place.site(id));
        let home = self.endpoints[endpoint].clone();
        let (level, says) = self.statement(place, id, row);
        let class = self.class(place, row.class.as_ref());
        let account = row.account.as_ref().map(|account| self.account(place, account));
        let around = Around { endpoint, class, account, named };
        let mut steps = Vec::new();
        for step in &row.steps {
            let whole = step.with(self.named_step(named, step));
            let role = self.role(place, &whole);
            steps.push(self.step(&around, &whole, role));
        }
        let teardown = self.unjudged(&around, &row.teardown, Role::Teardown);
        let mut faults = Vec::new();
        let expect = vocabulary::read(&unfolded(named, &row.expect, &mut faults), &mut faults);
        let readings = readings_of(named, &row.readings, &mut faults);
        let looked_at = expect.iter().chain(readings.iter().flat_map(|one| &one.expect));
        if let Some(query) = looked_at.filter_map(Expect::query).find(|query| query.counts().is_some()) {
            faults.push(format!("`{query}` counts the answers to a step, and every answer is looked at here"));
        }
        for fault in faults {
            self.fault(place, id, &fault);
        }
        let reads = |step: &Step| step.class == Class::Read && !step.method.is_empty();
        if !teardown.is_empty() && !steps.is_empty() && steps.iter().all(reads) {
            let says = "its steps only read, so the teardown is never played; take it out, or give the step that changes \
                        something its `class`";
            self.fault(place, id, says);
        }
        let most = steps.iter().chain(&teardown).map(|step| step.class).max().unwrap_or(Class::Read);
        let over = row.over.as_ref().and_then(|word| self.over(place, word));
        // A step of an endpoint that cannot be read is empty, and no fault of this file.
        if steps.iter().all(|step| !step.method.is_empty()) {
            self.fits_level(place, id, row, level, over.as_ref(), &steps, &readings);
        }
        self.fits_over(place, id, row, over.as_ref());
        let demand = match (over, &row.over) {
            (Some(Over::EveryAnswer), _) => Demand::EveryAnswer { own: false, expect, readings },
            (Some(Over::OwnSchema), _) => Demand::OwnSchema,
            (Some(Over::Shape), _) => Demand::Shape,
            (Some(Over::Archives(word)), Some(at)) => {
                let word = self.archive_word(place, &at.with(word.to_owned()), level, |word| !word.is_of_feeds_alone());
                Demand::Archive(ArchiveDemand::Word(word))
            }
            (Some(Over::Feed(word)), Some(at)) => {
                let word = self.archive_word(place, &at.with(word.to_owned()), level, ArchiveWord::is_of_feeds);
                Demand::Feed(ArchiveDemand::Word(word))
            }
            (Some(Over::Sequences(word)), _) => Demand::Sequence(word),
            _ => Demand::Steps(steps),
        };
        let origin = match &demand {
            Demand::Steps(_) => Origin::written(id),
            _ => Origin::Answer,
        };
        let own = |id: &Located<String>| id.strip_prefix(OWN).map(|rest| format!("{endpoint}/{rest}"));
        Requirement {
            id: format!("{endpoint}/{}", id.as_str()).into(),
            endpoint: home.id.clone(),
            origin,
            suite: home.suite_of(origin),
            level,
            section: home.title.clone(),
            class: class.unwrap_or(home.class).max(most),
            page: self.page_of(place, row.page.as_ref(), home.page),
            says,
            since: self.version(place, row.since.as_ref()).or(home.since),
            topic: row.topic.as_ref().map(|topic| topic.to_string()),
            rests_on: row.rests_on.iter().map(|id| own(id).unwrap_or_else(|| id.to_string()).into()).collect(),
            opt_in: row.opt_in,
            fresh_session: row
                .fresh_session
                .unwrap_or_else(|| home.request.as_ref().is_some_and(|request| request.fresh_session)),
            alone: row.alone,
            property: false,
            demand,
            teardown,
        }
    }

    /// The level of a requirement, and what it states.
    fn statement(&mut self, place: Place<'_>, id: &Located<String>, row: &RequirementFile) -> (Level, String) {
        let written = [(Level::Must, &row.must), (Level::Should, &row.should), (Level::Ambiguous, &row.ambiguous)];
        let mut written = written.into_iter().filter_map(|(level, says)| Some((level, says.clone()?)));
        let (first, second) = (written.next(), written.next());
        if first.is_none() || second.is_some() {
            self.fault(place, id, "write what it states under one of the keys must, should, ambiguous");
        }
        first.unwrap_or((Level::Must, String::new()))
    }

    fn over<'a>(&mut self, place: Place<'_>, word: &'a Located<String>) -> Option<Over<'a>> {
        match word.as_str() {
            "every-answer" => Some(Over::EveryAnswer),
            "own-schema" => Some(Over::OwnSchema),
            "permission-entries" => Some(Over::Shape),
            text if text.starts_with(SEQUENCES) => {
                Some(Over::Sequences(self.one_of(place, &word.with(text[SEQUENCES.len()..].to_owned()))))
            }
            text => {
                let archives = text.strip_prefix("archives:").map(Over::Archives);
                let archives = archives.or_else(|| text.strip_prefix("feed:").map(Over::Feed));
                if archives.is_none() {
                    self.fault(
                        place,
                        word,
                        &format!(
                            "`{text}` is nothing to look at; write one of every-answer, own-schema, permission-entries, \
                             archives:WORD, feed:WORD, sequences:WORD"
                        ),
                    );
                }
                archives
            }
        }
    }

    /// What a step of a requirement is for.
    fn role(&mut self, place: Place<'_>, step: &Located<StepFile>) -> Role {
        match &step.role {
            Some(word) => self.word(place, word, &ROLES),
            None => {
                self.fault(place, step, "a step without `role`; write setup, control or probe");
                Role::Setup
            }
        }
    }

    /// What is looked at instead of answers to steps goes without steps, and expects nothing but where every answer is looked at.
    fn fits_over(&mut self, place: Place<'_>, id: &Located<String>, row: &RequirementFile, over: Option<&Over<'_>>) {
        let expects = !row.expect.is_empty() || !row.readings.is_empty();
        match over {
            None if row.over.is_some() => {}
            None => {
                if row.steps.is_empty() {
                    self.fault(place, id, "nothing is sent for it; give it `steps`, or say `over` what it is");
                }
                if expects {
                    self.fault(
                        place,
                        id,
                        "`expect` and `readings` stand in the steps, or beside `over = \"every-answer\"`",
                    );
                }
            }
            Some(over) => {
                if !row.steps.is_empty() || !row.teardown.is_empty() {
                    self.fault(place, id, "`over` is instead of steps of its own; take the one or the others out");
                }
                if row.account.is_some() || row.class.is_some() || row.fresh_session.is_some() {
                    self.fault(
                        place,
                        id,
                        "`account`, `class` and `fresh_session` are for steps, and `over` is instead of them",
                    );
                }
                match (over, expects) {
                    (Over::EveryAnswer, false) => {
                        self.fault(place, id, "nothing is asked of the answers; write `expect` or `readings`");
                    }
                    (Over::EveryAnswer, true) | (_, false) => {}
                    _ => self.fault(place, id, "what holds is said by `over`; take `expect` and `readings` out"),
                }
            }
        }
    }

    /// An ambiguous requirement has readings and nothing else; every probe of it names the same ones.
    #[expect(clippy::too_many_arguments)]
    fn fits_level(
        &mut self,
        place: Place<'_>,
        id: &Located<String>,
        row: &RequirementFile,
        level: Level,
        over: Option<&Over<'_>>,
        steps: &[Step],
        readings: &[Reading],
    ) {
        let probes: Vec<_> = steps.iter().filter(|s| s.role == Role::Probe).collect();
        if !steps.is_empty() && probes.is_empty() {
            self.fault(place, id, "no step is a probe; say which answer is judged");
        }
        if steps.is_empty() && !row.teardown.is_empty() {
            self.fault(place, id, "a teardown without a step; nothing is sent that could be put back");
        }
        if level == Level::Ambiguous {
            let mut names: Vec<Vec<&str>> =
                probes.iter().map(|p| p.readings.iter().map(|r| r.name.as_str()).collect()).collect();
            if !readings.is_empty() {
                names.push(readings.iter().map(|r| r.name.as_str()).collect());
            }
            if row.topic.is_none() && !matches!(over, Some(Over::Shape)) {
                self.fault(place, id, "ambiguous but without a topic; name the topic of its readings");
            }
            let written = !matches!(over, Some(Over::Shape | Over::Archives(_) | Over::Feed(_)));
            if written && (names.iter().any(|n| n.len() < 2 || *n != names[0]) || names.is_empty()) {
                self.fault(place, id, "ambiguous: give every probe the same two or more readings and no `expect`");
            }
            if probes.iter().any(|probe| !probe.expect.is_empty()) {
                self.fault(place, id, "ambiguous: what holds of a probe is said by its readings; take `expect` out");
            }
        } else {
            if let Some(topic) = &row.topic {
                self.fault(place, topic, "a topic is what an ambiguous requirement leaves open; take it out");
            }
            if steps.iter().any(|s| !s.readings.is_empty()) || !readings.is_empty() {
                self.fault(place, id, "readings belong to ambiguous requirements; change the level or write `expect`");
            }
            if probes.iter().any(|p| p.expect.is_empty()) {
                self.fault(place, id, "a probe without `expect` cannot fail; say what must hold");
            }
        }
        if steps.iter().any(|step| step.role != Role::Probe && !step.readings.is_empty()) {
            self.fault(place, id, "readings tell answers of probes apart; take them out of the other steps");
        }
    }
}
