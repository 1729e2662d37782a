//! From the rows of an endpoint, as typed, to what they mean.
//!
//! In: the shape of a file. Out: an [`Endpoint`]. Faults are gathered.

use std::sync::Arc;

use super::{
    reader::{Place, Reader},
    shape,
};
use crate::{
    model::case::Class,
    spec::endpoint::{
        Element, Endpoint, Example, Form, Media, Need, Parameter, ParameterKind, ParameterSet, RequestSpec,
        ResponseSpec, Untestable,
    },
    vocabulary::Type,
};

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

impl Reader {
    pub(super) fn endpoint(&mut self, id: &str, path: &str, text: &str, shape: &shape::EndpointFile) {
        let place = Place { path, text };
        let class = self.class(place, shape.class.as_ref()).unwrap_or(Class::Read);
        let endpoint = Endpoint {
            id: id.to_owned(),
            title: shape.title.clone(),
            page: self.page(place, &shape.page),
            says: shape.says.clone(),
            class,
            since: self.version(place, shape.since.as_ref()),
            suite: shape.suite.as_ref().map(|word| self.one_of(place, word)),
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
        self.endpoints.insert(id.to_owned(), Arc::new(endpoint));
    }

    fn request(&mut self, place: Place<'_>, shape: &shape::RequestFile) -> RequestSpec {
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

    fn parameter(&mut self, place: Place<'_>, row: &shape::ParameterFile) -> Parameter {
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

    fn element(&mut self, place: Place<'_>, row: &shape::ElementFile) -> Element {
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

    fn example(&mut self, place: Place<'_>, row: &shape::ExampleFile) -> Example {
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
}
