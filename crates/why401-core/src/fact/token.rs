//! A token that was seen, and what is expected of it.

use serde_json::{Map, Value};

use super::{Fact, Origin, Seen};
use crate::secret::Secret;

/// A short-lived credential that says of itself for whom and until when it is good: a JSON Web Token in a request or in
/// somebody's hand, or a signature with times in its parameters. Times in seconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct Token {
    /// The token as it is; empty where only its times are known.
    pub text: Secret,
    /// Its header.
    pub header: Map<String, Value>,
    /// Its claims, as it says them or as its issuer does.
    pub claims: Map<String, Value>,
    /// `exp`.
    pub expires: Option<i64>,
    /// `nbf`.
    pub not_before: Option<i64>,
    /// `iat`.
    pub issued: Option<i64>,
    /// The time at which it was judged, or is.
    pub judged: Option<i64>,
    /// Whose time that is.
    pub by: Clock,
    /// Whether no signature stands behind it.
    pub is_unsigned: bool,
    /// Whether it is an ID token, which tells a client who logged in.
    pub is_identity: bool,
}

/// Whose time a token was held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The `Date` of the answer that refuses it.
    #[default]
    Answer,
    /// This machine's.
    ThisMachine,
    /// That of a server which was asked for something else.
    Server(String),
    /// The user's.
    Given,
}

/// Seconds by which clocks differ without anybody refusing.
pub const LEEWAY: i64 = 5;

impl Token {
    /// Seconds that have passed since its end, at the time that it is held against.
    pub fn late(&self) -> Option<i64> {
        self.judged?.checked_sub(self.expires?).filter(|late| *late >= 0)
    }

    /// Seconds until the time `claimed`, one of its own, where that lies ahead by more than clocks differ.
    pub fn early(&self, claimed: Option<i64>) -> Option<i64> {
        claimed?.checked_sub(self.judged?).filter(|early| *early > LEEWAY)
    }

    /// Whether its time is over or has not begun.
    pub fn is_out_of_time(&self) -> bool {
        self.late().is_some() || self.early(self.not_before).is_some()
    }

    /// The texts of a claim that is a text or a list of texts, such as `aud`.
    pub fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// Keys that somebody hands over to verify a token with, as their text.
#[derive(Clone, Debug)]
pub struct Keys {
    /// JWK, key set, PEM, or a secret.
    pub text: Secret,
    /// Whether it is a shared secret by what the user says of it.
    pub is_secret: bool,
    /// What people call it: the file, the variable, the address.
    pub name: String,
}

/// What a token must satisfy, besides `aud` and `iss`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// An algorithm that is allowed; where several are named, one of them.
    Algorithm(String),
    /// A scope, role or permission.
    Scope(String),
    /// A token that says what it is good for: no opaque one.
    Readable,
}

/// What the issuer says of a token (RFC 7662).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspected {
    /// Whether it is good.
    pub is_active: bool,
    /// What it says of the token besides, by the names of claims.
    pub claims: Map<String, Value>,
    /// Who says so.
    pub by: String,
}

impl Introspected {
    /// The fact that somebody says so.
    pub fn fact(self) -> Fact {
        Fact { origin: Origin::Host(self.by.clone()), span: 0..0, seen: Seen::Introspected(self) }
    }
}
