//! `start_session.js` (pp. 71-76): the script that starts sessions from somebody's own page.
//!
//! In: readings and defects. Out: JavaScript that defines `BG`. Both change the text of the script at one place
//! each; nothing runs here.

use super::super::answer::{Answer, Body};
use super::super::switches::{ActiveDefects, Readings};

pub(crate) const KIND: &str = "session/start_session_js";

const SCRIPT: &str = include_str!("start_session.js");
const MEDIA: &str = "application/javascript; charset=UTF-8";

/// What a defect takes for what in the script, by the defect's name.
pub(crate) const CHANGES: &[(&str, &str, &str)] = &[
    ("syntax-error", "  function list(value) {", "  function list(value {"),
    ("bg-missing", "var BG = (function", "var Support = (function"),
    ("set-site-missing", "setSite: setSite, ", ""),
    ("set-site-ignored", "    site = hostname;\n", "    site = 'site.example.net';\n"),
    ("start-missing", ", start: start }", " }"),
    ("start-type-missing", "START_TYPE: START_TYPE, ", ""),
    ("chat-type-missing", "    CHAT: 'chat',\n", ""),
    ("full-type-missing", "    FULL: 'full'\n", ""),
    ("chat-opens-the-full-client", "      put(query, 'c2cjs', 1);\n", ""),
    ("full-opens-a-chat", "    if (startType === START_TYPE.CHAT) {\n      put", "    if (true) {\n      put"),
    (
        "nothing-opened",
        "    var url = address(startType, options);\n",
        "    address(startType, options);\n    return;\n",
    ),
    ("another-path", "/api/start_session?", "/api/session?"),
    ("values-not-encoded", "encodeURIComponent(String(value))", "String(value)"),
    ("session-key-lost", "      put(query, 'short_key', options.sessionKey);\n", ""),
    ("rep-id-lost", "    put(query, 'id', rep.id);\n", ""),
    ("rep-name-lost", "    put(query, 'name', rep.name);\n", ""),
    ("issue-menu-lost", "    put(query, 'issue_menu', 1);\n", ""),
    ("issue-id-lost", "    put(query, 'id', issue.id);\n", ""),
    ("issue-code-name-lost", "    put(query, 'codeName', issue.codeName);\n", ""),
    ("issue-code-name-misspelt", "'codeName', issue.codeName", "'code_name', issue.codeName"),
    ("issue-form-lost", "      putForm(query, issue);\n", ""),
    ("skills-lost", "    put(query, 'session.skills', list(options.skills));\n", ""),
    ("skills-only-the-first", "value.join(',')", "value[0]"),
    ("skills-without-session", "put(query, 'session.skills', list", "put(query, 'skills', list"),
    ("customer-name-lost", "    put(query, 'customer.name', customer.name);\n", ""),
    ("customer-company-lost", "    put(query, 'customer.company', customer.company);\n", ""),
    ("customer-company-code-lost", "    put(query, 'customer.company_code', customer.company_code);\n", ""),
    ("customer-details-lost", "    put(query, 'customer.details', customer.details);\n", ""),
    ("locale-lost", "    put(query, 'locale', options.locale);\n", ""),
    ("attributes-lost", "    putAttributes(query, options.attributes || {});\n", ""),
    ("attributes-without-session-custom", "'session.custom.' + name", "name"),
    (
        "external-key-lost",
        "Object.keys(attributes)",
        "Object.keys(attributes).filter(function (name) { return name !== 'external_key'; })",
    ),
    (
        "custom-fields-lost",
        "Object.keys(attributes)",
        "Object.keys(attributes).filter(function (name) { return name === 'external_key'; })",
    ),
    ("fallback-without-effect", "    if (!popup && fallback) {\n", "    if (false) {\n"),
    ("without-fallback-all-the-same", "    if (!popup && fallback) {\n", "    if (!popup) {\n"),
];

/// GET /api/start_session.js.
pub(super) fn answer(readings: &Readings, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(KIND, what);
    if broken("not-found") {
        return Answer::text(KIND, 404, "Document Not Found\n");
    }
    if broken("page-instead") {
        let text = "<!DOCTYPE html>\n<html><body>Log in</body></html>\n".to_owned();
        return Answer::new(KIND, 200, Body::Text { media: "text/html; charset=UTF-8", text });
    }
    let mut text = SCRIPT.to_owned();
    if readings.is("js-several-methods", "accepted") {
        text = text.replace("var severalRefused = true;", "var severalRefused = false;");
    }
    if readings.is("js-fallback-default", "off") {
        text = text.replace("      fallback = true;", "      fallback = false;");
    }
    if readings.is("js-issue-names", "ignored") {
        text = text.replace("    return true;\n", "    return name === 'id' || name === 'codeName';\n");
    }
    for (what, sound, bent) in CHANGES {
        if broken(what) {
            text = text.replacen(sound, bent, 1);
        }
    }
    Answer::new(KIND, 200, Body::Text { media: MEDIA, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A browser with only what the script needs, which notes what is opened.
    const BROWSER: &str = "var opened = []; var blocked = false;
        var window = { open: function (url) { opened.push('popup ' + url); return blocked ? null : {}; }, location: {} };
        Object.defineProperty(window.location, 'href', { set: function (url) { opened.push('page ' + url); } });";

    /// Runs the script, then a page's own code; what was opened, one a line.
    fn opened(script: &str, page: &str) -> String {
        let runtime = rquickjs::Runtime::new().expect("an engine");
        let context = rquickjs::Context::full(&runtime).expect("a context");
        let whole = format!("{BROWSER}\n{script}\nBG.setSite('support.example.com');\n{page}\n;opened.join('\\n')");
        context.with(|context| match context.eval::<String, _>(whole) {
            Ok(text) => text,
            Err(fault) => format!("error {fault} {:?}", context.catch().as_exception().and_then(|one| one.message())),
        })
    }

    fn start(options: &str) -> String {
        opened(SCRIPT, &format!("BG.start(BG.START_TYPE.FULL, {options});"))
    }

    #[test]
    fn the_printed_examples_open_their_address() {
        let base = "page https://support.example.com/api/start_session?";
        let examples = [
            ("{ sessionKey: '1728331' }", "short_key=1728331"),
            ("{ rep: { id: 30, name: 'Admin' } }", "id=30&name=Admin"),
            (
                "{ sessionKey: '8679485', attributes: { external_key: 'abc123', custom_field1: 'Custom Value', custom_field2: 123 } }",
                "short_key=8679485&session.custom.external_key=abc123&session.custom.custom_field1=Custom%20Value\
                 &session.custom.custom_field2=123",
            ),
            ("{ sessionKey: '8679485', locale: 'en-us' }", "short_key=8679485&locale=en-us"),
            (
                "{ issue: { id: 12 }, customer: { name: 'N', company: 'C', company_code: 'CC', details: 'I D' } }",
                "issue_menu=1&id=12&customer.name=N&customer.company=C&customer.company_code=CC&customer.details=I%20D",
            ),
            (
                "{ issue: { codeName: 'Other' }, skills: ['skill11', 'skill12'] }",
                "issue_menu=1&codeName=Other&session.skills=skill11%2Cskill12",
            ),
            (
                "{ issue: { elements: [{ name: 'codeName', value: 'Other' }, { name: 'skills', value: 'a,b' }, \
                 { name: 'customer.name', value: 'N' }, { value: 'unnamed' }] } }",
                "issue_menu=1&codeName=Other&session.skills=a%2Cb&customer.name=N",
            ),
        ];
        for (options, query) in examples {
            assert_eq!(start(options), format!("{base}{query}"), "{options}");
        }
    }

    #[test]
    fn a_chat_opens_in_a_window_or_in_the_page_where_none_can_be_had() {
        let url = "https://support.example.com/api/start_session?short_key=8347482&c2cjs=1";
        let chat = |before: &str, ui: &str| {
            opened(
                SCRIPT,
                &format!("{before} BG.start(BG.START_TYPE.CHAT, {{ sessionKey: '8347482', uiOptions: {ui} }});"),
            )
        };
        assert_eq!(chat("", "{}"), format!("popup {url}"));
        assert_eq!(chat("blocked = true;", "{ fallbackToFullWindow: true }"), format!("popup {url}\npage {url}"));
        assert_eq!(chat("blocked = true;", "{ fallbackToFullWindow: false }"), format!("popup {url}"));
    }

    #[test]
    fn what_cannot_start_a_session_is_an_error_of_the_page() {
        for options in [
            "{}",
            "{ rep: { id: 1 } }",
            "{ issue: { id: 1, codeName: 'a' } }",
            "null",
            "{ sessionKey: '1', rep: { id: 1, name: 'a' } }",
        ] {
            assert!(start(options).starts_with("error "), "{options}");
        }
        assert!(opened(SCRIPT, "BG.start('other', { sessionKey: '1' });").starts_with("error "));
        assert!(opened(SCRIPT, "BG.setSite('https://a.example');").starts_with("error "));
    }

    #[test]
    fn each_defect_changes_the_script() {
        for (what, sound, bent) in CHANGES {
            assert!(SCRIPT.contains(sound) && sound != bent, "{what}");
        }
    }
}
