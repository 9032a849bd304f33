//! A `server` fence: a small HTTP server on loopback for one story, its rules as a few lines that a person can read.
//!
//! ````text
//! ```server
//! when GET /v1/me and Authorization: Bearer good
//!   200 {"id":1}
//! when no Authorization
//!   401 {"error":"no key"}
//!   WWW-Authenticate: Bearer
//! otherwise
//!   401 {"error":"unknown key"}
//! ```
//! ````
//!
//! The first rule whose conditions all hold answers. A condition is a method, a path, or both; `Name: value`, a header that is
//! exactly so (`a Name` any value, `no Name` none, `exactly Name: value` also the letter case of its name); `?name=value`, a piece
//! of the query as it was sent (`no ?name`); `at most N times`, which holds so often. Behind the status stands the body, and under
//! it stand headers. A rule that says `forward without NAME` makes a proxy of the server, which drops that header.
//!
//! ` ```server here tls api.example.com ` speaks TLS with a certificate for that name and `127.0.0.1`, and HTTP/2 where it is asked
//! for; `{{here.ca}}` is the file of the authority that vouches for it. Without TLS it listens on `::1`, too, where this machine has
//! that address. `over HTTP/2` and `over IPv6` are conditions.
//!
//! `{{server}}` in files, rules and commands is its address and `{{server.port}}` its port; ` ```server login ` has the name
//! `login` in its place. Output shows port 40001 for the first, 40002 for the second.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::authority::Authority;
use super::secure;

/// The rules of a server.
pub type Rules = Vec<Rule>;

/// A server of a story.
pub struct Server {
    /// What placeholders call it.
    pub name: String,
    /// The port that it has got.
    pub port: u16,
    rules: Arc<OnceLock<Rules>>,
    /// The file that names its authority; empty without TLS.
    authority: String,
}

impl Server {
    /// A server that listens and has no rules yet.
    pub fn open(info: &str, folder: &Path) -> Self {
        let (name, names) = info.split_once(" tls").map_or((info, None), |(name, names)| (name, Some(names)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let rules: Arc<OnceLock<Rules>> = Arc::default();
        let mut authority = String::new();
        // Both end with the test's process; nobody asks them later.
        if let Some(names) = names {
            let own = Authority::new("the story's authority");
            authority = own.file(folder, &format!("{name}.pem"));
            let names: Vec<&str> = names.split_whitespace().chain(["127.0.0.1"]).collect();
            let (config, rules) = (own.server(&names), rules.clone());
            std::thread::spawn(move || secure::listen(listener, config, rules));
        } else {
            let other = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).ok();
            for (listener, way) in other.map(|other| (other, Way::V6)).into_iter().chain([(listener, Way::V4)]) {
                let own = rules.clone();
                std::thread::spawn(move || {
                    for stream in listener.incoming().map_while(Result::ok) {
                        let own = own.clone();
                        std::thread::spawn(move || serve(stream, own.get().map_or(&[], Vec::as_slice), way));
                    }
                });
            }
        }
        let name = if name.is_empty() { "server" } else { name };
        Self { name: name.to_owned(), port, rules, authority }
    }

    /// Gives it its rules, in which every placeholder is filled.
    pub fn rule(&self, text: &str) {
        let mut rules = Rules::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(conditions) = line.strip_prefix("when ") {
                rules.push(Rule::new(conditions.split(" and ").map(Condition::parse).collect()));
            } else if line == "otherwise" {
                rules.push(Rule::new(Vec::new()));
            } else {
                let rule = rules.last_mut().unwrap_or_else(|| panic!("{line:?} stands before the first rule"));
                rule.answer(line.strip_prefix("  ").unwrap_or_else(|| panic!("{line:?} is no part of a rule")));
            }
        }
        assert!(self.rules.set(rules).is_ok());
    }

    /// The value of a placeholder that is its own.
    pub fn value(&self, marker: &str) -> Option<String> {
        match marker.strip_prefix(self.name.as_str())? {
            "" if self.authority.is_empty() => Some(format!("http://127.0.0.1:{}", self.port)),
            "" => Some(format!("https://127.0.0.1:{}", self.port)),
            ".ca" => Some(self.authority.clone()),
            ".port" => Some(self.port.to_string()),
            _ => None,
        }
    }
}

/// When it answers, and what.
pub struct Rule {
    conditions: Vec<Condition>,
    pub status: u16,
    pub body: String,
    pub headers: String,
    /// The header that is dropped where it passes requests on.
    forwards_without: Option<String>,
}

/// How a request came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    V4,
    V6,
    Http2,
}

enum Condition {
    Over(Way),
    Line(Option<String>, Option<String>),
    Header(String, String),
    Exactly(String, String),
    Present(String),
    Absent(String),
    Query(String),
    NoQuery(String),
    Times(AtomicUsize),
}

/// A request as it came.
pub struct Came {
    pub way: Way,
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Rule {
    fn new(conditions: Vec<Condition>) -> Self {
        Self { conditions, status: 0, body: String::new(), headers: String::new(), forwards_without: None }
    }

    /// The first whose conditions all hold.
    pub fn of<'r>(rules: &'r [Self], came: &Came) -> &'r Self {
        let rule = rules.iter().find(|rule| rule.conditions.iter().all(|condition| condition.holds(came)));
        rule.unwrap_or_else(|| panic!("no rule for {} {}", came.method, came.target))
    }

    /// The bytes of its answer in HTTP/1.1.
    pub fn answered(&self, came: &Came) -> Vec<u8> {
        let Self { status, body, headers, .. } = self;
        let headers = super::filled(headers);
        let length = body.len();
        let body = if came.method == "HEAD" { "" } else { body };
        format!("HTTP/1.1 {status} Scripted\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
    }

    fn answer(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("forward without ") {
            self.forwards_without = Some(name.to_owned());
        } else if self.status == 0 {
            let (status, body) = line.split_once(' ').unwrap_or((line, ""));
            self.status = status.parse().unwrap_or_else(|_| panic!("{line:?} begins with no status"));
            self.body = body.to_owned();
        } else {
            self.headers.push_str(&format!("{line}\r\n"));
        }
    }
}

impl Condition {
    fn parse(text: &str) -> Self {
        let pair = |text: &str| {
            let (name, value) = text.split_once(": ").unwrap_or_else(|| panic!("{text:?} is no condition"));
            (name.to_owned(), value.to_owned())
        };
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match first {
            "no" => {
                rest.strip_prefix('?').map_or_else(|| Self::Absent(rest.to_owned()), |own| Self::NoQuery(own.into()))
            }
            "a" | "an" => Self::Present(rest.to_owned()),
            "exactly" => {
                let (name, value) = pair(rest);
                Self::Exactly(name, value)
            }
            "at" => {
                let number = rest.strip_prefix("most ").and_then(|rest| rest.strip_suffix(" times"));
                Self::Times(AtomicUsize::new(number.and_then(|number| number.parse().ok()).unwrap()))
            }
            "over" if rest == "HTTP/2" => Self::Over(Way::Http2),
            "over" if rest == "IPv6" => Self::Over(Way::V6),
            _ if first.starts_with('?') => Self::Query(text[1..].to_owned()),
            _ if first.starts_with('/') => Self::Line(None, Some(text.to_owned())),
            _ if first.ends_with(':') => {
                let (name, value) = pair(text);
                Self::Header(name, value)
            }
            _ => Self::Line(Some(first.to_owned()), (!rest.is_empty()).then(|| rest.to_owned())),
        }
    }

    fn holds(&self, came: &Came) -> bool {
        let (path, query) = came.target.split_once('?').unwrap_or((&came.target, ""));
        let mut headers = came.headers.iter();
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        match self {
            Self::Over(way) => came.way == *way,
            Self::Line(method, own) => {
                method.as_ref().is_none_or(|own| *own == came.method) && own.as_ref().is_none_or(|own| own == path)
            }
            Self::Header(name, value) => headers.any(|(own, sent)| same(own, name) && sent == value),
            Self::Exactly(name, value) => headers.any(|(own, sent)| own == name && sent == value),
            Self::Present(name) => headers.any(|(own, _)| same(own, name)),
            Self::Absent(name) => !headers.any(|(own, _)| same(own, name)),
            Self::Query(piece) => query.split('&').any(|own| own == piece),
            Self::NoQuery(name) => !query.split('&').any(|own| own.split('=').next() == Some(name)),
            Self::Times(left) => {
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
            }
        }
    }
}

/// Answers one request after the other on a connection.
fn serve(stream: TcpStream, rules: &[Rule], way: Way) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Some(came) = Came::read(&mut reader, way) {
        let rule = Rule::of(rules, &came);
        let answer = match &rule.forwards_without {
            Some(name) => forwarded(&came, name),
            None => rule.answered(&came),
        };
        if writer.write_all(&answer).is_err() || rule.forwards_without.is_some() {
            return;
        }
    }
}

impl Came {
    /// One request; `None` where the connection ends.
    pub fn read(reader: &mut impl BufRead, way: Way) -> Option<Self> {
        let mut line = || {
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line).ok()?;
            // A line without its end is not all there.
            line.ends_with(b"\n").then_some(())?;
            // Bytes above ASCII in a header are characters of ISO-8859-1.
            let text: String = line.iter().map(|byte| char::from(*byte)).collect();
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        };
        let first = line()?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        loop {
            let line = line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let mut body = vec![0; length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body).ok()?;
        Some(Self { way, method, target, headers, body })
    }
}

/// What the server says to which the request is passed on, without one of its headers.
fn forwarded(came: &Came, without: &str) -> Vec<u8> {
    let rest = came.target.strip_prefix("http://").unwrap_or_else(|| panic!("{} is no target of a proxy", came.target));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut text = format!("{} {path} HTTP/1.1\r\nConnection: close\r\n", came.method);
    for (name, value) in came.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(without)) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut bytes = format!("{text}\r\n").into_bytes();
    bytes.extend(&came.body);
    let mut server = TcpStream::connect(authority).unwrap();
    server.write_all(&bytes).unwrap();
    // The scripted servers keep connections open, so that the end is told by what the head says.
    let mut reader = BufReader::new(server);
    let (mut answer, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 {
            return answer;
        }
        if let Some((name, value)) =
            line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        {
            assert!(!name.is_empty());
            length = value.trim().parse().unwrap();
        }
        answer.extend(line.as_bytes());
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    answer.extend(body);
    answer
}
