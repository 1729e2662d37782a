//! An envelope of the Dead Simple Signing Envelope (DSSE 1.0): a payload, its type, and a signature over both.
//!
//! In: a payload and a key, or an envelope and a key. Out: the envelope, or the payload where the signature holds. What is not as it must be
//! written is refused before anything in it is looked at.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::keys::{KeyToSign, KeyToVerify};

/// The type of an in-toto statement.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The envelope as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    keyid: String,
    sig: String,
}

/// What is signed: lengths stand before what they are of, so that no two pairs of type and payload are the same text.
fn signed(payload: &[u8]) -> Vec<u8> {
    let mut text = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
    text.extend_from_slice(payload);
    text
}

/// Puts a payload into an envelope.
#[must_use]
pub fn seal(payload: &[u8], key: &KeyToSign) -> String {
    let envelope = Envelope {
        payload_type: PAYLOAD_TYPE.to_owned(),
        payload: STANDARD.encode(payload),
        signatures: vec![Signature {
            keyid: key.public().name().to_owned(),
            sig: STANDARD.encode(key.sign(&signed(payload))),
        }],
    };
    // Our own shape has string keys only, so writing it cannot fail.
    serde_json::to_string_pretty(&envelope).unwrap_or_default() + "\n"
}

/// Takes the payload out of an envelope that a key signed.
///
/// # Errors
/// Why it is no envelope, or that no signature in it is of that key and holds.
pub fn open(text: &[u8], key: &KeyToVerify) -> Result<Vec<u8>, String> {
    let envelope: Envelope =
        serde_json::from_slice(text).map_err(|error| format!("it is no DSSE envelope: {error}"))?;
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(format!("its payload is of another type than {PAYLOAD_TYPE}"));
    }
    let decoded = |text: &str, what: &str| {
        STANDARD.decode(text).map_err(|error| format!("it is no DSSE envelope: {what} is no base64: {error}"))
    };
    let payload = decoded(&envelope.payload, "the payload")?;
    let text = signed(&payload);
    for signature in &envelope.signatures {
        if key.verifies(&text, &decoded(&signature.sig, "a signature")?) {
            return Ok(payload);
        }
    }
    let named: Vec<String> =
        envelope.signatures.iter().map(|one| one.keyid.chars().take(64).collect::<String>()).collect();
    Err(match named.iter().any(|name| name == key.name()) {
        true => "its signature does not hold: the statement or the signature was changed".to_owned(),
        false => format!(
            "it is not signed by the key {}, but names {}",
            key.name(),
            if named.is_empty() { "none".to_owned() } else { named.join(", ").escape_debug().to_string() }
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_by_its_key_alone() {
        let (key, other) = (KeyToSign::of_byte(7), KeyToSign::of_byte(8));
        let envelope = seal(b"{\"a\": 1}", &key);
        assert_eq!(open(envelope.as_bytes(), key.public()), Ok(b"{\"a\": 1}".to_vec()));
        assert!(open(envelope.as_bytes(), other.public()).unwrap_err().contains("not signed by the key"));
        for (from, to) in [("eyJ", "eyK"), (PAYLOAD_TYPE, "text/plain"), ("\"sig\": \"", "\"sig\": \"AAAA")] {
            let changed = envelope.replacen(from, to, 1);
            assert_ne!(changed, envelope, "{from}");
            assert!(open(changed.as_bytes(), key.public()).is_err(), "{from}");
        }
    }

    #[test]
    fn what_is_signed_is_the_text_of_the_standard() {
        let text = signed(b"hello");
        assert_eq!(text, b"DSSEv1 28 application/vnd.in-toto+json 5 hello");
    }
}
