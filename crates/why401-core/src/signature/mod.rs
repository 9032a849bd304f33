//! Signatures: what a client signed, computed again, so that a refusal can be held against it.
//!
//! A file or folder per scheme. Each takes a request or a token as it was sent and shows every step between it and its
//! signature as a [`Form`](crate::form::Form), since the step that differs is the answer.

pub mod aws;
pub mod azure;
pub mod fault;
pub mod jws;
pub mod keyed;
pub mod market;
mod message;
pub mod oauth1;
mod reading;
pub mod schema;
mod search;
pub mod webhook;
