//! Spans of time in words, and whose clock a token was held against; for the judges of lifetimes.

use crate::fact::{Clock, Token};

/// So many seconds in words: `3 h`, `2 days`.
pub(super) fn ago(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Seconds after which a number is taken for milliseconds: the year 5138.
const FAR: i64 = 100_000_000_000;

/// Whether a time is in milliseconds, as `Date.now()` and its kin give it.
pub(super) fn is_in_milliseconds(time: i64) -> bool {
    time > FAR
}

/// What the token was held against, in words.
pub(super) fn clock(token: &Token) -> String {
    match &token.by {
        Clock::Answer => "the `Date` of the answer that refuses it".to_owned(),
        Clock::ThisMachine => "this machine's clock".to_owned(),
        Clock::Server(host) => format!("the clock of {host}"),
        Clock::Given => "the time that was given".to_owned(),
    }
}
