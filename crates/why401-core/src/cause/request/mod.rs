//! request/: where it is sent.

mod client_check;
mod not_reached;
mod wrong_endpoint;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("request/wrong-endpoint", "wrong_endpoint.md", wrong_endpoint::judge),
    page!("request/client-check", "client_check.md", client_check::judge),
];
