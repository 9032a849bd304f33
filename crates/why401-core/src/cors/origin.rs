//! An origin: scheme, host and port together (HTML standard, "origin"), or an opaque one that is written `null`.

use std::fmt;

use super::address::{self, Url};
use super::host;

/// Where a page comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Opaque: a file, a sandboxed frame, a `data:` address, or a page whose call was redirected between other origins.
    Null,
    /// Scheme, host and port.
    Tuple {
        /// In lower case.
        scheme: String,
        /// In lower case, as the URL standard writes it.
        host: String,
        /// `None` where it is the scheme's own.
        port: Option<u16>,
    },
}

/// A text that is no origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnOrigin {
    /// What is wrong with it.
    pub why: String,
    /// The origin that was probably meant.
    pub meant: Option<Origin>,
}

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        self.meant.as_ref().map_or(Ok(()), |meant| write!(f, "; `{meant}` is one"))
    }
}

impl Origin {
    /// Reads an origin as people name it. It is taken as written: no path, no slash at the end, no user.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let wrong = |why: &str, meant| Err(NotAnOrigin { why: why.to_owned(), meant });
        if text == "null" {
            return Ok(Self::Null);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            let guess = format!("{}://{text}", if host::is_local_name(text) { "http" } else { "https" });
            return wrong("an origin begins with its scheme", Self::parse(&guess).ok());
        };
        if scheme.eq_ignore_ascii_case("file") {
            return wrong("a page opened as a file has the origin `null`", Some(Self::Null));
        }
        if !address::is_scheme(scheme) {
            return wrong("this is no scheme", None);
        }
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(why) => return wrong(&why.why, None),
        };
        let meant = url.origin();
        if url.has_user {
            return wrong("an origin has no user", Some(meant));
        }
        match rest.find(['/', '?', '#', '\\']) {
            Some(at) if at + 1 == rest.len() && rest.ends_with('/') => {
                wrong("an origin has no slash at its end", Some(meant))
            }
            Some(_) => wrong("an origin ends with its host or port", Some(meant)),
            None => Ok(meant),
        }
    }

    /// Whether its pages are delivered so that nobody on the way can change them (Secure Contexts, "potentially
    /// trustworthy").
    pub fn is_trustworthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Tuple { scheme, host, .. } => {
                scheme == "https" || scheme.ends_with("-extension") || host::is_loopback(host)
            }
        }
    }

    /// Its host, where it has one.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Tuple { host, .. } => Some(host),
        }
    }

    /// Its scheme, where it has one.
    pub fn scheme(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Tuple { scheme, .. } => Some(scheme),
        }
    }

    /// "Same origin" of the HTML standard: an opaque origin is not even the same as another opaque one.
    pub fn same(&self, other: &Self) -> bool {
        *self != Self::Null && self == other
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Tuple { scheme, host, port: Some(port) } => write!(f, "{scheme}://{host}:{port}"),
            Self::Tuple { scheme, host, port: None } => write!(f, "{scheme}://{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn origins_as_written() {
        for (text, same) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://App.Example.com", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("http://app.example.com:443", "http://app.example.com:443"),
            ("HTTP://127.1:80", "http://127.0.0.1"),
            ("http://[::0:1]:8080", "http://[::1]:8080"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
            ("null", "null"),
        ] {
            assert_eq!(Origin::parse(text).map(|origin| origin.to_string()), Ok(same.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin() {
        for (text, meant) in [
            ("http://localhost:3000/", "http://localhost:3000"),
            ("https://a.test/path", "https://a.test"),
            ("https://u:p@a.test", "https://a.test"),
            ("localhost:3000", "http://localhost:3000"),
            ("app.example.com", "https://app.example.com"),
            ("file:///tmp/x.html", "null"),
        ] {
            let wrong = Origin::parse(text).unwrap_err();
            assert_eq!(wrong.meant.map(|origin| origin.to_string()).as_deref(), Some(meant), "{text}");
        }
        for text in ["", "*", "http://", "http://a b", "http://a:99999", "http://ü.test", "://a", "http://[1"] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn trustworthy() {
        let is = |text: &str| Origin::parse(text).unwrap().is_trustworthy();
        assert!(is("https://a.test") && is("http://localhost:1") && is("http://127.9.9.9") && is("http://a.localhost"));
        assert!(!is("http://a.test") && !is("null") && !is("http://192.168.0.1"));
    }
}
