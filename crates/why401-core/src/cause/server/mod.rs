//! server/: not you.

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("server/outage", "outage.md"),
    page!("server/verifier", "verifier.md"),
    page!("server/firewall", "firewall.md"),
];
