//! Which endpoint a recorded request called.
//!
//! In: a request, or what somebody calls an endpoint. Out: the endpoint; none where there is no such one.

use crate::spec::{Endpoint, Media, RequestSpec, Spec};

/// The endpoint that was called: by method, path and the parameters that it always has. Where several fit, the one that says most.
pub(super) fn called<'s>(
    spec: &'s Spec,
    method: &str,
    path: &str,
    parameters: &[(String, String)],
    upgrades: bool,
) -> Option<&'s Endpoint> {
    let fits = |request: &RequestSpec| {
        let fixed = |(name, value): (&String, &String)| parameters.iter().any(|(n, v)| n == name && v == value);
        same_path(&request.path, path)
            && request.methods.iter().any(|known| known == method)
            && request.fixed.iter().all(fixed)
    };
    let speaks = |endpoint: &&Endpoint| (endpoint.response.media == Media::WebSocket) == upgrades;
    let all = spec.endpoints.values().filter(speaks);
    let fitting =
        all.filter_map(|endpoint| Some((endpoint, endpoint.request.as_ref().filter(|request| fits(request))?)));
    // Of those that share a call the one that describes its answers best, such as the rows of a report.
    fitting
        .max_by_key(|(endpoint, request)| {
            (request.fixed.len(), !request.path.contains("${"), request.derives, endpoint.elements.len())
        })
        .map(|(endpoint, _)| endpoint)
}

/// Whether a path is the one of the data, in which a variable stands for any one segment.
pub(super) fn same_path(known: &str, path: &str) -> bool {
    let (known, path) = (known.trim_end_matches('/'), path.trim_end_matches('/'));
    if !known.contains("${") {
        return known == path;
    }
    let (mut wanted, mut given) = (known.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || wanted.starts_with("${") && !given.is_empty() => {}
            _ => return false,
        }
    }
}

/// The endpoint that somebody names by its id, or by the last part of it where no other has that.
///
/// # Errors
/// That there is none, or which ones there are.
pub fn by_name<'s>(spec: &'s Spec, name: &str) -> Result<&'s Endpoint, String> {
    let answers = |endpoint: &&Endpoint| endpoint.request.is_some();
    if let Some(endpoint) = spec.endpoints.values().filter(answers).find(|endpoint| *endpoint.id == *name) {
        return Ok(endpoint);
    }
    let last = |endpoint: &&Endpoint| endpoint.id.rsplit('/').next() == Some(name);
    let named: Vec<&Endpoint> = spec.endpoints.values().filter(answers).filter(last).collect();
    match named.as_slice() {
        [one] => Ok(one),
        [] => Err("no endpoint is called so".to_owned()),
        more => Err(format!(
            "several endpoints are called so: {}",
            more.iter().map(|endpoint| endpoint.id.as_str()).collect::<Vec<_>>().join(", ")
        )),
    }
}
