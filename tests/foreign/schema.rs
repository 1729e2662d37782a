//! In: a namespace. Out: an XML schema for the answers in it (p. 11, p. 80).
//! Never: narrower than the answers are; it names the roots and lets what is below them be.

use crate::foreign::wire::Answered;
use crate::foreign::xml::Space;

const COMMAND: &[&str] = &[
    "logged_in_reps",
    "support_teams",
    "session_invitation",
    "virtual_customer",
    "custom_attributes",
    "appliances",
    "connected_client_list",
    "connected_clients",
    "health_report",
    "get_api_info",
    "outcome",
    "error",
];
const REPORTING: &[&str] = &[
    "session_list",
    "session_summary_list",
    "summary_list",
    "presentation_summary_list",
    "exit_survey_list",
    "team_activity_list",
    "archives",
    "license_usage",
    "vault_account_activity_list",
    "error",
];

pub(crate) fn answer(space: Space) -> Answered {
    let roots = if space == Space::Command { COMMAND } else { REPORTING };
    let mut schema = format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' \
         xmlns:own='{uri}' targetNamespace='{uri}' elementFormDefault='qualified'>\n\
         \t<xs:complexType name='content' mixed='true'>\n\
         \t\t<xs:sequence>\n\
         \t\t\t<xs:any namespace='##targetNamespace' processContents='skip' minOccurs='0' maxOccurs='unbounded'/>\n\
         \t\t</xs:sequence>\n\
         \t\t<xs:anyAttribute processContents='skip'/>\n\
         \t</xs:complexType>\n",
        uri = space.uri()
    );
    for root in roots {
        schema.push_str(&format!("\t<xs:element name='{root}' type='own:content'/>\n"));
    }
    schema.push_str("</xs:schema>\n");
    Answered::text(200, "application/xml; charset=utf-8", schema)
}
