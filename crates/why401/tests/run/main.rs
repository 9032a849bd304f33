//! `why401 run` with real programs: whatever they are written in, their calls are seen, a refusal is named by its cause, and the
//! program itself does not notice. The servers speak TLS with a certificate that only `why401` trusts.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test"
)]

mod faults;
mod matrix;
mod stand;
#[path = "../story/mod.rs"]
mod story;
mod told;
mod untouched;
