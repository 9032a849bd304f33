//! The watch on one connection: what its tap notices becomes events, with their times.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Instant, SystemTime};

use why401_core::exchange::{Answer, Exchange, Hurdle, Outcome, Request, Unreachable, Via};
use why401_core::read::tap::{Noticed, Spoken, Tap};

use super::tee::Listen;
use super::{Call, Door, Ended, Event, Missed, Proxy, Why};
use crate::wire;

/// A connection to one host.
pub(super) struct Watch {
    proxy: Rc<Proxy>,
    tap: Tap,
    host: String,
    port: u16,
    connection: u64,
    door: Door,
    noticed: Vec<Noticed>,
    open: HashMap<u32, Times>,
}

struct Times {
    id: u64,
    began: SystemTime,
    asked: Instant,
    heard: Option<Instant>,
}

/// How a host is called in URLs: in brackets where it is an IPv6 address, its port only where it is not the usual one.
pub(super) fn origin(host: &str, port: u16, tls: bool) -> String {
    let (scheme, usual) = if tls { ("https", 443) } else { ("http", 80) };
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
}

impl Watch {
    pub(super) fn new(proxy: Rc<Proxy>, host: &str, port: u16, tls: bool, connection: u64, door: Door) -> Self {
        let tap = Tap::new(origin(host, port, tls));
        let host = host.to_owned();
        Self { proxy, tap, host, port, connection, door, noticed: Vec::new(), open: HashMap::new() }
    }

    /// Bytes of the client have passed.
    pub(super) fn hear_sent(&mut self, bytes: &[u8]) {
        self.tap.sent(bytes, &mut self.noticed);
        self.tell();
    }

    /// Bytes of the server have passed.
    pub(super) fn hear_came(&mut self, bytes: &[u8]) {
        self.tap.came(bytes, &mut self.noticed);
        self.tell();
    }

    /// Nothing more will pass.
    pub(super) fn close(&mut self) {
        self.tap.closed(&mut self.noticed);
        self.tell();
    }

    fn tell(&mut self) {
        if self.noticed.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut noticed = std::mem::take(&mut self.noticed);
        for noticed in noticed.drain(..) {
            let event = match noticed {
                Noticed::Asked { call } => {
                    let id = self.proxy.next_call();
                    self.open.insert(call, Times { id, began: SystemTime::now(), asked: now, heard: None });
                    Event::Opened { id }
                }
                Noticed::Heard { call } => {
                    if let Some(times) = self.open.get_mut(&call) {
                        times.heard = Some(now);
                    }
                    continue;
                }
                Noticed::Told(spoken) => {
                    let Some(times) = self.open.get(&spoken.call) else { continue };
                    Event::Answered(Box::new(call(*spoken, times, now, self.connection, self.door)))
                }
                Noticed::Ended { call, sent, came, whole } => {
                    let Some(times) = self.open.remove(&call) else { continue };
                    Event::Ended(Ended { id: times.id, sent, came, took: now - times.asked, is_whole: whole })
                }
                Noticed::Switched { .. } => self.missed(Why::Switched),
                Noticed::Lost(why) => self.missed(Why::NotHttp(why)),
            };
            self.proxy.tell(event);
        }
        // Its room is used again.
        self.noticed = noticed;
    }

    fn missed(&self, why: Why) -> Event {
        Event::Missed(Missed { host: self.host.clone(), port: self.port, why })
    }
}

impl Listen for Watch {
    fn sent(&mut self, bytes: &[u8]) -> usize {
        self.hear_sent(bytes);
        bytes.len()
    }

    fn came(&mut self, bytes: &[u8]) -> usize {
        self.hear_came(bytes);
        bytes.len()
    }
}

fn call(spoken: Spoken, times: &Times, now: Instant, connection: u64, door: Door) -> Call {
    let Spoken { request, version, answer, why, .. } = spoken;
    let mut is_cut = false;
    let outcome = match answer {
        Some(told) => {
            let (body, more) = wire::unpacked(&told.body, &told.headers);
            is_cut = more || !told.is_whole;
            Outcome::Answered(Answer { status: Some(told.status), headers: told.headers, body })
        }
        None => Outcome::Unreachable(Unreachable { at: Hurdle::Answer, why: why.to_owned() }),
    };
    Call {
        id: times.id,
        connection,
        exchange: Exchange { request, outcome, via: Via::Capture },
        version: Some(version),
        began: times.began,
        took: times.heard.unwrap_or(now) - times.asked,
        is_cut,
        door,
    }
}

/// Tells of a call that could not be passed on, since its host was not reached.
pub(super) fn unreached(
    proxy: &Proxy,
    request: Request,
    why: Unreachable,
    connection: u64,
    door: Door,
    began: Instant,
) {
    let id = proxy.next_call();
    proxy.tell(Event::Opened { id });
    let took = began.elapsed();
    let exchange = Exchange { request, outcome: Outcome::Unreachable(why), via: Via::Capture };
    let began = SystemTime::now().checked_sub(took).unwrap_or_else(SystemTime::now);
    let call = Call { id, connection, exchange, version: None, began, took, is_cut: false, door };
    proxy.tell(Event::Answered(Box::new(call)));
    proxy.tell(Event::Ended(Ended { id, sent: 0, came: 0, took, is_whole: false }));
}
