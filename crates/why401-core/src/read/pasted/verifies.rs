//! Code that judges credentials itself: a backend of one's own, and not a client.

use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::{Fact, Origin, Place, Seen};

/// The first line of `text` that refuses a caller or checks his credential.
pub(super) fn read(path: &Arc<str>, text: &str) -> Option<Fact> {
    static CHECK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)jwt\.verify\(|jwt\.decode\(|jwtVerify\(|timingSafe\w*|compare_digest\(|hash_equals\(|jwks?(?:RsaClient|Client|\.json)|TokenValidat\w+|AddJwtBearer|JwtDecoder",
            r"|\.status\(401\)|status_code\s*=\s*401|sendStatus\(401\)|HTTP_401_UNAUTHORIZED|abort\(401|// 401\b|http\.StatusUnauthorized",
            r"|valid_?(?:api_?)?keys\b"
        ))
        .ok()
    });
    let found = CHECK.as_ref()?.find(text)?;
    let place = Place::of(path, text.as_bytes(), &found.range());
    Some(Fact { origin: Origin::File(place), span: found.range(), seen: Seen::Verifies })
}

/// The word that code which judges looks for before the credential.
pub(super) fn scheme(path: &Arc<str>, text: &str) -> Option<Fact> {
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            // Django: simplejwt, the older JWT package, a class of one's own.
            r#"AUTH_HEADER_TYPES["']?\s*[:=]\s*[(\[]?\s*["'](\w+)["']|JWT_AUTH_HEADER_PREFIX["']?\s*[:=]\s*["'](\w+)["']|(?m:^)\s+keyword\s*=\s*b?["'](\w[\w-]*)["']"#,
            // passport-jwt.
            r#"|fromAuthHeaderWithScheme\(\s*["'](\w+)["']"#,
            r"|fromAuthHeaderAs(Bearer)Token",
            // A check or a cut by hand.
            r#"|(?:[sS]tarts_?[wW]ith|HasPrefix|TrimPrefix|removeprefix|removePrefix|[rR]eplace|split)\(\s*(?:[^()"'\n]{1,60},\s*)?["'`](Bearer|Token|JWT|Basic|Api-Key|ApiKey) ?["'`]"#,
            r#"|(?i:token_?prefix|auth_?scheme|scheme_?name)["']?\s*[:=]\s*["'](Bearer|Token|JWT|Basic|Api-Key|ApiKey) ?["']"#,
        ))
        .ok()
    });
    let found = WORD.as_ref()?.captures(text)?;
    let word = found.iter().skip(1).flatten().next()?;
    let place = Place::of(path, text.as_bytes(), &word.range());
    let seen = Seen::ExpectsScheme(word.as_str().to_owned());
    Some(Fact { origin: Origin::File(place), span: word.range(), seen })
}

#[cfg(test)]
mod tests {
    use super::{read, scheme};
    use crate::fact::Seen;

    #[test]
    fn words_that_are_looked_for() {
        for (text, word) in [
            ("SIMPLE_JWT = {\n   'AUTH_HEADER_TYPES': ('JWT',),\n}", Some("JWT")),
            ("jwtFromRequest: ExtractJwt.fromAuthHeaderWithScheme('Authorization'),", Some("Authorization")),
            ("ExtractJwt.fromAuthHeaderAsBearerToken()", Some("Bearer")),
            ("if (!header.startsWith('Bearer ')) return", Some("Bearer")),
            ("strings.HasPrefix(header, \"Token \")", Some("Token")),
            ("class A(TokenAuthentication):\n    keyword = 'Api-Key'", Some("Api-Key")),
            ("if (key.startsWith('sk-')) return", None),
            ("headers: { Authorization: `Bearer ${key}` }", None),
        ] {
            let found = scheme(&"x".into(), text).map(|fact| match fact.seen {
                Seen::ExpectsScheme(word) => word,
                _ => String::new(),
            });
            assert_eq!(found.as_deref(), word, "{text}");
        }
    }

    #[test]
    fn checks_and_calls() {
        assert!(read(&"x".into(), "if (!validKeys.includes(k)) return res.status(401)").is_some());
        assert!(read(&"x".into(), "await fetch(url, { headers })").is_none());
    }
}
