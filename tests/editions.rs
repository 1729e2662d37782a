//! Small editions of one OpenAPI document, and what changed from each to the next: no more, and no less.

use std::{fs, path::Path};

use touchmark::{
    decode,
    drift::{self, Moved, Relations},
};

#[test]
fn editions_of_an_openapi_document_differ_in_what_they_state() {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/editions/{name}.yaml"));
        let contract = decode::openapi::read(&fs::read_to_string(path).expect("an edition")).expect("a document");
        drift::Branch::of("", drift::facts_of_openapi(&contract))
    };
    let moved = |one: &str, two: &str| -> Vec<String> {
        drift::compare(&read(one), &read(two), &mut Relations::default()).iter().map(Moved::place).collect()
    };
    let accounts = "operation GET /vault/account/answer 200/field []";
    assert_eq!(
        moved("first", "second"),
        [
            "value version".to_owned(),
            format!("type {accounts}/field key_info/type"),
            format!("new {accounts}/field key_info/field bits"),
            format!("new {accounts}/field key_info/field kind"),
        ]
    );
    let roles = "operation GET /api-account/answer 200/field []/field role";
    let gone = |name: &str| format!("gone operation DELETE /jump-item/{name}/{{id}}");
    assert_eq!(
        moved("second", "third"),
        [
            "value version".to_owned(),
            format!("gone {roles}/value owner"),
            format!("gone {roles}/value writer"),
            gone("local"),
            gone("shell"),
            gone("web"),
        ]
    );
    let fields = |of: &str| {
        let gone = ["email", "password_expires", "security_question", "two_steps"]
            .map(|name| format!("gone {of}/field {name}"));
        [vec![format!("value {of}/field display_name/need")], gone.to_vec()].concat()
    };
    let mut expected = vec!["value version".to_owned()];
    expected.extend(fields("operation GET /user/answer 200/field []"));
    expected.extend(fields("operation POST /user/request"));
    let (mut found, mut wanted) = (moved("third", "fourth"), expected);
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    assert_eq!(moved("fourth", "fourth"), Vec::<String>::new());
}

#[test]
fn what_lets_somebody_in_is_said_once_of_a_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editions/fourth.yaml");
    let edition = fs::read_to_string(path).expect("an edition");
    let read = |security: &str| {
        let contract = decode::openapi::read(&format!("{edition}\n{security}\n")).expect("a document");
        drift::Branch::of("", drift::facts_of_openapi(&contract))
    };
    let check = |one: &str, two: &str, moved: &[&str]| {
        let found = drift::compare(&read(one), &read(two), &mut Relations::default());
        assert_eq!(found.iter().map(Moved::place).collect::<Vec<_>>(), moved, "{one} | {two}");
    };
    check("security: [{token: []}]", "security: [{token: []}]", &[]);
    check("security: [{token: []}]", "", &["value credentials", "gone credentials token"]);
    check("security: [{token: []}]", "security: []", &["value credentials", "gone credentials token"]);
    check("security: [{token: []}]", "security: [{token: []}, {key: []}]", &["new credentials key"]);
}
