//! The capture proxy, driven as a process: what passes arrives byte for byte, how a connection ends is passed on, nothing
//! hangs, and no descriptor is left.
#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test")]

mod big;
mod bytes;
mod door;
mod ends;
mod http2;
mod many;
mod odd;
mod rig;
mod trust;
