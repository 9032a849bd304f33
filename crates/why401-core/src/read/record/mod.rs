//! Record: one line of an access log in JSON, read as the call that it tells of.
//!
//! A log repeats itself, and only what a diagnosis may depend on makes two records differ: what changes with every
//! request (ids, times, page numbers) is replaced by something of the same shape before anything is judged.

mod fields;
mod slot;
mod steady;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use fields::Fields;

use super::marks;
use crate::exchange::{Answer, Exchange, Outcome, Request, Via};
use crate::fact::{Origin, Place};
use crate::secret::Secret;
use crate::url::Url;

/// A name and its value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// One record, as far as it was logged.
#[derive(Default)]
pub struct Record<'a> {
    /// Status code.
    pub status: Option<u16>,
    host: Cow<'a, str>,
    url: Cow<'a, str>,
    method: Cow<'a, str>,
    asked: Vec<Pair<'a>>,
    headers: Vec<Pair<'a>>,
    body: Cow<'a, str>,
    /// Whether any field was known.
    is_known: bool,
}

/// Why a line is no record. It never holds a piece of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no JSON from this byte on, counted from 1.
    Syntax(usize),
    /// The line ends too early.
    CutOff,
    /// It is JSON, and no object.
    NotAnObject,
    /// It is nested too deep or holds what no number can be.
    Shape,
    /// No field of it is known.
    NothingKnown,
    /// It is longer than this many bytes.
    TooLong(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(byte) => write!(f, "no JSON at byte {byte}"),
            Self::CutOff => f.write_str("the JSON is cut off"),
            Self::NotAnObject => f.write_str("JSON, and no object"),
            Self::Shape => f.write_str("JSON that is nested too deep or holds an impossible number"),
            Self::NothingKnown => f.write_str("no field of it is known; name yours with --fields"),
            Self::TooLong(limit) => write!(f, "longer than {limit} bytes"),
        }
    }
}

/// A body is kept up to here.
const BODY: usize = 64 << 10;
/// Header fields that a request has and an answer has not.
const ASKED: &[&str] = &["authorization", "proxy-authorization", "x-api-key", "api-key", "apikey", "x-auth-token"];
/// Header fields that differ with each request and say nothing of a refusal.
const NOISE: &[&str] = &[
    "accept",
    "age",
    "connection",
    "content-length",
    "cookie",
    "date",
    "etag",
    "expires",
    "host",
    "last-modified",
    "origin",
    "referer",
    "set-cookie",
    "traceparent",
    "user-agent",
];

impl<'a> Record<'a> {
    /// Whether this may be a refusal: the status says so, or the text does under a status that does not.
    pub fn refuses(&self) -> bool {
        match self.status {
            Some(400..) => true,
            _ if self.body.is_empty() => false,
            _ => {
                let body = self.body.as_bytes();
                let says = ["\"errors\"", "\"error\"", "\"ok\":false", "\"ok\": false"];
                says.iter().any(|word| memchr::memmem::find(body, word.as_bytes()).is_some())
                    || marks::find(body, 0).is_some()
            }
        }
    }

    /// Writes all that a diagnosis may depend on into `key`; false where a credential is part of it, which is not to
    /// be kept. Records of one key have one [`Self::exchange`].
    pub fn key(&self, key: &mut Vec<u8>) -> bool {
        key.clear();
        key.extend_from_slice(&self.status.unwrap_or(0).to_le_bytes());
        for text in [self.host(), &self.method] {
            key.extend_from_slice(text.as_bytes());
            key.push(0);
        }
        steady::path(self.path(), key);
        key.push(0);
        for (name, value) in self.telling() {
            key.extend_from_slice(name.as_bytes());
            key.push(0);
            steady::text(value, key);
            key.push(0);
        }
        steady::text(&self.body, key);
        self.asked.is_empty() && self.query().next().is_none()
    }

    /// The call.
    pub fn exchange(&self) -> Exchange {
        let steady = |text: &str, write: fn(&str, &mut Vec<u8>)| {
            let mut bytes = Vec::with_capacity(text.len());
            write(text, &mut bytes);
            String::from_utf8(bytes).unwrap_or_default()
        };
        let host = self.host();
        let path = steady(self.path(), steady::path);
        let url = if host.is_empty() { path } else { format!("https://{host}{path}") };
        let secret = |(name, value): (&str, &str)| (name.to_owned(), Secret::from(value));
        let query: Vec<String> = self.query().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request {
            method: self.method.to_string(),
            url,
            headers: self.asked.iter().map(|(name, value)| secret((name, value))).collect(),
            query: (!query.is_empty()).then(|| Secret::from(query.join("&").as_str())),
            body: Secret::default(),
        };
        let answer = Answer {
            status: self.status,
            headers: self.telling().map(|(name, value)| (name.to_owned(), steady(value, steady::text))).collect(),
            body: steady(&self.body, steady::text),
        };
        let place = Place { path: Arc::from("-"), line: 1, column: 1, width: 0 };
        Exchange { request, outcome: Outcome::Answered(answer), via: Via::Text(Origin::File(place)) }
    }

    /// The host that was asked, without its port.
    fn host(&self) -> &str {
        let url = Url::of(&self.url);
        if url.scheme.is_empty() { self.host.split_once(':').map_or(&*self.host, |(host, _)| host) } else { url.host }
    }

    /// The path that was asked, without its query.
    fn path(&self) -> &str {
        Url::of(&self.url).path
    }

    /// Query parameters by which credentials are sent.
    fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        const CARRIERS: &[&str] = &[
            "key",
            "apikey",
            "api_key",
            "api-key",
            "token",
            "access_token",
            "auth",
            "sig",
            "signature",
            "appid",
            "client_secret",
            "subscription-key",
        ];
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split(['&', '#']).filter_map(|pair| pair.split_once('='));
        pairs.filter(|(name, _)| {
            CARRIERS.iter().any(|known| known.eq_ignore_ascii_case(name))
                || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
        })
    }

    /// Header fields of the answer that may tell something.
    fn telling(&self) -> impl Iterator<Item = (&str, &str)> {
        let noise = |name: &str| {
            let has =
                |word: &str| name.len() >= word.len() && name[name.len() - word.len()..].eq_ignore_ascii_case(word);
            NOISE.iter().any(|known| known.eq_ignore_ascii_case(name))
                || name.is_ascii() && ["-id", "-time", "-reset", "-duration"].iter().any(|word| has(word))
        };
        self.headers.iter().map(|(name, value)| (&**name, &**value)).filter(move |(name, _)| !noise(name))
    }

    fn add_body(&mut self, text: Cow<'a, str>) {
        if self.body.is_empty() {
            self.body = text;
        } else if !text.is_empty() && !self.body.contains(&*text) {
            let body = self.body.to_mut();
            body.push('\n');
            body.push_str(&text);
        }
        if self.body.len() > BODY {
            let end = self.body.floor_char_boundary(BODY);
            self.body = Cow::Owned(self.body[..end].to_owned());
        }
    }

    fn add_header(&mut self, name: Cow<'a, str>, value: Cow<'a, str>, of_request: bool) {
        if of_request || ASKED.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            let carries = ASKED.iter().any(|known| known.eq_ignore_ascii_case(&name));
            let kept = carries || !NOISE.iter().any(|known| known.eq_ignore_ascii_case(&name));
            if kept {
                self.asked.push((name, value));
            }
        } else {
            self.headers.push((name, value));
        }
    }
}

#[cfg(test)]
mod tests;
