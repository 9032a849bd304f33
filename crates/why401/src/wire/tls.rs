//! TLS: the checks of rustls against the roots of this machine, and a witness that tells who vouched for a certificate that
//! was not trusted.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use why401_core::exchange::{Distrust, Hurdle};

use super::Failed;
use super::dial::said;
use super::stream::{Stream, Trusting};
use crate::world;

/// A file of certificates may be so large.
const AUTHORITIES: u64 = 4 << 20;
/// So many different lists of protocols are remembered.
const OFFERS: usize = 64;

/// Verifiers, made when they are first needed: to read the roots takes a while.
#[derive(Default)]
pub(super) struct Tls {
    known: RefCell<HashMap<Trusting, Rc<Verifying>>>,
    asked: Arc<Asked>,
}

pub(super) struct Verifying {
    provider: Arc<CryptoProvider>,
    verifier: Option<Arc<WebPkiServerVerifier>>,
    /// What is said in a handshake, by the protocols that are offered; each remembers sessions that can be resumed.
    spoken: RefCell<HashMap<Vec<Vec<u8>>, Spoken>>,
}

#[derive(Clone)]
struct Spoken {
    config: Arc<ClientConfig>,
    witness: Arc<Witness>,
}

impl Verifying {
    fn spoken(&self, protocols: &[&[u8]], asked: &Arc<Asked>) -> Result<Spoken, Failed> {
        let protocols: Vec<Vec<u8>> = protocols.iter().map(|name| name.to_vec()).collect();
        if let Some(known) = self.spoken.borrow().get(&protocols) {
            return Ok(known.clone());
        }
        let inner = self.verifier.clone();
        let witness = Arc::new(Witness { provider: self.provider.clone(), inner, seen: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|why| Failed::at(Hurdle::Tls, why.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(witness.clone())
            .with_client_cert_resolver(asked.clone());
        config.alpn_protocols.clone_from(&protocols);
        let made = Spoken { config: Arc::new(config), witness };
        let mut spoken = self.spoken.borrow_mut();
        if spoken.len() >= OFFERS {
            spoken.clear();
        }
        spoken.insert(protocols, made.clone());
        Ok(made)
    }
}

impl Tls {
    /// Speaks TLS over a stream.
    pub(super) async fn wrap(
        &self,
        stream: Stream,
        host: &str,
        trusting: &Trusting,
        protocols: &[&[u8]],
    ) -> Result<TlsStream<Stream>, Failed> {
        let broken = |why: String| Failed::at(Hurdle::Tls, why);
        let Spoken { config, witness } = self.verifying(trusting)?.spoken(protocols, &self.asked)?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| broken(format!("{host:?} is no name that a certificate can be for")))?;
        let mut connecting = TlsConnector::from(config).connect(name, stream);
        let host: Arc<str> = Arc::from(host);
        let came = poll_fn(|context| {
            self.asked.is_by(&host);
            Pin::new(&mut connecting).poll(context)
        })
        .await;
        match came {
            Ok(stream) => {
                let agreed = stream.get_ref().1.alpn_protocol();
                if protocols == [b"h2"] && agreed != Some(b"h2") {
                    return Err(broken("the server does not speak HTTP/2".to_owned()));
                }
                Ok(stream)
            }
            Err(why) => Err(witness.explained(&why)),
        }
    }

    /// Whether a host has asked for a certificate of the client; ours has none.
    pub(super) fn asks(&self, host: &str) -> bool {
        self.asked.hosts.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }

    pub(super) fn verifying(&self, trusting: &Trusting) -> Result<Rc<Verifying>, Failed> {
        if let Some(known) = self.known.borrow().get(trusting) {
            return Ok(known.clone());
        }
        let provider = Arc::new(ring::default_provider());
        let verifier = if trusting.anybody {
            None
        } else {
            let roots = Arc::new(roots(trusting.authorities.as_deref())?);
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
            Some(
                verifier
                    .map_err(|why| Failed::at(Hurdle::Tls, format!("no root certificates could be read: {why}")))?,
            )
        };
        let made = Rc::new(Verifying { provider, verifier, spoken: RefCell::default() });
        self.known.borrow_mut().insert(trusting.clone(), made.clone());
        Ok(made)
    }
}

/// Has no certificate, and notes which hosts asked for one. All connections share it: a session is resumed only with the
/// same.
#[derive(Debug, Default)]
struct Asked {
    /// Whose handshake goes on at this moment.
    host: Mutex<Option<Arc<str>>>,
    hosts: Mutex<HashSet<Arc<str>>>,
}

impl Asked {
    fn is_by(&self, host: &Arc<str>) {
        *self.host.lock().unwrap_or_else(PoisonError::into_inner) = Some(host.clone());
    }
}

impl ResolvesClientCert for Asked {
    fn resolve(&self, _authorities: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let host = self.host.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).extend(host);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// The roots of this machine, or Mozilla's where it has none; and those of a file.
fn roots(authorities: Option<&str>) -> Result<RootCertStore, Failed> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(path) = authorities {
        let unread = |why: String| Failed::NotSent(format!("{path}: {why}"));
        let bytes = world::read(Path::new(path), AUTHORITIES).map_err(|why| unread(why.to_string()))?;
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(&bytes) {
            let certificate = certificate.map_err(|why| unread(format!("it is no PEM file of certificates: {why}")))?;
            roots.add(certificate).map_err(|why| unread(why.to_string()))?;
        }
        if roots.len() == before {
            return Err(unread("it holds no certificate".to_owned()));
        }
    }
    Ok(roots)
}

/// Lets the verifier decide, and keeps what it was shown.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    /// `None` where any certificate will do.
    inner: Option<Arc<WebPkiServerVerifier>>,
    seen: Mutex<Option<Vec<u8>>>,
}

impl Witness {
    fn explained(&self, error: &std::io::Error) -> Failed {
        let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let Some(rustls::Error::InvalidCertificate(reason)) = cause else {
            let why = match cause {
                Some(rustls::Error::InvalidMessage(_)) => {
                    "what came is no TLS: perhaps the port speaks plain HTTP".to_owned()
                }
                Some(other) => other.to_string(),
                None => said(error),
            };
            return Failed::at(Hurdle::Tls, why);
        };
        let (distrust, what) = match reason {
            CertificateError::UnknownIssuer => (Distrust::Issuer, "nobody whom this machine trusts vouches for it"),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                (Distrust::Expired, "it has expired")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                (Distrust::NotYet, "it is not valid yet")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                (Distrust::Name, "it is for other names")
            }
            _ => (Distrust::Other, "it does not pass"),
        };
        // All is on one thread, and an error follows at once upon the certificate that it is about.
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Made by hand, such a certificate often calls itself an authority, too, and is turned down for that.
        let (distrust, what) = match distrust {
            Distrust::Other if seen.as_deref().is_some_and(is_alone) => {
                (Distrust::Issuer, "it vouches for itself alone")
            }
            _ => (distrust, what),
        };
        let told = seen.as_deref().and_then(told).unwrap_or_else(|| reason.to_string());
        Failed::at(Hurdle::Trust(distrust), format!("{what} ({told})"))
    }
}

/// Whether a certificate was issued by whom it is for.
fn is_alone(der: &[u8]) -> bool {
    let read = x509_parser::parse_x509_certificate(der);
    read.is_ok_and(|(_, certificate)| certificate.subject() == certificate.issuer())
}

/// Whom a certificate is for, who issued it, and until when it is valid.
fn told(der: &[u8]) -> Option<String> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let validity = certificate.validity();
    Some(format!(
        "for {}, issued by {}, valid from {} to {}",
        certificate.subject(),
        certificate.issuer(),
        validity.not_before,
        validity.not_after
    ))
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(inner) = &self.inner else { return Ok(ServerCertVerified::assertion()) };
        inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now).inspect_err(|_| {
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.to_vec());
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
