//! token/audience: `aud` is not this API.

use super::expected;
use crate::case::Case;
use crate::cause::Evidence;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let words = "the token's audience is another than the one that is expected";
    let remedy = "Ask for a token of this API: its own scope or `audience`, not another API's.";
    expected::finding(case, "aud", words, remedy).into_iter().map(Into::into).collect()
}
