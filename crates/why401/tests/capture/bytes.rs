//! Bytes: what the client writes is what the host reads, and the other way round.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::rig::{Host, Proxy, exactly, head};

/// Requests that no library would write, but for the first.
fn requests() -> Vec<Vec<u8>> {
    let mut long = b"GET /long HTTP/1.1\r\nHost: x\r\n".to_vec();
    for index in 0..300 {
        long.extend_from_slice(format!("X-Field-{index}: {}\r\n", "v".repeat(index)).as_bytes());
    }
    long.extend_from_slice(b"\r\n");
    vec![
        b"GET /v1/models?limit=2&limit=3 HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer plainly-fake\r\n\r\n".to_vec(),
        b"get / HTTP/1.1\r\nhOsT: X\r\nAUTHORIZATION:Bearer a\r\nauthorization:  \t b \r\nX-Empty:\r\nX-Empty: \r\n\r\n".to_vec(),
        b"GET http://other.test/whole HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_vec(),
        b"GET /folded HTTP/1.1\r\nHost: a\r\nX-Folded: one\r\n two\r\n\tthree\r\n\r\n".to_vec(),
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\nX-Latin: caf\xe9\r\nX Blank: 1\r\nno colon\r\n\r\n".to_vec(),
        b"GET /bare HTTP/1.1\nHost: a\nAuthorization: Bearer x\n\n".to_vec(),
        b"POST /len HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello\r\n\r\nab".to_vec(),
        b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;name=\"v\"\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n".to_vec(),
        b"POST /both HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\na\r\n0\r\n\r\n".to_vec(),
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic bmV2ZXI=\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\n".to_vec(),
        b"\r\n\r\nGET /after-empty-lines HTTP/1.0\r\n\r\n".to_vec(),
        long,
    ]
}

fn answers() -> Vec<Vec<u8>> {
    vec![
        b"HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm=\"x\"\r\nwww-authenticate: Basic\r\nContent-Length: 4\r\n\r\nnope".to_vec(),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTRANSFER-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_vec(),
        b"HTTP/1.1 204 None\r\nX-Odd:  two blanks \r\n\r\n".to_vec(),
        b"HTTP/1.1 304 Same\r\nContent-Length: 400\r\n\r\n".to_vec(),
        b"HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n".to_vec(),
        b"HTTP/1.1 503 caf\xe9\nContent-Length: 2\n\n\xff\x00".to_vec(),
        b"HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08".to_vec(),
    ]
}

/// Writes in pieces whose length changes, with a moment between some of them.
fn in_pieces(stream: &mut (impl Write + ?Sized), bytes: &[u8], seed: usize) {
    let mut rest = bytes;
    let mut step = seed;
    while !rest.is_empty() {
        step = (step * 1_103_515_245 + 12345) % (1 << 31);
        let (piece, after) = rest.split_at(rest.len().min(match seed % 3 {
            0 => 1,
            1 => rest.len(),
            _ => 1 + step % 40,
        }));
        stream.write_all(piece).unwrap();
        stream.flush().unwrap();
        rest = after;
        if step.is_multiple_of(7) {
            thread::sleep(Duration::from_micros(300));
        }
    }
}

#[test]
fn in_a_tunnel_nothing_changes() {
    let proxy = Proxy::start();
    for (is_tls, seed) in [(true, 0), (true, 1), (true, 2), (false, 0), (false, 1), (false, 2)] {
        let (sender, arrived) = mpsc::channel();
        let (requests, answers) = (requests(), answers());
        let (asked, told) = (requests.concat(), answers.concat());
        let serve = {
            let (length, told) = (asked.len(), told.clone());
            move |stream: &mut dyn ReadWrite| {
                sender.send(exactly(stream, length)).unwrap();
                in_pieces(stream, &told, seed);
                let _ = stream.read(&mut [0; 1]);
            }
        };
        let host = if is_tls {
            Host::tls(move |mut stream| serve(&mut stream))
        } else {
            Host::plain(move |mut stream| serve(&mut stream))
        };
        let mut stream: Box<dyn ReadWrite> =
            if is_tls { Box::new(proxy.secure(host.port)) } else { Box::new(proxy.tunnel(host.port)) };
        in_pieces(&mut stream, &asked, seed);
        assert!(arrived.recv().unwrap() == asked, "TLS {is_tls}, pieces {seed}");
        assert!(exactly(&mut stream, told.len()) == told, "TLS {is_tls}, pieces {seed}");
    }
    assert_eq!(proxy.end(), 0);
}

trait ReadWrite: Read + Write {}

impl<T: Read + Write + ?Sized> ReadWrite for T {}

/// In the clear a proxy changes what it must: the target, and what was for itself.
#[test]
fn in_the_clear_only_what_a_proxy_must() {
    let proxy = Proxy::start();
    let (sender, arrived) = mpsc::channel();
    let host = Host::plain(move |mut stream| {
        for _ in 0..3 {
            let head = head(&mut stream);
            let body = if head.starts_with("POST") { exactly(&mut stream, 9) } else { Vec::new() };
            sender.send((head, String::from_utf8(body).unwrap())).unwrap();
            stream
                .write_all(
                    b"HTTP/1.1 200 Fine\r\nX-LETTERS: As Is\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok",
                )
                .unwrap();
        }
    });
    let (port, own) = (host.port, proxy.authorization());
    let mut tcp = proxy.connect();
    for (target, fields, path, left) in [
        (
            "/a?b=c",
            "hOst: LOCALHOST\r\nX-One: 1\r\nproxy-AUTHORIZATION: OWN\r\nX-Two:2 \r\n",
            "/a?b=c",
            "hOst: LOCALHOST\r\nX-One: 1\r\nX-Two:2 \r\n",
        ),
        (
            "",
            "Proxy-Connection: Keep-Alive\r\nProxy-Authorization: OWN\r\nHost: l\r\nConnection: keep-alive\r\n",
            "/",
            "Host: l\r\nConnection: keep-alive\r\n",
        ),
        ("?q", "Proxy-Authorization: OWN\r\nContent-Length: 9\r\n\r\n123456789", "/?q", "Content-Length: 9\r\n"),
    ] {
        let method = if fields.contains("123456789") { "POST" } else { "GET" };
        let end = if method == "POST" { "" } else { "\r\n" };
        let fields = fields.replace("OWN", &own);
        write!(tcp, "{method} http://localhost:{port}{target} HTTP/1.1\r\n{fields}{end}").unwrap();
        let body = if method == "POST" { "123456789" } else { "" };
        let expected = (format!("{method} {path} HTTP/1.1\r\n{left}\r\n"), body.to_owned());
        assert_eq!(arrived.recv().unwrap(), expected);
        assert_eq!(
            head(&mut tcp),
            "HTTP/1.1 200 Fine\r\nX-LETTERS: As Is\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n"
        );
        assert_eq!(exactly(&mut tcp, 2), b"ok");
    }
}

/// Two hosts, asked one after the other on one connection, and a client that does not wait for answers.
#[test]
fn in_the_clear_each_request_goes_to_its_host() {
    let proxy = Proxy::start();
    let host = |name: &'static str| {
        Host::plain(move |mut stream| {
            loop {
                let mut byte = [0];
                if stream.peek(&mut byte).unwrap_or(0) == 0 {
                    return;
                }
                let path = head(&mut stream).split(' ').nth(1).unwrap().to_owned();
                let body = format!("{name}{path}");
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
            }
        })
    };
    let (one, two) = (host("one"), host("two"));
    let mut tcp = proxy.connect();
    let own = proxy.authorization();
    let mut all = String::new();
    for (index, port) in [one.port, two.port, two.port, one.port, one.port].into_iter().enumerate() {
        all.push_str(&format!(
            "GET http://localhost:{port}/{index} HTTP/1.1\r\nHost: l\r\nProxy-Authorization: {own}\r\n\r\n"
        ));
    }
    tcp.write_all(all.as_bytes()).unwrap();
    for expected in ["one/0", "two/1", "two/2", "one/3", "one/4"] {
        head(&mut tcp);
        assert_eq!(String::from_utf8(exactly(&mut tcp, 5)).unwrap(), expected);
    }
}
