//! server/: not you.

mod verifier;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("server/outage", "outage.md"),
    page!("server/verifier", "verifier.md", verifier::judge),
    page!("server/firewall", "firewall.md"),
];
