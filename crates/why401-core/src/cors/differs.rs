//! How an allowed origin differs from the page's: the words that save a person from comparing letter by letter.

use super::Origin;
use super::address::Url;
use super::host::is_loopback;

/// What is the matter with `allowed`, a sentence's second half; the page has `origin`.
pub(super) fn differs(allowed: &str, origin: &Origin) -> String {
    let plain = allowed.trim_matches(['"', '\'', '`']);
    if allowed.is_empty() {
        return "is empty".to_owned();
    }
    if plain != allowed && plain == origin.to_string() {
        return "stands in quotes, which belong to the value".to_owned();
    }
    if allowed == "null" {
        return "allows pages without an origin only, such as files".to_owned();
    }
    if *origin == Origin::Null {
        return "is compared with `null`, because a page without an origin asks, or a redirect led here from another origin"
            .to_owned();
    }
    if allowed.contains([',', ' ']) {
        let parts: Vec<&str> = allowed.split([',', ' ']).filter(|part| !part.is_empty()).collect();
        let same = parts.windows(2).all(|pair| pair[0] == pair[1]);
        return if same {
            format!("stands there {} times, so two layers set it", parts.len())
        } else {
            "holds several values; a browser takes one".to_owned()
        };
    }
    if allowed.starts_with('/') || allowed.contains(['^', '$']) {
        return "is an expression that the server should have compared with, not sent".to_owned();
    }
    if allowed.contains('*') {
        return "is a pattern; a browser knows no patterns, only a whole origin or a single `*`".to_owned();
    }
    let Some((scheme, rest)) = allowed.split_once("://") else {
        let same = origin.to_string().ends_with(&format!("://{allowed}"));
        return if same { "lacks the scheme" } else { "is no origin: it has no scheme" }.to_owned();
    };
    let Ok(other) = Url::parse(allowed) else { return "is no origin".to_owned() };
    if other.origin() == *origin {
        return match rest.find('/') {
            Some(at) if at + 1 == rest.len() => "has a slash at its end".to_owned(),
            Some(_) => "has a path".to_owned(),
            None if scheme.chars().chain(rest.chars()).any(|c| c.is_ascii_uppercase()) => {
                "is in other letter case; a browser compares letter by letter".to_owned()
            }
            None => "names the port that goes without saying".to_owned(),
        };
    }
    let Origin::Tuple { scheme, host, port } = origin else { return "is another origin".to_owned() };
    let mut parts = Vec::new();
    if *scheme != other.scheme {
        parts.push(format!("has {} where the page has {scheme}", other.scheme));
    }
    if *host != other.host {
        let both_here = is_loopback(host) && is_loopback(&other.host);
        let note = if both_here { ", which are two hosts to a browser" } else { "" };
        parts.push(format!("has {} where the page has {host}{note}", other.host));
    }
    if *port != other.port {
        let word = |port: Option<u16>| port.map_or_else(|| "no port".to_owned(), |port| format!("port {port}"));
        parts.push(format!("has {} where the page has {}", word(other.port), word(*port)));
    }
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_matter() {
        let page = Origin::parse("http://localhost:3000").unwrap();
        for (allowed, words) in [
            ("", "is empty"),
            ("http://localhost:3000/", "slash"),
            ("http://localhost:3000/app", "path"),
            ("HTTP://LOCALHOST:3000", "letter case"),
            ("\"http://localhost:3000\"", "quotes"),
            ("localhost:3000", "lacks the scheme"),
            ("example.com", "no scheme"),
            ("https://localhost:3000", "has https where the page has http"),
            ("http://127.0.0.1:3000", "two hosts"),
            ("http://localhost", "has no port where the page has port 3000"),
            ("http://localhost:5173", "has port 5173 where the page has port 3000"),
            ("http://*.example.com", "patterns"),
            ("/^http:.*$/", "expression"),
            ("http://localhost:3000, http://localhost:3000", "2 times"),
            ("*, http://localhost:3000", "several"),
            ("null", "files"),
        ] {
            assert!(differs(allowed, &page).contains(words), "{allowed}: {}", differs(allowed, &page));
        }
        let plain = Origin::parse("https://a.test").unwrap();
        assert!(differs("https://a.test:443", &plain).contains("goes without saying"));
        assert!(differs("https://a.test", &Origin::Null).contains("redirect"));
    }
}
