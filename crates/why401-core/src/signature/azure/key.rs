//! The key of an account: base64 of 64 bytes, alone or in a connection string, and what becomes of it on its way.

use crate::secret::Secret;
use crate::signature::fault::{At, Candidate, Fault, Sure};
use crate::signature::keyed::Written;
use crate::signature::reading::{self, KeySlip, Reading};
use crate::signature::schema::SecretAs;

/// The account's name in a connection string.
pub fn account_of(text: &str) -> Option<&str> {
    field(text, "AccountName")
}

/// The account's key in a connection string; the text itself where it is none.
pub fn key_of(text: &str) -> Option<&str> {
    field(text, "AccountKey").or(Some(text))
}

fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.split(';').find_map(|piece| {
        let (own, value) = piece.trim().split_once('=')?;
        own.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The ways to read a candidate, the right one first.
pub fn readings(candidate: &Candidate<'_>) -> Vec<Reading> {
    let Some(whole) = candidate.value.expose_str() else { return Vec::new() };
    reading::readings(field(whole, "AccountKey").unwrap_or(whole), SecretAs::Base64, "")
}

/// What is wrong with the key in the variable `name`.
pub fn fault(slip: KeySlip, name: &str) -> Fault {
    slip.fault(name, "signature/secret", "")
}

/// The same in a sentence, of the key in the variable `name`.
pub fn wrong_key(name: &str, key: &Secret) -> Option<String> {
    plainly_wrong(&Candidate { name, value: key }).map(|fault| fault.title)
}

/// What is plainly wrong with a candidate that should be an account key, whatever it signed.
pub fn plainly_wrong(candidate: &Candidate<'_>) -> Option<Fault> {
    let whole = candidate.value.expose_str()?;
    let text = field(whole, "AccountKey").unwrap_or(whole);
    let name = candidate.name;
    if text.is_empty() {
        return None;
    }
    if text != text.trim() {
        return Some(fault(KeySlip::Blanks, name));
    }
    if text.contains(' ') {
        return Some(fault(KeySlip::Plus, name));
    }
    let cut = |title: String| {
        let why = "The account key is 64 bytes: 88 characters of base64 that end with `==`.";
        Fault::proven("key/malformed", At::Written, title).why(why).mend("Copy the whole key anew.")
    };
    match Written::Base64.read(text) {
        // User delegation keys are shorter, and an emulator takes any.
        Some(key) if key.len() == 64 || key.len() == 32 => None,
        Some(key) => Some(
            cut(format!("{name} is {} bytes in base64, where an account key has 64", key.len())).sure(Sure::Possible),
        ),
        None => {
            let odd = text.chars().position(|c| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')));
            Some(cut(match odd {
                Some(at) => format!("{name} is no base64: its character {} belongs to no such text", at + 1),
                None => {
                    format!("{name} is no whole base64: it has {} characters, and an account key has 88", text.len())
                }
            }))
        }
    }
}
