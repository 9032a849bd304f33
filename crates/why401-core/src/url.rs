//! A URL taken apart into its pieces (RFC 3986, section 3), each byte for byte as it was written.
//!
//! By hand and not with the `url` crate: that one rewrites what it reads (percent-encoding, dots, letter case), and whether
//! a credential was rewritten on its way is the very question here.

use std::borrow::Cow;

/// The pieces of a URL. All are parts of the text that was given; nothing is decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Url<'t> {
    /// Before `://`; empty where there is none.
    pub scheme: &'t str,
    /// Before the last `@` of the authority.
    pub userinfo: Option<&'t str>,
    /// Name or address; an IPv6 address with its brackets. Empty in a reference without an authority.
    pub host: &'t str,
    /// Behind the colon of the host, digits or not.
    pub port: Option<&'t str>,
    /// From the first slash behind the authority as far as the query.
    pub path: &'t str,
    /// Behind the first `?`.
    pub query: Option<&'t str>,
    /// Behind the first `#`.
    pub fragment: Option<&'t str>,
}

impl<'t> Url<'t> {
    /// Takes any text apart; one without `://` is a reference: path, query, fragment, or `//` and an authority.
    pub fn of(text: &'t str) -> Self {
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = match rest.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
            _ => match rest.strip_prefix("//") {
                Some(rest) => ("", rest),
                None => return Self { path: rest, query, fragment, ..Self::default() },
            },
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (userinfo, place) = match authority.rsplit_once('@') {
            Some((userinfo, place)) => (Some(userinfo), place),
            None => (None, authority),
        };
        let end = if place.starts_with('[') { place.find(']').map_or(place.len(), |at| at + 1) } else { 0 };
        let colon = place[end..].find(':').map(|at| end + at);
        let (host, port) = colon.map_or((place, None), |at| (&place[..at], Some(&place[at + 1..])));
        Self { scheme, userinfo, host, port, path, query, fragment }
    }

    /// Whether it says to whom it goes.
    pub fn is_absolute(&self) -> bool {
        !self.scheme.is_empty() && !self.host.is_empty()
    }

    /// Host in small letters, where there is one.
    pub fn host(&self) -> Option<String> {
        (!self.host.is_empty()).then(|| self.host.to_ascii_lowercase())
    }

    /// The port that is asked: the written one or that of the scheme.
    pub fn port(&self) -> Option<u16> {
        match self.port {
            Some(port) if !port.is_empty() => port.parse().ok(),
            _ => default_port(self.scheme),
        }
    }

    /// Host and port as they stand in a `Host` header: without the port that goes without saying.
    pub fn authority(&self) -> Cow<'t, str> {
        match self.port.filter(|port| !port.is_empty()) {
            Some(port) if self.port() != default_port(self.scheme) => format!("{}:{port}", self.host).into(),
            _ => self.host.into(),
        }
    }

    /// Scheme, host and port, in the form in which they are compared (RFC 6454).
    pub fn origin(&self) -> Option<(String, String, u16)> {
        Some((self.scheme.to_ascii_lowercase(), self.host()?, self.port()?))
    }

    /// Where a reference, such as the value of `Location`, leads from here (RFC 3986, section 5.2, dots as they are).
    pub fn join(&self, reference: &str) -> String {
        let other = Url::of(reference);
        // `mailto:x` has a scheme and no authority.
        if !other.scheme.is_empty() || other.path.split('/').next().is_some_and(begins_with_scheme) {
            return reference.to_owned();
        }
        if !other.host.is_empty() {
            return format!("{}:{reference}", self.scheme);
        }
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let start = format!("{}://{}{port}", self.scheme, self.host);
        let query = |own: Option<&str>| own.map(|query| format!("?{query}")).unwrap_or_default();
        if reference.starts_with('/') {
            return format!("{start}{reference}");
        }
        let path = if self.path.is_empty() { "/" } else { self.path };
        if other.path.is_empty() {
            let own = query(other.query.or(self.query));
            return format!("{start}{path}{own}{}", other.fragment.map(|f| format!("#{f}")).unwrap_or_default());
        }
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        format!("{start}{folder}{reference}")
    }
}

/// Percent-encoding of all but the unreserved (RFC 3986, section 2.3).
pub fn encoded(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    bytes.iter().map(|b| if plain(*b) { char::from(*b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A text with its percent-encoding taken off (RFC 3986, section 2.1); what is none stays.
pub fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let digits = digits.filter(|two| !two.starts_with('+'));
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &behind[2..];
            }
            None => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    out
}

/// The port that goes without saying.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn begins_with_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// What stands before and behind the first `mark`.
fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent() {
        assert_eq!(encoded(b"a+b/~"), "a%2Bb%2F~");
        for (text, bytes) in
            [("a%2Bb", &b"a+b"[..]), ("%", b"%"), ("%4", b"%4"), ("%zz%+1", b"%zz%+1"), ("%C3%A9", "é".as_bytes())]
        {
            assert_eq!(decoded(text), bytes, "{text}");
        }
    }

    #[test]
    fn pieces() {
        let url = Url::of("https://u:p@b@A.Test:8443/x//%2e?a=b?c#d?e");
        assert_eq!(
            url,
            Url {
                scheme: "https",
                userinfo: Some("u:p@b"),
                host: "A.Test",
                port: Some("8443"),
                path: "/x//%2e",
                query: Some("a=b?c"),
                fragment: Some("d?e"),
            }
        );
        assert_eq!(url.authority(), "A.Test:8443");
        assert_eq!(url.origin(), Some(("https".into(), "a.test".into(), 8443)));
        for (text, host, port, path, authority) in [
            ("http://[::1]:80/x", "[::1]", Some(80), "/x", "[::1]"),
            ("http://[::1", "[::1", Some(80), "", "[::1"),
            ("https://a.test?q", "a.test", Some(443), "", "a.test"),
            ("https://a.test:/", "a.test", Some(443), "/", "a.test"),
            ("http://a.test:443", "a.test", Some(443), "", "a.test:443"),
            ("http://a.test:x/", "a.test", None, "/", "a.test:x"),
            ("//a.test/x", "a.test", None, "/x", "a.test"),
            ("/x?y=http://b.test", "", None, "/x", ""),
            ("a.test/x", "", None, "a.test/x", ""),
            ("", "", None, "", ""),
        ] {
            let url = Url::of(text);
            assert_eq!((url.host, url.port(), url.path, &*url.authority()), (host, port, path, authority), "{text}");
        }
    }

    #[test]
    fn references() {
        let url = Url::of("https://u:p@a.test:8443/x/y?z#f");
        for (reference, expected) in [
            ("http://b.test/", "http://b.test/"),
            ("//b.test/c", "https://b.test/c"),
            ("/c?d", "https://a.test:8443/c?d"),
            ("c", "https://a.test:8443/x/c"),
            ("?d", "https://a.test:8443/x/y?d"),
            ("", "https://a.test:8443/x/y?z"),
            ("mailto:x", "mailto:x"),
            ("c/d:e", "https://a.test:8443/x/c/d:e"),
        ] {
            assert_eq!(url.join(reference), expected, "{reference}");
        }
    }
}
