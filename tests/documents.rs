//! What a run makes of documents that say of their own answers what no true answer keeps, that leave things out, or that have means that
//! are not known here: the small site is sound in each, so what is reported is about the document, once.

use std::collections::BTreeSet;

use touchmark::{
    model::{case::Class, verdict::Verdict},
    run::Run,
};

use crate::{
    configuration::{certify, gaps, of},
    site::{DOCUMENT, Site},
};

/// The document with some texts in it changed; each must be there.
#[track_caller]
fn changed(changes: &[(&str, &str)]) -> String {
    let mut document = DOCUMENT.to_owned();
    for (from, to) in changes {
        assert!(document.contains(from), "{from}");
        document = document.replace(from, to);
    }
    document
}

fn run(document: &str) -> Run {
    certify(Site::new("", document, 12), Class::Write, 1)
}

fn passed(run: &Run) -> BTreeSet<String> {
    of(run, Verdict::Pass).into_iter().map(str::to_owned).collect()
}

/// What was observed at an endpoint, in one text.
fn observed(run: &Run, endpoint: &str) -> String {
    let all = run.judged.observations.iter().filter(|one| one.requirement == endpoint);
    all.map(|one| format!("{} {} ({})\n", one.what, one.place, one.count)).collect()
}

const ONE_TEAM: &str =
    "          description: The team.\n          content:\n            application/json:\n              schema: ";
const ONE_TEAMS: &str = "          content:\n            application/json:\n              schema:\n                type: array\n                items: { $ref";
const TEAM: &str = "{ $ref: \"#/components/schemas/Team\" }";

#[test]
fn branches_that_overlap_are_a_finding_about_the_document_and_of_no_answer() {
    let one_of =
        |branches: &str| changed(&[(&format!("{ONE_TEAM}{TEAM}"), &format!("{ONE_TEAM}{{ oneOf: [{branches}] }}"))]);
    let six = [TEAM; 6].join(", ");
    let same_enum = "{ properties: { kind: { enum: [open, persistent] } } }, { properties: { kind: { enum: [open, persistent] } } }";
    let open = format!("{TEAM}, {{ type: object }}");
    let id = "configuration/openapi/answers/one-branch";
    for branches in [six.as_str(), same_enum, &open] {
        let run = run(&one_of(branches));
        assert_eq!(gaps(&run), [id], "{branches}");
        assert_eq!(run.judged.findings[id].verdict, Verdict::Warn);
        let got = run.judged.findings[id].evidence.as_ref().map(|evidence| evidence.got.clone()).unwrap_or_default();
        assert!(got.contains("configuration/team/{id}/get"), "{got}");
        assert!(passed(&run).contains("configuration/team/{id}/get/schema"), "{branches}");
    }
    let sound = run(&one_of(&format!("{TEAM}, {{ type: object, required: [nothing] }}")));
    assert_eq!(gaps(&sound), Vec::<&str>::new());
    assert!(passed(&sound).contains(id));
    let none = run(&one_of("{ type: object, required: [nothing] }, { type: array }"));
    assert!(gaps(&none).contains(&"configuration/team/{id}/get/schema"), "{:?}", gaps(&none));
    assert!(!gaps(&none).contains(&id));
}

#[test]
fn a_status_that_the_document_does_not_have_is_observed_and_no_gap() {
    let run = certify(Site::new("id-status", DOCUMENT, 12), Class::Write, 1);
    assert_eq!(gaps(&run), Vec::<&str>::new());
    let seen = observed(&run, "configuration/team/{id}/get");
    assert!(seen.contains("a status that the document does not have for it: 400"), "{seen}");
}

#[test]
fn a_document_without_servers_may_have_the_place_of_the_api_in_its_paths() {
    let whole = passed(&run(DOCUMENT));
    for (server, prefix) in [
        ("", "/api/config/v1"),
        ("servers:\n  - url: /\n", "/api/config/v1"),
        ("servers:\n  - url: https://site.example.org\n", "/api/config/v1"),
        (
            "servers:\n  - url: https://{host}/api/config/{version}\n    variables: { host: { default: site }, version: { default: v1 } }\n",
            "",
        ),
        ("servers:\n  - url: https://elsewhere.example.org\n  - url: https://site.example.org/api/config/v1\n", ""),
    ] {
        let paths = ["team", "tool", "restart"].map(|name| (format!("\n  /{name}"), format!("\n  {prefix}/{name}")));
        let mut changes = vec![("servers:\n  - url: https://site.example.org/api/config/v1\n", server)];
        changes.extend(paths.iter().map(|(from, to)| (from.as_str(), to.as_str())));
        let run = run(&changed(&changes));
        assert_eq!(gaps(&run), Vec::<&str>::new(), "{server}");
        assert_eq!(passed(&run), whole, "{server}");
    }
}

#[test]
fn a_format_that_is_not_known_costs_nothing() {
    let whole = passed(&run(DOCUMENT));
    let name = "        name: { type: string, minLength: 1, maxLength: 64 }";
    let odd = "        name: { type: string, format: display-name, minLength: 1, maxLength: 64 }";
    let run = run(&changed(&[(name, odd)]));
    assert_eq!(gaps(&run), Vec::<&str>::new());
    assert_eq!(whole.difference(&passed(&run)).collect::<Vec<_>>(), Vec::<&String>::new());
    let seen = observed(&run, "configuration/openapi");
    assert!(seen.contains("`display-name` is not known"), "{seen}");
}

#[test]
fn a_list_where_the_document_shows_one_object_is_read_and_reported_once() {
    let list = "              schema:\n                type: array\n                items: ";
    let run = run(&changed(&[(&format!("{list}{TEAM}"), &format!("              schema: {TEAM}"))]));
    let id = "configuration/openapi/answers/lists";
    assert_eq!(gaps(&run), [id]);
    let passed = passed(&run);
    for one in ["schema", "pagination", "pagination/walk", "pagination/filled"] {
        assert!(passed.contains(&format!("configuration/team/get/{one}")), "{one}");
    }
    assert!(passed.contains("configuration/team/{id}/get/schema"));
}

#[test]
fn what_is_not_made_of_a_document_is_counted_and_named() {
    let whole = run(DOCUMENT);
    assert_eq!(observed(&whole, "configuration/team/post"), "");
    let seen = observed(&whole, "configuration/restart/post");
    assert!(seen.starts_with("7 requirements are not made, since its body is not described: auth/none"), "{seen}");
    let delete = "    delete:\n      operationId: team.remove\n      responses:\n        \"204\": { description: It is gone. }\n        \"404\": { $ref: \"#/components/responses/Missing\" }\n";
    let without = run(&changed(&[(delete, "")]));
    let seen = observed(&without, "configuration/team/post");
    assert!(seen.contains("since nothing takes away what it makes"), "{seen}");
    assert!(seen.contains("body/missing/kind") && seen.contains("cycle") && seen.contains("(17)"), "{seen}");
    let odd = run(&changed(&[("schema: { type: string, minLength: 1, maxLength: 64 }", "schema: { type: object }")]));
    let seen = observed(&odd, "configuration/team/get");
    assert!(seen.contains("1 requirement is not made") && seen.contains("param/name/valid"), "{seen}");
}

/// The ids that a run has for the sound document and not for a changed one, and that no observation of their endpoint names.
fn vanished(whole: &Run, run: &Run) -> Vec<String> {
    let named = |id: &str| {
        run.judged.observations.iter().any(|one| {
            let end = id.strip_prefix(&one.requirement).and_then(|rest| rest.strip_prefix('/'));
            let names = one.what.rsplit_once(": ").map_or("", |(_, names)| names);
            names.split(", ").any(|name| match name.strip_suffix('*') {
                Some(start) => end.is_some_and(|end| end.starts_with(start)),
                None => end == Some(name),
            })
        })
    };
    let lost = whole.judged.findings.keys().filter(|id| !run.judged.findings.contains_key(*id));
    lost.map(ToString::to_string).filter(|id| !named(id)).collect()
}

#[test]
fn nothing_vanishes_without_its_name() {
    let whole = run(DOCUMENT);
    let nothing: Vec<String> = Vec::new();
    let text = "{ type: string, minLength: 1, maxLength: 64 }";
    for (from, to) in [
        (format!("{ONE_TEAM}{TEAM}"), "          description: The team.".to_owned()),
        (format!("{ONE_TEAM}{TEAM}"), format!("{ONE_TEAM}{{ oneOf: [{TEAM}, {{ type: object }}] }}")),
        (text.to_owned(), "{ type: string, format: display-name, minLength: 1, maxLength: 64 }".to_owned()),
        (ONE_TEAM.to_owned(), ONE_TEAM.replace("application/json", "text/plain")),
        (ONE_TEAM.to_owned(), ONE_TEAM.replace("application/json", "text/json")),
        (ONE_TEAMS.to_owned(), ONE_TEAMS.replace("application/json", "application/xml")),
        ("application/json".to_owned(), "application/vnd.site+xml".to_owned()),
    ] {
        let run = run(&changed(&[(&from, &to)]));
        assert_eq!(vanished(&whole, &run), nothing, "{from} as {to}");
    }
}

#[test]
fn an_account_that_may_use_the_configuration_api_alone_is_enough_for_it() {
    let run = certify(Site::new("no-command", DOCUMENT, 12), Class::Write, 1);
    assert_eq!(gaps(&run), Vec::<&str>::new());
    assert!(passed(&run).contains("configuration/team/post/cycle"));
}

#[test]
fn a_run_that_may_write_makes_what_pages_need_and_takes_it_away() {
    let id = "configuration/team/get/pagination/filled";
    for (fault, teams, verdict) in [("", 0, Verdict::Pass), ("", 12, Verdict::Pass), ("walk", 0, Verdict::Fail)] {
        let site = Site::new(fault, DOCUMENT, teams);
        let left = site.left.clone();
        let run = certify(site, Class::Write, 1);
        assert_eq!(run.judged.findings[id].verdict, verdict, "{fault} {teams}: {:?}", run.judged.findings[id]);
        assert_eq!(*left.lock().expect("no panic"), usize::try_from(teams).unwrap_or(0));
    }
    let read = certify(Site::new("", DOCUMENT, 0), Class::Read, 1);
    assert_eq!(read.judged.findings[id].verdict, Verdict::Inconclusive);
}

/// What there may be once below each team, with those of the methods that make it and take it away.
fn ruled(make: &str) -> String {
    let schema = "{ type: object, properties: { names: { type: array, items: { type: string } } } }";
    let read = format!("200\": {{ description: The rule., content: {{ application/json: {{ schema: {schema} }} }} }}");
    let missing = "\"404\": { $ref: \"#/components/responses/Missing\" }";
    let path = "  /team/{id}/rule:\n    parameters: [{ $ref: \"#/components/parameters/Id\" }]\n";
    let get = format!("    get: {{ operationId: rule.read, responses: {{ \"{read}, {missing} }} }}\n");
    let tool = "  /tool/{platform}:\n";
    changed(&[(tool, &format!("{path}{get}{make}{tool}"))])
}

#[test]
fn what_may_be_missing_below_a_thing_is_no_gap_where_the_document_has_a_way_to_make_it_and_to_take_it_away() {
    let post = "    post: { operationId: rule.make, responses: { \"201\": { description: Made. } } }\n";
    let delete = "    delete: { operationId: rule.remove, responses: { \"204\": { description: Gone. } } }\n";
    let id = "configuration/team/{id}/rule/get/status";
    let without = run(&ruled(&format!("{post}{delete}")));
    assert_eq!(gaps(&without), Vec::<&str>::new());
    let finding = &without.judged.findings[id];
    assert_eq!(finding.verdict, Verdict::NotApplicable);
    assert!(
        finding.reason.as_ref().is_some_and(|reason| reason.contains("make one at /team/{id}/rule")),
        "{finding:?}"
    );
    assert!(passed(&without).contains("configuration/team/{id}/rule/get/unknown-id"));
    for make in ["", post, delete] {
        assert_eq!(gaps(&run(&ruled(make))), [id], "{make}");
    }
}
