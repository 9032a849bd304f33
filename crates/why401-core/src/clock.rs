//! Clock: how far this machine's time is from another's, by the `Date` of an answer (RFC 9110) or by SNTP (RFC 4330, RFC 5905).
//! Pure: who calls says what time it is. Times are milliseconds since 1970.

use std::fmt;
use std::time::{Duration, SystemTime};

/// How far this machine's clock is ahead of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Milliseconds that this machine is ahead; negative where it is behind.
    pub ahead: i64,
    /// Milliseconds by which that may be wrong.
    pub within: u64,
}

/// What is refused by a clock that is off by so many seconds.
pub const ALLOWED: [(&str, u64); 4] = [
    ("signatures of AWS", 15 * 60),
    ("signatures of Azure", 15 * 60),
    ("most verifiers of JWTs", 60),
    ("one-time passwords (TOTP)", 30),
];

/// A clock that is off by more milliseconds than this is a cause of refusals.
const MINUTE: u64 = 60_000;

impl Offset {
    /// By the `Date` of an answer: `began` is when its request was sent, `took` how long the head of the answer took. The
    /// server writes whole seconds, at some time between.
    pub fn by_date(date: &str, began: i64, took: u64) -> Option<Self> {
        let server = http_date(date)?.checked_mul(1000)?.checked_add(500)?;
        let local = began.checked_add(i64::try_from(took / 2).ok()?)?;
        Some(Self { ahead: local.checked_sub(server)?, within: took / 2 + 500 })
    }

    /// Whether it is off for sure by more than so many seconds.
    pub fn exceeds(self, seconds: u64) -> bool {
        self.ahead.unsigned_abs().saturating_sub(self.within) > seconds * 1000
    }

    /// Whether it is off by more than a minute, which what signs and verifies does not forgive.
    pub fn is_off(self) -> bool {
        self.exceeds(MINUTE / 1000)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.ahead < 0 { "behind" } else { "ahead" };
        write!(f, "{} {way}, ± {}", span(self.ahead.unsigned_abs()), span(self.within))
    }
}

/// A length of time as people say it.
fn span(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0..100 => format!("{}.{} s", seconds, millis % 1000 / 100),
        100..7200 => {
            let seconds = (millis + 500) / 1000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
        7200..172_800 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The seconds since 1970 of a date in a header (RFC 9110, section 5.6.7): the form of today and the two old ones.
pub fn http_date(text: &str) -> Option<i64> {
    let since = httpdate::parse_http_date(text.trim()).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// The date in a header of so many seconds since 1970, in the form of today; of 1970 where it lies before.
pub fn http_date_of(seconds: i64) -> String {
    // The form has four digits for the year.
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0).min(253_402_300_799));
    SystemTime::UNIX_EPOCH.checked_add(since).map(httpdate::fmt_http_date).unwrap_or_default()
}

/// The same of a date of ISO 8601 in UTC, with or without its seconds or its time.
pub fn iso_date(text: &str) -> Option<i64> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        17 => format!("{}:00Z", text.strip_suffix('Z')?),
        _ => text.to_owned(),
    };
    whole.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// A point in time, in milliseconds since 1970, as ISO 8601 has it in UTC.
pub fn iso(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

/// Length of a packet of SNTP without what may follow it.
pub const PACKET: usize = 48;

/// Seconds from 1900, where NTP begins, to 1970.
const SINCE_1900: i64 = 2_208_988_800;

/// A question of SNTP: version 4, client. `mark` stands where the time would: the answer repeats it, and this machine's time
/// is nobody's business.
pub fn sntp_question(mark: [u8; 8]) -> [u8; PACKET] {
    let mut packet = [0; PACKET];
    packet[0] = 0b00_100_011;
    packet[40..].copy_from_slice(&mark);
    packet
}

/// What an answer of SNTP tells; an error in words where it tells nothing. `None` where it answers another question.
pub fn sntp_answer(packet: &[u8], mark: [u8; 8], sent: i64, took: u64) -> Option<Result<Offset, String>> {
    let packet = packet.first_chunk::<PACKET>()?;
    let field = |at: usize| -> [u8; 4] { [packet[at], packet[at + 1], packet[at + 2], packet[at + 3]] };
    let (leap, version, mode, stratum) = (packet[0] >> 6, packet[0] >> 3 & 7, packet[0] & 7, packet[1]);
    if packet[24..32] != mark || mode != 4 || !(1..=4).contains(&version) {
        return None;
    }
    if stratum == 0 {
        let code: String = field(12).iter().filter(|b| b.is_ascii_alphanumeric()).map(|b| char::from(*b)).collect();
        return Some(Err(match code.as_str() {
            "DENY" | "RSTR" => format!("it serves this machine no time ({code})"),
            "RATE" => "it is asked too often (RATE)".to_owned(),
            _ => format!("it gives no time ({code})"),
        }));
    }
    if leap == 3 || stratum > 15 || packet[40..] == [0; 8] {
        return Some(Err("its own clock is not set".to_owned()));
    }
    let time = |at: usize| {
        let seconds = i64::from(u32::from_be_bytes(field(at)));
        // The count begins again in 2036 (RFC 4330, section 3).
        let seconds = if seconds < 1 << 31 { seconds + (1 << 32) } else { seconds };
        (seconds - SINCE_1900) * 1000 + ((i64::from(u32::from_be_bytes(field(at + 4))) * 1000) >> 32)
    };
    let short = |at: usize| (u64::from(u32::from_be_bytes(field(at))) * 1000) >> 16;
    let (received, answered) = (time(32), time(40));
    let back = sent.saturating_add(i64::try_from(took).unwrap_or(i64::MAX));
    let ahead = ((sent - received) + (back - answered)) / 2;
    let travelled = took.saturating_sub(answered.saturating_sub(received).unsigned_abs());
    Some(Ok(Offset { ahead, within: travelled / 2 + short(4) / 2 + short(8) + 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199)),
            ("yesterday", None),
            ("Sun, 06 Nov 1994 8 GMT", None),
            ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 -8:49:37 GMT", None),
            ("", None),
        ] {
            assert_eq!(http_date(text), seconds, "{text}");
        }
    }

    #[test]
    fn dates_of_signatures() {
        for (text, seconds) in [
            ("1994-11-06T08:49:37Z", Some(784_111_777)),
            ("1994-11-06T08:49Z", Some(784_111_740)),
            ("1994-11-06", Some(784_080_000)),
            ("soon", None),
        ] {
            assert_eq!(iso_date(text), seconds, "{text}");
        }
    }

    #[test]
    fn by_an_answer() {
        let offset = Offset::by_date("Thu, 01 Jan 1970 00:01:00 GMT", 0, 1000).unwrap();
        assert_eq!(offset, Offset { ahead: -60_000, within: 1000 });
        assert_eq!(offset.to_string(), "60.0 s behind, ± 1.0 s");
        assert!(offset.exceeds(58) && !offset.is_off());
        assert_eq!(Offset { ahead: 303_000, within: 500 }.to_string(), "5 min 3 s ahead, ± 0.5 s");
        assert_eq!(Offset { ahead: 7_200_000, within: 500 }.to_string(), "2 h 0 min ahead, ± 0.5 s");
    }

    fn answer(first: u8, stratum: u8, seconds: u32) -> [u8; PACKET] {
        let mut packet = [0; PACKET];
        (packet[0], packet[1]) = (first, stratum);
        packet[24..32].copy_from_slice(b"whatever");
        packet[32..36].copy_from_slice(&seconds.to_be_bytes());
        packet[40..44].copy_from_slice(&seconds.to_be_bytes());
        packet
    }

    #[test]
    fn by_sntp() {
        let mark = *b"whatever";
        assert_eq!(sntp_question(mark)[..1], [0x23]);
        let of = |packet: &[u8]| sntp_answer(packet, mark, 1_000_000, 200);
        let server = 2_208_988_800 + 900;
        assert_eq!(of(&answer(0x24, 1, server)), Some(Ok(Offset { ahead: 100_100, within: 101 })));
        // 2036-02-07, where the count begins again.
        let far = sntp_answer(&answer(0x24, 1, 100), mark, 2_085_978_596_000, 0);
        assert_eq!(far, Some(Ok(Offset { ahead: 0, within: 1 })));
        assert_eq!(of(&answer(0x23, 1, server)), None, "a question is no answer");
        assert_eq!(sntp_answer(&answer(0x24, 1, server), *b"whatelse", 0, 0), None);
        assert_eq!(of(&[0x24; 12]), None);
        assert!(of(&answer(0xe4, 1, server)).unwrap().is_err(), "its clock is not set");
        assert!(of(&answer(0x24, 16, server)).unwrap().is_err());
        let mut kiss = answer(0x24, 0, server);
        kiss[12..16].copy_from_slice(b"RATE");
        assert_eq!(of(&kiss), Some(Err("it is asked too often (RATE)".to_owned())));
    }
}
