//! Keys that verify signatures, in the forms in which people have them: JWK and key sets (RFC 7517, 7518, 8037), PEM and DER
//! (PKCS#1, PKCS#8, SPKI, SEC 1, X.509 certificates), or the bytes of a shared secret.

mod der;
mod document;
mod jwk;
mod pem;

use std::fmt;

pub use self::document::public_key;

use crate::secret::Secret;

/// A key and what its holder says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it computes with.
    pub material: Material,
    /// `kid` of a JWK.
    pub id: Option<String>,
    /// `alg` of a JWK.
    pub algorithm: Option<String>,
    /// Whether its JWK says that it is for encryption.
    pub is_for_encryption: bool,
    /// Whether the private half came along.
    pub is_private: bool,
    /// The form that it was read from, such as `JWK` or `PKCS#8`.
    pub form: &'static str,
}

/// What a key computes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// A shared secret.
    Octets(Secret),
    /// RSA: modulus and exponent, big-endian, without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The public exponent.
        e: Vec<u8>,
    },
    /// A point on a curve of Weierstrass, uncompressed: 4, x, y.
    Ec {
        /// Which curve.
        curve: Curve,
        /// The point.
        point: Vec<u8>,
    },
    /// An Edwards curve's public key.
    Okp {
        /// `Ed25519`, `Ed448`, `X25519`, `X448`.
        curve: &'static str,
        /// The key.
        x: Vec<u8>,
    },
}

/// A curve by its name in JOSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// secp256k1.
    K256,
}

impl Curve {
    /// Its name in JOSE.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::K256 => "secp256k1",
        }
    }

    /// The length of a coordinate in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::P256 | Self::K256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    fn of(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521, Self::K256].into_iter().find(|curve| curve.name() == name)
    }
}

impl Key {
    fn new(material: Material, form: &'static str) -> Self {
        Self { material, id: None, algorithm: None, is_for_encryption: false, is_private: false, form }
    }

    /// A shared secret of these bytes.
    pub fn of_secret(secret: Secret) -> Self {
        Self::new(Material::Octets(secret), "secret")
    }

    /// How many bits an RSA key has.
    pub fn bits(&self) -> Option<usize> {
        let Material::Rsa { n, .. } = &self.material else { return None };
        let first = n.first()?;
        Some(n.len() * 8 - first.leading_zeros() as usize)
    }
}

impl fmt::Display for Key {
    /// What kind of key it is; nothing of the key itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.material {
            Material::Octets(secret) => write!(f, "a shared secret of {} bytes", secret.len()),
            Material::Rsa { .. } => write!(f, "an RSA key of {} bits", self.bits().unwrap_or_default()),
            Material::Ec { curve, .. } => write!(f, "an EC key on {}", curve.name()),
            Material::Okp { curve, .. } => write!(f, "an {curve} key"),
        }?;
        match &self.id {
            Some(id) => write!(f, " (`kid` `{}`)", id.chars().take(80).collect::<String>()),
            None => Ok(()),
        }
    }
}

/// Keys that were read, and what was left out of a set, in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ring {
    /// The keys.
    pub keys: Vec<Key>,
    /// What could not be read, and what is odd about the form.
    pub notes: Vec<String>,
}

/// The keys of a text: a JWK, a key set, one or more blocks of PEM, or DER in base64; why it has none otherwise.
pub fn keys(bytes: &[u8]) -> Result<Ring, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return match der::any(bytes) {
            Ok(key) => Ok(Ring { keys: vec![key], notes: Vec::new() }),
            Err(why) => Err(format!("it is no text, and {why}")),
        };
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') || text.starts_with('[') {
        jwk::ring(text)
    } else if pem::is_one(text) {
        pem::ring(text)
    } else if let Some(key) = pem::body(text).and_then(|bytes| der::any(&bytes).ok()) {
        let note = "it is the inside of a PEM file without its `-----BEGIN …-----` lines".to_owned();
        Ok(Ring { keys: vec![key], notes: vec![note] })
    } else {
        Err("it is neither a JWK, nor a key set, nor PEM".to_owned())
    }
}

/// Whether a text is a key of a pair, or a set of them, and no shared secret.
pub fn is_key(text: &str) -> bool {
    pem::is_one(text.trim()) || text.trim_start().starts_with('{') && jwk::ring(text.trim()).is_ok()
}

/// The number without the zeros before it.
fn trimmed(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number[zeros..].to_vec()
}
