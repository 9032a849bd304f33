//! cors/header-not-allowed: the header is not on the server's list.

use crate::case::Case;
use crate::cause::Evidence;
use crate::cause::stopped::stopped;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    stopped(case, "cors/header-not-allowed").into_iter().map(Into::into).collect()
}
