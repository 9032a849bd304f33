//! Proxies on the way: they open what is sealed, lose headers, want passwords, are down.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::authority::Authority;
use super::serve::{Run, Server, answer, key, probe};
use super::tls::{tls, wrapped};

fn api(head: &str) -> Vec<u8> {
    if head.contains(&format!("Authorization: Bearer {}\r\n", key())) {
        answer(200, "", "{\"ok\":true}")
    } else {
        answer(401, "", "{\"error\":\"no credential\"}")
    }
}

fn plain(server: &Server, variables: &[(&str, &str)]) -> Run {
    probe(&format!("-m 20 http://127.0.0.1:{}/v1 -H 'Authorization: Bearer KEY'", server.port), variables)
}

#[test]
fn a_proxy_opens_what_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Fake Root");
    let pem = authority.file(folder.path(), "authority.pem");
    let server = tls(authority.server(&["api.acme.test"]), api);
    let own = Arc::new(Authority::new("Fake Corp Inspection").server(&["api.acme.test"]));
    let proxy = Server::raw(move |mut stream, heard| {
        let Some(head) = heard.head(&mut stream) else { return };
        assert!(head.starts_with("CONNECT api.acme.test:"), "{head}");
        let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
        if let Some(mut inner) = wrapped(&own, stream) {
            while heard.head(&mut inner).is_some() {
                let _ = inner.write_all(&answer(200, "", "{}"));
            }
        }
    });
    let port = server.port;
    let line = format!(
        "-m 20 --cacert {pem} --resolve api.acme.test:{port}:127.0.0.1 https://api.acme.test:{port}/v1 -H 'Authorization: Bearer KEY'"
    );
    let shown = format!("127.0.0.1:{}", proxy.port);
    let run = probe(&line, &[("https_proxy", &format!("http://{shown}"))]);
    assert_eq!((run.status, run.first().as_str()), (1, "proven tls/untrusted"), "{}", run.all());
    let document = run.json();
    let first = document["diagnoses"][0].to_string();
    assert!(first.contains(&shown) && first.contains("Fake Corp Inspection"), "{first}");
    let found = document["experiments"].as_array().unwrap();
    assert!(
        found.iter().any(|one| one["change"] == format!("without the proxy {shown}") && one["works"] == true),
        "{found:?}"
    );
    assert!(!proxy.heard().iter().any(|head| head.contains("Bearer")), "it was sent all the same");
}

/// A proxy in the clear that hands requests on and leaves one header out.
fn forwarding(lost: &'static str) -> Server {
    Server::raw(move |mut stream, heard| {
        while let Some(head) = heard.head(&mut stream) {
            let (method, rest) = head.split_once(" http://").unwrap();
            let (authority, rest) = rest.split_once('/').unwrap();
            let lines = rest.split_inclusive("\r\n");
            let kept: String = lines.filter(|line| !line.to_ascii_lowercase().starts_with(lost)).collect();
            let kept = kept.trim_end().to_owned() + "\r\nConnection: close\r\n\r\n";
            let mut inner = TcpStream::connect(authority).unwrap();
            inner.write_all(format!("{method} /{kept}").as_bytes()).unwrap();
            // The answer has a length; what it is in whole lies there at once.
            let mut bytes = vec![0; 8192];
            let count = inner.read(&mut bytes).unwrap();
            if stream.write_all(&bytes[..count]).is_err() {
                return;
            }
        }
    })
}

#[test]
fn a_proxy_loses_the_header() {
    let server = Server::http(api);
    let lossy = forwarding("authorization:");
    let shown = format!("127.0.0.1:{}", lossy.port);
    let run = plain(&server, &[("http_proxy", &format!("http://{shown}"))]);
    assert_eq!(run.first(), "proven header/stripped-proxy", "{}", run.all());
    assert!(run.stdout.contains(&shown), "{}", run.all());
    let good = forwarding("x-nothing:");
    let run = plain(&server, &[("http_proxy", &format!("http://127.0.0.1:{}", good.port))]);
    assert_eq!(run.status, 0, "{}", run.all());
}

#[test]
fn a_proxy_wants_a_password() {
    let server = Server::http(api);
    let proxy = Server::http(|_| answer(407, "Proxy-Authenticate: Basic realm=\"p\"\r\n", "who are you"));
    let address = format!("127.0.0.1:{}", proxy.port);
    let sealed = format!("-m 9 https://127.0.0.1:{}/ -H 'Authorization: Bearer KEY'", server.port);
    for (user, says) in [("", "wants a user and a password"), ("u:fake-pass-77@", "refuses the user and password")] {
        let url = format!("http://{user}{address}");
        for run in [plain(&server, &[("http_proxy", &url)]), probe(&sealed, &[("https_proxy", &url)])] {
            assert_eq!(run.status, 2, "{}", run.all());
            assert!(run.stderr.contains(says) && run.stderr.contains(&address), "{}", run.all());
            assert!(!run.all().contains("fake-pass-77"), "{}", run.all());
        }
    }
    assert!(server.heard().is_empty());
}

#[test]
fn a_proxy_is_down() {
    let server = Server::http(api);
    // A port on which nobody listens any more.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let down = format!("http://127.0.0.1:{port}");
    let run = plain(&server, &[("http_proxy", &down)]);
    assert!(run.status == 2 && run.stderr.contains("proxy"), "{}", run.all());
    let run = plain(&server, &[("http_proxy", &down), ("NO_PROXY", "127.0.0.1")]);
    assert_eq!(run.status, 0, "{}", run.all());
    let run = plain(&server, &[("http_proxy", &down), ("no_proxy", "*")]);
    assert_eq!(run.status, 0, "{}", run.all());
    // curl does not read the name in capitals, which may come from a request.
    let run = plain(&server, &[("HTTP_PROXY", &down)]);
    assert_eq!(run.status, 0, "{}", run.all());
    let run = plain(&server, &[("ALL_PROXY", "socks5://127.0.0.1:1")]);
    assert!(run.status == 2 && run.stderr.contains("no HTTP proxy"), "{}", run.all());
}

#[test]
fn a_proxy_that_is_none() {
    let server = Server::http(api);
    for bytes in ["SSH-2.0-x\r\n", "", "HTTP/1.1 502 X\r\n\r\n", "HTTP/1.1 200"] {
        let proxy = Server::bytes(bytes);
        let url = format!("http://127.0.0.1:{}", proxy.port);
        let sealed = format!("-m 9 https://127.0.0.1:{}/ -H 'Authorization: Bearer KEY'", server.port);
        let run = probe(&sealed, &[("https_proxy", &url)]);
        assert!(run.status == 2 && run.stderr.contains("proxy"), "{bytes:?}\n{}", run.all());
    }
    thread::yield_now();
}
