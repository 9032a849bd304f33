//! tls/: the connection.

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[page!("tls/untrusted", "untrusted.md")];
