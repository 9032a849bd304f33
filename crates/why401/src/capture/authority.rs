//! The authority of one run: its key lives in memory only, and it vouches for every host that the child asks for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::server::{ClientHello, ProducesTickets, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{self, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use why401_core::exchange::Distrust;

use crate::world::Error;

/// Clocks of containers and of machines differ.
const BEFORE: Duration = Duration::from_secs(24 * 60 * 60);
/// No run is so long.
const AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// What a certificate for other names is for.
const ELSEWHERE: &str = "another-host.invalid";
/// For so many hosts certificates are remembered.
const HOSTS: usize = 4096;

/// Who vouches.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one.
    pub(super) fn new() -> Result<Self, Error> {
        let failed = |why: rcgen::Error| Error::new(format!("no certificate could be made: {why}"));
        let mut params = dated(CertificateParams::new(Vec::new()).map_err(failed)?);
        params.distinguished_name.push(DnType::CommonName, "why401 run, this run only");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().map_err(failed)?;
        let pem = params.self_signed(&key).map_err(failed)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// Its certificate.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a host, with the fault that its own has.
    fn certify(&self, host: &str, key: &KeyPair, fault: Option<Distrust>) -> Option<CertifiedKey> {
        let names = if fault == Some(Distrust::Name) { ELSEWHERE } else { host };
        let mut params = dated(CertificateParams::new(vec![names.to_owned()]).ok()?);
        // A common name may have 64 characters; nobody looks at it where there are alternative names.
        params.distinguished_name.push(DnType::CommonName, names.chars().take(64).collect::<String>());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Python 3.13 insists on it.
        params.use_authority_key_identifier_extension = true;
        let now = SystemTime::now();
        match fault {
            Some(Distrust::Expired) => params.not_after = (now - BEFORE / 2).into(),
            Some(Distrust::NotYet) => params.not_before = (now + BEFORE).into(),
            _ => {}
        }
        let certificate = match fault {
            Some(Distrust::Issuer | Distrust::Other) => params.self_signed(key).ok()?,
            _ => params.signed_by(key, &self.issuer).ok()?,
        };
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        CertifiedKey::from_der(vec![certificate.der().clone()], der, &ring::default_provider()).ok()
    }
}

fn dated(mut params: CertificateParams) -> CertificateParams {
    let now = SystemTime::now();
    (params.not_before, params.not_after) = ((now - BEFORE).into(), (now + AFTER).into());
    params
}

/// A host, the protocol that it chose, and whether it asks for a certificate of the client.
type Named = (String, Option<Vec<u8>>, bool);

/// The side of TLS that the child sees, host by host. All leaves share one key: making keys is what takes time.
pub(super) struct Faces {
    authority: Authority,
    provider: Arc<CryptoProvider>,
    key: KeyPair,
    tickets: Arc<dyn ProducesTickets>,
    nobody: Arc<ServerConfig>,
    known: RefCell<HashMap<Named, Arc<ServerConfig>>>,
}

impl Faces {
    pub(super) fn new(authority: Authority) -> Result<Self, Error> {
        let failed = |why: String| Error::new(format!("no certificate could be made: {why}"));
        let provider = Arc::new(ring::default_provider());
        Ok(Self {
            authority,
            nobody: Arc::new(
                bare(provider.clone(), Arc::new(Nobody), false).ok_or_else(|| failed("no TLS".to_owned()))?,
            ),
            provider,
            key: KeyPair::generate().map_err(|why| failed(why.to_string()))?,
            tickets: ring::Ticketer::new().map_err(|why| failed(why.to_string()))?,
            known: RefCell::default(),
        })
    }

    /// How to be this host, with the protocol (ALPN) that it chose itself; `None` where no certificate can be for it.
    /// With `asks` the client may show a certificate of its own, as the host asks for.
    pub(super) fn of(&self, host: &str, protocol: Option<&[u8]>, asks: bool) -> Option<Arc<ServerConfig>> {
        let key = (host.to_owned(), protocol.map(<[u8]>::to_vec), asks);
        if let Some(known) = self.known.borrow().get(&key) {
            return Some(known.clone());
        }
        let certified = self.authority.certify(host, &self.key, None)?;
        let config = Arc::new(self.config(Arc::new(SingleCertAndKey::from(certified)), protocol, asks)?);
        let mut known = self.known.borrow_mut();
        if known.len() >= HOSTS {
            known.clear();
        }
        known.insert(key, config.clone());
        Some(config)
    }

    /// The same for a host whose own certificate is not to be trusted: this one has the same fault.
    pub(super) fn distrusted(&self, host: &str, protocol: Option<&[u8]>, fault: Distrust) -> Option<Arc<ServerConfig>> {
        let certified = self.authority.certify(host, &self.key, Some(fault))?;
        let mut config = self.config(Arc::new(SingleCertAndKey::from(certified)), protocol, false)?;
        // Nobody comes back to it as to one that was believed.
        config.send_tls13_tickets = 0;
        Some(Arc::new(config))
    }

    /// How to be no host at all: the handshake ends with an alert.
    pub(super) fn nobody(&self) -> Arc<ServerConfig> {
        self.nobody.clone()
    }

    fn config(
        &self,
        resolver: Arc<dyn ResolvesServerCert>,
        protocol: Option<&[u8]>,
        asks: bool,
    ) -> Option<ServerConfig> {
        let mut config = bare(self.provider.clone(), resolver, asks)?;
        config.alpn_protocols = protocol.map(<[u8]>::to_vec).into_iter().collect();
        config.ticketer = self.tickets.clone();
        // Each costs its making, and one is enough to come back.
        config.send_tls13_tickets = 1;
        Some(config)
    }
}

fn bare(provider: Arc<CryptoProvider>, resolver: Arc<dyn ResolvesServerCert>, asks: bool) -> Option<ServerConfig> {
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().ok()?;
    let verifier = Arc::new(Anybody(provider));
    let builder = if asks { builder.with_client_cert_verifier(verifier) } else { builder.with_no_client_auth() };
    Some(builder.with_cert_resolver(resolver))
}

/// Looks at a client's certificate no further: that one was shown is all that counts.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ClientCertVerifier for Anybody {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Knows no certificate.
#[derive(Debug)]
struct Nobody;

impl ResolvesServerCert for Nobody {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        None
    }
}
