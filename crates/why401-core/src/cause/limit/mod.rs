//! limit/: a valid key that was used too much.

mod rate;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[page!("limit/rate", "rate.md", rate::judge), page!("limit/quota", "quota.md")];
