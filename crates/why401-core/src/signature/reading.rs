//! Readings: the ways in which the text of a secret becomes the key of a hash, the right one and those of everyday accidents.

use super::fault::{At, Fault};
use super::keyed::{Written, base64_of_any_kind};
use super::schema::SecretAs;
use crate::secret::Secret;
use crate::url::decoded;

/// A way to read a secret.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The bytes of the key.
    pub key: Secret,
    /// What is wrong where it is read so; `None` where that is the right way.
    pub slip: Option<KeySlip>,
}

/// What is wrong with a secret, or with how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySlip {
    /// Its base64 was not taken off.
    NotDecoded,
    /// Base64 or hexadecimal was taken off where the text itself is the key.
    Decoded,
    /// Blanks or line breaks cling to it.
    Blanks,
    /// Quotes are part of it.
    Quotes,
    /// It is percent-encoded.
    Percent,
    /// A plus became a blank.
    Plus,
    /// Its base64 lacks its end, or is of another alphabet.
    End,
    /// What each such secret begins with is missing.
    NoPrefix,
    /// What each such secret begins with was taken for a part of the key.
    Prefix,
    /// The whole secret is once more in base64.
    Wrapped,
}

/// The ways to read `text` as a secret, the right one first. `prefix` is how each such secret begins; empty where they have
/// no beginning in common.
pub fn readings(text: &str, secret: SecretAs, prefix: &str) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    let mut add = |key: Option<Vec<u8>>, slip: Option<KeySlip>| {
        let Some(key) = key.filter(|key| !key.is_empty()) else { return };
        if !found.iter().any(|own| own.key.expose() == key) {
            found.push(Reading { key: Secret::new(key), slip });
        }
    };
    let bare = |text: &str| text.strip_prefix(prefix).unwrap_or(text).to_owned();
    let unquoted = |text: &str| text.trim().trim_matches(['"', '\'', '`']).trim().to_owned();
    match secret {
        SecretAs::Text => {
            let plain = |text: &str| Some(text.as_bytes().to_vec());
            add(plain(text), None);
            add(plain(text.trim()), Some(KeySlip::Blanks));
            add(plain(&unquoted(text)), Some(KeySlip::Quotes));
            if !prefix.is_empty() {
                let whole = format!("{prefix}{}", unquoted(text));
                add(plain(&whole).filter(|_| !text.contains(prefix)), Some(KeySlip::NoPrefix));
                add(plain(&bare(text.trim())), Some(KeySlip::Prefix));
            }
            if text.contains('%') {
                add(Some(decoded(text.trim())), Some(KeySlip::Percent));
            }
            add(base64_of_any_kind(&bare(text.trim())), Some(KeySlip::Decoded));
            add(Written::Hex.read(&bare(text.trim())), Some(KeySlip::Decoded));
        }
        SecretAs::Base64 => {
            let strict = |text: &str| Written::Base64.read(&bare(text));
            add(strict(text), None);
            add(strict(text.trim()), Some(KeySlip::Blanks));
            add(strict(&unquoted(text)), Some(KeySlip::Quotes));
            add(strict(&text.replace(' ', "+")), Some(KeySlip::Plus));
            if text.contains('%') {
                add(String::from_utf8(decoded(text)).ok().and_then(|text| strict(&text)), Some(KeySlip::Percent));
            }
            add(base64_of_any_kind(&bare(text.trim())), Some(KeySlip::End));
            if !prefix.is_empty() {
                let whole = Written::Base64.read(text.trim()).and_then(|inner| String::from_utf8(inner).ok());
                add(
                    whole.filter(|inner| inner.starts_with(prefix)).and_then(|inner| strict(&inner)),
                    Some(KeySlip::Wrapped),
                );
            }
            add(Some(bare(text).into_bytes()), Some(KeySlip::NotDecoded));
            add(Some(bare(text.trim()).into_bytes()), Some(KeySlip::NotDecoded));
            add(Some(text.as_bytes().to_vec()), Some(KeySlip::Prefix));
        }
    }
    found
}

impl KeySlip {
    /// What is wrong with the secret in the variable `name`. `cause` is the one for a key that is read the wrong way.
    pub fn fault(self, name: &str, cause: &'static str, prefix: &str) -> Fault {
        let (cause, at, title, why, remedy) = match self {
            Self::NotDecoded => (
                cause,
                At::Sent,
                format!("the text of {name} signed, and not the bytes that its base64 stands for"),
                "The secret is base64; the key of the hash is what it decodes to.".to_owned(),
                "Decode it first: `base64.b64decode(secret)`, `Buffer.from(secret, \"base64\")`.".to_owned(),
            ),
            Self::Decoded => (
                cause,
                At::Sent,
                format!("the bytes that {name} decodes to signed, and not its text"),
                "The key of the hash is the secret's text as it stands.".to_owned(),
                "Take the secret as it is, without decoding it.".to_owned(),
            ),
            Self::Blanks => (
                "key/whitespace",
                At::Written,
                format!("a blank or line break clings to {name}"),
                "It fits without it; with it the key is another.".to_owned(),
                "Take it away where the variable is set.".to_owned(),
            ),
            Self::Quotes => (
                "key/quoted",
                At::Written,
                format!("quotes are part of {name}"),
                "It fits without them; with them the key is another.".to_owned(),
                "Take them away where the variable is set.".to_owned(),
            ),
            Self::Percent => (
                "key/encoded",
                At::Written,
                format!("{name} is percent-encoded"),
                "It fits once it is decoded.".to_owned(),
                "Store the secret as the service shows it.".to_owned(),
            ),
            Self::Wrapped => (
                "key/encoded",
                At::Written,
                format!("{name} is in base64 once more"),
                "It fits once that is taken off; Kubernetes secrets are written so.".to_owned(),
                "Store the secret as the service shows it.".to_owned(),
            ),
            Self::Plus => (
                "key/malformed",
                At::Written,
                format!("{name} has a blank where the secret has a plus"),
                "Whatever decoded it as a form made blanks of the plus signs.".to_owned(),
                "Store the secret as the service shows it.".to_owned(),
            ),
            Self::End => (
                "key/malformed",
                At::Written,
                format!("{name} lacks the end of its base64, or is written in another alphabet"),
                "It fits all the same; strict decoders refuse it or lose bytes.".to_owned(),
                "Copy the whole secret anew.".to_owned(),
            ),
            Self::NoPrefix => (
                "key/malformed",
                At::Written,
                format!("{name} lacks its beginning, {prefix}"),
                "It fits with it: the beginning is a part of the key.".to_owned(),
                "Copy the whole secret anew.".to_owned(),
            ),
            Self::Prefix => (
                cause,
                At::Sent,
                format!("{name} signed otherwise than by rule: its beginning, {prefix}, was taken on or off"),
                "The rule says whether the beginning belongs to the key.".to_owned(),
                "Sign and verify with the service's own library.".to_owned(),
            ),
        };
        Fault::proven(cause, at, title).why(why).mend(remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slips(text: &str, secret: SecretAs, prefix: &str, key: &[u8]) -> Vec<Option<KeySlip>> {
        let all = readings(text, secret, prefix).into_iter();
        all.filter(|reading| reading.key.expose() == key).map(|reading| reading.slip).collect()
    }

    #[test]
    fn each_accident() {
        use KeySlip::*;
        use SecretAs::{Base64, Text};
        for (text, secret, prefix, key, slip) in [
            ("abc", Text, "", &b"abc"[..], None),
            ("abc\n", Text, "", b"abc", Some(Blanks)),
            ("'abc'", Text, "", b"abc", Some(Quotes)),
            ("abc", Text, "whsec_", b"whsec_abc", Some(NoPrefix)),
            ("whsec_abc", Text, "whsec_", b"abc", Some(Prefix)),
            ("a%2Bc", Text, "", b"a+c", Some(Percent)),
            ("YWJj", Text, "", b"abc", Some(Decoded)),
            ("YWJj", Base64, "", b"abc", None),
            ("whsec_YWJj", Base64, "whsec_", b"abc", None),
            ("whsec_YWJj ", Base64, "whsec_", b"abc", Some(Blanks)),
            ("YWI", Base64, "", b"ab", Some(End)),
            ("YWJj", Base64, "", b"YWJj", Some(NotDecoded)),
            ("whsec_YWJj", Base64, "whsec_", b"YWJj", Some(NotDecoded)),
            ("whsec_YWJj", Base64, "whsec_", b"whsec_YWJj", Some(Prefix)),
        ] {
            assert_eq!(slips(text, secret, prefix, key), [slip], "{text}");
        }
        assert!(readings("", Text, "").is_empty());
    }
}
