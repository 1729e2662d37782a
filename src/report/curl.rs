//! A request as a `curl` command line.
//!
//! In: a request. Out: one line for a POSIX shell. Credentials stay in environment variables: those of the vendor's own tools for the
//! main account, the same with the role behind them for the others.

use crate::model::{
    credential::{AccountRole, Alteration, Credential, WRONG_SECRET},
    exchange::Request,
};

/// The line that sends a request again.
pub(super) fn line(base: &str, request: &Request) -> String {
    let (mut line, mut options) = (String::new(), String::new());
    let (id, secret) = variables(request.account);
    match &request.credential {
        Credential::None => {}
        credential @ (Credential::Token | Credential::AlteredToken(_)) => {
            line = format!(
                "TOKEN=$(curl -sS -u \"${id}:${secret}\" -d grant_type=client_credentials {} | \
                 sed -n 's/.*\"access_token\": *\"\\([^\"]*\\)\".*/\\1/p') && ",
                quote(&format!("{base}/oauth2/token"))
            );
            let token = match credential {
                Credential::AlteredToken(how) => altered("TOKEN", *how),
                _ => "$TOKEN".to_owned(),
            };
            options = format!(" -H \"Authorization: Bearer {token}\"");
        }
        Credential::Basic => options = format!(" -u \"${id}:${secret}\""),
        Credential::AlteredSecret(how) => options = format!(" -u \"${id}:{}\"", altered(&secret, *how)),
        Credential::Literal(text) if text.contains("${credentials}") => {
            let basic = format!("$(printf %s \"${id}:${secret}\" | base64 | tr -d '\\n')");
            options = format!(" -H \"Authorization: {}\"", text.replace("${credentials}", &basic));
        }
        other @ (Credential::NeverIssued | Credential::UnknownClient | Credential::Literal(_)) => {
            let header = format!("Authorization: {}", other.in_words(request.account));
            options = format!(" -H {}", quote(&header));
        }
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

/// The environment variables that hold id and secret of an account.
fn variables(role: AccountRole) -> (String, String) {
    let suffix = match role {
        AccountRole::None | AccountRole::Full => String::new(),
        other => format!("_{}", other.word().to_uppercase()),
    };
    (format!("BT_CLIENT_ID{suffix}"), format!("BT_CLIENT_SECRET{suffix}"))
}

/// What a shell variable holds, altered, inside double quotes.
fn altered(variable: &str, how: Alteration) -> String {
    match how {
        Alteration::Wrong => WRONG_SECRET.to_owned(),
        Alteration::Empty => String::new(),
        Alteration::Prefix => format!("${{{variable}%?}}"),
        Alteration::OtherCase => format!("$(printf %s \"${variable}\" | tr a-zA-Z A-Za-z)"),
    }
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
