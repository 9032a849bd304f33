//! token/issuer: `iss` is not trusted.

use super::expected;
use crate::case::Case;
use crate::cause::Evidence;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let words = "the token's issuer is another than the one that is expected";
    let remedy = "Reach the issuer by one address from everywhere, and configure exactly that one, slash included.";
    expected::finding(case, "iss", words, remedy).into_iter().map(Into::into).collect()
}
