//! request/: where it is sent.

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] =
    &[page!("request/wrong-endpoint", "wrong_endpoint.md"), page!("request/client-check", "client_check.md")];
