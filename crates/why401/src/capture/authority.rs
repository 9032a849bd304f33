//! The authority of one run: its key lives in memory only, and it vouches for every host that the child asks for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::ProducesTickets;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};

use crate::world::Error;

/// Clocks of containers and of machines differ.
const BEFORE: Duration = Duration::from_secs(24 * 60 * 60);
/// No run is so long.
const AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);
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

    fn certify(&self, host: &str, key: &KeyPair, provider: &CryptoProvider) -> Option<CertifiedKey> {
        let mut params = dated(CertificateParams::new(vec![host.to_owned()]).ok()?);
        // A common name may have 64 characters; nobody looks at it where there are alternative names.
        params.distinguished_name.push(DnType::CommonName, host.chars().take(64).collect::<String>());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Python 3.13 insists on it.
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(key, &self.issuer).ok()?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        CertifiedKey::from_der(vec![certificate.der().clone()], der, provider).ok()
    }
}

fn dated(mut params: CertificateParams) -> CertificateParams {
    let now = SystemTime::now();
    (params.not_before, params.not_after) = ((now - BEFORE).into(), (now + AFTER).into());
    params
}

/// A host, and the protocol that it chose.
type Named = (String, Option<Vec<u8>>);

/// The side of TLS that the child sees, host by host. All leaves share one key: making keys is what takes time.
pub(super) struct Faces {
    authority: Authority,
    provider: Arc<CryptoProvider>,
    key: KeyPair,
    tickets: Arc<dyn ProducesTickets>,
    known: RefCell<HashMap<Named, Arc<ServerConfig>>>,
}

impl Faces {
    pub(super) fn new(authority: Authority) -> Result<Self, Error> {
        let failed = |why: String| Error::new(format!("no certificate could be made: {why}"));
        Ok(Self {
            authority,
            provider: Arc::new(ring::default_provider()),
            key: KeyPair::generate().map_err(|why| failed(why.to_string()))?,
            tickets: ring::Ticketer::new().map_err(|why| failed(why.to_string()))?,
            known: RefCell::default(),
        })
    }

    /// How to be this host, with the protocol (ALPN) that it chose itself; `None` where no certificate can be for it.
    pub(super) fn of(&self, host: &str, protocol: Option<&[u8]>) -> Option<Arc<ServerConfig>> {
        let key = (host.to_owned(), protocol.map(<[u8]>::to_vec));
        if let Some(known) = self.known.borrow().get(&key) {
            return Some(known.clone());
        }
        let certified = Arc::new(self.authority.certify(host, &self.key, &self.provider)?);
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .ok()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = protocol.map(<[u8]>::to_vec).into_iter().collect();
        config.ticketer = self.tickets.clone();
        // Each costs its making, and one is enough to come back.
        config.send_tls13_tickets = 1;
        let config = Arc::new(config);
        let mut known = self.known.borrow_mut();
        if known.len() >= HOSTS {
            known.clear();
        }
        known.insert(key, config.clone());
        Some(config)
    }
}
