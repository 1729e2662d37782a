//! An endpoint that is not there, or that crashes, is one finding and not one for each thing that was asked of it.

use touchmark::{
    commands::InMemory,
    emulator::{Config, Request, Response},
    model::verdict::Verdict,
    spec::{self, Endpoint, Media, Spec},
};

use crate::{
    peers::proxy,
    support::{Cli, serve},
};

/// How an endpoint can be out of order.
const BROKEN: [(u16, &str); 2] =
    [(404, "<html><body>not found</body></html>"), (500, "<html><body>oops</body></html>")];

/// Whether a request is one to the endpoint.
fn is_to(endpoint: &Endpoint, request: &Request) -> bool {
    let Some(wanted) = &endpoint.request else { return false };
    let path = request.target.split('?').next().unwrap_or_default();
    let sent = format!("&{}&{}&", request.target.replace('?', "&"), String::from_utf8_lossy(&request.body));
    path == wanted.path && wanted.fixed.iter().all(|(name, value)| sent.contains(&format!("&{name}={value}&")))
}

/// The findings of an endpoint's requirements while all requests to it fail in the same way.
fn gaps(spec: &Spec, endpoint: &Endpoint, status: u16, body: &'static str) -> Vec<String> {
    let broken = endpoint.clone();
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
        if is_to(&broken, request) {
            *response = Response {
                status,
                headers: vec![("content-type".to_owned(), "text/html".to_owned())],
                body: body.as_bytes().to_vec(),
            };
        }
    });
    let only = vec![format!("{}/", endpoint.id)];
    let run = match (InMemory { only, on_the_way, ..InMemory::default() }).run(spec) {
        Ok(run) => run,
        Err(abort) => return vec![format!("{abort:?}"), String::new()],
    };
    let findings = run.judged.findings.iter();
    findings.filter(|(_, finding)| finding.verdict == Verdict::Fail).map(|(id, _)| id.to_string()).collect()
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn an_endpoint_that_is_missing_or_crashes_is_one_finding() {
    let spec = spec::embedded().expect("sound data");
    let mut faults = Vec::new();
    for endpoint in spec.endpoints.values().filter(|one| one.request.is_some() && !one.id.starts_with("auth/")) {
        // A WebSocket is no request that something on the way could answer; see below.
        if endpoint.response.media == Media::WebSocket {
            continue;
        }
        for (status, body) in BROKEN {
            let gaps = gaps(&spec, endpoint, status, body);
            // Of an endpoint with nothing but readings any answer may be one.
            let smallest = spec.requirements.contains_key(format!("{}/smallest", endpoint.id).as_str());
            if gaps.len() > 1 || (smallest && gaps.is_empty()) {
                faults.push(format!("{} with {status}: {} gaps, {gaps:?}", endpoint.id, gaps.len()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_target_that_opens_no_websocket_has_one_gap() {
    let behind = serve(Config::demo());
    // It carries whole requests alone.
    let target = proxy(&behind, |_, _| {});
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let only =
        ["realtime/nw", "realtime/websocket", "realtime/consistency"].into_iter().flat_map(|one| ["--only", one]);
    let args: Vec<&str> = ["certify", "--allow", "write"].into_iter().chain(only).collect();
    cli.run(&args).exits(1);
    assert_eq!(cli.report().gaps(), ["realtime/websocket/opened"]);
}
