//! Trust in a target's certificate: as the system has it, and besides in the certificates that the operator names.
//!
//! In: PEM. Out: a TLS configuration. A certificate that is named is trusted as it is, also where it is an authority of its own, as
//! `openssl req -x509` makes them; its dates must be right all the same, and so must its names, where it has any (RFC 6125 6.4.4 takes those
//! of subjectAltName alone).

use std::sync::Arc;

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use rustls_platform_verifier::Verifier;

/// A configuration that trusts the certificates of a PEM file besides those of the system.
///
/// # Errors
/// Why the file cannot be used.
pub(super) fn trusting(pem: &[u8]) -> Result<ClientConfig, String> {
    let named: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    if named.is_empty() {
        return Err("it holds no PEM certificate".to_owned());
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(named.iter().cloned(), Arc::clone(&provider))
        .map_err(|error| error.to_string())?;
    with(provider, Arc::new(Named { named, verifier }))
}

/// A configuration that trusts the certificates of the system.
///
/// # Errors
/// Why there are none.
pub(super) fn trusting_the_system() -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(Arc::clone(&provider)).map_err(|error| error.to_string())?;
    with(provider, Arc::new(verifier))
}

/// A configuration that takes any certificate.
///
/// # Errors
/// Why TLS cannot be used.
pub(super) fn trusting_anything() -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Anything(provider.signature_verification_algorithms);
    with(provider, Arc::new(verifier))
}

fn with(provider: Arc<CryptoProvider>, verifier: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, String> {
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

/// Takes any certificate, since the operator said so; who holds it must still have its key.
#[derive(Debug)]
struct Anything(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Trusts what the system trusts, and certificates that were named.
#[derive(Debug)]
struct Named {
    named: Vec<CertificateDer<'static>>,
    verifier: Verifier,
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        use CertificateError::{Expired, ExpiredContext, NotValidForNameContext, NotValidYet, NotValidYetContext};
        let verified = self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            Err(Error::InvalidCertificate(fault))
                if self.named.contains(end_entity)
                    && !matches!(fault, Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. }) =>
            {
                match verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name) {
                    // It has no name that could be wrong, and is the very one that was named.
                    Err(Error::InvalidCertificate(NotValidForNameContext { presented, .. }))
                        if presented.is_empty() => {}
                    verified => verified?,
                }
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

    use super::*;

    /// A certificate that is an authority of its own, with these names.
    fn authority(names: &[&str]) -> (String, CertificateDer<'static>) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let made = params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate");
        (made.pem(), made.der().clone())
    }

    #[track_caller]
    fn check(named: &str, shown: &CertificateDer<'_>, year: u64, trusted: bool) {
        let named = CertificateDer::pem_slice_iter(named.as_bytes()).collect::<Result<_, _>>().expect("PEM");
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new(provider).expect("certificates of the system");
        let name = ServerName::try_from("localhost").expect("a name");
        let now = UnixTime::since_unix_epoch(Duration::from_secs((year - 1970) * 31_557_600));
        let verified = Named { named, verifier }.verify_server_cert(shown, &[], &name, &[], now);
        assert_eq!(verified.is_ok(), trusted, "{verified:?}");
    }

    #[test]
    fn a_certificate_that_is_named_is_trusted_as_it_is() {
        let (own, localhost) = authority(&["localhost"]);
        check(&own, &localhost, 2024, true);
        check(&own, &localhost, 5000, false);
        let (nameless, shown) = authority(&[]);
        check(&nameless, &shown, 2024, true);
        check(&own, &shown, 2024, false);
        let (other, elsewhere) = authority(&["elsewhere"]);
        check(&other, &elsewhere, 2024, false);
    }
}
