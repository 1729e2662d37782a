//! Requirements of lists that come in pages.

use regex::Regex;
use serde_json::Value;

use super::{
    bodies::body_text,
    maker::{Made, Maker, properties},
    reading::name_of,
    resources::Kind,
    steps,
};
use crate::{
    model::{
        case::{Role, Times},
        contract::Place,
    },
    spec::{Expect, Input, Level, Predicate, Query, Step, Type, Walk},
    vocabulary::predicate::{CONTAINS, EQUALS, IS, MATCHES, MIN},
};

/// The most pages that are asked for.
const PAGES_MAX: u32 = 20;

/// The most things that are made to fill a page.
const FILLED_MAX: u64 = 12;

/// The parameters that choose a page.
pub(super) const PER_PAGE: &str = "per_page";
pub(super) const CURRENT_PAGE: &str = "current_page";

const LAST_PAGE: &str = "x-bt-pagination-last-page";

/// A Link header (RFC 8288) whose next page is the second one.
const NEXT_IS_2: &str = r#"(?is)^.*<[^>]*[?&]current_page=2(&[^>]*)?>[^,<]*\brel="?[^",<]*\bnext\b.*$"#;

impl Maker<'_> {
    /// What holds of a list that comes in pages.
    pub(super) fn paging(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        let param = |name: &str| operation.of(Place::Query).find(|param| param.name == name);
        let (Some(per_page), Some(_), Some((at, items))) = (param(PER_PAGE), param(CURRENT_PAGE), self.list(number))
        else {
            return;
        };
        let schema = per_page.schema.as_ref();
        let bound = schema.map(|schema| super::schema::followed(schema, schema)).and_then(|s| s.get("minimum"));
        let least = bound.and_then(Value::as_u64).unwrap_or(1).clamp(1, 1_000);
        let reach = self.reach(number, 0);
        let with = |mut step: Step, page: u32| {
            step.parameters.retain(|(name, _)| name != PER_PAGE && name != CURRENT_PAGE);
            step.parameters.push((PER_PAGE.to_owned(), Input::Text(least.to_string())));
            step.parameters.push((CURRENT_PAGE.to_owned(), Input::Text(page.to_string())));
            step
        };
        let control = || self.step(number, Role::Control, &reach);
        let documented: Vec<String> = operation
            .successes()
            .flat_map(|reply| &reply.headers)
            .map(|header| header.name.to_ascii_lowercase())
            .collect();
        let mut step = with(self.success(number, &reach), 1);
        for header in &documented {
            let query = || Query::Header(header.clone());
            let is = |predicate: Predicate| Expect::At(query(), predicate);
            match header.as_str() {
                "x-bt-pagination-current-page" => step.expect.push(is(EQUALS.of("1".to_owned()))),
                "x-bt-pagination-per-page" => step.expect.push(is(EQUALS.of(least.to_string()))),
                "x-bt-pagination-last-page" => {
                    step.expect.extend([is(IS.of(Type::Count)), is(MIN.of(1))]);
                }
                "x-bt-pagination-total" => step.expect.push(is(IS.of(Type::Count))),
                "link" => step.expect.push(is(CONTAINS.of("rel=".to_owned()))),
                _ => {}
            }
        }
        let name = name_of(operation);
        let says = format!("{name} gives pages of the asked size, with the headers that the document has for them");
        let steps = self.after(&reach, vec![control(), step]);
        made.requirements.push(self.requirement(number, "pagination", Level::Must, says, steps));

        let kind = self.find("POST", &operation.path).and_then(|post| self.kind(post)).filter(|_| least < FILLED_MAX);
        if documented.iter().any(|header| header == "link") && documented.iter().any(|header| header == LAST_PAGE) {
            let mut step = with(self.success(number, &reach), 1);
            if let Ok(next) = Regex::new(NEXT_IS_2) {
                step.expect.push(Expect::At(Query::Header("link".to_owned()), MATCHES.of(next)));
            }
            let says = format!("{name} links the first page to the second one");
            if let Some(kind) = &kind {
                let steps = [self.enough(kind, least), vec![step]].concat();
                self.push(made, kind, number, "pagination/next", says, steps).level = Level::Should;
            } else {
                step.only_if.push(Expect::At(Query::Header(LAST_PAGE.to_owned()), MIN.of(2)));
                step.otherwise = "have enough of them on the target to fill two pages".to_owned();
                let steps = self.after(&reach, vec![control(), step]);
                made.requirements.push(self.requirement(number, "pagination/next", Level::Should, says, steps));
            }
        }

        let members = properties(&items);
        let id = ["id"].into_iter().find(|name| members.contains_key(*name)).map(super::names::pointer);
        let has = |header: &str| documented.iter().any(|name| name == header);
        let walk = Walk {
            at,
            id,
            page: CURRENT_PAGE.to_owned(),
            per_page: least,
            total: has("x-bt-pagination-total"),
            last: has("x-bt-pagination-last-page"),
        };
        let mut step = with(self.step(number, Role::Probe, &reach), 1);
        step.times = Times::Pages(PAGES_MAX);
        step.expect = vec![Expect::Walk(walk.clone())];
        let says = format!("{name} gives each item on one page, and all of them on its pages together");
        let steps = self.after(&reach, vec![control(), step]);
        let mut one = self.requirement(number, "pagination/walk", Level::Must, says, steps);
        one.rests_on.push(format!("{}/pagination", self.ids[number]).into());
        made.requirements.push(one);
        if let Some(kind) = kind {
            self.filled(number, &kind, least, &documented, walk, made);
        }
    }

    /// Makes enough to fill two pages, whatever there was before.
    fn enough(&self, kind: &Kind, least: u64) -> Vec<Step> {
        let one = |count: u64| {
            let mut one = self.made_one(kind, Role::Setup);
            steps::put_body(&mut one, Input::Text(body_text(&Value::Object(kind.another(count)))));
            one.capture = Vec::new();
            one
        };
        (0..=least).map(one).collect()
    }

    /// The same of a list in which the run has made enough to fill two pages, whatever there was before.
    fn filled(&self, number: usize, kind: &Kind, least: u64, documented: &[String], walk: Walk, made: &mut Made) {
        let reach = self.reach(number, 0);
        let mut steps = self.enough(kind, least);
        let mut first = self.success(number, &reach);
        let mut pages = self.step(number, Role::Probe, &reach);
        for (step, page) in [(&mut first, 1), (&mut pages, 1)] {
            step.parameters.retain(|(name, _)| name != PER_PAGE && name != CURRENT_PAGE);
            step.parameters.push((PER_PAGE.to_owned(), Input::Text(least.to_string())));
            step.parameters.push((CURRENT_PAGE.to_owned(), Input::Text(page.to_string())));
        }
        let has = |header: &str| documented.iter().any(|name| name == header);
        if has(LAST_PAGE) {
            first.expect.push(Expect::At(Query::Header(LAST_PAGE.to_owned()), MIN.of(2)));
        }
        if has("link")
            && let Ok(next) = Regex::new(NEXT_IS_2)
        {
            first.expect.push(Expect::At(Query::Header("link".to_owned()), MATCHES.of(next)));
        }
        pages.times = Times::Pages(PAGES_MAX);
        pages.expect = vec![Expect::Walk(walk)];
        steps.extend([first, pages]);
        let says = format!(
            "{} gives what there is on several pages, each item on one of them, once more was made than one page has",
            name_of(self.operations[number])
        );
        let one = self.push(made, kind, number, "pagination/filled", says, steps);
        let id = |end: &str| format!("{}/{end}", self.ids[number]).into();
        one.rests_on.extend([id("pagination"), id("pagination/walk"), id("pagination/next")]);
    }
}
