//! Many at once.

use std::io::{Read, Write};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use super::rig::{Host, Proxy, exactly, head};

fn answering() -> Host {
    Host::tls(|mut stream| {
        let mut bytes = Vec::new();
        let mut byte = [0; 512];
        loop {
            while !bytes.ends_with(b"\r\n\r\n") {
                match stream.read(&mut byte) {
                    Ok(count @ 1..) => bytes.extend_from_slice(&byte[..count]),
                    _ => return,
                }
            }
            let text = String::from_utf8_lossy(&bytes);
            let body = text.split(' ').nth(1).unwrap().to_owned();
            bytes.clear();
            if write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).is_err() {
                return;
            }
        }
    })
}

/// A thousand connections that are all open at the same time, each with several calls: every answer is its own.
#[test]
fn a_thousand_connections() {
    let proxy = Proxy::start();
    let host = answering();
    drop(proxy.secure(host.port));
    thread::sleep(Duration::from_millis(50));
    let before = proxy.descriptors();
    let (threads, each) = (20, 50);
    let all_open = Barrier::new(threads);
    thread::scope(|scope| {
        for number in 0..threads {
            let (proxy, host, all_open) = (&proxy, &host, &all_open);
            scope.spawn(move || {
                let mut streams: Vec<_> = (0..each).map(|_| proxy.secure(host.port)).collect();
                all_open.wait();
                for round in 0..3 {
                    for (index, stream) in streams.iter_mut().enumerate() {
                        write!(stream, "GET /{number}/{index}/{round} HTTP/1.1\r\nHost: l\r\n\r\n").unwrap();
                        stream.flush().unwrap();
                    }
                    for (index, stream) in streams.iter_mut().enumerate() {
                        head(stream);
                        let expected = format!("/{number}/{index}/{round}");
                        assert_eq!(exactly(stream, expected.len()), expected.as_bytes());
                    }
                }
                all_open.wait();
            });
        }
    });
    proxy.settles_at(before);
    assert!(proxy.memory() < 80 << 10, "{} KiB", proxy.memory());
    assert_eq!(proxy.end(), 0);
}

/// A client that reads nothing holds up nobody else.
#[test]
fn a_slow_client_holds_up_only_itself() {
    let proxy = Proxy::start();
    let endless = Host::tls(|mut stream| {
        head(&mut stream);
        while stream.write_all(&[b'x'; 16 << 10]).is_ok() {}
    });
    let host = answering();
    let slow: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = proxy.secure(endless.port);
            stream.write_all(b"GET /endless HTTP/1.1\r\n\r\n").unwrap();
            stream
        })
        .collect();
    thread::sleep(Duration::from_millis(200));
    let begin = Instant::now();
    for index in 0..50 {
        let mut stream = proxy.secure(host.port);
        write!(stream, "GET /{index:03} HTTP/1.1\r\n\r\n").unwrap();
        head(&mut stream);
        assert_eq!(exactly(&mut stream, 4), format!("/{index:03}").as_bytes());
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert!(proxy.memory() < 80 << 10, "{} KiB", proxy.memory());
    drop(slow);
    assert_eq!(proxy.end(), 0);
}

/// A request that comes byte by byte, and an answer that does.
#[test]
fn byte_by_byte() {
    let proxy = Proxy::start();
    let host = Host::tls(|mut stream| {
        head(&mut stream);
        for byte in b"HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\ndenied" {
            stream.write_all(&[*byte]).unwrap();
            stream.flush().unwrap();
            thread::sleep(Duration::from_millis(1));
        }
    });
    let mut stream = proxy.secure(host.port);
    for byte in b"GET /slow HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer plainly-fake\r\n\r\n" {
        stream.write_all(&[*byte]).unwrap();
        stream.flush().unwrap();
        thread::sleep(Duration::from_millis(1));
    }
    assert!(head(&mut stream).starts_with("HTTP/1.1 403 No"));
    assert_eq!(exactly(&mut stream, 6), b"denied");
    proxy.said("/slow");
    assert_eq!(proxy.end(), 0);
}
