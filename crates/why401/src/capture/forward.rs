//! Calls in the clear: whole URLs of an HTTP proxy, and paths of a gateway. Each head is written anew with the target that the
//! host understands and without what was for the proxy; all else passes as it came.

use std::rc::Rc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use why401_core::exchange::Request;
use why401_core::read::tap::head::Head;
use why401_core::read::tap::scan::{Part, Scanner};
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::door::{CHALLENGE, is_allowed};
use super::front::{Front, Opening};
use super::tee::{self, End, Listen};
use super::tunnel::{Target, dismiss, said};
use super::watch::{Watch, origin, unreached};
use super::{Door, Event, Missed, Proxy, Why};
use crate::wire::{Asked, Stream};

/// Where a request is to go, and how.
struct Aim {
    target: Target,
    tls: bool,
    /// Path and query.
    path: Vec<u8>,
    /// The host as its `Host` has to say it; `None` where it stays as it is.
    authority: Option<String>,
}

/// A connection to a host that may serve more requests.
struct Link {
    target: Target,
    tls: bool,
    stream: Stream,
    proxy: Option<Asked>,
    watch: Watch,
}

/// Serves requests, one after the other, until one side closes.
pub(super) async fn serve(mut front: Front, first: Head, proxy: Rc<Proxy>, connection: u64, door: Door) {
    let mut head = first;
    let mut link: Option<Link> = None;
    loop {
        if door == Door::Proxy && !is_allowed(&head, &proxy) && !proxy.kin.has(connection) {
            proxy.tell(Event::Missed(Missed { host: String::new(), port: 0, why: Why::Stranger }));
            return dismiss(front, "407 Proxy Authentication Required", CHALLENGE, "").await;
        }
        let Some(aim) = aim(&head, &proxy, door) else {
            let text = match door {
                Door::Gateway => "why401: nothing is here; the address of a gateway begins with its secret name\n",
                Door::Proxy | Door::Preload => "why401: this URL is not understood\n",
            };
            proxy.tell(Event::Missed(Missed { host: String::new(), port: 0, why: Why::Stranger }));
            return dismiss(front, "404 Not Found", "", text).await;
        };
        let began = Instant::now();
        let same = link.take().filter(|link| {
            link.target.host == aim.target.host && link.target.port == aim.target.port && link.tls == aim.tls
        });
        let mut way = match same {
            Some(same) => same,
            None => match open(&aim, &proxy, connection, door).await {
                Ok(new) => new,
                Err(why) => {
                    let text = said(&aim.target.host, &why);
                    unreached(&proxy, bare(&head, &aim), why, connection, door, began);
                    return dismiss(front, "502 Bad Gateway", "", &text).await;
                }
            },
        };
        let mut turn = Turn::new(&mut way.watch);
        let seen = rewritten(&head, &aim, None);
        turn.begin(&seen);
        let out = match &way.proxy {
            Some(asked) => rewritten(&head, &aim, Some(asked)),
            None => seen,
        };
        if way.stream.write_all(&out).await.is_err() || way.stream.flush().await.is_err() {
            way.watch.close();
            return;
        }
        let (end, rest) = tee::pass(&mut front, &mut way.stream, &mut turn, &proxy.scratch).await;
        if end != End::Over {
            way.watch.close();
            return;
        }
        front.put_back(&rest);
        // What the server sends now is the end of the connection: the client learns it as it would from the server.
        let next = tokio::select! {
            biased;
            next = front.head() => next,
            _ = way.stream.read_u8() => Ok(Opening::Nothing),
        };
        let Ok(Opening::Head(next)) = next else {
            way.watch.close();
            return;
        };
        head = next;
        link = Some(way);
    }
}

async fn open(
    aim: &Aim,
    proxy: &Rc<Proxy>,
    connection: u64,
    door: Door,
) -> Result<Link, why401_core::exchange::Unreachable> {
    let Target { host, port } = &aim.target;
    let road = proxy.wire.reach(host, *port, aim.tls).await?;
    let stream: Stream =
        if aim.tls { Box::new(proxy.wire.secure(road.stream, host, &[b"http/1.1"]).await?) } else { road.stream };
    let watch = Watch::new(proxy.clone(), host, *port, aim.tls, connection, door);
    Ok(Link { target: aim.target.clone(), tls: aim.tls, stream, proxy: road.proxy, watch })
}

/// Where a request wants to go; `None` where that is nowhere.
fn aim(head: &Head, proxy: &Proxy, door: Door) -> Option<Aim> {
    let (_, target, _) = head.request_line()?;
    let text = std::str::from_utf8(target).ok()?;
    let (whole, is_gateway) = match door {
        Door::Gateway => {
            let path = text.strip_prefix('/')?;
            let end = path.find(['/', '?']).unwrap_or(path.len());
            let gateway = proxy.gateways.iter().find(|gateway| is_same(&gateway.name, &path[..end]))?;
            (format!("{}{}", gateway.base, &path[end..]), true)
        }
        Door::Proxy | Door::Preload => (text.to_owned(), false),
    };
    let (scheme, rest) = whole.split_once("://")?;
    let tls = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return None,
    };
    let url = Url::of(&whole);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let path = match &rest[end..] {
        "" => "/".to_owned(),
        query if query.starts_with('?') => format!("/{query}"),
        path => path.to_owned(),
    };
    let host = url.host.trim_matches(['[', ']']);
    let target = Target::new(host, &url.port()?.to_string())?;
    let authority = is_gateway.then(|| url.authority().into_owned());
    Some(Aim { target, tls, path: path.into_bytes(), authority })
}

fn is_same(name: &str, given: &str) -> bool {
    crate::world::digest(name.as_bytes()) == crate::world::digest(given.as_bytes())
}

/// The head as the host is to see it; or the proxy before it, which wants the whole URL.
fn rewritten(head: &Head, aim: &Aim, asked: Option<&Asked>) -> Vec<u8> {
    let (method, _, version) = head.request_line().unwrap_or_default();
    let mut out = Vec::with_capacity(head.bytes().len() + 128);
    out.extend_from_slice(method);
    out.push(b' ');
    if asked.is_some() {
        out.extend_from_slice(origin(&aim.target.host, aim.target.port, false).as_bytes());
    }
    out.extend_from_slice(&aim.path);
    out.push(b' ');
    out.extend_from_slice(version);
    out.extend_from_slice(b"\r\n");
    if let Some(value) = asked.and_then(|asked| asked.authorization.as_ref()) {
        out.extend_from_slice(b"Proxy-Authorization: ");
        out.extend_from_slice(value.expose());
        out.extend_from_slice(b"\r\n");
    }
    let raw = head.bytes();
    let first = memchr::memchr(b'\n', raw).map_or(raw.len(), |at| at + 1);
    for line in raw[first..].split_inclusive(|byte| *byte == b'\n') {
        let name = &line[..memchr::memchr(b':', line).unwrap_or(0)];
        let is = |own: &str| name.eq_ignore_ascii_case(own.as_bytes());
        if is("proxy-authorization") || is("proxy-connection") {
            continue;
        }
        match aim.authority.as_ref().filter(|_| is("host")) {
            Some(authority) => out.extend_from_slice(&[name, b": ", authority.as_bytes(), b"\r\n"].concat()),
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// What is known of a request that could not be passed on.
fn bare(head: &Head, aim: &Aim) -> Request {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (method, ..) = head.request_line().unwrap_or_default();
    let path = text(&aim.path);
    let (path, query) = path.split_once('?').map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
    Request {
        method: text(method),
        url: format!("{}{path}", origin(&aim.target.host, aim.target.port, aim.tls)),
        query: query.map(Secret::from),
        headers: head.fields().map(|(name, value)| (text(name), Secret::new(value))).collect(),
        body: Secret::default(),
    }
}

/// One request and its answer on a connection that may serve more.
struct Turn<'w> {
    watch: &'w mut Watch,
    request: Scanner,
    answer: Scanner,
    is_asked: bool,
    is_answered: bool,
    /// Whether the head of the answer itself has come, and not only of an interim one (1xx).
    is_final: bool,
    has_no_body: bool,
    is_switched: bool,
}

impl<'w> Turn<'w> {
    fn new(watch: &'w mut Watch) -> Self {
        Self {
            watch,
            request: Scanner::requests(),
            answer: Scanner::answers(),
            is_asked: false,
            is_answered: false,
            is_final: false,
            has_no_body: false,
            is_switched: false,
        }
    }

    /// The head that was written.
    fn begin(&mut self, head: &[u8]) {
        self.watch.hear_sent(head);
        self.has_no_body = head.starts_with(b"HEAD ");
        let _ = self.request.step(head);
        self.is_asked = matches!(self.request.step(&[]).1, Part::End);
    }
}

impl Listen for Turn<'_> {
    fn sent(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while !self.is_switched && !self.is_asked {
            let (used, part) = self.request.step(&bytes[at..]);
            at += used;
            match part {
                Part::End => self.is_asked = true,
                Part::More | Part::Opaque => break,
                Part::Head(_) | Part::Body(_) => {}
            }
        }
        let count = if self.is_switched { bytes.len() } else { at };
        self.watch.hear_sent(&bytes[..count]);
        count
    }

    fn came(&mut self, bytes: &[u8]) -> usize {
        self.watch.hear_came(bytes);
        let mut rest = bytes;
        while !self.is_switched && !self.is_answered {
            let (used, part) = self.answer.step(rest);
            rest = &rest[used..];
            match part {
                Part::Head(head) => match head.status() {
                    Some(101) => self.is_switched = true,
                    Some(100..=199) => {}
                    _ => {
                        self.is_final = true;
                        if self.has_no_body {
                            self.answer.no_body();
                        }
                    }
                },
                Part::End => self.is_answered = self.is_final,
                Part::More | Part::Opaque => break,
                Part::Body(_) => {}
            }
        }
        bytes.len()
    }

    fn is_over(&self) -> bool {
        self.is_asked && self.is_answered && !self.is_switched
    }
}
