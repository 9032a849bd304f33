//! clock/: this machine's time.

mod skew;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[page!("clock/skew", "skew.md", skew::judge)];
