//! The schemas of the answers of the command API (p. 10) and the reporting API (p. 80), written by hand.
//!
//! In: the namespace of the answers. Out: an XSD 1.0 that accepts every answer of this emulator, whatever
//! its readings; with a defect, one that does not.

use super::answer::{Answer, Body};
use super::switches::ActiveDefects;

/// Of the command API.
pub(crate) const COMMAND: &str = include_str!("command.xsd");
/// Of the reporting API.
pub(crate) const REPORTING: &str = include_str!("reporting.xsd");

/// GET of a schema. `kind` is the request whose defects it has.
pub(crate) fn answer(kind: &str, schema: &str, namespace: &str, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(kind, what);
    let escaped = namespace.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut text = schema.replace("NAMESPACE", &escaped);
    if broken("missing") {
        return Answer::text(kind, 404, "Document Not Found\n");
    }
    if broken("not-well-formed") {
        text = text.replace("</xs:schema>", "");
    }
    if broken("does-not-compile") {
        text = text.replace("type=\"xs:string\"", "type=\"unheard_of\"");
    }
    if broken("not-a-schema") {
        text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>No schema</error>\n".to_owned();
    }
    if broken("empty") {
        text = String::new();
    }
    if broken("of-another-namespace") {
        text = text.replace("/namespaces/API/", "/namespaces/");
    }
    if broken("without-any-root") {
        text = format!("{}</xs:schema>\n", text.split("<!-- Roots").next().unwrap_or_default());
    }
    if broken("rejects-own-answers") {
        text = text.replace("name=\"timezone_offset\"", "name=\"timezone\"");
        text = text.replace("name=\"company_name\"", "name=\"company\"");
        text = text.replace("name=\"session_list\"", "name=\"sessions\"");
        text = text.replace("name=\"session_summary_list\"", "name=\"summaries\"");
    }
    Answer::new(kind, 200, Body::Text { media: "text/xml; charset=UTF-8", text })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lab, body, request};

    #[test]
    fn the_schema_is_of_the_namespace_of_the_answers() {
        let lab = Lab::new();
        let schema = body(&lab.emulator.handle(&request("GET", "/api/command.xsd", &[], "")));
        let vendor = "targetNamespace=\"https://www.beyondtrust.com/namespaces/API/command\"";
        assert!(schema.contains(vendor) && schema.ends_with("</xs:schema>\n"));
        let lab = Lab::reading(&["command-namespace=own_host", "xsd-auth=token"]);
        assert_eq!(lab.emulator.handle(&request("GET", "/api/command.xsd", &[], "")).status, 401);
        let bearer = format!("Bearer {}", lab.token("touchmark"));
        let headers = [("authorization", bearer.as_str()), ("Host", "127.0.0.1:8080")];
        let schema = body(&lab.emulator.handle(&request("GET", "/api/command.xsd", &headers, "")));
        assert!(schema.contains("targetNamespace=\"https://127.0.0.1/namespaces/API/command\""));
    }
}
