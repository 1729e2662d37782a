//! From a request to a report: method, token, rate, `generate_report`, permission.
//!
//! In: a request to `/api/reporting` or its schema. Out: an [`Answer`].

use super::super::answer::{Answer, Body};
use super::super::appliance::{Emulator, Inner};
use super::super::auth::{Account, Reports};
use super::super::command::Refusal;
use super::super::command::parameters::{Given, Reader};
use super::super::http::Request;
use super::super::schema;
use super::super::xml::{Element, Kind, node};
use super::{Asked, Outcome, Product, Report, error, perform, report};

const GENERAL: &str = "reporting/general";
/// The namespace of reports (p. 81).
const NAMESPACE: &str = "https://www.beyondtrust.com/namespaces/API/reporting";

impl Emulator {
    /// GET or POST /api/reporting.
    pub(in super::super) fn reporting(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "POST" | "HEAD") {
            return Answer::text(GENERAL, 405, "Use GET or POST.\n").header("Allow", "GET, POST", Kind::Text);
        }
        let (account, remaining) = match self.enter(inner, request, now_ms) {
            Ok(entered) => entered,
            Err(answer) => return *answer,
        };
        remaining.head(self.make_report(inner, request, account, now_ms))
    }

    /// GET /api/reporting.xsd.
    pub(in super::super) fn reporting_schema(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        let kind = "reporting/schema";
        self.schema_for(inner, request, now_ms, kind, || {
            schema::answer(kind, schema::REPORTING, &self.reporting_namespace(request), &self.defects)
        })
    }

    fn make_report(&self, inner: &mut Inner, request: &Request, account: usize, now_ms: i64) -> Answer {
        let (readings, defects) = (&self.readings, &self.defects);
        let fail = |message: &str| self.report_xml(request, GENERAL, error(None, message));
        if request.method == "POST" && request.media() == "multipart/form-data" && readings.is("multipart", "refused") {
            return fail("Multipart requests are not supported");
        }
        let pairs = match request.pairs(GENERAL, readings.is("multipart", "accepted"), defects) {
            Ok(pairs) => pairs,
            Err(message) => return fail(&message),
        };
        let named = Reader { kind: GENERAL, prefix: "", pairs: &pairs, readings, defects }.pick("generate_report");
        let Ok(Some(name)) = named else {
            return match defects.has(GENERAL, "missing-report-accepted") {
                true => self.report_xml(request, GENERAL, node("session_list").own()),
                false => fail("The parameter generate_report is missing"),
            };
        };
        let Some(report) = report(&name) else {
            return match defects.has(GENERAL, "unknown-report-accepted") {
                true => self.report_xml(request, GENERAL, node("session_list").own()),
                false if defects.has(GENERAL, "error-without-message") => fail(""),
                false => fail(&format!("There is no report {name}")),
            };
        };
        let account = inner.door.account(account);
        if let Some(answer) = self.kept_out(request, report, account) {
            return answer;
        }
        let now_s = now_ms.div_euclid(1000);
        let mut asked = Asked { report, given: Given::default(), pairs: &pairs, account, now_s, readings, defects };
        let outcome = perform(&inner.state, &mut asked);
        self.delivered(request, report, outcome)
    }

    /// Why a report is not made before anything of it is read.
    fn kept_out(&self, request: &Request, report: &Report, account: &Account) -> Option<Answer> {
        // The guide names no permission for one report.
        let open = report.name == "EndpointLicenseUsage" && self.readings.is("endpoint-license-permission", "any");
        let (permitted, everything) = (open || report.permission.of(account), account.reports == Reports::ALL);
        let broken = |what: &str| self.defects.has_of_family(report.kind, what);
        let refused = match request.method.as_str() {
            "POST" => broken("post-refused"),
            _ => broken("get-refused"),
        };
        if refused {
            return Some(Answer::text(report.kind, 405, "Use another method.\n").header(
                "Allow",
                "GET, POST",
                Kind::Text,
            ));
        }
        let permitted = if permitted { everything || !broken("alone-not-enough") } else { broken("deny-accepted") };
        if !permitted {
            let xml_error = |message: &str| self.report_xml(request, GENERAL, error(Some(report), message));
            return Some(self.denied(GENERAL, xml_error));
        }
        let unknown = broken("unknown-report");
        unknown.then(|| self.report_xml(request, GENERAL, error(None, &format!("There is no report {}", report.name))))
    }

    fn delivered(&self, request: &Request, report: &Report, outcome: Outcome) -> Answer {
        let kind = report.kind;
        match outcome {
            Ok(_) if self.defects.has_of_family(kind, "empty-body") => Answer::new(kind, 200, Body::Empty),
            Ok(Product::Xml(root)) => self.report_xml(request, kind, root),
            Ok(Product::File { media, name, bytes }) => {
                let disposition = format!("attachment; filename=\"{name}\"");
                let answer = Answer::new(kind, 200, Body::Raw { media: media.to_owned(), bytes });
                answer.header("Content-Disposition", disposition, Kind::Text)
            }
            Err(Refusal::Hollow) => match report.root {
                Some(root) => self.report_xml(request, kind, node(root)),
                None => {
                    let (media, bytes) = ("application/octet-stream".to_owned(), b"\0nothing\0".to_vec());
                    Answer::new(kind, 200, Body::Raw { media, bytes })
                }
            },
            Err(Refusal::Error(message)) if report.root.is_none() => match self.readings.of("report-error-shape") {
                "not_found" => Answer::text(kind, 404, "Document Not Found\n"),
                _ => self.report_xml(request, kind, error(None, &message)),
            },
            Err(Refusal::Error(message)) => self.report_xml(request, kind, error(Some(report), &message)),
        }
    }

    fn report_xml(&self, request: &Request, kind: &str, root: Element) -> Answer {
        Answer::new(kind, 200, Body::Xml { root, namespace: self.reporting_namespace(request) })
    }

    /// The namespace of reports, by the reading (p. 81, p. 104).
    fn reporting_namespace(&self, request: &Request) -> String {
        match self.readings.of("reporting-namespace") {
            "command" => super::super::answer::VENDOR_NAMESPACE.to_owned(),
            "own_host" => self.own_namespace(request, "reporting"),
            "older" => "http://www.bomgar.com/namespaces/API/reporting".to_owned(),
            _ => NAMESPACE.to_owned(),
        }
    }
}
