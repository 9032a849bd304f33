//! cors/credentials: a wildcard does not go with credentials.

use crate::case::Case;
use crate::cause::Evidence;
use crate::cause::stopped::stopped;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    stopped(case, "cors/credentials").into_iter().map(Into::into).collect()
}
