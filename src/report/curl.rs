//! A request as a `curl` command line.
//!
//! In: an exchange. Out: one line for a POSIX shell. Credentials stay in the environment variables of the vendor's own tools.

use crate::model::exchange::{Exchange, REDACTED};

/// The line that sends the request of an exchange again.
pub(super) fn line(base: &str, exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut line = String::new();
    let mut options = String::new();
    let authorization = request.authorization.as_str();
    if authorization.starts_with("Bearer (an altered") {
        options.push_str(" -H 'Authorization: Bearer the-token-with-its-letters-in-the-other-case'");
    } else if authorization.starts_with("Bearer (") || authorization.contains(REDACTED) {
        let token = format!(
            "TOKEN=$(curl -sS -u \"$BT_CLIENT_ID:$BT_CLIENT_SECRET\" -d grant_type=client_credentials {} | \
             sed -n 's/.*\"access_token\": *\"\\([^\"]*\\)\".*/\\1/p') && ",
            quote(&format!("{base}/oauth2/token"))
        );
        line.push_str(&token);
        options.push_str(" -H \"Authorization: Bearer $TOKEN\"");
    } else if authorization.starts_with("Basic (credentials") {
        options.push_str(" -u \"$BT_CLIENT_ID:$BT_CLIENT_SECRET\"");
    } else if authorization.starts_with("Basic (") {
        options.push_str(" -u \"$BT_CLIENT_ID:touchmark-wrong-secret\"");
    } else if authorization != "none" && !authorization.is_empty() {
        options.push_str(&format!(" -H {}", quote(&format!("Authorization: {authorization}"))));
    }
    for (name, value) in &request.headers {
        options.push_str(&format!(" -H {}", quote(&format!("{name}: {value}"))));
    }
    if request.method == "POST" || !request.body.is_empty() {
        options.push_str(&format!(" --data-raw {}", quote(&request.body)));
    }
    if request.method != "GET" && request.method != "POST" {
        options.push_str(&format!(" -X {}", quote(&request.method)));
    }
    line.push_str(&format!("curl -sS -i{options} {}", quote(&format!("{base}{}", request.target()))));
    line
}

/// A text as one word of a POSIX shell.
pub(super) fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
