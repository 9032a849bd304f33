//! `--gateway VAR=URL`: checked before anything starts.

use why401_core::url::Url;

use crate::shown;
use crate::world::Error;

/// A variable, and the base URL that its gateway leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// The variable.
    pub variable: String,
    /// The base URL, without a slash at its end.
    pub url: String,
}

impl Gateway {
    /// Reads `VAR=URL`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let hint = "--gateway OPENAI_BASE_URL=https://api.openai.com/v1";
        let (variable, url) = text
            .split_once('=')
            .ok_or_else(|| Error::new("--gateway wants a variable, a `=` and the URL that it leads to").hint(hint))?;
        let is_name = variable.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err(Error::new(format!("--gateway: {} is no name of a variable", shown::name(variable))).hint(hint));
        }
        let parts = Url::of(url);
        let wrong = |what: &str| Err(Error::new(format!("--gateway {variable}: the URL {what}")).hint(hint));
        if !["http", "https"].contains(&parts.scheme.to_ascii_lowercase().as_str()) {
            return wrong("begins neither with https:// nor with http://");
        }
        let Some(host) = parts.host().filter(|host| !host.is_empty()) else { return wrong("names no host") };
        let is_host = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
        if !host.chars().all(is_host) || parts.port().is_none() {
            return wrong("names no host that can be asked");
        }
        if parts.userinfo.is_some() {
            return wrong("holds a user; the program has to send its credential itself");
        }
        if parts.query.is_some() || url.contains('#') {
            return wrong("holds a query or a fragment; a base URL ends before them");
        }
        if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return wrong("holds a blank");
        }
        Ok(Self { variable: variable.to_owned(), url: url.trim_end_matches('/').to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken() {
        let parsed = Gateway::parse("OPENAI_BASE_URL=https://api.openai.com/v1/").unwrap();
        assert_eq!((parsed.variable.as_str(), parsed.url.as_str()), ("OPENAI_BASE_URL", "https://api.openai.com/v1"));
        for (text, taken) in [
            ("A=http://127.0.0.1:8080", true),
            ("A=http://[::1]:8080/x", true),
            ("A", false),
            ("=https://a.test", false),
            ("1A=https://a.test", false),
            ("A=ftp://a.test", false),
            ("A=a.test", false),
            ("A=https://", false),
            ("A=https://u:p@a.test", false),
            ("A=https://a.test?x=1", false),
            ("A=https://a.test:99999", false),
            ("A=https://a b.test", false),
        ] {
            assert_eq!(Gateway::parse(text).is_ok(), taken, "{text}");
        }
    }
}
