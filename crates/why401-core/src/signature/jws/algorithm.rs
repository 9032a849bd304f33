//! The algorithms of JWS by their names.

use crate::read::key::{Curve, Key, Material};

/// A hash function of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// An algorithm that signs tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// A keyed hash with a shared secret.
    Hs(Hash),
    /// RSA, PKCS#1 v1.5.
    Rs(Hash),
    /// RSA, PSS.
    Ps(Hash),
    /// ECDSA on this curve, with the hash that belongs to it.
    Es(Curve),
    /// EdDSA.
    Ed,
}

impl Algorithm {
    /// Every one with its name.
    pub const ALL: [(&'static str, Self); 15] = [
        ("HS256", Self::Hs(Hash::Sha256)),
        ("HS384", Self::Hs(Hash::Sha384)),
        ("HS512", Self::Hs(Hash::Sha512)),
        ("RS256", Self::Rs(Hash::Sha256)),
        ("RS384", Self::Rs(Hash::Sha384)),
        ("RS512", Self::Rs(Hash::Sha512)),
        ("PS256", Self::Ps(Hash::Sha256)),
        ("PS384", Self::Ps(Hash::Sha384)),
        ("PS512", Self::Ps(Hash::Sha512)),
        ("ES256", Self::Es(Curve::P256)),
        ("ES384", Self::Es(Curve::P384)),
        ("ES512", Self::Es(Curve::P521)),
        ("ES256K", Self::Es(Curve::K256)),
        ("EdDSA", Self::Ed),
        ("Ed25519", Self::Ed),
    ];

    /// The one with this name; letter case counts (RFC 7515, section 4.1.1).
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, algorithm)| *algorithm)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, algorithm)| *algorithm == self).map_or("", |(name, _)| name)
    }

    /// Whether it uses one secret on both sides.
    pub fn is_shared(self) -> bool {
        matches!(self, Self::Hs(_))
    }

    /// The kind of key that it takes, in words.
    pub fn wants(self) -> String {
        match self {
            Self::Hs(_) => "a shared secret".to_owned(),
            Self::Rs(_) | Self::Ps(_) => "an RSA key".to_owned(),
            Self::Es(curve) => format!("an EC key on {}", curve.name()),
            Self::Ed => "an Ed25519 key".to_owned(),
        }
    }

    /// Whether a key is of the kind that it takes.
    pub fn takes(self, key: &Key) -> bool {
        match (self, &key.material) {
            (Self::Hs(_), Material::Octets(_)) | (Self::Rs(_) | Self::Ps(_), Material::Rsa { .. }) => true,
            (Self::Es(own), Material::Ec { curve, .. }) => own == *curve,
            (Self::Ed, Material::Okp { curve, .. }) => *curve == "Ed25519" || *curve == "Ed448",
            _ => false,
        }
    }
}
