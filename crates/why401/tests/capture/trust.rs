//! Trust: the certificates of hosts are looked at as ever, and the client learns what is wrong with one.

use std::io::{Read, Write};
use std::sync::Arc;

use tokio_rustls::rustls::ClientConfig;

use super::rig::{Host, Proxy, asking, certified, head, identified, secured};

#[test]
fn a_bad_certificate_is_shown_with_its_fault() {
    let proxy = Proxy::start();
    for (config, error, event) in [
        (certified(&["localhost"], 2000, 2010), "expired", "it has expired"),
        (certified(&["localhost"], 2080, 2090), "not valid yet", "it is not valid yet"),
        (certified(&["other.test"], 2020, 2090), "not valid for name", "it is for other names"),
    ] {
        let host = Host::with(config, |mut stream| {
            head(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        });
        let why = secured(proxy.tunnel(host.port), &proxy.client(&[])).err().unwrap().to_string();
        assert!(why.contains(error), "{why}");
        proxy.said(event);
    }
}

/// The host speaks no TLS: the client gets an alert, and no silence.
#[test]
fn a_host_without_tls() {
    let proxy = Proxy::start();
    let host = Host::plain(|mut tcp| {
        let _ = tcp.write_all(b"HTTP/1.1 400 This is plain HTTP\r\n\r\n");
    });
    let host_that_waits = Host::plain(|mut tcp| {
        let _ = std::io::Read::read(&mut tcp, &mut [0; 1]);
        let _ = tcp.write_all(b"HTTP/1.1 400 This is plain HTTP\r\n\r\n");
    });
    assert!(secured(proxy.tunnel(host.port), &proxy.client(&[])).is_err());
    let why = secured(proxy.tunnel(host_that_waits.port), &proxy.client(&[])).err().unwrap().to_string();
    assert!(why.contains("alert"), "{why}");
    proxy.said("no secure connection came about");
}

/// A client that does not believe us is let through the next time, unseen.
#[test]
fn a_pinned_client_works_the_second_time() {
    let proxy = Proxy::start();
    let host = Host::tls(|mut stream| {
        head(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let pinned = super::rig::hosts_own_client();
    assert!(secured(proxy.tunnel(host.port), &pinned).is_err());
    proxy.said("localhost");
    let mut stream = secured(proxy.tunnel(host.port), &pinned).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert!(head(&mut stream).starts_with("HTTP/1.1 200 OK"));
}

/// Mutual TLS: only the client has the key of its certificate, so that it is let through, unseen; who has none is seen.
#[test]
fn a_client_with_a_certificate_of_its_own() {
    let proxy = Proxy::start();
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let host = Host::with(asking(), |mut stream| {
        let is_known = stream.conn.peer_certificates().is_some();
        head(&mut stream);
        stream.write_all(if is_known { answer } else { b"HTTP/1.1 400 No certificate\r\n\r\n" }).unwrap();
    });
    let ask = |config: &Arc<ClientConfig>, path: &str| {
        let mut stream = secured(proxy.tunnel(host.port), config).ok()?;
        write!(stream, "GET /{path} HTTP/1.1\r\n\r\n").ok()?;
        let mut first = [0; 12];
        stream.read_exact(&mut first).ok()?;
        Some(String::from_utf8_lossy(&first).into_owned())
    };
    assert_eq!(ask(&proxy.client(&[]), "without").as_deref(), Some("HTTP/1.1 400"));
    proxy.said("/without");
    let own = identified(&proxy.client(&[]));
    assert_eq!(ask(&own, "with"), None);
    proxy.said("a certificate of its own");
    // Now it speaks to the host itself, whom it has to trust.
    let own = identified(&super::rig::hosts_own_client());
    assert_eq!(ask(&own, "with").as_deref(), Some("HTTP/1.1 200"));
}
