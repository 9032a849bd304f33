//! The schema of `webhooks.toml` and `markets.toml`: who signs messages with a keyed hash, and how. Data only; also read by `build.rs`.

use serde::{Deserialize, Serialize};

/// Those who call back: `webhooks.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Senders {
    /// All of them; where two have the same header, the one that wants another header beside it stands first.
    pub sender: Vec<Sender>,
}

/// Trading platforms: `markets.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Markets {
    /// All of them.
    pub market: Vec<Market>,
}

/// What is hashed, and with what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The hash under the key.
    pub hash: Hash,
    /// How the signature is written.
    pub written: Written,
    /// What of the secret is the key.
    #[serde(default)]
    pub secret: SecretAs,
    /// The pieces that are signed, in their order.
    pub signs: Vec<Piece>,
    /// What stands between them.
    #[serde(default)]
    pub joined: String,
}

/// The hash under the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// Two hexadecimal digits a byte.
    Hex,
    /// Base64 (RFC 4648).
    Base64,
}

/// What of the secret is the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretAs {
    /// The bytes of its text, a prefix included.
    #[default]
    Text,
    /// What its base64 stands for, a prefix taken off.
    Base64,
}

/// A piece of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// The version of the scheme, as the sender writes it.
    Version,
    /// The time at which it was sent, as it was written.
    Timestamp,
    /// The message's own name.
    Id,
    /// The method.
    Method,
    /// The whole address.
    Url,
    /// The path.
    Path,
    /// The path, and the query with its `?`.
    PathAndQuery,
    /// The query without the signature.
    Query,
    /// The body.
    Body,
    /// Names and values of a form, sorted by name and without anything between.
    Parameters,
    /// SHA-256 of the nonce and the body.
    NonceAndBody,
}

/// Someone who signs what it sends to a server of yours.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// Stable identifier, such as `stripe`.
    pub slug: String,
    /// The name its users say.
    pub name: String,
    /// The page that tells how it signs.
    pub docs: String,
    /// The header with the signature.
    pub header: String,
    /// Another header that stands beside it.
    #[serde(default)]
    pub beside: Option<String>,
    /// How signatures stand in the header.
    #[serde(default)]
    pub layout: Layout,
    /// What stands before a signature: `sha256=`; the scheme of pairs and lists: `v1`.
    #[serde(default)]
    pub before: String,
    /// What stands between pairs.
    #[serde(default = "comma")]
    pub between: char,
    /// The name of the time among pairs.
    #[serde(default = "t")]
    pub time: String,
    /// The header with the time, where one has it.
    #[serde(default)]
    pub time_header: Option<String>,
    /// Whether that time is in milliseconds.
    #[serde(default)]
    pub millis: bool,
    /// The header with the message's name.
    #[serde(default)]
    pub id_header: Option<String>,
    /// How old a message may be, in seconds; none where the time is not judged.
    #[serde(default)]
    pub tolerance: Option<u64>,
    /// How each of its secrets begins.
    #[serde(default)]
    pub prefix: String,
    /// The version that is signed.
    #[serde(default)]
    pub version: String,
    /// Variables that usually hold the secret.
    #[serde(default)]
    pub variables: Vec<String>,
    /// What is signed.
    pub rule: Rule,
}

/// How signatures stand in a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// One, alone or behind what stands before it.
    #[default]
    One,
    /// `t=1700000000,v1=abc,v1=def`.
    Pairs,
    /// `v1,abc v1,def`.
    List,
}

fn comma() -> char {
    ','
}

fn t() -> String {
    "t".to_owned()
}

/// A trading platform whose requests are signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// Stable identifier.
    pub slug: String,
    /// The service, by its slug among the providers.
    pub provider: String,
    /// The name its users say.
    pub name: String,
    /// The page that tells how requests are signed.
    pub docs: String,
    /// The header with the key's name.
    pub key: String,
    /// The header with the signature, where a header has it.
    #[serde(default)]
    pub header: Option<String>,
    /// The parameter with the signature, where a parameter has it.
    #[serde(default)]
    pub parameter: Option<String>,
    /// The header with the time.
    #[serde(default)]
    pub time_header: Option<String>,
    /// The parameter with the time.
    #[serde(default)]
    pub time_parameter: Option<String>,
    /// The parameter of the body that rises with each request.
    #[serde(default)]
    pub nonce: Option<String>,
    /// How the time is written.
    #[serde(default)]
    pub unit: Unit,
    /// How far the time may be off, in seconds.
    #[serde(default)]
    pub tolerance: Option<u64>,
    /// The parameter that says how far it may be off instead, in milliseconds.
    #[serde(default)]
    pub window: Option<String>,
    /// Further headers without which no request is taken.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Hosts that it answers at.
    pub hosts: Vec<String>,
    /// Variables that usually hold the secret.
    #[serde(default)]
    pub variables: Vec<String>,
    /// What is signed.
    pub rule: Rule,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Seconds since 1970.
    #[default]
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// ISO 8601.
    Iso,
}
