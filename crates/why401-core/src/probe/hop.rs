//! Hop: where a redirect leads, and what a client that follows it still sends there.

use crate::client::{Client, Known, Redirect};
use crate::exchange::{Answer, Request};
use crate::secret::Secret;
use crate::url::Url;

use super::spot::without_header;

/// What the clients whose rules are known do with `Authorization` where this answer leads, in a sentence; `None` where it
/// leads nowhere.
pub(super) fn known_clients(request: &Request, answer: &Answer) -> Option<String> {
    let hop = next_hop(request, answer)?;
    let redirect = Redirect { from: Url::of(&request.url), to: Url::of(&hop.whole.url), status: answer.status? };
    let known = Known::at(&request.method, &redirect);
    let some = |names: &[&str], most: usize| match names.len() {
        0 => "none".to_owned(),
        count if count <= most => names.join(", "),
        count => format!("{} and {} more", names[..most].join(", "), count - most),
    };
    Some(format!(
        "Of {} clients whose rule is known, {} take Authorization off there ({}), and {} send it on ({}).",
        Client::all().len(),
        known.drop.len(),
        some(&known.drop, 6),
        known.keep.len(),
        some(&known.keep, 6),
    ))
}

/// The next request of a chain.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The request as most clients send it.
    pub request: Request,
    /// The same with all that the first one carried.
    pub whole: Request,
    /// Whether the two differ.
    pub dropped: bool,
}

/// Where the answer leads (RFC 9110, section 15.4); `None` where it leads nowhere.
///
/// curl, fetch, axios, reqwest and requests drop `Authorization` where the scheme, the host or the port change, and keep
/// every other header.
pub fn next_hop(request: &Request, answer: &Answer) -> Option<Hop> {
    let status = answer.redirects()?;
    let location = answer.header("location")?;
    let from = Url::of(&request.url);
    let whole_url = from.join(location.trim());
    let to = Url::of(&whole_url);
    if !to.is_absolute() {
        return None;
    }
    let mut next = request.clone();
    next.url = whole_url.split(['?', '#']).next().unwrap_or_default().to_owned();
    next.query = to.query.map(Secret::from);
    for (name, value) in &mut next.headers {
        if name.eq_ignore_ascii_case("host") {
            *value = Secret::from(&*to.authority());
        }
    }
    if status == 303 && request.method != "HEAD" || matches!(status, 301 | 302) && request.method == "POST" {
        next.method = "GET".to_owned();
        next.body = Secret::default();
        next = without_header(without_header(next, "Content-Length"), "Content-Type");
    }
    let whole = next.clone();
    if from.origin() != to.origin() {
        next = without_header(next, "Authorization");
    }
    let dropped = next.headers.len() != whole.headers.len();
    Some(Hop { request: next, whole, dropped })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops() {
        let request = Request {
            method: "GET".to_owned(),
            url: "http://a.test/v1".to_owned(),
            query: Some(Secret::from("x=1")),
            headers: vec![
                ("Host".to_owned(), Secret::from("a.test")),
                ("Authorization".to_owned(), Secret::from("Bearer abc")),
                ("X-Api-Key".to_owned(), Secret::from("abc")),
            ],
            ..Request::default()
        };
        let answer = |location: &str| Answer {
            status: Some(301),
            headers: vec![("location".to_owned(), location.to_owned())],
            ..Answer::default()
        };
        for (location, url, query, dropped) in [
            ("/v1/?y=2", "http://a.test/v1/", Some("y=2"), false),
            ("https://a.test/v1", "https://a.test/v1", None, true),
            ("http://b.test/", "http://b.test/", None, true),
            ("http://a.test:80/v2", "http://a.test:80/v2", None, false),
        ] {
            let hop = next_hop(&request, &answer(location)).unwrap();
            let query_is = hop.request.query.as_ref().and_then(Secret::expose_str);
            assert_eq!((hop.request.url.as_str(), query_is, hop.dropped), (url, query, dropped), "{location}");
            assert!(hop.request.header("x-api-key").is_some());
        }
        assert!(next_hop(&request, &answer("mailto:x")).is_none());
    }
}
