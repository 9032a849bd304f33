//! Tokens: which kind a text is, what it says of itself, and where it is broken. Nobody's signature is checked here.

pub mod base64url;
pub mod issuer;
pub mod jwt;
mod object;
pub mod wrapped;

use serde_json::{Map, Value};

use self::base64url::decode;
use self::jwt::Jwt;
use self::object::object;

/// What a text is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A signed token in compact form, or an unsecured one (RFC 7515, RFC 7519).
    Signed(Jwt),
    /// An encrypted one (RFC 7516): only its header can be read without a key.
    Encrypted(Map<String, Value>),
    /// A signed one with claims that its holder may leave out (RFC 9901).
    Selective {
        /// The token before the first `~`.
        jwt: Jwt,
        /// The claims that were laid open beside it.
        disclosed: Vec<(String, Value)>,
        /// Whether a proof of who holds it follows.
        is_bound: bool,
    },
    /// PASETO: version and purpose, such as `v4.public`.
    Paseto(String),
    /// It was meant to be a signed token, and cannot be read.
    Broken(Flaw),
    /// Anything else: only its issuer knows what it means.
    Opaque,
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Which character, counted from 1.
    pub at: usize,
    /// A sentence without a full stop.
    pub what: String,
    /// Whether some readers take it all the same.
    pub is_forgiven: bool,
}

impl Flaw {
    fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), is_forgiven: false }
    }
}

/// What the text is, with nothing around it: [`wrapped::bare`] takes that off.
pub fn kind(text: &str) -> Kind {
    if let Some(version) = paseto(text) {
        return Kind::Paseto(version.to_owned());
    }
    let looks = text.starts_with("eyJ") || text.starts_with("ewog") || text.starts_with("ewo") || has_header(text);
    if !looks {
        return Kind::Opaque;
    }
    if let Some((token, rest)) = text.split_once('~') {
        return selective(token, rest);
    }
    if text.bytes().filter(|byte| *byte == b'.').count() == 4 {
        return match part(text, 0, "header").and_then(|bytes| object(&bytes, "header", 0)) {
            Ok((header, _)) => Kind::Encrypted(header),
            Err(flaw) => Kind::Broken(flaw),
        };
    }
    match signed(text) {
        Ok((jwt, _)) => Kind::Signed(jwt),
        Err(flaw) => Kind::Broken(flaw),
    }
}

/// Version and purpose of a PASETO, such as `v4.public`.
fn paseto(text: &str) -> Option<&str> {
    let version = text.strip_prefix('v')?.get(..1).filter(|version| ["1", "2", "3", "4"].contains(version))?;
    let purpose = ["local", "public"].into_iter().find(|purpose| {
        let rest = text[1 + version.len()..].strip_prefix('.').and_then(|rest| rest.strip_prefix(purpose));
        rest.is_some_and(|rest| rest.starts_with('.'))
    })?;
    text.get(..1 + version.len() + 1 + purpose.len())
}

/// A signed token, read as strictly as the strictest reader does; the flaws that lenient ones forgive are beside it.
pub fn signed(text: &str) -> Result<(Jwt, Vec<Flaw>), Flaw> {
    let dots: Vec<usize> = text.match_indices('.').map(|(at, _)| at).collect();
    if dots.len() != 2 {
        let at = dots.get(2).map_or(text.chars().count(), |at| text[..*at].chars().count() + 1);
        let count = dots.len() + 1;
        let parts = if count == 1 { "part" } else { "parts" };
        // What stands there in place of base64url is said first: a blank or a mask cuts tokens too.
        let odd = text.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && !"-_.=+/".contains(*c));
        if let Some((_, c)) = odd {
            let at = text.chars().position(|own| own == c).map_or(1, |at| at + 1);
            return Err(Flaw::new(at, format!("{} does not belong into a token", named(c))));
        }
        return Err(Flaw::new(at, format!("the token has {count} {parts} where three belong")));
    }
    let mut forgiven = Vec::new();
    let mut read = |index, name| -> Result<Map<String, Value>, Flaw> {
        let start = if index == 0 { 0 } else { dots[index - 1] + 1 };
        let bytes = part(text, index, name).or_else(|flaw| lenient(text, index, flaw, &mut forgiven))?;
        let (object, doubled) = object(&bytes, name, start)?;
        forgiven.extend(doubled);
        Ok(object)
    };
    let (header, claims) = (read(0, "header")?, read(1, "claims")?);
    let signature = &text[dots[1] + 1..];
    part(text, 2, "signature").map(drop).or_else(|flaw| lenient(text, 2, flaw, &mut forgiven).map(drop))?;
    Ok((Jwt { header, claims, is_signed: !signature.is_empty() }, forgiven))
}

/// The bytes of a part of a token in compact form.
fn part(text: &str, index: usize, name: &str) -> Result<Vec<u8>, Flaw> {
    let piece = text.split('.').nth(index).unwrap_or_default();
    let before: usize = text.split('.').take(index).map(|piece| piece.chars().count() + 1).sum();
    decode(piece).map_err(|flaw| Flaw { at: before + flaw.at, what: format!("{}, in the {name}", flaw.what), ..flaw })
}

/// The bytes all the same, where only strict readers mind.
fn lenient(text: &str, index: usize, flaw: Flaw, forgiven: &mut Vec<Flaw>) -> Result<Vec<u8>, Flaw> {
    let piece = text.split('.').nth(index).unwrap_or_default();
    match base64url::lenient(piece).filter(|_| flaw.is_forgiven) {
        Some(bytes) => {
            forgiven.push(flaw);
            Ok(bytes)
        }
        None => Err(flaw),
    }
}

/// Whether the first of several parts is a header of JOSE, however it is spelt.
fn has_header(text: &str) -> bool {
    let Some((first, _)) = text.split_once('.') else { return false };
    let Some(bytes) = base64url::lenient(first) else { return false };
    let Ok(Value::Object(header)) = serde_json::from_slice(&bytes) else { return false };
    header.contains_key("alg") || header.contains_key("typ")
}

/// The parts of an SD-JWT: a token, what was laid open, and the proof of its holder.
fn selective(token: &str, rest: &str) -> Kind {
    let jwt = match signed(token) {
        Ok((jwt, _)) => jwt,
        Err(flaw) => return Kind::Broken(flaw),
    };
    let (pieces, proof) = rest.rsplit_once('~').unwrap_or(("", rest));
    let mut disclosed = Vec::new();
    for piece in pieces.split('~').filter(|piece| !piece.is_empty()) {
        let read = decode(piece).ok().and_then(|bytes| serde_json::from_slice::<Vec<Value>>(&bytes).ok());
        match read.as_deref() {
            Some([_, Value::String(name), value]) => disclosed.push((name.clone(), value.clone())),
            Some([_, value]) => disclosed.push((String::new(), value.clone())),
            _ => {
                let at = token.chars().count() + 2;
                return Kind::Broken(Flaw::new(at, "a piece behind a `~` is no disclosed claim"));
            }
        }
    }
    Kind::Selective { jwt, disclosed, is_bound: !proof.is_empty() }
}

/// A character in words, where it cannot be seen.
pub(crate) fn named(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '"' | '\'' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => "a quote".to_owned(),
        '\u{2026}' => "an ellipsis, by which somebody shortened it,".to_owned(),
        '*' => "a `*`, by which somebody hid it,".to_owned(),
        c if c.is_ascii_graphic() => format!("`{c}`"),
        c => format!("U+{:04X}", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn enc(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    fn token(header: &str, claims: &str, signature: &str) -> String {
        format!("{}.{}.{}", enc(header), enc(claims), enc(signature))
    }

    #[test]
    fn kinds() {
        let good = token(r#"{"alg":"HS256"}"#, r#"{"sub":"x"}"#, "none at all");
        assert!(matches!(kind(&good), Kind::Signed(_)));
        let spaced = token("{\n \"alg\":\"HS256\"}", r#"{"sub":"x"}"#, "none");
        assert!(matches!(kind(&spaced), Kind::Signed(_)), "{:?}", kind(&spaced));
        let sealed = format!("{}.a.b.c.d", enc(r#"{"alg":"dir","enc":"A256GCM"}"#));
        assert!(matches!(kind(&sealed), Kind::Encrypted(header) if header.contains_key("enc")));
        let open = format!("{good}~{}~", enc(r#"["salt","given_name","Ann"]"#));
        let Kind::Selective { disclosed, is_bound: false, .. } = kind(&open) else { panic!("{:?}", kind(&open)) };
        assert_eq!(disclosed[0].0, "given_name");
        assert!(matches!(kind(&format!("{open}{good}")), Kind::Selective { is_bound: true, .. }));
        assert_eq!(kind("v4.public.fake"), Kind::Paseto("v4.public".to_owned()));
        assert_eq!(kind("gho_fake"), Kind::Opaque);
        assert_eq!(kind("a.b.c"), Kind::Opaque);
    }

    fn flaw(text: &str) -> (usize, String) {
        match kind(text) {
            Kind::Broken(flaw) => (flaw.at, flaw.what),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flaws_have_a_position() {
        let (header, claims) = (enc(r#"{"alg":"HS256"}"#), enc(r#"{"sub":"x"}"#));
        assert_eq!(header.len(), 20);
        for (text, at, words) in [
            (format!("{header}.{claims}"), 36, "has 2 parts"),
            (format!("{header}.{claims}.a.b"), 39, "has 4 parts"),
            (format!("{header}.{claims}.xy y"), 40, "a blank is none of base64url"),
            (format!("{header}.{claims}\u{2026}"), 37, "an ellipsis"),
            (format!("{header}.{claims}.aaaaa"), 42, "a character is missing"),
            (format!("{header}.{}.sig0", enc("{\"sub\":")), 22, "JSON"),
            (format!("{header}.{}.sig0", enc("[1]")), 22, "no JSON object"),
            (format!("{header}.{}.sig0", URL_SAFE_NO_PAD.encode(b"{\"a\":\"\xff\"}")), 22, "UTF-8"),
        ] {
            let found = flaw(&text);
            assert!(found.0 == at && found.1.contains(words), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_lenient_readers_forgive() {
        let claims = enc(r#"{"aud":"a","aud":"b"}"#);
        let text = format!("{}.{claims}.c2ln", enc(r#"{"alg":"HS256"}"#));
        let (_, forgiven) = signed(&text).unwrap();
        assert!(forgiven[0].what.contains("`aud` stands twice"), "{forgiven:?}");
        let plain = signed(&format!("{}x+y/", text.trim_end_matches("c2ln"))).unwrap().1;
        assert!(plain.iter().any(|flaw| flaw.what == "`+` is of plain base64, in the signature"), "{plain:?}");
        let (_, forgiven) = signed(&format!("{text}==")).unwrap();
        assert!(forgiven.iter().any(|flaw| flaw.what.contains("padding")), "{forgiven:?}");
    }
}
