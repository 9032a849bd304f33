//! What is no HTTP, or hardly: it passes as it is, or is answered with an error, and the next call is served as ever.

use std::io::{Read, Write};

use super::rig::{Host, Proxy, exactly, head};

fn echo() -> Host {
    Host::plain(|mut tcp| {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = tcp.read(&mut bytes) {
            if tcp.write_all(&bytes[..count]).is_err() {
                return;
            }
        }
    })
}

#[test]
fn what_is_no_http_passes_as_it_is() {
    let proxy = Proxy::start();
    let host = echo();
    for bytes in
        [&b"\x00\x01\x02binary"[..], b"EHLO there\r\n", b"GET / FTP/1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nXX", b"P"]
    {
        let mut tcp = proxy.tunnel(host.port);
        tcp.write_all(bytes).unwrap();
        assert_eq!(exactly(&mut tcp, bytes.len()), bytes);
        tcp.write_all(b"and more").unwrap();
        assert_eq!(exactly(&mut tcp, 8), b"and more");
    }
}

/// Mail and databases: the client waits for a greeting.
#[test]
fn who_speaks_first_may_be_the_host() {
    let proxy = Proxy::start();
    let host = Host::plain(|mut tcp| {
        tcp.write_all(b"220 mail.test\r\n").unwrap();
        let text = exactly(&mut tcp, 6);
        tcp.write_all(&text).unwrap();
    });
    let mut tcp = proxy.tunnel(host.port);
    assert_eq!(exactly(&mut tcp, 15), b"220 mail.test\r\n");
    tcp.write_all(b"HELO\r\n").unwrap();
    assert_eq!(exactly(&mut tcp, 6), b"HELO\r\n");
}

#[test]
fn a_websocket_is_left_alone() {
    let proxy = Proxy::start();
    let host = Host::tls(|mut stream| {
        let asked = head(&mut stream);
        assert!(asked.contains("Upgrade: websocket"));
        stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello").unwrap();
        let frame = exactly(&mut stream, 11);
        stream.write_all(&frame).unwrap();
    });
    let asked = b"GET /socket HTTP/1.1\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    let frame = b"\x81\x85\x01\x02\x03\x04GET /";
    let mut stream = proxy.secure(host.port);
    stream.write_all(asked).unwrap();
    assert!(head(&mut stream).starts_with("HTTP/1.1 101 "));
    assert_eq!(exactly(&mut stream, 7), b"\x81\x05hello");
    stream.write_all(frame).unwrap();
    assert_eq!(exactly(&mut stream, 11), frame);
    // The same in the clear.
    let host = Host::plain(|mut tcp| {
        head(&mut tcp);
        tcp.write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n").unwrap();
        let frame = exactly(&mut tcp, 11);
        tcp.write_all(&frame).unwrap();
    });
    let mut tcp = proxy.connect();
    let own = proxy.authorization();
    write!(tcp, "GET http://localhost:{}/ws HTTP/1.1\r\nProxy-Authorization: {own}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", host.port).unwrap();
    assert!(head(&mut tcp).starts_with("HTTP/1.1 101 "));
    tcp.write_all(frame).unwrap();
    assert_eq!(exactly(&mut tcp, 11), frame);
}

/// Server-sent events: each arrives when it was sent, not when there are more.
#[test]
fn events_arrive_one_by_one() {
    let proxy = Proxy::start();
    let host = Host::tls(|mut stream| {
        head(&mut stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            .unwrap();
        for index in 0..5 {
            write!(stream, "b\r\ndata: {index:03}\n\n\r\n").unwrap();
            stream.flush().unwrap();
            // The next one only when this was seen.
            exactly(&mut stream, 1);
        }
    });
    let mut stream = proxy.secure(host.port);
    stream.write_all(b"GET /events HTTP/1.1\r\n\r\n").unwrap();
    head(&mut stream);
    for index in 0..5 {
        assert_eq!(exactly(&mut stream, 16), format!("b\r\ndata: {index:03}\n\n\r\n").as_bytes());
        stream.write_all(b".").unwrap();
    }
}

#[test]
fn malformed_doors() {
    let proxy = Proxy::start();
    let own = proxy.authorization();
    for bytes in [
        "\0\0\0\0".to_owned(),
        "CONNECT\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        format!("CONNECT nowhere HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("CONNECT :443 HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("CONNECT a:99999 HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("CONNECT a b:1 HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("CONNECT [::1:1 HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("GET ftp://localhost/ HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("GET http:// HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        format!("GET http://[ HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n"),
        "why401 ".to_owned() + &"x".repeat(5000),
        "GET / HTTP/1.1\r\n".to_owned() + &"X: y\r\n".repeat(100_000),
    ] {
        let mut tcp = proxy.connect();
        let _ = tcp.write_all(bytes.as_bytes());
        let mut answer = Vec::new();
        // An error in words or an end; no silence.
        let _ = tcp.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let host = echo();
    let mut tcp = proxy.tunnel(host.port);
    tcp.write_all(b"still here").unwrap();
    assert_eq!(exactly(&mut tcp, 10), b"still here");
    assert_eq!(proxy.end(), 0);
}

/// Answers that are none, in the clear, where the proxy has to find their ends.
#[test]
fn malformed_answers() {
    let proxy = Proxy::start();
    let own = proxy.authorization();
    for answer in [
        &b"garbage without end"[..],
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nX: y",
        b"",
    ] {
        let kept = answer.to_vec();
        let host = Host::plain(move |mut tcp| {
            head(&mut tcp);
            tcp.write_all(&kept).unwrap();
        });
        let mut tcp = proxy.connect();
        write!(tcp, "GET http://localhost:{}/ HTTP/1.1\r\nProxy-Authorization: {own}\r\n\r\n", host.port).unwrap();
        let mut came = Vec::new();
        tcp.read_to_end(&mut came).unwrap();
        assert_eq!(came, answer);
    }
    assert_eq!(proxy.end(), 0);
}
