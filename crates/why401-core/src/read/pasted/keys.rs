//! Keys that verify tokens, where a paste shows them: a key set or a JWK, a public key or a certificate in PEM.

use std::sync::Arc;

use serde_json::Value;

use crate::fact::{Fact, Keys, Origin, Place, Seen};
use crate::read::key;
use crate::secret::Secret;

/// No paste shows more.
const MOST: usize = 4;
/// Places that are looked at for them.
const TRIED: usize = 32;
/// No key set is longer.
const LONGEST: usize = 256 << 10;

/// What verifies, in the order of the text.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let fact = |start: usize, shown: &str, name: &str| {
        let place = Place::of(path, text.as_bytes(), &(start..start + shown.lines().next().map_or(0, str::len)));
        let keys = Keys { text: Secret::from(shown), is_secret: false, name: name.to_owned() };
        Fact { origin: Origin::File(place), span: start..start + shown.len(), seen: Seen::Keys(keys) }
    };
    let mut facts = Vec::new();
    for (at, _) in text.match_indices("\"kty\"").take(TRIED) {
        if facts.len() >= MOST || facts.iter().any(|fact: &Fact| fact.span.contains(&at)) {
            continue;
        }
        if let Some((start, shown)) = object(text, at) {
            facts.push(fact(start, shown, "the key set in the text"));
        }
    }
    for label in ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"] {
        let (open, close) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
        let found = text.match_indices(open.as_str()).take(TRIED).filter_map(|(start, _)| {
            let end = start + near(text, start).find(close.as_str())? + close.len();
            key::keys(&text.as_bytes()[start..end]).ok()?;
            Some(fact(start, &text[start..end], "the key in the text"))
        });
        facts.extend(found.take(MOST));
    }
    facts
}

/// The text from here on, no further than a key set goes.
fn near(text: &str, start: usize) -> &str {
    &text[start..text.floor_char_boundary(start.saturating_add(LONGEST))]
}

/// The JSON object around `at` that is a key set, or else the JWK itself.
fn object(text: &str, at: usize) -> Option<(usize, &str)> {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let starts = text[from..at].rmatch_indices('{').map(|(start, _)| from + start).take(3);
    let read = |start: usize| {
        let mut values = serde_json::Deserializer::from_str(near(text, start)).into_iter::<Value>();
        let value = values.next()?.ok()?;
        let shown = &text[start..start + values.byte_offset()];
        (shown.len() > at - start && (value.get("keys").is_some() || value.get("kty").is_some()))
            .then_some((start, shown))
    };
    let found: Vec<(usize, &str)> = starts.filter_map(read).collect();
    found.into_iter().max_by_key(|(_, shown)| shown.len()).filter(|(_, shown)| key::keys(shown.as_bytes()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_and_pem() {
        let key = r#"{"kty":"oct","k":"c2VjcmV0","kid":"a"}"#;
        let names = |text: &str| -> Vec<String> {
            let shown = |fact: Fact| text[fact.span].to_owned();
            read(&"x".into(), text).into_iter().map(shown).collect()
        };
        assert_eq!(
            names(&format!("GET /jwks\n{{\"keys\":[{key}, {key}]}} end")),
            [format!("{{\"keys\":[{key}, {key}]}}")]
        );
        assert_eq!(names(&format!("a {key} b")), [key]);
        assert_eq!(names("\"kty\" {\"kty\": }"), Vec::<String>::new());
        assert_eq!(names("-----BEGIN PUBLIC KEY-----\nfake\n-----END PUBLIC KEY-----"), Vec::<String>::new());
    }
}
