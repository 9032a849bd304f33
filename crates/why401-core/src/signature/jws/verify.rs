//! One signature, one key, one algorithm.

use ring::signature::{self as rs, RsaPublicKeyComponents, UnparsedPublicKey};
use ring::{hmac, signature::VerificationAlgorithm};

use super::Signed;
use super::algorithm::{Algorithm, Hash};
use crate::read::key::{Curve, Key, Material};

/// Why a signature does not fit a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The algorithm does not take such a key.
    WrongKey,
    /// The key itself is broken: a point that is not on the curve, an even modulus.
    BrokenKey,
    /// RSA below 2048 bits (RFC 7518, section 3.3), and whether it fits all the same.
    Short {
        /// Whether it fits.
        fits: bool,
    },
    /// Nothing here computes it: Ed448, RSA above 8192 bits.
    NotComputed,
    /// The signature has another length than those of the algorithm.
    Length {
        /// What it should be, in bytes.
        wanted: usize,
    },
    /// It does not fit.
    Differs,
}

/// Whether the signature fits. A shared secret is compared in constant time.
pub fn verify(algorithm: Algorithm, key: &Key, signed: &Signed<'_>) -> Result<(), Failure> {
    let (input, signature) = (signed.input, signed.signature.as_slice());
    match (algorithm, &key.material) {
        (Algorithm::Hs(hash), Material::Octets(secret)) => {
            let key = hmac::Key::new(keyed(hash), secret.expose());
            hmac::verify(&key, input, signature).map_err(|_| Failure::Differs)
        }
        (Algorithm::Rs(_) | Algorithm::Ps(_), Material::Rsa { n, e }) => rsa(algorithm, key, (n, e), input, signature),
        (Algorithm::Es(own), Material::Ec { curve, point }) if own == *curve => ecdsa(own, point, input, signature),
        (Algorithm::Ed, Material::Okp { curve: "Ed25519", x }) => {
            if x.len() != 32 {
                return Err(Failure::BrokenKey);
            }
            length(signature, 64)?;
            asked(&rs::ED25519, x, input, signature)
        }
        (Algorithm::Ed, Material::Okp { curve: "Ed448", .. }) => Err(Failure::NotComputed),
        _ => Err(Failure::WrongKey),
    }
}

fn keyed(hash: Hash) -> hmac::Algorithm {
    match hash {
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    }
}

fn asked(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    input: &[u8],
    signature: &[u8],
) -> Result<(), Failure> {
    UnparsedPublicKey::new(algorithm, key).verify(input, signature).map_err(|_| Failure::Differs)
}

fn length(signature: &[u8], wanted: usize) -> Result<(), Failure> {
    if signature.len() == wanted { Ok(()) } else { Err(Failure::Length { wanted }) }
}

fn rsa(algorithm: Algorithm, key: &Key, (n, e): (&[u8], &[u8]), input: &[u8], signature: &[u8]) -> Result<(), Failure> {
    let bits = key.bits().unwrap_or_default();
    let usual = match algorithm {
        Algorithm::Rs(Hash::Sha256) => &rs::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs(Hash::Sha384) => &rs::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs(Hash::Sha512) => &rs::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps(Hash::Sha256) => &rs::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps(Hash::Sha384) => &rs::RSA_PSS_2048_8192_SHA384,
        _ => &rs::RSA_PSS_2048_8192_SHA512,
    };
    let components = RsaPublicKeyComponents { n, e };
    if bits < 2048 {
        let old = match algorithm {
            Algorithm::Rs(Hash::Sha256) => Some(&rs::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
            Algorithm::Rs(Hash::Sha512) => Some(&rs::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
            _ => None,
        };
        return Err(Failure::Short { fits: old.is_some_and(|old| components.verify(old, input, signature).is_ok()) });
    }
    if bits > 8192 {
        return Err(Failure::NotComputed);
    }
    length(signature, bits.div_ceil(8))?;
    components.verify(usual, input, signature).map_err(|_| Failure::Differs)
}

fn ecdsa(curve: Curve, point: &[u8], input: &[u8], signature: &[u8]) -> Result<(), Failure> {
    length(signature, 2 * curve.size())?;
    match curve {
        Curve::P256 => asked(&rs::ECDSA_P256_SHA256_FIXED, point, input, signature),
        Curve::P384 => asked(&rs::ECDSA_P384_SHA384_FIXED, point, input, signature),
        Curve::P521 => {
            use p521::ecdsa::signature::Verifier;
            let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| Failure::BrokenKey)?;
            let signature = p521::ecdsa::Signature::from_slice(signature).map_err(|_| Failure::Differs)?;
            key.verify(input, &signature).map_err(|_| Failure::Differs)
        }
        Curve::K256 => {
            use k256::ecdsa::signature::Verifier;
            let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| Failure::BrokenKey)?;
            let signature = k256::ecdsa::Signature::from_slice(signature).map_err(|_| Failure::Differs)?;
            // The crate wants the lower of the two values of s, as coins do; tokens may have either (RFC 8812).
            let signature = signature.normalize_s().unwrap_or(signature);
            key.verify(input, &signature).map_err(|_| Failure::Differs)
        }
    }
}

/// r and s side by side, of a signature in DER; `None` where it is none.
pub(super) fn from_der(curve: Curve, signature: &[u8]) -> Option<Vec<u8>> {
    let integer = |bytes: &[u8]| -> Option<(Vec<u8>, Vec<u8>)> {
        let [0x02, length, rest @ ..] = bytes else { return None };
        let (number, rest) = rest.split_at_checked(usize::from(*length))?;
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = number.get(zeros..)?;
        let missing = curve.size().checked_sub(number.len())?;
        Some(([&vec![0; missing], number].concat(), rest.to_vec()))
    };
    let inside = match signature {
        [0x30, 0x81, length, rest @ ..] | [0x30, length, rest @ ..] if rest.len() == usize::from(*length) => rest,
        _ => return None,
    };
    let (r, rest) = integer(inside)?;
    let (s, rest) = integer(&rest)?;
    rest.is_empty().then(|| [r, s].concat())
}
