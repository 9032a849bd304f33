//! Headers that a page sets: which names it may not set, which values `fetch` refuses, trims or drops.

use super::Mode;
use super::list::is_token;
use super::safelist::is_safelisted;
use super::verdict::{Dropped, Rule};
use crate::secret::Secret;

/// Fetch standard, "forbidden request-header".
const FORBIDDEN: &[&str] = &[
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Headers with which a page could smuggle a method that it may not use.
const OVERRIDES: &[&str] = &["x-http-method", "x-http-method-override", "x-method-override"];

/// What goes out, and what does not.
pub(super) type Sorted = (Vec<(String, Secret)>, Vec<Dropped>);

/// The headers that are left of those that the page sets, values as bytes that go out, and what became of the others.
/// Names keep their letter case; a name that stands twice has its values joined.
pub(super) fn set(headers: &[(String, Secret)], mode: Mode) -> Result<Sorted, Rule> {
    let (mut kept, mut dropped) = (Vec::<(String, Secret)>::new(), Vec::new());
    for (name, value) in headers {
        if !is_token(name) {
            return Err(Rule::HeaderName(name.clone()));
        }
        let value = bytes(name, value)?;
        if is_forbidden(name, &value) {
            dropped.push(Dropped::Forbidden(name.clone()));
        } else if mode == Mode::NoCors && !is_no_cors_safelisted(name, &value) {
            dropped.push(Dropped::NoCors(name.clone()));
        } else if let Some((_, own)) = kept.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            *own = Secret::new([own.expose(), b", ", value.expose()].concat());
        } else {
            kept.push((name.clone(), value));
        }
    }
    Ok((kept, dropped))
}

/// Whether a value holds a character that no byte can stand for. JavaScript finds that out before `fetch` looks at anything.
pub(super) fn wide(headers: &[(String, Secret)]) -> Result<(), Rule> {
    let mut refused = headers.iter().filter_map(|(name, value)| bytes(name, value).err());
    refused.find(|rule| matches!(rule, Rule::HeaderWide { .. })).map_or(Ok(()), Err)
}

/// The bytes that go out for a value: blanks round it taken off ("normalize"), one byte a character.
fn bytes(name: &str, value: &Secret) -> Result<Secret, Rule> {
    let mut out = Vec::with_capacity(value.len());
    match value.expose_str() {
        Some(text) => {
            for c in text.chars() {
                out.push(u8::try_from(u32::from(c)).map_err(|_| Rule::HeaderWide { name: name.to_owned(), found: c })?);
            }
        }
        None => out.extend_from_slice(value.expose()),
    }
    let is_blank = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' ');
    let start = out.iter().position(|byte| !is_blank(byte)).unwrap_or(out.len());
    let end = out.iter().rposition(|byte| !is_blank(byte)).map_or(start, |at| at + 1);
    let inner = &out[start..end];
    if inner.iter().any(|byte| matches!(byte, 0 | b'\n' | b'\r')) {
        let nul = inner.contains(&0) && !inner.contains(&b'\n') && !inner.contains(&b'\r');
        return Err(Rule::HeaderBreak { name: name.to_owned(), nul });
    }
    Ok(Secret::new(inner))
}

/// Fetch standard, "forbidden request-header".
fn is_forbidden(name: &str, value: &Secret) -> bool {
    let name = name.to_ascii_lowercase();
    if OVERRIDES.contains(&name.as_str()) {
        let text = String::from_utf8_lossy(value.expose()).to_ascii_uppercase();
        return text.split(',').any(|part| is_forbidden_method(part.trim_matches([' ', '\t'])));
    }
    FORBIDDEN.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-")
}

/// Fetch standard, "no-CORS-safelisted request-header".
fn is_no_cors_safelisted(name: &str, value: &Secret) -> bool {
    let known = ["accept", "accept-language", "content-language", "content-type"];
    known.iter().any(|known| known.eq_ignore_ascii_case(name)) && is_safelisted(name, value).is_ok()
}

/// Fetch standard, "forbidden method"; `method` in capitals.
fn is_forbidden_method(method: &str) -> bool {
    matches!(method, "CONNECT" | "TRACE" | "TRACK")
}

/// The method as it goes out ("normalize a method"): these five in capitals, any other as written.
pub(super) fn method(written: &str, mode: Mode) -> Result<String, Rule> {
    let capitals = written.to_ascii_uppercase();
    if !is_token(written) {
        return Err(Rule::MethodInvalid(written.to_owned()));
    }
    if is_forbidden_method(&capitals) {
        return Err(Rule::MethodForbidden(capitals));
    }
    let normal = matches!(&*capitals, "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT");
    let method = if normal { capitals } else { written.to_owned() };
    if mode == Mode::NoCors && !is_safelisted_method(&method) {
        return Err(Rule::MethodNoCors(method));
    }
    Ok(method)
}

/// Fetch standard, "CORS-safelisted method".
pub(super) fn is_safelisted_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// Fetch standard, "request-body-header name": goes with the body where a redirect makes a GET of the call.
pub(super) fn is_of_body(name: &str) -> bool {
    ["content-encoding", "content-language", "content-location", "content-type"]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name))
}

/// Fetch standard, "CORS non-wildcard request-header name".
pub(super) fn is_non_wildcard(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, value: &[u8], mode: Mode) -> Result<Option<Vec<u8>>, Rule> {
        let (kept, _) = set(&[(name.to_owned(), Secret::new(value))], mode)?;
        Ok(kept.first().map(|(_, value)| value.expose().to_vec()))
    }

    #[test]
    fn values() {
        let cors = |value: &str| one("X-Key", value.as_bytes(), Mode::Cors);
        assert_eq!(cors(" \tk\r\n"), Ok(Some(b"k".to_vec())));
        assert_eq!(cors("é"), Ok(Some(vec![0xe9])));
        assert_eq!(cors(""), Ok(Some(Vec::new())));
        assert_eq!(cors("k\u{200b}"), Err(Rule::HeaderWide { name: "X-Key".into(), found: '\u{200b}' }));
        assert_eq!(cors("a\nb"), Err(Rule::HeaderBreak { name: "X-Key".into(), nul: false }));
        assert_eq!(cors("a\0b"), Err(Rule::HeaderBreak { name: "X-Key".into(), nul: true }));
        assert_eq!(one("X Key", b"", Mode::Cors), Err(Rule::HeaderName("X Key".into())));
        assert_eq!(one("x", b"\xff\x01", Mode::Cors), Ok(Some(vec![0xff, 1])));
    }

    #[test]
    fn names_that_a_page_may_not_set() {
        for name in ["Cookie", "HOST", "Sec-Fetch-Mode", "proxy-authorization", "Origin"] {
            assert_eq!(one(name, b"x", Mode::Cors), Ok(None), "{name}");
        }
        assert_eq!(one("X-HTTP-Method-Override", b"put, Trace", Mode::Cors), Ok(None));
        assert!(one("X-HTTP-Method-Override", b"PUT", Mode::Cors).is_ok_and(|kept| kept.is_some()));
        assert_eq!(one("Authorization", b"x", Mode::NoCors), Ok(None));
        assert_eq!(one("Content-Type", b"application/json", Mode::NoCors), Ok(None));
        assert!(one("Accept", b"x", Mode::NoCors).is_ok_and(|kept| kept.is_some()));
    }

    #[test]
    fn methods() {
        let cors = |written: &str| method(written, Mode::Cors);
        assert_eq!(cors("delete"), Ok("DELETE".to_owned()));
        assert_eq!(cors("patch"), Ok("patch".to_owned()));
        assert_eq!(cors("trace"), Err(Rule::MethodForbidden("TRACE".to_owned())));
        assert_eq!(cors("A B"), Err(Rule::MethodInvalid("A B".to_owned())));
        assert_eq!(method("put", Mode::NoCors), Err(Rule::MethodNoCors("PUT".to_owned())));
    }
}
