//! The two requests as they go out: "CORS-preflight fetch" asks with OPTIONS and no credential; the real one carries what
//! the page set.

use super::Origin;
use super::address::Url;
use super::check::Wanted;
use crate::exchange::Request;
use crate::secret::Secret;

/// The preflight.
pub(super) fn preflight(url: &Url, origin: &Origin, wanted: &Wanted) -> Request {
    let mut headers = vec![
        ("Accept".to_owned(), Secret::from("*/*")),
        ("Access-Control-Request-Method".to_owned(), Secret::from(wanted.method.as_str())),
    ];
    if !wanted.headers.is_empty() {
        let names = wanted.headers.join(",");
        headers.push(("Access-Control-Request-Headers".to_owned(), Secret::from(names.as_str())));
    }
    headers.push(("Origin".to_owned(), Secret::from(origin.to_string().as_str())));
    request(url, "OPTIONS", headers, Secret::default())
}

/// The real request; `origin` where the browser names it.
pub(super) fn real(
    url: &Url,
    method: &str,
    set: &[(String, Secret)],
    body: &Secret,
    origin: Option<&Origin>,
) -> Request {
    let mut headers = set.to_vec();
    if !set.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        headers.push(("Accept".to_owned(), Secret::from("*/*")));
    }
    headers.extend(origin.map(|origin| ("Origin".to_owned(), Secret::from(origin.to_string().as_str()))));
    request(url, method, headers, body.clone())
}

fn request(url: &Url, method: &str, headers: Vec<(String, Secret)>, body: Secret) -> Request {
    Request { method: method.to_owned(), url: url.to_string(), headers, query: url.query().map(Secret::from), body }
}
