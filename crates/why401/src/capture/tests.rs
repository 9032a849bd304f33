//! Events: what is told of calls that pass, on a small host in the clear.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use why401_core::exchange::{Answer, Hurdle, Outcome, Via};

use super::*;

/// A host that reads until it saw `until`, then writes these bytes and closes.
fn host(until: &'static str, answer: impl Into<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = answer.into();
    thread::spawn(move || {
        for mut tcp in listener.incoming().flatten() {
            let mut seen = Vec::new();
            while !seen.ends_with(until.as_bytes()) {
                let mut byte = [0];
                if tcp.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                seen.push(byte[0]);
            }
            let _ = tcp.write_all(&answer);
        }
    });
    port
}

/// Sends these bytes behind a preload's line, reads to the end, and tells what was seen by then.
fn seen(port: u16, bytes: &[u8]) -> Vec<Event> {
    let mut capture = Capture::start(Settings::default()).unwrap();
    let mut tcp = TcpStream::connect(("127.0.0.1", capture.port())).unwrap();
    let credential = capture.credential().expose_str().unwrap().to_owned();
    writeln!(tcp, "why401 {credential} localhost {port}").unwrap();
    tcp.write_all(bytes).unwrap();
    let _ = tcp.read_to_end(&mut Vec::new());
    drop(tcp);
    let mut events = Vec::new();
    let start = std::time::Instant::now();
    // The end of a call, or of the hope for one.
    while start.elapsed() < Duration::from_secs(30) {
        match capture.try_next() {
            Some(event) => {
                let is_last = matches!(event, Event::Ended(_) | Event::Missed(_));
                events.push(event);
                if is_last {
                    break;
                }
            }
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
    events.extend(capture.finish());
    events
}

fn call(events: &[Event]) -> &Call {
    let [Event::Opened { id }, Event::Answered(call), Event::Ended(ended)] = events else { panic!("{events:?}") };
    assert_eq!((*id, *id), (call.id, ended.id));
    call
}

fn answer(call: &Call) -> &Answer {
    match &call.exchange.outcome {
        Outcome::Answered(answer) => answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refusal_has_its_head_as_it_was_and_its_body_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(br#"{"error":"invalid key"}"#).unwrap();
    let body = packer.finish().unwrap();
    let head =
        format!("HTTP/1.1 401 No\r\nContent-Encoding: gzip\r\nX-Odd:  a \r\nContent-Length: {}\r\n\r\n", body.len());
    let port = host("body", [head.into_bytes(), body.clone()].concat());
    let events = seen(
        port,
        b"POST /v1/x?key=plainly-fake HTTP/1.1\r\nauthorization: Bearer plainly-fake \r\nHOST: a\r\nContent-Length: 4\r\n\r\nbody",
    );
    let call = call(&events);
    let request = &call.exchange.request;
    assert_eq!((request.method.as_str(), &*request.url), ("POST", &*format!("http://localhost:{port}/v1/x")));
    assert_eq!(request.query.as_ref().unwrap().expose(), b"key=plainly-fake");
    let fields: Vec<_> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.expose_str().unwrap())).collect();
    assert_eq!(fields, [("authorization", "Bearer plainly-fake "), ("HOST", "a"), ("Content-Length", "4")]);
    assert_eq!(request.body.expose(), b"body");
    assert_eq!(call.exchange.via, Via::Capture);
    assert_eq!((answer(call).status, answer(call).header("x-odd")), (Some(401), Some("a")));
    assert_eq!((answer(call).body.as_str(), call.is_cut), (r#"{"error":"invalid key"}"#, false));
    assert_eq!((call.version, call.door), (Some(Version::Http11), Door::Preload));
    let Some(Event::Ended(ended)) = events.last() else { panic!("{events:?}") };
    assert_eq!((ended.sent, ended.came, ended.is_whole), (4, body.len() as u64, true));
}

#[test]
fn of_what_is_no_refusal_no_body_is_kept() {
    let port = host("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
    let events = seen(port, b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(answer(call(&events)).body, "");
}

#[test]
fn of_a_long_refusal_the_beginning() {
    let port = host("\r\n\r\n", ["HTTP/1.1 500 Oh\r\n\r\n".to_owned(), "x".repeat(1 << 20)].concat());
    let events = seen(port, b"GET / HTTP/1.1\r\n\r\n");
    let call = call(&events);
    assert_eq!((answer(call).body.len(), call.is_cut), (64 << 10, true));
}

#[test]
fn who_is_not_answered() {
    let port = host("\r\n\r\n", "");
    let events = seen(port, b"GET / HTTP/1.1\r\n\r\n");
    let Outcome::Unreachable(why) = &call(&events).exchange.outcome else { panic!("{events:?}") };
    assert_eq!((why.at, why.why.as_str()), (Hurdle::Answer, "the connection was closed without an answer"));
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let events = seen(gone, b"");
    let call = call(&events);
    assert!(matches!(&call.exchange.outcome, Outcome::Unreachable(why) if why.at == Hurdle::Connect), "{call:?}");
    assert_eq!((call.exchange.request.method.as_str(), call.version), ("", None));
}

#[test]
fn what_is_not_seen_is_said() {
    let port = host("\x01", "\x02");
    let events = seen(port, b"\x01");
    let [Event::Missed(missed)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((missed.host.as_str(), missed.port), ("localhost", port));
    assert_eq!(missed.why, Why::NotHttp("what the client sends is no HTTP"));
}
