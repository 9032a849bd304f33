//! tls/: the connection.

mod untrusted;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[page!("tls/untrusted", "untrusted.md", untrusted::judge)];
