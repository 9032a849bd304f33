//! The checks of the Fetch standard on one answer: "CORS check" and the end of "CORS-preflight fetch", in Chromium's order.

use super::address::Url;
use super::header::{is_non_wildcard, is_safelisted_method};
use super::list::{get, names};
use super::verdict::Rule;
use super::{Credentials, Origin};
use crate::exchange::Answer;

pub(super) const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
pub(super) const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";
pub(super) const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
pub(super) const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";
pub(super) const EXPOSE_HEADERS: &str = "Access-Control-Expose-Headers";

/// "CORS check": whether `origin` may read the answer.
pub(super) fn cors_check(answer: &Answer, origin: &Origin, credentials: Credentials) -> Option<Rule> {
    let include = credentials == Credentials::Include;
    let Some(allowed) = get(&answer.headers, ALLOW_ORIGIN) else { return Some(Rule::OriginMissing) };
    if allowed == "*" {
        return include.then_some(Rule::Wildcard);
    }
    // Byte for byte: letter case counts.
    if allowed != origin.to_string() {
        return Some(if allowed.contains([' ', ',']) {
            Rule::OriginMultiple
        } else if allowed == "null" || looks_like_address(&allowed) {
            Rule::OriginOther
        } else {
            Rule::OriginInvalid
        });
    }
    let trusted = get(&answer.headers, ALLOW_CREDENTIALS).is_some_and(|value| value == "true");
    (include && !trusted).then_some(Rule::NoCredentials)
}

/// Whether Chromium's parser takes the value for an address.
fn looks_like_address(value: &str) -> bool {
    // A host may hold a star for it.
    Url::parse(&value.replace('*', "x")).is_ok()
}

/// What a preflight asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The method of the real request.
    pub method: String,
    /// Its unsafe headers, in lower case, sorted.
    pub headers: Vec<String>,
}

/// The rules that the answer to a preflight breaks, the one that Chromium names first.
pub(super) fn preflight(answer: &Answer, origin: &Origin, credentials: Credentials, wanted: &Wanted) -> Vec<Rule> {
    let status = answer.status.unwrap_or_default();
    if is_redirect(answer) {
        return vec![Rule::PreflightRedirect];
    }
    let mut broken: Vec<Rule> = cors_check(answer, origin, credentials).into_iter().collect();
    if !(200..300).contains(&status) {
        broken.push(Rule::PreflightStatus);
    }
    let plain = credentials != Credentials::Include;
    let methods = names(&answer.headers, ALLOW_METHODS);
    let headers = names(&answer.headers, ALLOW_HEADERS);
    let unreadable = methods.is_err() || headers.is_err();
    match methods {
        Err(_) => broken.push(Rule::MethodsUnreadable),
        Ok(methods) => {
            let methods = methods.unwrap_or_default();
            let star = methods.iter().any(|method| method == "*");
            let listed = methods.contains(&wanted.method) || is_safelisted_method(&wanted.method) || (star && plain);
            if !listed && !unreadable {
                broken.push(Rule::Method { method: wanted.method.clone(), star });
            }
        }
    }
    match headers {
        Err(_) => broken.push(Rule::HeadersUnreadable),
        Ok(headers) => {
            let headers = headers.unwrap_or_default();
            let star = headers.iter().any(|name| name == "*");
            let listed = |name: &str| headers.iter().any(|own| own.eq_ignore_ascii_case(name)) || (star && plain);
            let lacking = wanted.headers.iter().filter(|name| !listed(name) && !unreadable);
            broken.extend(lacking.map(|name| Rule::Header { name: name.clone(), star }));
        }
    }
    broken
}

/// Whether the star alone lets a header through that the standard wants to be named.
pub(super) fn rests_on_the_star(answer: &Answer, wanted: &Wanted) -> bool {
    let listed = names(&answer.headers, ALLOW_HEADERS).ok().flatten().unwrap_or_default();
    let named = |name: &str| listed.iter().any(|own| own.eq_ignore_ascii_case(name));
    wanted.headers.iter().any(|name| is_non_wildcard(name) && !named(name))
}

/// Fetch standard, "redirect status", with somewhere to go.
pub(super) fn is_redirect(answer: &Answer) -> bool {
    answer.redirects().is_some() && get(&answer.headers, "location").is_some()
}

/// Names of the answer's headers, in lower case: those that a page may read ("CORS-safelisted response-header name"), and
/// those that are kept back.
pub(super) fn exposed(answer: &Answer, credentials: Credentials, same_origin: bool) -> (Vec<String>, Vec<String>) {
    const SAFE: &[&str] =
        &["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"];
    let listed = names(&answer.headers, EXPOSE_HEADERS).ok().flatten().unwrap_or_default();
    let star = credentials != Credentials::Include && listed.iter().any(|name| name == "*");
    let mut all: Vec<String> = answer.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    all.sort();
    all.dedup();
    all.into_iter().partition(|name| {
        let forbidden = matches!(name.as_str(), "set-cookie" | "set-cookie2");
        let named = || SAFE.contains(&name.as_str()) || listed.iter().any(|own| own.eq_ignore_ascii_case(name));
        !forbidden && (same_origin || star || named())
    })
}
