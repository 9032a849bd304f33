//! OAuth 1.0a (RFC 5849): the base string of a request, the key of its hash, and where the two are missed.

mod base;
mod judge;

pub use base::{Base, Credential};
pub use judge::{examine, reused};
