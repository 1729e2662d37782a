//! The laws of judging: an answer of a target, and the journal of a run. Both are judged twice.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::collections::BTreeMap;

use super::{SPEC, in_a_line_of, text};
use crate::{
    judge,
    model::{
        case::{Case, Purpose},
        exchange::{Answer, Cut, Exchange, Outcome, Request},
        id::RequirementId,
        record::Record,
        suite::Suite,
        variables::Variables,
        verdict::{Finding, Verdict},
    },
    report,
    spec::{Endpoint, Requirement},
};

/// An answer: a first line such as `command/get_api_info 200`, then the body. No answer is both accepted and refused, a status
/// from 400 to 499 is a refusal and an error of the server is none, nothing that has no body is the documented XML, only what is accepted makes a pass, and what fails is
/// shown in the record.
pub fn answer(data: &[u8]) -> bool {
    let (head, body) =
        data.iter().position(|byte| *byte == b'\n').map_or((data, &[][..]), |at| (&data[..at], &data[at + 1..]));
    let head = String::from_utf8_lossy(head);
    let (id, status) = head.split_once(' ').unwrap_or((&head, "200"));
    let status = status.trim().parse().unwrap_or(200);
    let endpoint = SPEC.endpoints.get(id).or_else(|| SPEC.endpoints.values().nth(id.len() % SPEC.endpoints.len()));
    let endpoint = endpoint.expect("a remainder is less than the number of endpoints");
    let exchange = exchange_of(endpoint, status, body);
    let (accepted, refused) = (judge::accepted(&SPEC, &exchange), judge::refused(&SPEC, &exchange));
    assert!(!(accepted && refused), "both accepted and refused");
    assert!(!accepted || (200..300).contains(&status), "accepted with status {status}");
    assert!(refused || !(400..500).contains(&status), "not refused with status {status}");
    assert!(!(refused && status >= 500), "refused by an error of the server");
    let without_body = Answer { body: "".into(), ..answer_of(status, body) };
    let without_body = Exchange { outcome: Outcome::Answer(without_body), ..exchange.clone() };
    assert!(!(documents_xml(endpoint) && judge::accepted(&SPEC, &without_body)), "an empty body is accepted");
    let cut = Answer { cut: Some(Cut::Broken("after a while".to_owned())), ..answer_of(status, body) };
    let cut = Exchange { outcome: Outcome::Answer(cut), ..exchange.clone() };
    assert!(!judge::accepted(&SPEC, &cut), "an answer that is not whole is accepted");

    let selected: Vec<&Requirement> =
        SPEC.all().filter(|r| r.endpoint == endpoint.id && r.suite == Suite::Response).collect();
    let case = Case { purpose: Purpose::Requirement("".into()), index: 0, attempt: 0, steps: Vec::new() };
    let records = [Record {
        case,
        variables: Variables::new(),
        exchanges: vec![exchange],
        heard_again_ms: None,
        longer_ms: None,
    }];
    let findings = judged(&selected, &records);
    for finding in findings.values() {
        assert!(
            finding.verdict != Verdict::Pass || accepted,
            "an answer that is not accepted makes a pass: {finding:?}"
        );
        assert_ne!(finding.verdict, Verdict::Error, "the bytes of a target are no fault of ours: {finding:?}");
    }
    has_verdict(&findings)
}

/// Whether anything was judged at all.
fn has_verdict(findings: &BTreeMap<RequirementId, Finding>) -> bool {
    findings.values().any(|finding| matches!(finding.verdict, Verdict::Pass | Verdict::Fail | Verdict::Warn))
}

fn documents_xml(endpoint: &Endpoint) -> bool {
    let response = &endpoint.response;
    let documented = response.root.is_some() || response.success.is_some() || !endpoint.elements.is_empty();
    documented && response.json_schema.is_none() && !response.undocumented
}

fn answer_of(status: u16, body: &[u8]) -> Answer {
    Answer::of(status, Vec::new(), body.to_vec(), None)
}

fn exchange_of(endpoint: &Endpoint, status: u16, body: &[u8]) -> Exchange {
    let path = endpoint.request.as_ref().map_or("/", |request| request.path.as_str());
    let answered = Exchange::answered(endpoint.id.clone(), Request::read(path), answer_of(status, body));
    Exchange { at_ms: 1_700_000_000_000, took_ms: 1, ..answered }
}

/// Judges twice: the same records give the same findings, and every gap is shown by an exchange that is there.
fn judged(selected: &[&Requirement], records: &[Record]) -> BTreeMap<RequirementId, Finding> {
    let findings = judge::judge(&SPEC, selected, records, &BTreeMap::new()).findings;
    assert_eq!(
        judge::judge(&SPEC, selected, records, &BTreeMap::new()).findings,
        findings,
        "judged again, another finding"
    );
    for (id, finding) in &findings {
        let shown = finding.evidence.as_ref().and_then(|e| records.get(e.record)?.exchanges.get(e.exchange));
        let needed = matches!(finding.verdict, Verdict::Fail | Verdict::Warn);
        assert_eq!(needed, shown.is_some(), "{id}: a gap, and nothing else, is shown by an exchange: {finding:?}");
    }
    findings
}

/// Journals: what is read and written again reads the same, and its first records where it breaks off; a fault names a line that
/// is there; and what a journal says can be judged, with the same findings each time.
pub fn journal(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    match report::read_journal(text) {
        Ok((head, records)) => {
            let mut written = report::to_line(&head);
            let mut lines = report::JournalLines::default();
            written.extend(records.iter().map(|record| lines.of(record)));
            assert_eq!(report::read_journal(&written), Ok((head, records.clone())), "what is written reads otherwise");
            broken_off(&written, text.len(), &records);
            let named =
                |r: &&Requirement| records.iter().any(|record| record.case.purpose.requirement() == Some(&r.id));
            let selected: Vec<&Requirement> = SPEC.all().filter(named).take(8).collect();
            has_verdict(&judged(&selected, &records))
        }
        Err(fault) => {
            let fault = fault.strip_prefix("line ").expect("a fault names its line");
            in_a_line_of(text, fault);
            false
        }
    }
}

/// A journal that ends anywhere behind its head gives its first records.
fn broken_off(written: &str, bytes: usize, records: &[Record]) {
    let head = written.find('\n').map_or(written.len(), |end| end + 1);
    let end = (head..=written.len()).cycle().skip(bytes).find(|end| written.is_char_boundary(*end)).unwrap_or(head);
    let first = report::read_broken_off(&written[..end]).expect("all its whole lines can be read").records;
    let whole = written[head..end].split_inclusive('\n').filter(|line| line.ends_with('\n'));
    assert_eq!(first.len(), whole.filter(|line| !line.starts_with("{\"body\":")).count());
    assert!(records.starts_with(&first), "what was broken off reads otherwise");
}
