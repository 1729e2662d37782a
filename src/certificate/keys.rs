//! Keys of Ed25519, as OpenSSL writes them: a private one in PKCS#8, a public one as SubjectPublicKeyInfo, both in PEM.
//!
//! In: the text of a PEM file. Out: a key, or what it is instead and how to make one. A private key is never printed or written.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, pem::PemObject as _};

use super::bundle::digest;

/// What stands before the 32 bytes of a public key in its SubjectPublicKeyInfo (RFC 8410).
const BEFORE: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// How a private key is made.
const MAKE: &str = "make one with: openssl genpkey -algorithm ed25519 -out touchmark-key.pem";

/// How its public one is taken out.
const TAKE: &str = "take it out of a private one with: openssl pkey -in touchmark-key.pem -pubout";

/// A key that signs.
pub struct KeyToSign {
    pair: Ed25519KeyPair,
    public: KeyToVerify,
}

impl fmt::Debug for KeyToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyToSign({})", self.public.name)
    }
}

/// A key that verifies what its private one signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyToVerify {
    bytes: [u8; 32],
    name: String,
}

impl KeyToSign {
    /// Reads a private key.
    ///
    /// # Errors
    /// What the file is instead, and how to make a key.
    pub fn of_pem(text: &[u8]) -> Result<Self, String> {
        let fault = |what: &str| format!("{what}\n  {MAKE}");
        let der = PrivatePkcs8KeyDer::from_pem_slice(text).map_err(|_| fault(&instead(text, "private")))?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der())
            .map_err(|_| fault("it is a private key, but none of Ed25519"))?;
        let bytes = pair.public_key().as_ref().try_into().map_err(|_| fault("it has no public key"))?;
        Ok(Self { pair, public: KeyToVerify::of(bytes) })
    }

    /// Its public key.
    #[must_use]
    pub fn public(&self) -> &KeyToVerify {
        &self.public
    }

    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(text).as_ref().to_vec()
    }
}

impl KeyToVerify {
    fn of(bytes: [u8; 32]) -> Self {
        Self { bytes, name: digest(&[&BEFORE[..], &bytes].concat()) }
    }

    /// Reads a public key.
    ///
    /// # Errors
    /// What the file is instead, and how to get one.
    pub fn of_pem(text: &[u8]) -> Result<Self, String> {
        let fault = |what: &str| format!("{what}\n  {TAKE}");
        let der = SubjectPublicKeyInfoDer::from_pem_slice(text).map_err(|_| fault(&instead(text, "public")))?;
        let bytes = der.as_ref().strip_prefix(&BEFORE).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self::of).ok_or_else(|| fault("it is a public key, but none of Ed25519"))
    }

    /// The key as a PEM file.
    #[must_use]
    pub fn pem(&self) -> String {
        let text = STANDARD.encode([&BEFORE[..], &self.bytes].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }

    /// Its name: the SHA-256 of its SubjectPublicKeyInfo, in hexadecimal digits.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.bytes).verify(text, signature).is_ok()
    }
}

/// What a file is that is not the key that was asked for.
fn instead(text: &[u8], wanted: &str) -> String {
    let text = String::from_utf8_lossy(text);
    let label = text.split("-----BEGIN ").nth(1).and_then(|rest| rest.split("-----").next()).unwrap_or_default();
    match label {
        "" => format!("it is no PEM file with a {wanted} key"),
        "ENCRYPTED PRIVATE KEY" => "the key in it has a pass phrase, for which nobody is asked".to_owned(),
        "PRIVATE KEY" | "PUBLIC KEY" if label.to_ascii_lowercase().starts_with(wanted) => {
            format!("the {wanted} key in it cannot be read")
        }
        label => {
            let label: String = label.chars().take(40).collect();
            format!("it holds a `{}`, and no {wanted} key as PKCS#8 has it", label.escape_debug())
        }
    }
}

/// The key whose secret is 32 times that byte, as OpenSSL writes it.
#[cfg(test)]
fn pem_of(byte: u8) -> String {
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend([byte; 32]);
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

#[cfg(test)]
impl KeyToSign {
    pub(super) fn of_byte(byte: u8) -> Self {
        Self::of_pem(pem_of(byte).as_bytes()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_openssl_writes_is_read_and_its_public_one_written_as_openssl_does() {
        let key = KeyToSign::of_byte(7);
        let public = key.public().pem();
        assert_eq!(KeyToVerify::of_pem(public.as_bytes()).as_ref(), Ok(key.public()));
        assert!(key.public().verifies(b"a", &key.sign(b"a")) && !key.public().verifies(b"b", &key.sign(b"a")));
        assert_eq!(format!("{key:?}"), format!("KeyToSign({})", key.public().name()));
    }

    #[track_caller]
    fn check(text: &str, says: &str) {
        let private = KeyToSign::of_pem(text.as_bytes()).expect_err("it is none");
        assert!(private.contains(says) && private.contains("openssl genpkey"), "{private}");
    }

    #[test]
    fn what_is_no_key_has_a_message() {
        check("", "no PEM file");
        check("secret", "no PEM file");
        check(&KeyToSign::of_byte(7).public().pem(), "holds a `PUBLIC KEY`");
        check("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "pass phrase");
        check("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "none of Ed25519");
        check("-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----\n", "cannot be read");
        let public = KeyToVerify::of_pem(pem_of(7).as_bytes()).expect_err("it is none");
        assert!(public.contains("holds a `PRIVATE KEY`") && public.contains("-pubout"), "{public}");
    }
}
