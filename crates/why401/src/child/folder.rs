//! The private folder of a run: what runtimes read to be led and to trust. No secret lies in it, and it is gone with the run.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use why401_core::loader::Environment;
use why401_core::secret::Secret;

use super::environment::{BUNDLES, EXTRAS};
use super::keystore;
use crate::world::{self, Error};

/// A file of certificates may be so large.
const LIMIT: u64 = 8 << 20;

const PRELOAD: &str = include_str!("preload.cjs");
const SITE: &str = include_str!("sitecustomize.py");

/// A folder that only its owner can read, and that goes when it is dropped.
#[derive(Debug)]
pub struct Folder {
    folder: tempfile::TempDir,
    /// Whether wget is told by a file of its own whom to trust.
    pub has_wgetrc: bool,
}

impl Folder {
    /// Makes it, empty.
    pub fn new() -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("why401-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        Ok(Self { folder: builder.tempdir().map_err(failed)?, has_wgetrc: false })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the certificates that the environment trusts besides those of the system, for the way on to the hosts; `None`
    /// where there are none.
    pub fn trusted(&self, own: &Environment) -> Result<Option<String>, Error> {
        let extra = extra(own);
        if extra.is_empty() {
            return Ok(None);
        }
        let path = self.path().join("trusted.pem");
        fs::write(&path, pem(&extra)).map_err(failed)?;
        Ok(path.to_str().map(str::to_owned))
    }

    /// Writes what runtimes read, with the certificate of this run's authority.
    pub fn fill(&mut self, own: &Environment, authority: &str) -> Result<(), Error> {
        let mut ours = extra(own);
        ours.extend(CertificateDer::pem_slice_iter(authority.as_bytes()).flatten().map(|der| der.to_vec()));
        let mut all: Vec<Vec<u8>> =
            rustls_native_certs::load_native_certs().certs.into_iter().map(|der| der.to_vec()).collect();
        all.extend(ours.iter().cloned());
        let folder = self.path().to_owned();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).map_err(failed);
        write("ca.pem", authority.as_bytes())?;
        write("extra.pem", pem(&ours).as_bytes())?;
        write("bundle.pem", pem(&all).as_bytes())?;
        write("trust.jks", &keystore::written(all.iter().map(Vec::as_slice)))?;
        write("preload.cjs", PRELOAD.as_bytes())?;
        for name in ["python", "php"] {
            fs::create_dir(folder.join(name)).map_err(failed)?;
        }
        write("python/sitecustomize.py", SITE.as_bytes())?;
        let bundle = folder.join("bundle.pem");
        let bundle = bundle.display();
        write("php/why401.ini", format!("curl.cainfo=\"{bundle}\"\nopenssl.cafile=\"{bundle}\"\n").as_bytes())?;
        // There is no way to add to a file that the user has, but to copy it, passwords and all.
        let home = own.get("HOME").and_then(Secret::expose_str).map(|home| Path::new(home).join(".wgetrc"));
        self.has_wgetrc = !own.contains_key("WGETRC") && !home.is_some_and(|path| path.exists());
        if self.has_wgetrc {
            write("wgetrc", format!("ca_certificate = {bundle}\n").as_bytes())?;
        }
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn failed(why: std::io::Error) -> Error {
    Error::new(format!("the folder with this run's certificate could not be written: {why}"))
}

/// The certificates (DER) of the files that the environment names; those of the system are read elsewhere.
fn extra(own: &Environment) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let names = BUNDLES.iter().chain(EXTRAS).filter(|name| **name != "SSL_CERT_FILE");
    for path in names.filter_map(|name| own.get(*name)?.expose_str()) {
        let Ok(bytes) = world::read(Path::new(path), LIMIT) else { continue };
        for der in CertificateDer::pem_slice_iter(&bytes).flatten() {
            if !found.iter().any(|other| **other == *der) {
                found.push(der.to_vec());
            }
        }
    }
    found
}

fn pem(certificates: &[Vec<u8>]) -> String {
    let mut text = String::new();
    for der in certificates {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let encoded = STANDARD.encode(der);
        for start in (0..encoded.len()).step_by(64) {
            text.push_str(&encoded[start..encoded.len().min(start + 64)]);
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}
