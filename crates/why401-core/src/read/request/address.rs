//! The address of a request: checked, and taken apart into what goes where, bytes as they were written.

use super::text::Text;
use super::{Asked, Refused, Source, Spot, refused};
use crate::url::Url;

/// An address that can be asked.
pub(super) struct Address {
    /// Scheme, host, port and path; the path is never empty.
    url: Text,
    query: Option<Text>,
    /// User and password that stood in it, joined by a colon, percent-encoding taken off.
    pub(super) user: Option<Text>,
    /// Host and port as they belong into the `Host` field.
    pub(super) host: String,
    /// Host and port as they are asked.
    pub(super) place: (String, u16),
}

impl Address {
    /// Takes an absolute address apart.
    ///
    /// # Errors
    /// What is no address of HTTP, and why.
    pub(super) fn of(text: &Text) -> Result<Self, Refused> {
        let whole = text.lossy();
        let wrong = |why: &str| Err(refused(format!("the address {why}: {}", shown(text)), HINT));
        if std::str::from_utf8(text.bytes()).is_err() {
            return wrong("holds bytes that are no text");
        }
        let url = Url::of(&whole);
        let open = text.is_open();
        match url.scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => {}
            // A reference may bring scheme and host with it: `$BASE/v1`.
            "" if open => {}
            "" => return wrong("says no scheme (`https://`)"),
            _ => return wrong("is not one of http or https"),
        }
        if url.host.is_empty() && !open {
            return wrong("names no host");
        }
        if let Some(c) = whole.chars().find(|c| c.is_control() || (*c == ' ' && !open)) {
            let name = if c == ' ' { "a blank".to_owned() } else { format!("the character U+{:04X}", u32::from(c)) };
            return wrong(&format!("holds {name}, which has to be written %{:02X}", u32::from(c)));
        }
        if !open && !url.host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~[]:%".contains(&byte)) {
            return wrong(
                "has a host with characters that no name has (a name outside ASCII is to be written in its `xn--` form)",
            );
        }
        let Some(port) = url.port().or_else(|| open.then_some(443)) else { return wrong("has no number as its port") };
        // The pieces are parts of the whole, except for those that are not there.
        let span = |piece: &str| match (piece.as_ptr() as usize).checked_sub(whole.as_ptr() as usize) {
            Some(start) if !piece.is_empty() => text.part(start..start + piece.len()),
            _ => Text::default(),
        };
        let mut bare = text.part(0..url.scheme.len());
        if !url.scheme.is_empty() {
            bare.push_str("://");
        }
        bare.push(&span(url.host));
        if let Some(port) = url.port {
            bare.push_str(":");
            bare.push(&span(port));
        }
        if url.path.is_empty() {
            bare.push_str("/");
        }
        bare.push(&span(url.path));
        let user = url.userinfo.map(|userinfo| {
            let whole = span(userinfo);
            let (user, password) = whole.split_once(b':').unwrap_or_else(|| (whole.clone(), Text::default()));
            let mut joined = user.decoded();
            joined.push_str(":");
            joined.push(&password.decoded());
            joined
        });
        Ok(Self {
            query: url.query.map(span),
            user,
            host: url.authority().into_owned(),
            place: (url.host().unwrap_or_default(), port),
            url: bare,
        })
    }

    /// Adds to the query.
    ///
    /// # Errors
    /// Bytes that no query has as they are.
    pub(super) fn ask(&mut self, more: &Text) -> Result<(), Refused> {
        if more.bytes().iter().any(|byte| *byte <= b' ' || *byte == 0x7f) && !more.is_open() {
            return Err(refused(
                "what is to be added to the address holds a blank or a control character",
                "Let it be encoded: `--data-urlencode` in the place of `-d`.",
            ));
        }
        match &mut self.query {
            Some(query) => {
                if !query.is_empty() {
                    query.push_str("&");
                }
                query.push(more);
            }
            None => self.query = Some(more.clone()),
        }
        Ok(())
    }

    /// Puts a step behind a path that ends with a slash.
    pub(super) fn step(&mut self, name: &Text) {
        if self.url.bytes().ends_with(b"/") {
            self.url.push(&name.percent());
        }
    }

    /// Writes what is not ASCII in the path as %XX; curl writes small letters, others large ones and the query, too.
    pub(super) fn encode(&mut self, curl: bool) {
        self.url = self.url.ascii(curl);
        if let Some(query) = self.query.as_mut().filter(|_| !curl) {
            *query = query.ascii(false);
        }
    }

    /// Takes `.` and `..` out of the path (RFC 3986, section 5.2.4), as clients do.
    pub(super) fn squash(&mut self) {
        let whole = self.url.lossy();
        let path = Url::of(&whole).path;
        if !path.split('/').any(|step| step == "." || step == "..") {
            return;
        }
        let start = whole.len() - path.len();
        let mut steps: Vec<Text> = Vec::new();
        let mut at = start + 1;
        let count = path.split('/').count();
        for (index, step) in path.split('/').enumerate().skip(1) {
            let last = index + 1 == count;
            match step {
                "." | ".." => {
                    if step == ".." {
                        steps.pop();
                    }
                    if last {
                        steps.push(Text::default());
                    }
                }
                _ => steps.push(self.url.part(at..at + step.len())),
            }
            at += step.len() + 1;
        }
        let mut url = self.url.part(0..start);
        for step in &steps {
            url.push_str("/");
            url.push(step);
        }
        self.url = url;
    }

    /// Puts the address into the request; references in it are remembered.
    pub(super) fn put(&self, asked: &mut Asked) {
        asked.request.url = self.url.lossy();
        asked.sources.extend(self.url.names().into_iter().map(|variable| Source { variable, at: Spot::Address }));
        let Some(query) = &self.query else { return };
        let mut rest = query.clone();
        loop {
            let (piece, more) = match rest.split_once(b'&') {
                Some((piece, more)) => (piece, Some(more)),
                None => (rest.clone(), None),
            };
            let name = piece.split_once(b'=').map(|(name, _)| name.lossy());
            for variable in piece.names() {
                let at = name.clone().map_or(Spot::Address, Spot::Parameter);
                asked.sources.push(Source { variable, at });
            }
            match more {
                Some(more) => rest = more,
                None => break,
            }
        }
        asked.request.query = Some(query.secret());
        asked.warn_of_address();
    }
}

const HINT: &str = "Write it as `https://host/path`; what is no letter or digit goes as %XX.";

/// An address as it may be shown: without what may be a credential.
fn shown(address: &Text) -> String {
    let names = address.names();
    if !names.is_empty() && !address.is_open() {
        return format!(
            "it was made with {}",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        );
    }
    let whole = address.lossy();
    let url = Url::of(&whole);
    let host: String = url.host.chars().filter(|c| !c.is_control()).take(80).collect();
    match (url.scheme, host.is_empty()) {
        ("", true) => format!("it has {} characters", whole.chars().count()),
        (scheme, _) => format!("`{scheme}://{host}…`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, url, query, host) in [
            ("https://A.test", "https://A.test/", None, "A.test"),
            ("http://a.test:80/x#f", "http://a.test:80/x", None, "a.test"),
            ("http://u%40:p@[::1]:8080?q=1", "http://[::1]:8080/", Some("q=1"), "[::1]:8080"),
            ("http://a.test/x/./y/../z/..", "http://a.test/x/", None, "a.test"),
            ("http://a.test/../../x", "http://a.test/x", None, "a.test"),
        ] {
            let mut address = Address::of(&text.into()).unwrap();
            address.squash();
            address.encode(false);
            let mut asked = Asked::default();
            address.put(&mut asked);
            assert_eq!(asked.request.url, url);
            assert_eq!(asked.request.query.as_ref().and_then(|query| query.expose_str()), query);
            assert_eq!(address.host, host);
        }
        for text in
            ["a.test/x", "ftp://a.test/", "http:///x", "http://a b/", "http://a.test/\n", "http://a:b/", "http://é/"]
        {
            assert!(Address::of(&text.into()).is_err(), "{text}");
        }
    }
}
