//! Signatures held against those of the vendors' own libraries, on requests and messages that are generated from a seed:
//! `tests/bed/oracles/` makes them, `tests/bed/install` gets what makes them. Where that is not installed nothing is tested,
//! and the test says so. `WHY401_SEED` chooses other ones, `WHY401_COUNT` more.
#![allow(clippy::panic, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod azure;
mod chunked;
mod oracle;
mod requests;
mod webhook;
