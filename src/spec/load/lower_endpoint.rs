//! From an endpoint and the rows of its request, as typed, to what they mean.
//!
//! In: the shape of a file. Out: an [`Endpoint`]. Faults are gathered.

use std::sync::Arc;

use super::{
    located::Located,
    named::Named,
    reader::{Place, Reader},
    shape::{EndpointFile, ExampleFile, ParameterFile, RequestFile, ResponseFile},
    words::{ACCESS, DERIVES, EXPECTED, MEDIA, PARAMETER_TYPES},
};
use crate::{
    model::{case::Class, credential::AccountRole},
    spec::endpoint::{
        Endpoint, Example, Form, Media, Need, Parameter, ParameterKind, ParameterSet, RequestSpec, ResponseSpec,
        Untestable,
    },
};

impl Reader {
    pub(super) fn endpoint(&mut self, id: &str, named: &Named<'_>, shape: &EndpointFile) {
        let place = named.place();
        let page = self.page(place, &shape.page);
        let mut request = shape.request.as_ref().map(|request| self.request(place, request));
        if let Some(request) = &mut request {
            request.session = shape.facts.session;
        }
        let mut response = self.response(place, &shape.response);
        response.error = shape.facts.error;
        let endpoint = Endpoint {
            id: id.into(),
            title: shape.title.clone(),
            page,
            says: shape.says.clone(),
            class: self.class(place, shape.class.as_ref()).unwrap_or(Class::Read),
            since: self.version(place, shape.since.as_ref()),
            suite: shape.suite.as_ref().map(|word| self.one_of(place, word)),
            parameters: shape.parameter.iter().map(|(name, row)| self.parameter(place, page, name, row)).collect(),
            elements: self.elements(named, page, &shape.elements),
            sets: shape
                .set
                .iter()
                .map(|(name, row)| ParameterSet {
                    name: name.to_string(),
                    page: self.page_of(place, row.page.as_ref(), page),
                    says: row.says.clone(),
                    parameters: row.parameters.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
                })
                .collect(),
            tables: self.tables(place, page, &shape.table),
            events: self.events(place, page, &shape.event),
            examples: shape
                .example
                .iter()
                .map(|(name, row)| self.example(place, page, name, row, request.as_ref()))
                .collect(),
            untestable: shape
                .untestable
                .iter()
                .map(|(id, row)| Untestable {
                    id: id.to_string(),
                    page: self.page_of(place, row.page.as_ref(), page),
                    says: row.says.clone(),
                    why: row.why.clone(),
                })
                .collect(),
            request,
            response,
        };
        self.fits_rows(place, shape, &endpoint);
        self.endpoints.insert(endpoint.id.clone(), Arc::new(endpoint));
    }

    fn request(&mut self, place: Place<'_>, shape: &RequestFile) -> RequestSpec {
        self.can_be_sent(place, &shape.account, shape.methods.iter(), Some(&shape.path), std::iter::empty());
        let account = self.account(place, &shape.account);
        if shape.access.is_some() && account == AccountRole::None {
            self.fault(
                place,
                &shape.account,
                "`access` says that a token is sent, and `account` that none is; take one out",
            );
        }
        if shape.access.is_some() && shape.permission.is_some() {
            self.fault(place, &shape.account, "what access is unstated has no `permission`");
        }
        for name in shape.smallest.keys().filter(|name| shape.fixed.contains_key(*name)) {
            self.fault(place, &shape.account, &format!("`{name}` is in `fixed` and in `smallest`; take one out"));
        }
        RequestSpec {
            path: shape.path.clone(),
            methods: shape.methods.clone(),
            fixed: shape.fixed.clone(),
            smallest: shape.smallest.clone(),
            account,
            permission: shape.permission.clone(),
            access_unstated: shape.access.as_ref().is_some_and(|word| self.word(place, word, &ACCESS)),
            session: false,
            derives: shape.derive.as_ref().is_none_or(|word| self.word(place, word, &DERIVES)),
            fresh_session: shape.fresh_session,
            lasting: shape.lasting,
            steps_aside: shape.steps_aside.clone(),
            rests_on: shape.rests_on.iter().map(|pattern| pattern.as_str().into()).collect(),
        }
    }

    fn response(&mut self, place: Place<'_>, shape: &ResponseFile) -> ResponseSpec {
        if let (Some(name), Some(_)) = (&shape.json_schema, &shape.media) {
            self.fault(place, name, "`media` is for answers that are neither XML nor JSON; take one of the two out");
        }
        if let Some(name) = &shape.json_schema {
            self.knows_schema(place, name, name);
        }
        ResponseSpec {
            root: shape.root.clone(),
            success: shape.success.clone(),
            undocumented: shape.undocumented,
            error: false,
            json_schema: shape.json_schema.as_ref().map(|name| name.to_string()),
            media: shape.media.as_ref().map_or(Media::Document, |word| self.word(place, word, &MEDIA)),
            statuses: Vec::new(),
            nothing_found: None,
            nothing_asked: None,
        }
    }

    fn parameter(&mut self, place: Place<'_>, page: u32, name: &Located<String>, row: &ParameterFile) -> Parameter {
        let need = match row.need.as_ref().and_then(|need| need.split_once(':')) {
            Some(("one_of", group)) => Need::OneOf(group.to_owned()),
            Some(("optional_one_of", group)) => Need::SomeOf(group.to_owned()),
            _ => row.need.as_ref().map_or(Need::Optional, |need| {
                self.word(place, need, &[("optional", Need::Optional), ("required", Need::Required)])
            }),
        };
        let kind = self.word(place, &row.kind, &PARAMETER_TYPES);
        let numeric = matches!(kind, ParameterKind::Integer | ParameterKind::Timestamp);
        if (row.min.is_some() || row.max.is_some()) && !numeric {
            self.fault(place, &row.kind, "`min` and `max` are bounds of a number, and this is none");
        }
        if row.min.zip(row.max).is_some_and(|(min, max)| min > max) {
            self.fault(place, &row.kind, "`min` is above `max`; no value is lawful");
        }
        if row.max_characters.is_some() && numeric {
            self.fault(place, &row.kind, "`max_characters` is for texts, and this is a number");
        }
        if kind == ParameterKind::Enum && row.values.is_empty() {
            self.fault(place, &row.kind, "an enumeration has `values`; write all that are lawful");
        }
        let drawn = row.form.iter().any(|(_, form)| form.class.is_none()) || !row.values.is_empty();
        if kind == ParameterKind::Reference && row.valid.is_none() && !drawn {
            self.fault(place, &row.kind, "no lawful value of a reference can be drawn; write one as `valid`");
        }
        if !row.item_values.is_empty() && kind != ParameterKind::List {
            self.fault(place, &row.kind, "`item_values` are those of a list; write `values`");
        }
        if row.unknown_topic.is_some() && row.unknown.is_none() {
            self.fault(place, &row.kind, "`unknown_topic` is read beside `unknown` only");
        }
        Parameter {
            name: name.to_string(),
            key: row.key.clone().unwrap_or_else(|| name.to_string()),
            page: self.page_of(place, row.page.as_ref(), page),
            says: row.says.clone(),
            kind,
            need,
            unit: row.facts.unit.clone(),
            min: row.min,
            max: row.max,
            max_characters: row.max_characters,
            max_bytes: row.facts.max_bytes,
            max_items: row.facts.max_items,
            values: row.values.clone(),
            item_values: row.item_values.clone(),
            default: row.facts.default.clone(),
            valid: row.valid.clone(),
            unknown: row.unknown.clone(),
            unknown_topic: row.unknown_topic.clone(),
            needs: row.needs.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
            excludes: row.excludes.iter().map(|name| name.to_string()).collect(),
            secret: row.facts.secret,
            class: self.class(place, row.class.as_ref()),
            since: self.version(place, row.since.as_ref()),
            underived: row.underived.iter().map(|kind| kind.to_string()).collect(),
            forms: row
                .form
                .iter()
                .map(|(name, form)| Form {
                    name: name.to_string(),
                    value: form.value.clone(),
                    says: form.says.clone(),
                    class: self.class(place, form.class.as_ref()),
                })
                .collect(),
        }
    }

    fn example(
        &mut self,
        place: Place<'_>,
        page: u32,
        name: &Located<String>,
        row: &ExampleFile,
        request: Option<&RequestSpec>,
    ) -> Example {
        let expect = row.expect.as_ref().map_or("accepted", |word| self.word(place, word, &EXPECTED));
        if let Some(topic) = row.topic.as_ref().filter(|_| expect != "open") {
            self.fault(place, topic, "a topic is for an example that is `open`; take it out");
        }
        if request.is_none() {
            self.fault(place, name, "an example of what cannot be called; give the file a [request]");
        }
        let printed = row.printed.split_once('?').map_or(row.printed.as_str(), |(_, query)| query);
        if row.send.as_deref() == Some(printed) {
            self.fault(place, name, "`send` is what is printed; leave it out");
        }
        Example {
            name: name.to_string(),
            page: self.page_of(place, row.page.as_ref(), page),
            says: row.says.clone(),
            printed: row.printed.clone(),
            send: row.send.clone().unwrap_or_else(|| printed.to_owned()),
            expect: expect.to_owned(),
            topic: row.topic.as_ref().map(|topic| topic.to_string()),
            class: self.class(place, row.class.as_ref()),
            fresh_session: row.fresh_session.unwrap_or(request.is_some_and(|request| request.fresh_session)),
        }
    }
}
