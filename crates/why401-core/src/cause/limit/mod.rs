//! limit/: a valid key that was used too much.

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[page!("limit/rate", "rate.md"), page!("limit/quota", "quota.md")];
