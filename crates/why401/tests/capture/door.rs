//! The door: three ways in, and nobody without the credential of the run.

use std::io::{Read, Write};

use super::rig::{Host, Proxy, exactly, head, secured};

/// A host that answers each head with its path.
fn echo() -> Host {
    Host::plain(|mut stream| {
        let mut byte = [0];
        while stream.peek(&mut byte).unwrap_or(0) > 0 {
            let head = head(&mut stream);
            let body = head.lines().next().unwrap().to_owned() + "|" + &field(&head, "Host");
            if write!(stream, "HTTP/1.1 401 No\r\nContent-Length: {}\r\n\r\n{body}", body.len()).is_err() {
                return;
            }
        }
    })
}

fn field(head: &str, name: &str) -> String {
    let found = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_default().to_owned()
}

fn body(stream: &mut impl Read, head: &str) -> String {
    String::from_utf8(exactly(stream, field(head, "Content-Length").parse().unwrap())).unwrap()
}

#[test]
fn strangers_are_not_served() {
    let proxy = Proxy::start();
    let host = echo();
    let port = host.port;
    for wrong in [
        "",
        "Proxy-Authorization: Basic d2h5NDAxOmd1ZXNz\r\n",
        "Proxy-Authorization: Bearer x\r\n",
        "Authorization: OWN\r\n",
    ] {
        let wrong = wrong.replace("OWN", &proxy.authorization());
        for line in [format!("CONNECT localhost:{port} HTTP/1.1"), format!("GET http://localhost:{port}/ HTTP/1.1")] {
            let mut tcp = proxy.connect();
            write!(tcp, "{line}\r\nHost: l\r\n{wrong}\r\n").unwrap();
            let head = head(&mut tcp);
            assert!(head.starts_with("HTTP/1.1 407 "), "{head}");
            assert!(field(&head, "Proxy-Authenticate").starts_with("Basic realm="), "{head}");
        }
    }
    for line in [
        format!("why401 guess localhost {port}\n"),
        format!("why401 {} localhost\n", proxy.credential),
        "why401 \n".to_owned(),
    ] {
        let mut tcp = proxy.connect();
        tcp.write_all(line.as_bytes()).unwrap();
        assert_eq!(tcp.read(&mut [0; 1]).unwrap(), 0, "{line}");
    }
    let mut tcp = proxy.connect();
    tcp.write_all(b"GET /v1/models HTTP/1.1\r\nHost: l\r\n\r\n").unwrap();
    assert!(head(&mut tcp).starts_with("HTTP/1.1 404 "));
}

/// A client may ask first without and then with the credential, on the same connection.
#[test]
fn a_challenge_can_be_answered() {
    let proxy = Proxy::start();
    let host = echo();
    let mut tcp = proxy.connect();
    let line = format!("CONNECT localhost:{} HTTP/1.1\r\n", host.port);
    write!(tcp, "{line}\r\n").unwrap();
    let first = head(&mut tcp);
    body(&mut tcp, &first);
    write!(tcp, "{line}Proxy-Authorization: {}\r\n\r\n", proxy.authorization()).unwrap();
    assert!(head(&mut tcp).starts_with("HTTP/1.1 200 "));
    tcp.write_all(b"GET /in HTTP/1.1\r\nHost: a.test\r\n\r\n").unwrap();
    let answer = head(&mut tcp);
    assert_eq!(body(&mut tcp, &answer), "GET /in HTTP/1.1|a.test");
}

#[test]
fn a_preload_names_its_host_in_one_line() {
    let proxy = Proxy::start();
    let host = echo();
    let mut tcp = proxy.connect();
    // All at once, as a client does that waits for nothing.
    write!(tcp, "why401 {} localhost {}\nGET /pre HTTP/1.1\r\nHost: a.test\r\n\r\n", proxy.credential, host.port)
        .unwrap();
    let answer = head(&mut tcp);
    assert_eq!(body(&mut tcp, &answer), "GET /pre HTTP/1.1|a.test");
    let host = Host::tls(|mut stream| {
        head(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
    });
    let mut tcp = proxy.connect();
    writeln!(tcp, "why401 {} localhost {}", proxy.credential, host.port).unwrap();
    let mut stream = secured(tcp, &proxy.client(&[])).unwrap();
    stream.write_all(b"GET /pre HTTP/1.1\r\nHost: a.test\r\n\r\n").unwrap();
    assert!(head(&mut stream).starts_with("HTTP/1.1 200 OK"));
}

#[test]
fn a_gateway_leads_to_its_base() {
    let host = echo();
    let argument = format!("GATEWAY=http://localhost:{}/v1", host.port);
    let proxy = Proxy::with(&["--gateway", &argument]);
    let secret = proxy.gateway.rsplit_once('/').unwrap().1.to_owned();
    let mut tcp = proxy.connect();
    for (path, seen) in [("/models?a=b", "/v1/models?a=b"), ("", "/v1"), ("?x", "/v1?x")] {
        write!(tcp, "GET /{secret}{path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: */*\r\n\r\n", proxy.port).unwrap();
        let answer = head(&mut tcp);
        assert_eq!(body(&mut tcp, &answer), format!("GET {seen} HTTP/1.1|localhost:{}", host.port));
    }
}

#[test]
fn what_is_not_reached_is_said() {
    let proxy = Proxy::start();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let own = proxy.authorization();
    for line in [format!("CONNECT localhost:{gone} HTTP/1.1"), format!("GET http://localhost:{gone}/x HTTP/1.1")] {
        let mut tcp = proxy.connect();
        write!(tcp, "{line}\r\nProxy-Authorization: {own}\r\n\r\n").unwrap();
        let answer = head(&mut tcp);
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        assert!(body(&mut tcp, &answer).contains("no connection came about"));
    }
    proxy.said("no connection came about");
}
