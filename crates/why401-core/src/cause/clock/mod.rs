//! clock/: this machine's time.

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[page!("clock/skew", "skew.md")];
