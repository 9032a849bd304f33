//! The signature of a token in compact form (RFC 7515, RFC 7518, RFC 8037, RFC 8812): whether it fits, and why it does not.

mod algorithm;
mod secret;
mod unfit;
mod verify;

pub use self::algorithm::Algorithm;
pub use self::unfit::{Unfit, explain};
pub use self::verify::{Failure, verify};

use serde_json::{Map, Value};

use crate::read::key::Key;
use crate::read::token::base64url;
use crate::secret::Secret;

/// A token as its signature sees it.
#[derive(Clone, Debug)]
pub struct Signed<'t> {
    /// What was signed: header and payload as they were sent.
    pub input: &'t [u8],
    /// The signature.
    pub signature: Vec<u8>,
    /// `alg`, as it is written.
    pub algorithm: &'t str,
    /// `kid`.
    pub id: Option<&'t str>,
}

impl<'t> Signed<'t> {
    /// Of a token with this header; `None` where its signature cannot be read.
    pub fn of(text: &'t str, header: &'t Map<String, Value>) -> Option<Self> {
        let (input, signature) = text.rsplit_once('.')?;
        Some(Self {
            input: input.as_bytes(),
            signature: base64url::lenient(signature)?,
            algorithm: header.get("alg").and_then(Value::as_str).unwrap_or_default(),
            id: header.get("kid").and_then(Value::as_str),
        })
    }

    /// Whether nothing was signed: `alg` is `none`, or no signature is there.
    pub fn is_unsigned(&self) -> bool {
        self.signature.is_empty() || self.algorithm.eq_ignore_ascii_case("none")
    }
}

/// What somebody hands over to verify with.
#[derive(Clone, Debug)]
pub enum Handed {
    /// A shared secret, as the program gets it.
    Secret(Secret),
    /// Keys of pairs, or a set of keys.
    Keys {
        /// The keys.
        keys: Vec<Key>,
        /// Their text, which some take for a shared secret.
        text: Secret,
        /// Whether they came as a set, in which `kid` chooses.
        is_set: bool,
    },
}

/// The key by which the signature fits; why none does otherwise.
pub fn examine(signed: &Signed<'_>, handed: &Handed) -> Result<String, Unfit> {
    let known = Algorithm::of(signed.algorithm);
    match handed {
        Handed::Secret(value) => {
            let key = Key::of_secret(value.clone());
            let fits = known.is_some_and(|algorithm| verify(algorithm, &key, signed).is_ok());
            match known.filter(|_| fits) {
                Some(algorithm) => Ok(format!("{key}{}", secret::short(algorithm, value))),
                None => Err(secret::explain(signed, known, value)),
            }
        }
        Handed::Keys { keys, text, is_set } => {
            let Some(algorithm) = known else { return Err(unfit::unknown(signed)) };
            let is_meant =
                |key: &&Key| !*is_set || signed.id.is_none() || key.id.is_none() || key.id.as_deref() == signed.id;
            let named = |key: &&Key| signed.id.is_none() || key.id.is_none() || key.id.as_deref() == signed.id;
            let fitting = keys.iter().filter(is_meant).find(|key| {
                !key.is_for_encryption
                    && key
                        .algorithm
                        .as_deref()
                        .is_none_or(|own| own == signed.algorithm || is_kin(own, signed.algorithm))
                    && verify(algorithm, key, signed).is_ok()
            });
            match fitting {
                Some(key) => Ok(key.to_string()),
                None => Err(explain(signed, algorithm, keys, text, *is_set && keys.iter().any(|key| !named(&key)))),
            }
        }
    }
}

/// Two names of one algorithm (RFC 9864).
fn is_kin(one: &str, other: &str) -> bool {
    let names = ["EdDSA", "Ed25519"];
    names.contains(&one) && names.contains(&other)
}
