//! HTTP heads in a text: as the protocol writes them, as `curl -v` marks them, as `http.client` and others print them.

use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::exchange::{Answer, Exchange, Outcome, Request, Via};
use crate::fact::{Origin, Place};
use crate::secret::Secret;

/// A line of a head, without the mark that `curl -v` puts before it.
enum Line<'t> {
    Request {
        method: &'t str,
        target: &'t str,
        /// Whether the version of the protocol stands behind it.
        whole: bool,
    },
    Status(u16),
    Field {
        name: &'t str,
        value: &'t str,
        of_request: Option<bool>,
    },
    Other,
}

/// The calls whose heads stand in `text`.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Exchange> {
    let mut calls = Vec::new();
    let mut open: Option<Call> = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let line = raw.trim_end_matches(['\n', '\r']);
        match classify(line) {
            Line::Request { method, target, whole } => {
                // Without its version it is a request only where its fields stand below.
                let next = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
                if !whole && !matches!(classify(next), Line::Field { of_request: None, .. }) {
                    if let Some(call) = &mut open {
                        call.other(line, start);
                    }
                    continue;
                }
                calls.extend(open.take().and_then(|call| call.finish(path, text)));
                let mut call = Call::new(start);
                call.request.method = method.to_owned();
                call.target = target.to_owned();
                call.part = Part::Request;
                open = Some(call);
            }
            Line::Status(status) => {
                // An answer without its request, or a second one: an interim answer, a redirect that was followed.
                let call = match open.take() {
                    Some(call) if call.status.is_none() => call,
                    other => {
                        calls.extend(other.and_then(|call| call.finish(path, text)));
                        Call::new(start)
                    }
                };
                open = Some(Call { status: Some(status), part: Part::Answer, ..call });
            }
            Line::Field { of_request: None, .. }
                if open.as_ref().is_some_and(|call| matches!(call.part, Part::Body | Part::Sent)) =>
            {
                if let Some(call) = &mut open {
                    call.other(line, start);
                }
            }
            Line::Field { name, value, of_request } => {
                if let Some(call) = &mut open {
                    call.field(name, value, of_request);
                }
            }
            Line::Other => {
                if let Some(call) = &mut open {
                    call.other(line, start);
                }
            }
        }
    }
    calls.extend(open.and_then(|call| call.finish(path, text)));
    calls
}

/// Header fields that stand in a text whose head is cut off or that prints them in its own way; those that matter.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?im)^[\s<*"']*(www-authenticate|retry-after|x-ratelimit-[a-z-]+|date|server|location|x-[a-z0-9-]*error[a-z0-9-]*|x-github-sso|cf-ray|proxy-authenticate)["']?\s*[:=]\s*["']?([^\n]{1,400}?)["',]*$"#).ok()
    });
    let found = FIELD.as_ref().into_iter().flat_map(|field| field.captures_iter(text));
    found.map(|c| (c[1].to_owned(), c[2].trim().to_owned())).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Request,
    /// The body of the request.
    Sent,
    Answer,
    Body,
}

struct Call {
    request: Request,
    target: String,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: String,
    /// The body of the request, each of its lines with a line break.
    sent: String,
    part: Part,
    start: usize,
    /// Where the body begins.
    body_at: Option<usize>,
}

impl Call {
    fn new(start: usize) -> Self {
        Self {
            request: Request::default(),
            target: String::new(),
            status: None,
            headers: Vec::new(),
            body: String::new(),
            sent: String::new(),
            part: Part::Answer,
            start,
            body_at: None,
        }
    }

    fn field(&mut self, name: &str, value: &str, of_request: Option<bool>) {
        match (self.part, of_request) {
            (Part::Request, None) | (_, Some(true)) => {
                self.request.headers.push((name.to_owned(), Secret::from(value)));
            }
            (_, None | Some(false)) => self.headers.push((name.to_owned(), value.to_owned())),
        }
    }

    fn other(&mut self, line: &str, at: usize) {
        let bare = line.trim_start_matches(['<', '>', '*']).trim();
        match self.part {
            Part::Request if line.is_empty() => self.part = Part::Sent,
            Part::Sent => {
                self.sent.push_str(line);
                self.sent.push('\n');
            }
            Part::Answer if bare.is_empty() => self.part = Part::Body,
            Part::Answer
                if line.starts_with(['{', '*', '}'])
                    && line[1..].trim_start().starts_with(['[', 'C', 'T', 'I', 'H']) => {}
            Part::Answer if !bare.is_empty() => {
                self.part = Part::Body;
                self.other(line, at);
            }
            Part::Body if !is_remark(line) => {
                self.body_at.get_or_insert(at);
                self.body.push_str(line);
                self.body.push('\n');
            }
            _ => {}
        }
    }

    /// The body of the request: as long as its head says, or without the line break before what follows.
    fn sent(&self) -> &str {
        let length = self.request.header("content-length").and_then(|value| value.expose_str()?.trim().parse().ok());
        let whole = length.and_then(|length: usize| self.sent.get(..length));
        // Of a form or a JSON text the blank line before the answer is no part.
        whole.unwrap_or_else(|| self.sent.trim_end_matches('\n'))
    }

    fn finish(mut self, path: &Arc<str>, text: &str) -> Option<Exchange> {
        let host = self.request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = host.and_then(|(_, value)| value.expose_str()).unwrap_or_default();
        let target = self.target.split(['?', '#']).next().unwrap_or_default();
        self.request.query =
            self.target.split('#').next().and_then(|target| target.split_once('?')).map(|(_, query)| query.into());
        self.request.url = match (target.contains("://"), host.is_empty()) {
            (true, _) => target.to_owned(),
            (false, true) => target.to_owned(),
            // Whether it was `https` is not said, and nobody asks in the clear today.
            (false, false) => format!("https://{host}{target}"),
        };
        self.request.body = Secret::from(self.sent());
        let answered = self.status.is_some();
        if !answered && self.request.headers.is_empty() {
            return None;
        }
        let answer = Answer { status: self.status, headers: self.headers, body: self.body };
        let at = self.body_at.unwrap_or(self.start);
        let origin = Origin::File(Place::of(path, text.as_bytes(), &(at..at)));
        Some(Exchange { request: self.request, outcome: Outcome::Answered(answer), via: Via::Text(origin) })
    }
}

/// Whether `curl -v` says it, and not the server.
fn is_remark(line: &str) -> bool {
    let said = line.strip_prefix("* ").is_some_and(|said| said.starts_with(|c: char| c.is_ascii_uppercase()));
    said || ["{ [", "} [", "* upload", "* old ", "* schannel"].iter().any(|start| line.starts_with(start))
}

fn classify(line: &str) -> Line<'_> {
    static REQUEST: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT) (\S+)( HTTP/[\d.]+)?$").ok());
    static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^HTTP/[\d.]+ ([1-5]\d\d)(?:\s|$)").ok());
    static FIELD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*(.*)$").ok());
    let (bare, of_request) = match line.as_bytes() {
        [b'>', b' ', ..] => (&line[2..], Some(true)),
        [b'<', b' ', ..] => (&line[2..], Some(false)),
        _ => (line, None),
    };
    if let Some(found) = REQUEST.as_ref().and_then(|request| request.captures(bare)) {
        let group = |index| found.get(index).map_or("", |m: crate::expression::Match<'_>| m.as_str());
        let whole = found.get(3).is_some();
        if whole || found[2].starts_with(['/', 'h']) {
            return Line::Request { method: group(1), target: group(2), whole };
        }
    }
    if let Some(found) = STATUS.as_ref().and_then(|status| status.captures(bare)) {
        return found[1].parse().map_or(Line::Other, Line::Status);
    }
    match FIELD.as_ref().and_then(|field| field.captures(bare)) {
        Some(found) => {
            let group = |index| found.get(index).map_or("", |m: crate::expression::Match<'_>| m.as_str());
            Line::Field { name: group(1), value: group(2), of_request }
        }
        None => Line::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(text: &str) -> Vec<(String, String, Option<u16>, String)> {
        let calls = read(&"log".into(), text);
        let told = |exchange: Exchange| match exchange.outcome {
            Outcome::Answered(answer) => {
                (exchange.request.method, exchange.request.url, answer.status, answer.body.trim().to_owned())
            }
            _ => Default::default(),
        };
        calls.into_iter().map(told).collect()
    }

    #[test]
    fn heads_of_every_kind() {
        let curl = "* Connected to api.example.com\n> GET /v1/me?key=1 HTTP/2\n> Host: api.example.com\n> Authorization: Bearer x\n>\n< HTTP/2 401\n< content-type: application/json\n<\n{\"error\":\"no\"}\n* Connection #0 left intact\n";
        let me = "https://api.example.com/v1/me".to_owned();
        assert_eq!(answers(curl), [("GET".into(), me, Some(401), "{\"error\":\"no\"}".into())]);
        let plain = "HTTP/1.1 403 Forbidden\nServer: nginx\n\nno\n";
        assert_eq!(answers(plain), [(String::new(), String::new(), Some(403), "no".into())]);
        let hops = "> POST /a HTTP/1.1\n> Host: h\n< HTTP/1.1 307 Temporary Redirect\n< Location: http://h/a/\n<\n> POST /a/ HTTP/1.1\n> Host: h\n< HTTP/1.1 401 Unauthorized\n";
        assert_eq!(answers(hops).iter().map(|a| a.2).collect::<Vec<_>>(), [Some(307), Some(401)]);
        let bare = "GET /v1/models\nHost: api.example.com\nAuthorization: Bearer x\n";
        assert_eq!(answers(bare), [("GET".into(), "https://api.example.com/v1/models".into(), None, String::new())]);
        assert!(answers("GET /v1/models\nit fails\n").is_empty());
        assert!(answers("Error: 401\nat index.js: 4\n").is_empty());
    }

    #[test]
    fn fields_without_a_head() {
        let found = fields("401\nWWW-Authenticate: Bearer error=\"invalid_token\"\n");
        assert_eq!(found, [("WWW-Authenticate".to_owned(), "Bearer error=\"invalid_token".to_owned())]);
    }
}
