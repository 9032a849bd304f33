//! A JSON Web Token (RFC 7519) in compact form: what its header and claims say, without a key to verify it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::fact::Token;

/// What a token says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Jwt {
    /// The JOSE header (RFC 7515, section 4).
    pub header: Map<String, Value>,
    /// The claims (RFC 7519, section 4).
    pub claims: Map<String, Value>,
    /// Whether a signature stands behind the last dot.
    pub is_signed: bool,
}

/// Reads a token; `None` where the text is none.
pub fn jwt(text: &str) -> Option<Jwt> {
    let mut parts = text.trim().split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !header.starts_with("eyJ") {
        return None;
    }
    let object = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
        match serde_json::from_slice(&bytes).ok()? {
            Value::Object(object) => Some(object),
            _ => None,
        }
    };
    Some(Jwt { header: object(header)?, claims: object(claims)?, is_signed: !signature.is_empty() })
}

/// The first token in a text, such as the value of a header.
pub fn within(text: &str) -> Option<Jwt> {
    found_in(text).map(|(_, jwt)| jwt)
}

/// The first token in a text, as it stands there and read.
pub fn found_in(text: &str) -> Option<(&str, Jwt)> {
    let words = text.split(|c: char| c.is_whitespace() || "\"',;=".contains(c));
    words.filter(|word| word.starts_with("eyJ")).find_map(|word| Some((word, jwt(word)?)))
}

impl Jwt {
    /// A claim that is a time: seconds since 1970 (RFC 7519, section 2, "NumericDate").
    pub fn time(&self, claim: &str) -> Option<i64> {
        let value = self.claims.get(claim)?;
        #[expect(clippy::cast_possible_truncation, reason = "a time with a fraction is cut to its second")]
        value.as_i64().or_else(|| value.as_f64().filter(|time| time.abs() < 1e15).map(|time| time as i64))
    }

    /// The values of a claim that is a text or a list of texts, such as `aud`.
    pub fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// What was seen of it, held against this time; without its text.
    pub fn seen(self, judged: Option<i64>) -> Token {
        let algorithm = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        Token {
            expires: self.time("exp"),
            not_before: self.time("nbf"),
            issued: self.time("iat"),
            judged,
            is_unsigned: !self.is_signed || algorithm.eq_ignore_ascii_case("none"),
            is_identity: self.is_identity(),
            header: self.header,
            claims: self.claims,
            ..Token::default()
        }
    }

    /// Whether it tells a client who logged in, and is none for an API (OpenID Connect Core, section 2).
    pub fn is_identity(&self) -> bool {
        let has = |claim: &str| self.claims.contains_key(claim);
        let allows =
            has("scope") || has("scp") || has("permissions") || has("roles") || has("azp") && has("realm_access");
        has("sub") && (has("nonce") || has("at_hash") || has("c_hash")) && !allows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn what_it_says() {
        let read =
            jwt(&token(r#"{"alg":"HS256"}"#, r#"{"exp":1700000000.5,"aud":["a","b"],"sub":"x","nonce":"1"}"#, "c2ln"))
                .unwrap();
        assert_eq!(read.time("exp"), Some(1_700_000_000));
        assert_eq!(read.texts("aud"), ["a", "b"]);
        assert!(read.is_signed && read.is_identity());
        let other = jwt(&token(r#"{"alg":"none"}"#, r#"{"sub":"x","scope":"read"}"#, "")).unwrap();
        assert!(!other.is_signed && !other.is_identity());
        for text in ["", "a.b.c", "eyJ.eyJ.x", "eyJhIjoxfQ.W10.x", "eyJhIjoxfQ.eyJhIjoxfQ.x.y"] {
            assert_eq!(jwt(text), None, "{text}");
        }
    }
}
