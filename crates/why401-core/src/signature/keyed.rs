//! Keyed hashes (RFC 2104), and the encodings in which people write what comes out of them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

pub use super::schema::{Hash, Written};

impl Hash {
    /// Every one, the usual first.
    pub const ALL: [Self; 4] = [Self::Sha256, Self::Sha1, Self::Sha512, Self::Sha384];

    /// The hash of `text` under `key`.
    pub fn mac(self, key: &[u8], text: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => mac::<Hmac<Sha1>>(key, text),
            Self::Sha256 => mac::<Hmac<Sha256>>(key, text),
            Self::Sha384 => mac::<Hmac<Sha384>>(key, text),
            Self::Sha512 => mac::<Hmac<Sha512>>(key, text),
        }
    }

    /// Whether `given` is the hash of `text` under `key`, in a time that does not tell how much of it is right.
    pub fn fits(self, key: &[u8], text: &[u8], given: &[u8]) -> bool {
        match self {
            Self::Sha1 => fits::<Hmac<Sha1>>(key, text, given),
            Self::Sha256 => fits::<Hmac<Sha256>>(key, text, given),
            Self::Sha384 => fits::<Hmac<Sha384>>(key, text, given),
            Self::Sha512 => fits::<Hmac<Sha512>>(key, text, given),
        }
    }

    /// The hash of `text` without a key.
    pub fn digest(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(text).to_vec(),
            Self::Sha256 => Sha256::digest(text).to_vec(),
            Self::Sha384 => Sha384::digest(text).to_vec(),
            Self::Sha512 => Sha512::digest(text).to_vec(),
        }
    }

    /// How many bytes it has.
    pub fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// How people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "HMAC-SHA1",
            Self::Sha256 => "HMAC-SHA256",
            Self::Sha384 => "HMAC-SHA384",
            Self::Sha512 => "HMAC-SHA512",
        }
    }
}

fn mac<M: Mac + hmac::digest::KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A keyed hash takes a key of any length.
    let Ok(mut mac) = <M as hmac::digest::KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn fits<M: Mac + hmac::digest::KeyInit>(key: &[u8], text: &[u8], given: &[u8]) -> bool {
    let Ok(mut mac) = <M as hmac::digest::KeyInit>::new_from_slice(key) else { return false };
    mac.update(text);
    mac.verify_slice(given).is_ok()
}

impl Written {
    /// How people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hex => "hexadecimal",
            Self::Base64 => "base64",
        }
    }

    /// The bytes that `text` stands for, written exactly so.
    pub fn read(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex(text),
            Self::Base64 => STANDARD.decode(text).ok(),
        }
    }

    /// `bytes` as text.
    pub fn write(self, bytes: &[u8]) -> String {
        match self {
            Self::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Self::Base64 => STANDARD.encode(bytes),
        }
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// The bytes of a text in base64 of any kind: with or without its end, of either alphabet.
pub fn base64_of_any_kind(text: &str) -> Option<Vec<u8>> {
    [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].iter().find_map(|engine| engine.decode(text).ok())
}

/// The beginning of a signature, which is all that is shown of one.
pub fn cut(signature: &str) -> String {
    let shown: String = signature.chars().filter(|c| c.is_ascii_graphic()).take(6).collect();
    format!("{shown}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        // RFC 4231 case 2, RFC 2202 case 2.
        let (key, text) = (b"Jefe", b"what do ya want for nothing?");
        for (hash, expected) in [
            (Hash::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (Hash::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                Hash::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ] {
            let mac = hash.mac(key, text);
            assert_eq!(Written::Hex.write(&mac), expected);
            assert_eq!(mac.len(), hash.size());
            assert!(hash.fits(key, text, &mac) && !hash.fits(key, text, &mac[1..]) && !hash.fits(b"jefe", text, &mac));
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(Written::Hex.read("0aFf"), Some(vec![10, 255]));
        assert_eq!(Written::Hex.read("é0a"), None);
        assert_eq!(Written::Hex.read("0"), None);
        assert_eq!(Written::Base64.read("AQ=="), Some(vec![1]));
        assert_eq!(Written::Base64.read("AQ"), None);
        assert_eq!(base64_of_any_kind("-_8"), Some(vec![251, 255]));
        assert_eq!(cut("abcdefgh"), "abcdef…");
    }
}
