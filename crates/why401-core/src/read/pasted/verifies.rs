//! Code that judges credentials itself: a backend of one's own, and not a client.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::fact::{Fact, Origin, Place, Seen};

/// The first line of `text` that refuses a caller or checks his credential.
pub(super) fn read(path: &Arc<str>, text: &str) -> Option<Fact> {
    static CHECK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)jwt\.verify\(|jwt\.decode\(|jwtVerify\(|timingSafe\w*|compare_digest\(|hash_equals\(|jwks?(?:RsaClient|Client|\.json)|TokenValidat\w+|AddJwtBearer|JwtDecoder",
            r"|\.status\(401\)|status_code\s*=\s*401|sendStatus\(401\)|HTTP_401_UNAUTHORIZED|abort\(401|// 401\b|http\.StatusUnauthorized",
            r"|valid_?(?:api_?)?keys\b|constructEvent\(|construct_event\("
        ))
        .ok()
    });
    let found = CHECK.as_ref()?.find(text)?;
    let place = Place::of(path, text.as_bytes(), &found.range());
    Some(Fact { origin: Origin::File(place), span: found.range(), seen: Seen::Verifies })
}

/// What else code and command lines say that decides: the beginning of a key that is asked for, variables by name, a
/// header without its name, the marks of a terminal's colours as text.
pub(super) fn remarks(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |span: std::ops::Range<usize>, seen: Seen| {
        let place = Place::of(path, text.as_bytes(), &span);
        facts.push(Fact { origin: Origin::File(place), span, seen });
    };
    static BEGINS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)starts_?with\(\s*["']([A-Za-z][A-Za-z0-9_-]{1,12})["']|HasPrefix\([^,\n]{1,40},\s*"([A-Za-z][A-Za-z0-9_-]{1,12})""#).ok()
    });
    for found in BEGINS.as_ref().into_iter().flat_map(|begins| begins.captures_iter(text)).take(4) {
        let Some(prefix) = found.get(1).or_else(|| found.get(2)) else { continue };
        // `Bearer` is the header's, not the key's.
        if !prefix.as_str().eq_ignore_ascii_case("bearer") && !prefix.as_str().starts_with("http") {
            add(prefix.range(), Seen::Compares(prefix.as_str().to_owned()));
        }
    }
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|aws_session_token|aws_?[sS]ession_?[tT]oken|session_?[tT]oken)\b")
            .ok()
    });
    for found in NAME.as_ref().into_iter().flat_map(|name| name.find_iter(text)).take(64) {
        add(found.range(), Seen::Refers(found.as_str().to_owned()));
    }
    static NAMELESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?:-H|--header)[ =]["']((?i:bearer|basic|token) [^"':\n]{4,300})["']"#).ok());
    for found in NAMELESS.as_ref().into_iter().flat_map(|nameless| nameless.captures_iter(text)).take(4) {
        if let Some(value) = found.get(1) {
            let word = value.as_str().split(' ').next().unwrap_or_default();
            add(value.range(), Seen::Nameless(word.to_owned()));
        }
    }
    static HIDDEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bstr\(\s*([A-Za-z_.]+)\s*\)|\{([A-Za-z_.]+)\}").ok());
    if text.contains("SecretStr") && !text.contains("get_secret_value") {
        let hides =
            |name: &str| text.contains(&format!("{name} = SecretStr(")) || text.contains(&format!("{name}: SecretStr"));
        let found = HIDDEN.as_ref().into_iter().flat_map(|hidden| hidden.captures_iter(text)).find(|found| {
            let name = found.get(1).or_else(|| found.get(2)).map_or("", |name| name.as_str());
            hides(name.rsplit('.').next().unwrap_or(name))
        });
        if let Some(whole) = found.and_then(|found| found.get(0)) {
            add(whole.range(), Seen::Hidden);
        }
    }
    static COLOUR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\\033|\\x1[bB]|\\u001[bB]|\\e|\^\[|\x1b)\[[0-9;]*m").ok());
    if let Some(found) = COLOUR.as_ref().and_then(|colour| colour.find(text)) {
        add(found.range(), Seen::Coloured);
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn checks_and_calls() {
        assert!(read(&"x".into(), "if (!validKeys.includes(k)) return res.status(401)").is_some());
        assert!(read(&"x".into(), "await fetch(url, { headers })").is_none());
    }
}
