//! Credentials and settings in a place that nobody looks at: a misspelt setting, a key where a token belongs, the header of
//! one service before another.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// Names of settings that carry a credential or say where it is, without their signs and in small letters.
const SETTINGS: [&str; 12] = [
    "apikey",
    "apikeyenv",
    "apikeyenvvar",
    "envkey",
    "apitoken",
    "accesstoken",
    "authtoken",
    "clientsecret",
    "secretkey",
    "accesskey",
    "baseurl",
    "apibaseurl",
];

/// A line of a settings file whose name is a letter off one that programs know.
pub(super) fn misspelt(text: &str) -> Option<Range<usize>> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?m)^[ \t]*(?:- )?["']?([a-z][A-Za-z]*(?:[_-][a-z]+){0,3})["']?(?::[ \t]|[ \t]*=[ \t]*["'])[ \t]*\S"#,
        )
        .ok()
    });
    let names = LINE.as_ref()?.captures_iter(text).filter_map(|found| found.get(1));
    names
        .into_iter()
        .find(|name| {
            let plain = name.as_str().to_ascii_lowercase().replace(['_', '-'], "");
            // One more letter before or behind makes another word of it, such as a header's name.
            let other = |known: &str| plain.starts_with(known) || plain.ends_with(known) || known.starts_with(&plain);
            !SETTINGS.contains(&&*plain)
                && !["basepath", "baseuri", "apitokens", "apikeyid"].contains(&&*plain)
                && SETTINGS.iter().any(|known| !other(known) && is_one_off(&plain, known))
        })
        .map(|name| name.range())
}

/// Whether a letter more, less, doubled or swapped makes the one name of the other.
fn is_one_off(name: &str, known: &str) -> bool {
    let (a, b) = (name.as_bytes(), known.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    match (rest_a, rest_b) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}

/// A key of Google is sent as a token to an API that takes tokens only.
pub(super) fn key_as_token(text: &str) -> Option<Range<usize>> {
    static BEARER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i:bearer)\s+AIza[0-9A-Za-z_-]{6,}").ok());
    let found = BEARER.as_ref()?.find(text)?;
    (text.contains("aiplatform.googleapis.com") && !text.contains("generativelanguage")).then(|| found.range())
}

/// A request for Anthropic's interface has `Authorization`, and no `x-api-key`.
pub(super) fn bearer_for_anthropic(text: &str) -> Option<Range<usize>> {
    static BEARER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i)\bauthorization["']?\]?\s*[:=,]\s*["'`]?(?:f["'])?\$?\{?bearer\b"#).ok());
    let lower = text.to_ascii_lowercase();
    let speaks = lower.contains("anthropic-version") || lower.contains("api.anthropic.com");
    let found = BEARER.as_ref()?.find(text)?;
    (speaks && !lower.contains("x-api-key") && !lower.contains("oauth")).then(|| found.range())
}

/// Claude Code is pointed at another service, and is given the key that goes out as `x-api-key`.
pub(super) fn key_for_a_gateway(text: &str) -> Option<Range<usize>> {
    static BASE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"\bANTHROPIC_BASE_URL["']?\s*[:=]\s*["']?https?://([^\s"'/]+)"#).ok());
    static KEY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"\bANTHROPIC_API_KEY["']?\s*[:=]\s*["']?[^\s"'][^\s"']{5,}"#).ok());
    let base = BASE.as_ref()?.captures(text)?;
    let own = base.get(1)?.as_str().ends_with("anthropic.com");
    let key = KEY.as_ref()?.find(text)?;
    (!own && !text.contains("ANTHROPIC_AUTH_TOKEN")).then(|| key.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_letter_off() {
        for (text, found) in [
            ("    apii-key-env: OPENROUTER_API_KEY", Some("apii-key-env")),
            ("\"apiKye\": \"abc\"", Some("apiKye")),
            ("acces_token = \"abc\"", Some("acces_token")),
            ("api_key: abc\napi_keys: x\nbase_uri: https://a.test", None),
            ("apiKey: 'x'\nmodel: y\nauthToken: z", None),
            ("export APIKY=1", None),
            ("headers = {\n  \"x-api-key\": key }", None),
        ] {
            assert_eq!(misspelt(text).map(|span| &text[span]), found, "{text}");
        }
    }

    #[test]
    fn keys_in_the_wrong_place() {
        let vertex =
            "curl -H \"Authorization: Bearer AIzaSyA01234567\" https://us-central1-aiplatform.googleapis.com/v1/x";
        assert!(key_as_token(vertex).is_some());
        assert!(key_as_token("Authorization: Bearer AIzaSyA01234567 generativelanguage.googleapis.com").is_none());
        let sent = "headers: { Authorization: `Bearer ${key}`, 'anthropic-version': '2023-06-01' }";
        assert!(bearer_for_anthropic(sent).is_some());
        assert!(bearer_for_anthropic(&format!("{sent} x-api-key: y")).is_none());
        assert!(bearer_for_anthropic("headers: { Authorization: `Bearer ${key}` }").is_none());
        let gateway = "export ANTHROPIC_BASE_URL=https://llm.a.test\nexport ANTHROPIC_API_KEY=sk-abcdef\n";
        assert!(key_for_a_gateway(gateway).is_some());
        assert!(key_for_a_gateway(&gateway.replace("API_KEY", "AUTH_TOKEN")).is_none());
        assert!(key_for_a_gateway(&gateway.replace("llm.a.test", "api.anthropic.com")).is_none());
    }
}
