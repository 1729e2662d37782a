//! What is wrong with a row although each of its keys can be read: keys that shut each other out, that name nothing, or that nothing
//! would read.
//!
//! In: rows as typed, and what they mean. Out: faults.

use super::{
    located::{Located, OrderedRows},
    reader::{Place, Reader},
    shape::EndpointFile,
    shape_steps::StepFile,
    text::did_you_mean,
};
use crate::spec::{
    derive,
    endpoint::{Endpoint, Parameter},
};

/// Kinds of requirements that derive from the row of a parameter; what stands behind a slash is a name.
const KINDS: [&str; 16] = [
    "accepted",
    "required",
    "optional",
    "value/",
    "form/",
    "min",
    "max",
    "below-min",
    "above-max",
    "at-limit",
    "at-limit-multibyte",
    "over-limit",
    "malformed",
    "empty",
    "encoding",
    "unknown",
];

impl Reader {
    /// What rows say of each other.
    pub(super) fn fits_rows(&mut self, place: Place<'_>, file: &EndpointFile, endpoint: &Endpoint) {
        let is = |row: &Parameter, name: &str| row.name == name || row.key == name;
        let sent = |name: &str| {
            let request = endpoint.request.as_ref();
            request.is_some_and(|r| r.fixed.contains_key(name) || r.smallest.contains_key(name))
                || endpoint.parameters.iter().any(|row| is(row, name))
        };
        let near = |name: &str| did_you_mean(name, endpoint.parameters.iter().map(|row| row.key.as_str()));
        let unknown = |reader: &mut Self, name: &Located<String>| {
            if !sent(name) {
                let near = near(name);
                reader.fault(place, name, &format!("there is no parameter `{}` here{near}", name.as_str()));
            }
        };
        for (_, row) in file.parameter.iter() {
            row.needs.iter().map(|(name, _)| name).chain(&row.excludes).for_each(|name| unknown(self, name));
        }
        for name in file.set.iter().flat_map(|(_, set)| set.parameters.iter()).map(|(name, _)| name) {
            match endpoint.parameters.is_empty() {
                // What has no rows of its own hands on what is said elsewhere.
                true => self.handed_on.push((place.site(name), name.to_string())),
                false => unknown(self, name),
            }
        }
        for (_, row) in file.elements.iter().flat_map(|group| group.rows.iter()) {
            if let Some(when) = &row.when {
                unknown(self, &when.parameter);
                let lawful = |one: &Parameter| one.values.is_empty() || one.values.contains(&when.value);
                if !endpoint.parameters.iter().filter(|one| is(one, &when.parameter)).all(lawful) {
                    let says = format!("`{}` is none of the `values` of `{}`", when.value, when.parameter.as_str());
                    self.fault(place, &when.parameter, &says);
                }
            }
        }
        for (name, row) in file.parameter.iter() {
            for kind in &row.underived {
                let is = |known: &&str| {
                    known.starts_with(kind.as_str()) || (known.ends_with('/') && kind.starts_with(*known))
                };
                let known = KINDS.iter().any(is);
                if !known {
                    let near = did_you_mean(kind, KINDS.into_iter());
                    self.fault(
                        place,
                        kind,
                        &format!("nothing of the kind `{}` derives from a parameter{near}", kind.as_str()),
                    );
                } else if !endpoint.request.as_ref().is_some_and(|request| request.derives) {
                    self.fault(
                        place,
                        kind,
                        &format!("nothing derives from `{}` in this file; take `underived` out", name.as_str()),
                    );
                } else if !derive::kinds_of(endpoint, name).iter().any(|one| one.starts_with(kind.as_str())) {
                    let says =
                        format!("nothing of the kind `{}` would derive from this row; take it out", kind.as_str());
                    self.fault(place, kind, &says);
                }
            }
        }
        if file.request.is_none() {
            let rows = [names(&file.parameter), names(&file.set), names(&file.example)];
            for name in rows.into_iter().flatten() {
                self.fault(
                    place,
                    &name,
                    "what cannot be called has no parameters, sets or examples; give the file a [request]",
                );
            }
        }
    }

    /// Keys of a step that shut each other out.
    pub(super) fn fits_step(&mut self, place: Place<'_>, step: &Located<StepFile>) {
        if let (Some(_), Some(burst)) = (&step.repeat, &step.burst) {
            self.fault(place, burst, "`repeat` and `burst` shut each other out; take one out");
        }
        if let (Some(each), true) = (&step.for_each, step.repeat.is_some() || step.burst.is_some()) {
            self.fault(place, each, "`for_each` says how often it is sent; take `repeat` and `burst` out");
        }
        if let (Some(stop), None) = (&step.stop, &step.repeat) {
            self.fault(place, stop, "`stop` ends a `repeat`, and there is none; take it out");
        }
        let once = |times: &&Located<u32>| ***times < 2 && (step.stop.is_none() || ***times == 0);
        for times in [&step.repeat, &step.burst].into_iter().flatten().filter(once) {
            self.fault(place, times, "a step is sent once anyway; write 2 or more, or take it out");
        }
        if let Some(raw) = &step.raw {
            let others = !step.send.is_empty() || !step.draw.is_empty() || !step.without.is_empty() || step.bare;
            if others || step.encoding.is_some() {
                self.fault(
                    place,
                    raw,
                    "`raw` is the whole query; take `send`, `draw`, `bare`, `without` and `encoding` out",
                );
            }
        }
        self.can_be_sent(place, step, step.method.iter(), step.path.as_ref(), step.headers.iter());
        for name in step.draw.keys().filter(|name| step.send.contains_key(*name)) {
            self.fault(place, step, &format!("`{name}` is in `send` and in `draw`; take one out"));
        }
        match (&step.otherwise, step.only_if.is_empty()) {
            (Some(otherwise), true) => {
                self.fault(
                    place,
                    otherwise,
                    "`otherwise` says what to do where `only_if` does not hold, and there is none",
                );
            }
            (None, false) => self.fault(place, step, "`only_if` without `otherwise`; say what an operator can do"),
            _ => {}
        }
        if let (Some(body), Some(method)) = (&step.body, &step.method)
            && method == "GET"
        {
            self.fault(place, body, "GET has no body; take `body` or `method` out");
        }
    }

    /// What no HTTP request can hold.
    pub(super) fn can_be_sent<'s, T>(
        &mut self,
        place: Place<'_>,
        at: &Located<T>,
        methods: impl Iterator<Item = &'s String>,
        path: Option<&String>,
        headers: impl Iterator<Item = (&'s String, &'s String)>,
    ) {
        let token = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
        };
        for method in methods.filter(|method| !token(method)) {
            self.fault(place, at, &format!("`{method}` is no HTTP method; write one such as GET"));
        }
        if let Some(path) = path.filter(|path| !path.starts_with('/') || path.contains(char::is_control)) {
            self.fault(place, at, &format!("`{path}` is no path of a URL; begin it with `/`"));
        }
        for (name, value) in headers {
            if !token(name) {
                self.fault(place, at, &format!("`{name}` is no name of a header; write letters, digits and hyphens"));
            }
            if value.contains(|c: char| c.is_control() && c != '\t') {
                self.fault(place, at, &format!("the header `{name}` has a line of its own only; take line breaks out"));
            }
        }
    }

    /// Whether there is a JSON Schema of that name.
    pub(super) fn knows_schema(&mut self, place: Place<'_>, at: &Located<String>, name: &str) {
        if !self.schemas.contains(&format!("{name}.json")) {
            let known = self.schemas.iter().filter_map(|file| file.strip_suffix(".json"));
            let near = did_you_mean(name, known);
            self.fault(place, at, &format!("there is no schema specs/schemas/{name}.json{near}"));
        }
    }
}

fn names<T>(rows: &OrderedRows<T>) -> Vec<Located<String>> {
    rows.iter().map(|(name, _)| name.clone()).collect()
}
