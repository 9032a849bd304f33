//! SNTP over UDP: one packet there, one back (RFC 4330).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::net::{UdpSocket, lookup_host};
use tokio::time::timeout;
use why401_core::clock::{Offset, sntp_answer, sntp_question};

use super::dial::said;

/// The port of NTP.
const PORT: u16 = 123;
/// A packet may be lost; after so long it is asked again.
const AGAIN: Duration = Duration::from_secs(1);
/// So often.
const TIMES: usize = 3;

/// Milliseconds since 1970; negative before.
pub fn millis(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
    }
}

/// Asks a server, `HOST` or `HOST:PORT`, for the time; an error says in words why it told none.
pub async fn sntp(server: &str) -> Result<Offset, String> {
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().map_err(|_| format!("{port:?} is no port"))?)
        }
        _ => (server, PORT),
    };
    let address = lookup_host((host.trim_matches(['[', ']']), port)).await.map_err(|why| said(&why))?.next();
    let address = address.ok_or_else(|| "it has no address".to_owned())?;
    let own = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(own).await.map_err(|why| said(&why))?;
    // Only what comes from there is read.
    socket.connect(address).await.map_err(|why| said(&why))?;
    let mut last = format!("nothing came within {} s", AGAIN.as_secs() * TIMES as u64);
    for _ in 0..TIMES {
        let mark = RandomState::new().build_hasher().finish().to_be_bytes();
        let (began, clock) = (SystemTime::now(), Instant::now());
        socket.send(&sntp_question(mark)).await.map_err(|why| said(&why))?;
        let answer = timeout(AGAIN, async {
            let mut packet = [0; 512];
            loop {
                let length = socket.recv(&mut packet).await.map_err(|why| said(&why))?;
                let took = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
                // What answers another question may come from anybody.
                if let Some(told) = sntp_answer(&packet[..length], mark, millis(began), took) {
                    return told;
                }
            }
        });
        match answer.await {
            Ok(Ok(offset)) => return Ok(offset),
            Ok(Err(why)) => last = why,
            Err(_) => continue,
        }
        // Who says no is not asked again.
        break;
    }
    Err(last)
}
