//! From what was typed to what it means.
//!
//! In: the shapes of `file`. Out: endpoints, written requirements and flows. Every fault is gathered with file, line and
//! what to do; none stops the reading of the rest.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{
    Demand, Element, Endpoint, Example, Flow, Form, Guide, Input, Level, Media, Need, Parameter, ParameterKind,
    ParameterSet, Query, Reading, RequestSpec, Requirement, ResponseSpec, Step, Type, Untestable, ValueClass, Version,
    file,
    guide::{Change, Section, VersionRow},
    load::line_of,
};
use crate::{
    model::{
        case::{Class, Role, Times},
        credential::{AccountRole, Authorization, Near},
        draft::{Carrier, Encoding},
    },
    vocabulary,
};

/// The guide's first and last page.
const PAGES: std::ops::RangeInclusive<u32> = 1..=169;

/// The words for what an accepted answer is.
const MEDIA: [(&str, Media); 7] = [
    ("brcs", Media::Brcs),
    ("javascript", Media::Javascript),
    ("gzip", Media::Gzip),
    ("zip", Media::Zip),
    ("binary", Media::Binary),
    ("page", Media::Page),
    ("yaml", Media::Yaml),
];

/// Reads shapes and gathers faults.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<String>,
    pub(super) endpoints: BTreeMap<String, Endpoint>,
    pub(super) guide: Option<Guide>,
}

/// Where a fault would stand.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    path: &'a str,
    text: &'a str,
}

/// What the steps of one requirement have in common.
struct Around<'a> {
    endpoint: &'a str,
    class: Option<Class>,
    account: Option<AccountRole>,
    place: Place<'a>,
}

impl Reader {
    pub(super) fn fault<T>(&mut self, place: Place<'_>, at: &Spanned<T>, says: &str) {
        let says = says.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        self.faults.push(format!("specs/{}:{}: {says}", place.path, line_of(place.text, at.span().start)));
    }

    pub(super) fn page(&mut self, place: Place<'_>, page: &Spanned<u32>) -> u32 {
        if !PAGES.contains(page.get_ref()) {
            self.fault(place, page, "no such page; the guide has pages 1 to 169");
        }
        *page.get_ref()
    }

    pub(super) fn word<T>(&mut self, place: Place<'_>, word: &Spanned<String>, table: &[(&str, T)]) -> T
    where
        T: Clone,
    {
        if let Some((_, meaning)) = table.iter().find(|(name, _)| name == word.get_ref()) {
            return meaning.clone();
        }
        let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
        self.fault(place, word, &format!("`{}` is not known here; write one of {}", word.get_ref(), names.join(", ")));
        table[0].1.clone()
    }

    fn class(&mut self, place: Place<'_>, class: Option<&Spanned<String>>) -> Option<Class> {
        let table = [("read", Class::Read), ("write", Class::Write), ("disrupt", Class::Disrupt)];
        class.map(|word| self.word(place, word, &table))
    }

    fn account(&mut self, place: Place<'_>, account: &Spanned<String>) -> AccountRole {
        let roles = [
            AccountRole::None,
            AccountRole::Full,
            AccountRole::ReadOnly,
            AccountRole::Deny,
            AccountRole::Spare,
            AccountRole::Spent,
            AccountRole::SupportReports,
            AccountRole::OtherReports,
        ];
        self.word(place, account, &roles.map(|role| (role.word(), role)))
    }

    fn version(&mut self, place: Place<'_>, version: Option<&Spanned<String>>) -> Option<Version> {
        let version = version?;
        version.get_ref().parse().map_err(|says: String| self.fault(place, version, &says)).ok()
    }

    pub(super) fn guide(&mut self, shape: file::GuideFile) {
        let mut version = |text: &str| {
            text.parse().unwrap_or_else(|says| {
                self.faults.push(format!("specs/guide.toml: {says}"));
                Version(0, 0, 0)
            })
        };
        self.guide = Some(Guide {
            api_version: version(&shape.api_version),
            versions: shape
                .version
                .into_iter()
                .map(|v| VersionRow { api: version(&v.api), product: v.product })
                .collect(),
            changes: shape
                .change
                .into_iter()
                .map(|c| Change {
                    api: version(&c.api),
                    product: c.product,
                    page: c.page,
                    says: c.says,
                    concerns: c.concerns,
                })
                .collect(),
            sections: shape.section.into_iter().map(|s| Section { title: s.title, page: s.page }).collect(),
            title: shape.title,
            edition: shape.edition,
            product: shape.product,
            digest: shape.digest,
        });
    }

    pub(super) fn endpoint(&mut self, id: &str, path: &str, text: &str, shape: &file::EndpointFile) {
        let place = Place { path, text };
        let class = self.class(place, shape.class.as_ref()).unwrap_or(Class::Read);
        let endpoint = Endpoint {
            id: id.to_owned(),
            title: shape.title.clone(),
            page: self.page(place, &shape.page),
            says: shape.says.clone(),
            class,
            since: self.version(place, shape.since.as_ref()),
            request: shape.request.as_ref().map(|request| self.request(place, request)),
            response: ResponseSpec {
                root: shape.response.root.clone(),
                success: shape.response.success.clone(),
                undocumented: shape.response.undocumented,
                error: shape.response.error,
                json_schema: shape.response.json_schema.clone(),
                media: shape.response.media.as_ref().map_or(Media::Document, |word| self.word(place, word, &MEDIA)),
            },
            parameters: shape.parameter.iter().map(|row| self.parameter(place, row)).collect(),
            elements: shape.element.iter().map(|row| self.element(place, row)).collect(),
            sets: shape
                .set
                .iter()
                .map(|row| ParameterSet {
                    name: row.name.get_ref().clone(),
                    page: self.page(place, &row.page),
                    says: row.says.clone(),
                    parameters: row.parameters.clone(),
                })
                .collect(),
            tables: self.tables(place, &shape.table),
            events: self.events(place, &shape.event),
            examples: shape.example.iter().map(|row| self.example(place, row)).collect(),
            untestable: shape
                .untestable
                .iter()
                .map(|row| Untestable {
                    id: row.id.get_ref().clone(),
                    page: self.page(place, &row.page),
                    says: row.says.clone(),
                    why: row.why.clone(),
                })
                .collect(),
        };
        self.unique(place, shape.parameter.iter().map(|row| &row.name), "parameter");
        self.unique(place, shape.element.iter().map(|row| &row.path), "element");
        self.unique(place, shape.set.iter().map(|row| &row.name), "parameter set");
        self.unique(place, shape.example.iter().map(|row| &row.name), "example");
        self.unique(place, shape.untestable.iter().map(|row| &row.id), "untestable fact");
        self.endpoints.insert(id.to_owned(), endpoint);
    }

    pub(super) fn unique<'a>(
        &mut self,
        place: Place<'_>,
        names: impl Iterator<Item = &'a Spanned<String>>,
        what: &str,
    ) {
        let mut seen = Vec::new();
        for name in names {
            if seen.contains(&name.get_ref()) {
                self.fault(place, name, &format!("a second {what} `{}`; names are unique in a file", name.get_ref()));
            }
            seen.push(name.get_ref());
        }
    }

    fn request(&mut self, place: Place<'_>, shape: &file::RequestFile) -> RequestSpec {
        RequestSpec {
            path: shape.path.clone(),
            methods: shape.methods.clone(),
            fixed: shape.fixed.clone(),
            smallest: shape.smallest.clone(),
            account: self.account(place, &shape.account),
            account_topic: shape.account_topic.clone(),
            permission: shape.permission.clone(),
            access_untold: shape.access.as_ref().is_some_and(|word| self.word(place, word, &[("untold", true)])),
            session: shape.session,
            derives: shape.derive.as_ref().is_none_or(|word| self.word(place, word, &[("all", true), ("none", false)])),
        }
    }

    fn parameter(&mut self, place: Place<'_>, row: &file::ParameterFile) -> Parameter {
        let kinds = [
            ("string", ParameterKind::String),
            ("integer", ParameterKind::Integer),
            ("boolean", ParameterKind::Boolean),
            ("enum", ParameterKind::Enum),
            ("reference", ParameterKind::Reference),
            ("guid", ParameterKind::Reference),
            ("timestamp", ParameterKind::Timestamp),
            ("list", ParameterKind::List),
            ("code_names", ParameterKind::List),
        ];
        let need = match row.need.get_ref().split_once(':') {
            Some(("one_of", group)) => Need::OneOf(group.to_owned()),
            Some(("optional_one_of", group)) => Need::SomeOf(group.to_owned()),
            _ => self.word(place, &row.need, &[("optional", Need::Optional), ("required", Need::Required)]),
        };
        Parameter {
            name: row.name.get_ref().clone(),
            key: row.key.clone().unwrap_or_else(|| row.name.get_ref().clone()),
            page: self.page(place, &row.page),
            says: row.says.clone(),
            kind: self.word(place, &row.kind, &kinds),
            need,
            unit: row.unit.clone(),
            min: row.min,
            max: row.max,
            max_characters: row.max_characters,
            max_bytes: row.max_bytes,
            max_items: row.max_items,
            values: row.values.clone(),
            item_values: row.item_values.clone(),
            default: row.default.clone(),
            valid: row.valid.clone(),
            unknown: row.unknown.clone(),
            needs: row.needs.clone(),
            excludes: row.excludes.clone(),
            secret: row.secret,
            class: self.class(place, row.class.as_ref()),
            since: self.version(place, row.since.as_ref()),
            underived: row.underived.clone(),
            forms: row
                .form
                .iter()
                .map(|form| Form {
                    name: form.name.clone(),
                    value: form.value.clone(),
                    says: form.says.clone(),
                    class: self.class(place, form.class.as_ref()),
                })
                .collect(),
        }
    }

    fn element(&mut self, place: Place<'_>, row: &file::ElementFile) -> Element {
        let counts = [("1", (1, Some(1))), ("0..1", (0, Some(1))), ("0..", (0, None)), ("1..", (1, None))];
        let (count_min, count_max) = row.count.as_ref().map_or((1, Some(1)), |word| self.word(place, word, &counts));
        let kind = Type::parse(row.kind.get_ref()).unwrap_or_else(|says| {
            self.fault(place, &row.kind, &says);
            Type::Text
        });
        if kind == Type::Enum && row.values.is_empty() {
            self.fault(place, &row.kind, "an enumeration without `values`; list what the guide prints");
        }
        Element {
            path: row.path.get_ref().clone(),
            page: self.page(place, &row.page),
            says: row.says.clone(),
            count_min,
            count_max,
            kind,
            values: row.values.clone(),
            open: row.open,
            min: row.min,
            max: row.max,
            when: row.when.as_ref().map(|w| (w.parameter.clone(), w.value.clone())),
            sometimes: row.sometimes,
            may_be_empty: row.may_be_empty,
            names: row.names.clone(),
            topic: row.topic.clone(),
            hint: row.hint.clone(),
            since: self.version(place, row.since.as_ref()),
        }
    }

    fn example(&mut self, place: Place<'_>, row: &file::ExampleFile) -> Example {
        let words = [("accepted", ()), ("refused", ()), ("open", ())];
        self.word(place, &row.expect, &words);
        Example {
            name: row.name.get_ref().clone(),
            page: self.page(place, &row.page),
            says: row.says.clone(),
            printed: row.printed.clone(),
            send: row.send.clone(),
            expect: row.expect.get_ref().clone(),
            topic: row.topic.clone(),
            class: self.class(place, row.class.as_ref()),
            fresh_session: row.fresh_session,
        }
    }

    pub(super) fn requirements(
        &mut self,
        id: &str,
        path: &str,
        text: &str,
        shape: &file::EndpointFile,
    ) -> Vec<Requirement> {
        let place = Place { path, text };
        shape.requirement.iter().map(|row| self.requirement(id, place, row)).collect()
    }

    fn requirement(&mut self, endpoint: &str, place: Place<'_>, row: &file::RequirementFile) -> Requirement {
        let levels = [("must", Level::Must), ("should", Level::Should), ("ambiguous", Level::Ambiguous)];
        let level = self.word(place, &row.level, &levels);
        let class = self.class(place, row.class.as_ref());
        let account = row.account.as_ref().map(|account| self.account(place, account));
        let around = Around { endpoint, class, account, place };
        let steps: Vec<Step> = row.step.iter().map(|step| self.step(&around, step)).collect();
        let mut faults = Vec::new();
        let expect = vocabulary::read(&row.expect, &mut faults);
        let readings = readings_of(&row.readings, &mut faults);
        for fault in faults {
            self.fault(place, &row.id, &fault);
        }
        self.fits_level(place, row, level, &steps, &readings);
        let demand = if row.every_answer {
            Demand::EveryAnswer { own: false, expect, readings }
        } else if row.own_schema {
            Demand::OwnSchema
        } else if row.shape {
            Demand::Shape
        } else if let Some(word) = &row.archives {
            Demand::Archive(super::ArchiveDemand::Word(self.archive_word(place, word, level)))
        } else {
            if steps.is_empty() {
                self.fault(place, &row.id, "nothing is sent for it; give it a [[requirement.step]]");
            }
            Demand::Steps(steps.clone())
        };
        let home = &self.endpoints[endpoint];
        Requirement {
            id: format!("{endpoint}/{}", row.id.get_ref()),
            endpoint: endpoint.to_owned(),
            level,
            section: home.title.clone(),
            class: class.unwrap_or(home.class).max(steps.iter().map(|s| s.class).max().unwrap_or(Class::Read)),
            page: *row.page.get_ref(),
            says: row.says.clone(),
            since: self.version(place, row.since.as_ref()).or_else(|| self.endpoints[endpoint].since),
            topic: row.topic.clone(),
            rests_on: row.rests_on.clone(),
            opt_in: row.opt_in,
            fresh_session: row.fresh_session,
            property: false,
            demand,
        }
    }

    /// An ambiguous requirement has readings and nothing else; every probe of it names the same ones.
    fn fits_level(
        &mut self,
        place: Place<'_>,
        row: &file::RequirementFile,
        level: Level,
        steps: &[Step],
        readings: &[Reading],
    ) {
        self.page(place, &row.page);
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

    pub(super) fn flow(&mut self, path: &str, text: &str, shape: &file::FlowFile) -> Flow {
        let around = Around { endpoint: "", class: None, account: None, place: Place { path, text } };
        Flow {
            title: shape.title.clone(),
            says: shape.says.clone(),
            steps: shape.step.iter().map(|step| self.step(&around, step)).collect(),
            teardown: shape.teardown.iter().map(|step| self.step(&around, step)).collect(),
        }
    }

    fn step(&mut self, around: &Around<'_>, shape: &file::StepFile) -> Step {
        let place = around.place;
        let roles = [("setup", Role::Setup), ("control", Role::Control), ("probe", Role::Probe)];
        let role = self.word(place, &shape.role, &roles);
        let id = shape.endpoint.as_ref().map_or(around.endpoint, |id| id.get_ref().as_str());
        let called = self.endpoints.get(id).cloned();
        let Some(request) = called.as_ref().and_then(|e| e.request.clone()) else {
            self.fault(
                place,
                &shape.role,
                &format!("`{id}` is no endpoint that can be called; name one with a [request]"),
            );
            return empty_step(role);
        };
        let mut parameters: BTreeMap<String, Input> = BTreeMap::new();
        let mut order = Vec::new();
        let smallest = if shape.bare { BTreeMap::new() } else { request.smallest.clone() };
        for (name, value) in request.fixed.iter().chain(&smallest).filter(|(name, _)| !shape.without.contains(name)) {
            order.push(name.clone());
            parameters.insert(name.clone(), Input::Text(value.clone()));
        }
        for (name, value) in &shape.send {
            if parameters.insert(name.clone(), Input::Text(value.clone())).is_none() {
                order.push(name.clone());
            }
        }
        for (name, class) in &shape.draw {
            match self.drawn(called.as_ref(), name, class) {
                Ok((key, input)) => {
                    if parameters.insert(key.clone(), input).is_none() {
                        order.push(key);
                    }
                }
                Err(says) => self.fault(place, &shape.role, &says),
            }
        }
        let mut faults = Vec::new();
        let mut expect = vocabulary::read(&shape.expect, &mut faults);
        let only_if = vocabulary::read(&shape.only_if, &mut faults);
        let readings = readings_of(&shape.readings, &mut faults);
        let capture = shape
            .capture
            .iter()
            .filter_map(|(name, query)| Query::parse(query).map_err(|f| faults.push(f)).ok().map(|q| (name.clone(), q)))
            .collect();
        for fault in faults {
            self.fault(place, &shape.role, &fault);
        }
        if role != Role::Probe && expect.is_empty() {
            expect.push(super::Expect::Accepted);
        }
        let home = called.as_ref().map_or(Class::Read, |e| e.class);
        let own = if id == around.endpoint { around.class.unwrap_or(home) } else { home };
        let class = self.class(place, shape.class.as_ref()).unwrap_or(own.max(Class::Read));
        let account = shape.account.as_ref().map(|account| self.account(place, account)).or(around.account);
        let (method, carrier) = self.carrier(place, shape, &request);
        let encodings = [("percent", Encoding::Percent), ("lower-hex", Encoding::LowerHex), ("plus", Encoding::Plus)];
        Step {
            role,
            endpoint: id.to_owned(),
            class,
            parameters: order.into_iter().map(|name| (name.clone(), parameters[&name].clone())).collect(),
            maybe: Vec::new(),
            raw: shape.raw.clone(),
            method,
            path: shape.path.clone().unwrap_or_else(|| request.path.clone()),
            encoding: shape.encoding.as_ref().map_or(Encoding::Percent, |word| self.word(place, word, &encodings)),
            carrier,
            account: account.unwrap_or(calling_account(&request)),
            authorization: authorization_of(
                shape.authorization.as_deref(),
                account.unwrap_or(calling_account(&request)),
            ),
            headers: shape.headers.iter().map(|(n, v)| (n.clone(), v.clone())).collect(),
            times: self.times(place, shape),
            capture,
            only_if,
            otherwise: shape.otherwise.clone().unwrap_or_default(),
            expect,
            readings,
        }
    }

    fn times(&mut self, place: Place<'_>, shape: &file::StepFile) -> Times {
        let stop = shape.stop.as_ref().map(|word| self.word(place, word, &[("refused", ())]));
        match (shape.repeat, shape.burst, stop) {
            (None, None, _) => Times::Once,
            (Some(n), _, None) => Times::Repeat(n),
            (Some(n), _, Some(())) => Times::UntilRefused(n),
            (None, Some(n), _) => Times::Burst(n),
        }
    }

    fn carrier(&mut self, place: Place<'_>, shape: &file::StepFile, request: &RequestSpec) -> (String, Carrier) {
        let bodies = [
            ("form", Carrier::Form),
            ("query", Carrier::Query),
            ("multipart", Carrier::Multipart),
            ("text_plain", Carrier::TextPlain),
        ];
        let body = shape.body.as_ref().map(|word| self.word(place, word, &bodies));
        let usual = if body.is_some() { "POST" } else { request.methods.first().map_or("GET", String::as_str) };
        let method = shape.method.clone().unwrap_or_else(|| usual.to_owned());
        let carrier = body.unwrap_or(if method == "POST" { Carrier::Form } else { Carrier::Query });
        (method, carrier)
    }

    fn drawn(&self, endpoint: Option<&Endpoint>, name: &str, class: &str) -> Result<(String, Input), String> {
        let endpoint = endpoint.ok_or("no endpoint to draw from")?;
        let parameter = endpoint
            .parameters
            .iter()
            .position(|row| row.name == name || row.key == name)
            .ok_or_else(|| format!("`{}` has no parameter `{name}` to draw", endpoint.id))?;
        let row = &endpoint.parameters[parameter];
        let class = match class {
            "lawful" => ValueClass::Lawful,
            "min" => ValueClass::Min,
            "max" => ValueClass::Max,
            "below-min" => ValueClass::BelowMin,
            "above-max" => ValueClass::AboveMax,
            "at-limit" => ValueClass::AtLimit,
            "at-limit-multibyte" => ValueClass::AtLimitMultibyte,
            "over-limit" => ValueClass::OverLimit,
            "malformed" => ValueClass::Malformed,
            "empty" => return Ok((row.key.clone(), Input::Text(String::new()))),
            "unknown" => {
                let value = row.unknown.clone().ok_or_else(|| format!("`{name}` has no `unknown` value"))?;
                return Ok((row.key.clone(), Input::Text(value)));
            }
            other => return Err(format!("`{other}` is no class of values")),
        };
        Ok((row.key.clone(), Input::Draw { endpoint: endpoint.id.clone(), parameter, class }))
    }

    pub(super) fn insert(&mut self, all: &mut BTreeMap<String, Requirement>, requirement: Requirement) {
        if let Some(other) = all.insert(requirement.id.clone(), requirement) {
            self.faults.push(format!(
                "specs/{}.toml: two requirements have the id `{}`; the id of one derives from a row, rename the written one",
                other.endpoint,
                other.id.escape_debug()
            ));
        }
    }

    /// What sends requests rests on the smallest request of every endpoint that it calls.
    pub(super) fn rest_on_the_smallest(&self, requirements: &mut BTreeMap<String, Requirement>) {
        let known: Vec<String> = requirements.keys().filter(|id| id.ends_with("/smallest")).cloned().collect();
        for requirement in requirements.values_mut() {
            let Demand::Steps(steps) = &requirement.demand else { continue };
            let called: std::collections::BTreeSet<String> =
                steps.iter().map(|step| format!("{}/smallest", step.endpoint)).collect();
            let own = requirement.id.clone();
            requirement.rests_on.extend(called.into_iter().filter(|id| *id != own && known.contains(id)));
        }
    }

    /// What concerns the whole set of requirements.
    pub(super) fn lint(&mut self, requirements: &BTreeMap<String, Requirement>) {
        for requirement in requirements.values() {
            for pattern in &requirement.rests_on {
                if !super::derive::matching(requirements, pattern).any(|(id, _)| id != requirement.id) {
                    self.faults.push(format!(
                        "specs/{}.toml: `{}` rests on `{pattern}`, which no other requirement's id matches",
                        requirement.endpoint, requirement.id
                    ));
                }
            }
        }
    }
}

fn readings_of(shape: &BTreeMap<String, Vec<toml::Value>>, faults: &mut Vec<String>) -> Vec<Reading> {
    shape
        .iter()
        .map(|(name, expects)| Reading { name: name.clone(), expect: vocabulary::read(expects, faults) })
        .collect()
}

/// Calls are made with the main account, whatever the least permission is.
pub(super) fn calling_account(request: &RequestSpec) -> AccountRole {
    if request.account == AccountRole::None { AccountRole::None } else { AccountRole::Full }
}

fn authorization_of(text: Option<&str>, account: AccountRole) -> Authorization {
    match text {
        None if account == AccountRole::None => Authorization::Nothing,
        None => Authorization::Token,
        Some("none") => Authorization::Nothing,
        Some("token") => Authorization::Token,
        Some("invalid") => Authorization::InvalidToken,
        Some("expired") => Authorization::Header("Bearer ${expired_token}".to_owned()),
        Some("basic") => Authorization::Basic,
        Some("basic:wrong-secret") => Authorization::WrongSecret,
        Some("basic:empty-secret") => Authorization::NearSecret(Near::Empty),
        Some("basic:secret-prefix") => Authorization::NearSecret(Near::Prefix),
        Some("basic:secret-other-case") => Authorization::NearSecret(Near::OtherCase),
        Some("token:other-case") => Authorization::NearToken,
        Some("basic:unknown-client") => Authorization::UnknownClient,
        Some(header) => Authorization::Header(header.to_owned()),
    }
}

fn empty_step(role: Role) -> Step {
    Step {
        role,
        endpoint: String::new(),
        class: Class::Read,
        parameters: Vec::new(),
        maybe: Vec::new(),
        raw: None,
        method: String::new(),
        path: String::new(),
        encoding: Encoding::Percent,
        carrier: Carrier::Query,
        account: AccountRole::None,
        authorization: Authorization::Nothing,
        headers: Vec::new(),
        times: Times::Once,
        capture: Vec::new(),
        only_if: Vec::new(),
        otherwise: String::new(),
        expect: Vec::new(),
        readings: Vec::new(),
    }
}
