//! The key of an account: base64 of 64 bytes, alone or in a connection string, and what becomes of it on its way.

use crate::secret::Secret;
use crate::signature::fault::{At, Candidate, Fault, Sure};
use crate::signature::keyed::{Written, base64_of_any_kind};
use crate::url::decoded;

/// A way to read a candidate as a key.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The bytes of the key.
    pub key: Secret,
    /// Why a client that reads it so is wrong; `None` where that is the right way.
    pub slip: Option<KeySlip>,
}

/// What is wrong with a key, or with how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySlip {
    /// Its base64 was not taken off.
    NotDecoded,
    /// Blanks or line breaks cling to it.
    Blanks,
    /// Quotes are part of it.
    Quotes,
    /// It is percent-encoded.
    Percent,
    /// A plus became a blank.
    Plus,
    /// Its end, `==`, is missing.
    End,
}

/// The account's name in a connection string.
pub fn account_of(text: &str) -> Option<&str> {
    field(text, "AccountName")
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
    let text = field(whole, "AccountKey").unwrap_or(whole);
    let mut found: Vec<Reading> = Vec::new();
    let mut add = |key: Option<Vec<u8>>, slip: Option<KeySlip>| {
        let Some(key) = key.filter(|key| !key.is_empty()) else { return };
        if !found.iter().any(|own| own.key.expose() == key) {
            found.push(Reading { key: Secret::new(key), slip });
        }
    };
    let strict = |text: &str| Written::Base64.read(text);
    add(strict(text), None);
    add(strict(text.trim()), Some(KeySlip::Blanks));
    add(strict(text.trim().trim_matches(['"', '\''])), Some(KeySlip::Quotes));
    add(strict(&text.replace(' ', "+")), Some(KeySlip::Plus));
    if text.contains('%') {
        add(String::from_utf8(decoded(text)).ok().and_then(|text| strict(&text)), Some(KeySlip::Percent));
    }
    add(base64_of_any_kind(text.trim()), Some(KeySlip::End));
    add(Some(text.as_bytes().to_vec()), Some(KeySlip::NotDecoded));
    add(Some(text.trim().as_bytes().to_vec()), Some(KeySlip::NotDecoded));
    found
}

impl KeySlip {
    /// What is wrong with the key in the variable `name`.
    pub fn fault(self, name: &str) -> Fault {
        let (cause, at, title, why, remedy) = match self {
            Self::NotDecoded => (
                "signature/secret",
                At::Sent,
                format!("the text of {name} signed, and not the bytes that its base64 stands for"),
                "The account key is base64; the key of the hash is what it decodes to.",
                "Decode it first: `base64.b64decode(key)`, `Buffer.from(key, \"base64\")`.",
            ),
            Self::Blanks => (
                "key/whitespace",
                At::Written,
                format!("a blank or line break clings to {name}"),
                "With it the value is no base64, and clients take other bytes for the key.",
                "Take the blanks away where it is set.",
            ),
            Self::Quotes => (
                "key/quoted",
                At::Written,
                format!("quotes are part of {name}"),
                "With them the value is no base64, and clients take other bytes for the key.",
                "Take the quotes away where it is set.",
            ),
            Self::Percent => (
                "key/encoded",
                At::Written,
                format!("{name} is percent-encoded"),
                "`%2B`, `%2F` and `%3D` stand for characters of the key.",
                "Store the key as the portal shows it.",
            ),
            Self::Plus => (
                "key/malformed",
                At::Written,
                format!("{name} has a blank where the key has a plus"),
                "Whatever decoded it as a form made blanks of the plus signs.",
                "Store the key as the portal shows it.",
            ),
            Self::End => (
                "key/malformed",
                At::Written,
                format!("{name} is written in another base64 than the account key, or lacks its `==`"),
                "The account key is 88 characters of base64 and ends with `==`.",
                "Copy the whole key anew.",
            ),
        };
        Fault::proven(cause, at, title).why(why).mend(remedy)
    }
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
        return Some(KeySlip::Blanks.fault(name));
    }
    if text.contains(' ') {
        return Some(KeySlip::Plus.fault(name));
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
