//! How a connection ends on one side is how it ends on the other.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::rig::{Host, Proxy, exactly, head};

/// The client ends what it sends and still waits for the answer.
#[test]
fn half_closed_by_the_client() {
    let proxy = Proxy::start();
    let serve = |stream: &mut dyn ReadWrite| {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        thread::sleep(Duration::from_millis(50));
        let _ = write!(stream, "HTTP/1.1 200 OK\r\n\r\n{}", all.len());
    };
    let host = Host::plain(move |mut tcp| serve(&mut tcp));
    let mut tcp = proxy.tunnel(host.port);
    tcp.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
    tcp.shutdown(Shutdown::Write).unwrap();
    let mut all = String::new();
    tcp.read_to_string(&mut all).unwrap();
    assert_eq!(all, "HTTP/1.1 200 OK\r\n\r\n19");
    let host = Host::tls(move |mut stream| {
        serve(&mut stream);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    let mut stream = proxy.secure(host.port);
    stream.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    stream.sock.shutdown(Shutdown::Write).unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert_eq!(all, "HTTP/1.1 200 OK\r\n\r\n19");
}

trait ReadWrite: Read + Write {}

impl<T: Read + Write> ReadWrite for T {}

/// The host ends what it sends and still reads.
#[test]
fn half_closed_by_the_host() {
    let proxy = Proxy::start();
    let (sender, arrived) = mpsc::channel();
    let host = Host::plain(move |mut tcp| {
        head(&mut tcp);
        tcp.write_all(b"HTTP/1.1 413 Enough\r\nConnection: close\r\n\r\n").unwrap();
        tcp.shutdown(Shutdown::Write).unwrap();
        let mut all = Vec::new();
        tcp.read_to_end(&mut all).unwrap();
        sender.send(all.len()).unwrap();
    });
    let mut tcp = proxy.tunnel(host.port);
    tcp.write_all(b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n").unwrap();
    let mut all = String::new();
    tcp.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("HTTP/1.1 413 Enough"));
    tcp.write_all(&vec![b'x'; 1_000_000]).unwrap();
    drop(tcp);
    assert_eq!(arrived.recv().unwrap(), 1_000_000);
}

/// TLS that ends with a farewell, and TLS that is cut: a client tells them apart, and must go on to.
#[test]
fn a_farewell_is_passed_on_and_none_is_invented() {
    let proxy = Proxy::start();
    for is_polite in [true, false] {
        let host = Host::tls(move |mut stream| {
            head(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhalf").unwrap();
            if is_polite {
                stream.conn.send_close_notify();
            }
            stream.flush().unwrap();
        });
        let mut stream = proxy.secure(host.port);
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut all = Vec::new();
        let ended = stream.read_to_end(&mut all);
        assert_eq!(all, b"HTTP/1.1 200 OK\r\n\r\nhalf");
        match ended {
            Ok(_) => assert!(is_polite),
            Err(why) => assert!(!is_polite && why.kind() == ErrorKind::UnexpectedEof, "{why}"),
        }
    }
}

#[test]
fn a_reset_is_passed_on() {
    let proxy = Proxy::start();
    let host = Host::plain(|mut tcp| {
        exactly(&mut tcp, 1);
        tcp.write_all(b"HTTP/1.1 200 OK\r\n\r\nhalf").unwrap();
        // The client must have it before.
        thread::sleep(Duration::from_millis(100));
        // What is unread when it is dropped makes the system reset it.
    });
    let mut tcp = proxy.tunnel(host.port);
    tcp.write_all(b"GET / HTTP/1.1\r\nUnread: yes\r\n\r\n").unwrap();
    let mut all = Vec::new();
    let ended = tcp.read_to_end(&mut all);
    assert_eq!(all, b"HTTP/1.1 200 OK\r\n\r\nhalf");
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

/// A client that gives up: the host learns it at once, and nothing stays open.
#[test]
fn aborted_by_the_client() {
    let proxy = Proxy::start();
    let (sender, learnt) = mpsc::channel();
    let host = Host::tls(move |mut stream| {
        head(&mut stream);
        let sender = sender.clone();
        // It sends without end, and does not listen.
        let chunk = [b'x'; 16 << 10];
        while stream.write_all(&chunk).is_ok() {}
        sender.send(()).unwrap();
    });
    drop(proxy.connect());
    thread::sleep(Duration::from_millis(200));
    let before = proxy.descriptors();
    for _ in 0..20 {
        let mut stream = proxy.secure(host.port);
        stream.write_all(b"GET /endless HTTP/1.1\r\n\r\n").unwrap();
        exactly(&mut stream, 100_000);
        drop(stream);
        learnt.recv_timeout(super::rig::PATIENCE).unwrap();
    }
    proxy.settles_at(before);
    assert_eq!(proxy.end(), 0);
}

/// Requests without an answer, and connections without a request.
#[test]
fn given_up_at_every_step() {
    let proxy = Proxy::start();
    let host = Host::tls(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
    });
    proxy.secure(host.port).write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    thread::sleep(Duration::from_millis(50));
    let before = proxy.descriptors();
    for _ in 0..10 {
        drop(proxy.connect());
        proxy.connect().write_all(b"CONN").unwrap();
        proxy.connect().write_all(b"why401 ").unwrap();
        drop(proxy.tunnel(host.port));
        proxy.tunnel(host.port).write_all(&[0x16, 3, 1, 0, 200, 1]).unwrap();
        drop(proxy.secure(host.port));
        proxy.secure(host.port).write_all(b"GET / HT").unwrap();
        proxy.secure(host.port).write_all(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc").unwrap();
    }
    proxy.settles_at(before);
    assert_eq!(proxy.end(), 0);
}
