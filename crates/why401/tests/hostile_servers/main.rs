//! `why401 probe`, `cors` and `clock` against servers of the tests' own: hostile, slow, with certificates of every kind, behind
//! proxies, with wrong clocks. Each ends in bounded time and memory, with a status as promised and a plain sentence, and no
//! credential goes where it is not for.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test"
)]

#[path = "../authority/mod.rs"]
mod authority;
mod hops;
mod odd;
mod secrets;
mod serve;
mod time;
mod tls;
mod ways;
