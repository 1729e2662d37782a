//! The credentials of a token request: the forms that the guide prints (p. 6) and that real clients send.
//!
//! In: a request. Out: what it asks for, and the account that its credentials are of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::http::{Pairs, Request, decode_form};
use super::super::switches::ActiveDefects;
use super::account::Account;

/// What a token request holds.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) client: Option<(String, String)>,
    pub(super) grant_type: Option<String>,
}

/// Reads the Basic header, or id and secret from the body; and the grant type from the body or the query.
pub(super) fn read(request: &Request, defects: &ActiveDefects) -> Result<Asked, String> {
    let mut pairs = decode_form(request.query(), defects)?;
    pairs.extend(body_pairs(request, defects)?);
    let named = |name: &str| pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let in_body = named("client_id").zip(named("client_secret"));
    let basic = request.header("authorization").filter(|_| !defects.has("auth/token", "basic-header-not-read"));
    let client = match basic {
        Some(value) => basic_credentials(value),
        None => in_body,
    };
    Ok(Asked { client, grant_type: named("grant_type") })
}

/// The account of the credentials.
pub(super) fn account(accounts: &[Account], asked: &Asked, defects: &ActiveDefects) -> Option<usize> {
    let broken = |what: &str| defects.has("auth/token", what);
    let first = (!accounts.is_empty()).then_some(0);
    let Some((id, secret)) = &asked.client else {
        return first.filter(|_| broken("missing-credentials-accepted"));
    };
    let Some(index) = accounts.iter().position(|account| same(&account.client_id, id)) else {
        return first.filter(|_| broken("unknown-client-accepted"));
    };
    let expected = &accounts[index].client_secret;
    let accepted = same(expected, secret)
        || broken("wrong-secret-accepted")
        || (broken("secret-case-ignored") && same(&expected.to_lowercase(), &secret.to_lowercase()))
        || (broken("secret-prefix-accepted") && !secret.is_empty() && expected.starts_with(secret.as_str()))
        || (broken("empty-secret-accepted") && secret.is_empty());
    accepted.then_some(index)
}

fn basic_credentials(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// The members of a form or of a JSON object. A body of another type is not read.
fn body_pairs(request: &Request, defects: &ActiveDefects) -> Result<Pairs, String> {
    let body = std::str::from_utf8(&request.body).map_err(|_| "The body is not valid UTF-8".to_owned())?;
    match request.media().as_str() {
        "application/json" => {
            let value: serde_json::Value = serde_json::from_str(body).map_err(|_| "The body is not valid JSON")?;
            let members = value.as_object().ok_or("The body is not a JSON object")?;
            let texts = members.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
            Ok(texts.collect())
        }
        "application/x-www-form-urlencoded" | "" => decode_form(body, defects),
        _ => Ok(Pairs::new()),
    }
}

/// Compares in a time that does not tell where two secrets differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b));
    one.len() == other.len() && differing == 0
}
