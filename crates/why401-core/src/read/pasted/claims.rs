//! What a token claims and what somebody expects of it, as people and logs write it down.

use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::{Claims, Fact, Origin, Place, Seen};

/// Values of `aud` and `iss`, wanted or given.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static CLAIM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?im)\b(expected |required |configured |valid |allowed )?["']?(?:(aud|iss|audience|issuer|auth-server-url|authority)|[\w.-]{1,30}?(issuer[_-]?ur[il]|_issuer|_audience))["']?(?: (?:of|in) [^:=\n]{0,60})?\s*(?::|=|is)\s*["'\[]{0,2}([^\s"',\]<>]{4,200})"#,
        )
        .ok()
    });
    let found = CLAIM.as_ref().into_iter().flat_map(|claim| claim.captures_iter(text));
    let facts = found.filter_map(|found| {
        let value = found.get(4)?;
        let word = found.get(2).or_else(|| found.get(3))?.as_str().to_ascii_lowercase();
        let name = if word.trim_start_matches('_').starts_with("aud") { "aud" } else { "iss" };
        // Only tokens have the short words; configuration writes them out.
        let wanted = found.get(1).is_some() || word.len() > 3;
        let claims = Claims { name, value: value.as_str().trim_end_matches(['.', ';']).to_owned(), wanted };
        let place = Place::of(path, text.as_bytes(), &value.range());
        Some(Fact { origin: Origin::File(place), span: value.range(), seen: Seen::Claims(claims) })
    });
    facts.take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wanted_and_given() {
        let text = "aud of the token: 00000003-0000\nexpected aud: api://app\n{ \"issuer\": \"https://a.test\" }\n\"iss\": \"https://b.test\"\nOidcIssuerUrl: https://c.test";
        let found: Vec<_> = read(&"x".into(), text)
            .into_iter()
            .filter_map(|fact| match fact.seen {
                Seen::Claims(claims) => Some((claims.name, claims.value, claims.wanted)),
                _ => None,
            })
            .collect();
        let told = |name, value: &str, wanted| (name, value.to_owned(), wanted);
        assert_eq!(
            found,
            [
                told("aud", "00000003-0000", false),
                told("aud", "api://app", true),
                told("iss", "https://a.test", true),
                told("iss", "https://b.test", false),
                told("iss", "https://c.test", true)
            ]
        );
    }
}
