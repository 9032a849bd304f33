//! Large bodies: they stream, whatever their size; WHY401_BED_FULL=1 sends a GiB each way.

use std::io::{Read, Write};
use std::thread;

use super::rig::{Host, Proxy, head};

/// What the byte at this place is: no part of a body looks like another.
fn block(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = (0..(64 << 10) / 8).flat_map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.collect()
}

fn blocks() -> u64 {
    if std::env::var_os("WHY401_BED_FULL").is_some() { 16 << 10 } else { 512 }
}

fn write_all(stream: &mut impl Write) {
    for number in 0..blocks() {
        // A few are enough to tell what was lost; making them all would take longer than sending them.
        stream.write_all(&block(number % 64)).unwrap();
    }
    stream.flush().unwrap();
}

fn read_all(stream: &mut impl Read) {
    let known: Vec<Vec<u8>> = (0..64).map(block).collect();
    let mut bytes = vec![0; 64 << 10];
    for number in 0..blocks() {
        stream.read_exact(&mut bytes).unwrap();
        assert!(bytes == known[(number % 64) as usize], "block {number} is another");
    }
}

#[test]
fn up_and_down_over_tls() {
    let proxy = Proxy::start();
    let length = blocks() << 16;
    let host = Host::tls(move |mut stream| {
        head(&mut stream);
        read_all(&mut stream);
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").unwrap();
        write_all(&mut stream);
    });
    let mut stream = proxy.secure(host.port);
    write!(stream, "POST /big HTTP/1.1\r\nContent-Length: {length}\r\n\r\n").unwrap();
    write_all(&mut stream);
    head(&mut stream);
    read_all(&mut stream);
    assert!(proxy.memory() < 80 << 10, "{} KiB", proxy.memory());
    assert_eq!(proxy.end(), 0);
}

/// Both directions at once, in the clear.
#[test]
fn both_at_once() {
    let proxy = Proxy::start();
    let host = Host::plain(|mut tcp| {
        head(&mut tcp);
        let mut back = tcp.try_clone().unwrap();
        let reading = thread::spawn(move || read_all(&mut tcp));
        write!(back, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", blocks() << 16).unwrap();
        write_all(&mut back);
        reading.join().unwrap();
    });
    let mut tcp = proxy.connect();
    let (own, length) = (proxy.authorization(), blocks() << 16);
    write!(
        tcp,
        "POST http://localhost:{}/both HTTP/1.1\r\nProxy-Authorization: {own}\r\nContent-Length: {length}\r\n\r\n",
        host.port
    )
    .unwrap();
    let mut up = tcp.try_clone().unwrap();
    let writing = thread::spawn(move || write_all(&mut up));
    head(&mut tcp);
    read_all(&mut tcp);
    writing.join().unwrap();
    assert!(proxy.memory() < 80 << 10, "{} KiB", proxy.memory());
}
