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

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn checks_and_calls() {
        assert!(read(&"x".into(), "if (!validKeys.includes(k)) return res.status(401)").is_some());
        assert!(read(&"x".into(), "await fetch(url, { headers })").is_none());
    }
}
