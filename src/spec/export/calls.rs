//! Which endpoints are one call: files of the data that are about the same requests are put together, and what holds for all calls of
//! a path is none itself.
//!
//! In: the spec. Out: calls in the order of their endpoints' ids, and the endpoints that are none.

use std::collections::BTreeMap;

use crate::spec::{
    endpoint::{Endpoint, Need, RequestSpec},
    select::Spec,
};

/// Requests that the guide describes in one place.
pub(super) struct ApiCall<'a> {
    /// The endpoint whose rows describe it.
    pub(super) endpoint: &'a Endpoint,
    /// How it is called.
    pub(super) request: &'a RequestSpec,
    /// Endpoints that are about the same requests and have no rows of their own.
    pub(super) others: Vec<&'a Endpoint>,
    /// What tells it from the other calls of its path, as the fragment of a URL; empty where there are no others.
    pub(super) fragment: String,
}

impl ApiCall<'_> {
    /// Its endpoint's id with a separator in place of slashes.
    pub(super) fn name(&self, separator: &str) -> String {
        self.endpoint.id.replace('/', separator)
    }

    /// Ids of all endpoints that are about it.
    pub(super) fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> =
            self.others.iter().copied().chain([self.endpoint]).map(|endpoint| endpoint.id.as_str()).collect();
        ids.sort_unstable();
        ids
    }
}

/// All calls.
pub(super) fn calls(spec: &Spec) -> Vec<ApiCall<'_>> {
    let mut calls: Vec<ApiCall<'_>> = Vec::new();
    for (endpoint, request) in requests(spec).filter(|(_, request)| !is_of_a_path(spec, request)) {
        let same = calls.iter_mut().find(|call| {
            let one = call.request.path == request.path && call.request.fixed == request.fixed;
            one && (own_parameter(call.endpoint, endpoint).is_none()
                || own_parameter(endpoint, call.endpoint).is_none())
        });
        match same {
            Some(call) if rows(endpoint) > rows(call.endpoint) => {
                call.others.push(call.endpoint);
                (call.endpoint, call.request) = (endpoint, request);
            }
            Some(call) => call.others.push(endpoint),
            None => calls.push(ApiCall { endpoint, request, others: Vec::new(), fragment: String::new() }),
        }
    }
    let fragments: Vec<String> = calls.iter().map(|call| fragment(call, &calls)).collect();
    for (call, fragment) in calls.iter_mut().zip(fragments) {
        call.fragment = fragment;
    }
    calls
}

/// The endpoints that are no calls: what holds for all calls of a path, and files of facts.
pub(super) fn no_calls<'a>(spec: &'a Spec, calls: &[ApiCall<'_>]) -> Vec<&'a Endpoint> {
    let is_called = |id: &str| calls.iter().any(|call| call.ids().contains(&id));
    spec.endpoints.values().filter(|endpoint| !is_called(&endpoint.id)).collect()
}

fn requests(spec: &Spec) -> impl Iterator<Item = (&Endpoint, &RequestSpec)> {
    spec.endpoints.values().filter_map(|endpoint| Some((endpoint, endpoint.request.as_ref()?)))
}

/// Whether other endpoints say more closely what is called at that path.
fn is_of_a_path(spec: &Spec, request: &RequestSpec) -> bool {
    let closer = |other: &RequestSpec| {
        let has = |(name, value): (&String, &String)| other.fixed.get(name) == Some(value);
        other.path == request.path && other.fixed.len() > request.fixed.len() && request.fixed.iter().all(has)
    };
    requests(spec).any(|(_, other)| closer(other))
}

fn rows(endpoint: &Endpoint) -> usize {
    endpoint.parameters.len() + endpoint.elements.len() + endpoint.tables.len()
}

/// A parameter that the one must have and the other does not.
fn own_parameter<'a>(one: &'a Endpoint, other: &Endpoint) -> Option<&'a str> {
    let own = one
        .parameters
        .iter()
        .filter(|row| row.need == Need::Required && other.parameters.iter().all(|theirs| theirs.name != row.name));
    own.map(|row| row.name.as_str()).next()
}

fn fragment(call: &ApiCall<'_>, calls: &[ApiCall<'_>]) -> String {
    let others: Vec<&ApiCall<'_>> = calls
        .iter()
        .filter(|other| other.request.path == call.request.path && other.endpoint.id != call.endpoint.id)
        .collect();
    if others.is_empty() {
        return String::new();
    }
    let pair = |(name, value): (&String, &String)| format!("{name}={value}");
    let has =
        |other: &ApiCall<'_>, name: &str, value: &str| other.request.fixed.get(name).is_some_and(|own| own == value);
    let own = |(name, value): &(&String, &String)| others.iter().all(|other| !has(other, name, value));
    if let Some(alone) = call.request.fixed.iter().find(own) {
        return pair(alone);
    }
    // The same fixed parameters are those of several calls, each of which has a parameter that the others do not have.
    let not_of_all = |(name, value): &(&String, &String)| others.iter().any(|other| !has(other, name, value));
    let mut parts: Vec<String> = call.request.fixed.iter().filter(not_of_all).map(pair).collect();
    let same = others.iter().filter(|other| other.request.fixed == call.request.fixed);
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    for name in same.flat_map(|other| &other.endpoint.parameters).map(|row| row.name.as_str()) {
        *shared.entry(name).or_default() += 1;
    }
    let required = call.endpoint.parameters.iter().filter(|row| row.need == Need::Required);
    parts.extend(required.map(|row| row.name.clone()).find(|name| !shared.contains_key(name.as_str())));
    parts.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::embedded;

    #[test]
    fn no_two_calls_have_the_same_path_and_fragment() {
        let spec = embedded().unwrap();
        let calls = calls(&spec);
        let mut places: Vec<String> =
            calls.iter().map(|call| format!("{}#{}", call.request.path, call.fragment)).collect();
        for expected in [
            "/api/command#action=get_api_info",
            "/api/command#action=import_jump_shortcut&rdp_hostname",
            "/api/client_script#operation=execute",
            "/api/reporting#generate_report=Archive",
            "/nw#",
        ] {
            assert!(places.iter().any(|place| place == expected), "{expected} {places:#?}");
        }
        let all = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), all);
    }

    #[test]
    fn every_endpoint_is_of_a_call_or_none() {
        let spec = embedded().unwrap();
        let calls = calls(&spec);
        let called: usize = calls.iter().map(|call| call.ids().len()).sum();
        assert_eq!(called + no_calls(&spec, &calls).len(), spec.endpoints.len());
        let without_rows = |call: &ApiCall<'_>| call.others.iter().all(|other| rows(other) == 0);
        assert!(calls.iter().all(without_rows), "an endpoint with rows is hidden behind another");
    }
}
