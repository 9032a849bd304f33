//! Trust: the certificates of hosts are looked at as ever, and the client learns what is wrong with one.

use std::io::Write;

use super::rig::{Host, Proxy, certified, head, secured};

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
