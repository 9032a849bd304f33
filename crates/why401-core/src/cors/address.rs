//! Addresses as the URL standard reads them, as far as CORS needs it: scheme, user, host, port, and a path to ask for.

use std::fmt;

use super::host::{host_and_port, read_host};
use super::origin::Origin;

/// An absolute address of a hierarchical scheme.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    /// In lower case.
    pub scheme: String,
    /// Whether a user or a password stands in it.
    pub has_user: bool,
    /// In lower case; an IPv6 address in brackets.
    pub host: String,
    /// `None` where it is the scheme's own.
    pub port: Option<u16>,
    /// Begins with `/`.
    pub path: String,
    /// Without the question mark. It may hold secrets.
    query: Option<String>,
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnAddress {
    /// What is wrong with it.
    pub why: String,
}

impl Url {
    /// Reads an absolute address.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text = tidy(text);
        let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
            return Err(wrong("the address has no scheme"));
        };
        let scheme = scheme.to_ascii_lowercase();
        let special = is_web(&scheme);
        let rest = match (special, rest.strip_prefix("//")) {
            (true, _) => rest.trim_start_matches(['/', '\\']),
            (false, Some(rest)) => rest,
            (false, None) => return Ok(Self::bare(scheme, rest)),
        };
        let end = rest.find(|c| matches!(c, '/' | '?' | '#') || special && c == '\\').unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
        let (host, port) = host_and_port(place)?;
        let port = port.filter(|port| Some(*port) != own_port(&scheme));
        let host = read_host(host)?;
        let mut url = Self::bare(scheme, "");
        (url.has_user, url.host, url.port) = (user.is_some_and(|user| !user.is_empty() && user != ":"), host, port);
        url.set_path(rest, special);
        Ok(url)
    }

    /// The address that `Location` means, seen from here.
    pub fn join(&self, location: &str) -> Result<Self, NotAnAddress> {
        let text = tidy(location);
        let text = match text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
            None => &*text,
            // `http:path` is relative where the base has the same scheme.
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case(&self.scheme) && !rest.starts_with(['/', '\\']) => rest,
            Some(_) => return Self::parse(&text),
        };
        let slashes = text.chars().take_while(|c| matches!(c, '/' | '\\')).count();
        if slashes >= 2 {
            return Self::parse(&format!("{}:{text}", self.scheme));
        }
        let mut url = self.clone();
        if slashes == 1 {
            url.set_path(text, true);
        } else if text.is_empty() || text.starts_with('#') {
        } else if text.starts_with('?') {
            url.set_path(&format!("{}{text}", self.path), true);
        } else {
            let folder = self.path.rfind('/').map_or("/", |at| &self.path[..=at]);
            url.set_path(&format!("{folder}{text}"), true);
        }
        Ok(url)
    }

    /// Its origin.
    pub fn origin(&self) -> Origin {
        let (scheme, host) = (self.scheme.clone(), self.host.clone());
        if host.is_empty() { Origin::Null } else { Origin::Tuple { scheme, host, port: self.port } }
    }

    /// The whole address, query included: it may hold secrets and is for the wire alone.
    pub fn expose(&self) -> String {
        self.query.as_ref().map_or_else(|| self.to_string(), |query| format!("{self}?{query}"))
    }

    /// The query, which may hold secrets.
    pub(super) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Whether it is asked for with HTTP.
    pub fn is_web(&self) -> bool {
        is_web(&self.scheme)
    }

    fn bare(scheme: String, path: &str) -> Self {
        Self { scheme, has_user: false, host: String::new(), port: None, path: path.to_owned(), query: None }
    }

    fn set_path(&mut self, rest: &str, special: bool) {
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        self.query = query.map(|query| encode(query, "\"<>'"));
        self.path = if special { resolve(&path.replace('\\', "/")) } else { path.to_owned() };
    }
}

/// Without the query, which may hold secrets.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.origin() {
            Origin::Null => write!(f, "{}:{}", self.scheme, self.path),
            origin @ Origin::Tuple { .. } => write!(f, "{origin}{}", self.path),
        }
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

pub(super) fn wrong(why: &str) -> NotAnAddress {
    NotAnAddress { why: why.to_owned() }
}

/// Blanks round it and line breaks within are taken out.
fn tidy(text: &str) -> String {
    text.trim_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

pub(super) fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

fn own_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

/// Takes `.` and `..` out of a path.
fn resolve(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        match part.to_ascii_lowercase().replace("%2e", ".").as_str() {
            ".." => {
                kept.pop();
                kept.extend(last.then_some(""));
            }
            "." => kept.extend(last.then_some("")),
            _ => kept.push(part),
        }
    }
    format!("/{}", encode(&kept.join("/"), "\"<>`{}^"))
}

/// Percent-encodes what may not stand in an address, and `also`.
fn encode(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c <= ' ' || c >= '\x7f' || also.contains(c) {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn addresses() {
        for (text, same) in [
            ("HTTP://API.test:80/a/../b?k=v#f", "http://api.test/b?k=v"),
            ("http:\\\\a.test\\x y", "http://a.test/x%20y"),
            ("https://a.test:443", "https://a.test/"),
            ("http://0x7f.1/", "http://127.0.0.1/"),
            ("http://2130706433/", "http://127.0.0.1/"),
            ("http://[::1]:1/", "http://[::1]:1/"),
            ("http://u:p@a.test/", "http://a.test/"),
            ("data:text/plain,x", "data:text/plain,x"),
        ] {
            assert_eq!(Url::parse(text).unwrap().expose(), same, "{text}");
        }
        assert!(Url::parse("http://u:p@a.test/").unwrap().has_user && !Url::parse("http://a.test").unwrap().has_user);
        for text in
            ["", "/x", "http://", "http://1.2.3.4.5", "http://256.1.1.1.", "http://a:x/", "http://[", "http://[::1]x"]
        {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn locations() {
        let base = Url::parse("https://a.test/v1/me?k=1").unwrap();
        for (location, there) in [
            ("/login", "https://a.test/login"),
            ("x", "https://a.test/v1/x"),
            ("../x", "https://a.test/x"),
            ("//b.test/x", "https://b.test/x"),
            ("?q", "https://a.test/v1/me?q"),
            ("", "https://a.test/v1/me?k=1"),
            ("http://a.test/", "http://a.test/"),
            ("https:x", "https://a.test/v1/x"),
            ("mailto:x", "mailto:x"),
        ] {
            assert_eq!(base.join(location).unwrap().expose(), there, "{location}");
        }
        assert!(base.join("http://[").is_err());
    }
}
